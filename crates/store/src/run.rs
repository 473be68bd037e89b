//! A run in the base: opened, landed, judged, published, closed.

mod close;
mod facts;
mod known;
mod land;
mod list;
mod open;
mod publish;
mod show;

pub use close::Outcome;
pub use facts::Facts;
pub use known::Known;
pub use land::PageEnd;
pub use list::RunRow;
pub use open::{OpenRun, Previous, Resumed, Validators};
pub use publish::Released;
pub use show::{IssueCount, RunDetail, Sample};
