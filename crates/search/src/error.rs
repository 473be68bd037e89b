//! Why the index cannot answer.

use std::sync::Arc;

use store::StoreError;
use tantivy::TantivyError;

/// Why a question has no answer now.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SearchError {
    /// The index is being made; every answer waits until it holds the whole base.
    #[error("the search index is being made: {done} actions are in")]
    NotReady {
        /// Actions that are in.
        done: u64,
        /// Of about so many, where that is known.
        of: Option<u64>,
    },
    /// The index failed. It is made again by itself.
    #[error("the search index failed")]
    Broken(#[source] Arc<TantivyError>),
    /// The base cannot be read, and so not followed.
    #[error("the search index cannot follow the base")]
    Away(#[source] Arc<StoreError>),
}

impl From<TantivyError> for SearchError {
    fn from(error: TantivyError) -> Self {
        Self::Broken(Arc::new(error))
    }
}

impl From<StoreError> for SearchError {
    fn from(error: StoreError) -> Self {
        Self::Away(Arc::new(error))
    }
}

/// Does what tantivy may panic at where a file was damaged behind its back; then it is an error.
pub(crate) fn guarded<T>(work: impl FnOnce() -> tantivy::Result<T>) -> tantivy::Result<T> {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    caught.unwrap_or_else(|_| Err(TantivyError::SystemError("the index panicked".to_owned())))
}
