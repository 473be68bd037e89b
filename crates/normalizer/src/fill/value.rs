//! From a place of the payload to clean values.

use model::fold;

use super::Filler;
use crate::date::read_start;
use crate::html;
use crate::mapping::{As, At, Piece, Template, Where};
use crate::text::{Notes, Steps, clean_html, clean_text};
use crate::tree::{Node, Tree};

impl Filler<'_> {
    /// The texts at a place, cleaned, split, looked up; the default if there is none.
    pub(super) fn texts<'t>(
        &mut self,
        place: &Where,
        from: Option<&Node<'t>>,
        tree: &Tree<'t>,
        field: &str,
    ) -> Vec<String> {
        let mut texts = Vec::new();
        // A story that is searched for a date or a district is told about where it is kept whole.
        let mut unheard = Notes::new(Vec::new());
        let is_search = matches!(place.kind, As::Start | As::Quarter);
        for node in tree.nodes(&place.at, from) {
            let written = match &place.template {
                Some(template) => fill_template(template, from.unwrap_or(&node), tree).map(|text| (text.into(), false)),
                None => tree.text(&node),
            };
            let Some((raw, is_source)) = written else {
                if place.template.is_none() {
                    self.notes.warn(field, "not-a-text", "the value is an object, where a text was expected");
                }
                continue;
            };
            let steps =
                if is_source || place.steps == Steps::NONE { place.steps } else { place.steps.without_markup() };
            let notes = if is_search { &mut unheard } else { &mut *self.notes };
            let text = clean_text(steps, &raw, field, notes);
            let taken = match place.kind {
                As::Email => email_in(&text).map(str::to_owned),
                As::Phone => phone_in(&text).or_else(|| looks_like_phone(&text).then(|| text.clone())),
                As::Address => address_in(&text).map(str::to_owned),
                As::Quarter => quarter_in(&text),
                _ => Some(text),
            };
            let Some(text) = taken else { continue };
            match &place.split {
                Some(split) => texts.extend(split.parts(&text).into_iter().map(str::to_owned)),
                None => texts.push(text),
            }
        }
        if let Some(lookup) = &place.lookup {
            texts = texts
                .into_iter()
                .flat_map(|text| lookup.get(&fold(&text)).cloned().unwrap_or_else(|| vec![text]))
                .collect();
        }
        texts.retain(|text| !text.is_empty());
        if texts.is_empty() {
            texts.extend(place.default.clone());
        }
        texts
    }

    /// The first text of several places.
    pub(super) fn first<'t>(
        &mut self,
        places: Option<&Vec<Where>>,
        from: &Node<'t>,
        tree: &Tree<'t>,
        field: &str,
    ) -> Option<String> {
        places?.iter().find_map(|place| self.texts(place, Some(from), tree, field).into_iter().next())
    }

    /// The first value at a place as text and as safe HTML.
    pub(super) fn html(&mut self, place: &Where, tree: &Tree<'_>, field: &str) -> Option<(String, String)> {
        let nodes = tree.nodes(&place.at, None);
        let mut read = nodes.iter().filter_map(|node| tree.source(node)).filter(|source| !source.trim().is_empty());
        let source = read.next().map(std::borrow::Cow::into_owned).or_else(|| place.default.clone())?;
        let mended = clean_html(place.steps, &source, field, self.notes);
        let (html, was_cut) = html::sanitised(&mended, self.base.as_ref());
        if was_cut {
            self.notes.warn(field, "html-cut", "the HTML is nested too deep or too long; its end was left out");
        }
        let text = crate::text::blanks::storable(&html::text_of_source(&html));
        let shows = !text.is_empty() || html.contains("<img");
        shows.then_some((text, html))
    }
}

/// The heading of a section read by its label: the label.
pub(super) fn heading_of(place: &Where) -> Option<String> {
    match &place.at {
        At::Label { written, .. } => Some(written.clone()),
        _ => None,
    }
}

/// The beginning of a text, for a message.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The address of a template, if every place in it has something to be filled with.
fn fill_template<'t>(template: &Template, from: &Node<'t>, tree: &Tree<'t>) -> Option<String> {
    let mut filled = String::new();
    for piece in &template.0 {
        match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Path(path) => {
                let at = if path.written() == "." { At::Itself } else { At::Path(path.clone()) };
                let nodes = tree.nodes(&at, Some(from).filter(|node| !matches!(node, Node::Whole)));
                let (value, _) = nodes.first().and_then(|node| tree.text(node))?;
                if value.trim().is_empty() {
                    return None;
                }
                filled.push_str(value.trim());
            }
        }
    }
    Some(filled)
}

/// The first e-mail address in a text.
pub(super) fn email_in(text: &str) -> Option<&str> {
    let part = |c: char| c.is_alphanumeric() || "._%+-@".contains(c);
    text.split(|c: char| !part(c)).map(|word| word.trim_matches(['.', '-'])).find(|word| {
        word.split_once('@').is_some_and(|(name, domain)| {
            !name.is_empty() && domain.contains('.') && !domain.contains('@') && !domain.starts_with('.')
        })
    })
}

/// The first French telephone number in a text, as five pairs.
pub(super) fn phone_in(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find_map(|start| {
        let free = start == 0 || !bytes[start - 1].is_ascii_alphanumeric();
        let begins = free && (bytes[start] == b'0' || bytes[start..].starts_with(b"+33"));
        if !begins {
            return None;
        }
        let mut digits = String::new();
        for (offset, c) in text[start..].char_indices() {
            match c {
                '0'..='9' => digits.push(c),
                '+' if offset == 0 => {}
                ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}' => {}
                _ => break,
            }
            if digits.len() >= 13 {
                break;
            }
        }
        let national = match digits.strip_prefix("0033").or(digits.strip_prefix("33")) {
            Some(rest) if bytes[start] == b'+' || digits.starts_with("0033") => {
                format!("0{}", rest.trim_start_matches('0'))
            }
            _ => digits,
        };
        let national = national.get(..10).filter(|number| number.starts_with('0') && number.as_bytes()[1] != b'0')?;
        let pairs: Vec<&str> = (0..5).map(|pair| &national[pair * 2..pair * 2 + 2]).collect();
        Some(pairs.join(" "))
    })
}

/// The first line with a postal code and the name of a town behind it.
fn address_in(text: &str) -> Option<&str> {
    let has_town = |line: &&str| {
        let mut words = line.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
        let is_code = |word: &str| word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit());
        words.any(is_code) && words.next().is_some_and(|word| word.starts_with(char::is_uppercase))
    };
    text.lines().map(|line| line.trim_matches([' ', '\u{a0}', '-', '–', ',', ';'])).find(has_town)
}

/// Another country's number, written alone.
fn looks_like_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6 && text.len() <= 25 && !text.contains(char::is_alphabetic)
}

/// The first district that a story names: "quartier de Montanou".
fn quarter_in(story: &str) -> Option<String> {
    let at = story.match_indices("quartier").find(|(at, _)| !story[..*at].ends_with(char::is_alphabetic))?.0;
    let mut words = story[at..].split(' ');
    let mut kept = vec![words.next()?.trim_end_matches(',')];
    if !matches!(kept[0], "quartier" | "quartiers") {
        return None;
    }
    let mut named = false;
    for word in words.take(6) {
        let bare = word.trim_end_matches([',', '.', ';', ':', ')', '!', '?']);
        let begins = |word: &str| word.trim_start_matches(['«', '"', '(']).starts_with(char::is_uppercase);
        let name =
            bare.split_once(['\'', '’']).filter(|(article, _)| article.len() <= 2).map_or(bare, |(_, name)| name);
        if begins(name) {
            named = true;
        } else if named || !matches!(bare, "de" | "du" | "des" | "la" | "le" | "les") {
            break;
        }
        kept.push(bare);
        if bare.len() < word.len() {
            break;
        }
    }
    while kept.last().is_some_and(|word| matches!(*word, "de" | "du" | "des" | "la" | "le" | "les")) {
        kept.pop();
    }
    named.then(|| kept.join(" "))
}

/// A date of beginning that a story tells, for [`As::Start`].
pub(super) fn start_in(story: &str) -> Option<model::PartialDate> {
    read_start(story)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_found_in_a_blob() {
        assert_eq!(email_in("Écrire à lieu.commun@exemple.fr. Merci"), Some("lieu.commun@exemple.fr"));
        assert_eq!(email_in("rendez-vous @ la mairie"), None);
        assert_eq!(phone_in("Tél : 05.53.00.11.22 (matin)").as_deref(), Some("05 53 00 11 22"));
        assert_eq!(phone_in("+33 (0)5 53 00 11 22").as_deref(), Some("05 53 00 11 22"));
        assert_eq!(phone_in("47000 Agen, 1500 habitants"), None);
        assert_eq!(
            address_in("Le Lieu\n- 3 rue du Port, 47000 Agen\n05 53 00 11 22"),
            Some("3 rue du Port, 47000 Agen")
        );
        assert_eq!(address_in("12345 habitants\nen 2004, 15000 euros"), None);
    }

    #[test]
    fn a_district_is_named_in_a_story() {
        for (story, expected) in [
            ("au cœur du quartier de Montanou, Zus nord d'Agen", Some("quartier de Montanou")),
            ("dans le quartier des Quatre Moulins à Brest", Some("quartier des Quatre Moulins")),
            ("le quartier de l'Ousse des Bois.", Some("quartier de l'Ousse")),
            ("les habitants du quartier se réunissent", None),
        ] {
            assert_eq!(quarter_in(story).as_deref(), expected, "{story}");
        }
    }
}
