use model::{Actor, ActorRole, Place, Precision, Said, Section, SectionKind, Tag, TextReach};

use super::*;

fn origin(record: &RecordRef) -> Origin {
    Origin {
        sourceur: record.sourceur.clone(),
        source_id: record.source_id.to_string(),
        url: None,
        source_updated_on: None,
        harvested_at: None,
        licence: "unknown".into(),
        notice: None,
        text: TextReach::Full,
    }
}

fn merged(records: &[(&str, i32, Action)]) -> Action {
    let named: Vec<(RecordRef, i32, &Action)> =
        records.iter().map(|(record, rank, action)| (record.parse().unwrap(), *rank, action)).collect();
    let mut members: Vec<Member<'_>> = named
        .iter()
        .map(|(record, rank, action)| Member { record, action, rank: *rank, origin: origin(record) })
        .collect();
    let merged = merge(&members);
    members.reverse();
    assert_eq!(merge(&members), merged, "the order of members changes the fiche");
    merged
}

fn titled(title: &str, updated: &str) -> Action {
    Action { title: title.into(), source_updated_on: updated.parse().ok(), ..Action::default() }
}

#[test]
fn agreement_then_freshness_then_rank_then_fullness_wins() {
    let check = |records: &[(&str, i32, Action)], title: &str, from: &str| {
        let merged = merged(records);
        assert_eq!(merged.title, title);
        assert_eq!(merged.provenance["title"], Provenance::One(from.parse().unwrap()));
    };
    check(&[("a/1", 1, titled("A", "")), ("b/1", 9, titled("B", "")), ("c/1", 8, titled("b", ""))], "b", "c/1");
    check(&[("a/1", 1, titled("A", "")), ("b/1", 2, titled("B", "")), ("b/2", 2, titled("b", ""))], "A", "a/1");
    check(&[("a/1", 5, titled("A", "2020")), ("b/1", 4, titled("B", "2001"))], "A", "a/1");
    check(&[("a/1", 5, titled("A", "2020")), ("b/1", 4, titled("B", "2020"))], "B", "b/1");
    check(&[("a/1", 5, titled("A", "2020")), ("b/1", 4, titled("B", ""))], "A", "a/1");
    check(&[("a/1", 5, titled("A", "2020")), ("b/1", 5, titled("B", "2021"))], "B", "b/1");
    check(&[("a/1", 5, titled("A", "2020")), ("b/1", 5, titled("B plus long", "2020"))], "B plus long", "b/1");
}

#[test]
fn dates_of_one_year_agree_and_the_most_precise_is_kept() {
    let started = |date: &str| Action { started_on: date.parse().ok(), ..Action::default() };
    let merged =
        merged(&[("a/1", 1, started("2003-01-01")), ("b/1", 2, started("2004")), ("c/1", 3, started("2004-03"))]);
    assert_eq!(merged.started_on.unwrap().to_string(), "2004-03");
}

#[test]
fn lists_are_united_and_every_item_names_its_record() {
    let theme = |sourceur: &str, words: &str| Tag {
        id: "sante".into(),
        label: "Santé".into(),
        from: vec![Said { sourceur: sourceur.parse().unwrap(), words: words.into() }],
    };
    let actor = |name: &str, siren: Option<&str>| Actor {
        name: name.into(),
        role: ActorRole::Carrier,
        siren: siren.map(str::to_owned),
        ..Actor::default()
    };
    let section = |text: &str| Section {
        kind: SectionKind::Description,
        heading: None,
        text: text.into(),
        html: None,
        origin: None,
    };
    let a = Action {
        themes: vec![theme("a", "Santé")],
        actors: vec![actor("Ville d'Agen", None)],
        sections: vec![section("Un texte.")],
        ..Action::default()
    };
    let b = Action {
        themes: vec![theme("b", "soins")],
        actors: vec![actor("VILLE D’AGEN", Some("214700011")), actor("CCAS", None)],
        sections: vec![section("Un autre.")],
        ..Action::default()
    };
    let merged = merged(&[("a/1", 1, a), ("b/1", 2, b)]);
    assert_eq!(merged.themes.len(), 1);
    assert_eq!(merged.themes[0].from.len(), 2);
    assert_eq!(merged.actors.iter().map(|actor| actor.name.as_str()).collect::<Vec<_>>(), ["Ville d'Agen", "CCAS"]);
    assert_eq!(merged.actors[0].siren.as_deref(), Some("214700011"));
    let records = ["a/1", "b/1"].map(|record| record.parse::<RecordRef>().unwrap());
    assert_eq!(merged.provenance["actors"], Provenance::Each(records.to_vec()));
    assert_eq!(merged.sections.iter().map(|section| section.origin.clone().unwrap()).collect::<Vec<_>>(), records);
    assert_eq!(merged.origins.len(), 2);
}

#[test]
fn a_commune_stands_for_the_departement_that_another_record_names() {
    let place = |territory: &str, precision: Option<Precision>| Place {
        territory: territory.parse().ok(),
        departement: "departement:47".parse().ok(),
        lat: precision.map(|_| 44.2),
        lon: precision.map(|_| 0.6),
        precision,
        written: Some(territory.into()),
        ..Place::default()
    };
    let with = |places: Vec<Place>| Action { places, ..Action::default() };
    let agen = || place("commune:47001", Some(Precision::TownHall));
    let wide = || place("departement:47", Some(Precision::Centroid));
    let told =
        |action: &Action| action.places.iter().map(|p| p.territory.clone().unwrap().to_string()).collect::<Vec<_>>();

    let merged_places = merged(&[("a/1", 1, with(vec![wide()])), ("b/1", 2, with(vec![agen()]))]);
    assert_eq!(told(&merged_places), ["commune:47001"]);
    let both = merged(&[("a/1", 1, with(vec![agen(), wide()]))]);
    assert_eq!(told(&both), ["commune:47001", "departement:47"]);
    let point = merged(&[
        ("a/1", 1, with(vec![agen()])),
        ("b/1", 2, with(vec![place("commune:47001", Some(Precision::Point))])),
    ]);
    assert_eq!(point.places[0].precision, Some(Precision::Point));
    assert_eq!(point.provenance["places"], Provenance::Each(vec!["b/1".parse().unwrap()]));
}

#[test]
fn quality_counts_what_applies() {
    let quality = merged(&[("a/1", 1, titled("Café solidaire", ""))]).quality.unwrap();
    assert_eq!(quality.criteria["title"], model::Criterion::Met);
    assert_eq!(quality.criteria["image_credit"], model::Criterion::NotApplicable);
    assert!(quality.score > 0.0 && quality.score < 0.5, "{quality:?}");
}
