//! The fair: make-believe sourceurs on loopback, for the demo, the tests and the benchmarks.
//!
//! It knows how partners publish (eight manners: feeds, JSON APIs, a spreadsheet's file, a catalogue
//! of pages) and how they write: every idea of social innovation has its own phrases in
//! `texts/ideas`, and two tellings of one action share no sentence. Beside the same action told
//! twice there are near-misses: yearly editions, and the same idea elsewhere, under the same name
//! and with the same kind of carrier. What is what is told by [`Fair::write_truth`].
//!
//! Everything follows from a seed: a record keeps its key, its text and its damage for ever, and
//! growing the fair adds actions without touching those before. Nothing is rendered until it is
//! asked for.
//!
//! The fair refuses to know the product: it depends on none of its crates but for the words of
//! `model`, and no product crate depends on it.
//!
//! Read [`Fair`] first.

#![expect(
    clippy::format_push_string,
    reason = "documents are put together from small pieces; `write!` would add to each an error that cannot happen"
)]

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;

mod actor;
mod config;
mod country;
mod draw;
mod escape;
mod facts;
mod idea;
mod manner;
mod phrasing;
mod serve;
mod sourceur;
mod stand;
mod telling;
mod truth;
mod words;
mod world;

use sourceur::Sourceur;
use world::World;

/// How large a fair, and which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Sourceurs; the eight manners come in turn.
    pub sourceurs: usize,
    /// Actions; there are half as many records again, where there are three sourceurs to tell them.
    pub actions: usize,
    /// The same seed gives the same fair.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { sourceurs: 8, actions: 400, seed: 1 }
    }
}

/// A fair, ready to serve.
pub struct Fair {
    settings: Settings,
    world: World,
    sourceurs: Vec<Sourceur>,
}

/// One record as its sourceur tells it, before its form and its damage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Id of the sourceur.
    pub sourceur: Arc<str>,
    /// Key of the record at its sourceur.
    pub source_id: String,
    /// The action it tells, as the truth names it.
    pub action: usize,
    /// The series of editions that the action belongs to; of its own where it is not yearly.
    pub series: usize,
    /// Year of a yearly action's edition.
    pub edition: Option<i32>,
    /// Slug of the idea: actions of one family are variants of each other.
    pub family: &'static str,
    /// INSEE code of the commune.
    pub commune: &'static str,
    /// Title.
    pub title: String,
    /// All text in the order of reading, one paragraph a line.
    pub text: String,
}

#[cfg(test)]
mod tests;

impl Fair {
    /// Lays out a fair; with no sourceur or no action there is nothing to see.
    pub fn new(settings: Settings) -> Self {
        Self {
            world: World::new(settings.seed, settings.sourceurs, settings.actions),
            sourceurs: Sourceur::all(settings.sourceurs),
            settings,
        }
    }

    /// One ready config a sourceur: file name and text, for a fair served at `base_url`.
    pub fn configs(&self, base_url: &str) -> Vec<(String, String)> {
        let file = |sourceur: &Sourceur| (format!("{}.toml", sourceur.id), config::of(sourceur, base_url));
        self.sourceurs.iter().map(file).collect()
    }

    /// Writes `records.csv` and `actions.csv` into a folder, which is made where it is missing.
    ///
    /// `records.csv` has a line a record: `sourceur, source_id, action, family, series, edition`.
    /// Records with the same `action` are one cluster. Two actions of one `series` with different
    /// `edition` are editions of each other; two actions of one `family` in different series are
    /// variants. `actions.csv` has a line an action, with its true name, commune and beginning.
    pub fn write_truth(&self, dir: &Path) -> io::Result<()> {
        truth::write(self, dir)
    }

    /// Serves every sourceur under `/ID/...` until `shutdown` is done.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) {
        serve::serve(self, listener, shutdown).await;
    }

    /// Every record of the fair, sourceur by sourceur; made as it is asked for.
    pub fn records(&self) -> impl Iterator<Item = Told> {
        let of_sourceur = move |sourceur: usize| {
            let rows = self.world.lists[sourceur].iter();
            rows.map(move |row| truth::told(self, sourceur, *row))
        };
        (0..self.sourceurs.len()).flat_map(of_sourceur)
    }
}
