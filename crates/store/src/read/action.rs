//! One action by id.

use chrono::{DateTime, Utc};
use model::{Action, ActionId, Digest};
use sqlx::{query, query_as};
use uuid::Uuid;

use crate::{Result, Store, row};

/// A merged action as it is served.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionRow {
    /// Its id.
    pub id: ActionId,
    /// When it was first served.
    pub first_seen_at: DateTime<Utc>,
    /// When what is served of it last changed.
    pub changed_at: DateTime<Utc>,
    /// The action as JSON text: `id` first, the two times last, the rest in the order of the schema;
    /// `url` is left to whoever knows the public address.
    pub body: Box<str>,
    /// Changes whenever the body does.
    pub etag: Digest,
}

/// What became of an action's id.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// It is served.
    Here(ActionRow),
    /// It became part of another.
    Moved(ActionId),
    /// It was withdrawn.
    Gone {
        /// When.
        gone_at: DateTime<Utc>,
        /// Why, in a word.
        reason: String,
    },
    /// It never was.
    Unknown,
}

impl ActionRow {
    /// The action itself.
    pub fn action(&self) -> Result<Action> {
        row::json("action", "body", &self.id, &self.body)
    }

    /// Appends the body with the address of the action's page in its place, without parsing it.
    pub fn put_body_at(&self, url: &str, out: &mut Vec<u8>) {
        let id = format!(r#"{{"id":"{}""#, self.id);
        let Some(rest) = self.body.strip_prefix(&id) else {
            out.extend_from_slice(self.body.as_bytes());
            return;
        };
        out.extend_from_slice(id.as_bytes());
        out.extend_from_slice(br#","url":"#);
        serde_json::to_writer(&mut *out, url).expect("a text is always writable");
        out.extend_from_slice(rest.as_bytes());
    }

    /// The body with the address of the action's page in its place.
    pub fn body_at(&self, url: &str) -> String {
        let mut body = Vec::with_capacity(self.body.len() + url.len() + 16);
        self.put_body_at(url, &mut body);
        String::from_utf8(body).expect("it is made of texts")
    }
}

impl Store {
    /// The action of an id, or what became of it.
    pub async fn action(&self, id: ActionId) -> Result<Found> {
        let found = query!(
            r#"select a.id, a.first_seen_at, a.changed_at, a.body::text as "body!", a.digest, a.withdrawn_at,
                a.withdrawn_because, r.into_id as "into_id?"
            from action a left join redirect r on r.id = a.id where a.id = $1"#,
            id.0
        )
        .fetch_optional(&self.db)
        .await?;
        let Some(found) = found else { return Ok(Found::Unknown) };
        if let Some(into) = found.into_id {
            return Ok(Found::Moved(ActionId(into)));
        }
        if let Some(gone_at) = found.withdrawn_at {
            return Ok(Found::Gone { gone_at, reason: found.withdrawn_because.unwrap_or_default() });
        }
        let columns = Columns {
            id: found.id,
            first_seen_at: found.first_seen_at,
            changed_at: found.changed_at,
            body: found.body,
            digest: found.digest,
        };
        Ok(Found::Here(columns.into()))
    }

    /// Actions by id, in the order asked; those that are not served are left out.
    pub async fn actions_by_id(&self, ids: &[ActionId]) -> Result<Vec<ActionRow>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = query_as!(
            Columns,
            r#"select a.id, first_seen_at, changed_at, body::text as "body!", digest
            from unnest($1::uuid[]) with ordinality as wanted(id, at) join action a on a.id = wanted.id
            where withdrawn_at is null order by wanted.at"#,
            &ids
        )
        .fetch_all(&self.db)
        .await?;
        Ok(rows.into_iter().map(ActionRow::from).collect())
    }
}

/// A row of `action` that is served.
pub(super) struct Columns {
    pub(super) id: Uuid,
    pub(super) first_seen_at: DateTime<Utc>,
    pub(super) changed_at: DateTime<Utc>,
    pub(super) body: String,
    pub(super) digest: Vec<u8>,
}

impl From<Columns> for ActionRow {
    fn from(columns: Columns) -> Self {
        Self {
            id: ActionId(columns.id),
            first_seen_at: columns.first_seen_at,
            changed_at: columns.changed_at,
            etag: Digest::of([columns.digest.as_slice(), &columns.changed_at.timestamp_micros().to_be_bytes()]),
            body: columns.body.into_boxed_str(),
        }
    }
}
