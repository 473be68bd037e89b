//! Exact keys of the records that changed, and whom the change of a key concerns.
//!
//! A key that more than [`matcher::GENERIC`] present records carry identifies nobody. When it
//! crosses that number, upwards or downwards, all who carry it are concerned; when a record loses a
//! key, so are those it shared it with.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use matcher::GENERIC;
use model::{Action, Digest, RecordRef};
use sqlx::{PgConnection, query};

use crate::resolve::BATCH;
use crate::{Result, row};

/// Records that a resolve starts from.
#[derive(Debug, Default)]
pub(super) struct Concerned {
    /// Waiting records with the keys they have now; no keys if they are not present.
    pub(super) waiting: HashMap<RecordRef, Keys>,
    /// Others whose keys did not change, but who is carried along.
    pub(super) others: BTreeSet<RecordRef>,
}

/// Keys of a record, and whether it is present.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    pub(super) present: bool,
    pub(super) keys: Vec<i64>,
}

/// The 64 bits that stand for a key in the base.
pub(super) fn short(key: &str) -> i64 {
    let digest = Digest::of([key.as_bytes()]);
    let bytes = digest.as_bytes().first_chunk::<8>().expect("a digest has 16 bytes");
    i64::from_be_bytes(*bytes)
}

/// The keys of an action, sorted, as the base has them.
pub(crate) fn of(action: &Action) -> Vec<i64> {
    let mut keys: Vec<i64> = matcher::keys(action).iter().map(|key| short(key)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Writes down the keys that waiting records have now.
pub(super) async fn refresh(db: &mut PgConnection, waiting: &[RecordRef]) -> Result<Concerned> {
    let mut concerned = Concerned::default();
    for chunk in waiting.chunks(BATCH) {
        let changes = Changes::read(db, chunk, &mut concerned).await?;
        changes.apply(db, &mut concerned).await?;
    }
    for record in concerned.waiting.keys() {
        concerned.others.remove(record);
    }
    Ok(concerned)
}

/// What a chunk of records adds to `record_key` and takes from it.
#[derive(Default)]
struct Changes<'a> {
    added: Vec<(i64, &'a RecordRef)>,
    removed: Vec<(i64, &'a RecordRef)>,
}

impl<'a> Changes<'a> {
    async fn read(db: &mut PgConnection, chunk: &'a [RecordRef], concerned: &mut Concerned) -> Result<Self> {
        let (sourceurs, source_ids) = columns(chunk);
        let rows = query!(
            r#"select w.at as "at!", v.keys as "new?", coalesce(m.keys, '{}') as "old!"
            from unnest($1::text[], $2::text[]) with ordinality as w(sourceur, source_id, at)
            left join record r on r.sourceur = w.sourceur and r.source_id = w.source_id and r.withdrawn_at is null
            left join record_version v
                on v.sourceur = r.sourceur and v.run = r.current_run and v.source_id = r.source_id
            left join membership m on m.sourceur = w.sourceur and m.source_id = w.source_id and m.present"#,
            sourceurs as _,
            source_ids as _
        )
        .fetch_all(db)
        .await?;
        let mut changes = Self::default();
        for each in rows {
            let record = &chunk[usize::try_from(each.at - 1).expect("ordinality counts from 1")];
            let keys = each.new.map(|keys| Keys { present: true, keys }).unwrap_or_default();
            let old = each.old.iter();
            changes.removed.extend(old.filter(|key| keys.keys.binary_search(key).is_err()).map(|key| (*key, record)));
            let new = keys.keys.iter();
            changes.added.extend(new.filter(|key| each.old.binary_search(key).is_err()).map(|key| (*key, record)));
            concerned.waiting.insert(record.clone(), keys);
        }
        Ok(changes)
    }

    async fn apply(&self, db: &mut PgConnection, concerned: &mut Concerned) -> Result<()> {
        let mut change: BTreeMap<i64, (usize, usize)> = BTreeMap::new();
        self.added.iter().for_each(|(key, _)| change.entry(*key).or_default().0 += 1);
        self.removed.iter().for_each(|(key, _)| change.entry(*key).or_default().1 += 1);
        let touched: Vec<i64> = change.keys().copied().collect();
        let before = carriers(db, &touched).await?;
        self.write(db).await?;
        let mut keys: Vec<i64> = Vec::new();
        let mut uncertain: Vec<i64> = Vec::new();
        for (key, (added, removed)) in change {
            let was = before.get(&key).copied().unwrap_or(0);
            if was > GENERIC && removed > 0 {
                // Counted no further than that: how many are left is not known.
                uncertain.push(key);
            } else if was <= GENERIC && (removed > 0 || was + added > GENERIC) {
                keys.push(key);
            }
        }
        let after = carriers(db, &uncertain).await?;
        keys.extend(uncertain.iter().filter(|key| after.get(key).is_none_or(|is| *is <= GENERIC)));
        if keys.is_empty() {
            return Ok(());
        }
        let rows = query!(
            "select sourceur, source_id from record_key where key = any($1) group by sourceur, source_id",
            &keys
        )
        .fetch_all(db)
        .await?;
        for each in rows {
            concerned.others.insert(row::record("record_key", &each.sourceur, &each.source_id)?);
        }
        Ok(())
    }

    async fn write(&self, db: &mut PgConnection) -> Result<()> {
        if !self.removed.is_empty() {
            let keys: Vec<i64> = self.removed.iter().map(|(key, _)| *key).collect();
            let (sourceurs, source_ids) = columns(self.removed.iter().map(|(_, record)| *record));
            query!(
                "delete from record_key using unnest($1::bigint[], $2::text[], $3::text[]) as w(key, sourceur, source_id)
                 where record_key.key = w.key and record_key.sourceur = w.sourceur and record_key.source_id = w.source_id",
                &keys,
                sourceurs as _,
                source_ids as _
            )
            .execute(&mut *db)
            .await?;
        }
        if !self.added.is_empty() {
            let keys: Vec<i64> = self.added.iter().map(|(key, _)| *key).collect();
            let (sourceurs, source_ids) = columns(self.added.iter().map(|(_, record)| *record));
            query!(
                "insert into record_key (key, sourceur, source_id)
                 select * from unnest($1::bigint[], $2::text[], $3::text[])",
                &keys,
                sourceurs as _,
                source_ids as _
            )
            .execute(db)
            .await?;
        }
        Ok(())
    }
}

/// How many records carry each key, counted no further than tells whether it is generic.
async fn carriers(db: &mut PgConnection, keys: &[i64]) -> Result<BTreeMap<i64, usize>> {
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = query!(
        r#"select w.key as "key!", c.carriers as "carriers!" from unnest($1::bigint[]) as w(key)
        cross join lateral (
            select count(*) as carriers from (select from record_key where record_key.key = w.key limit $2) as carrier
        ) c"#,
        keys,
        generic_limit()
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|each| (each.key, usize::try_from(each.carriers).unwrap_or(0))).collect())
}

/// One more than a key that identifies may have.
pub(super) fn generic_limit() -> i64 {
    i64::try_from(GENERIC + 1).expect("a small number")
}

/// Records as two columns.
pub(super) fn columns<'a>(records: impl IntoIterator<Item = &'a RecordRef>) -> (Vec<&'a str>, Vec<&'a str>) {
    records.into_iter().map(|record| (record.sourceur.as_str(), record.source_id.as_str())).unzip()
}
