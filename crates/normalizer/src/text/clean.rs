//! The cleaning steps of a value, and the notes they leave.

use std::borrow::Cow;

use model::{Issue, Severity};

use super::{blanks, encoding, entities, lost};
use crate::html;

/// Which cleaning steps a value goes through; `clean = []` means none at all.
#[expect(clippy::struct_excessive_bools, reason = "each is a step of its own, as configs name them")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Steps {
    entities: bool,
    encoding: bool,
    controls: bool,
    lost: bool,
    markup: bool,
    blanks: bool,
}

impl Steps {
    /// Every step: what a value without `clean` goes through.
    pub(crate) const DEFAULT: Self =
        Self { entities: true, encoding: true, controls: true, lost: true, markup: true, blanks: true };
    /// No step.
    pub(crate) const NONE: Self =
        Self { entities: false, encoding: false, controls: false, lost: false, markup: false, blanks: false };
    /// Names of the steps, in the order they are taken.
    pub(crate) const NAMES: [&'static str; 6] = ["encoding", "controls", "markup", "entities", "lost", "blanks"];

    /// The same for a text that is surely no markup.
    pub(crate) fn without_markup(self) -> Self {
        Self { markup: false, ..self }
    }

    /// With one more step; `false` if the name is none.
    pub(crate) fn add(&mut self, name: &str) -> bool {
        let step = match name {
            "encoding" => &mut self.encoding,
            "controls" => &mut self.controls,
            "markup" => &mut self.markup,
            "entities" => &mut self.entities,
            "lost" => &mut self.lost,
            "blanks" => &mut self.blanks,
            _ => return false,
        };
        *step = true;
        true
    }
}

/// Most issues told of one record; more would say nothing new.
const MOST_ISSUES: usize = 100;

/// The issues of a record, as its fields add to them.
#[derive(Debug)]
pub(crate) struct Notes {
    issues: Vec<Issue>,
}

impl Notes {
    pub(crate) fn new(issues: Vec<Issue>) -> Self {
        Self { issues }
    }

    pub(crate) fn into_issues(self) -> Vec<Issue> {
        self.issues
    }

    /// Whether an error was told already.
    pub(crate) fn has_error(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// Tells something, once.
    pub(crate) fn tell(&mut self, severity: Severity, field: &str, code: &'static str, message: impl Into<String>) {
        let issue = Issue::new(severity, field, code, message.into());
        let has_room = self.issues.len() < MOST_ISSUES || severity == Severity::Error;
        if has_room && !self.issues.contains(&issue) {
            self.issues.push(issue);
        }
    }

    pub(crate) fn warn(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        self.tell(Severity::Warning, field, code, message);
    }

    pub(crate) fn repaired(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        self.tell(Severity::Repaired, field, code, message);
    }
}

/// Longest text that is looked at; the rest is cut off and told.
const LONGEST_CHARS: usize = 500_000;

/// A plain text, cleaned.
pub(crate) fn clean_text(steps: Steps, raw: &str, field: &str, notes: &mut Notes) -> String {
    let raw = capped(raw, field, notes);
    if steps == Steps::NONE {
        return blanks::storable(raw);
    }
    if is_plain(raw) {
        return raw.to_owned();
    }
    let mut text = mend_bytes(steps, raw, field, notes);
    if steps.markup && html::looks_like_markup(&text) {
        text = Cow::Owned(html::text_of_source(&text));
    }
    if steps.entities && entities::has_reference(&text) {
        let mut decoded = text.into_owned();
        for _ in 0..3 {
            let Cow::Owned(next) = entities::decode(&decoded) else { break };
            decoded = next;
        }
        let message = "character references such as `&rsquo;` stood in the text; they were decoded";
        notes.repaired(field, "escaped-entities", message);
        text = mend_bytes(steps, &decoded, field, notes).into_owned().into();
    }
    // What was escaped markup is markup now.
    for _ in 0..3 {
        if !steps.markup || !html::looks_like_markup(&text) {
            break;
        }
        text = Cow::Owned(html::text_of_source(&text));
    }
    text = mend_lost(steps, text, field, notes);
    if steps.blanks { blanks::tidy(&text) } else { blanks::storable(&text) }
}

/// An HTML source, mended outside its tags; it is not sanitised yet.
pub(crate) fn clean_html<'t>(steps: Steps, raw: &'t str, field: &str, notes: &mut Notes) -> Cow<'t, str> {
    let raw = capped(raw, field, notes);
    if steps == Steps::NONE {
        return Cow::Borrowed(raw);
    }
    let mut source = mend_bytes(steps, raw, field, notes);
    if steps.entities {
        if !source.contains('<') && source.contains("&lt;") {
            let decoded = entities::decode(&source).into_owned();
            if html::looks_like_markup(&decoded) {
                notes.repaired(
                    field,
                    "escaped-markup",
                    "the whole text was escaped as if it were no HTML; it was decoded",
                );
                source = Cow::Owned(decoded);
            }
        }
        if let Cow::Owned(unescaped) = entities::unescape_twice(&source)
            && unescaped != *source
        {
            notes.repaired(
                field,
                "escaped-entities",
                "letters were escaped twice, as in `&amp;eacute;`; they were decoded",
            );
            source = Cow::Owned(unescaped);
        }
    }
    if !source.contains(['\'', '?', '\u{fffd}', '’', '&']) && !source.contains(": //") {
        return source;
    }
    let mut mended = String::with_capacity(source.len());
    for (is_tag, part) in html::tags_and_texts(&source) {
        if is_tag {
            mended.push_str(&mend_tag(steps, part, field, notes));
            continue;
        }
        let mut text = Cow::Borrowed(part);
        if steps.entities
            && let Cow::Owned(closed) = entities::close_bare(part)
        {
            notes.repaired(
                field,
                "escaped-entities",
                "a letter's reference lacked its semicolon, as in `&oelig`; it was read",
            );
            text = Cow::Owned(closed);
        }
        mended.push_str(&mend_lost(steps, text, field, notes));
    }
    Cow::Owned(mended)
}

/// An address in a tag that a tool broke: `href="https: //partner.example"`.
fn mend_tag<'t>(steps: Steps, tag: &'t str, field: &str, notes: &mut Notes) -> Cow<'t, str> {
    if !steps.entities || !tag.contains(": //") {
        return Cow::Borrowed(tag);
    }
    let mended = tag.replace("https: //", "https://").replace("http: //", "http://");
    notes.repaired(
        field,
        "address-repaired",
        "a blank stood in the middle of an address, as in `https: //`; it was taken out",
    );
    Cow::Owned(mended)
}

fn capped<'t>(raw: &'t str, field: &str, notes: &mut Notes) -> &'t str {
    if raw.len() <= LONGEST_CHARS {
        return raw;
    }
    let Some((end, _)) = raw.char_indices().nth(LONGEST_CHARS) else { return raw };
    notes.warn(field, "too-long", format!("the text is longer than {LONGEST_CHARS} characters; its end was left out"));
    &raw[..end]
}

fn mend_bytes<'t>(steps: Steps, raw: &'t str, field: &str, notes: &mut Notes) -> Cow<'t, str> {
    let mut text = Cow::Borrowed(raw);
    if steps.encoding
        && let Cow::Owned(undone) = encoding::undo_double_decoding(raw)
    {
        notes.repaired(
            field,
            "double-decoding",
            "the text was UTF-8 read as windows-1252 (`Ã©` for `é`); it was read again",
        );
        text = Cow::Owned(undone);
    }
    if steps.controls
        && let Cow::Owned(mended) = encoding::c1_to_cp1252(&text)
    {
        notes.repaired(field, "c1-controls", "control characters stood for windows-1252 ones; they were replaced");
        text = Cow::Owned(mended);
    }
    text
}

fn mend_lost<'t>(steps: Steps, text: Cow<'t, str>, field: &str, notes: &mut Notes) -> Cow<'t, str> {
    if !steps.lost {
        return text;
    }
    let mut found = lost::Found::default();
    let Cow::Owned(mended) = lost::put_back(&text, &mut found) else { return text };
    if !found.words.is_empty() {
        found.words.sort();
        found.words.dedup();
        notes.repaired(field, "lost-ligature", format!("a lost `œ` was put back: {}", found.words.join(", ")));
    }
    if found.marks > 0 {
        notes.repaired(field, "lost-mark", format!("{} lost `…`, `–` or `€` put back where `'` stood", found.marks));
    }
    Cow::Owned(mended)
}

/// Nothing in it that any step could touch.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut last = b' ';
    for &byte in bytes {
        let harmless = matches!(byte, b' ' | b'!' | b'"' | b'#'..=b'%' | b'('..=b';' | b'=' | b'>' | b'@'..=b'~');
        if !harmless || (byte == b' ' && last == b' ') {
            return false;
        }
        last = byte;
    }
    last != b' ' && !text.contains("uvre")
}
