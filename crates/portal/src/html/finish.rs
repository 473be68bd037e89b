//! The last touch on markup that is clean: headings in their place, tables that scroll, French blanks.
//!
//! It reads what the cleaner wrote: tags of a short list, `<` and `>` of texts as entities, links the
//! only tags with attributes, double quotes around them.

use std::fmt::Write as _;

use super::Setting;
use crate::typo;

/// Writes clean markup anew.
pub(super) fn finish(clean: &str, setting: Setting<'_>) -> String {
    let mut finisher =
        Finisher { out: String::with_capacity(clean.len() + 64), setting, outline: Vec::new(), tables: 0 };
    let mut rest = clean.trim();
    while !rest.is_empty() {
        let text_end = rest.find('<').unwrap_or(rest.len());
        finisher.text(&rest[..text_end]);
        rest = &rest[text_end..];
        let tag_end = end_of_tag(rest);
        finisher.tag(&rest[..tag_end]);
        rest = &rest[tag_end..];
    }
    finisher.out
}

struct Finisher<'a> {
    out: String,
    setting: Setting<'a>,
    /// Levels of the headings that the present place stands under, as the sourceur numbered them.
    outline: Vec<u8>,
    tables: usize,
}

impl Finisher<'_> {
    fn text(&mut self, text: &str) {
        // A blank at the very beginning stands behind a word, as in "<strong>Public</strong> : …".
        if text.starts_with(' ') && self.out.ends_with('>') && !self.out.ends_with("<br>") {
            let behind_a_word = format!("x{text}");
            self.out.push_str(&typo::text(&behind_a_word, self.setting.language)[1..]);
        } else {
            self.out.push_str(&typo::text(text, self.setting.language));
        }
    }

    fn tag(&mut self, tag: &str) {
        match tag.as_bytes() {
            [b'<', b'h', level @ b'1'..=b'6', b'>'] => {
                let level = level - b'0';
                self.outline
                    .truncate(self.outline.iter().position(|above| *above >= level).unwrap_or(self.outline.len()));
                self.outline.push(level);
                let shown = self.shown_level();
                write!(self.out, "<h{shown}>").expect("a string takes every byte");
            }
            [b'<', b'/', b'h', b'1'..=b'6', b'>'] => self.end_heading(),
            b"<table>" => {
                if self.tables == 0 {
                    let label = self.setting.table;
                    write!(self.out, "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"{label}\">")
                        .expect("a string takes every byte");
                }
                self.tables += 1;
                self.out.push_str(tag);
            }
            b"</table>" => {
                self.out.push_str(tag);
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.out.push_str("</div>");
                }
            }
            b"</p>" | b"</li>" | b"</ul>" | b"</ol>" | b"</blockquote>" => self.end_or_undo(tag),
            _ => self.out.push_str(tag),
        }
    }

    /// No level is skipped, whatever the sourceur skipped.
    fn shown_level(&self) -> u8 {
        let depth = u8::try_from(self.outline.len()).unwrap_or(u8::MAX);
        self.setting.below.saturating_add(depth).min(6)
    }

    fn end_heading(&mut self) {
        let shown = self.shown_level();
        let opened = format!("<h{shown}>");
        if !self.undo(&opened) {
            write!(self.out, "</h{shown}>").expect("a string takes every byte");
        }
    }

    /// An element without words leaves nothing: no empty line, no heading that says nothing.
    fn end_or_undo(&mut self, end_tag: &str) {
        let opened = end_tag.replacen('/', "", 1);
        if !self.undo(&opened) {
            self.out.push_str(end_tag);
        }
    }

    /// Takes back an element that was just opened, with blanks and line breaks in it; tells whether it did.
    fn undo(&mut self, opened: &str) -> bool {
        let mut end = self.out.as_str();
        loop {
            let shorter = end.trim_end().trim_end_matches("<br>").trim_end_matches("&nbsp;");
            if shorter.len() == end.len() {
                break;
            }
            end = shorter;
        }
        let Some(kept) = end.strip_suffix(opened) else { return false };
        self.out.truncate(kept.len());
        true
    }
}

/// Where a tag that begins here ends: behind the first `>` outside quotes.
fn end_of_tag(source: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in source.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    source.len()
}
