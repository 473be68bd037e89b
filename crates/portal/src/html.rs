//! A sourceur's text as it may stand on a page: safe whatever stands in the base.
//!
//! The normalizer cleaned it once already. Here it is cleaned again, by a shorter list: words,
//! lists, tables, headings below ours and links that say where they come from; no image, no class,
//! no style, no address but `http`, `https` and `mailto`. What would take a parser too long is shown
//! as its plain text instead. Only this module makes a [`SafeHtml`].

mod finish;
mod gate;
mod plain;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use askama::filters::HtmlSafe;

use crate::address;

/// Markup that may stand on a page as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SafeHtml(String);

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for SafeHtml {}

impl SafeHtml {
    /// Whether there is nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    /// Language of the text, BCP 47.
    pub(crate) language: Option<&'a str>,
    /// Level of the heading that the text stands under, 1 to 5.
    pub(crate) below: u8,
    /// What a table is called, for those who reach it by keyboard.
    pub(crate) table: &'static str,
}

/// A text with its markup where the sourceur sent markup that can be shown, else from its plain text.
pub(crate) fn marked_up(html: Option<&str>, text: &str, setting: Setting<'_>) -> SafeHtml {
    let Some(html) = html.filter(|html| gate::may_be_parsed(html)) else { return plain_text(text, setting.language) };
    let shown = SafeHtml(finish::finish(&clean(html), setting));
    // A text that was nothing but what is not shown (an image, a form) may still have words.
    if shown.is_empty() { plain_text(text, setting.language) } else { shown }
}

/// Plain text: paragraphs apart by an empty line, list items behind "- ".
pub(crate) fn plain_text(text: &str, language: Option<&str>) -> SafeHtml {
    SafeHtml(plain::paragraphs(text, language))
}

/// JSON as it may stand in a `<script>` of data: nothing in it can end the element or open another.
pub(crate) fn json_data(value: &serde_json::Value) -> SafeHtml {
    let mut written = String::new();
    for c in value.to_string().chars() {
        match c {
            '<' => written.push_str("\\u003c"),
            '>' => written.push_str("\\u003e"),
            '&' => written.push_str("\\u0026"),
            _ => written.push(c),
        }
    }
    SafeHtml(written)
}

/// Elements that are shown; `href` on links is the one attribute.
const SHOWN: [&str; 33] = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "dd",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
];

/// Elements that go with all that is in them; of any other that is not shown, the words stay.
const DROPPED: [&str; 16] = [
    "script", "style", "noscript", "template", "iframe", "object", "embed", "textarea", "select", "svg", "math",
    "title", "audio", "video", "canvas", "form",
];

fn clean(html: &str) -> String {
    static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
        let mut shown = HashSet::from(SHOWN);
        shown.insert("ul");
        let mut cleaner = Builder::empty();
        cleaner
            .tags(shown)
            .clean_content_tags(HashSet::from(DROPPED))
            .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
            .generic_attributes(HashSet::new())
            .url_schemes(HashSet::from(["http", "https", "mailto"]))
            .url_relative(UrlRelative::Deny)
            .attribute_filter(|_, name, value| (name != "href" || leads_somewhere(value)).then(|| value.into()))
            .link_rel(Some("nofollow noopener ugc"))
            .strip_comments(true);
        cleaner
    });
    CLEANER.clean(html).to_string()
}

/// To the web, as [`address::web`] has it, or to a mailbox.
fn leads_somewhere(address: &str) -> bool {
    address.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) || address::web(address).is_some()
}

#[cfg(test)]
mod tests;
