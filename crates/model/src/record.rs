//! A record on its way: raw as its sourceur sent it, then normalised.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Action, Digest, Issue, RecordKey, Severity};

/// What a protocol read of one record.
#[derive(Clone, Debug, PartialEq)]
pub struct RawRecord {
    /// Its key at the sourceur, where it has a usable one.
    pub key: Option<RecordKey>,
    /// Address of its page, absolute where it could be made so.
    pub url: Option<String>,
    /// Address of the document it stood in: what relative addresses start from.
    pub base: Option<String>,
    /// What was sent.
    pub payload: Payload,
    /// The source itself says that the record is deleted.
    pub deleted: bool,
    /// What the reading repaired or missed (a key too long, an undeclared entity).
    pub issues: Vec<Issue>,
}

/// What a sourceur sent for one record, in the form its protocol gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "format", content = "payload", rename_all = "snake_case")]
pub enum Payload {
    /// A feed's item: `id, title, link, published, updated, authors, categories, summary, content, language, enclosures`.
    Feed(Map<String, Value>),
    /// A JSON value.
    Json(Value),
    /// A row of a table: column → text.
    Csv(Map<String, Value>),
    /// A whole HTML page.
    Html(String),
    /// An XML element with its namespaces declared on it.
    Xml(String),
}

impl Payload {
    /// Name of the form, as `preview` shows it.
    pub fn format(&self) -> &'static str {
        match self {
            Self::Feed(_) => "feed",
            Self::Json(_) => "json",
            Self::Csv(_) => "csv",
            Self::Html(_) => "html",
            Self::Xml(_) => "xml",
        }
    }

    /// The payload as one JSON value; documents become a string.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Feed(map) | Self::Csv(map) => Value::Object(map.clone()),
            Self::Json(value) => value.clone(),
            Self::Html(text) | Self::Xml(text) => Value::String(text.clone()),
        }
    }

    /// The bytes to keep: enough to normalise again without asking.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Feed(map) | Self::Csv(map) => serde_json::to_vec(map).expect("a JSON map is always writable"),
            Self::Json(value) => serde_json::to_vec(value).expect("a JSON value is always writable"),
            Self::Html(text) | Self::Xml(text) => text.clone().into_bytes(),
        }
    }
}

impl RawRecord {
    /// Tells two readings of a record apart: its address, its payload, whether it is deleted.
    pub fn digest(&self) -> Digest {
        self.digest_of(&self.payload.to_bytes())
    }

    /// The same, where the payload's bytes are at hand already.
    pub fn digest_of(&self, payload_bytes: &[u8]) -> Digest {
        Digest::of([
            self.payload.format().as_bytes(),
            self.url.as_deref().unwrap_or_default().as_bytes(),
            payload_bytes,
            &[u8::from(self.deleted)],
        ])
    }
}

/// What the normalizer made of a [`RawRecord`]: always an action, with issues beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalized {
    /// The action, as far as the mapping could fill it.
    pub action: Action,
    /// What was wrong, doubtful or repaired.
    pub issues: Vec<Issue>,
    /// What the payload held and no field read: path → value.
    pub leftovers: BTreeMap<String, Value>,
}

impl Normalized {
    /// Whether an issue forbids publishing the record.
    pub fn is_rejected(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// Tells two outcomes apart.
    pub fn digest(&self) -> Digest {
        let action = serde_json::to_vec(&self.action).expect("an action is always writable");
        let issues = serde_json::to_vec(&self.issues).expect("issues are always writable");
        Digest::of([action.as_slice(), issues.as_slice()])
    }
}

/// A record that arrived in a run, ready to land: new, changed, rejected, or withdrawn by its source.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// Its key; a record without one never lands.
    pub key: RecordKey,
    /// As it was read.
    pub raw: RawRecord,
    /// Digest of the raw record.
    pub raw_digest: Digest,
    /// As it was understood; for a record the source deleted, an empty action.
    pub normalized: Normalized,
    /// Digest of the outcome.
    pub digest: Digest,
}
