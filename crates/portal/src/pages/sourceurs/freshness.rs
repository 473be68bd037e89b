//! How fresh a sourceur is, in words.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use store::{SourceurRow, SourceurState};

use crate::lang::{Lang, choose};
use crate::typo;
use crate::words::sourceurs::Sourceurs;

/// How fresh a sourceur is.
pub(crate) struct Freshness {
    /// One or two words.
    pub(crate) state: &'static str,
    /// Whether something is to be waited for or looked at.
    pub(crate) is_wanting: bool,
    /// "il y a 3 heures": its last success.
    pub(crate) ago: Option<String>,
    /// The same as a day, for machines and for people.
    pub(crate) day: Option<(String, String)>,
    /// Since when it is stopped, and what that means.
    pub(crate) note: Option<String>,
}

impl Freshness {
    pub(crate) fn of(row: &SourceurRow, now: DateTime<Utc>, words: &'static Sourceurs, lang: Lang) -> Self {
        let since = format!("{} {}", words.since, typo::day(row.state_since, lang));
        let (state, is_wanting, note) = match (row.state, row.last_success_at) {
            (SourceurState::Paused, _) => (words.paused, true, Some(since)),
            (SourceurState::Suspended, _) => (words.suspended, true, Some(since)),
            (SourceurState::Retired, _) => (words.retired, false, Some(format!("{since}, {}", words.stays))),
            (SourceurState::Active, None) => (words.never, true, None),
            (SourceurState::Active, Some(last)) if is_late(last, row.every, now) => (words.is_late, true, None),
            (SourceurState::Active, Some(_)) => (words.fresh, false, None),
        };
        Self {
            state,
            is_wanting,
            ago: row.last_success_at.map(|last| typo::ago(last, now, lang)),
            day: row.last_success_at.map(|last| (typo::machine_date(last), typo::day(last, lang))),
            note,
        }
    }
}

/// Two turns missed, and an hour for the run itself.
fn is_late(last: DateTime<Utc>, every: Duration, now: DateTime<Utc>) -> bool {
    let every = TimeDelta::from_std(every).unwrap_or(TimeDelta::MAX);
    let allowed = every.checked_mul(2).and_then(|twice| twice.checked_add(&TimeDelta::hours(1)));
    allowed.is_some_and(|allowed| now - last > allowed)
}

/// How often it is harvested: `tous les jours`, `toutes les 6 heures`.
pub(crate) fn how_often(every: Duration, lang: Lang) -> String {
    const HOUR: u64 = 3600;
    let seconds = every.as_secs().max(60);
    let [fr, en] = match seconds {
        HOUR => ["toutes les heures", "every hour"],
        86_400 => ["tous les jours", "every day"],
        604_800 => ["toutes les semaines", "every week"],
        _ => ["", ""],
    };
    if !fr.is_empty() {
        return choose(lang, fr, en).to_owned();
    }
    let (count, fr, en) = match seconds {
        _ if seconds.is_multiple_of(604_800) => (seconds / 604_800, "toutes les {} semaines", "every {} weeks"),
        _ if seconds >= 2 * 86_400 => (seconds / 86_400, "tous les {} jours", "every {} days"),
        _ if seconds >= 2 * HOUR => (seconds / HOUR, "toutes les {} heures", "every {} hours"),
        _ => (seconds / 60, "toutes les {} minutes", "every {} minutes"),
    };
    choose(lang, fr, en).replace("{} ", &format!("{count}\u{a0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sourceur_is_late_after_two_turns_missed() {
        let now: DateTime<Utc> = "2026-11-25T12:00:00Z".parse().unwrap();
        let check = |hours_ago: i64, every_hours: u64, expected: bool| {
            let last = now - TimeDelta::hours(hours_ago);
            assert_eq!(is_late(last, Duration::from_hours(every_hours), now), expected, "{hours_ago} {every_hours}");
        };
        check(1, 24, false);
        check(48, 24, false);
        check(50, 24, true);
        check(4, 1, true);
        check(-5, 1, false);
        assert!(!is_late(now, Duration::MAX, now));
    }

    #[test]
    fn a_turn_is_told_in_its_own_unit() {
        let check = |seconds, fr: &str, en: &str| {
            let every = Duration::from_secs(seconds);
            assert_eq!(how_often(every, Lang::Fr).replace('\u{a0}', "~"), fr);
            assert_eq!(how_often(every, Lang::En).replace('\u{a0}', "~"), en);
        };
        check(3600, "toutes les heures", "every hour");
        check(6 * 3600, "toutes les 6~heures", "every 6~hours");
        check(86_400, "tous les jours", "every day");
        check(3 * 86_400, "tous les 3~jours", "every 3~days");
        check(14 * 86_400, "toutes les 2~semaines", "every 2~weeks");
        check(900, "toutes les 15~minutes", "every 15~minutes");
    }
}
