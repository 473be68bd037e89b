//! What is asked, drawn from what the base says; the same base gives the same questions.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

use model::{Action, ActionId};
use search::{Facet, Filter, Question, Sort};
use store::Store;

use crate::bare::Bare;

/// What is counted with every question.
pub(crate) const FACETS: [&str; 3] = ["theme", "region", "sourceur"];
/// Questions of each kind.
const OF_A_KIND: usize = 60;
/// Actions that questions are drawn from, and that are asked for by id.
const SAMPLE: usize = 2_000;

/// A question of a visitor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) words: Vec<String>,
    pub(crate) theme: Option<String>,
    pub(crate) region: Option<String>,
}

/// Questions of one kind.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) asked: Vec<Asked>,
    /// Whether bare tantivy can answer the same.
    pub(crate) has_anchor: bool,
}

/// Everything that was drawn.
pub(crate) struct Drawn {
    pub(crate) actions: Vec<Action>,
    pub(crate) kinds: Vec<Kind>,
    /// Words that some in a hundred actions say.
    pub(crate) words: Vec<String>,
}

impl Asked {
    pub(crate) fn question(&self, with_facets: bool) -> Question {
        let q = (!self.words.is_empty()).then(|| self.words.join(" "));
        let region = self.region.iter().filter_map(|region| region.parse().ok()).collect();
        let sort = if q.is_some() { Sort::Relevance } else { Sort::Changed };
        let filter =
            Filter { q, themes: self.theme.iter().cloned().collect(), territories: region, ..Filter::default() };
        let facets = if with_facets { vec![Facet::Theme, Facet::Region, Facet::Sourceur] } else { Vec::new() };
        Question { filter, sort, limit: 20, facets, ..Question::default() }
    }

    /// Parameters of it, as the API and the pages take them.
    pub(crate) fn parameters(&self) -> String {
        let words = (!self.words.is_empty()).then(|| format!("&q={}", self.words.join("%20")));
        let theme = self.theme.as_ref().map(|theme| format!("&theme={theme}"));
        let region = self.region.as_ref().map(|region| format!("&territory={region}"));
        [words, theme, region].into_iter().flatten().collect()
    }

    pub(crate) fn filters(&self) -> Vec<(&'static str, &str)> {
        let theme = self.theme.as_deref().map(|theme| ("theme", theme));
        let region = self.region.as_deref().map(|region| ("region", region));
        theme.into_iter().chain(region).collect()
    }
}

/// An address written in its `number`th way: the same question, but not an address that was answered
/// before and is held.
pub(crate) fn written_anew(address: &str, number: usize) -> String {
    let Some((path, query)) = address.split_once('?') else { return address.to_owned() };
    let mut written = format!("{path}?");
    let (mut bit, mut is_name) = (0, true);
    for letter in query.chars() {
        is_name = letter == '&' || is_name && letter != '=';
        if is_name && letter.is_ascii_lowercase() && bit < usize::BITS {
            let code = u32::from(letter);
            if number >> bit & 1 == 1 {
                write!(written, "%{code:02X}").expect("a String takes every write");
            } else {
                written.push(letter);
            }
            bit += 1;
        } else {
            written.push(letter);
        }
    }
    written
}

impl Drawn {
    pub(crate) async fn from(bare: &Bare, store: &Store) -> Self {
        let ids = ids(bare);
        let rows = store.actions_by_id(&ids).await.expect("the base gives its actions");
        let actions: Vec<Action> = rows.iter().map(|row| row.action().expect("a row can be read")).collect();
        let shares = shares(bare);
        let between = |least: f64, most: f64| -> Vec<String> {
            let mut words: Vec<&String> =
                shares.iter().filter(|(_, share)| (least..most).contains(*share)).map(|(word, _)| word).collect();
            words.sort_unstable_by_key(|word| (hash(word), *word));
            words.into_iter().take(OF_A_KIND).cloned().collect()
        };
        let all = f64::from(u32::try_from(bare.searcher.num_docs()).unwrap_or(u32::MAX));
        let medium = between(0.005, 0.03);
        let kind = |name, asked: Vec<Asked>, has_anchor| Kind { name, asked, has_anchor };
        let spoken: Vec<(&Action, Vec<String>)> =
            actions.iter().map(|action| (action, said(action, &shares))).collect();
        let two = spoken.iter().filter(|(_, said)| said.len() > 1);
        let two = two
            .map(|(_, said)| Asked { words: vec![said[0].clone(), said[said.len() / 2].clone()], ..Asked::default() });
        let filtered = spoken.iter().filter_map(|(action, said)| {
            let region = action.places.iter().find_map(|place| place.region.as_ref())?.to_string();
            Some(Asked {
                words: vec![said.first()?.clone()],
                theme: Some(action.themes.first()?.id.clone()),
                region: Some(region),
            })
        });
        let begun = medium.iter().map(|word| Asked { words: vec![word[..4].to_owned()], ..Asked::default() });
        let mistyped = medium.iter().filter(|word| word.len() > 7).map(|word| mistyped(word));
        let mistyped = mistyped.filter(|word| !shares.contains_key(word));
        let mistyped = mistyped.map(|word| Asked { words: vec![word], ..Asked::default() });
        let kinds = vec![
            kind("rare word", single(&between(1.5 / all, 60.0 / all)), true),
            kind("medium word", single(&medium), true),
            kind("common word", single(&between(0.08, 0.6)), true),
            kind("two words", two.take(OF_A_KIND).collect(), true),
            kind("a word, theme and région", filtered.take(OF_A_KIND).collect(), true),
            kind("no words: the whole base", vec![Asked::default()], true),
            kind("a word begun", begun.collect(), false),
            kind("a word mistyped", mistyped.collect(), false),
        ];
        Self { words: medium, actions, kinds }
    }
}

fn single(words: &[String]) -> Vec<Asked> {
    words.iter().map(|word| Asked { words: vec![word.clone()], ..Asked::default() }).collect()
}

/// Ids of actions from all over the index.
fn ids(bare: &Bare) -> Vec<ActionId> {
    let mut ids = Vec::new();
    let all = usize::try_from(bare.searcher.num_docs()).unwrap_or(1).max(1);
    for segment in bare.searcher.segment_readers() {
        let columns = segment.fast_fields();
        let columns = ["id_high", "id_low"].map(|name| columns.u64(name).expect("the index holds ids"));
        let step = all.div_ceil(SAMPLE);
        let docs = (0..segment.max_doc()).step_by(step).filter(|doc| !segment.is_deleted(*doc));
        ids.extend(docs.map(|doc| ActionId(sqlx::types::Uuid::from_u128(Bare::id(&columns, doc)))));
    }
    ids.sort_unstable_by_key(hash);
    ids
}

/// Plain words and the share of the actions that say them.
fn shares(bare: &Bare) -> HashMap<String, f64> {
    let field = bare.field("words").expect("the index holds words");
    let all = f64::from(u32::try_from(bare.searcher.num_docs()).unwrap_or(u32::MAX));
    let mut shares: HashMap<String, f64> = HashMap::new();
    for segment in bare.searcher.segment_readers() {
        let inverted = segment.inverted_index(field).expect("a segment holds its words");
        let mut terms = inverted.terms().stream().expect("a dictionary is read");
        while terms.advance() {
            let is_plain = (5..=14).contains(&terms.key().len()) && terms.key().iter().all(u8::is_ascii_lowercase);
            if let (true, Ok(word)) = (is_plain, std::str::from_utf8(terms.key())) {
                *shares.entry(word.to_owned()).or_default() += f64::from(terms.value().doc_freq) / all;
            }
        }
    }
    shares
}

/// Words of an action's title that are said often enough, but not by all.
fn said(action: &Action, shares: &HashMap<String, f64>) -> Vec<String> {
    let title = model::fold(&action.title);
    let known = title.split(' ').filter(|word| shares.get(*word).is_some_and(|share| (0.001..0.3).contains(share)));
    let mut said: Vec<String> = Vec::new();
    for word in known.map(str::to_owned) {
        if !said.contains(&word) {
            said.push(word);
        }
    }
    said
}

/// A word with two letters changed places.
fn mistyped(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.swap(2, 3);
    letters.into_iter().collect()
}

/// The same in every run.
fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}
