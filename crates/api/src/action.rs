//! `/actions/{id}`: one action in several forms, what it rests on, and what is like it.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::{ActionId, Origin};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use store::{ActionRow, Found};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::ApiState;
use crate::actions::list_of;
use crate::answer::{Asked, header_value, written};
use crate::formats::jsonld;
use crate::known::{Known, Shape, documented};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::FieldsQuery;
use crate::refused::shown;
use crate::sheet::Sheet;
use crate::view::{self, Fields};

/// Similar actions of an answer unless asked otherwise, and at most.
const DEFAULT_SIMILAR: u32 = 5;
const MAX_SIMILAR: u32 = 50;

const SIMILAR: [Known; 1] = [Known {
    name: "limit",
    meaning: "Most actions of the answer; 5 unless asked",
    example: "5",
    shape: Shape::Number(1, MAX_SIMILAR),
}];

/// What `OpenAPI` tells of [`SIMILAR`].
struct SimilarQuery;

impl IntoParams for SimilarQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(&SIMILAR)
    }
}

/// One action, under any id it ever had.
#[utoipa::path(
    get,
    path = "/api/v1/actions/{id}",
    operation_id = "getAction",
    tag = "actions",
    params(
        ("id" = String, Path, description = "The action's id; `.json` may follow, or `.jsonld` for schema.org's words",
         example = "0198c0de-0000-7000-8000-000000000000"),
        FieldsQuery,
    ),
    responses(
        (status = 200, description = "The action", body = ref("#/components/schemas/Action")),
        (status = 301, description = "Merged into the action that `Location` leads to"),
        (status = 304, description = "The action is the one whose ETag was sent"),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 404, description = "There never was such an action", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 410, description = "Withdrawn: `id`, `gone_at`, `reason`", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn one(
    State(state): State<ApiState>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let written = path.map(|Path(written)| written).unwrap_or_default();
    if let Some(id) = written.strip_suffix(".jsonld") {
        let parameters = Parameters::read(query.as_deref(), &[])?;
        return match find(&state, id, ".jsonld", &parameters).await? {
            Sought::Moved(answer) => Ok(answer),
            Sought::Here(row) => {
                let action = row.action()?;
                let body = self::written(&jsonld(&action, &state.public_url))?;
                Asked { headers: &headers }.give(&Sheet::new("application/ld+json", body))
            }
        };
    }
    let parameters = Parameters::read(query.as_deref(), &["fields"])?;
    let fields = Fields::read(&parameters)?;
    let (id, ending) = written.strip_suffix(".json").map_or((written.as_str(), ""), |id| (id, ".json"));
    match find(&state, id, ending, &parameters).await? {
        Sought::Moved(answer) => Ok(answer),
        Sought::Here(row) => {
            let mut body = Vec::with_capacity(row.body.len() + 128);
            view::put_action(&row, &fields, &state.public_url, &mut body)?;
            Asked { headers: &headers }.json(body)
        }
    }
}

/// Actions that tell of the same idea, the likest first.
#[utoipa::path(
    get,
    path = "/api/v1/actions/{id}/similar",
    operation_id = "listSimilar",
    tag = "actions",
    params(
        ("id" = String, Path, description = "The action's id", example = "0198c0de-0000-7000-8000-000000000000"),
        SimilarQuery,
        FieldsQuery,
    ),
    responses(
        (status = 200, description = "A list of one page", body = ref("#/components/schemas/ActionPage")),
        (status = 301, description = "Merged into the action that `Location` leads to"),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 404, description = "There never was such an action", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 410, description = "Withdrawn: `id`, `gone_at`, `reason`", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 503, description = "The index is being made, or the base is away; `Retry-After` says when to ask again",
         content_type = "application/problem+json", body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn similar(
    State(state): State<ApiState>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(query.as_deref(), &["limit", "fields"])?;
    let limit = parameters.number("limit", 1..=MAX_SIMILAR)?.unwrap_or(DEFAULT_SIMILAR);
    let fields = Fields::read(&parameters)?;
    let row = match find(&state, &path.map(|Path(id)| id).unwrap_or_default(), "/similar", &parameters).await? {
        Sought::Moved(answer) => return Ok(answer),
        Sought::Here(row) => row,
    };
    let hits = state.similar(&row.action()?, limit as usize).await?;
    let rows = state.rows(&hits).await?;
    Asked { headers: &headers }.json(list_of(&rows, rows.len() as u64, &Map::new(), None, &fields, &state.public_url)?)
}

/// The records that an action rests on.
#[utoipa::path(
    get,
    path = "/api/v1/actions/{id}/origins",
    operation_id = "listOrigins",
    tag = "actions",
    params(("id" = String, Path, description = "The action's id", example = "0198c0de-0000-7000-8000-000000000000")),
    responses(
        (status = 200, description = "Its origins, on one page", body = ref("#/components/schemas/OriginPage")),
        (status = 301, description = "Merged into the action that `Location` leads to"),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 404, description = "There never was such an action", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 410, description = "Withdrawn: `id`, `gone_at`, `reason`", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn origins(
    State(state): State<ApiState>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(query.as_deref(), &[])?;
    let row = match find(&state, &path.map(|Path(id)| id).unwrap_or_default(), "/origins", &parameters).await? {
        Sought::Moved(answer) => return Ok(answer),
        Sought::Here(row) => row,
    };
    let data = row.action()?.origins;
    let total = data.len() as u64;
    Asked { headers: &headers }.json(written(&OriginPage { data, total, facets: Map::new(), next: None })?)
}

/// The origins of an action.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OriginPage {
    /// One per record, as in the action's `origins`.
    data: Vec<Origin>,
    /// How many there are.
    total: u64,
    /// Always empty.
    facets: Map<String, Value>,
    /// Always null: there is one page.
    next: Option<String>,
}

/// What an id in an address led to.
enum Sought {
    Here(ActionRow),
    /// The answer that leads on to what it became.
    Moved(Response),
}

/// The action of an id in an address; what follows the id there, and the query, go with a redirect.
async fn find(state: &ApiState, id: &str, ending: &str, parameters: &Parameters) -> Result<Sought, Problem> {
    let id = id_of(id)?;
    match state.store.action(id).await? {
        Found::Here(row) => Ok(Sought::Here(row)),
        Found::Moved(into) => Ok(Sought::Moved(elsewhere(state, into, ending, parameters)?)),
        Found::Gone { gone_at, reason } => Err(Problem::new("gone", format!("action `{id}` was withdrawn"))
            .with("id", id.to_string())
            .with("gone_at", view::time(gone_at))
            .with("reason", reason)),
        Found::Unknown => Err(never(id)),
    }
}

/// The id in an address.
pub(crate) fn id_of(written: &str) -> Result<ActionId, Problem> {
    written.parse().map_err(|_| {
        let detail = format!("`{}` is no id of an action: expected a UUID, as in the `id` of a list", shown(written));
        Problem::new("unknown-action", detail)
    })
}

/// Leads to the action that another became part of; what follows the id, and the query, go along.
pub(crate) fn elsewhere(
    state: &ApiState,
    into: ActionId,
    ending: &str,
    parameters: &Parameters,
) -> Result<Response, Problem> {
    let address = format!("{}{ending}", view::api_address(&state.public_url, into));
    let location = [(header::LOCATION, header_value(&parameters.after(&address))?)];
    Ok((StatusCode::MOVED_PERMANENTLY, location).into_response())
}

/// There never was such an action.
pub(crate) fn never(id: ActionId) -> Problem {
    Problem::new("unknown-action", format!("there never was an action `{id}`"))
}
