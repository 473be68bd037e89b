//! Documents in, records out: one column of small cases a protocol.

use std::io::BufReader;

use model::RawRecord;
use model::config::Document;
use serde_json::{Value, json};

use super::{Next, Page, ReadError, Request, protocol};

pub(super) const URL: &str = "https://e.example/dir/list";

/// Reads one document in pieces of a few bytes, so that no case depends on where a buffer ends.
pub(super) fn read(
    config: &str,
    request: Option<Request>,
    content_type: Option<&str>,
    link: &[&str],
    document: &[u8],
) -> (Vec<RawRecord>, Result<Next, ReadError>) {
    let source = Document::parse("x.toml", config);
    let protocol = protocol(&mut source.reader());
    let faults = source.into_faults();
    assert_eq!(faults, [], "{config}");
    let protocol = protocol.expect("a config without faults");
    let request = request.unwrap_or_else(|| protocol.start(None));
    let link: Vec<String> = link.iter().map(|value| (*value).to_owned()).collect();
    let mut records = Vec::new();
    let mut body = BufReader::with_capacity(7, document);
    let page = Page { request: &request, url: URL, content_type, link: &link, body: &mut body };
    let result = protocol.read(page, &mut |record| records.push(record));
    (records, result)
}

/// What a reading came to: `ok REPAIRS ENCODING`, or the code of its fault.
pub(super) fn outcome(result: &Result<Next, ReadError>) -> String {
    match result {
        Ok(next) => format!("ok {} {}", next.repairs, next.encoding),
        Err(error) => error.code.to_string(),
    }
}

/// A record's key, address, payload and the codes of its issues, as far as there are any.
pub(super) fn told(record: &RawRecord) -> Value {
    let codes: Vec<&str> = record.issues.iter().map(|issue| issue.code.as_ref()).collect();
    let mut told = json!({ "key": record.key, "url": record.url, "payload": record.payload.to_value() });
    if !codes.is_empty() {
        told["issues"] = json!(codes);
    }
    told
}
