//! What a batch of components changes, written down a statement a table.

use chrono::{DateTime, Utc};
use model::RecordRef;
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use crate::read::ChangeKind;
use crate::resolve::Resolved;
use crate::resolve::keys::columns;
use crate::resolve::merged::Outcome;
use crate::sourceur::word;
use crate::{Result, row};

/// Gathers what changes, and appends to the log.
pub(super) struct Writer {
    now: DateTime<Utc>,
    /// Last place taken in the log.
    head: i64,
    resolved: Resolved,
    waiting: Outcome,
}

impl Writer {
    /// Takes the log's last place; the caller holds its lock.
    pub(super) async fn begin(db: &mut PgConnection, now: DateTime<Utc>) -> Result<Self> {
        let head = query_scalar!("select seq from log_head").fetch_one(db).await?;
        Ok(Self { now, head, resolved: Resolved::default(), waiting: Outcome::default() })
    }

    /// Time of this resolve.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Takes in what a component changes.
    pub(super) fn put(&mut self, outcome: Outcome) {
        let waiting = &mut self.waiting;
        waiting.written.extend(outcome.written);
        waiting.changes.extend(outcome.changes);
        waiting.members.extend(outcome.members);
        waiting.moves.extend(outcome.moves);
        waiting.redirects.extend(outcome.redirects);
        waiting.revived.extend(outcome.revived);
        waiting.withdrawn.extend(outcome.withdrawn);
        waiting.untied.extend(outcome.untied);
        waiting.ties.extend(outcome.ties);
        waiting.compared.extend(outcome.compared);
        waiting.pairs.extend(outcome.pairs);
    }

    /// Writes what was taken in.
    pub(super) async fn flush(&mut self, db: &mut PgConnection) -> Result<()> {
        let outcome = std::mem::take(&mut self.waiting);
        write_actions(db, &outcome, self.now).await?;
        end_actions(db, &outcome, self.now).await?;
        write_members(db, &outcome).await?;
        write_ties(db, &outcome).await?;
        write_pairs(db, &outcome).await?;
        self.append(db, &outcome).await?;
        write_moves(db, &outcome, self.head, self.now).await
    }

    /// Moves the log's last place on, and tells what was done.
    pub(super) async fn end(self, db: &mut PgConnection) -> Result<Resolved> {
        query!("update log_head set seq = $1 where seq <> $1", self.head).execute(db).await?;
        Ok(self.resolved)
    }

    async fn append(&mut self, db: &mut PgConnection, outcome: &Outcome) -> Result<()> {
        let changes = &outcome.changes;
        if changes.is_empty() {
            return Ok(());
        }
        for entry in changes {
            let count = match entry.kind {
                ChangeKind::Created => &mut self.resolved.created,
                ChangeKind::Changed => &mut self.resolved.changed,
                ChangeKind::Merged => &mut self.resolved.merged,
                ChangeKind::Split => &mut self.resolved.split,
                ChangeKind::Withdrawn => &mut self.resolved.withdrawn,
                ChangeKind::Restored => &mut self.resolved.restored,
            };
            *count += 1;
        }
        let actions: Vec<Uuid> = changes.iter().map(|entry| entry.action).collect();
        let kinds: Vec<&str> = changes.iter().map(|entry| entry.kind.as_str()).collect();
        let into: Vec<Option<Uuid>> = changes.iter().map(|entry| entry.into).collect();
        let reasons: Vec<Option<&str>> = changes.iter().map(|entry| entry.reason.as_deref()).collect();
        query!(
            "insert into change (seq, action, kind, at, into_id, reason)
             select $1 + at, action, kind, $2, into_id, reason
             from unnest($3::uuid[], $4::text[], $5::uuid[], $6::text[]) with ordinality
                as t(action, kind, into_id, reason, at)",
            self.head,
            self.now,
            &actions,
            kinds as _,
            into as _,
            reasons as _
        )
        .execute(db)
        .await?;
        self.head += i64::try_from(changes.len()).expect("a batch is small");
        Ok(())
    }
}

async fn write_actions(db: &mut PgConnection, outcome: &Outcome, now: DateTime<Utc>) -> Result<()> {
    if !outcome.revived.is_empty() {
        query!("delete from redirect where id = any($1)", &outcome.revived).execute(&mut *db).await?;
    }
    let written = &outcome.written;
    if written.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = written.iter().map(|action| action.id).collect();
    let bodies: Vec<&str> = written.iter().map(|action| action.body.as_str()).collect();
    let digests: Vec<&[u8]> = written.iter().map(|action| action.digest.as_slice()).collect();
    let canonical_keys: Vec<&str> = written.iter().map(|action| action.canonical_key.as_str()).collect();
    // An array of arrays must be a rectangle; one text each, parted by what no value holds, need not.
    let facets: Vec<String> =
        written.iter().map(|action| action.facets.iter().cloned().collect::<Vec<_>>().join("\u{1f}")).collect();
    let first_seen: Vec<DateTime<Utc>> = written.iter().map(|action| action.first_seen_at).collect();
    query!(
        r"insert into action (id, body, digest, canonical_key, facets, first_seen_at, changed_at)
         select id, body::json, digest, canonical_key, string_to_array(facets, E'\x1f'), first_seen_at, $1
         from unnest($2::uuid[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::timestamptz[])
            as t(id, body, digest, canonical_key, facets, first_seen_at)
         on conflict (id) do update set body = excluded.body, digest = excluded.digest,
            canonical_key = excluded.canonical_key, facets = excluded.facets, changed_at = excluded.changed_at,
            withdrawn_at = null, withdrawn_because = null",
        now,
        &ids,
        bodies as _,
        digests as _,
        canonical_keys as _,
        &facets,
        &first_seen
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn end_actions(db: &mut PgConnection, outcome: &Outcome, now: DateTime<Utc>) -> Result<()> {
    let merged = outcome.redirects.iter().map(|(id, _)| (*id, "merged"));
    let withdrawn = outcome.withdrawn.iter().map(|(id, why)| (*id, why.as_str()));
    let (ids, why): (Vec<Uuid>, Vec<&str>) = merged.chain(withdrawn).unzip();
    if ids.is_empty() {
        return Ok(());
    }
    query!(
        "update action set withdrawn_at = $1, withdrawn_because = why
         from unnest($2::uuid[], $3::text[]) as t(ended, why) where id = ended",
        now,
        &ids,
        why as _
    )
    .execute(&mut *db)
    .await?;
    let (from, into): (Vec<Uuid>, Vec<Uuid>) = outcome.redirects.iter().copied().unzip();
    // Whoever pointed to a merged id points on: there are no chains.
    query!(
        "update redirect set into_id = t.into_id from unnest($1::uuid[], $2::uuid[]) as t(id, into_id)
         where redirect.into_id = t.id",
        &from,
        &into
    )
    .execute(&mut *db)
    .await?;
    query!(
        "insert into redirect (id, into_id, since) select id, into_id, $3 from unnest($1::uuid[], $2::uuid[])
            as t(id, into_id)",
        &from,
        &into,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_members(db: &mut PgConnection, outcome: &Outcome) -> Result<()> {
    let members = &outcome.members;
    if members.is_empty() {
        return Ok(());
    }
    let (sourceurs, source_ids) = columns(members.iter().map(|member| &member.record));
    let actions: Vec<Uuid> = members.iter().map(|member| member.action).collect();
    let present: Vec<bool> = members.iter().map(|member| member.present).collect();
    let keys: Vec<String> = members.iter().map(|member| row::array(&member.keys)).collect();
    query!(
        "insert into membership (sourceur, source_id, action, present, keys)
         select sourceur, source_id, action, present, keys::bigint[]
         from unnest($1::text[], $2::text[], $3::uuid[], $4::bool[], $5::text[])
            as t(sourceur, source_id, action, present, keys)
         on conflict (sourceur, source_id) do update set action = excluded.action, present = excluded.present,
            keys = excluded.keys",
        sourceurs as _,
        source_ids as _,
        &actions,
        &present,
        &keys
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_moves(db: &mut PgConnection, outcome: &Outcome, seq: i64, now: DateTime<Utc>) -> Result<()> {
    let moves = &outcome.moves;
    if moves.is_empty() {
        return Ok(());
    }
    let (sourceurs, source_ids) = columns(moves.iter().map(|each| &each.record));
    let from: Vec<Option<Uuid>> = moves.iter().map(|each| each.from).collect();
    let to: Vec<Option<Uuid>> = moves.iter().map(|each| each.to).collect();
    let why: Vec<&str> = moves.iter().map(|each| each.why).collect();
    query!(
        "insert into membership_event (seq, sourceur, source_id, from_action, to_action, why, at)
         select $1, sourceur, source_id, from_action, to_action, why, $2
         from unnest($3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[])
            as t(sourceur, source_id, from_action, to_action, why)",
        seq,
        now,
        sourceurs as _,
        source_ids as _,
        from as _,
        to as _,
        why as _
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_ties(db: &mut PgConnection, outcome: &Outcome) -> Result<()> {
    if outcome.untied.is_empty() {
        return Ok(());
    }
    query!("delete from relation where action = any($1) or other = any($1)", &outcome.untied).execute(&mut *db).await?;
    let actions: Vec<Uuid> = outcome.ties.iter().map(|(action, ..)| *action).collect();
    let kinds: Vec<String> = outcome.ties.iter().map(|(_, kind, ..)| word(kind)).collect();
    let others: Vec<Uuid> = outcome.ties.iter().map(|(_, _, other, _)| *other).collect();
    let since: Vec<DateTime<Utc>> = outcome.ties.iter().map(|(.., since)| *since).collect();
    query!(
        "insert into relation (action, kind, other, since)
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[])",
        &actions,
        &kinds,
        &others,
        &since
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_pairs(db: &mut PgConnection, outcome: &Outcome) -> Result<()> {
    forget_pairs(db, &outcome.compared).await?;
    let pairs = &outcome.pairs;
    if pairs.is_empty() {
        return Ok(());
    }
    let (sourceurs_a, source_ids_a) = columns(pairs.iter().map(|(pair, ..)| &pair.a));
    let (sourceurs_b, source_ids_b) = columns(pairs.iter().map(|(pair, ..)| &pair.b));
    let weights: Vec<f64> = pairs.iter().map(|(pair, ..)| pair.weight).collect();
    let evidence: Vec<String> = pairs.iter().map(|(pair, ..)| row::document(&pair.evidence)).collect();
    let contents_a: Vec<&[u8]> = pairs.iter().map(|(_, a, _)| a.as_slice()).collect();
    let contents_b: Vec<&[u8]> = pairs.iter().map(|(.., b)| b.as_slice()).collect();
    query!(
        "insert into pair (sourceur_a, source_id_a, sourceur_b, source_id_b, weight, evidence, model_version,
            content_a, content_b)
         select sourceur_a, source_id_a, sourceur_b, source_id_b, weight, evidence::json, $1, content_a, content_b
         from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::text[], $8::bytea[], $9::bytea[])
            as t(sourceur_a, source_id_a, sourceur_b, source_id_b, weight, evidence, content_a, content_b)",
        matcher::VERSION,
        sourceurs_a as _,
        source_ids_a as _,
        sourceurs_b as _,
        source_ids_b as _,
        &weights,
        &evidence,
        contents_a as _,
        contents_b as _
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn forget_pairs(db: &mut PgConnection, compared: &[RecordRef]) -> Result<()> {
    if compared.is_empty() {
        return Ok(());
    }
    let (sourceurs, source_ids) = columns(compared);
    query!(
        "delete from pair using unnest($1::text[], $2::text[]) as w(sourceur, source_id)
         where sourceur_a = w.sourceur and source_id_a = w.source_id",
        sourceurs.clone() as _,
        source_ids.clone() as _
    )
    .execute(&mut *db)
    .await?;
    query!(
        "delete from pair using unnest($1::text[], $2::text[]) as w(sourceur, source_id)
         where sourceur_b = w.sourceur and source_id_b = w.source_id",
        sourceurs as _,
        source_ids as _
    )
    .execute(db)
    .await?;
    Ok(())
}
