//! The map beside the list: the answer's cells as circles, each a link that narrows the list to it.

use search::{Answer, Bbox, Cell, Question};

use super::understood::Understood;
use crate::lang::Section;
use crate::map::{Circle, Drawing, Map, View};
use crate::page::Visit;
use crate::typo;
use crate::words::search::{EN, FR};

/// Mainland France and Corsica.
const MAINLAND: Bbox = Bbox { west: -5.5, south: 41.2, east: 9.8, north: 51.3 };
/// Degrees added around a narrowed area, so that what stands on its edge stays in it.
const MARGIN: f64 = 0.005;

/// The map of an answer.
#[derive(Debug)]
pub(crate) struct Area {
    pub(crate) drawing: Drawing,
    /// Whether any of the answer has a point.
    pub(crate) has_points: bool,
    /// The question with twice the rectangle, and without; where there is one.
    pub(crate) wider: Option<(String, String)>,
    /// `west,south,east,north` around what the moving map shows first.
    pub(crate) bounds: String,
    /// The question as the moving map asks it: the API's, without a rectangle.
    pub(crate) query: String,
}

/// Draws the map of an answer.
pub(crate) fn drawn(answer: &Answer, asked: &Understood, question: &Question, view: View, visit: &Visit) -> Area {
    let (lang, words) = (visit.lang, visit.words(&FR, &EN));
    let is_france = view == View::France;
    let mut map = Map::new("recherche", view, lang, words.map);
    words.counted.clone_into(&mut map.counted);
    map.circles = answer.cells.iter().map(|cell| circle(cell, asked, visit)).collect();
    let bbox = question.filter.bbox;
    let without = asked.state.clone().without(&["bbox"]);
    let wider = bbox.map(|bbox| {
        let twice = grown(bbox, (bbox.east - bbox.west).abs() / 2.0, (bbox.north - bbox.south).abs() / 2.0);
        (asked.state.clone().with("bbox", &written(twice)).address(lang), without.address(lang))
    });
    Area {
        drawing: map.draw(),
        has_points: !answer.cells.is_empty(),
        wider,
        bounds: bbox.or_else(|| around(&answer.cells, is_france)).map(written).unwrap_or_default(),
        query: asked.api_query_without("bbox"),
    }
}

fn circle(cell: &Cell, asked: &Understood, visit: &Visit) -> Circle {
    let (lang, words) = (visit.lang, visit.words(&FR, &EN));
    if let Some(id) = cell.id {
        let fiche = format!("{}/{id}", Section::Fiche.path(lang));
        return Circle::at(cell.lat, cell.lon, cell.count, words.map_action).linked(fiche);
    }
    let narrowed = written(grown(cell.bbox, MARGIN, MARGIN));
    let name = format!("{} {}", typo::number(cell.count, lang), words.map_circles);
    Circle::at(cell.lat, cell.lon, cell.count, name).linked(asked.state.clone().with("bbox", &narrowed).address(lang))
}

/// Around every cell of a territory. Of all of France the mainland, unless nothing is there.
fn around(cells: &[Cell], is_france: bool) -> Option<Bbox> {
    let is_mainland = |cell: &Cell| {
        (MAINLAND.west..=MAINLAND.east).contains(&cell.lon) && (MAINLAND.south..=MAINLAND.north).contains(&cell.lat)
    };
    let together = |one: Bbox, other: Bbox| Bbox {
        west: one.west.min(other.west),
        south: one.south.min(other.south),
        east: one.east.max(other.east),
        north: one.north.max(other.north),
    };
    if is_france && cells.iter().any(is_mainland) {
        return Some(MAINLAND);
    }
    cells.iter().map(|cell| cell.bbox).reduce(together)
}

fn grown(bbox: Bbox, lon: f64, lat: f64) -> Bbox {
    Bbox {
        west: (bbox.west - lon).max(-180.0),
        south: (bbox.south - lat).max(-90.0),
        east: (bbox.east + lon).min(180.0),
        north: (bbox.north + lat).min(90.0),
    }
}

/// `west,south,east,north` in thousandths of a degree, about a hundred metres, rounded outwards.
fn written(bbox: Bbox) -> String {
    let down = |degrees: f64| (degrees * 1000.0).floor() / 1000.0;
    let up = |degrees: f64| (degrees * 1000.0).ceil() / 1000.0;
    format!("{},{},{},{}", down(bbox.west), down(bbox.south), up(bbox.east), up(bbox.north))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrowed_area_holds_what_it_was_narrowed_to() {
        let spot = Bbox { west: 0.6251, south: 44.2037, east: 0.6251, north: 44.2037 };
        assert_eq!(written(spot), "0.625,44.203,0.626,44.204");
        assert_eq!(written(grown(spot, MARGIN, MARGIN)), "0.62,44.198,0.631,44.209");
    }

    #[test]
    fn an_area_ends_where_the_world_does() {
        let world = Bbox { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };
        assert_eq!(grown(world, 180.0, 90.0), world);
    }
}
