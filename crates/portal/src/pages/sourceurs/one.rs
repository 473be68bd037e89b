//! One sourceur: what may be shown of it, how fresh it is, what it tells about and where.

use api::{Labels, Unanswered};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use model::{SourceurId, TerritoryId};
use search::{Answer, Facet, Filter, Question, Sort};
use store::SourceurRow;

use super::freshness::{Freshness, how_often};
use super::runs::RunView;
use super::{shared, total_of};
use crate::PortalState;
use crate::address;
use crate::card::Card;
use crate::html::{SafeHtml, plain_text};
use crate::lang::Section;
use crate::licence::Licence;
use crate::map;
use crate::page::{Page, Visit};
use crate::pages::errors::Fault;
use crate::typo;
use crate::words::sourceurs::{EN, FR, Sourceurs, contacts, images};
use crate::words::terms;

/// Runs, newest actions and values of a facet that are shown.
const RUNS: u32 = 10;
const NEWEST: usize = 6;
const COUNTS: usize = 8;

#[derive(Template)]
#[template(path = "sourceur.html")]
struct View {
    page: Page,
    words: &'static Sourceurs,
    id: SourceurId,
    name: String,
    home: Option<(String, String)>,
    actions: String,
    has_actions: bool,
    shared: Option<String>,
    freshness: Freshness,
    every: String,
    next: String,
    language: String,
    licence: Licence,
    texts: &'static str,
    images: &'static str,
    contacts: &'static str,
    notice: Option<SafeHtml>,
    /// `lang` of its own words, where it is another than the page's.
    foreign: Option<String>,
    search: String,
    themes: Vec<Line>,
    regions: Vec<Line>,
    map: Option<String>,
    newest: Vec<Card>,
    runs: Vec<RunView>,
}

/// A value with its count, as a bar.
struct Line {
    href: String,
    label: String,
    count: u64,
    shown: String,
    most: u64,
}

pub(super) async fn answer(
    State(state): State<PortalState>,
    visit: Visit,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let written = path.map(|Path(written)| written).unwrap_or_default();
    let id: SourceurId = written.parse().map_err(|_| Fault::NotFound)?;
    let all = state.api.store.sourceurs().await?;
    let row = all.iter().find(|row| row.id == id).ok_or(Fault::NotFound)?;
    let told = told(&state, &id).await?;
    let shared = match total_of(&state, Vec::new()).await? {
        Some(total) => shared(&state, row, &all, total).await?,
        None => None,
    };
    let runs = state.api.store.runs(Some(&id), RUNS).await?;
    let labels = state.api.labels().await?;
    let page = visit.page(&state, Section::Sourceurs);
    let mut newest = Vec::with_capacity(NEWEST);
    if let Some(told) = &told {
        for row in state.api.rows(&told.hits).await? {
            newest.push(Card::of(&row.action()?, &labels, &state.api.vocabulary, &page));
        }
    }
    let now = (state.api.clock)();
    let runs = runs.iter().map(|run| RunView::of(run, page.lang)).collect();
    let words = visit.words(&FR, &EN);
    let freshness = Freshness::of(row, now, words, page.lang);
    let view = View::of(page, words, row, freshness, shared, told.as_ref(), &labels);
    visit.answer(&View { newest, runs, ..view })
}

/// What it tells about and where, and its newest actions; none while the index is being made.
async fn told(state: &PortalState, id: &SourceurId) -> Result<Option<Answer>, Fault> {
    let question = Question {
        filter: Filter { sourceurs: vec![id.clone()], ..Filter::default() },
        sort: Sort::Changed,
        limit: NEWEST,
        facets: vec![Facet::Theme, Facet::Region],
        ..Question::default()
    };
    match state.api.ask(question).await {
        Ok(answer) => Ok(Some(answer)),
        Err(Unanswered::Building { .. } | Unanswered::IndexFailed) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

impl View {
    fn of(
        page: Page,
        words: &'static Sourceurs,
        row: &SourceurRow,
        freshness: Freshness,
        shared: Option<u64>,
        told: Option<&Answer>,
        labels: &Labels,
    ) -> Self {
        let lang = page.lang;
        let search = page.search_by("sourceur", row.id.as_str());
        let counts = |facet: Facet| told.map_or(Vec::new(), |answer| lines(answer, facet, row, labels, &page));
        // First-level themes: a second-level one is counted in the one above it as well.
        let mut themes = counts(Facet::Theme);
        themes.retain(|(value, _)| !value.contains('/'));
        let regions = counts(Facet::Region);
        let language = row.language.split('-').next().unwrap_or_default();
        let is_foreign = !language.eq_ignore_ascii_case(lang.as_str());
        let is_told = row.actions > 0 && freshness.day.is_some();
        Self {
            words,
            id: row.id.clone(),
            name: row.name.clone(),
            home: row.home.as_deref().and_then(address::web).map(|home| (home.clone(), address::short(&home))),
            actions: typo::counted(row.actions, words.actions, lang),
            has_actions: row.actions > 0,
            shared: shared.filter(|shared| *shared > 0 && is_told).map(|shared| typo::number(shared, lang)),
            every: how_often(row.every, lang),
            next: row.next_due_at.map_or_else(|| words.at_once.to_owned(), |due| typo::day_and_hour(due, lang)),
            language: labels.of(Facet::Language, &row.language, lang),
            licence: Licence::of(&row.rights.licence, lang),
            texts: terms::reach(row.rights.text, lang),
            images: images(row.rights.images, lang),
            contacts: contacts(row.rights.contacts, lang),
            notice: row.notice.as_deref().map(|notice| plain_text(notice, Some(&row.language))),
            foreign: is_foreign.then(|| row.language.clone()),
            map: regional_map(&regions, words, lang),
            themes: shown(themes),
            regions: shown(regions),
            newest: Vec::new(),
            runs: Vec::new(),
            freshness,
            search,
            page,
        }
    }
}

/// Values of a facet with their counts; each leads to this sourceur's actions that have it.
fn lines(answer: &Answer, facet: Facet, row: &SourceurRow, labels: &Labels, page: &Page) -> Vec<(String, Line)> {
    let counts = answer.facets.iter().find(|(counted, _)| *counted == facet).map_or(&[][..], |(_, counts)| counts);
    let filter = if facet == Facet::Region { "territory" } else { facet.as_str() };
    let line = |count: &search::Count| {
        let label = labels.of(facet, &count.value, page.lang);
        let line = Line {
            href: format!("{}&sourceur={}", page.search_by(filter, &count.value), row.id),
            label: typo::ours(&label).into_owned(),
            count: count.count,
            shown: typo::number(count.count, page.lang),
            most: row.actions.max(count.count),
        };
        (count.value.clone(), line)
    };
    counts.iter().map(line).collect()
}

fn shown(lines: Vec<(String, Line)>) -> Vec<Line> {
    lines.into_iter().take(COUNTS).map(|(_, line)| line).collect()
}

fn regional_map(regions: &[(String, Line)], words: &'static Sourceurs, lang: crate::lang::Lang) -> Option<String> {
    let mut map = map::Map {
        counted: words.actions[1].to_owned(),
        is_listed: true,
        ..map::Map::new("sourceur", map::View::France, lang, words.map)
    };
    for (value, line) in regions {
        let Ok(id) = value.parse::<TerritoryId>() else { continue };
        let name = format!("{}{} {}", line.label, words.colon, typo::counted(line.count, words.actions, lang));
        map.areas.push(map::Area::new(id.clone(), name).linked(line.href.clone()));
        map.circles.push(map::Circle::on(id, line.count));
    }
    (!map.areas.is_empty()).then(|| map.figure(words.map))
}
