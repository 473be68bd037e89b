//! Which actions are asked for: the parameters that lists, downloads and counts share.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use gazetteer::Gazetteer;
use model::{Level, Status, TerritoryId};
use store::Filter;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::known::{Known, Shape, documented};
use crate::parameters::Parameters;
use crate::problem::Problem;

const SLUG: Shape = Shape::Text("^[A-Za-z0-9_/-]{1,200}$");

/// Parameters that choose actions.
pub(crate) const FILTERS: [Known; 8] = [
    Known {
        name: "territory",
        meaning: "Typed territory id: actions there and in whatever lies in it; former ids too",
        example: "departement:47",
        shape: Shape::Text(
            "^(commune:[0-9][0-9AB][0-9]{3}|epci:[0-9]{9}|departement:(2[AB]|[0-9]{2,3})|region:[0-9]{2,3}|pays:FR|abroad:[A-Z]{2})$",
        ),
    },
    Known {
        name: "theme",
        meaning: "Slug of a theme, sub-themes included",
        example: "developpement-territoires",
        shape: SLUG,
    },
    Known { name: "audience", meaning: "Slug of an audience", example: "jeunes", shape: SLUG },
    Known { name: "method", meaning: "Slug of a method", example: "cooperation", shape: SLUG },
    Known {
        name: "sourceur",
        meaning: "Id of a sourceur: actions it tells",
        example: "apriles",
        shape: Shape::Text("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"),
    },
    Known {
        name: "status",
        meaning: "Whether the action still runs; `unknown` where nobody said",
        example: "running",
        shape: Shape::Words(&["running", "ended", "unknown"]),
    },
    Known {
        name: "language",
        meaning: "Language of the texts, BCP 47",
        example: "fr",
        shape: Shape::Text("^[A-Za-z0-9-]{2,35}$"),
    },
    Known {
        name: "changed_since",
        meaning: "Changed at that time (RFC 3339) or day (UTC), or later",
        example: "2026-01-31T12:00:00Z",
        shape: Shape::Text(
            "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?$",
        ),
    },
];

/// Parameters of the contract that the search index will answer.
pub(crate) const LATER: [&str; 12] = [
    "q",
    "bbox",
    "near",
    "within",
    "actor",
    "started_from",
    "started_to",
    "quality_min",
    "has",
    "sort",
    "facets",
    "zoom",
];

/// What `OpenAPI` tells of [`FILTERS`].
pub(crate) struct FilterQuery;

impl IntoParams for FilterQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(&FILTERS)
    }
}

/// Why a filter cannot be understood: what was given, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FilterError(String);

/// The filter that names and values ask for, for whoever asks otherwise than over HTTP: the same
/// names, read as strictly.
pub fn filter_of(given: &[(&str, &str)]) -> Result<Filter, FilterError> {
    let parameters = Parameters::of(given);
    read(&parameters).map_err(|problem| FilterError(problem.detail().to_owned()))
}

/// The filter that a query asks for.
pub(crate) fn read(parameters: &Parameters) -> Result<Filter, Problem> {
    let slug = |name| parameters.read_as(name, "a slug: letters, digits, `-` and `/`", as_slug);
    Ok(Filter {
        territory: territory(parameters)?,
        theme: slug("theme")?,
        audience: slug("audience")?,
        method: slug("method")?,
        sourceur: parameters.parse("sourceur", "the id of a sourceur, as `/api/v1/sourceurs` lists them")?,
        status: parameters.read_as("status", "`running`, `ended` or `unknown`", as_status)?,
        language: parameters.read_as("language", "a BCP 47 tag, as in `fr`", as_language)?,
        changed_since: parameters.read_as(
            "changed_since",
            "a time as in `2026-01-31T12:00:00Z` or a day as in `2026-01-31`",
            as_time,
        )?,
        ..Filter::default()
    })
}

/// The territory asked for, as it is named today.
fn territory(parameters: &Parameters) -> Result<Option<TerritoryId>, Problem> {
    let Some(written) = parameters.get("territory") else { return Ok(None) };
    let gazetteer = Gazetteer::get();
    let Ok(asked) = written.parse::<TerritoryId>() else {
        return Err(bare_code(written, &gazetteer.readings(written)));
    };
    let today = gazetteer.current(&asked).unwrap_or(asked);
    let is_known = matches!(today.level, Level::Abroad) || gazetteer.territory(&today).is_some();
    if is_known { Ok(Some(today)) } else { Err(Problem::invalid("territory", written, "a territory of France")) }
}

/// Every région shares its code with a département: a code alone is never guessed at.
fn bare_code(written: &str, readings: &[TerritoryId]) -> Problem {
    let readings: Vec<String> = readings.iter().map(ToString::to_string).collect();
    if readings.is_empty() {
        let expected = "a level and a code, as in `commune:47001`, `epci:200035459`, `departement:47`, `region:75`, \
                        `pays:FR` or `abroad:BE`";
        return Problem::invalid("territory", written, expected);
    }
    let listed = readings.iter().map(|reading| format!("`{reading}`")).collect::<Vec<_>>().join(" or ");
    Problem::invalid("territory", written, &listed).with("readings", readings)
}

fn as_slug(written: &str) -> Option<String> {
    let is_slug = written.len() <= 200 && written.chars().all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c));
    is_slug.then(|| written.to_owned())
}

fn as_status(written: &str) -> Option<Status> {
    match written {
        "running" => Some(Status::Running),
        "ended" => Some(Status::Ended),
        "unknown" => Some(Status::Unknown),
        _ => None,
    }
}

fn as_language(written: &str) -> Option<String> {
    let is_tag = (2..=35).contains(&written.len()) && written.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_tag.then(|| written.to_owned())
}

fn as_time(written: &str) -> Option<DateTime<Utc>> {
    // A `+` that was not escaped arrives as a blank.
    let time = DateTime::parse_from_rfc3339(&written.replace(' ', "+")).ok().map(|time| time.to_utc());
    let day = || written.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    // Postgres keeps no time before 4713 BC, and nobody asks for one.
    time.or_else(day).filter(|time| (0..=9999).contains(&time.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<Filter, Problem> {
        let known = FILTERS.map(|known| known.name);
        Parameters::read(Some(query), &known, &LATER).and_then(|parameters| read(&parameters))
    }

    #[track_caller]
    fn refused(query: &str, says: &str) {
        let problem = asked(query).unwrap_err();
        let (code, detail) = problem.told();
        assert!(code == "invalid-parameter" && detail.contains(says), "{query}: {code}: {detail}");
    }

    #[test]
    fn a_bare_code_names_its_readings() {
        refused("territory=75", "`departement:75` or `region:75`");
        refused("territory=Agen", "as in `commune:47001`");
        refused("territory=commune:00000", "a territory of France");
        assert_eq!(asked("territory=region:75").unwrap().territory.unwrap().to_string(), "region:75");
    }

    #[test]
    fn a_value_that_cannot_be_is_refused_with_what_could() {
        refused("status=en%20cours", "`running`, `ended` or `unknown`");
        refused("theme=%27%20or%201=1", "a slug");
        refused("sourceur=-x", "a sourceur");
        refused("changed_since=hier", "`2026-01-31`");
        refused("changed_since=9999999-01-01", "`2026-01-31`");
        refused("language=fran%C3%A7ais", "BCP 47");
    }

    #[test]
    fn former_regions_stand_for_those_of_today() {
        let territory = |query: &str| asked(query).unwrap().territory.unwrap().to_string();
        assert_eq!(territory("territory=region:72"), "region:75");
        assert_eq!(territory("territory=region:42"), "region:44");
        assert_eq!(territory("territory=region:24"), "region:24");
    }

    #[test]
    fn names_and_values_are_read_as_a_query_is() {
        let filter = filter_of(&[("territory", "region:75"), ("status", "ended")]).unwrap();
        assert_eq!(filter, asked("territory=region:75&status=ended").unwrap());
        let refused = filter_of(&[("territory", "75")]).unwrap_err().to_string();
        assert!(refused.contains("`departement:75` or `region:75`"), "{refused}");
    }

    #[test]
    fn times_are_read_in_any_zone_and_days_in_utc() {
        let since = |query: &str| asked(query).unwrap().changed_since.unwrap().to_rfc3339();
        assert_eq!(since("changed_since=2026-01-31"), "2026-01-31T00:00:00+00:00");
        assert_eq!(since("changed_since=2026-01-31T02:00:00+02:00"), "2026-01-31T00:00:00+00:00");
        assert_eq!(since("changed_since=2026-01-31T02:00:00%2B02:00"), "2026-01-31T00:00:00+00:00");
    }
}
