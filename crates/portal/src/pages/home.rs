//! The home page: search, the map of France, what is new, themes, sourceurs, the four aims.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use gazetteer::Gazetteer;
use model::{Action, Dimension, SourceurId, TerritoryId};
use search::{Answer, Count, Facet, Question, Sort};
use store::SourceurRow;

use crate::card::Card;
use crate::lang::{self, Lang, Section, both};
use crate::map::{Area, Circle, Map, View};
use crate::page::{Page, Visit};
use crate::pages::errors::Fault;
use crate::words::home::{self, EN, FR};
use crate::{PortalState, motif, typo};

/// Actions shown as new, of so many that changed last, and at most so many of one sourceur where there
/// are others: a harvest of hundreds leaves room for who told of one.
const NEW: usize = 6;
const NEW_AMONG: usize = 120;
const NEW_OF_ONE: usize = 2;
/// Sourceurs shown, the fullest first; the others are a link away.
const SOURCEURS: usize = 8;
/// How long figures are believed while the base does not change: sourceurs are read again without it changing.
const FIGURES_LAST: Duration = Duration::from_secs(10);

pub(crate) fn routes() -> Router<PortalState> {
    let held = Arc::new(Held::default());
    both(Section::Home, "", get(move |state, visit| home(state, visit, Arc::clone(&held))))
}

/// What the page tells, the same for every visitor in every language.
struct Facts {
    answer: Answer,
    actions: Vec<Action>,
    sourceurs: Vec<SourceurRow>,
    /// The map, drawn once a language.
    maps: [OnceLock<String>; 2],
}

/// The facts last gathered: when, and of which generation of the index.
#[derive(Default)]
struct Held(Mutex<Option<Gathered>>);

type Gathered = (Instant, Option<u64>, Arc<Facts>);

impl Held {
    async fn facts(&self, state: &PortalState) -> Result<Arc<Facts>, Fault> {
        let generation = state.api.search.generation();
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((since, of, facts)) = held
            && of == generation
            && generation.is_some()
            && since.elapsed() < FIGURES_LAST
        {
            return Ok(facts);
        }
        let facts = Arc::new(gather(state).await?);
        let held = Some((Instant::now(), generation, Arc::clone(&facts)));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = held;
        Ok(facts)
    }
}

async fn gather(state: &PortalState) -> Result<Facts, Fault> {
    let facets = vec![Facet::Region, Facet::Theme, Facet::Commune];
    // Every commune: they are counted here, not listed.
    let most_values = Some(usize::MAX);
    let question = Question { sort: Sort::Changed, limit: NEW_AMONG, facets, most_values, ..Question::default() };
    let answer = state.api.ask(question).await?;
    let actions = mixed(state.api.rows(&answer.hits).await?.iter().filter_map(|row| row.action().ok()).collect());
    let sourceurs = state.api.store.sourceurs().await?;
    Ok(Facts { answer, actions, sourceurs, maps: Default::default() })
}

/// The first actions, none of whose first sourceurs has more than its share while others are there.
fn mixed(all: Vec<Action>) -> Vec<Action> {
    let mut shares: HashMap<SourceurId, usize> = HashMap::new();
    let (mut shown, others): (Vec<Action>, Vec<Action>) = all.into_iter().partition(|action| {
        let Some(origin) = action.origins.first() else { return true };
        let share = shares.entry(origin.sourceur.clone()).or_default();
        *share += 1;
        *share <= NEW_OF_ONE
    });
    shown.extend(others);
    shown.truncate(NEW);
    shown
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    page: Page,
    words: &'static home::Home,
    /// Numbers with what they count.
    figures: Vec<(String, &'static str)>,
    map: String,
    regions: Vec<Line>,
    cards: Vec<Card>,
    themes: Vec<Line>,
    sourceurs: Vec<Line>,
}

/// Something that has actions.
#[derive(Default)]
struct Line {
    href: String,
    name: String,
    count: String,
    glyph: String,
    fresh: String,
}

async fn home(State(state): State<PortalState>, visit: Visit, held: Arc<Held>) -> Result<Response, Fault> {
    let facts = held.facts(&state).await?;
    let labels = state.api.labels().await?;
    let page = visit.page(&state, Section::Home);
    let words = visit.words(&FR, &EN);
    let regions = regions(&facts.answer, &page);
    let card = |action| Card::of(action, &labels, &state.api.vocabulary, &page);
    let cards = facts.actions.iter().map(card).collect();
    let view = Home {
        figures: figures(&facts, words, page.lang),
        map: facts.maps[page.lang as usize]
            .get_or_init(|| map(&regions, words, &page).figure(words.map_caption))
            .clone(),
        regions: regions.into_iter().map(|(_, _, line)| line).collect(),
        cards,
        themes: themes(&state, &facts.answer, &page),
        sourceurs: sourceurs(&state, &facts.sourceurs, words, &page),
        words,
        page,
    };
    visit.answer(&view)
}

fn counts(answer: &Answer, facet: Facet) -> &[Count] {
    answer.facets.iter().find(|(counted, _)| *counted == facet).map_or(&[], |(_, counts)| counts)
}

fn figures(facts: &Facts, words: &'static home::Home, lang: Lang) -> Vec<(String, &'static str)> {
    let communes = counts(&facts.answer, Facet::Commune).len() as u64;
    let telling = facts.sourceurs.iter().filter(|sourceur| sourceur.actions > 0).count() as u64;
    [
        (facts.answer.total, words.action, words.actions),
        (telling, words.sourceur, words.sourceurs),
        (communes, words.commune, words.communes),
    ]
    .map(|(count, one, many)| (typo::number(count, lang), typo::plural(count, [one, many], lang)))
    .into()
}

/// Régions that have actions, by name.
fn regions(answer: &Answer, page: &Page) -> Vec<(TerritoryId, u64, Line)> {
    let gazetteer = Gazetteer::get();
    let known = counts(answer, Facet::Region).iter().filter_map(|Count { value, count }| {
        let id: TerritoryId = value.parse().ok()?;
        let name = typo::ours(gazetteer.territory(&id)?.name).into_owned();
        let count_shown = typo::number(*count, page.lang);
        let line = Line { href: page.territory(&id), name, count: count_shown, ..Line::default() };
        Some((id, *count, line))
    });
    let mut regions: Vec<_> = known.collect();
    regions.sort_by_cached_key(|(_, _, line)| model::fold(&line.name));
    regions
}

fn map(regions: &[(TerritoryId, u64, Line)], words: &'static home::Home, page: &Page) -> Map {
    let mut map = Map::new("home", View::France, page.lang, words.map_title);
    words.actions.clone_into(&mut map.counted);
    for (id, count, line) in regions {
        let counted = typo::counted(*count, [words.action, words.actions], page.lang);
        let name = format!("{}{}{counted}", line.name, words.colon);
        map.areas.push(Area::new(id.clone(), name).linked(line.href.clone()));
        map.circles.push(Circle::on(id.clone(), *count));
    }
    map.is_listed = true;
    map
}

/// First-level themes, in the order of the taxonomy.
fn themes(state: &PortalState, answer: &Answer, page: &Page) -> Vec<Line> {
    let vocabulary = &state.api.vocabulary;
    let counted = counts(answer, Facet::Theme);
    let firsts = vocabulary.terms(Dimension::Theme).iter().filter(|term| term.above().is_none());
    let with_actions = firsts.filter_map(|term| {
        let count = counted.iter().find(|counted| counted.value == term.id)?.count;
        Some(Line {
            href: page.search_by("theme", &term.id),
            name: typo::ours(lang::choose(page.lang, &term.fr, &term.en)).into_owned(),
            count: typo::number(count, page.lang),
            glyph: motif::of_theme(vocabulary, &term.id),
            ..Line::default()
        })
    });
    with_actions.collect()
}

/// The sourceurs with most actions, and how long ago each was read.
fn sourceurs(state: &PortalState, all: &[SourceurRow], words: &'static home::Home, page: &Page) -> Vec<Line> {
    let now = (state.api.clock)();
    let mut telling: Vec<&SourceurRow> = all.iter().filter(|sourceur| sourceur.actions > 0).collect();
    telling.sort_by(|a, b| b.actions.cmp(&a.actions).then_with(|| a.id.cmp(&b.id)));
    let lines = telling.into_iter().take(SOURCEURS).map(|sourceur| Line {
        href: page.sourceur(&sourceur.id),
        name: sourceur.name.clone(),
        count: typo::counted(sourceur.actions, [words.action, words.actions], page.lang),
        fresh: match sourceur.last_success_at {
            Some(at) => format!("{} {}", words.read, typo::ago(at, now, page.lang)),
            None => words.never_read.to_owned(),
        },
        ..Line::default()
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = r#"</title><script>alert(1)</script>" onmouseover='alert(2)' &lt;"#;

    #[test]
    fn a_hostile_text_stays_a_text() {
        let page = Page::example(Lang::Fr);
        let line = || Line { name: HOSTILE.into(), count: HOSTILE.into(), fresh: HOSTILE.into(), ..Line::default() };
        let view = Home {
            words: &FR,
            figures: Vec::new(),
            map: String::new(),
            regions: vec![line()],
            cards: vec![Card::saying(HOSTILE, &page)],
            themes: vec![line()],
            sourceurs: vec![line()],
            page,
        };
        let written = view.render().expect("the template writes");
        assert!(!written.contains("<script>") && !written.contains("\" onmouseover"), "{written}");
        assert!(written.contains("&#60;script&#62;alert(1)"), "{written}");
    }

    #[test]
    fn one_sourceur_leaves_room_for_others_and_fills_the_rest() {
        let told = |title: usize, sourceur: &str| {
            let origin =
                serde_json::json!({"sourceur": sourceur, "source_id": "1", "licence": "unknown", "text": "full"});
            let origins = vec![serde_json::from_value(origin).expect("an origin")];
            Action { title: title.to_string(), origins, ..Action::default() }
        };
        let titles = |actions: Vec<Action>| mixed(actions).into_iter().map(|action| action.title).collect::<Vec<_>>();
        let many = (0..10).map(|at| told(at, "one")).chain([told(10, "two"), told(11, "three")]).collect();
        assert_eq!(titles(many), ["0", "1", "10", "11", "2", "3"]);
        assert_eq!(titles(vec![told(0, "one"), told(1, "one"), told(2, "one")]), ["0", "1", "2"]);
    }
}
