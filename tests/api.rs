//! The API at its door: a request in, an answer out, over a base of the test's own.

use crate::support::base::{at, open_sourceur, publish};
use crate::support::{Database, database};
use api::ApiState;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use model::{Action, Actor, Contact, Place, Tag, TerritoryId};
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use store::Store;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::ServiceExt;

const PUBLIC: &str = "https://carrefour.example";
const NOW: &str = "2026-03-01T12:00:00Z";

struct Service {
    router: Router,
    store: Store,
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
        let state = ApiState { store: store.clone(), public_url: format!("{PUBLIC}/"), clock: Arc::new(|| at(NOW)) };
        Self { router: api::router(state), store, database }
    }

    /// Three actions of two sourceurs; the last one changed comes first.
    async fn with_three() -> Self {
        let service = Self::empty().await;
        let (a, b) = (open_sourceur("a"), open_sourceur("b"));
        publish(&service.store, &a, &[("1", Some(soup())), ("2", Some(garage()))], at("2026-01-01T00:00:00Z")).await;
        publish(&service.store, &b, &[("9", Some(bus()))], at("2026-02-01T00:00:00Z")).await;
        service
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
    publish(&service.store, &open_sourceur("a"), &[("1", Some(action))], at(NOW)).await;
    assert_eq!(service.get(&format!("/api/v1/actions?territory={former}")).await.json()["total"], 1);
}

#[tokio::test]
async fn what_cannot_be_answered_is_said_with_what_would_be_right() {
    let service = Service::empty().await;
    let check = async |address: &str, status: u16, code: &str, says: &str| {
        let answer = service.get(address).await;
        assert_eq!(answer.status.as_u16(), status, "{address}: {}", answer.text());
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{address}");
        let problem = answer.json();
        assert_eq!((&problem["status"], &problem["code"]), (&status.into(), &code.into()), "{address}");
        assert!(problem["detail"].as_str().unwrap().contains(says), "{address}: {problem}");
    };
    check("/api/v1/actions?territory=75", 400, "invalid-parameter", "`departement:75` or `region:75`").await;
    check("/api/v1/actions?territory=commune:99999", 400, "invalid-parameter", "`territory`").await;
    check("/api/v1/actions?limit=1001", 400, "invalid-parameter", "from 1 to 1000").await;
    check("/api/v1/actions?limit=0", 400, "invalid-parameter", "from 1 to 1000").await;
    check("/api/v1/actions?limit=1000000000", 400, "invalid-parameter", "`limit`").await;
    check("/api/v1/actions?cursor=AAAA", 400, "invalid-parameter", "`cursor`").await;
    check("/api/v1/actions?fields=titel", 400, "invalid-parameter", "`title`").await;
    check("/api/v1/actions?teritory=x", 400, "unknown-parameter", "`territory`").await;
    check("/api/v1/actions?q=soupe", 400, "unsupported-parameter", "search index").await;
    check("/api/v1/actions?bbox=NaN,1,2,3", 400, "unsupported-parameter", "`bbox`").await;
    check("/api/v1/actions.csv?limit=3", 400, "unknown-parameter", "`limit`").await;
    check("/api/v1/changes?after=-1", 400, "invalid-parameter", "`after`").await;
    check("/api/v1/changes?after=99999", 400, "invalid-parameter", "the log ends at").await;
    check("/api/v1/changes?wait=61", 400, "invalid-parameter", "from 0 to 60").await;
    check("/api/v1/actions/12", 404, "unknown-action", "UUID").await;
    check("/api/v1/actions/0198c0de-0000-7000-8000-000000000000", 404, "unknown-action", "never").await;
    check("/api/v1/actions/%ff%00", 404, "unknown-action", "").await;
    check("/api/v1/sourceurs/nobody", 404, "unknown-sourceur", "`nobody`").await;
    check("/api/v1/nothing", 404, "not-found", "/api").await;
    check("/api/v1/actions/../../etc/passwd", 404, "not-found", "").await;
}

#[tokio::test]
async fn junk_is_never_our_fault() {
    let service = Service::with_three().await;
    let parameters = [
        "territory",
        "theme",
        "audience",
        "method",
        "sourceur",
        "status",
        "language",
        "changed_since",
        "limit",
        "cursor",
        "fields",
        "q",
        "sort",
        "nothing",
    ];
    let long = "a".repeat(20_000);
    let junk = [
        "'%20OR%201=1--",
        "%00",
        "%ff%fe",
        "%",
        "%u0041",
        "%F0%9F%98%80",
        "-1",
        "NaN",
        "1e999",
        "%25",
        "_",
        "*",
        "..%2f..",
        "a%0d%0aSet-Cookie:x",
        "%7B%7B7*7%7D%7D",
        "99999999999999999999",
        ":",
        "commune:",
        "commune:%C3%A97001",
        &long,
    ];
    for parameter in parameters {
        for value in junk {
            let answer = service.get(&format!("/api/v1/actions?{parameter}={value}")).await;
            assert!(answer.status.as_u16() < 500, "{parameter}={value}: {}", answer.text());
            assert!(answer.headers.get("set-cookie").is_none());
        }
    }
    let repeated = format!("/api/v1/actions?{}", "theme=x&".repeat(5_000));
    assert_eq!(service.get(&repeated).await.status, StatusCode::URI_TOO_LONG);
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
    assert_eq!(listed["url"], format!("{PUBLIC}{address}"));
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
    publish(&service.store, &a, &[("1", Some(soup())), ("2", Some(garage()))], at("2026-01-01T00:00:00Z")).await;
    publish(&service.store, &b, &[("1", Some(other))], at("2026-01-02T00:00:00Z")).await;
    let id_of = async |sourceur: &str| {
        let list = service.get(&format!("/api/v1/actions?sourceur={sourceur}&territory=departement:47")).await;
        list.json()["data"][0]["id"].as_str().unwrap().to_owned()
    };
    let (older, younger) = (id_of("a").await, id_of("b").await);

    publish(&service.store, &b, &[("1", Some(soup()))], at("2026-01-03T00:00:00Z")).await;
    let moved = service.get(&format!("/api/v1/actions/{younger}.json")).await;
    assert_eq!(moved.status, StatusCode::MOVED_PERMANENTLY, "{}", moved.text());
    assert_eq!(moved.header(header::LOCATION), format!("{PUBLIC}/api/v1/actions/{older}.json"));
    let merged = service.get(&format!("/api/v1/actions/{older}")).await.json();
    assert_eq!(merged["origins"].as_array().unwrap().len(), 2);

    let garage_id = service.get("/api/v1/actions?theme=mobilite").await.json()["data"][0]["id"].clone();
    publish(&service.store, &a, &[("1", Some(soup())), ("2", None)], at("2026-01-04T00:00:00Z")).await;
    let gone = service.get(&format!("/api/v1/actions/{}", garage_id.as_str().unwrap())).await;
    assert_eq!(gone.status, StatusCode::GONE, "{}", gone.text());
    assert_eq!(gone.json()["id"], garage_id);
    assert_eq!(gone.json()["gone_at"], "2026-01-04T00:00:00Z");
    assert!(gone.json()["reason"].is_string());

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
        publish(&service.store, &open_sourceur("c"), &[("1", Some(other))], at(NOW)).await;
    });
    assert_eq!(waited.json()["data"][0]["action"]["title"], "Un jardin sur les toits");
}

#[tokio::test]
async fn downloads_hold_every_action_of_the_filter() {
    let service = Service::with_three().await;
    let lines = service.get("/api/v1/actions.ndjson?sourceur=a").await;
    assert_eq!(lines.header(header::CONTENT_TYPE), "application/x-ndjson");
    let actions: Vec<Action> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(actions.len(), 2);
    assert!(actions.iter().all(|action| action.url.as_ref().is_some_and(|url| url.starts_with(PUBLIC))));
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
    let service = Service::empty().await;
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
async fn the_page_and_the_document_need_nothing_from_elsewhere() {
    let service = Service::empty().await;
    let document = service.get("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let page = service.get("/api").await;
    assert_eq!(page.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
    assert!(page.header(header::CONTENT_SECURITY_POLICY).starts_with("default-src 'none'"));
    for own in ["/api/page.js", "/api/page.css"] {
        assert!(page.text().contains(own) && service.get(own).await.status == StatusCode::OK, "{own}");
    }
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
    let state = ApiState { store, public_url: PUBLIC.into(), clock: Arc::new(|| at(NOW)) };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(api::serve(listener, state, async { drop(stopped.await) }));

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
