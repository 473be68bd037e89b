//! French places: from a mention to a typed territory, and from a territory to what lies around it.
//!
//! It knows the communes of today and before, municipal arrondissements, intercommunalities,
//! départements, régions of today and before 2016, and the names of other countries; it knows how
//! French writes them ("aux Abymes", "Neuilly s/ Seine", "47922 AGEN CEDEX 9", "CAF 13"). It
//! refuses to guess: of two communes that may both be meant it names neither. It knows no
//! outlines, no network and no clock; its tables are compiled in and read once, on first use.
//!
//! Read [`Gazetteer`] first: [`Gazetteer::find`] reads one text, [`Gazetteer::places`] weighs
//! several witnesses of one record.

mod around;
mod arrondissement;
mod decide;
mod index;
mod list;
mod numbers;
mod point;
mod reading;
mod tables;
mod territory;
#[cfg(test)]
mod tests;
mod title;
mod witness;
mod words;

use std::{collections::HashSet, sync::LazyLock};

use model::{Level, TerritoryId};

pub use territory::Territory;
pub use witness::{Doubt, Located, Witness, WitnessKind};

use index::Index;
use tables::Tables;

/// The places we know and the words for them.
pub struct Gazetteer {
    tables: Tables,
    index: Index,
    /// Hashes of communes' names that are common words too.
    common: HashSet<u64>,
    /// Where each intercommunality's communes lie.
    epci_departements: Vec<u128>,
    /// Hash of the one letter that stands for "sur" and "sous".
    one_letter: u64,
}

/// What one text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Level of all its territories; `None` when nothing is sure.
    pub level: Option<Level>,
    /// Typed ids, sorted, without doubles.
    pub territories: Vec<TerritoryId>,
    /// What the decision rests on, for people.
    pub why: String,
}

impl Gazetteer {
    /// Names the rules and tables: it changes whenever the same text may read otherwise.
    pub const VERSION: &str = "cog-2026.2";

    /// The line to show wherever places are shown.
    pub const ATTRIBUTION: &str = "Sources : INSEE (COG 2026), IGN Admin Express, La Poste, DGCL, DILA – Licence Ouverte 2.0 ; GeoNames CC BY 4.0";

    /// The one gazetteer, read on first use.
    pub fn get() -> &'static Self {
        static ONE: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::load);
        &ONE
    }

    fn load() -> Self {
        let tables = Tables::read();
        let index = Index::build(&tables);
        let words = include_str!("../data/common_words.txt").lines().filter(|line| !line.starts_with('#'));
        let common = words.flat_map(|line| line.split(' ')).map(words::hash).collect();
        let mut epci_departements = vec![0; tables.epcis.len()];
        for commune in &tables.communes {
            for epci in commune.epci.iter().chain(&commune.ept) {
                epci_departements[usize::from(*epci)] |= 1_u128 << commune.departement;
            }
        }
        Self { tables, index, common, epci_departements, one_letter: words::hash("s") }
    }

    /// Reads one text.
    ///
    /// ```
    /// let finding = gazetteer::Gazetteer::get().find("Ville de Bègles (33)");
    /// assert_eq!(finding.territories[0].to_string(), "commune:33039");
    /// ```
    pub fn find(&self, text: &str) -> Finding {
        let choice = self.decide(&self.read(text), None);
        let mut territories: Vec<TerritoryId> = choice.places.iter().map(|which| self.id(*which)).collect();
        territories.sort();
        territories.dedup();
        Finding { level: choice.places.first().map(|which| which.level()), territories, why: choice.why }
    }
}
