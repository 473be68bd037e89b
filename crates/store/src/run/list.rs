//! Runs as they are listed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use model::{Account, Digest, Reason, RunId, RunState, SourceurId};
use sqlx::{FromRow, query_as};
use uuid::Uuid;

use crate::sourceur::run_state;
use crate::{Result, Store, row};

/// A run, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// Whose run.
    pub sourceur: SourceurId,
    /// How it ended, or that it lands.
    pub state: RunState,
    /// The config it used.
    pub config_digest: Digest,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; none while it lands.
    pub ended_at: Option<DateTime<Utc>>,
    /// What became of its records.
    pub account: Account,
    /// Whether the list was read to its end.
    pub complete: bool,
    /// Requests sent.
    pub requests: u64,
    /// Bytes received, decompressed.
    pub bytes: u64,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
    /// Why it is held or failed.
    pub reason: Option<Reason>,
    /// Where the sourceur says its list stands from now on.
    pub moved_to: Option<String>,
}

impl Store {
    /// The last runs, newest first; of one sourceur, or of all.
    pub async fn runs(&self, sourceur: Option<&SourceurId>, limit: u32) -> Result<Vec<RunRow>> {
        let rows = query_as!(
            Columns,
            "select id, sourceur, state, config_digest, started_at, ended_at, complete, read, new, changed, unchanged,
                rejected, withdrawn, repeated, absent, requests, bytes, duration_ms, reason, moved_to
             from run where $1::text is null or sourceur = $1 order by id desc limit $2",
            sourceur.map(SourceurId::as_str),
            i64::from(limit)
        )
        .fetch_all(&self.db)
        .await?;
        rows.into_iter().map(RunRow::try_from).collect()
    }

    /// Runs by id.
    pub(crate) async fn runs_by_id(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, RunRow>> {
        let rows = query_as!(
            Columns,
            "select id, sourceur, state, config_digest, started_at, ended_at, complete, read, new, changed, unchanged,
                rejected, withdrawn, repeated, absent, requests, bytes, duration_ms, reason, moved_to
             from run where id = any($1)",
            ids
        )
        .fetch_all(&self.db)
        .await?;
        rows.into_iter().map(|columns| Ok((columns.id, RunRow::try_from(columns)?))).collect()
    }
}

/// A row of `run`, before its words are read.
#[derive(FromRow)]
struct Columns {
    id: Uuid,
    sourceur: String,
    state: String,
    config_digest: Vec<u8>,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    complete: bool,
    read: i64,
    new: i64,
    changed: i64,
    unchanged: i64,
    rejected: i64,
    withdrawn: i64,
    repeated: i64,
    absent: i64,
    requests: i64,
    bytes: i64,
    duration_ms: i64,
    reason: Option<serde_json::Value>,
    moved_to: Option<String>,
}

impl TryFrom<Columns> for RunRow {
    type Error = crate::StoreError;

    fn try_from(columns: Columns) -> Result<Self> {
        let reason = columns.reason.map(|reason| row::json("run", "reason", &columns.id, &reason.to_string()));
        Ok(Self {
            id: RunId(columns.id),
            sourceur: row::sourceur("run", &columns.sourceur)?,
            state: run_state(columns.id, &columns.state)?,
            config_digest: row::digest("run", "config_digest", &columns.id.to_string(), &columns.config_digest)?,
            started_at: columns.started_at,
            ended_at: columns.ended_at,
            account: Account {
                read: row::count(columns.read),
                new: row::count(columns.new),
                changed: row::count(columns.changed),
                unchanged: row::count(columns.unchanged),
                rejected: row::count(columns.rejected),
                withdrawn: row::count(columns.withdrawn),
                repeated: row::count(columns.repeated),
                absent: row::count(columns.absent),
            },
            complete: columns.complete,
            requests: row::count(columns.requests),
            bytes: row::count(columns.bytes),
            duration_ms: row::count(columns.duration_ms),
            reason: reason.transpose()?,
            moved_to: columns.moved_to,
        })
    }
}
