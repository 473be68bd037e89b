//! How long our service takes to index a whole base, and what that weighs.

use std::fs;
use std::path::Path;

use crate::base::Base;
use crate::child::Serving;
use crate::report::{Line, Report, grouped, mebibytes, seconds};

/// Our service with its index; made anew and measured if `anew` says so.
pub(crate) async fn build(base: &Base, data: &Path, anew: bool, report: &Report) -> Serving {
    report.table("Index and memory");
    if anew {
        make(base, data, report).await;
    }
    // As it stands after a restart: what making the index took is gone.
    let serving = base.serve(data);
    serving.ready();
    tell(&serving, "memory of `serve`, idle after a restart", report);
    serving
}

/// Starts the service without an index, and waits until it has one.
async fn make(base: &Base, data: &Path, report: &Report) {
    drop(fs::remove_dir_all(data.join("search")));
    let total = base.store.total(&store::Filter::default()).await.expect("the base counts");
    let serving = base.serve(data);
    let took = serving.ready();
    let (cpu, memory) = (serving.process().cpu(), serving.process().memory());
    let rate = f64::from(u32::try_from(total).unwrap_or(u32::MAX)) / took.as_secs_f64();
    report.line(&Line {
        what: "index of the whole base, from Postgres",
        target: "–",
        ours: format!("{} documents, {rate:.0} a second", grouped(total)),
        wall: seconds(took),
        cpu: seconds(cpu),
        ..Line::default()
    });
    let size = size(&data.join("search")) / 1024;
    report.line(&Line { what: "its size on disk", target: "–", ours: mebibytes(size), ..Line::default() });
    let most = format!("{} at most while it is made", mebibytes(memory.most));
    report.line(&Line { what: "memory of `serve`, index made", target: "–", ours: most, ..Line::default() });
}

/// The same after everything that was asked.
pub(crate) fn after_queries(serving: &Serving, report: &Report) {
    report.table("Memory after all that");
    tell(serving, "memory of `serve` after the questions", report);
}

fn tell(serving: &Serving, what: &str, report: &Report) {
    let memory = serving.process().memory();
    let ours = format!("{}, of it {} its own", mebibytes(memory.resident), mebibytes(memory.own));
    report.line(&Line { what, target: "≤ 600 MiB at 1,000,000", ours, ..Line::default() });
}

/// Bytes of all files below a folder.
fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let of = |entry: fs::DirEntry| match entry.metadata() {
        Ok(met) if met.is_dir() => size(&entry.path()),
        Ok(met) => met.len(),
        Err(_) => 0,
    };
    entries.flatten().map(of).sum()
}
