//! The map of a territory.

use model::{Level, TerritoryId};

use super::facts::{Counted, Facts};
use crate::lang::Lang;
use crate::map::{self, Area, Circle, Map, Pin, View};
use crate::page::Page;
use crate::typo;
use crate::words::territory::Territories;

/// All of France by département.
pub(super) fn of_departements(departements: &[Counted], page: &Page, words: &Territories) -> String {
    choropleth("territory", View::France, departements, page, words).figure(words.map_rates_caption)
}

/// What lies within a territory: tinted where its children have outlines, else circles at town halls.
/// None where there is nothing of France to show.
pub(super) fn of(here: &Counted, facts: &Facts, page: &Page, words: &Territories) -> Option<String> {
    let id = &here.territory.id;
    let map = match id.level {
        Level::Pays => {
            return Some(
                choropleth("territory", View::France, &facts.children, page, words).figure(words.map_rates_caption),
            );
        }
        Level::Region if facts.children.iter().any(|child| child.territory.id.level == Level::Departement) => {
            let view = View::Territory(id.clone());
            let mut map = choropleth("territory", view, &facts.children, page, words);
            for (area, child) in map.areas.iter_mut().zip(told(&facts.children)) {
                area.label = Some(typo::ours(child.territory.name).into_owned());
            }
            return Some(map.figure(words.map_rates_caption));
        }
        Level::Region | Level::Departement | Level::Epci => circles(id, &facts.children, page, words),
        Level::Commune => {
            let mut shown: Vec<Counted> = facts.nearby.iter().map(|(_, commune)| commune.clone()).collect();
            shown.push(here.clone());
            let mut map = circles(id, &shown, page, words);
            if let (Some(lat), Some(lon)) = (here.territory.lat, here.territory.lon) {
                map.view = View::Around { lat, lon, km: 22.0 };
                if here.actions == 0 {
                    let name = typo::ours(here.territory.name);
                    map.pins = vec![Pin { label: Some(name.to_string()), is_vague: true, ..Pin::at(lat, lon, name) }];
                }
            }
            map
        }
        Level::Abroad => return None,
    };
    let caption = if map.circles.is_empty() { words.map_where_caption } else { words.map_places_caption };
    Some(map.figure(caption))
}

fn choropleth(key: &'static str, view: View, areas: &[Counted], page: &Page, words: &Territories) -> Map {
    let mut map = Map::new(key, view, page.lang, words.map_rates);
    map.measure = Some(words.map_rates.to_owned());
    map.areas = told(areas)
        .map(|area| {
            let told = Area::new(area.territory.id.clone(), in_words(area, page.lang, words))
                .linked(page.territory(&area.territory.id));
            match area.rate() {
                Some(rate) => told.valued(rate),
                None => told,
            }
        })
        .collect();
    map.is_listed = true;
    map
}

/// Areas that a choropleth can tell: those with inhabitants.
fn told(areas: &[Counted]) -> impl Iterator<Item = &Counted> {
    areas.iter().filter(|area| area.territory.population > 0)
}

fn circles(id: &TerritoryId, communes: &[Counted], page: &Page, words: &Territories) -> Map {
    let with_actions = communes.iter().filter(|commune| commune.actions > 0);
    let circles: Vec<Circle> = with_actions
        .filter_map(|commune| {
            let (lat, lon) = (commune.territory.lat?, commune.territory.lon?);
            let name = format!(
                "{}{}{}",
                typo::ours(commune.territory.name),
                words.colon,
                typo::counted(commune.actions, words.action, page.lang)
            );
            Some(
                Circle::at(lat, lon, commune.actions, name)
                    .linked(page.territory(&commune.territory.id))
                    .labelled(typo::ours(commune.territory.name)),
            )
        })
        .collect();
    let title = if circles.is_empty() { words.map_where } else { words.map_places };
    let mut map = Map::new("territory", View::Territory(id.clone()), page.lang, title);
    words.action[1].clone_into(&mut map.counted);
    map.circles = circles;
    map.is_listed = true;
    map
}

/// "Lot-et-Garonne : 104 actions, 31 pour 100 000 habitants".
fn in_words(area: &Counted, lang: Lang, words: &Territories) -> String {
    let counted = typo::counted(area.actions, words.action, lang);
    let name = typo::ours(area.territory.name);
    match area.rate() {
        Some(rate) => format!("{name}{}{counted}, {} {}", words.colon, map::value(rate, lang), words.rate),
        None => format!("{name}{}{counted}", words.colon),
    }
}
