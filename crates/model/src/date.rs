//! Dates as precise as known: a year, a month, or a day.

use std::{borrow::Cow, fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A date as precise as known: `2004`, `2004-03` or `2004-03-12`.
///
/// Ordered by its first day, then the less precise first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// A year.
    Year(i32),
    /// A year and a month, 1 to 12.
    Month(i32, u32),
    /// A day.
    Day(NaiveDate),
}

/// A text that is no date of the form `2004`, `2004-03` or `2004-03-12`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date: expected `2004`, `2004-03` or `2004-03-12`")]
pub struct InvalidDate(String);

impl PartialDate {
    /// The year, always known.
    pub fn year(self) -> i32 {
        match self {
            Self::Year(year) | Self::Month(year, _) => year,
            Self::Day(day) => day.year(),
        }
    }

    /// The first day the date may stand for.
    pub fn first_day(self) -> NaiveDate {
        let first = match self {
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 1, 1),
            Self::Month(year, month) => NaiveDate::from_ymd_opt(year, month, 1),
            Self::Day(day) => Some(day),
        };
        first.unwrap_or(NaiveDate::MIN)
    }

    fn precision(self) -> u8 {
        match self {
            Self::Year(_) => 0,
            Self::Month(..) => 1,
            Self::Day(_) => 2,
        }
    }
}

impl Ord for PartialDate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.first_day(), self.precision()).cmp(&(other.first_day(), other.precision()))
    }
}

impl PartialOrd for PartialDate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
        }
    }
}

impl FromStr for PartialDate {
    type Err = InvalidDate;

    fn from_str(written: &str) -> Result<Self, InvalidDate> {
        let invalid = || InvalidDate(written.chars().take(40).collect());
        let shape: Vec<&str> = written.split('-').collect();
        let digits = |part: &str, count: usize| {
            let well_made = part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
            well_made.then(|| part.parse::<u32>().ok()).flatten()
        };
        let year = digits(shape[0], 4).and_then(|year| i32::try_from(year).ok()).ok_or_else(invalid)?;
        match shape[1..] {
            [] => Ok(Self::Year(year)),
            [month] => match digits(month, 2) {
                Some(month @ 1..=12) => Ok(Self::Month(year, month)),
                _ => Err(invalid()),
            },
            [month, day] => {
                let (Some(month), Some(day)) = (digits(month, 2), digits(day, 2)) else {
                    return Err(invalid());
                };
                NaiveDate::from_ymd_opt(year, month, day).map(Self::Day).ok_or_else(invalid)
            }
            _ => Err(invalid()),
        }
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Cow<'de, str>>::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for PartialDate {
    fn schema_name() -> Cow<'static, str> {
        "PartialDate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
            "description": "a date as precise as known: `2004`, `2004-03` or `2004-03-12`"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let read = written.parse::<PartialDate>().ok().map(|date| date.to_string());
        assert_eq!(read.as_deref(), expected, "{written}");
    }

    #[test]
    fn a_date_is_as_precise_as_written() {
        check("2004", Some("2004"));
        check("2004-03", Some("2004-03"));
        check("2004-03-12", Some("2004-03-12"));
        check("2004-13", None);
        check("2004-02-30", None);
        check("04-02-03", None);
        check("", None);
        check("2004-1-1", None);
        check("+004-01-01", None);
    }

    #[test]
    fn a_year_comes_before_its_first_of_january() {
        let dates = ["2003-12-31", "2004", "2004-01", "2004-01-01", "2004-02"];
        let mut sorted: Vec<PartialDate> = dates.iter().rev().map(|date| date.parse().unwrap()).collect();
        sorted.sort();
        assert_eq!(sorted.iter().map(ToString::to_string).collect::<Vec<_>>(), dates);
    }
}
