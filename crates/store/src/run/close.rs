//! Closing a run: one account that adds up, and what is kept of what it had landed.

use chrono::{DateTime, Utc};
use model::{Account, Reason, RunId, RunState};
use serde_json::Value;
use sqlx::query;

use crate::lease::{Lease, unbounded};
use crate::run::Validators;
use crate::run::open::{drop_half_page, drop_landed};
use crate::{Result, Store, row};

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its last state.
    pub state: RunState,
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
    /// Where the next run may go on.
    pub cursor: Option<Value>,
    /// What the next run may ask under the condition of.
    pub validators: Option<Validators>,
    /// Where the list stands from now on.
    pub moved_to: Option<String>,
}

impl Store {
    /// Closes a run. A held one keeps all it landed, an interrupted one keeps it to go on from; a
    /// failed one keeps nothing but its account: all of a run or nothing.
    pub async fn close_run(&self, lease: &Lease, run: RunId, outcome: &Outcome, now: DateTime<Utc>) -> Result<()> {
        let sourceur = lease.sourceur.as_str();
        let mut tx = self.db.begin().await?;
        unbounded(&mut tx).await?;
        lease.fence(&mut tx).await?;
        match outcome.state {
            RunState::Held => {}
            RunState::Interrupted => drop_half_page(&mut tx, sourceur, run.0).await?,
            RunState::Failed => drop_landed(&mut tx, sourceur, &[run.0]).await?,
            _ => {
                query!("delete from page where run = $1", run.0).execute(&mut *tx).await?;
            }
        }
        let account = outcome.account;
        let validators = outcome.validators.clone().unwrap_or_default();
        let is_last_word = matches!(outcome.state, RunState::Published | RunState::Unchanged);
        query!(
            "update run set state = $2, ended_at = $3, complete = $4, read = $5, new = $6, changed = $7,
                unchanged = $8, rejected = $9, withdrawn = $10, repeated = $11, absent = $12, requests = $13,
                bytes = $14, duration_ms = $15, reason = $16, cursor = $17, etag = $18, last_modified = $19,
                moved_to = $20, published_at = case when $21 then coalesce(published_at, $3) end
             where id = $1",
            run.0,
            outcome.state.as_str(),
            now,
            outcome.complete,
            row::number(account.read),
            row::number(account.new),
            row::number(account.changed),
            row::number(account.unchanged),
            row::number(account.rejected),
            row::number(account.withdrawn),
            row::number(account.repeated),
            row::number(account.absent),
            row::number(outcome.requests),
            row::number(outcome.bytes),
            row::number(outcome.duration_ms),
            outcome.reason.as_ref().map(serde_json::to_value).transpose().expect("a reason is always writable"),
            outcome.cursor,
            validators.etag,
            validators.last_modified,
            outcome.moved_to,
            is_last_word
        )
        .execute(&mut *tx)
        .await?;
        if outcome.state == RunState::Unchanged {
            inherit(&mut tx, sourceur, run).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Forgets a run that was only tried, and all it landed. What it sent stays among the raw bytes.
    pub async fn discard_run(&self, lease: &Lease, run: RunId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        unbounded(&mut tx).await?;
        lease.fence(&mut tx).await?;
        drop_landed(&mut tx, lease.sourceur.as_str(), &[run.0]).await?;
        query!("delete from run where id = $1 and state = 'landing'", run.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// "Nothing changed" says nothing of cursor and validators: those of the run before still hold.
async fn inherit(db: &mut sqlx::PgConnection, sourceur: &str, run: RunId) -> Result<()> {
    query!(
        "update run set cursor = coalesce(run.cursor, before.cursor), etag = coalesce(run.etag, before.etag),
            last_modified = coalesce(run.last_modified, before.last_modified)
         from (
            select cursor, etag, last_modified from run
            where sourceur = $1 and id <> $2 and published_at is not null and state in ('published', 'unchanged')
            order by token desc, published_at desc limit 1
         ) before
         where run.id = $2",
        sourceur,
        run.0
    )
    .execute(db)
    .await?;
    Ok(())
}
