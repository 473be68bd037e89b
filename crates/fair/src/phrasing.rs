//! Facts put into words: which phrases a telling takes, and what fills them.

use chrono::Datelike;

use crate::country::Commune;
use crate::draw::Draw;
use crate::facts::Facts;
use crate::idea::Idea;
use crate::world::MOST_TELLINGS;

/// The words of one telling: its own slice of every list of phrases, filled with the facts.
pub(crate) struct Phrasing<'f> {
    pub(crate) facts: &'f Facts,
    pub(crate) commune: &'static Commune,
    pub(crate) telling: usize,
    pub(crate) spelling: usize,
    /// Shared by all tellings of a series, so that their slices are of one order.
    pub(crate) draw: Draw,
}

impl Phrasing<'_> {
    pub(crate) fn one(&mut self, phrases: &[String]) -> String {
        self.several(phrases, 1).remove(0)
    }

    pub(crate) fn several(&mut self, phrases: &[String], count: usize) -> Vec<String> {
        debug_assert!(phrases.len() >= count * MOST_TELLINGS, "too few phrases: {phrases:?}");
        let order = self.draw.order(phrases.len());
        order[self.telling * count..][..count].iter().map(|number| self.fill(&phrases[*number])).collect()
    }

    /// What the action is, in words that are not its name's.
    pub(crate) fn what(&mut self, idea: &Idea) -> String {
        let order = self.draw.order(idea.what.len());
        let name = model::fold(self.facts.name);
        let apart = |number: &&usize| !name.contains(&model::fold(bare(&idea.what[**number])));
        let mut rest = order.iter().skip(self.telling).chain(&order).filter(apart);
        idea.what[*rest.next().unwrap_or(&order[self.telling])].clone()
    }

    fn fill(&self, phrase: &str) -> String {
        let mut filled = String::with_capacity(phrase.len() + 40);
        let mut rest = phrase;
        while let Some((before, after)) = rest.split_once('{') {
            let (key, after) = after.split_once('}').unwrap_or_else(|| panic!("open brace in `{phrase}`"));
            filled.push_str(before);
            let value = self.value(key);
            if filled.is_empty() || filled.trim_end().ends_with(['.', '?', '!']) {
                filled.push_str(&capital(&value));
            } else {
                filled.push_str(&value);
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    fn value(&self, key: &str) -> String {
        let Facts { people, volunteers, thousands, square_metres, .. } = *self.facts;
        match key {
            "ville" => self.commune.name.to_owned(),
            "a_ville" => self.commune.at(),
            "de_ville" => self.commune.of(),
            "du_dep" => self.commune.departement().of(),
            "quartier" => self.facts.quarter.to_owned(),
            "lieu" => self.facts.building.to_owned(),
            "nom" => self.facts.name.to_owned(),
            "porteur" => self.facts.carriers[0].in_a_sentence(self.spelling),
            "partenaire" => match self.facts.partners.first() {
                Some(partner) => partner.in_a_sentence(self.spelling),
                None => "un réseau d'habitants".to_owned(),
            },
            "annee" | "edition" => self.facts.started.year().to_string(),
            "rang" => match self.facts.edition {
                Some((_, 1)) => "1re".to_owned(),
                Some((_, rank)) => format!("{rank}e"),
                None => panic!("`{{rang}}` in an idea that is not yearly"),
            },
            "n" => self.roughly(people).to_string(),
            "m" => self.roughly(volunteers).to_string(),
            "k" => self.roughly(thousands).to_string(),
            "s" => self.roughly(square_metres).to_string(),
            _ => panic!("no such placeholder: `{{{key}}}`"),
        }
    }

    /// Every second teller rounds.
    fn roughly(&self, number: usize) -> usize {
        if self.telling == 1 { number.div_ceil(5) * 5 } else { number }
    }
}

/// The title of an action in one of six styles.
pub(crate) fn title(style: usize, facts: &Facts, what: &str, commune: &Commune) -> String {
    let name = facts.name;
    let year = facts.edition.map(|(year, _)| year);
    let (title, edition) = match style % 6 {
        0 => (name.to_owned(), year.map(|year| format!(" {year}"))),
        1 => (format!("{name}, {what} {}", commune.at()), year.map(|year| format!(" ({year})"))),
        2 => (capital(&format!("{what} {}", commune.at())), year.map(|year| format!(" – édition {year}"))),
        3 => (format!("{name} : {what}"), year.map(|year| format!(", {year}"))),
        4 => (capital(&format!("{}, {what}", commune.at())), year.map(|year| format!(" : l'édition {year}"))),
        _ => (format!("{} « {name} »", capital(bare(what))), year.map(|year| format!(" {year}"))),
    };
    title + &edition.unwrap_or_default()
}

/// Without its article.
fn bare(what: &str) -> &str {
    ["un ", "une ", "des ", "la ", "le ", "les "].iter().find_map(|article| what.strip_prefix(article)).unwrap_or(what)
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}
