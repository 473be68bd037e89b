//! How much speaks for and against two records being one action, field by field.

use std::collections::{BTreeSet, HashSet};

use model::{Action, ActorRole, PartialDate, RecordRef, fold};
use serde::Serialize;

use crate::carrier::{own_names, town_words};
use crate::keys::{address_key, addresses, telling_words};
use crate::marks::Marks;
use crate::place::{Ground, Nearness};
use crate::resolve::Telling;

/// Least weight at which two records are one action, unless something forbids it.
pub const THRESHOLD: f64 = 8.0;

/// Weight of what forbids a join whatever else speaks for it.
const FORBIDDEN: f64 = -20.0;

/// Why two records were, or were not, taken for one action.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairEvidence {
    /// The smaller record.
    pub a: RecordRef,
    /// The greater record.
    pub b: RecordRef,
    /// Sum of the lines' weights; joined from [`THRESHOLD`] on, unless their clusters forbid it.
    pub weight: f64,
    /// Whether both stand in one cluster.
    pub joined: bool,
    /// What was compared.
    pub evidence: Vec<EvidenceLine>,
}

/// One field of two records, compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceLine {
    /// Which field.
    pub field: &'static str,
    /// Value of the smaller record, as compared.
    pub a: String,
    /// Value of the greater record, as compared.
    pub b: String,
    /// How they stand to each other.
    pub level: &'static str,
    /// What that weighs: positive speaks for one action.
    pub weight: f64,
}

/// A record made ready to be compared many times.
pub(crate) struct Prepared<'a> {
    pub(crate) record: &'a RecordRef,
    action: &'a Action,
    clean_source: bool,
    pub(crate) title: String,
    /// Words of the title that say something, without those of the place.
    words: BTreeSet<String>,
    pub(crate) marks: Marks,
    pub(crate) ground: Ground,
    /// Addresses that identify, and whether each is said to be the action's own page.
    pub(crate) addresses: Vec<(String, bool)>,
    carriers: BTreeSet<String>,
    own_names: BTreeSet<String>,
    themes: BTreeSet<&'a str>,
}

impl<'a> Prepared<'a> {
    /// `identifies` says of a key whether it does; a generic address is as good as none.
    pub(crate) fn new(telling: &Telling<'a>, identifies: impl Fn(&str) -> bool) -> Self {
        let title = fold(&telling.action.title);
        let towns = town_words(telling.action);
        let carriers = telling.action.actors.iter().filter(|actor| actor.role == ActorRole::Carrier);
        Self {
            record: telling.record,
            action: telling.action,
            clean_source: telling.clean_source,
            marks: Marks::read(&title),
            ground: Ground::read(telling.action),
            addresses: addresses(telling.action).filter(|(address, _)| identifies(&address_key(address))).collect(),
            carriers: carriers.map(|actor| fold(&actor.name)).filter(|name| !name.is_empty()).collect(),
            own_names: own_names(telling.action),
            themes: telling.action.themes.iter().map(|theme| theme.id.as_str()).collect(),
            words: telling_words(&title).filter(|word| !towns.contains(*word)).map(str::to_owned).collect(),
            title,
        }
    }

    /// Whether nothing may bring the two into one cluster.
    pub(crate) fn is_forbidden_beside(&self, other: &Self) -> bool {
        self.is_sister_of(other)
            || self.marks.differ(&other.marks)
            || self.ground.nearness(&other.ground) == Nearness::OtherDepartement
    }

    /// Both of one source that holds no duplicates.
    fn is_sister_of(&self, other: &Self) -> bool {
        self.record.sourceur == other.record.sourceur && self.clean_source && other.clean_source
    }
}

/// Compares two records; `a` is the smaller one.
///
/// `shared_pages` are addresses that some sourceur gives to several titles: a list, an
/// organisation's site. They say little about the action.
pub(crate) fn compare(a: &Prepared<'_>, b: &Prepared<'_>, shared_pages: &HashSet<&str>) -> PairEvidence {
    let mut evidence = Vec::new();
    let mut put = |field, (a, b): (String, String), (level, weight)| {
        evidence.push(EvidenceLine { field, a, b, level, weight });
    };
    if let Some((address, level)) = address_level(a, b, shared_pages) {
        put("url", (address.clone(), address), level);
    }
    put("title", (a.title.clone(), b.title.clone()), title_level(a, b));
    if a.marks.differ(&b.marks) {
        put("edition", (a.action.title.clone(), b.action.title.clone()), ("other_edition", FORBIDDEN));
    }
    let nearness = a.ground.nearness(&b.ground);
    put("places", (a.ground.told(), b.ground.told()), place_level(nearness));
    if !a.carriers.is_empty() && !b.carriers.is_empty() {
        let told = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join("; ");
        put("actors.carrier", (told(&a.carriers), told(&b.carriers)), carrier_level(a, b));
    }
    if !a.themes.is_empty() && !b.themes.is_empty() {
        let told = |themes: &BTreeSet<&str>| themes.iter().copied().collect::<Vec<_>>().join("; ");
        put("themes", (told(&a.themes), told(&b.themes)), theme_level(&a.themes, &b.themes));
    }
    if let (Some(start_a), Some(start_b)) = (a.action.started_on, b.action.started_on) {
        let level = start_level(a, b, start_a, start_b);
        put("started_on", (start_a.to_string(), start_b.to_string()), level);
    }
    if a.record.sourceur == b.record.sourceur && !a.is_sister_of(b) {
        // A sourceur seldom tells one action twice, and often several of one carrier.
        put("sourceur", (a.record.to_string(), b.record.to_string()), ("same", -3.0));
    }
    if a.is_sister_of(b) {
        put("sourceur", (a.record.to_string(), b.record.to_string()), ("free_of_duplicates", FORBIDDEN));
    }
    let weight = evidence.iter().map(|line| line.weight).sum();
    PairEvidence { a: a.record.clone(), b: b.record.clone(), weight, joined: false, evidence }
}

fn address_level(
    a: &Prepared<'_>,
    b: &Prepared<'_>,
    shared_pages: &HashSet<&str>,
) -> Option<(String, (&'static str, f64))> {
    let common = a.addresses.iter().flat_map(|(address, own_of_a)| {
        let same = b.addresses.iter().filter(move |(of_b, _)| of_b == address);
        same.map(move |(_, own_of_b)| (address, *own_of_a && *own_of_b))
    });
    let same_words = a.title == b.title || !a.words.is_disjoint(&b.words);
    let levels = common.map(|(address, own)| {
        let shared = shared_pages.contains(address.as_str());
        let level: (&str, f64) = match (own, shared) {
            (true, false) if same_words => ("same_page", 9.0),
            // Two actions of one organisation, more often than one in two words.
            (true, false) => ("same_page_other_title", 4.0),
            (false, false) => ("same_link", 2.0),
            (_, true) => ("page_of_several", 1.0),
        };
        (address.clone(), level)
    });
    levels.max_by(|(address_x, (_, x)), (address_y, (_, y))| x.total_cmp(y).then_with(|| address_y.cmp(address_x)))
}

fn title_level(a: &Prepared<'_>, b: &Prepared<'_>) -> (&'static str, f64) {
    if a.title == b.title && !a.title.is_empty() {
        return ("same", 8.0);
    }
    let (a, b) = (&a.words, &b.words);
    if a.is_empty() || b.is_empty() {
        return ("unknown", 0.0);
    }
    let (common, all) = (a.intersection(b).count(), a.union(b).count());
    // Shares of the words of both titles together, in whole numbers: 60 % and 30 %.
    if common * 10 >= all * 6 {
        ("near", 3.0)
    } else if common * 10 >= all * 3 {
        ("some_words", 0.0)
    } else if common > 0 {
        ("few_words", -1.0)
    } else {
        ("other", -2.0)
    }
}

fn place_level(nearness: Nearness) -> (&'static str, f64) {
    match nearness {
        Nearness::SameCommune => ("same_commune", 3.0),
        Nearness::SameDepartement => ("same_departement", 1.0),
        Nearness::SameWider => ("same_wider_territory", 0.5),
        Nearness::Unknown => ("unknown", 0.0),
        Nearness::OtherCommune => ("other_commune", -6.0),
        Nearness::OtherDepartement => ("other_departement", FORBIDDEN),
    }
}

/// A short title ("repair café") is shared by several carriers of one town; a longer one hardly.
/// But carriers are spelt in many ways: another spelling alone parts nobody.
fn carrier_level(a: &Prepared<'_>, b: &Prepared<'_>) -> (&'static str, f64) {
    if !a.own_names.is_disjoint(&b.own_names) {
        return ("same_name", 4.0);
    }
    if !a.carriers.is_disjoint(&b.carriers) {
        return ("same", 2.0);
    }
    let shortest = a.words.len().min(b.words.len());
    ("other", if shortest < 3 { -3.0 } else { -1.0 })
}

fn theme_level(a: &BTreeSet<&str>, b: &BTreeSet<&str>) -> (&'static str, f64) {
    let branch = |theme: &str| theme.split('/').next().unwrap_or_default().to_owned();
    let branches = |themes: &BTreeSet<&str>| themes.iter().map(|theme| branch(theme)).collect::<BTreeSet<_>>();
    if a == b && a.len() > 1 {
        ("all_same", 3.0)
    } else if !a.is_disjoint(b) {
        ("same", 2.0)
    } else if !branches(a).is_disjoint(&branches(b)) {
        ("same_branch", 0.5)
    } else {
        ("other", -1.5)
    }
}

/// An action begins once; what begins again is another edition, unless the very title says otherwise.
fn start_level(a: &Prepared<'_>, b: &Prepared<'_>, start_a: PartialDate, start_b: PartialDate) -> (&'static str, f64) {
    let is_day = matches!(start_a, PartialDate::Day(_));
    if is_day && start_a == start_b {
        ("same_day", 4.0)
    } else if start_a.year() == start_b.year() {
        ("same_year", 1.0)
    } else if a.record.sourceur == b.record.sourceur {
        // One sourceur that tells the same title twice with two beginnings tells two editions.
        ("other_year_of_one_sourceur", -6.0)
    } else if a.title == b.title {
        ("other_year", -2.0)
    } else {
        ("other_year", -6.0)
    }
}
