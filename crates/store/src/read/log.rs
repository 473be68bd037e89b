//! The ordered log of changes.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use model::{ActionId, Digest};
use serde::{Deserialize, Serialize};
use sqlx::{query, query_scalar};
use uuid::Uuid;

use crate::read::action::{ActionRow, Columns};
use crate::{Result, Store, StoreError};

/// What happened to an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is served for the first time.
    Created,
    /// What is served of it changed.
    Changed,
    /// It became part of another.
    Merged,
    /// Another was parted from it.
    Split,
    /// It is served no more.
    Withdrawn,
    /// It is served again.
    Restored,
}

impl ChangeKind {
    const ALL: [(&'static str, Self); 6] = [
        ("created", Self::Created),
        ("changed", Self::Changed),
        ("merged", Self::Merged),
        ("split", Self::Split),
        ("withdrawn", Self::Withdrawn),
        ("restored", Self::Restored),
    ];

    /// Its name, as stored and printed.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("changed", |(name, _)| name)
    }
}

impl FromStr for ChangeKind {
    type Err = String;

    fn from_str(word: &str) -> std::result::Result<Self, String> {
        let found = Self::ALL.iter().find(|(name, _)| *name == word);
        found.map(|(_, kind)| *kind).ok_or_else(|| format!("`{word}` is no kind of change"))
    }
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its place: rises by one, in commit order.
    pub seq: i64,
    /// The action.
    pub id: ActionId,
    /// What happened to it.
    pub kind: ChangeKind,
    /// When.
    pub at: DateTime<Utc>,
    /// After a merge, the action it became part of; after a split, the one that was parted from it.
    pub into: Option<ActionId>,
    /// Why, in a word.
    pub reason: Option<String>,
    /// The action as it is served now; none if it is not.
    pub action: Option<ActionRow>,
}

/// What the log tells of one action.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// A page of its entries, the newest first; none of them holds the action.
    pub entries: Vec<Change>,
    /// How many there are in all.
    pub total: u64,
}

/// Tells whether something derived from the log still belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogMark {
    /// The base: another one, or one put back from a backup as another, has another id.
    pub base: Uuid,
    /// The last place taken.
    pub head: i64,
    /// What stands at the place asked for; none if nothing does.
    pub last: Option<Digest>,
}

impl Store {
    /// Entries after a place in the log, in its order.
    pub async fn changes(&self, after: i64, limit: u32) -> Result<Vec<Change>> {
        let rows = query!(
            r#"select c.seq, c.action, c.kind, c.at, c.into_id, c.reason, a.first_seen_at, a.changed_at,
                case when a.withdrawn_at is null then a.body::text end as body, a.digest
            from change c join action a on a.id = c.action
            where c.seq > $1 order by c.seq limit $2"#,
            after,
            i64::from(limit)
        )
        .fetch_all(&self.db)
        .await?;
        let mut changes = Vec::with_capacity(rows.len());
        for each in rows {
            let kind = each
                .kind
                .parse()
                .map_err(|rule: String| StoreError::inconsistent("change", "kind", &each.seq, &rule))?;
            let action = each.body.map(|body| {
                let (first_seen_at, changed_at) = (each.first_seen_at, each.changed_at);
                ActionRow::from(Columns { id: each.action, first_seen_at, changed_at, body, digest: each.digest })
            });
            changes.push(Change {
                seq: each.seq,
                id: ActionId(each.action),
                kind,
                at: each.at,
                into: each.into_id.map(ActionId),
                reason: each.reason,
                action,
            });
        }
        Ok(changes)
    }

    /// What the log tells of an action, the newest first, before a place in the log: its own entries,
    /// those of others that became part of it, and those of others from which it was parted.
    pub async fn history(&self, id: ActionId, before: Option<i64>, limit: u32) -> Result<History> {
        let rows = query!(
            "select seq, action, kind, at, into_id, reason from change
            where (action = $1 or into_id = $1) and seq < $2 order by seq desc limit $3",
            id.0,
            before.unwrap_or(i64::MAX),
            i64::from(limit)
        )
        .fetch_all(&self.db)
        .await?;
        let mut entries = Vec::with_capacity(rows.len());
        for each in rows {
            let kind = each
                .kind
                .parse()
                .map_err(|rule: String| StoreError::inconsistent("change", "kind", &each.seq, &rule))?;
            entries.push(Change {
                seq: each.seq,
                id: ActionId(each.action),
                kind,
                at: each.at,
                into: each.into_id.map(ActionId),
                reason: each.reason,
                action: None,
            });
        }
        let total = query_scalar!(r#"select count(*) as "count!" from change where action = $1 or into_id = $1"#, id.0)
            .fetch_one(&self.db)
            .await?;
        Ok(History { entries, total: u64::try_from(total).unwrap_or_default() })
    }

    /// What an index of this base is told by.
    pub async fn log_mark(&self, seq: i64) -> Result<LogMark> {
        let found = query!(
            r#"select head.base, head.seq as head, c.action as "action?", c.at as "at?"
            from log_head head left join change c on c.seq = $1"#,
            seq
        )
        .fetch_one(&self.db)
        .await?;
        let entry = found.action.zip(found.at);
        let last =
            entry.map(|(action, at)| Digest::of([action.as_bytes().as_slice(), &at.timestamp_micros().to_be_bytes()]));
        Ok(LogMark { base: found.base, head: found.head, last })
    }

    /// The last place taken in the log; 0 if nothing was ever served.
    pub async fn log_head(&self) -> Result<i64> {
        Ok(query_scalar!("select seq from log_head").fetch_one(&self.db).await?)
    }
}
