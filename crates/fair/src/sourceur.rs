//! The make-believe sourceurs: a name, a manner of publishing, habits of writing.

use std::sync::Arc;

use crate::actor::{SPELLINGS, slug};
use crate::draw::{Draw, Purpose};
use crate::words::HABITS;

/// How a sourceur publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// RSS 2.0, whole texts as HTML, undeclared entities.
    Feed,
    /// A JSON API whose pages name the next one.
    PagedJson,
    /// The WordPress REST API: rendered HTML, numbers for categories, `Link` header.
    WordPress,
    /// The records of an OpenDataSoft data set, by offset.
    OpenDataSoft,
    /// A GoGoCarto map's elements in one answer, double-decoded here and there.
    GoGoCarto,
    /// A file out of a spreadsheet: semicolons, windows-1252.
    Csv,
    /// A Joomla catalogue: list pages, then a page for each fiche; bytes 0x80 to 0x9F lost.
    Listing,
    /// A SPIP site's feed: typographic blanks, Dublin Core dates, C1 controls.
    Spip,
}

impl Manner {
    /// Every manner; sourceurs take them in turn.
    const ALL: [Manner; 8] = [
        Manner::Feed,
        Manner::PagedJson,
        Manner::WordPress,
        Manner::OpenDataSoft,
        Manner::GoGoCarto,
        Manner::Csv,
        Manner::Listing,
        Manner::Spip,
    ];

    /// In a few words, for the fair's front page.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Manner::Feed => "un fil RSS",
            Manner::PagedJson => "une API JSON paginée",
            Manner::WordPress => "un blog WordPress et son API",
            Manner::OpenDataSoft => "un jeu de données ouvertes",
            Manner::GoGoCarto => "une carte participative",
            Manner::Csv => "un fichier de tableur",
            Manner::Listing => "un catalogue de pages",
            Manner::Spip => "le fil d'un site SPIP",
        }
    }
}

/// One sourceur.
#[derive(Clone, Debug)]
pub(crate) struct Sourceur {
    pub(crate) index: usize,
    /// Stem of its file: `les-passerelles`.
    pub(crate) id: Arc<str>,
    pub(crate) name: String,
    pub(crate) manner: Manner,
    /// Whose words it uses for themes and audiences.
    pub(crate) habit: usize,
    /// How it spells organisations.
    pub(crate) spelling: usize,
    /// How it makes titles.
    pub(crate) title_style: usize,
}

const NAMES: &str = include_str!("../data/sourceurs.txt");

impl Sourceur {
    /// The first so many sourceurs; the eight manners come in turn.
    pub(crate) fn all(count: usize) -> Vec<Sourceur> {
        let names: Vec<&str> = NAMES.lines().collect();
        let named = |index: usize| {
            let round = index / names.len();
            let name = names[index % names.len()];
            if round == 0 { name.to_owned() } else { format!("{name} {}", round + 1) }
        };
        (0..count).map(|index| Sourceur::new(index, named(index))).collect()
    }

    fn new(index: usize, name: String) -> Self {
        Self {
            index,
            id: slug(&name).into(),
            name,
            manner: Manner::ALL[index % Manner::ALL.len()],
            habit: (index + index / Manner::ALL.len()) % HABITS,
            spelling: (index / 2 + index / Manner::ALL.len()) % SPELLINGS,
            title_style: [1, 2, 0, 3, 0, 5, 1, 4][index % 8],
        }
    }

    /// The key of a record, for ever: the sourceur's own number, in its own form.
    pub(crate) fn source_id(&self, seed: u64, action: u32) -> String {
        let number = self.number(seed, action);
        match self.manner {
            Manner::Feed => format!("{}-{number}", self.id),
            Manner::PagedJson | Manner::WordPress | Manner::Listing => number.to_string(),
            Manner::OpenDataSoft => format!("INI-{number:06}"),
            Manner::GoGoCarto => base36(number),
            Manner::Csv => format!("F{number:05}"),
            Manner::Spip => format!("spip-article{number}"),
        }
    }

    /// Its number of an action's record; a sourceur tells an action at most once.
    pub(crate) fn number(&self, seed: u64, action: u32) -> u64 {
        let gap = Draw::new(seed, Purpose::Key, action as usize, self.index).below(7);
        1_013 + u64::from(action) * 7 + gap as u64
    }
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(char::from_digit(u32::try_from(number % 36).expect("below 36"), 36).expect("below 36"));
        number /= 36;
    }
    digits.iter().rev().collect()
}
