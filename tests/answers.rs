//! What people and programs get out: exports in every form, a run in detail, and what a new
//! version of the matcher leaves behind.

use std::process::Output;

use model::{Action, Place};
use serde_json::Value;
use store::{Filter, Store};

use crate::support::base::{at, open_sourceur, publish};
use crate::support::{Database, carrefour, database};

fn told(title: &str, territory: &str, updated: &str) -> Action {
    let place = Place { territory: territory.parse().ok(), ..Place::default() };
    let source_updated_on = updated.parse().ok();
    Action { title: title.into(), places: vec![place], source_updated_on, ..Action::default() }
}

async fn three() -> (Database, Store) {
    let database = database();
    let store = Store::connect(&database.url).await.unwrap();
    let a = open_sourceur("a");
    let records = [
        ("9", Some(told("Atelier vélo", "commune:47001", "2024"))),
        ("1", Some(told("Zone de gratuité", "commune:47001", "2024"))),
        ("5", Some(told("Café solidaire", "region:44", "2024"))),
    ];
    publish(&store, &a, &records, at("2026-01-01T00:00:00Z")).await;
    (database, store)
}

fn said(database: &Database, arguments: &[&str]) -> Output {
    carrefour().args(["--database-url", &database.url]).args(arguments).output().unwrap()
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn canonical_lines_are_sorted_and_hold_nothing_of_ours() {
    let (database, _store) = three().await;
    let written = lines(&said(&database, &["export", "--format", "ndjson", "--canonical"]));
    let mut sorted = written.clone();
    sorted.sort();
    assert_eq!((written.len(), &written), (3, &sorted));
    let ids: Vec<Value> =
        written.iter().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone()).collect();
    assert!(["a/1", "a/5", "a/9"].iter().all(|id| ids.contains(&Value::from(*id))), "{ids:?}");
    assert!(written.iter().all(|line| !line.contains("_at\"")), "{written:?}");
}

#[tokio::test]
async fn export_takes_the_filters_of_the_api_and_reads_them_alike() {
    let (database, _store) = three().await;
    let count = |filters: &[&str]| {
        let output = said(&database, &[&["export", "--format", "ndjson"], filters].concat());
        assert!(output.status.success(), "{filters:?}: {}", String::from_utf8_lossy(&output.stderr));
        lines(&output).len()
    };
    assert_eq!(count(&["--territory", "commune:47001"]), 2);
    assert_eq!(count(&["--territory", "region:42"]), 1, "Alsace lies in Grand Est");
    assert_eq!(count(&["--status", "unknown", "--sourceur", "a"]), 3);
    assert_eq!(count(&["--status", "running"]), 0);
    assert_eq!(count(&["--theme", "mobilite"]), 0);
    assert_eq!(count(&["--audience", "jeunes"]), 0);
    assert_eq!(count(&["--method", "cooperation"]), 0);
    assert_eq!(count(&["--changed-since", "2026-01-01"]), 3);
    assert_eq!(count(&["--changed-since", "2026-01-02"]), 0);

    let refused = said(&database, &["export", "--format", "csv", "--territory", "75"]);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0));
    let why = String::from_utf8(refused.stderr).unwrap();
    assert!(why.contains("`departement:75` or `region:75`"), "{why}");
}

#[tokio::test]
async fn a_published_run_shows_what_it_brought() {
    let (database, store) = three().await;
    let second = [
        ("9", Some(told("Atelier vélo", "commune:47001", "2025"))),
        ("1", None),
        ("7", Some(told("Four à pain", "commune:47001", "2024"))),
    ];
    publish(&store, &open_sourceur("a"), &second, at("2026-02-01T00:00:00Z")).await;
    let runs = store.runs(None, 10).await.unwrap();
    let shown = |run: model::RunId| {
        let output = said(&database, &["runs", "show", &run.to_string(), "--json"]);
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let keys = |shown: &Value, kind: &str| -> Vec<String> {
        shown[kind].as_array().unwrap().iter().map(|each| each["source_id"].as_str().unwrap().to_owned()).collect()
    };
    let last = shown(runs[0].id);
    assert_eq!(keys(&last, "new"), ["7"]);
    assert_eq!(keys(&last, "changed"), ["9"]);
    assert_eq!(keys(&last, "withdrawn"), ["1"]);
    assert_eq!(keys(&shown(runs[1].id), "new"), ["1", "5", "9"]);
    let people = said(&database, &["runs", "show", &runs[0].id.to_string()]);
    let people = String::from_utf8(people.stdout).unwrap();
    assert!(people.contains("Four à pain") && people.contains("it added"), "{people}");
}

/// What another version left behind is looked at once more, also where nothing new has come.
#[tokio::test]
async fn a_new_matcher_resolves_everything_once_more_and_only_once() {
    let (database, store) = three().await;
    let mut db = database.connect().await;
    let stale = "update log_head set resolver = 'before'; update record_version set keys = '{}';
        update membership set keys = '{}'; delete from record_key";
    sqlx::raw_sql(stale).execute(&mut db).await.unwrap();
    let now = at("2026-03-01T00:00:00Z");
    let resolved = store.resolve(now).await.unwrap();
    assert_eq!((resolved.dirty, resolved.created, resolved.changed), (3, 0, 0));
    let keys: i64 = sqlx::query_scalar("select count(*) from record_key").fetch_one(&mut db).await.unwrap();
    assert!(keys > 0, "nobody would find them");
    assert_eq!(store.resolve(now).await.unwrap().dirty, 0);
    assert_eq!(store.total(&Filter::default()).await.unwrap(), 3);
}
