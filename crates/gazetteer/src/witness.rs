//! Several witnesses of one record's place: the finest that agrees wins.

use model::{Place, PlaceRole, Precision};

use crate::{
    Gazetteer,
    decide::{Choice, Which, positions},
    point::{judge, kilometres},
    reading::{Departements, Reading, Strength},
};

/// One thing a record says about where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness<'a> {
    /// As the sourceur wrote it.
    pub text: &'a str,
    /// What the sourceur means by it.
    pub kind: WitnessKind,
}

/// What a [`Witness`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WitnessKind {
    /// An INSEE code of a commune, of today or before.
    Insee,
    /// A postal code.
    PostalCode,
    /// A commune's name, perhaps with its code.
    Commune,
    /// An address; kept as the place's detail.
    Address,
    /// A département's code or name.
    Departement,
    /// A région's name or code, of today or before 2016.
    Region,
    /// Anything about a place.
    #[default]
    Free,
    /// The record's title: "... - 47".
    Title,
    /// Names of those who carry the action.
    Carrier,
    /// Finer than a commune, such as a quarter: kept, not read.
    Detail,
}

impl WitnessKind {
    /// Whether the sourceur said by the field itself what the text is.
    fn is_typed(self) -> bool {
        matches!(
            self,
            Self::Insee | Self::PostalCode | Self::Commune | Self::Address | Self::Departement | Self::Region
        )
    }
}

/// Where a record is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Located {
    /// Its places; one without territory keeps words that were not understood.
    pub places: Vec<Place>,
    /// What was doubtful, put right or dropped.
    pub doubts: Vec<Doubt>,
}

/// Something doubtful about a record's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// In kebab-case: `place-unknown`, `places-disagree`, `insee-unknown`, `point-swapped`,
    /// `point-zero`, `point-invalid`, `point-far`.
    pub code: &'static str,
    /// What was found and what was done, in a sentence.
    pub message: String,
}

struct Heard<'a> {
    witness: Witness<'a>,
    reading: Reading,
    /// Départements it names, and those of the régions it names.
    departements: Departements,
    regions: Departements,
}

impl Gazetteer {
    /// Weighs all that a record says about its place.
    ///
    /// Typed fields go before free text; among free text the title goes before the carriers.
    /// Witnesses that contradict each other at the département leave only what they share.
    pub fn places(&self, witnesses: &[Witness<'_>], point: Option<(f64, f64)>) -> Located {
        let mut doubts = Vec::new();
        let heard = self.hear(witnesses, &mut doubts);
        let (allowed, conflict) = self.agree(&heard, &mut doubts);
        let mut chosen = match conflict {
            Some(shared) => vec![shared],
            None => self.choose(&heard, allowed, point),
        };
        chosen.sort_unstable();
        chosen.dedup();
        let written = written(&heard);
        let detail = detail(witnesses);
        if chosen.is_empty() {
            return unplaced(written, detail, point, &heard, doubts);
        }
        let mut places: Vec<Place> =
            chosen.iter().map(|which| self.place(*which, written.clone(), detail.clone())).collect();
        if let Some(point) = point {
            put(point, &mut places, &chosen, &mut doubts);
        }
        Located { places, doubts }
    }

    fn hear<'a>(&self, witnesses: &[Witness<'a>], doubts: &mut Vec<Doubt>) -> Vec<Heard<'a>> {
        let postal =
            witnesses.iter().find(|witness| witness.kind == WitnessKind::PostalCode).map(|witness| witness.text.trim());
        let mut heard = Vec::new();
        for witness in witnesses.iter().filter(|witness| !witness.text.trim().is_empty()) {
            let text = witness.text.trim();
            let reading = match witness.kind {
                WitnessKind::Detail => continue,
                WitnessKind::Insee => {
                    let code = padded(text, 5);
                    let found = self.tables.commune(&code).or_else(|| self.tables.former(&code));
                    if found.is_none() {
                        let message = format!("`{code}` is no INSEE code of a commune, of today or before");
                        doubts.push(Doubt { code: "insee-unknown", message });
                    }
                    self.read(&found.map(|_| format!("insee {code}")).unwrap_or_default())
                }
                WitnessKind::PostalCode => self.read(&padded(text, 5)),
                WitnessKind::Commune => {
                    // The name with its code is one witness: only together do they tell namesakes apart.
                    let has_code = text.bytes().filter(u8::is_ascii_digit).count() >= 5;
                    match postal.filter(|_| !has_code) {
                        Some(code) => self.read(&format!("{} {text}", padded(code, 5))),
                        None => self.read(text),
                    }
                }
                WitnessKind::Departement => match self.tables.departement(&padded(text, 2)) {
                    Some(which) => self.read(&format!("({})", self.tables.departements[usize::from(which)].code)),
                    None => self.read(&format!("département : {text}")),
                },
                WitnessKind::Region => match self.tables.region(&padded(text, 2)) {
                    Some(which) => self.read(self.tables.regions[usize::from(which)].name),
                    None => self.read(&format!("région {text}")),
                },
                WitnessKind::Address | WitnessKind::Free | WitnessKind::Title | WitnessKind::Carrier => self.read(text),
            };
            let alone = self.decide(&reading, None);
            let mut departements = alone.departements;
            if matches!(witness.kind, WitnessKind::Insee | WitnessKind::PostalCode) {
                departements |= self.around(&alone);
            }
            heard.push(Heard { witness: *witness, reading, departements, regions: alone.regions });
        }
        heard
    }

    /// Départements around what was chosen.
    fn around(&self, choice: &Choice) -> Departements {
        choice.places.iter().fold(0, |all, which| {
            all | match which {
                Which::Commune(one) => 1 << self.tables.communes[*one as usize].departement,
                Which::Departement(one) => 1 << one,
                _ => 0,
            }
        })
    }

    /// The départements that all witnesses allow, or what is left to say when they contradict each other.
    fn agree(&self, heard: &[Heard<'_>], doubts: &mut Vec<Doubt>) -> (Option<Departements>, Option<Which>) {
        let mut allowed: Option<(Departements, bool, &str)> = None;
        let order = |typed: bool, departement: bool| {
            heard.iter().filter_map(move |one| {
                let set = if departement {
                    one.departements
                } else if one.departements == 0 {
                    one.regions
                } else {
                    0
                };
                (one.witness.kind.is_typed() == typed && set != 0).then_some((set, typed, one.witness.text.trim()))
            })
        };
        let all = order(true, true).chain(order(true, false)).chain(order(false, true)).chain(order(false, false));
        for (set, typed, text) in all {
            let Some((so_far, so_far_typed, first)) = allowed else {
                allowed = Some((set, typed, text));
                continue;
            };
            if so_far & set != 0 {
                allowed = Some((so_far & set, so_far_typed, first));
                continue;
            }
            let message = format!("`{}` and `{}` are not in the same département", shortened(first), shortened(text));
            doubts.push(Doubt { code: "places-disagree", message });
            if so_far_typed == typed {
                return (None, Some(self.shared(so_far | set)));
            }
        }
        (allowed.map(|(set, ..)| set), None)
    }

    fn shared(&self, set: Departements) -> Which {
        let mut regions = positions(set).map(|one| self.tables.departements[usize::from(one)].region);
        match regions.next() {
            Some(first) if regions.all(|other| other == first) => Which::Region(first),
            _ => Which::France,
        }
    }

    fn choose(&self, heard: &[Heard<'_>], allowed: Option<Departements>, near: Option<(f64, f64)>) -> Vec<Which> {
        const TIERS: [&[WitnessKind]; 4] = [
            &[WitnessKind::Insee],
            &[WitnessKind::Commune, WitnessKind::Address, WitnessKind::PostalCode],
            &[WitnessKind::Title, WitnessKind::Free],
            &[WitnessKind::Carrier, WitnessKind::Departement, WitnessKind::Region],
        ];
        let choices: Vec<(WitnessKind, Choice)> = heard
            .iter()
            .map(|one| {
                let mut choice = self.decide_near(&one.reading, allowed, near);
                if let Some(allowed) = allowed {
                    choice.places.retain(|which| self.lies_in(*which, allowed));
                }
                (one.witness.kind, choice)
            })
            .collect();
        for tier in TIERS {
            let of_tier = choices.iter().filter(|(kind, choice)| {
                tier.contains(kind) && choice.places.first().is_some_and(|which| matches!(which, Which::Commune(_)))
            });
            let rank = |choice: &Choice| choice.strength.map(|strength| strength.min(Strength::At));
            let Some(best) = of_tier.clone().map(|(_, choice)| rank(choice)).max() else { continue };
            let kept = of_tier.filter(|(_, choice)| rank(choice) == best);
            // A postal code that reaches one commune is no second place beside the commune's name.
            let named = kept.clone().any(|(kind, _)| *kind != WitnessKind::PostalCode);
            let kept = kept.filter(|(kind, _)| !named || *kind != WitnessKind::PostalCode);
            let mut places: Vec<Which> = kept.flat_map(|(_, choice)| choice.places.iter().copied()).collect();
            self.drop_wholes(&mut places);
            return places;
        }
        // Nothing as fine as a commune: the finest level that was named, as far as all allow it.
        for level in 1..6_u8 {
            let of_level = choices
                .iter()
                .flat_map(|(_, choice)| choice.places.iter().copied())
                .filter(|which| rank_of(*which) == level);
            let mut places: Vec<Which> = of_level.collect();
            places.sort_unstable();
            places.dedup();
            if !places.is_empty() {
                return places;
            }
        }
        Vec::new()
    }

    fn lies_in(&self, which: Which, allowed: Departements) -> bool {
        match which {
            Which::Commune(one) => allowed & 1 << self.tables.communes[one as usize].departement != 0,
            Which::Epci(one) => allowed & self.epci_departements[usize::from(one)] != 0,
            Which::Departement(one) => allowed & 1 << one != 0,
            Which::Region(one) => allowed & self.departements_of_region(one) != 0,
            Which::France | Which::Country(_) => true,
        }
    }

    fn place(&self, which: Which, written: Option<String>, detail: Option<String>) -> Place {
        let territory = self.describe(which);
        let precision = if territory.town_hall { Precision::TownHall } else { Precision::Centroid };
        Place {
            role: if which == Which::France { PlaceRole::Reach } else { PlaceRole::Site },
            name: Some(territory.name.to_owned()),
            detail,
            written,
            lat: territory.lat,
            lon: territory.lon,
            precision: territory.lat.map(|_| precision),
            epci: territory.epci,
            departement: territory.departement,
            region: territory.region,
            territory: Some(territory.id),
        }
    }
}

/// Gives the sourceur's own point to the place it belongs to.
fn put(point: (f64, f64), places: &mut [Place], chosen: &[Which], doubts: &mut Vec<Doubt>) {
    let centre = |place: &Place| Some((place.lat?, place.lon?));
    let away = |place: &Place| centre(place).map_or(f64::MAX, |centre| kilometres(centre, point));
    let nearest = (0..places.len()).min_by(|a, b| away(&places[*a]).total_cmp(&away(&places[*b])));
    let Some(nearest) = nearest else { return };
    let reach = match chosen[nearest] {
        Which::Commune(_) => 40.0,
        Which::Epci(_) => 80.0,
        Which::Departement(_) => 200.0,
        Which::Region(_) | Which::France | Which::Country(_) => 500.0,
    };
    let judged = if let Which::Country(_) = chosen[nearest] {
        // We hold no points of other countries: only nonsense can be told.
        judge(point, Some((point, 1.0)))
    } else {
        judge(point, centre(&places[nearest]).map(|centre| (centre, reach)))
    };
    doubts.extend(judged.doubt);
    if let Some((lat, lon)) = judged.point {
        let place = &mut places[nearest];
        (place.lat, place.lon, place.precision) = (Some(lat), Some(lon), Some(Precision::Point));
    }
}

/// Text that were not understood, kept; and the point, if it is plausible.
fn unplaced(
    written: Option<String>,
    detail: Option<String>,
    point: Option<(f64, f64)>,
    heard: &[Heard<'_>],
    mut doubts: Vec<Doubt>,
) -> Located {
    let judged = point.map(|point| judge(point, None));
    let point = judged.as_ref().and_then(|judged| judged.point);
    doubts.extend(judged.and_then(|judged| judged.doubt));
    let said = heard.iter().any(|one| !matches!(one.witness.kind, WitnessKind::Title | WitnessKind::Carrier));
    if said {
        let words = written.as_deref().unwrap_or_default();
        doubts.push(Doubt { code: "place-unknown", message: format!("no place is sure in `{}`", shortened(words)) });
    }
    if point.is_none() && detail.is_none() && !(said && written.is_some()) {
        return Located { places: Vec::new(), doubts };
    }
    let place = Place {
        written: written.filter(|_| said),
        detail,
        lat: point.map(|point| point.0),
        lon: point.map(|point| point.1),
        precision: point.map(|_| Precision::Point),
        ..Place::default()
    };
    Located { places: vec![place], doubts }
}

fn rank_of(which: Which) -> u8 {
    match which {
        Which::Commune(_) => 0,
        Which::Epci(_) => 1,
        Which::Departement(_) => 2,
        Which::Region(_) => 3,
        Which::Country(_) => 4,
        Which::France => 5,
    }
}

/// Codes that went through a spreadsheet have lost their leading zero.
fn padded(code: &str, length: usize) -> String {
    let code = code.trim().to_ascii_uppercase();
    if code.len() < length && code.bytes().all(|digit| digit.is_ascii_digit()) {
        format!("{code:0>length$}")
    } else {
        code
    }
}

/// What the sourceur wrote of the place; of a title and a long text only the part that names it.
fn written(heard: &[Heard<'_>]) -> Option<String> {
    const LONG: usize = 160;
    let mut parts: Vec<&str> = Vec::new();
    for one in heard {
        let text = one.witness.text.trim();
        let said = one.reading.span();
        let part = match one.witness.kind {
            WitnessKind::Title | WitnessKind::Carrier => said.and_then(|(from, to)| text.get(from..to)),
            WitnessKind::Free if text.len() > LONG => said.and_then(|(from, to)| text.get(from..to)),
            _ => Some(text),
        };
        if let Some(part) = part
            && !parts.contains(&part)
        {
            parts.push(part);
        }
    }
    (!parts.is_empty()).then(|| parts.join(" ; "))
}

fn detail(witnesses: &[Witness<'_>]) -> Option<String> {
    let of = |kind| witnesses.iter().find(|witness| witness.kind == kind && !witness.text.trim().is_empty());
    let found = of(WitnessKind::Detail).or_else(|| of(WitnessKind::Address))?;
    Some(found.text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
