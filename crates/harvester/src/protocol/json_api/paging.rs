//! How a list in JSON goes on: by a link, a page's number, an offset, or a token.

use model::config::Reader;
use serde_json::{Value, json};

use super::super::document::absolute;
use super::super::links::relation;
use super::super::{Page, Request};
use super::path::Path;

/// `paging` in `[harvest.json-api]`.
///
/// ```toml
/// paging = { by = "page", param = "page", first = 1, size_param = "per_page", size = 100, total = "count" }
/// paging = { by = "offset", param = "offset", size_param = "limit", size = 100 }
/// paging = { by = "cursor", cursor = "meta.cursor", param = "cursor" }
/// paging = "link"
/// ```
#[derive(Debug)]
pub(super) struct Paging {
    by: By,
    /// Name of the parameter that moves on.
    param: String,
    /// Name of the parameter that asks for so many items a page.
    size_param: Option<String>,
    /// Items of a full page: one that holds fewer is the last.
    size: Option<u64>,
    /// Number of the first page, or the first offset.
    first: u64,
    /// Where the body tells how many items the whole list has.
    total: Option<Path>,
    /// Where the body holds the next address, or the next token.
    pub(super) path: Option<Path>,
}

/// What says where the next page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// An address in the body, at `next`.
    Next,
    /// The server's Link header.
    Link,
    /// A page number in the request.
    Page,
    /// A number of items to leave out, in the request.
    Offset,
    /// A token in the body, at `cursor`, for the next request.
    Cursor,
    /// Nothing: one document holds the list.
    None,
}

impl Paging {
    /// Reads `paging` and `next` of a protocol's table.
    pub(super) fn read(table: &mut Reader<'_>) -> Self {
        let next = table.text("next").map(|written| Path::new(&written));
        let words = [
            ("next", By::Next),
            ("link", By::Link),
            ("page", By::Page),
            ("offset", By::Offset),
            ("cursor", By::Cursor),
            ("none", By::None),
        ];
        // Without a word about it, a Link header is followed: a list must not be cut in silence.
        let by = if next.is_some() { By::Next } else { By::Link };
        let mut paging =
            Self { by, param: String::new(), size_param: None, size: None, first: 0, total: None, path: next };
        let mut first = None;
        if table.item("paging").is_some_and(|item| item.as_text().is_some()) {
            paging.by = table.choice("paging", &words).unwrap_or(by);
        } else if table.item("paging").is_some()
            && let Some(mut inner) = table.table("paging")
        {
            paging.by = inner.choice("by", &words).unwrap_or(by);
            paging.param = inner.text("param").unwrap_or_default();
            paging.size_param = inner.text("size_param");
            paging.size = inner.integer("size", 1..=1_000_000).and_then(|size| u64::try_from(size).ok());
            first = inner.integer("first", 0..=1_000_000).and_then(|first| u64::try_from(first).ok());
            paging.total = inner.text("total").map(|written| Path::new(&written));
            let path = inner.text("cursor").or_else(|| inner.text("next"));
            paging.path = path.map(|written| Path::new(&written)).or(paging.path);
            let needs = match paging.by {
                By::Cursor if paging.path.is_none() => Some("cursor"),
                _ => None,
            };
            if let Some(key) = needs {
                let hint = format!("add `{key} = ...`: where the body holds the token of the next page");
                inner.fault("missing-key", format!("`paging` by cursor needs `{key}`"), Some(hint));
            }
            inner.finish();
        }
        if paging.by == By::Next && paging.path.is_none() {
            let hint = Some("add `next = ...`: where the body holds the address of the next page".to_owned());
            table.fault_at("paging", "missing-key", "paging by next needs `next`", hint);
        }
        // Pages are counted from one, items from nought.
        paging.first = first.unwrap_or(u64::from(paging.by == By::Page));
        if paging.param.is_empty() {
            let word = words.iter().find(|(_, by)| *by == paging.by).map_or("page", |(word, _)| word);
            word.clone_into(&mut paging.param);
        }
        if paging.size.is_some() && paging.size_param.is_none() && paging.by == By::Offset {
            paging.size_param = Some("limit".to_owned());
        }
        paging
    }

    /// Values of the body that it wants to see.
    pub(super) fn wanted(&self) -> Vec<&Path> {
        self.path.iter().chain(&self.total).collect()
    }

    /// The first request.
    pub(super) fn start(&self, start: &str) -> Request {
        let mut url = start.to_owned();
        if let (Some(param), Some(size)) = (&self.size_param, self.size) {
            url = with_param(&url, param, &size.to_string());
        }
        if matches!(self.by, By::Page | By::Offset) {
            url = with_param(&url, &self.param, &self.first.to_string());
        }
        Request::with_state(url, json!({ "at": self.first, "read": 0 }))
    }

    /// The request after a page of `count` items; none after the last, an explanation where what the
    /// page says about the next one makes no sense.
    pub(super) fn after(
        &self,
        page: &Requested<'_>,
        count: u64,
        found: &[Option<Value>],
    ) -> Result<Option<Request>, String> {
        let (at, read) = (page.number("at").unwrap_or(self.first), page.number("read").unwrap_or(0) + count);
        let total =
            if self.total.is_some() { found.last().and_then(Option::as_ref).and_then(whole_number) } else { None };
        let named = if self.path.is_some() { found.first().and_then(Option::as_ref) } else { None };
        // A server that named the next page before, and now names none, has no more: to ask past the
        // end is a mistake to some (WordPress answers 400).
        let is_linked = relation(page.link, "next").is_some();
        let is_last = count == 0
            || total.is_none() && page.was_linked() && !is_linked
            || total.is_some_and(|total| read >= total)
            || total.is_none() && self.size.is_some_and(|size| count < size);
        let (url, at) = match self.by {
            By::None => return Ok(None),
            By::Link => match relation(page.link, "next") {
                Some(next) => (absolute(page.url, &next), at),
                None => return Ok(None),
            },
            By::Next => match address(named)? {
                Some(next) => (absolute(page.url, &next), at),
                None => return Ok(None),
            },
            By::Cursor => match address(named)? {
                Some(token) => (with_param(&page.request.url, &self.param, &token), at),
                None => return Ok(None),
            },
            By::Page | By::Offset if is_last => return Ok(None),
            By::Page => (with_param(&page.request.url, &self.param, &(at + 1).to_string()), at + 1),
            By::Offset => (with_param(&page.request.url, &self.param, &(at + count).to_string()), at + count),
        };
        let mut state = json!({ "at": at, "read": read });
        if is_linked {
            state["linked"] = json!(true);
        }
        Ok(Some(Request::with_state(url, state)))
    }
}

/// What is left of a page when its body was read.
pub(super) struct Requested<'a> {
    request: &'a Request,
    url: &'a str,
    link: &'a [String],
}

impl<'a> Requested<'a> {
    pub(super) fn of(page: &Page<'a>) -> Self {
        Self { request: page.request, url: page.url, link: page.link }
    }

    /// Whether the page before named this one in a Link header.
    fn was_linked(&self) -> bool {
        self.request.state.get("linked").and_then(Value::as_bool).unwrap_or(false)
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.request.state.get(name)?.as_u64()
    }
}

fn whole_number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// An address or a token; null, false, blank and absent all end the list.
fn address(value: Option<&Value>) -> Result<Option<String>, String> {
    Ok(match value {
        None | Some(Value::Null | Value::Bool(false)) => None,
        Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Some(Value::Number(number)) => Some(number.to_string()),
        // JSON:API may write a link as an object.
        Some(Value::Object(link)) if link.get("href").is_some() => address(link.get("href"))?,
        Some(other) => {
            let shown: String = other.to_string().chars().take(80).collect();
            return Err(format!("`{shown}` stands where the next page should be named"));
        }
    })
}

/// An address with one parameter set, all others left as they are written.
fn with_param(url: &str, name: &str, value: &str) -> String {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (query, _) = query.split_once('#').unwrap_or((query, ""));
    let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let mut pairs: Vec<String> = Vec::new();
    let mut is_set = false;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if pair.split('=').next() == Some(name) {
            if !is_set {
                pairs.push(format!("{name}={encoded}"));
            }
            is_set = true;
        } else {
            pairs.push(pair.to_owned());
        }
    }
    if !is_set {
        pairs.push(format!("{name}={encoded}"));
    }
    format!("{address}?{}", pairs.join("&"))
}
