//! Names to what they may mean: a trie over folded words, flattened into one table of hashes.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use model::fold;

use crate::{
    tables::Tables,
    words::{hash, in_full, join},
};

/// What a name may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Commune(u32),
    /// The commune of today that holds what once bore the name, or a part that still bears it.
    Former(u32),
    Departement(u8),
    Region(u8),
    /// Some départements of a région of today, by position among the old régions.
    OldRegion(u8),
    Epci(u16),
    France,
    Country(u8),
    /// An inhabitant's or a thing's adjective for a place.
    CommuneAdjective(u32),
    DepartementAdjective(u8),
    RegionAdjective(u8),
}

/// The article that belongs to a name and melts with "à" and "de".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Article {
    None,
    Le,
    La,
    Les,
    L,
}

impl Article {
    /// Whether a word is this article, alone or melted with "à" or "de".
    pub(crate) fn reads(self, word: &str) -> bool {
        match self {
            Self::None => false,
            Self::Le => matches!(word, "le" | "du" | "au"),
            Self::La => word == "la",
            Self::Les => matches!(word, "les" | "des" | "aux"),
            Self::L => word == "l",
        }
    }
}

/// One meaning of a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub meaning: Meaning,
    pub article: Article,
}

#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are u64")
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// All names.
pub(crate) struct Index {
    /// Hash of a name or of the beginning of one, to a range of `entries`; empty for a mere beginning.
    names: HashMap<u64, (u32, u32), BuildHasherDefault<AsIs>>,
    entries: Vec<Entry>,
    /// The greatest commune whose longer name begins with a name, after its population.
    longer: HashMap<u64, (u32, u32), BuildHasherDefault<AsIs>>,
}

impl Index {
    pub(crate) fn build(tables: &Tables) -> Self {
        let mut builder =
            Builder { pairs: Vec::with_capacity(60_000), beginnings: Vec::with_capacity(90_000), commune: (0, 0) };
        builder.communes(tables);
        builder.wider(tables);
        // Stable: of one name's meanings, today's communes come first.
        builder.pairs.sort_by_key(|(key, _)| *key);
        let mut names =
            HashMap::with_capacity_and_hasher(builder.pairs.len() + builder.beginnings.len(), <_>::default());
        let mut entries: Vec<Entry> = Vec::with_capacity(builder.pairs.len());
        let mut longer: HashMap<u64, (u32, u32), BuildHasherDefault<AsIs>> =
            HashMap::with_capacity_and_hasher(builder.beginnings.len() / 2, <_>::default());
        for (key, commune) in builder.beginnings {
            names.insert(key, (0, 0));
            let greatest = longer.entry(key).or_default();
            *greatest = commune.max(*greatest);
        }
        for same in builder.pairs.chunk_by(|a, b| a.0 == b.0) {
            let from = entries.len();
            for (_, entry) in same {
                let known = entries[from..].iter().any(|other| other.meaning == entry.meaning);
                if !known {
                    entries.push(*entry);
                }
            }
            let range = (from, entries.len());
            names.insert(same[0].0, (small(range.0), small(range.1)));
        }
        Self { names, entries, longer }
    }

    /// The greatest commune whose longer name begins with what words hash to, after its population.
    pub(crate) fn longer(&self, key: u64) -> (u32, u32) {
        self.longer.get(&key).copied().unwrap_or_default()
    }

    /// Meanings of the name that words hash to; `None` when no name even begins so.
    pub(crate) fn get(&self, key: u64) -> Option<&[Entry]> {
        let (from, to) = *self.names.get(&key)?;
        Some(&self.entries[from as usize..to as usize])
    }
}

fn small(position: usize) -> u32 {
    u32::try_from(position).expect("some 60,000 names")
}

struct Builder {
    pairs: Vec<(u64, Entry)>,
    /// Beginnings of names, with the commune whose name begins so, after its population.
    beginnings: Vec<(u64, (u32, u32))>,
    /// Population and position of the commune whose name is being inserted.
    commune: (u32, u32),
}

/// Saint-Martin and Saint-Barthélemy: too many communes bear their names.
fn is_island_of_many_names(code: &str) -> bool {
    matches!(code, "977" | "978")
}

/// Other names of régions: short-lived ones of 2016, and as sourceurs write them.
const MORE_REGIONS: [(&str, &str); 14] = [
    ("Région Centre", "24"),
    ("Conseil régional du Centre", "24"),
    ("Centre - Val de Loire", "24"),
    ("Région Sud", "93"),
    ("Sud Provence-Alpes-Côte d'Azur", "93"),
    ("Pays de Loire", "52"),
    ("Pays de la Loir", "52"),
    ("Franche-Comt", "27"),
    ("Nord-Pas-de-Calais-Picardie", "32"),
    ("Alsace-Champagne-Ardenne-Lorraine", "44"),
    ("Aquitaine-Limousin-Poitou-Charentes", "75"),
    ("Languedoc-Roussillon-Midi-Pyrénées", "76"),
    ("Bourgogne Franche Comt", "27"),
    ("Rhône-Alpes-Auvergne", "84"),
];

impl Builder {
    fn communes(&mut self, tables: &Tables) {
        for (position, commune) in tables.communes.iter().enumerate() {
            if commune.parent.is_none() {
                self.commune = (commune.population, small(position));
                self.name(commune.name, Meaning::Commune(small(position)));
            }
        }
        self.commune = (0, 0);
        for (commune, alias, usual) in &tables.aliases {
            // A routing label may be the official name of a neighbour: it ranks after those.
            self.name(alias, if *usual { Meaning::Commune(*commune) } else { Meaning::Former(*commune) });
        }
        for former in &tables.former {
            self.name(former.name, Meaning::Former(former.today));
        }
    }

    fn wider(&mut self, tables: &Tables) {
        let byte = |position: usize| u8::try_from(position).expect("some 200 at most");
        let departements = tables.departements.iter().enumerate();
        for (position, departement) in departements.filter(|(_, one)| !is_island_of_many_names(one.code)) {
            let article = match departement.of_form {
                "du" => Article::Le,
                "de la" => Article::La,
                "des" => Article::Les,
                "de l'" => Article::L,
                _ => Article::None,
            };
            let meaning = Meaning::Departement(byte(position));
            self.with_article(departement.name, article, meaning);
        }
        for (position, region) in
            tables.regions.iter().enumerate().filter(|(_, one)| !is_island_of_many_names(one.code))
        {
            self.name(region.name, Meaning::Region(byte(position)));
        }
        for (position, old) in tables.old_regions.iter().enumerate() {
            for name in &old.names {
                // A bare "Centre" is any centre.
                if *name != "Centre" {
                    self.name(name, Meaning::OldRegion(byte(position)));
                }
            }
        }
        for (name, code) in MORE_REGIONS {
            self.name(name, Meaning::Region(tables.region(code).expect("a région of today")));
        }
        for (position, epci) in tables.epcis.iter().enumerate() {
            let meaning = Meaning::Epci(u16::try_from(position).expect("some 1,300"));
            self.name(epci_core(epci.name), meaning);
        }
        for (position, country) in tables.countries.iter().enumerate() {
            for name in &country.names {
                self.name(name, Meaning::Country(byte(position)));
            }
        }
        self.name("France", Meaning::France);
        for (stems, id) in &tables.adjectives {
            let (level, code) = id.split_once(':').expect("typed ids");
            let meaning = match level {
                "commune" => Meaning::CommuneAdjective(tables.commune(code).expect("a commune of today")),
                "departement" => Meaning::DepartementAdjective(tables.departement(code).expect("a département")),
                _ => Meaning::RegionAdjective(tables.region(code).expect("a région of today")),
            };
            for stem in stems.split(';') {
                for ending in ["", "s", "e", "es"] {
                    self.name(&format!("{stem}{ending}"), meaning);
                }
            }
        }
    }

    fn name(&mut self, name: &str, meaning: Meaning) {
        self.with_article(name, Article::None, meaning);
    }

    fn with_article(&mut self, name: &str, known: Article, meaning: Meaning) {
        let folded = fold(name);
        let (article, core) = match folded.split_once(' ') {
            Some(("le", core)) => (Article::Le, core),
            Some(("la", core)) => (Article::La, core),
            Some(("les", core)) => (Article::Les, core),
            Some(("l", core)) => (Article::L, core),
            _ => (known, folded.as_str()),
        };
        if core == "lez" {
            // Else every "les" would be read as that hamlet of the Haute-Garonne.
            return;
        }
        let entry = Entry { meaning, article };
        self.insert(core.split(' ').map(|word| hash(in_full(word))), entry);
        // "sur" and "sous" are often one letter: "s/".
        let is_short = |word: &str| matches!(word, "sur" | "sous");
        if core.split(' ').any(is_short) {
            self.insert(
                core.split(' ').map(|word| if is_short(word) { hash("s") } else { hash(in_full(word)) }),
                entry,
            );
        }
    }

    fn insert(&mut self, words: impl Iterator<Item = u64>, entry: Entry) {
        let mut key = 0;
        for word in words {
            if key != 0 {
                self.beginnings.push((key, self.commune));
            }
            key = join(key, word);
        }
        if key != 0 {
            self.pairs.push((key, entry));
        }
    }
}

/// An intercommunality's name without its form: "CC du Pays de Nemours" as "Pays de Nemours".
fn epci_core(name: &str) -> &str {
    const LEADS: [&str; 12] = [
        "CC ",
        "CA ",
        "CU ",
        "Métropole ",
        "du ",
        "de la ",
        "de l'",
        "des ",
        "d'",
        "de ",
        "EPT ",
        "communauté de communes ",
    ];
    // "(CCPA)" at the end is its acronym.
    let mut core = name.split(" (").next().unwrap_or(name);
    while let Some(rest) = LEADS.iter().find_map(|lead| core.strip_prefix(lead)) {
        core = rest;
    }
    core
}
