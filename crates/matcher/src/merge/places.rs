//! Places: one for each territory, the finest that is known of it.

use model::{Level, Place, PlaceRole, RecordRef, TerritoryId, fold};

use super::Merged;

pub(super) fn merge(merged: &mut Merged<'_>) {
    let mut united: Vec<(&RecordRef, Place)> = Vec::new();
    for member in &merged.members {
        for place in &member.action.places {
            match united.iter_mut().find(|(_, known)| is_same(known, place)) {
                Some((record, known)) => {
                    if keep_finest(known, place) {
                        *record = member.record;
                    }
                }
                None => united.push((member.record, place.clone())),
            }
        }
    }
    let around: Vec<bool> = united.iter().map(|wide| united.iter().any(|fine| is_coarser(wide, fine))).collect();
    let mut around = around.into_iter();
    united.retain(|_| !around.next().unwrap_or_default());
    merged.action.places = merged.united("places", united);
}

fn is_same(a: &Place, b: &Place) -> bool {
    let written = |place: &Place| fold(place.written.as_deref().or(place.name.as_deref()).unwrap_or_default());
    a.role == b.role
        && match (&a.territory, &b.territory) {
            (Some(a), Some(b)) => a == b,
            (None, None) => written(a) == written(b) && (a.lat, a.lon) == (b.lat, b.lon),
            _ => false,
        }
}

/// One territory, told twice: the better point wins, gaps are filled, words of both are kept.
/// Says whether the point changed hands.
fn keep_finest(known: &mut Place, other: &Place) -> bool {
    let written = other.written.as_deref().unwrap_or_default();
    let all = known.written.as_deref().unwrap_or_default();
    if !written.is_empty() && !all.split(" ; ").any(|each| fold(each) == fold(written)) {
        known.written = Some(if all.is_empty() { written.to_owned() } else { format!("{all} ; {written}") });
    }
    if known.detail.is_none() {
        known.detail.clone_from(&other.detail);
    }
    // `Precision` is ordered finest first, and no point at all is the coarsest.
    let coarseness = |place: &Place| (place.precision.is_none(), place.precision);
    let is_finer = other.lat.is_some() && (known.lat.is_none() || coarseness(other) < coarseness(known));
    if is_finer {
        (known.lat, known.lon, known.precision) = (other.lat, other.lon, other.precision);
    }
    is_finer
}

/// Whether `wide` is what another record says, less precisely, of where `fine` is.
fn is_coarser(wide: &(&RecordRef, Place), fine: &(&RecordRef, Place)) -> bool {
    let ((record_wide, wide), (record_fine, fine)) = (wide, fine);
    let (Some(around), Some(inside)) = (&wide.territory, &fine.territory) else {
        return false;
    };
    let contains = |territory: &Option<TerritoryId>| territory.as_ref() == Some(around);
    // A sourceur that names both a commune and its département means both.
    record_wide != record_fine
        && wide.role == PlaceRole::Site
        && fine.role == PlaceRole::Site
        && inside.level < around.level
        && (contains(&fine.epci)
            || contains(&fine.departement)
            || contains(&fine.region)
            || around.level == Level::Pays && inside.level < Level::Pays)
}
