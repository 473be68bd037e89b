//! A parsed page as a sequence of what opens, what closes and what is said; labels stand out in it.
//!
//! Old sites mark their labels up in every way: bold and a line break, a table's cell, a definition
//! list, a heading, nothing at all. What they share is that a label begins a line, and that its value
//! runs to the next label.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use ego_tree::NodeId;
use model::fold;
use scraper::{ElementRef, Html, Node};

use super::caps::parsable;
use super::plain::{TextWriter, is_block};
use super::scan::is_silent;

/// Longest label, in bytes of its line.
const LONGEST_LABEL: usize = 120;

/// Most lines of a page that are looked at as labels.
const MOST_MARKS: usize = 1_000;

/// The labels a mapping knows: those it reads and those that merely end a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labels {
    exact: BTreeMap<String, usize>,
    prefixes: Vec<(String, usize)>,
    count: usize,
    read: Vec<bool>,
}

/// A label of [`Labels`].
pub(crate) type Label = usize;

impl Labels {
    /// A label that a field reads.
    pub(crate) fn add(&mut self, written: &str) -> Label {
        self.insert(written, true)
    }

    /// A label that only ends a value; with a final `*`, the beginning of a line that does.
    pub(crate) fn add_end(&mut self, written: &str) {
        self.insert(written, false);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn insert(&mut self, written: &str, read: bool) -> Label {
        let folded = fold(written);
        if let Some(label) = self.exact.get(&folded).copied() {
            self.read[label] |= read;
            return label;
        }
        let label = self.count;
        self.count += 1;
        self.read.push(read);
        if !read && written.trim_end().ends_with('*') {
            self.prefixes.push((format!("{folded} "), label));
        } else {
            self.exact.insert(folded, label);
        }
        label
    }

    fn find(&self, words: &str) -> Option<Label> {
        if words.len() > LONGEST_LABEL {
            return None;
        }
        self.exact.get(fold(words).as_str()).copied()
    }

    fn find_prefix(&self, line: &str) -> Option<Label> {
        if self.prefixes.is_empty() {
            return None;
        }
        let line = format!("{} ", fold(line));
        self.prefixes.iter().find(|(prefix, _)| line.starts_with(prefix.as_str())).map(|(_, label)| *label)
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Event<'h> {
    Open(ElementRef<'h>),
    Close(ElementRef<'h>),
    Text(&'h str),
}

/// A place in the page: an event, and a byte in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    event: usize,
    byte: usize,
}

/// A stretch of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    start: Position,
    end: Position,
}

/// A line that begins with a label, or with something marked up like one.
struct Mark<'h> {
    label: Option<Label>,
    /// Where its line begins.
    start: Position,
    /// Where its value begins.
    value: Position,
    /// Tag and class of the element it stands in, and whether a colon ends it.
    signature: (&'h str, Option<&'h str>, bool),
    parent: Option<ElementRef<'h>>,
}

struct Line<'h> {
    /// First event with words.
    start: usize,
    /// The event that ends the line.
    end: usize,
    /// The element around the first words.
    parent: ElementRef<'h>,
}

/// A page, ready to be searched.
pub(crate) struct Page<'h> {
    html: &'h Html,
    events: Vec<Event<'h>>,
    lines: Vec<Line<'h>>,
    values: Vec<Option<Span>>,
    first_label: Option<usize>,
}

impl<'h> Page<'h> {
    /// Parses a source, as far as it is safe; the flag tells whether a part was cut off.
    pub(crate) fn parse(source: &str) -> (Html, bool) {
        let kept = parsable(source);
        (Html::parse_document(kept), kept.len() < source.len())
    }

    /// Reads a parsed page for the labels of a mapping.
    pub(crate) fn new(html: &'h Html, labels: &Labels) -> Self {
        let mut page =
            Self { html, events: Vec::new(), lines: Vec::new(), values: vec![None; labels.count], first_label: None };
        if labels.is_empty() {
            return page;
        }
        page.events = events_of(html.root_element());
        page.lines = lines_of(&page.events);
        page.find_values(labels);
        page
    }

    /// The whole document.
    pub(crate) fn root(&self) -> ElementRef<'h> {
        self.html.root_element()
    }

    /// What follows a label.
    pub(crate) fn value(&self, label: Label) -> Option<Span> {
        self.values.get(label).copied().flatten()
    }

    /// The heading above the fiche's first label, or else the line just above it.
    pub(crate) fn above_labels(&self) -> Option<Span> {
        let first = self.first_label?;
        let before: Vec<&Line<'h>> = self.lines.iter().take_while(|line| line.end <= first).collect();
        let near = before.iter().rev().take(3);
        let heading = near.copied().find(|line| {
            let around = line.parent.ancestors().filter_map(ElementRef::wrap).chain([line.parent]);
            around.into_iter().any(|element| is_heading(element.value().name()))
        });
        let line = heading.or(before.last().copied())?;
        Some(Span { start: Position { event: line.start, byte: 0 }, end: Position { event: line.end, byte: 0 } })
    }

    /// The step after given words in the trail of links above the fiche ("Accueil > Thème > Fiche").
    pub(crate) fn step_after(&self, words: &str) -> Option<String> {
        let first = self.first_label.unwrap_or(self.events.len());
        let texts = self.events[..first].iter().filter_map(|event| match event {
            Event::Text(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            _ => None,
        });
        // Joomla's arrow is an image; a text made of the page has its name instead.
        let split = |text: String| -> Vec<String> {
            let parts = text.split(['>', '»', '›', '→', '|', '/']).flat_map(|part| part.split(" arrow "));
            parts.map(|part| part.trim().to_owned()).collect()
        };
        let mut steps: Vec<String> = texts.flat_map(split).collect();
        steps.retain(|step| step.chars().any(char::is_alphanumeric) && step != "arrow");
        let at = steps.iter().rposition(|step| fold(step) == words)?;
        steps.into_iter().nth(at + 1)
    }

    /// Links of the fiche whose words begin with given ones.
    pub(crate) fn links(&self, words: &str) -> Vec<ElementRef<'h>> {
        let begins = |element: &ElementRef<'h>| {
            let text: String = element.text().take(20).collect();
            format!("{} ", fold(&text)).starts_with(&format!("{words} "))
        };
        let from = self.first_label.unwrap_or(0);
        let opened = self.events[from.min(self.events.len())..].iter().filter_map(|event| match event {
            Event::Open(element) if element.value().name() == "a" => Some(*element),
            _ => None,
        });
        opened.filter(begins).collect()
    }

    /// Elements that open inside a stretch.
    pub(crate) fn elements(&self, span: Span) -> impl Iterator<Item = ElementRef<'h>> {
        self.events[span.start.event..span.end.event].iter().filter_map(|event| match event {
            Event::Open(element) => Some(*element),
            _ => None,
        })
    }

    /// The text of a stretch.
    pub(crate) fn text(&self, span: Span) -> String {
        let mut writer = TextWriter::default();
        self.each(span, |event| write_text(&mut writer, event));
        let text = writer.finish();
        let trimmed = text.trim_start_matches([':', ' ', '\u{a0}', '\n']);
        if trimmed.len() == text.len() { text } else { trimmed.to_owned() }
    }

    /// The HTML of a stretch: whole elements, loose text in paragraphs; not sanitised yet.
    pub(crate) fn source(&self, span: Span) -> String {
        let mut writer = super::safe::SourceWriter::default();
        self.each(span, |event| writer.write(event));
        writer.finish()
    }

    fn each(&self, span: Span, mut read: impl FnMut(Event<'h>)) {
        for (index, event) in self.events.iter().enumerate().take(span.end.event + 1).skip(span.start.event) {
            let Event::Text(text) = event else {
                if index < span.end.event {
                    read(*event);
                }
                continue;
            };
            let from = if index == span.start.event { span.start.byte } else { 0 };
            let to = if index == span.end.event { span.end.byte } else { text.len() };
            if from < to {
                read(Event::Text(&text[from..to]));
            }
        }
    }

    fn find_values(&mut self, labels: &Labels) {
        let marks: Vec<Mark<'h>> =
            self.lines.iter().filter_map(|line| self.mark(line, labels)).take(MOST_MARKS).collect();
        let home = home_of(&marks, labels);
        let inside = |mark: &Mark<'h>, home: NodeId| {
            mark.parent.is_some_and(|parent| parent.id() == home || parent.ancestors().any(|node| node.id() == home))
        };
        let mut chosen: Vec<Option<usize>> = vec![None; labels.count];
        for strict in [true, false] {
            for (index, mark) in marks.iter().enumerate() {
                let Some(label) = mark.label.filter(|label| labels.read[*label] && chosen[*label].is_none()) else {
                    continue;
                };
                let is_home = home.is_none_or(|home| inside(mark, home));
                if is_home == strict && !self.is_empty(span_of(&marks, index, self.events.len())) {
                    chosen[label] = Some(index);
                }
            }
        }
        let parents: Vec<ElementRef<'h>> = chosen.iter().flatten().filter_map(|index| marks[*index].parent).collect();
        let end = if parents.len() > 1 { self.end_of(common_ancestor(&parents)) } else { self.events.len() };
        self.first_label = chosen.iter().flatten().map(|index| marks[*index].start.event).min();
        for (label, index) in chosen.iter().enumerate() {
            self.values[label] = index.map(|index| span_of(&marks, index, end)).filter(|span| !self.is_empty(*span));
        }
    }

    fn is_empty(&self, span: Span) -> bool {
        let mut empty = true;
        self.each(span, |event| {
            if let Event::Text(text) = event {
                empty &= !text.contains(char::is_alphanumeric);
            }
        });
        empty
    }

    fn end_of(&self, element: Option<NodeId>) -> usize {
        let closes = |event: &Event<'h>| matches!(event, Event::Close(closed) if Some(closed.id()) == element);
        self.events.iter().position(closes).unwrap_or(self.events.len())
    }

    fn mark(&self, line: &Line<'h>, labels: &Labels) -> Option<Mark<'h>> {
        let mut words = String::new();
        let mut pieces: Vec<(usize, usize)> = Vec::new();
        let mut emphasised_to = None;
        for index in line.start..line.end {
            match self.events[index] {
                Event::Text(text) if words.len() < LONGEST_LABEL * 2 => {
                    pieces.push((words.len(), index));
                    words.push_str(text);
                }
                Event::Close(_) if emphasised_to.is_none() => emphasised_to = Some((words.len(), index)),
                _ => {}
            }
        }
        let parent = line.parent;
        let start = Position { event: line.start, byte: 0 };
        let colon = words.find([':', '：']).filter(|at| *at <= LONGEST_LABEL);
        let signature = |colon: bool| (parent.value().name(), parent.value().attr("class"), colon);
        if let Some(at) = colon
            && let Some(label) = labels.find(&words[..at])
        {
            let after = at + words[at..].chars().next().map_or(1, char::len_utf8);
            let value = position(&pieces, after, line.start);
            return Some(Mark { label: Some(label), start, value, signature: signature(true), parent: Some(parent) });
        }
        if let Some((length, index)) = emphasised_to
            && is_emphasis(parent.value().name())
            && let Some(label) = labels.find(&words[..length])
        {
            let value = Position { event: index, byte: 0 };
            return Some(Mark { label: Some(label), start, value, signature: signature(false), parent: Some(parent) });
        }
        let end = Position { event: line.end, byte: 0 };
        if let Some(label) = labels.find(&words).or_else(|| labels.find_prefix(&words)) {
            return Some(Mark {
                label: Some(label),
                start,
                value: end,
                signature: signature(false),
                parent: Some(parent),
            });
        }
        let (length, _) = emphasised_to?;
        let emphasised = words[..length].trim_end();
        let has_colon = emphasised.ends_with(':') || words[length..].trim_start().starts_with(':');
        let has_class = parent.value().attr("class").is_some();
        let stands_out =
            is_heading(parent.value().name()) || (is_emphasis(parent.value().name()) && (has_colon || has_class));
        let is_short = emphasised.len() <= LONGEST_LABEL / 2;
        (stands_out && is_short).then(|| Mark {
            label: None,
            start,
            value: end,
            signature: signature(has_colon),
            parent: Some(parent),
        })
    }
}

/// From a mark to the next label, to something marked up alike, or to the fiche's end.
fn span_of(marks: &[Mark<'_>], index: usize, end: usize) -> Span {
    let mark = &marks[index];
    let ends = |next: &&Mark<'_>| next.label.is_some() || next.signature == mark.signature;
    let end = Position { event: end, byte: 0 };
    let next = marks[index + 1..].iter().find(ends).map_or(end, |next| next.start);
    Span { start: mark.value, end: next.min(end).max(mark.value) }
}

/// The text of an element and all it holds.
pub(crate) fn text_of(element: ElementRef<'_>) -> String {
    let mut writer = TextWriter::default();
    for event in events_of(element) {
        write_text(&mut writer, event);
    }
    writer.finish()
}

fn write_text(writer: &mut TextWriter, event: Event<'_>) {
    match event {
        Event::Open(element) => writer.open(element.value().name()),
        Event::Close(element) => writer.close(element.value().name()),
        Event::Text(text) => writer.text(text),
    }
}

fn events_of(root: ElementRef<'_>) -> Vec<Event<'_>> {
    use ego_tree::iter::Edge;
    let mut events = Vec::new();
    let mut silent: Option<NodeId> = None;
    for edge in root.traverse() {
        match edge {
            Edge::Open(node) if silent.is_none() => match node.value() {
                Node::Text(text) => events.push(Event::Text(text)),
                Node::Element(element) if is_silent(element.name()) && node.id() != root.id() => {
                    silent = Some(node.id());
                }
                Node::Element(_) => events.extend(ElementRef::wrap(node).map(Event::Open)),
                _ => {}
            },
            Edge::Close(node) if silent == Some(node.id()) => silent = None,
            Edge::Close(node) if silent.is_none() => events.extend(ElementRef::wrap(node).map(Event::Close)),
            _ => {}
        }
    }
    events
}

fn lines_of<'h>(events: &[Event<'h>]) -> Vec<Line<'h>> {
    let mut lines = Vec::new();
    let mut start = None;
    let mut open: Vec<ElementRef<'h>> = Vec::new();
    for (index, event) in events.iter().enumerate() {
        let element = match event {
            Event::Text(text) => {
                if start.is_none() && text.contains(|c: char| !c.is_whitespace()) {
                    start = open.last().map(|parent| (index, *parent));
                }
                continue;
            }
            Event::Open(element) => {
                open.push(*element);
                element
            }
            Event::Close(element) => {
                open.pop();
                element
            }
        };
        let name = element.value().name();
        if (name == "br" || is_block(name))
            && let Some((start, parent)) = start.take()
        {
            lines.push(Line { start, end: index, parent });
        }
    }
    lines.extend(start.map(|(start, parent)| Line { start, end: events.len(), parent }));
    lines
}

/// The byte of a line's words as a place in the page.
fn position(pieces: &[(usize, usize)], at: usize, fallback: usize) -> Position {
    let piece = pieces.iter().rev().find(|(from, _)| *from <= at);
    piece.map_or(Position { event: fallback, byte: 0 }, |(from, event)| Position { event: *event, byte: at - from })
}

/// The deepest element that holds most of the labels: the fiche, not the search form beside it.
fn home_of(marks: &[Mark<'_>], labels: &Labels) -> Option<NodeId> {
    // Of two elements that hold as many, at one depth, the first of the page is home.
    let mut held: HashMap<NodeId, (Vec<Label>, usize, Reverse<usize>)> = HashMap::new();
    let mut distinct: Vec<Label> = Vec::new();
    for mark in marks {
        let (Some(label), Some(parent)) = (mark.label.filter(|label| labels.read[*label]), mark.parent) else {
            continue;
        };
        if !distinct.contains(&label) {
            distinct.push(label);
        }
        let chain: Vec<NodeId> = std::iter::once(parent.id()).chain(parent.ancestors().map(|node| node.id())).collect();
        for (height, id) in chain.iter().enumerate() {
            let order = Reverse(held.len());
            let entry = held.entry(*id).or_insert_with(|| (Vec::new(), chain.len() - height, order));
            if !entry.0.contains(&label) {
                entry.0.push(label);
            }
        }
    }
    let most = (distinct.len() * 3).div_ceil(5).max(2);
    let full = held.into_iter().filter(|(_, (labels, ..))| labels.len() >= most);
    full.max_by_key(|(_, (_, depth, order))| (*depth, *order)).map(|(id, _)| id)
}

fn common_ancestor(elements: &[ElementRef<'_>]) -> Option<NodeId> {
    let chain = |element: &ElementRef<'_>| -> Vec<NodeId> {
        std::iter::once(element.id()).chain(element.ancestors().map(|node| node.id())).collect()
    };
    let (first, others) = elements.split_first()?;
    let others: Vec<Vec<NodeId>> = others.iter().map(chain).collect();
    chain(first).into_iter().find(|id| others.iter().all(|other| other.contains(id)))
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "th" | "legend")
}

fn is_emphasis(name: &str) -> bool {
    matches!(name, "b" | "strong" | "em" | "i" | "u" | "span" | "font" | "label" | "big" | "a") || is_heading(name)
}
