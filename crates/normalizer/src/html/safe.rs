//! HTML that may be shown: an allowed set of elements, absolute addresses, nothing that acts.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use scraper::ElementRef;
use url::Url;

use super::canonical::is_canonical;
use super::caps::parsable;
use super::page::Event;
use super::plain::is_block;
use crate::text::blanks;

/// A source made safe, and whether a part of it was cut off before.
pub(crate) fn sanitised(source: &str, base: Option<&Url>) -> (String, bool) {
    if is_canonical(source) {
        return (blanks::storable(source), false);
    }
    let kept = parsable(source);
    let was_cut = kept.len() < source.len();
    let first = clean(kept, base);
    // One pass may leave markup that the next would read otherwise (misnested formatting); what is
    // kept must not change when it is normalised again.
    let safe = if first == kept { first } else { clean(&first, base) };
    (blanks::storable(&safe), was_cut)
}

thread_local! {
    /// Where relative addresses start from while this thread cleans: a builder is dear to make, a base is not.
    static BASE: RefCell<Option<Url>> = const { RefCell::new(None) };
}

/// One pass of the sanitiser.
pub(super) fn clean(source: &str, base: Option<&Url>) -> String {
    static BUILDER: LazyLock<Builder<'static>> = LazyLock::new(|| {
        let mut builder = Builder::default();
        builder
            .link_rel(None)
            .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
            .url_relative(UrlRelative::Custom(Box::new(absolute)))
            .add_clean_content_tags(["noscript", "template", "iframe", "object", "textarea", "select"]);
        builder
    });
    BASE.with_borrow_mut(|slot| {
        if slot.as_ref() != base {
            *slot = base.cloned();
        }
    });
    BUILDER.clean(source).to_string()
}

/// A relative address made absolute; without a base it stays as it is.
fn absolute(address: &str) -> Option<Cow<'_, str>> {
    BASE.with_borrow(|base| match base {
        Some(base) => base.join(address).ok().map(|address| Cow::Owned(address.into())),
        None => Some(Cow::Borrowed(address)),
    })
}

/// Writes a stretch of a page as HTML: whole elements only, loose text in paragraphs.
#[derive(Debug, Default)]
pub(super) struct SourceWriter {
    source: String,
    open: Vec<&'static str>,
    /// A paragraph of our own is open around loose text.
    paragraph: bool,
    breaks: usize,
}

impl SourceWriter {
    pub(super) fn write(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => self.text(text),
            Event::Open(element) => self.element(element),
            Event::Close(element) => self.close(element.value().name()),
        }
    }

    pub(super) fn finish(mut self) -> String {
        while let Some(name) = self.open.pop() {
            self.end_tag(name);
        }
        self.end_paragraph();
        self.source
    }

    fn text(&mut self, text: &str) {
        let blank = text.trim().is_empty();
        if blank && self.open.is_empty() && !self.paragraph {
            return;
        }
        if !blank {
            self.begin_inline();
        }
        let preformatted = self.open.contains(&"pre");
        let mut last = if self.source.ends_with("<p>") || self.source.ends_with("<br>") { ' ' } else { 'x' };
        for c in text.chars() {
            let blank = !preformatted && matches!(c, ' ' | '\n' | '\t' | '\r');
            if blank && last == ' ' {
                continue;
            }
            last = if blank { ' ' } else { c };
            match c {
                _ if blank => self.source.push(' '),
                '&' => self.source.push_str("&amp;"),
                '<' => self.source.push_str("&lt;"),
                '>' => self.source.push_str("&gt;"),
                '\u{a0}' => self.source.push_str("&nbsp;"),
                _ => self.source.push(c),
            }
        }
    }

    fn element(&mut self, element: ElementRef<'_>) {
        let name = element.value().name();
        if name == "br" {
            self.breaks += 1;
            return;
        }
        if is_block(name) {
            self.end_paragraph();
        }
        let Some(kept) = KEPT.iter().copied().find(|kept| *kept == name && self.has_home(name)) else {
            self.end_foreign(name);
            return;
        };
        if !is_block(name) {
            self.begin_inline();
        }
        self.breaks = 0;
        self.source.push('<');
        self.source.push_str(kept);
        for attribute in ["href", "src", "alt"] {
            let fits = matches!((kept, attribute), ("a", "href") | ("img", "src" | "alt"));
            if fits && let Some(value) = element.value().attr(attribute) {
                let value = value.replace('&', "&amp;").replace('"', "&quot;").replace('\u{a0}', "&nbsp;");
                self.source.extend([" ", attribute, "=\"", &value, "\""]);
            }
        }
        self.source.push('>');
        if kept != "img" {
            self.open.push(kept);
        }
    }

    fn close(&mut self, name: &str) {
        if let Some(at) = self.open.iter().rposition(|open| *open == name) {
            while self.open.len() > at {
                let name = self.open.pop().expect("it was found above");
                self.end_tag(name);
            }
        } else if is_block(name) {
            self.end_paragraph();
            self.end_foreign(name);
        }
    }

    /// Whether an element may stand here: a cell needs its table, an item its list.
    fn has_home(&self, name: &str) -> bool {
        let homes: &[&str] = match name {
            "td" | "th" | "tr" | "tbody" => &["table"],
            "dt" | "dd" => &["dl"],
            "li" => &["ul", "ol"],
            _ => return true,
        };
        self.open.iter().any(|open| homes.contains(open))
    }

    /// A block that is not kept still parts what is before it from what comes after, inside what is open.
    fn end_foreign(&mut self, name: &str) {
        let says_something = !self.source.ends_with('>');
        if is_block(name) && !self.open.is_empty() && says_something {
            self.breaks = self.breaks.max(1);
        }
    }

    /// Before a word: pays for line breaks, opens a paragraph where no element is open.
    fn begin_inline(&mut self) {
        if self.breaks > 1 && self.open.is_empty() {
            self.end_paragraph();
        }
        if self.open.is_empty() && !self.paragraph {
            self.source.push_str("<p>");
            self.paragraph = true;
        } else {
            self.source.extend(std::iter::repeat_n("<br>", self.breaks));
        }
        self.breaks = 0;
    }

    fn end_paragraph(&mut self) {
        self.breaks = 0;
        if self.paragraph && self.open.is_empty() {
            let mut end = self.source.trim_end();
            while let Some(shorter) = end.strip_suffix("&nbsp;") {
                end = shorter.trim_end();
            }
            self.source.truncate(end.len());
            self.source.push_str("</p>");
            self.paragraph = false;
        }
    }

    fn end_tag(&mut self, name: &str) {
        self.breaks = 0;
        self.source.extend(["</", name, ">"]);
    }
}

/// Elements that a story is made of.
const KEPT: [&str; 32] = [
    "a",
    "b",
    "blockquote",
    "code",
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
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "u",
    "ul",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        let base = Url::parse("https://exemple.fr/actions/").unwrap();
        let (safe, _) = sanitised(source, Some(&base));
        assert_eq!(safe, expected, "{source}");
        assert_eq!(sanitised(&safe, Some(&base)).0, safe, "a second time");
    }

    #[test]
    fn nothing_that_acts_is_kept() {
        check("<p onclick=\"x()\">a<script>alert(1)</script></p>", "<p>a</p>");
        check("<a href=\"javascript:alert(1)\">b</a>", "<a>b</a>");
        check("<style>p{}</style><iframe src=x>c</iframe>d", "d");
        check("<math><mi><style><img src=x onerror=alert(1)></style></mi></math>", "");
    }

    #[test]
    fn addresses_become_absolute() {
        check(
            "<a href=\"fiche 1.html\">a</a> <img src=\"/i.png\" alt=\"\">",
            "<a href=\"https://exemple.fr/actions/fiche%201.html\">a</a> <img src=\"https://exemple.fr/i.png\" alt=\"\">",
        );
        check("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b><i>c</i>");
    }
}
