//! A text on its way from its start tag to its end tag.

use quick_xml::events::BytesStart;

use super::attributes::attribute;
use super::names::{Tag, split};
use super::text::{Entities, escape, push_end, push_start};

/// A text being gathered.
pub(super) struct Capture {
    pub(super) tag: Tag,
    /// Depth of its element.
    pub(super) depth: usize,
    form: Form,
    /// Depth of the `div` that merely wraps an XHTML text.
    wrapping: Option<usize>,
    pub(super) text: String,
    /// What a guid says of itself.
    pub(super) permalink: Option<bool>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Form {
    /// The characters are the value; a tag inside belongs to it as written.
    Text,
    /// The markup is the value.
    Markup,
    Base64,
    /// Base64 if it reads as such, the characters if not.
    PerhapsBase64,
}

impl Form {
    /// How a text is written, by the `type` of Atom 1.0 or the `type` and `mode` of Atom 0.3.
    pub(super) fn of(element: &BytesStart<'_>, entities: &Entities) -> Self {
        if element.attributes_raw().is_empty() {
            return Self::Text;
        }
        let kind = attribute(element, "type", entities).unwrap_or_default().trim().to_ascii_lowercase();
        let is_xml = kind.ends_with("+xml") || kind.ends_with("/xml");
        match attribute(element, "mode", entities).as_deref().map(str::trim) {
            Some("escaped") => Self::Text,
            Some("base64") => Self::Base64,
            Some("xml") if kind.contains("html") => Self::Markup,
            _ if kind.contains("xhtml") || is_xml => Self::Markup,
            // A media type that is neither text nor XML is in Base64 (RFC 4287, 4.1.3.3).
            None if kind.contains('/') && !kind.starts_with("text/") => Self::PerhapsBase64,
            _ => Self::Text,
        }
    }
}

impl Capture {
    pub(super) fn new(tag: Tag, depth: usize, form: Form) -> Self {
        Self { tag, depth, form, wrapping: None, text: String::new(), permalink: None }
    }

    /// Whether what is in it is markup, and has no meaning of its own.
    pub(super) fn is_markup(&self) -> bool {
        self.form == Form::Markup
    }

    /// Adds the start tag of an element that stands in it, at a depth.
    pub(super) fn push_start(&mut self, name: &str, attributes: &str, empty: bool, depth: usize) {
        let wraps = self.form == Form::Markup
            && self.tag != Tag::Body
            && self.wrapping.is_none()
            && self.text.trim().is_empty()
            && depth == self.depth + 1
            && split(name).1 == "div";
        if wraps {
            self.wrapping = Some(depth);
        } else if self.holds_tags() {
            push_start(name, attributes, empty, &mut self.text);
        }
    }

    /// Adds the end tag of an element that stands in it, at a depth.
    pub(super) fn push_end(&mut self, name: &str, depth: usize) {
        if self.wrapping != Some(depth) && self.holds_tags() {
            push_end(name, &mut self.text);
        }
    }

    /// Adds characters that stand for themselves.
    pub(super) fn push_literal(&mut self, text: &str) {
        if self.form == Form::Markup {
            escape(text, &mut self.text);
        } else {
            self.text.push_str(text);
        }
    }

    /// Adds characters as they were written, references apart.
    pub(super) fn push_written(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds what `&name;` stands for; false where it had to be guessed or left as it was.
    pub(super) fn push_reference(&mut self, name: &str, entities: &Entities) -> bool {
        if self.form == Form::Markup {
            let mut text = String::new();
            let known = entities.resolve(name, &mut text);
            escape(&text, &mut self.text);
            return known;
        }
        entities.resolve(name, &mut self.text)
    }

    /// Adds a text that begins with an `&` which no semicolon follows.
    pub(super) fn push_bare(&mut self, text: &str, entities: &Entities) {
        // In an address, `&copy` is the name of a parameter.
        let meant = if matches!(self.tag, Tag::Link | Tag::Guid) { None } else { Entities::bare(text) };
        match meant {
            Some((name, rest)) => {
                self.push_reference(name, entities);
                self.push_literal(rest);
            }
            None => self.push_literal(text),
        }
    }

    /// The whole text as it is meant, without outer blanks.
    pub(super) fn with_text<T>(&self, take: impl FnOnce(&str) -> T) -> T {
        let decoded = match self.form {
            Form::Text | Form::Markup => None,
            Form::Base64 => from_base64(&self.text).map(|bytes| {
                String::from_utf8(bytes)
                    .unwrap_or_else(|fault| encoding_rs::WINDOWS_1252.decode(fault.as_bytes()).0.into_owned())
            }),
            Form::PerhapsBase64 => from_base64(&self.text).and_then(|bytes| String::from_utf8(bytes).ok()),
        };
        take(decoded.as_deref().unwrap_or(&self.text).trim())
    }

    /// Whether tags that stand in the text belong to it.
    fn holds_tags(&self) -> bool {
        matches!(
            self.tag,
            Tag::Title | Tag::OtherTitle | Tag::Summary | Tag::OtherSummary | Tag::Content | Tag::Encoded | Tag::Body
        )
    }
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let written: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(&written).ok()
}
