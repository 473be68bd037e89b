//! Publishing: the versions of a run come into force, all of them or none.

use chrono::{DateTime, Utc};
use model::{RunId, RunState, SourceurId};
use sqlx::{PgConnection, query};

use crate::lease::{Lease, against_whole_lists, unbounded};
use crate::sourceur::run_state;
use crate::{Result, Store, StoreError, row};

/// What became of the wish to release a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Released {
    /// It is published as it came, and resolved.
    Done,
    /// It is not held, but this.
    NotHeld(RunState),
    /// There is no such run.
    Unknown,
    /// Its sourceur is being harvested now.
    Busy(SourceurId),
}

/// What absence from a run means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Absence {
    /// Nothing: the list is a window.
    Nothing,
    /// One more list without them.
    Counts,
    /// A person has said that they are gone.
    Withdraws,
}

impl Store {
    /// Brings the versions of a judged run into force in one transaction and hands them to the
    /// resolver. `whole`: the run read a whole list to its end, so that absence counts; nothing is
    /// withdrawn by absence here.
    ///
    /// What is served changes when [`Store::resolve`] commits.
    pub async fn publish(&self, lease: &Lease, run: RunId, whole: bool, now: DateTime<Utc>) -> Result<()> {
        self.put_in_force(lease, run, if whole { Absence::Counts } else { Absence::Nothing }, now).await
    }

    /// Publishes a held run as it came, on a person's word: what a complete list left out is withdrawn at once.
    pub async fn release_run(&self, run: RunId, now: DateTime<Utc>) -> Result<Released> {
        let found = query!(
            "select sourceur, state, absent, (
                select later.id from run later
                where later.sourceur = run.sourceur and later.token > run.token and later.published_at is not null
                order by later.token desc limit 1
             ) as overtaken_by
             from run where id = $1",
            run.0
        )
        .fetch_optional(&self.db)
        .await?;
        let Some(found) = found else { return Ok(Released::Unknown) };
        let state = run_state(run.0, &found.state)?;
        if state != RunState::Held {
            return Ok(Released::NotHeld(state));
        }
        if let Some(later) = found.overtaken_by {
            return Err(StoreError::Overtaken { run, later: RunId(later) });
        }
        let sourceur = row::sourceur("run", &found.sourceur)?;
        let Some(lease) = self.lease(&sourceur, "release").await? else { return Ok(Released::Busy(sourceur)) };
        // A windowed list never counts anybody absent, so its account has none.
        let absence = if found.absent > 0 { Absence::Withdraws } else { Absence::Nothing };
        self.put_in_force(&lease, run, absence, now).await?;
        query!("delete from page where run = $1", run.0).execute(&self.db).await?;
        lease.release().await?;
        self.resolve(now).await?;
        Ok(Released::Done)
    }

    async fn put_in_force(&self, lease: &Lease, run: RunId, absence: Absence, now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        unbounded(&mut tx).await?;
        lease.fence(&mut tx).await?;
        let sourceur = lease.sourceur.as_str();
        enqueue(&mut tx, sourceur, run).await?;
        bring_good(&mut tx, sourceur, run).await?;
        note_rejected(&mut tx, sourceur, run).await?;
        withdraw_deleted(&mut tx, sourceur, run, now).await?;
        against_whole_lists(&mut tx).await?;
        note_presence(&mut tx, sourceur, run).await?;
        match absence {
            Absence::Nothing => {}
            Absence::Counts => count_absent(&mut tx, sourceur, run, now).await?,
            Absence::Withdraws => withdraw_absent(&mut tx, sourceur, run, now).await?,
        }
        mark(&mut tx, lease, run, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Hands to the resolver what changes in what is served. Must come before anything comes into force.
async fn enqueue(db: &mut PgConnection, sourceur: &str, run: RunId) -> Result<()> {
    query!(
        "insert into dirty (sourceur, source_id)
         select v.sourceur, v.source_id from record_version v
         left join record r on r.sourceur = v.sourceur and r.source_id = v.source_id
         where v.sourceur = $1 and v.run = $2 and (
            v.outcome = 'good' and (r.content is distinct from v.content or r.withdrawn_at is not null)
            or v.outcome = 'deleted' and r.current_run is not null and r.withdrawn_at is null
         )",
        sourceur,
        run.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Content that did not change keeps the time it was first harvested: an unchanged fiche says nothing new.
async fn bring_good(db: &mut PgConnection, sourceur: &str, run: RunId) -> Result<()> {
    query!(
        "insert into record (sourceur, source_id, current_run, raw_digest, mapping_digest, digest, content, filled,
            harvested_at)
         select sourceur, source_id, run, raw_digest, mapping_digest, digest, content, filled, landed_at
         from record_version where sourceur = $1 and run = $2 and outcome = 'good'
         on conflict (sourceur, source_id) do update set current_run = excluded.current_run, rejected_run = null,
            raw_digest = excluded.raw_digest, mapping_digest = excluded.mapping_digest, digest = excluded.digest,
            content = excluded.content, filled = excluded.filled,
            harvested_at = case when record.content = excluded.content then record.harvested_at
                else excluded.harvested_at end,
            withdrawn_at = null, withdrawn_because = null, absent_since = null, absent_runs = 0",
        sourceur,
        run.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A rejected version leaves in force what was there.
async fn note_rejected(db: &mut PgConnection, sourceur: &str, run: RunId) -> Result<()> {
    query!(
        "insert into record (sourceur, source_id, rejected_run, raw_digest, mapping_digest)
         select sourceur, source_id, run, raw_digest, mapping_digest
         from record_version where sourceur = $1 and run = $2 and outcome = 'rejected'
         on conflict (sourceur, source_id) do update set rejected_run = excluded.rejected_run,
            raw_digest = excluded.raw_digest, mapping_digest = excluded.mapping_digest",
        sourceur,
        run.0
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn withdraw_deleted(db: &mut PgConnection, sourceur: &str, run: RunId, now: DateTime<Utc>) -> Result<()> {
    query!(
        "insert into record (sourceur, source_id, raw_digest, mapping_digest, withdrawn_at, withdrawn_because)
         select sourceur, source_id, raw_digest, mapping_digest, $3, 'deleted'
         from record_version where sourceur = $1 and run = $2 and outcome = 'deleted'
         on conflict (sourceur, source_id) do update set rejected_run = null, raw_digest = excluded.raw_digest,
            mapping_digest = excluded.mapping_digest,
            withdrawn_at = coalesce(record.withdrawn_at, excluded.withdrawn_at),
            withdrawn_because = coalesce(record.withdrawn_because, excluded.withdrawn_because),
            absent_since = null, absent_runs = 0",
        sourceur,
        run.0,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whoever is named again is absent no more.
async fn note_presence(db: &mut PgConnection, sourceur: &str, run: RunId) -> Result<()> {
    query!(
        r#"update record set absent_since = null, absent_runs = 0
         where sourceur = $1 and absent_since is not null
            and source_id in (select unnest(keys) collate "C" from page where run = $2)"#,
        sourceur,
        run.0
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn count_absent(db: &mut PgConnection, sourceur: &str, run: RunId, now: DateTime<Utc>) -> Result<()> {
    query!(
        r#"update record set absent_since = coalesce(absent_since, $3), absent_runs = absent_runs + 1
         where sourceur = $1 and current_run is not null and withdrawn_at is null and current_run <> $2
            and not exists (
                select from (select unnest(keys) collate "C" as source_id from page where run = $2) named
                where named.source_id = record.source_id
            )"#,
        sourceur,
        run.0,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn withdraw_absent(db: &mut PgConnection, sourceur: &str, run: RunId, now: DateTime<Utc>) -> Result<()> {
    query!(
        r#"with gone as (
            update record set withdrawn_at = $3, withdrawn_because = 'absent', absent_since = null, absent_runs = 0
            where sourceur = $1 and current_run is not null and withdrawn_at is null and current_run <> $2
                and not exists (
                    select from (select unnest(keys) collate "C" as source_id from page where run = $2) named
                    where named.source_id = record.source_id
                )
            returning sourceur, source_id
        )
        insert into dirty (sourceur, source_id) select sourceur, source_id from gone"#,
        sourceur,
        run.0,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The run is published from here on, even if it is killed before it is closed: until then its
/// account is that of its last page.
async fn mark(db: &mut PgConnection, lease: &Lease, run: RunId, now: DateTime<Utc>) -> Result<()> {
    query!(
        "with last as (
            select account, requests, bytes from page where run = $1 order by ordinal desc limit 1
        ), told as (
            select run.id, coalesce(last.requests, run.requests) as requests, coalesce(last.bytes, run.bytes) as bytes,
                coalesce(last.account, to_jsonb(run)) as account
            from run left join last on true where run.id = $1
        )
        update run set state = 'published', published_at = $2, token = $3, complete = true, reason = null,
            read = (account ->> 'read')::bigint, new = (account ->> 'new')::bigint,
            changed = (account ->> 'changed')::bigint, unchanged = (account ->> 'unchanged')::bigint,
            rejected = (account ->> 'rejected')::bigint, withdrawn = (account ->> 'withdrawn')::bigint,
            repeated = (account ->> 'repeated')::bigint, requests = told.requests, bytes = told.bytes
        from told where run.id = told.id",
        run.0,
        now,
        lease.token
    )
    .execute(db)
    .await?;
    Ok(())
}
