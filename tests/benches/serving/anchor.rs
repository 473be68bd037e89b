//! The anchor of serving: bare axum, which serialises the same actions or sends the same bytes.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path as InPath, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use model::Action;
use serde::Serialize;
use tokio::net::TcpListener;

use crate::child::Serving;

/// The first argument that makes this program the anchor; the second is its folder.
pub(crate) const ARGUMENT: &str = "__anchor";

/// Actions that it holds.
pub(crate) const ACTIONS: &str = "actions.json";
/// Bytes that it sends.
pub(crate) const LIST: &str = "list.json";

/// The anchor as a process.
pub(crate) fn start(folder: &Path) -> Serving {
    let this = std::env::current_exe().expect("a program knows where it is");
    Serving::start(Command::new(this).arg(ARGUMENT).arg(folder))
}

struct Held {
    actions: Vec<Action>,
    list: Bytes,
}

#[derive(Serialize)]
struct Page<'a> {
    data: &'a [Action],
    total: usize,
    next: Option<&'a str>,
}

/// Serves until it is killed.
pub(crate) async fn serve(folder: &Path) {
    let actions = fs::read(folder.join(ACTIONS)).expect("the anchor has its actions");
    let actions = serde_json::from_slice(&actions).expect("actions can be read again");
    let list = fs::read(folder.join(LIST)).expect("the anchor has its bytes").into();
    let router = Router::new()
        .route("/one/{place}", get(one))
        .route("/list/{page}", get(page))
        .route("/bytes", get(bytes))
        .route("/same", get(|| async { (StatusCode::NOT_MODIFIED, [(header::ETAG, "W/\"same\"")]) }))
        .with_state(Arc::new(Held { actions, list }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    writeln!(io::stderr(), "the anchor is on http://{address}").expect("whoever started it listens");
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).await.expect("axum serves");
}

async fn one(State(held): State<Arc<Held>>, InPath(place): InPath<usize>) -> Response {
    axum::Json(&held.actions[place % held.actions.len()]).into_response()
}

async fn page(State(held): State<Arc<Held>>, InPath(page): InPath<usize>) -> Response {
    let pages = held.actions.chunks_exact(20).len().max(1);
    let data = held.actions.chunks(20).nth(page % pages).unwrap_or_default();
    axum::Json(Page { data, total: held.actions.len(), next: None }).into_response()
}

async fn bytes(State(held): State<Arc<Held>>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], held.list.clone()).into_response()
}
