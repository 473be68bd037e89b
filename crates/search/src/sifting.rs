//! A filter taken apart: what the query asks for, and what the collector tests.
//!
//! A value to look up is asked for by the query, which jumps over everything else; unless its
//! facet is counted too, for then those that fail nothing else count there. Ranges and rectangles
//! are always tested: reading a number costs less than what a query would do.

use gazetteer::Gazetteer;
use model::TerritoryId;
use tantivy::Term;
use tantivy::query::{BooleanQuery, ConstScoreQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use crate::document::{self, level_facet};
use crate::point::{Circle, Window};
use crate::question::{Facet, Filter, Has};
use crate::schema::{FacetField, Fields};
use crate::sift::Test;

/// A filter without its words.
pub(crate) struct Sifting {
    /// All of these must match.
    pub(crate) queries: Vec<Box<dyn Query>>,
    /// Each with the facets that are counted as if it were not there, as bits.
    pub(crate) tests: Vec<(Test, u32)>,
}

/// Values of one place of [`Fields::facets`], of which one is enough.
type Wanted = Vec<(usize, Vec<String>)>;

impl Sifting {
    pub(crate) fn of(filter: &Filter, facets: &[Facet], fields: &Fields) -> Self {
        let mut sifting = Self { queries: Vec::new(), tests: Vec::new() };
        for wanted in wanted(filter) {
            let counted = counted_apart(&wanted, facets);
            if counted == 0 {
                sifting.queries.push(any_of(&wanted, fields));
            } else {
                sifting.tests.push((Test::Among(wanted), counted));
            }
        }
        // All of these: one more narrows what the others leave, and is counted so.
        let has = filter.has.iter().map(|has| vec![(Facet::Has as usize, vec![word(*has).to_owned()])]);
        sifting.queries.extend(has.map(|wanted| any_of(&wanted, fields)));
        sifting.tests.extend(ranges(filter).map(|test| (test, 0)));
        sifting.tests.extend(filter.bbox.iter().map(|bbox| (Test::Window(Window::of(bbox)), 0)));
        sifting.tests.extend(filter.near.iter().map(|near| (Test::Circle(Circle::of(near)), 0)));
        sifting
    }
}

/// Every list of a filter of which one value is enough.
fn wanted(filter: &Filter) -> Vec<Wanted> {
    let one = |facet: Facet, values: Vec<String>| vec![(facet as usize, values)];
    let mut all = vec![
        one(Facet::Theme, filter.themes.clone()),
        one(Facet::Audience, filter.audiences.clone()),
        one(Facet::Method, filter.methods.clone()),
        one(Facet::Sourceur, filter.sourceurs.iter().map(ToString::to_string).collect()),
        one(Facet::Actor, filter.actor.iter().cloned().collect()),
        one(Facet::Status, filter.statuses.iter().map(|status| document::status(*status).to_owned()).collect()),
        one(Facet::Language, filter.languages.clone()),
        territories(&filter.territories),
    ];
    all.retain(|wanted| wanted.iter().any(|(_, values)| !values.is_empty()));
    all
}

/// Territories by level.
fn territories(ids: &[TerritoryId]) -> Wanted {
    let mut levels: Wanted = Vec::new();
    for id in ids {
        let id = Gazetteer::get().current(id).unwrap_or_else(|| id.clone());
        let place = level_facet(id.level).map_or(Facet::ALL.len(), |facet| facet as usize);
        match levels.iter_mut().find(|(level, _)| *level == place) {
            Some((_, values)) => values.push(id.to_string()),
            None => levels.push((place, vec![id.to_string()])),
        }
    }
    levels
}

/// Facets that are counted as if a part of the filter were not there, as bits.
fn counted_apart(wanted: &Wanted, facets: &[Facet]) -> u32 {
    let counted = facets.iter().map(|facet| *facet as usize);
    counted.filter(|facet| wanted.iter().any(|(place, _)| place == facet)).fold(0, |bits, facet| bits | 1 << facet)
}

fn any_of(wanted: &Wanted, fields: &Fields) -> Box<dyn Query> {
    let field = |place: &usize| -> &FacetField { &fields.facets[*place] };
    let each = wanted.iter().flat_map(|(place, values)| values.iter().map(move |value| (field(place).values, value)));
    let mut terms: Vec<Box<dyn Query>> = each
        .map(|(field, value)| {
            let term = Term::from_field_text(field, value);
            Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>
        })
        .collect();
    let query = if terms.len() == 1 { terms.pop() } else { None };
    let query = query.unwrap_or_else(|| Box::new(BooleanQuery::union(terms)));
    // A filter says nothing about how well an action answers.
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn ranges(filter: &Filter) -> impl Iterator<Item = Test> {
    let between = |column, from: u64, to: u64| Test::Between { column, from, to };
    let since = filter.changed_since.map(|at| between("changed", document::micros(at), u64::MAX));
    let from = filter.started_from.map(|day| between("started_last", document::day(day), u64::MAX));
    // 0 is the day of those without a date.
    let to = filter.started_to.map(|day| between("started_first", 1, document::day(day)));
    let quality = filter.quality_min.filter(|share| *share > 0.0);
    let quality = quality.map(|share| between("quality", document::millionths(share), u64::MAX));
    [since, from, to, quality].into_iter().flatten()
}

fn word(has: Has) -> &'static str {
    Has::ALL.iter().find(|(_, one)| *one == has).map_or("", |(word, _)| word)
}
