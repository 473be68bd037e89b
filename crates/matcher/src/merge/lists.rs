//! Lists: united in the order of the better records, one item for what is the same.

use std::collections::BTreeMap;

use model::{Action, Actor, Image, Link, RecordRef, Section, Spread, Tag, Unmapped, fold};

use super::Merged;
use crate::address::canonical_address;

pub(super) fn merge(merged: &mut Merged<'_>) {
    let sections = unite(merged, sections_of, |section: &Section| (section.kind, fold(&section.text)), |_, _| {});
    merged.action.sections = merged.united("sections", sections);

    let actors = unite(merged, |_, action| action.actors.clone(), |actor| (fold(&actor.name), actor.role), fill_actor);
    merged.action.actors = merged.united("actors", actors);

    merged.action.themes = tags(merged, "themes", |action| &action.themes);
    merged.action.audiences = tags(merged, "audiences", |action| &action.audiences);
    merged.action.methods = tags(merged, "methods", |action| &action.methods);

    let unmapped = unite(merged, |_, action| action.unmapped.clone(), Unmapped::clone, |_, _| {});
    merged.action.unmapped = merged.united("unmapped", unmapped);

    let links = unite(merged, |_, action| action.links.clone(), |link| address(&link.url), fill_link);
    merged.action.links = merged.united("links", links);

    let images = unite(merged, |_, action| action.images.clone(), |image| address(&image.url), fill_image);
    merged.action.images = merged.united("images", images);

    let spread = unite(merged, spread_of, spread_key, |_, _| {});
    merged.action.spread = merged.united("spread", spread);
}

/// All items of all members; the first of several same ones stays, and `fill` may complete it.
fn unite<'a, T, K: Ord>(
    merged: &Merged<'a>,
    of: impl Fn(&RecordRef, &'a Action) -> Vec<T>,
    same: impl Fn(&T) -> K,
    fill: impl Fn(&mut T, T),
) -> Vec<(&'a RecordRef, T)> {
    let mut united: Vec<(&RecordRef, T)> = Vec::new();
    let mut places: BTreeMap<K, usize> = BTreeMap::new();
    for member in &merged.members {
        for item in of(member.record, member.action) {
            if let Some(at) = places.get(&same(&item)) {
                fill(&mut united[*at].1, item);
            } else {
                places.insert(same(&item), united.len());
                united.push((member.record, item));
            }
        }
    }
    united
}

fn sections_of(record: &RecordRef, action: &Action) -> Vec<Section> {
    let with_origin = |section: &Section| Section { origin: Some(record.clone()), ..section.clone() };
    action.sections.iter().map(with_origin).collect()
}

fn spread_of(record: &RecordRef, action: &Action) -> Vec<Spread> {
    let with_origin = |spread: &Spread| Spread { origin: Some(record.clone()), ..spread.clone() };
    action.spread.iter().map(with_origin).collect()
}

/// One sentence about one place is told once.
fn spread_key(spread: &Spread) -> (String, String) {
    let place = spread.territory.as_ref().map_or_else(|| fold(&spread.name), ToString::to_string);
    (place, fold(&spread.text))
}

fn address(url: &str) -> String {
    canonical_address(url).unwrap_or_else(|| url.to_owned())
}

fn fill<T>(value: &mut Option<T>, other: Option<T>) {
    if value.is_none() {
        *value = other;
    }
}

fn fill_actor(actor: &mut Actor, other: Actor) {
    fill(&mut actor.id, other.id);
    fill(&mut actor.kind, other.kind);
    fill(&mut actor.siren, other.siren);
    fill(&mut actor.rna, other.rna);
    fill(&mut actor.url, other.url);
}

fn fill_link(link: &mut Link, other: Link) {
    fill(&mut link.title, other.title);
    fill(&mut link.broken_since, other.broken_since);
}

fn fill_image(image: &mut Image, other: Image) {
    fill(&mut image.credit, other.credit);
    fill(&mut image.alt, other.alt);
}

/// Tags by slug; the words of all sourceurs stay with the slug they led to.
fn tags<'a>(merged: &mut Merged<'a>, field: &str, of: impl Fn(&'a Action) -> &'a Vec<Tag>) -> Vec<Tag> {
    let said = |tag: &mut Tag, other: Tag| {
        for words in other.from {
            if !tag.from.contains(&words) {
                tag.from.push(words);
            }
        }
    };
    let united = unite(merged, |_, action| of(action).clone(), |tag| tag.id.clone(), said);
    merged.united(field, united)
}
