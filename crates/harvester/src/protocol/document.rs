//! What every protocol does first with a document: decode it, and see that it is no web page.

use std::fmt::Display;
use std::io::{self, BufRead};

use model::{Issue, ReasonCode, RecordKey, Severity};
use url::Url;

use super::ReadError;
use crate::encoding::{Decoder, Kind};

/// A document being decoded.
pub(super) type Text<'a> = Decoder<&'a mut dyn BufRead>;

/// Begins to decode a document; an empty one, or one of blanks alone, is a fault.
pub(super) fn open<'a>(
    body: &'a mut dyn BufRead,
    kind: Kind,
    content_type: Option<&str>,
) -> Result<Text<'a>, ReadError> {
    let mut text = Decoder::new(body, kind, content_type).map_err(|cause| unreadable(&cause, 0, ""))?;
    let blank = loop {
        let start = text.fill_buf().map_err(|cause| unreadable(&cause, 0, ""))?;
        let blanks = start.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        // In a table, a blank at the front may be the name of a column.
        if blanks == 0 || kind == Kind::Table {
            break start.is_empty();
        }
        text.consume(blanks);
    };
    if blank {
        return Err(fault(ReasonCode::EmptyBody, "the document is empty", &text));
    }
    Ok(text)
}

/// A fault of a document, with what was read until then.
pub(super) fn fault<R: BufRead>(code: ReasonCode, message: impl Display, text: &Decoder<R>) -> ReadError {
    ReadError { code, message: message.to_string(), repairs: text.repairs(), encoding: text.encoding().to_owned() }
}

/// A document whose bytes stopped coming.
pub(super) fn unreadable(cause: &io::Error, repairs: u64, encoding: &str) -> ReadError {
    let message = format!("the document cannot be read any further: {cause}");
    ReadError { code: ReasonCode::Truncated, message, repairs, encoding: encoding.to_owned() }
}

/// Whether a text begins as a web page does.
pub(super) fn looks_like_html(start: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&start[..start.len().min(4096)]).to_lowercase();
    let mut rest = start.trim_start();
    loop {
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") {
            "?>"
        } else {
            break;
        };
        let Some((_, after)) = rest.split_once(end) else { return false };
        rest = after.trim_start();
    }
    ["<!doctype html", "<html", "<head", "<body", "<title", "<script", "<meta", "<div", "<h1", "<center"]
        .iter()
        .any(|tag| rest.strip_prefix(tag).is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric())))
}

/// The key of a record from the text that names it; without a usable one, an issue that says why.
pub(super) fn usable_key(written: Option<&str>, missing: &str, issues: &mut Vec<Issue>) -> Option<RecordKey> {
    let Some(written) = written.map(str::trim).filter(|written| !written.is_empty()) else {
        issues.push(Issue::new(Severity::Error, "", "no-key", missing));
        return None;
    };
    match written.parse() {
        Ok(key) => Some(key),
        Err(fault) => {
            issues.push(Issue::new(Severity::Error, "", "bad-key", fault));
            None
        }
    }
}

/// The key of a record by its path or else its address, for the protocols that let a config name both.
pub(super) fn key_or_address(
    key: Option<&str>,
    url: Option<&str>,
    path: Option<&str>,
    issues: &mut Vec<Issue>,
) -> Option<RecordKey> {
    match path {
        Some(path) => usable_key(key, &format!("the record has nothing at `{path}`, where its key should be"), issues),
        None => {
            usable_key(key.or(url), "neither `key` nor `url` gives the record a key: name one in the config", issues)
        }
    }
}

/// An address made absolute against another; as it was written where that cannot be.
pub(super) fn absolute(base: &str, written: &str) -> String {
    let mut written = written.trim();
    let mended;
    // `https: //partner.example`, as some exports write it.
    if let Some((scheme @ ("http" | "https"), rest)) = written.split_once(':')
        && rest.starts_with(char::is_whitespace)
        && rest.trim_start().starts_with("//")
    {
        mended = format!("{scheme}:{}", rest.trim_start());
        written = &mended;
    }
    if written.starts_with("http://") || written.starts_with("https://") {
        return written.to_owned();
    }
    match Url::parse(base).and_then(|base| base.join(written)) {
        Ok(address) => address.into(),
        Err(_) => written.to_owned(),
    }
}
