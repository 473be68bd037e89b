//! `/actions.ndjson`, `.csv`, `.geojson`: every action of a filter, streamed in constant memory.

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, pin_mut, stream};
use store::{Filter, Store};
use tokio::sync::mpsc;
use tracing::error;

use crate::ApiState;
use crate::filter::{self, FILTERS, FilterQuery, LATER};
use crate::formats::{Format, Writer};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::view;

/// Bytes gathered before they are sent.
const CHUNK: usize = 64 * 1024;

/// All actions, one JSON object a line.
#[utoipa::path(
    get,
    path = "/api/v1/actions.ndjson",
    operation_id = "downloadNdjson",
    tag = "actions",
    params(FilterQuery),
    responses(
        (status = 200, description = "One action a line", content_type = "application/x-ndjson", body = String),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn ndjson(state: State<ApiState>, query: RawQuery) -> Result<Response, Problem> {
    download(state, query, Format::Ndjson)
}

/// All actions, one row each.
#[utoipa::path(
    get,
    path = "/api/v1/actions.csv",
    operation_id = "downloadCsv",
    tag = "actions",
    params(FilterQuery),
    responses(
        (status = 200, description = "One action a row, after a header", content_type = "text/csv", body = String),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn csv(state: State<ApiState>, query: RawQuery) -> Result<Response, Problem> {
    download(state, query, Format::Csv)
}

/// All actions, one Feature each.
#[utoipa::path(
    get,
    path = "/api/v1/actions.geojson",
    operation_id = "downloadGeojson",
    tag = "actions",
    params(FilterQuery),
    responses(
        (status = 200, description = "A FeatureCollection", content_type = "application/geo+json", body = Object),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn geojson(state: State<ApiState>, query: RawQuery) -> Result<Response, Problem> {
    download(state, query, Format::Geojson)
}

fn download(State(state): State<ApiState>, RawQuery(query): RawQuery, format: Format) -> Result<Response, Problem> {
    let known = FILTERS.map(|known| known.name);
    let filter = filter::read(&Parameters::read(query.as_deref(), &known, &LATER)?)?;
    let (chunks, mut sent) = mpsc::channel(4);
    tokio::spawn(async move {
        if let Err(problem) = write(state.store, filter, format, &state.public_url, &chunks).await {
            error!("a download was cut short: {problem}");
            // The body ends without its proper end, so that nobody takes half for the whole.
            let _ = chunks.send(Err(std::io::Error::other("the download was cut short"))).await;
        }
    });
    let body = stream::poll_fn(move |context| sent.poll_recv(context));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// Writes until the end, or until nobody reads any more: then the query is dropped with us.
async fn write(
    store: Store,
    filter: Filter,
    format: Format,
    public_url: &str,
    chunks: &mpsc::Sender<std::io::Result<Bytes>>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut writer = Writer::new(format);
    let mut buffer = Vec::with_capacity(CHUNK + CHUNK / 4);
    writer.begin(&mut buffer)?;
    let rows = store.stream_actions(&filter);
    pin_mut!(rows);
    while let Some(row) = rows.next().await {
        let row = row?;
        if format == Format::Ndjson {
            // A line is the action as it is stored: nothing to parse and write again.
            buffer.extend(row.body_at(&view::address(public_url, row.id)).as_bytes());
            buffer.push(b'\n');
        } else {
            writer.write(&view::action(&row, public_url)?, &mut buffer)?;
        }
        if buffer.len() >= CHUNK && chunks.send(Ok(Bytes::from(std::mem::take(&mut buffer)))).await.is_err() {
            return Ok(());
        }
    }
    writer.end(&mut buffer)?;
    // A reader that has left needs no end.
    let _ = chunks.send(Ok(Bytes::from(buffer))).await;
    Ok(())
}
