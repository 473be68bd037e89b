//! What is true of an action, drawn from the seed, whoever tells it.

use chrono::NaiveDate;

use crate::actor::{Actor, Kind};
use crate::draw::{Draw, Purpose};
use crate::idea::Common;
use crate::world::World;

/// What is true of an action, whoever tells it.
pub(crate) struct Facts {
    pub(crate) name: &'static str,
    pub(crate) carriers: Vec<Actor>,
    pub(crate) partners: Vec<Actor>,
    pub(crate) building: &'static str,
    pub(crate) quarter: &'static str,
    pub(crate) street: String,
    /// Day on which it began; of an edition, the day on which it was held.
    pub(crate) started: NaiveDate,
    /// Year and rank of an edition.
    pub(crate) edition: Option<(i32, usize)>,
    pub(crate) people: usize,
    pub(crate) volunteers: usize,
    pub(crate) thousands: usize,
    pub(crate) square_metres: usize,
    pub(crate) own_site: bool,
    pub(crate) phone: String,
}

/// Kinds of partner that join anything.
const PARTNERS: &[Kind] = &[
    Kind::Association,
    Kind::Association,
    Kind::Bailleur,
    Kind::Caf,
    Kind::Ccas,
    Kind::CentreSocial,
    Kind::Commune,
    Kind::Departement,
    Kind::Epci,
    Kind::Etat,
    Kind::Hopital,
    Kind::MissionLocale,
    Kind::Msa,
    Kind::Region,
    Kind::Udaf,
];

impl Facts {
    /// The facts of an action.
    pub(crate) fn of(world: &World, action: u32) -> Self {
        let series = world.series_of(action);
        let edition = usize::from(world.actions[action as usize].edition);
        let (idea, commune) = (series.idea(), series.commune());
        let mut shared =
            Draw::new(world.seed, Purpose::Neighbourhood, series.neighbourhood as usize, series.idea_number());
        let name = shared.pick(&idea.names);
        let kind = *shared.pick(&idea.carriers);

        let mut draw = Draw::new(world.seed, Purpose::Series, world.actions[action as usize].series as usize, 2);
        let mut carriers = vec![Actor::draw(kind, commune, &mut draw)];
        if draw.chance(35) {
            let second = *draw.pick(&[Kind::Commune, Kind::Departement, Kind::Caf, Kind::Association, Kind::Epci]);
            if second != kind {
                carriers.push(Actor::draw(second, commune, &mut draw));
            }
        }
        let mut partners: Vec<Actor> = Vec::new();
        for _ in 0..draw.between(1, 4) {
            let kind = *draw.pick(PARTNERS);
            if !carriers.iter().chain(&partners).any(|actor| actor.kind == kind) {
                partners.push(Actor::draw(kind, commune, &mut draw));
            }
        }
        let common = Common::get();
        let year = draw.between(idea.since.0, idea.since.1);
        let year = i32::try_from(year + edition).expect("a year");
        let (month, day) = (draw.between(1, 12), draw.between(1, 28));
        let started = date(year, month, day);
        let rank = draw.between(1, 6) + edition;
        let mut own = Draw::new(world.seed, Purpose::Action, action as usize, 2);
        Self {
            name,
            carriers,
            partners,
            building: draw.pick::<String>(&common.buildings),
            quarter: draw.pick::<String>(&common.quarters),
            street: format!("{} {}", draw.between(1, 60), draw.pick(&common.streets)),
            started,
            edition: idea.yearly.then_some((year, rank)),
            people: own.between(25, 240),
            volunteers: own.between(8, 45),
            thousands: own.between(12, 180),
            square_metres: own.between(40, 320),
            own_site: draw.chance(35),
            phone: phone(&mut draw),
        }
    }
}

fn date(year: i32, month: usize, day: usize) -> NaiveDate {
    let number = |n: usize| u32::try_from(n).expect("a small number");
    NaiveDate::from_ymd_opt(year, number(month), number(day)).expect("days end at the 28th")
}

/// A number of the ranges that France keeps for fiction.
fn phone(draw: &mut Draw) -> String {
    let range = *draw.pick(&["01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49"]);
    format!("{range} {:02} {:02}", draw.below(100), draw.below(100))
}
