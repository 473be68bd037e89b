//! What a parser may be given: short, flat, and nested as it says.
//!
//! Parsers of HTML take quadratic time over deep nesting, over many attributes of one tag, over
//! formatting that is left open, and over what stands in a table without a cell. What the
//! normalizer stores has none of that: every end tag ends the innermost element. What has is not ours.

/// Longest source in bytes: a fiche of fifty pages.
const BYTES: usize = 256 * 1024;
/// Deepest nesting.
const DEPTH: usize = 100;
/// Longest tag in bytes.
const TAG_BYTES: usize = 4096;
/// Most blanks and slashes outside quotes in one tag: what parts its attributes.
const ATTRIBUTES: usize = 20;

/// Elements without an end tag.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements that a table consists of, and those of them in which nothing else may stand.
const OF_TABLE: [&str; 9] = ["caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th"];
const ONLY_TABLE: [&str; 6] = ["table", "colgroup", "thead", "tbody", "tfoot", "tr"];

/// Whether a source is short, flat and well nested enough to be parsed in no time.
pub(super) fn may_be_parsed(source: &str) -> bool {
    if source.len() > BYTES {
        return false;
    }
    let mut open: Vec<String> = Vec::new();
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
            if open.pop().is_none_or(|innermost| innermost != name_of(ended)) {
                return false;
            }
            continue;
        }
        let name = name_of(tag);
        let is = |names: &[&str], name: &str| names.contains(&name);
        if open.last().is_some_and(|around| is(&ONLY_TABLE, around)) && !is(&OF_TABLE, &name) {
            return false;
        }
        if !is(&VOID, &name) {
            open.push(name);
        }
        if open.len() > DEPTH {
            return false;
        }
    }
    open.is_empty()
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

fn name_of(tag: &str) -> String {
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
    tag[..end].to_ascii_lowercase()
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
            "<table><caption>c</caption><tbody><tr><th>a</th><td><p>b</p></td></tr></tbody></table>",
            "<P>a</p>",
            "",
        ] {
            assert!(may_be_parsed(html), "{html}");
        }
        assert!(may_be_parsed(&"<p>x</p><ul><li>y</li></ul>".repeat(9_000)));
    }

    #[test]
    fn what_would_take_ages_is_not() {
        assert!(!may_be_parsed(&"<div>".repeat(200)));
        assert!(!may_be_parsed("<div></x></div>"), "an end tag that ends nothing");
        assert!(!may_be_parsed("<p><b></p></b>"), "formatting left open");
        assert!(!may_be_parsed("<p>a"), "an element left open");
        assert!(!may_be_parsed("<table><p>a</p></table>"), "what a parser moves in front of the table");
        assert!(!may_be_parsed("<table><tr><b>a</b></tr></table>"));
        assert!(!may_be_parsed(&format!("<a {}>", "b=c ".repeat(200))));
        assert!(!may_be_parsed(&format!("<a{}>", "/b".repeat(200))));
        assert!(!may_be_parsed(&"x".repeat(BYTES + 1)));
        assert!(!may_be_parsed("<p>a <!-- b -->"));
        assert!(!may_be_parsed("<p title=\"never ends"));
    }
}
