//! Blanks, controls and composed forms.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A value as it came, fit to be stored: NFC, without controls and noncharacters, outer blanks trimmed.
pub(crate) fn storable(text: &str) -> String {
    let kept = |c: &char| !unstorable(*c);
    let kept: String =
        if text.chars().all(|c| kept(&c)) { text.to_owned() } else { text.chars().filter(kept).collect() };
    let composed = nfc(kept);
    let trimmed = composed.trim();
    if trimmed.len() == composed.len() { composed } else { trimmed.to_owned() }
}

/// The text in NFC.
pub(crate) fn nfc(text: String) -> String {
    // Nothing below U+0300 combines.
    if text.chars().all(|c| c < '\u{300}') || is_nfc(&text) { text } else { text.nfc().collect() }
}

/// A text on several lines: one blank between words, at most one empty line between paragraphs.
///
/// A no-break space that stands alone is typography and stays.
pub(crate) fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut newlines = 0;
    let mut blank: Option<char> = None;
    for c in text.chars() {
        match c {
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}' => {
                newlines += 1;
                blank = None;
            }
            ' ' | '\t' | '\r' | '\u{a0}' | '\u{202f}' => blank = Some(if blank.is_none() { c } else { ' ' }),
            '\u{feff}' | '\u{200b}' | '\u{ad}' => {}
            _ if unstorable(c) => {}
            _ => {
                if newlines > 0 && !tidy.is_empty() {
                    tidy.push_str(if newlines == 1 { "\n" } else { "\n\n" });
                } else if newlines == 0
                    && !tidy.is_empty()
                    && let Some(blank) = blank
                {
                    tidy.push(if matches!(blank, '\t' | '\r') { ' ' } else { blank });
                }
                newlines = 0;
                blank = None;
                tidy.push(c);
            }
        }
    }
    nfc(tidy)
}

/// The same on one line.
pub(crate) fn one_line(text: String) -> String {
    if !text.contains(['\n', '\r']) {
        return text;
    }
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A control other than tab and line ends, or a noncharacter: Postgres, XML or CSV would choke on it.
fn unstorable(c: char) -> bool {
    let code = u32::from(c);
    (c.is_control() && !matches!(c, '\n' | '\t' | '\r')) || matches!(code, 0xFDD0..=0xFDEF) || code & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_as_it_came_keeps_all_but_controls() {
        assert_eq!(storable("  a\0b\u{7}c\u{fffe}\u{200f}<b> e\u{301}\u{a0}"), "abc\u{200f}<b> é");
    }

    #[test]
    fn blanks_are_tidied() {
        assert_eq!(tidy("  un   deux \r\n trois\n\n\n\nquatre\u{a0}!  "), "un deux\ntrois\n\nquatre\u{a0}!");
        assert_eq!(tidy("a \u{a0} b\u{feff}"), "a b");
        assert_eq!(one_line("a\n\nb".to_owned()), "a b");
    }
}
