//! `/api/v1/openapi.json`: what can be asked, OpenAPI 3.1.

use std::collections::HashMap;

use model::Action;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::OpenApi;

use crate::action::OriginPage;
use crate::actions::FacetCount;
use crate::changes::ChangePage;
use crate::clusters::Clusters;
use crate::documented_routes;
use crate::history::HistoryPage;
use crate::sourceurs::{RunPage, SourceurPage, SourceurView};
use crate::taxonomy::Taxonomy;
use crate::territories::{TerritoryPage, TerritoryView};

/// What the document says of the API as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Carrefour",
        description = "Actions of social innovation in France, gathered from many sourceurs and merged. Everything is \
                       read; nothing needs a key. Errors are RFC 9457 `application/problem+json`.",
    ),
    tags(
        (name = "actions", description = "The merged actions"),
        (name = "map", description = "The same actions on a map"),
        (name = "territories", description = "Where it happens"),
        (name = "taxonomy", description = "The terms that everybody's words are brought to"),
        (name = "changes", description = "What changed: stay in step with one stored cursor"),
        (name = "sourceurs", description = "Who tells"),
        (name = "health", description = "For whoever runs the service"),
    )
)]
pub(crate) struct Document;

/// A page of actions.
#[derive(Serialize, JsonSchema)]
struct ActionPage {
    /// The page's actions.
    data: Vec<Action>,
    /// Actions that the filter finds, all pages together.
    total: u64,
    /// Counts under the names of the facets asked for, the most frequent value first.
    #[schemars(with = "HashMap<String, Vec<FacetCount>>")]
    facets: Map<String, Value>,
    /// Cursor of the next page; null on the last one.
    next: Option<String>,
}

/// An error, RFC 9457; some kinds have further members.
#[derive(Serialize, JsonSchema)]
struct Problem {
    /// Where the kind of problem is described.
    r#type: String,
    /// The kind in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// The kind for programs.
    code: String,
    /// What was wrong here, and what would be right.
    detail: String,
    /// The parameter it is about.
    parameter: Option<String>,
    /// What would be right: a text, or a list of words.
    expected: Option<Value>,
    /// What a territory code without its level may mean.
    readings: Option<Vec<String>>,
}

/// The whole document: every address with its parameters, and the schemas that their answers name.
pub fn openapi_document() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut schemas = settings.into_generator();
    add::<ActionPage>(&mut schemas);
    add::<ChangePage<'_>>(&mut schemas);
    add::<SourceurPage>(&mut schemas);
    add::<SourceurView>(&mut schemas);
    add::<RunPage>(&mut schemas);
    add::<OriginPage>(&mut schemas);
    add::<HistoryPage>(&mut schemas);
    add::<Clusters>(&mut schemas);
    add::<Taxonomy<'_>>(&mut schemas);
    add::<TerritoryView>(&mut schemas);
    add::<TerritoryPage>(&mut schemas);
    add::<Problem>(&mut schemas);

    let mut document = serde_json::to_value(documented_routes().into_openapi()).unwrap_or_default();
    document["components"]["schemas"] = Value::Object(schemas.take_definitions(true));
    document
}

fn add<T: JsonSchema>(schemas: &mut SchemaGenerator) {
    schemas.subschema_for::<T>();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = openapi_document();
        assert_eq!(document["openapi"], "3.1.0");
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.iter().any(|reference| reference.ends_with("/Action")), "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("references stay in the document");
            assert!(document.pointer(pointer).is_some_and(|schema| !schema.is_null()), "{reference}");
        }
    }

    #[test]
    fn every_operation_is_described_for_people_too() {
        let document = openapi_document();
        let paths = document["paths"].as_object().unwrap();
        assert!(paths.len() >= 19, "{:?}", paths.keys());
        let names = paths.values().map(|item| item["get"]["operationId"].as_str().unwrap_or_default());
        assert_eq!(
            names.collect::<std::collections::BTreeSet<_>>().len(),
            paths.len(),
            "names of operations are shared"
        );
        for (path, item) in paths {
            let get = &item["get"];
            assert!(get["summary"].as_str().is_some_and(|text| !text.is_empty()), "{path}");
            for parameter in get["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string() && parameter["schema"].is_object(), "{path}: {parameter}");
            }
        }
    }
}
