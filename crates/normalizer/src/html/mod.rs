//! HTML: read as text, made safe, and searched for labels.
//!
//! One text writer serves both roads: the tags of a source scanned as it is, and the nodes of a
//! parsed page. What is quadratic somewhere (deep nesting, a tag with thousands of attributes) is
//! cut before any parser sees it.

mod canonical;
mod caps;
mod page;
mod plain;
mod safe;
mod scan;

pub(crate) use page::{Label, Labels, Page, Span, text_of};
pub(crate) use safe::sanitised;
pub(crate) use scan::{looks_like_markup, tags_and_texts, text_of_source};
