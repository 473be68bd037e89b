//! Lists through the index: filters, orders, pages, counts, the map.

use super::*;
use chrono::DurationRound;
use gazetteer::Gazetteer;
use model::{ContactReach, Image, PartialDate, Spread, Status};
use std::collections::BTreeMap;

const SORTS: [&str; 7] = [
    "sort=changed",
    "sort=started",
    "sort=quality",
    "sort=relevance",
    "near=44.2,0.6&within=500&sort=distance",
    "q=jardin%20moulin",
    "q=jardin%20moulin&sort=started",
];

/// Where an action takes place, with a point of its own.
fn at_commune(id: &TerritoryId) -> Place {
    let here = Gazetteer::get().territory(id).unwrap();
    Place {
        territory: Some(here.id),
        name: Some(here.name.into()),
        lat: here.lat,
        lon: here.lon,
        departement: here.departement,
        region: here.region,
        epci: here.epci,
        ..Place::default()
    }
}

/// Forty-eight actions that differ in everything one can ask for.
fn many() -> Vec<Action> {
    let nouns = ["Jardin", "Épicerie", "Ressourcerie", "Crèche", "Cantine", "Ludothèque", "Atelier vélo", "Tiers-lieu"];
    let names = ["des Tilleuls", "du Canal", "des Remparts", "de la Gare", "du Moulin", "des Hirondelles"];
    let within = |id: &str| Gazetteer::get().children(&id.parse().unwrap());
    let communes = [within("departement:47"), within("departement:33"), within("departement:974")].concat();
    let make = |at: usize| {
        let title = format!("{} {}", nouns[at % 8], names[at / 8]);
        Action {
            summary: Some(format!("{title}, numéro {at}, ouvert à toutes et à tous.")),
            title,
            places: if at % 6 == 5 { vec![] } else { vec![at_commune(&communes[at * communes.len() / 47])] },
            themes: [theme("mobilite"), theme("alimentation/partage"), theme("alimentation")][..=at % 3].to_vec(),
            audiences: if at.is_multiple_of(4) { vec![theme("jeunes")] } else { vec![] },
            status: [None, Some(Status::Running), Some(Status::Ended)][at % 3],
            started_on: (!at.is_multiple_of(5)).then(|| PartialDate::Year(1990 + i32::try_from(at).unwrap() / 2)),
            language: Some(if at % 10 == 3 { "en" } else { "fr" }.into()),
            quote: at.is_multiple_of(7).then(|| "« On s’y retrouve. »".into()),
            ..Action::default()
        }
    };
    (0..48).map(make).collect()
}

async fn with_many() -> Service {
    let service = Service::empty().await;
    let actions = many();
    for (sourceur, part, day) in [("a", 0..16, 1), ("b", 16..32, 2), ("c", 32..48, 3)] {
        let keys: Vec<String> = part.clone().map(|at| at.to_string()).collect();
        let records: Vec<(&str, Option<Action>)> =
            keys.iter().map(String::as_str).zip(actions[part].iter().cloned().map(Some)).collect();
        service.publish(&open_sourceur(sourceur), &records, &format!("2026-01-0{day}T00:00:00Z")).await;
    }
    service
}

/// A fiche that has everything a fiche may have.
fn rich() -> Action {
    Action {
        title: "Bricobus des coteaux".into(),
        places: vec![Place {
            lat: Some(43.3),
            lon: Some(-0.37),
            ..place("commune:64445", "departement:64", "region:75")
        }],
        audiences: vec![theme("jeunes")],
        methods: vec![theme("itinerance")],
        status: Some(Status::Ended),
        started_on: "2004-03".parse().ok(),
        language: Some("en".into()),
        quote: Some("« Il est venu jusque chez moi. »".into()),
        images: vec![Image { url: "https://images.example/1.jpg".into(), credit: None, alt: None }],
        spread: vec![Spread {
            territory: "commune:47001".parse().ok(),
            name: "Agen".into(),
            when: None,
            text: "L’idée est venue d’Agen.".into(),
            origin: None,
        }],
        contact: Some(Contact { email: Some("bonjour@bricobus.example".into()), ..Contact::default() }),
        ..Action::default()
    }
}

#[tokio::test]
async fn every_filter_finds_what_it_says() {
    let service = Service::with_three().await;
    let mut open = open_sourceur("d");
    open.rights.contacts = ContactReach::All;
    service.publish(&open, &[("1", Some(rich()))], "2026-02-02T00:00:00Z").await;
    let check = async |query: &str, expected: &[Action]| {
        let list = service.get(&format!("/api/v1/actions?{query}")).await;
        assert_eq!(list.status, StatusCode::OK, "{query}: {}", list.text());
        let found: BTreeSet<String> = list.titles().into_iter().collect();
        assert_eq!(found, expected.iter().map(|action| action.title.clone()).collect(), "{query}");
        assert_eq!(list.json()["total"], expected.len(), "{query}");
    };
    check("q=soupe", &[soup()]).await;
    check("q=SOUPES%20jeudi", &[soup()]).await;
    check("q=l%27hameau", &[bus()]).await;
    check("q=soupe&theme=mobilite", &[]).await;
    check("theme=mobilite,alimentation", &[soup(), garage()]).await;
    check("audience=jeunes", &[rich()]).await;
    check("method=itinerance", &[rich()]).await;
    check("territory=departement:47,departement:33", &[soup(), garage()]).await;
    check("territory=region:72", &[soup(), garage(), rich()]).await;
    check("sourceur=b,d", &[bus(), rich()]).await;
    check("status=ended", &[rich()]).await;
    check("status=unknown", &[soup(), garage(), bus()]).await;
    check("status=ended,unknown", &[soup(), garage(), bus(), rich()]).await;
    check("language=en", &[rich()]).await;
    check("language=EN", &[rich()]).await;
    check("bbox=0,44,1,45", &[soup(), garage()]).await;
    check("bbox=-1,43,0,43.5", &[rich()]).await;
    check("bbox=170,-10,-170,10", &[]).await;
    check("bbox=0.5,-90,0,90", &[soup(), garage(), rich()]).await;
    check("near=43.3,-0.3&within=10", &[rich()]).await;
    check("near=44.2,0.6", &[soup(), garage()]).await;
    check("near=43.3,-0.3&within=300", &[soup(), garage(), rich()]).await;
    check("started_from=2004", &[rich()]).await;
    check("started_from=2004-04", &[]).await;
    check("started_to=2004-03", &[rich()]).await;
    check("started_from=2003&started_to=2005-01-01", &[rich()]).await;
    check("has=quote", &[rich()]).await;
    check("has=quote,image,contact,spread,place", &[rich()]).await;
    check("has=place", &[soup(), garage(), bus(), rich()]).await;
    check("has=quote&theme=mobilite", &[]).await;
    check("changed_since=2026-02-02T00:00:00Z", &[rich()]).await;
    check("quality_min=0&sourceur=d", &[rich()]).await;
    check("quality_min=1", &[]).await;
    check("actor=nobody", &[]).await;
    check("q=&near=&bbox=&has=&sort=", &[soup(), garage(), bus(), rich()]).await;
}

#[tokio::test]
async fn each_order_is_what_it_says() {
    let service = with_many().await;
    let keys = async |query: &str, key: &dyn Fn(&Value) -> f64| -> Vec<f64> {
        let list = service.get(&format!("/api/v1/actions?limit=1000&{query}")).await;
        assert_eq!(list.status, StatusCode::OK, "{query}: {}", list.text());
        list.json()["data"].as_array().unwrap().iter().map(key).collect()
    };
    let falls = |keys: &[f64], query: &str| {
        assert_eq!(keys.len(), 48, "{query}");
        assert!(keys.is_sorted_by(|before, after| before >= after), "{query}: {keys:?}");
    };
    let year = |action: &Value| action["started_on"].as_str().map_or(-1.0, |year| year.parse().unwrap());
    falls(&keys("sort=started", &year).await, "started");
    falls(&keys("sort=quality", &|action| action["quality"]["score"].as_f64().unwrap()).await, "quality");
    let changed = |action: &Value| {
        let day = at(action["changed_at"].as_str().unwrap()).duration_trunc(chrono::TimeDelta::days(1)).unwrap();
        f64::from(u32::try_from(day.timestamp()).unwrap())
    };
    falls(&keys("sort=changed", &changed).await, "changed");
    falls(&keys("", &changed).await, "changed unless asked");

    let far = |action: &Value| {
        let place = &action["places"][0];
        place["lat"].as_f64().zip(place["lon"].as_f64()).map_or(1e9, |(lat, lon)| kilometres((44.2, 0.6), (lat, lon)))
    };
    let distances = keys("near=44.2,0.6&within=150&sort=distance", &far).await;
    assert!(distances.len() > 10 && distances.iter().all(|far| *far <= 151.0), "{distances:?}");
    assert!(distances.is_sorted_by(|before, after| *before <= after + 0.5), "{distances:?}");

    let found = service.get("/api/v1/actions?q=jardin%20moulin&limit=3").await.titles();
    assert_eq!(found[0], "Jardin du Moulin");
}

fn kilometres((lat, lon): (f64, f64), (other_lat, other_lon): (f64, f64)) -> f64 {
    let [from, to] = [lat, other_lat].map(f64::to_radians);
    let (high, wide) = ((to - from) / 2.0, (other_lon - lon).to_radians() / 2.0);
    let half = high.sin().powi(2) + from.cos() * to.cos() * wide.sin().powi(2);
    2.0 * 6371.0 * half.sqrt().asin()
}

#[tokio::test]
async fn pages_joined_are_the_one_big_page_in_every_order() {
    let service = with_many().await;
    for query in SORTS {
        let whole = service.get(&format!("/api/v1/actions?{query}&limit=1000")).await.json();
        let ids = |page: &Value| -> Vec<String> {
            page["data"].as_array().unwrap().iter().map(|action| action["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(whole["next"], Value::Null, "{query}");
        assert_eq!(whole["total"], ids(&whole).len(), "{query}");
        let mut joined = Vec::new();
        let mut address = format!("/api/v1/actions?{query}&limit=7");
        loop {
            let answer = service.get(&address).await;
            let page = answer.json();
            assert_eq!(page["total"], whole["total"], "{address}");
            joined.extend(ids(&page));
            let Some(next) = page["next"].as_str() else { break };
            assert!(next.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b)), "{next}");
            let link = answer.header(header::LINK);
            assert!(link.ends_with(&format!("cursor={next}>; rel=\"next\"")), "{link}");
            address = link.trim_start_matches(&format!("<{PUBLIC}")).split('>').next().unwrap().to_owned();
        }
        assert_eq!(joined, ids(&whole), "{query}");
        assert_eq!(joined.iter().collect::<BTreeSet<_>>().len(), joined.len(), "{query}");
    }
}

#[tokio::test]
async fn a_cursor_of_the_first_version_goes_on_where_it_pointed() {
    let service = Service::with_three().await;
    let first = service.get("/api/v1/actions?limit=1").await.json();
    let (id, changed_at) = (&first["data"][0]["id"], at(first["data"][0]["changed_at"].as_str().unwrap()));
    let mut bytes = vec![1_u8];
    bytes.extend(changed_at.timestamp_micros().to_be_bytes());
    bytes.extend(id.as_str().unwrap().parse::<model::ActionId>().unwrap().0.as_bytes());
    bytes.extend(&model::Digest::of([bytes.as_slice()]).as_bytes()[..4]);
    let cursor = base64_of(&bytes);
    let rest = service.get(&format!("/api/v1/actions?cursor={cursor}")).await;
    assert_eq!(rest.titles().len(), 2, "{}", rest.text());
    let other = service.get(&format!("/api/v1/actions?sort=quality&cursor={cursor}")).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);
    assert!(other.json()["detail"].as_str().unwrap().contains("`sort=changed`"), "{}", other.text());
}

/// Base 64 for addresses, without padding (RFC 4648, 5).
fn base64_of(bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        text.extend((0..=chunk.len()).map(|at| char::from(letters[bits >> (18 - 6 * at) & 63])));
    }
    text
}

fn counts(list: &Value, facet: &str) -> BTreeMap<String, u64> {
    let values = list["facets"][facet].as_array().unwrap_or_else(|| panic!("no facet `{facet}`: {}", list["facets"]));
    values.iter().map(|value| (value["id"].as_str().unwrap().into(), value["count"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn facets_count_what_a_filter_would_find_and_stay_whole_where_they_are_filtered() {
    let service = with_many().await;
    let facets = "theme,audience,region,departement,sourceur,status,language,has,year";
    let list = service.get(&format!("/api/v1/actions?limit=1&facets={facets}")).await.json();
    assert_eq!(list["facets"].as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>().join(","), facets);
    let filter_of = |facet: &str| match facet {
        "region" | "departement" => "territory".to_owned(),
        facet => facet.to_owned(),
    };
    for facet in facets.split(',') {
        let all = counts(&list, facet);
        assert!(!all.is_empty(), "{facet}");
        for (value, count) in &all {
            let filter = match facet {
                "year" => format!("started_from={value}&started_to={value}"),
                facet => format!("{}={value}", filter_of(facet)),
            };
            let found = service.get(&format!("/api/v1/actions?limit=1&{filter}&facets={facets}")).await.json();
            assert_eq!(found["total"], *count, "{filter}");
            if facet == "has" {
                // All of these: what is chosen next narrows further, and is counted so.
                assert_eq!(counts(&found, facet)[value], *count, "{filter}");
                for (other, further) in counts(&found, facet) {
                    let both = service.get(&format!("/api/v1/actions?limit=1&has={value},{other}")).await.json();
                    assert_eq!(both["total"], further, "has={value},{other}");
                }
            } else if facet != "year" {
                assert_eq!(counts(&found, facet), all, "{filter}: the facet that is filtered by");
            }
        }
    }
    assert_eq!(label_in(&service, "fr").await, "Repas partagés");
    assert_eq!(label_in(&service, "en").await, "Shared meals");
}

async fn label_in(service: &Service, lang: &str) -> String {
    let list = service.get(&format!("/api/v1/actions?facets=theme&lang={lang}")).await.json();
    let themes = list["facets"]["theme"].as_array().unwrap();
    let shared = themes.iter().find(|theme| theme["id"] == "alimentation/partage").unwrap();
    shared["label"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn clusters_hold_every_point_once_at_every_zoom() {
    let service = with_many().await;
    let points = many().iter().flat_map(|action| &action.places).filter(|place| place.lat.is_some()).count() as u64;
    for zoom in 0..=22 {
        let map = service.get(&format!("/api/v1/map/clusters?zoom={zoom}")).await;
        assert_eq!(map.status, StatusCode::OK, "{}", map.text());
        let map = map.json();
        let clusters = map["clusters"].as_array().unwrap();
        let sum: u64 = clusters.iter().map(|cluster| cluster["count"].as_u64().unwrap()).sum();
        assert_eq!(sum, points, "zoom {zoom}");
        for cluster in clusters {
            let [west, south, east, north] = [0, 1, 2, 3].map(|at| cluster["bbox"][at].as_f64().unwrap());
            let (lat, lon) = (cluster["lat"].as_f64().unwrap(), cluster["lon"].as_f64().unwrap());
            assert!(south <= lat && lat <= north && west <= lon && lon <= east, "{cluster}");
            if zoom == 8 {
                let found = service.get(&format!("/api/v1/actions?bbox={west},{south},{east},{north}")).await.json();
                assert_eq!(found["total"], cluster["count"], "{cluster}");
            }
            assert_eq!(cluster.get("id").is_some(), cluster["count"] == 1, "{cluster}");
        }
    }
    // The cells of a box are what its own filter finds; those of its halves are those of the whole.
    let sum = async |query: &str| -> u64 {
        let map = service.get(&format!("/api/v1/map/clusters?zoom=9&{query}")).await.json();
        map["clusters"].as_array().unwrap().iter().map(|cluster| cluster["count"].as_u64().unwrap()).sum()
    };
    let aquitaine = sum("bbox=-1.8,43.5,1.2,45.7").await;
    assert!(aquitaine > 10 && aquitaine < points);
    assert_eq!(sum("territory=departement:47,departement:33").await, aquitaine);
    assert_eq!(
        sum("bbox=50,-90,-1.8,90").await + sum("bbox=-1.8,-90,50,90").await,
        points,
        "no point stands elsewhere"
    );
    assert_eq!(sum("q=jardin").await, service.get("/api/v1/actions?q=jardin&has=place").await.json()["total"]);
}

#[tokio::test]
async fn every_commune_is_counted_however_many_there_are() {
    let service = Service::empty().await;
    let communes = Gazetteer::get().children(&"departement:47".parse().unwrap());
    let action = |id: &TerritoryId| {
        let place = at_commune(id);
        Action {
            title: format!("La fête de {}", place.name.as_ref().unwrap()),
            places: vec![place],
            ..Action::default()
        }
    };
    let records: Vec<(&str, Option<Action>)> =
        communes.iter().take(130).map(|id| (&*id.code, Some(action(id)))).collect();
    service.publish(&open_sourceur("a"), &records, NOW).await;
    let children = service.get("/api/v1/territories/departement:47/children").await.json();
    let data = children["data"].as_array().unwrap();
    let sum: u64 = data.iter().map(|child| child["actions"].as_u64().unwrap()).sum();
    assert_eq!(service.get("/api/v1/actions?limit=1").await.json()["total"], sum);
    assert_eq!(data.iter().filter(|child| child["actions"] == 1).count(), 130);
}

#[tokio::test]
async fn an_answer_held_goes_with_what_it_told() {
    let service = Service::with_three().await;
    let address = "/api/v1/actions?q=garage&facets=theme";
    let first = service.get(address).await;
    let again = service.get(address).await;
    assert_eq!((&again.body, again.header(header::ETAG)), (&first.body, first.header(header::ETAG)));
    let known = [(header::IF_NONE_MATCH, first.header(header::ETAG))];
    assert_eq!(service.ask(Method::GET, address, &known).await.status, StatusCode::NOT_MODIFIED);

    let renamed = Action { summary: Some("Le samedi aussi.".into()), ..garage() };
    service.publish(&open_sourceur("a"), &[("1", Some(soup())), ("2", Some(renamed))], "2026-02-03T00:00:00Z").await;
    let changed = service.ask(Method::GET, address, &known).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_eq!(changed.json()["data"][0]["summary"], "Le samedi aussi.");
    let html = service.ask(Method::GET, address, &[(header::ACCEPT, "text/html")]).await;
    assert_eq!(html.status, StatusCode::NOT_ACCEPTABLE, "also where it is held");
}

#[tokio::test]
async fn while_the_index_is_made_nothing_is_counted_wrong() {
    let service = Service::with_three().await;
    let listed = service.get("/api/v1/actions").await.json();
    // An index whose base is away never comes up.
    let away = Store::connect(&service.database.url).await.unwrap();
    away.close().await;
    let building = Search::follow(away, None);
    let router = api::router(state(&service.store, &building));
    let service = Service { router, ..service };
    let id = listed["data"][0]["id"].as_str().unwrap();
    for address in [
        "/api/v1/actions",
        "/api/v1/actions?q=soupe",
        "/api/v1/actions.atom",
        "/api/v1/actions.csv?q=soupe",
        "/api/v1/map/clusters",
        "/api/v1/territories/departement:47",
        "/api/v1/territories/departement:47/children",
        &format!("/api/v1/actions/{id}/similar"),
        "/health/ready",
    ] {
        let answer = service.get(address).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{address}: {}", answer.text());
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json");
        assert_eq!(answer.header(header::RETRY_AFTER), "5", "{address}");
        assert_eq!(answer.json()["code"], "building", "{address}");
    }
    for address in ["/api/v1/changes", "/api/v1/actions.ndjson", &format!("/api/v1/actions/{id}"), "/health/live"] {
        assert_eq!(service.get(address).await.status, StatusCode::OK, "{address} needs no index");
    }
    assert_eq!(
        service.get("/api/v1/actions?sort=titel").await.status,
        StatusCode::BAD_REQUEST,
        "wrong is wrong at once"
    );
}
