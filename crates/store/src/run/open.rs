//! Opening a run: where the last one left off.

use chrono::{DateTime, TimeDelta, Utc};
use model::{Account, Digest, RecordKey, RunId, RunState};
use serde_json::Value;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::lease::Lease;
use crate::{Result, Store, row};

/// A run that may land records.
#[derive(Clone, Debug)]
pub struct OpenRun {
    /// Its id.
    pub id: RunId,
    /// Where it goes on, if it was stopped before.
    pub resumed: Option<Resumed>,
    /// Whether it was published before it was stopped: it has nothing left to ask, only to be resolved and closed.
    pub is_published: bool,
    /// What the last published run left, if there was one.
    pub previous: Option<Previous>,
}

/// Where a stopped run goes on.
#[derive(Clone, Debug)]
pub struct Resumed {
    /// What each of its pages left, in order; of one that was published nothing is needed.
    pub checkpoints: Vec<Value>,
    /// Keys that it has already read.
    pub keys: Vec<RecordKey>,
    /// Its account up to the last page.
    pub account: Account,
    /// Requests sent up to the last page.
    pub requests: u64,
    /// Bytes received up to the last page.
    pub bytes: u64,
}

/// What the last published or unchanged run left.
#[derive(Clone, Debug)]
pub struct Previous {
    /// Present records of the sourceur.
    pub records: u64,
    /// Where its protocol may go on.
    pub cursor: Option<Value>,
    /// What to ask under the condition of.
    pub validators: Option<Validators>,
    /// The config it used.
    pub config_digest: Digest,
}

/// What a server gave to ask again under a condition; both are always kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`, as sent.
    pub etag: Option<String>,
    /// `Last-Modified`, as sent.
    pub last_modified: Option<String>,
}

/// A checkpoint older than this is not gone on from: its pages have moved on.
const CHECKPOINT_LIVES: TimeDelta = TimeDelta::days(7);

impl Store {
    /// Opens a run of the leased sourceur, or goes on with the one that was stopped.
    ///
    /// A stopped run is gone on with if it used the same config and `full` is not asked for; others
    /// are closed as interrupted, and what they had landed is dropped.
    pub async fn open_run(
        &self,
        lease: &Lease,
        config_digest: Digest,
        full: bool,
        now: DateTime<Utc>,
    ) -> Result<OpenRun> {
        let mut tx = self.db.begin().await?;
        lease.fence(&mut tx).await?;
        let sourceur = lease.sourceur.as_str();
        if let Some((id, resumed)) = published_and_not_closed(&mut tx, sourceur, config_digest).await?.filter(|_| !full)
        {
            let previous = previous(&mut tx, sourceur).await?;
            tx.commit().await?;
            return Ok(OpenRun { id, resumed: Some(resumed), is_published: true, previous });
        }
        close_what_was_published(&mut tx, sourceur, now).await?;
        let stopped = query!(
            "select id, config_digest, started_at from run
             where sourceur = $1 and (state = 'landing' or state = 'interrupted' and ended_at is not null
                and exists (select from page where page.run = run.id))
             order by token desc, id desc",
            sourceur
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut resumed = None;
        let mut left_over: Vec<Uuid> = Vec::new();
        for each in stopped {
            let same_config = each.config_digest == config_digest.as_bytes();
            let is_fresh = now.signed_duration_since(each.started_at).abs() <= CHECKPOINT_LIVES;
            if same_config && is_fresh && !full && resumed.is_none() {
                resumed = go_on(&mut tx, lease, each.id).await?.map(|resumed| (each.id, resumed));
                if resumed.is_some() {
                    continue;
                }
            }
            left_over.push(each.id);
        }
        drop_landed(&mut tx, sourceur, &left_over).await?;
        query!(
            "update run set state = 'interrupted', ended_at = coalesce(ended_at, $2) where id = any($1)",
            &left_over,
            now
        )
        .execute(&mut *tx)
        .await?;
        let id = match &resumed {
            Some((id, _)) => RunId(*id),
            None => begin(&mut tx, lease, config_digest, now).await?,
        };
        let previous = previous(&mut tx, sourceur).await?;
        tx.commit().await?;
        Ok(OpenRun { id, resumed: resumed.map(|(_, resumed)| resumed), is_published: false, previous })
    }

    /// Opens a run that is only tried; one that was stopped stays where it is.
    pub async fn open_trial(&self, lease: &Lease, config_digest: Digest, now: DateTime<Utc>) -> Result<OpenRun> {
        let mut tx = self.db.begin().await?;
        lease.fence(&mut tx).await?;
        let id = begin(&mut tx, lease, config_digest, now).await?;
        let previous = previous(&mut tx, lease.sourceur.as_str()).await?;
        tx.commit().await?;
        Ok(OpenRun { id, resumed: None, is_published: false, previous })
    }
}

async fn begin(db: &mut PgConnection, lease: &Lease, config_digest: Digest, now: DateTime<Utc>) -> Result<RunId> {
    let id = RunId::new(now);
    query!(
        "insert into run (id, sourceur, state, token, config_digest, started_at)
         values ($1, $2, 'landing', $3, $4, $5)",
        id.0,
        lease.sourceur.as_str(),
        lease.token,
        row::bytes(config_digest),
        now
    )
    .execute(db)
    .await?;
    Ok(id)
}

/// A run that was killed after it was published and before it was closed, if it used this config.
async fn published_and_not_closed(
    db: &mut PgConnection,
    sourceur: &str,
    config_digest: Digest,
) -> Result<Option<(RunId, Resumed)>> {
    let found = query!(
        "select id, read, new, changed, unchanged, rejected, withdrawn, repeated, requests, bytes from run
         where sourceur = $1 and state = 'published' and ended_at is null and config_digest = $2
         order by token desc limit 1",
        sourceur,
        row::bytes(config_digest)
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(|found| {
        let account = Account {
            read: row::count(found.read),
            new: row::count(found.new),
            changed: row::count(found.changed),
            unchanged: row::count(found.unchanged),
            rejected: row::count(found.rejected),
            withdrawn: row::count(found.withdrawn),
            repeated: row::count(found.repeated),
            absent: 0,
        };
        let (requests, bytes) = (row::count(found.requests), row::count(found.bytes));
        (RunId(found.id), Resumed { checkpoints: Vec::new(), keys: Vec::new(), account, requests, bytes })
    }))
}

/// Closes those that nobody goes on with: their account is the last page's.
async fn close_what_was_published(db: &mut PgConnection, sourceur: &str, now: DateTime<Utc>) -> Result<()> {
    query!(
        "with closed as (
            update run set ended_at = $2 where sourceur = $1 and state = 'published' and ended_at is null returning id
        )
        delete from page using closed where page.run = closed.id",
        sourceur,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes a stopped run up at its last whole page; what had landed of the page after it is dropped.
async fn go_on(db: &mut PgConnection, lease: &Lease, run: Uuid) -> Result<Option<Resumed>> {
    let last = query!("select account, requests, bytes from page where run = $1 order by ordinal desc limit 1", run)
        .fetch_optional(&mut *db)
        .await?;
    let Some(last) = last else { return Ok(None) };
    drop_half_page(db, lease.sourceur.as_str(), run).await?;
    query!("update run set state = 'landing', ended_at = null, token = $2 where id = $1", run, lease.token)
        .execute(&mut *db)
        .await?;
    let pages = query!("select keys, checkpoint from page where run = $1 order by ordinal", run).fetch_all(db).await?;
    let keys = pages.iter().flat_map(|page| &page.keys).map(|key| row::key("page", key));
    Ok(Some(Resumed {
        keys: keys.collect::<Result<_>>()?,
        checkpoints: pages.into_iter().map(|page| page.checkpoint).collect(),
        account: row::json("page", "account", &run, &last.account.to_string())?,
        requests: row::count(last.requests),
        bytes: row::count(last.bytes),
    }))
}

async fn previous(db: &mut PgConnection, sourceur: &str) -> Result<Option<Previous>> {
    let last = query!(
        r#"select run.id, config_digest, cursor, etag, last_modified, present.records as "records!"
        from run, (
            select count(*) as records from record
            where sourceur = $1 and current_run is not null and withdrawn_at is null
        ) present
        where run.sourceur = $1 and run.published_at is not null and run.state = any($2)
        order by token desc, published_at desc limit 1"#,
        sourceur,
        &[RunState::Published.as_str().to_owned(), RunState::Unchanged.as_str().to_owned()]
    )
    .fetch_optional(db)
    .await?;
    let Some(last) = last else { return Ok(None) };
    let validators = Validators { etag: last.etag, last_modified: last.last_modified };
    Ok(Some(Previous {
        records: row::count(last.records),
        cursor: last.cursor,
        validators: Some(validators).filter(|validators| *validators != Validators::default()),
        config_digest: row::digest("run", "config_digest", &last.id.to_string(), &last.config_digest)?,
    }))
}

/// Drops what had landed of a page that was not read to its end: it will be asked again.
pub(crate) async fn drop_half_page(db: &mut PgConnection, sourceur: &str, run: Uuid) -> Result<()> {
    query!(
        "delete from record_version where sourceur = $1 and run = $2
            and page > (select coalesce(max(ordinal), 0) from page where page.run = $2)",
        sourceur,
        run
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Drops what runs had landed, with their pages. Their bytes stay: another version may stand on them.
pub(crate) async fn drop_landed(db: &mut PgConnection, sourceur: &str, runs: &[Uuid]) -> Result<()> {
    query!("delete from record_version where sourceur = $1 and run = any($2)", sourceur, runs)
        .execute(&mut *db)
        .await?;
    query!("delete from page where run = any($1)", runs).execute(db).await?;
    Ok(())
}
