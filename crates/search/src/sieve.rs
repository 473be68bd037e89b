//! The same filters over a stream of actions, for exports.

use model::{Action, Level};

use crate::document::Name;
use crate::error::SearchError;
use crate::index::{answer, small};
use crate::question::{Filter, Question};
use crate::tally::SetsOfSegments;

/// A [`Filter`] for actions that come by, in constant memory: each batch becomes a small index, so that
/// everything means the very same. One thing it cannot know is whether a word is unknown to the
/// whole base: it forgives no typing faults.
pub struct Sieve {
    filter: Filter,
}

impl Sieve {
    /// A sieve of a filter.
    pub fn new(filter: &Filter) -> Self {
        Self { filter: filter.clone() }
    }

    /// Which actions of a batch the filter lets through; a batch of about a thousand is a good one.
    pub fn keep(&self, actions: &[Action]) -> Result<Vec<bool>, SearchError> {
        let mut kept = vec![false; actions.len()];
        if actions.is_empty() {
            return Ok(kept);
        }
        let named = (0..).zip(actions).map(|(place, action)| {
            let changed = action.changed_at.map_or(0, crate::document::micros);
            (Name { id: place, stamp: 0, changed }, action)
        });
        let named: Vec<(Name, &Action)> = named.collect();
        let (searcher, fields) = small(&named, self.filter.q.is_some())?;
        let question = Question { filter: self.filter.clone(), limit: actions.len(), ..Question::default() };
        let answer = answer(&searcher, &fields, &SetsOfSegments::default(), &question, false)?;
        for hit in answer.hits {
            if let Some(kept) = usize::try_from(hit.id.0.as_u128()).ok().and_then(|place| kept.get_mut(place)) {
                *kept = true;
            }
        }
        Ok(kept)
    }
}

impl Filter {
    /// What Postgres can tell of it: nothing that the filter lets through is lost by asking it first.
    pub fn in_sql(&self) -> store::Filter {
        // Communes and intercommunalities stay here: that an arrondissement lies in its city, or a
        // commune in its établissement public territorial, no row says.
        let territory = one(&self.territories).filter(|id| id.level >= Level::Departement);
        store::Filter {
            territory: territory.map(|id| gazetteer::Gazetteer::get().current(id).unwrap_or_else(|| id.clone())),
            theme: one(&self.themes).cloned(),
            audience: one(&self.audiences).cloned(),
            method: one(&self.methods).cloned(),
            sourceur: one(&self.sourceurs).cloned(),
            actor: self.actor.clone(),
            status: one(&self.statuses).copied(),
            language: one(&self.languages).cloned(),
            changed_since: self.changed_since,
        }
    }

    /// Whether [`Filter::in_sql`] is the whole of it, so that no sieve is needed.
    pub fn is_all_in_sql(&self) -> bool {
        let sql = self.in_sql();
        let told = Self {
            themes: sql.theme.into_iter().collect(),
            audiences: sql.audience.into_iter().collect(),
            methods: sql.method.into_iter().collect(),
            territories: if sql.territory.is_some() { self.territories.clone() } else { Vec::new() },
            sourceurs: sql.sourceur.into_iter().collect(),
            actor: sql.actor,
            statuses: sql.status.into_iter().collect(),
            languages: sql.language.into_iter().collect(),
            changed_since: sql.changed_since,
            ..Self::default()
        };
        *self == told
    }
}

/// The one value of a list that has one.
fn one<T>(list: &[T]) -> Option<&T> {
    match list {
        [one] => Some(one),
        _ => None,
    }
}
