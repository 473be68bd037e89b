//! What Carrefour is, the accessibility statement, and what robots are told.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::PortalState;
use crate::lang::{Section, both};
use crate::page::{Page, Visit};
use crate::pages::errors::Fault;
use crate::words::about::{self, EN, FR};

pub(crate) fn routes() -> Router<PortalState> {
    both(Section::About, "", get(about)).merge(both(Section::Accessibility, "", get(accessibility)))
}

#[derive(Template)]
#[template(path = "about.html")]
struct About {
    page: Page,
    words: &'static about::About,
    /// Whether the operator named a tile server: the one thing that is then loaded from elsewhere.
    has_tiles: bool,
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct Accessibility {
    page: Page,
    words: &'static about::About,
}

async fn about(State(state): State<PortalState>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words(&FR, &EN);
    let page = visit.page(&state, Section::About).with_description(words.lede);
    visit.answer(&About { page, words, has_tiles: state.service.tiles.is_some() })
}

async fn accessibility(State(state): State<PortalState>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words(&FR, &EN);
    let page = visit.page(&state, Section::Accessibility).with_description(words.a11y_lede);
    visit.answer(&Accessibility { page, words })
}

/// `/robots.txt`: pages may be kept, not every search that can be made of them.
pub(crate) async fn robots() -> impl IntoResponse {
    const ROBOTS: &str = "User-agent: *\nDisallow: /api/\nDisallow: /recherche?\nDisallow: /en/search?\n";
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], ROBOTS)
}
