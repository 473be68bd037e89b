use super::*;

fn asked(query: &str) -> Result<Filter, Refused> {
    let known = FILTERS.map(|known| known.name);
    Parameters::read(Some(query), &known).and_then(|parameters| read(&parameters))
}

#[track_caller]
fn refused(query: &str, says: &str) {
    let refused = asked(query).unwrap_err();
    let parameter = query.split('=').next();
    assert_eq!((refused.code, refused.parameter.as_deref()), ("invalid-parameter", parameter), "{query}: {refused}");
    assert!(refused.detail.contains(says), "{query}: {refused}");
}

#[test]
fn a_bare_code_names_its_readings() {
    refused("territory=75", "`departement:75` or `region:75`");
    refused("territory=departement:47,33", "`departement:33`");
    refused("territory=99999", "a level and a code");
    refused("territory=ville:75056", "a level and a code");
    refused("territory=commune:99999", "a territory of France");
    let readings = asked("territory=75").unwrap_err().readings;
    assert_eq!(readings.iter().map(ToString::to_string).collect::<Vec<_>>(), ["departement:75", "region:75"]);
}

#[test]
fn a_value_that_cannot_be_is_told_with_what_could() {
    refused("theme=a b", "slugs");
    refused("sourceur=%2Fetc", "`/api/v1/sourceurs`");
    refused("status=runing", "did you mean `running`?");
    refused("has=image,immage", "did you mean `image`?");
    refused("changed_since=yesterday", "`2026-01-31`");
    refused("language=fran%C3%A7ais", "BCP 47");
    refused("started_from=2004-13", "`2004-03`");
    refused("started_to=04", "`2004-03`");
    refused("quality_min=2", "from 0 to 1");
    refused("quality_min=NaN", "from 0 to 1");
    refused("bbox=1,2,3", "four numbers");
    refused("bbox=NaN,1,2,3", "four numbers");
    refused("bbox=0,inf,2,3", "four numbers");
    refused("bbox=0,1e999,2,3", "four numbers");
    refused("bbox=0,10,2,3", "south below north");
    refused("bbox=-181,0,2,3", "-180 to 180");
    refused("bbox=0,-91,2,3", "-90 to 90");
    refused("near=44.2", "`lat,lon`");
    refused("near=0.6,144.2,3", "two numbers");
    refused("near=144.2,0.6", "a latitude from -90 to 90");
    refused("near=nan,nan", "two numbers");
    refused("within=30", "`near=lat,lon` beside it");
    refused("within=0&near=44,0", "above 0");
    refused("within=501&near=44,0", "500 at most");
    refused("within=-inf&near=44,0", "500 at most");
}

#[test]
fn former_territories_stand_for_those_of_today() {
    let territory = |query: &str| asked(query).unwrap().territories[0].to_string();
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
    assert_eq!(filter_of(&[("q", "é".repeat(5000))]).unwrap_err().code, "query-too-long");
}

#[test]
fn lists_are_joined_by_commas_and_mean_one_of() {
    let filter = asked("theme=a,b/c&status=ended,,running&has=quote,image&language=fr").unwrap();
    assert_eq!(filter.themes, ["a", "b/c"]);
    assert_eq!(filter.statuses, [Status::Ended, Status::Running]);
    assert_eq!(filter.has, [Has::Quote, Has::Image]);
    assert_eq!(asked("theme=,&q=+&status=").unwrap(), Filter::default());
}

#[test]
fn times_are_read_in_any_zone_and_days_in_utc() {
    let since = |query: &str| asked(query).unwrap().changed_since.unwrap().to_rfc3339();
    assert_eq!(since("changed_since=2026-01-31"), "2026-01-31T00:00:00+00:00");
    assert_eq!(since("changed_since=2026-01-31T02:00:00+02:00"), "2026-01-31T00:00:00+00:00");
    assert_eq!(since("changed_since=2026-01-31T02:00:00%2B02:00"), "2026-01-31T00:00:00+00:00");
}

#[test]
fn a_year_or_a_month_stands_for_all_of_its_days() {
    let filter = asked("started_from=2004&started_to=2004-02").unwrap();
    assert_eq!(filter.started_from.unwrap().to_string(), "2004-01-01");
    assert_eq!(filter.started_to.unwrap().to_string(), "2004-02-29");
    assert_eq!(asked("started_to=2005").unwrap().started_to.unwrap().to_string(), "2005-12-31");
}

#[test]
fn a_box_may_cross_the_antimeridian_and_a_circle_is_30_km_wide() {
    let filter = asked("bbox=170,-25,-170,-10&near=44.2,0.6").unwrap();
    assert_eq!(filter.bbox, Some(Bbox { west: 170.0, south: -25.0, east: -170.0, north: -10.0 }));
    assert_eq!(filter.near, Some(Near { lat: 44.2, lon: 0.6, within_km: 30.0 }));
}
