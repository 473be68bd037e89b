//! Identifiers; the rule of each lives in its `FromStr`, and nobody re-checks elsewhere.

use std::{borrow::Cow, fmt, str::FromStr};

use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// A text that is not the identifier it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{written}` is not a {what}: {rule}")]
pub struct InvalidId {
    what: &'static str,
    written: String,
    rule: &'static str,
}

/// Name of a sourceur: the stem of its config file; it never dies and is never given again.
///
/// 1 to 64 ASCII letters, digits, `-`, `_` or `.`, beginning with a letter or a digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceurId(Box<str>);

impl SourceurId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SourceurId {
    type Err = InvalidId;

    fn from_str(written: &str) -> Result<Self, InvalidId> {
        let well_begun = written.starts_with(|c: char| c.is_ascii_alphanumeric());
        let well_made = written.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if well_begun && well_made && written.len() <= 64 {
            return Ok(Self(written.into()));
        }
        Err(InvalidId {
            what: "sourceur id",
            written: written.chars().take(80).collect(),
            rule: "1 to 64 letters, digits, `-`, `_` or `.`, beginning with a letter or a digit",
        })
    }
}

/// Key of a record at its sourceur (`source_id`): configured, or guid, or canonical address; never a title.
///
/// 1 to 1,024 bytes without control characters, in NFC, outer blanks trimmed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey(Box<str>);

impl RecordKey {
    /// Longest key in bytes: well inside what a btree index page can hold.
    pub const MAX_BYTES: usize = 1024;

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RecordKey {
    type Err = InvalidId;

    fn from_str(written: &str) -> Result<Self, InvalidId> {
        let written = written.trim();
        // Nearly every key is ASCII, and so in NFC already.
        let key: Cow<'_, str> =
            if written.is_ascii() { written.into() } else { written.nfc().collect::<String>().into() };
        if !key.is_empty() && key.len() <= Self::MAX_BYTES && !key.contains(char::is_control) {
            return Ok(Self(key.into_owned().into_boxed_str()));
        }
        Err(InvalidId {
            what: "record key",
            written: written.chars().take(80).collect(),
            rule: "1 to 1,024 bytes without control characters",
        })
    }
}

/// A record anywhere: `sourceur/source_id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// Whose record.
    pub sourceur: SourceurId,
    /// Its key there.
    pub source_id: RecordKey,
}

impl FromStr for RecordRef {
    type Err = InvalidId;

    fn from_str(written: &str) -> Result<Self, InvalidId> {
        let Some((sourceur, source_id)) = written.split_once('/') else {
            return Err(InvalidId {
                what: "record",
                written: written.chars().take(80).collect(),
                rule: "written `sourceur/source_id`",
            });
        };
        Ok(Self { sourceur: sourceur.parse()?, source_id: source_id.parse()? })
    }
}

impl fmt::Display for RecordRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.sourceur, self.source_id)
    }
}

/// Permanent public identifier of an action: a UUIDv7 made by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ActionId(pub Uuid);

/// Identifier of a run: a UUIDv7 made by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RunId(pub Uuid);

impl ActionId {
    /// A new id, in the order of `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self(uuid_v7(now))
    }
}

impl RunId {
    /// A new id, in the order of `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self(uuid_v7(now))
    }
}

fn uuid_v7(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos()))
}

macro_rules! uuid_text {
    ($name:ident, $what:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(written: &str) -> Result<Self, InvalidId> {
                Uuid::parse_str(written).map(Self).map_err(|_| InvalidId {
                    what: $what,
                    written: written.chars().take(80).collect(),
                    rule: "a UUID, as in `0198c0de-0000-7000-8000-000000000000`",
                })
            }
        }
    };
}
uuid_text!(ActionId, "action id");
uuid_text!(RunId, "run id");

macro_rules! as_text {
    ($($name:ident: $doc:literal),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(de::Error::custom)
            }
        }
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "description": $doc })
            }
        }
    )+};
}
as_text!(
    SourceurId: "id of a sourceur: the stem of its config file",
    RecordKey: "key of a record at its sourceur",
    RecordRef: "a record: `sourceur/source_id`"
);

impl fmt::Display for SourceurId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
