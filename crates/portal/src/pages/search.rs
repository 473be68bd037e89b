//! The search page: a question in the address, its answer as list, counts and map.
//!
//! Read [`state`] first (what an address asks), then [`understood`] (what is asked of the index),
//! then [`view`] (what is shown).

mod area;
mod facets;
mod names;
pub(super) mod place;
mod refusal;
mod state;
mod tags;
mod understood;
mod view;
mod ways_out;

use api::{Unanswered, question_of};
use axum::Router;
use axum::extract::State as Shared;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use search::{Answer, Facet, Question};
use url::Url;

use crate::card::Card;
use crate::lang::{Lang, Section, both, choose};
use crate::page::{POLICY, Visit};
use crate::pages::errors::Fault;
use crate::words::search::{EN, FR};
use crate::{PortalState, Tiles, typo};

use self::facets::Counted;
use self::refusal::Refusal;
use self::state::{State, Unreadable};
use self::understood::{Understood, understand};
use self::view::{Found, Outcome, View};

/// Most actions on a page: less than the API gives at a time.
const MOST: usize = 100;
/// Most characters of words, and of words about a place, as the form's own fields take them.
const LONGEST: [(&str, usize); 2] = [("q", 500), ("lieu", 200)];

pub(crate) fn routes() -> Router<PortalState> {
    both(Section::Search, "", get(page))
}

/// Address of the page.
fn address(lang: Lang) -> &'static str {
    Section::Search.path(lang)
}

/// The parameter for words about a place.
fn place_name(lang: Lang) -> &'static str {
    choose(lang, "lieu", "place")
}

async fn page(Shared(portal): Shared<PortalState>, visit: Visit) -> Result<Response, Fault> {
    let shown = |asked, outcome| View::new(&portal, &visit, asked, outcome);
    let words = visit.words(&FR, &EN);
    let state = match State::read(visit.query.as_deref()) {
        Ok(state) => state,
        Err(unreadable) => {
            let status = match unreadable {
                Unreadable::TooLong(_) => StatusCode::URI_TOO_LONG,
                Unreadable::Repeated(_) => StatusCode::BAD_REQUEST,
            };
            let refusal = Refusal::unreadable(&unreadable, visit.query.as_deref(), visit.lang, words);
            let view = shown(understand(State::default()), Outcome::Refused(refusal)).await;
            return visit.answer_as(status, &view);
        }
    };
    let asked = understand(state);
    let refusal = match question_of(&asked.pairs) {
        Ok(question) => match past_reason(&asked.state, &question) {
            None => return answered(&portal, &visit, asked, question).await,
            Some(parameter) => Refusal::about(parameter, &asked.state, visit.lang, words),
        },
        Err(refused) => Refusal::refused(&refused, &asked.state, visit.lang, words),
    };
    visit.answer_as(StatusCode::BAD_REQUEST, &shown(asked, Outcome::Refused(refusal)).await)
}

/// The parameter that asks more than a page can show or a visitor can mean.
fn past_reason(state: &State, question: &Question) -> Option<&'static str> {
    let is_longer = |name, most| state.get(name).is_some_and(|written: &str| written.chars().nth(most).is_some());
    let long = LONGEST.iter().find(|(name, most)| is_longer(name, *most)).map(|(name, _)| *name);
    long.or((question.limit > MOST).then_some("limit"))
}

/// The page with the answer to a question.
async fn answered(
    portal: &PortalState,
    visit: &Visit,
    asked: Understood,
    question: Question,
) -> Result<Response, Fault> {
    let shown = |asked, outcome| View::new(portal, visit, asked, outcome);
    let view = understood::view(&question);
    let question =
        Question { facets: facets::wanted(&asked.placed()), cells: Some(understood::grid(&view)), ..question };
    let answer = match portal.api.ask(question.clone()).await {
        Ok(answer) => answer,
        Err(unanswered) => return not_now(unanswered, visit, &shown(asked, Outcome::of(unanswered)).await),
    };
    let found = match found(portal, visit, &asked, &question, &answer, view).await {
        Ok(found) => found,
        Err(unanswered) => return not_now(unanswered, visit, &shown(asked, Outcome::of(unanswered)).await),
    };
    let answer = visit.answer(&shown(asked, Outcome::Found(Box::new(found))).await)?;
    Ok(with_tiles(answer, portal.service.tiles.as_ref()))
}

/// Lets the page's moving map ask the operator's server of tiles.
fn with_tiles(mut answer: Response, tiles: Option<&Tiles>) -> Response {
    if let Some(policy) = tiles.and_then(policy_with) {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer
}

/// The portal's policy with the tiles' own host beside ours.
fn policy_with(tiles: &Tiles) -> Option<HeaderValue> {
    let host = Url::parse(&tiles.address).ok()?.origin().ascii_serialization();
    let policy = POLICY.replace("img-src 'self'", &format!("img-src 'self' {host}"));
    HeaderValue::from_str(&policy.replace("connect-src 'self'", &format!("connect-src 'self' {host}"))).ok()
}

/// A kind page, to be asked for again soon.
fn not_now(unanswered: Unanswered, visit: &Visit, view: &View) -> Result<Response, Fault> {
    let mut answer = visit.answer_as(StatusCode::SERVICE_UNAVAILABLE, view)?;
    let seconds = if matches!(unanswered, Unanswered::Broken | Unanswered::NotMigrated) { "60" } else { "5" };
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

async fn found(
    portal: &PortalState,
    visit: &Visit,
    asked: &Understood,
    question: &Question,
    answer: &Answer,
    view: crate::map::View,
) -> Result<Found, Unanswered> {
    let (lang, words) = (visit.lang, visit.words(&FR, &EN));
    let labels = portal.api.labels().await?;
    let label = |facet, value: &str| labelled(&labels, facet, value, lang);
    let rows = portal.api.rows(&answer.hits).await?;
    let page = visit.page(portal, Section::Search);
    let cards = rows.iter().map(|row| Ok(Card::of(&row.action()?, &labels, &portal.api.vocabulary, &page)));
    let cards = cards.collect::<Result<_, store::StoreError>>()?;
    let counted = Counted { answer, state: &asked.state, placed: &asked.placed(), lang, words, label: &label };
    let next = answer.next.map(|place| api::Cursor { sort: question.sort, place }.to_string());
    let count = match answer.total {
        0 => words.nothing.to_owned(),
        total => typo::counted(total, words.found, lang),
    };
    let tags = tags::tags(asked, lang, words, &label);
    let ways_out = if answer.total == 0 { ways_out::of(portal, asked, &tags, visit).await? } else { Vec::new() };
    Ok(Found {
        count,
        total: answer.total,
        cards,
        groups: counted.groups(),
        next: next.map(|cursor| asked.state.clone().from(&cursor).address(lang)),
        first: asked.state.cursor().map(|_| asked.state.clone().without(&[]).address(lang)),
        is_base_empty: answer.total == 0 && asked.state.is_all(),
        ways_out,
        map: area::drawn(answer, asked, question, view, visit),
    })
}

/// What a facet's value is called: set well where the name is ours and no sourceur's.
fn labelled(labels: &api::Labels, facet: Facet, value: &str, lang: Lang) -> String {
    let label = labels.of(facet, value, lang);
    if matches!(facet, Facet::Sourceur | Facet::Actor) { label } else { typo::ours(&label).into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tiles_own_host_is_let_in() {
        let tiles = |address: &str| Tiles { address: address.to_owned(), attribution: String::new() };
        let policy = policy_with(&tiles("https://tiles.example:8443/{z}/{x}/{y}.png?key=a b")).unwrap();
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("img-src 'self' https://tiles.example:8443 data:;"), "{policy}");
        assert!(policy.contains("connect-src 'self' https://tiles.example:8443;"), "{policy}");
        assert_eq!(policy.matches("https").count(), 2);
        assert_eq!(policy_with(&tiles("not an address; script-src *")), None);
    }
}
