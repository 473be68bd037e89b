//! Which fields of an action are filled, a bit each.
//!
//! Fill rates of a whole sourceur are asked at every judgement; a number beside each record answers
//! without opening a single action.

use std::collections::BTreeMap;

use model::{Action, ActorRole, PlaceRole, SectionKind};

/// Whether one field of an action is filled.
type Test = fn(&Action) -> bool;

/// Fields by bit. What a bit stands for never changes; new ones go to the end.
const FIELDS: [(&str, Test); 34] = [
    ("title", |action| !action.title.is_empty()),
    ("url", |action| action.url.is_some()),
    ("summary", |action| action.summary.is_some()),
    ("sections", |action| !action.sections.is_empty()),
    ("quote", |action| action.quote.is_some()),
    ("actors", |action| !action.actors.is_empty()),
    ("themes", |action| !action.themes.is_empty()),
    ("audiences", |action| !action.audiences.is_empty()),
    ("methods", |action| !action.methods.is_empty()),
    ("places", |action| !action.places.is_empty()),
    ("scope", |action| action.scope.is_some()),
    ("status", |action| action.status.is_some()),
    ("started_on", |action| action.started_on.is_some()),
    ("ended_on", |action| action.ended_on.is_some()),
    ("source_updated_on", |action| action.source_updated_on.is_some()),
    ("links", |action| !action.links.is_empty()),
    ("images", |action| !action.images.is_empty()),
    ("spread", |action| !action.spread.is_empty()),
    ("contact", |action| action.contact.is_some()),
    ("language", |action| action.language.is_some()),
    ("places.territory", |action| action.places.iter().any(|place| place.territory.is_some())),
    ("places.lat", |action| action.places.iter().any(|place| place.lat.is_some())),
    ("places.reach", |action| action.places.iter().any(|place| place.role == PlaceRole::Reach)),
    ("actors.carrier", |action| action.actors.iter().any(|actor| actor.role == ActorRole::Carrier)),
    ("actors.partner", |action| action.actors.iter().any(|actor| actor.role == ActorRole::Partner)),
    ("actors.funder", |action| action.actors.iter().any(|actor| actor.role == ActorRole::Funder)),
    ("contact.email", |action| action.contact.as_ref().is_some_and(|contact| contact.email.is_some())),
    ("contact.phone", |action| action.contact.as_ref().is_some_and(|contact| contact.phone.is_some())),
    ("contact.persons", |action| action.contact.as_ref().is_some_and(|contact| !contact.persons.is_empty())),
    ("contact.name", |action| action.contact.as_ref().is_some_and(|contact| contact.name.is_some())),
    ("contact.address", |action| action.contact.as_ref().is_some_and(|contact| contact.address.is_some())),
    ("contact.url", |action| action.contact.as_ref().is_some_and(|contact| contact.url.is_some())),
    ("places.address", |action| action.places.iter().any(|place| place.detail.is_some())),
    ("unmapped", |action| !action.unmapped.is_empty()),
];

/// First bit of the kinds of sections, in the order of [`SectionKind::ALL`].
const SECTIONS_FROM: usize = 40;

/// The bits of an action.
pub(crate) fn filled(action: &Action) -> i64 {
    let plain = FIELDS.iter().enumerate().filter(|(_, (_, is_filled))| is_filled(action)).map(|(bit, _)| bit);
    let kinds = SectionKind::ALL
        .iter()
        .enumerate()
        .filter(|(_, (_, kind))| action.sections.iter().any(|section| section.kind == *kind));
    plain.chain(kinds.map(|(bit, _)| SECTIONS_FROM + bit)).fold(0, |bits, bit| bits | 1 << bit)
}

/// Adds up how many actions fill each field.
pub(crate) fn add(counts: &mut BTreeMap<String, u64>, bits: i64, actions: u64) {
    let mut put = |name: String, bit: usize| {
        if bits & 1 << bit != 0 {
            *counts.entry(name).or_default() += actions;
        }
    };
    for (bit, (name, _)) in FIELDS.iter().enumerate() {
        put((*name).to_owned(), bit);
    }
    for (bit, (kind, _)) in SectionKind::ALL.iter().enumerate() {
        put(format!("sections.{kind}"), SECTIONS_FROM + bit);
    }
}

#[cfg(test)]
mod tests {
    use model::Section;

    use super::*;

    #[track_caller]
    fn check(action: &Action, expected: &[&str]) {
        let mut counts = BTreeMap::new();
        add(&mut counts, filled(action), 2);
        assert!(counts.values().all(|count| *count == 2));
        assert_eq!(counts.keys().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn bits_tell_which_fields_are_filled() {
        let section = |kind| Section { kind, heading: None, text: "texte".into(), html: None, origin: None };
        check(&Action::default(), &[]);
        check(&Action { title: "Café".into(), ..Action::default() }, &["title"]);
        let sections = vec![section(SectionKind::Origin), section(SectionKind::Other)];
        check(&Action { sections, ..Action::default() }, &["sections", "sections.origin", "sections.other"]);
    }
}
