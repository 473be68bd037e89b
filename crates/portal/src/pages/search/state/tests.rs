//! State to address and back.

use super::*;

fn read(query: &str) -> State {
    State::read(Some(query)).unwrap()
}

#[track_caller]
fn check(query: &str, expected: &str) {
    let state = read(query);
    assert_eq!(state.query(Lang::Fr), expected);
    assert_eq!(read(expected), state, "what was written reads as what was read");
    let english = state.query(Lang::En);
    assert_eq!(read(&english), state, "{english}");
}

#[test]
fn an_address_reads_as_the_state_that_wrote_it() {
    check("", "");
    check("q=habitat+partag%C3%A9", "q=habitat+partag%C3%A9");
    check("sort=started&q=jardin&lieu=Agen&within=20", "q=jardin&lieu=Agen&within=20&sort=started");
    check("theme=sante,logement/habitat-partage&theme=sante", "theme=sante,logement/habitat-partage");
    check("place=Agen", "lieu=Agen");
    check("territory=departement%3A47&cursor=AbC-_", "territory=departement:47&cursor=AbC-_");
    check("near=44.2,0.62&bbox=-1.5,43,2,45", "near=44.2,0.62&bbox=-1.5,43,2,45");
}

#[test]
fn what_is_empty_or_not_ours_is_left_out() {
    check("q=&lieu=++&utm_source=lettre&fbclid=1&theme=,,", "");
    check("q=%00jardin%0Apartag%C3%A9%0A", "q=jardin+partag%C3%A9");
}

#[test]
fn hostile_values_stay_values() {
    check("q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "q=%22%3E%3Cscript%3Ealert%281%29%3C/script%3E");
    check("q=a%26theme%3Dsante%23x%2By", "q=a%26theme%3Dsante%23x%2By");
    check("lieu='%3B%20drop%20table", "lieu=%27%3B+drop+table");
    check("q=%ff%fe", "q=%EF%BF%BD%EF%BF%BD");
}

#[test]
fn removing_a_filter_keeps_the_rest() {
    let state = read("q=jardin&theme=sante,culture&has=image&sort=started&cursor=X");
    let fewer = state.clone().minus("theme", |value| value == "sante");
    assert_eq!(fewer.query(Lang::Fr), "q=jardin&theme=culture&has=image&sort=started");
    assert_eq!(state.clone().without(&["q"]).query(Lang::Fr), "theme=sante,culture&has=image&sort=started");
    assert_eq!(state.with("sort", "quality").get("sort"), Some("quality"));
}

#[test]
fn adding_a_filter_twice_is_adding_it_once_and_begins_the_list_anew() {
    let state = read("theme=sante&cursor=X").plus("theme", "culture").plus("theme", "culture");
    assert_eq!(state.query(Lang::Fr), "theme=sante,culture");
    assert_eq!(state.from("Y").query(Lang::Fr), "theme=sante,culture&cursor=Y");
}

#[test]
fn one_value_is_not_two_and_a_query_has_an_end() {
    assert_eq!(State::read(Some("q=a&q=b")), Err(Unreadable::Repeated("q")));
    assert_eq!(State::read(Some(&format!("q={}", "a".repeat(20_000)))), Err(Unreadable::TooLong(Some("q"))));
    assert_eq!(State::read(Some(&"&".repeat(20_000))), Err(Unreadable::TooLong(None)));
    assert_eq!(read("q=a&q=a").get("q"), Some("a"));
}

#[test]
fn what_a_filter_asks_alone_is_what_the_question_without_it_lacks() {
    let state = read("q=jardin&lieu=Agen&within=30&theme=sante,culture&sort=started");
    let alone = state.beyond(&state.clone().without(&["lieu", "within"]));
    assert_eq!(alone.query(Lang::Fr), "lieu=Agen&within=30");
}

#[test]
fn what_is_asked_beside_a_parameter_that_cannot_be_read_is_kept() {
    let long = format!("theme=sante&place={}&has=image", "a".repeat(20_000));
    assert_eq!(State::read(Some(&long)), Err(Unreadable::TooLong(Some("lieu"))));
    assert_eq!(State::read_but(Some(&long), "lieu").query(Lang::Fr), "theme=sante&has=image");
    assert_eq!(State::read_but(Some("limit=1&q=a&limit=2"), "limit").query(Lang::Fr), "q=a");
    assert!(State::read_but(Some("limit=1&limit=2&q=a&q=b"), "limit").is_all());
}
