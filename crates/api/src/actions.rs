//! `/actions` and `/actions/{id}`.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::ActionId;
use store::{ActionRow, Found, Key, PageOf};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::ApiState;
use crate::answer::Asked;
use crate::cursor::Cursor;
use crate::filter::{self, FILTERS, FilterQuery, LATER};
use crate::known::{Known, Shape, documented};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::view::{self, Fields};

/// Actions of a page unless asked otherwise.
const DEFAULT_LIMIT: u32 = 20;
/// Most actions of a page.
const MAX_LIMIT: u32 = 1000;

/// Parameters that choose a page.
const PAGING: [Known; 3] = [
    Known {
        name: "limit",
        meaning: "Most actions of the page; 20 unless asked",
        example: "20",
        shape: Shape::Number(1, MAX_LIMIT),
    },
    Known {
        name: "cursor",
        meaning: "`next` of the page before: where this one begins; it never expires",
        example: "",
        shape: Shape::Text("^[A-Za-z0-9_-]{39}$"),
    },
    Known {
        name: "fields",
        meaning: "Top-level fields to give, joined by commas; `id` is always given",
        example: "title,places",
        shape: Shape::Text("^[a-z_]+(,[a-z_]+)*$"),
    },
];

/// What `OpenAPI` tells of [`PAGING`].
struct PageQuery;

impl IntoParams for PageQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(&PAGING)
    }
}

/// What `OpenAPI` tells of `fields` alone.
struct FieldsQuery;

impl IntoParams for FieldsQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(PAGING.iter().filter(|known| known.name == "fields"))
    }
}

/// Actions, the last changed first.
#[utoipa::path(
    get,
    path = "/api/v1/actions",
    operation_id = "listActions",
    tag = "actions",
    params(FilterQuery, PageQuery),
    responses(
        (status = 200, description = "One page; `Link: rel=next` leads to the next one",
         body = ref("#/components/schemas/ActionPage")),
        (status = 304, description = "The page is the one whose ETag was sent"),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known: Vec<&str> = FILTERS.iter().chain(&PAGING).map(|known| known.name).collect();
    let parameters = Parameters::read(query.as_deref(), &known, &LATER)?;
    let filter = filter::read(&parameters)?;
    let limit = parameters.number("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let after: Option<Cursor> = parameters.parse("cursor", "the `next` of a page, unaltered")?;
    let fields = Fields::read(&parameters)?;

    let after = after.map(|cursor| Key { changed_at: cursor.changed_at, id: cursor.id });
    let total = state.store.total(&filter).await?;
    let PageOf { rows, next } = state.store.actions(&filter, after, limit).await?;
    let next = next.map(|key| Cursor { changed_at: key.changed_at, id: key.id }.to_string());

    let body = page(&rows, total, next.as_deref(), &fields, &state.public_url)?;
    let mut answer = Asked { headers: &headers }.json(body)?;
    if let Some(next) = next {
        let link = format!("<{}/api/v1/actions?{}>; rel=\"next\"", state.public_url, parameters.with("cursor", &next));
        answer.headers_mut().insert(header::LINK, header_value(&link)?);
    }
    Ok(answer)
}

fn page(
    rows: &[ActionRow],
    total: u64,
    next: Option<&str>,
    fields: &Fields,
    public_url: &str,
) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::with_capacity(4096 * (rows.len() + 1));
    body.extend(b"{\"data\":[");
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        view::put_action(row, fields, public_url, &mut body)?;
    }
    body.extend(format!("],\"total\":{total},\"facets\":{{}},\"next\":{}}}", serde_json::json!(next)).as_bytes());
    Ok(body)
}

/// One action, under any id it ever had.
#[utoipa::path(
    get,
    path = "/api/v1/actions/{id}",
    operation_id = "getAction",
    tag = "actions",
    params(
        ("id" = String, Path, description = "The action's id; `.json` may follow",
         example = "0198c0de-0000-7000-8000-000000000000"),
        FieldsQuery,
    ),
    responses(
        (status = 200, description = "The action", body = ref("#/components/schemas/Action")),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 301, description = "Merged into the action that `Location` leads to"),
        (status = 304, description = "The action is the one whose ETag was sent"),
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
    let parameters = Parameters::read(query.as_deref(), &["fields"], &[])?;
    let fields = Fields::read(&parameters)?;
    let written = path.map(|Path(written)| written).unwrap_or_default();
    let (id, ending) = written.strip_suffix(".json").map_or((written.as_str(), ""), |id| (id, ".json"));
    let Ok(id) = id.parse::<ActionId>() else {
        let shown: String = written.chars().take(80).collect();
        let detail = format!("`{shown}` is no id of an action: expected a UUID, as in the `id` of a list");
        return Err(Problem::new("unknown-action", detail));
    };
    match state.store.action(id).await? {
        Found::Here(row) => {
            let mut body = Vec::with_capacity(8192);
            view::put_action(&row, &fields, &state.public_url, &mut body)?;
            Asked { headers: &headers }.json(body)
        }
        Found::Moved(into) => {
            let mut location = format!("{}{ending}", view::address(&state.public_url, into));
            if let Some(fields) = parameters.get("fields") {
                location = format!("{location}?{}", Parameters::default().with("fields", fields));
            }
            let location = [(header::LOCATION, header_value(&location)?)];
            Ok((StatusCode::MOVED_PERMANENTLY, location).into_response())
        }
        Found::Gone { gone_at, reason } => Err(Problem::new("gone", format!("action `{id}` was withdrawn"))
            .with("id", id.to_string())
            .with("gone_at", view::time(gone_at))
            .with("reason", reason)),
        Found::Unknown => Err(Problem::new("unknown-action", format!("there never was an action `{id}`"))),
    }
}

fn header_value(text: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(text).map_err(|_| Problem::new("internal", "an address of ours cannot be a header"))
}
