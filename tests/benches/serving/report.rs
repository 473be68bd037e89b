//! The table: what was aimed at, ours, the anchor, and what both cost.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use crate::clock::Series;

/// Everything measured so far; each line is told as soon as it is known.
#[derive(Default)]
pub(crate) struct Report {
    /// 95th percentiles by name, then by actions in the base.
    growth: BTreeMap<String, BTreeMap<usize, Duration>>,
    /// Actions in the base that is being measured.
    actions: usize,
}

/// One line.
#[derive(Default)]
pub(crate) struct Line<'a> {
    pub(crate) what: &'a str,
    pub(crate) target: &'a str,
    pub(crate) ours: String,
    pub(crate) anchor: String,
    pub(crate) ratio: String,
    pub(crate) wall: String,
    pub(crate) cpu: String,
}

impl Report {
    /// From now on it is about a base of so many actions.
    pub(crate) fn about(&mut self, actions: usize) {
        self.actions = actions;
        say(&format!("\n# {} actions\n", grouped(actions as u64)));
    }

    /// A table begins.
    #[expect(clippy::unused_self, reason = "lines belong to a report")]
    pub(crate) fn table(&self, title: &str) {
        say(&format!("\n## {title}\n"));
        say("| measure | target | ours | anchor | ratio | wall, s | CPU, s |");
        say("|---|---|---|---|---|---|---|");
    }

    #[expect(clippy::unused_self, reason = "lines belong to a report")]
    pub(crate) fn line(&self, line: &Line<'_>) {
        let Line { what, target, ours, anchor, ratio, wall, cpu } = line;
        say(&format!("| {what} | {target} | {ours} | {anchor} | {ratio} | {wall} | {cpu} |"));
    }

    /// Calls of ours, beside those of an anchor where there is one.
    pub(crate) fn calls(&mut self, what: &str, target: &str, ours: &Series, anchor: Option<&Series>) {
        // What stands in brackets is of one base.
        let name = what.split(" (").next().unwrap_or(what);
        self.growth.entry(name.to_owned()).or_default().insert(self.actions, ours.p95());
        let told = |of: &dyn Fn(&Series) -> String| anchor.map_or_else(|| "–".to_owned(), of);
        let beside = |of: &dyn Fn(&Series) -> String| match anchor {
            Some(anchor) => format!("{} / {}", of(ours), of(anchor)),
            None => of(ours),
        };
        self.line(&Line {
            what,
            target,
            ours: percentiles(ours),
            anchor: told(&percentiles),
            ratio: told(&|anchor| {
                let [p50, p95] = [times(ours.p50(), anchor.p50()), times(ours.p95(), anchor.p95())];
                format!("{p50:.2} / {p95:.2}")
            }),
            wall: beside(&|series| seconds(series.wall())),
            cpu: beside(&|series| seconds(series.cpu)),
        });
    }

    /// How the 95th percentiles grew from the smallest base to the others.
    pub(crate) fn tell_growth(&self) {
        let grown = self.growth.values().filter(|by_size| by_size.len() > 1);
        let Some(sizes) = grown.map(|by_size| by_size.keys().copied().collect::<Vec<_>>()).next() else { return };
        say("\n## Growth: p95 in ms, and times that of the smallest base\n");
        let heads: Vec<String> = sizes.iter().map(|size| grouped(*size as u64)).collect();
        say(&format!("| measure | {} |", heads.join(" | ")));
        say(&format!("|---|{}", "---|".repeat(sizes.len())));
        for (what, by_size) in self.growth.iter().filter(|(_, by_size)| by_size.len() > 1) {
            let first = by_size.values().next().copied().unwrap_or_default();
            let cell = |p95: &Duration| format!("{} (× {:.2})", millis(*p95), times(*p95, first));
            let cells: Vec<String> =
                sizes.iter().map(|size| by_size.get(size).map_or_else(|| "–".to_owned(), cell)).collect();
            say(&format!("| {what} | {} |", cells.join(" | ")));
        }
    }
}

/// A line on standard output.
pub(crate) fn say(line: &str) {
    // Whoever closed the pipe has read enough.
    drop(writeln!(std::io::stdout(), "{line}"));
}

fn percentiles(series: &Series) -> String {
    format!("{} / {} ms", millis(series.p50()), millis(series.p95()))
}

/// Milliseconds with three digits that say something.
pub(crate) fn millis(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1e3;
    if millis < 10.0 { format!("{millis:.2}") } else { format!("{millis:.0}") }
}

pub(crate) fn seconds(time: Duration) -> String {
    if time.is_zero() {
        return "–".to_owned();
    }
    format!("{:.2}", time.as_secs_f64())
}

/// One time in units of another.
pub(crate) fn times(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64().max(1e-9)
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Bytes or KiB in MiB.
pub(crate) fn mebibytes(kibibytes: u64) -> String {
    format!("{} MiB", grouped(kibibytes / 1024))
}
