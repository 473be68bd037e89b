//! From records that changed to the merged actions that are served, and the log of what changed.
//!
//! One resolver at a time, one transaction a resolve: whoever reads sees all of it or nothing. Its
//! steps: the exact keys of the waiting records ([`keys`]), everything that those keys concern
//! ([`closure`]), then, a batch of components at a time, clusters, ids ([`assign`]), merged bodies
//! ([`merged`]) and what is written down ([`write`]).
//!
//! It reads one snapshot, taken when its turn has come. What is published meanwhile waits in
//! `dirty` under numbers of its own, and is not lost.

mod assign;
mod closure;
mod keys;
mod load;
mod merged;
mod version;
mod write;

use chrono::{DateTime, Utc};
use model::RecordRef;
use sqlx::{Executor, PgConnection, query, query_scalar};
use tracing::{debug, info};

use crate::lease::unbounded;
pub(crate) use crate::resolve::keys::of as keys_of;

use crate::resolve::closure::Component;
use crate::resolve::load::Sourceurs;
use crate::resolve::write::Writer;
use crate::{Result, Store, StoreError, row};

/// What one resolve did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// Records that waited.
    pub dirty: u64,
    /// Actions served for the first time.
    pub created: u64,
    /// Actions whose content changed.
    pub changed: u64,
    /// Actions that became part of another.
    pub merged: u64,
    /// Actions that another was parted from.
    pub split: u64,
    /// Actions served no more.
    pub withdrawn: u64,
    /// Actions served again.
    pub restored: u64,
}

/// Most records that are loaded at once, unless one component alone has more.
const BATCH: usize = 2_000;
/// How often a resolve is tried that lost to another transaction.
const TRIES: u32 = 4;

impl Store {
    /// Resolves every record that waits, and returns once what changed is served.
    ///
    /// Waits for another resolver to end. With nothing waiting it asks one question and writes nothing.
    pub async fn resolve(&self, now: DateTime<Utc>) -> Result<Resolved> {
        let _turn = self.turn.lock().await;
        for _ in 1..TRIES {
            match self.resolve_once(now).await {
                Err(error) if error.is_transient() => debug!("resolving again: {error}"),
                resolved => return resolved,
            }
        }
        self.resolve_once(now).await
    }

    /// How many entries wait for the resolver.
    pub async fn dirty(&self) -> Result<u64> {
        let waiting = query_scalar!(r#"select count(*) as "count!" from dirty"#).fetch_one(&self.db).await?;
        Ok(row::count(waiting))
    }

    async fn resolve_once(&self, now: DateTime<Utc>) -> Result<Resolved> {
        let waits = query_scalar!(
            r#"select resolver <> $1 or exists (select from dirty) as "waits!" from log_head"#,
            matcher::VERSION
        );
        if !waits.fetch_one(&self.db).await? {
            return Ok(Resolved::default());
        }
        let mut tx = self.db.begin_with("begin isolation level repeatable read").await?;
        unbounded(&mut tx).await?;
        // Takes no snapshot: what the resolver before us wrote will be seen.
        tx.execute("lock table log_head in exclusive mode").await?;
        version::renew(&mut tx).await?;
        let (numbers, waiting) = waiting(&mut tx).await?;
        let resolved = resolve_all(&mut tx, &waiting, now).await?;
        query!("delete from dirty using unnest($1::bigint[]) as done(id) where dirty.id = done.id", &numbers)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        let resolved = Resolved { dirty: waiting.len() as u64, ..resolved };
        let Resolved { dirty, created, changed, merged, split, withdrawn, restored } = resolved;
        info!(
            dirty,
            created,
            changed,
            merged,
            split,
            withdrawn,
            restored,
            "resolved {dirty} records: {created} actions created, {changed} changed, {merged} merged, {withdrawn} withdrawn"
        );
        Ok(resolved)
    }
}

/// The numbers of all waiting entries, and the records they name, sorted.
async fn waiting(db: &mut PgConnection) -> Result<(Vec<i64>, Vec<RecordRef>)> {
    let rows = query!("select id, sourceur, source_id from dirty").fetch_all(db).await?;
    let numbers = rows.iter().map(|each| each.id).collect();
    let records = rows.iter().map(|each| row::record("dirty", &each.sourceur, &each.source_id));
    let mut records = records.collect::<Result<Vec<_>>>()?;
    records.sort_unstable();
    records.dedup();
    Ok((numbers, records))
}

async fn resolve_all(db: &mut PgConnection, waiting: &[RecordRef], now: DateTime<Utc>) -> Result<Resolved> {
    let sourceurs = Sourceurs::load(db).await?;
    let concerned = keys::refresh(db, waiting).await?;
    let mut components = closure::components(db, concerned).await?.into_iter().peekable();
    let mut writer = Writer::begin(db, now).await?;
    let mut batch: Vec<Component> = Vec::new();
    while let Some(component) = components.next() {
        batch.push(component);
        let loaded: usize = batch.iter().map(Component::len).sum();
        let is_full = components.peek().is_none_or(|next| loaded + next.len() > BATCH);
        if is_full {
            resolve_batch(db, &sourceurs, &batch, &mut writer).await?;
            batch.clear();
        }
    }
    writer.end(db).await
}

async fn resolve_batch(
    db: &mut PgConnection,
    sourceurs: &Sourceurs,
    batch: &[Component],
    writer: &mut Writer,
) -> Result<()> {
    let records = load::records(db, batch.iter().flat_map(Component::present)).await?;
    let actions = load::actions(db, batch.iter().flat_map(Component::actions)).await?;
    let former = load::former(db, batch, &actions).await?;
    for component in batch {
        let told = merged::Told {
            component,
            sourceurs,
            records: &records,
            actions: &actions,
            former: &former,
            now: writer.now(),
        };
        writer.put(told.resolve()?);
    }
    writer.flush(db).await
}

/// A record that the closure names and the base does not have: a rule of ours is broken.
fn lost(record: &RecordRef) -> StoreError {
    StoreError::inconsistent("record", "current_run", record, &"a present record has a version in force")
}
