//! `/territories/{id}`: what we know of a territory, what lies around and in it, and what happens there.

use std::collections::HashMap;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gazetteer::{Gazetteer, Territory};
use model::{Level, TerritoryId};
use schemars::JsonSchema;
use search::{Facet, Filter, Question};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::ApiState;
use crate::actions::{FacetCount, counted};
use crate::answer::{header_value, written};
use crate::filter::bare_code;
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::question::{self, LangQuery};
use crate::refused::shown;
use crate::sheet::Sheet;

/// A territory, and what happens there.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}",
    operation_id = "getTerritory",
    tag = "territories",
    params(
        ("id" = String, Path, description = "Typed territory id", example = "departement:47"),
        LangQuery,
    ),
    responses(
        (status = 200, description = "The territory", body = ref("#/components/schemas/Territory")),
        (status = 301, description = "It is named otherwise today; `Location` leads there"),
        (status = 304, description = "The answer is the one whose ETag was sent"),
        (status = 400, description = "A code without its level: `readings` tells what it may mean",
         content_type = "application/problem+json", body = ref("#/components/schemas/Problem")),
        (status = 404, description = "There is no such territory", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 503, description = "The index is being made, or the base is away; `Retry-After` says when to ask again",
         content_type = "application/problem+json", body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn one(
    State(state): State<ApiState>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = query.as_deref();
    let parameters = Parameters::read(query, &["lang"])?;
    let territory = match find(&state, path, "", &parameters)? {
        Sought::Moved(answer) => return Ok(answer),
        Sought::Here(territory) => territory,
    };
    let address = format!("/territories/{}", territory.id);
    state.held(&address, query, &headers, described(&state, &territory, &parameters)).await
}

/// The territories directly within one, each with its actions.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/children",
    operation_id = "listTerritoryChildren",
    tag = "territories",
    params(("id" = String, Path, description = "Typed territory id", example = "region:75")),
    responses(
        (status = 200, description = "Régions of the country, départements of a région, communes of a département or \
         intercommunality, arrondissements of a city", body = ref("#/components/schemas/TerritoryPage")),
        (status = 301, description = "It is named otherwise today; `Location` leads there"),
        (status = 304, description = "The answer is the one whose ETag was sent"),
        (status = 400, description = "A code without its level: `readings` tells what it may mean",
         content_type = "application/problem+json", body = ref("#/components/schemas/Problem")),
        (status = 404, description = "There is no such territory", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
        (status = 503, description = "The index is being made, or the base is away; `Retry-After` says when to ask again",
         content_type = "application/problem+json", body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn children(
    State(state): State<ApiState>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(query.as_deref(), &[])?;
    let territory = match find(&state, path, "/children", &parameters)? {
        Sought::Moved(answer) => return Ok(answer),
        Sought::Here(territory) => territory,
    };
    let address = format!("/territories/{}/children", territory.id);
    state.held(&address, None, &headers, within(&state, &territory)).await
}

async fn described(state: &ApiState, territory: &Territory, parameters: &Parameters) -> Result<Sheet, Problem> {
    let lang = question::lang(parameters)?;
    let filter = Filter { territories: vec![territory.id.clone()], ..Filter::default() };
    let facets = vec![Facet::Theme, Facet::Sourceur];
    let answer = state.ask(Question { filter, facets, ..Question::default() }).await?;
    let gazetteer = Gazetteer::get();
    let around = gazetteer.ancestors(&territory.id).into_iter().skip(1);
    let around = around.filter_map(|id| gazetteer.territory(&id)).map(|one| Named::from(&one)).collect();
    let facets = counted(state, &answer.facets, lang).await?;
    let view = TerritoryView { territory: Summary::of(territory, answer.total), around, facets };
    Ok(Sheet::json(written(&view)?))
}

async fn within(state: &ApiState, territory: &Territory) -> Result<Sheet, Problem> {
    let gazetteer = Gazetteer::get();
    let children = gazetteer.children(&territory.id);
    let counts = counts(state, territory, &children).await?;
    let summary = |id: &TerritoryId| {
        let count = counts.get(&id.to_string()).copied().unwrap_or_default();
        gazetteer.territory(id).map(|child| Summary::of(&child, count))
    };
    let data: Vec<Summary> = children.iter().filter_map(summary).collect();
    let total = data.len() as u64;
    Ok(Sheet::json(written(&TerritoryPage { data, total, facets: Map::new(), next: None })?))
}

/// Actions of each child of a territory.
async fn counts(
    state: &ApiState,
    territory: &Territory,
    children: &[TerritoryId],
) -> Result<HashMap<String, u64>, Problem> {
    let facet = match children.first().map(|child| child.level) {
        None => return Ok(HashMap::new()),
        Some(Level::Region) => Facet::Region,
        Some(Level::Departement) => Facet::Departement,
        Some(_) => Facet::Commune,
    };
    // An action of several places is counted in all of them, also in those that lie elsewhere.
    let filter = Filter { territories: vec![territory.id.clone()], ..Filter::default() };
    let question = Question { filter, facets: vec![facet], most_values: Some(usize::MAX), ..Question::default() };
    let answer = state.ask(question).await?;
    let counts = answer.facets.into_iter().flat_map(|(_, counts)| counts);
    Ok(counts.map(|count| (count.value, count.count)).collect())
}

/// What a territory's id in an address led to.
enum Sought {
    Here(Box<Territory>),
    /// The answer that leads on to today's.
    Moved(Response),
}

fn find(
    state: &ApiState,
    path: Result<Path<String>, PathRejection>,
    ending: &str,
    parameters: &Parameters,
) -> Result<Sought, Problem> {
    let written = path.map(|Path(written)| written).unwrap_or_default();
    let gazetteer = Gazetteer::get();
    let Ok(asked) = written.parse::<TerritoryId>() else {
        let readings = gazetteer.readings(&written);
        if readings.is_empty() {
            return Err(unknown(&written));
        }
        return Err(bare_code("id", &written, readings).into());
    };
    let territory = gazetteer.territory(&asked).ok_or_else(|| unknown(&written))?;
    if territory.id == asked {
        return Ok(Sought::Here(Box::new(territory)));
    }
    let address = format!("{}/api/v1/territories/{}{ending}", state.public_url, territory.id);
    let location = [(header::LOCATION, header_value(&parameters.after(&address))?)];
    Ok(Sought::Moved((StatusCode::MOVED_PERMANENTLY, location).into_response()))
}

fn unknown(written: &str) -> Problem {
    let detail = format!(
        "there is no territory `{}`: expected a level and a code, as in `commune:47001`, `epci:200096956`, \
         `departement:47`, `region:75`, `pays:FR` or `abroad:BE`",
        shown(written)
    );
    Problem::new("unknown-territory", detail)
}

/// A territory and its place among others.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Territory")]
pub(crate) struct TerritoryView {
    #[serde(flatten)]
    territory: Summary,
    /// What lies around it, the nearest first.
    around: Vec<Named>,
    /// Its actions by `theme` and by `sourceur`, the most frequent first.
    #[schemars(with = "HashMap<String, Vec<FacetCount>>")]
    facets: Map<String, Value>,
}

/// Some territories.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TerritoryPage {
    /// The territories, by id.
    data: Vec<Summary>,
    /// How many there are.
    total: u64,
    /// Always empty.
    facets: Map<String, Value>,
    /// Always null: there is one page.
    next: Option<String>,
}

/// A territory in a few figures.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TerritorySummary")]
struct Summary {
    /// Typed id of today.
    id: TerritoryId,
    /// Name, with its article.
    name: &'static str,
    /// Its level.
    level: Level,
    /// Inhabitants (INSEE 2023); null where unknown.
    population: Option<u32>,
    /// Latitude of its town hall or middle, WGS 84, degrees; null where unknown.
    lat: Option<f64>,
    /// Longitude, likewise.
    lon: Option<f64>,
    /// Actions there and in whatever lies in it.
    actions: u64,
}

/// A territory by name.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TerritoryName")]
struct Named {
    /// Typed id.
    id: TerritoryId,
    /// Name.
    name: &'static str,
    /// Its level.
    level: Level,
}

impl Summary {
    fn of(territory: &Territory, actions: u64) -> Self {
        Self {
            id: territory.id.clone(),
            name: territory.name,
            level: territory.id.level,
            population: Some(territory.population).filter(|inhabitants| *inhabitants > 0),
            lat: territory.lat,
            lon: territory.lon,
            actions,
        }
    }
}

impl From<&Territory> for Named {
    fn from(territory: &Territory) -> Self {
        Self { id: territory.id.clone(), name: territory.name, level: territory.id.level }
    }
}
