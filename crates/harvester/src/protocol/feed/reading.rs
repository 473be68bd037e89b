//! The events of a feed's XML, one after the other, into items.
//!
//! Nothing is held but the elements that are open and the item that is being read. Elements that
//! are closed in the wrong order are closed where it does least harm, and each such place is counted.

use model::{RawRecord, ReasonCode};
use quick_xml::events::{BytesStart, Event};

use super::attributes::attribute;
use super::capture::{Capture, Form};
use super::item::{Item, fill};
use super::names::{Space, Tag, split};
use super::person::{Person, name_of};
use super::scope::Scope;
use super::text::Entities;

/// Deepest nesting of elements that is read.
const DEPTH: usize = 512;
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

    fn html_instead() -> Self {
        Self { code: ReasonCode::HtmlInstead, message: "a web page came where a feed was expected".to_owned() }
    }
}

/// A feed being read.
pub(super) struct Reading<'a> {
    each: &'a mut dyn FnMut(RawRecord),
    scope: Scope<'a>,
    entities: Entities,
    root: Root,
    /// The document type says that it is a web page.
    says_html: bool,
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

/// The item being read, the depth of its element, and its base.
struct Current {
    item: Item,
    depth: usize,
    base: String,
}

impl<'a> Reading<'a> {
    pub(super) fn new(url: &'a str, each: &'a mut dyn FnMut(RawRecord)) -> Self {
        Self {
            each,
            scope: Scope::new(url),
            entities: Entities::default(),
            root: Root::Awaited,
            says_html: false,
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
            Event::DocType(doctype) => self.doctype(&doctype.xml10_content()),
            Event::Eof => return self.finish().map(|()| true),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        Ok(false)
    }

    /// Takes what was left when the document ended inside a tag: true where it is the root's end
    /// tag, and nothing but its `>` is lost.
    pub(super) fn take_cut_end(&mut self, rest: &str) -> bool {
        let ends = self.root == Root::Open
            && self.scope.depth() == 1
            && rest.trim_start_matches('<').strip_prefix('/').is_some_and(|name| name.trim_end() == self.scope.name());
        if ends {
            self.repairs += 1;
            self.close();
        }
        ends
    }

    fn doctype(&mut self, doctype: &str) {
        if self.root == Root::Awaited {
            let name = doctype.split(|c: char| c.is_whitespace() || c == '[').next().unwrap_or_default();
            self.says_html = name.eq_ignore_ascii_case("html");
            self.entities = Entities::read(doctype);
        }
    }

    fn finish(&self) -> Result<(), Stop> {
        match self.root {
            Root::Awaited if self.says_html => Err(Stop::html_instead()),
            Root::Awaited => Err(Stop::malformed("the document is no feed: it holds no element")),
            Root::Closed => Ok(()),
            Root::Open => {
                let message = format!("the document stops inside `{}`, before its end", self.scope.name());
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
        if self.scope.depth() >= DEPTH {
            return Err(Stop::malformed(format!("elements are nested more than {DEPTH} deep")));
        }
        let attributes = element.attributes_raw();
        let declares = !attributes.is_empty() && memchr::memmem::find(attributes.as_bytes(), b"xml").is_some();
        let mut tag = Tag::Unknown;
        // What is markup in a text that was declared as such has no meaning of its own.
        if !self.in_markup() {
            // Its own declarations are not read yet: good enough to see what it closes.
            tag = if declares { Tag::Unknown } else { self.tag(name) };
            self.leave_unclosed_text(tag);
            self.leave_unclosed_item(tag);
        }
        self.scope.enter(name, tag);
        if declares {
            self.scope.declare(element, &self.entities);
            if !self.in_markup() {
                tag = self.tag(name);
                self.scope.mean(tag);
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
            "html" | "head" | "body" => Err(Stop::html_instead()),
            _ if self.says_html => Err(Stop::html_instead()),
            _ => Err(Stop::malformed(format!("the document is no feed: its first element is `{name}`"))),
        }
    }

    fn tag(&mut self, name: &str) -> Tag {
        let (prefix, local) = split(name);
        let space = self.scope.space(prefix).unwrap_or_else(|| {
            self.repairs += 1;
            Space::of_custom(prefix)
        });
        Tag::of(space, local)
    }

    fn in_markup(&self) -> bool {
        self.capture.as_ref().is_some_and(Capture::is_markup)
    }

    /// A text that was not closed ends where an element begins that never stands in a text.
    fn leave_unclosed_text(&mut self, tag: Tag) {
        let Some(capture) = &self.capture else { return };
        let ends = tag.ends_a_text() && capture.tag != Tag::Author || tag == Tag::Link && capture.tag == Tag::Title;
        if ends && self.item.is_some() {
            let depth = capture.depth;
            self.repairs += 1;
            while self.scope.depth() >= depth {
                self.close();
            }
        }
    }

    fn leave_unclosed_item(&mut self, tag: Tag) {
        let Some(current) = &self.item else { return };
        if tag == Tag::Item && self.scope.depth() == current.depth && self.capture.is_none() {
            self.repairs += 1;
            self.close();
        }
    }

    fn start_within_text(&mut self, name: &str, attributes: &str, tag: Tag, empty: bool) {
        let depth = self.scope.depth();
        let Some(capture) = &mut self.capture else { return };
        if capture.tag != Tag::Author {
            capture.push_start(name, attributes, empty, depth);
        } else if matches!(tag, Tag::PersonName | Tag::PersonEmail | Tag::PersonPage) {
            *capture = Capture::new(tag, depth, Form::Text);
        }
    }

    /// An element that is read for its meaning.
    fn begin(&mut self, element: &BytesStart<'_>, tag: Tag) {
        let depth = self.scope.depth();
        let Some(current) = &self.item else {
            match tag {
                Tag::Item => self.begin_item(element),
                Tag::Language if depth <= 3 => self.capture = Some(Capture::new(tag, depth, Form::Text)),
                _ => {}
            }
            return;
        };
        if matches!(tag, Tag::PersonName | Tag::PersonEmail) && self.scope.is_within(Tag::Author, current.depth + 1) {
            self.capture = Some(Capture::new(tag, depth, Form::Text));
            return;
        }
        if !self.scope.is_right_under(current.depth) {
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
            Tag::Title | Tag::Summary | Tag::Content => Form::of(element, &self.entities),
            Tag::Unknown | Tag::Item | Tag::Group | Tag::PersonName | Tag::PersonEmail | Tag::PersonPage => return,
            _ => Form::Text,
        };
        let permalink = match tag {
            Tag::Guid => self.attribute(element, "isPermaLink").map(|value| value.trim().eq_ignore_ascii_case("true")),
            _ => None,
        };
        if tag == Tag::Author {
            self.person = Person::default();
        }
        let mut capture = Capture::new(tag, depth, form);
        capture.text = std::mem::take(&mut self.spare);
        capture.permalink = permalink;
        self.capture = Some(capture);
    }

    fn begin_item(&mut self, element: &BytesStart<'_>) {
        let mut item = Item::named(self.attribute(element, "about"));
        let base = self.scope.base().to_owned();
        if let Some(link) = self.attribute(element, "href") {
            item.add_link(&base, &link, true);
        }
        if let Some(date) = self.attribute(element, "lastmod") {
            item.add_updated(&date);
        }
        self.item = Some(Current { item, depth: self.scope.depth(), base });
    }

    fn begin_link(&mut self, element: &BytesStart<'_>) {
        if element.attributes_raw().is_empty() {
            self.capture = Some(Capture::new(Tag::Link, self.scope.depth(), Form::Text));
            return;
        }
        let relation = self.attribute(element, "rel").unwrap_or_else(|| "alternate".to_owned());
        let relation = relation.trim().to_ascii_lowercase();
        // Relations may be written as addresses of the register they stand in.
        let relation = relation.rsplit('/').next().unwrap_or_default();
        let leads_to_page = matches!(relation, "alternate" | "");
        let Some(address) = self.attribute(element, "href") else {
            if leads_to_page {
                self.capture = Some(Capture::new(Tag::Link, self.scope.depth(), Form::Text));
            }
            return;
        };
        if leads_to_page {
            let kind = self.attribute(element, "type");
            let is_page = kind.is_none_or(|kind| kind.contains("html"));
            if let Some(current) = &mut self.item {
                current.item.add_link(self.scope.base(), &address, is_page);
            }
        } else if relation == "enclosure" {
            self.enclosure(Some(address), element);
        }
    }

    fn begin_category(&mut self, element: &BytesStart<'_>) {
        let depth = self.scope.depth();
        let told = self.attribute(element, "label").filter(|label| !label.trim().is_empty());
        let told = told.or_else(|| self.attribute(element, "term")).or_else(|| self.attribute(element, "text"));
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
        if let Some(current) = &mut self.item {
            current.item.add_enclosure(self.scope.base(), &url, kind.as_deref(), length.as_deref());
        }
    }

    fn attribute(&self, element: &BytesStart<'_>, local: &str) -> Option<String> {
        attribute(element, local, &self.entities)
    }

    fn end(&mut self, name: &str) {
        if self.root != Root::Open {
            return self.junk();
        }
        if self.scope.name() == name {
            return self.close();
        }
        self.repairs += 1;
        if let Some(kept) = self.scope.depth_without(name) {
            while self.scope.depth() > kept {
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
        let depth = self.scope.depth();
        if let Some(capture) = &mut self.capture {
            if capture.depth == depth {
                self.end_text();
            } else if writes_end {
                capture.push_end(self.scope.name(), depth);
            }
        }
        if let Some(current) = &mut self.item {
            if self.scope.tag() == Tag::Author && current.depth + 1 == depth {
                current.item.add_author(std::mem::take(&mut self.person).told());
            }
            if current.depth == depth {
                self.end_item();
            }
        }
        self.scope.leave();
        if self.scope.depth() == 0 {
            self.root = Root::Closed;
        }
    }

    fn end_item(&mut self) {
        let Some(current) = self.item.take() else { return };
        let language = self.scope.language().or(self.feed_language.as_deref());
        (self.each)(current.item.into_record(current.base, language.filter(|language| !language.is_empty())));
    }

    // Texts.

    fn text(&mut self, text: &str) -> Result<(), Stop> {
        let Some(capture) = &mut self.capture else {
            if self.root != Root::Open && !text.trim().is_empty() {
                self.junk();
            }
            return Ok(());
        };
        if text.starts_with('&') {
            self.repairs += 1;
            capture.push_bare(text, &self.entities);
        } else {
            capture.push_written(text);
        }
        self.measure()
    }

    /// Characters that stand for themselves.
    fn literal(&mut self, text: &str) -> Result<(), Stop> {
        let Some(capture) = &mut self.capture else { return Ok(()) };
        capture.push_literal(text);
        self.measure()
    }

    fn reference(&mut self, name: &str) -> Result<(), Stop> {
        let Some(capture) = &mut self.capture else { return Ok(()) };
        self.repairs += u64::from(!capture.push_reference(name, &self.entities));
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
        capture.with_text(|text| self.put(&capture, text));
        // A text of a rare size is not worth keeping.
        if capture.text.capacity() <= SPARE_BYTES {
            capture.text.clear();
            self.spare = capture.text;
        }
    }

    /// Puts a text where its element belongs.
    fn put(&mut self, capture: &Capture, text: &str) {
        match capture.tag {
            Tag::PersonName => return self.person.name.push_str(text),
            Tag::PersonEmail => return self.person.email.push_str(text),
            Tag::Author => return self.person.text.push_str(text),
            _ => {}
        }
        let Some(current) = &mut self.item else {
            fill(&mut self.feed_language, &text.replace('_', "-"));
            return;
        };
        let item = &mut current.item;
        let base = self.scope.base();
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
            Tag::Creator => item.add_author(name_of(text)),
            Tag::OtherCreator => fill(&mut item.other_author, &name_of(text)),
            Tag::Category if !text.is_empty() => item.categories.push(text.to_owned()),
            Tag::Language => fill(&mut item.language, &text.replace('_', "-")),
            _ => {}
        }
    }
}
