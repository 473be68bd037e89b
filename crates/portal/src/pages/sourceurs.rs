//! The sourceurs' pages: who tells, how fresh, how much of it is shared with others.

mod freshness;
mod one;
mod runs;

use std::cmp::Reverse;

use api::Unanswered;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use model::SourceurId;
use search::{Filter, Question};
use store::SourceurRow;

use self::freshness::Freshness;
use crate::PortalState;
use crate::address;
use crate::lang::{Section, both};
use crate::licence::Licence;
use crate::page::{Page, Visit};
use crate::pages::errors::Fault;
use crate::typo;
use crate::words::sourceurs::{EN, FR, Sourceurs};
use crate::words::terms;

pub(crate) fn routes() -> Router<PortalState> {
    both(Section::Sourceurs, "", get(list)).merge(both(Section::Sourceurs, "/{id}", get(one::answer)))
}

#[derive(Template)]
#[template(path = "sourceurs.html")]
struct View {
    page: Page,
    words: &'static Sourceurs,
    /// "8 sourceurs, 400 actions".
    summary: String,
    lines: Vec<Line>,
}

/// A sourceur in the list.
struct Line {
    name: String,
    href: String,
    /// Its own site.
    home: Option<String>,
    site: String,
    actions: String,
    shared: Option<String>,
    freshness: Freshness,
    licence: Licence,
    texts: &'static str,
}

async fn list(State(state): State<PortalState>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words(&FR, &EN);
    let page = visit.page(&state, Section::Sourceurs).with_description(words.description);
    let now = (state.api.clock)();
    let mut rows = state.api.store.sourceurs().await?;
    rows.sort_by_key(|row| (Reverse(row.actions), model::fold(&row.name)));
    let total = total_of(&state, Vec::new()).await?;

    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        let shared = match total {
            Some(total) => shared(&state, row, &rows, total).await?,
            None => None,
        };
        lines.push(Line {
            name: row.name.clone(),
            href: page.sourceur(&row.id),
            home: row.home.as_deref().and_then(address::web),
            site: row.home.as_deref().map(address::short).unwrap_or_default(),
            actions: typo::counted(row.actions, words.actions, page.lang),
            shared: shared.map(|shared| typo::counted(shared, words.shared, page.lang)),
            freshness: Freshness::of(row, now, words, page.lang),
            licence: Licence::of(&row.rights.licence, page.lang),
            texts: terms::reach(row.rights.text, page.lang),
        });
    }
    let summary = summary(&lines, total, words, page.lang);
    visit.answer(&View { page, words, summary, lines })
}

fn summary(lines: &[Line], total: Option<u64>, words: &'static Sourceurs, lang: crate::lang::Lang) -> String {
    let late = lines.iter().filter(|line| line.freshness.is_wanting).count() as u64;
    let mut said = vec![typo::counted(lines.len() as u64, words.tellers, lang)];
    if late > 0 {
        said[0] = format!("{} {} {}", said[0], words.of_which, typo::counted(late, words.late, lang));
    }
    said.extend(total.map(|total| typo::counted(total, words.actions, lang)));
    said.join(" · ")
}

/// Actions that some sourceurs tell, all of them where none is named; none while the index is being made.
async fn total_of(state: &PortalState, sourceurs: Vec<SourceurId>) -> Result<Option<u64>, Fault> {
    let question = Question { filter: Filter { sourceurs, ..Filter::default() }, ..Question::default() };
    match state.api.ask(question).await {
        Ok(answer) => Ok(Some(answer.total)),
        Err(Unanswered::Building { .. } | Unanswered::IndexFailed) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Actions of a sourceur that others tell too: all that is not lost when it alone is left out.
async fn shared(state: &PortalState, row: &SourceurRow, all: &[SourceurRow], total: u64) -> Result<Option<u64>, Fault> {
    let others: Vec<SourceurId> = all.iter().map(|other| &other.id).filter(|id| **id != row.id).cloned().collect();
    if others.is_empty() {
        return Ok(Some(0));
    }
    let without = total_of(state, others).await?;
    Ok(without.map(|without| row.actions.saturating_sub(total.saturating_sub(without))))
}
