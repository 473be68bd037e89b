//! Names of territories by likeness, for words that name none for sure: namesakes first, then names
//! that begin so, then names within a typing fault or two.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use gazetteer::Gazetteer;
use model::{Level, TerritoryId, fold};

/// Longest words compared, in characters: no French name is longer.
const LONGEST: usize = 50;

struct Name {
    folded: String,
    population: u32,
    id: TerritoryId,
}

/// Territories of a like name, the likeliest first.
pub(crate) fn like(written: &str, limit: usize) -> Vec<TerritoryId> {
    let wanted = fold(written);
    let length = wanted.chars().count();
    if !(2..=LONGEST).contains(&length) {
        return Vec::new();
    }
    let faults = length / 4;
    let mut found: Vec<(usize, u32, &Name)> = Vec::new();
    for name in NAMES.iter() {
        if let Some(distance) = distance(&wanted, &name.folded, faults.min(2)) {
            found.push((distance, u32::MAX - name.population, name));
        }
    }
    found.sort_by_key(|(distance, population, name)| (*distance, *population, &name.id));
    found.into_iter().take(limit).map(|(_, _, name)| name.id.clone()).collect()
}

/// Every territory of France of today; made on first use.
static NAMES: LazyLock<Vec<Name>> = LazyLock::new(|| {
    let gazetteer = Gazetteer::get();
    let mut names = Vec::new();
    let mut epcis = BTreeSet::new();
    let mut put = |id: TerritoryId| {
        let Some(territory) = gazetteer.territory(&id) else { return };
        if id.level == Level::Commune {
            epcis.extend(territory.epci);
        }
        names.push(Name { folded: fold(territory.name), population: territory.population, id });
    };
    for region in gazetteer.children(&TerritoryId::new(Level::Pays, "FR")) {
        for departement in gazetteer.children(&region) {
            gazetteer.children(&departement).into_iter().for_each(&mut put);
            put(departement);
        }
        put(region);
    }
    for id in epcis {
        let Some(territory) = gazetteer.territory(&id) else { continue };
        names.push(Name { folded: fold(territory.name), population: territory.population, id });
    }
    names
});

/// How far a name is from the words: 0 for the same (an article apart), 1 where it begins so and
/// ends soon after, more where it goes on or with typing faults; `None` past `faults` of them.
fn distance(wanted: &str, name: &str, faults: usize) -> Option<usize> {
    let bare = ["l ", "la ", "le ", "les "].iter().find_map(|article| name.strip_prefix(article)).unwrap_or(name);
    if name == wanted || bare == wanted {
        return Some(0);
    }
    let apart = name.len().abs_diff(wanted.len());
    if name.starts_with(wanted) || bare.starts_with(wanted) {
        return Some(if apart <= 2 { 1 } else { 2 });
    }
    if faults == 0 || apart > faults {
        return None;
    }
    let edits = edits(wanted.as_bytes(), name.as_bytes(), faults)?;
    Some(1 + edits)
}

/// Letters to add, drop or change to make one of the other, when there are no more than `most`.
fn edits(one: &[u8], other: &[u8], most: usize) -> Option<usize> {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        let mut least = row[0];
        for (column, against) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != against);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
            least = least.min(row[column + 1]);
        }
        if least > most {
            return None;
        }
    }
    row.last().copied().filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, first: &str) {
        let found = like(written, 5);
        assert_eq!(found.first().map(ToString::to_string).unwrap_or_default(), first, "{written}: {found:?}");
    }

    #[test]
    fn names_are_found_as_people_type_them() {
        check("saint denis", "commune:97411");
        check("Bordeau", "commune:33063");
        check("rochelle", "commune:17300");
        check("strasbourg", "commune:67482");
        check("strasboug", "commune:67482");
        check("bretagn", "region:53");
        check("", "");
        check("a", "");
        check(&"a".repeat(20_000), "");
    }
}
