//! How far two records agree on where the action takes place.

use std::collections::BTreeSet;

use model::{Action, Level, Place, TerritoryId};

/// The territories of a record, level by level.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ground {
    /// Communes named.
    pub(crate) communes: BTreeSet<TerritoryId>,
    /// Départements named, or around what is named.
    pub(crate) departements: BTreeSet<TerritoryId>,
    /// Whatever else is named, where neither commune nor département is known.
    pub(crate) wider: BTreeSet<TerritoryId>,
}

/// How two grounds stand to each other, closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nearness {
    SameCommune,
    SameDepartement,
    SameWider,
    /// One of them says too little.
    Unknown,
    /// One département, two communes.
    OtherCommune,
    OtherDepartement,
}

impl Ground {
    /// Reads the places of an action.
    pub(crate) fn read(action: &Action) -> Self {
        let mut ground = Self::default();
        for place in &action.places {
            ground.departements.extend(departement(place));
            match &place.territory {
                Some(territory) if territory.level == Level::Commune => {
                    ground.communes.insert(territory.clone());
                }
                Some(territory) if territory.level != Level::Departement => {
                    ground.wider.insert(territory.clone());
                }
                _ => {}
            }
        }
        if !ground.communes.is_empty() || !ground.departements.is_empty() {
            ground.wider.clear();
        }
        ground
    }

    /// Compares two grounds.
    pub(crate) fn nearness(&self, other: &Self) -> Nearness {
        if !self.communes.is_disjoint(&other.communes) {
            return Nearness::SameCommune;
        }
        if !self.departements.is_disjoint(&other.departements) {
            let both_precise = !self.communes.is_empty() && !other.communes.is_empty();
            return if both_precise { Nearness::OtherCommune } else { Nearness::SameDepartement };
        }
        if !self.departements.is_empty() && !other.departements.is_empty() {
            return Nearness::OtherDepartement;
        }
        if self.wider.is_disjoint(&other.wider) { Nearness::Unknown } else { Nearness::SameWider }
    }

    /// In words, for evidence.
    pub(crate) fn told(&self) -> String {
        let finest = [&self.communes, &self.departements, &self.wider].into_iter().find(|set| !set.is_empty());
        let ids = finest.into_iter().flatten().map(ToString::to_string);
        ids.collect::<Vec<_>>().join("; ")
    }
}

fn departement(place: &Place) -> Option<TerritoryId> {
    let territory = place.territory.as_ref();
    match territory.map(|territory| territory.level) {
        Some(Level::Departement) => territory.cloned(),
        // A commune's code begins with its département's; overseas with three figures.
        Some(Level::Commune) if place.departement.is_none() => {
            let code = &territory?.code;
            let length = if code.starts_with("97") || code.starts_with("98") { 3 } else { 2 };
            Some(TerritoryId::new(Level::Departement, code.get(..length)?))
        }
        _ => place.departement.clone(),
    }
}
