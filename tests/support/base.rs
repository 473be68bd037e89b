//! A base with content of the test's own, put there the way a run puts it.

use chrono::{DateTime, Utc};
use model::{
    Account, Action, Arrival, Digest, Normalized, Payload, RawRecord, RecordKey, Rights, RunState, Sourceur, TextReach,
};
use serde_json::Value;
use std::collections::BTreeMap;
use store::{Outcome, PageEnd, Store};

/// A moment, as tests write it.
pub(crate) fn at(written: &str) -> DateTime<Utc> {
    written.parse().unwrap()
}

/// A sourceur that withholds nothing.
pub(crate) fn open_sourceur(id: &str) -> Sourceur {
    let rights = Rights { licence: "LO-2.0".into(), text: TextReach::Full, ..Rights::default() };
    Sourceur {
        id: id.parse().unwrap(),
        name: format!("Sourceur {id}"),
        home: None,
        enabled: true,
        notice: None,
        rank: 10,
        every: std::time::Duration::from_hours(24),
        language: "fr".into(),
        clean_source: false,
        rights,
        expect: model::Expect::default(),
    }
}

/// Publishes one complete run of a sourceur and resolves it: key → action, or none for a record
/// that the source says is deleted.
pub(crate) async fn publish(
    store: &Store,
    sourceur: &Sourceur,
    records: &[(&str, Option<Action>)],
    now: DateTime<Utc>,
) {
    let config = Digest::of([sourceur.id.as_str().as_bytes()]);
    store.register(std::slice::from_ref(sourceur), now).await.unwrap();
    let lease = store.lease(&sourceur.id, "test").await.unwrap().expect("nobody else harvests");
    let run = store.open_run(&lease, config, false, now).await.unwrap();
    let arrivals: Vec<Arrival> = records.iter().map(|(key, action)| arrival(key, action.as_ref())).collect();
    let withdrawn = records.iter().filter(|(_, action)| action.is_none()).count() as u64;
    let read = records.len() as u64;
    let account = Account { read, new: read - withdrawn, withdrawn, ..Account::default() };
    let keys: Vec<RecordKey> = arrivals.iter().map(|arrival| arrival.key.clone()).collect();
    let page = PageEnd { checkpoint: Value::Null, keys, account, requests: 1, bytes: 1 };
    store.land(&lease, run.id, config, &arrivals, Some(&page), now).await.unwrap();
    store.publish(&lease, run.id, true, now).await.unwrap();
    store.resolve(now).await.unwrap();
    let outcome = Outcome {
        state: RunState::Published,
        account,
        complete: true,
        requests: 1,
        bytes: 1,
        duration_ms: 1,
        reason: None,
        cursor: None,
        validators: None,
        moved_to: None,
    };
    store.close_run(&lease, run.id, &outcome, now).await.unwrap();
    lease.release().await.unwrap();
}

fn arrival(key: &str, action: Option<&Action>) -> Arrival {
    let raw = RawRecord {
        key: Some(key.parse().unwrap()),
        url: action.and_then(|action| action.url.clone()),
        base: None,
        payload: Payload::Json(serde_json::to_value(action).unwrap()),
        deleted: action.is_none(),
        issues: Vec::new(),
    };
    let normalized =
        Normalized { action: action.cloned().unwrap_or_default(), issues: Vec::new(), leftovers: BTreeMap::new() };
    Arrival { key: key.parse().unwrap(), raw_digest: raw.digest(), digest: normalized.digest(), raw, normalized }
}
