//! `/map/clusters`: what a map shows, near points counted together.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use model::ActionId;
use schemars::JsonSchema;
use search::{Cell, Grid, Question};
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::ApiState;
use crate::answer::written;
use crate::filter::{self, FILTERS, FilterQuery};
use crate::known::{Known, Shape, documented};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::sheet::Sheet;

/// Zoom unless asked otherwise: metropolitan France on a screen.
const DEFAULT_ZOOM: u32 = 5;
const MAX_ZOOM: u32 = 22;

const ZOOM: [Known; 1] = [Known {
    name: "zoom",
    meaning: "Zoom of a web map with tiles of 512 pixels; cells are about 64 pixels wide; 5 unless asked",
    example: "5",
    shape: Shape::Number(0, MAX_ZOOM),
}];

/// What `OpenAPI` tells of [`ZOOM`].
struct ZoomQuery;

impl IntoParams for ZoomQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(&ZOOM)
    }
}

/// Points of the actions that a filter lets through, in cells.
#[utoipa::path(
    get,
    path = "/api/v1/map/clusters",
    operation_id = "listClusters",
    tag = "map",
    params(FilterQuery, ZoomQuery),
    responses(
        (status = 200, description = "Cells that hold something; `bbox` is what the map shows",
         body = ref("#/components/schemas/Clusters")),
        (status = 304, description = "The answer is the one whose ETag was sent"),
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
    state.held("/map/clusters", query, &headers, clusters(&state, query)).await
}

async fn clusters(state: &ApiState, query: Option<&str>) -> Result<Sheet, Problem> {
    let known: Vec<&str> = FILTERS.iter().chain(&ZOOM).map(|known| known.name).collect();
    let parameters = Parameters::read(query, &known)?;
    let filter = filter::read(&parameters)?;
    let zoom = parameters.number("zoom", 0..=MAX_ZOOM)?.unwrap_or(DEFAULT_ZOOM);
    let grid = Grid { bbox: filter.bbox, zoom: u8::try_from(zoom).unwrap_or(u8::MAX) };
    let answer = state.ask(Question { filter, cells: Some(grid), ..Question::default() }).await?;
    let clusters: Vec<Cluster> = answer.cells.iter().map(Cluster::from).collect();
    Ok(Sheet::json(written(&Clusters { clusters })?))
}

/// What a map shows.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Clusters {
    /// Cells that hold something.
    clusters: Vec<Cluster>,
}

/// Points that stand near each other on the screen.
#[derive(Serialize, JsonSchema)]
struct Cluster {
    /// Latitude of their middle, WGS 84, degrees.
    lat: f64,
    /// Longitude of their middle.
    lon: f64,
    /// How many points; an action with several places has several.
    count: u64,
    /// What lies around them: west, south, east, north.
    bbox: [f64; 4],
    /// The action, where there is one point alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<ActionId>,
}

impl From<&Cell> for Cluster {
    fn from(cell: &Cell) -> Self {
        let around = &cell.bbox;
        // Outwards, so that whoever asks for the box again finds all of its points.
        let [west, south] = [around.west, around.south].map(|degrees| (degrees * STEPS).floor() / STEPS);
        let [east, north] = [around.east, around.north].map(|degrees| (degrees * STEPS).ceil() / STEPS);
        let [lat, lon] = [cell.lat, cell.lon].map(|degrees| (degrees * STEPS).round() / STEPS);
        Self { lat, lon, count: cell.count, bbox: [west, south, east, north], id: cell.id }
    }
}

/// Steps of a degree: a tenth of a metre. Further digits of a mean say nothing.
const STEPS: f64 = 1e6;
