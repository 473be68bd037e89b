//! A search index that follows the base's log of changes: words, filters, facets and map cells in one pass.
//!
//! It knows how French is searched (elisions, stems, accents, a typing fault forgiven), every
//! filter and order of the API, and where in the log it stands. It is derived and disposable: it
//! remembers its place in its own commits, and is made again by itself when it is missing, damaged,
//! of another version or of another base. It refuses to know SQL and HTTP.
//!
//! Read [`Search`] first, then [`Question`] and [`Answer`].

mod analyser;
mod answer;
mod best;
mod cells;
mod document;
mod error;
mod folder;
mod follow;
mod follower;
mod index;
mod point;
mod question;
mod schema;
mod sieve;
mod sift;
mod sifting;
mod similar;
mod tally;
#[cfg(test)]
mod tests;
mod wording;

pub use answer::{Answer, Cell, Count, Hit};
pub use error::SearchError;
pub use follow::Search;
pub use question::{Bbox, Facet, Filter, Grid, Has, Near, Place, Question, Sort};
pub use sieve::Sieve;
