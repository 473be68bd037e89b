//! What is known of records before they are read again.

use std::collections::HashMap;

use model::{Digest, RecordKey, SourceurId};
use sqlx::query;

use crate::{Result, Store, row};

/// What is known of a record: how it was seen last, and what is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Digest of the raw record seen last, rejected and deleted ones included.
    pub raw_digest: Digest,
    /// Mapping digest it was understood with.
    pub mapping_digest: Digest,
    /// Digest of the outcome in force; none if nothing of it was ever published.
    pub digest: Option<Digest>,
    /// It was withdrawn: by the source's own word, or after long absence.
    pub withdrawn: bool,
    /// The version seen last was rejected; what was in force before it stays so.
    pub rejected: bool,
}

impl Known {
    /// Whether something of it is served now.
    pub fn is_present(&self) -> bool {
        self.digest.is_some() && !self.withdrawn
    }
}

impl Store {
    /// What published runs left of these records of one sourceur; records never seen are left out.
    pub async fn known(&self, sourceur: &SourceurId, keys: &[RecordKey]) -> Result<HashMap<RecordKey, Known>> {
        let wanted: Vec<&str> = keys.iter().map(RecordKey::as_str).collect();
        let rows = query!(
            r#"select wanted.at as "at!", r.raw_digest, r.mapping_digest, r.digest,
                r.withdrawn_at is not null as "withdrawn!", r.rejected_run is not null as "rejected!"
            from unnest($2::text[]) with ordinality as wanted(source_id, at)
            join record r on r.sourceur = $1 and r.source_id = wanted.source_id"#,
            sourceur.as_str(),
            wanted as _
        )
        .fetch_all(&self.db)
        .await?;
        let mut known = HashMap::with_capacity(rows.len());
        for each in rows {
            let at = usize::try_from(each.at - 1).expect("ordinality counts from 1");
            let key = &keys[at];
            let read = |column, bytes: &[u8]| row::digest("record", column, key.as_str(), bytes);
            let record = Known {
                raw_digest: read("raw_digest", &each.raw_digest)?,
                mapping_digest: read("mapping_digest", &each.mapping_digest)?,
                digest: each.digest.as_deref().map(|bytes| read("digest", bytes)).transpose()?,
                withdrawn: each.withdrawn,
                rejected: each.rejected,
            };
            known.insert(key.clone(), record);
        }
        Ok(known)
    }
}
