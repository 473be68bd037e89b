//! What a call and a process cost, as the system counts it.

use std::fs;
use std::time::{Duration, Instant};

/// Processor time of this thread.
#[allow(unsafe_code, reason = "the standard library tells wall time only")]
fn thread_cpu() -> Duration {
    let mut told = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call fills the structure it is given, and keeps no pointer to it.
    if unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut told) } != 0 {
        return Duration::ZERO;
    }
    Duration::new(u64::try_from(told.tv_sec).unwrap_or(0), u32::try_from(told.tv_nsec).unwrap_or(0))
}

/// Calls of one kind: how long each took, and the processor time of all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series {
    pub(crate) walls: Vec<Duration>,
    pub(crate) cpu: Duration,
}

impl Series {
    /// Makes a call on this thread, and counts it.
    pub(crate) fn call<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (cpu, began) = (thread_cpu(), Instant::now());
        let made = work();
        self.walls.push(began.elapsed());
        self.cpu += thread_cpu().saturating_sub(cpu);
        made
    }

    /// Adds what another one counted.
    pub(crate) fn join(&mut self, other: Self) {
        self.walls.extend(other.walls);
        self.cpu += other.cpu;
    }

    pub(crate) fn wall(&self) -> Duration {
        self.walls.iter().sum()
    }

    /// The time within which that share of the calls was over.
    pub(crate) fn within(&self, percent: usize) -> Duration {
        let mut walls = self.walls.clone();
        walls.sort_unstable();
        let last = walls.len().saturating_sub(1);
        walls.get((walls.len() * percent / 100).min(last)).copied().unwrap_or_default()
    }

    pub(crate) fn p50(&self) -> Duration {
        self.within(50)
    }

    pub(crate) fn p95(&self) -> Duration {
        self.within(95)
    }
}

/// What the kernel tells of a process; nothing where there is no `/proc`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process(pub(crate) u32);

/// Memory of a process, KiB.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// Everything that is in memory for it, pages of its files too.
    pub(crate) resident: u64,
    /// Its own: what no file gives back.
    pub(crate) own: u64,
    /// The most that was ever resident.
    pub(crate) most: u64,
}

impl Process {
    pub(crate) fn this() -> Self {
        Self(std::process::id())
    }

    /// Processor time so far, of all its threads, to a hundredth of a second.
    pub(crate) fn cpu(self) -> Duration {
        let told = fs::read_to_string(format!("/proc/{}/stat", self.0)).unwrap_or_default();
        // The name of the program, in brackets, may hold anything.
        let after_name = told.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks = after_name.split_ascii_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }

    /// Processor time since it was so much.
    pub(crate) fn cpu_since(self, before: Duration) -> Duration {
        self.cpu().saturating_sub(before)
    }

    pub(crate) fn memory(self) -> Memory {
        let told = fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap_or_default();
        let of = |name: &str| {
            let line = told.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_ascii_whitespace().next()?.parse().ok()).unwrap_or(0)
        };
        Memory { resident: of("VmRSS:"), own: of("RssAnon:"), most: of("VmHWM:") }
    }
}
