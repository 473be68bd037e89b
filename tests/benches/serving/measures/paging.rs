//! Page 5,000 by its cursor beside page 1.

use api::Cursor;
use search::{Place, Question, Search, Sort};

use crate::child::Serving;
use crate::client::{Connection, request};
use crate::clock::Series;
use crate::questions::written_anew;
use crate::report::{Report, grouped};

/// Which page is far; of a smaller base, the last.
const FAR: usize = 5_000;
/// Calls of each.
const CALLS: usize = 200;
/// Pages around the one that is meant: none is asked for twice in a row.
const AROUND: usize = 50;

pub(crate) fn paging(search: &Search, serving: &Serving, report: &mut Report) {
    report.table("A page of 20 far down the list, by its cursor, beside the first pages");
    let places = places(search, FAR);
    let (first, last) = (&places[..AROUND.min(places.len())], &places[places.len().saturating_sub(AROUND)..]);
    let name = |how: &str| format!("a far page, {how} (page {})", grouped(places.len() as u64));

    let (mut far, mut near) = (Series::default(), Series::default());
    for call in 0..CALLS {
        for (series, places) in [(&mut near, first), (&mut far, last)] {
            let after = places[call % places.len()];
            let question = Question { sort: Sort::Changed, limit: 20, after, ..Question::default() };
            series.call(|| search.ask(&question)).expect("the index answers");
        }
    }
    report.calls(&name("in-process"), "≤ 2 × page 1", &far, Some(&near));

    let (mut far, mut near) = (Series::default(), Series::default());
    let mut connection = Connection::open(&serving.address);
    for call in 0..CALLS {
        for (series, places) in [(&mut near, first), (&mut far, last)] {
            let cursor = places[call % places.len()].map(|place| Cursor { sort: Sort::Changed, place });
            let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let path = written_anew(&format!("/api/v1/actions?limit=20{cursor}"), call);
            let ask = request(&serving.address, &path, "");
            series.call(|| connection.ask(&ask));
        }
    }
    // Both are one server's: its processor time tells nothing of either.
    (far.cpu, near.cpu) = Default::default();
    report.calls(&name("over HTTP"), "≤ 2 × page 1", &far, Some(&near));
}

/// After which place each page begins, from the first to the `most`th.
fn places(search: &Search, most: usize) -> Vec<Option<Place>> {
    let mut places = vec![None];
    let mut after = None;
    while places.len() < most {
        let question = Question { sort: Sort::Changed, limit: 1_000, after, ..Question::default() };
        let answer = search.ask(&question).expect("the index answers");
        places.extend(answer.hits.chunks_exact(20).map(|page| page.last().map(|hit| hit.place)));
        let Some(next) = answer.next else { break };
        after = Some(next);
    }
    // After the last hit there is no page.
    if places.len() < most {
        places.pop();
    }
    places.truncate(most);
    places
}
