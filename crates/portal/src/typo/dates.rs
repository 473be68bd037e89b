//! Dates in words, and how long ago.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use model::PartialDate;

use super::{NO_BREAK, counted};
use crate::lang::Lang;

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date as precise as known: `2004`, `mars 2004`, `12 mars 2004`.
pub(crate) fn date(date: PartialDate, lang: Lang) -> String {
    match date {
        PartialDate::Year(year) => year.to_string(),
        PartialDate::Month(year, number) => format!("{} {year}", month(number, lang)),
        PartialDate::Day(day) => in_words(day, lang),
    }
}

/// The day of a moment, in words.
pub(crate) fn day(at: DateTime<Utc>, lang: Lang) -> String {
    in_words(at.date_naive(), lang)
}

/// A moment to the minute, in words; the base's clock is UTC, and says so.
pub(crate) fn day_and_hour(at: DateTime<Utc>, lang: Lang) -> String {
    match lang {
        Lang::Fr => format!("{} à {}{NO_BREAK}h{NO_BREAK}{:02} (UTC)", day(at, lang), at.hour(), at.minute()),
        Lang::En => format!("{} at {:02}:{:02} (UTC)", day(at, lang), at.hour(), at.minute()),
    }
}

/// A date as `<time datetime>` wants it: the day of a moment.
pub(crate) fn machine_date(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn in_words(day: NaiveDate, lang: Lang) -> String {
    let month = month(day.month(), lang);
    let year = day.year();
    match (lang, day.day()) {
        (Lang::Fr, 1) => format!("1er{NO_BREAK}{month} {year}"),
        (_, number) => format!("{number}{NO_BREAK}{month} {year}"),
    }
}

fn month(number: u32, lang: Lang) -> &'static str {
    let names = match lang {
        Lang::Fr => MONTHS_FR,
        Lang::En => MONTHS_EN,
    };
    let at = usize::try_from(number).unwrap_or(0).clamp(1, 12) - 1;
    names[at]
}

/// How long ago, in the largest unit that fits: `il y a 3 jours`, `hier`, `à l’instant`.
///
/// A moment to come is taken for now: clocks differ a little.
pub(crate) fn ago(then: DateTime<Utc>, now: DateTime<Utc>, lang: Lang) -> String {
    let minutes = u64::try_from((now - then).num_minutes()).unwrap_or(0);
    let (hours, days) = (minutes / 60, minutes / (60 * 24));
    let named = match (days, hours, minutes) {
        (0, 0, 0) => Some(["à l’instant", "just now"]),
        (1, ..) => Some(["hier", "yesterday"]),
        _ => None,
    };
    if let Some([fr, en]) = named {
        return match lang {
            Lang::Fr => fr,
            Lang::En => en,
        }
        .to_owned();
    }
    let (count, fr, en) = match (days, hours) {
        (0, 0) => (minutes, ["minute", "minutes"], ["minute", "minutes"]),
        (0, _) => (hours, ["heure", "heures"], ["hour", "hours"]),
        (2..=60, _) => (days, ["jour", "jours"], ["day", "days"]),
        (61..=729, _) => (days * 12 / 365, ["mois", "mois"], ["month", "months"]),
        _ => (days / 365, ["an", "ans"], ["year", "years"]),
    };
    match lang {
        Lang::Fr => format!("il{NO_BREAK}y{NO_BREAK}a{NO_BREAK}{}", counted(count, fr, lang)),
        Lang::En => format!("{}{NO_BREAK}ago", counted(count, en, lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, fr: &str, en: &str) {
        let read: PartialDate = written.parse().unwrap();
        assert_eq!(date(read, Lang::Fr).replace(NO_BREAK, "~"), fr);
        assert_eq!(date(read, Lang::En).replace(NO_BREAK, "~"), en);
    }

    #[test]
    fn a_date_is_told_as_precisely_as_known() {
        check("2004", "2004", "2004");
        check("2004-03", "mars 2004", "March 2004");
        check("2004-03-12", "12~mars 2004", "12~March 2004");
        check("2004-08-01", "1er~août 2004", "1~August 2004");
        check("0987-12", "décembre 987", "December 987");
    }

    #[track_caller]
    fn check_ago(minutes: i64, fr: &str, en: &str) {
        let now: DateTime<Utc> = "2026-11-25T12:00:00Z".parse().unwrap();
        let then = now - chrono::TimeDelta::minutes(minutes);
        assert_eq!(ago(then, now, Lang::Fr).replace(NO_BREAK, "~"), fr);
        assert_eq!(ago(then, now, Lang::En).replace(NO_BREAK, "~"), en);
    }

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        check_ago(-5, "à l’instant", "just now");
        check_ago(0, "à l’instant", "just now");
        check_ago(1, "il~y~a~1~minute", "1~minute~ago");
        check_ago(59, "il~y~a~59~minutes", "59~minutes~ago");
        check_ago(60, "il~y~a~1~heure", "1~hour~ago");
        check_ago(60 * 24, "hier", "yesterday");
        check_ago(60 * 24 * 2, "il~y~a~2~jours", "2~days~ago");
        check_ago(60 * 24 * 61, "il~y~a~2~mois", "2~months~ago");
        check_ago(60 * 24 * 800, "il~y~a~2~ans", "2~years~ago");
    }

    #[test]
    fn a_moment_is_told_to_the_minute() {
        let at: DateTime<Utc> = "2026-11-01T07:05:00Z".parse().unwrap();
        assert_eq!(day_and_hour(at, Lang::Fr).replace(NO_BREAK, "~"), "1er~novembre 2026 à 7~h~05 (UTC)");
        assert_eq!(day_and_hour(at, Lang::En).replace(NO_BREAK, "~"), "1~November 2026 at 07:05 (UTC)");
        assert_eq!(machine_date(at), "2026-11-01T07:05:00Z");
    }
}
