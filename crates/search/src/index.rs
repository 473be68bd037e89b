//! The index itself: [`Index::apply`] takes what changed, [`Index::query`] answers.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use model::{Action, ActionId};
use serde::{Deserialize, Serialize};
use tantivy::directory::{MmapDirectory, RamDirectory};
use tantivy::indexer::LogMergePolicy;
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query};
use tantivy::schema::Schema;
use tantivy::{Directory, IndexReader, IndexWriter, ReloadPolicy, Searcher, SegmentReader, TantivyError, Term};
use uuid::Uuid;

use crate::answer::{Answer, Hit};
use crate::best;
use crate::cells::Layout;
use crate::document::{Name, document};
use crate::point::Circle;
use crate::question::Question;
use crate::schema::Fields;
use crate::sift::{Order, Sift, Sifted};
use crate::sifting::Sifting;
use crate::tally::SetsOfSegments;
use crate::wording::Wording;

/// Changes with the schema, the analyser and what is made of an action; then every index is made again.
const VERSION: u32 = 2;

/// Bytes that a writer may hold before it writes a segment: as few as tantivy takes.
const SMALL_HEAP: usize = 16 << 20;
/// Likewise while a whole base comes in: fewer, larger segments.
const LARGE_HEAP: usize = 96 << 20;
/// Segments of one size that are merged to one: fewer to look through, for a little more writing.
const MERGED_AT_ONCE: usize = 6;

/// Values of a facet that an answer tells, unless it is asked for more.
const MOST_VALUES: usize = 100;

/// Where a commit stands: of which base, and where in its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// Identity of the base.
    pub(crate) base: Uuid,
    /// Last entry of the log that is in.
    pub(crate) cursor: i64,
    /// What stood there: a base put back from a copy has another past.
    pub(crate) last: Option<String>,
}

/// What a commit carries.
#[derive(Serialize, Deserialize)]
struct Payload {
    version: u32,
    gazetteer: String,
    #[serde(flatten)]
    mark: Mark,
}

/// One thing to write.
pub(crate) enum Change {
    /// The action as it is now.
    Put(Box<(Name, Action)>),
    /// It is served no more.
    Drop(ActionId),
}

/// How much comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Some changes.
    Trickle,
    /// A whole base.
    Flood,
}

/// An index, on disk or in memory. Shared: it answers while it takes.
pub(crate) struct Index {
    files: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    sets: SetsOfSegments,
    writer: Mutex<Option<(Pace, IndexWriter)>>,
}

impl Index {
    /// An empty index in a folder, which must be empty.
    pub(crate) fn create(folder: &Path) -> tantivy::Result<Self> {
        Self::make(MmapDirectory::open(folder)?)
    }

    /// An empty index in memory.
    pub(crate) fn in_memory() -> tantivy::Result<Self> {
        Self::make(RamDirectory::create())
    }

    fn make(directory: impl Into<Box<dyn Directory>>) -> tantivy::Result<Self> {
        let (schema, fields) = Fields::make();
        let mut index = tantivy::Index::create(directory, schema, tantivy::IndexSettings::default())?;
        index.set_tokenizers(Fields::analysers());
        Self::with(index, fields)
    }

    /// The index of a folder and where it stands; none if it is of another version. Every byte is
    /// read once and checked: what is damaged must not turn up in the middle of an answer.
    pub(crate) fn open(folder: &Path) -> tantivy::Result<Option<(Self, Mark)>> {
        let directory = MmapDirectory::open(folder)?;
        if !tantivy::Index::exists(&directory)? {
            return Ok(None);
        }
        let mut index = tantivy::Index::open(directory)?;
        let (schema, fields): (Schema, Fields) = Fields::make();
        let payload = index.load_metas()?.payload.unwrap_or_default();
        let Ok(payload) = serde_json::from_str::<Payload>(&payload) else { return Ok(None) };
        let is_ours = payload.version == VERSION && payload.gazetteer == gazetteer::Gazetteer::VERSION;
        if !is_ours || index.schema() != schema {
            return Ok(None);
        }
        let damaged = index.validate_checksum()?;
        if let Some(file) = damaged.iter().next() {
            return Err(TantivyError::SystemError(format!("`{}` is damaged", file.display())));
        }
        index.set_tokenizers(Fields::analysers());
        Ok(Some((Self::with(index, fields)?, payload.mark)))
    }

    fn with(index: tantivy::Index, fields: Fields) -> tantivy::Result<Self> {
        let builder = index.reader_builder().reload_policy(ReloadPolicy::Manual);
        let reader = builder.doc_store_cache_num_blocks(0).try_into()?;
        Ok(Self { files: index, reader, fields, sets: SetsOfSegments::default(), writer: Mutex::new(None) })
    }

    /// Writes changes, in their order; with a mark, they are found from then on, and it stands with
    /// them in one commit. An error leaves the last commit standing; then everything since its
    /// mark has to come again.
    pub(crate) fn apply(&self, changes: Vec<Change>, mark: Option<&Mark>, pace: Pace) -> tantivy::Result<()> {
        let mut slot = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken out for the while: after an error the next batch gets a new writer.
        let mut writer = match slot.take() {
            Some((at, writer)) if at == pace => writer,
            former => {
                if let Some((_, writer)) = former {
                    writer.wait_merging_threads()?;
                }
                self.writer(pace)?
            }
        };
        for change in changes {
            match change {
                Change::Put(put) => {
                    let (name, action) = *put;
                    writer.delete_term(self.key(name.id));
                    writer.add_document(document(&self.fields, name, &action, true))?;
                }
                Change::Drop(id) => {
                    writer.delete_term(self.key(id.0.as_u128()));
                }
            }
        }
        if let Some(mark) = mark {
            let version = VERSION;
            let gazetteer = gazetteer::Gazetteer::VERSION.to_owned();
            let payload = Payload { version, gazetteer, mark: mark.clone() };
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(&serde_json::to_string(&payload).map_err(std::io::Error::other)?);
            commit.commit()?;
            if pace == Pace::Flood {
                // The base is in: whoever goes on needs less memory.
                writer.wait_merging_threads()?;
                return self.reload();
            }
            self.reload()?;
        }
        *slot = Some((pace, writer));
        Ok(())
    }

    /// Lets questions see the last commit.
    fn reload(&self) -> tantivy::Result<()> {
        self.reader.reload()?;
        let searcher = self.reader.searcher();
        let segments: HashSet<_> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        self.sets.keep(&segments);
        Ok(())
    }

    fn writer(&self, pace: Pace) -> tantivy::Result<IndexWriter> {
        let (threads, heap) = match pace {
            Pace::Trickle => (1, SMALL_HEAP),
            Pace::Flood => (std::thread::available_parallelism().map_or(1, |cores| cores.get().min(2)), LARGE_HEAP),
        };
        let writer: IndexWriter = self.files.writer_with_num_threads(threads, heap)?;
        let mut merging = LogMergePolicy::default();
        merging.set_min_num_segments(MERGED_AT_ONCE);
        merging.set_del_docs_ratio_before_merge(0.3);
        writer.set_merge_policy(Box::new(merging));
        Ok(writer)
    }

    fn key(&self, id: u128) -> Term {
        Term::from_field_bytes(self.fields.key, &id.to_be_bytes())
    }

    /// Whether a file is not what was written.
    pub(crate) fn is_damaged(&self) -> bool {
        self.files.validate_checksum().map_or(true, |damaged| !damaged.is_empty())
    }

    /// Answers a question.
    pub(crate) fn query(&self, question: &Question) -> tantivy::Result<Answer> {
        let searcher = self.reader.searcher();
        answer(&searcher, &self.fields, &self.sets, question, true)
    }

    #[cfg(test)]
    pub(crate) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    #[cfg(test)]
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Others that tell of the same idea.
    pub(crate) fn similar(&self, action: &Action, limit: usize) -> tantivy::Result<Vec<Hit>> {
        crate::similar::similar(&self.reader.searcher(), &self.fields, &self.sets, action, limit)
    }
}

/// Answers a question about one state of an index.
pub(crate) fn answer(
    searcher: &Searcher,
    fields: &Fields,
    sets: &SetsOfSegments,
    question: &Question,
    forgiving: bool,
) -> tantivy::Result<Answer> {
    let Sifting { queries, tests } = Sifting::of(&question.filter, &question.facets, fields);
    let mut all: Vec<(Occur, Box<dyn Query>)> = queries.into_iter().map(|query| (Occur::Must, query)).collect();
    let circle = question.filter.near.as_ref().map(Circle::of);
    let text = question.filter.q.as_deref().unwrap_or_default();
    let scored = question.limit > 0 && question.sort == crate::question::Sort::Relevance;
    let words = Wording { searcher, fields, scored, forgiving }.queries(text)?;
    let order = Order::of(question.sort, words.is_some(), circle);
    all.extend(words.into_iter().flatten());
    let query: Box<dyn Query> = if all.is_empty() { Box::new(AllQuery) } else { Box::new(BooleanQuery::new(all)) };
    let mut facets = question.facets.clone();
    let mut seen = HashSet::new();
    facets.retain(|facet| seen.insert(*facet));
    let sift = Sift {
        fields,
        sets,
        tests,
        order,
        after: question.after.as_ref().map(best::rank),
        limit: question.limit,
        facets,
        most_values: question.most_values.unwrap_or(MOST_VALUES),
        layout: question.cells.as_ref().map(Layout::of),
    };
    let Sifted { hits, total, next, facets, cells } = searcher.search(&query, &sift)?;
    Ok(Answer { hits, total, next, facets, cells })
}

/// An index of one segment in memory, without locks and threads.
pub(crate) fn small(actions: &[(Name, &Action)], with_words: bool) -> tantivy::Result<(Searcher, Fields)> {
    let (schema, fields) = Fields::make();
    let builder = tantivy::Index::builder().schema(schema).tokenizers(Fields::analysers());
    let mut writer = builder.single_segment_index_writer(RamDirectory::create(), SMALL_HEAP)?;
    for (name, action) in actions {
        writer.add_document(document(&fields, *name, action, with_words))?;
    }
    let index = writer.finalize()?;
    let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok((reader.searcher(), fields))
}
