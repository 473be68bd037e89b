//! The anchor of searching: bare tantivy on the very same index folder.

use std::path::Path;

use serde_json::json;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::{AggContextParams, AggregationCollector};
use tantivy::collector::{Count, TopDocs};
use tantivy::columnar::Column;
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::{Language, Stemmer, TextAnalyzer, TokenStream as _};
use tantivy::{Order, ReloadPolicy, Searcher, Term};

/// The index, read by tantivy's own means.
pub(crate) struct Bare {
    pub(crate) searcher: Searcher,
    analyser: TextAnalyzer,
    columns: Vec<String>,
}

/// One question: what to find, and the facets that another search counts.
pub(crate) struct Asked {
    query: Box<dyn Query>,
    is_scored: bool,
    /// Searches that count a filtered facet as if it were not filtered by.
    others: Vec<(Box<dyn Query>, String)>,
}

impl Bare {
    /// Opens an index that holds a joined column for each of the facets.
    pub(crate) fn open(folder: &Path, facets: &[&str]) -> tantivy::Result<Self> {
        let index = tantivy::Index::open_in_dir(folder)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let stems = tantivy::tokenizer::RawTokenizer::default();
        let analyser = TextAnalyzer::builder(stems).filter(Stemmer::new(Language::French)).build();
        let columns = facets.iter().map(|facet| format!("{facet}_set")).collect();
        Ok(Self { searcher: reader.searcher(), analyser, columns })
    }

    pub(crate) fn field(&self, name: &str) -> tantivy::Result<Field> {
        self.searcher.schema().get_field(name)
    }

    /// Words, all of which must be there, and values of facets likewise.
    pub(crate) fn asked(&mut self, words: &[&str], filters: &[(&str, &str)]) -> tantivy::Result<Asked> {
        let text = self.field("text")?;
        let mut stems = Vec::new();
        for word in words {
            let mut stream = self.analyser.token_stream(word);
            stems.extend(stream.next().map(|token| Term::from_field_text(text, &token.text)));
        }
        let mut values = Vec::new();
        for (facet, value) in filters {
            values.push(Term::from_field_text(self.field(facet)?, value));
        }
        let query = |left_out: Option<usize>| -> Box<dyn Query> {
            let scored = stems.iter().map(|stem| (stem, IndexRecordOption::WithFreqs));
            let kept = values.iter().enumerate().filter(|(place, _)| Some(*place) != left_out);
            let terms = scored.chain(kept.map(|(_, value)| (value, IndexRecordOption::Basic)));
            let mut queries: Vec<Box<dyn Query>> =
                terms.map(|(term, record)| Box::new(TermQuery::new(term.clone(), record)) as Box<dyn Query>).collect();
            match queries.len() {
                0 => Box::new(AllQuery),
                1 => queries.remove(0),
                _ => Box::new(BooleanQuery::new(queries.into_iter().map(|query| (Occur::Must, query)).collect())),
            }
        };
        let others = filters.iter().enumerate().map(|(place, (facet, _))| (query(Some(place)), format!("{facet}_set")));
        Ok(Asked { query: query(None), is_scored: !words.is_empty(), others: others.collect() })
    }

    /// The twenty best, how many there are, and the facets; facets that are filtered by are counted by searches of
    /// their own.
    pub(crate) fn answer(&self, asked: &Asked) -> tantivy::Result<usize> {
        let apart = |column: &&String| !asked.others.iter().any(|(_, other)| other == *column);
        let columns: Vec<&String> = self.columns.iter().filter(apart).collect();
        let counts = collector(&columns);
        let total = if asked.is_scored {
            let best = TopDocs::with_limit(20).order_by_score();
            let (best, total, counts) = self.searcher.search(&asked.query, &(best, Count, counts))?;
            std::hint::black_box((best, counts));
            total
        } else {
            let best = TopDocs::with_limit(20).order_by_fast_field::<u64>("changed", Order::Desc);
            let (best, total, counts) = self.searcher.search(&asked.query, &(best, Count, counts))?;
            std::hint::black_box((best, counts));
            total
        };
        for (query, column) in &asked.others {
            std::hint::black_box(self.searcher.search(query, &collector(&[column]))?);
        }
        Ok(total)
    }

    /// An action's id, as the columns of a segment hold it.
    pub(crate) fn id(columns: &[Column<u64>; 2], doc: u32) -> u128 {
        let [high, low] = [&columns[0], &columns[1]].map(|column| u128::from(column.first(doc).unwrap_or(0)));
        high << 64 | low
    }
}

fn collector(columns: &[&String]) -> AggregationCollector {
    let terms = |column: &&String| ((*column).clone(), json!({ "terms": { "field": column, "size": 100 } }));
    let asked: serde_json::Map<String, serde_json::Value> = columns.iter().map(terms).collect();
    let asked: Aggregations = serde_json::from_value(asked.into()).expect("tantivy takes its own language");
    AggregationCollector::from_aggs(asked, AggContextParams::default())
}
