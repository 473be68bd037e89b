//! Where it happens: territories that lead on, and a map.

use gazetteer::Gazetteer;
use model::{Action, Level, Place, PlaceRole, Precision, TerritoryId};

use super::{Anchor, Told};
use crate::map::{Area, Map, Pin, View};
use crate::typo;
use crate::words::fiche::Fiche;
use crate::words::terms;

/// Places of an action.
pub(crate) struct Where {
    pub(crate) sites: Vec<PlaceView>,
    pub(crate) reach: Vec<PlaceView>,
    /// A drawing of ours, with its caption.
    pub(crate) map: Option<String>,
    /// "Agen (Lot-et-Garonne)"; empty where no place is known.
    pub(crate) line: String,
}

/// A place as it is shown.
pub(crate) struct PlaceView {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
    /// What is finer: a district, an address.
    pub(crate) detail: Option<String>,
    /// Territories around it, nearest first.
    pub(crate) around: Vec<Anchor>,
    /// What the point on the map stands for.
    pub(crate) precision: Option<&'static str>,
}

impl Where {
    pub(crate) fn of(action: &Action, words: &'static Fiche, told: &Told<'_>) -> Self {
        let of_role = |role| action.places.iter().filter(move |place| place.role == role);
        let view = |place| PlaceView::of(place, told);
        Self {
            sites: of_role(PlaceRole::Site).filter_map(view).collect(),
            reach: of_role(PlaceRole::Reach).filter_map(view).collect(),
            map: map(action, words, told),
            line: line(action),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sites.is_empty() && self.reach.is_empty()
    }
}

impl PlaceView {
    /// Nothing where neither a territory nor words of the sourceur are there.
    fn of(place: &Place, told: &Told<'_>) -> Option<Self> {
        let name = name(place);
        let written = place.written.as_deref().map(str::trim).filter(|written| !written.is_empty());
        let shown = name.clone().or_else(|| written.map(|written| told.set(written)))?;
        let is_commune = place.territory.as_ref().is_some_and(|id| id.level == Level::Commune);
        let has_point = place.lat.is_some() && place.lon.is_some();
        Some(Self {
            name: shown,
            href: place.territory.as_ref().map(|id| told.page.territory(id)),
            detail: place.detail.as_deref().map(|detail| told.set(detail)),
            around: place.territory.as_ref().map_or_else(Vec::new, |id| around(id, told)),
            precision: place
                .precision
                .filter(|precision| has_point && (is_commune || *precision <= Precision::Address))
                .map(|precision| terms::precision(precision, told.lang)),
        })
    }
}

fn name(place: &Place) -> Option<String> {
    let known = place.territory.as_ref().and_then(|id| Gazetteer::get().territory(id));
    known.map(|territory| typo::ours(territory.name).into_owned()).or_else(|| place.name.clone())
}

fn around(id: &TerritoryId, told: &Told<'_>) -> Vec<Anchor> {
    let all = Gazetteer::get().ancestors(id);
    let wider = all.into_iter().skip(1).filter(|around| !matches!(around.level, Level::Pays | Level::Abroad));
    wider.filter_map(|around| anchor(&around, told)).collect()
}

fn anchor(id: &TerritoryId, told: &Told<'_>) -> Option<Anchor> {
    let territory = Gazetteer::get().territory(id)?;
    Some(Anchor { href: told.page.territory(id), text: typo::ours(territory.name).into_owned() })
}

/// The place that stands for the action: the first where it happens, else the first it reaches.
fn first(action: &Action) -> Option<&Place> {
    let told = || action.places.iter().filter(|place| name(place).is_some());
    told().find(|place| place.role == PlaceRole::Site).or_else(|| told().next())
}

/// The place that stands for the action, and the département or région that tells where that is.
fn line(action: &Action) -> String {
    let Some(place) = first(action) else { return String::new() };
    let name = name(place).unwrap_or_default();
    let finer = place.territory.as_ref().is_some_and(|id| matches!(id.level, Level::Commune | Level::Epci));
    let around = place.departement.as_ref().or(place.region.as_ref()).filter(|_| finer);
    let around = around.and_then(|id| Gazetteer::get().territory(id)).map(|territory| typo::ours(territory.name));
    match around {
        Some(around) if around != name => format!("{name} ({around})"),
        _ => name,
    }
}

/// The way from the région down to the place that stands for the action.
pub(crate) fn crumbs(action: &Action, told: &Told<'_>) -> Vec<Anchor> {
    let Some(id) = first(action).and_then(|place| place.territory.as_ref()) else { return Vec::new() };
    let mut way = Gazetteer::get().ancestors(id);
    way.reverse();
    let is_step = |id: &TerritoryId| !matches!(id.level, Level::Epci | Level::Pays);
    let own = |id: &TerritoryId| Some(id) == way.last();
    way.iter().filter(|id| is_step(id) || own(id)).filter_map(|id| anchor(id, told)).collect()
}

/// Every point and every wide territory of the action, seen from as far as it takes.
fn map(action: &Action, words: &'static Fiche, told: &Told<'_>) -> Option<String> {
    let known: Vec<&Place> = action.places.iter().filter(|place| name(place).is_some()).collect();
    let view = view(&known)?;
    let names: Vec<String> = known.iter().filter_map(|place| name(place)).take(3).collect();
    let mut map = Map::new("fiche", view, told.lang, format!("{} {}", words.map_of, names.join(", ")));
    for place in known {
        let Some(name) = name(place) else { continue };
        let wide = place.territory.as_ref().filter(|id| matches!(id.level, Level::Departement | Level::Region));
        if let Some(id) = wide {
            map.areas.push(Area::new(id.clone(), name).linked(told.page.territory(id)));
        } else if let (Some(lat), Some(lon)) = (place.lat, place.lon) {
            let is_vague = matches!(place.precision, Some(Precision::TownHall | Precision::Centroid) | None);
            map.pins.push(Pin { is_vague, ..Pin::at(lat, lon, name) });
        }
    }
    if map.areas.is_empty() && map.pins.is_empty() {
        return None;
    }
    // The same territories are links in the list beside the map.
    map.is_listed = true;
    let is_vague = map.pins.iter().any(|pin| pin.is_vague);
    map.description = if is_vague { words.map_vague.to_owned() } else { String::new() };
    Some(map.figure(words.map_caption))
}

fn view(places: &[&Place]) -> Option<View> {
    let is_abroad = |place: &&&Place| place.territory.as_ref().is_some_and(|id| id.level == Level::Abroad);
    let places: Vec<&&Place> = places.iter().filter(|place| !is_abroad(place)).collect();
    let first = places.first()?;
    if let [only] = places[..]
        && let Some(id) = only.departement.as_ref().or(only.territory.as_ref())
        && id.level != Level::Pays
    {
        return Some(View::Territory(id.clone()));
    }
    let all = |of: fn(&Place) -> Option<&TerritoryId>| {
        let shared = of(first)?;
        places.iter().all(|place| of(place) == Some(shared)).then(|| View::Territory(shared.clone()))
    };
    all(|place| place.departement.as_ref()).or_else(|| all(|place| place.region.as_ref())).or(Some(View::France))
}
