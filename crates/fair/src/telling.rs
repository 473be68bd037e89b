//! What one sourceur says of one action: the facts in words of its own, and what it leaves out.

use chrono::{Datelike, Days, NaiveDate};

use crate::actor::{Actor, slug};
use crate::country::Commune;
use crate::draw::{Draw, Purpose};
use crate::facts::Facts;
use crate::idea::Common;
use crate::phrasing::{Phrasing, title};
use crate::sourceur::Sourceur;
use crate::words::Words;
use crate::world::{Row, World};

/// One record before its sourceur's form and damage.
pub(crate) struct Telling {
    pub(crate) title: String,
    /// Objectives and short description.
    pub(crate) summary: String,
    pub(crate) origin: String,
    /// Paragraphs.
    pub(crate) description: Vec<String>,
    pub(crate) impacts: Vec<String>,
    pub(crate) quote: Option<String>,
    /// Human, financial, material means; empty where the sourceur does not say.
    pub(crate) means: [String; 3],
    /// How its sourceur heads origin, description and impacts.
    pub(crate) headings: [&'static str; 3],
    /// Slugs of the taxonomy.
    pub(crate) themes: &'static [String],
    pub(crate) theme_words: Vec<&'static str>,
    pub(crate) audience_words: Vec<&'static str>,
    pub(crate) carriers: Vec<String>,
    pub(crate) partners: Vec<String>,
    pub(crate) commune: &'static Commune,
    /// Where in the commune, finer than it.
    pub(crate) quarter: Option<&'static str>,
    pub(crate) street: String,
    pub(crate) started: NaiveDate,
    pub(crate) published: NaiveDate,
    pub(crate) updated: NaiveDate,
    /// The action's own site, or its carrier's home page, which others share.
    pub(crate) site: Option<String>,
    pub(crate) email: String,
    pub(crate) phone: String,
    /// More chance for what the sourceur's form leaves open.
    pub(crate) draw: Draw,
}

/// Headings over origin, description and impacts: each sourceur has its own.
const HEADINGS: [[&str; 3]; 6] = [
    ["La genèse", "Le principe", "Les effets"],
    ["Point de départ", "En pratique", "Résultats"],
    ["D'où vient l'idée", "Comment ça marche", "Ce que ça change"],
    ["Contexte", "Fonctionnement", "Bilan"],
    ["Au commencement", "Au quotidien", "Et depuis"],
    ["Histoire", "Mode d'emploi", "Retombées"],
];

/// Last day of the make-believe: no record is younger.
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 10, 31).expect("a day of the calendar");

impl Telling {
    /// What a sourceur says in a record.
    pub(crate) fn of(world: &World, sourceur: &Sourceur, row: Row) -> Self {
        let facts = Facts::of(world, row.action);
        let series = world.series_of(row.action);
        let (idea, commune, common) = (series.idea(), series.commune(), Common::get());
        let telling = usize::from(row.telling);
        let mut draw = Draw::new(world.seed, Purpose::Telling, row.action as usize, telling);
        let mut say = Phrasing {
            facts: &facts,
            commune,
            telling,
            spelling: sourceur.spelling,
            draw: Draw::new(world.seed, Purpose::Series, world.actions[row.action as usize].series as usize, 3),
        };
        let what = say.what(idea);
        let title = title(sourceur.title_style, &facts, &what, commune);
        let summary = say.one(&idea.objectives);
        let context = if commune.is_town() { &common.town } else { &common.country };
        let mut origin = say.one(&idea.origin);
        let context = say.one(context);
        if draw.chance(70) {
            origin = format!("{origin} {context}");
        }
        let mut description = say.several(&idea.description, 2);
        let presentation = say.one(&common.presentation);
        if draw.chance(85) {
            description.insert(0, presentation);
        }
        let partnership = say.one(&common.partnership);
        if draw.chance(75) {
            description.push(partnership);
        }
        let mut impacts = say.several(&idea.impacts, 2);
        let outlook = say.one(&common.outlook);
        if draw.chance(60) {
            impacts.push(outlook);
        }
        let quote = say.one(&idea.quote);
        let quote = draw.chance(55).then_some(quote);
        let mut means = [say.one(&common.human), say.one(&common.financial), say.one(&common.material)];
        for mean in &mut means {
            if draw.chance(30) {
                mean.clear();
            }
        }

        let mut started = facts.started;
        // People misremember a beginning by a year; an edition's day stands in the newspaper.
        if telling > 0 && facts.edition.is_none() && draw.chance(6) {
            started = started.with_year(started.year() + 1).expect("days end at the 28th");
        }
        let published = later(started, 1_500, &mut draw);
        let site = if facts.own_site && draw.chance(70) {
            Some(format!("https://www.{}-{}.example/", slug(facts.name), slug(commune.name)))
        } else {
            draw.chance(60).then(|| facts.carriers[0].home())
        };
        let spelt = |actors: &[Actor]| actors.iter().map(|actor| actor.spelt(sourceur.spelling)).collect();
        let partners = &facts.partners[..facts.partners.len().min(1 + draw.below(4))];
        Self {
            title,
            summary,
            origin,
            description,
            impacts,
            quote,
            means,
            headings: HEADINGS[(sourceur.index + sourceur.index / 8) % HEADINGS.len()],
            themes: &idea.themes,
            theme_words: idea.themes.iter().map(|slug| Words::themes().word(slug, sourceur.habit)).collect(),
            audience_words: idea.audiences.iter().map(|slug| Words::audiences().word(slug, sourceur.habit)).collect(),
            carriers: spelt(&facts.carriers),
            partners: spelt(partners),
            commune,
            quarter: commune.is_town().then_some(facts.quarter),
            street: facts.street.clone(),
            started,
            published,
            updated: later(published, 2_000, &mut draw),
            site,
            email: format!("contact@{}.example", slug(&facts.carriers[0].spelt(0))),
            phone: facts.phone.clone(),
            draw,
        }
    }

    /// All its text in the order of reading, one paragraph a line; what similarity is measured on.
    pub(crate) fn text(&self) -> String {
        let mut lines = vec![self.summary.as_str(), &self.origin];
        lines.extend(self.description.iter().chain(&self.impacts).chain(&self.quote).map(String::as_str));
        lines.extend(self.means.iter().map(String::as_str).filter(|line| !line.is_empty()));
        lines.join("\n")
    }
}

/// A day up to so many days later, and no later than today.
fn later(day: NaiveDate, most: usize, draw: &mut Draw) -> NaiveDate {
    let left = usize::try_from((TODAY - day).num_days()).expect("nothing begins after today");
    day + Days::new(draw.between(0, most.min(left)) as u64)
}
