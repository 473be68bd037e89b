//! Where an action takes place: witnesses gathered here, weighed by the gazetteer.

use gazetteer::{Gazetteer, Witness, WitnessKind};
use model::{Place, PlaceRole};

use super::Filler;
use crate::mapping::{As, ListRule, PlacePart, Rule};
use crate::text::Notes;
use crate::tree::Tree;

/// What was said of one place.
#[derive(Clone, Debug, Default)]
pub(super) struct PlaceDraft {
    pub title: Option<String>,
    witnesses: Vec<(String, WitnessKind)>,
    lat: Option<f64>,
    lon: Option<f64>,
}

impl Filler<'_> {
    /// Hears what a rule of `places` says.
    pub(super) fn hear_place(&mut self, part: PlacePart, rule: &Rule, tree: &Tree<'_>) {
        for place in &rule.wheres {
            let texts = self.texts(place, None, tree, &rule.field);
            match part {
                PlacePart::Lat | PlacePart::Lon => {
                    let Some(text) = texts.first() else { continue };
                    let degrees = degrees(text, &rule.field, self.notes);
                    let slot = if part == PlacePart::Lat { &mut self.place.lat } else { &mut self.place.lon };
                    *slot = degrees;
                    return;
                }
                PlacePart::Witness(kind) => {
                    let kind = if let As::Witness(kind) = place.kind { kind } else { kind };
                    for text in texts {
                        if !self.place.witnesses.iter().any(|(said, of)| *said == text && *of == kind) {
                            self.place.witnesses.push((text, kind));
                        }
                    }
                }
            }
        }
    }

    /// A list of places, each with its own witnesses.
    pub(super) fn fill_places(&mut self, list: &ListRule, tree: &Tree<'_>) {
        const KINDS: [(&str, WitnessKind); 8] = [
            ("text", WitnessKind::Free),
            ("commune", WitnessKind::Commune),
            ("departement", WitnessKind::Departement),
            ("region", WitnessKind::Region),
            ("insee", WitnessKind::Insee),
            ("postal_code", WitnessKind::PostalCode),
            ("address", WitnessKind::Address),
            ("detail", WitnessKind::Detail),
        ];
        for node in self.elements(list, tree) {
            let mut draft = PlaceDraft::default();
            for (part, kind) in KINDS {
                draft
                    .witnesses
                    .extend(self.first(list.parts.get(part), &node, tree, "places").map(|text| (text, kind)));
            }
            for (part, slot) in [("lat", &mut draft.lat), ("lon", &mut draft.lon)] {
                let text = self.first(list.parts.get(part), &node, tree, "places");
                *slot = text.and_then(|text| degrees(&text, "places", self.notes));
            }
            let before = self.action.places.len();
            self.put_place(&draft, "places");
            if self.first(list.parts.get("role"), &node, tree, "places").as_deref() == Some("reach") {
                for place in &mut self.action.places[before..] {
                    place.role = PlaceRole::Reach;
                }
            }
        }
    }

    /// Weighs what was said of a place and adds what is sure.
    pub(super) fn put_place(&mut self, draft: &PlaceDraft, field: &str) {
        let title = draft.title.as_deref().map(|text| Witness { text, kind: WitnessKind::Title });
        let said = draft.witnesses.iter().map(|(text, kind)| Witness { text, kind: *kind });
        let witnesses: Vec<Witness<'_>> = said.chain(title).collect();
        let point = draft.lat.zip(draft.lon);
        if witnesses.is_empty() && point.is_none() {
            return;
        }
        let located = Gazetteer::get().places(&witnesses, point);
        for doubt in located.doubts {
            if doubt.code == "point-swapped" {
                self.notes.repaired(field, doubt.code, doubt.message);
            } else {
                self.notes.warn(field, doubt.code, doubt.message);
            }
        }
        let is_new = |place: &Place, places: &[Place]| !places.contains(place);
        for place in located.places {
            if is_new(&place, &self.action.places) {
                self.action.places.push(place);
            }
        }
    }
}

/// A number of degrees, with a dot or a comma.
fn degrees(text: &str, field: &str, notes: &mut Notes) -> Option<f64> {
    let number = text.trim().replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite());
    if number.is_none() {
        notes.warn(field, "unreadable-number", format!("`{}` is no number of degrees", super::value::shortened(text)));
    }
    number
}
