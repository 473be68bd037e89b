//! `/sourceurs`: who tells, how fresh, and how its runs went.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use model::{Reason, Rights, RunId, SourceurId};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use store::{RunRow, SourceurRow};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::ApiState;
use crate::answer::{Asked, written};
use crate::known::{Known, Shape, documented};
use crate::parameters::Parameters;
use crate::problem::Problem;

/// Runs of an answer unless asked otherwise, and at most.
const DEFAULT_RUNS: u32 = 20;
const MAX_RUNS: u32 = 1000;

const RUNS: [Known; 1] = [Known {
    name: "limit",
    meaning: "Most runs of the answer; 20 unless asked",
    example: "20",
    shape: Shape::Number(1, MAX_RUNS),
}];

/// What `OpenAPI` tells of [`RUNS`].
struct RunsQuery;

impl IntoParams for RunsQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(&RUNS)
    }
}

/// Every sourceur, by id.
#[utoipa::path(
    get,
    path = "/api/v1/sourceurs",
    operation_id = "listSourceurs",
    tag = "sourceurs",
    responses(
        (status = 200, description = "All of them, on one page", body = ref("#/components/schemas/SourceurPage")),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Parameters::read(query.as_deref(), &[])?;
    let rows = state.store.sourceurs().await?;
    let data: Vec<SourceurView> = rows.into_iter().map(SourceurView::from).collect();
    let total = data.len() as u64;
    Asked { headers: &headers }.json(written(&SourceurPage { data, total, facets: Map::new(), next: None })?)
}

/// One sourceur.
#[utoipa::path(
    get,
    path = "/api/v1/sourceurs/{id}",
    operation_id = "getSourceur",
    tag = "sourceurs",
    params(("id" = String, Path, description = "Id of a sourceur", example = "apriles")),
    responses(
        (status = 200, description = "The sourceur", body = ref("#/components/schemas/Sourceur")),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 404, description = "There is no such sourceur", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn one(
    State(state): State<ApiState>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Parameters::read(query.as_deref(), &[])?;
    let row = known(&state, path).await?;
    Asked { headers: &headers }.json(written(&SourceurView::from(row))?)
}

/// A sourceur's last runs, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/sourceurs/{id}/runs",
    operation_id = "listRuns",
    tag = "sourceurs",
    params(
        ("id" = String, Path, description = "Id of a sourceur", example = "apriles"),
        RunsQuery,
    ),
    responses(
        (status = 200, description = "Runs", body = ref("#/components/schemas/RunPage")),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 404, description = "There is no such sourceur", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn runs(
    State(state): State<ApiState>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(query.as_deref(), &["limit"])?;
    let limit = parameters.number("limit", 1..=MAX_RUNS)?.unwrap_or(DEFAULT_RUNS);
    let row = known(&state, path).await?;
    let rows = state.store.runs(Some(&row.id), limit).await?;
    let data: Vec<RunView> = rows.into_iter().map(RunView::from).collect();
    Asked { headers: &headers }.json(written(&RunPage { data })?)
}

async fn known(state: &ApiState, path: Result<Path<String>, PathRejection>) -> Result<SourceurRow, Problem> {
    let written = path.map(|Path(written)| written).unwrap_or_default();
    let shown = crate::refused::shown(&written);
    let unknown = || {
        let detail = format!("there is no sourceur `{shown}`; `/api/v1/sourceurs` lists them");
        Problem::new("unknown-sourceur", detail)
    };
    let id: SourceurId = written.parse().map_err(|_| unknown())?;
    state.store.sourceur(&id).await?.ok_or_else(unknown)
}

/// All sourceurs.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SourceurPage {
    /// The sourceurs, by id.
    data: Vec<SourceurView>,
    /// How many there are.
    total: u64,
    /// Always empty.
    facets: Map<String, Value>,
    /// Always null: there is one page.
    next: Option<String>,
}

/// Who tells, under which rights, and how fresh it is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Sourceur")]
pub(crate) struct SourceurView {
    /// Id: the stem of its config file.
    id: SourceurId,
    /// Name, as shown.
    name: String,
    /// Its own home page.
    home: Option<String>,
    /// Its own legal words, shown with each fiche.
    notice: Option<String>,
    /// What may leave the house of its records.
    rights: Rights,
    /// Language of its texts, BCP 47.
    language: String,
    /// Who wins when two records disagree; lower wins.
    rank: i32,
    /// How often it is due, in seconds.
    every_seconds: u64,
    /// `active`, `paused`, `suspended` or `retired`.
    state: &'static str,
    /// Why it is in this state.
    state_reason: Option<String>,
    /// Since when.
    state_since: DateTime<Utc>,
    /// Its present records.
    records: u64,
    /// Actions that it tells.
    actions: u64,
    /// Its last run, however it ended.
    last_run: Option<RunView>,
    /// When a run of it last was published or told that nothing changed.
    last_success_at: Option<DateTime<Utc>>,
    /// When it is harvested next; null: at once.
    next_due_at: Option<DateTime<Utc>>,
}

impl From<SourceurRow> for SourceurView {
    fn from(row: SourceurRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            home: row.home,
            notice: row.notice,
            rights: row.rights,
            language: row.language,
            rank: row.rank,
            every_seconds: row.every.as_secs(),
            state: row.state.as_str(),
            state_reason: row.state_reason,
            state_since: row.state_since,
            records: row.records,
            actions: row.actions,
            last_run: row.last_run.map(RunView::from),
            last_success_at: row.last_success_at,
            next_due_at: row.next_due_at,
        }
    }
}

/// A sourceur's last runs.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RunPage {
    /// The runs, newest first.
    data: Vec<RunView>,
}

/// One run, in the words of `carrefour harvest`.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Run")]
struct RunView {
    /// Its id.
    run: RunId,
    /// Whose run.
    sourceur: SourceurId,
    /// `landing`, `held`, `published`, `unchanged`, `undone`, `failed` or `interrupted`.
    state: &'static str,
    /// When it began.
    started_at: DateTime<Utc>,
    /// When it ended; null while it lands.
    ended_at: Option<DateTime<Utc>>,
    /// Records read: new, changed, unchanged, rejected, withdrawn and repeated together.
    read: u64,
    /// Never seen before, or back after a withdrawal.
    new: u64,
    /// Known, with another content.
    changed: u64,
    /// Known, with the same content.
    unchanged: u64,
    /// Not publishable.
    rejected: u64,
    /// Said to be deleted by the source itself.
    withdrawn: u64,
    /// A key already read in the run.
    repeated: u64,
    /// In the base, not in the list.
    absent: u64,
    /// Whether the list was read to its end.
    complete: bool,
    /// Requests sent.
    requests: u64,
    /// Bytes received, decompressed.
    bytes: u64,
    /// Wall time in milliseconds.
    duration_ms: u64,
    /// Why it is held or failed: `code`, `message`, `url`.
    #[schemars(with = "Option<Map<String, Value>>")]
    reason: Option<Reason>,
    /// Where the sourceur says its list stands from now on.
    moved_to: Option<String>,
}

impl From<RunRow> for RunView {
    fn from(row: RunRow) -> Self {
        let account = row.account;
        Self {
            run: row.id,
            sourceur: row.sourceur,
            state: row.state.as_str(),
            started_at: row.started_at,
            ended_at: row.ended_at,
            read: account.read,
            new: account.new,
            changed: account.changed,
            unchanged: account.unchanged,
            rejected: account.rejected,
            withdrawn: account.withdrawn,
            repeated: account.repeated,
            absent: account.absent,
            complete: row.complete,
            requests: row.requests,
            bytes: row.bytes,
            duration_ms: row.duration_ms,
            reason: row.reason,
            moved_to: row.moved_to,
        }
    }
}
