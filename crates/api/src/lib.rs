//! The merged base for machines: `/api/v1`, its OpenAPI document, and a page to try it at `/api`.
//!
//! It knows questions and answers over HTTP: parameters read strictly, keyset cursors, ETags,
//! problems that name what would be right, and the forms in which actions leave the house. It only
//! reads. It refuses to know how harvesting is done, SQL, and how pages for people look.
//!
//! Read [`router`] first: it lists every address. [`formats`] writes actions as NDJSON, CSV and
//! GeoJSON for whoever exports them.

mod actions;
mod answer;
mod changes;
mod cursor;
mod downloads;
mod filter;
mod guard;
mod health;
mod known;
mod openapi;
mod page;
mod parameters;
mod problem;
mod sourceurs;
mod view;

pub mod formats;

use std::io;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::response::Redirect;
use axum::routing::get;
use axum::serve::ListenerExt;
use axum::{Extension, Router};
use chrono::{DateTime, Utc};
use store::Store;
use tokio::net::TcpListener;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::Asked;
use crate::changes::Closing;
pub use crate::filter::{FilterError, filter_of};

/// What every answer needs.
#[derive(Clone)]
pub struct ApiState {
    /// The base.
    pub store: Store,
    /// Where the service is reached from outside, without a closing slash: what addresses in answers begin with.
    pub public_url: String,
    /// The wall clock.
    pub clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

/// Answers on a listener until `shutdown` is over, then lets what is under way end.
pub async fn serve(
    listener: TcpListener,
    state: ApiState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // Small answers leave at once instead of waiting for more.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let (switch, closing) = Closing::new();
    let closes = async move {
        shutdown.await;
        switch.send_replace(true);
    };
    axum::serve(listener, router(state).layer(Extension(closing))).with_graceful_shutdown(closes).await
}

/// Every address of the API, with everything around it: CORS, compression, deadlines.
pub fn router(mut state: ApiState) -> Router {
    state.public_url.truncate(state.public_url.trim_end_matches('/').len());
    let (routes, paths) = documented_routes().split_for_parts();
    let document = openapi::complete(&paths);
    let page = page::write(&document);
    let document = Bytes::from(document.to_string());
    let described = move |headers: HeaderMap| async move { Asked { headers: &headers }.json(document.to_vec()) };
    let routes = routes
        .route("/api/v1/openapi.json", get(described))
        .route("/api/v1/health/live", get(health::live))
        .route("/api/v1/health/ready", get(health::ready))
        .route("/api", get(move || async move { page::file("text/html; charset=utf-8", page) }))
        .route("/api/page.js", get(page::script))
        .route("/api/page.css", get(page::style))
        .route("/", get(|| async { Redirect::temporary("/api") }))
        .fallback(answer::nothing_here)
        .method_not_allowed_fallback(answer::only_read)
        .with_state(state);
    guard::around(routes)
}

/// Every address that the OpenAPI document describes.
fn documented_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .routes(routes!(actions::list))
        .routes(routes!(actions::one))
        .routes(routes!(downloads::ndjson))
        .routes(routes!(downloads::csv))
        .routes(routes!(downloads::geojson))
        .routes(routes!(changes::list))
        .routes(routes!(sourceurs::list))
        .routes(routes!(sourceurs::one))
        .routes(routes!(sourceurs::runs))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
}
