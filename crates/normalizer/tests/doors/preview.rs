//! What `preview` promises of feeds, word for word, and values kept as they came.

use model::Payload;
use serde_json::{Map, Value, json};

use crate::{apply, told};

const FEED: &str = r#"
[harvest.feed]
start = "https://exemple.fr/feed.xml"
"#;

fn feed(item: Value) -> Payload {
    let Value::Object(map) = item else { panic!("an item is an object") };
    Payload::Feed(map)
}

#[track_caller]
fn check(fields: &str, item: Value, action: Value, issues: &[&str], leftovers: Value) {
    let normalized = apply(&format!("{FEED}{fields}"), feed(item));
    assert_eq!(serde_json::to_value(&normalized.action).unwrap(), action);
    assert_eq!(told(&normalized), issues);
    assert_eq!(serde_json::to_value(&normalized.leftovers).unwrap(), leftovers);
}

#[test]
fn a_feeds_item_gives_what_its_mapping_asks_for_and_nothing_else() {
    check(
        r#"
        [fields]
        title = "title"
        summary = "summary"
        sections.description = { at = "content", as = "html" }
        "#,
        json!({
            "id": "http://e.example/1", "title": "Café", "link": "http://e.example/1",
            "published": "2004-01-01T19:48:21Z", "summary": "<b>x</b>", "content": "<p>y</p>",
        }),
        json!({
            "title": "Café", "summary": "x",
            "sections": [{"kind": "description", "text": "y", "html": "<p>y</p>"}],
        }),
        &[],
        json!({}),
    );
}

#[test]
fn a_feed_without_fields_is_read_by_the_usual_names() {
    check(
        "",
        json!({
            "id": "1", "title": "Un jardin", "link": "https://exemple.fr/1", "updated": "2012-03-01T08:00:00Z",
            "categories": ["Jardins partagés", "Broderie"], "authors": ["Une plume"],
        }),
        json!({
            "title": "Un jardin", "url": "https://exemple.fr/1", "source_updated_on": "2012-03-01",
            "themes": [{
                "id": "alimentation-agriculture/jardins-partages", "label": "Jardins partagés et familiaux",
                "from": [{"sourceur": "x", "words": "Jardins partagés"}],
            }],
            "unmapped": [{"sourceur": "x", "field": "themes", "words": "Broderie"}],
        }),
        &[],
        json!({"authors[]": "Une plume"}),
    );
    check("", json!({}), json!({}), &["title:no-title"], json!({}));
}

#[test]
fn no_cleaning_step_leaves_a_value_as_it_came() {
    let raw = r#"
        [fields]
        title = { at = "title", clean = [] }
        summary = { at = "summary", clean = [] }
        sections.description = { at = "content", as = "html", clean = [] }
        "#;
    check(
        raw,
        json!({
            "title": "  <b>e\u{301}</b> &amp; \u{200f}c'ur\0\u{7} - 47 ",
            "summary": "CafÃ©\u{fdd0} <script>alert(1)</script>",
            "content": "<p onclick='x'>a</p><script>b</script>",
        }),
        json!({
            "title": "<b>é</b> &amp; \u{200f}c'ur - 47",
            "summary": "CafÃ© <script>alert(1)</script>",
            "sections": [{"kind": "description", "text": "a", "html": "<p>a</p>"}],
        }),
        &[],
        json!({}),
    );
}

#[test]
fn relative_addresses_in_html_start_from_the_document() {
    check(
        r#"
        [fields]
        title = "title"
        sections.description = { at = "content", as = "html" }
        "#,
        json!({"title": "t", "content": "<a href=\"../a.html\">a</a><img src=\"b.png\">"}),
        json!({
            "title": "t",
            "sections": [{
                "kind": "description", "text": "a",
                "html": "<a href=\"https://exemple.fr/a.html\">a</a><img src=\"https://exemple.fr/liste/b.png\">",
            }],
        }),
        &[],
        json!({}),
    );
}

#[test]
fn a_mapping_is_shared_between_threads() {
    fn shared<T: Send + Sync>(of: T) -> T {
        of
    }
    let (normalizer, faults) = crate::read(FEED);
    assert_eq!((shared(normalizer).digest(), faults), (crate::read(FEED).0.digest(), Vec::new()));
}

#[test]
fn hostile_html_ends_in_bounded_time_and_without_anything_that_acts() {
    let hostile = [
        "<div>".repeat(100_000),
        format!("<p {}>", "a=b ".repeat(100_000)),
        format!("{}x", "<b><i>".repeat(50_000)),
        "<a ".repeat(100_000),
        "<b <".repeat(100_000),
        "a?b'".repeat(100_000),
        "&amp;".repeat(100_000),
        format!("<div>{}", "x :<br>".repeat(60_000)),
        "<a href='java\tscript:alert(1)'>x</a><svg><style><img src=x onerror=alert(1)>".to_owned(),
    ];
    for source in hostile {
        let mut item = Map::new();
        item.insert("title".to_owned(), "t".into());
        item.insert("content".to_owned(), source.clone().into());
        let normalized = apply(FEED, Payload::Feed(item));
        let json = serde_json::to_string(&normalized.action).unwrap();
        assert!(!json.contains("onerror") && !json.contains("script:"), "{json}");
        let page = apply(
            "[harvest.listing]\nstart = \"https://exemple.fr/\"\n[fields]\ntitle = \"h1\"\nsummary = \"text:Résumé\"",
            Payload::Html(source),
        );
        assert!(page.is_rejected());
    }
}
