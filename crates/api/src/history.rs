//! `/actions/{id}/history`: what became of one action, the newest first.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use model::ActionId;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use store::{Change, Found};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::ApiState;
use crate::action::{elsewhere, id_of, never};
use crate::answer::{Asked, written};
use crate::changes::as_place;
use crate::known::{Known, Shape, documented};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::sheet::Sheet;
use crate::view;

/// Entries of a page unless asked otherwise, and at most.
const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 1000;

const PARAMETERS: [Known; 2] = [
    Known {
        name: "limit",
        meaning: "Most entries of the page; 20 unless asked",
        example: "20",
        shape: Shape::Number(1, MAX_LIMIT),
    },
    Known {
        name: "cursor",
        meaning: "`next` of the page before: where this one begins",
        example: "",
        shape: Shape::Text("^(0|[1-9][0-9]{0,17})$"),
    },
];

/// What `OpenAPI` tells of [`PARAMETERS`].
struct HistoryQuery;

impl IntoParams for HistoryQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(&PARAMETERS)
    }
}

/// What became of an action, the newest first; that of a withdrawn one is told too.
#[utoipa::path(
    get,
    path = "/api/v1/actions/{id}/history",
    operation_id = "listHistory",
    tag = "actions",
    params(
        ("id" = String, Path, description = "The action's id", example = "0198c0de-0000-7000-8000-000000000000"),
        HistoryQuery,
    ),
    responses(
        (status = 200, description = "Entries of the log of changes: its own, those of others that became part of it, \
         and those of others from which it was parted", body = ref("#/components/schemas/HistoryPage")),
        (status = 301, description = "Merged into the action that `Location` leads to"),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 404, description = "There never was such an action", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn of(
    State(state): State<ApiState>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = PARAMETERS.map(|known| known.name);
    let parameters = Parameters::read(query.as_deref(), &known)?;
    let limit = parameters.number("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let before = parameters.read_as("cursor", "the `next` of a page, unaltered", as_place)?;
    let id = id_of(&path.map(|Path(id)| id).unwrap_or_default())?;
    match state.store.action(id).await? {
        Found::Here(_) | Found::Gone { .. } => {}
        Found::Moved(into) => return elsewhere(&state, into, "/history", &parameters),
        Found::Unknown => return Err(never(id)),
    }
    let mut history = state.store.history(id, before, limit + 1).await?;
    let more = history.entries.len() > limit as usize;
    history.entries.truncate(limit as usize);
    let next = history.entries.last().filter(|_| more).map(|last| last.seq.to_string());
    let data = history.entries.iter().map(Entry::of).collect();
    let page = HistoryPage { data, total: history.total, facets: Map::new(), next };
    let sheet = Sheet::json(written(&page)?);
    let Some(next) = &page.next else { return Asked { headers: &headers }.give(&sheet) };
    let address = format!("{}/history?{}", view::api_address(&state.public_url, id), parameters.with("cursor", next));
    Asked { headers: &headers }.give(&sheet.followed_by(&address)?)
}

/// A page of an action's history.
#[derive(Serialize, JsonSchema)]
pub(crate) struct HistoryPage {
    /// Entries, the newest first.
    data: Vec<Entry>,
    /// How many there are on all pages.
    total: u64,
    /// Always empty.
    facets: Map<String, Value>,
    /// Cursor of the next page; null on the last one.
    next: Option<String>,
}

/// One entry of the log, without the action.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HistoryEntry")]
struct Entry {
    /// Place in the log of changes.
    seq: i64,
    /// Whose entry: the action's own id, or that of one that became part of it or from which it was parted.
    id: ActionId,
    /// `created`, `changed`, `merged`, `split`, `withdrawn` or `restored`.
    kind: &'static str,
    /// When.
    #[schemars(with = "DateTime<Utc>")]
    at: String,
    /// After a merge, the action that goes on; after a split, the one that was parted.
    into: Option<ActionId>,
    /// Why, where there is more to say than the kind.
    reason: Option<String>,
}

impl Entry {
    fn of(change: &Change) -> Self {
        Self {
            seq: change.seq,
            id: change.id,
            kind: change.kind.as_str(),
            at: view::time(change.at),
            into: change.into,
            reason: change.reason.clone(),
        }
    }
}
