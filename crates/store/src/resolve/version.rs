//! A new version of the matcher looks at everything once more: clusters are a function of the
//! present records and of its version, never of when a record came.

use model::RecordRef;
use sqlx::{PgConnection, query, query_scalar};
use tracing::info;

use crate::resolve::keys::columns;
use crate::resolve::{BATCH, keys, load, lost};
use crate::{Result, row};

/// Makes every present record wait, with the keys that this version gives it, if another version
/// resolved last.
pub(super) async fn renew(db: &mut PgConnection) -> Result<()> {
    let last = query_scalar!("select resolver from log_head").fetch_one(&mut *db).await?;
    if last == matcher::VERSION {
        return Ok(());
    }
    let mut records = resolved(db).await?;
    let count = records.len();
    while !records.is_empty() {
        let rest = records.split_off(records.len().min(BATCH));
        put_keys(db, &records).await?;
        records = rest;
    }
    query!("update log_head set resolver = $1", matcher::VERSION).execute(db).await?;
    if count > 0 {
        info!(records = count, "the matcher is `{}` now: {count} records are resolved again", matcher::VERSION);
    }
    Ok(())
}

/// Present records that were resolved before; of an empty base, none.
async fn resolved(db: &mut PgConnection) -> Result<Vec<RecordRef>> {
    let rows = query!(
        "insert into dirty (sourceur, source_id)
         select r.sourceur, r.source_id from record r
         join membership m on m.sourceur = r.sourceur and m.source_id = r.source_id
         where r.current_run is not null and r.withdrawn_at is null
         returning sourceur, source_id"
    )
    .fetch_all(db)
    .await?;
    rows.iter().map(|each| row::record("record", &each.sourceur, &each.source_id)).collect()
}

async fn put_keys(db: &mut PgConnection, records: &[RecordRef]) -> Result<()> {
    let loaded = load::records(db, records.iter()).await?;
    let mut new = Vec::with_capacity(records.len());
    for record in records {
        let told = loaded.get(record).ok_or_else(|| lost(record))?;
        new.push(row::array(&keys::of(&told.action)));
    }
    let (sourceurs, source_ids) = columns(records);
    query!(
        "update record_version v set keys = w.keys::bigint[]
         from unnest($1::text[], $2::text[], $3::text[]) as w(sourceur, source_id, keys)
         join record r on r.sourceur = w.sourceur and r.source_id = w.source_id
         where v.sourceur = r.sourceur and v.run = r.current_run and v.source_id = r.source_id
            and v.keys <> w.keys::bigint[]",
        sourceurs as _,
        source_ids as _,
        &new
    )
    .execute(db)
    .await?;
    Ok(())
}
