//! The elements that are open, and what holds inside them: names, namespaces, base, language.

use quick_xml::events::BytesStart;

use super::super::document::absolute;
use super::attributes::{each_attribute, value};
use super::names::{Bindings, Space, Tag, split};
use super::text::Entities;

/// The elements that are open, from the root inwards.
pub(super) struct Scope<'a> {
    /// Address of the document.
    url: &'a str,
    open: Vec<Open>,
    /// Names of the open elements, one after the other.
    names: String,
    bindings: Bindings,
    bases: Vec<String>,
    languages: Vec<String>,
}

/// An open element: where its name begins, and what was in force before it.
struct Open {
    name_at: usize,
    tag: Tag,
    bindings: usize,
    bases: usize,
    languages: usize,
}

impl<'a> Scope<'a> {
    pub(super) fn new(url: &'a str) -> Self {
        Self {
            url,
            open: Vec::new(),
            names: String::new(),
            bindings: Bindings::default(),
            bases: Vec::new(),
            languages: Vec::new(),
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Name of the innermost element, as written; empty where none is open.
    pub(super) fn name(&self) -> &str {
        self.open.last().map_or("", |open| &self.names[open.name_at..])
    }

    /// Meaning of the innermost element.
    pub(super) fn tag(&self) -> Tag {
        self.open.last().map_or(Tag::Unknown, |open| open.tag)
    }

    /// What relative addresses start from.
    pub(super) fn base(&self) -> &str {
        self.bases.last().map_or(self.url, String::as_str)
    }

    /// The language that is declared here, if one is.
    pub(super) fn language(&self) -> Option<&str> {
        self.languages.last().map(String::as_str)
    }

    /// The namespace of a prefix; none where it was never declared.
    pub(super) fn space(&self, prefix: &str) -> Option<Space> {
        self.bindings.space(prefix)
    }

    pub(super) fn enter(&mut self, name: &str, tag: Tag) {
        let (bindings, bases, languages) = (self.bindings.len(), self.bases.len(), self.languages.len());
        self.open.push(Open { name_at: self.names.len(), tag, bindings, bases, languages });
        self.names.push_str(name);
    }

    /// Corrects the meaning of the innermost element, now that its namespaces are known.
    pub(super) fn mean(&mut self, tag: Tag) {
        if let Some(open) = self.open.last_mut() {
            open.tag = tag;
        }
    }

    pub(super) fn leave(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.names.truncate(open.name_at);
        self.bindings.forget(open.bindings);
        self.bases.truncate(open.bases);
        self.languages.truncate(open.languages);
    }

    /// How many elements stay open when the innermost of this name is closed, if there is one.
    pub(super) fn depth_without(&self, name: &str) -> Option<usize> {
        let mut end = self.names.len();
        self.open.iter().rposition(|open| {
            let matches = self.names[open.name_at..end].eq_ignore_ascii_case(name);
            end = open.name_at;
            matches
        })
    }

    /// Whether the innermost element stands right under the one at a depth, or in mere groups under it.
    pub(super) fn is_right_under(&self, depth: usize) -> bool {
        let between = self.open.get(depth..self.open.len().saturating_sub(1));
        self.open.len() > depth && between.is_some_and(|between| between.iter().all(|open| open.tag == Tag::Group))
    }

    /// Whether the innermost element stands right in one of this meaning, which is at a depth.
    pub(super) fn is_within(&self, tag: Tag, depth: usize) -> bool {
        self.open.len() == depth + 1 && depth > 0 && self.open[depth - 1].tag == tag
    }

    /// Reads the namespaces, the base and the language that the innermost element declares.
    pub(super) fn declare(&mut self, element: &BytesStart<'_>, entities: &Entities) {
        for attribute in each_attribute(element) {
            let key = attribute.key.0;
            if key == "xmlns" {
                self.bind("", &attribute.value);
            } else if let Some(prefix) = key.strip_prefix("xmlns:") {
                self.bind(prefix, &attribute.value);
            } else if key == "xml:base" {
                let base = absolute(self.base(), &value(&attribute.value, entities));
                self.bases.push(base);
            } else if key == "xml:lang" {
                self.languages.push(attribute.value.trim().replace('_', "-"));
            }
        }
    }

    /// Whatever namespace the root of a feed is in is the feed's own: its versions had a dozen.
    fn bind(&mut self, prefix: &str, address: &str) {
        let space = Space::of_address(address);
        let is_of_root = self.open.len() == 1 && split(&self.names).0 == prefix;
        self.bindings.bind(prefix, if is_of_root && space == Space::Other { Space::Core } else { space });
    }
}
