//! What a mapping reads from: one view over values and pages, in nodes, so that lists keep together.

use std::borrow::Cow;

use scraper::ElementRef;
use serde_json::{Map, Value};

use crate::html::{Page, Span, looks_like_markup, text_of};
use crate::mapping::At;
use crate::text::entities;

/// A payload, ready to be read.
pub(crate) enum Tree<'t> {
    Value(&'t Value),
    Object(&'t Map<String, Value>),
    Page(Page<'t>),
}

/// A piece of a payload.
#[derive(Clone)]
pub(crate) enum Node<'t> {
    Value(&'t Value),
    /// The whole of a payload that is an object.
    Whole,
    Element(ElementRef<'t>),
    /// What follows a label of a page.
    Span(Span),
    /// A text that is nothing but text.
    Text(Cow<'t, str>),
}

impl<'t> Tree<'t> {
    /// The nodes at a place, from the whole payload or from one of its nodes.
    pub(crate) fn nodes(&self, at: &At, from: Option<&Node<'t>>) -> Vec<Node<'t>> {
        match (at, from) {
            (At::Constant(word), _) => vec![Node::Text(Cow::Owned(word.clone()))],
            (At::Itself, Some(node)) => vec![node.clone()],
            (At::Itself, None) => vec![self.root()],
            (At::Path(path), Some(Node::Value(value))) => path.values(value).into_iter().map(Node::Value).collect(),
            (At::Path(path), None) => match self {
                Self::Value(value) => path.values(value).into_iter().map(Node::Value).collect(),
                Self::Object(object) => path.values_of(object).into_iter().map(Node::Value).collect(),
                Self::Page(_) => Vec::new(),
            },
            _ => match self {
                Self::Page(page) => nodes_of_page(page, at, from),
                _ => Vec::new(),
            },
        }
    }

    /// The node's text, and whether it may be HTML source; `None` for what is no text.
    pub(crate) fn text<'n>(&self, node: &'n Node<'t>) -> Option<(Cow<'n, str>, bool)> {
        Some(match node {
            Node::Value(Value::String(text)) => (Cow::Borrowed(text.as_str()), true),
            Node::Value(Value::Number(number)) => (Cow::Owned(number.to_string()), false),
            Node::Value(Value::Bool(value)) => (Cow::Borrowed(if *value { "true" } else { "false" }), false),
            Node::Value(_) | Node::Whole => return None,
            Node::Element(element) => (Cow::Owned(text_of(*element)), false),
            Node::Span(span) => (Cow::Owned(self.page()?.text(*span)), false),
            Node::Text(text) => (Cow::Borrowed(text.as_ref()), false),
        })
    }

    /// The node's HTML source, not sanitised; `None` for what is no text.
    pub(crate) fn source<'n>(&self, node: &'n Node<'t>) -> Option<Cow<'n, str>> {
        match node {
            Node::Element(element) => Some(Cow::Owned(element.inner_html())),
            Node::Span(span) => Some(Cow::Owned(self.page()?.source(*span))),
            _ => {
                let (text, is_source) = self.text(node)?;
                let is_html = is_source && (looks_like_markup(&text) || text.contains("&lt;"));
                Some(if is_html { text } else { Cow::Owned(paragraphs(&entities::decode(&text))) })
            }
        }
    }

    fn page(&self) -> Option<&Page<'t>> {
        match self {
            Self::Page(page) => Some(page),
            _ => None,
        }
    }

    fn root(&self) -> Node<'t> {
        match self {
            Self::Value(value) => Node::Value(value),
            Self::Object(_) => Node::Whole,
            Self::Page(page) => Node::Element(page.root()),
        }
    }
}

fn nodes_of_page<'t>(page: &Page<'t>, at: &At, from: Option<&Node<'t>>) -> Vec<Node<'t>> {
    match at {
        At::Label { label, .. } => page.value(*label).map(Node::Span).into_iter().collect(),
        At::Above => page.above_labels().map(Node::Span).into_iter().collect(),
        At::Step(words) => page.step_after(words).map(|step| Node::Text(Cow::Owned(step))).into_iter().collect(),
        At::Link(words) => page.links(words).into_iter().map(Node::Element).collect(),
        At::Css { selector, attribute, .. } => {
            let elements: Vec<ElementRef<'t>> = match (selector, from) {
                (Some(selector), None) => page.root().select(selector).collect(),
                (Some(selector), Some(Node::Element(element))) => element.select(selector).collect(),
                (Some(selector), Some(Node::Span(span))) => {
                    page.elements(*span).filter(|element| selector.matches(element)).collect()
                }
                (None, Some(Node::Element(element))) => vec![*element],
                _ => Vec::new(),
            };
            match attribute {
                None => elements.into_iter().map(Node::Element).collect(),
                Some(name) => {
                    let values = elements.iter().filter_map(|element| element.value().attr(name));
                    values.map(|value| Node::Text(Cow::Borrowed(value))).collect()
                }
            }
        }
        At::Constant(_) | At::Path(_) | At::Itself => Vec::new(),
    }
}

/// Plain text as HTML: its paragraphs, nothing marked up.
fn paragraphs(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    if !escaped.contains('\n') {
        return escaped;
    }
    let paragraphs = escaped.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let mut html = String::with_capacity(escaped.len() + 16);
    for paragraph in paragraphs {
        html.extend(["<p>", &paragraph.replace('\n', "<br>"), "</p>"]);
    }
    html
}
