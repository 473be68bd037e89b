//! What the characters of a feed stand for: references, entities, markup put back into text.

use web_atoms::NAMED_ENTITIES;

use super::names::split;

/// Most bytes of an entity that a document declares itself, and most of such entities: enough for
/// words and signs, too little for a bomb.
const ENTITY_BYTES: usize = 256;
const ENTITIES: usize = 256;

/// Entities that the document declares itself, as plain texts.
#[derive(Default)]
pub(super) struct Entities {
    declared: Vec<(String, String)>,
    /// The document names a definition that is never fetched: what it may declare is no mistake.
    has_outside: bool,
}

impl Entities {
    /// Reads a document type: internal general entities of plain text, and nothing else.
    pub(super) fn read(doctype: &str) -> Self {
        let subset = doctype.find('[').map_or("", |at| &doctype[at..]);
        let head = &doctype[..doctype.len() - subset.len()];
        let mut entities =
            Self { declared: Vec::new(), has_outside: head.contains("PUBLIC") || head.contains("SYSTEM") };
        for declaration in subset.split("<!ENTITY").skip(1).take(ENTITIES) {
            let mut words = declaration.trim_start().splitn(2, char::is_whitespace);
            let (Some(name), Some(rest)) = (words.next(), words.next()) else { continue };
            let rest = rest.trim_start();
            let Some(quote) = rest.chars().next().filter(|c| *c == '"' || *c == '\'') else { continue };
            let Some((value, _)) = rest[1..].split_once(quote) else { continue };
            if name != "%" && value.len() <= ENTITY_BYTES {
                entities.declared.push((name.to_owned(), without_references(value)));
            }
        }
        entities
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.declared.iter().find(|(declared, _)| declared == name).map(|(_, value)| value.as_str())
    }

    /// The name of `&name` at the front of a text, where HTML knows it without its semicolon, and what
    /// follows it. An accented letter is known within a word too; anything else must be a word.
    pub(super) fn bare(text: &str) -> Option<(&str, &str)> {
        let body = text.strip_prefix('&')?;
        let length = body.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if body[length..].starts_with('=') {
            return None;
        }
        let is_known = |name: &str| NAMED_ENTITIES.get(name).is_some_and(|(first, _)| *first != 0);
        let is_letter = |name: &str| {
            let accents = ["grave", "acute", "circ", "cedil", "uml", "tilde", "elig", "ring", "slash"];
            accents.iter().any(|accent| name.strip_suffix(accent).is_some_and(|letter| (1..=2).contains(&letter.len())))
        };
        let known = (2..=length.min(8)).rev().find(|end| {
            let name = &body[..*end];
            (*end == length || is_letter(name)) && is_known(name)
        })?;
        Some(body.split_at(known))
    }

    /// Appends what `&name;` stands for; false where it had to be guessed or left as it was.
    pub(super) fn resolve(&self, name: &str, to: &mut String) -> bool {
        if let Some(number) = name.strip_prefix('#') {
            return push_character(number, to);
        }
        if let Some(plain) = predefined(name) {
            to.push_str(plain);
            return true;
        }
        if let Some(value) = self.get(name) {
            to.push_str(value);
            return true;
        }
        if push_named(name, to) {
            return self.has_outside;
        }
        to.push('&');
        to.push_str(name);
        to.push(';');
        false
    }
}

/// Appends what HTML means by a name.
fn push_named(name: &str, to: &mut String) -> bool {
    // The angle brackets of XHTML 1.0, the only two of its entities that HTML 5 reads otherwise.
    let (first, second) = match name {
        "lang" => (0x2329, 0),
        "rang" => (0x232a, 0),
        _ => {
            let mut closed = [0; 40];
            let Some(room) = closed.get_mut(..=name.len()) else { return false };
            room[..name.len()].copy_from_slice(name.as_bytes());
            room[name.len()] = b';';
            let found = std::str::from_utf8(room).ok().and_then(|closed| NAMED_ENTITIES.get(closed));
            *found.unwrap_or(&(0, 0))
        }
    };
    let characters = [first, second].into_iter().filter(|code| *code != 0).filter_map(char::from_u32);
    to.extend(characters);
    first != 0
}

fn predefined(name: &str) -> Option<&'static str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    })
}

/// An entity's value with its character references read; other entities inside are never expanded.
fn without_references(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let reference =
            rest[1..].split_once(';').filter(|(name, _)| name.starts_with('#') || predefined(name).is_some());
        if let Some((name, after)) = reference {
            Entities::default().resolve(name, &mut text);
            rest = after;
        } else {
            text.push('&');
            rest = &rest[1..];
        }
    }
    text.push_str(rest);
    text
}

/// Appends the character of `&#233;` or `&#xE9;`; figures of the C1 range mean windows-1252.
fn push_character(number: &str, to: &mut String) -> bool {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(figures) => u32::from_str_radix(figures, 16),
        None => number.parse(),
    };
    let Ok(code) = code else {
        to.push('\u{fffd}');
        return false;
    };
    if let Ok(byte @ 0x80..=0x9f) = u8::try_from(code) {
        to.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0);
        return true;
    }
    match char::from_u32(code) {
        Some('\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}') => false,
        Some(character) => {
            to.push(character);
            true
        }
        None => {
            to.push('\u{fffd}');
            false
        }
    }
}

/// Appends a text to markup.
pub(super) fn escape(text: &str, to: &mut String) {
    for character in text.chars() {
        match character {
            '&' => to.push_str("&amp;"),
            '<' => to.push_str("&lt;"),
            '>' => to.push_str("&gt;"),
            _ => to.push(character),
        }
    }
}

/// Appends a start tag to markup, without prefixes and namespaces, which HTML does not know.
pub(super) fn push_start(name: &str, attributes: &str, empty: bool, to: &mut String) {
    let local = split(name).1;
    to.push('<');
    to.push_str(local);
    let mut rest = attributes.trim();
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|c| *c == '"' || *c == '\'') else { break };
        let Some((value, following)) = after[1..].split_once(quote) else { break };
        let key = key.trim();
        if key != "xmlns" && !key.starts_with("xmlns:") {
            to.push(' ');
            to.push_str(key.strip_prefix("xml:").unwrap_or(key));
            to.push('=');
            to.push(quote);
            to.push_str(value);
            to.push(quote);
        }
        rest = following.trim_start();
    }
    to.push_str(rest.strip_prefix(' ').unwrap_or(rest));
    let void = ["br", "hr", "img", "input", "area", "base", "col", "embed", "link", "meta", "param", "source", "wbr"];
    match (empty, void.contains(&local)) {
        (true, true) => to.push_str(" />"),
        (true, false) => {
            to.push('>');
            push_end(name, to);
        }
        (false, _) => to.push('>'),
    }
}

/// Appends an end tag to markup.
pub(super) fn push_end(name: &str, to: &mut String) {
    to.push_str("</");
    to.push_str(split(name).1);
    to.push('>');
}
