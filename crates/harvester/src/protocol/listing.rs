//! Web pages: list pages that link to fiches, and the fiches, one record each.
//!
//! ```toml
//! [harvest.listing]
//! start = "https://partner.example/actions"
//! links = "a.fiche"            # CSS of the links to fiches; `a.fiche@data-href` names another attribute
//! next = "a.suivant"           # CSS of the link to the next list page, if there is one
//! key = "param:id"             # a query parameter of the fiche's address, or CSS of what holds the key;
//!                              # by default, and where there is no such parameter, the address itself
//! ```

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

use model::config::Reader;
use model::{Payload, RawRecord, ReasonCode};
use scraper::{Html, Selector};
use url::Url;

use super::document::{absolute, fault, looks_like_html, open, unreadable, usable_key};
use super::{Cursor, Next, Page, Protocol, Reach, ReadError, Request};
use crate::encoding::Kind;

/// Most bytes of one page, decoded: a parsed page is held whole.
const PAGE_BYTES: usize = 16 << 20;
/// State of a request that asks for a fiche.
const FICHE: &str = "fiche";

/// `[harvest.listing]`.
struct Listing {
    start: String,
    links: Pick,
    next: Option<Pick>,
    key: Key,
}

/// Elements, and the attribute that matters; their text where none does.
struct Pick {
    selector: Selector,
    attribute: Option<String>,
}

/// Where a fiche's key stands.
enum Key {
    Address,
    Parameter(String),
    Content(Pick),
}

/// Reads `[harvest.listing]`: `start`, `links`, `next`, `key`.
pub(super) fn from_table(table: &mut Reader<'_>) -> Option<Arc<dyn Protocol>> {
    table.required_text("start", "the address of the first list page");
    table.required_text("links", "the CSS selector of the links to fiches, as in `\"a.fiche\"`");
    let start = table.address("start");
    let links = pick(table, "links", Some("href"));
    let next = pick(table, "next", Some("href"));
    let parameter = table.item("key").and_then(|item| item.as_text()?.strip_prefix("param:").map(str::trim));
    let key = match parameter {
        Some(name) => Key::Parameter(name.to_owned()),
        None => pick(table, "key", None).map_or(Key::Address, Key::Content),
    };
    Some(Arc::new(Listing { start: start?, links: links?, next, key }))
}

/// Reads a selector, perhaps with `@attribute` behind it.
fn pick(table: &mut Reader<'_>, name: &str, attribute: Option<&str>) -> Option<Pick> {
    let item = table.item(name)?;
    let written = item.text()?;
    let (css, named) = match written.rsplit_once('@') {
        Some((css, named)) if !named.contains([']', ')', '"']) => (css, Some(named.trim())),
        _ => (written.as_str(), None),
    };
    let Ok(selector) = Selector::parse(css.trim()) else {
        let hint = "write a CSS selector, as in `\"a.fiche\"`, with `@attribute` behind it where it is not `href`";
        item.fault("bad-selector", format!("`{css}` is not a CSS selector"), Some(hint.to_owned()));
        return None;
    };
    Some(Pick { selector, attribute: named.or(attribute).map(str::to_owned) })
}

impl Pick {
    /// The values of what it picks, in the order of the page.
    fn values<'h>(&'h self, html: &'h Html) -> impl Iterator<Item = String> + 'h {
        html.select(&self.selector).filter_map(|element| match &self.attribute {
            Some(attribute) => element.attr(attribute).map(|value| value.trim().to_owned()),
            None => Some(element.text().collect::<String>().trim().to_owned()),
        })
    }
}

impl Protocol for Listing {
    fn start(&self, _since: Option<&Cursor>) -> Request {
        Request::new(&self.start)
    }

    fn sample(&self) -> Request {
        Request::with_state(&self.start, FICHE)
    }

    fn read(&self, page: Page<'_>, each: &mut dyn FnMut(RawRecord)) -> Result<Next, ReadError> {
        let (request, url) = (page.request, page.url);
        let mut text = open(page.body, Kind::Html, page.content_type)?;
        let mut html = String::new();
        let length = (&mut text).take(PAGE_BYTES as u64 + 1).read_to_string(&mut html);
        let length = length.map_err(|cause| unreadable(&cause, text.repairs(), text.encoding()))?;
        if length > PAGE_BYTES {
            let message = format!("the page is larger than {} MiB", PAGE_BYTES >> 20);
            return Err(fault(ReasonCode::Malformed, message, &text));
        }
        if let Some((code, message)) = no_page(&html) {
            return Err(fault(code, message, &text));
        }
        let mut next = Next { repairs: text.repairs(), encoding: text.encoding().to_owned(), ..Next::default() };
        if self.holds_one_record(request) {
            // A fiche given by hand was found where its page says; one that was linked keeps the
            // address of the link, whatever it redirects to this time.
            let address = if request.url == self.start { url } else { &request.url };
            each(self.fiche(address, url, html));
        } else {
            next.requests = self.requests(url, &html);
        }
        Ok(next)
    }

    fn reach(&self) -> Reach {
        Reach::Whole
    }

    fn holds_one_record(&self, request: &Request) -> bool {
        request.state.as_str() == Some(FICHE)
    }
}

impl Listing {
    fn fiche(&self, address: &str, found_at: &str, html: String) -> RawRecord {
        let mut issues = Vec::new();
        let (written, missing) = match &self.key {
            Key::Address => (Some(address.to_owned()), String::new()),
            Key::Parameter(name) => {
                let parameter = Url::parse(address).ok().and_then(|url| {
                    url.query_pairs().find(|(key, _)| key == name.as_str()).map(|(_, value)| value.into_owned())
                });
                // A site that names its pages in another way now is read on, under their addresses.
                (parameter.filter(|value| !value.trim().is_empty()).or(Some(address.to_owned())), String::new())
            }
            Key::Content(pick) => (
                pick.values(&Html::parse_document(&html)).find(|value| !value.is_empty()),
                "the fiche has nothing where `key` says its key should be".to_owned(),
            ),
        };
        let key = usable_key(written.as_deref(), &missing, &mut issues);
        let (url, base) = (Some(address.to_owned()), Some(found_at.to_owned()));
        RawRecord { key, url, base, payload: Payload::Html(html), deleted: false, issues }
    }

    /// Each fiche that a list page links to, once, then the next list page.
    fn requests(&self, url: &str, html: &str) -> Vec<Request> {
        let html = Html::parse_document(html);
        let base = base_of(&html).map_or_else(|| url.to_owned(), |base| absolute(url, &base));
        let mut seen = HashSet::new();
        let fiches = self.links.values(&html).filter_map(|link| address(&base, &link));
        let fiches = fiches.filter(|address| seen.insert(address.clone()));
        let mut requests: Vec<Request> = fiches.map(|address| Request::with_state(address, FICHE)).collect();
        let next = self.next.as_ref().and_then(|pick| pick.values(&html).find_map(|link| address(&base, &link)));
        requests.extend(next.map(Request::new));
        requests
    }
}

fn base_of(html: &Html) -> Option<String> {
    let selector = Selector::parse("base[href]").expect("a constant selector");
    html.select(&selector).next()?.attr("href").map(str::to_owned)
}

/// The address of a link that leads to a page; none for `#top`, `javascript:` and the like.
fn address(base: &str, link: &str) -> Option<String> {
    if link.is_empty() || link.starts_with('#') {
        return None;
    }
    let mut address = Url::parse(&absolute(base, link)).ok()?;
    address.set_fragment(None);
    matches!(address.scheme(), "http" | "https").then(|| address.into())
}

/// Why a text is no web page, or not a whole one.
fn no_page(html: &str) -> Option<(ReasonCode, &'static str)> {
    let lower = html.to_ascii_lowercase();
    let has_root = ["<html", "<body", "<!doctype html"].iter().any(|tag| lower.contains(tag));
    if !has_root && !looks_like_html(html.as_bytes()) {
        return Some((ReasonCode::Malformed, "the document is no web page"));
    }
    let is_open = ["<html", "<body"].iter().any(|tag| lower.contains(tag));
    if is_open && !lower.contains("</html") && !lower.contains("</body") {
        return Some((ReasonCode::Truncated, "the page stops before its end"));
    }
    None
}
