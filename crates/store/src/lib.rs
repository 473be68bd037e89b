//! Postgres, and all SQL of the house.
//!
//! It knows the tables: how a run lands and is published, how records become merged actions, and
//! how what is served is read again, by id, by key and in order. It alone appends to the ordered
//! log of changes. It takes a URL and the time as arguments; it refuses to know HTTP, documents,
//! configs, and what a plausible run is.
//!
//! Read [`Store`] first. A run goes [`Store::lease`], [`Store::open_run`], [`Store::known`],
//! [`Store::land`], [`Store::judge_facts`], [`Store::publish`], [`Store::resolve`],
//! [`Store::close_run`]; nothing that anybody can read changes before the resolver commits.
//!
//! Three rules hold everywhere: a batch is one statement over `unnest(...)`; every write of a run
//! is fenced by its lease's token; presence writes nothing, so that an unchanged run leaves only
//! its own rows.

mod connect;
mod counts;
mod error;
mod fields;
mod lease;
mod migrate;
mod read;
mod resolve;
mod row;
mod run;
mod sourceur;

pub use connect::Store;
pub use error::StoreError;
pub use lease::Lease;
pub use migrate::Migrated;
pub use read::{ActionRow, Change, ChangeKind, Filter, Found, History, Key, LogMark, PageOf};
pub use resolve::Resolved;
pub use run::{
    Facts, IssueCount, Known, OpenRun, Outcome, PageEnd, Previous, Released, Resumed, RunDetail, RunRow, Sample,
    Validators,
};
pub use sourceur::{SourceurRow, SourceurState};

/// What every method of the store gives.
pub type Result<T> = std::result::Result<T, StoreError>;
