//! Which actions are asked for: the parameters that lists, downloads, maps and exports share.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use gazetteer::Gazetteer;
use model::{Level, PartialDate, Status, TerritoryId};
use search::{Bbox, Filter, Has, Near};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::known::{Known, Shape, documented};
use crate::parameters::Parameters;
use crate::refused::Refused;

const SLUGS: Shape = Shape::Text("^[A-Za-z0-9_/-]{1,200}(,[A-Za-z0-9_/-]{1,200}){0,9}$");
const DATE: Shape = Shape::Text("^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?)?$");

/// Kilometres around `near` unless `within` says otherwise, and at most.
const WITHIN_KM: f64 = 30.0;
const MAX_WITHIN_KM: f64 = 500.0;

/// Every status with its word.
const STATUSES: [(&str, Status); 3] =
    [("running", Status::Running), ("ended", Status::Ended), ("unknown", Status::Unknown)];

/// Parameters that choose actions. Where one may be a list, its values are joined by commas and one of them is enough.
pub(crate) const FILTERS: [Known; 17] = [
    Known {
        name: "q",
        meaning: "Words to look for, as one types them: accents, endings and a typing fault are forgiven; there is no \
                  query language",
        example: "jardin partagé",
        shape: Shape::Text("^[^\\u0000-\\u001f\\u007f-\\u009f]{1,500}$"),
    },
    Known {
        name: "theme",
        meaning: "Slugs of themes, sub-themes included; see `/api/v1/taxonomy`",
        example: "developpement-territoires",
        shape: SLUGS,
    },
    Known { name: "audience", meaning: "Slugs of audiences", example: "jeunes", shape: SLUGS },
    Known { name: "method", meaning: "Slugs of methods", example: "cooperation", shape: SLUGS },
    Known {
        name: "territory",
        meaning: "Typed territory ids: actions there and in whatever lies in them; former ids too",
        example: "departement:47",
        shape: Shape::Text(
            "^(commune:[0-9][0-9AB][0-9]{3}|epci:[0-9]{9}|departement:(2[AB]|[0-9]{2,3})|region:[0-9]{2,3}|pays:FR|abroad:[A-Z]{2})(,(commune:[0-9][0-9AB][0-9]{3}|epci:[0-9]{9}|departement:(2[AB]|[0-9]{2,3})|region:[0-9]{2,3}|pays:FR|abroad:[A-Z]{2})){0,9}$",
        ),
    },
    Known {
        name: "bbox",
        meaning: "With a point in this rectangle: `west,south,east,north` in degrees (WGS 84); where west is greater \
                  than east it crosses the antimeridian",
        example: "-1.5,43.5,1.5,45.5",
        shape: Shape::Text("^-?[0-9]{1,3}(\\.[0-9]{1,9})?(,-?[0-9]{1,3}(\\.[0-9]{1,9})?){3}$"),
    },
    Known {
        name: "near",
        meaning: "With a point near this one: `lat,lon` in degrees (WGS 84)",
        example: "44.2,0.62",
        shape: Shape::Text("^-?[0-8]?[0-9](\\.[0-9]{1,9})?,-?(1[0-7][0-9]|[0-9]{1,2})(\\.[0-9]{1,9})?$"),
    },
    Known {
        name: "within",
        meaning: "How near, in kilometres; 30 unless asked; only with `near`",
        example: "30",
        shape: Shape::Decimal(0.1, MAX_WITHIN_KM),
    },
    Known {
        name: "sourceur",
        meaning: "Ids of sourceurs: actions they tell",
        example: "apriles",
        shape: Shape::Text("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(,[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,9}$"),
    },
    Known {
        name: "actor",
        meaning: "Id of an actor: actions it carries, joins or funds",
        example: "",
        shape: Shape::Text("^[!-+\\--~]{1,200}$"),
    },
    Known {
        name: "status",
        meaning: "Whether the action still runs: `running`, `ended`; `unknown` where nobody said",
        example: "running",
        shape: Shape::Text("^(running|ended|unknown)(,(running|ended|unknown))*$"),
    },
    Known {
        name: "language",
        meaning: "Languages of the texts, BCP 47",
        example: "fr",
        shape: Shape::Text("^[A-Za-z0-9-]{2,35}(,[A-Za-z0-9-]{2,35}){0,9}$"),
    },
    Known {
        name: "changed_since",
        meaning: "Changed at that time (RFC 3339) or day (UTC), or later",
        example: "2026-01-31T12:00:00Z",
        shape: Shape::Text(
            "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?$",
        ),
    },
    Known {
        name: "started_from",
        meaning: "Begun in that year or month, on that day, or later",
        example: "2015",
        shape: DATE,
    },
    Known {
        name: "started_to",
        meaning: "Begun in that year or month, on that day, or earlier",
        example: "2026-06",
        shape: DATE,
    },
    Known {
        name: "quality_min",
        meaning: "At least so complete, 0 to 1",
        example: "0.5",
        shape: Shape::Decimal(0.0, 1.0),
    },
    Known {
        name: "has",
        meaning: "With all of these: `contact`, `image`, `place`, `quote`, `spread`",
        example: "place",
        shape: Shape::Text("^(contact|image|place|quote|spread)(,(contact|image|place|quote|spread))*$"),
    },
];

/// What `OpenAPI` tells of [`FILTERS`].
pub(crate) struct FilterQuery;

impl IntoParams for FilterQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(&FILTERS)
    }
}

/// The filter that names and values ask for, for whoever asks otherwise than over HTTP: the same
/// names, read as strictly.
pub fn filter_of(given: &[(impl AsRef<str>, impl AsRef<str>)]) -> Result<Filter, Refused> {
    let known: Vec<&str> = FILTERS.iter().map(|known| known.name).collect();
    read(&Parameters::of(given, &known)?)
}

/// The filter that a query asks for.
pub(crate) fn read(parameters: &Parameters) -> Result<Filter, Refused> {
    let slugs = |name| parameters.list(name, "slugs joined by commas: letters, digits, `-` and `/`", as_slug);
    Ok(Filter {
        q: parameters.get("q").map(str::to_owned),
        themes: slugs("theme")?,
        audiences: slugs("audience")?,
        methods: slugs("method")?,
        territories: territories(parameters)?,
        bbox: parameters.get("bbox").map(bbox).transpose()?,
        near: near(parameters)?,
        sourceurs: parameters
            .list("sourceur", "ids of sourceurs, as `/api/v1/sourceurs` lists them", |written| written.parse().ok())?,
        actor: parameters.read_as("actor", "the id of an actor", as_actor)?,
        statuses: parameters.words("status", &STATUSES)?,
        languages: parameters.list("language", "BCP 47 tags, as in `fr`", as_language)?,
        changed_since: parameters.read_as(
            "changed_since",
            "a time as in `2026-01-31T12:00:00Z` or a day as in `2026-01-31`",
            as_time,
        )?,
        started_from: parameters.read_as("started_from", A_DATE, |written| Some(as_date(written)?.first_day()))?,
        started_to: parameters.read_as("started_to", A_DATE, |written| last_day(as_date(written)?))?,
        quality_min: parameters.read_as("quality_min", "a number from 0 to 1", |written| decimal(written, 0.0, 1.0))?,
        has: parameters.words("has", &Has::ALL)?,
    })
}

const A_DATE: &str = "a year, a month or a day, as in `2004`, `2004-03` or `2004-03-12`";

/// The territories asked for, as they are named today.
fn territories(parameters: &Parameters) -> Result<Vec<TerritoryId>, Refused> {
    parameters.items("territory").map(|written| territory_of("territory", written)).collect()
}

/// The territory that a typed id names, as it is named today; a bare code is refused with its readings.
fn territory_of(parameter: &str, written: &str) -> Result<TerritoryId, Refused> {
    let gazetteer = Gazetteer::get();
    let Ok(asked) = written.parse::<TerritoryId>() else {
        return Err(bare_code(parameter, written, gazetteer.readings(written)));
    };
    let today = gazetteer.current(&asked).unwrap_or(asked);
    let is_known = matches!(today.level, Level::Abroad) || gazetteer.territory(&today).is_some();
    if is_known { Ok(today) } else { Err(Refused::invalid(parameter, written, "a territory of France")) }
}

/// Every région shares its code with a département: a code alone is never guessed at.
pub(crate) fn bare_code(parameter: &str, written: &str, readings: Vec<TerritoryId>) -> Refused {
    if readings.is_empty() {
        let expected = "a level and a code, as in `commune:47001`, `epci:200096956`, `departement:47`, `region:75`, \
                        `pays:FR` or `abroad:BE`";
        return Refused::invalid(parameter, written, expected);
    }
    let listed = readings.iter().map(|reading| format!("`{reading}`")).collect::<Vec<_>>().join(" or ");
    Refused { readings: readings.into(), ..Refused::invalid(parameter, written, &listed) }
}

/// `west,south,east,north`.
fn bbox(written: &str) -> Result<Bbox, Refused> {
    let refused = |expected| Refused::invalid("bbox", written, expected);
    let parts = numbers::<4>(written);
    let [west, south, east, north] =
        parts.ok_or_else(|| refused("four numbers `west,south,east,north` in degrees, as in `-1.5,43.5,1.5,45.5`"))?;
    if ![west, east].iter().all(|lon| lon.abs() <= 180.0) {
        return Err(refused("west and east from -180 to 180 degrees"));
    }
    if ![south, north].iter().all(|lat| lat.abs() <= 90.0) {
        return Err(refused("south and north from -90 to 90 degrees"));
    }
    if south > north {
        return Err(refused("`west,south,east,north` with south below north"));
    }
    Ok(Bbox { west, south, east, north })
}

fn near(parameters: &Parameters) -> Result<Option<Near>, Refused> {
    let expected = format!("a number of kilometres above 0, {MAX_WITHIN_KM} at most");
    let within = parameters
        .read_as("within", &expected, |written| decimal(written, 0.0, MAX_WITHIN_KM).filter(|within| *within > 0.0))?;
    let Some(written) = parameters.get("near") else {
        let written = parameters.get("within").unwrap_or_default();
        return match within {
            None => Ok(None),
            Some(_) => Err(Refused::invalid("within", written, "`near=lat,lon` beside it")),
        };
    };
    let [lat, lon] = numbers::<2>(written)
        .ok_or_else(|| Refused::invalid("near", written, "two numbers `lat,lon` in degrees, as in `44.2,0.62`"))?;
    if lat.abs() > 90.0 || lon.abs() > 180.0 {
        let expected = "`lat,lon`: a latitude from -90 to 90, then a longitude from -180 to 180 degrees";
        return Err(Refused::invalid("near", written, expected));
    }
    Ok(Some(Near { lat, lon, within_km: within.unwrap_or(WITHIN_KM) }))
}

/// So many numbers between commas, each finite.
fn numbers<const N: usize>(written: &str) -> Option<[f64; N]> {
    let numbers: Vec<f64> =
        written.split(',').map(|part| decimal(part.trim(), f64::MIN, f64::MAX)).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

/// A finite number in a range, in digits: no `NaN`, no `inf`.
fn decimal(written: &str, least: f64, most: f64) -> Option<f64> {
    let is_plain = written.len() <= 40 && written.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let number = written.parse::<f64>().ok().filter(|number| is_plain && number.is_finite())?;
    (least..=most).contains(&number).then_some(number)
}

fn as_slug(written: &str) -> Option<String> {
    let is_slug = written.len() <= 200 && written.chars().all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c));
    is_slug.then(|| written.to_owned())
}

fn as_actor(written: &str) -> Option<String> {
    (written.chars().count() <= 200).then(|| written.to_owned())
}

fn as_language(written: &str) -> Option<String> {
    let is_tag = (2..=35).contains(&written.len()) && written.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    // Tags mean the same in capitals (RFC 5646, 2.1.1); those of actions are in small letters.
    is_tag.then(|| written.to_ascii_lowercase())
}

fn as_time(written: &str) -> Option<DateTime<Utc>> {
    // A `+` that was not escaped arrives as a blank.
    let time = DateTime::parse_from_rfc3339(&written.replace(' ', "+")).ok().map(|time| time.to_utc());
    let day = || written.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    // Postgres keeps no time before 4713 BC, and nobody asks for one.
    time.or_else(day).filter(|time| (0..=9999).contains(&time.year()))
}

fn as_date(written: &str) -> Option<PartialDate> {
    written.parse().ok()
}

/// The last day that a date may stand for.
fn last_day(date: PartialDate) -> Option<NaiveDate> {
    let first = date.first_day();
    match date {
        PartialDate::Year(_) => first.checked_add_months(Months::new(12))?.checked_sub_days(Days::new(1)),
        PartialDate::Month(..) => first.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1)),
        PartialDate::Day(day) => Some(day),
    }
}

#[cfg(test)]
mod tests;
