//! What the index and the gazetteer know of a territory's actions.

use std::collections::HashMap;

use gazetteer::{Gazetteer, Territory};
use model::{Level, TerritoryId};
use search::{Answer, Count, Facet, Filter, Near, Question, Sort};

use crate::PortalState;
use crate::pages::errors::Fault;

/// Actions shown as the latest.
const NEWEST: usize = 6;
/// How far "nearby" goes, km.
const NEARBY_KM: f64 = 25.0;
/// Where the index tells as many values as this, there may be more that it does not tell.
const CUT: usize = 100;
/// Territories that are asked for one by one where they were cut off.
const ASKED_SINGLY: usize = 40;
/// Below so many actions or inhabitants a rate says little.
const FEW_ACTIONS: u64 = 20;
const FEW_INHABITANTS: u32 = 20_000;

/// A territory with its number of actions.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) territory: Territory,
    pub(super) actions: u64,
}

impl Counted {
    /// Actions per 100,000 inhabitants, where inhabitants are known.
    pub(super) fn rate(&self) -> Option<f64> {
        let inhabitants = f64::from(self.territory.population);
        let actions = f64::from(u32::try_from(self.actions).unwrap_or(u32::MAX));
        (inhabitants > 0.0).then(|| actions * 100_000.0 / inhabitants)
    }

    /// Whether its rate rests on few actions or few inhabitants.
    pub(super) fn is_few(&self) -> bool {
        self.actions < FEW_ACTIONS || self.territory.population < FEW_INHABITANTS
    }
}

/// What the page of a territory tells.
pub(super) struct Facts {
    /// The latest actions, their number, and counts by theme, sourceur, actor, intercommunality.
    pub(super) answer: Answer,
    /// What lies directly within, the fullest first; of an overseas région its communes.
    pub(super) children: Vec<Counted>,
    /// Communes with actions near a commune, the nearest first, each with its distance in km.
    pub(super) nearby: Vec<(f64, Counted)>,
}

impl Facts {
    pub(super) async fn of(state: &PortalState, territory: &Territory) -> Result<Self, Fault> {
        let mut facets = vec![Facet::Theme, Facet::Sourceur, Facet::Actor];
        if territory.id.level == Level::Departement {
            facets.push(Facet::Epci);
        }
        let filter = within(&territory.id);
        let question = Question { filter, sort: Sort::Changed, limit: NEWEST, facets, ..Question::default() };
        let answer = state.api.ask(question).await?;
        let children = children(state, territory).await?;
        let nearby = nearby(state, territory).await?;
        Ok(Self { answer, children, nearby })
    }

    /// Counts by one facet, the most frequent first.
    pub(super) fn counts(&self, facet: Facet) -> &[Count] {
        self.answer.facets.iter().find(|(counted, _)| *counted == facet).map_or(&[], |(_, counts)| counts)
    }
}

fn within(id: &TerritoryId) -> Filter {
    Filter { territories: vec![id.clone()], ..Filter::default() }
}

/// The départements of the country with their actions.
pub(super) async fn departements(state: &PortalState, regions: &[Counted]) -> Result<Vec<Counted>, Fault> {
    let gazetteer = Gazetteer::get();
    let all = regions.iter().flat_map(|region| gazetteer.children(&region.territory.id)).collect();
    let france = TerritoryId::new(Level::Pays, "FR");
    counted(state, within(&france), Facet::Departement, all).await
}

async fn children(state: &PortalState, territory: &Territory) -> Result<Vec<Counted>, Fault> {
    let mut ids = Gazetteer::get().children(&territory.id);
    // An overseas région is one département: what lies in that tells more.
    if let [only] = &ids[..] {
        ids = Gazetteer::get().children(only);
    }
    let Some(first) = ids.first() else { return Ok(Vec::new()) };
    let facet = match first.level {
        Level::Region => Facet::Region,
        Level::Departement => Facet::Departement,
        _ => Facet::Commune,
    };
    // What is filtered by is counted as if it were not: arrondissements, which are communes too, are
    // counted among those of the city's département.
    let around = match (territory.id.level, &territory.departement) {
        (Level::Commune, Some(departement)) => departement,
        _ => &territory.id,
    };
    counted(state, within(around), facet, ids).await
}

/// Some territories with their actions, the fullest first, then by name.
async fn counted(
    state: &PortalState,
    filter: Filter,
    facet: Facet,
    ids: Vec<TerritoryId>,
) -> Result<Vec<Counted>, Fault> {
    let question = Question { filter, facets: vec![facet], ..Question::default() };
    let answer = state.api.ask(question).await?;
    let told: Vec<Count> = answer.facets.into_iter().flat_map(|(_, counts)| counts).collect();
    let is_cut = told.len() >= CUT;
    let counts: HashMap<String, u64> = told.into_iter().map(|count| (count.value, count.count)).collect();
    let missing = ids.iter().filter(|id| !counts.contains_key(&id.to_string())).count();
    let mut all = Vec::with_capacity(ids.len());
    for territory in ids.iter().filter_map(|id| Gazetteer::get().territory(id)) {
        let actions = match counts.get(&territory.id.to_string()) {
            Some(actions) => *actions,
            None if is_cut && missing <= ASKED_SINGLY => {
                let alone = Question { filter: within(&territory.id), ..Question::default() };
                state.api.ask(alone).await?.total
            }
            None => 0,
        };
        all.push(Counted { territory, actions });
    }
    all.sort_by_cached_key(|one| (std::cmp::Reverse(one.actions), model::fold(one.territory.name)));
    Ok(all)
}

async fn nearby(state: &PortalState, territory: &Territory) -> Result<Vec<(f64, Counted)>, Fault> {
    let (Level::Commune, Some(lat), Some(lon)) = (territory.id.level, territory.lat, territory.lon) else {
        return Ok(Vec::new());
    };
    let near = Some(Near { lat, lon, within_km: NEARBY_KM });
    let filter = Filter { near, ..Filter::default() };
    let answer = state.api.ask(Question { filter, facets: vec![Facet::Commune], ..Question::default() }).await?;
    let gazetteer = Gazetteer::get();
    let mut communes = Vec::new();
    for Count { value, count } in answer.facets.into_iter().flat_map(|(_, counts)| counts) {
        let Some(commune) = value.parse().ok().and_then(|id| gazetteer.territory(&id)) else { continue };
        let (Some(its_lat), Some(its_lon)) = (commune.lat, commune.lon) else { continue };
        let distance = kilometres((lat, lon), (its_lat, its_lon));
        // Itself, its arrondissements or its city are not around it; a far one shares an action with a near one.
        let is_of_it = gazetteer.ancestors(&commune.id).contains(&territory.id)
            || gazetteer.ancestors(&territory.id).contains(&commune.id);
        if !is_of_it && distance <= NEARBY_KM {
            communes.push((distance, Counted { territory: commune, actions: count }));
        }
    }
    communes.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(communes)
}

/// Distance over the ground between two near points, degrees to km.
fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let squeeze = f64::midpoint(a.0, b.0).to_radians().cos();
    let (north, east) = (a.0 - b.0, (a.1 - b.1) * squeeze);
    north.hypot(east) * 111.2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_distances_are_right_to_a_few_hundred_metres() {
        // Agen and Villeneuve-sur-Lot are 24 km apart.
        let distance = kilometres((44.2033, 0.6163), (44.4079, 0.7042));
        assert!((distance - 23.8).abs() < 0.3, "{distance}");
    }

    #[test]
    fn a_rate_needs_inhabitants_and_says_when_it_rests_on_few() {
        let of = |id: &str, actions| {
            let id = id.parse().expect("a typed id");
            Counted { territory: Gazetteer::get().territory(&id).expect("a territory"), actions }
        };
        let many = of("departement:47", 100);
        assert!(many.rate().is_some_and(|rate| (25.0..35.0).contains(&rate)) && !many.is_few());
        assert!(
            of("departement:47", 3).is_few()
                && of("commune:47001", 30).is_few() != (of("commune:47001", 30).territory.population >= 20_000)
        );
        assert_eq!(of("departement:984", 1).rate(), None);
    }
}
