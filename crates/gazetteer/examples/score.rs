//! Scores the gazetteer on a file of mentions: `cargo run -p gazetteer --example score FILE`.
//!
//! FILE is tab separated with a header: text, expected level, expected ids joined by `;`, note.
//! A note `accept_CODE` names another commune that is right too, `or_none` lets an abstention be right.

use std::{fmt::Write as _, time::Instant};

use gazetteer::Gazetteer;

fn main() -> std::io::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| std::io::Error::other("usage: score FILE"))?;
    let file = std::fs::read_to_string(path)?;
    let start = Instant::now();
    let gazetteer = Gazetteer::get();
    let loading = start.elapsed();
    let (mut exact, mut wrong, mut all) = (0_u32, 0_u32, 0_u32);
    let mut out = String::new();
    for line in file.lines().skip(1) {
        let mut cells = line.split('\t');
        let [text, level, ids, note] = std::array::from_fn(|_| cells.next().unwrap_or(""));
        let finding = gazetteer.find(text);
        let found: Vec<String> = finding.territories.iter().map(ToString::to_string).collect();
        let found = found.join(";");
        let accepted = note
            .split("accept_")
            .skip(1)
            .any(|code| code.get(..5).is_some_and(|code| found == format!("commune:{code}")));
        let none_is_right = note.contains("or_none") && found.is_empty();
        all += 1;
        if found == ids || accepted || none_is_right {
            exact += 1;
            continue;
        }
        wrong += u32::from(!found.is_empty());
        let verdict = if found.is_empty() { "abstained" } else { "WRONG" };
        let _ = writeln!(out, "{verdict}\t{text}\texpected {level} {ids}\tfound {found} ({})\t{note}", finding.why);
    }
    let texts: Vec<&str> = file.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    let rounds = 200;
    let start = Instant::now();
    let read: usize = (0..rounds).flat_map(|_| &texts).map(|text| gazetteer.find(text).territories.len()).sum();
    let per_second = f64::from(all * rounds) / start.elapsed().as_secs_f64();
    let _ = writeln!(
        out,
        "exact {exact} of {all}, wrong {wrong}; loaded in {loading:?}; {per_second:.0} mentions/s ({read})"
    );
    std::io::Write::write_all(&mut std::io::stdout(), out.as_bytes())
}
