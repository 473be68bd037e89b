//! One fiche from the records of one action: which value wins, and who gave it.
//!
//! Single values: what most sourceurs agree on, then the fresher record, then the better rank, then
//! the fuller value. Lists: united, in the order of the better records, one item for what is the
//! same. Every value and every item names its record; a text stays with its origin.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use model::{Action, Origin, PartialDate, Provenance, RecordRef, Status};

use crate::quality::quality;

mod lists;
mod places;
mod values;

/// A record of the action to be merged.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// Which record.
    pub record: &'a RecordRef,
    /// What may be shown of it: rights are applied already.
    pub action: &'a Action,
    /// Rank of its sourceur; lower wins.
    pub rank: i32,
    /// Where it came from, with its licence.
    pub origin: Origin,
}

/// The merged fiche, without what only the base knows: `id`, `url`, `first_seen_at`, `changed_at`,
/// `relations`, `corrections`.
///
/// The order of `members` changes nothing.
pub fn merge(members: &[Member<'_>]) -> Action {
    let mut ordered: Vec<&Member<'_>> = members.iter().collect();
    ordered.sort_by_key(|member| standing(member));
    let mut merged = Merged { members: ordered, action: Action::default(), provenance: BTreeMap::new() };
    values::merge(&mut merged);
    lists::merge(&mut merged);
    places::merge(&mut merged);

    let Merged { members, mut action, provenance } = merged;
    let mut origins: Vec<(&RecordRef, Origin)> =
        members.iter().map(|member| (member.record, member.origin.clone())).collect();
    origins.sort_by_key(|(record, _)| *record);
    action.origins = origins.into_iter().map(|(_, origin)| origin).collect();
    action.provenance = provenance;
    action.quality = Some(quality(&action));
    action
}

/// How a member stands when values disagree; smaller is better. Rank speaks only where neither is
/// fresher; who tells no date is not taken for fresh.
fn standing<'a>(member: &Member<'a>) -> (Reverse<Option<NaiveDate>>, i32, &'a RecordRef) {
    let freshness = member.action.source_updated_on.map(PartialDate::first_day);
    (Reverse(freshness), member.rank, member.record)
}

/// A merge under way.
struct Merged<'a> {
    /// Fresher first, then of better rank, then the smaller record.
    members: Vec<&'a Member<'a>>,
    action: Action,
    provenance: BTreeMap<String, Provenance>,
}

impl<'a> Merged<'a> {
    /// Notes who gave a value, and hands the value on.
    fn given<T>(&mut self, field: &str, won: Option<(&RecordRef, T)>) -> Option<T> {
        let (record, value) = won?;
        self.provenance.insert(field.to_owned(), Provenance::One(record.clone()));
        Some(value)
    }

    /// Notes who gave each item, and hands the items on.
    fn united<T>(&mut self, field: &str, items: Vec<(&RecordRef, T)>) -> Vec<T> {
        let (records, items): (Vec<RecordRef>, Vec<T>) =
            items.into_iter().map(|(record, item)| (record.clone(), item)).unzip();
        if !records.is_empty() {
            self.provenance.insert(field.to_owned(), Provenance::Each(records));
        }
        items
    }

    /// What each member says of a field, better members first.
    fn told<T: 'a>(&self, field: impl Fn(&'a Action) -> Option<T>) -> Vec<(&'a Member<'a>, T)> {
        self.members.iter().filter_map(|member| Some((*member, field(member.action)?))).collect()
    }
}

/// A status that says something.
fn known(status: Option<Status>) -> Option<Status> {
    status.filter(|status| *status != Status::Unknown)
}

#[cfg(test)]
mod tests;
