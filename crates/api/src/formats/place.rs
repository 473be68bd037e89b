//! Where on the map an action stands, if it stands in one place.

use model::{Action, Place, PlaceRole};

/// The most precise point as latitude and longitude, of a site before a reach.
pub(super) fn point(action: &Action) -> Option<(f64, f64)> {
    let known = action.places.iter().filter_map(|place| Some((place, place.lat?, place.lon?)));
    let coarseness = |place: &Place| (place.role == PlaceRole::Reach, place.precision.is_none(), place.precision);
    known.min_by_key(|(place, ..)| coarseness(place)).map(|(_, lat, lon)| (lat, lon))
}
