//! From columns to the words of the model, and back.

use chrono::{DateTime, Utc};
use model::{Digest, RecordKey, RecordRef, SourceurId};

use crate::{Result, StoreError};

/// Sixteen bytes of a digest column.
pub(crate) fn digest(table: &'static str, column: &'static str, row: &str, bytes: &[u8]) -> Result<Digest> {
    let bytes =
        bytes.try_into().map_err(|_| StoreError::inconsistent(table, column, &row, &"a digest has 16 bytes"))?;
    Ok(Digest::from_bytes(bytes))
}

/// A digest as a column takes it.
pub(crate) fn bytes(digest: Digest) -> Vec<u8> {
    digest.as_bytes().to_vec()
}

/// A sourceur's id.
pub(crate) fn sourceur(table: &'static str, text: &str) -> Result<SourceurId> {
    text.parse().map_err(|rule| StoreError::inconsistent(table, "sourceur", &text, &rule))
}

/// A record's key.
pub(crate) fn key(table: &'static str, text: &str) -> Result<RecordKey> {
    text.parse().map_err(|rule| StoreError::inconsistent(table, "source_id", &text, &rule))
}

/// A record.
pub(crate) fn record(table: &'static str, sourceur_id: &str, source_id: &str) -> Result<RecordRef> {
    Ok(RecordRef { sourceur: sourceur(table, sourceur_id)?, source_id: key(table, source_id)? })
}

/// A count as the model has it.
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A count as a column takes it.
pub(crate) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A JSON document of ours.
pub(crate) fn json<T: serde::de::DeserializeOwned>(
    table: &'static str,
    column: &'static str,
    row: &dyn ToString,
    text: &str,
) -> Result<T> {
    serde_json::from_str(text).map_err(|rule| StoreError::inconsistent(table, column, row, &rule))
}

/// A document as a column takes it.
pub(crate) fn document<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("what the model holds is always writable")
}

/// Numbers as Postgres writes an array: an array of arrays would have to be a rectangle.
pub(crate) fn array(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!("{{{}}}", numbers.join(","))
}

/// Later than anything: where a list that goes back in time begins.
pub(crate) fn end_of_time() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).expect("the last second of the year 9999")
}
