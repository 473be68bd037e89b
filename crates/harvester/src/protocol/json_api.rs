//! Lists in JSON, whatever program serves them: items at a path, pages that lead on.
//!
//! ```toml
//! [harvest.json-api]
//! start = "https://partner.example/items"
//! items = "data.items"     # "." = the document: an array gives its members, any other value is one record
//! next = "next"            # address of the next page, absolute or relative; null, "" or absent ends the list
//! key = "id"
//! url = "url"
//! ```
//!
//! Items are read one at a time. The document is JSON as RFC 8259 has it, and nothing that merely
//! looks like it; a list whose next page cannot be told for sure is a fault, never a shorter list.

mod paging;
mod path;
mod surrogates;
#[cfg(test)]
mod tests;
mod walk;

use std::io::BufRead;
use std::sync::Arc;

use model::config::Reader;
use model::{Payload, RawRecord, ReasonCode};
use serde::de::DeserializeSeed;
use serde_json::Value;

use self::paging::{Paging, Requested};
use self::path::Path;
use self::surrogates::WholeCharacters;
use self::walk::{At, Walk};
use super::document::{absolute, fault, key_or_address, looks_like_html, open};
use super::{Cursor, Next, Page, Protocol, Reach, ReadError, Request};
use crate::encoding::Kind;

/// `[harvest.json-api]`.
struct JsonApi {
    start: String,
    items: Path,
    key: Option<Path>,
    url: Option<Path>,
    paging: Paging,
}

/// Reads `[harvest.json-api]`: `start`, `items` (the document itself by default), `key`, `url`,
/// `next`, and `paging` for lists that do not name their next page.
pub(super) fn from_table(table: &mut Reader<'_>) -> Option<Arc<dyn Protocol>> {
    let why = "the address of the list, as in `\"https://partner.example/items\"`";
    table.required_text("start", why);
    let path = |written: Option<String>| written.map(|written| Path::new(&written));
    let items = path(table.text("items")).unwrap_or_else(|| Path::new("."));
    let (key, url) = (path(table.text("key")), path(table.text("url")));
    let paging = Paging::read(table);
    Some(Arc::new(JsonApi { start: table.address("start")?, items, key, url, paging }))
}

impl JsonApi {
    fn record(&self, base: &str, name: Option<&str>, item: Value) -> RawRecord {
        let mut issues = Vec::new();
        let url = self.url.as_ref().and_then(|path| path.find_text(&item)).map(|url| absolute(base, &url));
        let written = self.key.as_ref().and_then(|path| path.find_text(&item));
        let written = written.as_deref().or(name);
        let key = key_or_address(written, url.as_deref(), self.key.as_ref().map(Path::written), &mut issues);
        RawRecord { key, url, base: Some(base.to_owned()), payload: Payload::Json(item), deleted: false, issues }
    }
}

impl Protocol for JsonApi {
    fn start(&self, _since: Option<&Cursor>) -> Request {
        self.paging.start(&self.start)
    }

    fn read(&self, page: Page<'_>, each: &mut dyn FnMut(RawRecord)) -> Result<Next, ReadError> {
        let requested = Requested::of(&page);
        let base = page.url;
        let mut text = open(page.body, Kind::Json, page.content_type)?;
        if let Ok(start) = text.fill_buf()
            && start.starts_with(b"<")
        {
            let (code, what) = if looks_like_html(start) {
                (ReasonCode::HtmlInstead, "a web page")
            } else {
                (ReasonCode::Malformed, "markup")
            };
            return Err(fault(code, format!("{what} came where JSON was expected"), &text));
        }
        let mut count = 0;
        let mut each = |name: Option<&str>, item: Value| {
            count += 1;
            each(self.record(base, name, item));
        };
        let mut walk = Walk::new(&self.items, self.paging.wanted(), &mut each);
        let mut json = WholeCharacters::new(text);
        let mut parser = serde_json::Deserializer::from_reader(&mut json);
        let read = At { walk: &mut walk, path: Vec::new() }.deserialize(&mut parser).and_then(|()| parser.end());
        let (found, has_items) = (walk.found, walk.has_items);
        let (text, repairs) = (json.get_ref(), json.repairs());
        let failed = |code, message: String| {
            let mut error = fault(code, message, text);
            error.repairs += repairs;
            error
        };
        if let Err(error) = read {
            let (code, message) = explain(&error);
            return Err(failed(code, message));
        }
        if !has_items {
            let message =
                format!("the document holds nothing at `{}`, where its items should be", self.items.written());
            return Err(failed(ReasonCode::Malformed, message));
        }
        let next = self.paging.after(&requested, count, &found);
        let next = next.map_err(|message| failed(ReasonCode::Malformed, message))?;
        Ok(Next {
            requests: next.into_iter().collect(),
            cursor: None,
            repairs: text.repairs() + repairs,
            encoding: text.encoding().to_owned(),
        })
    }

    fn reach(&self) -> Reach {
        Reach::Whole
    }
}

fn explain(error: &serde_json::Error) -> (ReasonCode, String) {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof | Category::Io => (ReasonCode::Truncated, format!("the document stops before its end: {error}")),
        Category::Syntax if error.to_string().starts_with("recursion limit") => (
            ReasonCode::Malformed,
            format!("the document is nested too deep, more than 127 levels, at line {}", error.line()),
        ),
        Category::Syntax | Category::Data => {
            (ReasonCode::Malformed, format!("the document is not JSON as expected: {error}"))
        }
    }
}
