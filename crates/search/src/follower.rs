//! The task behind a handle: makes the index, and keeps it at the head of the log.
//!
//! It asks the base where its log ends ten times a second, which costs a row read by key, and needs no
//! connection of its own. Whatever fails is said once and tried again, later and later; what is
//! found meanwhile is what was found before.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use model::Digest;
use store::{ActionRow, LogMark, Store, StoreError};
use tantivy::TantivyError;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};
use tracing::{error, info, warn};

use crate::document::Name;
use crate::error::SearchError;
use crate::folder::Folder;
use crate::follow::Stand;
use crate::index::{Change, Index, Mark, Pace};

/// Between two looks at the log.
const LOOK: Duration = Duration::from_millis(100);
/// Changes are committed when there are so many, or when the first has waited so long: a commit
/// writes and syncs a dozen files, whatever is in it.
const ENOUGH: u32 = 200;
const LONG_ENOUGH: Duration = Duration::from_millis(250);
/// Further behind than that nobody waits for the latest change, and the way there counts: larger
/// commits make fewer segments, and the merges of small ones are what takes longest.
const FAR_BEHIND: i64 = 2_000;
const MANY: u32 = 2_000;
/// Rows that are written together while the index is made.
const ROWS: usize = 500;
/// Waits after a failure: each twice the one before.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Why the follower does not go on.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Index(#[from] TantivyError),
    /// The base, or its past, is not that of the index.
    #[error("the base has another past than the search index")]
    AnotherPast,
}

/// An index and where it stands.
#[derive(Clone)]
struct Standing {
    index: Arc<Index>,
    mark: Mark,
}

pub(crate) struct Follower {
    store: Store,
    /// None: in memory.
    folder: Option<Folder>,
    stand: watch::Sender<Stand>,
    broken: Arc<AtomicBool>,
    /// Whether what lies in the folder may still be taken as it is.
    may_open: bool,
    /// When the first change was seen that is not in yet.
    waiting_since: Option<Instant>,
    /// Failures in a row.
    failures: u32,
}

impl Follower {
    pub(crate) fn new(
        store: Store,
        folder: Option<Folder>,
        stand: watch::Sender<Stand>,
        broken: Arc<AtomicBool>,
    ) -> Self {
        Self { store, folder, stand, broken, may_open: true, waiting_since: None, failures: 0 }
    }

    /// Follows until nobody holds the other end of `released`.
    pub(crate) async fn run(mut self, mut released: watch::Receiver<()>) {
        tokio::select! {
            _ = released.changed() => {}
            () = self.follow() => {}
        }
    }

    async fn follow(&mut self) {
        let mut standing: Option<Standing> = None;
        loop {
            let done = match &mut standing {
                None => self.stand_up().await.map(|up| {
                    standing = Some(up);
                    true
                }),
                Some(standing) => self.catch_up(standing).await,
            };
            match done {
                Ok(moved) => {
                    self.well();
                    if !moved {
                        sleep(LOOK).await;
                    }
                }
                Err(trouble) => {
                    if self.must_make_again(&trouble, standing.as_ref()).await {
                        standing = None;
                    } else {
                        sleep(self.wait(trouble)).await;
                    }
                }
            }
        }
    }

    /// The index of the folder brought up to the log, or a new one.
    async fn stand_up(&mut self) -> Result<Standing, Trouble> {
        if self.may_open
            && let Some(mut standing) = self.open().await?
        {
            let head = self.store.log_head().await?;
            self.stand.send_modify(|stand| stand.done = 0);
            while standing.mark.cursor < head {
                self.waiting_since = None;
                self.take(&mut standing, MANY).await?;
            }
            self.show(&standing);
            return Ok(standing);
        }
        self.may_open = false;
        let standing = self.make().await?;
        self.may_open = true;
        self.show(&standing);
        Ok(standing)
    }

    /// What stands in the folder, where it is whole and of this base.
    async fn open(&mut self) -> Result<Option<Standing>, Trouble> {
        let Some(folder) = self.folder.take() else { return Ok(None) };
        let (folder, opened) = blocking(move || {
            let opened = folder.open();
            Ok((folder, opened))
        })
        .await?;
        self.folder = Some(folder);
        let opened = opened.unwrap_or_else(|error| {
            warn!(%error, "the search index is damaged; it is made again");
            None
        });
        let Some((index, mark)) = opened else { return Ok(None) };
        let seen = self.store.log_mark(mark.cursor).await?;
        Ok(is_its_past(&seen, &mark).then(|| Standing { index: Arc::new(index), mark }))
    }

    /// A new index of the whole base, as it stands now.
    async fn make(&mut self) -> Result<Standing, Trouble> {
        self.broken.store(false, Ordering::Relaxed);
        let of = self.store.total(&store::Filter::default()).await?;
        self.stand.send_modify(|stand| {
            *stand = Stand { of: Some(of), trouble: stand.trouble.take(), ..Stand::default() };
        });
        // What changes while the base is read comes again from the log.
        let mark = self.mark_at(self.store.log_head().await?).await?;
        let index = match self.folder.take() {
            None => Index::in_memory()?,
            Some(folder) => {
                let (folder, index) = blocking(move || {
                    let index = folder.clear();
                    Ok((folder, index))
                })
                .await?;
                self.folder = Some(folder);
                index?
            }
        };
        let index = Arc::new(index);
        let mut rows = self.store.stream_actions(&store::Filter::default()).ready_chunks(ROWS).boxed();
        while let Some(rows) = rows.next().await {
            let rows = rows.into_iter().collect::<Result<Vec<ActionRow>, StoreError>>()?;
            let count = rows.len() as u64;
            write(&index, move || rows.iter().filter_map(put).collect(), None, Pace::Flood).await?;
            self.stand.send_modify(|stand| stand.done += count);
        }
        write(&index, Vec::new, Some(mark.clone()), Pace::Flood).await?;
        info!(actions = of, "the search index is made");
        Ok(Standing { index, mark })
    }

    /// Takes what is new in the log, if it is time to; whether there was any.
    async fn catch_up(&mut self, standing: &mut Standing) -> Result<bool, Trouble> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(TantivyError::SystemError("an answer failed".to_owned()).into());
        }
        let seen = self.store.log_mark(standing.mark.cursor).await?;
        if !is_its_past(&seen, &standing.mark) {
            return Err(Trouble::AnotherPast);
        }
        let behind = seen.head - standing.mark.cursor;
        if behind == 0 {
            return Ok(false);
        }
        let since = *self.waiting_since.get_or_insert_with(Instant::now);
        if behind < ENOUGH.into() && since.elapsed() < LONG_ENOUGH {
            return Ok(false);
        }
        self.take(standing, if behind > FAR_BEHIND { MANY } else { ENOUGH }).await?;
        self.waiting_since = None;
        self.show(standing);
        Ok(true)
    }

    /// Takes entries of the log and commits them.
    async fn take(&self, standing: &mut Standing, limit: u32) -> Result<(), Trouble> {
        let entries = self.store.changes(standing.mark.cursor, limit).await?;
        let Some(last) = entries.last() else { return Ok(()) };
        let mark = self.mark_at(last.seq).await?;
        // An entry brings the action as it is now: of several entries one is enough.
        let rows: HashMap<_, _> = entries.into_iter().map(|entry| (entry.id, entry.action)).collect();
        let changes = move || {
            let change = |(id, row): (_, Option<ActionRow>)| match row {
                Some(row) => put(&row),
                None => Some(Change::Drop(id)),
            };
            rows.into_iter().filter_map(change).collect()
        };
        write(&standing.index, changes, Some(mark.clone()), Pace::Trickle).await?;
        standing.mark = mark;
        Ok(())
    }

    async fn mark_at(&self, cursor: i64) -> Result<Mark, Trouble> {
        let LogMark { base, last, .. } = self.store.log_mark(cursor).await?;
        Ok(Mark { base, cursor, last: last.as_ref().map(ToString::to_string) })
    }

    /// Lets answers come from an index.
    fn show(&self, standing: &Standing) {
        let Mark { base, cursor, last } = &standing.mark;
        let last = last.as_deref().unwrap_or_default();
        let name = Digest::of([base.as_bytes().as_slice(), &cursor.to_be_bytes(), last.as_bytes()]);
        let mut generation = [0; 8];
        generation.copy_from_slice(&name.as_bytes()[..8]);
        self.stand.send_modify(|stand| {
            stand.index = Some(Arc::clone(&standing.index));
            stand.cursor = *cursor;
            stand.generation = u64::from_be_bytes(generation);
        });
    }

    /// Whether a new index helps: where this one is of another past, gave no answer, or is damaged.
    async fn must_make_again(&mut self, trouble: &Trouble, standing: Option<&Standing>) -> bool {
        let Some(standing) = standing else { return false };
        let must = match trouble {
            Trouble::Store(_) => false,
            Trouble::AnotherPast => true,
            Trouble::Index(_) if self.broken.load(Ordering::Relaxed) => true,
            Trouble::Index(_) => {
                let index = Arc::clone(&standing.index);
                blocking(move || Ok(index.is_damaged())).await.unwrap_or(true)
            }
        };
        if must {
            warn!(error = %trouble, "the search index is made again");
            self.may_open = false;
            self.waiting_since = None;
            self.stand.send_modify(|stand| stand.index = None);
        }
        must
    }

    fn well(&mut self) {
        if self.failures > 0 {
            info!("the search index follows again");
            self.failures = 0;
            self.stand.send_modify(|stand| stand.trouble = None);
        }
    }

    /// Tells of a failure, the first time, and how long to wait.
    fn wait(&mut self, trouble: Trouble) -> Duration {
        if self.failures == 0 {
            warn!(error = %trouble, "the search index does not follow the base; it is tried again");
        }
        let trouble = match trouble {
            Trouble::Store(error) => SearchError::from(error),
            Trouble::Index(error) => SearchError::from(error),
            Trouble::AnotherPast => SearchError::NotReady { done: 0, of: None },
        };
        self.stand.send_modify(|stand| stand.trouble = Some(trouble));
        let wait = FIRST_WAIT.saturating_mul(1 << self.failures.min(10)).min(LONGEST_WAIT);
        self.failures += 1;
        wait
    }
}

/// Whether a log goes on from where an index stands.
fn is_its_past(seen: &LogMark, mark: &Mark) -> bool {
    seen.base == mark.base && seen.head >= mark.cursor && seen.last.map(|last| last.to_string()) == mark.last
}

/// A row as the index takes it. One that cannot be read must not keep all others out.
fn put(row: &ActionRow) -> Option<Change> {
    let told = |error: &StoreError| error!(%error, "an action cannot be searched");
    let action = row.action().inspect_err(told).ok()?;
    Some(Change::Put(Box::new((Name::of(row), action))))
}

/// Writes to an index, off the reactor.
async fn write(
    index: &Arc<Index>,
    changes: impl FnOnce() -> Vec<Change> + Send + 'static,
    mark: Option<Mark>,
    pace: Pace,
) -> Result<(), Trouble> {
    let index = Arc::clone(index);
    blocking(move || index.apply(changes(), mark.as_ref(), pace)).await.map_err(Trouble::from)
}

/// Work that blocks; a panic of it is an error.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> tantivy::Result<T> + Send + 'static) -> tantivy::Result<T> {
    let done = spawn_blocking(move || crate::error::guarded(work)).await;
    done.unwrap_or_else(|error| Err(TantivyError::SystemError(error.to_string())))
}
