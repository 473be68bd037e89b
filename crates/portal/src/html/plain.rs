//! Plain text as paragraphs and lists.

use crate::typo;

/// What begins an item of a list.
const BULLETS: [&str; 4] = ["- ", "• ", "· ", "* "];
/// Deepest list; what lies deeper stands with it.
const DEEPEST: usize = 4;
/// Longest text that is shown, in bytes.
const BYTES: usize = 512 * 1024;

/// Paragraphs apart by an empty line, items behind a bullet, items of items two blanks further in.
pub(super) fn paragraphs(text: &str, language: Option<&str>) -> String {
    let (text, was_cut) = cut(text);
    let text = typo::text(text, language);
    let mut writer = Writer { out: String::with_capacity(text.len() + 64), lists: Vec::new(), in_paragraph: false };
    for line in text.lines() {
        writer.line(line);
    }
    if was_cut {
        writer.line("");
        writer.line("…");
    }
    writer.end_lists();
    writer.end_paragraph();
    writer.out
}

fn cut(text: &str) -> (&str, bool) {
    if text.len() <= BYTES {
        return (text, false);
    }
    let end = (0..=BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    (&text[..end], true)
}

struct Writer {
    out: String,
    /// Indents of the lists that are open, outermost first.
    lists: Vec<usize>,
    in_paragraph: bool,
}

impl Writer {
    fn line(&mut self, line: &str) {
        let words = line.trim();
        if words.is_empty() {
            self.end_lists();
            self.end_paragraph();
            return;
        }
        let indent = line.len() - line.trim_start().len();
        if let Some(item) = BULLETS.iter().find_map(|bullet| words.strip_prefix(bullet)) {
            self.end_paragraph();
            self.item(indent, item.trim_start());
            return;
        }
        if self.in_paragraph || !self.lists.is_empty() {
            self.out.push_str("<br>");
        } else {
            self.out.push_str("<p>");
            self.in_paragraph = true;
        }
        self.words(words);
    }

    fn item(&mut self, indent: usize, words: &str) {
        while self.lists.len() > 1 && self.lists.last().is_some_and(|open| *open > indent) {
            self.out.push_str("</li></ul>");
            self.lists.pop();
        }
        let is_deeper = self.lists.last().is_none_or(|open| indent > *open) && self.lists.len() < DEEPEST;
        if is_deeper {
            self.out.push_str("<ul>");
            self.lists.push(indent);
        } else {
            self.out.push_str("</li>");
        }
        self.out.push_str("<li>");
        self.words(words);
    }

    fn end_lists(&mut self) {
        for _ in self.lists.drain(..) {
            self.out.push_str("</li></ul>");
        }
    }

    fn end_paragraph(&mut self) {
        if std::mem::take(&mut self.in_paragraph) {
            self.out.push_str("</p>");
        }
    }

    fn words(&mut self, words: &str) {
        for c in words.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                _ => self.out.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(paragraphs(text, Some("fr")), expected);
    }

    #[test]
    fn a_text_falls_into_paragraphs_and_lists() {
        check("Un.\n\nDeux\ndeux.", "<p>Un.</p><p>Deux<br>deux.</p>");
        check("- a\n- b", "<ul><li>a</li><li>b</li></ul>");
        check(
            "Avant\n- a\n  - b\n  - c\n- d\n\nAprès",
            "<p>Avant</p><ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul><p>Après</p>",
        );
        check("• a\nsuite", "<ul><li>a<br>suite</li></ul>");
        check("    - a\n- b", "<ul><li>a</li><li>b</li></ul>");
        check("-a", "<p>-a</p>");
        check("", "");
        check("<b>&'\"", "<p>&lt;b&gt;&amp;&#39;&quot;</p>");
    }

    #[test]
    fn a_text_without_end_is_cut_and_says_so() {
        let shown = paragraphs(&"é".repeat(BYTES), None);
        assert!(shown.len() < BYTES + 100 && shown.ends_with("<p>…</p>"));
        let deep: Vec<String> = (0..1000).map(|depth| format!("{}- a", " ".repeat(depth))).collect();
        assert!(paragraphs(&deep.join("\n"), None).matches("<ul>").count() <= DEEPEST);
    }
}
