//! From what a text mentions to the places it means.

use model::Level;

use crate::{
    Gazetteer,
    index::Meaning,
    numbers::Number,
    point::kilometres,
    reading::{Commune, Departements, Reading, Strength},
};

/// The places a text means, all of one level.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Choice {
    pub places: Vec<Which>,
    pub why: String,
    /// How surely communes are meant; of no use at other levels.
    pub strength: Option<Strength>,
    /// Départements that were named, whatever was chosen.
    pub departements: Departements,
    /// Départements of the régions that were named.
    pub regions: Departements,
    /// A commune was named that lies outside of the départements or régions named.
    pub outside: Option<String>,
}

/// A territory by its position in the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Which {
    Commune(u32),
    Epci(u16),
    Departement(u8),
    Region(u8),
    France,
    Country(u8),
}

impl Which {
    pub(crate) fn level(self) -> Level {
        match self {
            Self::Commune(_) => Level::Commune,
            Self::Epci(_) => Level::Epci,
            Self::Departement(_) => Level::Departement,
            Self::Region(_) => Level::Region,
            Self::France => Level::Pays,
            Self::Country(_) => Level::Abroad,
        }
    }
}

/// A population that names a town well known enough for a mere capital letter.
const WELL_KNOWN: u32 = 20_000;
/// By how much the greatest of several namesakes must lead to be the one meant.
const DOMINANT: u32 = 3;
/// A namesake smaller than this is never the one everybody means.
const LEAST_DOMINANT: u32 = 1_500;

struct Resolved {
    commune: u32,
    strength: Strength,
    list: usize,
    why: String,
}

impl Gazetteer {
    /// Decides what a text means, given the départements its neighbours allow.
    pub(crate) fn decide(&self, reading: &Reading, allowed: Option<Departements>) -> Choice {
        self.decide_near(reading, allowed, None)
    }

    /// The same, with a point that tells namesakes apart.
    pub(crate) fn decide_near(
        &self,
        reading: &Reading,
        allowed: Option<Departements>,
        near: Option<(f64, f64)>,
    ) -> Choice {
        let mut choice = Choice::default();
        let (named, tied_only) = self.named_departements(reading);
        choice.departements = named;
        let regions = reading.regions.iter().filter(|region| !self.is_claimed(region.to, reading));
        let regions: Vec<(u8, Departements)> = regions.map(|region| region.what).collect();
        choice.regions = regions.iter().fold(0, |all, (_, parts)| all | parts);
        let own = named | tied_only;
        let around_epcis =
            reading.epcis.iter().fold(0, |all, epci| all | self.epci_departements[usize::from(epci.what)]);
        let filter = [own, choice.regions, around_epcis].into_iter().find(|set| *set != 0);
        let filter = match (filter, allowed) {
            (Some(own), Some(allowed)) if own & allowed != 0 => Some(own & allowed),
            (Some(own), _) => Some(own),
            (None, allowed) => allowed,
        };

        let mut resolved: Vec<Resolved> = Vec::new();
        let mut unsure: Option<Strength> = None;
        for number in &reading.numbers {
            if let Number::Insee(commune) = number.says {
                let why = format!("INSEE code {}", self.tables.communes[commune as usize].code());
                resolved.push(Resolved { commune, strength: Strength::Tied, list: usize::MAX - 1, why });
            }
        }
        for mention in &reading.communes {
            match self.resolve(mention, reading, &Limits { filter, own, near }) {
                Fate::Is(one) => resolved.push(one),
                Fate::Unsure => unsure = unsure.max(Some(mention.strength)),
                Fate::Outside => {
                    let words = reading.words.as_ref().map(|words| &words.words);
                    choice.outside = words.map(|words| {
                        words[mention.from..mention.to]
                            .iter()
                            .map(|word| word.text.as_str())
                            .collect::<Vec<_>>()
                            .join(" ")
                    });
                }
                Fate::No => {}
            }
        }
        self.second_look(reading, &mut resolved, &mut unsure);
        self.bare_postal_codes(reading, &mut resolved);
        drop_namesakes_abroad(reading, &mut resolved);

        let best = resolved.iter().map(|one| one.strength).max();
        let sure = best.is_some_and(|best| unsure.is_none_or(|unsure| unsure <= best || unsure < Strength::Of));
        let epcis = self.epcis(reading, filter);
        if let Some(best) = best
            && sure
            && (epcis.is_empty() || best >= Strength::Part)
        {
            for (position, one) in resolved.iter().enumerate() {
                // "à Lormont, Cenon et Floirac": what is enumerated after a sure one is as sure.
                let follows = resolved[..position].iter().any(|other| other.strength == best && other.list == one.list);
                let leads = resolved.iter().any(|other| other.strength == best && other.list == one.list)
                    && one.strength >= Strength::Of;
                if one.strength == best || follows || leads {
                    choice.places.push(Which::Commune(one.commune));
                    if choice.why.is_empty() {
                        choice.why.clone_from(&one.why);
                    }
                }
            }
            choice.strength = Some(best);
            self.drop_wholes(&mut choice.places);
            return choice;
        }
        self.wider(reading, epcis, tied_only, &regions, &mut choice);
        choice
    }

    /// Départements named by words or codes, and those that only a postal code names.
    fn named_departements(&self, reading: &Reading) -> (Departements, Departements) {
        let (mut named, mut tied) = (0, 0);
        for departement in &reading.departements {
            let dual = self.is_claimed(departement.to, reading);
            // "Vienne (Autriche)".
            let abroad = reading.countries.iter().any(|country| country.from == departement.to);
            if !dual && !abroad {
                named |= 1 << departement.what;
            }
        }
        for number in &reading.numbers {
            match number.says {
                Number::Departement(which) => named |= 1 << which,
                Number::Cedex(which) => tied |= 1 << which,
                Number::Postal(code) => {
                    for commune in self.tables.postal(code) {
                        tied |= 1 << self.tables.communes[commune as usize].departement;
                    }
                }
                _ => {}
            }
        }
        (named, tied)
    }

    /// Whether a wider territory's name that ends at a word means the commune of the same name.
    fn is_claimed(&self, to: usize, reading: &Reading) -> bool {
        reading.communes.iter().any(|mention| mention.to == to && mention.or != 0 && self.is_commune(mention, reading))
    }

    /// Whether a name that is a département's too means the commune: "Vienne (38)", "Mayenne, 53100".
    fn is_commune(&self, mention: &Commune, reading: &Reading) -> bool {
        let of = |commune: &u32| self.tables.communes[*commune as usize].departement;
        let own = |which: u8| mention.or & 1 << which != 0;
        let words = reading.words.as_ref().map(|words| &words.words);
        reading.numbers.iter().any(|number| {
            let beside = number.to == mention.from || number.from == mention.to || number.from == mention.to + 1;
            beside
                && match number.says {
                    Number::Postal(code) => self.tables.postal(code).any(|commune| mention.today.contains(&commune)),
                    Number::Departement(which) if !own(which) => mention.today.iter().any(|one| of(one) == which),
                    _ => false,
                }
        }) || reading.departements.iter().any(|other| {
            let beside = other.from >= mention.to && other.from <= mention.to + 1;
            let firm = words.is_some_and(|words| {
                words.get(mention.to).is_some_and(|next| next.gap.open || next.gap.dash)
                    || mention.today.iter().any(|one| self.tables.communes[*one as usize].population > 2_000)
            });
            beside && firm && !own(other.what) && mention.today.iter().any(|one| of(one) == other.what)
        })
    }

    fn resolve(&self, mention: &Commune, reading: &Reading, limits: &Limits) -> Fate {
        let Limits { filter, own, near } = *limits;
        if mention.or != 0 && !self.is_commune(mention, reading) {
            return Fate::No;
        }
        if let Some(resolved) = self.by_postal_code(mention, reading) {
            return Fate::Is(resolved);
        }
        let within = |all: &[u32], set: Departements| -> Vec<u32> {
            let is_in = |commune: &&u32| set & 1 << self.tables.communes[**commune as usize].departement != 0;
            all.iter().filter(is_in).copied().collect()
        };
        let (kept, by) = match filter {
            None => (if mention.today.is_empty() { mention.former.clone() } else { mention.today.clone() }, "its name"),
            Some(set) => {
                let today = within(&mention.today, set);
                let kept = if today.is_empty() { within(&mention.former, set) } else { today };
                let kept = if kept.is_empty() { self.begun(mention, reading, set) } else { kept };
                if kept.is_empty() {
                    return if mention.strength > Strength::Of { Fate::Outside } else { Fate::No };
                }
                (kept, "its name and the département or région")
            }
        };
        let mut unique = kept;
        unique.sort_unstable();
        unique.dedup();
        let nearest = near.and_then(|point| self.nearest(&unique, point)).map(|one| (one, false));
        let Some((commune, dominant)) =
            nearest.or_else(|| self.dominant(&unique)).filter(|(one, _)| self.outweighs(*one, mention, filter))
        else {
            return if mention.common && mention.strength < Strength::Part { Fate::No } else { Fate::Unsure };
        };
        let population = self.tables.communes[commune as usize].population;
        let confirmed = own & 1 << self.tables.communes[commune as usize].departement != 0;
        let long = mention.to - mention.from;
        let strength = if self.beside_its_own(commune, mention, reading) { Strength::Tied } else { mention.strength };
        let saint = reading.words.as_ref().is_some_and(|words| {
            words.words[mention.from..mention.to].iter().any(|word| matches!(word.text.as_str(), "saint" | "sainte"))
        });
        let accepted = match strength {
            Strength::Tied | Strength::At => true,
            Strength::Part | Strength::Of => !mention.common || confirmed,
            _ if mention.common => false,
            // Schools and homes bear saints' names everywhere.
            Strength::Bare if saint => {
                confirmed || population >= WELL_KNOWN && !dominant || population >= 5 * WELL_KNOWN
            }
            Strength::Bare => confirmed || population >= WELL_KNOWN || long > 1 && !mention.today.is_empty(),
        };
        if !accepted {
            return Fate::No;
        }
        let why = format!("{by}{}", if dominant { ", the greatest of its namesakes" } else { "" });
        Fate::Is(Resolved { commune, strength, list: mention.list, why })
    }

    /// Whether the département or région a commune lies in stands beside its name: "Orange (Vaucluse)".
    fn beside_its_own(&self, commune: u32, mention: &Commune, reading: &Reading) -> bool {
        let departement = self.tables.communes[commune as usize].departement;
        let beside = |from: usize, to: usize| from >= mention.to && from <= mention.to + 2 || to == mention.from;
        reading.departements.iter().any(|one| one.what == departement && beside(one.from, one.to))
            || reading.regions.iter().any(|one| one.what.1 & 1 << departement != 0 && beside(one.from, one.to))
            || reading
                .numbers
                .iter()
                // "76053 LE HAVRE CEDEX": the code's département.
                .filter(|one| [Number::Departement(departement), Number::Cedex(departement)].contains(&one.says))
                .any(|one| beside(one.from, one.to))
    }

    /// The commune that a postal code of the text and the name agree on.
    fn by_postal_code(&self, mention: &Commune, reading: &Reading) -> Option<Resolved> {
        for number in &reading.numbers {
            let Number::Postal(code) = number.says else { continue };
            let mut reached = self.tables.postal(code);
            let agreed =
                mention.today.iter().chain(&mention.former).copied().find(|one| reached.clone().any(|at| at == *one));
            let Some(mut commune) = agreed else { continue };
            // "75011 Paris" is the arrondissement.
            if let Some(part) = reached.find(|at| self.tables.communes[*at as usize].parent == Some(commune)) {
                commune = part;
            }
            let why = format!("its name and the postal code {code:05}");
            return Some(Resolved { commune, strength: Strength::Tied, list: mention.list, why });
        }
        None
    }

    /// The one commune, or the one that leads its namesakes by far.
    fn dominant(&self, communes: &[u32]) -> Option<(u32, bool)> {
        if let [one] = communes {
            return Some((*one, false));
        }
        let population = |one: &u32| self.tables.communes[*one as usize].population;
        let first = communes.iter().max_by_key(|one| population(one))?;
        let second = communes.iter().filter(|one| *one != first).map(population).max()?;
        let leads = population(first) >= LEAST_DOMINANT && population(first) >= second.saturating_mul(DOMINANT);
        leads.then_some((*first, true))
    }

    /// Whether nobody would rather think of a greater commune that is called so for short.
    fn outweighs(&self, commune: u32, mention: &Commune, filter: Option<Departements>) -> bool {
        let population = self.tables.communes[commune as usize].population;
        let (greater, which) = mention.longer;
        // "Évry" is short for Évry-Courcouronnes itself.
        let itself = which == commune;
        filter.is_some()
            || mention.today.len() < 2
            || itself
            || population.saturating_mul(2) >= greater.saturating_mul(3)
    }

    /// Communes of one département whose name begins with a mention's words: "Villefranche (Rhône)".
    fn begun(&self, mention: &Commune, reading: &Reading, set: Departements) -> Vec<u32> {
        if mention.strength < Strength::Part || set.count_ones() != 1 || mention.common {
            return Vec::new();
        }
        let Some(words) = &reading.words else { return Vec::new() };
        let begun: Vec<&str> = words.words[mention.from..mention.to].iter().map(|word| word.text.as_str()).collect();
        let begun = begun.join(" ") + " ";
        let within = self.tables.communes.iter().enumerate();
        let within = within.filter(|(_, commune)| set & 1 << commune.departement != 0 && commune.parent.is_none());
        let begins = within.filter(|(_, commune)| model::fold(commune.name).starts_with(&begun));
        begins.filter_map(|(position, _)| u32::try_from(position).ok()).collect()
    }

    /// The only one of several communes that is near a point.
    fn nearest(&self, communes: &[u32], point: (f64, f64)) -> Option<u32> {
        let away = |one: &u32| {
            let commune = &self.tables.communes[*one as usize];
            kilometres((commune.lat, commune.lon), point)
        };
        let mut near = communes.iter().filter(|one| away(one) < 30.0);
        near.next().copied().filter(|_| near.next().is_none())
    }

    /// Namesakes become sure beside sure members of the same enumeration.
    fn second_look(&self, reading: &Reading, resolved: &mut Vec<Resolved>, unsure: &mut Option<Strength>) {
        if unsure.is_none() || resolved.is_empty() {
            return;
        }
        let departement = |commune: u32| 1_u128 << self.tables.communes[commune as usize].departement;
        let mut left = None;
        let mut found = Vec::new();
        for mention in &reading.communes {
            let same: Departements = resolved
                .iter()
                .filter(|one| one.list == mention.list)
                .fold(0, |all, one| all | departement(one.commune));
            if same == 0 {
                if matches!(self.resolve(mention, reading, &Limits::default()), Fate::Unsure) {
                    left = left.max(Some(mention.strength));
                }
                continue;
            }
            if let Fate::Is(one) = self.resolve(mention, reading, &Limits { filter: Some(same), ..Limits::default() }) {
                found.push(one);
            }
        }
        found.retain(|one| resolved.iter().all(|known| known.commune != one.commune));
        resolved.extend(found);
        *unsure = left;
    }

    /// A postal code without a name that agrees: its commune, when it serves one or one great one.
    fn bare_postal_codes(&self, reading: &Reading, resolved: &mut Vec<Resolved>) {
        if resolved.iter().any(|one| one.strength >= Strength::At) {
            return;
        }
        let Some(words) = &reading.words else { return };
        for number in &reading.numbers {
            let Number::Postal(code) = number.says else { continue };
            let reached: Vec<u32> = self.tables.postal(code).collect();
            let parts: Vec<u32> =
                reached.iter().copied().filter(|one| self.tables.communes[*one as usize].parent.is_some()).collect();
            let next = words.words[number.to..].iter().take_while(|word| !word.gap.is_hard()).take(3);
            let begun: Vec<&str> = next.map(|word| word.text.as_str()).collect();
            let named = |one: &u32| {
                let name = model::fold(self.tables.communes[*one as usize].name);
                begun.first().is_some_and(|first| first.len() > 3)
                    && name.split(' ').zip(&begun).take_while(|(a, b)| a == *b).count() == begun.len().min(2)
            };
            let close: Vec<u32> = reached.iter().copied().filter(named).collect();
            let one = if let [part] = parts[..] {
                Some((part, false))
            } else if let [close] = close[..] {
                Some((close, false))
            } else {
                self.dominant(&reached)
            };
            if let Some((commune, _)) = one {
                let why = format!("the postal code {code:05}");
                resolved.push(Resolved { commune, strength: Strength::Tied, list: usize::MAX - 2, why });
            }
        }
    }

    fn epcis(&self, reading: &Reading, filter: Option<Departements>) -> Vec<u16> {
        let mut chosen = Vec::new();
        for same in reading.epcis.chunk_by(|a, b| a.from == b.from) {
            let fits = |one: &u16| filter.is_none_or(|set| set & self.epci_departements[usize::from(*one)] != 0);
            let kept: Vec<u16> = same.iter().map(|one| one.what).filter(fits).collect();
            if let [one] = kept[..] {
                chosen.push(one);
            }
        }
        chosen
    }

    fn wider(
        &self,
        reading: &Reading,
        epcis: Vec<u16>,
        tied: Departements,
        regions: &[(u8, Departements)],
        choice: &mut Choice,
    ) {
        if !epcis.is_empty() {
            choice.places = epcis.into_iter().map(Which::Epci).collect();
            choice.why = "the intercommunality's name".into();
            return self.drop_wholes(&mut choice.places);
        }
        let in_regions = choice.departements & choice.regions;
        let departements = match (choice.departements, choice.regions) {
            (0, 0) => tied,
            (0, _) => 0,
            (named, 0) => named,
            (_, _) if in_regions != 0 => in_regions,
            // They contradict each other: only the country is sure.
            _ => {
                choice.why = "a département outside of the région named".into();
                return;
            }
        };
        if departements != 0 {
            choice.places = positions(departements).map(Which::Departement).collect();
            choice.why = "the département's name or code".into();
            return self.drop_wholes(&mut choice.places);
        }
        if !regions.is_empty() {
            choice.places = regions.iter().map(|(region, _)| Which::Region(*region)).collect();
            choice.why = "the région's name, of today or before 2016".into();
            return self.drop_wholes(&mut choice.places);
        }
        if !reading.countries.is_empty() && !reading.france {
            choice.places = reading.countries.iter().map(|country| Which::Country(country.what)).collect();
            choice.why = "the country's name or a great city of it".into();
            return self.drop_wholes(&mut choice.places);
        }
        if reading.communes.iter().any(|mention| mention.strength >= Strength::At) {
            choice.why = "several communes bear the name".into();
            return;
        }
        if let Some(adjective) = reading.adjectives.first()
            && reading.adjectives.iter().all(|other| other.what == adjective.what)
        {
            choice.places = match adjective.what {
                Meaning::CommuneAdjective(which) => vec![Which::Commune(which)],
                Meaning::DepartementAdjective(which) => vec![Which::Departement(which)],
                Meaning::RegionAdjective(which) => vec![Which::Region(which)],
                _ => Vec::new(),
            };
            choice.why = "an adjective".into();
            choice.strength = Some(Strength::Bare);
            return;
        }
        if reading.france {
            choice.places = vec![Which::France];
            choice.why = "France as a whole".into();
            return;
        }
        choice.why = "no place was recognised".into();
    }

    /// A city gives way to its arrondissement, and nothing stands twice.
    pub(crate) fn drop_wholes(&self, places: &mut Vec<Which>) {
        let parent = |which: &Which| match which {
            Which::Commune(one) => self.tables.communes[*one as usize].parent,
            _ => None,
        };
        let wholes: Vec<u32> = places.iter().filter_map(parent).collect();
        places.retain(|which| !matches!(which, Which::Commune(one) if wholes.contains(one)));
        let mut seen: Vec<Which> = Vec::new();
        places.retain(|which| {
            let new = !seen.contains(which);
            seen.push(*which);
            new
        });
    }
}

#[derive(Default)]
struct Limits {
    /// Départements that may be meant.
    filter: Option<Departements>,
    /// Those that the text itself names.
    own: Departements,
    near: Option<(f64, f64)>,
}

enum Fate {
    Is(Resolved),
    /// Several communes bear the name.
    Unsure,
    /// A commune's name, but no such commune in the départements or régions named.
    Outside,
    No,
}

pub(crate) fn positions(set: Departements) -> impl Iterator<Item = u8> {
    (0..128_u8).filter(move |position| set & 1 << position != 0)
}

/// Drops communes whose name stands before a foreign country: "Valence (Espagne)".
fn drop_namesakes_abroad(reading: &Reading, resolved: &mut Vec<Resolved>) {
    for country in &reading.countries {
        let before = reading.communes.iter().filter(|one| one.to <= country.from && one.to + 2 > country.from);
        for mention in before {
            resolved.retain(|one| one.list != mention.list || one.strength == Strength::Tied);
        }
    }
    if !reading.countries.is_empty() {
        resolved.retain(|one| one.strength >= Strength::Of);
    }
}
