//! How alike true pairs and near-misses of a fair look, by their words alone.
//!
//! `cargo run -p fair --example overlap [SEED]` prints, for each twentieth of token similarity
//! (Jaccard on the folded words of title and text), how many pairs of records fall into it: two
//! tellings of one action; two editions of one series; the same idea in two places; and, of the
//! latter, only each record's nearest.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};
use std::sync::Arc;

use fair::{Fair, Settings, Told};

/// Columns of the histogram: twentieths.
const BINS: usize = 20;

fn main() -> io::Result<()> {
    let seed = std::env::args().nth(1).and_then(|seed| seed.parse().ok()).unwrap_or(Settings::default().seed);
    let told: Vec<Told> = Fair::new(Settings { seed, ..Settings::default() }).records().collect();
    let tokens: Vec<BTreeSet<Arc<str>>> = tokens(&told);
    let mut same = [0; BINS];
    let mut editions = [0; BINS];
    let mut elsewhere = [0; BINS];
    let mut nearest = [0; BINS];
    for (a, record) in told.iter().enumerate() {
        let mut nearest_elsewhere: Option<f64> = None;
        for (b, other) in told.iter().enumerate() {
            if a == b || record.family != other.family {
                continue;
            }
            let similarity = jaccard(&tokens[a], &tokens[b]);
            if record.series != other.series {
                nearest_elsewhere = Some(nearest_elsewhere.unwrap_or(0.0).max(similarity));
            }
            if a < b {
                let histogram = match record {
                    _ if record.series != other.series => &mut elsewhere,
                    _ if record.action != other.action => &mut editions,
                    _ => &mut same,
                };
                histogram[bin(similarity)] += 1;
            }
        }
        if let Some(similarity) = nearest_elsewhere {
            nearest[bin(similarity)] += 1;
        }
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{} records, seed {seed}", told.len())?;
    writeln!(out, "similarity  same action  other edition  elsewhere  its nearest")?;
    for (bin, from) in (0..BINS).zip((0..).step_by(100 / BINS)) {
        let [same, editions, elsewhere, nearest] = [same[bin], editions[bin], elsewhere[bin], nearest[bin]];
        writeln!(out, "0.{from:02}        {same:>11}  {editions:>13}  {elsewhere:>9}  {nearest:>11}")?;
    }
    Ok(())
}

/// The folded words of each record's title and text; equal words are one allocation.
fn tokens(told: &[Told]) -> Vec<BTreeSet<Arc<str>>> {
    let mut known: HashMap<String, Arc<str>> = HashMap::new();
    let mut of = |record: &Told| {
        let folded = model::fold(&format!("{} {}", record.title, record.text));
        let word = |word: &str| known.entry(word.to_owned()).or_insert_with(|| word.into()).clone();
        folded.split(' ').map(word).collect()
    };
    told.iter().map(&mut of).collect()
}

fn jaccard(a: &BTreeSet<Arc<str>>, b: &BTreeSet<Arc<str>>) -> f64 {
    let common = count(a.intersection(b).count());
    common / (count(a.len()) + count(b.len()) - common)
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).expect("few words"))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a similarity is from 0 to 1")]
fn bin(similarity: f64) -> usize {
    ((similarity * count(BINS)) as usize).min(BINS - 1)
}
