//! Who carries, joins and funds an action.

use model::{Actor, ActorKind, ActorRole, fold};

use super::{Filler, value};
use crate::mapping::ListRule;
use crate::text::blanks;
use crate::tree::{Node, Tree};

/// Words for the sort of an actor, as configs write them.
pub(crate) const KINDS: &[&str] = &[
    "association",
    "local_authority",
    "state",
    "public_body",
    "cooperative",
    "company",
    "foundation",
    "citizens",
    "other",
];

/// Longest name of an organisation, in characters; what is longer is a story.
const LONGEST_NAME: usize = 200;

/// Most elements of one list that are read.
const MOST: usize = 500;

const ROLES: [(&str, ActorRole); 12] = [
    ("carrier", ActorRole::Carrier),
    ("porteur", ActorRole::Carrier),
    ("partner", ActorRole::Partner),
    ("partenaire", ActorRole::Partner),
    ("funder", ActorRole::Funder),
    ("financeur", ActorRole::Funder),
    ("financer", ActorRole::Funder),
    ("porteuse", ActorRole::Carrier),
    ("partenaires", ActorRole::Partner),
    ("porteurs", ActorRole::Carrier),
    ("financeurs", ActorRole::Funder),
    ("mecene", ActorRole::Funder),
];

impl Filler<'_> {
    /// The elements of a list, split where the mapping says so.
    pub(super) fn elements<'t>(&mut self, list: &ListRule, tree: &Tree<'t>) -> Vec<Node<'t>> {
        let mut elements = Vec::new();
        for at in &list.each {
            for node in tree.nodes(at, None) {
                let Some(split) = &list.split else {
                    elements.push(node);
                    continue;
                };
                let Some((raw, is_source)) = tree.text(&node) else { continue };
                let steps = crate::text::Steps::DEFAULT;
                let steps = if is_source { steps } else { steps.without_markup() };
                let text = crate::text::clean_text(steps, &raw, list.field, self.notes);
                elements.extend(split.parts(&text).into_iter().map(|part| Node::Text(part.to_owned().into())));
            }
            if !elements.is_empty() {
                break;
            }
        }
        if elements.len() > MOST {
            let message = format!("{} elements were given; the first {MOST} were read", elements.len());
            self.notes.warn(list.field, "too-many-elements", message);
            elements.truncate(MOST);
        }
        elements
    }

    /// Adds the actors of a list.
    pub(super) fn fill_actors(&mut self, list: &ListRule, tree: &Tree<'_>) {
        for node in self.elements(list, tree) {
            let part = |filler: &mut Self, name: &str| filler.first(list.parts.get(name), &node, tree, "actors");
            let Some(name) =
                part(self, "name").map(blanks::one_line).filter(|name| name.chars().any(char::is_alphabetic))
            else {
                continue;
            };
            if name.chars().count() > LONGEST_NAME {
                self.notes.warn(
                    "actors",
                    "name-too-long",
                    format!("`{}` is a story, not a name; it was left out", value::shortened(&name)),
                );
                continue;
            }
            let role =
                part(self, "role").and_then(|word| self.one_of(&word, "actors.role", &ROLES)).unwrap_or_default();
            let kind = part(self, "kind")
                .and_then(|word| kind_of(&word))
                .or_else(|| self.normalizer.taxonomy.actor_kind(&name));
            let siren = part(self, "siren").and_then(|number| self.siren(&number));
            let rna = part(self, "rna").and_then(|number| self.rna(&number));
            let url = part(self, "url").and_then(|url| self.address(&url, "actors.url"));
            let actor = Actor { id: None, name, role, kind, siren, rna, url };
            let known = self
                .action
                .actors
                .iter()
                .any(|other| other.role == actor.role && fold(&other.name) == fold(&actor.name));
            if !known {
                self.action.actors.push(actor);
            }
        }
    }

    /// A SIREN, or the one a SIRET begins with; its last digit proves it.
    fn siren(&mut self, written: &str) -> Option<String> {
        let digits: String = written.chars().filter(char::is_ascii_digit).collect();
        let siren = match digits.len() {
            9 | 14 => digits.get(..9)?,
            _ => "",
        };
        if siren.is_empty() || !is_luhn(siren) {
            self.notes.warn("actors.siren", "bad-siren", format!("`{}` is no SIREN", value::shortened(written)));
            return None;
        }
        Some(siren.to_owned())
    }

    fn rna(&mut self, written: &str) -> Option<String> {
        let rna = written.trim().to_uppercase();
        let digits =
            rna.strip_prefix('W').filter(|digits| digits.len() == 9 && digits.bytes().all(|b| b.is_ascii_digit()));
        if digits.is_none() {
            self.notes.warn("actors.rna", "bad-rna", format!("`{}` is no RNA number", value::shortened(written)));
        }
        digits.is_some().then_some(rna)
    }
}

fn kind_of(word: &str) -> Option<ActorKind> {
    let at = KINDS.iter().position(|kind| *kind == word.trim())?;
    [
        ActorKind::Association,
        ActorKind::LocalAuthority,
        ActorKind::State,
        ActorKind::PublicBody,
        ActorKind::Cooperative,
        ActorKind::Company,
        ActorKind::Foundation,
        ActorKind::Citizens,
        ActorKind::Other,
    ]
    .get(at)
    .copied()
}

fn is_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte - b'0') * if index % 2 == 1 { 2 } else { 1 };
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::is_luhn;

    #[test]
    fn a_siren_is_proved_by_its_last_digit() {
        assert!(is_luhn("732829320"));
        assert!(!is_luhn("732829321"));
    }
}
