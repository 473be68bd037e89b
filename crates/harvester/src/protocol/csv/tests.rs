use serde_json::{Value, json};

use super::super::samples::{outcome, read, told};

#[track_caller]
fn check(config: &str, document: &[u8], end: &str, expected: &Value) {
    let config = format!("[harvest.csv]\nstart = \"https://e.example/dir/list\"\n{config}");
    let (records, result) = read(&config, None, None, &[], document);
    let records: Vec<Value> = records.iter().map(told).collect();
    assert_eq!((outcome(&result).as_str(), &json!(records)), (end, expected), "{result:?}");
}

#[test]
fn rows_become_records_whatever_the_program_that_wrote_them() {
    let one =
        json!([{ "key": "1", "url": "https://e.example/p", "payload": { "id": "1", "nom": "Café, été", "u": "/p" } }]);
    let config = "key = 'id'\nurl = 'u'";
    check(config, "id,nom,u\n1,\"Café, été\",/p\n".as_bytes(), "ok 0 utf-8", &one);
    check(config, "\u{feff}id; nom ;u\r\n1;Café, été;/p\r\n".as_bytes(), "ok 0 utf-8", &one);
    check(config, b"id\tnom\tu\n1\tCaf\xe9, \xe9t\xe9\t/p", "ok 0 windows-1252", &one);
    check(config, "\nid|nom|u\n\n1|Café, été|/p\n;;\n".as_bytes().strip_suffix(b";;\n").unwrap(), "ok 0 utf-8", &one);
    check(
        "",
        b"a,a,\n1,2,3\n",
        "ok 0 utf-8",
        &json!([
        { "key": null, "url": null, "payload": { "a": "1", "a (2)": "2", "column 3": "3" }, "issues": ["no-key"] }]),
    );
    check("key = 'a'", b"a,b\n", "ok 0 utf-8", &json!([]));
}

#[test]
fn rows_of_another_length_shift_nothing() {
    check(
        "key = 'a'",
        b"a,b\n1\n2,x,y\n,z\n",
        "ok 0 utf-8",
        &json!([
        { "key": "1", "url": null, "payload": { "a": "1" }, "issues": ["ragged-row"] },
        { "key": "2", "url": null, "payload": { "a": "2", "b": "x", "column 3": "y" }, "issues": ["ragged-row"] },
        { "key": null, "url": null, "payload": { "a": "", "b": "z" }, "issues": ["no-key"] }]),
    );
    check(
        "key = 'a'",
        b"a,b\n1,x\n2",
        "truncated",
        &json!([{ "key": "1", "url": null, "payload": { "a": "1", "b": "x" } }]),
    );
}

#[test]
fn quotes_that_never_end_swallow_no_rows_in_silence() {
    let one = json!([{ "key": "1", "url": null, "payload": { "a": "1", "b": "x \"y\", z" } }]);
    check("key = 'a'", b"a,b\n1,\"x \"\"y\"\", z\"\n2,\"x\n3,y\n", "truncated", &one);
    check("key = 'a'", b"a,b\n1,\"x \"\"y\"\", z\"\n", "ok 0 utf-8", &one);
    // However much follows, no more than one row's worth of it is held.
    let endless = ["a,b\n1,\"x \"\"y\"\", z\"\n2,\"".to_owned(), "x,y\n".repeat(5 << 20)].concat();
    check("key = 'a'", endless.as_bytes(), "truncated", &one);
    check(
        "key = 'a'",
        b"a;b\n1;6\" de large\n2;\"x\"",
        "ok 0 utf-8",
        &json!([
        { "key": "1", "url": null, "payload": { "a": "1", "b": "6\" de large" } },
        { "key": "2", "url": null, "payload": { "a": "2", "b": "x" } }]),
    );
}

#[test]
fn what_is_no_table_is_told() {
    check("", b"<html><body>x</body></html>", "html-instead", &json!([]));
    check("", b"{\"a\":1}", "malformed", &json!([]));
    check("", b"PK\x03\x04abc", "malformed", &json!([]));
    check("", b"", "empty-body", &json!([]));
}
