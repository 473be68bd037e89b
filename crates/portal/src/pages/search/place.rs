//! Words about a place: what they mean for the list, or what they may mean.

use gazetteer::Gazetteer;
use model::{Level, TerritoryId};

use super::names;
use crate::typo;

/// Radius around a commune where none is asked, in kilometres.
pub(crate) const RADIUS: &str = "20";

/// Radii that the form offers, in kilometres; `0` is the commune itself.
pub(crate) const RADII: [&str; 6] = ["0", "10", "20", "30", "50", "100"];

/// Most places offered where the words may mean several.
const OFFERED: usize = 8;

/// What words about a place mean.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meant {
    /// A commune: within some kilometres of its town hall.
    Around {
        /// Its typed id.
        id: TerritoryId,
        /// Its name.
        name: &'static str,
        /// `lat,lon`, as the API reads it.
        point: String,
    },
    /// These territories.
    In(Vec<TerritoryId>),
    /// Nothing sure; these may be meant.
    Unsure(Vec<TerritoryId>),
}

/// Reads words about a place. With a radius of `0` a commune is a territory like others.
pub(crate) fn read(written: &str, radius: &str) -> Meant {
    let gazetteer = Gazetteer::get();
    let territories = match written.parse::<TerritoryId>() {
        Ok(id) => gazetteer.current(&id).into_iter().collect(),
        Err(_) => gazetteer.find(written).territories,
    };
    if territories.is_empty() {
        return Meant::Unsure(may_mean(written));
    }
    if let [id] = territories.as_slice()
        && id.level == Level::Commune
        && radius != "0"
        && let Some(commune) = gazetteer.territory(id)
        && let (Some(lat), Some(lon)) = (commune.lat, commune.lon)
    {
        return Meant::Around { id: id.clone(), name: commune.name, point: format!("{lat:.4},{lon:.4}") };
    }
    Meant::In(territories)
}

/// Territories that words may mean: those of a bare code, else those of the same or a like name.
fn may_mean(written: &str) -> Vec<TerritoryId> {
    let mut readings = Gazetteer::get().readings(&written.to_uppercase());
    if readings.is_empty() {
        readings = names::like(written, OFFERED);
    }
    readings.truncate(OFFERED);
    readings
}

/// The name of a territory, with what tells it from others of that name: `Agen (47)`.
pub(crate) fn full_name(id: &TerritoryId) -> String {
    let Some(territory) = Gazetteer::get().territory(id) else { return id.to_string() };
    let name = typo::ours(territory.name);
    match (id.level, &territory.departement) {
        (Level::Commune, Some(departement)) => format!("{name} ({})", departement.code),
        (Level::Departement, _) => format!("{name} ({})", id.code),
        _ => name.into_owned(),
    }
}

/// Words that [`read`] takes for this very territory.
pub(crate) fn words_for(id: &TerritoryId) -> String {
    let name = full_name(id);
    let means_it = Gazetteer::get().find(&name).territories == [id.clone()];
    if means_it { name } else { id.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, radius: &str, expected: &str) {
        let ids = |ids: &[TerritoryId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let meant = match read(written, radius) {
            Meant::Around { id, .. } => format!("around {id}"),
            Meant::In(all) => format!("in {}", ids(&all)),
            Meant::Unsure(all) => format!("unsure {}", ids(&all)),
        };
        assert!(meant.starts_with(expected), "{written}: {meant}");
    }

    #[test]
    fn a_commune_is_searched_around_and_wider_territories_within() {
        check("Agen", RADIUS, "around commune:47001");
        check("agen", "0", "in commune:47001");
        check("33000", RADIUS, "around commune:33063");
        check("Gironde", RADIUS, "in departement:33");
        check("Nouvelle-Aquitaine", RADIUS, "in region:75");
        check("Bordeaux Métropole", RADIUS, "in epci:243300316");
        check("departement:47", RADIUS, "in departement:47");
        check("2a", RADIUS, "in departement:2A");
        check("Côtes-d’Armor", RADIUS, "in departement:22");
    }

    #[test]
    fn what_is_not_sure_is_offered_not_guessed() {
        check("75", RADIUS, "unsure departement:75 region:75");
        check("Saint-Denis", RADIUS, "unsure commune:");
        check("Bordeau", RADIUS, "unsure commune:33063");
        check("Toulouze", RADIUS, "unsure commune:31555");
        check("commune:00000", RADIUS, "unsure");
        check("xqzt <script>", RADIUS, "unsure ");
    }

    #[test]
    fn what_is_offered_is_understood_when_taken() {
        for id in names::like("Saint-Denis", 8) {
            check(&words_for(&id), "0", &format!("in {id}"));
        }
    }
}
