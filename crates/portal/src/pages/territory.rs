//! Territories: the list of them, and the page of each.

mod around;
mod facts;
mod picture;
mod sought;

use askama::Template;
use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gazetteer::{Gazetteer, Territory};
use model::{Level, TerritoryId};
use search::{Count, Facet};

use self::facts::{Counted, Facts};
use self::sought::Sought;
use crate::card::Card;
use crate::lang::{Section, both};
use crate::map;
use crate::page::{Page, Visit};
use crate::pages::errors::Fault;
use crate::words::territory::{EN, FR, Territories, article};
use crate::{PortalState, motif, typo};

/// Lines of a list that are shown at once; the others open.
const AT_ONCE: usize = 12;
/// Of a short list.
const SHORT: usize = 8;

pub(crate) fn routes() -> Router<PortalState> {
    both(Section::Territories, "", get(index)).merge(both(Section::Territories, "/{id}", get(one)))
}

/// A line of a list or table.
#[derive(Default)]
struct Line {
    href: String,
    name: String,
    /// A theme's glyph.
    glyph: String,
    /// Actions, in words of the language.
    count: String,
    /// The same with what they are.
    counted: String,
    /// The same, to be drawn.
    actions: u64,
    rate: String,
    population: String,
    distance: String,
    /// What lies in it, where the list tells that too.
    within: Vec<Line>,
}

/// A list in two parts: what is seen at once, and what opens.
#[derive(Default)]
struct Lines {
    first: Vec<Line>,
    more: Vec<Line>,
    /// The greatest number of actions of all lines.
    most: u64,
}

impl Lines {
    fn of(mut lines: Vec<Line>, at_once: usize) -> Self {
        let most = lines.iter().map(|line| line.actions).max().unwrap_or_default().max(1);
        // Nobody opens a list for one or two lines.
        let more = if lines.len() > at_once + 2 { lines.split_off(at_once) } else { Vec::new() };
        Self { first: lines, more, most }
    }

    fn is_empty(&self) -> bool {
        self.first.is_empty()
    }
}

#[derive(Template)]
#[template(path = "territories.html")]
struct Index {
    page: Page,
    words: &'static Territories,
    sought: Sought,
    map: String,
    regions: Vec<Line>,
    most: u64,
    /// Départements with most actions.
    most_told: Lines,
}

#[derive(Template)]
#[template(path = "territory.html")]
struct View {
    page: Page,
    words: &'static Territories,
    id: TerritoryId,
    kicker: String,
    title: String,
    /// Name without article, for the window's title.
    name: String,
    crumbs: Vec<Line>,
    /// The search page for it.
    search: String,
    population: Option<String>,
    /// Numbers with what they count.
    figures: Vec<(String, String)>,
    is_few: bool,
    map: Option<String>,
    children: Lines,
    children_level: &'static str,
    /// Whether their rates say something: those of communes rest on too few inhabitants.
    has_rates: bool,
    /// Names alone of children without an action.
    childless: Vec<Line>,
    epcis: Lines,
    nearby: Lines,
    /// Where one may look instead, for a territory without an action.
    around: Vec<Line>,
    themes: Lines,
    actors: Lines,
    tellers: Lines,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "territory-readings.html")]
struct Readings {
    page: Page,
    words: &'static Territories,
    /// What it may mean, each with its level.
    meant: Vec<(Line, &'static str)>,
}

/// `/territoires`: every département on one map, every région with its départements.
async fn index(State(state): State<PortalState>, visit: Visit) -> Result<Response, Fault> {
    let page = visit.page(&state, Section::Territories);
    match sought::of(&visit, &page) {
        Ok(sought) => listed(&state, &visit, page, sought).await,
        // Where the one that is meant stands.
        Err(found) => {
            let location = HeaderValue::from_str(&page.territory(&found)).map_err(|_| Fault::NotFound)?;
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
        }
    }
}

async fn listed(state: &PortalState, visit: &Visit, page: Page, sought: Sought) -> Result<Response, Fault> {
    let words = visit.words(&FR, &EN);
    let france = TerritoryId::new(Level::Pays, "FR");
    let france = Gazetteer::get().territory(&france).ok_or(Fault::NotFound)?;
    let mut regions = Facts::of(state, &france).await?.children;
    let departements = facts::departements(state, &regions).await?;
    let map = picture::of_departements(&departements, &page, words);
    let most = regions.iter().map(|region| region.actions).max().unwrap_or_default().max(1);
    regions.sort_by_cached_key(|region| (region.territory.population == 0, model::fold(region.territory.name)));
    let lines = regions.iter().map(|region| {
        let mut its: Vec<&Counted> =
            departements.iter().filter(|one| one.territory.region.as_ref() == Some(&region.territory.id)).collect();
        its.sort_by_key(|one| &one.territory.id);
        // A région that is one département overseas need not be told twice.
        let within = if its.len() > 1 { its.into_iter().map(|one| line(one, &page)).collect() } else { Vec::new() };
        let counted = typo::counted(region.actions, words.action, page.lang);
        Line { counted, within, ..line(region, &page) }
    });
    let regions = lines.collect();
    let told = departements.iter().filter(|one| one.actions > 0).take(SHORT).map(|one| line(one, &page));
    let most_told = Lines::of(told.collect(), SHORT);
    let status = sought.status;
    let page = if sought.told.is_some() { page.not_indexed() } else { page };
    visit.answer_as(status, &Index { page, words, sought, map, regions, most, most_told })
}

/// `/territoires/{id}`.
async fn one(
    State(state): State<PortalState>,
    visit: Visit,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(written) = path.map_err(|_| Fault::NotFound)?;
    let page = visit.page(&state, Section::Territories);
    let words = visit.words(&FR, &EN);
    let gazetteer = Gazetteer::get();
    let Ok(asked) = written.parse::<TerritoryId>() else {
        return readings(&visit, page, words, &gazetteer.readings(&written));
    };
    let Some(territory) = gazetteer.territory(&asked) else {
        return listed(&state, &visit, page, Sought::unknown(&asked, words)).await;
    };
    if territory.id != asked {
        let query = visit.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        let location = format!("{}{query}", page.territory(&territory.id));
        let location = HeaderValue::from_str(&location).map_err(|_| Fault::NotFound)?;
        return Ok((StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, location)]).into_response());
    }
    let facts = Facts::of(&state, &territory).await?;
    let here = Counted { actions: facts.answer.total, territory };
    let view = view(&state, here, &facts, page, words).await?;
    visit.answer(&view)
}

/// A code without its level: what it may mean, as links; 404 where it means nothing.
fn readings(visit: &Visit, page: Page, words: &'static Territories, meant: &[TerritoryId]) -> Result<Response, Fault> {
    if meant.is_empty() {
        return Err(Fault::NotFound);
    }
    let lines = meant.iter().filter_map(|id| Gazetteer::get().territory(id)).map(|territory| {
        let name = typo::ours(territory.name).into_owned();
        (Line { href: page.territory(&territory.id), name, ..Line::default() }, words.level(territory.id.level, false))
    });
    let meant = lines.collect();
    visit.answer_as(StatusCode::BAD_REQUEST, &Readings { page: page.not_indexed(), words, meant })
}

async fn view(
    state: &PortalState,
    here: Counted,
    facts: &Facts,
    page: Page,
    words: &'static Territories,
) -> Result<View, Fault> {
    let labels = state.api.labels().await?;
    let rows = state.api.rows(&facts.answer.hits).await?;
    let actions = rows.iter().filter_map(|row| row.action().ok());
    let cards = actions.map(|action| Card::of(&action, &labels, &state.api.vocabulary, &page)).collect();
    let map = picture::of(&here, facts, &page, words);
    let Territory { id, name, population, .. } = &here.territory;
    let name = typo::ours(name).into_owned();
    let (with, without): (Vec<&Counted>, Vec<&Counted>) = facts.children.iter().partition(|child| child.actions > 0);
    let children_level = facts.children.first().map_or("", |child| words.level(child.territory.id.level, true));
    let counted = |facet| facts.counts(facet).iter();
    let firsts = counted(Facet::Theme).filter(|count| !count.value.contains('/'));
    let themes = firsts.map(|count| Line {
        glyph: motif::of_theme(&state.api.vocabulary, &count.value),
        href: search(&page, id, "theme", &count.value),
        ..named(count, typo::ours(&labels.of(Facet::Theme, &count.value, page.lang)).into_owned(), &page)
    });
    let tellers = counted(Facet::Sourceur).map(|count| Line {
        href: search(&page, id, "sourceur", &count.value),
        ..named(count, labels.of(Facet::Sourceur, &count.value, page.lang), &page)
    });
    // An actor that nobody can name yet is left out.
    let actors = counted(Facet::Actor)
        .map(|count| (count, labels.of(Facet::Actor, &count.value, page.lang)))
        .filter(|(count, name)| *name != count.value)
        .map(|(count, name)| Line { href: search(&page, id, "actor", &count.value), ..named(count, name, &page) });
    let epcis = counted(Facet::Epci).filter_map(|count| {
        let territory = Gazetteer::get().territory(&count.value.parse().ok()?)?;
        Some(line(&Counted { territory, actions: count.count }, &page))
    });
    let nearby = facts
        .nearby
        .iter()
        .map(|(distance, commune)| Line { distance: format!("{distance:.0}\u{a0}km"), ..line(commune, &page) });
    let level = words.level(id.level, false);
    let has_code = matches!(id.level, Level::Departement);
    Ok(View {
        kicker: if has_code { format!("{level} {}", id.code) } else { level.to_owned() },
        title: format!("{}{name}", article(id, page.lang)),
        crumbs: crumbs(&here.territory, &page),
        population: (*population > 0).then(|| typo::counted(u64::from(*population), words.inhabitants, page.lang)),
        figures: figures(&here, facts, &page, words),
        is_few: here.actions > 0 && here.is_few(),
        map,
        children: Lines::of(with.into_iter().map(|child| line(child, &page)).collect(), AT_ONCE),
        children_level,
        has_rates: facts.children.first().is_some_and(|child| child.territory.id.level > Level::Epci),
        childless: without.into_iter().map(|child| line(child, &page)).collect(),
        epcis: Lines::of(epcis.collect(), SHORT),
        nearby: Lines::of(nearby.collect(), AT_ONCE),
        around: if here.actions == 0 { around::of(state, &here.territory, &page, words).await? } else { Vec::new() },
        themes: Lines::of(themes.collect(), SHORT),
        actors: Lines::of(actors.collect(), SHORT),
        tellers: Lines::of(tellers.collect(), SHORT),
        cards,
        search: page.search_by("territory", &id.to_string()),
        id: id.clone(),
        name,
        words,
        page,
    })
}

/// What lies around it, the widest first; the country is the list of territories itself.
fn crumbs(territory: &Territory, page: &Page) -> Vec<Line> {
    let gazetteer = Gazetteer::get();
    let around = gazetteer.ancestors(&territory.id).into_iter().skip(1).filter(|id| id.level != Level::Pays);
    let mut crumbs: Vec<Line> = around
        .filter_map(|id| gazetteer.territory(&id))
        .map(|around| Line {
            href: page.territory(&around.id),
            name: typo::ours(around.name).into_owned(),
            ..Line::default()
        })
        .collect();
    crumbs.reverse();
    crumbs
}

fn figures(here: &Counted, facts: &Facts, page: &Page, words: &Territories) -> Vec<(String, String)> {
    let plural = |count, both| typo::plural(count, both, page.lang).to_owned();
    let mut figures = vec![(typo::number(here.actions, page.lang), plural(here.actions, words.action))];
    if let Some(rate) = here.rate().filter(|rate| *rate > 0.0) {
        figures.push((map::value(rate, page.lang), words.rate.to_owned()));
    }
    let telling = facts.counts(Facet::Sourceur).len() as u64;
    if telling > 0 {
        figures.push((typo::number(telling, page.lang), plural(telling, words.sourceur)));
    }
    figures
}

/// A territory as a line.
fn line(counted: &Counted, page: &Page) -> Line {
    let Counted { territory, actions } = counted;
    Line {
        href: page.territory(&territory.id),
        name: typo::ours(territory.name).into_owned(),
        count: typo::number(*actions, page.lang),
        actions: *actions,
        rate: counted.rate().map(|rate| map::value(rate, page.lang)).unwrap_or_default(),
        population: if territory.population > 0 {
            typo::number(u64::from(territory.population), page.lang)
        } else {
            String::new()
        },
        ..Line::default()
    }
}

/// A facet's value as a line.
fn named(count: &Count, name: String, page: &Page) -> Line {
    Line { name, count: typo::number(count.count, page.lang), actions: count.count, ..Line::default() }
}

/// The search page for a territory and one more filter.
fn search(page: &Page, id: &TerritoryId, name: &str, value: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("territory", &id.to_string()).append_pair(name, value);
    format!("{}?{}", page.search(), query.finish())
}
