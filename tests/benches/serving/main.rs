//! Serving a large base, measured from end to end beside bare tantivy and bare axum, in one run.
//!
//! It tells; it never fails for being slow. Bases are made once, by the road, and kept under
//! `target/bench`. How to run it, and what it gave, stands in `docs/benchmarks.md`.

mod anchor;
mod bare;
mod base;
mod child;
mod client;
mod clock;
#[path = "../../support/command.rs"]
mod command;
mod measures;
mod questions;
mod report;

use std::fs;
use std::path::{Path, PathBuf};

use search::Search;

use crate::bare::Bare;
use crate::base::Base;
use crate::questions::{Drawn, FACETS};
use crate::report::{Report, say};

/// Actions of the base, where nobody says otherwise.
const ACTIONS: usize = 200_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads can be made");
    if let [first, folder] = arguments.as_slice()
        && first == anchor::ARGUMENT
    {
        return runtime.block_on(anchor::serve(Path::new(folder)));
    }
    // `cargo bench` adds an argument of its own.
    let numbers = arguments.iter().filter_map(|argument| argument.replace('_', "").parse().ok());
    let mut sizes: Vec<usize> = numbers.collect();
    if sizes.is_empty() {
        sizes.push(ACTIONS);
    }
    let parts: Vec<&str> = arguments.iter().filter_map(|argument| argument.strip_prefix("--only=")).collect();
    let mut report = Report::default();
    for actions in sizes {
        report.about(actions);
        runtime.block_on(measure(actions, &parts, &mut report));
    }
    report.tell_growth();
}

/// Every measure on a base of so many actions, or those named.
async fn measure(actions: usize, parts: &[&str], report: &mut Report) {
    let base = Base::of(actions, &root().join("target/bench")).await;
    let wanted = |part: &str| parts.is_empty() || parts.contains(&part);
    let data = base.folder.join("served");
    fs::create_dir_all(&data).expect("a folder can be made");
    let serving = measures::build(&base, &data, wanted("index"), report).await;

    let own = base.folder.join("own");
    share_index(&data.join("search/0/index"), &own.join("0/index"));
    let search = Search::follow(base.store.clone(), Some(own.clone()));
    search.caught_up().await.expect("the index follows");
    let mut bare = Bare::open(&own.join("0/index"), &FACETS).expect("tantivy opens the index");
    say(&format!("\n(segments of the index: {})", bare.searcher.segment_readers().len()));
    let drawn = Drawn::from(&bare, &base.store).await;
    if wanted("search") {
        measures::searching(&search, &mut bare, &serving, &drawn, report);
    }
    if wanted("map") {
        measures::map(&search, &drawn, report);
    }
    if wanted("paging") {
        measures::paging(&search, &serving, report);
    }
    if wanted("answers") {
        measures::answers(&base, &search, &serving, &drawn, report).await;
    }
    if wanted("pages") {
        measures::pages(&serving, &drawn, report);
    }
    measures::after_queries(&serving, report);
    drop(serving);
    // A base of copies has no records that could change.
    if wanted("visible") && base.can_change {
        measures::visible(&base.store, &search, report).await;
    }
}

/// The same files under another name: what is in an index is never written again.
fn share_index(from: &Path, to: &Path) {
    drop(fs::remove_dir_all(to.parent().expect("an index lies in a folder")));
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("there is an index").flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().ends_with(".lock") {
            continue;
        }
        let link = to.join(&name);
        if fs::hard_link(entry.path(), &link).is_err() {
            fs::copy(entry.path(), &link).expect("a file can be copied");
        }
    }
}

/// The root of the tree.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the tree").to_owned()
}
