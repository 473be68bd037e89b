//! Names of carriers as they are compared: what kind of organisation it is does not name it.

use std::collections::BTreeSet;

use model::{Action, ActorRole, fold};

use crate::keys::telling_words;

/// Words for a form or a kind of house, which some sourceurs write and others leave out.
const FORMS: [&str; 36] = [
    "asso",
    "association",
    "associations",
    "assoc",
    "loi",
    "1901",
    "scic",
    "scop",
    "sarl",
    "sas",
    "cooperative",
    "cooperatif",
    "collectif",
    "fondation",
    "entreprise",
    "societe",
    "centre",
    "social",
    "sociale",
    "sociaux",
    "culturel",
    "culturelle",
    "socioculturel",
    "socio",
    "csc",
    "maison",
    "mjc",
    "foyer",
    "rural",
    "oph",
    "office",
    "public",
    "habitat",
    "bailleur",
    "groupement",
    "reseau",
];

/// Words of public bodies, of which each territory has one: they carry a hundred actions under one name.
const PUBLIC: [&str; 40] = [
    "ccas",
    "cias",
    "communal",
    "intercommunal",
    "mairie",
    "ville",
    "commune",
    "municipalite",
    "municipal",
    "caf",
    "allocations",
    "familiales",
    "msa",
    "mutualite",
    "agricole",
    "departement",
    "departemental",
    "conseil",
    "region",
    "regional",
    "communaute",
    "agglomeration",
    "agglo",
    "metropole",
    "pays",
    "pnr",
    "prefecture",
    "etat",
    "ddcs",
    "ars",
    "udaf",
    "udccas",
    "mission",
    "locale",
    "hopital",
    "hospitalier",
    "chu",
    "academie",
    "pole",
    "direction",
];

/// The carriers' own names, where they have one that is not their town's.
pub(crate) fn own_names(action: &Action) -> BTreeSet<String> {
    let towns = town_words(action);
    let carriers = action.actors.iter().filter(|actor| actor.role == ActorRole::Carrier);
    carriers.filter_map(|actor| own_name(&fold(&actor.name), &towns)).collect()
}

/// Words of the names of the action's places: they say where, not what or who.
pub(crate) fn town_words(action: &Action) -> BTreeSet<String> {
    let names = action.places.iter().filter_map(|place| place.name.as_deref());
    names.flat_map(|name| fold(name).split(' ').map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn own_name(folded: &str, towns: &BTreeSet<String>) -> Option<String> {
    // "c c a s": initials that were written with dots.
    let is_initials = folded.split(' ').filter(|word| word.len() == 1).count() >= 3;
    if is_initials || folded.split(' ').any(|word| PUBLIC.contains(&word)) {
        return None;
    }
    let own: Vec<&str> = telling_words(folded).filter(|word| !FORMS.contains(word) && !towns.contains(*word)).collect();
    let tells = own.iter().any(|word| word.len() >= 4);
    tells.then(|| own.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        let towns = BTreeSet::from(["agen".to_owned()]);
        assert_eq!(own_name(&fold(name), &towns).as_deref(), expected, "{name}");
    }

    #[test]
    fn an_own_name_is_the_same_however_its_form_is_written() {
        for name in ["Association Les Tabliers", "asso. « Les Tabliers »", "LES TABLIERS", "Les Tabliers d'Agen"] {
            check(name, Some("tabliers"));
        }
        check("Centre social Rosa-Parks d'Agen", Some("rosa parks"));
        check("CSC Rosa Parks", Some("rosa parks"));
    }

    #[test]
    fn public_bodies_have_no_name_of_their_own() {
        for name in ["Ville d'Agen", "C.C.A.S. d'Agen", "Caf 47", "Conseil départemental du Lot-et-Garonne", "Asso", ""]
        {
            check(name, None);
        }
    }
}
