//! Choices and the addresses behind them.

use super::*;
use crate::words::search::FR;

fn groups(query: &str, facets: &[(Facet, &[(&str, u64)])]) -> Vec<Group> {
    let state = State::read(Some(query)).unwrap();
    let counts = |values: &[(&str, u64)]| {
        values.iter().map(|(value, count)| Count { value: (*value).to_owned(), count: *count }).collect()
    };
    let facets = facets.iter().map(|(facet, values)| (*facet, counts(values))).collect();
    let answer = Answer { facets, ..Answer::default() };
    let label = |_, value: &str| value.to_owned();
    let counted = Counted { answer: &answer, state: &state, placed: &state, lang: Lang::Fr, words: &FR, label: &label };
    counted.groups()
}

#[track_caller]
fn check(query: &str, facets: &[(Facet, &[(&str, u64)])], expected: &[(&str, &str)]) {
    let groups = groups(query, facets);
    let all = groups.iter().flat_map(|group| group.first.iter().chain(&group.rest));
    let links: Vec<(&str, &str)> = all
        .flat_map(|choice| std::iter::once(choice).chain(&choice.below))
        .map(|choice| (choice.label.as_str(), choice.href.as_str()))
        .collect();
    assert_eq!(links, expected, "{query}");
}

const THEMES: &[(Facet, &[(&str, u64)])] = &[(Facet::Theme, &[("a", 9), ("b", 5), ("a/x", 4), ("a/y", 2)])];

#[test]
fn finer_choices_show_once_the_wider_is_chosen_and_take_its_place() {
    check("", THEMES, &[("a", "/recherche?theme=a"), ("b", "/recherche?theme=b")]);
    check(
        "q=s&theme=a",
        THEMES,
        &[
            ("a", "/recherche?q=s"),
            ("a/x", "/recherche?q=s&theme=a/x"),
            ("a/y", "/recherche?q=s&theme=a/y"),
            ("b", "/recherche?q=s&theme=a,b"),
        ],
    );
    check(
        "theme=a/x",
        THEMES,
        &[
            ("a", "/recherche?theme=a"),
            ("a/x", "/recherche"),
            ("a/y", "/recherche?theme=a/x,a/y"),
            ("b", "/recherche?theme=a/x,b"),
        ],
    );
}

#[test]
fn a_departement_stands_under_its_region() {
    let facets: &[(Facet, &[(&str, u64)])] = &[
        (Facet::Region, &[("region:75", 9), ("region:53", 5)]),
        (Facet::Departement, &[("departement:29", 5), ("departement:47", 2)]),
    ];
    check(
        "territory=region:75",
        facets,
        &[
            ("region:75", "/recherche"),
            ("departement:47", "/recherche?territory=departement:47"),
            ("region:53", "/recherche?territory=region:75,region:53"),
        ],
    );
}

#[test]
fn what_is_chosen_stays_in_sight_even_where_it_has_nothing() {
    check("status=ended", &[], &[("ended", "/recherche")]);
    let many: Vec<(String, u64)> = (0..20).map(|number| (format!("s{number}"), 20 - number)).collect();
    let many: Vec<(&str, u64)> = many.iter().map(|(value, count)| (value.as_str(), *count)).collect();
    let groups = groups("sourceur=s15", &[(Facet::Sourceur, &many)]);
    assert_eq!(groups[0].first[0].label, "s15");
    assert_eq!((groups[0].first.len(), groups[0].rest.len(), groups[0].chosen), (7, 13, 1));
}

#[test]
fn years_are_chosen_by_decades_the_latest_first() {
    let years: &[(Facet, &[(&str, u64)])] = &[(Facet::Year, &[("2014", 3), ("2021", 2), ("1950", 1), ("2010", 1)])];
    check(
        "",
        years,
        &[
            ("2020–2029", "/recherche?started_from=2020&started_to=2029"),
            ("2010–2019", "/recherche?started_from=2010&started_to=2019"),
            ("Avant 1980", "/recherche?started_to=1979"),
        ],
    );
    check(
        "started_from=2014&started_to=2014",
        years,
        &[
            ("2020–2029", "/recherche?started_from=2020&started_to=2029"),
            ("2010–2019", "/recherche?started_from=2010&started_to=2019"),
            ("2014", "/recherche"),
            ("2010", "/recherche?started_from=2010&started_to=2010"),
            ("Avant 1980", "/recherche?started_to=1979"),
        ],
    );
}
