//! What every answer needs, and the ways to ask the index and the base for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use model::{Action, ActionId, SourceurId, Vocabulary};
use search::{Answer, Hit, Question, Search, SearchError};
use store::{ActionRow, Store, StoreError};
use tokio::sync::Semaphore;
use tracing::error;

use crate::kept::Kept;
use crate::labels::Labels;
use crate::sheet::Sheets;

/// Bytes of rows that are held to be sent again.
const ROWS_BYTES: usize = 64 << 20;
/// How long the names of sourceurs are believed.
const NAMES_LAST: Duration = Duration::from_secs(10);

/// What every answer needs: the base, its index, and what stands before them. Cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    /// The base.
    pub store: Store,
    /// Its index.
    pub search: Search,
    /// The terms that sourceurs' words are brought to.
    pub vocabulary: Arc<Vocabulary>,
    /// Where the service is reached from outside, without a closing slash: what addresses in answers begin with.
    pub public_url: Arc<str>,
    /// The wall clock.
    pub clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    pub(crate) shared: Arc<Shared>,
}

/// What the clones of a state have in common.
pub(crate) struct Shared {
    rows: Kept<(ActionId, u64), Arc<ActionRow>>,
    pub(crate) sheets: Sheets,
    /// Questions that the index answers at once; more of them would only slow each other down.
    turns: Semaphore,
    names: Mutex<Option<(Instant, Names)>>,
}

type Names = Arc<HashMap<SourceurId, Box<str>>>;

/// Why there is no answer now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// The index does not hold the whole base yet: worth asking again in some seconds.
    #[error("the search index is being made: {done} actions are in")]
    Building {
        /// Actions that are in.
        done: u64,
        /// Of about so many, where that is known.
        of: Option<u64>,
    },
    /// The index failed and makes itself again: likewise.
    #[error("the search index failed and is being made again")]
    IndexFailed,
    /// The base is away: likewise.
    #[error("the base does not answer")]
    Away,
    /// The base does not have our tables.
    #[error("the base does not have this program's tables")]
    NotMigrated,
    /// Something is broken on our side; it was written down.
    #[error("the question could not be answered; it has been written down")]
    Broken,
}

impl From<StoreError> for Unanswered {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Away(_) => Self::Away,
            StoreError::NotMigrated { .. } => Self::NotMigrated,
            broken => {
                let cause = std::error::Error::source(&broken).map(ToString::to_string);
                error!("a question failed: {broken} ({})", cause.unwrap_or_default());
                Self::Broken
            }
        }
    }
}

impl From<SearchError> for Unanswered {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::NotReady { done, of } => Self::Building { done, of },
            SearchError::Broken(_) => Self::IndexFailed,
            SearchError::Away(_) => Self::Away,
        }
    }
}

impl ApiState {
    /// A state in front of a base and its index. Addresses in answers begin with `public_url`.
    pub fn new(
        store: Store,
        search: Search,
        vocabulary: Arc<Vocabulary>,
        public_url: &str,
        clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    ) -> Self {
        let turns = 2 * available_parallelism().map_or(1, usize::from);
        let shared = Shared {
            rows: Kept::new(ROWS_BYTES),
            sheets: Sheets::new(),
            turns: Semaphore::new(turns),
            names: Mutex::default(),
        };
        let public_url = public_url.trim_end_matches('/').into();
        Self { store, search, vocabulary, public_url, clock, shared: Arc::new(shared) }
    }

    /// Asks the index.
    pub async fn ask(&self, question: Question) -> Result<Answer, Unanswered> {
        self.in_turn(move |search| search.ask(&question)).await
    }

    /// Other actions that tell of the same idea, the likest first.
    pub async fn similar(&self, action: &Action, limit: usize) -> Result<Vec<Hit>, Unanswered> {
        let action = action.clone();
        self.in_turn(move |search| search.similar(&action, limit)).await
    }

    /// The rows of hits, in their order; what is served no more is left out.
    pub async fn rows(&self, hits: &[Hit]) -> Result<Vec<Arc<ActionRow>>, Unanswered> {
        let mut rows: Vec<Option<Arc<ActionRow>>> =
            hits.iter().map(|hit| self.shared.rows.get(&(hit.id, hit.stamp))).collect();
        let missing: Vec<ActionId> =
            hits.iter().zip(&rows).filter(|(_, row)| row.is_none()).map(|(hit, _)| hit.id).collect();
        if !missing.is_empty() {
            let mut fetched = HashMap::new();
            for row in self.store.actions_by_id(&missing).await? {
                let row = Arc::new(row);
                let bytes = row.body.len() + 256;
                // The base may be ahead of the index: a row is held under what it is, not under what was asked.
                self.shared.rows.put((row.id, stamp(&row)), Arc::clone(&row), bytes);
                fetched.insert(row.id, row);
            }
            for (hit, row) in hits.iter().zip(&mut rows) {
                if row.is_none() {
                    *row = fetched.get(&hit.id).cloned();
                }
            }
        }
        Ok(rows.into_iter().flatten().collect())
    }

    /// What the values of facets are called.
    pub async fn labels(&self) -> Result<Labels, Unanswered> {
        let held = self.names().clone().filter(|(since, _)| since.elapsed() < NAMES_LAST);
        let names = if let Some((_, names)) = held {
            names
        } else {
            let rows = self.store.sourceurs().await?;
            let names: Names = Arc::new(rows.into_iter().map(|row| (row.id, row.name.into())).collect());
            *self.names() = Some((Instant::now(), Arc::clone(&names)));
            names
        };
        Ok(Labels::new(Arc::clone(&self.vocabulary), names))
    }

    fn names(&self) -> std::sync::MutexGuard<'_, Option<(Instant, Names)>> {
        self.shared.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the index away from the threads that talk to callers, a few questions at a time.
    async fn in_turn<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Search) -> Result<T, SearchError> + Send + 'static,
    ) -> Result<T, Unanswered> {
        let turn = self.shared.turns.acquire().await.map_err(|_| Unanswered::Broken)?;
        let search = self.search.clone();
        let asked = tokio::task::spawn_blocking(move || ask(&search)).await;
        drop(turn);
        match asked {
            Ok(answer) => Ok(answer?),
            Err(panicked) => {
                error!("the index fell over a question: {panicked}");
                Err(Unanswered::Broken)
            }
        }
    }
}

/// The stamp of a row, as the index has it.
fn stamp(row: &ActionRow) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&row.etag.as_bytes()[..8]);
    u64::from_be_bytes(first)
}
