//! The index follows the base: what is committed is found, whatever happens to its folder.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use model::Action;
use search::{Filter, Question, Search, SearchError, Sort};
use store::Store;

use crate::support::base::{at, open_sourceur, publish};
use crate::support::{Database, Scratch, database};

struct Base {
    store: Store,
    _database: Database,
}

impl Base {
    async fn new() -> Self {
        let database = database();
        Self { store: Store::connect(&database.url).await.unwrap(), _database: database }
    }

    /// The whole list of one sourceur; `†` before a title: the source says that it is deleted.
    async fn publish(&self, titles: &[&str], minute: u32) {
        let action = |title: &str| Action {
            title: title.to_owned(),
            url: Some(format!("https://un.example/{title}")),
            ..Action::default()
        };
        let record =
            |title: &&'static str| (title.trim_start_matches('†'), (!title.starts_with('†')).then(|| action(title)));
        let titles: Vec<&'static str> =
            titles.iter().map(|title| &*Box::leak(title.to_string().into_boxed_str())).collect();
        let records: Vec<(&str, Option<Action>)> = titles.iter().map(record).collect();
        publish(&self.store, &open_sourceur("un"), &records, at(&format!("2026-01-01T00:{minute:02}:00Z"))).await;
    }
}

fn total(search: &Search, q: &str) -> u64 {
    let filter = Filter { q: Some(q.to_owned()), ..Filter::default() };
    search.ask(&Question { filter, sort: Sort::Relevance, limit: 10, ..Question::default() }).unwrap().total
}

/// Waits until the folder's lock is free again: the follower ends a moment after its last handle.
async fn released(folder: &Path) {
    let lock = fs::File::options().write(true).open(folder.join("0/lock")).unwrap();
    let begin = Instant::now();
    while lock.try_lock().is_err() {
        assert!(begin.elapsed() < Duration::from_secs(10), "the follower does not end");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_is_found_within_a_second() {
    let base = Base::new().await;
    base.publish(&["Jardin", "Garage"], 0).await;
    let search = Search::follow(base.store.clone(), None);
    assert!(matches!(search.ask(&Question::default()), Err(SearchError::NotReady { .. })));
    assert_eq!(search.generation(), None);
    search.caught_up().await.unwrap();
    assert_eq!((total(&search, "jardin"), total(&search, "")), (1, 2));
    let before = search.generation();
    base.publish(&["Jardin", "†Garage", "Verger"], 1).await;
    let committed = Instant::now();
    search.caught_up().await.unwrap();
    assert!(committed.elapsed() < Duration::from_secs(5), "{:?}", committed.elapsed());
    assert_eq!((total(&search, "garage"), total(&search, "verger"), total(&search, "")), (0, 1, 2));
    assert_ne!(search.generation(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_is_taken_up_again_where_it_stood_or_made_again() {
    let base = Base::new().await;
    let scratch = Scratch::new();
    let folder = scratch.join("search");
    base.publish(&["Jardin", "Garage"], 0).await;
    let generation = {
        let search = Search::follow(base.store.clone(), Some(folder.clone()));
        search.caught_up().await.unwrap();
        let other = Search::follow(base.store.clone(), Some(folder.clone()));
        other.caught_up().await.unwrap();
        assert!(folder.join("1/index").is_dir(), "two handles have a folder each");
        assert_eq!(search.generation(), other.generation());
        search.generation()
    };
    released(&folder).await;
    let written = |folder: &Path| fs::metadata(folder.join("0/index/.managed.json")).unwrap().modified().unwrap();
    let made = written(&folder);
    {
        let search = Search::follow(base.store.clone(), Some(folder.clone()));
        search.caught_up().await.unwrap();
        assert_eq!((search.generation(), total(&search, "")), (generation, 2));
        assert_eq!(written(&folder), made, "nothing was made again");
    }
    released(&folder).await;
    for entry in fs::read_dir(folder.join("0/index")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "idx") {
            fs::write(&path, b"damaged").unwrap();
        }
    }
    base.publish(&["Jardin", "Garage", "Verger"], 1).await;
    let search = Search::follow(base.store.clone(), Some(folder.clone()));
    search.caught_up().await.unwrap();
    assert_eq!((total(&search, "verger"), total(&search, "")), (1, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_of_another_base_is_not_believed() {
    let (one, other) = (Base::new().await, Base::new().await);
    let scratch = Scratch::new();
    let folder = scratch.join("search");
    one.publish(&["Jardin"], 0).await;
    other.publish(&["Garage"], 0).await;
    Search::follow(one.store.clone(), Some(folder.clone())).caught_up().await.unwrap();
    released(&folder).await;
    let search = Search::follow(other.store.clone(), Some(folder.clone()));
    search.caught_up().await.unwrap();
    assert_eq!((total(&search, "jardin"), total(&search, "garage")), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_no_folder_can_be_made_the_index_is_kept_in_memory() {
    let base = Base::new().await;
    base.publish(&["Jardin"], 0).await;
    let scratch = Scratch::new();
    let file = scratch.write("file", "no folder");
    let search = Search::follow(base.store.clone(), Some(file.join("search")));
    search.caught_up().await.unwrap();
    assert_eq!(total(&search, "jardin"), 1);
}
