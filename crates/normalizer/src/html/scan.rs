//! Tags and texts of an HTML source, one after the other, without a tree.

use super::plain::TextWriter;
use crate::text::entities;

/// Elements whose presence makes a text markup; anything else between `<` and `>` is taken at its word.
const KNOWN: [&str; 62] = [
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "blockquote",
    "body",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "ins",
    "li",
    "link",
    "main",
    "mark",
    "meta",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "script",
    "section",
    "small",
    "span",
    "strong",
    "style",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "u",
    "ul",
];

/// Elements whose content is no text.
const SILENT: [&str; 11] =
    ["script", "style", "head", "template", "noscript", "iframe", "object", "svg", "math", "select", "textarea"];

/// Whether a text holds a tag of HTML.
pub(crate) fn looks_like_markup(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let is_known = || tag(rest).is_some_and(|tag| KNOWN.contains(&tag.name.as_str()) && !compares(rest, &tag));
        if rest.starts_with("<!--") || is_known() {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// "a <b et c> d": what follows the name is no attribute.
fn compares(text: &str, tag: &Tag) -> bool {
    const FAR: usize = 200;
    let after = text.as_bytes()[1 + tag.name.len()..].iter().take(FAR).take_while(|byte| **byte != b'>');
    let inside: Vec<u8> = after.copied().collect();
    !tag.closes && !inside.trim_ascii().is_empty() && !inside.contains(&b'=') && !inside.contains(&b'/')
}

/// A source cut into tags (with comments) and the texts between them; joined again it is the source.
pub(crate) fn tags_and_texts(source: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let mut rest = source;
    let mut from = 0;
    // Behind the last `>` no tag can end; looking for its end from every `<` would take for ever.
    let mut tags_to = source.rfind('>').map_or(0, |at| at + 1);
    while let Some(at) = rest[from..].find('<').map(|at| from + at) {
        if at >= tags_to && !rest[at..].starts_with("<!--") {
            break;
        }
        match markup_length(&rest[at..]) {
            Some(length) => {
                if at > 0 {
                    parts.push((false, &rest[..at]));
                }
                parts.push((true, &rest[at..at + length]));
                rest = &rest[at + length..];
                tags_to = tags_to.saturating_sub(at + length);
                from = 0;
            }
            None => from = at + 1,
        }
    }
    if !rest.is_empty() {
        parts.push((false, rest));
    }
    parts
}

/// The text that a reader of the source would see.
pub(crate) fn text_of_source(source: &str) -> String {
    let mut writer = TextWriter::default();
    let mut silent: Option<String> = None;
    for (is_markup, part) in tags_and_texts(source) {
        if !is_markup {
            if silent.is_none() {
                writer.text(&entities::decode(part));
            }
            continue;
        }
        let Some(tag) = tag(part) else { continue };
        if let Some(name) = &silent {
            if tag.closes && tag.name == *name {
                silent = None;
            }
        } else if tag.closes {
            writer.close(&tag.name);
        } else if SILENT.contains(&tag.name.as_str()) {
            silent = Some(tag.name);
        } else {
            writer.open(&tag.name);
        }
    }
    writer.finish()
}

/// Whether an element's content is no text.
pub(crate) fn is_silent(name: &str) -> bool {
    SILENT.contains(&name)
}

/// Name of a tag, and which way it goes.
pub(crate) struct Tag {
    pub name: String,
    pub closes: bool,
}

/// The tag that a text begins with.
pub(crate) fn tag(text: &str) -> Option<Tag> {
    let body = text.strip_prefix('<')?;
    let (closes, body) = match body.strip_prefix('/') {
        Some(body) => (true, body),
        None => (false, body),
    };
    let length = body.bytes().take_while(u8::is_ascii_alphanumeric).count();
    if length == 0 || !body.as_bytes()[0].is_ascii_alphabetic() {
        return None;
    }
    let ends_well = matches!(body.as_bytes().get(length), Some(b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r'));
    ends_well.then(|| Tag { name: body[..length].to_ascii_lowercase(), closes })
}

/// Length in bytes of the tag, comment or declaration that a text begins with.
fn markup_length(text: &str) -> Option<usize> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return Some(comment.find("-->").map_or(text.len(), |end| end + 7));
    }
    let second = *text.as_bytes().get(1)?;
    if matches!(second, b'!' | b'?') {
        return text.find('>').map(|end| end + 1);
    }
    tag(text)?;
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') if text.as_bytes()[at - 1] == b'=' || text[..at].ends_with("= ") => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    // A quote that never closes: the tag ends at its first `>`.
    text.find('>').map(|end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(text_of_source(source), expected, "{source}");
    }

    #[test]
    fn a_source_reads_as_its_reader_sees_it() {
        check("<p>Un</p><p>Deux&nbsp;! &eacute;</p>", "Un\n\nDeux\u{a0}! é");
        check("Un<br>deux<br/>trois", "Un\ndeux\ntrois");
        check("<ul><li>a</li><li><p>b</p></li></ul>suite", "- a\n- b\n\nsuite");
        check("<h3>Titre</h3>texte<div>bloc</div>", "Titre\n\ntexte\n\nbloc");
        check("<a title=\"x>y\">lien</a><!-- <p>non</p> --><script>if (a<b) {}</script> fin", "lien fin");
        check("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc");
        check("1 < 2 et <b>gras", "1 < 2 et gras");
        check("<p  class='x", "<p class='x");
    }

    #[test]
    fn only_tags_of_html_make_markup() {
        for (text, expected) in [
            ("<b>x</b>", true),
            ("a <br/> b", true),
            ("<marie@exemple.fr>", false),
            ("a<b et b>c", false),
            ("x <y> z", false),
        ] {
            assert_eq!(looks_like_markup(text), expected, "{text}");
        }
    }
}
