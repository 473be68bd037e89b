//! The map from the whole country to a street, with and without a filter.

use search::{Bbox, Filter, Grid, Question, Search};

use crate::clock::Series;
use crate::questions::Drawn;
use crate::report::Report;

/// Zooms and what they show.
const ZOOMS: [(u8, &str); 5] =
    [(5, "France"), (8, "a région"), (11, "a département"), (14, "a town"), (17, "a street")];
/// Calls for each zoom and filter.
const CALLS: usize = 200;
/// Screen, pixels.
const WIDTH: f64 = 1280.0;
const HEIGHT: f64 = 800.0;

pub(crate) fn map(search: &Search, drawn: &Drawn, report: &mut Report) {
    report.table("Map: cells of one viewport, in-process");
    let places = drawn.actions.iter().flat_map(|action| &action.places);
    let points: Vec<(f64, f64)> = places.filter_map(|place| place.lat.zip(place.lon)).collect();
    let themes: Vec<&str> =
        drawn.actions.iter().filter_map(|action| Some(action.themes.first()?.id.as_str())).collect();
    for (zoom, name) in ZOOMS {
        let [mut bare, mut filtered, mut spoken] = [Series::default(), Series::default(), Series::default()];
        for call in 0..CALLS.min(points.len()) {
            let center = if zoom == 5 { (46.6, 2.4) } else { points[call] };
            let bbox = Some(viewport(center, zoom));
            let ask = |series: &mut Series, themes: Vec<String>, q: Option<String>| {
                let filter = Filter { bbox, themes, q, ..Filter::default() };
                let question = Question { filter, cells: Some(Grid { bbox, zoom }), ..Question::default() };
                series.call(|| search.ask(&question)).expect("the index answers");
            };
            ask(&mut bare, Vec::new(), None);
            ask(&mut filtered, vec![themes[call % themes.len()].to_owned()], None);
            ask(&mut spoken, Vec::new(), Some(drawn.words[call % drawn.words.len()].clone()));
        }
        let target = "≤ 30 ms at 1,000,000";
        report.calls(&format!("{name} (zoom {zoom})"), target, &bare, None);
        report.calls(&format!("{name}, one theme"), target, &filtered, None);
        report.calls(&format!("{name}, a word"), target, &spoken, None);
    }
}

/// What a screen shows around a point.
fn viewport((lat, lon): (f64, f64), zoom: u8) -> Bbox {
    let degrees = 360.0 / (512.0 * 2_f64.powi(i32::from(zoom)));
    let (width, height) = (WIDTH * degrees, HEIGHT * degrees * lat.to_radians().cos());
    let edge = |middle: f64, half: f64, most: f64| (middle + half).clamp(-most, most);
    Bbox {
        west: edge(lon, -width / 2.0, 180.0),
        south: edge(lat, -height / 2.0, 85.0),
        east: edge(lon, width / 2.0, 180.0),
        north: edge(lat, height / 2.0, 85.0),
    }
}
