//! Counts as choices: what each value would add to the question, or take away from it.

use std::collections::BTreeMap;

use gazetteer::Gazetteer;
use model::TerritoryId;
use search::{Answer, Count, Facet};

use super::state::State;
use crate::lang::Lang;
use crate::typo;
use crate::words::search::Search as Words;

/// Choices of a group that stand in sight; the others are one step away.
const IN_SIGHT: usize = 6;

/// Decades before this year are one choice.
const OLDEST_DECADE: i32 = 1980;

/// Choices of one kind.
#[derive(Debug)]
pub(crate) struct Group {
    /// The facet's word.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// How many are chosen.
    pub(crate) chosen: usize,
    pub(crate) is_open: bool,
    /// Those in sight, the most frequent first.
    pub(crate) first: Vec<Choice>,
    /// The others.
    pub(crate) rest: Vec<Choice>,
}

/// One choice: a link.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) label: String,
    /// How many actions have it, among those found.
    pub(crate) count: String,
    /// The question with it, or without it where it is chosen.
    pub(crate) href: String,
    pub(crate) is_chosen: bool,
    /// Finer choices, where it or one of them is chosen.
    pub(crate) below: Vec<Choice>,
}

/// What facets are made of.
pub(crate) struct Counted<'a> {
    pub(crate) answer: &'a Answer,
    /// The question, as its links go on from it.
    pub(crate) state: &'a State,
    /// The same with its territories in `territory`: what choosing one goes on from.
    pub(crate) placed: &'a State,
    pub(crate) lang: Lang,
    pub(crate) words: &'static Words,
    /// The name of a value.
    pub(crate) label: &'a (dyn Fn(Facet, &str) -> String + Sync),
}

/// What to count for a question.
pub(crate) fn wanted(state: &State) -> Vec<Facet> {
    let mut facets = vec![
        Facet::Theme,
        Facet::Region,
        Facet::Audience,
        Facet::Method,
        Facet::Year,
        Facet::Status,
        Facet::Has,
        Facet::Sourceur,
    ];
    if state.all("territory").any(|id| region_of(id).is_some()) {
        facets.push(Facet::Departement);
    }
    facets
}

impl Group {
    fn of(id: &'static str, title: &'static str, choices: Vec<Choice>) -> Group {
        let is_chosen = |choice: &Choice| choice.is_chosen || choice.below.iter().any(|below| below.is_chosen);
        let chosen =
            choices.iter().map(|one| usize::from(one.is_chosen) + one.below.iter().filter(|b| b.is_chosen).count());
        let chosen = chosen.sum();
        let keeps_order = id == "year";
        // One choice more in sight is shorter than the words to unfold it.
        let in_sight = if choices.len() <= IN_SIGHT + 1 { IN_SIGHT + 1 } else { IN_SIGHT };
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for choice in choices {
            if first.len() < in_sight || is_chosen(&choice) { first.push(choice) } else { rest.push(choice) }
        }
        if !keeps_order {
            first.sort_by_key(|choice| !is_chosen(choice));
        }
        let is_open = chosen > 0 || ["theme", "territory"].contains(&id);
        Group { id, title, chosen, is_open, first, rest }
    }
}

impl Counted<'_> {
    /// Every group that has a choice to offer.
    pub(crate) fn groups(&self) -> Vec<Group> {
        let words = self.words;
        let slug_above = |id: &str| id.rsplit_once('/').map(|(above, _)| above.to_owned());
        let mut groups = vec![
            Group::of("theme", words.facet_theme, self.tree("theme", Facet::Theme, Facet::Theme, slug_above)),
            Group::of(
                "territory",
                words.facet_region,
                self.tree("territory", Facet::Region, Facet::Departement, region_of),
            ),
            Group::of(
                "audience",
                words.facet_audience,
                self.tree("audience", Facet::Audience, Facet::Audience, slug_above),
            ),
            Group::of("method", words.facet_method, self.tree("method", Facet::Method, Facet::Method, slug_above)),
            Group::of("year", words.facet_year, self.decades()),
            Group::of("status", words.facet_status, self.list("status", Facet::Status)),
            Group::of("has", words.facet_has, self.list("has", Facet::Has)),
            Group::of("sourceur", words.facet_sourceur, self.list("sourceur", Facet::Sourceur)),
        ];
        groups.retain(|group| !group.first.is_empty());
        groups
    }

    /// What choosing a value of a parameter goes on from.
    fn from(&self, name: &str) -> &State {
        if name == "territory" { self.placed } else { self.state }
    }

    fn counts(&self, facet: Facet) -> &[Count] {
        self.answer.facets.iter().find(|(counted, _)| *counted == facet).map_or(&[], |(_, counts)| counts.as_slice())
    }

    /// Values side by side.
    fn list(&self, name: &'static str, facet: Facet) -> Vec<Choice> {
        self.tree(name, facet, facet, |_| None)
    }

    /// Values of two levels. The finer ones show once the wider is chosen, and take its place.
    fn tree(
        &self,
        name: &'static str,
        wider: Facet,
        finer_facet: Facet,
        above: impl Fn(&str) -> Option<String>,
    ) -> Vec<Choice> {
        let is_above = |value: &str, below: &str| below != value && above(below).is_some_and(|above| above == value);
        let mut tops: Vec<(&str, u64)> = self.counts(wider).iter().map(|count| (&*count.value, count.count)).collect();
        tops.retain(|(value, _)| above(value).is_none_or(|above| above == *value));
        let chosen: Vec<&str> = self.from(name).all(name).collect();
        // A value that is chosen stays to be unchosen, even where it has nothing.
        for value in &chosen {
            let is_top = above(value).is_none_or(|above| above == **value);
            let is_ours = wider != Facet::Region || region_of(value).is_some();
            if is_top && is_ours && !tops.iter().any(|(known, _)| known == value) {
                tops.push((value, 0));
            }
        }
        tops.into_iter()
            .map(|(value, count)| {
                let is_chosen = chosen.contains(&value);
                let is_open = is_chosen || chosen.iter().any(|below| is_above(value, below));
                let below = self.counts(finer_facet).iter().filter(|finer| is_open && is_above(value, &finer.value));
                let below = below.map(|finer| {
                    let without_above = self.from(name).clone().minus(name, |given| given == value);
                    self.choice(name, &finer.value, finer.count, (self.label)(finer_facet, &finer.value), without_above)
                });
                let below = below.collect();
                let without_below = self.from(name).clone().minus(name, |given| is_above(value, given));
                let label = (self.label)(wider, value);
                Choice { below, ..self.choice(name, value, count, label, without_below) }
            })
            .collect()
    }

    /// A choice: with it, starting from `base`; without it where it is chosen.
    fn choice(&self, name: &str, value: &str, count: u64, label: String, base: State) -> Choice {
        let is_chosen = self.from(name).has(name, value);
        let next = if is_chosen {
            self.from(name).clone().minus(name, |given| given == value)
        } else {
            base.plus(name, value)
        };
        let count = typo::number(count, self.lang);
        Choice { label, count, href: next.address(self.lang), is_chosen, below: Vec::new() }
    }

    /// Decades, the latest first, with their years once chosen.
    fn decades(&self) -> Vec<Choice> {
        let mut decades: BTreeMap<i32, Vec<(i32, u64)>> = BTreeMap::new();
        for count in self.counts(Facet::Year) {
            let Ok(year) = count.value.parse::<i32>() else { continue };
            let decade = if year < OLDEST_DECADE { i32::MIN } else { year - year.rem_euclid(10) };
            decades.entry(decade).or_default().push((year, count.count));
        }
        let (from, to) = (self.state.get("started_from"), self.state.get("started_to"));
        let is_asked =
            |first: i32, last: i32| from == Some(first.to_string().as_str()) && to == Some(last.to_string().as_str());
        let mut choices = Vec::new();
        for (decade, mut years) in decades.into_iter().rev() {
            let count = typo::number(years.iter().map(|(_, count)| count).sum(), self.lang);
            if decade == i32::MIN {
                let last = (OLDEST_DECADE - 1).to_string();
                let is_chosen = from.is_none() && to == Some(last.as_str());
                let href = self.years(None, Some(&last), is_chosen);
                let label = format!("{} {OLDEST_DECADE}", self.words.before_year);
                choices.push(Choice { label, count, href, is_chosen, below: Vec::new() });
                continue;
            }
            let (first, last) = (decade.to_string(), (decade + 9).to_string());
            let is_chosen = is_asked(decade, decade + 9);
            let is_open = is_chosen || years.iter().any(|(year, _)| is_asked(*year, *year));
            years.sort_unstable_by_key(|(year, _)| -year);
            let below = years.into_iter().filter(|_| is_open).map(|(year, count)| {
                let (is_chosen, word) = (is_asked(year, year), year.to_string());
                let href = self.years(Some(&word), Some(&word), is_chosen);
                Choice { label: word, count: typo::number(count, self.lang), href, is_chosen, below: Vec::new() }
            });
            let below = below.collect();
            let href = self.years(Some(&first), Some(&last), is_chosen);
            choices.push(Choice { label: format!("{first}–{last}"), count, href, is_chosen, below });
        }
        choices
    }

    /// The question for some years, or for all where they are chosen already.
    fn years(&self, from: Option<&str>, to: Option<&str>, is_chosen: bool) -> String {
        let mut next = self.state.clone().without(&["started_from", "started_to"]);
        if !is_chosen {
            next = next.plus("started_from", from.unwrap_or_default()).plus("started_to", to.unwrap_or_default());
        }
        next.address(self.lang)
    }
}

/// The région that a département lies in, or a région itself.
fn region_of(id: &str) -> Option<String> {
    let id = id.parse::<TerritoryId>().ok()?;
    if !matches!(id.level, model::Level::Region | model::Level::Departement) {
        return None;
    }
    Gazetteer::get().territory(&id)?.region.map(|region| region.to_string())
}

#[cfg(test)]
mod tests;
