//! The clock of a command: where it was set, and how long ago.

use std::time::Instant;

use chrono::{DateTime, Utc};

/// Wall-clock time as this command sees it: `--now`, then onwards at the pace of the real clock.
///
/// Deadlines and waits never ask it: they run on the monotonic clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    set_to: DateTime<Utc>,
    set_at: Instant,
}

impl Clock {
    /// A clock that begins at a given time, now.
    pub fn starting(at: DateTime<Utc>) -> Self {
        Self { set_to: at, set_at: Instant::now() }
    }

    /// The time, to the microsecond: what Postgres keeps.
    pub fn now(&self) -> DateTime<Utc> {
        let elapsed = i64::try_from(self.set_at.elapsed().as_micros()).unwrap_or(i64::MAX);
        let micros = self.set_to.timestamp_micros().saturating_add(elapsed);
        DateTime::from_timestamp_micros(micros).unwrap_or(self.set_to)
    }
}
