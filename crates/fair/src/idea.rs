//! The ideas of social innovation, each with its own phrasings: one file an idea in `texts/ideas`.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer};

use crate::actor::Kind;

/// Phrases, one a line of the file; placeholders in braces are filled by `telling`.
pub(crate) type Phrases = Vec<String>;

/// An idea that is put into practice in many places.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Idea {
    /// Stem of its file; names the family of its actions.
    #[serde(skip)]
    pub(crate) slug: &'static str,
    /// Held every year: its actions come in editions.
    #[serde(default)]
    pub(crate) yearly: bool,
    /// Slugs of the taxonomy.
    pub(crate) themes: Vec<String>,
    pub(crate) audiences: Vec<String>,
    /// Who may carry it.
    pub(crate) carriers: Vec<Kind>,
    /// First and last year in which it may begin.
    pub(crate) since: (usize, usize),
    /// Proper names that its actions bear.
    #[serde(deserialize_with = "lines")]
    pub(crate) names: Phrases,
    /// What it is, with its article: "un garage solidaire".
    #[serde(deserialize_with = "lines")]
    pub(crate) what: Phrases,
    #[serde(deserialize_with = "lines")]
    pub(crate) objectives: Phrases,
    #[serde(deserialize_with = "lines")]
    pub(crate) origin: Phrases,
    #[serde(deserialize_with = "lines")]
    pub(crate) description: Phrases,
    #[serde(deserialize_with = "lines")]
    pub(crate) impacts: Phrases,
    #[serde(deserialize_with = "lines")]
    pub(crate) quote: Phrases,
}

/// Phrases that fit any idea.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Common {
    /// Where the need came from, in a town.
    #[serde(deserialize_with = "lines")]
    pub(crate) town: Phrases,
    /// Where the need came from, in the country.
    #[serde(deserialize_with = "lines")]
    pub(crate) country: Phrases,
    /// Who, where, since when: the facts by which one action is told from another.
    #[serde(deserialize_with = "lines")]
    pub(crate) presentation: Phrases,
    /// How the partners work together.
    #[serde(deserialize_with = "lines")]
    pub(crate) partnership: Phrases,
    #[serde(deserialize_with = "lines")]
    pub(crate) outlook: Phrases,
    #[serde(deserialize_with = "lines")]
    pub(crate) human: Phrases,
    #[serde(deserialize_with = "lines")]
    pub(crate) financial: Phrases,
    #[serde(deserialize_with = "lines")]
    pub(crate) material: Phrases,
    /// Buildings, with their article.
    #[serde(deserialize_with = "lines")]
    pub(crate) buildings: Phrases,
    #[serde(deserialize_with = "lines")]
    pub(crate) quarters: Phrases,
    #[serde(deserialize_with = "lines")]
    pub(crate) streets: Phrases,
}

impl Idea {
    /// Every idea, in a fixed order.
    pub(crate) fn all() -> &'static [Idea] {
        static ALL: OnceLock<Vec<Idea>> = OnceLock::new();
        ALL.get_or_init(|| {
            let read = |(slug, text): &(&'static str, &str)| {
                let idea: Idea =
                    toml::from_str(text).unwrap_or_else(|error| panic!("texts/ideas/{slug}.toml: {error}"));
                Idea { slug, ..idea }
            };
            FILES.iter().map(read).collect()
        })
    }
}

impl Common {
    /// The common phrases, read once.
    pub(crate) fn get() -> &'static Common {
        static COMMON: OnceLock<Common> = OnceLock::new();
        COMMON.get_or_init(|| {
            toml::from_str(include_str!("../texts/common.toml")).unwrap_or_else(|error| panic!("common.toml: {error}"))
        })
    }
}

fn lines<'de, D: Deserializer<'de>>(from: D) -> Result<Phrases, D::Error> {
    let text = String::deserialize(from)?;
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

macro_rules! files {
    ($($slug:literal),* $(,)?) => {
        &[$(($slug, include_str!(concat!("../texts/ideas/", $slug, ".toml")))),*]
    };
}

/// Every idea's file. The order is part of every fair: new ideas go to the end.
const FILES: &[(&str, &str)] = files![
    "accompagnement-scolaire",
    "accorderie",
    "atelier-velo",
    "ateliers-de-francais",
    "auto-rehabilitation",
    "budget-participatif",
    "bus-numerique",
    "cafe-associatif",
    "cafe-des-parents",
    "cafe-des-partenaires",
    "centrale-solaire-citoyenne",
    "chantiers-jeunes",
    "cohabitation-intergenerationnelle",
    "commerce-ambulant",
    "conciergerie-de-quartier",
    "cooperative-jeunesse",
    "couveuse-agricole",
    "creche-horaires-atypiques",
    "cuisine-partagee",
    "defi-zero-dechet",
    "eco-visiteurs",
    "epicerie-solidaire",
    "fete-de-la-soupe",
    "forum-mobilite",
    "friperie-solidaire",
    "garage-solidaire",
    "habitat-partage",
    "hospitalite-en-famille",
    "jardin-partage",
    "legumerie",
    "maison-de-sante-participative",
    "monnaie-locale",
    "outiltheque",
    "point-conseil-budget",
    "relais-acces-aux-droits",
    "repair-cafe",
    "repit-des-aidants",
    "ressourcerie",
    "sport-sur-ordonnance",
    "supermarche-cooperatif",
    "territoire-zero-chomeur",
    "tiers-lieu",
    "transport-solidaire",
    "visiteurs-des-aines",
];
