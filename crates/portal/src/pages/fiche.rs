//! An action's page: what is told of it, by whom, where it happens, and who did the like.

mod about;
mod elsewhere;
mod head;
mod origins;
mod people;
mod place;
mod related;
mod story;
mod told;
mod view;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use model::{Action, ActionId, Vocabulary};
use search::Facet;
use store::{ActionRow, Found};

use self::related::Related;
use self::told::Told;
use self::view::View;
use crate::PortalState;
use crate::lang::{Section, both};
use crate::page::Visit;
use crate::pages::errors::Fault;
use crate::typo;
use crate::words::fiche::{EN, FR};

pub(crate) fn routes() -> Router<PortalState> {
    both(Section::Fiche, "/{id}", get(answer))
}

/// A text that leads somewhere.
pub(crate) struct Anchor {
    pub(crate) href: String,
    pub(crate) text: String,
}

async fn answer(
    State(state): State<PortalState>,
    visit: Visit,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let written = path.map(|Path(written)| written).unwrap_or_default();
    let id: ActionId = written.parse().map_err(|_| Fault::NotFound)?;
    match state.api.store.action(id).await? {
        // One action has one address: an id may be written in capitals or without hyphens.
        Found::Here(_) if written != id.to_string() => Ok(moved(&visit, id)),
        Found::Here(row) => show(&state, &visit, &row).await,
        Found::Moved(into) => Ok(moved(&visit, into)),
        Found::Gone { gone_at, reason } => Err(Fault::Gone { gone_at, reason }),
        Found::Unknown => Err(Fault::NotFound),
    }
}

async fn show(state: &PortalState, visit: &Visit, row: &ActionRow) -> Result<Response, Fault> {
    let action = row.action()?;
    let labels = state.api.labels().await?;
    let words = visit.words(&FR, &EN);
    let page = visit.page(state, Section::Fiche).with_script("fiche.js");
    let related = Related::of(state, &action, words, &labels, &page).await?;
    let label = |facet, value: &str| match facet {
        Facet::Sourceur => labels.of(facet, value, visit.lang),
        _ => typo::ours(&labels.of(facet, value, visit.lang)).into_owned(),
    };
    let motif = motif(&action, &state.api.vocabulary);
    let view = View::of(page, words, row.id, &action, related, motif, &label);
    visit.answer(&view)
}

/// Glyphs of what it is about, at most three: its emblem.
fn motif(action: &Action, vocabulary: &Vocabulary) -> String {
    let mut firsts: Vec<&str> = Vec::new();
    for theme in &action.themes {
        let first = theme.id.split('/').next().unwrap_or_default();
        if !firsts.contains(&first) {
            firsts.push(first);
        }
    }
    firsts.iter().take(3).map(|theme| crate::motif::of_theme(vocabulary, theme)).collect()
}

fn moved(visit: &Visit, into: ActionId) -> Response {
    let location = format!("{}/{into}", Section::Fiche.path(visit.lang));
    let location = HeaderValue::from_str(&location).expect("a path of ours and a UUID are a header");
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, location)]).into_response()
}

#[cfg(test)]
mod tests;
