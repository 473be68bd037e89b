//! `/actions`: the actions of a question, a page at a time, and what they are counted by.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use search::{Count, Facet};
use serde::Serialize;
use serde_json::{Map, Value};
use store::ActionRow;

use crate::ApiState;
use crate::cursor::Cursor;
use crate::filter::FilterQuery;
use crate::labels::Labels;
use crate::lang::Lang;
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::{self, PageQuery};
use crate::sheet::Sheet;
use crate::view::{self, Fields};

/// Actions that a question finds.
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
        (status = 503, description = "The index is being made, or the base is away; `Retry-After` says when to ask again",
         content_type = "application/problem+json", body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = query.as_deref();
    state.held("/actions", query, &headers, page(&state, query)).await
}

async fn page(state: &ApiState, query: Option<&str>) -> Result<Sheet, Problem> {
    let parameters = Parameters::read(query, &question::known())?;
    let question = question::read(&parameters)?;
    let fields = Fields::read(&parameters)?;
    let lang = question::lang(&parameters)?;

    let sort = question.sort;
    let answer = state.ask(question).await?;
    let rows = state.rows(&answer.hits).await?;
    let facets = counted(state, &answer.facets, lang).await?;
    let next = answer.next.map(|place| Cursor { sort, place }.to_string());

    let sheet = Sheet::json(list_of(&rows, answer.total, &facets, next.as_deref(), &fields, &state.public_url)?);
    match next {
        None => Ok(sheet),
        Some(next) => {
            sheet.followed_by(&format!("{}/api/v1/actions?{}", state.public_url, parameters.with("cursor", &next)))
        }
    }
}

/// A list of actions as JSON: rows as they are stored, or the fields wanted of them.
pub(crate) fn list_of(
    rows: &[Arc<ActionRow>],
    total: u64,
    facets: &Map<String, Value>,
    next: Option<&str>,
    fields: &Fields,
    public_url: &str,
) -> Result<Vec<u8>, Problem> {
    let bytes: usize = rows.iter().map(|row| row.body.len() + 128).sum();
    let mut body = Vec::with_capacity(bytes + 4096);
    body.extend(b"{\"data\":[");
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        view::put_action(row, fields, public_url, &mut body)?;
    }
    let rest = serde_json::json!({ "total": total, "facets": facets, "next": next }).to_string();
    body.extend(b"],");
    body.extend(&rest.as_bytes()[1..]);
    Ok(body)
}

/// One value of a facet, and how many actions have it.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct FacetCount {
    /// The value, as a filter takes it.
    id: String,
    /// Its name.
    label: String,
    /// Actions.
    count: u64,
}

/// Counts under the names of their facets, with labels.
pub(crate) async fn counted(
    state: &ApiState,
    facets: &[(Facet, Vec<Count>)],
    lang: Lang,
) -> Result<Map<String, Value>, Problem> {
    if facets.is_empty() {
        return Ok(Map::new());
    }
    let labels = state.labels().await?;
    let named = |(facet, counts): &(Facet, Vec<Count>)| {
        let counts: Vec<Value> = counts.iter().map(|count| named(&labels, *facet, count, lang)).collect();
        (facet.as_str().to_owned(), counts.into())
    };
    Ok(facets.iter().map(named).collect())
}

fn named(labels: &Labels, facet: Facet, count: &Count, lang: Lang) -> Value {
    serde_json::json!({ "id": count.value, "label": labels.of(facet, &count.value, lang), "count": count.count })
}
