//! The walk: what drives a protocol with the client, page by page, from a start or a checkpoint.
//!
//! Records go out in chunks while their page is being read, and a checkpoint after each page. A page
//! of the list that cannot be had ends the walk; a fiche that cannot be had is put off, tried again
//! and at last given up, and the others are read all the same: the list is then not complete.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::{RawRecord, Reason, ReasonCode, RecordKey};
use tokio::sync::mpsc::Sender;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use crate::checkpoint::{Checkpoint, Place, Waiting, are_one_address};
use crate::client::{Client, Fetched, Tally};
use crate::fault::{FetchError, shown};
use crate::reading::{Reading, key_hash};
use crate::spool::Spooled;
use crate::{Cursor, Protocol, Request, Validators};

/// Pages of the list in a row without a new key after which the walk is a loop.
const MAX_BARREN: u32 = 3;
/// Requests after which a walk is a loop whatever it brings.
const MAX_REQUESTS: u64 = 100_000;
/// Fiches in a row that cannot be had, after which the site is left alone.
const MAX_FAILURES: u32 = 20;
/// What a walk without progress may take beyond its longest fetch.
const GRACE: Duration = Duration::from_secs(4);

/// What a walk tells, in this order: records and pages by turns, one end.
#[derive(Debug)]
pub enum Step {
    /// Records of the page that is being read, 500 at most.
    Records(Vec<Read>),
    /// A page was read; its records were all sent before. Nothing else is asked until the page is kept.
    Page(Checkpoint, Kept),
    /// The walk is over; always the last step.
    End(Ending),
}

/// What a walk waits for before it asks for anything else, so that one that is killed has at most one page to ask
/// again. Dropping it does as well.
#[derive(Debug)]
pub struct Kept(oneshot::Sender<()>);

impl Kept {
    /// The page and its records are kept.
    pub fn tell(self) {
        // A walk that was stopped meanwhile waits for nothing.
        let _ = self.0.send(());
    }
}

/// A record as it came.
#[derive(Debug)]
pub struct Read {
    /// The record.
    pub record: RawRecord,
    /// Its key was already read in this run.
    pub repeated: bool,
}

/// How a walk ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ending {
    /// The list was read to its end.
    pub complete: bool,
    /// The server says that nothing changed, whether or not we asked it that.
    pub not_modified: bool,
    /// What ended the walk before the list was at its end.
    pub reason: Option<Reason>,
    /// The first fiche that could not be had, while the walk went on with the others; not complete then.
    pub missed: Option<Reason>,
    /// How long the server asked to be left alone, where that ended the walk.
    pub retry_after: Option<Duration>,
    /// Our own disk ended the walk, no fault of the partner's.
    pub our_disk: bool,
    /// Requests sent, hops and repetitions included; robots.txt is not counted.
    pub requests: u64,
    /// Bytes received, after decompression.
    pub bytes: u64,
    /// Places mended to read the documents.
    pub repairs: u64,
    /// Encoding of the first document.
    pub encoding: Option<String>,
    /// What to ask by next time, if the whole list took one document.
    pub validators: Option<Validators>,
    /// Where a later run may begin, if this one is complete: the last that a document told.
    pub cursor: Option<Cursor>,
    /// Where the first address has moved to for good.
    pub moved_to: Option<String>,
}

/// Where a walk begins.
#[derive(Debug, Default)]
pub struct From {
    /// The cursor of an earlier run, to ask for what changed since.
    pub since: Option<Cursor>,
    /// What to ask the first request by.
    pub validators: Option<Validators>,
    /// Every checkpoint of a run that was interrupted, in order, and the keys it has read up to the last.
    pub resume: Option<(Vec<Checkpoint>, Vec<RecordKey>)>,
}

/// Walks a list and tells each step; dropping the future, or closing the channel, stops it.
pub async fn walk(protocol: Arc<dyn Protocol>, client: Client, from: From, steps: Sender<Step>) {
    let (checkpoints, keys) = from.resume.unwrap_or_default();
    let mut walk = Walk {
        seen: keys.iter().map(key_hash).collect(),
        protocol,
        client,
        validators: from.validators,
        steps: steps.clone(),
        place: Place::after(checkpoints),
        progress: Instant::now(),
        last_fault: None,
        stop: StopOnDrop::default(),
    };
    if walk.place.standing.list_pages == 0 {
        walk.place.start(walk.protocol.start(from.since.as_ref()));
    }
    let end = loop {
        if let Err(end) = walk.step().await {
            break end;
        }
    };
    let ending = walk.ending(end);
    // A closed channel means that nobody asks any more.
    let _ = steps.send(Step::End(ending)).await;
}

struct Walk {
    protocol: Arc<dyn Protocol>,
    client: Client,
    validators: Option<Validators>,
    steps: Sender<Step>,
    place: Place,
    /// Keys read in this run.
    seen: HashSet<u128>,
    /// When something useful last came.
    progress: Instant,
    last_fault: Option<FetchError>,
    stop: StopOnDrop,
}

enum End {
    /// Nothing is left to ask.
    Whole,
    NotModified,
    Fault(FetchError),
    /// Nobody listens any more.
    Unheard,
}

impl Walk {
    /// Asks for one document and reads it.
    async fn step(&mut self) -> Result<(), End> {
        let Some(waiting) = self.place.take() else { return Err(End::Whole) };
        let single = self.protocol.holds_one_record(&waiting.request);
        self.guard(&waiting.request, single)?;
        match self.fetch(&waiting, single).await? {
            Ok(Fetched::Body(document)) => {
                if single {
                    self.read_single(waiting, document).await
                } else {
                    self.read_list(waiting, document).await
                }
            }
            Ok(Fetched::NotModified) if self.place.standing.documents == 0 && !single => Err(End::NotModified),
            Ok(Fetched::NotModified) => {
                let what = "answered 304, although nothing was asked under a condition";
                let fault = FetchError::lasting(ReasonCode::HttpStatus, &waiting.request.url, what);
                if single { self.miss(waiting, fault).await } else { Err(End::Fault(fault)) }
            }
            Err(fault) if single => self.miss(waiting, fault).await,
            Err(fault) => Err(End::Fault(fault)),
        }
    }

    /// Stops a walk that goes in circles, or on for ever.
    fn guard(&mut self, request: &Request, single: bool) -> Result<(), End> {
        let looping = |what: &str| Err(End::Fault(FetchError::lasting(ReasonCode::PagingLoop, &request.url, what)));
        if self.place.standing.requests >= MAX_REQUESTS {
            return looping(&format!("would be request {} of this list, which seems to have no end", MAX_REQUESTS + 1));
        }
        if single {
            return Ok(());
        }
        if !self.place.meet(&request.url) {
            return looping("was already read in this run: the pages go in circles");
        }
        // A page of the list is judged when the next one is due, with what its fiches brought.
        let fiches_wait = self.place.waiting().any(|request| self.protocol.holds_one_record(request));
        if self.place.standing.list_pages > 0 {
            self.place.standing.barren =
                if self.place.standing.fresh || fiches_wait { 0 } else { self.place.standing.barren + 1 };
        }
        self.place.standing.fresh = false;
        if self.place.standing.barren >= MAX_BARREN {
            return looping("would follow three pages in a row that brought nothing new: the pages have no end");
        }
        Ok(())
    }

    /// A fiche gets one attempt at a time; what fails is put off, so that it does not hold up the others.
    async fn fetch(&mut self, waiting: &Waiting, single: bool) -> Result<Result<Fetched, FetchError>, End> {
        if waiting.failed > 0 {
            sleep(Duration::from_millis(500) * waiting.failed.min(4)).await;
        }
        let longest = self.client.longest_fetch();
        let left = (longest + GRACE).saturating_sub(self.progress.elapsed());
        if left < GRACE / 8
            && let Some(fault) = self.last_fault.take()
        {
            return Err(End::Fault(fault));
        }
        let attempts = if single { 1 } else { self.client.config().retries + 1 };
        let validators = self.validators.as_ref().filter(|_| self.place.standing.documents == 0 && !single);
        let mut tally = Tally::default();
        let url = &waiting.request.url;
        let fetched = self.client.fetch_within(left.min(longest), attempts, url, validators, &mut tally).await;
        self.place.standing.requests += tally.requests;
        self.place.standing.bytes += tally.bytes;
        Ok(fetched)
    }

    async fn read_list(&mut self, waiting: Waiting, document: Spooled) -> Result<(), End> {
        let arrived_elsewhere = !are_one_address(&document.url, &waiting.request.url);
        if self.place.standing.list_pages == 0 {
            self.place.standing.validators =
                Some(document.validators.clone()).filter(|validators| !validators.is_empty());
            self.place.standing.moved_to.clone_from(&document.moved_to);
        } else if arrived_elsewhere && self.place.has_met(&document.url) {
            let what = format!("leads back to `{}`, which was already read in this run", shown(&document.url));
            let url = &waiting.request.url;
            return Err(End::Fault(FetchError::lasting(ReasonCode::PagingLoop, url, &what)));
        }
        self.place.meet(&document.url);
        self.place.standing.list_pages += 1;
        self.read(&waiting, document).await?.map_err(End::Fault)?;
        self.checkpoint().await
    }

    async fn read_single(&mut self, waiting: Waiting, document: Spooled) -> Result<(), End> {
        match self.read(&waiting, document).await? {
            Ok(()) => self.place.standing.failures = 0,
            Err(fault) => self.miss(waiting, fault).await?,
        }
        self.checkpoint().await
    }

    /// What a fiche that cannot be had means.
    async fn miss(&mut self, mut waiting: Waiting, fault: FetchError) -> Result<(), End> {
        if matches!(fault.status, Some(404 | 410)) {
            // The list names a record that is not there: that is an answer.
            self.place.standing.failures = 0;
            return self.checkpoint().await;
        }
        let deadline = self.client.config().deadline;
        let too_long = fault.retry_after.is_some_and(|wait| wait > deadline);
        self.place.standing.failures += 1;
        if self.place.standing.failures >= MAX_FAILURES || too_long || fault.our_disk {
            return Err(End::Fault(fault));
        }
        if let Some(wait) = fault.retry_after {
            sleep(wait).await;
        }
        waiting.failed += 1;
        if fault.passing && waiting.failed <= self.client.config().retries {
            self.place.put_off(waiting);
        } else {
            self.place.standing.missed.get_or_insert_with(|| fault.reason.clone());
        }
        self.last_fault = Some(fault);
        Ok(())
    }

    async fn checkpoint(&mut self) -> Result<(), End> {
        let (kept, is_kept) = oneshot::channel();
        let page = Step::Page(self.place.checkpoint(), Kept(kept));
        self.steps.send(page).await.map_err(|_| End::Unheard)?;
        // An error means that the other end was dropped: that is an answer too.
        let _ = is_kept.await;
        // Time spent waiting for whoever takes the steps is no time without progress.
        self.progress = Instant::now();
        Ok(())
    }

    /// Reads a document on a thread of its own and takes up what it leads to.
    async fn read(&mut self, waiting: &Waiting, document: Spooled) -> Result<Result<(), FetchError>, End> {
        let reading = Reading {
            protocol: Arc::clone(&self.protocol),
            request: waiting.request.clone(),
            document,
            seen: std::mem::take(&mut self.seen),
            steps: self.steps.clone(),
            stopped: Arc::clone(&self.stop.0),
        };
        let Ok(done) = tokio::task::spawn_blocking(|| reading.read()).await else {
            let what = "could not be read: it broke our reader";
            return Err(End::Fault(FetchError::lasting(ReasonCode::Malformed, &waiting.request.url, what)));
        };
        self.seen = done.seen;
        self.place.standing.documents += 1;
        self.place.standing.fresh |= done.fresh;
        if done.unheard {
            return Err(End::Unheard);
        }
        let next = match done.result {
            Ok(next) => next,
            Err(error) => {
                self.note(error.repairs, error.encoding);
                let url = Some(shown(&waiting.request.url));
                let mut fault = FetchError::lasting(error.code, &waiting.request.url, "");
                fault.reason = Reason { code: error.code, message: error.message, url };
                return Ok(Err(fault));
            }
        };
        self.note(next.repairs, next.encoding);
        if next.cursor.is_some() {
            self.place.standing.cursor = next.cursor;
        }
        let mut requests = next.requests;
        // A fiche may stand on two pages of a list that moves while it is read.
        requests.retain(|request| !self.protocol.holds_one_record(request) || self.place.meet(&request.url));
        self.place.find(requests);
        Ok(Ok(()))
    }

    fn note(&mut self, repairs: u64, encoding: String) {
        self.place.standing.repairs += repairs;
        if self.place.standing.encoding.is_none() && !encoding.is_empty() {
            self.place.standing.encoding = Some(encoding);
        }
    }

    fn ending(self, end: End) -> Ending {
        let (fault, not_modified, heard) = match end {
            End::Whole => (None, false, true),
            End::NotModified => (None, true, true),
            End::Fault(fault) => (Some(fault), false, true),
            End::Unheard => (None, false, false),
        };
        let retry_after = fault.as_ref().and_then(|fault| fault.retry_after);
        let our_disk = fault.as_ref().is_some_and(|fault| fault.our_disk);
        let complete = fault.is_none() && self.place.standing.missed.is_none() && heard;
        Ending {
            complete,
            not_modified,
            reason: fault.map(|fault| fault.reason),
            missed: self.place.standing.missed,
            retry_after,
            our_disk,
            requests: self.place.standing.requests,
            bytes: self.place.standing.bytes,
            repairs: self.place.standing.repairs,
            encoding: self.place.standing.encoding,
            validators: self.place.standing.validators.filter(|_| complete && self.place.standing.documents == 1),
            cursor: self.place.standing.cursor.filter(|_| complete),
            moved_to: self.place.standing.moved_to,
        }
    }
}

/// Tells the thread that reads a document when the walk's future is dropped.
#[derive(Default)]
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
