//! The merged base for people: pages in French and English, rendered by the server.
//!
//! It knows how the base is shown: words, typography, maps, what may be seen under which licence.
//! Every sourceur's text is hostile until escaped. It refuses to know SQL and how harvesting is
//! done; it asks the index and reads rows by id, as the API does.
//!
//! Read [`router`] first. A page is made of four things that bear its name:
//!
//! 1. its address in both languages: a `Section` of `lang.rs`, and a line in the
//!    `routes()` of `pages/NAME.rs`: `both(Section::Search, "", get(page))`, where `""` may be
//!    `"/{id}"`;
//! 2. its words: `words/NAME.rs`, one struct of `&'static str` with two statics, `FR` and `EN`;
//! 3. its view: a struct in `pages/NAME.rs` with `#[derive(Template)]`, a field `page: Page` that
//!    the layout reads (`visit.page(&state, Section::Search)`), and a field `words`
//!    (`visit.words(&FR, &EN)`). The handler takes a `Visit` and gives
//!    `visit.answer(&view)`: headers, ETag and 304 come with it. What goes wrong is a
//!    `Fault`: `?` shows the right error page in the visitor's language;
//! 4. its template: `templates/NAME.html` extends `layout.html` with the blocks `title`, `head`
//!    and `main` (no inline script, no inline style). Its style is `assets/css/NAME.css`, a line
//!    in `STYLES` of `assets.rs`; its script `assets/js/NAME.js`, a line in `FILES` there, asked
//!    for with `page.with_script("NAME.js")`. Scripts are modules: one may import `./other.js`.
//!
//! Lists of actions show `Card`s, themes have glyphs (`motif`), maps are drawn by
//! `map`, texts, numbers and dates are set by `typo`, a sourceur's HTML passes `html`.

mod address;
mod assets;
mod card;
mod html;
mod lang;
mod licence;
mod map;
mod motif;
mod page;
mod pages;
mod typo;
mod words;

use api::ApiState;
use axum::Router;
use axum::extract::Request;
use axum::middleware;
use axum::routing::get;
use tower::ServiceExt;
use tower_http::compression::{CompressionLayer, CompressionLevel};

use crate::pages::{about, errors, fiche, home, search, sourceurs, territory};

/// What every page needs.
#[derive(Clone)]
pub struct PortalState {
    /// The base, the index and what stands before them.
    pub api: ApiState,
    /// What the operator says of the service.
    pub service: Presentation,
}

/// How an operator presents the service.
#[derive(Clone, Debug, Default)]
pub struct Presentation {
    /// Where visitors write to: an e-mail address, or the address of a page.
    pub contact: Option<String>,
    /// A server of map tiles to draw under the moving map; without it, our own outlines.
    pub tiles: Option<Tiles>,
}

/// A server of raster map tiles, named by the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiles {
    /// Address of a tile with `{z}`, `{x}` and `{y}` in it.
    pub address: String,
    /// Whom the map credits, as plain text.
    pub attribution: String,
}

/// Every page and, under `/api/` and `/health/`, every address of the API.
pub fn router(state: PortalState) -> Router {
    let machines = api::router(state.api.clone());
    let pages = Router::new()
        .merge(home::routes())
        .merge(search::routes())
        .merge(fiche::routes())
        .merge(sourceurs::routes())
        .merge(territory::routes())
        .merge(about::routes())
        .merge(pages::api::routes())
        .route("/assets/{build}/{name}", get(assets::file))
        .route("/favicon.ico", get(assets::favicon))
        .route("/favicon.svg", get(assets::favicon))
        .route("/robots.txt", get(about::robots))
        .fallback(errors::not_found)
        .method_not_allowed_fallback(errors::only_read)
        .layer(middleware::from_fn_with_state(state.clone(), errors::dress))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(5)))
        .with_state(state);
    assets::warm();
    // Not by a route of its own: what `{*rest}` takes would count among the parameters that the API reads.
    Router::new().fallback(move |request: Request| {
        let path = request.uri().path();
        let is_for_machines = path.starts_with("/api/") || path.starts_with("/health/");
        if is_for_machines { machines.clone() } else { pages.clone() }.oneshot(request)
    })
}
