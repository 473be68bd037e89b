//! Ways out of an empty list: the same question a little wider, where that finds something.

use api::{Unanswered, question_of};
use model::fold;
use search::Question;

use super::place::{Meant, RADII, RADIUS, full_name, read};
use super::state::State;
use super::tags::{Tag, quoted};
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

/// Ways out of a question without an answer: with a place that stands among its words, farther
/// around, then without one of its filters.
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
    let placed = placed(&asked.state).into_iter().map(|(words, place, state)| {
        (if words.is_empty() { place } else { format!("{} – {place}", quoted(&words, lang)) }, state)
    });
    let mut ways_out = found(portal, placed, visit).await?;
    ways_out.truncate(1);
    ways_out.extend(found(portal, farther.chain(dropped).take(TRIED), visit).await?);
    if ways_out.is_empty() && tags.len() > 2 {
        let alone = tags
            .iter()
            .map(|tag| (format!("{} {}", words.empty_only, tag.quoted(lang)), asked.state.beyond(&tag.without)));
        ways_out = found(portal, alone.take(TRIED), visit).await?;
    }
    Ok(ways_out)
}

/// The question with its last words read as a place, where they name one: `mobilité à Agen`. Words,
/// place and question, the nearest first; none where a place is asked already.
fn placed(state: &State) -> Vec<(String, String, State)> {
    /// Most words in the name of a place that is looked for.
    const LONGEST: usize = 6;
    /// What stands between words and a place.
    const BETWEEN: [&str; 12] = ["à", "a", "au", "aux", "en", "dans", "sur", "de", "d’", "autour", "près", "vers"];
    let written = state.get("q").unwrap_or_default();
    let has_place = ["lieu", "near", "territory", "bbox"].iter().any(|name| state.get(name).is_some());
    let words: Vec<&str> = written.split_whitespace().collect();
    if has_place {
        return Vec::new();
    }
    // "Villeneuve sur Lot" before "Lot", but not "mobilité Agen": the longest end that is a name and nothing
    // more, else the shortest in which one is read.
    let starts = words.len().saturating_sub(LONGEST)..words.len();
    let read: Vec<_> = starts.filter_map(|start| Some((start, sure(&words[start..].join(" "))?))).collect();
    let is_whole = |(start, (name, _)): &&(usize, (String, bool))| {
        let bare = name.rsplit_once(" (").map_or(name.as_str(), |(bare, _)| bare);
        fold(bare) == fold(&words[*start..].join(" "))
    };
    let sure = read.iter().find(is_whole).or(read.last()).cloned();
    let Some((start, name)) = sure else { return Vec::new() };
    let is_between = |word: &&&str| BETWEEN.contains(&word.to_lowercase().as_str());
    let kept = start - words[..start].iter().rev().take_while(is_between).count();
    let asked = |km: &str| {
        let state = state.clone().without(&["q", "within"]).plus("q", &words[..kept].join(" ")).plus("lieu", &name.0);
        if km == RADIUS { state } else { state.plus("within", km) }
    };
    let radii = if name.1 { &RADII[2..] } else { &RADII[2..3] };
    let told = |km: &str| if name.1 { format!("{}, {km}\u{a0}km", name.0) } else { name.0.clone() };
    radii.iter().map(|km| (words[..kept].join(" "), told(km), asked(km))).collect()
}

/// The name of the one place that words mean for sure, and whether one looks around it.
fn sure(words: &str) -> Option<(String, bool)> {
    match read(words, RADIUS) {
        Meant::Around { id, .. } => Some((full_name(&id), true)),
        Meant::In(ids) if ids.len() == 1 => Some((full_name(&ids[0]), false)),
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    #[track_caller]
    fn check(query: &str, expected: &str) {
        let placed = placed(&State::read(Some(query)).unwrap());
        let nearest = placed.first().map(|(words, place, state)| (words, place, state.query(Lang::Fr)));
        let told = nearest.map(|(words, place, query)| format!("{words}|{place}|{query}")).unwrap_or_default();
        assert_eq!(told.replace('\u{a0}', "~"), expected);
    }

    #[test]
    fn a_place_among_the_words_is_taken_for_one() {
        check("q=mobilite+agen", "mobilite|Agen (47), 20~km|q=mobilite&lieu=Agen+%2847%29");
        check(
            "q=jardin+à+Villeneuve-sur-Lot&theme=sante",
            "jardin|Villeneuve-sur-Lot (47), 20~km|q=jardin&lieu=Villeneuve-sur-Lot+%2847%29&theme=sante",
        );
        check(
            "q=habitat+partagé+en+Gironde",
            "habitat partagé|Gironde (33)|q=habitat+partag%C3%A9&lieu=Gironde+%2833%29",
        );
        check("q=jardin+partagé", "");
        check("q=mobilite+agen&lieu=Paris", "");
    }
}
