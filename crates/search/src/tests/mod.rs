//! Hand-made actions in an index in memory.

mod bench;
mod filters;
mod lifecycle;
mod map;
mod orders;
mod words;

use chrono::DateTime;
use model::{Action, ActionId, Place, Tag};
use uuid::Uuid;

use crate::document::Name;
use crate::index::{Change, Index, Mark, Pace};
use crate::{Answer, Filter, Question, Sort};

/// Numbers that look drawn by chance, the same in every run (SplitMix64).
pub(super) struct Draw(pub(super) u64);

impl Draw {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    pub(super) fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap()) / f64::from(u32::MAX)
    }

    pub(super) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

pub(super) fn id(number: u128) -> ActionId {
    ActionId(Uuid::from_u128(number))
}

pub(super) fn titled(title: &str) -> Action {
    Action { title: title.to_owned(), ..Action::default() }
}

pub(super) fn told(title: &str, summary: &str) -> Action {
    Action { summary: Some(summary.to_owned()), ..titled(title) }
}

pub(super) fn tag(id: &str) -> Tag {
    Tag { id: id.to_owned(), label: id.to_owned(), from: Vec::new() }
}

pub(super) fn place(territory: &str) -> Place {
    Place { territory: territory.parse().ok(), ..Place::default() }
}

pub(super) fn at(lat: f64, lon: f64) -> Place {
    Place { lat: Some(lat), lon: Some(lon), ..Place::default() }
}

pub(super) fn mark(cursor: i64) -> Mark {
    Mark { base: Uuid::from_u128(7), cursor, last: Some("there".into()) }
}

/// As the action of a row whose time is the action's own.
pub(super) fn put(number: u128, action: &Action) -> Change {
    let changed = action.changed_at.map_or(0, |at| u64::try_from(at.timestamp_micros()).unwrap());
    let name = Name { id: number, stamp: u64::try_from(number).unwrap() ^ 0xabcd, changed };
    Change::Put(Box::new((name, action.clone())))
}

/// An index of actions, ids from 1, in several segments.
pub(super) fn index_of(actions: &[Action]) -> Index {
    let index = Index::in_memory().unwrap();
    let all: Vec<(u128, &Action)> = (1..).zip(actions).collect();
    for part in all.chunks(actions.len().div_ceil(3).max(1)) {
        let changes = part.iter().map(|(number, action)| put(*number, action)).collect();
        index.apply(changes, Some(&mark(1)), Pace::Trickle).unwrap();
    }
    index
}

pub(super) fn ask(index: &Index, question: &Question) -> Answer {
    index.query(question).unwrap()
}

pub(super) fn wording(q: &str) -> Question {
    let filter = Filter { q: Some(q.to_owned()), ..Filter::default() };
    Question { filter, sort: Sort::Relevance, limit: 100, ..Question::default() }
}

/// Numbers of the hits, in their order.
pub(super) fn numbers(answer: &Answer) -> Vec<u128> {
    answer.hits.iter().map(|hit| hit.id.0.as_u128()).collect()
}

pub(super) fn minute(minute: i64) -> DateTime<chrono::Utc> {
    DateTime::from_timestamp(1_767_225_600 + 60 * minute, 0).unwrap()
}
