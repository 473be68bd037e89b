//! How each kind of source is walked: bytes in, records and next requests out.
//!
//! A protocol does no I/O. It says where to begin, and of each document that was fetched it says
//! which records stand in it and what to ask next; fetching, waiting, loop guards and checkpoints
//! are the walk's. A new protocol is one file here and two lines below: its `mod`, and its name in
//! [`PROTOCOLS`].

mod csv;
mod document;
mod feed;
mod json_api;
mod links;
mod listing;
#[cfg(test)]
mod samples;

use std::fmt;
use std::io::BufRead;
use std::sync::Arc;

use model::config::Reader;
use model::{RawRecord, ReasonCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name of each protocol's table under `[harvest]`, and what reads that table.
///
/// A function here takes the keys it knows and tells mistakes to the reader; unknown keys are told
/// by [`protocol`]. `None` where a mistake leaves nothing to walk.
const PROTOCOLS: &[(&str, FromTable)] = &[
    ("feed", feed::from_table),
    ("json-api", json_api::from_table),
    ("csv", csv::from_table),
    ("listing", listing::from_table),
];

type FromTable = fn(&mut Reader<'_>) -> Option<Arc<dyn Protocol>>;

/// How one kind of source is walked; pure, so that a preview and a harvest read alike.
pub trait Protocol: Send + Sync {
    /// The first request, for a whole list or for what changed since an earlier run's cursor.
    fn start(&self, since: Option<&Cursor>) -> Request;

    /// The request whose answer holds records: what a single document, given by hand, is read as.
    fn sample(&self) -> Request {
        self.start(None)
    }

    /// Reads one document: gives each record to `each` as it is met, then what to ask next.
    ///
    /// A record without a usable key is given too, with `key: None` and an issue that says why.
    /// Where the document is no document of this protocol, is malformed or stops before its end,
    /// what was whole before the fault has already been given.
    fn read(&self, page: Page<'_>, each: &mut dyn FnMut(RawRecord)) -> Result<Next, ReadError>;

    /// What the list as a whole stands for, and so what an absence means.
    fn reach(&self) -> Reach;

    /// Whether a request's answer is one record (a fiche), not a page of the list.
    ///
    /// A fiche that cannot be had leaves the walk going; one that is linked twice is asked once.
    fn holds_one_record(&self, _request: &Request) -> bool {
        false
    }
}

/// What a list read to its end stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The newest records only: an absent one has merely left the window.
    Window,
    /// Every record that the sourceur has: an absent one is absent at the source.
    Whole,
}

/// One thing to ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Absolute address.
    pub url: String,
    /// What the protocol wants to find again when the answer comes: an offset, a page number, the
    /// word "fiche"; null where it needs nothing.
    pub state: Value,
}

impl Request {
    /// A request whose answer needs no memory.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), state: Value::Null }
    }

    /// A request whose answer is read in the light of `state`.
    pub fn with_state(url: impl Into<String>, state: impl Into<Value>) -> Self {
        Self { url: url.into(), state: state.into() }
    }
}

/// Where a later run may begin, in the protocol's own words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub Value);

/// One document that was fetched, to be read once from its beginning.
pub struct Page<'a> {
    /// What was asked.
    pub request: &'a Request,
    /// Where it was really found, after redirects: what relative addresses start from.
    pub url: &'a str,
    /// The server's Content-Type, to be weighed against the bytes.
    pub content_type: Option<&'a str>,
    /// Values of the server's Link headers, as sent.
    pub link: &'a [String],
    /// The document, decompressed, not decoded.
    pub body: &'a mut dyn BufRead,
}

impl fmt::Debug for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("request", &self.request)
            .field("url", &self.url)
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

/// What a document that was read to its end leads to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Next {
    /// What to ask next, in this order, before anything that waits already.
    pub requests: Vec<Request>,
    /// Where a later run may begin, if this document tells.
    pub cursor: Option<Cursor>,
    /// How many places of the document had to be mended to read it; 0 for a well-formed one.
    pub repairs: u64,
    /// The encoding it was read in, as a WHATWG label in lower case: `utf-8`, `windows-1252`.
    pub encoding: String,
}

/// Why a document could not be read to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// `html-instead`, `empty-body`, `malformed` or `truncated`.
    pub code: ReasonCode,
    /// What was found and where, in a sentence.
    pub message: String,
    /// As in [`Next::repairs`], up to the fault.
    pub repairs: u64,
    /// As in [`Next::encoding`]; empty where it did not come to that.
    pub encoding: String,
}

/// Reads the table `harvest` of a sourceur's file, which holds exactly one table named after a protocol.
///
/// Mistakes are told to the reader; `None` where they leave nothing to walk.
pub fn protocol(file: &mut Reader<'_>) -> Option<Arc<dyn Protocol>> {
    one_of(PROTOCOLS, file)
}

fn one_of(protocols: &[(&str, FromTable)], file: &mut Reader<'_>) -> Option<Arc<dyn Protocol>> {
    let names: Vec<&str> = protocols.iter().map(|(name, _)| *name).collect();
    let write_one = || Some(format!("write one of `[harvest.{}]`", names.join("]`, `[harvest.")));
    if file.item("harvest").is_none() {
        file.fault("missing-key", "the file does not say how its sourceur is harvested", write_one());
        return None;
    }
    let mut harvest = file.table("harvest")?;
    let mut found = None;
    let mut count = 0;
    for (name, from_table) in protocols {
        if harvest.item(name).is_none() {
            continue;
        }
        count += 1;
        let Some(mut table) = harvest.table(name) else { continue };
        if count > 1 {
            let message = format!("`harvest` names a second protocol, `{name}`");
            harvest.fault_at(name, "two-protocols", message, Some("leave one; a sourceur has one list".to_owned()));
        }
        found = from_table(&mut table);
        table.finish();
    }
    harvest.finish();
    if harvest.keys().is_empty() {
        harvest.fault("missing-key", "`harvest` names no protocol", write_one());
    }
    if count == 1 { found } else { None }
}

#[cfg(test)]
mod tests {
    use model::config::Document;

    use super::*;

    struct Still;

    impl Protocol for Still {
        fn start(&self, _: Option<&Cursor>) -> Request {
            Request::new("http://a.example/")
        }

        fn read(&self, _: Page<'_>, _: &mut dyn FnMut(RawRecord)) -> Result<Next, ReadError> {
            Ok(Next::default())
        }

        fn reach(&self) -> Reach {
            Reach::Window
        }
    }

    #[track_caller]
    fn check(source: &str, found: bool, expected: &[(usize, usize, &str, &str)]) {
        let still: FromTable = |table| table.required_text("start", "where to begin").map(|_| Arc::new(Still) as _);
        let document = Document::parse("x.toml", source);
        let protocol = one_of(&[("feed", still), ("json-api", still)], &mut document.reader());
        assert_eq!(protocol.is_some(), found);
        let faults = document.into_faults();
        let told: Vec<_> = faults
            .iter()
            .map(|fault| (fault.line, fault.column, fault.code.as_str(), fault.hint.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_file_names_exactly_one_protocol() {
        const ONE: &str = "write one of `[harvest.feed]`, `[harvest.json-api]`";
        const ADD: &str = "add `start = ...`: where to begin";
        check("[harvest.feed]\nstart = \"a\"\n", true, &[]);
        check("", false, &[(1, 1, "missing-key", ONE)]);
        check("harvest = 3\n", false, &[(1, 11, "wrong-type", "write a table")]);
        check("[harvest]\n", false, &[(1, 1, "missing-key", ONE)]);
        check("[harvest.fed]\nstart = \"a\"\n", false, &[(1, 10, "unknown-key", "did you mean `feed`?")]);
        check("[harvest.json-api]\n", false, &[(1, 1, "missing-key", ADD)]);
        check(
            "[harvest.json-api]\nstart = \"a\"\nstrat = 1\n",
            true,
            &[(3, 1, "unknown-key", "did you mean `start`?")],
        );
        check(
            "[harvest.feed]\nstart = \"a\"\n[harvest.json-api]\nstart = \"a\"\n",
            false,
            &[(3, 10, "two-protocols", "leave one; a sourceur has one list")],
        );
    }
}
