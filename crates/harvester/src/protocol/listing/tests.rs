use serde_json::json;

use super::super::Request;
use super::super::samples::{URL, outcome, read};

const HEAD: &str = "[harvest.listing]\nstart = \"https://e.example/dir/list\"\nlinks = 'a.f'\nnext = 'a.n'\n";

#[track_caller]
fn list(document: &str, end: &str, expected: &[&str]) {
    let (records, result) = read(HEAD, None, None, &[], document.as_bytes());
    assert_eq!((outcome(&result).as_str(), records.len()), (end, 0), "{result:?}");
    let requests = result.map(|next| next.requests).unwrap_or_default();
    let told: Vec<String> =
        requests.iter().map(|r| format!("{} {}", r.state.as_str().unwrap_or("list"), r.url)).collect();
    assert_eq!(told, expected);
}

#[track_caller]
fn fiche(config: &str, address: &str, document: &str, key: Option<&str>) {
    let request = Request::with_state(address, "fiche");
    let (records, result) = read(&format!("{HEAD}{config}"), Some(request), None, &[], document.as_bytes());
    assert_eq!(outcome(&result), "ok 0 utf-8");
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].key.as_ref().map(model::RecordKey::as_str), key);
    assert_eq!(records[0].payload.to_value(), json!(document));
}

#[test]
fn a_list_page_leads_to_fiches_and_to_the_next_list() {
    list(
        "<html><base href='/b/'><body><a class=f href='1'>x</a><a class=f href='1#top'>x</a><a href=z>z</a>\
         <a class=f href='javascript:void(0)'>x</a><a class=f href='//o.example/2'>x</a><a class=n href='?p=2'>n</a></body></html>",
        "ok 0 utf-8",
        &["fiche https://e.example/b/1", "fiche https://o.example/2", "list https://e.example/b/?p=2"],
    );
    list("<html><body><p>aucune fiche</p></body></html>", "ok 0 utf-8", &[]);
    list("<html><body><a class=f href='1'>x</a>", "truncated", &[]);
    list("{\"a\": 1}", "malformed", &[]);
    list("", "empty-body", &[]);
}

#[test]
fn a_fiche_is_one_record_with_its_key() {
    let page = "<html><body><p id=k>n 7</p></body></html>";
    fiche("", "https://e.example/1?id=7", page, Some("https://e.example/1?id=7"));
    fiche("key = 'param:id'", "https://e.example/1?a=b&id=7", page, Some("7"));
    fiche("key = 'param:id'", "https://e.example/1", page, Some("https://e.example/1"));
    fiche("key = '#k'", "https://e.example/1", page, Some("n 7"));
    fiche("", URL, page, Some(URL));
}
