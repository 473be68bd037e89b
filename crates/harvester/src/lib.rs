//! How sourceurs are asked: every protocol, the one HTTP client, and the walk that drives them.
//!
//! It knows how each protocol is walked ([`Protocol`]: pure, bytes in, records and next requests
//! out), how to be a polite and a wary guest on the network ([`Client`]: the only place that opens a
//! socket towards the world), and how a list is read page by page with a checkpoint after each
//! ([`walk()`]). It refuses to know actions, mappings and SQL: what comes out are raw records, as sent.
//!
//! Read [`Protocol`] first, then [`walk()`], then [`Client`].

mod address;
mod answer;
mod checkpoint;
mod client;
mod encoding;
mod fault;
mod politeness;
mod protocol;
mod reading;
#[cfg(test)]
mod recorder;
mod robots;
mod settings;
mod spool;
#[cfg(test)]
mod testing;
mod walk;

pub use checkpoint::Checkpoint;
pub use client::{Client, ClientError, Fetched};
pub use fault::FetchError;
pub use protocol::{Cursor, Next, Page, Protocol, Reach, ReadError, Request, protocol};
pub use reading::read_document;
pub use settings::ClientConfig;
pub use spool::{Spooled, Validators};
pub use walk::{Ending, From, Kept, Read, Step, walk};
