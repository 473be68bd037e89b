//! What a text mentions: names with how surely each is meant as a place, and codes.

use crate::{
    Gazetteer,
    around::Around,
    arrondissement,
    index::{Entry, Meaning},
    list::{self, enumerated},
    numbers::{self, Number, Numbered},
    words::{Text, Word, cut, join},
};

/// A set of départements by position.
pub(crate) type Departements = u128;

/// How surely a name is meant as the place, surest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// A capital letter, no more; or something that speaks against it.
    Bare,
    /// After "de", "sur", "dans".
    Of,
    /// A part of the text by itself.
    Part,
    /// "à X", "ville de X", the whole text.
    At,
    /// With its postal code or its département beside it.
    Tied,
}

/// A name that may be a commune's.
#[derive(Clone, Debug)]
pub(crate) struct Commune {
    pub from: usize,
    pub to: usize,
    /// Communes that bear the name today.
    pub today: Vec<u32>,
    /// Communes of today that hold one that bore it.
    pub former: Vec<u32>,
    pub strength: Strength,
    /// Its name is a French word or first name too.
    pub common: bool,
    /// The département of the same name, or those of the région of the same name, when both may be meant.
    pub or: Departements,
    /// Mentions in one enumeration share a number.
    pub list: usize,
    /// The greatest commune whose longer name begins with this one, after its population.
    pub longer: (u32, u32),
}

/// A mention of a wider territory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wider<T> {
    pub from: usize,
    pub to: usize,
    pub what: T,
}

/// Everything a text mentions.
#[derive(Default)]
pub(crate) struct Reading {
    pub communes: Vec<Commune>,
    pub departements: Vec<Wider<u8>>,
    /// Région of today and the départements meant by the words.
    pub regions: Vec<Wider<(u8, Departements)>>,
    pub epcis: Vec<Wider<u16>>,
    pub countries: Vec<Wider<u8>>,
    pub numbers: Vec<Numbered>,
    pub adjectives: Vec<Wider<Meaning>>,
    /// France as a whole.
    pub france: bool,
    pub words: Option<Text>,
}

/// Text of a text that are a name.
struct Name<'a> {
    from: usize,
    to: usize,
    key: u64,
    entries: &'a [Entry],
}

/// What the levels claim of one name.
struct Claims {
    commune: Option<Commune>,
    departement: Option<u8>,
    region: Option<(u8, Departements)>,
}

impl Gazetteer {
    /// Reads a text, word by word, longest name first.
    pub(crate) fn read(&self, text: &str) -> Reading {
        let words = cut(text);
        let mut reading = Reading { numbers: numbers::read(&self.tables, &words), ..Reading::default() };
        let mut at = 0;
        while at < words.words.len() {
            let to = self.name_at(&words, at, &mut reading);
            at = to.unwrap_or(at + 1);
        }
        arrondissement::read(&self.tables, &words.words, &mut reading);
        list::number(&words.words, &mut reading);
        reading.france |= nationwide(&words.words);
        reading.words = Some(words);
        reading
    }

    /// Reads the longest acceptable name that begins at a word; gives where it ends.
    fn name_at(&self, text: &Text, from: usize, reading: &mut Reading) -> Option<usize> {
        let words = &text.words;
        if words[from].digits {
            return None;
        }
        let mut key = 0;
        let mut found: [(usize, u64, &[Entry]); 12] = [(0, 0, &[]); 12];
        let mut count = 0;
        for (to, word) in words.iter().enumerate().skip(from).take(12) {
            if to > from && word.gap.is_hard() {
                break;
            }
            let mut next = join(key, word.hash);
            if to > from && word.gap.slash && word.text != "s" && words[to - 1].text != "s" {
                // "Chalon/Saône": the stroke alone says "sur".
                next = join(join(key, self.one_letter), word.hash);
            }
            let Some(entries) = self.index.get(next) else { break };
            key = next;
            if !entries.is_empty() {
                found[count] = (to + 1, key, entries);
                count += 1;
            }
        }
        found[..count].iter().rev().find_map(|(to, key, entries)| {
            let name = Name { from, to: *to, key: *key, entries };
            self.accept(text, &name, reading).then_some(*to)
        })
    }

    /// Reads one name, if what stands around it allows a place; says whether it does.
    fn accept(&self, text: &Text, name: &Name<'_>, reading: &mut Reading) -> bool {
        let Name { from, to, key, entries } = *name;
        let words = &text.words;
        let around = Around::of(text, from, to);
        let cased = !text.mixed || words[from..to].iter().any(|word| word.capital);
        let long = to - from;
        let mut taken = false;
        let mut commune: Option<Commune> = None;
        let mut departement = None;
        let mut region = None;
        for entry in entries {
            let article = entry.article.reads(around.article);
            match entry.meaning {
                Meaning::Commune(which) | Meaning::Former(which) => {
                    let Some(strength) = around.commune(text, from, to, entry.article) else { continue };
                    let from = if article { from - 1 } else { from };
                    let mention = commune.get_or_insert_with(|| Commune {
                        from,
                        to,
                        today: Vec::new(),
                        former: Vec::new(),
                        strength,
                        common: long == 1 && self.common.contains(&words[to - 1].hash),
                        or: 0,
                        list: usize::MAX,
                        longer: self.index.longer(key),
                    });
                    if strength > mention.strength {
                        // A name that fits its article better drives out those that do not.
                        mention.today.clear();
                        mention.former.clear();
                        (mention.strength, mention.from) = (strength, from);
                    } else if strength < mention.strength {
                        continue;
                    }
                    let kind = if matches!(entry.meaning, Meaning::Commune(_)) {
                        &mut mention.today
                    } else {
                        &mut mention.former
                    };
                    kind.push(which);
                }
                Meaning::Departement(which) => {
                    let listed = reading.departements.last().is_some_and(|last| enumerated(words, last.to, from));
                    if cased && (long > 1 || listed || around.departement(article, words, from, to)) || long > 2 {
                        departement = Some(which);
                    }
                }
                Meaning::Region(which) => {
                    if cased && around.region(words, from, to) || long > 2 {
                        region = Some((which, self.departements_of_region(which)));
                    }
                }
                Meaning::OldRegion(which) => {
                    if cased && around.region(words, from, to) || long > 2 {
                        let old = &self.tables.old_regions[usize::from(which)];
                        let parts = old.departements.iter().fold(0, |parts, part| parts | 1 << part);
                        region = Some((old.region, parts));
                    }
                }
                Meaning::Epci(which) => {
                    let name_of_commune = entries.iter().any(|other| matches!(other.meaning, Meaning::Commune(_)));
                    if cased && around.epci(words, from, to, name_of_commune) {
                        reading.epcis.push(Wider { from, to, what: which });
                        taken = true;
                    }
                }
                Meaning::France => {
                    reading.france |= cased && around.france(words, from, to);
                    taken = true;
                }
                Meaning::Country(which) => {
                    if cased && !around.street_name {
                        reading.countries.push(Wider { from, to, what: which });
                        taken = true;
                    }
                }
                adjective => {
                    if (from > 0 || around.whole) && !around.away {
                        reading.adjectives.push(Wider { from, to, what: adjective });
                    }
                }
            }
        }
        if let Some(mention) = &mut commune
            && entries.iter().any(|entry| matches!(entry.meaning, Meaning::Country(_)))
        {
            // "Suisse" is the country, "Soudan (44)" the commune.
            (mention.strength, mention.common) = (Strength::Bare, true);
        }
        let claims = Claims { commune, departement, region };
        self.settle(claims, &around, name, reading) || taken
    }

    /// Where a name is borne at several levels, the words around it say which is meant.
    fn settle(&self, claims: Claims, around: &Around<'_>, name: &Name<'_>, reading: &mut Reading) -> bool {
        let Claims { mut commune, mut departement, mut region } = claims;
        let Name { from, to, .. } = *name;
        let said = around.departement_head;
        let town_said = commune
            .as_ref()
            .is_some_and(|mention| mention.strength == Strength::At && around.article.is_empty() && !around.whole);
        if let Some(which) = departement {
            let one = &self.tables.departements[usize::from(which)];
            // Overseas one name is both: the région, unless the words say département. And Paris is
            // the commune.
            let overseas = region.is_some_and(|(region, _)| one.region == region);
            if !said && (overseas || one.code == "75" || town_said) {
                departement = None;
            } else if said {
                (commune, region) = (None, None);
            }
        }
        if region.is_some() && town_said && !around.region_head {
            region = None;
        }
        if let Some(what) = departement {
            reading.departements.push(Wider { from, to, what });
        }
        if let Some(what) = region {
            reading.regions.push(Wider { from, to, what });
        }
        let is_epci = reading.epcis.last().is_some_and(|epci| epci.to == to);
        if let Some(mut mention) = commune.filter(|_| !is_epci) {
            mention.or = region.map_or(0, |(_, parts)| parts) | departement.map_or(0, |which| 1 << which);
            reading.communes.push(mention);
            return true;
        }
        departement.is_some() || region.is_some()
    }

    pub(crate) fn departements_of_region(&self, region: u8) -> Departements {
        let departements = self.tables.departements.iter().enumerate();
        departements.filter(|(_, one)| one.region == region).fold(0, |all, (position, _)| all | 1 << position)
    }
}

impl Reading {
    /// Byte range from the first to the last thing that names a place.
    pub(crate) fn span(&self) -> Option<(usize, usize)> {
        let words = &self.words.as_ref()?.words;
        let mut all: Vec<(usize, usize)> = self.communes.iter().map(|one| (one.from, one.to)).collect();
        all.extend(self.departements.iter().map(|one| (one.from, one.to)));
        all.extend(self.regions.iter().map(|one| (one.from, one.to)));
        all.extend(self.epcis.iter().map(|one| (one.from, one.to)));
        all.extend(self.countries.iter().map(|one| (one.from, one.to)));
        all.extend(self.numbers.iter().filter(|one| one.says != Number::Nothing).map(|one| (one.from, one.to)));
        let from = all.iter().map(|one| one.0).min()?;
        let to = all.iter().map(|one| one.1).max()?;
        Some((words.get(from)?.at.0, words.get(to.checked_sub(1)?)?.at.1))
    }
}

/// "au niveau national", "fédération nationale", "ensemble du territoire français".
fn nationwide(words: &[Word]) -> bool {
    const BEFORE: [&str; 22] = [
        "niveau",
        "echelle",
        "echelon",
        "territoire",
        "portee",
        "envergure",
        "dimension",
        "ampleur",
        "reseau",
        "federation",
        "union",
        "confederation",
        "association",
        "comite",
        "conseil",
        "caisse",
        "mouvement",
        "siege",
        "programme",
        "dispositif",
        "campagne",
        "collectif",
    ];
    let national = |word: &Word| matches!(word.text.as_str(), "national" | "nationale");
    words.iter().enumerate().any(|(at, word)| {
        national(word) && (words.len() == 1 || at > 0 && BEFORE.contains(&words[at - 1].text.as_str()))
    }) || words.windows(2).any(|pair| pair[0].text == "territoire" && pair[1].text == "francais")
        || words.iter().any(|word| word.text == "nationalement")
}
