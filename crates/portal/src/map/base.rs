//! The ground of the moving map: our outlines as GeoJSON, for a browser that draws them itself.

use std::fmt::Write;
use std::sync::LazyLock;

use gazetteer::Gazetteer;
use model::Level;

use super::outlines::{Degrees, Kind, Outlines};

/// Name of the asset.
pub(crate) const BASE: &str = "base.geojson";

/// A collection of features in WGS 84, told apart by `properties.kind`:
/// `land` (a polygon a région, with `id` and `name`); `coast`, `region`, `departement` (borders,
/// each once); `label` (a point a région and a département, with `level`, `id`, `name`).
pub(crate) fn base_map() -> &'static [u8] {
    static ONE: LazyLock<String> = LazyLock::new(|| written(Outlines::get()));
    ONE.as_bytes()
}

fn written(outlines: &Outlines) -> String {
    let mut text = String::with_capacity(400_000);
    text.push_str("{\"type\":\"FeatureCollection\",\"features\":[");
    for region in outlines.all(Level::Region) {
        let polygon = |rings: &Vec<Vec<_>>| {
            list(rings.iter().map(|ring: &Vec<_>| {
                let mut points: Vec<Degrees> =
                    ring.iter().flat_map(|step| outlines.walk(*step)).map(|point| point.at).collect();
                points.dedup();
                line(&points)
            }))
        };
        let polygons = list(region.polygons.iter().map(polygon));
        let (id, name) = (region.id.to_string(), name(&region.id));
        let properties = serde_json::json!({ "kind": "land", "id": id, "name": name });
        feature(&mut text, &properties, "MultiPolygon", &polygons);
    }
    for (kind, word) in [(Kind::Coast, "coast"), (Kind::Departement, "departement"), (Kind::Region, "region")] {
        let arcs = outlines.arcs.iter().filter(|arc| arc.kind == kind);
        let lines = list(arcs.map(|arc| line(&arc.points.iter().map(|point| point.at).collect::<Vec<_>>())));
        feature(&mut text, &serde_json::json!({ "kind": word }), "MultiLineString", &lines);
    }
    for area in outlines.areas.iter().filter(|area| area.id.level != Level::Pays) {
        let (level, id, name) = (area.id.level.as_str(), area.id.to_string(), name(&area.id));
        let properties = serde_json::json!({ "kind": "label", "level": level, "id": id, "name": name });
        feature(&mut text, &properties, "Point", &point(area.label));
    }
    text.pop();
    text.push_str("]}");
    text
}

fn name(id: &model::TerritoryId) -> &'static str {
    Gazetteer::get().territory(id).map_or("", |territory| territory.name)
}

fn feature(text: &mut String, properties: &serde_json::Value, kind: &str, coordinates: &str) {
    write!(
        text,
        "{{\"type\":\"Feature\",\"properties\":{properties},\"geometry\":{{\"type\":\"{kind}\",\"coordinates\":{coordinates}}}}},"
    )
    .expect("a String takes all");
}

fn line(points: &[Degrees]) -> String {
    list(points.iter().map(|at| point(*at)))
}

/// Our outlines are kept in thousandths of a degree: what follows would be noise.
fn point((lon, lat): Degrees) -> String {
    let short = |degrees: f64| (degrees * 1000.0).round() / 1000.0;
    format!("[{},{}]", short(lon), short(lat))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}
