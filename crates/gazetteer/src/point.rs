//! A sourceur's coordinates: believed, put right or dropped.

use crate::witness::Doubt;

/// What became of a sourceur's point.
pub(crate) struct Judged {
    pub point: Option<(f64, f64)>,
    pub doubt: Option<Doubt>,
}

/// Boxes that hold French soil: south, north, west, east.
const FRANCE: [[f64; 4]; 10] = [
    [41.2, 51.3, -5.6, 9.8],
    [14.2, 18.3, -63.3, -60.7],
    [2.0, 6.0, -54.8, -51.4],
    [-21.6, -20.7, 55.0, 56.0],
    [-13.2, -12.4, 44.8, 45.5],
    [46.5, 47.4, -56.6, -56.0],
    [-28.0, -7.5, -155.0, -134.0],
    [-23.0, -17.5, 158.0, 172.5],
    [-14.8, -12.9, -178.5, -175.8],
    [-50.0, -37.0, 50.0, 78.0],
];

/// Judges a point against where the record is, `centre` and how far from it is still there, in km.
pub(crate) fn judge(point: (f64, f64), centre: Option<((f64, f64), f64)>) -> Judged {
    let dropped = |code, message: String| Judged { point: None, doubt: Some(Doubt { code, message }) };
    let (lat, lon) = point;
    if !lat.is_finite() || !lon.is_finite() {
        return dropped("point-invalid", "the coordinates are no numbers; they were left out".into());
    }
    if lat.abs() < 1e-6 && lon.abs() < 1e-6 {
        return dropped("point-zero", "the coordinates are 0, 0: they were left out".into());
    }
    let fits = |lat: f64, lon: f64| {
        lat.abs() <= 90.0
            && lon.abs() <= 180.0
            && match centre {
                Some((centre, reach)) => kilometres((lat, lon), centre) <= reach,
                None => FRANCE.iter().any(|[south, north, west, east]| {
                    (*south..=*north).contains(&lat) && (*west..=*east).contains(&lon)
                }),
            }
    };
    if fits(lat, lon) {
        return Judged { point: Some(point), doubt: None };
    }
    if fits(lon, lat) {
        let message = format!("latitude and longitude were swapped ({lat}, {lon}); they were put right");
        return Judged { point: Some((lon, lat)), doubt: Some(Doubt { code: "point-swapped", message }) };
    }
    dropped("point-far", format!("the coordinates ({lat}, {lon}) lie far from the place; they were left out"))
}

/// Distance over the ground between two points in degrees.
pub(crate) fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (from, to) = (a.0.to_radians(), b.0.to_radians());
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(to - from) + from.cos() * to.cos() * half((b.1 - a.1).to_radians());
    12_742.0 * chord.min(1.0).sqrt().asin()
}
