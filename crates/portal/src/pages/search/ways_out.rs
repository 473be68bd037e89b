//! Ways out of an empty list: the same question a little wider, where that finds something.

use api::{Unanswered, question_of};
use search::Question;

use super::place::RADII;
use super::state::State;
use super::tags::Tag;
use super::understood::{Understood, understand};
use crate::page::Visit;
use crate::words::search::{EN, FR};
use crate::{PortalState, typo};

/// Most ways out that are tried.
const TRIED: usize = 10;

/// A wider question that finds something.
#[derive(Debug)]
pub(crate) struct WayOut {
    /// What is wider about it.
    pub(crate) label: String,
    /// What it finds, in words.
    pub(crate) count: String,
    pub(crate) href: String,
}

/// Ways out of a question without an answer: farther around, then without one of its filters.
pub(crate) async fn of(
    portal: &PortalState,
    asked: &Understood,
    tags: &[Tag],
    visit: &Visit,
) -> Result<Vec<WayOut>, Unanswered> {
    let (lang, words) = (visit.lang, visit.words(&FR, &EN));
    let has_point = asked.pairs.iter().any(|(name, _)| name == "near");
    let radius = asked.radius.parse::<f64>().unwrap_or_default();
    let wider = RADII.iter().filter(|_| has_point).filter(|wider| wider.parse::<f64>().is_ok_and(|km| km > radius));
    let farther = wider.map(|km| (format!("{} {km}\u{a0}km", words.empty_in), asked.state.clone().with("within", km)));
    let dropped = tags.iter().map(|tag| (format!("{} {}", words.empty_without, tag.quoted(lang)), tag.without.clone()));
    let mut ways_out = found(portal, farther.chain(dropped).take(TRIED), visit).await?;
    if ways_out.is_empty() && tags.len() > 2 {
        let alone = tags
            .iter()
            .map(|tag| (format!("{} {}", words.empty_only, tag.quoted(lang)), asked.state.beyond(&tag.without)));
        ways_out = found(portal, alone.take(TRIED), visit).await?;
    }
    Ok(ways_out)
}

/// Those of some questions that find something.
async fn found(
    portal: &PortalState,
    questions: impl Iterator<Item = (String, State)> + Send,
    visit: &Visit,
) -> Result<Vec<WayOut>, Unanswered> {
    let (lang, words) = (visit.lang, visit.words(&FR, &EN));
    let mut ways_out = Vec::new();
    for (label, state) in questions {
        let total = total(portal, state.clone()).await?;
        if total > 0 && !state.is_all() {
            let count = typo::counted(total, words.actions, lang);
            ways_out.push(WayOut { label, count, href: state.address(lang) });
        }
    }
    Ok(ways_out)
}

async fn total(portal: &PortalState, state: State) -> Result<u64, Unanswered> {
    let Ok(question) = question_of(&understand(state).pairs) else { return Ok(0) };
    Ok(portal.api.ask(Question { limit: 0, after: None, ..question }).await?.total)
}
