//! Landing: what a run brings is written down where nothing reads it yet.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use model::{Account, Action, Arrival, Digest, Person, RecordKey, RunId};
use serde_json::Value;
use sqlx::{PgConnection, query};

use crate::lease::Lease;
use crate::{Result, Store, fields, resolve, row};

/// The end of a page: what it named, and what it changed in where the run goes on if it is stopped.
#[derive(Clone, Debug)]
pub struct PageEnd {
    /// What it changed in what is still to be asked.
    pub checkpoint: Value,
    /// Keys that the page named, known and unknown.
    pub keys: Vec<RecordKey>,
    /// Account of the run up to here.
    pub account: Account,
    /// Requests sent up to here.
    pub requests: u64,
    /// Bytes received up to here.
    pub bytes: u64,
}

impl Store {
    /// Lands a batch; with the end of a page, in one transaction with its checkpoint, so that what
    /// is landed and what is counted never disagree. A key that lands twice in a run replaces.
    pub async fn land(
        &self,
        lease: &Lease,
        run: RunId,
        mapping_digest: Digest,
        arrivals: &[Arrival],
        page: Option<&PageEnd>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let columns = Columns::of(arrivals);
        let mut tx = self.db.begin().await?;
        lease.fence(&mut tx).await?;
        if !arrivals.is_empty() {
            columns.insert(&mut tx, lease, run, mapping_digest, now).await?;
        }
        if let Some(page) = page {
            end_page(&mut tx, run, page).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// A batch turned into columns, a statement's worth.
#[derive(Default)]
struct Columns<'a> {
    source_ids: Vec<&'a str>,
    outcomes: Vec<&'static str>,
    raws: Vec<Vec<u8>>,
    bytes: Vec<Vec<u8>>,
    raw_digests: Vec<Vec<u8>>,
    digests: Vec<Vec<u8>>,
    contents: Vec<Vec<u8>>,
    formats: Vec<&'static str>,
    urls: Vec<Option<&'a str>>,
    bases: Vec<Option<&'a str>>,
    actions: Vec<String>,
    persons: Vec<Option<String>>,
    issues: Vec<Option<String>>,
    leftovers: Vec<Option<String>>,
    filled: Vec<i64>,
    keys: Vec<String>,
}

impl<'a> Columns<'a> {
    fn of(arrivals: &'a [Arrival]) -> Self {
        // One statement may not write one row twice; within a batch, too, the last word counts.
        let last: HashMap<&RecordKey, usize> = arrivals.iter().enumerate().map(|(at, each)| (&each.key, at)).collect();
        let mut columns = Self::default();
        for (_, arrival) in arrivals.iter().enumerate().filter(|(at, each)| last[&each.key] == *at) {
            columns.push(arrival);
        }
        columns
    }

    fn push(&mut self, arrival: &'a Arrival) {
        let Arrival { key, raw, raw_digest, normalized, digest } = arrival;
        let bytes = raw.payload.to_bytes();
        let (action, persons) = apart(&normalized.action);
        let action = row::document(&action);
        let persons = (!persons.is_empty()).then(|| row::document(&persons));
        let content = Digest::of([action.as_bytes(), persons.as_deref().unwrap_or_default().as_bytes()]);
        self.source_ids.push(key.as_str());
        self.outcomes.push(match (raw.deleted, normalized.is_rejected()) {
            (true, _) => "deleted",
            (false, true) => "rejected",
            (false, false) => "good",
        });
        self.raws.push(row::bytes(Digest::of([bytes.as_slice()])));
        self.bytes.push(bytes);
        self.raw_digests.push(row::bytes(*raw_digest));
        self.digests.push(row::bytes(*digest));
        self.contents.push(row::bytes(content));
        self.formats.push(raw.payload.format());
        self.urls.push(raw.url.as_deref());
        self.bases.push(raw.base.as_deref());
        self.actions.push(action);
        self.persons.push(persons);
        self.issues.push((!normalized.issues.is_empty()).then(|| row::document(&normalized.issues)));
        self.leftovers.push((!normalized.leftovers.is_empty()).then(|| row::document(&normalized.leftovers)));
        self.filled.push(fields::filled(&normalized.action));
        self.keys.push(row::array(&resolve::keys_of(&normalized.action)));
    }

    async fn insert(
        self,
        db: &mut PgConnection,
        lease: &Lease,
        run: RunId,
        mapping_digest: Digest,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let sourceur = lease.sourceur.as_str();
        query!(
            "insert into raw (sourceur, hash, bytes)
             select $1, hash, bytes from unnest($2::bytea[], $3::bytea[]) as t(hash, bytes)
             on conflict do nothing",
            sourceur,
            &self.raws,
            &self.bytes
        )
        .execute(&mut *db)
        .await?;
        query!(
            "insert into record_version (sourceur, run, source_id, page, outcome, raw, raw_digest, mapping_digest,
                digest, content, format, url, base, action, persons, issues, leftovers, filled, keys,
                landed_at)
             select $1, $2, source_id, (select coalesce(max(ordinal), 0) + 1 from page where run = $2), outcome, raw,
                raw_digest, $3, digest, content, format, url, base, action::json, persons::json, issues::jsonb,
                leftovers::json, filled, keys::bigint[], $4
             from unnest($5::text[], $6::text[], $7::bytea[], $8::bytea[], $9::bytea[], $10::bytea[], $11::text[],
                $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::bigint[], $19::text[])
                as t(source_id, outcome, raw, raw_digest, digest, content, format, url, base, action, persons, issues,
                    leftovers, filled, keys)
             on conflict (sourceur, run, source_id) do update set page = excluded.page, outcome = excluded.outcome,
                raw = excluded.raw, raw_digest = excluded.raw_digest, mapping_digest = excluded.mapping_digest,
                digest = excluded.digest, content = excluded.content, format = excluded.format, url = excluded.url,
                base = excluded.base, action = excluded.action, persons = excluded.persons, issues = excluded.issues,
                leftovers = excluded.leftovers, filled = excluded.filled, keys = excluded.keys,
                landed_at = excluded.landed_at",
            sourceur,
            run.0,
            row::bytes(mapping_digest),
            now,
            self.source_ids as _,
            self.outcomes as _,
            &self.raws,
            &self.raw_digests,
            &self.digests,
            &self.contents,
            self.formats as _,
            self.urls as _,
            self.bases as _,
            &self.actions,
            self.persons as _,
            self.issues as _,
            self.leftovers as _,
            &self.filled,
            &self.keys
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

/// An action without its persons, and the persons: they are stored apart.
fn apart(action: &Action) -> (Cow<'_, Action>, Vec<Person>) {
    let has_persons = action.contact.as_ref().is_some_and(|contact| !contact.persons.is_empty());
    if !has_persons {
        return (Cow::Borrowed(action), Vec::new());
    }
    let mut action = action.clone();
    let persons = action.contact.as_mut().map(|contact| std::mem::take(&mut contact.persons)).unwrap_or_default();
    (Cow::Owned(action), persons)
}

async fn end_page(db: &mut PgConnection, run: RunId, page: &PageEnd) -> Result<()> {
    let keys: Vec<&str> = page.keys.iter().map(RecordKey::as_str).collect();
    let account = serde_json::to_value(page.account).expect("an account is always writable");
    query!(
        "insert into page (run, ordinal, keys, checkpoint, account, requests, bytes)
         select $1, coalesce(max(ordinal), 0) + 1, $2, $3, $4, $5, $6 from page where run = $1",
        run.0,
        keys as _,
        page.checkpoint,
        account,
        row::number(page.requests),
        row::number(page.bytes)
    )
    .execute(db)
    .await?;
    Ok(())
}
