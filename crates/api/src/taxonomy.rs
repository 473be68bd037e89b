//! `/taxonomy`: the terms that sourceurs' words are brought to.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use model::{Dimension, Term};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::ApiState;
use crate::answer::{Asked, written};
use crate::parameters::Parameters;
use crate::problem::Problem;

/// Every term, by dimension.
#[utoipa::path(
    get,
    path = "/api/v1/taxonomy",
    operation_id = "getTaxonomy",
    tag = "taxonomy",
    responses(
        (status = 200, description = "Themes, audiences and methods", body = ref("#/components/schemas/Taxonomy")),
        (status = 304, description = "It is the one whose ETag was sent"),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn all(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Parameters::read(query.as_deref(), &[])?;
    let data: Vec<DimensionView<'_>> = Dimension::ALL
        .iter()
        .map(|(id, dimension)| DimensionView {
            id,
            field: dimension.field(),
            terms: state.vocabulary.terms(*dimension).iter().map(TermView::from).collect(),
        })
        .collect();
    let total = data.len() as u64;
    Asked { headers: &headers }.json(written(&Taxonomy { data, total, facets: Map::new(), next: None })?)
}

/// The dimensions of the taxonomy.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Taxonomy<'a> {
    /// Themes, audiences, methods.
    data: Vec<DimensionView<'a>>,
    /// How many dimensions there are.
    total: u64,
    /// Always empty.
    facets: Map<String, Value>,
    /// Always null: there is one page.
    next: Option<String>,
}

/// One dimension of the taxonomy.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TaxonomyDimension")]
struct DimensionView<'a> {
    /// Name of its filter and of its facet.
    id: &'static str,
    /// Field of an action that holds its terms.
    field: &'static str,
    /// Its terms; one of the second level follows the one above it.
    terms: Vec<TermView<'a>>,
}

/// One term.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Term")]
struct TermView<'a> {
    /// Slug; one of the second level is written `theme/sub`.
    id: &'a str,
    /// Label in French.
    fr: &'a str,
    /// Label in English.
    en: &'a str,
    /// Slug of the term above; null on the first level.
    parent: Option<&'a str>,
}

impl<'a> From<&'a Term> for TermView<'a> {
    fn from(term: &'a Term) -> Self {
        Self { id: &term.id, fr: &term.fr, en: &term.en, parent: term.above() }
    }
}
