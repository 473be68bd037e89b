//! Actions that tell of the same idea.

use std::collections::{HashMap, HashSet};

use model::Action;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

use crate::analyser::{self, each_word, fold, is_stop_word};
use crate::answer::Hit;
use crate::document::{labels, texts};
use crate::schema::Fields;
use crate::sift::{Order, Sift};
use crate::tally::SetsOfSegments;

/// Words that stand for an idea.
const MOST_WORDS: usize = 30;
/// How much a word counts that the title says, or a label, where 1 is in the text.
const TITLE: f32 = 4.0;
const LABEL: f32 = 1.5;

/// Others that tell of the same idea, the likest first.
pub(crate) fn similar(
    searcher: &Searcher,
    fields: &Fields,
    sets: &SetsOfSegments,
    action: &Action,
    limit: usize,
) -> tantivy::Result<Vec<Hit>> {
    let mut queries: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for (stem, weight) in idea(searcher, fields, action)? {
        for (field, boost) in [(fields.text, weight), (fields.title, weight * 2.0)] {
            let term = TermQuery::new(Term::from_field_text(field, &stem), IndexRecordOption::WithFreqs);
            queries.push((Occur::Should, Box::new(BoostQuery::new(Box::new(term), boost))));
        }
    }
    if queries.is_empty() {
        return Ok(Vec::new());
    }
    let sift = Sift {
        fields,
        sets,
        tests: Vec::new(),
        order: Order::Score,
        after: None,
        limit: limit.saturating_add(1),
        facets: Vec::new(),
        most_values: 0,
        layout: None,
    };
    let mut hits = searcher.search(&BooleanQuery::new(queries), &sift)?.hits;
    hits.retain(|hit| Some(hit.id) != action.id);
    hits.truncate(limit);
    Ok(hits)
}

/// The stems that tell most of an action, with their weight. Where it happens and who does it is left
/// out: the same town is not the same idea.
fn idea(searcher: &Searcher, fields: &Fields, action: &Action) -> tantivy::Result<Vec<(String, f32)>> {
    let mut own = HashSet::new();
    for place in &action.places {
        for text in [&place.name, &place.detail, &place.written].into_iter().flatten() {
            each_stem(text, |stem| own.extend([stem]));
        }
    }
    for actor in &action.actors {
        each_stem(&actor.name, |stem| own.extend([stem]));
    }
    let mut weights: HashMap<String, f32> = HashMap::new();
    let mut add = |text: &str, weight: f32| {
        each_stem(text, |stem| *weights.entry(stem).or_default() += weight);
    };
    add(&action.title, TITLE);
    labels(action).for_each(|label| add(label, LABEL));
    texts(action).for_each(|text| add(text, 1.0));
    let actions = searcher.num_docs();
    let mut idea = Vec::new();
    for (stem, weight) in weights {
        let said = searcher.doc_freq(&Term::from_field_text(fields.text, &stem))?;
        if own.contains(&stem) || said < 2 {
            continue;
        }
        idea.push((stem, (1.0 + weight.ln().max(0.0)) * rarity(said, actions)));
    }
    idea.sort_unstable_by(|(stem, weight), (other, others)| others.total_cmp(weight).then(stem.cmp(other)));
    idea.truncate(MOST_WORDS);
    Ok(idea)
}

/// Inverse document frequency.
#[expect(clippy::cast_precision_loss, reason = "a weight needs few digits")]
fn rarity(said: u64, actions: u64) -> f32 {
    (1.0 + actions as f32 / (said as f32 + 1.0)).ln()
}

fn each_stem(text: &str, mut put: impl FnMut(String)) {
    each_word(text, |word| {
        let folded = fold(word);
        if !is_stop_word(&folded) && folded.chars().count() > 1 {
            put(analyser::stems(word, &folded).0);
        }
    });
}
