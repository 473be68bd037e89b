//! Answers a second over HTTP, beside bare axum that serialises the same actions or sends the same bytes.

use std::fs;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use api::Cursor;
use search::{Question, Search, Sort};

use crate::anchor;
use crate::base::Base;
use crate::child::Serving;
use crate::client::{Connection, Load, request};
use crate::questions::{Drawn, written_anew};
use crate::report::{Line, Report, say, seconds};

/// Rounds of each side, in turn, and how long each lasts.
const ROUNDS: usize = 5;
const LASTS: Duration = Duration::from_millis(800);

const LIST: &str = "/api/v1/actions?limit=20";

pub(crate) async fn answers(base: &Base, search: &Search, serving: &Serving, drawn: &Drawn, report: &Report) {
    report.table("Answers a second over HTTP, 16 kept connections; beside bare axum");
    let host = &serving.address;
    let mut connection = Connection::open(host);
    let answer = connection.ask(&request(host, LIST, ""));
    let list = connection.body(answer).to_vec();
    let tag = connection.header(answer, "etag").unwrap_or_default();
    let folder = base.folder.join("anchor");
    fs::create_dir_all(&folder).expect("a folder can be made");
    // The very actions of the pages that ours is asked for.
    let question = Question { sort: Sort::Changed, limit: 2_000, ..Question::default() };
    let hits = search.ask(&question).expect("the index answers").hits;
    let ids: Vec<_> = hits.iter().map(|hit| hit.id).collect();
    let rows = base.store.actions_by_id(&ids).await.expect("the base gives its actions");
    let actions: Vec<_> = rows.iter().map(|row| row.action().expect("a row can be read")).collect();
    fs::write(folder.join(anchor::ACTIONS), serde_json::to_vec(&actions).expect("actions can be written"))
        .expect("a file can be written");
    fs::write(folder.join(anchor::LIST), &list).expect("a file can be written");
    let bare = anchor::start(&folder);

    let of = |server: &Serving, paths: Vec<String>, headers: &str| -> Vec<Vec<u8>> {
        paths.iter().map(|path| request(&server.address, path, headers)).collect()
    };
    let pages = hits.chunks(20).map(|page| page.last().map(|hit| Cursor { sort: Sort::Changed, place: hit.place }));
    let pages: Vec<String> = pages.flatten().map(|cursor| format!("{LIST}&cursor={cursor}")).collect();
    // So many ways of writing them that none is held when its turn comes again.
    let anew = (0..6_000).map(|number| written_anew(&pages[number % pages.len()], 1 + number / pages.len())).collect();
    let ids = drawn.actions.iter().filter_map(|action| action.id);
    let by_id = of(serving, ids.map(|id| format!("/api/v1/actions/{id}")).collect(), "");
    let one = of(&bare, (0..actions.len()).map(|place| format!("/one/{place}")).collect(), "");
    let made = of(&bare, (0..actions.len() / 20).map(|page| format!("/list/{page}")).collect(), "");
    let bytes = of(&bare, vec!["/bytes".to_owned()], "");
    let same = of(&bare, vec!["/same".to_owned()], "");
    let known = format!("If-None-Match: {tag}\r\n");
    type Requests = Vec<Vec<u8>>;
    let lines: [(&str, &str, Requests, Requests, u16); 4] = [
        ("an action by id", "≥ 50 % of axum serialising it", by_id, one, 200),
        (
            "a list of 20, its answer not held",
            "≥ 50 % of axum serialising the same 20",
            of(serving, anew, ""),
            made,
            200,
        ),
        ("the same list again", "≥ 50 % of axum sending the bytes", of(serving, vec![LIST.to_owned()], ""), bytes, 200),
        (
            "the same list, known: 304",
            "≥ 50 % of axum answering 304",
            of(serving, vec![LIST.to_owned()], &known),
            same,
            304,
        ),
    ];
    for (what, target, ours, anchors, status) in lines {
        tell(what, target, status, (serving, &ours), (&bare, &anchors), report);
    }
}

fn tell(
    what: &str,
    target: &str,
    status: u16,
    (serving, ours): (&Serving, &[Vec<u8>]),
    (bare, anchors): (&Serving, &[Vec<u8>]),
    report: &Report,
) {
    let (mut load, mut anchor) = (Load::default(), Load::default());
    let (next, next_of_anchor) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let before = (serving.process().cpu(), bare.process().cpu());
    for _ in 0..ROUNDS {
        load.run(&serving.address, ours, status, LASTS, &next);
        anchor.run(&bare.address, anchors, status, LASTS, &next_of_anchor);
    }
    let cpu = (serving.process().cpu_since(before.0), bare.process().cpu_since(before.1));
    let rate = |load: &Load| format!("{:.0}/s, p50 {:.2} p95 {:.2} ms", load.rate(), ms(load, 50), ms(load, 95));
    let each = |cpu: Duration, load: &Load| {
        cpu.as_secs_f64() * 1e6 / f64::from(u32::try_from(load.series.walls.len().max(1)).unwrap_or(u32::MAX))
    };
    report.line(&Line {
        what,
        target,
        ours: rate(&load),
        anchor: rate(&anchor),
        ratio: format!("{:.0} %", 100.0 * load.rate() / anchor.rate()),
        wall: format!("{} / {}", seconds(load.wall), seconds(anchor.wall)),
        cpu: format!(
            "{} / {} ({:.0} / {:.0} µs each)",
            seconds(cpu.0),
            seconds(cpu.1),
            each(cpu.0, &load),
            each(cpu.1, &anchor)
        ),
    });
    if load.wrong + anchor.wrong > 0 {
        say(&format!("({} of ours and {} of the anchor's had another status)", load.wrong, anchor.wrong));
    }
}

fn ms(load: &Load, percent: usize) -> f64 {
    load.series.within(percent).as_secs_f64() * 1e3
}
