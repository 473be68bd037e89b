//! Searching with facets: in-process beside bare tantivy, and over HTTP beside in-process, call by call.

use search::Search;

use crate::bare::Bare;
use crate::child::Serving;
use crate::client::{Connection, request};
use crate::clock::Series;
use crate::questions::{Asked, Drawn, FACETS, written_anew};
use crate::report::{Report, say};

/// Calls of each kind.
const CALLS: usize = 300;

pub(crate) fn searching(search: &Search, bare: &mut Bare, serving: &Serving, drawn: &Drawn, report: &mut Report) {
    report.table("Search: 20 hits, their number, three facets; beside bare tantivy on the same index");
    let mut over_http = Vec::new();
    let mut connection = Connection::open(&serving.address);
    for kind in drawn.kinds.iter().filter(|kind| !kind.asked.is_empty()) {
        let (mut ours, mut theirs, mut http) = (Series::default(), Series::default(), Series::default());
        let (mut found, mut wrong) = (0, 0);
        let served = serving.process();
        let cpu = served.cpu();
        let bares: Vec<_> = kind.asked.iter().map(|asked| bare_question(bare, asked)).collect();
        for call in 0..CALLS {
            let place = call % kind.asked.len();
            let question = kind.asked[place].question(true);
            let answer = ours.call(|| search.ask(&question)).expect("the index answers");
            found += answer.total;
            if kind.has_anchor {
                theirs.call(|| bare.answer(&bares[place])).expect("tantivy answers");
            }
            let facets = FACETS.join(",");
            let path = format!("/api/v1/actions?limit=20&facets={facets}{}", kind.asked[place].parameters());
            let ask = request(&serving.address, &written_anew(&path, call), "");
            wrong += usize::from(http.call(|| connection.ask(&ask)).status != 200);
        }
        // What it costs is the server's: between these calls it does nothing else.
        http.cpu = served.cpu_since(cpu);
        let name = format!("{} ({} found)", kind.name, found / CALLS as u64);
        report.calls(&name, "≤ 1.5 × bare tantivy", &ours, kind.has_anchor.then_some(&theirs));
        over_http.push((kind.name, http, ours, wrong));
    }
    report.table("The same over HTTP, answers not held, beside in-process");
    for (name, http, ours, wrong) in over_http {
        report.calls(&format!("{name}, over HTTP"), "≤ 2 × or + 2 ms", &http, Some(&ours));
        if wrong > 0 {
            say(&format!("({wrong} of these answers were none)"));
        }
    }
}

fn bare_question(bare: &mut Bare, asked: &Asked) -> crate::bare::Asked {
    let words: Vec<&str> = asked.words.iter().map(String::as_str).collect();
    bare.asked(&words, &asked.filters()).expect("the index has these fields")
}
