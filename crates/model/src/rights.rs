//! What may leave the house of one sourceur's records.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Action, TextReach};

/// The `[rights]` of a sourceur. What nobody granted is withheld.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Rights {
    /// SPDX id, `LO-2.0`, or `unknown`.
    pub licence: String,
    /// How much text.
    pub text: TextReach,
    /// Which images.
    pub images: ImageReach,
    /// Which contacts.
    pub contacts: ContactReach,
}

impl Default for Rights {
    fn default() -> Self {
        Self {
            licence: "unknown".into(),
            text: TextReach::Excerpt,
            images: ImageReach::Link,
            contacts: ContactReach::None,
        }
    }
}

/// Which images may be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImageReach {
    /// Shown and kept.
    Full,
    /// Linked to.
    #[default]
    Link,
    /// None.
    None,
}

/// Which contacts may be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactReach {
    /// None at all, nor e-mails and phone numbers that stand in texts.
    #[default]
    None,
    /// The organisation's own.
    Organisation,
    /// Persons' too.
    All,
}

/// Longest excerpt of one text, in characters.
const EXCERPT_CHARS: usize = 300;

impl Rights {
    /// The action as it may leave the house.
    pub fn apply(&self, mut action: Action) -> Action {
        match self.text {
            TextReach::Full => {}
            TextReach::Excerpt => {
                action.summary = action.summary.map(|summary| excerpt(&summary));
                for section in &mut action.sections {
                    section.text = excerpt(&section.text);
                    section.html = None;
                }
                action.quote = action.quote.map(|quote| excerpt(&quote));
            }
            TextReach::Link => {
                action.summary = None;
                action.sections.clear();
                action.quote = None;
                action.spread.clear();
            }
        }
        if self.images == ImageReach::None {
            action.images.clear();
        }
        match self.contacts {
            ContactReach::All => {}
            ContactReach::Organisation => {
                if let Some(contact) = &mut action.contact {
                    contact.persons.clear();
                }
            }
            ContactReach::None => {
                action.contact = None;
                mask_texts(&mut action);
            }
        }
        action
    }
}

/// The beginning of a text, cut at a word, with "…" where something was left out.
fn excerpt(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(EXCERPT_CHARS) else {
        return text.to_owned();
    };
    let cut = text[..end].rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}…", text[..cut].trim_end())
}

fn mask_texts(action: &mut Action) {
    for text in [&mut action.summary, &mut action.quote].into_iter().flatten() {
        mask(text);
    }
    for section in &mut action.sections {
        mask(&mut section.text);
        if let Some(html) = &mut section.html {
            mask(html);
        }
    }
    for spread in &mut action.spread {
        mask(&mut spread.text);
    }
}

/// Takes e-mail addresses and French telephone numbers out of a text.
fn mask(text: &mut String) {
    if text.contains('@') {
        *text = mask_emails(text);
    }
    if let Some(masked) = mask_phones(text) {
        *text = masked;
    }
}

const WITHHELD: &str = "[…]";

fn mask_emails(text: &str) -> String {
    let local = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let host = |c: char| c.is_alphanumeric() || ".-".contains(c);
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let start = rest[..at].char_indices().rev().take_while(|(_, c)| local(*c)).last().map_or(at, |(i, _)| i);
        let end = rest[at + 1..].find(|c| !host(c)).map_or(rest.len(), |length| at + 1 + length);
        let domain = rest[at + 1..end].trim_end_matches('.');
        if start < at && domain.contains('.') {
            masked.push_str(&rest[..start]);
            masked.push_str(WITHHELD);
            rest = &rest[at + 1 + domain.len()..];
        } else {
            masked.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
        }
    }
    masked.push_str(rest);
    masked
}

/// `0X XX XX XX XX` or `+33 X XX XX XX XX`, digits in pairs joined by nothing, a blank, a dot or a hyphen.
fn mask_phones(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut masked = String::new();
    let mut kept_to = 0;
    let mut i = 0;
    while i < bytes.len() {
        let free_before = i == 0 || !bytes[i - 1].is_ascii_alphanumeric();
        if free_before && let Some(end) = phone_end(bytes, i) {
            masked.push_str(&text[kept_to..i]);
            masked.push_str(WITHHELD);
            kept_to = end;
            i = end;
        } else {
            i += 1;
        }
    }
    if kept_to == 0 {
        return None;
    }
    masked.push_str(&text[kept_to..]);
    Some(masked)
}

fn phone_end(bytes: &[u8], start: usize) -> Option<usize> {
    let blank = |i: usize| match bytes.get(i) {
        Some(b' ' | b'.' | b'-' | b'/') => 1,
        Some(0xC2) if bytes.get(i + 1) == Some(&0xA0) => 2,
        _ => 0,
    };
    let mut i = start;
    if bytes[i..].starts_with(b"+33") || bytes[i..].starts_with(b"0033") {
        i += if bytes[i] == b'+' { 3 } else { 4 };
        i += blank(i);
        if bytes[i..].starts_with(b"(0)") {
            i += 3;
            i += blank(i);
        }
    } else if bytes.get(i) == Some(&b'0') {
        i += 1;
    } else {
        return None;
    }
    matches!(bytes.get(i), Some(b'1'..=b'9')).then_some(())?;
    i += 1;
    for _ in 0..4 {
        i += blank(i);
        for _ in 0..2 {
            bytes.get(i).filter(|byte| byte.is_ascii_digit())?;
            i += 1;
        }
    }
    (!bytes.get(i).is_some_and(u8::is_ascii_digit)).then_some(i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut masked = text.to_owned();
        mask(&mut masked);
        assert_eq!(masked, expected);
    }

    #[test]
    fn contacts_in_texts_are_masked_and_nothing_else() {
        check("Écrire à marie.curie@exemple.fr.", "Écrire à […].");
        check("Tél. 05 53 69 00 00, le matin", "Tél. […], le matin");
        check("0553690000 ou +33 (0)5.53.69.00.00", "[…] ou […]");
        check("ouvert 9h00-10h30, 1500 habitants, 47000 Agen", "ouvert 9h00-10h30, 1500 habitants, 47000 Agen");
        check("SIREN 012 345 678", "SIREN 012 345 678");
        check("rendez-vous @ la mairie", "rendez-vous @ la mairie");
        check("a@b", "a@b");
    }

    #[test]
    fn an_excerpt_ends_at_a_word() {
        let text = "mot ".repeat(200);
        let cut = excerpt(&text);
        assert!(cut.ends_with("mot…") && cut.chars().count() <= EXCERPT_CHARS + 1, "{cut}");
        assert_eq!(excerpt("court"), "court");
    }
}
