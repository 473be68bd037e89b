//! What the template shows.

use api::Unanswered;
use askama::Template;
use model::TerritoryId;

use super::area::Area;
use super::facets::Group;
use super::place::{Meant, RADII, RADIUS, full_name, words_for};
use super::refusal::Refusal;
use super::tags::{Tag, tags};
use super::understood::Understood;
use super::ways_out::WayOut;
use super::{address, place_name};
use crate::card::Card;
use crate::lang::{Section, other};
use crate::page::{Page, Visit};
use crate::words::search::{EN, FR, Search as Words};
use crate::{PortalState, assets, map};

/// The page.
#[derive(Template)]
#[template(path = "search.html")]
pub(crate) struct View {
    pub(crate) page: Page,
    pub(crate) words: &'static Words,
    pub(crate) form: Form,
    pub(crate) tags: Vec<Tag>,
    /// Where words about a place mean nothing for sure.
    pub(crate) doubt: Option<Doubt>,
    pub(crate) outcome: Outcome,
    /// The question as a query of the API, with its `?`; empty for no question.
    pub(crate) api_query: String,
    /// Address of the same question again.
    pub(crate) again: String,
    /// For the moving map, where the command has it.
    pub(crate) moving: Option<Moving>,
}

/// What became of the question.
pub(crate) enum Outcome {
    Found(Box<Found>),
    Refused(Refusal),
    /// The index is being made.
    Building,
    /// Something of ours does not answer.
    Away,
}

/// What was found.
pub(crate) struct Found {
    /// How many, in words.
    pub(crate) count: String,
    pub(crate) total: u64,
    pub(crate) cards: Vec<Card>,
    pub(crate) groups: Vec<Group>,
    /// Address of the next page.
    pub(crate) next: Option<String>,
    /// Address of the list's beginning, where this is not it.
    pub(crate) first: Option<String>,
    pub(crate) is_base_empty: bool,
    pub(crate) ways_out: Vec<WayOut>,
    pub(crate) map: Area,
}

/// The form, filled in.
pub(crate) struct Form {
    pub(crate) action: &'static str,
    pub(crate) q: String,
    pub(crate) place_name: &'static str,
    pub(crate) place: String,
    /// Value, label, whether it is the one.
    pub(crate) radii: Vec<(String, String, bool)>,
    /// Likewise; those that mean something for this question.
    pub(crate) sorts: Vec<(&'static str, &'static str, bool)>,
    /// What else is asked, carried along.
    pub(crate) carried: Vec<(&'static str, String)>,
}

/// Words about a place that mean nothing for sure.
pub(crate) struct Doubt {
    pub(crate) written: String,
    /// Names, what sort of territory they are, and the question with each.
    pub(crate) candidates: Vec<(String, &'static str, String)>,
}

/// What the moving map is told.
pub(crate) struct Moving {
    /// The operator's tiles and their credit.
    pub(crate) tiles: Option<crate::Tiles>,
    /// Asset of our outlines.
    pub(crate) outlines: String,
    /// Whom we credit for them.
    pub(crate) credit: &'static str,
    /// The library's own words, as JSON.
    pub(crate) locale: String,
    /// What addresses of fiches begin with.
    pub(crate) fiche: &'static str,
}

impl Outcome {
    pub(crate) fn of(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Building { .. } | Unanswered::IndexFailed => Self::Building,
            Unanswered::Away | Unanswered::NotMigrated | Unanswered::Broken => Self::Away,
        }
    }

    fn found(&self) -> Option<&Found> {
        if let Self::Found(found) = self { Some(found) } else { None }
    }
}

impl View {
    pub(crate) async fn new(portal: &PortalState, visit: &Visit, asked: Understood, outcome: Outcome) -> Self {
        let (lang, words) = (visit.lang, visit.words(&FR, &EN));
        let labels = portal.api.labels().await.ok();
        let label = |facet, value: &str| {
            labels.as_ref().map_or_else(|| value.to_owned(), |labels| super::labelled(labels, facet, value, lang))
        };
        let mut page = visit.page(portal, Section::Search).with_script("search.js");
        page.twin = asked.state.address(other(lang));
        // One address of the page is enough for search engines; questions have no end.
        if !asked.state.is_all() || asked.state.cursor().is_some() || outcome.found().is_none() {
            page = page.not_indexed();
        }
        let api_query = asked.api_query();
        let mut form = Form::of(&asked, visit);
        // Where there is nothing to sort the order is carried along unseen.
        if let Some(sort) = asked.state.get("sort").filter(|_| outcome.found().is_none_or(|found| found.total < 2)) {
            form.carried.push(("sort", sort.to_owned()));
        }
        Self {
            page: page.with_description(words.lede),
            words,
            form,
            tags: tags(&asked, lang, words, &label),
            doubt: Doubt::of(&asked, visit),
            outcome,
            api_query: if api_query.is_empty() { api_query } else { format!("?{api_query}") },
            again: visit.query.as_ref().map_or_else(|| address(lang).to_owned(), |_| asked.state.address(lang)),
            moving: assets::has_moving_map().then(|| Moving::of(portal, visit)),
        }
    }

    /// The page's title: what is asked, what was found.
    pub(crate) fn title(&self) -> String {
        let asked: Vec<&str> = self.tags.iter().take(3).map(|tag| tag.label.as_str()).collect();
        let told = match &self.outcome {
            Outcome::Found(found) if self.tags.is_empty() => return format!("{} – {}", self.words.title, found.count),
            Outcome::Found(found) => found.count.as_str(),
            Outcome::Refused(_) => self.words.bad_title,
            Outcome::Building => self.words.building,
            Outcome::Away => self.words.away,
        };
        if asked.is_empty() { told.to_owned() } else { format!("{} – {told}", asked.join(", ")) }
    }

    pub(crate) fn found(&self) -> Option<&Found> {
        self.outcome.found()
    }
}

impl Form {
    fn of(asked: &Understood, visit: &Visit) -> Self {
        let (state, words) = (&asked.state, visit.words(&FR, &EN));
        let get = |name| state.get(name).unwrap_or_default().to_owned();
        let radius = asked.radius.as_str();
        let mut radii: Vec<(String, String, bool)> = RADII
            .iter()
            .map(|km| {
                let label = if *km == "0" { words.within_none.to_owned() } else { format!("{km}\u{a0}km") };
                (unless(km, RADIUS).to_owned(), label, *km == radius)
            })
            .collect();
        if radius.parse::<f64>().is_ok_and(|km| km > 0.0) && !radii.iter().any(|(.., is_it)| *is_it) {
            radii.push((radius.to_owned(), format!("{radius}\u{a0}km"), true));
        }
        let has_point = asked.pairs.iter().any(|(name, _)| name == "near");
        let usual = if state.get("q").is_some() { "relevance" } else { "changed" };
        let sort = state.get("sort").unwrap_or(usual);
        let sorts = search::Sort::ALL.iter().zip(words.sorts);
        let sorts =
            sorts.map(|((value, _), label)| (*value, label, *value == sort)).filter(|(value, ..)| match *value {
                "relevance" => state.get("q").is_some(),
                "distance" => has_point,
                _ => true,
            });
        let carried = asked.carried();
        Self {
            action: address(visit.lang),
            q: get("q"),
            place_name: place_name(visit.lang),
            place: get("lieu"),
            radii,
            sorts: sorts.map(|(value, label, is_it)| (unless(value, usual), label, is_it)).collect(),
            carried,
        }
    }
}

/// A value of the form, empty where it is what the page does anyway: addresses stay short.
fn unless<'a>(value: &'a str, usual: &str) -> &'a str {
    if value == usual { "" } else { value }
}

impl Doubt {
    fn of(asked: &Understood, visit: &Visit) -> Option<Self> {
        let Some(Meant::Unsure(candidates)) = &asked.meant else { return None };
        let written = asked.state.get("lieu").unwrap_or_default().chars().take(80).collect();
        let words = visit.words(&FR, &EN);
        let candidate = |id: &TerritoryId| {
            let state = asked.state.clone().with("lieu", &words_for(id));
            (full_name(id), words.levels[id.level as usize], state.address(visit.lang))
        };
        Some(Self { written, candidates: candidates.iter().map(candidate).collect() })
    }
}

impl Moving {
    fn of(portal: &PortalState, visit: &Visit) -> Self {
        let words = visit.words(&FR, &EN);
        let locale = serde_json::json!({
            "Map.Title": words.map_keys,
            "NavigationControl.ZoomIn": words.map_zoom_in,
            "NavigationControl.ZoomOut": words.map_zoom_out,
            "CooperativeGesturesHandler.WindowsHelpText": words.map_scroll,
            "CooperativeGesturesHandler.MacHelpText": words.map_scroll_mac,
            "CooperativeGesturesHandler.MobileHelpText": words.map_fingers,
        });
        Self {
            tiles: portal.service.tiles.clone(),
            outlines: assets::address(map::BASE),
            credit: words.map_credit,
            locale: locale.to_string(),
            fiche: Section::Fiche.path(visit.lang),
        }
    }
}
