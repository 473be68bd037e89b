//! The one door of the crate: a record in, an action out.

use std::sync::Arc;

use model::config::Reader;
use model::{Digest, Normalized, Payload, RawRecord, Severity, Sourceur, SourceurId};
use url::Url;

use crate::fill::Filler;
use crate::html::Page;
use crate::leftovers::leftovers;
use crate::lookups::Lookups;
use crate::mapping::Mapping;
use crate::taxonomy::Taxonomy;
use crate::text::Notes;
use crate::tree::Tree;

/// Changes whenever the same record and mapping may give another action.
const VERSION: &str = "1";

/// A sourceur's mapping, ready to be applied to its records.
#[derive(Clone, Debug)]
pub struct Normalizer {
    pub(crate) sourceur: SourceurId,
    /// Language that the sourceur's file names; `None` where it names none.
    pub(crate) language: Option<String>,
    pub(crate) mapping: Mapping,
    pub(crate) taxonomy: Arc<Taxonomy>,
    /// Keys of the payload that the protocol reads: the record's key and address.
    by_protocol: Vec<String>,
    digest: Digest,
}

impl Normalizer {
    /// Reads `[fields]` and `[lookups]` of a sourceur's file; what is wrong is told to the reader.
    ///
    /// Without `[fields]`, a feed, a JSON list or a table is read by the usual names: `title`, `link`,
    /// `summary`, `content`, `updated` or `published`, `categories`.
    pub fn read(file: &mut Reader<'_>, sourceur: &Sourceur, taxonomy: Arc<Taxonomy>, shared_lookups: &Lookups) -> Self {
        let lookups = shared_lookups.with_own(file);
        let mapping = Mapping::read(file, &lookups, &taxonomy);
        let language = file.item("language").map(|_| sourceur.language.clone());
        let by_protocol = read_by_protocol(file);
        let digest = Digest::of([
            VERSION.as_bytes(),
            gazetteer::Gazetteer::VERSION.as_bytes(),
            taxonomy.digest().as_bytes(),
            lookups.digest().as_bytes(),
            sourceur.id.as_str().as_bytes(),
            format!("{language:?}{by_protocol:?}").as_bytes(),
            format!("{mapping:?}").as_bytes(),
        ]);
        Self { sourceur: sourceur.id.clone(), language, mapping, taxonomy, by_protocol, digest }
    }

    /// Tells two ways of normalising apart: mapping, taxonomy, gazetteer, version of the code.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Makes an action of a record: always one, as far as the mapping could fill it.
    pub fn apply(&self, record: &RawRecord) -> Normalized {
        let mut notes = Notes::new(record.issues.clone());
        if record.key.is_none() && !notes.has_error() {
            notes.tell(Severity::Error, "", "no-key", "the record has no key that could tell it from the others");
        }
        let base = record.base.as_deref().or(record.url.as_deref()).and_then(|base| Url::parse(base).ok());
        let own = record.url.as_deref().and_then(|url| Url::parse(url).ok());
        let base = match &record.payload {
            // A page's relative addresses start from the page itself, not from the list it was found in.
            Payload::Html(_) => own.or(base),
            _ => base,
        };
        let filler = Filler::new(self, base, &mut notes);
        let action = match &record.payload {
            Payload::Json(value) => filler.fill(&Tree::Value(value)),
            Payload::Feed(map) | Payload::Csv(map) => filler.fill(&Tree::Object(map)),
            Payload::Html(source) | Payload::Xml(source) => {
                let (html, was_cut) = Page::parse(source);
                let action = filler.fill(&Tree::Page(Page::new(&html, &self.mapping.labels)));
                if was_cut {
                    notes.warn("", "page-cut", "the page is nested too deep or too long; its end was not read");
                }
                action
            }
        };
        let leftovers = leftovers(&record.payload, &self.mapping.seen, &self.by_protocol);
        Normalized { action, issues: notes.into_issues(), leftovers }
    }
}

/// `key` and `url` of the protocol's table.
fn read_by_protocol(file: &mut Reader<'_>) -> Vec<String> {
    let Some(mut harvest) = file.table("harvest") else { return Vec::new() };
    let tables: Vec<_> = harvest.keys().iter().filter_map(|name| harvest.item(name)?.table()).collect();
    let texts = |mut table: Reader<'_>| {
        ["key", "url"].map(|name| table.item(name).and_then(|item| item.as_text().map(str::to_owned)))
    };
    tables.into_iter().flat_map(texts).flatten().collect()
}
