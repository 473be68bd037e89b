//! Chance, the same for ever: every draw is named by what it is for.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a draw is for; two purposes never share their chance.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// The order in which communes are handed out.
    Communes = 1,
    /// The order of ideas in one round, and the length of a yearly series.
    Round,
    /// What all editions of an action share: name, carriers, tellers, templates.
    Series,
    /// What is an action's own: numbers, day, how many tell it.
    Action,
    /// What is one telling's own: dates, what it leaves out, damage.
    Telling,
    /// How often the actions of a block of ten are told.
    Block,
    /// Numbers of records.
    Key,
    /// What an idea has in common among neighbours: its name, the kind of its carrier.
    Neighbourhood,
}

/// A sequence of draws.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// The sequence for one purpose and the one or two numbers it is about.
    pub(crate) fn new(seed: u64, purpose: Purpose, about: usize, detail: usize) -> Self {
        let mut bytes = [0; 32];
        for (part, place) in [seed, purpose as u64, about as u64, detail as u64].into_iter().zip(bytes.chunks_mut(8)) {
            place.copy_from_slice(&part.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// A number below `limit`, which is not 0.
    // The modulo, not a library's range: a record keeps its key when the library changes its mind.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.0.next_u64() % limit as u64).expect("smaller than a usize")
    }

    /// A number from `from` to `to`, both included.
    pub(crate) fn between(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from + 1)
    }

    /// One of several.
    pub(crate) fn pick<'t, T>(&mut self, among: &'t [T]) -> &'t T {
        &among[self.below(among.len())]
    }

    /// True so many times in a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// The numbers below `count` in an order of chance.
    pub(crate) fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        self.shuffle(&mut order);
        order
    }

    /// Puts items in an order of chance.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
