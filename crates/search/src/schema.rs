//! What the index holds of each action.
//!
//! Nothing is stored: an answer gives ids, and Postgres gives the rows. What is counted or sorted
//! by lies in columns with exactly one value for each action, which are read much faster than
//! columns with none or several: the values of a facet are joined to one set (`a` + `b`), a point
//! beyond the first goes to a column of its own.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};

use crate::analyser::{Analyser, Keep};
use crate::question::Facet;

/// What joins the values of one action to a set; no value holds it.
pub(crate) const JOINT: char = '\u{1f}';

/// Every field.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    /// The id as 16 bytes, to delete by.
    pub(crate) key: Field,
    /// Stems of everything that is said: a word matches an action exactly if it is here.
    pub(crate) text: Field,
    /// Every word of it, unstemmed: for prefixes and typing faults.
    pub(crate) words: Field,
    /// Stems of the title.
    pub(crate) title: Field,
    /// Words of the title.
    pub(crate) title_words: Field,
    /// Words of names: actors, places, labels.
    pub(crate) names: Field,
    /// First and last half of the id.
    pub(crate) ids: [Field; 2],
    /// [`crate::Hit::stamp`].
    pub(crate) stamp: Field,
    /// Microseconds since 1970.
    pub(crate) changed: Field,
    /// First and last day on which it may have begun, days of the common era; 0 where nobody knows.
    pub(crate) started: [Field; 2],
    /// Millionths.
    pub(crate) quality: Field,
    /// The first point, 0 for none; see [`crate::point`].
    pub(crate) point: Field,
    /// The others.
    pub(crate) points: Field,
    /// What is filtered and counted by, in the order of [`Facet::ALL`]; then countries.
    pub(crate) facets: Vec<FacetField>,
}

/// One facet, twice.
#[derive(Clone, Debug)]
pub(crate) struct FacetField {
    /// Each value, to look up.
    pub(crate) values: Field,
    /// Name of the column with all values joined.
    pub(crate) column: String,
    /// That column.
    pub(crate) set: Field,
}

/// Place of the countries behind the facets.
const COUNTRY: usize = Facet::ALL.len();

impl Fields {
    pub(crate) fn make() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let words = |analyser: &str, record, norms| {
            let indexing = TextFieldIndexing::default().set_tokenizer(analyser);
            TextOptions::default().set_indexing_options(indexing.set_index_option(record).set_fieldnorms(norms))
        };
        let number = |schema: &mut SchemaBuilder, name: &str| schema.add_u64_field(name, FAST);
        let facet = |schema: &mut SchemaBuilder, name: &str| {
            let column = format!("{name}_set");
            FacetField {
                values: schema.add_text_field(name, words("raw", IndexRecordOption::Basic, false)),
                set: schema.add_text_field(&column, TextOptions::default().set_fast("raw")),
                column,
            }
        };
        let with_frequencies = IndexRecordOption::WithFreqs;
        let fields = Self {
            key: schema.add_bytes_field("key", INDEXED),
            text: schema.add_text_field("text", words("stems", with_frequencies, true)),
            words: schema.add_text_field("words", words("words", IndexRecordOption::Basic, false)),
            title: schema.add_text_field("title", words("stems", with_frequencies, true)),
            title_words: schema.add_text_field("title_words", words("all", with_frequencies, true)),
            names: schema.add_text_field("names", words("all", with_frequencies, true)),
            ids: [number(&mut schema, "id_high"), number(&mut schema, "id_low")],
            stamp: number(&mut schema, "stamp"),
            changed: number(&mut schema, "changed"),
            started: [number(&mut schema, "started_first"), number(&mut schema, "started_last")],
            quality: number(&mut schema, "quality"),
            point: number(&mut schema, "point"),
            points: schema.add_u64_field("points", NumericOptions::default().set_fast()),
            facets: {
                let names = Facet::ALL.iter().map(|(name, _)| *name).chain(["country"]);
                names.map(|name| facet(&mut schema, name)).collect()
            },
        };
        (schema.build(), fields)
    }

    /// The analysers by the names that the schema uses.
    pub(crate) fn analysers() -> TokenizerManager {
        let analysers = TokenizerManager::default();
        for (name, keep) in [("stems", Keep::Stems), ("words", Keep::Words), ("all", Keep::All)] {
            analysers.register(name, TextAnalyzer::from(Analyser::new(keep)));
        }
        analysers
    }

    pub(crate) fn facet(&self, facet: Facet) -> &FacetField {
        &self.facets[facet as usize]
    }

    pub(crate) fn country(&self) -> &FacetField {
        &self.facets[COUNTRY]
    }
}
