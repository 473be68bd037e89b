//! The merged base for machines: `/api/v1` and its OpenAPI document.
//!
//! It knows questions and answers over HTTP: parameters read strictly, keyset cursors, ETags,
//! problems that name what would be right, and the forms in which actions leave the house. Which
//! actions, in which order and how many it asks the index; what they tell it reads from the base by
//! id. It only reads. It refuses to know how harvesting is done, SQL, and how pages for people look.
//!
//! Read [`router`] first: it lists every address. [`ApiState`] asks the index and the base, for pages
//! too, and [`question_of`] reads what they are asked. [`formats`] writes actions for whoever
//! exports them.

mod action;
mod actions;
mod answer;
mod changes;
mod clusters;
mod cursor;
mod downloads;
mod filter;
mod guard;
mod health;
mod history;
mod kept;
mod known;
mod labels;
mod lang;
mod openapi;
mod parameters;
mod problem;
mod question;
mod refused;
mod sheet;
mod sourceurs;
mod state;
mod taxonomy;
mod territories;
mod view;

pub mod formats;

use std::io;

use axum::http::HeaderMap;
use axum::routing::get;
use axum::serve::ListenerExt;
use axum::{Extension, Router};
use tokio::net::TcpListener;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::Asked;
use crate::changes::Closing;
use crate::sheet::Sheet;

pub use crate::cursor::{Cursor, NotACursor};
pub use crate::filter::filter_of;
pub use crate::labels::Labels;
pub use crate::lang::Lang;
pub use crate::openapi::openapi_document;
pub use crate::problem::problems;
pub use crate::question::question_of;
pub use crate::refused::Refused;
pub use crate::state::{ApiState, Unanswered};
pub use crate::view::address_of;

/// Answers on a listener until `shutdown` is over, then lets what is under way end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // Small answers leave at once instead of waiting for more.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let (switch, closing) = Closing::new();
    let closes = async move {
        shutdown.await;
        switch.send_replace(true);
    };
    axum::serve(listener, router.layer(Extension(closing))).with_graceful_shutdown(closes).await
}

/// Every address of the API, with everything around it: CORS, compression, deadlines.
pub fn router(state: ApiState) -> Router {
    let (routes, _) = documented_routes().split_for_parts();
    let document = Sheet::json(openapi_document().to_string().into_bytes());
    let described = move |headers: HeaderMap| async move { Asked { headers: &headers }.give(&document) };
    let routes = routes
        .route("/api/v1/openapi.json", get(described))
        .route("/api/v1/health/live", get(health::live))
        .route("/api/v1/health/ready", get(health::ready))
        .fallback(answer::nothing_here)
        .method_not_allowed_fallback(answer::only_read)
        .with_state(state);
    guard::around(routes)
}

/// Every address that the OpenAPI document describes.
fn documented_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .routes(routes!(actions::list))
        .routes(routes!(action::one))
        .routes(routes!(action::similar))
        .routes(routes!(action::origins))
        .routes(routes!(history::of))
        .routes(routes!(downloads::ndjson))
        .routes(routes!(downloads::csv))
        .routes(routes!(downloads::geojson))
        .routes(routes!(downloads::atom))
        .routes(routes!(clusters::list))
        .routes(routes!(territories::one))
        .routes(routes!(territories::children))
        .routes(routes!(taxonomy::all))
        .routes(routes!(changes::list))
        .routes(routes!(sourceurs::list))
        .routes(routes!(sourceurs::one))
        .routes(routes!(sourceurs::runs))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
}
