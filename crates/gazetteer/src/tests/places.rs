//! Several witnesses in, places out.

use model::{Place, Precision};

use crate::{
    Gazetteer, Located,
    WitnessKind::{self, Address, Carrier, Commune, Departement, Detail, Free, Insee, PostalCode, Region, Title},
};

fn locate(witnesses: &[(WitnessKind, &str)], point: Option<(f64, f64)>) -> Located {
    let witnesses: Vec<_> = witnesses.iter().map(|(kind, text)| crate::Witness { text, kind: *kind }).collect();
    Gazetteer::get().places(&witnesses, point)
}

fn ids(located: &Located) -> String {
    let id = |place: &Place| place.territory.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
    located.places.iter().map(id).collect::<Vec<_>>().join(";")
}

#[track_caller]
fn check(witnesses: &[(WitnessKind, &str)], expected: &str, doubts: &[&str]) {
    let located = locate(witnesses, None);
    assert_eq!(ids(&located), expected, "{located:#?}");
    assert_eq!(located.doubts.iter().map(|doubt| doubt.code).collect::<Vec<_>>(), doubts);
}

#[test]
fn the_finest_place_that_agrees_wins() {
    let located = locate(
        &[
            (Region, "Aquitaine"),
            (Title, "Le potager des voisins - 47"),
            (Carrier, "Centre social de la Masse à Agen, Conseil général du Lot et Garonne"),
            (Detail, "quartier de la Masse"),
        ],
        None,
    );
    let [place] = &located.places[..] else { panic!("{located:#?}") };
    let id = |id: &Option<model::TerritoryId>| id.as_ref().map(ToString::to_string).unwrap_or_default();
    assert_eq!(id(&place.territory), "commune:47001");
    assert_eq!(id(&place.departement), "departement:47");
    assert_eq!(id(&place.region), "region:75");
    assert!(id(&place.epci).starts_with("epci:"));
    assert_eq!(place.name.as_deref(), Some("Agen"));
    assert_eq!(place.detail.as_deref(), Some("quartier de la Masse"));
    assert!(place.written.as_deref().is_some_and(|written| written.starts_with("Aquitaine ; 47")), "{place:?}");
    assert_eq!(place.precision, Some(Precision::TownHall));
    assert!(located.doubts.is_empty());
}

#[test]
fn the_same_holds_when_no_field_is_typed() {
    check(
        &[
            (Free, "Aquitaine"),
            (Free, "Un four commun - 47"),
            (Free, "Centre social Nord d'Agen, Caf du Lot et Garonne"),
        ],
        "commune:47001",
        &[],
    );
}

#[test]
fn typed_fields_are_read_as_what_they_are() {
    check(&[(Insee, "1053")], "commune:01053", &[]);
    check(&[(Insee, "74011")], "commune:74010", &[]);
    check(&[(Insee, "99999"), (Commune, "Annonay")], "commune:07010", &["insee-unknown"]);
    check(&[(PostalCode, "93200"), (Commune, "SAINT DENIS")], "commune:93066", &[]);
    check(&[(PostalCode, "1000")], "commune:01053", &[]);
    check(&[(PostalCode, "69007"), (Commune, "Lyon")], "commune:69387", &[]);
    check(&[(Departement, "26")], "departement:26", &[]);
    check(&[(Departement, "Vienne")], "departement:86", &[]);
    check(&[(Departement, "7"), (Commune, "Privas")], "commune:07186", &[]);
    check(&[(Region, "75")], "region:75", &[]);
    check(&[(Region, "Centre")], "region:24", &[]);
    check(&[(Region, "Bretagne"), (Commune, "Saint-Gilles")], "commune:35275", &[]);
    check(&[(Address, "12 rue de Lyon"), (PostalCode, "42000"), (Commune, "Saint-Étienne")], "commune:42218", &[]);
}

#[test]
fn a_record_may_have_several_places() {
    check(&[(Free, "Agen et Fumel"), (Region, "Aquitaine")], "commune:47001;commune:47106", &[]);
    check(&[(Commune, "Die"), (Commune, "Crest")], "commune:26108;commune:26113", &[]);
    check(&[(Free, "Gers (32) et Landes (40)")], "departement:32;departement:40", &[]);
}

#[test]
fn explicit_fields_go_before_free_text_and_equals_leave_what_they_share() {
    check(&[(Departement, "47"), (Free, "Association de Rennes (35)")], "departement:47", &["places-disagree"]);
    check(&[(Title, "Le bus - 33"), (Carrier, "Conseil général du Lot et Garonne")], "region:75", &["places-disagree"]);
    check(&[(Title, "Le bus - 35"), (Carrier, "Conseil général du Lot et Garonne")], "pays:FR", &["places-disagree"]);
}

#[test]
fn words_that_are_not_understood_are_kept() {
    let located = locate(&[(Free, "Au pays des merveilles")], None);
    assert_eq!(ids(&located), "?");
    assert_eq!(located.places[0].written.as_deref(), Some("Au pays des merveilles"));
    assert_eq!(located.doubts[0].code, "place-unknown");
    assert_eq!(locate(&[(Title, "Un vélo pour tous")], None), Located::default());
    assert_eq!(locate(&[], None), Located::default());
}

#[test]
fn a_point_is_believed_put_right_or_dropped() {
    #[track_caller]
    fn check(point: (f64, f64), precision: Option<Precision>, doubt: &[&str]) {
        let located = locate(&[(Commune, "Agen")], Some(point));
        assert_eq!(located.places[0].precision, precision, "{located:#?}");
        assert_eq!(located.doubts.iter().map(|doubt| doubt.code).collect::<Vec<_>>(), doubt);
        assert!(located.places[0].lat.is_some_and(|lat| (44.0..45.0).contains(&lat)));
    }
    check((44.21, 0.62), Some(Precision::Point), &[]);
    check((0.62, 44.21), Some(Precision::Point), &["point-swapped"]);
    check((0.0, 0.0), Some(Precision::TownHall), &["point-zero"]);
    check((f64::NAN, 0.62), Some(Precision::TownHall), &["point-invalid"]);
    check((48.85, 2.35), Some(Precision::TownHall), &["point-far"]);
    check((525_000.0, 6_500_000.0), Some(Precision::TownHall), &["point-far"]);
}

#[test]
fn a_point_tells_namesakes_apart() {
    assert_eq!(ids(&locate(&[(Commune, "Saint-Denis")], Some((-20.88, 55.45)))), "commune:97411");
    assert_eq!(ids(&locate(&[(Commune, "Saint-Denis")], Some((48.93, 2.36)))), "commune:93066");
}

#[test]
fn territories_know_what_lies_around_them() {
    let gazetteer = Gazetteer::get();
    let ancestors = |id: &str| {
        let all = gazetteer.ancestors(&id.parse().unwrap());
        all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ancestors("commune:47001"), "commune:47001 epci:200096956 departement:47 region:75 pays:FR");
    assert_eq!(
        ancestors("commune:75111"),
        "commune:75111 commune:75056 epci:200054781 departement:75 region:11 pays:FR"
    );
    assert_eq!(ancestors("departement:974"), "departement:974 region:04 pays:FR");
    assert_eq!(ancestors("abroad:BE"), "abroad:BE");
    assert_eq!(ancestors("commune:99999"), "");
    let current = |id: &str| gazetteer.current(&id.parse().unwrap()).map(|id| id.to_string());
    assert_eq!(current("commune:74011").as_deref(), Some("commune:74010"));
    assert_eq!(current("commune:74010").as_deref(), Some("commune:74010"));
    assert_eq!(current("region:72").as_deref(), Some("region:75"));
    assert_eq!(current("region:99"), None);
    let readings = |bare: &str| gazetteer.readings(bare).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(readings("72"), ["departement:72"]);
    assert_eq!(readings("75"), ["departement:75", "region:75"]);
    let children = |id: &str| gazetteer.children(&id.parse().unwrap()).len();
    assert_eq!((children("region:94"), children("commune:75056"), children("departement:75")), (2, 20, 1));
    let agen = gazetteer.territory(&"commune:47001".parse().unwrap()).unwrap();
    assert_eq!((agen.name, agen.town_hall), ("Agen", true));
    let balma = gazetteer.territory(&"commune:31044".parse().unwrap()).unwrap();
    assert_eq!(balma.lon, Some(1.5005));
}

#[test]
fn every_former_code_leads_to_a_commune_of_today() {
    let gazetteer = Gazetteer::get();
    for former in &gazetteer.tables.former {
        let code = std::str::from_utf8(&former.insee).unwrap();
        let today = gazetteer.current(&model::TerritoryId::new(model::Level::Commune, code)).unwrap();
        assert!(gazetteer.tables.commune(&today.code).is_some(), "{code}");
    }
}

#[test]
fn every_commune_is_found_by_its_name_and_departement() {
    let gazetteer = Gazetteer::get();
    let mut missed = Vec::new();
    for commune in gazetteer.tables.communes.iter().filter(|commune| commune.parent.is_none()) {
        let departement = &gazetteer.tables.departements[usize::from(commune.departement)];
        // "Mayenne (53)" is the département; "Bors (Canton de ...)" nobody writes; Clipperton is uninhabited.
        if commune.name == departement.name || commune.name.contains('(') || commune.population == 0 {
            continue;
        }
        let text = format!("{} ({})", commune.name, departement.code);
        let found = gazetteer.find(&text).territories;
        if found.len() != 1 || &*found[0].code != commune.code() {
            missed.push(text);
        }
    }
    assert!(missed.is_empty(), "{} missed: {:?}", missed.len(), &missed[..missed.len().min(40)]);
}
