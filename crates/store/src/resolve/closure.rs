//! Everything that a change concerns: keys are followed to the end, and so are actions.
//!
//! Two records are in one component if they carry one key that identifies, or belong to one action.
//! A component is resolved whole, and nothing outside it can change.

use std::collections::{BTreeSet, HashMap, HashSet};

use matcher::GENERIC;
use model::RecordRef;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::resolve::keys::{Concerned, Keys, columns, generic_limit};
use crate::{Result, row};

/// Records that are resolved together, in their order.
#[derive(Debug)]
pub(super) struct Component {
    pub(super) records: Vec<Member>,
}

/// A record of a component.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) record: RecordRef,
    /// Whether it is present now.
    pub(super) present: bool,
    /// Its keys now, as the base has them, sorted.
    pub(super) keys: Vec<i64>,
    /// Of these, those that identify.
    pub(super) telling: Vec<i64>,
    /// The action it belonged to until now.
    pub(super) before: Option<Before>,
}

/// Where a record stood until now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) action: Uuid,
    /// Whether it was one of the action's origins, and not only remembered.
    pub(super) present: bool,
    pub(super) keys: Vec<i64>,
}

impl Component {
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// Records that take part in clusters.
    pub(super) fn present(&self) -> impl Iterator<Item = &RecordRef> {
        self.records.iter().filter(|member| member.present).map(|member| &member.record)
    }

    /// Actions that they belonged to.
    pub(super) fn actions(&self) -> impl Iterator<Item = Uuid> {
        self.records.iter().filter_map(|member| Some(member.before.as_ref()?.action))
    }
}

/// Most values in one question.
const CHUNK: usize = 10_000;

/// The components of all that is concerned, in the order of their first records.
pub(super) async fn components(db: &mut PgConnection, concerned: Concerned) -> Result<Vec<Component>> {
    let mut walk = Walk { waiting: concerned.waiting, ..Walk::default() };
    let mut starts: BTreeSet<RecordRef> = walk.waiting.keys().cloned().collect();
    starts.extend(concerned.others);
    let mut frontier: Vec<RecordRef> = starts.into_iter().collect();
    while !frontier.is_empty() {
        frontier = walk.step(db, frontier).await?;
    }
    Ok(walk.into_components())
}

/// A walk over records, by keys and actions.
#[derive(Default)]
struct Walk {
    waiting: HashMap<RecordRef, Keys>,
    found: Vec<Member>,
    at: HashMap<RecordRef, usize>,
    /// Positions of records that share a key or an action.
    ties: Vec<(usize, usize)>,
    /// Key → a position that carries it; none if it is generic.
    keys: HashMap<i64, Option<usize>>,
    /// Action → a position that belongs to it.
    actions: HashMap<Uuid, usize>,
}

impl Walk {
    /// Takes records in, and gives those that they lead to and that are not in yet.
    async fn step(&mut self, db: &mut PgConnection, frontier: Vec<RecordRef>) -> Result<Vec<RecordRef>> {
        let first = self.found.len();
        for chunk in frontier.chunks(CHUNK) {
            self.take(db, chunk).await?;
        }
        let mut next = BTreeSet::new();
        self.follow_keys(db, first, &mut next).await?;
        self.follow_actions(db, first, &mut next).await?;
        Ok(next.into_iter().filter(|record| !self.at.contains_key(record)).collect())
    }

    async fn take(&mut self, db: &mut PgConnection, chunk: &[RecordRef]) -> Result<()> {
        let (sourceurs, source_ids) = columns(chunk);
        let rows = query!(
            r#"select w.at as "at!", m.action as "action?", m.present as "present?", m.keys as "keys?"
            from unnest($1::text[], $2::text[]) with ordinality as w(sourceur, source_id, at)
            left join membership m on m.sourceur = w.sourceur and m.source_id = w.source_id
            order by w.at"#,
            sourceurs as _,
            source_ids as _
        )
        .fetch_all(db)
        .await?;
        for (record, each) in chunk.iter().zip(rows) {
            let before = each.action.map(|action| Before {
                action,
                present: each.present.unwrap_or(false),
                keys: each.keys.unwrap_or_default(),
            });
            let now = self.waiting.remove(record).unwrap_or_else(|| match &before {
                Some(before) if before.present => Keys { present: true, keys: before.keys.clone() },
                _ => Keys::default(),
            });
            self.at.insert(record.clone(), self.found.len());
            self.found.push(Member {
                record: record.clone(),
                present: now.present,
                keys: now.keys,
                telling: Vec::new(),
                before,
            });
        }
        Ok(())
    }

    /// A key that only one record carries leads nowhere, and is not asked for.
    async fn follow_keys(&mut self, db: &mut PgConnection, first: usize, next: &mut BTreeSet<RecordRef>) -> Result<()> {
        let new = self.found[first..].iter().flat_map(|member| &member.keys);
        let unseen: BTreeSet<i64> = new.filter(|key| !self.keys.contains_key(key)).copied().collect();
        let unseen: Vec<i64> = unseen.into_iter().collect();
        for chunk in unseen.chunks(CHUNK) {
            let mut carriers: HashMap<i64, Vec<RecordRef>> = HashMap::new();
            let rows = query!(
                r#"select w.key as "key!", c.sourceur, c.source_id from unnest($1::bigint[]) as w(key)
                cross join lateral (
                    select sourceur, source_id from record_key where record_key.key = w.key limit $2
                ) c
                where exists (select from record_key where record_key.key = w.key offset 1)"#,
                chunk,
                generic_limit()
            )
            .fetch_all(&mut *db)
            .await?;
            for each in rows {
                let record = row::record("record_key", &each.sourceur, &each.source_id)?;
                carriers.entry(each.key).or_default().push(record);
            }
            for (key, of_key) in carriers {
                if of_key.len() > GENERIC {
                    self.keys.insert(key, None);
                } else {
                    next.extend(of_key);
                }
            }
        }
        for at in first..self.found.len() {
            for key in self.found[at].keys.clone() {
                if let Some(carrier) = *self.keys.entry(key).or_insert(Some(at)) {
                    self.ties.push((carrier, at));
                    self.found[at].telling.push(key);
                }
            }
        }
        Ok(())
    }

    async fn follow_actions(
        &mut self,
        db: &mut PgConnection,
        first: usize,
        next: &mut BTreeSet<RecordRef>,
    ) -> Result<()> {
        let mut unseen = HashSet::new();
        for at in first..self.found.len() {
            let Some(before) = &self.found[at].before else { continue };
            if let Some(other) = self.actions.get(&before.action) {
                self.ties.push((*other, at));
            } else {
                self.actions.insert(before.action, at);
                unseen.insert(before.action);
            }
        }
        let unseen: Vec<Uuid> = unseen.into_iter().collect();
        for chunk in unseen.chunks(CHUNK) {
            let rows = query!("select sourceur, source_id from membership where action = any($1)", chunk)
                .fetch_all(&mut *db)
                .await?;
            for each in rows {
                next.insert(row::record("membership", &each.sourceur, &each.source_id)?);
            }
        }
        Ok(())
    }

    fn into_components(self) -> Vec<Component> {
        let mut root: Vec<usize> = (0..self.found.len()).collect();
        for (a, b) in self.ties {
            let (a, b) = (find(&mut root, a), find(&mut root, b));
            root[a.max(b)] = a.min(b);
        }
        let mut of_root: HashMap<usize, Vec<Member>> = HashMap::new();
        for (at, member) in self.found.into_iter().enumerate() {
            of_root.entry(find(&mut root, at)).or_default().push(member);
        }
        let mut components: Vec<Component> = of_root.into_values().map(|records| Component { records }).collect();
        for component in &mut components {
            component.records.sort_by(|a, b| a.record.cmp(&b.record));
        }
        components.sort_by(|a, b| a.records[0].record.cmp(&b.records[0].record));
        components
    }
}

/// The root of a position; the way to it is halved on the way.
fn find(root: &mut [usize], mut at: usize) -> usize {
    while root[at] != at {
        root[at] = root[root[at]];
        at = root[at];
    }
    at
}
