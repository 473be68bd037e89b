//! The true road to the screen: read, normalise, show; no base, nothing written.

use std::io::{BufRead, Cursor as Bytes};
use std::sync::Arc;

use harvester::{Client, From, Page, ReadError, Request, Step};
use model::{Action, Issue, RawRecord, Reason};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::Partner;

/// Where the document to preview comes from.
pub enum Input {
    /// The bytes of one document, with the headers that a server would have sent.
    Document {
        /// The bytes.
        bytes: Vec<u8>,
        /// `Content-Location`: the document's own address, if it is not the sourceur's `start`.
        location: Option<String>,
        /// `Content-Type`.
        content_type: Option<String>,
        /// `Link`.
        links: Vec<String>,
    },
    /// The sourceur's own site, walked politely.
    Network(Client),
}

/// One record on the screen: `{record, action, issues, leftovers}`.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// As it was read.
    pub record: ShownRecord,
    /// As it was understood.
    pub action: Action,
    /// What is wrong, doubtful or repaired.
    pub issues: Vec<Issue>,
    /// What no field read.
    pub leftovers: std::collections::BTreeMap<String, Value>,
}

/// A raw record on the screen.
#[derive(Debug, Serialize)]
pub struct ShownRecord {
    /// Its key, null where it has none that is usable.
    pub key: Option<String>,
    /// Its page.
    pub url: Option<String>,
    /// Form of the payload.
    pub format: &'static str,
    /// What was sent.
    pub payload: Value,
}

/// How the document was read: the last line of `preview` on stderr.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Previewed {
    /// Read to its end.
    pub complete: bool,
    /// Records shown.
    pub records: u64,
    /// Repairs made while reading.
    pub repairs: u64,
    /// Encoding of the document, lower case.
    pub encoding: String,
    /// Why it was not read to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Why a preview cannot be made at all.
#[derive(Debug, thiserror::Error)]
#[error("the reading of the document died")]
pub struct PreviewError(#[from] tokio::task::JoinError);

/// Shows the records of a document, or of a sourceur's site, in order, at most `limit` of them.
///
/// `show` returns false when nobody looks any more.
pub async fn preview(
    partner: &Partner,
    input: Input,
    limit: Option<u64>,
    mut show: impl FnMut(Shown) -> bool,
) -> Result<Previewed, PreviewError> {
    let mut left = limit.unwrap_or(u64::MAX);
    let mut records = 0;
    let mut each = |record: RawRecord| {
        if left == 0 {
            return false;
        }
        left -= 1;
        records += 1;
        show(shown(partner, &record)) && left > 0
    };
    let mut previewed = match input {
        Input::Document { bytes, location, content_type, links } => {
            let request = partner.protocol.sample();
            let url = location.unwrap_or_else(|| request.url.clone());
            let page = Page {
                request: &request,
                url: &url,
                content_type: content_type.as_deref(),
                link: &links,
                body: &mut Bytes::new(bytes) as &mut dyn BufRead,
            };
            read_document(partner, page, &mut each)
        }
        Input::Network(client) => walk(partner, client, &mut each).await?,
    };
    previewed.records = records;
    Ok(previewed)
}

fn read_document(partner: &Partner, page: Page<'_>, each: &mut dyn FnMut(RawRecord) -> bool) -> Previewed {
    let Request { url, .. } = page.request.clone();
    let mut wanted = true;
    let read = harvester::read_document(partner.protocol.as_ref(), page, &mut |record| {
        wanted = wanted && each(record);
    });
    match read {
        Ok(next) => {
            Previewed { complete: true, records: 0, repairs: next.repairs, encoding: next.encoding, reason: None }
        }
        Err(ReadError { code, message, repairs, encoding }) => Previewed {
            complete: false,
            records: 0,
            repairs,
            encoding,
            reason: Some(Reason { code, message, url: Some(url) }),
        },
    }
}

async fn walk(
    partner: &Partner,
    client: Client,
    each: &mut dyn FnMut(RawRecord) -> bool,
) -> Result<Previewed, PreviewError> {
    let (to_us, mut steps) = mpsc::channel(1);
    let from = From { since: None, validators: None, resume: None };
    let walking = tokio::spawn(harvester::walk(Arc::clone(&partner.protocol), client, from, to_us));
    let mut previewed =
        Previewed { complete: false, records: 0, repairs: 0, encoding: "utf-8".to_owned(), reason: None };
    while let Some(step) = steps.recv().await {
        match step {
            Step::Records(read) => {
                if !read.into_iter().all(|read| each(read.record)) {
                    // As many as were asked for: the rest of the site is left in peace.
                    walking.abort();
                    previewed.complete = true;
                    return Ok(previewed);
                }
            }
            Step::Page(..) => {}
            Step::End(ending) => {
                previewed.complete = ending.complete;
                previewed.repairs = ending.repairs;
                previewed.encoding = ending.encoding.unwrap_or(previewed.encoding);
                previewed.reason = ending.reason;
            }
        }
    }
    walking.await?;
    Ok(previewed)
}

fn shown(partner: &Partner, record: &RawRecord) -> Shown {
    let normalized = partner.normalizer.apply(record);
    Shown {
        record: ShownRecord {
            key: record.key.as_ref().map(ToString::to_string),
            url: record.url.clone(),
            format: record.payload.format(),
            payload: record.payload.to_value(),
        },
        action: normalized.action,
        issues: normalized.issues,
        leftovers: normalized.leftovers,
    }
}
