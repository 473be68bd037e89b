//! The mapping language: which place of a payload fills which field, and how.
//!
//! `[fields]` says `target = where`. A *where* is a text (a path into JSON, a feed's item or a row; a
//! CSS selector, `text:Label`, `above:`, `step:Words` or `link:Words` on a page; `=constant`), a table
//! `{ at = "...", as = "...", ... }`, whose `at` may be an array of places read alike, or an array of
//! these. Lists of objects stand in `[[fields.actors]]` and its like, with `each`.

mod at;
mod path;
mod read;
mod target;

pub(crate) use at::{At, Form};
pub(crate) use path::Path;
pub(crate) use target::{ContactPart, DateField, ListKind, PlacePart, Target};

use std::collections::BTreeMap;
use std::sync::Arc;

use model::fold;

use crate::html::Labels;
use crate::lookups::Lookup;
use crate::text::Steps;

/// A whole mapping, read and checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mapping {
    /// Fields with one value, or many of one kind, in the order of the file.
    pub rules: Vec<Rule>,
    /// Lists of objects, in the order of the file.
    pub lists: Vec<ListRule>,
    /// Labels of the pages.
    pub labels: Labels,
    /// What is read of a payload, for the leftovers.
    pub seen: Seen,
    /// Nobody wrote `[fields]`: what is missing is nobody's mistake.
    pub is_default: bool,
}

/// `target = where`.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub target: Target,
    /// The target as it is written, for issues.
    pub field: String,
    pub wheres: Vec<Where>,
}

/// `[[fields.actors]]` and its like.
#[derive(Clone, Debug)]
pub(crate) struct ListRule {
    pub kind: ListKind,
    pub field: &'static str,
    pub each: Vec<At>,
    pub split: Option<Split>,
    /// Part of the object → where it stands in each element.
    pub parts: BTreeMap<&'static str, Vec<Where>>,
}

/// One place of a payload and how its value is to be taken.
#[derive(Clone, Debug)]
pub(crate) struct Where {
    pub at: At,
    pub kind: As,
    pub split: Option<Split>,
    pub steps: Steps,
    pub lookup: Option<Arc<Lookup>>,
    pub default: Option<String>,
    pub template: Option<Template>,
    pub heading: Option<String>,
}

impl Where {
    pub(crate) fn at(at: At) -> Self {
        Self {
            at,
            kind: As::Text,
            split: None,
            steps: Steps::DEFAULT,
            lookup: None,
            default: None,
            template: None,
            heading: None,
        }
    }
}

/// What a value is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum As {
    /// Plain text.
    Text,
    /// HTML: kept sanitised, and as text.
    Html,
    /// A date.
    Date,
    /// A story that tells when it began.
    Start,
    /// A number.
    Number,
    /// An address of the web.
    Url,
    /// The first e-mail address of a text.
    Email,
    /// The first telephone number of a text.
    Phone,
    /// The first line of a text that holds a postal address.
    Address,
    /// A district named in a story.
    Quarter,
    /// What a place's witness speaks of.
    Witness(gazetteer::WitnessKind),
}

/// Separators between several values; a line's end and a list's item separate too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Split(pub Vec<String>);

impl Split {
    /// The parts of a text: not split inside parentheses, bullets and blanks taken off.
    pub(crate) fn parts<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut parts = Vec::new();
        for line in text.lines() {
            let mut depth = 0_usize;
            let mut from = 0;
            let mut at = 0;
            while at < line.len() {
                let rest = &line[at..];
                let separator =
                    self.0.iter().find(|separator| !separator.is_empty() && rest.starts_with(separator.as_str()));
                if let Some(separator) = separator.filter(|_| depth == 0) {
                    parts.push(&line[from..at]);
                    at += separator.len();
                    from = at;
                    continue;
                }
                let c = rest.chars().next().map_or(1, |c| {
                    match c {
                        '(' => depth += 1,
                        ')' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    c.len_utf8()
                });
                at += c;
            }
            parts.push(&line[from..]);
        }
        let bare = |part: &'t str| part.trim().trim_start_matches(['•', '·', '*', '▪', '◦', '–', '-']).trim();
        parts.into_iter().map(bare).filter(|part| part.chars().any(char::is_alphanumeric)).collect()
    }
}

/// An address with places to fill: `https://partner.example/fiche/{id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(pub Vec<Piece>);

/// A piece of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Path(Path),
}

/// The keys of a payload that some field reads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub whole: bool,
    pub under: BTreeMap<String, Seen>,
}

impl Seen {
    /// Marks a path as read, starting from the paths of what it is relative to.
    pub(crate) fn add(&mut self, paths: &[&Path]) {
        let mut node = &mut *self;
        for key in paths.iter().flat_map(|path| path.keys()).filter(|key| *key != ".") {
            node = node.under.entry(key.to_owned()).or_default();
        }
        node.whole = true;
        // A key that holds a dot is tried whole first.
        if let [only] = paths {
            self.under.entry(only.written().to_owned()).or_default().whole = true;
        }
    }
}

/// The kind of witness that a place's own name tells: `text:Région` speaks of a région.
pub(crate) fn witness_of(name: &str) -> Option<gazetteer::WitnessKind> {
    use gazetteer::WitnessKind as Kind;
    Some(match fold(name).as_str() {
        "region" | "regions" => Kind::Region,
        "departement" | "departements" => Kind::Departement,
        "commune" | "ville" | "city" | "localite" => Kind::Commune,
        "code postal" | "postal code" | "postcode" | "cp" | "code_postal" => Kind::PostalCode,
        "code insee" | "insee" | "insee code" => Kind::Insee,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitting_minds_lines_bullets_and_parentheses() {
        let comma = Split(vec![",".to_owned()]);
        assert_eq!(
            comma.parts("Ville d'Agen, CAF (pôle enfance, jeunesse)\n- MSA"),
            ["Ville d'Agen", "CAF (pôle enfance, jeunesse)", "MSA"]
        );
        let bullet = Split(vec!["•".to_owned()]);
        assert_eq!(bullet.parts("• Un, deux\n• Trois • Quatre"), ["Un, deux", "Trois", "Quatre"]);
    }
}
