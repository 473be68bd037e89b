//! Filters and counts against a count by hand.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use model::{Actor, Contact, Image, Level, Origin, PlaceRole, Quality, Spread, Status, TextReach};

use super::*;
use crate::document::{level_facet, millionths, values};
use crate::question::{Bbox, Facet, Has, Near};
use crate::sieve::Sieve;

/// Actions that have a bit of everything.
pub(super) fn assorted(count: usize, seed: u64) -> Vec<Action> {
    let mut draw = Draw(seed);
    (0..count).map(|_| assorted_one(&mut draw)).collect()
}

fn assorted_one(draw: &mut Draw) -> Action {
    let themes = ["mobilite", "mobilite/velo", "mobilite/covoiturage", "alimentation", "logement/habitat"];
    let communes = ["commune:47001", "commune:75111", "commune:75112", "commune:33063", "departement:47", "region:53"];
    let sourceurs = ["apriles", "rtes", "carteco"];
    let words = ["jardin", "vélo", "cantine", "atelier", "solidaire"];
    let some = |draw: &mut Draw, most: usize| draw.below(most + 1);
    let origin = |draw: &mut Draw| Origin {
        sourceur: draw.one(&sourceurs).parse().unwrap(),
        source_id: "1".into(),
        url: None,
        source_updated_on: None,
        harvested_at: None,
        licence: "LO-2.0".into(),
        notice: None,
        text: TextReach::Full,
    };
    let place = |draw: &mut Draw| {
        let mut place = place(draw.one(&communes));
        if draw.below(4) > 0 {
            place.lat = Some(42.0 + 8.0 * draw.share());
            place.lon = Some(-4.0 + 11.0 * draw.share());
        }
        if draw.below(4) == 0 {
            place.role = PlaceRole::Reach;
        }
        place
    };
    let started = ["", "", "2004", "2004-03", "2004-03-12", "2010-12", "2019-07-01"];
    Action {
        title: format!("{} {}", draw.one(&words), draw.one(&words)),
        themes: (0..some(draw, 2)).map(|_| tag(draw.one(&themes))).collect(),
        audiences: (0..some(draw, 1)).map(|_| tag(draw.one(&["jeunes", "aines"]))).collect(),
        methods: (0..some(draw, 1)).map(|_| tag(draw.one(&["cooperation", "benevolat"]))).collect(),
        places: (0..some(draw, 2)).map(|_| place(draw)).collect(),
        origins: (0..=some(draw, 1)).map(|_| origin(draw)).collect(),
        actors: (0..some(draw, 2))
            .map(|_| Actor { id: Some(draw.one(&["a1", "a2", "a3"]).into()), ..Actor::default() })
            .collect(),
        status: draw.one(&[None, Some(Status::Running), Some(Status::Ended), Some(Status::Unknown)]),
        language: draw.one(&[None, Some("fr".to_owned()), Some("br".to_owned())]),
        started_on: draw.one(&started).parse().ok(),
        changed_at: Some(minute(draw.one(&[0, 1, 7, 24, 25, 26, 40]))),
        quality: draw
            .one(&[None, Some(0.25), Some(1.0 / 3.0), Some(0.5), Some(1.0)])
            .map(|score| Quality { score, criteria: BTreeMap::new() }),
        quote: draw.one(&[None, Some("Voilà !".to_owned())]),
        images: (0..some(draw, 1))
            .map(|_| Image { url: "https://a.example/i".into(), credit: None, alt: None })
            .collect(),
        contact: draw.one(&[None, Some(Contact { email: Some("a@b.example".into()), ..Contact::default() })]),
        spread: (0..some(draw, 1))
            .map(|_| Spread { territory: None, name: "Brest".into(), when: None, text: String::new(), origin: None })
            .collect(),
        ..Action::default()
    }
}

/// Points that count for an action, by its places alone.
pub(super) fn points(action: &Action) -> Vec<(f64, f64)> {
    let of = |role| {
        let of_role = action.places.iter().filter(move |place| place.role == role);
        of_role.filter_map(|place| place.lat.zip(place.lon)).collect::<Vec<_>>()
    };
    let sites = of(PlaceRole::Site);
    if sites.is_empty() { of(PlaceRole::Reach) } else { sites }
}

fn distance_km((lat, lon): (f64, f64), near: &Near) -> f64 {
    let [a, b] = [lat, near.lat].map(f64::to_radians);
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let h = half(a - b) + a.cos() * b.cos() * half((lon - near.lon).to_radians());
    2.0 * 6_371.008_8 * h.sqrt().asin()
}

/// An action and what it answers to.
struct Known<'a> {
    action: &'a Action,
    values: Vec<(Option<Facet>, Vec<String>)>,
}

/// Whether an action passes, part by part, leaving out the parts that belong to a facet.
fn passes(Known { action, values }: &Known<'_>, filter: &Filter, but: Option<Facet>) -> bool {
    let has = |facet: Option<Facet>, value: &str| {
        values.iter().any(|(one, values)| *one == facet && values.iter().any(|one| one == value))
    };
    let among = |facet: Facet, wanted: &[String]| {
        wanted.is_empty() || but == Some(facet) || wanted.iter().any(|value| has(Some(facet), value))
    };
    let words = |list: &[String]| list.to_vec();
    let started = action.started_on.map(|date| {
        let first = date.first_day();
        let last = match date {
            model::PartialDate::Year(year) => NaiveDate::from_ymd_opt(year, 12, 31).unwrap(),
            model::PartialDate::Month(..) => {
                let mut days = (28..=31).rev();
                days.find_map(|day| chrono::Datelike::with_day(&first, day)).unwrap()
            }
            model::PartialDate::Day(day) => day,
        };
        (first, last)
    });
    let territories = filter.territories.is_empty()
        || filter.territories.iter().any(|id| has(level_facet(id.level), &id.to_string()))
        || filter.territories.iter().any(|id| level_facet(id.level).is_some_and(|one| but == Some(one)));
    among(Facet::Theme, &words(&filter.themes))
        && among(Facet::Audience, &words(&filter.audiences))
        && among(Facet::Method, &words(&filter.methods))
        && territories
        && among(Facet::Sourceur, &filter.sourceurs.iter().map(ToString::to_string).collect::<Vec<_>>())
        && among(Facet::Actor, &filter.actor.iter().cloned().collect::<Vec<_>>())
        && among(
            Facet::Status,
            &filter.statuses.iter().map(|one| crate::document::status(*one).to_owned()).collect::<Vec<_>>(),
        )
        && among(Facet::Language, &words(&filter.languages))
        && filter.has.iter().all(|one| has(Some(Facet::Has), Has::ALL.iter().find(|(_, has)| has == one).unwrap().0))
        && filter.changed_since.is_none_or(|since| action.changed_at.is_some_and(|at| at >= since))
        && filter.started_from.is_none_or(|from| started.is_some_and(|(_, last)| last >= from))
        && filter.started_to.is_none_or(|to| started.is_some_and(|(first, _)| first <= to))
        && filter.quality_min.is_none_or(|min| {
            millionths(action.quality.as_ref().map_or(0.0, |quality| quality.score)) >= millionths(min)
        })
        && filter.bbox.as_ref().is_none_or(|bbox| {
            points(action)
                .iter()
                .any(|(lat, lon)| (bbox.south..=bbox.north).contains(lat) && (bbox.west..=bbox.east).contains(lon))
        })
        && filter
            .near
            .as_ref()
            .is_none_or(|near| points(action).iter().any(|point| distance_km(*point, near) <= near.within_km))
}

fn drawn_filter(draw: &mut Draw) -> Filter {
    let mut filter = Filter::default();
    let territories = [
        "commune:75056",
        "commune:75111",
        "departement:47",
        "region:75",
        "region:11",
        "pays:FR",
        "epci:200054781",
        "abroad:BE",
    ];
    for _ in 0..=draw.below(3) {
        match draw.below(15) {
            0 => filter.themes = vec![draw.one(&["mobilite", "mobilite/velo", "logement"]).into()],
            1 => filter.themes = vec!["alimentation".into(), "mobilite/velo".into()],
            2 => filter.audiences = vec!["jeunes".into()],
            3 => filter.methods = vec!["cooperation".into()],
            4 => filter.territories = vec![draw.one(&territories).parse().unwrap()],
            5 => filter.territories = vec!["region:11".parse().unwrap(), "departement:47".parse().unwrap()],
            6 => filter.sourceurs = vec!["apriles".parse().unwrap()],
            7 => filter.actor = Some("a1".into()),
            8 => filter.statuses = vec![Status::Unknown, Status::Ended],
            9 => filter.languages = vec!["fr".into()],
            10 => filter.changed_since = Some(minute(25)),
            11 => {
                filter.started_from = NaiveDate::from_ymd_opt(2004, 3, 15);
                filter.started_to = draw.one(&[None, NaiveDate::from_ymd_opt(2010, 12, 5)]);
            }
            12 => filter.quality_min = Some(draw.one(&[0.0, 1.0 / 3.0, 0.6])),
            13 => filter.bbox = Some(Bbox { west: -2.0, south: 43.0, east: 3.0, north: 47.5 }),
            _ => filter.near = Some(Near { lat: 45.0, lon: 1.0, within_km: 250.0 }),
        }
        if draw.below(3) == 0 {
            filter.has = vec![Has::Quote, Has::Contact];
        }
    }
    filter
}

#[test]
fn every_filter_and_every_count_is_what_counting_by_hand_gives() {
    let actions = assorted(150, 11);
    let index = index_of(&actions);
    let known: Vec<Known<'_>> = actions.iter().map(|action| Known { action, values: values(action) }).collect();
    let mut draw = Draw(5);
    for round in 0..80 {
        let filter = drawn_filter(&mut draw);
        let facets: Vec<Facet> = Facet::ALL.iter().map(|(_, facet)| *facet).filter(|_| draw.below(2) == 0).collect();
        let question = Question { filter, facets, limit: 150, ..Question::default() };
        let answer = ask(&index, &question);
        let mut found = numbers(&answer);
        found.sort_unstable();
        let all = (1_u128..).zip(&known);
        let expected: Vec<u128> =
            all.filter(|(_, known)| passes(known, &question.filter, None)).map(|(number, _)| number).collect();
        assert_eq!(found, expected, "round {round}: {:?}", question.filter);
        assert_eq!(answer.total, expected.len() as u64);
        for (facet, counts) in &answer.facets {
            let mut by_hand: BTreeMap<String, u64> = BTreeMap::new();
            for known in known.iter().filter(|known| passes(known, &question.filter, Some(*facet))) {
                let (_, values) = &known.values[*facet as usize];
                for value in values {
                    *by_hand.entry(value.clone()).or_default() += 1;
                }
            }
            let mut by_hand: Vec<(String, u64)> = by_hand.into_iter().collect();
            by_hand.sort_by(|(value, count), (other, others)| others.cmp(count).then(value.cmp(other)));
            let counts: Vec<(String, u64)> = counts.iter().map(|count| (count.value.clone(), count.count)).collect();
            assert_eq!(counts, by_hand, "round {round}, {facet:?}: {:?}", question.filter);
        }
    }
}

#[test]
fn a_sieve_keeps_what_the_index_finds() {
    let actions = assorted(90, 23);
    let index = index_of(&actions);
    let mut draw = Draw(8);
    for round in 0..20 {
        let mut filter = drawn_filter(&mut draw);
        filter.q = draw.one(&[None, Some("jard".to_owned()), Some("vélos solidaires".to_owned())]);
        let question = Question { filter, limit: 90, ..Question::default() };
        let mut found = numbers(&ask(&index, &question));
        found.sort_unstable();
        let sieve = Sieve::new(&question.filter);
        let kept: Vec<bool> = actions.chunks(40).flat_map(|batch| sieve.keep(batch).unwrap()).collect();
        let kept: Vec<u128> = (1..).zip(kept).filter(|(_, kept)| *kept).map(|(number, _)| number).collect();
        assert_eq!(kept, found, "round {round}: {:?}", question.filter);
    }
}

#[test]
fn a_filter_knows_what_postgres_can_tell_of_it() {
    let filter = Filter {
        themes: vec!["mobilite".into()],
        territories: vec!["departement:47".parse().unwrap()],
        ..Filter::default()
    };
    assert!(filter.is_all_in_sql());
    assert_eq!(filter.in_sql().theme.as_deref(), Some("mobilite"));
    assert_eq!(filter.in_sql().territory.map(|id| id.level), Some(Level::Departement));
    for more in [
        Filter { q: Some("jardin".into()), ..filter.clone() },
        Filter { themes: vec!["a".into(), "b".into()], ..filter.clone() },
        Filter { territories: vec!["commune:75056".parse().unwrap()], ..filter.clone() },
        Filter { quality_min: Some(0.5), ..filter.clone() },
        Filter { has: vec![Has::Image], ..filter.clone() },
    ] {
        assert!(!more.is_all_in_sql(), "{more:?}");
    }
    assert!(Filter::default().is_all_in_sql());
}
