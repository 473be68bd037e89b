//! The API at its door: a request in, an answer out, over a base of the test's own.

use crate::support::base::{at, open_sourceur, publish};
use crate::support::{Database, database};
use api::ApiState;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use model::{Action, Actor, Contact, Dimension, Place, Sourceur, Tag, Term, TerritoryId, Vocabulary};
use search::Search;
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use store::Store;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::ServiceExt;

mod away;
mod exports;
mod forms;
mod lists;
mod refusals;

const PUBLIC: &str = "https://carrefour.example";
const NOW: &str = "2026-03-01T12:00:00Z";

struct Service {
    router: Router,
    store: Store,
    search: Search,
    database: Database,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Titles of a list, in its order.
    fn titles(&self) -> Vec<String> {
        let list = self.json();
        list["data"].as_array().unwrap().iter().map(|action| action["title"].as_str().unwrap().to_owned()).collect()
    }
}

impl Service {
    async fn empty() -> Self {
        let database = database();
        let store = Store::connect(&database.url).await.unwrap();
        let search = Search::follow(store.clone(), None);
        search.caught_up().await.unwrap();
        Self { router: api::router(state(&store, &search)), store, search, database }
    }

    /// Three actions of two sourceurs; the last one changed comes first.
    async fn with_three() -> Self {
        let service = Self::empty().await;
        let (a, b) = (open_sourceur("a"), open_sourceur("b"));
        service.publish(&a, &[("1", Some(soup())), ("2", Some(garage()))], "2026-01-01T00:00:00Z").await;
        service.publish(&b, &[("9", Some(bus()))], "2026-02-01T00:00:00Z").await;
        service
    }

    /// Publishes what a run of a sourceur brings; when it returns, all of it can be found.
    async fn publish(&self, sourceur: &Sourceur, records: &[(&str, Option<Action>)], now: &str) {
        publish(&self.store, sourceur, records, at(now)).await;
        self.search.caught_up().await.unwrap();
    }

    async fn ask(&self, method: Method, address: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(address);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let answer = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: head.status, headers: head.headers, body }
    }

    async fn get(&self, address: &str) -> Answer {
        self.ask(Method::GET, address, &[]).await
    }
}

fn state(store: &Store, search: &Search) -> ApiState {
    let clock = Arc::new(|| at(NOW));
    ApiState::new(store.clone(), search.clone(), Arc::new(vocabulary()), &format!("{PUBLIC}/"), clock)
}

fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    for (id, fr, en) in [
        ("alimentation", "Alimentation", "Food"),
        ("alimentation/partage", "Repas partagés", "Shared meals"),
        ("mobilite", "Mobilité", "Mobility"),
    ] {
        vocabulary.add(Dimension::Theme, Term { id: id.into(), fr: fr.into(), en: en.into() });
    }
    vocabulary.add(Dimension::Audience, Term { id: "jeunes".into(), fr: "Jeunes".into(), en: "Young people".into() });
    vocabulary
}

fn place(territory: &str, departement: &str, region: &str) -> Place {
    Place {
        territory: territory.parse().ok(),
        departement: departement.parse().ok(),
        region: region.parse().ok(),
        lat: Some(44.2),
        lon: Some(0.6),
        ..Place::default()
    }
}

fn theme(id: &str) -> Tag {
    Tag { id: id.into(), label: id.into(), from: vec![] }
}

fn soup() -> Action {
    Action {
        title: "Une soupe pour tout le quartier".into(),
        summary: Some("Chaque jeudi, une soupe à partager.".into()),
        places: vec![place("commune:47001", "departement:47", "region:75")],
        themes: vec![theme("alimentation/partage")],
        actors: vec![Actor { name: "Les Tabliers".into(), ..Actor::default() }],
        contact: Some(Contact { email: Some("bonjour@tabliers.example".into()), ..Contact::default() }),
        language: Some("fr".into()),
        ..Action::default()
    }
}

fn garage() -> Action {
    Action {
        title: "Garage solidaire des Deux Rives".into(),
        places: vec![place("commune:33063", "departement:33", "region:75")],
        themes: vec![theme("mobilite")],
        ..Action::default()
    }
}

fn bus() -> Action {
    Action {
        title: "Le bus numérique des hameaux".into(),
        places: vec![Place { lat: None, lon: None, ..place("departement:75", "departement:75", "region:11") }],
        ..Action::default()
    }
}

#[tokio::test]
async fn an_empty_base_gives_an_empty_list() {
    let service = Service::empty().await;
    let list = service.get("/api/v1/actions").await;
    assert_eq!(list.status, StatusCode::OK);
    assert_eq!(list.text(), r#"{"data":[],"total":0,"facets":{},"next":null}"#);
    assert_eq!(service.get("/api/v1/changes").await.text(), r#"{"data":[],"next":"0","more":false}"#);
}

#[tokio::test]
async fn pages_by_cursor_give_every_action_once_the_last_changed_first() {
    let service = Service::with_three().await;
    let mut address = "/api/v1/actions?limit=1".to_owned();
    let mut titles = Vec::new();
    loop {
        let page = service.get(&address).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        assert_eq!(page.json()["total"], 3);
        titles.extend(page.titles());
        let next = page.json()["next"].clone();
        let link = page.header(header::LINK);
        let Some(next) = next.as_str() else {
            assert_eq!(link, "");
            break;
        };
        assert!(next.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b)), "{next}");
        assert_eq!(link, format!("<{PUBLIC}/api/v1/actions?limit=1&cursor={next}>; rel=\"next\""));
        address = link.trim_start_matches(&format!("<{PUBLIC}")).split('>').next().unwrap().to_owned();
    }
    assert_eq!(titles.len(), 3);
    assert_eq!(titles[0], bus().title);
    assert_eq!(titles.iter().collect::<BTreeSet<_>>().len(), 3);
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let service = Service::with_three().await;
    let check = async |query: &str, expected: &[Action]| {
        let list = service.get(&format!("/api/v1/actions?{query}")).await;
        assert_eq!(list.status, StatusCode::OK, "{query}: {}", list.text());
        let found: BTreeSet<String> = list.titles().into_iter().collect();
        assert_eq!(found, expected.iter().map(|action| action.title.clone()).collect(), "{query}");
        assert_eq!(list.json()["total"], expected.len(), "{query}");
    };
    check("territory=commune:47001", &[soup()]).await;
    check("territory=departement:47", &[soup()]).await;
    check("territory=region:75", &[soup(), garage()]).await;
    check("territory=departement:75", &[bus()]).await;
    check("territory=pays:FR", &[soup(), garage(), bus()]).await;
    check("theme=alimentation", &[soup()]).await;
    check("theme=alimentation/partage", &[soup()]).await;
    check("theme=aliment", &[]).await;
    check("sourceur=a", &[soup(), garage()]).await;
    check("sourceur=nobody", &[]).await;
    check("sourceur=a&theme=mobilite", &[garage()]).await;
    check("status=unknown", &[soup(), garage(), bus()]).await;
    check("changed_since=2026-01-15", &[bus()]).await;
    check("changed_since=2026-02-01T01:00:00+01:00", &[bus()]).await;
    check("theme=&territory=", &[soup(), garage(), bus()]).await;
}

#[tokio::test]
async fn a_former_commune_stands_for_todays() {
    let service = Service::empty().await;
    let former: TerritoryId = "commune:49149".parse().unwrap();
    let today = gazetteer::Gazetteer::get().current(&former).expect("Gennes was merged");
    let action = Action { places: vec![place(&today.to_string(), "departement:49", "region:52")], ..soup() };
    service.publish(&open_sourceur("a"), &[("1", Some(action))], NOW).await;
    assert_eq!(service.get(&format!("/api/v1/actions?territory={former}")).await.json()["total"], 1);
}

#[tokio::test]
async fn an_action_is_whole_tagged_and_readable_by_all() {
    let service = Service::with_three().await;
    let listed = service.get("/api/v1/actions?theme=alimentation").await.json()["data"][0].clone();
    let id = listed["id"].as_str().unwrap();
    let address = format!("/api/v1/actions/{id}");
    let one = service.ask(Method::GET, &address, &[(header::ORIGIN, "https://elsewhere.example")]).await;
    assert_eq!(one.status, StatusCode::OK);
    assert_eq!(one.json(), listed);
    assert_eq!(listed["url"], format!("{PUBLIC}/actions/{id}"));
    assert_eq!(listed["changed_at"], "2026-01-01T00:00:00Z");
    assert_eq!(listed["origins"][0]["sourceur"], "a");
    assert!(listed.get("contact").is_none(), "no right was given to show contacts");
    assert!(serde_json::from_value::<Action>(listed.clone()).is_ok());
    assert_eq!(one.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    assert_eq!(service.get(&format!("{address}.json")).await.json(), listed);

    let etag = one.header(header::ETAG);
    let again = service.ask(Method::GET, &address, &[(header::IF_NONE_MATCH, etag)]).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let head = service.ask(Method::HEAD, &address, &[]).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header(header::ETAG), etag);

    let some = service.get(&format!("{address}?fields=title,origins")).await.json();
    let names: Vec<&str> = some.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["id", "title", "origins"]);
}

#[tokio::test]
async fn only_reading_is_done_and_only_in_forms_that_exist() {
    let service = Service::empty().await;
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let refused = service.ask(method.clone(), "/api/v1/actions", &[]).await;
        assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(refused.header(header::ALLOW), "GET,HEAD");
        assert_eq!(refused.json()["code"], "method-not-allowed");
    }
    let html = service.ask(Method::GET, "/api/v1/actions", &[(header::ACCEPT, "text/html")]).await;
    assert_eq!((html.status, &html.json()["code"]), (StatusCode::NOT_ACCEPTABLE, &"not-acceptable".into()));
    let preflight = [(header::ORIGIN, "https://x.example"), (header::ACCESS_CONTROL_REQUEST_METHOD, "GET")];
    let allowed = service.ask(Method::OPTIONS, "/api/v1/actions", &preflight).await;
    assert!(allowed.status.is_success() && allowed.header(header::ACCESS_CONTROL_ALLOW_METHODS).contains("GET"));
}

#[tokio::test]
async fn an_id_answers_after_a_merge_and_after_a_withdrawal() {
    let service = Service::empty().await;
    let (a, b) = (open_sourceur("a"), open_sourceur("b"));
    let other = Action { title: "Autre chose encore au village".into(), ..soup() };
    service.publish(&a, &[("1", Some(soup())), ("2", Some(garage()))], "2026-01-01T00:00:00Z").await;
    service.publish(&b, &[("1", Some(other))], "2026-01-02T00:00:00Z").await;
    let id_of = async |sourceur: &str| {
        let list = service.get(&format!("/api/v1/actions?sourceur={sourceur}&territory=departement:47")).await;
        list.json()["data"][0]["id"].as_str().unwrap().to_owned()
    };
    let (older, younger) = (id_of("a").await, id_of("b").await);

    service.publish(&b, &[("1", Some(soup()))], "2026-01-03T00:00:00Z").await;
    let moved = service.get(&format!("/api/v1/actions/{younger}.json")).await;
    assert_eq!(moved.status, StatusCode::MOVED_PERMANENTLY, "{}", moved.text());
    assert_eq!(moved.header(header::LOCATION), format!("{PUBLIC}/api/v1/actions/{older}.json"));
    let merged = service.get(&format!("/api/v1/actions/{older}")).await.json();
    assert_eq!(merged["origins"].as_array().unwrap().len(), 2);

    let history = async |id: &str, query: &str| service.get(&format!("/api/v1/actions/{id}/history{query}")).await;
    let kinds = |page: &Value| -> Vec<String> {
        page["data"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
    };
    let moved = history(&younger, "?limit=2").await;
    assert_eq!(moved.header(header::LOCATION), format!("{PUBLIC}/api/v1/actions/{older}/history?limit=2"));
    let whole = history(&older, "").await.json();
    assert!(kinds(&whole).contains(&"merged".to_owned()), "what became part of it is told: {whole}");
    assert_eq!(kinds(&whole).last().map(String::as_str), Some("created"), "the newest first: {whole}");
    assert_eq!((&whole["total"], &whole["next"]), (&kinds(&whole).len().into(), &Value::Null));
    let mut joined = Vec::new();
    let mut query = "?limit=1".to_owned();
    while joined.len() < kinds(&whole).len() {
        let page = history(&older, &query).await;
        joined.extend(page.json()["data"].as_array().unwrap().clone());
        assert_eq!(page.header(header::LINK).is_empty(), page.json()["next"].is_null());
        query = format!("?limit=1&cursor={}", page.json()["next"].as_str().unwrap_or_default());
    }
    assert_eq!(Value::Array(joined), whole["data"]);

    let garage_id = service.get("/api/v1/actions?theme=mobilite").await.json()["data"][0]["id"].clone();
    service.publish(&a, &[("1", Some(soup())), ("2", None)], "2026-01-04T00:00:00Z").await;
    let gone = service.get(&format!("/api/v1/actions/{}", garage_id.as_str().unwrap())).await;
    assert_eq!(gone.status, StatusCode::GONE, "{}", gone.text());
    assert_eq!(gone.json()["id"], garage_id);
    assert_eq!(gone.json()["gone_at"], "2026-01-04T00:00:00Z");
    assert!(gone.json()["reason"].is_string());
    assert_eq!(kinds(&history(garage_id.as_str().unwrap(), "").await.json()), ["withdrawn", "created"]);

    let kinds: Vec<String> = service.get("/api/v1/changes").await.json()["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "created").count(), 3, "{kinds:?}");
    assert!(kinds.contains(&"merged".to_owned()) && kinds.last().unwrap() == "withdrawn", "{kinds:?}");
}

#[tokio::test]
async fn a_stored_cursor_stays_in_step() {
    let service = Service::with_three().await;
    let first = service.get("/api/v1/changes?limit=2").await.json();
    assert_eq!(first["more"], true);
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    assert_eq!(first["data"][0]["action"]["title"].as_str().map(str::is_empty), Some(false));
    let next = first["next"].as_str().unwrap();
    let second = service.get(&format!("/api/v1/changes?after={next}")).await.json();
    assert_eq!((&second["more"], second["data"].as_array().unwrap().len()), (&false.into(), 1));
    let next = second["next"].as_str().unwrap().to_owned();
    let nothing = service.get(&format!("/api/v1/changes?after={next}")).await.json();
    assert_eq!((&nothing["next"], nothing["data"].as_array().unwrap().len()), (&next.as_str().into(), 0));

    let address = format!("/api/v1/changes?after={next}&wait=30");
    let (waited, ()) = tokio::join!(service.get(&address), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let other = Action { title: "Un jardin sur les toits".into(), ..garage() };
        service.publish(&open_sourceur("c"), &[("1", Some(other))], NOW).await;
    });
    assert_eq!(waited.json()["data"][0]["action"]["title"], "Un jardin sur les toits");
}

#[tokio::test]
async fn sourceurs_tell_how_fresh_they_are() {
    let service = Service::with_three().await;
    let list = service.get("/api/v1/sourceurs").await.json();
    assert_eq!(list["total"], 2);
    assert_eq!(list["data"][0]["id"], "a");
    let one = service.get("/api/v1/sourceurs/a").await.json();
    assert_eq!(one, list["data"][0]);
    assert_eq!((&one["records"], &one["actions"]), (&2.into(), &2.into()));
    assert_eq!(one["rights"]["licence"], "LO-2.0");
    let runs = service.get("/api/v1/sourceurs/a/runs?limit=1").await.json();
    assert_eq!((&runs["data"][0]["state"], &runs["data"][0]["read"]), (&"published".into(), &2.into()));
}

#[tokio::test]
async fn ready_means_the_base_is_there_with_our_tables() {
    let service = Service::with_three().await;
    for address in ["/health/live", "/health/ready", "/api/v1/health/ready"] {
        let well = service.get(address).await;
        assert_eq!(well.status, StatusCode::OK, "{address}: {}", well.text());
        assert_eq!(well.json()["now"], NOW);
    }
    let mut base = service.database.connect().await;
    sqlx::raw_sql("delete from _sqlx_migrations").execute(&mut base).await.unwrap();
    let unready = service.get("/health/ready").await;
    assert_eq!(unready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(unready.header(header::RETRY_AFTER), "5");
    assert!(unready.json()["detail"].as_str().unwrap().contains("carrefour migrate"));
    assert_eq!(service.get("/health/live").await.status, StatusCode::OK);
    service.store.close().await;
    assert_eq!(service.get("/health/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(service.get("/api/v1/actions").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn every_address_of_the_document_answers() {
    let service = Service::empty().await;
    let document = service.get("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    // Every address without a parameter in its path answers.
    for path in document["paths"].as_object().unwrap().keys().filter(|path| !path.contains('{')) {
        assert_eq!(service.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn whoever_waits_is_answered_when_the_service_ends() {
    let database = database();
    let store = Store::connect(&database.url).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = api::router(state(&store, &Search::follow(store.clone(), None)));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(api::serve(listener, router, async { drop(stopped.await) }));

    let mut caller = tokio::net::TcpStream::connect(address).await.unwrap();
    let question = format!("GET /api/v1/changes?wait=60 HTTP/1.1\r\nhost: {address}\r\n\r\n");
    caller.write_all(question.as_bytes()).await.unwrap();
    // Nothing tells that the question has arrived; one that had not would go unanswered below.
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.send(()).unwrap();
    let mut answer = String::new();
    let read = tokio::time::timeout(Duration::from_secs(10), caller.read_to_string(&mut answer)).await;
    read.expect("the answer comes at once").unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with(r#"{"data":[],"next":"0","more":false}"#),
        "{answer}"
    );
    tokio::time::timeout(Duration::from_secs(10), serving).await.expect("the service ends").unwrap().unwrap();
}
