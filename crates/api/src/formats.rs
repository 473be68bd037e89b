//! Actions written out one after the other, in constant memory: NDJSON, CSV, GeoJSON, Atom; one alone as JSON-LD.

use std::io::{self, Write};
use std::str::FromStr;

use model::Action;

mod atom;
mod csv;
mod geojson;
mod jsonld;
mod place;

pub use atom::Feed;
pub use jsonld::jsonld;

/// A form in which lists of actions leave the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Ndjson,
    /// RFC 4180, UTF-8, comma, one row an action; nested values under dotted names, several joined by `; `.
    Csv,
    /// RFC 7946, one FeatureCollection; `geometry` is null where no point is known.
    Geojson,
    /// RFC 4287, one entry an action; [`Writer::of_feed`] says of what feed.
    Atom,
}

/// A word that names no [`Format`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no format: expected `ndjson`, `csv`, `geojson` or `atom`")]
pub struct UnknownFormat(String);

impl Format {
    /// Every format with its name on the command line, which is also the end of its address.
    pub const ALL: [(&'static str, Self); 4] =
        [("ndjson", Self::Ndjson), ("csv", Self::Csv), ("geojson", Self::Geojson), ("atom", Self::Atom)];

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Geojson => "application/geo+json",
            Self::Atom => "application/atom+xml; charset=utf-8",
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.into_iter().find(|(name, _)| *name == word);
        found.map(|(_, format)| format).ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}

/// Writes a list of actions: [`Writer::begin`], [`Writer::write`] for each, [`Writer::end`].
#[derive(Clone, Debug)]
pub struct Writer {
    format: Format,
    is_first: bool,
    feed: Feed,
}

impl Writer {
    /// A writer that has written nothing yet.
    pub fn new(format: Format) -> Self {
        Self { format, is_first: true, feed: Feed::default() }
    }

    /// A writer of a feed.
    pub fn of_feed(feed: Feed) -> Self {
        Self { format: Format::Atom, is_first: true, feed }
    }

    /// What stands before the first action.
    pub fn begin(&mut self, out: &mut impl Write) -> io::Result<()> {
        match self.format {
            Format::Ndjson => Ok(()),
            Format::Csv => csv::header(out),
            Format::Geojson => out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":["),
            Format::Atom => self.feed.head(out),
        }
    }

    /// One action.
    pub fn write(&mut self, action: &Action, out: &mut impl Write) -> io::Result<()> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        match self.format {
            Format::Ndjson => {
                serde_json::to_writer(&mut *out, action)?;
                out.write_all(b"\n")
            }
            Format::Csv => csv::row(action, out),
            Format::Geojson => {
                out.write_all(if is_first { b"\n" } else { b",\n" })?;
                geojson::feature(action, out)
            }
            Format::Atom => self.feed.entry(action, out),
        }
    }

    /// What stands after the last action.
    pub fn end(&mut self, out: &mut impl Write) -> io::Result<()> {
        match self.format {
            Format::Geojson => out.write_all(b"\n]}\n"),
            Format::Atom => out.write_all(b"</feed>\n"),
            Format::Ndjson | Format::Csv => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
