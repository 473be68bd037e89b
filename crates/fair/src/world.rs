//! Which actions there are, where, in which editions, and who tells them: compact, from the seed.
//!
//! Everything here is stable when the world grows: action 17 is the same action, told under the
//! same keys, whether there are 400 actions or 100,000.

use crate::country::Country;
use crate::draw::{Draw, Purpose};
use crate::idea::Idea;

/// Most tellings of one action, and so the number of slices a list of phrases is cut into.
pub(crate) const MOST_TELLINGS: usize = 3;

/// All actions of a seed.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) series: Vec<Series>,
    pub(crate) actions: Vec<Action>,
    /// Per sourceur, what it tells.
    pub(crate) lists: Vec<Vec<Row>>,
}

/// One idea in one commune; a yearly idea has several editions there.
pub(crate) struct Series {
    idea: u16,
    commune: u16,
    /// Neighbours in one département, which copied name and kind of carrier from each other.
    pub(crate) neighbourhood: u32,
    editions: u8,
}

/// One action: what a cluster of records is about.
pub(crate) struct Action {
    pub(crate) series: u32,
    /// Edition of its series, from 0.
    pub(crate) edition: u8,
}

/// One record: an action told by a sourceur.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) action: u32,
    /// Which of the action's tellings, below [`MOST_TELLINGS`]: no two share a phrase.
    pub(crate) telling: u8,
}

impl World {
    /// The world of a seed.
    pub(crate) fn new(seed: u64, sourceurs: usize, actions: usize) -> Self {
        let mut world =
            Self { seed, series: Vec::new(), actions: Vec::with_capacity(actions), lists: vec![Vec::new(); sourceurs] };
        world.settle(actions);
        world.hand_out();
        world
    }

    fn settle(&mut self, wanted: usize) {
        let places = places(self.seed);
        let ideas = Idea::all();
        for round in 0.. {
            let mut draw = Draw::new(self.seed, Purpose::Round, round, 0);
            for idea in draw.order(ideas.len()) {
                let editions = if ideas[idea].yearly { draw.between(1, 3) } else { 1 };
                // Rounds walk along the list, so that an idea spreads among neighbours first; several
                // ideas set out from one place, so that a commune has different actions too.
                let (commune, neighbourhood) = places[(round + idea % 12 * 199) % places.len()];
                let series = u32::try_from(self.series.len()).expect("fewer series than actions");
                for edition in 0..editions {
                    if self.actions.len() == wanted {
                        return;
                    }
                    if edition == 0 {
                        self.series.push(Series { idea: short(idea), commune, neighbourhood, editions: 0 });
                    }
                    self.series[series as usize].editions += 1;
                    self.actions.push(Action { series, edition: u8::try_from(edition).expect("at most 3 editions") });
                }
            }
        }
    }

    fn hand_out(&mut self) {
        let sourceurs = self.lists.len();
        for action in 0..self.actions.len() {
            let series = self.actions[action].series as usize;
            let tellers = tellers(self.seed, series, sourceurs);
            // Most editions are told by whoever told the one before, in the same words.
            let shift = usize::from(Draw::new(self.seed, Purpose::Action, action, 1).chance(25));
            for told in 0..times_told(self.seed, action).min(tellers.len()) {
                let telling = (told + shift) % tellers.len();
                let row = Row {
                    action: u32::try_from(action).expect("fewer than 4 billion actions"),
                    telling: u8::try_from(telling).expect("at most 3 tellings"),
                };
                self.lists[tellers[telling]].push(row);
            }
        }
    }

    /// The series of an action.
    pub(crate) fn series_of(&self, action: u32) -> &Series {
        &self.series[self.actions[action as usize].series as usize]
    }
}

impl Series {
    pub(crate) fn idea(&self) -> &'static Idea {
        &Idea::all()[usize::from(self.idea)]
    }

    /// Number of its idea in [`Idea::all`].
    pub(crate) fn idea_number(&self) -> usize {
        usize::from(self.idea)
    }

    pub(crate) fn commune(&self) -> &'static crate::country::Commune {
        &Country::get().communes[usize::from(self.commune)]
    }
}

/// Communes in the order in which an idea reaches them, with the number of their neighbourhood.
fn places(seed: u64) -> Vec<(u16, u32)> {
    let mut draw = Draw::new(seed, Purpose::Communes, 0, 0);
    let mut neighbourhoods = Vec::new();
    for mut group in Country::get().by_departement() {
        draw.shuffle(&mut group);
        neighbourhoods.extend(group.chunks(3).map(<[usize]>::to_vec));
    }
    draw.shuffle(&mut neighbourhoods);
    let numbered = (0..).zip(neighbourhoods);
    numbered.flat_map(|(number, communes)| communes.into_iter().map(move |commune| (short(commune), number))).collect()
}

/// Six actions in ten are told once, three twice, one thrice.
fn times_told(seed: u64, action: usize) -> usize {
    match Draw::new(seed, Purpose::Block, action / 10, 0).order(10)[action % 10] {
        0..6 => 1,
        6..9 => 2,
        _ => 3,
    }
}

/// The sourceurs that tell a series, one for each telling.
fn tellers(seed: u64, series: usize, sourceurs: usize) -> Vec<usize> {
    let mut draw = Draw::new(seed, Purpose::Series, series, 1);
    let mut tellers = Vec::with_capacity(MOST_TELLINGS);
    while tellers.len() < MOST_TELLINGS.min(sourceurs) {
        let sourceur = draw.below(sourceurs);
        if !tellers.contains(&sourceur) {
            tellers.push(sourceur);
        }
    }
    tellers
}

fn short(number: usize) -> u16 {
    u16::try_from(number).expect("fewer than 65,536 ideas and communes")
}
