//! Actions as a stream, for exports: one statement, one snapshot, constant memory.

use futures_util::stream::{Stream, StreamExt, unfold};
use model::Action;
use sqlx::pool::PoolConnection;
use sqlx::{Connection, Postgres, query};
use tokio::sync::mpsc;

use crate::lease::unbounded;
use crate::read::action::{ActionRow, Columns};
use crate::read::filter::Filter;
use crate::{Result, Store};

/// Rows that may wait for a slow reader; then Postgres waits.
const ROWS_AHEAD: usize = 256;

impl Store {
    /// Every action that a filter lets through, by id.
    pub fn stream_actions(&self, filter: &Filter) -> impl Stream<Item = Result<ActionRow>> + Send + use<> {
        let (facets, since) = (filter.facets(), filter.since());
        self.stream(move |store, to| async move {
            let mut db = store.connection_for_export().await?;
            let mut tx = db.begin().await?;
            unbounded(&mut tx).await?;
            let mut rows = query!(
                r#"select id, first_seen_at, changed_at, body::text as "body!", digest from action
                where withdrawn_at is null and changed_at >= $1 and facets @> $2 order by id"#,
                since,
                &facets
            )
            .fetch(&mut *tx);
            while let Some(row) = rows.next().await {
                let row = row?;
                let (first_seen_at, changed_at) = (row.first_seen_at, row.changed_at);
                let columns = Columns { id: row.id, first_seen_at, changed_at, body: row.body, digest: row.digest };
                if to.send(Ok(columns.into())).await.is_err() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Every action that a filter lets through with its canonical key (the smallest
    /// `sourceur/source_id` of its records), in the order of that key's bytes.
    pub fn stream_canonical(&self, filter: &Filter) -> impl Stream<Item = Result<(String, Action)>> + Send + use<> {
        let (facets, since) = (filter.facets(), filter.since());
        self.stream(move |store, to| async move {
            let mut db = store.connection_for_export().await?;
            let mut tx = db.begin().await?;
            unbounded(&mut tx).await?;
            let mut rows = query!(
                r#"select id, canonical_key, body::text as "body!" from action
                where withdrawn_at is null and changed_at >= $1 and facets @> $2 order by canonical_key"#,
                since,
                &facets
            )
            .fetch(&mut *tx);
            while let Some(row) = rows.next().await {
                let row = row?;
                let action = crate::row::json("action", "body", &row.id, &row.body);
                if to.send(action.map(|action| (row.canonical_key, action))).await.is_err() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// A connection that is closed afterwards: a reader who leaves early takes the question with him.
    async fn connection_for_export(&self) -> Result<PoolConnection<Postgres>> {
        let mut db = self.db.acquire().await?;
        db.close_on_drop();
        Ok(db)
    }

    /// Runs a question in a task of its own that ends when nobody listens any more.
    fn stream<T, F, Asking>(&self, ask: F) -> impl Stream<Item = Result<T>> + Send + use<T, F, Asking>
    where
        T: Send + 'static,
        F: FnOnce(Store, mpsc::Sender<Result<T>>) -> Asking + Send + 'static,
        Asking: Future<Output = Result<()>> + Send + 'static,
    {
        let (to, from) = mpsc::channel(ROWS_AHEAD);
        let store = self.clone();
        // The task starts with the first row asked for: a stream that nobody reads costs nothing.
        unfold((from, Some((store, to, ask))), |(mut from, start)| async move {
            if let Some((store, to, ask)) = start {
                tokio::spawn(async move {
                    if let Err(error) = ask(store, to.clone()).await {
                        drop(to.send(Err(error)).await);
                    }
                });
            }
            let item: Option<Result<T>> = from.recv().await;
            item.map(|item| (item, (from, None)))
        })
    }
}
