//! From a commit in Postgres to a hit: a hundred changes a second, in small runs of a sourceur of its own.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use chrono::Utc;
use model::{
    Account, Action, Arrival, Digest, Expect, Normalized, Payload, RawRecord, Rights, RunState, Sourceur, TextReach,
};
use search::{Filter, Question, Search};
use serde_json::Value;
use store::{Outcome, PageEnd, Store};

use crate::clock::{Process, Series};
use crate::report::{Line, Report, seconds};

/// Changes of a run, and runs.
const OF_A_RUN: usize = 20;
const RUNS: usize = 100;
/// Between the beginnings of two runs: a hundred changes a second.
const EVERY: Duration = Duration::from_millis(200);
/// Records that change in turn.
const RECORDS: usize = 200;
/// How long a change may take to be found before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn visible(store: &Store, search: &Search, report: &mut Report) {
    report.table("From a commit in Postgres to a hit, at 100 changes a second");
    let sourceur = sourceur();
    store.register(std::slice::from_ref(&sourceur), Utc::now()).await.expect("the base takes a sourceur");
    // The records are there before they change.
    let all: Vec<Arrival> = (0..RECORDS).map(|record| arrival(record, Some("d’avant"))).collect();
    publish(store, &sourceur, &all).await;
    search.caught_up().await.expect("the index follows");

    let (commits, committed) = channel::<(String, Instant)>();
    let watching = {
        let search = search.clone();
        thread::spawn(move || watch(&search, &committed))
    };
    let (cpu, began) = (Process::this().cpu(), Instant::now());
    let mut publishing = Series::default();
    for run in 0..RUNS {
        let due = EVERY * u32::try_from(run).unwrap_or(0);
        tokio::time::sleep(due.saturating_sub(began.elapsed())).await;
        // A word that no other run says, and with digits nothing else is taken for it.
        let word = format!("q{run:05}x{:05}", began.elapsed().as_millis() % 100_000);
        let records = (0..OF_A_RUN).map(|place| arrival((run * OF_A_RUN + place) % RECORDS, Some(&word)));
        let started = Instant::now();
        let at = publish(store, &sourceur, &records.collect::<Vec<_>>()).await;
        publishing.walls.push(at - started);
        commits.send((word, at)).expect("the watcher waits for it");
    }
    let (took, cpu) = (began.elapsed(), Process::this().cpu_since(cpu));
    drop(commits);
    let (found, lost) = watching.join().expect("the watcher ends");
    let gone: Vec<Arrival> = (0..RECORDS).map(|record| arrival(record, None)).collect();
    publish(store, &sourceur, &gone).await;

    report.calls("from the commit to the hit", "p95 ≤ 1 s", &found, None);
    let changes = f64::from(u32::try_from(OF_A_RUN * RUNS).unwrap_or(u32::MAX));
    let ours = format!("{:.0} changes a second, {lost} never found", changes / took.as_secs_f64());
    let wall = seconds(took);
    report.line(&Line { what: "meanwhile", target: "100 a second", ours, wall, cpu: seconds(cpu), ..Line::default() });
    report.calls("a run of 20 changes, to its commit", "–", &publishing, None);
}

/// Looks for each word from its commit on; gives how long each took, and how many were lost.
fn watch(search: &Search, committed: &Receiver<(String, Instant)>) -> (Series, usize) {
    let (mut found, mut lost) = (Series::default(), 0);
    let mut waiting: VecDeque<(String, Instant)> = VecDeque::new();
    let mut is_over = false;
    while !is_over || !waiting.is_empty() {
        loop {
            match committed.try_recv() {
                Ok(commit) => waiting.push_back(commit),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    is_over = true;
                    break;
                }
            }
        }
        let Some((word, at)) = waiting.front() else {
            thread::sleep(Duration::from_millis(2));
            continue;
        };
        let filter = Filter { q: Some(word.clone()), ..Filter::default() };
        let total = search.ask(&Question { filter, limit: 1, ..Question::default() }).map_or(0, |answer| answer.total);
        if total == OF_A_RUN as u64 {
            found.walls.push(at.elapsed());
            waiting.pop_front();
        } else if at.elapsed() > PATIENCE {
            lost += 1;
            waiting.pop_front();
        } else {
            thread::sleep(Duration::from_millis(2));
        }
    }
    (found, lost)
}

fn sourceur() -> Sourceur {
    Sourceur {
        id: "banc-de-mesure".parse().expect("a slug is an id"),
        name: "Banc de mesure".into(),
        home: None,
        enabled: true,
        notice: None,
        rank: 10,
        every: Duration::from_hours(24),
        language: "fr".into(),
        clean_source: true,
        rights: Rights { licence: "LO-2.0".into(), text: TextReach::Full, ..Rights::default() },
        expect: Expect::default(),
    }
}

/// A record that tells a word, or that its source took away.
fn arrival(record: usize, word: Option<&str>) -> Arrival {
    let key = format!("banc-{record}");
    let action = word.map(|word| Action {
        title: format!("Mesure numéro {record} du banc {}", Digest::of([key.as_bytes()])),
        summary: Some(format!("Le mot de ce tour est {word}.")),
        ..Action::default()
    });
    let raw = RawRecord {
        key: Some(key.parse().expect("a plain text is a key")),
        url: None,
        base: None,
        payload: Payload::Json(serde_json::to_value(&action).expect("an action can be written")),
        deleted: action.is_none(),
        issues: Vec::new(),
    };
    let normalized = Normalized { action: action.unwrap_or_default(), issues: Vec::new(), leftovers: BTreeMap::new() };
    Arrival {
        key: key.parse().expect("a plain text is a key"),
        raw_digest: raw.digest(),
        digest: normalized.digest(),
        raw,
        normalized,
    }
}

/// One run, the way every run goes; gives the moment at which what is served had changed.
async fn publish(store: &Store, sourceur: &Sourceur, arrivals: &[Arrival]) -> Instant {
    let now = Utc::now();
    let config = Digest::of([sourceur.id.as_str().as_bytes()]);
    let lease = store.lease(&sourceur.id, "serving").await.expect("the base leases").expect("nobody else harvests it");
    let run = store.open_run(&lease, config, false, now).await.expect("a run opens");
    let account = Account { read: arrivals.len() as u64, new: arrivals.len() as u64, ..Account::default() };
    let keys = arrivals.iter().map(|arrival| arrival.key.clone()).collect();
    let page = PageEnd { checkpoint: Value::Null, keys, account, requests: 1, bytes: 1 };
    store.land(&lease, run.id, config, arrivals, Some(&page), now).await.expect("records land");
    store.publish(&lease, run.id, false, now).await.expect("a run is published");
    store.resolve(now).await.expect("what changed is resolved");
    let committed = Instant::now();
    let outcome = Outcome {
        state: RunState::Published,
        account,
        complete: false,
        requests: 1,
        bytes: 1,
        duration_ms: 1,
        reason: None,
        cursor: None,
        validators: None,
        moved_to: None,
    };
    store.close_run(&lease, run.id, &outcome, now).await.expect("a run closes");
    lease.release().await.expect("a lease is given back");
    committed
}
