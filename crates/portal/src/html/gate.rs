//! What a parser may be given: short, flat, and nested as it says.
//!
//! Parsers of HTML take quadratic time over deep nesting, over many attributes of one tag, and over
//! formatting that is left open. What the normalizer stores has none of that; what does is not ours.

/// Longest source in bytes: a fiche of a hundred pages.
const BYTES: usize = 512 * 1024;
/// Deepest nesting.
const DEPTH: usize = 100;
/// End tags that do not end the innermost element, at most.
const MISMATCHES: usize = 20;
/// Longest tag in bytes.
const TAG_BYTES: usize = 4096;
/// Most blanks and slashes outside quotes in one tag: what parts its attributes.
const ATTRIBUTES: usize = 20;

/// Elements without an end tag.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Whether a source is short, flat and well nested enough to be parsed in no time.
pub(super) fn may_be_parsed(source: &str) -> bool {
    if source.len() > BYTES {
        return false;
    }
    let mut open: Vec<&str> = Vec::new();
    let mut mismatches = 0;
    let mut rest = source;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let is_markup = rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if !is_markup {
            continue;
        }
        let Some(tag) = tag(rest) else { return false };
        rest = &rest[tag.len()..];
        if let Some(ended) = tag.strip_prefix('/') {
            let place = open.iter().rposition(|name| name.eq_ignore_ascii_case(name_of(ended)));
            if place.is_none_or(|place| place + 1 != open.len()) {
                mismatches += 1;
            }
            open.truncate(place.unwrap_or(open.len()));
        } else {
            let name = name_of(tag);
            if !VOID.iter().any(|void| void.eq_ignore_ascii_case(name)) {
                open.push(name);
            }
        }
        if open.len() > DEPTH || mismatches > MISMATCHES {
            return false;
        }
    }
    true
}

/// A tag without its angle brackets, if it ends, is short and has few attributes; comments and declarations
/// are never stored, so they are none.
fn tag(source: &str) -> Option<&str> {
    if source.starts_with(['!', '?']) {
        return None;
    }
    let mut quote = None;
    let mut parts = 0;
    for (at, byte) in source.bytes().enumerate().take(TAG_BYTES) {
        match (quote, byte) {
            (None, b'>') => return Some(&source[..at]),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b' ' | b'\t' | b'\n' | b'\r' | 0xc | b'/') => parts += 1,
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
        if parts > ATTRIBUTES {
            return None;
        }
    }
    None
}

fn name_of(tag: &str) -> &str {
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
    &tag[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_honest_text_is_parsed() {
        for html in [
            "<p>Un <strong>café</strong><br>partenaires</p>",
            "<ul><li>a</li><li>b <a href=\"https://exemple.fr/?a=b\" rel=\"x y\">c</a></li></ul>",
            "1 < 2 et 3 <4",
            "<p>a</b></p>",
            "",
        ] {
            assert!(may_be_parsed(html), "{html}");
        }
        assert!(may_be_parsed(&"<p>x</p><ul><li>y</li></ul>".repeat(10_000)));
    }

    #[test]
    fn what_would_take_ages_is_not() {
        assert!(!may_be_parsed(&"<div>".repeat(200)));
        assert!(!may_be_parsed(&"<div></x>".repeat(200)), "end tags that end nothing");
        assert!(!may_be_parsed(&"<p><b></p>".repeat(200)), "formatting left open");
        assert!(!may_be_parsed(&format!("<a {}>", "b=c ".repeat(200))));
        assert!(!may_be_parsed(&format!("<a{}>", "/b".repeat(200))));
        assert!(!may_be_parsed(&"x".repeat(BYTES + 1)));
        assert!(!may_be_parsed("<p>a <!-- b -->"));
        assert!(!may_be_parsed("<p title=\"never ends"));
    }
}
