//! The handle: an index that follows a base, and answers.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use model::Action;
use store::Store;
use tokio::sync::watch;
use tracing::warn;

use crate::answer::{Answer, Hit};
use crate::error::{SearchError, guarded};
use crate::folder::Folder;
use crate::follower::Follower;
use crate::index::Index;
use crate::question::Question;

/// An index that follows the log of one base, for as long as a handle of it is held.
#[derive(Clone)]
pub struct Search {
    store: Store,
    stand: watch::Receiver<Stand>,
    /// Set where an answer failed: the follower makes the index again.
    broken: Arc<AtomicBool>,
    /// The follower ends with the last of these.
    _held: Arc<watch::Sender<()>>,
}

/// How it stands with the index.
#[derive(Clone, Default)]
pub(crate) struct Stand {
    /// None while it is being made.
    pub(crate) index: Option<Arc<Index>>,
    /// Last entry of the log that is in.
    pub(crate) cursor: i64,
    /// Names what answers are made of.
    pub(crate) generation: u64,
    /// Actions that are in while it is being made, and of about how many.
    pub(crate) done: u64,
    pub(crate) of: Option<u64>,
    /// Why it does not go on, where it does not.
    pub(crate) trouble: Option<SearchError>,
}

impl Search {
    /// Opens the index of this base in a folder of this process's own (`folder/0`, `folder/1`, ... the
    /// first whose lock is free), or in memory where none is given or none can be had (said in a
    /// warning), brings it up to the log and follows it until the last handle is gone.
    ///
    /// Returns at once; needs a tokio runtime.
    pub fn follow(store: Store, folder: Option<PathBuf>) -> Self {
        let folder = folder.and_then(|folder| {
            let taken = Folder::take(&folder);
            let told = |error: &std::io::Error| {
                let folder = folder.display();
                warn!(%error, "the search index cannot lie in `{folder}`; it is kept in memory");
            };
            taken.inspect_err(told).ok()
        });
        let (stand_in, stand) = watch::channel(Stand::default());
        let (held, released) = watch::channel(());
        let broken = Arc::new(AtomicBool::new(false));
        let follower = Follower::new(store.clone(), folder, stand_in, Arc::clone(&broken));
        tokio::spawn(follower.run(released));
        Self { store, stand, broken, _held: Arc::new(held) }
    }

    /// Returns once everything that stood in the log when it was called can be found; with an error
    /// where the index does not follow.
    pub async fn caught_up(&self) -> Result<(), SearchError> {
        let head = self.store.log_head().await?;
        let mut stand = self.stand.clone();
        let there = stand.wait_for(|stand| stand.trouble.is_some() || stand.index.is_some() && stand.cursor >= head);
        let Ok(stand) = there.await else { return Err(SearchError::NotReady { done: 0, of: None }) };
        stand.trouble.clone().map_or(Ok(()), Err)
    }

    /// Answers a question; a matter of milliseconds, on the caller's thread.
    pub fn ask(&self, question: &Question) -> Result<Answer, SearchError> {
        self.with(|index| index.query(question))
    }

    /// Other actions that tell of the same idea, the likest first; the same town or actor is not
    /// the same idea.
    pub fn similar(&self, action: &Action, limit: usize) -> Result<Vec<Hit>, SearchError> {
        self.with(|index| index.similar(action, limit))
    }

    /// Changes whenever answers may, and is the same in every process that stands at the same place of
    /// the log; none while the index is not ready.
    pub fn generation(&self) -> Option<u64> {
        let stand = self.stand.borrow();
        stand.index.is_some().then_some(stand.generation)
    }

    fn with<T>(&self, answer: impl FnOnce(&Index) -> tantivy::Result<T>) -> Result<T, SearchError> {
        let index = {
            let stand = self.stand.borrow();
            let (done, of) = (stand.done, stand.of);
            stand.index.clone().ok_or(SearchError::NotReady { done, of })?
        };
        guarded(|| answer(&index)).map_err(|error| {
            self.broken.store(true, Ordering::Relaxed);
            error.into()
        })
    }
}
