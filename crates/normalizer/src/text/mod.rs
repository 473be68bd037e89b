//! Text as sourceurs send it, and what has to be done before it reads well.

pub(crate) mod blanks;
mod clean;
mod encoding;
pub(crate) mod entities;
mod lost;

pub(crate) use clean::{Notes, Steps, clean_html, clean_text};
