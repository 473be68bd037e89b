//! What stands around every answer: who may read it, how it is packed, how long it may take.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};

use crate::changes::MAX_WAIT;
use crate::problem::Problem;

/// Longest time to the beginning of an answer; a body that streams may take longer.
const DEADLINE: Duration = Duration::from_secs(30);

/// Puts CORS, compression and the deadline around routes.
pub(crate) fn around(routes: Router) -> Router {
    let readable_by_all = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
        .allow_headers([header::ACCEPT, header::IF_NONE_MATCH])
        .expose_headers([header::ETAG, header::LINK, header::LOCATION, header::RETRY_AFTER])
        .max_age(Duration::from_hours(24));
    routes.layer(from_fn(in_time)).layer(CompressionLayer::new()).layer(readable_by_all)
}

/// Dropping the answer under way drops its question to the base too.
async fn in_time(request: Request, next: Next) -> Response {
    let waits = request.uri().path() == "/api/v1/changes";
    let deadline = if waits { DEADLINE + Duration::from_secs(u64::from(MAX_WAIT)) } else { DEADLINE };
    let answer = tokio::time::timeout(deadline, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        Problem::away(format!("the question took longer than {} s", deadline.as_secs())).into_response()
    })
}
