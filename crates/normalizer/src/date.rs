//! Dates as the French write them, and as machines garble them.

use chrono::{DateTime, Days, NaiveDate};
use model::{PartialDate, fold};

/// A date that was read, and whether it had to be mended first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReadDate {
    pub date: PartialDate,
    /// It was not written as anybody would write a date.
    pub mended: bool,
}

/// Years that an action can have.
const YEARS: std::ops::RangeInclusive<i32> = 1800..=2100;

const MONTHS: [(&str, u32); 45] = [
    ("janvier", 1),
    ("janv", 1),
    ("january", 1),
    ("jan", 1),
    ("fevrier", 2),
    ("fevr", 2),
    ("fev", 2),
    ("february", 2),
    ("feb", 2),
    ("mars", 3),
    ("mar", 3),
    ("march", 3),
    ("avril", 4),
    ("avr", 4),
    ("april", 4),
    ("apr", 4),
    ("mai", 5),
    ("may", 5),
    ("juin", 6),
    ("june", 6),
    ("jun", 6),
    ("juillet", 7),
    ("juil", 7),
    ("july", 7),
    ("jul", 7),
    ("aout", 8),
    ("august", 8),
    ("aug", 8),
    ("septembre", 9),
    ("sept", 9),
    ("september", 9),
    ("sep", 9),
    ("octobre", 10),
    ("october", 10),
    ("oct", 10),
    ("novembre", 11),
    ("november", 11),
    ("nov", 11),
    ("decembre", 12),
    ("december", 12),
    ("dec", 12),
    ("vendemiaire", 9),
    ("aoust", 8),
    ("fevier", 2),
    ("janiver", 1),
];

/// Words after which a story says when it began.
const BEGINNINGS: [&str; 39] = [
    "ne",
    "nee",
    "nes",
    "nees",
    "cree",
    "creee",
    "crees",
    "creees",
    "creation",
    "lance",
    "lancee",
    "lances",
    "lancees",
    "lancement",
    "fonde",
    "fondee",
    "fondes",
    "fondees",
    "ouvert",
    "ouverte",
    "ouvre",
    "ouverts",
    "ouverture",
    "demarre",
    "demarree",
    "debute",
    "debutee",
    "debut",
    "initie",
    "initiee",
    "inaugure",
    "inauguree",
    "depuis",
    "naissance",
    "jour",
    "naquit",
    "remonte",
    "place",
    "oeuvre",
];

/// Reads a value that should be a date.
pub(crate) fn read_date(written: &str) -> Option<ReadDate> {
    let written = written.trim();
    let sound = |date| Some(ReadDate { date, mended: false });
    if let Some(date) = iso(written) {
        let mended = written.contains(": ") || written.contains(" :");
        return Some(ReadDate { date, mended });
    }
    if let Some(shape) = numbers(written) {
        return shape;
    }
    if written.len() > 60 {
        return None;
    }
    let folded = fold(written);
    let words: Vec<&str> = folded.split(' ').collect();
    if let Some(at) = words.iter().position(|word| month(word).is_some()) {
        return around_month(&words, at).and_then(sound);
    }
    let year = words.iter().find_map(|word| year(word))?;
    let speaks_of_a_date = words.iter().all(|word| word.chars().all(char::is_alphabetic) || year_like(word));
    speaks_of_a_date.then_some(PartialDate::Year(year)).and_then(sound)
}

/// The first date of beginning that a story tells: "née en 2004", "depuis mars 2011", "dès 2004".
pub(crate) fn read_start(story: &str) -> Option<PartialDate> {
    let folded = fold(story);
    let words: Vec<&str> = folded.split(' ').collect();
    let begins = |word: &str| BEGINNINGS.contains(&word);
    let after_beginning = words.iter().enumerate().filter(|(_, word)| begins(word)).find_map(|(at, _)| {
        let near = &words[at + 1..words.len().min(at + 9)];
        near.iter().position(|word| plausible_year(word).is_some()).and_then(|year| dated(near, year))
    });
    let introduced = || {
        words.iter().enumerate().find_map(|(at, word)| {
            plausible_year(word)?;
            let before = *words.get(at.checked_sub(1)?)?;
            let introduces =
                ["en", "des", "annee", "printemps", "ete", "automne", "hiver", "rentree", "fin", "debut", "courant"];
            (introduces.contains(&before) || month(before).is_some()).then(|| dated(&words[..=at], at)).flatten()
        })
    };
    after_beginning.or_else(introduced)
}

/// The date that ends at a year: with the month and the day that stand just before it.
fn dated(words: &[&str], at: usize) -> Option<PartialDate> {
    let year = plausible_year(words[at])?;
    let before = at.checked_sub(1).map(|before| words[before]).and_then(month);
    let Some(month) = before else { return Some(PartialDate::Year(year)) };
    let day = at.checked_sub(2).and_then(|before| day(words[before]));
    let whole = day.and_then(|day| NaiveDate::from_ymd_opt(year, month, day)).map(PartialDate::Day);
    Some(whole.unwrap_or(PartialDate::Month(year, month)))
}

/// `2004-03-12T10:00`, `2004-03-12`, `2004/03/12`, `2004-03`.
fn iso(written: &str) -> Option<PartialDate> {
    let bytes = written.as_bytes();
    let number = |from: usize, to: usize| -> Option<u32> {
        let digits = written.get(from..to)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    };
    let year = i32::try_from(number(0, 4)?).ok().filter(|year| YEARS.contains(year))?;
    if !matches!(bytes.get(4)?, b'-' | b'/' | b'.') {
        return None;
    }
    let month = number(5, 7)?;
    if bytes.len() == 7 {
        return (1..=12).contains(&month).then_some(PartialDate::Month(year, month));
    }
    let ends = bytes.get(10).is_none_or(|b| !b.is_ascii_digit());
    (bytes.get(7) == bytes.get(4) && ends)
        .then(|| NaiveDate::from_ymd_opt(year, month, number(8, 10)?).map(PartialDate::Day))
        .flatten()
}

/// Dates of nothing but numbers: `25-09-2018`, `15/09/09`, seconds since 1970, a spreadsheet's day.
///
/// `None`: not of this shape; `Some(None)`: of this shape, but no day of any calendar.
#[expect(clippy::option_option, reason = "the two ways of being no date lead to different places")]
fn numbers(written: &str) -> Option<Option<ReadDate>> {
    let head: &str = written.split([' ', 'T', ',']).next().unwrap_or_default();
    let parts: Vec<&str> = head.split(['-', '/', '.']).collect();
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !parts.iter().all(digits) {
        return None;
    }
    let tail = written[head.len()..].trim();
    if parts.len() > 1 && !tail.is_empty() && !tail.starts_with(|c: char| c.is_ascii_digit() || c == 'T' || c == 'à') {
        return None;
    }
    let number = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
    match parts[..] {
        [first, second, third] if first.len() <= 2 && second.len() <= 2 && matches!(third.len(), 2 | 4) => {
            let year = full_year(third);
            let day =
                |day, month| year.and_then(|year| NaiveDate::from_ymd_opt(year, month, day)).map(PartialDate::Day);
            let (first, second) = (number(first), number(second));
            let french = day(first, second).map(|date| ReadDate { date, mended: false });
            Some(french.or_else(|| day(second, first).map(|date| ReadDate { date, mended: true })))
        }
        [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            let day = full_year(year).and_then(|year| NaiveDate::from_ymd_opt(year, number(month), number(day)));
            Some(day.map(|day| ReadDate { date: PartialDate::Day(day), mended: false }))
        }
        [month, year] if month.len() <= 2 && year.len() == 4 => {
            let month = number(month);
            let date =
                full_year(year).filter(|_| (1..=12).contains(&month)).map(|year| PartialDate::Month(year, month));
            Some(date.map(|date| ReadDate { date, mended: false }))
        }
        [first, second] if first.len() == 4 && matches!(second.len(), 2 | 4) => {
            Some(full_year(first).map(|year| ReadDate { date: PartialDate::Year(year), mended: false }))
        }
        [alone] if tail.is_empty() => Some(lone_number(alone)),
        [_] => None,
        _ => Some(None),
    }
}

fn lone_number(digits: &str) -> Option<ReadDate> {
    let number: i64 = digits.parse().ok()?;
    let day = |date: NaiveDate, mended| Some(ReadDate { date: PartialDate::Day(date), mended });
    match digits.len() {
        4 => full_year(digits).map(|year| ReadDate { date: PartialDate::Year(year), mended: false }),
        // A spreadsheet's days since the end of 1899, from 1954 to 2064.
        5 if (20_000..60_000).contains(&number) => {
            let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?;
            day(epoch.checked_add_days(Days::new(number.unsigned_abs()))?, true)
        }
        8 => {
            let date = NaiveDate::parse_from_str(digits, "%Y%m%d").ok()?;
            YEARS.contains(&chrono::Datelike::year(&date)).then_some(())?;
            day(date, false)
        }
        9 | 10 => day(DateTime::from_timestamp(number, 0)?.date_naive(), false),
        12 | 13 => day(DateTime::from_timestamp_millis(number)?.date_naive(), false),
        _ => None,
    }
}

fn around_month(words: &[&str], at: usize) -> Option<PartialDate> {
    let month = month(words[at])?;
    let after = words[at + 1..].iter().take(4).find_map(|word| year(word));
    let short = || words.get(at + 1).filter(|word| word.len() == 2).and_then(|word| full_year(word));
    let year = after.or_else(short)?;
    let day = at.checked_sub(1).map(|before| words[before]).and_then(day).or_else(|| {
        // "March 12, 2012"
        words.get(at + 1).filter(|word| word.len() <= 2).and_then(|word| day(word)).filter(|_| after.is_some())
    });
    match day {
        None => Some(PartialDate::Month(year, month)),
        Some(day) => NaiveDate::from_ymd_opt(year, month, day).map(PartialDate::Day),
    }
}

fn month(word: &str) -> Option<u32> {
    MONTHS.iter().find(|(name, _)| *name == word).map(|(_, number)| *number)
}

fn day(word: &str) -> Option<u32> {
    let digits = word.strip_suffix("er").unwrap_or(word);
    digits.parse().ok().filter(|_| digits.len() <= 2)
}

fn year(word: &str) -> Option<i32> {
    word.parse().ok().filter(|year| word.len() == 4 && YEARS.contains(year))
}

/// A year in a story, where 1500 counts inhabitants.
fn plausible_year(word: &str) -> Option<i32> {
    year(word).filter(|year| (1900..=2100).contains(year))
}

fn year_like(word: &str) -> bool {
    year(word).is_some() || (word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit()))
}

/// A year of two digits is of the last fifty years or of the next twenty.
fn full_year(written: &str) -> Option<i32> {
    let number: i32 = written.parse().ok()?;
    let year = match written.len() {
        2 if number < 50 => 2000 + number,
        2 => 1900 + number,
        _ => number,
    };
    YEARS.contains(&year).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let read = read_date(written).map(|read| read.date.to_string());
        assert_eq!(read.as_deref(), expected, "{written}");
    }

    #[test]
    fn dates_are_read_as_the_french_write_them() {
        check("1er mars 2012", Some("2012-03-01"));
        check("25-09-2018", Some("2018-09-25"));
        check("15/09/09", Some("2009-09-15"));
        check("1/2/98", Some("1998-02-01"));
        check("depuis 2004", Some("2004"));
        check("printemps 2010", Some("2010"));
        check("Mars 2011", Some("2011-03"));
        check("lundi 3 août 2015 à 10h30", Some("2015-08-03"));
        check("2009-2012", Some("2009"));
        check("Été 2013", Some("2013"));
        check("09/2016", Some("2016-09"));
        check("15 févr. 2019", Some("2019-02-15"));
    }

    #[test]
    fn dates_of_machines_are_read() {
        check("2022-07-28T11:40:47+02:00", Some("2022-07-28"));
        check("2021-05-05T16:14:04.384Z", Some("2021-05-05"));
        check("Sat, 21 Dec 2019 10:00:00 GMT", Some("2019-12-21"));
        check("20190304", Some("2019-03-04"));
        check("1554271200", Some("2019-04-03"));
        check("43466", Some("2019-01-01"));
        check("25/09/2018 14:30", Some("2018-09-25"));
        check("2018-09", Some("2018-09"));
        check("2018-9-5", Some("2018-09-05"));
        check("March 12, 2012", Some("2012-03-12"));
    }

    #[test]
    fn damage_is_mended_and_told() {
        let read = read_date("2022-07-28T11: 40: 47+02: 00").unwrap();
        assert_eq!((read.date.to_string().as_str(), read.mended), ("2022-07-28", true));
        let read = read_date("12/31/2015").unwrap();
        assert_eq!((read.date.to_string().as_str(), read.mended), ("2015-12-31", true));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for wrong in [
            "",
            "0000-00-00",
            "30/02/2012",
            "2012-02-30",
            "31 février 2010",
            "now",
            "infinity",
            "294277-01-01",
            "bientôt",
            "99/99/9999",
            "12",
            "1500 habitants",
            "0",
            "le 12 mars",
        ] {
            check(wrong, None);
        }
    }

    #[track_caller]
    fn start(story: &str, expected: Option<&str>) {
        assert_eq!(read_start(story).map(|date| date.to_string()).as_deref(), expected, "{story}");
    }

    #[test]
    fn a_story_tells_when_it_began() {
        start("L'idée est née en 2004 dans un quartier de 1500 habitants, reprise en 2009.", Some("2004"));
        start("Dès 2011, un vendredi par mois, les voisins se retrouvent.", Some("2011"));
        start("Lancé au mois de mars 2012 par des parents.", Some("2012-03"));
        start("Depuis le 15 septembre 2009, l'atelier accueille.", Some("2009-09-15"));
        start("Après la tempête de 1999, rien. En 2003, des élus proposent un lieu.", Some("2003"));
        start("Un lieu pour 2000 habitants.", None);
        start("", None);
    }
}
