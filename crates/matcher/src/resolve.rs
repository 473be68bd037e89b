//! From records to clusters: a pure function of the records given.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use model::{Action, RecordRef, RelationKind};

use crate::evidence::{PairEvidence, Prepared, THRESHOLD, compare};
use crate::keys::GENERIC;
use crate::place::Nearness;

/// A present record, as it takes part in resolving.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// Which record.
    pub record: &'a RecordRef,
    /// What it tells.
    pub action: &'a Action,
    /// Its [`crate::keys`], without those that more than [`GENERIC`] present records carry. These may
    /// stay only where all present records are given: then they are seen to be many here.
    pub keys: &'a [String],
    /// No two records of its sourceur are one action.
    pub clean_source: bool,
}

/// What [`resolve`] found; numbers are positions in the slice it was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolution {
    /// Every record in exactly one cluster; each sorted by record, clusters sorted by their first record.
    pub clusters: Vec<Vec<usize>>,
    /// Ties between clusters, sorted.
    pub relations: Vec<RelationFound>,
    /// Every pair that was compared, sorted by records.
    pub pairs: Vec<PairEvidence>,
}

/// A tie between two clusters of a [`Resolution`], told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelationFound {
    /// Which tie.
    pub kind: RelationKind,
    /// Position of a cluster in [`Resolution::clusters`]; of two editions, the later one.
    pub from: usize,
    /// Position of the other; of two editions, the earlier one.
    pub to: usize,
}

/// Clusters, relations and evidence of the records given.
///
/// Pairs that share a key are compared; joins are made in order of falling weight, then of the
/// smallest records, and a join that would bring two records together that may not be (two
/// editions, two départements, two records of a clean source, two of any source that do not agree
/// themselves) is left out. The order of `tellings`
/// changes nothing but the positions.
pub fn resolve(tellings: &[Telling<'_>]) -> Resolution {
    let mut order: Vec<usize> = (0..tellings.len()).collect();
    order.sort_by_key(|at| tellings[*at].record);
    let carriers = carriers_of_keys(tellings, &order);
    let prepare = |at: &usize| Prepared::new(&tellings[*at], |key| carriers.contains_key(key));
    let prepared: Vec<Prepared<'_>> = order.iter().map(prepare).collect();

    let shared_pages = shared_pages(&prepared);
    let candidates: BTreeSet<(usize, usize)> = carriers.values().flat_map(|of_key| pairs_of(of_key)).collect();
    let mut pairs: Vec<(usize, usize, PairEvidence)> =
        candidates.into_iter().map(|(a, b)| (a, b, compare(&prepared[a], &prepared[b], &shared_pages))).collect();

    let cluster_of = join(&prepared, &pairs, &shared_pages);
    for (a, b, pair) in &mut pairs {
        pair.joined = cluster_of[*a] == cluster_of[*b];
    }
    Resolution {
        relations: editions(&prepared, &carriers, &cluster_of),
        clusters: members_of(&cluster_of).into_iter().map(|at| at.into_iter().map(|at| order[at]).collect()).collect(),
        pairs: pairs.into_iter().map(|(.., pair)| pair).collect(),
    }
}

/// Key → its carriers in order, for keys that identify.
fn carriers_of_keys<'a>(tellings: &[Telling<'a>], order: &[usize]) -> BTreeMap<&'a str, Vec<usize>> {
    let mut carriers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, telling) in order.iter().map(|at| &tellings[*at]).enumerate() {
        for key in telling.keys {
            let of_key = carriers.entry(key).or_default();
            if of_key.last() != Some(&at) {
                of_key.push(at);
            }
        }
    }
    carriers.retain(|_, of_key| (2..=GENERIC).contains(&of_key.len()));
    carriers
}

fn pairs_of(of_key: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    of_key.iter().enumerate().flat_map(|(i, a)| of_key[i + 1..].iter().map(|b| (*a, *b)))
}

/// Addresses that one sourceur gives to several titles.
fn shared_pages<'a>(prepared: &'a [Prepared<'_>]) -> HashSet<&'a str> {
    let mut titles: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut shared = HashSet::new();
    for each in prepared {
        for (address, _) in &each.addresses {
            let title = titles.entry((address, each.record.sourceur.as_str())).or_insert(&each.title);
            if *title != each.title {
                shared.insert(address.as_str());
            }
        }
    }
    shared
}

/// Position → number of its cluster; numbers rise with the clusters' first records.
fn join(prepared: &[Prepared<'_>], pairs: &[(usize, usize, PairEvidence)], shared_pages: &HashSet<&str>) -> Vec<usize> {
    // What a third record says of two records of one sourceur is not enough: they must agree themselves.
    let may_not_meet = |x: usize, y: usize| {
        let (x, y) = (&prepared[x.min(y)], &prepared[x.max(y)]);
        let is_one_sourceur = x.record.sourceur == y.record.sourceur;
        x.is_forbidden_beside(y) || is_one_sourceur && compare(x, y, shared_pages).weight < THRESHOLD
    };
    let mut joins: Vec<&(usize, usize, PairEvidence)> =
        pairs.iter().filter(|(.., pair)| pair.weight >= THRESHOLD).collect();
    joins.sort_by(|(a_x, b_x, x), (a_y, b_y, y)| y.weight.total_cmp(&x.weight).then((a_x, b_x).cmp(&(a_y, b_y))));

    let mut cluster_of: Vec<usize> = (0..prepared.len()).collect();
    let mut members: Vec<Vec<usize>> = (0..prepared.len()).map(|at| vec![at]).collect();
    for (a, b, _) in joins {
        let (into, from) = (cluster_of[*a].min(cluster_of[*b]), cluster_of[*a].max(cluster_of[*b]));
        let forbidden = || {
            let mut cross = members[into].iter().flat_map(|x| members[from].iter().map(move |y| (*x, *y)));
            cross.any(|(x, y)| may_not_meet(x, y))
        };
        if into == from || forbidden() {
            continue;
        }
        let moved = std::mem::take(&mut members[from]);
        for at in &moved {
            cluster_of[*at] = into;
        }
        members[into].extend(moved);
    }
    numbered(&cluster_of)
}

/// The same clusters, numbered from 0 in the order of their first records.
fn numbered(cluster_of: &[usize]) -> Vec<usize> {
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let number = |cluster: &usize| {
        let next = numbers.len();
        *numbers.entry(*cluster).or_insert(next)
    };
    cluster_of.iter().map(number).collect()
}

fn members_of(cluster_of: &[usize]) -> Vec<Vec<usize>> {
    let mut clusters = vec![Vec::new(); cluster_of.iter().max().map_or(0, |last| last + 1)];
    for (at, cluster) in cluster_of.iter().enumerate() {
        clusters[*cluster].push(at);
    }
    clusters
}

/// Same title but for its years and ordinals, same place, and years or ordinals that differ.
fn editions(
    prepared: &[Prepared<'_>],
    carriers: &BTreeMap<&str, Vec<usize>>,
    cluster_of: &[usize],
) -> Vec<RelationFound> {
    let by_edition = carriers.iter().filter(|(key, _)| key.starts_with("edition:"));
    let mut found = BTreeSet::new();
    for (a, b) in by_edition.flat_map(|(_, of_key)| pairs_of(of_key)) {
        let (edition_a, edition_b) = (&prepared[a], &prepared[b]);
        let near = edition_a.ground.nearness(&edition_b.ground) < Nearness::Unknown;
        if !near || !edition_a.marks.differ(&edition_b.marks) || cluster_of[a] == cluster_of[b] {
            continue;
        }
        let when =
            |edition: &Prepared<'_>| (edition.marks.years.last().copied(), edition.marks.ordinals.last().copied());
        let (from, to) = if when(edition_a).cmp(&when(edition_b)) == Ordering::Less { (b, a) } else { (a, b) };
        let relation = RelationFound { kind: RelationKind::EditionOf, from: cluster_of[from], to: cluster_of[to] };
        let reversed = RelationFound { from: relation.to, to: relation.from, ..relation };
        if !found.contains(&reversed) {
            found.insert(relation);
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
pub(crate) mod tests;
