//! The API for people: how it works, every operation with a form to try it, every error.

mod operation;

use std::sync::LazyLock;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use search::{Facet, Question};

use self::operation::{Operation, Parameter};
use crate::PortalState;
use crate::lang::{Section, both};
use crate::page::{Page, Visit};
use crate::pages::errors::Fault;
use crate::words::api::{ApiPage, EN, FR};

/// The field of every form that says which operation it asks.
const OPERATION: &str = "operation";

/// What the document describes; it never changes while we run.
static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| Operation::all(&api::openapi_document()));

pub(crate) fn routes() -> Router<PortalState> {
    both(Section::Api, "", get(page))
}

/// Operations of one tag.
struct Group {
    tag: &'static str,
    name: &'static str,
    operations: Vec<&'static Operation>,
}

#[derive(Template)]
#[template(path = "api.html")]
struct View {
    page: Page,
    words: &'static ApiPage,
    groups: Vec<Group>,
    /// Code, status, meaning.
    problems: Vec<(&'static str, u16, &'static str)>,
    begin: String,
    known: Known,
}

/// Ids of this base, so that what is tried first is found.
#[derive(Default)]
struct Known {
    action: Option<String>,
    sourceur: Option<String>,
}

impl Known {
    async fn of(state: &PortalState) -> Self {
        let question = Question { facets: vec![Facet::Sourceur], limit: 1, ..Question::default() };
        // While the index is being made, the document's own examples do.
        let Ok(answer) = state.api.ask(question).await else { return Self::default() };
        Self {
            action: answer.hits.first().map(|hit| hit.id.to_string()),
            sourceur: answer.facets.into_iter().flat_map(|(_, counts)| counts).map(|count| count.value).next(),
        }
    }

    /// The example of a parameter: of this base where it names an action or a sourceur.
    fn example<'a>(&'a self, operation: &'a Operation, parameter: &'a Parameter) -> &'a str {
        let known = match (parameter.is_in_path, operation.tag.as_str()) {
            (true, "actions") => &self.action,
            (true, "sourceurs") => &self.sourceur,
            _ => &None,
        };
        known.as_deref().unwrap_or(&parameter.example)
    }

    /// An address that shows what an operation does: what it must be told, and a first page of little.
    fn shown(&self, operation: &Operation) -> String {
        let told = operation.parameters.iter().filter(|parameter| parameter.is_in_path || parameter.name == "limit");
        let given = told.map(|parameter| {
            let value = if parameter.name == "limit" { "5" } else { self.example(operation, parameter) };
            (parameter.name.clone(), value.to_owned())
        });
        operation.address(&given.collect::<Vec<_>>()).unwrap_or_else(|| operation.path.clone())
    }
}

async fn page(State(state): State<PortalState>, visit: Visit) -> Result<Response, Fault> {
    let given = visit.parameters();
    if let Some((_, name)) = given.iter().find(|(name, _)| name == OPERATION) {
        // A form was sent by a browser without scripts: on to what it asks.
        let operation = OPERATIONS.iter().find(|operation| operation.id == *name).ok_or(Fault::NotFound)?;
        let address = operation.address(&given).ok_or(Fault::NotFound)?;
        let location = HeaderValue::from_str(&address).map_err(|_| Fault::NotFound)?;
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response());
    }
    let page = visit.page(&state, Section::Api).with_script("api.js");
    let words = visit.words(&FR, &EN);
    let begin = format!("{}/api/v1/actions?territory=departement:47&facets=theme&limit=10", page.public_url);
    let known = Known::of(&state).await;
    visit.answer(&View { groups: groups(words), problems: api::problems(), words, page, begin, known })
}

/// Operations by tag, in the order of our words; what has a tag without a name comes last, under its own.
fn groups(words: &'static ApiPage) -> Vec<Group> {
    let mut groups: Vec<Group> =
        words.tags.iter().map(|(tag, name)| Group { tag, name, operations: Vec::new() }).collect();
    for operation in &*OPERATIONS {
        match groups.iter_mut().find(|group| group.tag == operation.tag) {
            Some(group) => group.operations.push(operation),
            None => groups.push(Group { tag: &operation.tag, name: &operation.tag, operations: vec![operation] }),
        }
    }
    groups.retain(|group| !group.operations.is_empty());
    groups
}

/// A sentence as HTML; what stands in backticks is code.
fn prose(sentence: &str) -> String {
    let mut told = String::with_capacity(sentence.len() + 32);
    for (at, part) in sentence.split('`').enumerate() {
        let part = crate::map::escaped(part);
        if at % 2 == 1 {
            told.push_str("<code>");
            told.push_str(&part);
            told.push_str("</code>");
        } else {
            told.push_str(&part);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_document_stands_on_the_page_once() {
        for words in [&FR, &EN] {
            let shown: Vec<&str> =
                groups(words).iter().flat_map(|group| &group.operations).map(|one| one.id.as_str()).collect();
            assert_eq!(shown.len(), OPERATIONS.len());
            assert!(shown.len() > 15 && shown.iter().all(|id| !id.is_empty()), "{shown:?}");
        }
    }

    #[test]
    fn every_tag_of_the_document_has_a_name_in_both_languages() {
        for words in [&FR, &EN] {
            for operation in &*OPERATIONS {
                assert!(words.tags.iter().any(|(tag, _)| *tag == operation.tag), "{}", operation.tag);
            }
        }
    }

    #[test]
    fn an_example_needs_no_filling_in() {
        let known = Known { action: Some("0199".into()), sourceur: None };
        let shown =
            |id: &str| known.shown(OPERATIONS.iter().find(|operation| operation.id == id).expect("an operation"));
        assert_eq!(shown("getAction"), "/api/v1/actions/0199");
        assert_eq!(shown("getTerritory"), "/api/v1/territories/departement:47");
        for operation in &*OPERATIONS {
            let address = Known::default().shown(operation);
            assert!(!address.contains('{'), "{address}");
        }
    }

    #[test]
    fn backticks_are_code_and_nothing_is_markup() {
        assert_eq!(prose("a `b<c` <d>"), "a <code>b&lt;c</code> &lt;d&gt;");
    }
}
