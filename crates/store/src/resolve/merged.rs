//! One component resolved: its clusters, their ids and bodies, and all that follows for the base.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use matcher::{Member as Merging, PairEvidence, Resolution, Telling, merge, resolve};
use model::{Action, ActionId, Digest, Origin, RecordRef, Relation, RelationKind};
use uuid::Uuid;

use crate::read::{ChangeKind, facets};
use crate::resolve::assign::{Assigned, assign};
use crate::resolve::closure::{Component, Member};
use crate::resolve::keys::short;
use crate::resolve::load::{Former, Loaded, Sourceurs, Stood};
use crate::resolve::lost;
use crate::{Result, row};

/// All that is known of a component before it is resolved.
pub(super) struct Told<'a> {
    pub(super) component: &'a Component,
    pub(super) sourceurs: &'a Sourceurs,
    pub(super) records: &'a HashMap<&'a RecordRef, Loaded>,
    pub(super) actions: &'a HashMap<Uuid, Stood>,
    pub(super) former: &'a Former,
    pub(super) now: DateTime<Utc>,
}

/// What resolving a component changes.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) written: Vec<Written>,
    pub(super) changes: Vec<Entry>,
    pub(super) members: Vec<NewMember>,
    pub(super) moves: Vec<Move>,
    /// Merged ids, and where they went.
    pub(super) redirects: Vec<(Uuid, Uuid)>,
    /// Ids that an undone merge gives back.
    pub(super) revived: Vec<Uuid>,
    /// Actions that are served no more, and why.
    pub(super) withdrawn: Vec<(Uuid, String)>,
    /// Actions whose ties are written anew.
    pub(super) untied: Vec<Uuid>,
    pub(super) ties: Vec<(Uuid, RelationKind, Uuid, DateTime<Utc>)>,
    /// Records whose pairs are written anew.
    pub(super) compared: Vec<RecordRef>,
    pub(super) pairs: Vec<(PairEvidence, Vec<u8>, Vec<u8>)>,
}

/// An action as it is served from now on.
pub(super) struct Written {
    pub(super) id: Uuid,
    pub(super) body: String,
    pub(super) digest: Vec<u8>,
    pub(super) canonical_key: String,
    pub(super) facets: BTreeSet<String>,
    pub(super) first_seen_at: DateTime<Utc>,
}

/// An entry of the log, before it has its place.
pub(super) struct Entry {
    pub(super) action: Uuid,
    pub(super) kind: ChangeKind,
    pub(super) into: Option<Uuid>,
    pub(super) reason: Option<String>,
}

/// A record's membership from now on.
pub(super) struct NewMember {
    pub(super) record: RecordRef,
    pub(super) action: Uuid,
    pub(super) present: bool,
    pub(super) keys: Vec<i64>,
}

/// A record that came to an action, left it, or went to another.
pub(super) struct Move {
    pub(super) record: RecordRef,
    pub(super) from: Option<Uuid>,
    pub(super) to: Option<Uuid>,
    pub(super) why: &'static str,
}

/// Clusters of a component with their ids.
struct Clusters<'a> {
    present: Vec<(&'a Member, &'a Loaded)>,
    resolution: Resolution,
    assigned: Assigned,
    ids: Vec<Uuid>,
}

impl<'a> Told<'a> {
    pub(super) fn resolve(&self) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        let clusters = self.clusters(&mut outcome)?;
        self.write_bodies(&clusters, &mut outcome)?;
        self.end_ids(&clusters, &mut outcome);
        self.move_members(&clusters, &mut outcome);
        self.keep_pairs(clusters, &mut outcome);
        Ok(outcome)
    }

    fn clusters(&self, outcome: &mut Outcome) -> Result<Clusters<'a>> {
        let mut present = Vec::new();
        for member in self.component.records.iter().filter(|member| member.present) {
            present.push((member, self.records.get(&member.record).ok_or_else(|| lost(&member.record))?));
        }
        let resolution = self.compare(&present)?;
        let stood = |at: &usize| present[*at].0.before.as_ref().map(|before| (before.action, before.present));
        let stood: Vec<Vec<_>> =
            resolution.clusters.iter().map(|cluster| cluster.iter().map(stood).collect()).collect();
        let assigned = assign(&stood);
        let ids = self.name(&present, &resolution, &assigned, outcome);
        Ok(Clusters { present, resolution, assigned, ids })
    }

    /// Clusters of present records; one alone is compared with nobody.
    fn compare(&self, present: &[(&Member, &Loaded)]) -> Result<Resolution> {
        if present.len() < 2 {
            return Ok(Resolution { clusters: present.iter().map(|_| vec![0]).collect(), ..Resolution::default() });
        }
        let telling_keys = |(member, loaded): &(&Member, &Loaded)| {
            let mut keys = matcher::keys(&loaded.action);
            keys.retain(|key| member.telling.binary_search(&short(key)).is_ok());
            keys
        };
        let keys: Vec<Vec<String>> = present.iter().map(telling_keys).collect();
        let mut tellings = Vec::with_capacity(present.len());
        for ((member, loaded), keys) in present.iter().zip(&keys) {
            let clean_source = self.sourceurs.of(&member.record)?.clean_source;
            tellings.push(Telling { record: &member.record, action: &loaded.action, keys, clean_source });
        }
        Ok(resolve(&tellings))
    }

    /// The id of each cluster: kept, given back by an undone merge, or new.
    fn name(
        &self,
        present: &[(&Member, &Loaded)],
        resolution: &Resolution,
        assigned: &Assigned,
        outcome: &mut Outcome,
    ) -> Vec<Uuid> {
        let mut ids = Vec::with_capacity(resolution.clusters.len());
        for (cluster, kept) in resolution.clusters.iter().zip(&assigned.kept) {
            let former = cluster.iter().filter_map(|at| self.former.ids.get(&present[*at].0.record)).flatten();
            let id = kept.unwrap_or_else(|| {
                let given_back = former.filter(|id| !outcome.revived.contains(id)).min().copied();
                outcome.revived.extend(given_back);
                given_back.unwrap_or_else(|| ActionId::new(self.now).0)
            });
            ids.push(id);
        }
        ids
    }

    fn write_bodies(&self, clusters: &Clusters<'_>, outcome: &mut Outcome) -> Result<()> {
        let ties = self.ties(clusters);
        let splits = splits(clusters);
        for (cluster, id) in clusters.resolution.clusters.iter().zip(&clusters.ids) {
            let stood = self.actions.get(id);
            let mut action = self.merge(clusters, cluster)?;
            let of_action = ties.iter().filter(|(from, ..)| from == id);
            action.relations = of_action.map(|(_, kind, other, since)| tie(*kind, *other, *since)).collect();
            let content = row::document(&action);
            let digest = row::bytes(Digest::of([content.as_bytes()]));
            let is_served = stood.is_some_and(|stood| stood.is_served);
            let is_new = stood.is_none();
            if is_served && stood.is_some_and(|stood| stood.digest == digest) {
                continue;
            }
            let parted: Vec<Uuid> = splits.iter().filter(|(from, _)| from == id).map(|(_, new)| *new).collect();
            let first_seen_at = stood.map_or(self.now, |stood| stood.first_seen_at);
            outcome.written.push(self.written(*id, &action, &content, digest, first_seen_at));
            match (is_new, is_served) {
                (true, _) => outcome.tell(*id, ChangeKind::Created, None, None),
                (false, false) => outcome.tell(*id, ChangeKind::Restored, None, None),
                (false, true) if parted.is_empty() => outcome.tell(*id, ChangeKind::Changed, None, None),
                (false, true) => {}
            }
            for new in parted {
                outcome.tell(*id, ChangeKind::Split, Some(new), None);
            }
        }
        self.write_ties(clusters, ties, outcome);
        Ok(())
    }

    fn merge(&self, clusters: &Clusters<'_>, cluster: &[usize]) -> Result<Action> {
        let mut shown = Vec::with_capacity(cluster.len());
        for at in cluster {
            let (member, loaded) = clusters.present[*at];
            let teller = self.sourceurs.of(&member.record)?;
            shown.push((member, loaded, teller, teller.rights.apply(loaded.action.clone())));
        }
        let members: Vec<Merging<'_>> = shown
            .iter()
            .map(|(member, loaded, teller, action)| Merging {
                record: &member.record,
                action,
                rank: teller.rank,
                origin: Origin {
                    sourceur: member.record.sourceur.clone(),
                    source_id: member.record.source_id.to_string(),
                    url: action.url.clone().or_else(|| loaded.url.clone()),
                    source_updated_on: action.source_updated_on,
                    harvested_at: loaded.harvested_at,
                    licence: teller.rights.licence.clone(),
                    notice: teller.notice.clone(),
                    text: teller.rights.text,
                },
            })
            .collect();
        Ok(Action { url: None, ..merge(&members) })
    }

    /// The body is the content with what only the base knows around it, not the action written again.
    fn written(
        &self,
        id: Uuid,
        action: &Action,
        content: &str,
        digest: Vec<u8>,
        first_seen_at: DateTime<Utc>,
    ) -> Written {
        let smallest = action.origins.iter().map(|origin| format!("{}/{}", origin.sourceur, origin.source_id)).min();
        let canonical_key = smallest.expect("a cluster has a record");
        let fields = content.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).expect("an action is an object");
        let (first_seen, changed) = (row::document(&first_seen_at), row::document(&self.now));
        let body = format!(r#"{{"id":"{id}",{fields},"first_seen_at":{first_seen},"changed_at":{changed}}}"#);
        Written { id, body, digest, canonical_key, facets: facets(action), first_seen_at }
    }

    /// Ties of every action of the component, told at both ends, sorted.
    fn ties(&self, clusters: &Clusters<'_>) -> Vec<(Uuid, RelationKind, Uuid, DateTime<Utc>)> {
        let mut ties = BTreeMap::new();
        for found in &clusters.resolution.relations {
            let (from, to) = (clusters.ids[found.from], clusters.ids[found.to]);
            for (one, other) in [(from, to), (to, from)] {
                let known = self.actions.get(&one).into_iter().flat_map(|stood| &stood.relations);
                let since =
                    known.filter(|(kind, end, _)| (*kind, *end) == (found.kind, other)).map(|(.., since)| *since);
                ties.insert((one, found.kind, other), since.min().unwrap_or(self.now));
            }
        }
        ties.into_iter().map(|((one, kind, other), since)| (one, kind, other, since)).collect()
    }

    fn write_ties(
        &self,
        clusters: &Clusters<'_>,
        ties: Vec<(Uuid, RelationKind, Uuid, DateTime<Utc>)>,
        outcome: &mut Outcome,
    ) {
        let concerned: BTreeSet<Uuid> = self.component.actions().chain(clusters.ids.iter().copied()).collect();
        let mut before: Vec<_> = Vec::new();
        for id in &concerned {
            let known = self.actions.get(id).into_iter().flat_map(|stood| &stood.relations);
            before.extend(known.map(|(kind, other, since)| (*id, *kind, *other, *since)));
        }
        before.sort_unstable();
        if before != ties {
            outcome.untied.extend(concerned);
            outcome.ties.extend(ties);
        }
    }

    /// Ids that no cluster keeps: merged into one, or withdrawn.
    fn end_ids(&self, clusters: &Clusters<'_>, outcome: &mut Outcome) {
        for (id, cluster) in &clusters.assigned.merged {
            let into = clusters.ids[*cluster];
            outcome.redirects.push((*id, into));
            outcome.tell(*id, ChangeKind::Merged, Some(into), None);
        }
        let before: BTreeSet<Uuid> = self.component.actions().collect();
        for id in before {
            let goes_on = clusters.ids.contains(&id) || clusters.assigned.merged.contains_key(&id);
            if goes_on || !self.actions.get(&id).is_some_and(|stood| stood.is_served) {
                continue;
            }
            let of_action = self.component.records.iter();
            let why = of_action
                .filter(|member| member.before.as_ref().is_some_and(|before| before.action == id && before.present))
                .find_map(|member| self.former.why.get(&member.record))
                .map_or("withdrawn", String::as_str);
            outcome.withdrawn.push((id, why.to_owned()));
            outcome.tell(id, ChangeKind::Withdrawn, None, Some(why.to_owned()));
        }
    }

    fn move_members(&self, clusters: &Clusters<'_>, outcome: &mut Outcome) {
        let mut cluster_of: HashMap<&RecordRef, usize> = HashMap::new();
        for (number, cluster) in clusters.resolution.clusters.iter().enumerate() {
            cluster_of.extend(cluster.iter().map(|at| (&clusters.present[*at].0.record, number)));
        }
        for member in &self.component.records {
            let before = member.before.as_ref();
            let cluster = cluster_of.get(&member.record).copied();
            let action = match (cluster, before) {
                (Some(cluster), _) => clusters.ids[cluster],
                // A record that is gone remembers its action, wherever that went.
                (None, Some(before)) => {
                    clusters.assigned.merged.get(&before.action).map_or(before.action, |into| clusters.ids[*into])
                }
                (None, None) => continue,
            };
            let keys = if member.present { member.keys.clone() } else { Vec::new() };
            let is_same = before
                .is_some_and(|before| (before.action, before.present, &before.keys) == (action, member.present, &keys));
            if !is_same {
                let (record, present) = (member.record.clone(), member.present);
                outcome.members.push(NewMember { record, action, present, keys });
            }
            let was_in = before.filter(|before| before.present).map(|before| before.action);
            let is_in = member.present.then_some(action);
            if was_in != is_in {
                let why = match (before, is_in) {
                    (_, None) => "withdrawn",
                    (None, _) => "arrived",
                    (Some(before), _) if clusters.assigned.merged.contains_key(&before.action) => "merged",
                    (Some(before), _) if !before.present => "returned",
                    _ if cluster.is_some_and(|cluster| clusters.assigned.kept[cluster].is_none()) => "split",
                    _ => "moved",
                };
                outcome.moves.push(Move { record: member.record.clone(), from: was_in, to: is_in, why });
            }
        }
    }

    fn keep_pairs(&self, clusters: Clusters<'_>, outcome: &mut Outcome) {
        let content = |record: &RecordRef| self.records.get(record).map(|loaded| loaded.content.clone());
        let has_before = self.component.records.iter().any(|member| member.before.is_some());
        if has_before {
            outcome.compared.extend(self.component.records.iter().map(|member| member.record.clone()));
        }
        for pair in clusters.resolution.pairs {
            let contents = content(&pair.a).zip(content(&pair.b));
            outcome.pairs.extend(contents.map(|(a, b)| (pair, a, b)));
        }
    }
}

impl Outcome {
    fn tell(&mut self, action: Uuid, kind: ChangeKind, into: Option<Uuid>, reason: Option<String>) {
        self.changes.push(Entry { action, kind, into, reason });
    }
}

/// Ids that are kept and had records that stand now in a cluster with another id: from → that id.
fn splits(clusters: &Clusters<'_>) -> BTreeSet<(Uuid, Uuid)> {
    let mut splits = BTreeSet::new();
    for ((cluster, id), kept) in clusters.resolution.clusters.iter().zip(&clusters.ids).zip(&clusters.assigned.kept) {
        if kept.is_some() {
            continue;
        }
        let before = cluster.iter().filter_map(|at| clusters.present[*at].0.before.as_ref());
        let from = before.filter(|before| before.present && clusters.ids.contains(&before.action));
        splits.extend(from.map(|before| (before.action, *id)));
    }
    splits
}

fn tie(kind: RelationKind, other: Uuid, since: DateTime<Utc>) -> Relation {
    Relation { kind, action: ActionId(other), since }
}
