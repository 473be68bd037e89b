//! What is measured, a file for each.

mod answers;
mod build;
mod map;
mod pages;
mod paging;
mod searching;
mod visible;

pub(crate) use answers::answers;
pub(crate) use build::{after_queries, build};
pub(crate) use map::map;
pub(crate) use pages::pages;
pub(crate) use paging::paging;
pub(crate) use searching::searching;
pub(crate) use visible::visible;
