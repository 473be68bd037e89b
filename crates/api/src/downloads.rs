//! `/actions.ndjson`, `.csv`, `.geojson`: every action of a filter, streamed; `.atom`: a feed of the newest.
//!
//! What Postgres knows of a filter it answers alone, in constant memory and from one state of the
//! base. For the rest the index gives the ids, 16 bytes each, and the rows follow in batches.

use std::pin::Pin;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use model::{ActionId, Digest};
use search::{Filter, Question, Sort};
use store::{ActionRow, Store, StoreError};
use tokio::sync::mpsc;
use tracing::error;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::ApiState;
use crate::answer::unchanged;
use crate::filter::{self, FILTERS, FilterQuery};
use crate::formats::{Feed, Format, Writer};
use crate::known::{Known, Shape, documented};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::sheet::{Sheet, weak_tag};
use crate::view;

/// Bytes gathered before they are sent.
const CHUNK: usize = 64 * 1024;
/// Rows asked for at once where their ids are known.
const BATCH: usize = 500;
/// Entries of a feed unless asked otherwise, and at most.
const DEFAULT_FEED: u32 = 100;
const MAX_FEED: u32 = 1000;

const FEED: [Known; 1] = [Known {
    name: "limit",
    meaning: "Most actions of the feed, the last changed; 100 unless asked",
    example: "100",
    shape: Shape::Number(1, MAX_FEED),
}];

/// What `OpenAPI` tells of [`FEED`].
struct FeedQuery;

impl IntoParams for FeedQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(&FEED)
    }
}

/// All actions, one JSON object a line.
#[utoipa::path(
    get,
    path = "/api/v1/actions.ndjson",
    operation_id = "downloadNdjson",
    tag = "actions",
    params(FilterQuery),
    responses(
        (status = 200, description = "One action a line", content_type = "application/x-ndjson", body = String),
        (status = 304, description = "Nothing changed since the answer whose ETag was sent"),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn ndjson(state: State<ApiState>, query: RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    download(state, query, &headers, Format::Ndjson).await
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
        (status = 304, description = "Nothing changed since the answer whose ETag was sent"),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn csv(state: State<ApiState>, query: RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    download(state, query, &headers, Format::Csv).await
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
        (status = 304, description = "Nothing changed since the answer whose ETag was sent"),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn geojson(state: State<ApiState>, query: RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    download(state, query, &headers, Format::Geojson).await
}

/// The actions that changed last, as a feed to subscribe to.
#[utoipa::path(
    get,
    path = "/api/v1/actions.atom",
    operation_id = "subscribe",
    tag = "actions",
    params(FilterQuery, FeedQuery),
    responses(
        (status = 200, description = "A feed, RFC 4287", content_type = "application/atom+xml", body = String),
        (status = 304, description = "The feed is the one whose ETag was sent"),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 503, description = "The index is being made, or the base is away; `Retry-After` says when to ask again",
         content_type = "application/problem+json", body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn atom(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = query.as_deref();
    state.held("/actions.atom", query, &headers, feed(&state, query)).await
}

async fn feed(state: &ApiState, query: Option<&str>) -> Result<Sheet, Problem> {
    let known: Vec<&str> = FILTERS.iter().chain(&FEED).map(|known| known.name).collect();
    let parameters = Parameters::read(query, &known)?;
    let filter = filter::read(&parameters)?;
    let limit = parameters.number("limit", 1..=MAX_FEED)?.unwrap_or(DEFAULT_FEED);
    let question = Question { filter, sort: Sort::Changed, limit: limit as usize, ..Question::default() };
    let answer = state.ask(question).await?;
    let rows = state.rows(&answer.hits).await?;
    let feed = Feed {
        id: parameters.after(&format!("{}/api/v1/actions.atom", state.public_url)),
        home: Some(format!("{}/", state.public_url)),
        updated: rows.iter().map(|row| row.changed_at).max(),
        sourceurs: state.labels().await?.sourceurs(),
    };
    let mut body = Vec::with_capacity(2048 * (rows.len() + 1));
    let mut writer = Writer::of_feed(feed);
    let unwritable = |_| Problem::new("internal", "a feed of ours cannot be written");
    writer.begin(&mut body).map_err(unwritable)?;
    for row in rows {
        writer.write(&view::action(&row, &state.public_url)?, &mut body).map_err(unwritable)?;
    }
    writer.end(&mut body).map_err(unwritable)?;
    Ok(Sheet::new(Format::Atom.media_type(), body))
}

async fn download(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    headers: &HeaderMap,
    format: Format,
) -> Result<Response, Problem> {
    let known = FILTERS.map(|known| known.name);
    let parameters = Parameters::read(query.as_deref(), &known)?;
    let filter = filter::read(&parameters)?;
    // Read before the rows: they may be newer than the tag, never older.
    let tag = tag(&state, &filter, &parameters, format).await?;
    if let Some(answer) = unchanged(headers, &tag) {
        return Ok(answer);
    }
    let rows = rows(&state, filter).await?;
    let (chunks, mut sent) = mpsc::channel(4);
    tokio::spawn(async move {
        if let Err(problem) = write(rows, format, &state.public_url, &chunks).await {
            error!("a download was cut short: {problem}");
            // The body ends without its proper end, so that nobody takes half for the whole.
            let _ = chunks.send(Err(std::io::Error::other("the download was cut short"))).await;
        }
    });
    let body = stream::poll_fn(move |context| sent.poll_recv(context));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::ETAG, tag),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// The tag of a download: what is asked, and the place of the log, or of the index, that answers it.
async fn tag(
    state: &ApiState,
    filter: &Filter,
    parameters: &Parameters,
    format: Format,
) -> Result<HeaderValue, Problem> {
    let stands_at = if filter.is_all_in_sql() { None } else { state.search.generation() };
    let mark = state.store.log_mark(0).await?;
    let stands_at = stands_at.unwrap_or_else(|| mark.head.unsigned_abs());
    let asked = parameters.after(&format!("{}/{}", state.public_url, format.media_type()));
    Ok(weak_tag(Digest::of([
        env!("CARGO_PKG_VERSION").as_bytes(),
        mark.base.as_bytes(),
        &stands_at.to_be_bytes(),
        asked.as_bytes(),
    ])))
}

type Rows = Pin<Box<dyn Stream<Item = Result<ActionRow, StoreError>> + Send>>;

/// Every row of a filter. What the index is asked it has answered when this returns.
async fn rows(state: &ApiState, filter: Filter) -> Result<Rows, Problem> {
    if filter.is_all_in_sql() {
        return Ok(Box::pin(state.store.stream_actions(&filter.in_sql())));
    }
    let question = Question { filter, sort: Sort::Changed, ..Question::default() };
    let total = state.ask(question.clone()).await?.total;
    let limit = usize::try_from(total).unwrap_or(usize::MAX);
    let ids: Vec<ActionId> = match limit {
        0 => Vec::new(),
        limit => state.ask(Question { limit, ..question }).await?.hits.iter().map(|hit| hit.id).collect(),
    };
    Ok(Box::pin(rows_of(state.store.clone(), ids)))
}

/// The rows of ids, in batches; what is served no more meanwhile is left out.
fn rows_of(store: Store, ids: Vec<ActionId>) -> impl Stream<Item = Result<ActionRow, StoreError>> + Send {
    let batches = stream::unfold((store, ids, 0), |(store, ids, from)| async move {
        let batch = ids.get(from..)?.chunks(BATCH).next()?;
        let until = from + batch.len();
        let rows = match store.actions_by_id(batch).await {
            Ok(rows) => rows.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        Some((stream::iter(rows), (store, ids, until)))
    });
    batches.flatten()
}

/// Writes until the end, or until nobody reads any more: then the query is dropped with us.
async fn write(
    mut rows: Rows,
    format: Format,
    public_url: &str,
    chunks: &mpsc::Sender<std::io::Result<Bytes>>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut writer = Writer::new(format);
    let mut buffer = Vec::with_capacity(CHUNK + CHUNK / 4);
    writer.begin(&mut buffer)?;
    while let Some(row) = rows.next().await {
        let row = row?;
        if format == Format::Ndjson {
            // A line is the action as it is stored: nothing to parse and write again.
            row.put_body_at(&view::address_of(public_url, row.id), &mut buffer);
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
