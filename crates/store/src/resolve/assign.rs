//! Which public id each cluster has.
//!
//! An id stays with the cluster that holds most of its present records; ties go to the oldest id.
//! A record that was withdrawn speaks for its former id too, but only after those that are present.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

/// Where a record of a cluster stood until now: its action, and whether it was one of its origins.
pub(super) type Stood = Option<(Uuid, bool)>;

/// What becomes of ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Assigned {
    /// The id that each cluster keeps; none where it needs another.
    pub(super) kept: Vec<Option<Uuid>>,
    /// Ids that no cluster keeps though one holds records of theirs: id → the cluster with most of them.
    pub(super) merged: BTreeMap<Uuid, usize>,
}

/// Gives ids to clusters, each a list of where its records stood.
pub(super) fn assign(clusters: &[Vec<Stood>]) -> Assigned {
    let mut overlap: BTreeMap<(Uuid, usize), (usize, usize)> = BTreeMap::new();
    for (cluster, records) in clusters.iter().enumerate() {
        for (id, present) in records.iter().flatten() {
            let (now, former) = overlap.entry((*id, cluster)).or_default();
            *if *present { now } else { former } += 1;
        }
    }
    let mut claims: Vec<_> =
        overlap.into_iter().map(|((id, cluster), records)| (Reverse(records), id, cluster)).collect();
    claims.sort_unstable();

    let mut kept: Vec<Option<Uuid>> = vec![None; clusters.len()];
    let mut taken: BTreeSet<Uuid> = BTreeSet::new();
    let mut merged: BTreeMap<Uuid, usize> = BTreeMap::new();
    for (_, id, cluster) in claims {
        if kept[cluster].is_none() && taken.insert(id) {
            kept[cluster] = Some(id);
        }
        merged.entry(id).or_insert(cluster);
    }
    merged.retain(|id, _| !taken.contains(id));
    Assigned { kept, merged }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clusters as text: records by blanks, clusters by bars; `1` stood in action 1, `(1)` is remembered there, `-` is new.
    #[track_caller]
    fn check(clusters: &str, kept: &[u128], merged: &[(u128, usize)]) {
        let stood = |word: &str| -> Stood {
            let id: u128 = word.trim_matches(['(', ')']).parse().ok()?;
            Some((Uuid::from_u128(id), !word.starts_with('(')))
        };
        let clusters: Vec<Vec<Stood>> =
            clusters.split('|').map(|cluster| cluster.split_whitespace().map(stood).collect()).collect();
        let assigned = assign(&clusters);
        let ids: Vec<u128> = assigned.kept.iter().map(|id| id.map_or(0, |id| id.as_u128())).collect();
        let gone: Vec<(u128, usize)> = assigned.merged.iter().map(|(id, at)| (id.as_u128(), *at)).collect();
        assert_eq!((ids.as_slice(), gone.as_slice()), (kept, merged));
    }

    #[test]
    fn an_id_stays_with_most_of_its_records() {
        check("- -", &[0], &[]);
        check("1 -", &[1], &[]);
        check("1 | 1 1", &[0, 1], &[]);
        check("1 | 1", &[1, 0], &[]);
        check("2 1 2", &[2], &[(1, 0)]);
        check("2 1", &[1], &[(2, 0)]);
    }

    #[test]
    fn a_record_that_comes_back_has_its_former_id_unless_it_is_taken() {
        check("(1)", &[1], &[]);
        check("(1) | 1", &[0, 1], &[]);
        check("(1) 2", &[2], &[(1, 0)]);
        check("1 2 | 2 3 3 | 1", &[1, 3, 0], &[(2, 0)]);
    }
}
