//! One run of one sourceur, from its bytes to the merged base; the schedule; the report.
//!
//! This is the only place where `harvester`, `normalizer` and `store` meet. It knows the order of
//! the steps and what a plausible run looks like; it refuses to know tables, tags and status codes.
//!
//! Read [`run`] first: it is the way of a record, step by step. [`House`] is what the config
//! folder says, [`judge`] decides whether a landed run may be published, [`preview`] is the same
//! road to the screen, without a base.

mod clock;
mod house;
mod judge;
mod preview;
mod run;
mod schedule;
mod terms;

pub use clock::Clock;
pub use house::{House, HouseError, Partner, Service, Tiles};
pub use judge::{Judgement, judge};
pub use preview::{Input, PreviewError, Previewed, Shown, preview};
pub use run::{Ended, run};
pub use schedule::{Choice, Chosen, choose, harvest};
pub use terms::{Halt, Harvest, Progress, RunError, Watch};
