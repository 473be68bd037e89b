//! Whole maps: what they say, what they weigh, what they refuse.

use model::{Level, TerritoryId};

use super::*;

fn id(text: &str) -> TerritoryId {
    text.parse().expect("a typed id")
}

fn of_regions() -> Map {
    let gazetteer = gazetteer::Gazetteer::get();
    let mut map = Map::new("home", View::France, Lang::Fr, "Actions par région");
    for (at, region) in gazetteer.children(&id("pays:FR")).into_iter().enumerate() {
        let count = 7 * u64::try_from(at).expect("few") + 1;
        let name = gazetteer.territory(&region).expect("a région").name;
        map.areas.push(
            Area::new(region.clone(), format!("{name} : {count} actions")).linked(format!("/territoires/{region}")),
        );
        map.circles.push(Circle::on(region, count));
    }
    map
}

fn of_departements() -> Map {
    let gazetteer = gazetteer::Gazetteer::get();
    let mut map = Map::new("all", View::France, Lang::Fr, "Actions par département");
    map.measure = Some("actions pour 100 000 habitants".into());
    for region in gazetteer.children(&id("pays:FR")) {
        for departement in gazetteer.children(&region) {
            let name = gazetteer.territory(&departement).expect("a département").name;
            let value = f64::from(departement.code.bytes().map(u32::from).sum::<u32>());
            map.areas
                .push(Area::new(departement.clone(), name).valued(value).linked(format!("/territoires/{departement}")));
        }
    }
    map
}

/// Writes maps for people to look at: `MAPS_OUT=folder cargo test -p portal maps_to_look_at`.
#[test]
fn maps_to_look_at() {
    let Ok(folder) = std::env::var("MAPS_OUT") else { return };
    let mut pinned = Map::new("pins", View::Territory(id("departement:47")), Lang::Fr, "Lieux");
    pinned.pins = vec![
        Pin { label: Some("Agen".into()), ..Pin::at(44.2033, 0.6163, "Agen") },
        Pin { label: Some("Marmande".into()), is_vague: true, ..Pin::at(44.5, 0.166, "Marmande") },
    ];
    let mut around = Map::new("around", View::Territory(id("commune:29019")), Lang::Fr, "Autour de Brest");
    around.counted = "actions".into();
    around.circles = vec![
        Circle::at(48.39, -4.486, 120, "Brest : 120").linked("/x"),
        Circle::at(48.45, -4.25, 12, "Landerneau : 12").linked("/x"),
        Circle::at(48.33, -4.4, 1, "Plougastel").linked("/x"),
    ];
    let mut region = Map::new("region", View::Territory(id("region:76")), Lang::Fr, "Occitanie");
    region.measure = Some("actions pour 100 000 habitants".into());
    for (at, departement) in gazetteer::Gazetteer::get().children(&id("region:76")).into_iter().enumerate() {
        region
            .areas
            .push(Area::new(departement, "x").valued(f64::from(u32::try_from(at).expect("few")) * 1.3).linked("/y"));
    }
    let island = Map::new("reunion", View::Territory(id("departement:974")), Lang::Fr, "La Réunion");
    let maps = [
        ("regions", of_regions()),
        ("departements", of_departements()),
        ("pins", pinned),
        ("around", around),
        ("region", region),
        ("island", island),
    ];
    for (name, map) in maps {
        std::fs::write(format!("{folder}/{name}.html"), map.figure(name)).expect("a folder to write to");
    }
}

#[test]
fn a_hostile_name_stays_text() {
    let evil = "\"><script>alert(1)</script>' onload='x";
    let mut map = Map::new("evil", View::Territory(id("departement:47")), Lang::Fr, evil);
    map.description = evil.into();
    map.counted = evil.into();
    map.measure = Some(evil.into());
    map.areas =
        vec![Area { label: Some(evil.into()), ..Area::new(id("departement:47"), evil).linked(evil).valued(1.0) }];
    map.circles = vec![Circle::at(44.2, 0.6, 3, evil).linked(evil).labelled(evil)];
    map.pins = vec![Pin { label: Some(evil.into()), href: Some(evil.into()), ..Pin::at(44.3, 0.6, evil) }];
    let figure = map.figure(evil);
    assert!(!figure.contains("<script") && !figure.contains("\">\"") && !figure.contains("' onload"), "{figure}");
}

#[test]
fn a_map_has_no_style_of_its_own() {
    for map in [of_regions(), of_departements()] {
        let figure = map.figure("…");
        for forbidden in ["style=", "fill=", "stroke=", "<style", "onclick"] {
            assert!(!figure.contains(forbidden), "{forbidden}");
        }
    }
}

#[test]
fn every_area_told_is_on_the_map_of_france_with_its_name_and_link() {
    let map = of_departements();
    let svg = map.draw().svg;
    for area in map.areas.iter().filter(|area| outlines::Outlines::get().of(&area.id).is_some()) {
        let link = format!("<a href=\"/territoires/{}\" aria-label=\"{}\"", area.id, draw::escaped(&area.name));
        assert!(svg.contains(&link), "{link}");
    }
    assert!(map.areas.len() >= 101);
    assert!(!svg.contains("d=\"\""), "an area without a shape");
}

#[test]
fn maps_are_small() {
    // gzip packs them to a fourth.
    let (regions, departements) = (of_regions().draw().svg.len(), of_departements().draw().svg.len());
    assert!(regions < 60_000 && departements < 100_000, "{regions} {departements}");
}

#[test]
fn views_that_make_no_sense_are_all_of_france() {
    let bbox = |west, south, east, north| View::Bbox(search::Bbox { west, south, east, north });
    let france = Map::new("m", View::France, Lang::Fr, "").draw().svg;
    for view in [
        bbox(f64::NAN, 0.0, 1.0, 1.0),
        bbox(170.0, -20.0, -170.0, 0.0),
        View::Around { lat: f64::NAN, lon: 0.0, km: 1.0 },
        View::Around { lat: 90.0, lon: 0.0, km: 1.0 },
        View::Territory(id("abroad:BE")),
        View::Territory(id("commune:00000")),
    ] {
        assert_eq!(Map::new("m", view.clone(), Lang::Fr, "").draw().svg.len(), france.len(), "{view:?}");
    }
    // These make sense, if little.
    for view in [
        bbox(-180.0, -90.0, 180.0, 90.0),
        bbox(2.0, 48.0, 2.0, 48.0),
        View::Around { lat: 0.0, lon: 0.0, km: f64::NAN },
    ] {
        let svg = Map::new("m", view, Lang::Fr, "").draw().svg;
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}

#[test]
fn what_lies_outside_is_left_out_and_overseas_falls_into_its_inset() {
    let mut map = Map::new("m", View::France, Lang::Fr, "");
    map.pins =
        vec![Pin::at(-21.1, 55.5, "La Réunion"), Pin::at(52.5, 13.4, "Berlin"), Pin::at(f64::NAN, 2.0, "nulle part")];
    let svg = map.draw().svg;
    assert!(svg.contains("La Réunion") && !svg.contains("Berlin") && !svg.contains("nulle part"));
}

#[test]
fn the_base_of_the_moving_map_is_geojson_of_every_area() {
    let base: serde_json::Value = serde_json::from_slice(base_map()).expect("JSON");
    let features = base["features"].as_array().expect("a list");
    let of = |kind: &str| features.iter().filter(|feature| feature["properties"]["kind"] == kind).count();
    let outlines = outlines::Outlines::get();
    assert_eq!(of("land"), outlines.all(Level::Region).count());
    assert_eq!(of("label"), outlines.areas.len() - 1, "all but the country");
    assert_eq!((of("coast"), of("region"), of("departement")), (1, 1, 1));
}
