//! The events of a feed's XML, one after the other, into items.
//!
//! Nothing is held but the elements that are open and the item that is being read. Elements that
//! are closed in the wrong order are closed where it does least harm, and each such place is counted.

use model::{RawRecord, ReasonCode};
use quick_xml::events::{BytesStart, Event};

use super::super::document::absolute;
use super::item::{Item, fill};
use super::names::{Bindings, Space, Tag, split};
use super::text::{Entities, escape, push_end, push_start};

/// Deepest nesting of elements that is read.
const DEPTH: usize = 512;
/// Most attributes of one element that are looked at.
const ATTRIBUTES: usize = 256;
/// Most bytes of room that are kept from one text to the next.
const SPARE_BYTES: usize = 64 << 10;
/// Most bytes of one item.
const ITEM_BYTES: usize = 48 << 20;

/// Why a document is not read any further.
pub(super) struct Stop {
    pub(super) code: ReasonCode,
    pub(super) message: String,
}

impl Stop {
    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self { code: ReasonCode::Malformed, message: message.into() }
    }
}

/// A feed being read.
pub(super) struct Reading<'a> {
    each: &'a mut dyn FnMut(RawRecord),
    url: &'a str,
    open: Vec<Open>,
    /// Names of the open elements, one after the other.
    names: String,
    bindings: Bindings,
    bases: Vec<String>,
    languages: Vec<String>,
    entities: Entities,
    root: Root,
    has_junk: bool,
    feed_language: Option<String>,
    item: Option<Current>,
    capture: Option<Capture>,
    /// The last text that was gathered, for the room it takes.
    spare: String,
    person: Person,
    pub(super) repairs: u64,
}

#[derive(PartialEq)]
enum Root {
    Awaited,
    Open,
    Closed,
}

/// An open element: where its name begins, and what was in force before it.
struct Open {
    name_at: usize,
    tag: Tag,
    bindings: usize,
    bases: usize,
    languages: usize,
}

/// The item being read, the depth of its element, and its base.
struct Current {
    item: Item,
    depth: usize,
    base: String,
}

/// A text being gathered.
struct Capture {
    tag: Tag,
    depth: usize,
    form: Form,
    /// Depth of the `div` that merely wraps an XHTML text.
    wrapping: Option<usize>,
    text: String,
    permalink: Option<bool>,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// The characters are the value; a tag inside belongs to it as written.
    Text,
    /// The markup is the value.
    Markup,
    Base64,
}

/// The author being read.
#[derive(Default)]
struct Person {
    text: String,
    name: String,
    email: String,
}

impl<'a> Reading<'a> {
    pub(super) fn new(url: &'a str, each: &'a mut dyn FnMut(RawRecord)) -> Self {
        Self {
            each,
            url,
            open: Vec::new(),
            names: String::new(),
            bindings: Bindings::default(),
            bases: Vec::new(),
            languages: Vec::new(),
            entities: Entities::default(),
            root: Root::Awaited,
            has_junk: false,
            feed_language: None,
            item: None,
            capture: None,
            spare: String::new(),
            person: Person::default(),
            repairs: 0,
        }
    }

    /// Takes one event; true at the end of the document.
    pub(super) fn take(&mut self, event: &Event<'_>) -> Result<bool, Stop> {
        match event {
            Event::Start(element) => self.start(element, false)?,
            Event::Empty(element) => self.start(element, true)?,
            Event::End(element) => self.end(element.name().0),
            // Blanks between elements are most of the texts of a feed.
            Event::Text(_) if self.capture.is_none() && self.root == Root::Open => {}
            Event::Text(text) => self.text(&text.xml10_content())?,
            Event::CData(text) => self.literal(&text.xml10_content())?,
            Event::GeneralRef(reference) => self.reference(&reference.xml10_content())?,
            Event::DocType(doctype) => self.doctype(&doctype.xml10_content())?,
            Event::Eof => return self.finish().map(|()| true),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        Ok(false)
    }

    fn doctype(&mut self, doctype: &str) -> Result<(), Stop> {
        if self.root == Root::Awaited {
            let name = doctype.split(|c: char| c.is_whitespace() || c == '[').next().unwrap_or_default();
            if name.eq_ignore_ascii_case("html") {
                return Err(html_instead());
            }
            self.entities = Entities::read(doctype);
        }
        Ok(())
    }

    fn finish(&self) -> Result<(), Stop> {
        match self.root {
            Root::Awaited => Err(Stop::malformed("the document is no feed: it holds no element")),
            Root::Closed => Ok(()),
            Root::Open => {
                let within = self.open.last().map_or("", |open| &self.names[open.name_at..]);
                let message = format!("the document stops inside `{within}`, before its end");
                Err(Stop { code: ReasonCode::Truncated, message })
            }
        }
    }

    // Elements.

    fn start(&mut self, element: &BytesStart<'_>, empty: bool) -> Result<(), Stop> {
        let name = element.name().0;
        if !name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == ':') {
            return self.stray(element);
        }
        match self.root {
            Root::Closed => {
                self.junk();
                return Ok(());
            }
            Root::Awaited => self.root_named(name)?,
            Root::Open => {}
        }
        if self.open.len() >= DEPTH {
            return Err(Stop::malformed(format!("elements are nested more than {DEPTH} deep")));
        }
        let attributes = element.attributes_raw();
        let mut tag = Tag::Unknown;
        if self.in_markup() {
            // What is markup in a text that was declared as such has no meaning of its own.
        } else {
            tag = self.peek_tag(name, attributes);
            self.leave_unclosed_text(tag);
            self.leave_unclosed_item(tag);
        }
        let frame = Open {
            name_at: self.names.len(),
            tag,
            bindings: self.bindings.len(),
            bases: self.bases.len(),
            languages: self.languages.len(),
        };
        self.names.push_str(name);
        self.open.push(frame);
        if !attributes.is_empty() && memchr::memmem::find(attributes.as_bytes(), b"xml").is_some() {
            self.declare(element);
            if !self.in_markup() {
                tag = self.tag(name);
                if let Some(frame) = self.open.last_mut() {
                    frame.tag = tag;
                }
            }
        }
        if self.capture.is_some() {
            self.start_within_text(name, attributes, tag, empty);
        } else {
            self.begin(element, tag);
        }
        if empty {
            self.leave(false);
        }
        Ok(())
    }

    fn root_named(&mut self, name: &str) -> Result<(), Stop> {
        let local = split(name).1.to_ascii_lowercase();
        match local.as_str() {
            "rss" | "rdf" | "feed" | "channel" | "entry" => {
                self.root = Root::Open;
                Ok(())
            }
            "html" | "head" | "body" => Err(html_instead()),
            _ => Err(Stop::malformed(format!("the document is no feed: its first element is `{name}`"))),
        }
    }

    /// The meaning of a name before its own declarations are read: good enough to see what it closes.
    fn peek_tag(&mut self, name: &str, attributes: &str) -> Tag {
        if attributes.contains("xmlns") { Tag::Unknown } else { self.tag(name) }
    }

    fn tag(&mut self, name: &str) -> Tag {
        let (prefix, local) = split(name);
        let space = self.bindings.space(prefix).unwrap_or_else(|| {
            self.repairs += 1;
            Space::of_custom(prefix)
        });
        Tag::of(space, local)
    }

    /// Reads the namespaces, the base and the language that an element declares.
    fn declare(&mut self, element: &BytesStart<'_>) {
        for attribute in element.html_attributes().with_checks(false).take(ATTRIBUTES).flatten() {
            let key = attribute.key.0;
            if key == "xmlns" {
                self.bindings.bind("", Space::of_address(&attribute.value));
            } else if let Some(prefix) = key.strip_prefix("xmlns:") {
                self.bindings.bind(prefix, Space::of_address(&attribute.value));
            } else if key == "xml:base" {
                let base = absolute(self.base(), &self.value(&attribute.value));
                self.bases.push(base);
            } else if key == "xml:lang" {
                self.languages.push(attribute.value.trim().to_owned());
            }
        }
    }

    fn base(&self) -> &str {
        self.bases.last().map_or(self.url, String::as_str)
    }

    fn in_markup(&self) -> bool {
        self.capture.as_ref().is_some_and(|capture| capture.form == Form::Markup)
    }

    /// A text that was not closed ends where an element begins that never stands in a text.
    fn leave_unclosed_text(&mut self, tag: Tag) {
        let Some(capture) = &self.capture else { return };
        let ends = tag.ends_a_text() && capture.tag != Tag::Author || tag == Tag::Link && capture.tag == Tag::Title;
        if ends && self.item.is_some() {
            let depth = capture.depth;
            self.repairs += 1;
            while self.open.len() >= depth {
                self.close();
            }
        }
    }

    fn leave_unclosed_item(&mut self, tag: Tag) {
        let Some(current) = &self.item else { return };
        if tag == Tag::Item && self.open.len() == current.depth && self.capture.is_none() {
            self.repairs += 1;
            self.close();
        }
    }

    fn start_within_text(&mut self, name: &str, attributes: &str, tag: Tag, empty: bool) {
        let depth = self.open.len();
        let Some(capture) = &mut self.capture else { return };
        if capture.tag == Tag::Author {
            if matches!(tag, Tag::PersonName | Tag::PersonEmail) {
                *capture = Capture { tag, depth, ..Capture::new(tag, depth, Form::Text) };
            }
            return;
        }
        let wraps = capture.form == Form::Markup
            && capture.tag != Tag::Body
            && capture.wrapping.is_none()
            && capture.text.trim().is_empty()
            && depth == capture.depth + 1
            && split(name).1 == "div";
        if wraps {
            capture.wrapping = Some(depth);
        } else if is_html(capture.tag) {
            push_start(name, attributes, empty, &mut capture.text);
        }
    }

    /// An element that is read for its meaning.
    fn begin(&mut self, element: &BytesStart<'_>, tag: Tag) {
        let depth = self.open.len();
        let Some(current) = &self.item else {
            match tag {
                Tag::Item => self.begin_item(element),
                Tag::Language if depth <= 3 => self.capture = Some(Capture::new(tag, depth, Form::Text)),
                _ => {}
            }
            return;
        };
        if depth != current.depth + 1 {
            return;
        }
        let form = match tag {
            Tag::Link => return self.begin_link(element),
            Tag::Category => return self.begin_category(element),
            Tag::Enclosure => {
                let url = self.attribute(element, "url").or_else(|| self.attribute(element, "href"));
                return self.enclosure(url, element);
            }
            Tag::Body => Form::Markup,
            Tag::Title | Tag::Summary | Tag::Content => self.form(element, tag),
            Tag::Unknown | Tag::Item | Tag::PersonName | Tag::PersonEmail => return,
            _ => Form::Text,
        };
        let permalink = match tag {
            Tag::Guid => self.attribute(element, "isPermaLink").map(|value| value.trim().eq_ignore_ascii_case("true")),
            _ => None,
        };
        if tag == Tag::Author {
            self.person = Person::default();
        }
        let text = std::mem::take(&mut self.spare);
        self.capture = Some(Capture { permalink, text, ..Capture::new(tag, depth, form) });
    }

    fn begin_item(&mut self, element: &BytesStart<'_>) {
        let mut item = Item::named(self.attribute(element, "about"));
        let base = self.base().to_owned();
        if let Some(link) = self.attribute(element, "href") {
            item.add_link(&base, &link, true);
        }
        self.item = Some(Current { item, depth: self.open.len(), base });
    }

    fn begin_link(&mut self, element: &BytesStart<'_>) {
        let depth = self.open.len();
        let Some(address) = self.attribute(element, "href") else {
            self.capture = Some(Capture::new(Tag::Link, depth, Form::Text));
            return;
        };
        let relation = self.attribute(element, "rel").unwrap_or_else(|| "alternate".to_owned());
        let relation = relation.trim().to_ascii_lowercase();
        // Relations may be written as addresses of the register they stand in.
        match relation.rsplit('/').next().unwrap_or_default() {
            "alternate" | "" => {
                let kind = self.attribute(element, "type");
                let is_page = kind.is_none_or(|kind| kind.contains("html"));
                let base = self.base().to_owned();
                if let Some(current) = &mut self.item {
                    current.item.add_link(&base, &address, is_page);
                }
            }
            "enclosure" => self.enclosure(Some(address), element),
            _ => {}
        }
    }

    fn begin_category(&mut self, element: &BytesStart<'_>) {
        let depth = self.open.len();
        let told = self.attribute(element, "label").filter(|label| !label.trim().is_empty());
        let told = told.or_else(|| self.attribute(element, "term"));
        match (told, &mut self.item) {
            (Some(told), Some(current)) => {
                if !told.trim().is_empty() {
                    current.item.categories.push(told.trim().to_owned());
                }
            }
            _ => self.capture = Some(Capture::new(Tag::Category, depth, Form::Text)),
        }
    }

    fn enclosure(&mut self, url: Option<String>, element: &BytesStart<'_>) {
        let Some(url) = url else { return };
        let kind = self.attribute(element, "type");
        let length = self.attribute(element, "length");
        let base = self.base().to_owned();
        if let Some(current) = &mut self.item {
            current.item.add_enclosure(&base, &url, kind.as_deref(), length.as_deref());
        }
    }

    /// How a text is written, by the `type` of Atom 1.0 or the `type` and `mode` of Atom 0.3.
    fn form(&self, element: &BytesStart<'_>, tag: Tag) -> Form {
        let kind = self.attribute(element, "type").unwrap_or_default().trim().to_ascii_lowercase();
        let is_xml = kind.ends_with("+xml") || kind.ends_with("/xml");
        match self.attribute(element, "mode").as_deref().map(str::trim) {
            Some("escaped") => Form::Text,
            Some("base64") => Form::Base64,
            Some("xml") if kind.contains("html") => Form::Markup,
            _ if kind.contains("xhtml") || is_xml => Form::Markup,
            None if tag == Tag::Content && kind.contains('/') && !kind.starts_with("text/") => Form::Base64,
            _ => Form::Text,
        }
    }

    /// An attribute by its local name.
    fn attribute(&self, element: &BytesStart<'_>, local: &str) -> Option<String> {
        if element.attributes_raw().is_empty() {
            return None;
        }
        let mut attributes = element.html_attributes();
        let mut attributes = attributes.with_checks(false).take(ATTRIBUTES).flatten();
        let found = attributes.find(|attribute| split(attribute.key.0).1.eq_ignore_ascii_case(local))?;
        Some(self.value(&found.value))
    }

    /// An attribute's value with its references read.
    fn value(&self, written: &str) -> String {
        let mut value = String::with_capacity(written.len());
        let mut rest = written;
        while let Some(at) = rest.find('&') {
            value.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let end = rest.find(';').filter(|end| rest[..*end].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#'));
            if let Some(end) = end.filter(|end| *end > 0) {
                self.entities.resolve(&rest[..end], &mut value);
                rest = &rest[end + 1..];
            } else {
                value.push('&');
            }
        }
        value.push_str(rest);
        value
    }

    fn end(&mut self, name: &str) {
        if self.root != Root::Open {
            return self.junk();
        }
        let top = self.open.last().map(|open| &self.names[open.name_at..]);
        if top == Some(name) {
            return self.close();
        }
        self.repairs += 1;
        let mut end = self.names.len();
        let found = self.open.iter().rposition(|open| {
            let matches = self.names[open.name_at..end].eq_ignore_ascii_case(name);
            end = open.name_at;
            matches
        });
        if let Some(found) = found {
            while self.open.len() > found {
                self.close();
            }
        }
    }

    /// Closes the innermost open element.
    fn close(&mut self) {
        self.leave(true);
    }

    /// The same; in a text, the end tag of an empty element was written with its start.
    fn leave(&mut self, writes_end: bool) {
        let depth = self.open.len();
        let Some(frame) = self.open.pop() else { return };
        if let Some(capture) = &mut self.capture {
            if capture.depth == depth {
                self.end_text();
            } else if writes_end && capture.wrapping != Some(depth) && is_html(capture.tag) {
                push_end(&self.names[frame.name_at..], &mut capture.text);
            }
        }
        if frame.tag == Tag::Author && self.item.as_ref().is_some_and(|current| current.depth + 1 == depth) {
            self.end_author();
        }
        if self.item.as_ref().is_some_and(|current| current.depth == depth)
            && let Some(current) = self.item.take()
        {
            let language = self.languages.last().or(self.feed_language.as_ref());
            let language = language.map(String::as_str).filter(|language| !language.is_empty());
            (self.each)(current.item.into_record(current.base, language));
        }
        self.names.truncate(frame.name_at);
        self.bindings.forget(frame.bindings);
        self.bases.truncate(frame.bases);
        self.languages.truncate(frame.languages);
        if self.open.is_empty() {
            self.root = Root::Closed;
        }
    }

    // Texts.

    fn text(&mut self, text: &str) -> Result<(), Stop> {
        let Some(capture) = &mut self.capture else {
            if self.root != Root::Open && !text.trim().is_empty() {
                self.junk();
            }
            return Ok(());
        };
        let is_bare = text.starts_with('&');
        self.repairs += u64::from(is_bare);
        if is_bare && capture.form == Form::Markup {
            escape(text, &mut capture.text);
        } else {
            capture.text.push_str(text);
        }
        self.measure()
    }

    /// Characters that stand for themselves.
    fn literal(&mut self, text: &str) -> Result<(), Stop> {
        let Some(capture) = &mut self.capture else { return Ok(()) };
        if capture.form == Form::Markup {
            escape(text, &mut capture.text);
        } else {
            capture.text.push_str(text);
        }
        self.measure()
    }

    fn reference(&mut self, name: &str) -> Result<(), Stop> {
        let Some(capture) = &mut self.capture else { return Ok(()) };
        let known = if capture.form == Form::Markup {
            let mut text = String::new();
            let known = self.entities.resolve(name, &mut text);
            escape(&text, &mut capture.text);
            known
        } else {
            self.entities.resolve(name, &mut capture.text)
        };
        self.repairs += u64::from(!known);
        self.measure()
    }

    /// A `<` that begins no tag: text, up to the next tag that stands in what was taken for one.
    fn stray(&mut self, element: &BytesStart<'_>) -> Result<(), Stop> {
        self.repairs += 1;
        let written = format!("{}{}", element.name().0, element.attributes_raw());
        let Some((before, tag)) = written.split_once('<') else { return self.literal(&format!("<{written}>")) };
        self.literal(&format!("<{before}"))?;
        if let Some(name) = tag.strip_prefix('/') {
            self.end(name.trim());
            return Ok(());
        }
        if !tag.starts_with(|c: char| c.is_alphabetic()) {
            return self.literal(&format!("<{tag}>"));
        }
        let name_end = tag.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(tag.len());
        self.start(&BytesStart::from_content(tag.trim_end_matches('/'), name_end), tag.ends_with('/'))
    }

    /// Something outside the root element: one mistake, however long.
    fn junk(&mut self) {
        self.repairs += u64::from(!self.has_junk);
        self.has_junk = true;
    }

    fn measure(&self) -> Result<(), Stop> {
        let held = self.capture.as_ref().map_or(0, |capture| capture.text.len());
        if held < ITEM_BYTES / 64 {
            return Ok(());
        }
        let size = self.item.as_ref().map_or(0, |current| current.item.size()) + held;
        if size <= ITEM_BYTES {
            return Ok(());
        }
        Err(Stop::malformed(format!("one item is larger than {} MiB", ITEM_BYTES >> 20)))
    }

    fn end_text(&mut self) {
        let Some(mut capture) = self.capture.take() else { return };
        self.end_capture(&capture);
        // A text of a rare size is not worth keeping.
        if capture.text.capacity() <= SPARE_BYTES {
            capture.text.clear();
            self.spare = capture.text;
        }
    }

    fn end_capture(&mut self, capture: &Capture) {
        let decoded;
        let text = if capture.form == Form::Base64 {
            decoded = from_base64(&capture.text);
            decoded.trim()
        } else {
            capture.text.trim()
        };
        match capture.tag {
            Tag::PersonName => return self.person.name.push_str(text),
            Tag::PersonEmail => return self.person.email.push_str(text),
            Tag::Author => return self.person.text.push_str(text),
            _ => {}
        }
        let Some(current) = &mut self.item else {
            fill(&mut self.feed_language, text);
            return;
        };
        let item = &mut current.item;
        let base = self.bases.last().map_or(self.url, String::as_str);
        match capture.tag {
            Tag::Title => fill(&mut item.title, text),
            Tag::OtherTitle => fill(&mut item.other_title, text),
            Tag::Link => item.add_link(base, text, true),
            Tag::Guid => item.add_guid(base, text, capture.permalink),
            Tag::Published => item.add_published(text),
            Tag::Updated => item.add_updated(text),
            Tag::Summary | Tag::OtherSummary => {
                let field = if capture.tag == Tag::Summary { &mut item.summary } else { &mut item.other_summary };
                fill(field, text);
                if item.base.is_none() && base != current.base {
                    item.base = Some(base.to_owned());
                }
            }
            Tag::Content | Tag::Encoded | Tag::Body => {
                fill(&mut item.content, text);
                if base != current.base {
                    item.base = Some(base.to_owned());
                }
            }
            Tag::Creator if !text.is_empty() => item.authors.push(text.to_owned()),
            Tag::Category if !text.is_empty() => item.categories.push(text.to_owned()),
            Tag::Language => fill(&mut item.language, text),
            _ => {}
        }
    }

    /// An author by name, and by address only where there is no name.
    fn end_author(&mut self) {
        let person = std::mem::take(&mut self.person);
        let Some(current) = &mut self.item else { return };
        let name = if person.name.is_empty() { name_of(&person.text) } else { person.name };
        let name = if name.is_empty() { person.email } else { name };
        if !name.is_empty() {
            current.item.authors.push(name);
        }
    }
}

impl Capture {
    fn new(tag: Tag, depth: usize, form: Form) -> Self {
        Self { tag, depth, form, wrapping: None, text: String::new(), permalink: None }
    }
}

fn html_instead() -> Stop {
    Stop { code: ReasonCode::HtmlInstead, message: "a web page came where a feed was expected".to_owned() }
}

/// Whether tags that stand in a text belong to it.
fn is_html(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Title | Tag::OtherTitle | Tag::Summary | Tag::OtherSummary | Tag::Content | Tag::Encoded | Tag::Body
    )
}

/// `who@example.org (Name)`, `Name <who@example.org>`: the name, if there is one beside the address.
fn name_of(written: &str) -> String {
    let (open, close) = if written.contains('(') { ('(', ')') } else { ('<', '>') };
    let Some((before, after)) = written.split_once(open) else { return written.to_owned() };
    let within = after.split(close).next().unwrap_or_default().trim();
    let (address, name) = if open == '(' { (before.trim(), within) } else { (within, before.trim()) };
    if address.contains('@') && !name.is_empty() { name.to_owned() } else { written.to_owned() }
}

fn from_base64(text: &str) -> String {
    use base64::Engine as _;
    let written: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    match base64::engine::general_purpose::STANDARD.decode(&written) {
        Ok(bytes) => String::from_utf8(bytes)
            .unwrap_or_else(|fault| encoding_rs::WINDOWS_1252.decode(fault.as_bytes()).0.into_owned()),
        Err(_) => text.to_owned(),
    }
}
