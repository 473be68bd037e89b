//! What no parser may see: nesting and attributes past what any honest page has.

use super::scan::{tag, tags_and_texts};

/// Deepest nesting; real pages stay under 60.
const DEPTH: usize = 200;
/// Longest tag in bytes without quoted values, and most attributes.
const ATTRIBUTES: usize = 200;
/// Formatting elements that a parser opens anew in every block, added up over the page.
const WORK: usize = 500_000;
/// Elements that a parser opens anew in the next block when they were left open.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Longest source in bytes.
const BYTES: usize = 4 << 20;

/// The beginning of a source that is safe to parse; shorter than the source if a ceiling was passed.
///
/// Parsers of HTML are quadratic in the depth of open elements and in the attributes of one tag.
pub(super) fn parsable(source: &str) -> &str {
    let mut source = source;
    if source.len() > BYTES {
        let end = (0..=BYTES).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0);
        source = &source[..end];
    }
    if source.len() < DEPTH * 3 {
        return source;
    }
    let mut depth = 0_usize;
    let mut formatting = 0_usize;
    let mut work = 0_usize;
    let mut at = 0;
    for (is_markup, part) in tags_and_texts(source) {
        if is_markup && let Some(tag) = tag(part) {
            let formats = FORMATTING.contains(&tag.name.as_str());
            if tag.closes {
                depth = depth.saturating_sub(1);
                formatting = formatting.saturating_sub(usize::from(formats));
            } else {
                depth += usize::from(!closes_itself(&tag.name));
                formatting += usize::from(formats);
                work += formatting;
            }
            if depth > DEPTH || work > WORK || (part.len() > ATTRIBUTES * 2 && attributes(part) > ATTRIBUTES) {
                return &source[..at];
            }
        }
        if !is_markup
            && let Some(open) = open_tag(part)
            && attributes(&part[open..]) > ATTRIBUTES
        {
            return &source[..at + open];
        }
        at += part.len();
    }
    source
}

/// Elements that have no end tag, or that authors leave open without nesting by it.
fn closes_itself(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
            | "p"
            | "li"
            | "dt"
            | "dd"
            | "option"
            | "tr"
            | "td"
            | "th"
            | "tbody"
            | "thead"
            | "tfoot"
    )
}

/// Where a tag begins that a parser would see in a text: one that never ends, or one with an odd name.
fn open_tag(text: &str) -> Option<usize> {
    let begins =
        |at: usize| text.as_bytes().get(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/');
    (text.len() > ATTRIBUTES * 2).then(|| text.match_indices('<').map(|(at, _)| at).find(|at| begins(*at))).flatten()
}

/// Attributes of a tag: blanks outside quotes.
fn attributes(tag: &str) -> usize {
    let mut quote = None;
    let mut count = 0;
    let mut last = b'<';
    for byte in tag.bytes() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            (None, b' ' | b'\t' | b'\n' | b'\r' | b'/') if !matches!(last, b' ' | b'\t' | b'\n' | b'\r' | b'/') => {
                count += 1;
            }
            _ => {}
        }
        last = byte;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_take_a_parser_ages_is_cut() {
        let deep = "<div>".repeat(100_000);
        assert!(parsable(&deep).len() < 2_000);
        let wide = format!("<p>x</p><a {}>", "b=c ".repeat(50_000));
        assert_eq!(parsable(&wide), "<p>x</p>");
        let open = format!("<p>x</p><a {}", "b=c ".repeat(50_000));
        assert_eq!(parsable(&open), "<p>x</p>");
        let odd = format!("<p>x</p><a:b {}>", "b=c ".repeat(50_000));
        assert_eq!(parsable(&odd), "<p>x</p>");
        let words = format!("<p>1 < 2 {}</p>", "mot ".repeat(50_000));
        assert_eq!(parsable(&words).len(), words.len());
        let honest = "<div><p>texte<br>autre</p></div>".repeat(10_000);
        assert_eq!(parsable(&honest).len(), honest.len());
        let picture = format!("<img src=\"data:image/png;base64,{}\">", "A".repeat(100_000));
        assert_eq!(parsable(&picture), picture);
        let reopened = format!("{}{}", "<b id=1>".repeat(150), "<p>".repeat(100_000));
        assert!(parsable(&reopened).len() < 50_000);
        let items = "<li>a<p>b".repeat(20_000);
        assert_eq!(parsable(&items).len(), items.len());
    }
}
