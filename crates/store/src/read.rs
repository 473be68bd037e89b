//! What is served, read again: by id, in order, filtered, streamed; and the log of changes.

mod action;
mod filter;
mod list;
mod log;
mod stream;

pub use action::{ActionRow, Found};
pub use filter::Filter;
pub(crate) use filter::facets;
pub use list::{Key, PageOf};
pub use log::{Change, ChangeKind, History, LogMark};
