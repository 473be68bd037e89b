//! What a visitor typed, as a query: every word must be there, somewhere.
//!
//! A word is there if its stem is. The last one may be unfinished: whatever begins with it will do,
//! and counts less. A word that the index has never seen is forgiven a typing fault, or two where
//! it is long. There is no query language: signs only part words.

use std::collections::HashMap;

use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, FuzzyTermQuery, Occur, Query, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use crate::analyser::{self, each_word, fold, is_stop_word};
use crate::schema::Fields;

/// Words that are looked at.
const MOST_WORDS: usize = 32;
/// Bytes that are looked at.
const MOST_BYTES: usize = 4_096;
/// Endings of an unfinished word that are tried, the most frequent first.
const MOST_ENDINGS: usize = 1_000;
/// Words that a mistyped one may stand for, likewise.
const MOST_MEANT: usize = 50;
/// Words that may be mistyped; with more unknown words nothing is found.
const MOST_FORGIVEN: usize = 6;
/// The longest word that is forgiven a fault.
const LONGEST_FORGIVEN: usize = 24;

/// How much a word counts in the title, as written in the title, and in a name, where 1 is in the text.
const TITLE: f32 = 4.0;
const TITLE_WORD: f32 = 2.0;
const NAME: f32 = 1.5;
/// How much an unfinished word counts, and one with faults.
const UNFINISHED: f32 = 0.2;
const MISTYPED: f32 = 0.1;

/// Parts of a query, and whether each must match.
pub(crate) type Parts = Vec<(Occur, Box<dyn Query>)>;

/// A word as typed.
struct Typed {
    /// Lower case, with accents.
    written: String,
    folded: String,
}

/// A question's words against one state of the index.
pub(crate) struct Wording<'a> {
    pub(crate) searcher: &'a Searcher,
    pub(crate) fields: &'a Fields,
    /// Whether the order needs scores.
    pub(crate) scored: bool,
    /// Whether unknown words are forgiven.
    pub(crate) forgiving: bool,
}

impl Wording<'_> {
    /// The queries that must all match, and those that only raise the score; none where nothing
    /// was typed that is a word.
    pub(crate) fn queries(&self, text: &str) -> tantivy::Result<Option<Parts>> {
        let mut typed = words(text);
        if typed.is_empty() {
            return Ok(None);
        }
        let ends_in_stop_word = typed.last().is_some_and(|word| is_stop_word(&word.folded));
        let mut queries = Vec::new();
        if typed.iter().all(|word| is_stop_word(&word.folded)) {
            for word in &typed {
                queries.push((Occur::Must, self.stop_word(&word.folded)));
            }
            return Ok(Some(queries));
        }
        typed.retain(|word| !is_stop_word(&word.folded));
        let last = typed.len() - 1;
        let mut unknown = Vec::new();
        for (place, word) in typed.iter().enumerate() {
            let may_go_on = place == last && !ends_in_stop_word;
            if !self.put_known(word, may_go_on, &mut queries)? {
                unknown.push((word, may_go_on));
            }
        }
        for (place, (word, may_go_on)) in unknown.into_iter().enumerate() {
            let is_forgiven =
                self.forgiving && place < MOST_FORGIVEN && self.put_meant(word, may_go_on, &mut queries)?;
            if !is_forgiven {
                return Ok(Some(vec![(Occur::Must, Box::new(EmptyQuery))]));
            }
        }
        Ok(Some(queries))
    }

    /// A word that the index knows, or the beginning of one; false if it is neither.
    fn put_known(&self, word: &Typed, may_go_on: bool, queries: &mut Parts) -> tantivy::Result<bool> {
        let (stem, other) = analyser::stems(&word.written, &word.folded);
        let mut stems = Vec::new();
        for stem in [Some(stem), other].into_iter().flatten() {
            if self.searcher.doc_freq(&Term::from_field_text(self.fields.text, &stem))? > 0 {
                stems.push(stem);
            }
        }
        let endings = if may_go_on { self.endings(&word.folded)? } else { Vec::new() };
        if stems.is_empty() && endings.is_empty() {
            return Ok(false);
        }
        let mut exact: Vec<Box<dyn Query>> = stems.iter().map(|stem| self.term(self.fields.text, stem)).collect();
        if self.scored && !stems.is_empty() {
            // All of these are in the text too, so that they add to the score and to nothing else. One
            // union of terms is read much faster than a text that must be there with a title that may.
            exact.extend(stems.iter().map(|stem| boosted(self.term(self.fields.title, stem), TITLE)));
            exact.push(boosted(self.term(self.fields.title_words, &word.folded), TITLE_WORD));
            exact.push(boosted(self.term(self.fields.names, &word.folded), NAME));
        }
        let mut either = if exact.is_empty() { Vec::new() } else { vec![one_of(exact)] };
        if !endings.is_empty() {
            let fields = prefix_fields(self.fields, &word.folded);
            let terms = fields.iter().flat_map(|field| endings.iter().map(|end| Term::from_field_text(*field, end)));
            either.push(Box::new(ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), UNFINISHED)));
            if self.scored {
                either.push(set(self.fields.title_words, &endings, UNFINISHED * TITLE));
            }
        }
        queries.push((Occur::Must, one_of(either)));
        Ok(true)
    }

    /// A word that the index does not know, as those it may have been meant for; false if there are none.
    fn put_meant(&self, word: &Typed, may_go_on: bool, queries: &mut Parts) -> tantivy::Result<bool> {
        let meant = self.meant(&word.folded, may_go_on)?;
        if meant.is_empty() {
            return Ok(false);
        }
        queries.push((Occur::Must, set(self.fields.words, &meant, MISTYPED)));
        if self.scored {
            queries.push((Occur::Should, set(self.fields.title_words, &meant, MISTYPED * TITLE)));
        }
        Ok(true)
    }

    /// A stop word, where nothing else was typed: titles and names keep them.
    fn stop_word(&self, folded: &str) -> Box<dyn Query> {
        let title = boosted(self.term(self.fields.title_words, folded), TITLE_WORD);
        one_of(vec![title, self.term(self.fields.names, folded)])
    }

    fn term(&self, field: Field, text: &str) -> Box<dyn Query> {
        let record = if self.scored { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
        Box::new(TermQuery::new(Term::from_field_text(field, text), record))
    }

    /// Words of the index that go on from a beginning.
    fn endings(&self, beginning: &str) -> tantivy::Result<Vec<String>> {
        let mut found = Frequencies::default();
        let fields = prefix_fields(self.fields, beginning);
        for segment in self.searcher.segment_readers() {
            for field in &fields {
                let inverted = segment.inverted_index(*field)?;
                let mut terms = inverted.terms().range().ge(beginning).into_stream()?;
                while terms.advance() && terms.key().starts_with(beginning.as_bytes()) {
                    found.add(terms.key(), terms.value().doc_freq);
                }
            }
        }
        Ok(found.most_frequent(MOST_ENDINGS))
    }

    /// Words of the index that a mistyped one may stand for: those with the fewest faults.
    fn meant(&self, folded: &str, may_go_on: bool) -> tantivy::Result<Vec<String>> {
        let length = folded.chars().count();
        let faults = match length {
            _ if folded.bytes().any(|byte| byte.is_ascii_digit()) => 0,
            4..=7 => 1,
            8..=LONGEST_FORGIVEN => 2,
            _ => 0,
        };
        let term = Term::from_field_text(self.fields.words, folded);
        for faults in 1..=faults {
            let found = self.matching(&FuzzyTermQuery::new(term.clone(), faults, true))?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        if may_go_on && faults > 0 && length > 4 {
            return self.matching(&FuzzyTermQuery::new_prefix(term, 1, true));
        }
        Ok(Vec::new())
    }

    fn matching(&self, fuzzy: &FuzzyTermQuery) -> tantivy::Result<Vec<String>> {
        let automaton = fuzzy.automaton()?;
        let mut found = Frequencies::default();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields.words)?;
            let mut terms = inverted.terms().search(&automaton).into_stream()?;
            while terms.advance() {
                found.add(terms.key(), terms.value().doc_freq);
            }
        }
        Ok(found.most_frequent(MOST_MEANT))
    }
}

/// What was typed, word by word, as far as it is looked at.
fn words(text: &str) -> Vec<Typed> {
    let text = &text[..text.floor_char_boundary(MOST_BYTES)];
    let mut words = Vec::new();
    each_word(text, |written| {
        let folded = fold(written);
        if words.len() < MOST_WORDS && !folded.is_empty() {
            words.push(Typed { written: written.to_owned(), folded });
        }
    });
    words
}

/// Where an unfinished word is looked for: two letters begin too many words of texts.
fn prefix_fields(fields: &Fields, beginning: &str) -> Vec<Field> {
    match beginning.chars().count() {
        0 | 1 => Vec::new(),
        2 => vec![fields.title_words, fields.names],
        _ => vec![fields.words],
    }
}

fn set(field: Field, words: &[String], score: f32) -> Box<dyn Query> {
    let terms = words.iter().map(|word| Term::from_field_text(field, word));
    Box::new(ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), score))
}

fn boosted(query: Box<dyn Query>, boost: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, boost))
}

fn one_of(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    if queries.len() > 1 {
        return Box::new(BooleanQuery::union(queries));
    }
    queries.pop().unwrap_or_else(|| Box::new(EmptyQuery))
}

/// Words of all segments and how many actions say them.
#[derive(Default)]
struct Frequencies(HashMap<Vec<u8>, u64>);

impl Frequencies {
    fn add(&mut self, word: &[u8], count: u32) {
        match self.0.get_mut(word) {
            Some(known) => *known += u64::from(count),
            None => {
                self.0.insert(word.to_owned(), count.into());
            }
        }
    }

    /// The most frequent words that tell something, whichever segments they were found in.
    fn most_frequent(self, limit: usize) -> Vec<String> {
        let words = self.0.into_iter().filter_map(|(word, count)| Some((String::from_utf8(word).ok()?, count)));
        let mut words: Vec<(String, u64)> = words.filter(|(word, _)| !is_stop_word(word)).collect();
        words.sort_unstable_by(|(word, count), (other, others)| others.cmp(count).then(word.cmp(other)));
        words.truncate(limit);
        words.into_iter().map(|(word, _)| word).collect()
    }
}
