//! The forms in which actions leave: downloads, feeds, linked data; and what is told around them.

use super::*;
use model::{ActorRole, Origin};
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use std::collections::BTreeMap;

/// Elements of a feed's entries by name, each with its text or its `href`; it fails where the XML is ill-formed.
pub(super) fn entries(feed: &str) -> Vec<BTreeMap<String, Vec<String>>> {
    let mut reader = Reader::from_str(feed);
    reader.config_mut().check_end_names = true;
    let mut entries = Vec::new();
    let (mut path, mut text) = (Vec::<String>::new(), String::new());
    loop {
        match reader.read_event().unwrap_or_else(|fault| panic!("{fault}: {feed}")) {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                text.clear();
                if path.join("/") == "feed/entry" {
                    entries.push(BTreeMap::<String, Vec<String>>::new());
                }
            }
            Event::Empty(empty) if path.first().is_some_and(|root| root == "feed") => {
                let attribute = |key: &str| {
                    let found = empty.attributes().map(Result::unwrap).find(|one| one.key.as_ref() == key);
                    found.map(|one| one.value.into_owned()).unwrap_or_default()
                };
                let told = format!("{}{} {}", attribute("rel"), attribute("term"), attribute("href"));
                if let (2, Some(entry)) = (path.len(), entries.last_mut()) {
                    entry.entry(empty.name().as_ref().to_owned()).or_default().push(told.trim().to_owned());
                }
            }
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(part) => text.extend(["&", &part, ";"]),
            Event::End(_) => {
                let ended = path.pop().unwrap();
                if let (true, Some(entry)) = (path.len() >= 2, entries.last_mut()) {
                    entry.entry(ended).or_default().push(text.clone());
                }
                text.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(path.is_empty(), "{feed}");
    entries
}

#[tokio::test]
async fn downloads_hold_every_action_of_the_filter() {
    let service = Service::with_three().await;
    let lines = service.get("/api/v1/actions.ndjson?sourceur=a").await;
    assert_eq!(lines.header(header::CONTENT_TYPE), "application/x-ndjson");
    let actions: Vec<Action> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(actions.len(), 2);
    for action in &actions {
        assert_eq!(action.url, Some(format!("{PUBLIC}/actions/{}", action.id.unwrap())));
    }
    let rows = service.get("/api/v1/actions.csv").await.text();
    assert_eq!(rows.lines().count(), 4, "{rows}");
    assert!(rows.starts_with("id,url,title,summary,"), "{rows}");
    let map = service.get("/api/v1/actions.geojson").await.json();
    assert_eq!(map["features"].as_array().unwrap().len(), 3);
    let packed = [(header::ACCEPT_ENCODING, "gzip")];
    let packed = service.ask(Method::GET, "/api/v1/actions.csv", &packed).await;
    assert_eq!(packed.header(header::CONTENT_ENCODING), "gzip");
    assert!(packed.body.len() < rows.len());
}

#[tokio::test]
async fn a_download_that_the_caller_has_is_not_sent_again() {
    let service = Service::with_three().await;
    let addresses = ["ndjson", "csv", "geojson"].map(|ending| format!("/api/v1/actions.{ending}"));
    let filtered = addresses.iter().map(|address| format!("{address}?q=soupe"));
    let addresses: Vec<String> = addresses.iter().cloned().chain(filtered).collect();
    let asked =
        async |address: &str, tag: &str| service.ask(Method::GET, address, &[(header::IF_NONE_MATCH, tag)]).await;
    let mut tags = Vec::new();
    for address in &addresses {
        let tag = service.get(address).await.header(header::ETAG).to_owned();
        let same = asked(address, &tag).await;
        assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0), "{address}");
        assert_eq!(same.header(header::ETAG), tag);
        tags.push(tag);
    }
    assert_eq!(tags.iter().collect::<BTreeSet<_>>().len(), tags.len(), "each question has its own");
    service.publish(&open_sourceur("c"), &[("1", Some(garage()))], "2026-02-02T00:00:00Z").await;
    for (address, tag) in addresses.iter().zip(&tags) {
        assert_eq!(asked(address, tag).await.status, StatusCode::OK, "{address}");
    }
}

#[tokio::test]
async fn a_download_finds_what_the_list_finds() {
    let service = Service::with_three().await;
    let ids = |text: &str| -> BTreeSet<String> {
        let read = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        text.lines().map(read).collect()
    };
    for query in [
        "",
        "q=soupe",
        "q=zzz",
        "bbox=0,44,1,45",
        "near=44.2,0.6&sourceur=a",
        "has=place",
        "theme=mobilite,alimentation",
        "status=unknown&language=fr",
        "territory=departement:75",
        "quality_min=0.1",
    ] {
        let list = service.get(&format!("/api/v1/actions?limit=1000&{query}")).await.json();
        let listed =
            list["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        let lines = service.get(&format!("/api/v1/actions.ndjson?{query}")).await;
        assert_eq!(ids(&lines.text()), listed, "{query}");
        let rows = service.get(&format!("/api/v1/actions.csv?{query}")).await.text();
        assert_eq!(rows.lines().count(), listed.len() + 1, "{query}");
        let map = service.get(&format!("/api/v1/actions.geojson?{query}")).await.json();
        assert_eq!(map["features"].as_array().unwrap().len(), listed.len(), "{query}");
        let feed = service.get(&format!("/api/v1/actions.atom?{query}")).await.text();
        let told = entries(&feed).into_iter().map(|entry| entry["id"][0].replace("urn:uuid:", "")).collect();
        assert_eq!(listed, told, "{query}");
    }
}

#[tokio::test]
async fn a_feed_is_whole_whatever_sourceurs_write() {
    let service = Service::with_three().await;
    let hostile = Action {
        title: "</title><script>alert(1)</script> & \"co\" ]]> 🎉".into(),
        summary: Some("<b>gras</b> &amp; <!-- -->".into()),
        url: Some("https://x.example/?a=1&b=\"<>\"".into()),
        ..soup()
    };
    service.publish(&open_sourceur("x"), &[("1", Some(hostile.clone()))], "2026-02-05T00:00:00Z").await;
    let answer = service.get("/api/v1/actions.atom").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/atom+xml; charset=utf-8");
    let feed = answer.text();
    assert!(feed.contains(&format!("<id>{PUBLIC}/api/v1/actions.atom</id>")), "{feed}");
    assert!(feed.contains(&format!(
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"{PUBLIC}/api/v1/actions.atom\"/>"
    )));
    assert!(feed.contains("<updated>2026-02-05T00:00:00Z</updated>"));
    let entries = entries(&feed);
    assert_eq!(entries.len(), 4);
    let first = &entries[0];
    assert_eq!(first["title"], ["&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;co&quot; ]]&gt; 🎉"]);
    assert_eq!(first["name"], ["Sourceur x"]);
    assert_eq!(first["updated"], ["2026-02-05T00:00:00Z"]);
    assert_eq!(first["category"], ["alimentation/partage"]);
    assert_eq!(first["georss:point"], ["44.2 0.6"]);
    assert!(first["rights"][0].ends_with("LO-2.0"), "{first:?}");
    assert!(first["link"][0].starts_with(&format!("alternate {PUBLIC}/actions/")), "{first:?}");
    let newest = service.get("/api/v1/actions.atom?limit=1").await;
    assert_eq!(self::entries(&newest.text()).len(), 1);
    let known = [(header::IF_NONE_MATCH, newest.header(header::ETAG))];
    let again = service.ask(Method::GET, "/api/v1/actions.atom?limit=1", &known).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let empty = Service::empty().await.get("/api/v1/actions.atom").await.text();
    assert!(self::entries(&empty).is_empty() && empty.contains("<updated>1970-01-01T00:00:00Z</updated>"), "{empty}");
}

#[tokio::test]
async fn an_action_is_told_in_the_words_of_schema_org() {
    let service = Service::empty().await;
    let actor = |name: &str, role| Actor { name: name.into(), role, ..Actor::default() };
    let action = Action {
        actors: vec![
            actor("Les Tabliers", ActorRole::Carrier),
            actor("Ville d’Agen", ActorRole::Partner),
            actor("CAF 47", ActorRole::Funder),
        ],
        started_on: "2004-03".parse().ok(),
        ..soup()
    };
    service.publish(&open_sourceur("a"), &[("1", Some(action))], "2026-01-01T00:00:00Z").await;
    let id = service.get("/api/v1/actions").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let answer = service.get(&format!("/api/v1/actions/{id}.jsonld")).await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/ld+json");
    let thing = answer.json();
    assert_eq!(thing["@context"], "https://schema.org");
    assert_eq!(thing["@id"], format!("{PUBLIC}/actions/{id}"));
    assert_eq!((&thing["name"], &thing["inLanguage"]), (&soup().title.into(), &"fr".into()));
    assert_eq!(thing["about"][0]["@type"], "DefinedTerm");
    assert_eq!(thing["about"][0]["termCode"], "alimentation/partage");
    assert_eq!(thing["location"][0]["geo"]["latitude"], 44.2);
    assert_eq!(thing["organizer"][0]["name"], "Les Tabliers");
    assert_eq!(thing["contributor"][0]["name"], "Ville d’Agen");
    assert_eq!(thing["sponsor"][0]["name"], "CAF 47");
    assert_eq!(thing["foundingDate"], "2004-03");
    assert_eq!(thing["dateModified"], "2026-01-01T00:00:00Z");
    assert_eq!(thing["isBasedOn"][0]["identifier"], "a/1");
    assert_eq!(thing["isBasedOn"][0]["license"], "https://spdx.org/licenses/etalab-2.0");
    let known = [(header::IF_NONE_MATCH, answer.header(header::ETAG))];
    let again = service.ask(Method::GET, &format!("/api/v1/actions/{id}.jsonld"), &known).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn what_an_action_rests_on_and_what_is_like_it() {
    let service = Service::with_three().await;
    let elsewhere = Action {
        title: "Une soupe à partager avec tout le quartier".into(),
        places: vec![place("commune:31555", "departement:31", "region:76")],
        ..soup()
    };
    service.publish(&open_sourceur("c"), &[("7", Some(elsewhere.clone()))], "2026-02-05T00:00:00Z").await;
    let id = service.get("/api/v1/actions?territory=departement:47").await.json()["data"][0]["id"].clone();
    let id = id.as_str().unwrap();
    let origins = service.get(&format!("/api/v1/actions/{id}/origins")).await.json();
    assert_eq!(origins["total"], 1);
    let origin: Origin = serde_json::from_value(origins["data"][0].clone()).unwrap();
    assert_eq!((origin.sourceur.as_str(), origin.source_id.as_str()), ("a", "1"));
    let similar = service.get(&format!("/api/v1/actions/{id}/similar?limit=2")).await;
    assert_eq!(similar.status, StatusCode::OK, "{}", similar.text());
    assert_eq!(similar.titles()[0], elsewhere.title);
    assert!(similar.json()["data"].as_array().unwrap().iter().all(|one| one["id"] != id));
    let fields = service.get(&format!("/api/v1/actions/{id}/similar?limit=1&fields=title")).await.json();
    assert_eq!(fields["data"][0].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn the_taxonomy_tells_its_terms_in_both_languages() {
    let service = Service::empty().await;
    let taxonomy = service.get("/api/v1/taxonomy").await.json();
    let names: Vec<&str> = taxonomy["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["theme", "audience", "method"]);
    let themes = &taxonomy["data"][0];
    assert_eq!(themes["field"], "themes");
    let expected = serde_json::json!({
        "id": "alimentation/partage", "fr": "Repas partagés", "en": "Shared meals", "parent": "alimentation"
    });
    assert_eq!(themes["terms"][1], expected);
    assert_eq!(themes["terms"][0]["parent"], Value::Null);
}

#[tokio::test]
async fn a_territory_tells_what_lies_around_it_and_what_happens_there() {
    let service = Service::with_three().await;
    let lot = service.get("/api/v1/territories/departement:47").await;
    assert_eq!(lot.status, StatusCode::OK, "{}", lot.text());
    let lot = lot.json();
    assert_eq!((&lot["id"], &lot["name"]), (&"departement:47".into(), &"Lot-et-Garonne".into()));
    assert_eq!((&lot["level"], &lot["actions"]), (&"departement".into(), &1.into()));
    assert!(lot["population"].as_u64().unwrap() > 300_000);
    assert_eq!(lot["around"][0]["name"], "Nouvelle-Aquitaine");
    assert_eq!(lot["around"][1]["id"], "pays:FR");
    assert_eq!(lot["facets"]["sourceur"][0]["label"], "Sourceur a");
    assert_eq!(lot["facets"]["theme"][0]["label"], "Alimentation");
    let english = service.get("/api/v1/territories/departement:47?lang=en").await.json();
    assert_eq!(english["facets"]["theme"][0]["label"], "Food");

    let children = service.get("/api/v1/territories/region:75/children").await.json();
    assert_eq!(children["total"], 12);
    let counts: BTreeMap<&str, u64> = children["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|child| (child["id"].as_str().unwrap(), child["actions"].as_u64().unwrap()))
        .collect();
    assert_eq!((counts["departement:47"], counts["departement:33"], counts["departement:64"]), (1, 1, 0));
    let communes = service.get("/api/v1/territories/departement:47/children").await.json();
    let told = communes["data"].as_array().unwrap();
    assert!(told.len() > 300);
    assert_eq!(told.iter().find(|child| child["id"] == "commune:47001").unwrap()["actions"], 1);

    let moved = service.get("/api/v1/territories/region:72/children").await;
    assert_eq!(moved.status, StatusCode::MOVED_PERMANENTLY);
    assert_eq!(moved.header(header::LOCATION), format!("{PUBLIC}/api/v1/territories/region:75/children"));
    let readings = service.get("/api/v1/territories/75").await.json();
    assert_eq!(readings["readings"], serde_json::json!(["departement:75", "region:75"]));
}
