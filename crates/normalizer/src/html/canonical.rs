//! HTML that is already what a sanitiser would make of it.

/// Inline elements of a plain story, none inside another of its name.
const INLINE: [&str; 9] = ["b", "em", "i", "q", "s", "strong", "sub", "sup", "u"];
/// Blocks of a plain story; they stand at the top, in an item or in a quotation.
const BLOCKS: [&str; 10] = ["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "ul"];

/// Whether a source is a plain story in the form a sanitiser gives: bare tags, rightly nested, text escaped.
///
/// Most stories are; knowing it spares two parses. Anything else, an attribute for one, is for the sanitiser.
pub(super) fn is_canonical(source: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = source;
    loop {
        let at = rest.find('<').unwrap_or(rest.len());
        if !is_text(&rest[..at], &open) {
            return false;
        }
        if at == rest.len() {
            return open.is_empty();
        }
        let Some(end) = rest[at..].find('>').map(|end| at + end) else { return false };
        let name = &rest[at + 1..end];
        let fits = match name.strip_prefix('/') {
            Some(name) => open.pop() == Some(name),
            None => opens(name, &open),
        };
        if !fits || open.len() > 20 {
            return false;
        }
        if !name.starts_with('/') && name != "br" {
            open.push(name);
        }
        rest = &rest[end + 1..];
    }
}

fn opens(name: &str, open: &[&str]) -> bool {
    let in_list = matches!(open.last(), Some(&("ul" | "ol")));
    match name {
        "li" => in_list,
        "br" => !in_list,
        _ if INLINE.contains(&name) => !in_list && !open.contains(&name),
        _ if BLOCKS.contains(&name) => {
            !in_list && open.iter().all(|open| matches!(*open, "ul" | "ol" | "li" | "blockquote"))
        }
        _ => false,
    }
}

/// Text as a sanitiser writes it; between the items of a list only blanks.
fn is_text(text: &str, open: &[&str]) -> bool {
    if matches!(open.last(), Some(&("ul" | "ol"))) {
        return text.bytes().all(|b| matches!(b, b' ' | b'\n'));
    }
    let mut rest = text;
    while let Some(at) = rest.find(['&', '>', '\u{a0}', '\r']) {
        let known = ["&amp;", "&lt;", "&gt;", "&nbsp;"].iter().find(|known| rest[at..].starts_with(**known));
        let Some(known) = known else { return false };
        rest = &rest[at + known.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::safe::clean;
    use super::*;

    #[test]
    fn what_is_taken_for_canonical_is_left_alone_by_the_sanitiser() {
        for source in [
            "<p>y</p>",
            "texte &amp; <b>gras <i>x</i></b><br>suite",
            "<h2>a</h2><ul> <li>b<ul><li>c</li></ul></li>\n</ul><blockquote><p>d &nbsp;&lt;</p></blockquote>",
        ] {
            assert!(is_canonical(source), "{source}");
            assert_eq!(clean(source, None), source);
        }
        for source in [
            "<p>a<p>b",
            "<b><p>a</p></b>",
            "<p><b>a</p></b>",
            "<ul>a</ul>",
            "<li>a</li>",
            "a > b",
            "&eacute;",
            "<script>x</script>",
            "<p class=\"a\">b</p>",
            "<b><b>a</b></b>",
            "<p>a",
            "a</p>",
            "<P>a</P>",
            "<svg><p>a</p></svg>",
            "<!-- a -->",
            "a\u{a0}b",
        ] {
            assert!(!is_canonical(source), "{source}");
        }
    }
}
