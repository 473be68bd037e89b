//! Character references: named, numeric, also escaped twice, also without their semicolon.

use std::borrow::Cow;

use web_atoms::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// Longest name of HTML's table, in bytes.
const LONGEST: usize = 32;

/// Decodes every character reference once.
///
/// `&#146;` is what windows-1252 means by it. Without a semicolon only accented letters and `œ` are
/// read (`&eacute`, `&oeliguvre`): `&region=` in an address is no `®`.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(&text[..first]);
    let mut rest = &text[first..];
    let mut changed = false;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((chars, length)) = reference(rest) {
            decoded.extend(chars.into_iter().flatten());
            rest = &rest[length..];
            changed = true;
        } else {
            decoded.push('&');
            rest = &rest[1..];
        }
    }
    decoded.push_str(rest);
    if changed { Cow::Owned(decoded) } else { Cow::Borrowed(text) }
}

/// Undoes the double escape of letters and typography inside HTML: `&amp;eacute;` → `&eacute;`.
///
/// `&amp;lt;` stays: in HTML it may well speak of markup.
pub(crate) fn unescape_twice(html: &str) -> Cow<'_, str> {
    const ESCAPED: &str = "&amp;";
    if !html.contains(ESCAPED) {
        return Cow::Borrowed(html);
    }
    let mut decoded = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(ESCAPED) {
        decoded.push_str(&rest[..at]);
        rest = &rest[at + ESCAPED.len()..];
        let bare = format!("&{}", rest.chars().take(LONGEST).collect::<String>());
        let is_letter =
            matches!(reference(&bare), Some(([Some(c), _], _)) if !matches!(c, '<' | '>' | '&' | '"' | '\''));
        decoded.push_str(if is_letter { "&" } else { ESCAPED });
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// Reads letters whose reference lacks its semicolon, which HTML itself would show as they stand.
pub(crate) fn close_bare(text: &str) -> Cow<'_, str> {
    let is_bare = |at: usize| {
        let (chars, length) = reference(&text[at..])?;
        let closed = text[at..at + length].ends_with(';') || text[at + 1..].starts_with('#');
        (!closed).then_some((at, chars[0]?, length))
    };
    let bare: Vec<_> = text.match_indices('&').filter_map(|(at, _)| is_bare(at)).collect();
    if bare.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut closed = text.to_owned();
    for (at, c, length) in bare.into_iter().rev() {
        closed.replace_range(at..at + length, c.encode_utf8(&mut [0; 4]));
    }
    Cow::Owned(closed)
}

/// Whether a text holds a character reference at all.
pub(crate) fn has_reference(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| reference(&text[at..]).is_some())
}

/// The reference that a text begins with: its one or two characters, its length in bytes.
fn reference(text: &str) -> Option<([Option<char>; 2], usize)> {
    let body = &text[1..];
    if let Some(number) = body.strip_prefix('#') {
        return numeric(number).map(|(c, length)| ([Some(c), None], length + 2));
    }
    let name_length = body.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
    if name_length == 0 {
        return None;
    }
    if body.as_bytes().get(name_length) == Some(&b';') {
        let (first, second) = *NAMED_ENTITIES.get(&body[..=name_length])?;
        let first = char::from_u32(first).filter(|c| *c != '\0')?;
        return Some(([Some(first), char::from_u32(second).filter(|c| *c != '\0')], name_length + 2));
    }
    const BARE: [&str; 7] = ["elig;", "grave;", "acute;", "circ;", "cedil;", "uml;", "tilde;"];
    let accented = (2..name_length).find_map(|split| {
        let tail = BARE.iter().find(|tail| body[split..].starts_with(&tail[..tail.len() - 1]))?;
        let name = format!("{}{tail}", &body[..split]);
        let (first, _) = *NAMED_ENTITIES.get(name.as_str())?;
        Some((char::from_u32(first)?, name.len()))
    });
    let one_letter = || {
        let tail = BARE.iter().find(|tail| body[1..].starts_with(&tail[..tail.len() - 1]))?;
        let name = format!("{}{tail}", &body[..1]);
        let (first, _) = *NAMED_ENTITIES.get(name.as_str())?;
        Some((char::from_u32(first)?, name.len()))
    };
    let (c, length) = one_letter().or(accented)?;
    (c.is_alphabetic()).then_some(([Some(c), None], length))
}

/// The character of `233;` or `xE9;`, and the length in bytes, semicolon included.
fn numeric(text: &str) -> Option<(char, usize)> {
    let (digits, radix, prefix) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 1),
        None => (text, 10, 0),
    };
    let length = digits.bytes().take(8).take_while(|b| char::from(*b).is_digit(radix)).count();
    if length == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[..length], radix).ok()?;
    let semicolon = usize::from(digits.as_bytes().get(length) == Some(&b';'));
    let c = match code {
        0 => return None,
        0x80..=0x9F => C1_REPLACEMENTS[code as usize - 0x80]?,
        _ => char::from_u32(code)?,
    };
    Some((c, prefix + length + semicolon))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(decode(text), expected, "{text}");
    }

    #[test]
    fn references_are_decoded_once() {
        check("l&rsquo;&eacute;t&eacute; &amp;amp; moi", "l’été &amp; moi");
        check("&#233;&#xE9;&#146;&#8217;", "éé’’");
        check("&oeliguvre &eacutet&eacute &ccedila", "œuvre été ça");
        check("R&D, AT&T; ?a=1&region=2&copy=3", "R&D, AT&T; ?a=1&region=2&copy=3");
        check("&#0; &#xD800; &; &", "&#0; &#xD800; &; &");
        check("fin &", "fin &");
    }

    #[test]
    fn letters_escaped_twice_in_html_are_letters() {
        assert_eq!(close_bare("1 &oeliguvre, l&#39;eau &amp; &eacute;"), "1 œuvre, l&#39;eau &amp; &eacute;");
        assert_eq!(
            unescape_twice("<p>caf&amp;eacute; &amp;lt;b&amp;gt; R&amp;D</p>"),
            "<p>caf&eacute; &amp;lt;b&amp;gt; R&amp;D</p>"
        );
    }
}
