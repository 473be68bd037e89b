//! `/health/live` and `/health/ready`.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use store::StoreError;

use crate::ApiState;
use crate::problem::Problem;
use crate::view;

/// How long the base may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process runs.
#[utoipa::path(
    get,
    path = "/health/live",
    operation_id = "isLive",
    tag = "health",
    responses((status = 200, description = "It runs"))
)]
pub(crate) async fn live(State(state): State<ApiState>) -> Response {
    told(&state, "live")
}

/// The base is there, with the tables this program knows, and so is its index.
#[utoipa::path(
    get,
    path = "/health/ready",
    operation_id = "isReady",
    tag = "health",
    responses(
        (status = 200, description = "Questions are answered"),
        (status = 503, description = "Not now; `Retry-After` says when to ask again",
         content_type = "application/problem+json", body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn ready(State(state): State<ApiState>) -> Result<Response, Problem> {
    match tokio::time::timeout(PATIENCE, state.store.ensure_migrated()).await {
        Ok(Ok(())) if state.search.generation().is_none() => {
            Err(Problem::building("the search index is being made; `/changes` and actions by id are answered"))
        }
        Ok(Ok(())) => Ok(told(&state, "ready")),
        Ok(Err(StoreError::NotMigrated { .. })) => {
            Err(Problem::away("the base does not have this program's tables: `carrefour migrate` makes them"))
        }
        Ok(Err(_)) => Err(Problem::away("the base does not answer")),
        Err(_) => Err(Problem::away(format!("the base has not answered for {} s", PATIENCE.as_secs()))),
    }
}

fn told(state: &ApiState, status: &str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    let body = json!({ "status": status, "now": view::time((state.clock)()) });
    (headers, body.to_string()).into_response()
}
