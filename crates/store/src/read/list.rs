//! Actions in order, a page at a time.

use chrono::{DateTime, Utc};
use model::ActionId;
use sqlx::{query_as, query_scalar};
use uuid::Uuid;

use crate::read::action::{ActionRow, Columns};
use crate::read::filter::Filter;
use crate::{Result, Store, row};

/// Place of an action in the order of change, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// Its id, where times are equal.
    pub id: ActionId,
}

/// Some rows of a list, and where it goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct PageOf<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Place of the last row; none if the list ends here.
    pub next: Option<Key>,
}

impl Store {
    /// Actions that a filter lets through, those that changed last first, after a place in that order.
    pub async fn actions(&self, filter: &Filter, after: Option<Key>, limit: u32) -> Result<PageOf<ActionRow>> {
        let after = after.unwrap_or(Key { changed_at: row::end_of_time(), id: ActionId(Uuid::max()) });
        let facets = filter.facets();
        let one_more = i64::from(limit) + 1;
        // Two questions, so that a plan made once fits: the first walks an index, the second gathers and sorts.
        let found = if facets.is_empty() {
            query_as!(
                Columns,
                r#"select id, first_seen_at, changed_at, body::text as "body!", digest from action
                where withdrawn_at is null and (changed_at, id) < ($1, $2) and changed_at >= $3
                order by changed_at desc, id desc limit $4"#,
                after.changed_at,
                after.id.0,
                filter.since(),
                one_more
            )
            .fetch_all(&self.db)
            .await?
        } else {
            query_as!(
                Columns,
                r#"select id, first_seen_at, changed_at, body::text as "body!", digest from action
                where withdrawn_at is null and (changed_at, id) < ($1, $2) and changed_at >= $3 and facets @> $5
                order by changed_at desc, id desc limit $4"#,
                after.changed_at,
                after.id.0,
                filter.since(),
                one_more,
                &facets
            )
            .fetch_all(&self.db)
            .await?
        };
        let mut rows: Vec<ActionRow> = found.into_iter().map(ActionRow::from).collect();
        let goes_on = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| goes_on).map(|row| Key { changed_at: row.changed_at, id: row.id });
        Ok(PageOf { rows, next })
    }

    /// How many actions a filter lets through.
    pub async fn total(&self, filter: &Filter) -> Result<u64> {
        let facets = filter.facets();
        let total = if facets.is_empty() {
            query_scalar!(
                r#"select count(*) as "count!" from action where withdrawn_at is null and changed_at >= $1"#,
                filter.since()
            )
            .fetch_one(&self.db)
            .await?
        } else {
            query_scalar!(
                r#"select count(*) as "count!" from action
                where withdrawn_at is null and changed_at >= $1 and facets @> $2"#,
                filter.since(),
                &facets
            )
            .fetch_one(&self.db)
            .await?
        };
        Ok(row::count(total))
    }
}
