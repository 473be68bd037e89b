//! Where the page comes from: a card a record, with its licence and what it gives here.

use model::{Action, Origin, TextReach};

use super::Told;
use crate::address::web;
use crate::html::{SafeHtml, plain_text};
use crate::licence::Licence;
use crate::typo;
use crate::words::fiche::Fiche;
use crate::words::terms;

/// One record behind the action.
pub(crate) struct OriginView {
    pub(crate) name: String,
    /// The sourceur's page here.
    pub(crate) href: String,
    /// Its own page about the action.
    pub(crate) page: Option<String>,
    pub(crate) licence: Licence,
    pub(crate) reach: &'static str,
    pub(crate) is_whole: bool,
    pub(crate) notice: Option<SafeHtml>,
    /// For machines, then for people.
    pub(crate) updated: Option<(String, String)>,
    pub(crate) harvested: Option<(String, String)>,
    pub(crate) key: Option<String>,
    /// "le titre, le récit": what of this page is its own, where several tell.
    pub(crate) gave: Option<String>,
}

/// Longest key that says something to people.
const KEY_CHARS: usize = 40;

pub(crate) fn cards(action: &Action, words: &'static Fiche, told: &Told<'_>) -> Vec<OriginView> {
    let are_several = action.origins.len() > 1;
    action.origins.iter().map(|origin| card(origin, are_several, words, told)).collect()
}

fn card(origin: &Origin, are_several: bool, words: &'static Fiche, told: &Told<'_>) -> OriginView {
    let is_short = origin.source_id.chars().count() <= KEY_CHARS && !origin.source_id.contains("://");
    OriginView {
        name: told.name_of(&origin.sourceur),
        href: told.page.sourceur(&origin.sourceur),
        page: origin.url.as_deref().and_then(web),
        licence: Licence::of(&origin.licence, told.lang),
        reach: terms::reach(origin.text, told.lang),
        is_whole: origin.text == TextReach::Full,
        notice: origin.notice.as_deref().map(|notice| plain_text(notice, told.language)),
        updated: origin.source_updated_on.map(|date| (date.to_string(), typo::date(date, told.lang))),
        harvested: origin.harvested_at.map(|at| (typo::machine_date(at), typo::day(at, told.lang))),
        key: is_short.then(|| origin.source_id.clone()),
        gave: are_several.then(|| gave(origin, words, told)).flatten(),
    }
}

fn gave(origin: &Origin, words: &'static Fiche, told: &Told<'_>) -> Option<String> {
    let fields = [
        (words.gave_title, &["title"][..]),
        (words.gave_summary, &["summary"]),
        (words.gave_quote, &["quote"]),
        (words.gave_sections, &["sections"]),
        (words.gave_place, &["places"]),
        (words.gave_actors, &["actors"]),
        (words.gave_themes, &["themes", "audiences", "methods"]),
        (words.gave_dates, &["started_on", "ended_on", "status"]),
    ];
    let given = fields
        .iter()
        .filter(|(_, names)| names.iter().any(|name| told.gave(&origin.sourceur, &origin.source_id, name)));
    let given: Vec<&str> = given.map(|(words, _)| *words).collect();
    (!given.is_empty()).then(|| given.join(", "))
}
