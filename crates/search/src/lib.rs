//! A search index that follows the base's log of changes: words, filters, facets and map cells in one pass.
//!
//! It knows how French is searched (elisions, stems, accents, a typing fault forgiven), every
//! filter and order of the API, and where in the log it stands. It is derived and disposable: it
//! remembers its place in its own commits, and is made again by itself when it is missing, damaged,
//! of another version or of another base. It refuses to know SQL and HTTP.
//!
//! Read [`Search`] first, then [`Question`] and [`Answer`].

mod answer;
mod question;

pub use answer::{Answer, Cell, Count, Hit};
pub use question::{Bbox, Facet, Filter, Grid, Has, Near, Place, Question, Sort};
