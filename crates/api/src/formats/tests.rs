use model::{Actor, ActorRole, Origin, Place, Section, SectionKind, TextReach};

use super::*;

fn action(title: &str, lat: Option<f64>) -> Action {
    let section = |text: &str| Section {
        kind: SectionKind::Description,
        heading: None,
        text: text.into(),
        html: None,
        origin: None,
    };
    let carrier = |name: &str| Actor { name: name.into(), role: ActorRole::Carrier, ..Actor::default() };
    Action {
        id: Some("0198c0de-0000-7000-8000-000000000000".parse().unwrap()),
        title: title.into(),
        sections: vec![section("Une ligne,\nune \"autre\""), section("=1+1")],
        actors: vec![carrier("Ville d'Agen"), carrier("CCAS")],
        places: vec![Place { lat, lon: lat.map(|_| 0.5), ..Place::default() }],
        origins: vec![Origin {
            sourceur: "apriles".parse().unwrap(),
            source_id: "12/é".into(),
            url: None,
            source_updated_on: None,
            harvested_at: Some("2026-01-01T00:00:00Z".parse().unwrap()),
            licence: "LO-2.0".into(),
            notice: None,
            text: TextReach::Full,
        }],
        changed_at: Some("2026-01-02T00:00:00Z".parse().unwrap()),
        ..Action::default()
    }
}

fn written(format: Format, actions: &[Action]) -> String {
    let mut writer = Writer::new(format);
    let mut out = Vec::new();
    writer.begin(&mut out).unwrap();
    for action in actions {
        writer.write(action, &mut out).unwrap();
    }
    writer.end(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_row_has_every_column_and_no_value_is_altered() {
    let text = written(Format::Csv, &[action("Café ; « été »", Some(44.2)), Action::default()]);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<::csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), 2);
    let cell = |name: &str| &rows[0][header.iter().position(|column| column == name).unwrap()];
    assert_eq!(cell("title"), "Café ; « été »");
    assert_eq!(cell("sections.description"), "Une ligne,\nune \"autre\"; =1+1");
    assert_eq!(cell("actors.carrier"), "Ville d'Agen; CCAS");
    assert_eq!(cell("origins.sourceur"), "apriles");
    assert_eq!(cell("origins.source_id"), "12/é");
    assert_eq!(cell("places.lat"), "44.2");
    assert_eq!(cell("changed_at"), "2026-01-02T00:00:00Z");
    assert!(rows[1].iter().take(4).all(str::is_empty), "{:?}", rows[1]);
}

#[test]
fn geojson_is_one_collection_whatever_its_length() {
    for actions in [vec![], vec![action("Un", Some(44.2))], vec![action("Un", None), action("Deux", Some(44.2))]] {
        let text = written(Format::Geojson, &actions);
        let collection: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(collection["type"], "FeatureCollection");
        let features = collection["features"].as_array().unwrap();
        assert_eq!(features.len(), actions.len());
        for (feature, action) in features.iter().zip(&actions) {
            assert_eq!(feature["id"], action.id.unwrap().to_string());
            assert_eq!(feature["properties"]["title"], action.title);
            assert!(feature["properties"].as_object().unwrap().contains_key("summary"));
            let point = action.places[0].lat.map(|lat| serde_json::json!({"type": "Point", "coordinates": [0.5, lat]}));
            assert_eq!(feature["geometry"], point.unwrap_or_default());
        }
    }
}

#[test]
fn ndjson_gives_the_actions_back() {
    let actions = [action("Un", None), action("Deux", Some(44.2))];
    let text = written(Format::Ndjson, &actions);
    let back: Vec<Action> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(back, actions);
}
