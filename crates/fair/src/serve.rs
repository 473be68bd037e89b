//! The fair on a socket: which stand is asked, and how its answer leaves.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use tokio::net::TcpListener;

use crate::escape::escaped;
use crate::stand::{Document, Stand};
use crate::{Fair, manner};

/// When everything here was last changed; the make-believe stands still.
const LAST_MODIFIED: &str = "Sat, 31 Oct 2026 06:00:00 GMT";

pub(crate) async fn serve(fair: Arc<Fair>, listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) {
    let served = axum::serve(listener, router(fair)).with_graceful_shutdown(shutdown).await;
    served.expect("axum's accept loop only ends by its shutdown");
}

/// Every address of the fair.
pub(crate) fn router(fair: Arc<Fair>) -> Router {
    Router::new()
        .route("/", get(front_page))
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /admin/\n" }))
        .route("/{sourceur}/", get(home))
        .route("/{sourceur}/{*path}", get(answer))
        .with_state(fair)
}

async fn front_page(State(fair): State<Arc<Fair>>) -> Html<String> {
    let mut list = String::new();
    for (sourceur, records) in fair.sourceurs.iter().zip(&fair.world.lists) {
        let (id, name, words) = (&sourceur.id, escaped(&sourceur.name), sourceur.manner.words());
        writeln!(list, "<li><a href=\"/{id}/\">{name}</a> : {words}, {} fiches</li>", records.len())
            .expect("a String takes every write");
    }
    Html(page("La foire", &format!("<h1>La foire</h1>\n<p>Sourceurs inventés pour essayer.</p>\n<ul>\n{list}</ul>\n")))
}

async fn home(State(fair): State<Arc<Fair>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let Some(stand) = stand(fair, &id, &headers) else { return StatusCode::NOT_FOUND.into_response() };
    let (name, words) = (escaped(&stand.sourceur().name), stand.sourceur().manner.words());
    let start = manner::start(stand.sourceur(), &stand.base);
    let body =
        format!("<h1>{name}</h1>\n<p>{} fiches : <a href=\"{}\">{words}</a></p>\n", stand.len(), escaped(&start));
    Html(page(&name, &body)).into_response()
}

async fn answer(
    State(fair): State<Arc<Fair>>,
    Path((id, path)): Path<(String, String)>,
    Query(query): Query<crate::stand::Query>,
    headers: HeaderMap,
) -> Response {
    let settings = fair.settings;
    let Some(stand) = stand(fair, &id, &headers) else { return StatusCode::NOT_FOUND.into_response() };
    let Some(document) = manner::answer(stand, &path, &query) else { return StatusCode::NOT_FOUND.into_response() };
    if !document.cacheable {
        return send(document, Response::builder());
    }
    let etag = format!("\"{:x}-{}-{}-{id}\"", settings.seed, settings.sourceurs, settings.actions);
    let response = Response::builder().header(header::ETAG, &etag).header(header::LAST_MODIFIED, LAST_MODIFIED);
    if is_known(&headers, &etag) {
        return response.status(StatusCode::NOT_MODIFIED).body(Body::empty()).expect("a 304 is well made");
    }
    send(document, response)
}

/// RFC 9110, 13.1.3: If-Modified-Since counts only where there is no If-None-Match.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    match text(header::IF_NONE_MATCH) {
        Some(known) => known.split(',').any(|known| known.trim().trim_start_matches("W/") == etag),
        None => text(header::IF_MODIFIED_SINCE) == Some(LAST_MODIFIED),
    }
}

fn stand(fair: Arc<Fair>, id: &str, headers: &HeaderMap) -> Option<Stand> {
    let index = fair.sourceurs.iter().position(|sourceur| &*sourceur.id == id)?;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    Some(Stand::new(fair, index, &format!("http://{host}")))
}

fn send(document: Document, mut response: axum::http::response::Builder) -> Response {
    response = response.status(document.status).header(header::CONTENT_TYPE, document.content_type);
    for (name, value) in document.headers {
        response = response.header(name, value);
    }
    let body = Body::from_stream(stream::iter(document.body.map(Ok::<_, Infallible>)));
    response.body(body).expect("headers of the fair are plain ASCII")
}

/// A page of HTML around a body.
pub(crate) fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body>\n{body}</body>\n</html>\n"
    )
}
