use serde_json::{Value, json};

use super::super::Request;
use super::super::samples::{outcome, read, told};

const HEAD: &str = "[harvest.json-api]\nstart = \"https://e.example/dir/list\"\n";

#[track_caller]
fn check(config: &str, document: &str, end: &str, expected: &Value) {
    let (records, result) = read(&format!("{HEAD}{config}"), None, None, &[], document.as_bytes());
    let records: Vec<Value> = records.iter().map(told).collect();
    assert_eq!((outcome(&result).as_str(), &json!(records)), (end, expected), "{result:?}");
}

/// The addresses asked after a page, given the state of its request.
#[track_caller]
fn next(config: &str, request: Option<(&str, Value)>, link: &[&str], document: &str, expected: &[(&str, Value)]) {
    let request = request.map(|(url, state)| Request::with_state(url, state));
    let (_, result) = read(&format!("{HEAD}{config}"), request, None, link, document.as_bytes());
    let requests = result.expect("a whole document").requests;
    let expected: Vec<Request> = expected.iter().map(|(url, state)| Request::with_state(*url, state.clone())).collect();
    assert_eq!(requests, expected);
}

const OK: &str = "ok 0 utf-8";

#[test]
fn items_are_found_where_the_config_says() {
    let one = json!([{ "key": "1", "url": null, "payload": { "id": 1 } }]);
    check("key = 'id'", "[{\"id\":1}]", OK, &one);
    check("key = 'id'\nitems = '.'", "{\"id\":1}", OK, &one);
    check("key = 'id'\nitems = 'a.b'", "{\"a\":{\"x\":[1,2.5],\"b\":[{\"id\":1}]},\"z\":null}", OK, &one);
    check(
        "key = 'id'\nitems = 'b'",
        "{\"b\":{\"k\":{\"id\":1},\"l\":{\"id\":2}}}",
        OK,
        &json!([
        { "key": "1", "url": null, "payload": { "id": 1 } }, { "key": "2", "url": null, "payload": { "id": 2 } }]),
    );
    check("items = 'b'", "{\"b\":{\"k\":{\"x\":1}}}", OK, &json!([{ "key": "k", "url": null, "payload": { "x": 1 } }]));
    check("key = 'id'\nitems = 'b'", "{\"b\":{\"id\":1}}", OK, &one);
    check("key = 'id'\nitems = 'b'", "{\"b\":null}", OK, &json!([]));
    check("", "[]", OK, &json!([]));
    check(
        "key = 'a.id'\nurl = 'u'",
        "[{\"a\":[{\"id\":\" x \"}],\"u\":\"/p\"}]",
        OK,
        &json!([
        { "key": "x", "url": "https://e.example/p", "payload": { "a": [{ "id": " x " }], "u": "/p" } }]),
    );
    check(
        "key = 'id'",
        "[{\"id\":null},3]",
        OK,
        &json!([
        { "key": null, "url": null, "payload": { "id": null }, "issues": ["no-key"] },
        { "key": null, "url": null, "payload": 3, "issues": ["no-key"] }]),
    );
    check(
        "url = 'u'",
        "[{\"u\":\"https: //e.example/p\"}]",
        OK,
        &json!([
        { "key": "https://e.example/p", "url": "https://e.example/p", "payload": { "u": "https: //e.example/p" } }]),
    );
}

#[test]
fn what_is_not_whole_json_is_told_after_what_was_whole() {
    let none = json!([]);
    let one = json!([{ "key": "1", "url": null, "payload": { "id": 1 } }]);
    for cut in ["[{\"id\":1},{\"id\":", "[{\"id\":1}", "[{\"id\":1},"] {
        check("key = 'id'", cut, "truncated", &one);
    }
    for bad in
        ["[{\"id\":1},{\"id\":NaN}]", "[{\"id\":1},]", "[{\"id\":1}/*x*/]", "[{\"id\":1}]x", "[{\"id\":1},\"a\nb\"]"]
    {
        check("key = 'id'", bad, "malformed", &one);
    }
    check("", "<!DOCTYPE html><html></html>", "html-instead", &none);
    check("", "<rss/>", "malformed", &none);
    check("", "", "empty-body", &none);
    check("items = 'a'", "{\"error\":\"x\"}", "malformed", &none);
    check("items = 'a'", "{\"a\":3}", "malformed", &none);
    check("", &"[".repeat(100_000), "malformed", &none);
    check("key = 'id'", "\u{feff}[{\"id\":1}]", OK, &one);
}

#[test]
fn half_characters_are_left_out() {
    check(
        "",
        "[\"\\ud83d\\ude00\",\"a\\ud800\\udbffb\",\"\\\\ud800\",\"\\udc00\\u00e9\"]",
        "ok 3 utf-8",
        &json!([
        { "key": null, "url": null, "payload": "\u{1f600}", "issues": ["no-key"] },
        { "key": null, "url": null, "payload": "ab", "issues": ["no-key"] },
        { "key": null, "url": null, "payload": "\\ud800", "issues": ["no-key"] },
        { "key": null, "url": null, "payload": "é", "issues": ["no-key"] }]),
    );
}

#[test]
fn pages_lead_on_in_every_manner() {
    let state = |at: u64, read: u64| json!({ "at": at, "read": read });
    for (written, leads) in [("\"?p=2\"", true), ("\"\"", false), ("null", false), ("false", false)] {
        let document = format!("{{\"items\":[1],\"next\":{written}}}");
        let expected = [("https://e.example/dir/list?p=2", state(0, 1))];
        next("items = 'items'\nnext = 'next'", None, &[], &document, if leads { &expected } else { &[] });
    }
    next(
        "items = 'i'\nnext = 'links.next'",
        None,
        &[],
        "{\"i\":[],\"links\":{\"next\":{\"href\":\"/n\"}}}",
        &[("https://e.example/n", state(0, 0))],
    );
    let linked = |at: u64, read: u64| json!({ "at": at, "read": read, "linked": true });
    next("", None, &["</n>; rel=next"], "[1]", &[("https://e.example/n", linked(0, 1))]);
    next("paging = 'none'", None, &["</n>; rel=next"], "[1]", &[]);
    let page = "paging = { by = 'page', size_param = 'n', size = 2 }";
    next(page, None, &[], "[1,2]", &[("https://e.example/dir/list?n=2&page=2", state(2, 2))]);
    next(page, None, &[], "[1]", &[]);
    // A full page that names no next one is the last, where the page before did name its own.
    let second = "https://e.example/dir/list?n=2&page=2";
    next(page, None, &["</?page=2>; rel=next"], "[1,2]", &[(second, linked(2, 2))]);
    next(page, Some((second, linked(2, 2))), &["</?page=1>; rel=prev"], "[3,4]", &[]);
    let offset = "items = 'i'\npaging = { by = 'offset', param = 'o', total = 't' }";
    next(
        offset,
        Some(("https://e.example/?o=2&a=b", state(2, 2))),
        &[],
        "{\"t\":5,\"i\":[1,2]}",
        &[("https://e.example/?o=4&a=b", state(4, 4))],
    );
    next(offset, Some(("https://e.example/?o=4", state(4, 4))), &[], "{\"t\":5,\"i\":[1]}", &[]);
    let cursor = "items = 'i'\npaging = { by = 'cursor', cursor = 'c' }";
    next(cursor, None, &[], "{\"i\":[1],\"c\":\"a b\"}", &[("https://e.example/dir/list?cursor=a+b", state(0, 1))]);
    next(cursor, None, &[], "{\"i\":[1]}", &[]);
}
