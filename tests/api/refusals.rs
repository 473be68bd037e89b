//! What cannot be answered: said at once, naming the parameter and what would be right.

use super::*;
use std::time::Instant;

async fn check(service: &Service, address: &str, status: u16, code: &str, says: &str) {
    let answer = service.get(address).await;
    assert_eq!(answer.status.as_u16(), status, "{address}: {}", answer.text());
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{address}");
    let problem = answer.json();
    assert_eq!((&problem["status"], &problem["code"]), (&status.into(), &code.into()), "{address}");
    assert!(problem["detail"].as_str().unwrap().contains(says), "{address}: {problem}");
}

#[tokio::test]
async fn what_cannot_be_answered_is_said_with_what_would_be_right() {
    let service = Service::empty().await;
    let check = async |address: &str, status: u16, code: &str, says: &str| {
        check(&service, address, status, code, says).await;
    };
    check("/api/v1/changes?after=-1", 400, "invalid-parameter", "`after`").await;
    check("/api/v1/changes?after=99999", 400, "invalid-parameter", "the log ends at").await;
    check("/api/v1/changes?wait=61", 400, "invalid-parameter", "from 0 to 60").await;
    check("/api/v1/actions/12", 404, "unknown-action", "UUID").await;
    check("/api/v1/actions/0198c0de-0000-7000-8000-000000000000", 404, "unknown-action", "never").await;
    check("/api/v1/actions/0198c0de-0000-7000-8000-000000000000.jsonld", 404, "unknown-action", "never").await;
    check("/api/v1/actions/0198c0de-0000-7000-8000-000000000000/similar", 404, "unknown-action", "never").await;
    check("/api/v1/actions/x/similar?limit=51", 400, "invalid-parameter", "from 1 to 50").await;
    check("/api/v1/actions/%ff%00", 404, "unknown-action", "").await;
    check("/api/v1/sourceurs/nobody", 404, "unknown-sourceur", "`nobody`").await;
    check("/api/v1/territories/75", 400, "invalid-parameter", "`departement:75` or `region:75`").await;
    check("/api/v1/territories/75/children", 400, "invalid-parameter", "`departement:75` or `region:75`").await;
    check("/api/v1/territories/commune:99999", 404, "unknown-territory", "`commune:47001`").await;
    check("/api/v1/territories/%ff", 404, "unknown-territory", "").await;
    check("/api/v1/territories/departement:47?lang=de", 400, "invalid-parameter", "`fr`, `en`").await;
    check("/api/v1/taxonomy?lang=fr", 400, "unknown-parameter", "`lang`").await;
    check("/api/v1/nothing", 404, "not-found", "/api").await;
    check("/api/v1/actions/../../etc/passwd", 404, "not-found", "").await;
}

#[tokio::test]
async fn a_list_names_the_parameter_that_it_does_not_understand() {
    let service = Service::empty().await;
    let check = async |query: &str, says: &str| {
        check(&service, &format!("/api/v1/actions?{query}"), 400, "invalid-parameter", says).await;
        let name = query.split('=').next();
        let problem = service.get(&format!("/api/v1/actions?{query}")).await.json();
        assert_eq!(problem["parameter"].as_str(), name, "{query}");
    };
    check("territory=75", "`departement:75` or `region:75`").await;
    check("territory=nowhere", "`epci:200096956`").await;
    check("territory=commune:99999", "`territory`").await;
    check("limit=1001", "from 1 to 1000").await;
    check("limit=0", "from 1 to 1000").await;
    check("limit=1000000000", "`limit`").await;
    check("limit=-1", "`limit`").await;
    check("cursor=AAAA", "`cursor`").await;
    check("fields=titel", "`title`").await;
    check("facets=theme,regoin", "did you mean `region`?").await;
    check("sort=newest", "`relevance`, `changed`, `started`, `distance`, `quality`").await;
    check("sort=distance", "`near=lat,lon` beside it").await;
    check("lang=de", "`fr`, `en`").await;
    check("has=picture", "`contact`, `image`, `place`, `quote`, `spread`").await;
    check("status=done", "`running`, `ended`, `unknown`").await;
    check("within=10", "`near=lat,lon` beside it").await;
    check("within=501&near=44,0", "500 at most").await;
    check("near=north", "`lat,lon`").await;
    check("near=91,0", "-90 to 90").await;
    for bbox in ["NaN,1,2,3", "0,inf,2,3", "1,2,3", "1,2,3,4,5", "1e999,0,0,0", "a,b,c,d", ",,,"] {
        check(&format!("bbox={bbox}"), "four numbers").await;
    }
    check("bbox=0,10,1,5", "south below north").await;
    check("bbox=-190,0,0,1", "-180 to 180").await;
    check("quality_min=1.5", "from 0 to 1").await;
    check("quality_min=NaN", "from 0 to 1").await;
    check("started_from=soon", "`2004-03-12`").await;
    check("started_to=2004-02-30", "`2004-03-12`").await;
    check("changed_since=soon", "`2026-01-31`").await;
    check("q=a%00b", "control characters").await;
}

#[tokio::test]
async fn each_address_takes_its_own_parameters() {
    let service = Service::empty().await;
    let check = async |address: &str, says: &str| {
        check(&service, address, 400, "unknown-parameter", says).await;
    };
    check("/api/v1/actions?teritory=x", "did you mean `territory`?").await;
    check("/api/v1/actions.csv?limit=3", "`limit`").await;
    check("/api/v1/actions.geojson?sort=quality", "`sort`").await;
    check("/api/v1/actions.atom?cursor=x", "`cursor`").await;
    check("/api/v1/map/clusters?limit=3", "`limit`").await;
    check("/api/v1/actions/x.jsonld?fields=title", "`fields`").await;
    super::refusals::check(&service, "/api/v1/map/clusters?zoom=23", 400, "invalid-parameter", "from 0 to 22").await;
    super::refusals::check(&service, "/api/v1/actions.atom?limit=1001", 400, "invalid-parameter", "1000").await;
    super::refusals::check(&service, "/api/v1/actions.csv?bbox=NaN,1,2,3", 400, "invalid-parameter", "`bbox`").await;
}

#[tokio::test]
async fn a_cursor_that_was_altered_is_no_cursor() {
    let service = Service::with_three().await;
    let cursor = service.get("/api/v1/actions?limit=1&sort=started").await.json()["next"].as_str().unwrap().to_owned();
    let address = |cursor: &str| format!("/api/v1/actions?sort=started&cursor={cursor}");
    assert_eq!(service.get(&address(&cursor)).await.status, StatusCode::OK);
    for at in (0..cursor.len()).step_by(7) {
        let mut altered = cursor.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        check(&service, &address(&String::from_utf8(altered).unwrap()), 400, "invalid-parameter", "`next`").await;
    }
    check(&service, &address(&cursor[1..]), 400, "invalid-parameter", "`cursor`").await;
    check(&service, &address(&format!("{cursor}A")), 400, "invalid-parameter", "`cursor`").await;
    let of_another_order = format!("/api/v1/actions?cursor={cursor}");
    check(&service, &of_another_order, 400, "invalid-parameter", "`sort=started`").await;
}

#[tokio::test]
async fn junk_is_never_our_fault_and_never_takes_long() {
    let service = Service::with_three().await;
    let parameters = [
        "q",
        "theme",
        "audience",
        "method",
        "territory",
        "bbox",
        "near",
        "within",
        "sourceur",
        "actor",
        "status",
        "language",
        "changed_since",
        "started_from",
        "started_to",
        "quality_min",
        "has",
        "sort",
        "facets",
        "lang",
        "limit",
        "cursor",
        "fields",
        "zoom",
        "nothing",
    ];
    let long = "a".repeat(20_000);
    let words = "a%20".repeat(2_000);
    let commas = ",".repeat(8_000);
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
        "title:soupe%20AND%20(",
        "%22soupe",
        "soupe~9%20OR%20*:*",
        "%5B*%20TO%20*%5D",
        "(((((((((((((((((",
        "%2B%2B--!!%5E%5E",
        "%E2%80%8B%E2%80%AE",
        &words,
        &commas,
        &long,
    ];
    for address in ["/api/v1/actions", "/api/v1/map/clusters", "/api/v1/actions.ndjson", "/api/v1/actions.atom"] {
        // What is shared by all is tried in whole on one of them.
        let is_list = address == "/api/v1/actions";
        for parameter in parameters.into_iter().filter(|name| is_list || ["q", "bbox", "near", "zoom"].contains(name)) {
            for value in junk {
                let asked = Instant::now();
                let answer = service.get(&format!("{address}?{parameter}={value}")).await;
                let shown: String = value.chars().take(40).collect();
                assert!(answer.status.as_u16() < 500, "{address}?{parameter}={shown}: {}", answer.text());
                assert!(answer.headers.get("set-cookie").is_none());
                assert!(answer.body.len() < 100_000, "{address}?{parameter}={shown}: {} bytes", answer.body.len());
                assert!(
                    asked.elapsed() < Duration::from_secs(10),
                    "{address}?{parameter}={shown}: {:?}",
                    asked.elapsed()
                );
            }
        }
    }
    for repeated in ["theme=x&".repeat(8_000), "&".repeat(20_000), format!("q={}", "%20".repeat(7_000))] {
        let answer = service.get(&format!("/api/v1/actions?{repeated}")).await;
        assert_eq!(answer.status, StatusCode::URI_TOO_LONG);
        assert_eq!(answer.json()["code"], "query-too-long");
        let longest = repeated.split('=').next().filter(|name| !name.starts_with('&'));
        assert_eq!(answer.json()["parameter"].as_str(), longest, "the longest value is named");
    }
    check(&service, "/api/v1/actions?q=a&q=b", 400, "repeated-parameter", "`q`").await;
}
