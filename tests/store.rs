//! The base: a run lands, is published or not, and becomes merged actions and a log.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt;
use model::{
    Account, Action, Arrival, Contact, ContactReach, Digest, Expect, Issue, Normalized, Payload, Person, Place,
    RawRecord, RecordKey, Rights, RunState, Severity, Sourceur, SourceurId, TextReach,
};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Row};
use store::{
    ChangeKind, Filter, Found, Known, Lease, OpenRun, Outcome, PageEnd, Released, Resolved, Store, StoreError,
};

use crate::support::{Database, database};

/// A base with a clock that a test moves itself.
struct Base {
    store: Store,
    database: Database,
}

/// A record as tests write it: key, title, commune; what the title begins with may say more.
type Told<'a> = (&'a str, &'a str, &'a str);

const AGEN: &str = "commune:47001";
const BOE: &str = "commune:47031";

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap() + TimeDelta::minutes(minute)
}

fn id(name: &str) -> SourceurId {
    name.parse().unwrap()
}

fn sourceur(name: &str) -> Sourceur {
    Sourceur {
        id: id(name),
        name: name.to_uppercase(),
        home: None,
        enabled: true,
        notice: None,
        rank: 100,
        every: std::time::Duration::from_hours(24),
        language: "fr".into(),
        clean_source: false,
        rights: Rights { text: TextReach::Full, contacts: ContactReach::All, ..Rights::default() },
        expect: Expect::default(),
    }
}

/// `!` before the title: the record is rejected; `†`: the source says that it is deleted.
fn arrival((key, title, commune): Told<'_>) -> Arrival {
    let key: RecordKey = key.parse().unwrap();
    let place = Place { territory: commune.parse().ok(), ..Place::default() };
    let raw = RawRecord {
        key: Some(key.clone()),
        url: None,
        base: None,
        payload: Payload::Json(json!({ "id": key, "title": title, "commune": commune })),
        deleted: title.starts_with('†'),
        issues: vec![],
    };
    let issues = match title.strip_prefix('!') {
        Some(_) => vec![Issue::new(Severity::Error, "title", "no-title", "it has no title")],
        None => vec![],
    };
    let places = if commune.is_empty() { vec![] } else { vec![place] };
    let action = Action { title: title.to_owned(), places, ..Action::default() };
    let normalized = Normalized { action, issues, leftovers: BTreeMap::new() };
    Arrival { key, raw_digest: raw.digest(), raw, digest: normalized.digest(), normalized }
}

fn mapping() -> Digest {
    Digest::of([b"mapping".as_slice()])
}

fn config() -> Digest {
    Digest::of([b"config".as_slice()])
}

fn outcome(state: RunState) -> Outcome {
    Outcome {
        state,
        account: Account::default(),
        complete: true,
        requests: 1,
        bytes: 1,
        duration_ms: 1,
        reason: None,
        cursor: None,
        validators: None,
        moved_to: None,
    }
}

impl Base {
    async fn new(sourceurs: &[&str]) -> Self {
        let database = database();
        let store = Store::connect(&database.url).await.unwrap();
        let sourceurs: Vec<Sourceur> = sourceurs.iter().map(|name| sourceur(name)).collect();
        store.register(&sourceurs, at(0)).await.unwrap();
        Self { store, database }
    }

    async fn open(&self, name: &str, minute: i64) -> (Lease, OpenRun) {
        let lease = self.store.lease(&id(name), "a test").await.unwrap().expect("nobody else holds it");
        let open = self.store.open_run(&lease, config(), false, at(minute)).await.unwrap();
        (lease, open)
    }

    /// Lands a page as a pipeline does: known records go no further.
    async fn land(&self, lease: &Lease, open: &OpenRun, page: &[Told<'_>], minute: i64) {
        let arrivals: Vec<Arrival> = page.iter().map(|told| arrival(*told)).collect();
        let keys: Vec<RecordKey> = arrivals.iter().map(|arrival| arrival.key.clone()).collect();
        let known = self.store.known(&lease.sourceur, &keys).await.unwrap();
        let is_new = |arrival: &Arrival| {
            known.get(&arrival.key).is_none_or(|known: &Known| {
                (known.raw_digest, known.mapping_digest) != (arrival.raw_digest, mapping())
                    || known.withdrawn && !arrival.raw.deleted
            })
        };
        let arrivals: Vec<Arrival> = arrivals.into_iter().filter(is_new).collect();
        let end =
            PageEnd { checkpoint: json!({ "seen": keys }), keys, account: Account::default(), requests: 1, bytes: 1 };
        self.store.land(lease, open.id, mapping(), &arrivals, Some(&end), at(minute)).await.unwrap();
    }

    /// A whole run over a complete list of one page.
    async fn harvest(&self, name: &str, list: &[Told<'_>], minute: i64) -> Resolved {
        let (lease, open) = self.open(name, minute).await;
        self.land(&lease, &open, list, minute).await;
        self.store.publish(&lease, open.id, true, at(minute)).await.unwrap();
        let resolved = self.store.resolve(at(minute)).await.unwrap();
        self.store.close_run(&lease, open.id, &outcome(RunState::Published), at(minute)).await.unwrap();
        lease.release().await.unwrap();
        resolved
    }

    /// A whole run that ends unpublished.
    async fn harvest_in_vain(&self, name: &str, list: &[Told<'_>], state: RunState, minute: i64) -> OpenRun {
        let (lease, open) = self.open(name, minute).await;
        self.land(&lease, &open, list, minute).await;
        let mut outcome = outcome(state);
        outcome.account.absent = self.store.judge_facts(open.id).await.unwrap().absent;
        self.store.close_run(&lease, open.id, &outcome, at(minute)).await.unwrap();
        lease.release().await.unwrap();
        open
    }

    /// All that anybody can read of actions, as they are told.
    async fn served(&self) -> Vec<String> {
        let rows: Vec<_> = self.store.stream_actions(&Filter::default()).try_collect().await.unwrap();
        let mut served: Vec<String> = rows.iter().map(|row| row.body.to_string()).collect();
        for change in self.store.changes(0, 10_000).await.unwrap() {
            served.push(format!("{change:?}"));
        }
        served
    }

    /// Content without ids and times of ours, ordered: what two bases with the same records share.
    async fn canonical(&self) -> Vec<(String, Value)> {
        let rows: Vec<(String, Action)> = self.store.stream_canonical(&Filter::default()).try_collect().await.unwrap();
        let strip = |(key, action): (String, Action)| {
            let ties: BTreeSet<String> = action.relations.iter().map(|tie| format!("{:?}", tie.kind)).collect();
            let mut value = serde_json::to_value(&action).unwrap();
            let fields = value.as_object_mut().unwrap();
            for ours in ["id", "first_seen_at", "changed_at", "relations"] {
                fields.remove(ours);
            }
            for origin in fields["origins"].as_array_mut().unwrap() {
                origin.as_object_mut().unwrap().remove("harvested_at");
            }
            fields.insert("ties".into(), json!(ties));
            (key, value)
        };
        rows.into_iter().map(strip).collect()
    }

    /// `a/1 b/1: title` for every action, by canonical key.
    async fn clusters(&self) -> Vec<String> {
        let tell = |(_, value): (String, Value)| {
            let origins = value["origins"].as_array().unwrap().iter();
            let of = |name: &str, origin: &Value| origin[name].as_str().unwrap().to_owned();
            let records: Vec<String> =
                origins.map(|origin| format!("{}/{}", of("sourceur", origin), of("source_id", origin))).collect();
            format!("{}: {}", records.join(" "), value["title"].as_str().unwrap())
        };
        self.canonical().await.into_iter().map(tell).collect()
    }

    /// The log: kind, and how the two actions are called in order of appearance.
    async fn log(&self) -> Vec<String> {
        let mut names: Vec<model::ActionId> = Vec::new();
        let mut name = |id: model::ActionId| {
            let at = names.iter().position(|known| *known == id).unwrap_or_else(|| {
                names.push(id);
                names.len() - 1
            });
            format!("#{}", at + 1)
        };
        let mut told = Vec::new();
        for change in self.store.changes(0, 10_000).await.unwrap() {
            let into = change.into.map(|into| format!(" {}", name(into))).unwrap_or_default();
            let reason = change.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
            told.push(format!("{} {}{into}{reason}", change.kind.as_str(), name(change.id)));
        }
        told
    }

    /// Every table with its rows and who wrote each, to tell which were touched.
    async fn tables(&self) -> BTreeMap<String, String> {
        let mut db = self.database.connect().await;
        let names: Vec<String> =
            sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public'")
                .fetch_all(&mut db)
                .await
                .unwrap();
        let mut tables = BTreeMap::new();
        for name in names {
            let rows =
                format!("select coalesce(string_agg(t::text || t.xmin::text, '|' order by t::text), '') from {name} t");
            let rows: String = sqlx::query(AssertSqlSafe(rows)).fetch_one(&mut db).await.unwrap().get(0);
            tables.insert(name, rows);
        }
        tables
    }

    async fn only_id(&self) -> model::ActionId {
        let page = self.store.actions(&Filter::default(), None, 10).await.unwrap();
        assert_eq!(page.rows.len(), 1);
        page.rows[0].id
    }
}

const THREE: &[Told<'_>] =
    &[("1", "Le café solidaire", AGEN), ("2", "Garage associatif", AGEN), ("3", "Bus numérique rural", BOE)];

#[tokio::test]
async fn a_harvest_serves_each_record_once_and_logs_each_once() {
    let base = Base::new(&["a"]).await;
    let resolved = base.harvest("a", THREE, 1).await;
    assert_eq!(resolved, Resolved { dirty: 3, created: 3, ..Resolved::default() });
    let expected = ["a/1: Le café solidaire", "a/2: Garage associatif", "a/3: Bus numérique rural"];
    assert_eq!(base.clusters().await, expected);
    assert_eq!(base.log().await, ["created #1", "created #2", "created #3"]);
    let row = base.store.sourceur(&id("a")).await.unwrap().unwrap();
    assert_eq!((row.records, row.actions, row.last_success_at), (3, 3, Some(at(1))));
    assert_eq!(row.last_run.unwrap().state, RunState::Published);
}

#[tokio::test]
async fn a_held_run_changes_nothing_that_can_be_read() {
    let base = Base::new(&["a", "b"]).await;
    base.harvest("a", THREE, 1).await;
    let before = (base.served().await, base.store.log_head().await.unwrap());
    let held = base.harvest_in_vain("a", &[("1", "Tout autre chose", AGEN)], RunState::Held, 2).await;
    base.store.resolve(at(3)).await.unwrap();
    base.harvest("b", &[], 4).await;
    assert_eq!((base.served().await, base.store.log_head().await.unwrap()), before);
    let detail = base.store.run(held.id).await.unwrap().unwrap();
    assert_eq!(detail.run.state, RunState::Held);
    assert_eq!((detail.new.len(), detail.changed.len(), detail.withdrawn.len()), (0, 1, 2));
    assert_eq!(detail.changed[0].title, "Tout autre chose");
}

#[tokio::test]
async fn a_failed_run_publishes_nothing_and_keeps_nothing() {
    let base = Base::new(&["a"]).await;
    base.harvest("a", THREE, 1).await;
    let before = base.served().await;
    base.harvest_in_vain("a", &[("1", "Tout autre chose", AGEN), ("9", "Neuf", AGEN)], RunState::Failed, 2).await;
    base.store.resolve(at(3)).await.unwrap();
    assert_eq!(base.served().await, before);
    let mut db = base.database.connect().await;
    let versions: i64 = sqlx::query_scalar("select count(*) from record_version").fetch_one(&mut db).await.unwrap();
    let pages: i64 = sqlx::query_scalar("select count(*) from page").fetch_one(&mut db).await.unwrap();
    assert_eq!((versions, pages), (3, 0));
}

#[tokio::test]
async fn a_released_run_is_published_as_it_came_and_withdraws_what_it_left_out() {
    let base = Base::new(&["a"]).await;
    base.harvest("a", THREE, 1).await;
    let held = base.harvest_in_vain("a", &[("1", "Le café solidaire d'Agen", AGEN)], RunState::Held, 2).await;
    assert_eq!(base.store.release_run(held.id, at(3)).await.unwrap(), Released::Done);
    assert_eq!(base.clusters().await, ["a/1: Le café solidaire d'Agen"]);
    let log = base.log().await;
    assert_eq!(log[3..], ["changed #1", "withdrawn #2 (absent)", "withdrawn #3 (absent)"]);
    let again = base.store.release_run(held.id, at(4)).await.unwrap();
    assert_eq!(again, Released::NotHeld(RunState::Published));
    let row = base.store.run(held.id).await.unwrap().unwrap().run;
    assert_eq!((row.state, row.account.absent), (RunState::Published, 2));
}

#[tokio::test]
async fn an_unchanged_run_writes_only_its_own_rows() {
    let base = Base::new(&["a"]).await;
    let list = [THREE, &[("4", "!", ""), ("5", "†", "")]].concat();
    base.harvest("a", &list, 1).await;
    let before = (base.tables().await, base.served().await);
    base.store.register(&[sourceur("a")], at(2)).await.unwrap();
    let resolved = base.harvest("a", &list, 2).await;
    assert_eq!(resolved, Resolved::default());
    let (tables, served) = (base.tables().await, base.served().await);
    let touched = tables.iter().filter(|(name, rows)| before.0[*name] != **rows).map(|(name, _)| name.as_str());
    assert_eq!(touched.collect::<Vec<_>>(), ["lease", "run"]);
    assert_eq!(served, before.1);
}

#[tokio::test]
async fn new_bytes_of_the_same_content_leave_what_is_served_as_it_was() {
    let base = Base::new(&["a"]).await;
    base.harvest("a", THREE, 1).await;
    let before = base.served().await;
    let (lease, open) = base.open("a", 2).await;
    let mut arrivals: Vec<Arrival> = THREE.iter().map(|told| arrival(*told)).collect();
    for arrival in &mut arrivals {
        arrival.raw.payload = Payload::Json(json!({ "views": 17 }));
        arrival.raw_digest = arrival.raw.digest();
    }
    base.store.land(&lease, open.id, mapping(), &arrivals, None, at(2)).await.unwrap();
    base.store.publish(&lease, open.id, false, at(2)).await.unwrap();
    assert_eq!(base.store.resolve(at(2)).await.unwrap(), Resolved::default());
    assert_eq!(base.served().await, before);
    let known = base.store.known(&id("a"), &[arrivals[0].key.clone()]).await.unwrap();
    assert_eq!(known[&arrivals[0].key].raw_digest, arrivals[0].raw_digest);
}

#[tokio::test]
async fn a_killed_session_frees_its_lease_and_its_holder_is_refused() {
    let base = Base::new(&["a"]).await;
    let (killed, open) = base.open("a", 1).await;
    assert!(base.store.lease(&id("a"), "another").await.unwrap().is_none());
    let kill = "select pg_terminate_backend(pid) from pg_locks join pg_database on pg_database.oid = database
        where locktype = 'advisory' and datname = current_database()";
    sqlx::query(kill).execute(&mut base.database.connect().await).await.unwrap();
    let mut taken = None;
    for _ in 0..200 {
        taken = base.store.lease(&id("a"), "another").await.unwrap();
        if taken.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let taken = taken.expect("a dead session keeps no lease");
    assert!(taken.token > killed.token);
    let store = &base.store;
    let landed = store.land(&killed, open.id, mapping(), &[arrival(THREE[0])], None, at(2)).await;
    let published = store.publish(&killed, open.id, true, at(2)).await;
    let closed = store.close_run(&killed, open.id, &outcome(RunState::Published), at(2)).await;
    for refused in [landed, published, closed] {
        assert!(matches!(refused, Err(StoreError::Fenced { .. })), "{refused:?}");
    }
    killed.release().await.unwrap();
}

#[tokio::test]
async fn a_resumed_run_lands_what_an_undisturbed_one_lands() {
    let undisturbed = Base::new(&["a"]).await;
    undisturbed.harvest("a", THREE, 1).await;

    let base = Base::new(&["a"]).await;
    let (lease, open) = base.open("a", 1).await;
    base.land(&lease, &open, &THREE[..1], 1).await;
    // Killed in its second page, part of which had landed already, as it then was.
    let stale = [arrival(("2", "Garage d'avant", AGEN)), arrival(("8", "Parti depuis", AGEN))];
    base.store.land(&lease, open.id, mapping(), &stale, None, at(1)).await.unwrap();
    drop(lease);

    let lease = loop {
        if let Some(lease) = base.store.lease(&id("a"), "a test").await.unwrap() {
            break lease;
        }
        tokio::task::yield_now().await;
    };
    let resumed = base.store.open_run(&lease, config(), false, at(2)).await.unwrap();
    assert_eq!(resumed.id, open.id);
    let place = resumed.resumed.as_ref().unwrap();
    assert_eq!((&place.checkpoints, place.keys.len()), (&vec![json!({ "seen": ["1"] })], 1));
    base.land(&lease, &resumed, &THREE[1..], 2).await;
    base.store.publish(&lease, resumed.id, true, at(2)).await.unwrap();
    base.store.resolve(at(2)).await.unwrap();
    base.store.close_run(&lease, resumed.id, &outcome(RunState::Published), at(2)).await.unwrap();
    assert_eq!(base.canonical().await, undisturbed.canonical().await);
}

#[tokio::test]
async fn a_stopped_run_of_another_config_is_not_gone_on_with() {
    let base = Base::new(&["a"]).await;
    let (lease, open) = base.open("a", 1).await;
    base.land(&lease, &open, THREE, 1).await;
    base.store.close_run(&lease, open.id, &outcome(RunState::Interrupted), at(1)).await.unwrap();
    let other = Digest::of([b"another config".as_slice()]);
    let fresh = base.store.open_run(&lease, other, false, at(2)).await.unwrap();
    assert!(fresh.resumed.is_none() && fresh.previous.is_none() && fresh.id != open.id);
    let states: Vec<RunState> =
        base.store.runs(Some(&id("a")), 10).await.unwrap().iter().map(|run| run.state).collect();
    assert_eq!(states, [RunState::Landing, RunState::Interrupted]);
    let facts = base.store.judge_facts(fresh.id).await.unwrap();
    assert_eq!((facts.present, facts.after), (0, 0));
}

#[tokio::test]
async fn a_run_killed_between_publish_and_close_is_published() {
    let base = Base::new(&["a"]).await;
    let (lease, open) = base.open("a", 1).await;
    base.land(&lease, &open, THREE, 1).await;
    base.store.publish(&lease, open.id, true, at(1)).await.unwrap();
    lease.release().await.unwrap();
    let (lease, next) = base.open("a", 2).await;
    assert!(next.is_published && next.id == open.id);
    assert_eq!(next.previous.unwrap().records, 3);
    let fresh = base.store.open_run(&lease, config(), true, at(2)).await.unwrap();
    assert!(!fresh.is_published && fresh.resumed.is_none() && fresh.id != open.id);
    base.store.resolve(at(2)).await.unwrap();
    assert_eq!(base.clusters().await.len(), 3);
}

#[tokio::test]
async fn facts_weigh_what_a_run_leaves_out_spoils_and_deletes() {
    let base = Base::new(&["a"]).await;
    let five: Vec<Told<'_>> = [THREE, &[("4", "Quatre", ""), ("5", "Cinq", "")]].concat();
    base.harvest("a", &five, 1).await;
    let (lease, open) = base.open("a", 2).await;
    let page = [("1", "Le café solidaire", AGEN), ("2", "!", ""), ("3", "†", ""), ("6", "Six", ""), ("7", "!", "")];
    base.land(&lease, &open, &page, 2).await;
    let facts = base.store.judge_facts(open.id).await.unwrap();
    assert_eq!((facts.present, facts.absent, facts.spoilt, facts.deleted, facts.after), (5, 2, 1, 1, 5));
    assert_eq!((facts.filled["title"], facts.filled["places"]), (5, 2));
    base.store.publish(&lease, open.id, true, at(2)).await.unwrap();
    base.store.resolve(at(2)).await.unwrap();
    base.store.close_run(&lease, open.id, &outcome(RunState::Published), at(2)).await.unwrap();
    lease.release().await.unwrap();
    let expected = ["a/1: Le café solidaire", "a/2: Garage associatif", "a/4: Quatre", "a/5: Cinq", "a/6: Six"];
    assert_eq!(base.clusters().await, expected);

    // What was rejected and did not change is spoilt still, though it does not land again.
    let (lease, open) = base.open("a", 3).await;
    base.land(&lease, &open, &page, 3).await;
    let facts = base.store.judge_facts(open.id).await.unwrap();
    assert_eq!((facts.present, facts.absent, facts.spoilt, facts.deleted, facts.after), (5, 2, 1, 0, 5));
}

#[tokio::test]
async fn a_record_that_comes_back_has_its_former_id() {
    let base = Base::new(&["a"]).await;
    base.harvest("a", &THREE[..1], 1).await;
    let before = base.only_id().await;
    base.harvest("a", &[("1", "†", "")], 2).await;
    assert!(matches!(base.store.action(before).await.unwrap(), Found::Gone { gone_at, .. } if gone_at == at(2)));
    base.harvest("a", &THREE[..1], 3).await;
    assert_eq!(base.only_id().await, before);
    assert_eq!(base.log().await, ["created #1", "withdrawn #1 (deleted)", "restored #1"]);
}

/// Every order of some things.
fn orders<T: Copy>(things: &[T]) -> Vec<Vec<T>> {
    if things.is_empty() {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for at in 0..things.len() {
        let mut rest = things.to_vec();
        let first = rest.remove(at);
        all.extend(orders(&rest).into_iter().map(|order| [vec![first], order].concat()));
    }
    all
}

#[tokio::test]
async fn two_sourceurs_telling_one_action_make_one_cluster_in_any_order() {
    let lists: [(&str, &[Told<'_>]); 3] = [
        ("a", &[("1", "Le café solidaire", AGEN), ("2", "Fête de la soupe 2019", AGEN)]),
        ("b", &[("x", "LE CAFÉ SOLIDAIRE !", AGEN), ("y", "Fête de la soupe 2020", AGEN)]),
        ("c", &[("7", "Le café solidaire", BOE)]),
    ];
    let mut first = None;
    for order in orders(&lists) {
        let base = Base::new(&["a", "b", "c"]).await;
        for (minute, (name, list)) in (1..).zip(&order) {
            base.harvest(name, list, minute).await;
        }
        let clusters = base.clusters().await;
        assert!(clusters.iter().any(|cluster| cluster.starts_with("a/1 b/x:")) && clusters.len() == 4, "{clusters:?}");
        let canonical = base.canonical().await;
        assert_eq!(canonical[1].1["ties"], json!(["EditionOf"]));
        assert_eq!(first.get_or_insert_with(|| canonical.clone()), &canonical, "{order:?}");
    }
}

#[tokio::test]
async fn a_merge_leaves_a_redirect_and_a_split_gives_the_id_back() {
    let base = Base::new(&["a", "b"]).await;
    base.harvest("a", &[("1", "Le café solidaire", AGEN)], 1).await;
    let kept = base.only_id().await;
    base.harvest("b", &[("1", "Un autre café solidaire", AGEN)], 2).await;
    let rows = base.store.actions(&Filter::default(), None, 10).await.unwrap().rows;
    let other = rows.iter().map(|row| row.id).find(|id| *id != kept).unwrap();

    base.harvest("b", &[("1", "Le café solidaire", AGEN)], 3).await;
    assert_eq!(base.clusters().await, ["a/1 b/1: Le café solidaire"]);
    assert_eq!(base.only_id().await, kept);
    assert_eq!(base.store.action(other).await.unwrap(), Found::Moved(kept));

    base.harvest("b", &[("1", "Un autre café solidaire", AGEN)], 4).await;
    assert!(matches!(base.store.action(other).await.unwrap(), Found::Here(row) if row.changed_at == at(4)));
    let log = base.log().await;
    assert_eq!(log[..2], ["created #1", "created #2"]);
    assert_eq!(log[2..4], ["changed #1", "merged #2 #1"]);
    assert_eq!(log[4..], ["split #1 #2", "restored #2"]);
}

#[tokio::test]
async fn merges_of_merges_leave_no_chain() {
    let base = Base::new(&["a", "b", "c"]).await;
    let mut ids = Vec::new();
    for (minute, name) in (1..).zip(["a", "b", "c"]) {
        base.harvest(name, &[("1", &format!("Le café solidaire {name}{name}"), AGEN)], minute).await;
        let rows = base.store.actions(&Filter::default(), None, 1).await.unwrap().rows;
        ids.push(rows[0].id);
    }
    base.harvest("c", &[("1", "Le café solidaire bb", AGEN)], 4).await;
    base.harvest("b", &[("1", "Le café solidaire aa", AGEN)], 5).await;
    base.harvest("c", &[("1", "Le café solidaire aa", AGEN)], 6).await;
    assert_eq!(base.only_id().await, ids[0]);
    for gone in &ids[1..] {
        let found = base.store.action(*gone).await.unwrap();
        assert_eq!(found, Found::Moved(ids[0]));
    }
}

#[tokio::test]
async fn an_address_that_too_many_carry_identifies_nobody_and_does_again_when_they_are_fewer() {
    let many = i64::try_from(store_generic()).unwrap();
    let base = Base::new(&["a", "b"]).await;
    let title = |n: i64| format!("Le café solidaire {}", "x".repeat(usize::try_from(n).unwrap()));
    let all: Vec<(String, String)> = (0..many).map(|n| (n.to_string(), title(0) + " du quai")).collect();
    let list: Vec<Told<'_>> = all.iter().map(|(key, title)| (key.as_str(), title.as_str(), AGEN)).collect();
    base.harvest("a", &list, 1).await;
    assert_eq!(base.clusters().await.len(), 1);
    base.harvest("b", &[("1", "Le café solidaire du quai", AGEN)], 2).await;
    assert_eq!(base.clusters().await.len(), list.len() + 1);
    base.harvest("b", &[("1", "Tout autre chose", AGEN)], 3).await;
    assert_eq!(base.clusters().await.len(), 2);
}

/// Records that may carry one key before it identifies nobody.
fn store_generic() -> usize {
    20
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_log_has_no_gap_under_concurrent_runs() {
    const SOURCEURS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
    let base = std::sync::Arc::new(Base::new(&SOURCEURS).await);
    let mut running = Vec::new();
    for name in SOURCEURS {
        let base = base.clone();
        running.push(tokio::spawn(async move {
            for round in 1..=4 {
                let own = format!("Idée numéro {round} de {name}");
                let shared = format!("Le jardin partagé de la rue {round}");
                let list = [("own", own.as_str(), AGEN), ("shared", shared.as_str(), AGEN)];
                base.harvest(name, &list, round).await;
            }
        }));
    }
    let mut seen = Vec::new();
    while running.iter().any(|run| !run.is_finished()) {
        let after = seen.last().copied().unwrap_or(0);
        seen.extend(base.store.changes(after, 7).await.unwrap().iter().map(|change| change.seq));
        tokio::task::yield_now().await;
    }
    for run in running {
        run.await.unwrap();
    }
    let after = seen.last().copied().unwrap_or(0);
    seen.extend(base.store.changes(after, 10_000).await.unwrap().iter().map(|change| change.seq));
    let head = base.store.log_head().await.unwrap();
    assert_eq!(seen, (1..=head).collect::<Vec<_>>());
    assert_eq!(base.store.dirty().await.unwrap(), 0);
    let shared = base.clusters().await.into_iter().filter(|cluster| cluster.contains("Le jardin partagé"));
    assert_eq!(shared.count(), 1);
}

/// Numbers that look random and are the same every time (Marsaglia's xorshift).
fn dice(state: &mut u64, faces: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % faces as u64).unwrap()
}

#[tokio::test]
async fn harvests_in_any_cut_give_what_one_rebuild_gives() {
    const SOURCEURS: [&str; 3] = ["a", "b", "c"];
    let titles = ["Le café solidaire", "Fête de la soupe", "Garage associatif", "Le jardin partagé du port"];
    let editions = ["", " 2019", " 2020"];
    let mut state = 0x2545_F491_4F6C_DD1D;
    let base = Base::new(&SOURCEURS).await;
    let mut last: BTreeMap<(&str, String), (String, &str)> = BTreeMap::new();
    for minute in 1..=40 {
        let name = SOURCEURS[dice(&mut state, 3)];
        let mut list: Vec<(String, String, &str)> = Vec::new();
        for key in 0..12 {
            let (key, title) =
                (key.to_string(), format!("{}{}", titles[dice(&mut state, 4)], editions[dice(&mut state, 3)]));
            let commune = [AGEN, BOE][dice(&mut state, 2)];
            match dice(&mut state, 5) {
                0 => {
                    list.push((key.clone(), "†".into(), ""));
                    last.remove(&(name, key));
                }
                1 | 2 => {
                    list.push((key.clone(), title.clone(), commune));
                    last.insert((name, key), (title, commune));
                }
                _ => {}
            }
        }
        let list: Vec<Told<'_>> =
            list.iter().map(|(key, title, commune)| (key.as_str(), title.as_str(), *commune)).collect();
        base.harvest(name, &list, minute).await;
    }
    let rebuilt = Base::new(&SOURCEURS).await;
    for name in SOURCEURS {
        let list: Vec<Told<'_>> = last
            .iter()
            .filter(|((of, _), _)| *of == name)
            .map(|((_, key), (title, commune))| (key.as_str(), title.as_str(), *commune))
            .collect();
        rebuilt.harvest(name, &list, 1).await;
    }
    let canonical = base.canonical().await;
    assert!(canonical.len() > 5 && canonical.len() < last.len(), "the sample joins too little to prove anything");
    assert_eq!(canonical, rebuilt.canonical().await);
}

#[tokio::test]
async fn persons_are_stored_apart_and_shown_only_where_rights_say_so() {
    let mut told = arrival(THREE[0]);
    let person = Person { name: Some("Ada Exemple".into()), ..Person::default() };
    let contact = Contact { name: Some("Maison des liens".into()), persons: vec![person], ..Contact::default() };
    told.normalized.action.contact = Some(contact);
    told.digest = told.normalized.digest();
    let base = Base::new(&["a"]).await;
    let (lease, open) = base.open("a", 1).await;
    base.store.land(&lease, open.id, mapping(), std::slice::from_ref(&told), None, at(1)).await.unwrap();
    base.store.publish(&lease, open.id, false, at(1)).await.unwrap();
    base.store.resolve(at(1)).await.unwrap();
    assert!(base.served().await[0].contains("Ada Exemple"));
    let mut db = base.database.connect().await;
    let apart = "select action::text like '%Ada%' or not persons::text like '%Ada%' from record_version";
    assert!(!sqlx::query_scalar::<_, bool>(apart).fetch_one(&mut db).await.unwrap());

    let mut discreet = sourceur("a");
    discreet.rights.contacts = ContactReach::Organisation;
    base.store.register(&[discreet], at(2)).await.unwrap();
    let resolved = base.store.resolve(at(2)).await.unwrap();
    assert_eq!((resolved.dirty, resolved.changed), (1, 1));
    let served = base.served().await.join("\n");
    assert!(served.contains("Maison des liens") && !served.contains("Ada Exemple"), "{served}");
}

#[tokio::test]
async fn a_list_is_read_page_by_page_and_filters_know_what_lies_in_what() {
    let base = Base::new(&["a", "b"]).await;
    let titles: Vec<String> = (0..25).map(|n| format!("Idée numéro {}", "i".repeat(n + 1))).collect();
    let keys: Vec<String> = (0..25).map(|n| n.to_string()).collect();
    let list: Vec<Told<'_>> =
        keys.iter().zip(&titles).map(|(key, title)| (key.as_str(), title.as_str(), AGEN)).collect();
    base.harvest("a", &list, 1).await;
    base.harvest("b", &[("1", "Ailleurs aussi", BOE)], 2).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = base.store.actions(&Filter::default(), after, 10).await.unwrap();
        seen.extend(page.rows.iter().map(|row| (row.changed_at, row.id)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!(seen.len() == 26 && seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    for (filter, total) in [
        (Filter::default(), 26),
        (Filter { territory: AGEN.parse().ok(), ..Filter::default() }, 25),
        (Filter { territory: "pays:FR".parse().ok(), ..Filter::default() }, 26),
        (Filter { sourceur: Some(id("b")), ..Filter::default() }, 1),
        (Filter { sourceur: Some(id("b")), territory: AGEN.parse().ok(), ..Filter::default() }, 0),
        (Filter { changed_since: Some(at(2)), ..Filter::default() }, 1),
    ] {
        assert_eq!(base.store.total(&filter).await.unwrap(), total, "{filter:?}");
        let rows = base.store.actions(&filter, None, 100).await.unwrap().rows.len();
        assert_eq!(rows as u64, total, "{filter:?}");
    }
    let row = &base.store.actions(&Filter::default(), None, 1).await.unwrap().rows[0];
    let with_url: Value = serde_json::from_str(&row.body_at("http://x.example/1")).unwrap();
    assert_eq!(
        (with_url["url"].as_str(), with_url["title"].as_str()),
        (Some("http://x.example/1"), Some("Ailleurs aussi"))
    );
}

#[tokio::test]
async fn a_base_that_is_away_or_not_migrated_says_so() {
    let away = Store::connect("postgres://nobody@127.0.0.1:1/nowhere").await;
    assert!(matches!(away, Err(StoreError::Away(_))), "{away:?}");
    let bad = Store::connect("not a url").await;
    assert!(matches!(bad, Err(StoreError::BadUrl(_))), "{bad:?}");
    let base = Base::new(&[]).await;
    sqlx::query("delete from _sqlx_migrations").execute(&mut base.database.connect().await).await.unwrap();
    let behind = base.store.ensure_migrated().await;
    assert!(matches!(behind, Err(StoreError::NotMigrated { found: None, .. })), "{behind:?}");
}

#[tokio::test]
async fn a_run_that_only_told_unchanged_hands_its_validators_on() {
    let base = Base::new(&["a"]).await;
    let (lease, open) = base.open("a", 1).await;
    base.land(&lease, &open, THREE, 1).await;
    base.store.publish(&lease, open.id, true, at(1)).await.unwrap();
    let validators = store::Validators { etag: Some("\"1\"".into()), last_modified: None };
    let mut published = outcome(RunState::Published);
    published.validators = Some(validators.clone());
    base.store.close_run(&lease, open.id, &published, at(1)).await.unwrap();
    let open = base.store.open_run(&lease, config(), false, at(2)).await.unwrap();
    assert_eq!(open.previous.unwrap().validators, Some(validators.clone()));
    base.store.close_run(&lease, open.id, &outcome(RunState::Unchanged), at(2)).await.unwrap();
    let open = base.store.open_run(&lease, config(), false, at(3)).await.unwrap();
    assert_eq!(open.previous.unwrap().validators, Some(validators));
}

#[tokio::test]
async fn kinds_of_change_have_the_words_of_the_contract() {
    let kinds = [
        (ChangeKind::Created, "created"),
        (ChangeKind::Changed, "changed"),
        (ChangeKind::Merged, "merged"),
        (ChangeKind::Split, "split"),
        (ChangeKind::Withdrawn, "withdrawn"),
        (ChangeKind::Restored, "restored"),
    ];
    for (kind, word) in kinds {
        assert_eq!((kind.as_str(), word.parse()), (word, Ok(kind)));
    }
}

#[tokio::test]
async fn a_held_run_that_was_overtaken_is_not_released() {
    let base = Base::new(&["a"]).await;
    base.harvest("a", THREE, 1).await;
    let held = base.harvest_in_vain("a", &[("1", "Tout autre chose", AGEN)], RunState::Held, 2).await;
    // Its clock stands before that of the held run: what came later is not for clocks to say.
    base.harvest("a", &THREE[..2], 0).await;
    let before = base.served().await;
    let refused = base.store.release_run(held.id, at(4)).await;
    assert!(matches!(refused, Err(StoreError::Overtaken { .. })), "{refused:?}");
    assert_eq!(base.served().await, before);
}

#[tokio::test]
async fn a_reader_who_leaves_early_holds_up_nobody() {
    let base = Base::new(&["a"]).await;
    base.harvest("a", THREE, 1).await;
    for _ in 0..20 {
        let mut rows = Box::pin(base.store.stream_actions(&Filter::default()));
        assert!(rows.try_next().await.unwrap().is_some());
    }
    assert_eq!(base.store.total(&Filter::default()).await.unwrap(), 3);
}

#[tokio::test]
async fn a_run_stopped_in_its_first_page_leaves_nothing_landed() {
    let base = Base::new(&["a"]).await;
    let (lease, open) = base.open("a", 1).await;
    base.store.land(&lease, open.id, mapping(), &[arrival(THREE[0])], None, at(1)).await.unwrap();
    base.store.close_run(&lease, open.id, &outcome(RunState::Interrupted), at(1)).await.unwrap();
    let mut db = base.database.connect().await;
    let versions: i64 = sqlx::query_scalar("select count(*) from record_version").fetch_one(&mut db).await.unwrap();
    assert_eq!(versions, 0);
}
