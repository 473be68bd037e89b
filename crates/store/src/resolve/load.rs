//! What a batch of components needs to know of the base.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use model::{Action, Person, RecordRef, RelationKind, Rights, SourceurId};
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::resolve::closure::Component;
use crate::resolve::keys::columns;
use crate::sourceur::{from_word, rights};
use crate::{Result, StoreError, row};

/// Sourceurs, as far as merging asks.
pub(super) struct Sourceurs(HashMap<SourceurId, Teller>);

/// What merging asks of a sourceur.
pub(super) struct Teller {
    pub(super) rank: i32,
    pub(super) notice: Option<String>,
    pub(super) clean_source: bool,
    pub(super) rights: Rights,
}

impl Sourceurs {
    pub(super) async fn load(db: &mut PgConnection) -> Result<Self> {
        let rows = query!(
            "select id, rank, notice, clean_source, licence, text_reach, image_reach, contact_reach from sourceur"
        )
        .fetch_all(db)
        .await?;
        let mut tellers = HashMap::with_capacity(rows.len());
        for each in rows {
            let rights = rights(&each.id, each.licence, &each.text_reach, &each.image_reach, &each.contact_reach)?;
            let (rank, notice, clean_source) = (each.rank, each.notice, each.clean_source);
            tellers.insert(row::sourceur("sourceur", &each.id)?, Teller { rank, notice, clean_source, rights });
        }
        Ok(Self(tellers))
    }

    pub(super) fn of(&self, record: &RecordRef) -> Result<&Teller> {
        let missing = || StoreError::inconsistent("record", "sourceur", record, &"a record's sourceur is registered");
        self.0.get(&record.sourceur).ok_or_else(missing)
    }
}

/// A present record, whole.
pub(super) struct Loaded {
    /// What it tells, persons included; rights are not applied.
    pub(super) action: Action,
    pub(super) url: Option<String>,
    pub(super) harvested_at: Option<DateTime<Utc>>,
    pub(super) content: Vec<u8>,
}

/// The versions in force of present records.
pub(super) async fn records<'a>(
    db: &mut PgConnection,
    records: impl Iterator<Item = &'a RecordRef>,
) -> Result<HashMap<&'a RecordRef, Loaded>> {
    let wanted: Vec<&RecordRef> = records.collect();
    let (sourceurs, source_ids) = columns(wanted.iter().copied());
    let rows = query!(
        r#"select w.at as "at!", v.action::text as "action!", v.persons::text as persons, v.url, v.content,
            r.harvested_at
        from unnest($1::text[], $2::text[]) with ordinality as w(sourceur, source_id, at)
        join record r on r.sourceur = w.sourceur and r.source_id = w.source_id
        join record_version v on v.sourceur = r.sourceur and v.run = r.current_run and v.source_id = r.source_id"#,
        sourceurs as _,
        source_ids as _
    )
    .fetch_all(db)
    .await?;
    let mut loaded = HashMap::with_capacity(rows.len());
    for each in rows {
        let record = wanted[usize::try_from(each.at - 1).expect("ordinality counts from 1")];
        let mut action: Action = row::json("record_version", "action", record, &each.action)?;
        if let Some(persons) = each.persons {
            let persons: Vec<Person> = row::json("record_version", "persons", record, &persons)?;
            action.contact.get_or_insert_default().persons = persons;
        }
        let (url, harvested_at, content) = (each.url, each.harvested_at, each.content);
        loaded.insert(record, Loaded { action, url, harvested_at, content });
    }
    Ok(loaded)
}

/// An action as it stood until now.
pub(super) struct Stood {
    pub(super) digest: Vec<u8>,
    pub(super) first_seen_at: DateTime<Utc>,
    pub(super) is_served: bool,
    pub(super) relations: Vec<(RelationKind, Uuid, DateTime<Utc>)>,
}

/// Actions as they stood until now, with their relations; also those that were merged into them.
pub(super) async fn actions(db: &mut PgConnection, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, Stood>> {
    let ids: BTreeSet<Uuid> = ids.collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut stood = HashMap::with_capacity(ids.len());
    if ids.is_empty() {
        return Ok(stood);
    }
    // An `or` would walk the whole table; one array is looked up by its key.
    let rows = query!(
        r#"select id, digest, first_seen_at, withdrawn_at is null as "is_served!" from action
        where id = any($1 || array(select redirect.id from redirect where into_id = any($1)))"#,
        &ids
    )
    .fetch_all(&mut *db)
    .await?;
    for each in rows {
        let (digest, first_seen_at, is_served) = (each.digest, each.first_seen_at, each.is_served);
        stood.insert(each.id, Stood { digest, first_seen_at, is_served, relations: Vec::new() });
    }
    let rows =
        query!("select action, kind, other, since from relation where action = any($1)", &ids).fetch_all(db).await?;
    for each in rows {
        let rule = || StoreError::inconsistent("relation", "kind", &each.action, &format!("`{}`", each.kind));
        let kind = from_word(&each.kind).ok_or_else(rule)?;
        if let Some(stood) = stood.get_mut(&each.action) {
            stood.relations.push((kind, each.other, each.since));
        }
    }
    Ok(stood)
}

/// What only some components ask.
#[derive(Default)]
pub(super) struct Former {
    /// Ids that records had before they were merged into the action they are in now: those that an
    /// undone merge gives back.
    pub(super) ids: HashMap<RecordRef, BTreeSet<Uuid>>,
    /// Why records are no longer present.
    pub(super) why: HashMap<RecordRef, String>,
}

/// Ids to give back, and why records are gone.
pub(super) async fn former(
    db: &mut PgConnection,
    batch: &[Component],
    actions: &HashMap<Uuid, Stood>,
) -> Result<Former> {
    let mut former = Former::default();
    if !actions.is_empty() {
        let ids: Vec<Uuid> = actions.keys().copied().collect();
        let rows = query!(
            r#"select m.sourceur, m.source_id, e.from_action as "from_action!"
            from redirect r
            join membership m on m.action = r.into_id
            join membership_event e
                on e.sourceur = m.sourceur and e.source_id = m.source_id and e.from_action = r.id
            where r.into_id = any($1)"#,
            &ids
        )
        .fetch_all(&mut *db)
        .await?;
        for each in rows {
            let record = row::record("membership", &each.sourceur, &each.source_id)?;
            former.ids.entry(record).or_default().insert(each.from_action);
        }
    }
    let gone: Vec<&RecordRef> =
        batch.iter().flat_map(|each| &each.records).filter(|each| !each.present).map(|each| &each.record).collect();
    if !gone.is_empty() {
        let (sourceurs, source_ids) = columns(gone);
        let rows = query!(
            r#"select r.sourceur, r.source_id, r.withdrawn_because as "why!"
            from unnest($1::text[], $2::text[]) as w(sourceur, source_id)
            join record r on r.sourceur = w.sourceur and r.source_id = w.source_id
            where r.withdrawn_because is not null"#,
            sourceurs as _,
            source_ids as _
        )
        .fetch_all(db)
        .await?;
        for each in rows {
            former.why.insert(row::record("record", &each.sourceur, &each.source_id)?, each.why);
        }
    }
    Ok(former)
}
