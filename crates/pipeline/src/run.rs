//! The way of a record, step by step: lease, walk, compare, normalise, land, judge, publish, resolve.
//!
//! Nothing is served before [`judge`] has seen the whole run, and what is served changes at
//! publish, all of a run or nothing.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use harvester::{Checkpoint, Cursor, Ending, From, Reach, Read, Step, Validators};
use model::{
    Account, Arrival, Digest, Issue, Normalized, RawRecord, Reason, ReasonCode, RecordKey, RunEvent, RunId, RunState,
    Severity,
};
use normalizer::Normalizer;
use serde::Deserialize as _;
use store::{Facts, Lease, OpenRun, Outcome, PageEnd, Resumed, StoreError};
use tokio::sync::mpsc;
use tokio::task::{JoinError, spawn_blocking};
use tracing::{info, warn};

use crate::Partner;
use crate::judge::{Judgement, Landed, judge};
use crate::terms::{Harvest, Progress, RunError};

/// How long a lease is waited for: a killed holder's is free within two seconds.
const LEASE_PATIENCE: Duration = Duration::from_secs(3);
/// Records that land together, unless a page ends before.
const BATCH: usize = 500;
/// Steps of the walk that may wait while the base is slow; then the walk waits too.
const STEPS_AHEAD: usize = 4;

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its line.
    pub event: RunEvent,
    /// How long the partner asks to be left alone.
    pub retry_after: Option<Duration>,
}

/// Harvests one sourceur.
pub async fn run(harvest: &Harvest, partner: &Partner) -> Result<Ended, RunError> {
    let busy = || {
        let event = RunEvent::new(None, partner.sourceur.id.clone(), RunState::Busy, Account::default());
        Ended { event, retry_after: None }
    };
    let gone = match begin(harvest, partner).await {
        Ok(Begun::Busy) => Ok(busy()),
        Ok(Begun::Open(run)) => run.go().await,
        Err(error) => Err(error),
    };
    let ended = match gone {
        // We were asleep for too long: the run is another process's now.
        Err(RunError::Store { source: StoreError::Fenced { .. }, .. }) => busy(),
        gone => gone?,
    };
    tell(&ended.event);
    (harvest.watch)(&partner.sourceur.id, Progress::Ended(&ended.event));
    Ok(ended)
}

enum Begun<'a> {
    Busy,
    Open(Box<Run<'a>>),
}

/// Step 1: the lease with its fencing token, and where the last run left off.
async fn begin<'a>(harvest: &'a Harvest, partner: &'a Partner) -> Result<Begun<'a>, RunError> {
    let id = &partner.sourceur.id;
    let in_store = |source| RunError::Store { sourceur: id.clone(), source };
    let holder = format!("pid {}", std::process::id());
    let asked_at = Instant::now();
    let lease = loop {
        if let Some(lease) = harvest.store.lease(id, &holder).await.map_err(in_store)? {
            break lease;
        }
        if harvest.no_wait || asked_at.elapsed() > LEASE_PATIENCE {
            return Ok(Begun::Busy);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let now = harvest.clock.now();
    let mut open = if harvest.dry_run {
        harvest.store.open_trial(&lease, partner.digest, now).await.map_err(in_store)?
    } else {
        harvest.store.open_run(&lease, partner.digest, harvest.full, now).await.map_err(in_store)?
    };
    let resume = open.resumed.as_ref().and_then(checkpoints);
    if open.resumed.is_some() && resume.is_none() {
        // Checkpoints of another version of this program: its pages are asked again, all of them.
        open = harvest.store.open_run(&lease, partner.digest, true, now).await.map_err(in_store)?;
    }
    let before = open.previous.as_ref().map(|previous| previous.records);
    (harvest.watch)(id, Progress::Began(before));
    let tally = open.resumed.as_ref().map(|resumed| Tally {
        account: resumed.account,
        requests: resumed.requests,
        bytes: resumed.bytes,
    });
    Ok(Begun::Open(Box::new(Run {
        harvest,
        partner,
        lease,
        open,
        resume,
        tally: tally.unwrap_or_default(),
        mapping: partner.normalizer.digest(),
        arrivals: Vec::new(),
        page_keys: Vec::new(),
        began: Instant::now(),
    })))
}

/// Where a stopped run goes on; none if its checkpoints are not ours to read.
fn checkpoints(resumed: &Resumed) -> Option<(Vec<Checkpoint>, Vec<RecordKey>)> {
    let read = resumed.checkpoints.iter().map(Checkpoint::deserialize);
    Some((read.collect::<Result<_, _>>().ok()?, resumed.keys.clone()))
}

#[derive(Clone, Copy, Default)]
struct Tally {
    account: Account,
    requests: u64,
    bytes: u64,
}

struct Run<'a> {
    harvest: &'a Harvest,
    partner: &'a Partner,
    lease: Lease,
    open: OpenRun,
    /// Where the walk goes on, until it does.
    resume: Option<(Vec<Checkpoint>, Vec<RecordKey>)>,
    /// What is counted so far, the page in progress included.
    tally: Tally,
    mapping: Digest,
    /// Records of the page in progress that wait to land.
    arrivals: Vec<Arrival>,
    /// Keys of the page in progress.
    page_keys: Vec<RecordKey>,
    began: Instant,
}

/// How a run ends, before it is closed.
struct End {
    state: RunState,
    ending: Option<Ending>,
    reason: Option<Reason>,
}

impl Run<'_> {
    async fn go(mut self) -> Result<Ended, RunError> {
        if self.open.is_published {
            return self.end_published().await;
        }
        match self.walk().await? {
            Some(ending) => self.finish(ending).await,
            None => self.close(End { state: RunState::Interrupted, ending: None, reason: None }).await,
        }
    }

    /// Steps 2 to 6: what the walk reads is compared, normalised and landed, page by page.
    ///
    /// None if the command was told to stop: the last checkpoint stands.
    async fn walk(&mut self) -> Result<Option<Ending>, RunError> {
        let (to_us, mut steps) = mpsc::channel(STEPS_AHEAD);
        let from = self.from();
        let protocol = Arc::clone(&self.partner.protocol);
        let walking = tokio::spawn(harvester::walk(protocol, self.harvest.client.clone(), from, to_us));
        let stop_walking = AbortOnDrop(walking);
        let mut halt = self.harvest.halt.clone();
        loop {
            let step = tokio::select! {
                () = halt.wait() => return Ok(None),
                step = steps.recv() => step,
            };
            match step {
                Some(Step::Records(read)) => self.take(read).await?,
                Some(Step::Page(checkpoint, kept)) => {
                    self.end_page(&checkpoint).await?;
                    kept.tell();
                }
                Some(Step::End(ending)) => return Ok(Some(ending)),
                None => {
                    let source = stop_walking.join().await.expect_err("a walk that returns has sent its end");
                    return Err(RunError::Task { sourceur: self.partner.sourceur.id.clone(), source });
                }
            }
        }
    }

    fn from(&mut self) -> From {
        let previous = self.open.previous.as_ref();
        let same_config = previous.is_some_and(|previous| previous.config_digest == self.partner.digest);
        let asks_less = same_config && !self.harvest.full;
        From {
            since: previous.filter(|_| asks_less).and_then(|previous| previous.cursor.clone()).map(Cursor),
            validators: previous
                .filter(|_| asks_less)
                .and_then(|previous| previous.validators.as_ref())
                .map(|known| Validators { etag: known.etag.clone(), last_modified: known.last_modified.clone() }),
            resume: self.resume.take(),
        }
    }

    /// Steps 4 and 5: known records go no further; the others are normalised.
    async fn take(&mut self, read: Vec<Read>) -> Result<(), RunError> {
        let mut account = Account { read: read.len() as u64, ..Account::default() };
        let mut fresh = Vec::with_capacity(read.len());
        for Read { record, repeated } in read {
            if repeated {
                account.repeated += 1;
                continue;
            }
            let key = record.key.clone().unwrap_or_else(|| keyless(&record));
            self.page_keys.push(key.clone());
            fresh.push((key, record));
        }
        let keys: Vec<RecordKey> = fresh.iter().map(|(key, _)| key.clone()).collect();
        let known = self.harvest.store.known(&self.partner.sourceur.id, &keys).await.map_err(|e| self.in_store(e))?;
        let mapping = self.mapping;
        let normalizer = Arc::clone(&self.partner.normalizer);
        let sorting = spawn_blocking(move || {
            let mut arrivals = Vec::with_capacity(fresh.len());
            for (key, raw) in fresh {
                let raw_digest = raw.digest();
                let before = known.get(&key);
                if let Some(before) = before
                    && (before.raw_digest, before.mapping_digest) == (raw_digest, mapping)
                    && before.withdrawn == raw.deleted
                {
                    match before {
                        _ if raw.deleted => account.withdrawn += 1,
                        before if before.rejected => account.rejected += 1,
                        _ => account.unchanged += 1,
                    }
                    continue;
                }
                let arrival = arrive(&normalizer, key, raw, raw_digest);
                match before {
                    _ if arrival.raw.deleted => account.withdrawn += 1,
                    _ if arrival.normalized.is_rejected() => account.rejected += 1,
                    Some(before) if before.is_present() && before.digest == Some(arrival.digest) => {
                        account.unchanged += 1;
                    }
                    Some(before) if before.is_present() => account.changed += 1,
                    _ => account.new += 1,
                }
                arrivals.push(arrival);
            }
            (arrivals, account)
        });
        let (arrivals, account) = sorting.await.map_err(|source| self.task_died(source))?;
        self.arrivals.extend(arrivals);
        self.tally.account += account;
        if self.arrivals.len() >= BATCH {
            self.land(None).await?;
        }
        (self.harvest.watch)(&self.partner.sourceur.id, Progress::Read(&self.tally.account));
        Ok(())
    }

    async fn end_page(&mut self, checkpoint: &Checkpoint) -> Result<(), RunError> {
        self.tally.requests = checkpoint.requests();
        self.tally.bytes = checkpoint.bytes();
        let checkpoint = serde_json::to_value(checkpoint).expect("a checkpoint is always writable");
        self.land(Some(checkpoint)).await
    }

    /// Step 6: what waits lands; at the end of a page, in one transaction with its checkpoint.
    async fn land(&mut self, checkpoint: Option<serde_json::Value>) -> Result<(), RunError> {
        let page = checkpoint.map(|checkpoint| PageEnd {
            checkpoint,
            keys: std::mem::take(&mut self.page_keys),
            account: self.tally.account,
            requests: self.tally.requests,
            bytes: self.tally.bytes,
        });
        if self.arrivals.is_empty() && page.is_none() {
            return Ok(());
        }
        let arrivals = std::mem::take(&mut self.arrivals);
        let (store, now) = (&self.harvest.store, self.harvest.clock.now());
        let landed = store.land(&self.lease, self.open.id, self.mapping, &arrivals, page.as_ref(), now).await;
        landed.map_err(|e| self.in_store(e))
    }

    /// Steps 7 to 10: judged, published or held, resolved, closed.
    async fn finish(self, ending: Ending) -> Result<Ended, RunError> {
        if ending.our_disk {
            let told = ending.reason.map(|reason| reason.message).unwrap_or_default();
            return Err(RunError::Disk { sourceur: self.partner.sourceur.id.clone(), told });
        }
        let first_publish = self.open.previous.is_none();
        if ending.not_modified && first_publish {
            let message = "the sourceur says that nothing changed, but nothing of it was ever published";
            let reason = Reason { code: ReasonCode::HttpStatus, message: message.into(), url: None };
            return self.close(End { state: RunState::Failed, ending: Some(ending), reason: Some(reason) }).await;
        }
        if let Some(reason) = ending.reason.clone() {
            return self.close(End { state: RunState::Failed, ending: Some(ending), reason: Some(reason) }).await;
        }
        if ending.not_modified {
            return self.close(End { state: RunState::Unchanged, ending: Some(ending), reason: None }).await;
        }
        self.judge(ending).await
    }

    async fn judge(mut self, ending: Ending) -> Result<Ended, RunError> {
        // A list with a fiche that could not be had is not whole: absence means nothing in it.
        let whole = ending.complete && self.partner.protocol.reach() == Reach::Whole;
        let facts = self.harvest.store.judge_facts(self.open.id).await.map_err(|e| self.in_store(e))?;
        let expect = &self.partner.sourceur.expect;
        if whole {
            self.tally.account.absent = facts.absent;
        }
        if let Judgement::Hold(message) = judge(&landed(&facts, &self.tally.account, whole), expect) {
            let reason = Reason { code: ReasonCode::Held, message, url: None };
            return self.close(End { state: RunState::Held, ending: Some(ending), reason: Some(reason) }).await;
        }
        if !self.harvest.dry_run {
            let store = &self.harvest.store;
            let published = store.publish(&self.lease, self.open.id, whole, self.harvest.clock.now()).await;
            published.map_err(|e| self.in_store(e))?;
            store.resolve(self.harvest.clock.now()).await.map_err(|e| self.in_store(e))?;
        }
        let reason = ending.missed.clone();
        self.close(End { state: RunState::Published, ending: Some(ending), reason }).await
    }

    /// Step 9 for a run that was stopped between publish and its end: nothing of it is asked again.
    async fn end_published(mut self) -> Result<Ended, RunError> {
        let store = &self.harvest.store;
        store.resolve(self.harvest.clock.now()).await.map_err(|e| self.in_store(e))?;
        if self.partner.protocol.reach() == Reach::Whole {
            self.tally.account.absent = store.judge_facts(self.open.id).await.map_err(|e| self.in_store(e))?.absent;
        }
        let Tally { requests, bytes, .. } = self.tally;
        let ending = Ending { complete: true, requests, bytes, ..Ending::default() };
        self.close(End { state: RunState::Published, ending: Some(ending), reason: None }).await
    }

    /// Step 10: one account that adds up.
    async fn close(self, end: End) -> Result<Ended, RunError> {
        let account = self.tally.account;
        debug_assert!(account.adds_up(), "{account:?}");
        let id = self.partner.sourceur.id.clone();
        let mut event = RunEvent::new(Some(self.open.id), id, end.state, account);
        let ending = end.ending.as_ref();
        event.complete = ending.is_some_and(|ending| ending.complete) && end.state != RunState::Failed;
        event.requests = ending.map_or(self.tally.requests, |ending| ending.requests);
        event.bytes = ending.map_or(self.tally.bytes, |ending| ending.bytes);
        event.duration_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        event.reason = end.reason;
        let closed = if self.harvest.dry_run {
            self.harvest.store.discard_run(&self.lease, self.open.id).await
        } else {
            let outcome = Outcome {
                state: end.state,
                account,
                complete: event.complete,
                requests: event.requests,
                bytes: event.bytes,
                duration_ms: event.duration_ms,
                reason: event.reason.clone(),
                cursor: ending.and_then(|ending| ending.cursor.clone()).map(|Cursor(cursor)| cursor),
                validators: ending.and_then(|ending| ending.validators.as_ref()).map(|seen| store::Validators {
                    etag: seen.etag.clone(),
                    last_modified: seen.last_modified.clone(),
                }),
                moved_to: ending.and_then(|ending| ending.moved_to.clone()),
            };
            self.harvest.store.close_run(&self.lease, self.open.id, &outcome, self.harvest.clock.now()).await
        };
        closed.map_err(|e| self.in_store(e))?;
        let id = self.partner.sourceur.id.clone();
        self.lease.release().await.map_err(|source| RunError::Store { sourceur: id, source })?;
        Ok(Ended { event, retry_after: end.ending.and_then(|ending| ending.retry_after) })
    }

    fn in_store(&self, source: StoreError) -> RunError {
        RunError::Store { sourceur: self.partner.sourceur.id.clone(), source }
    }

    fn task_died(&self, source: JoinError) -> RunError {
        RunError::Task { sourceur: self.partner.sourceur.id.clone(), source }
    }
}

fn landed(facts: &Facts, account: &Account, whole: bool) -> Landed {
    Landed {
        present: facts.present,
        absent: facts.absent,
        spoilt: facts.spoilt,
        deleted: facts.deleted,
        after: facts.after,
        filled: facts.filled.clone(),
        read: account.read - account.repeated,
        rejected: account.rejected,
        whole,
    }
}

/// What a record without a key is filed under, so that its refusal can be looked at: its content.
fn keyless(record: &RawRecord) -> RecordKey {
    format!("no-key:{}", record.digest()).parse().expect("a digest is a well-made key")
}

/// Step 5 for one record. A record that makes our own code panic is set aside; the rest goes on.
fn arrive(normalizer: &Normalizer, key: RecordKey, raw: RawRecord, raw_digest: Digest) -> Arrival {
    let normalized = if raw.deleted {
        Normalized { action: model::Action::default(), issues: Vec::new(), leftovers: BTreeMap::new() }
    } else {
        catch_unwind(AssertUnwindSafe(|| normalizer.apply(&raw))).unwrap_or_else(|_| quarantined())
    };
    let digest = normalized.digest();
    Arrival { key, raw, raw_digest, normalized, digest }
}

fn quarantined() -> Normalized {
    let message = "the record could not be understood and was set aside; please report it with its address";
    let issue = Issue::new(Severity::Error, "", "quarantined", message);
    Normalized { action: model::Action::default(), issues: vec![issue], leftovers: BTreeMap::new() }
}

fn tell(event: &RunEvent) {
    let (id, state, read) = (&event.sourceur, event.state.as_str(), event.read);
    let run = event.run.map(|run: RunId| run.to_string());
    let Some(reason) = &event.reason else {
        info!(sourceur.id = %id, run.id = run, state, read, "`{id}`: {state}, {read} records read");
        return;
    };
    warn!(
        sourceur.id = %id, run.id = run, state, read, reason = %reason.code,
        "`{id}`: {state} after {read} records: {}", reason.message
    );
}

/// A task that does not outlive whoever waits for it.
struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl AbortOnDrop {
    async fn join(mut self) -> Result<(), JoinError> {
        (&mut self.0).await
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
