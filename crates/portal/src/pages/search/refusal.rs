//! A parameter that cannot be read, told to a visitor: which, what was written, what would be right.

use api::Refused;
use model::TerritoryId;

use super::place::full_name;
use super::state::{State, Unreadable};
use crate::lang::Lang;
use crate::words::search::Search as Words;

/// Most characters of what was written that are shown back.
const SHOWN: usize = 80;

/// What is wrong with an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The parameter's name in the address; none where the address is wrong as a whole.
    pub(crate) parameter: Option<String>,
    /// What it is called on the page.
    pub(crate) name: &'static str,
    /// What was written, cut where it is long.
    pub(crate) written: String,
    /// What is wrong with it, where that is not simply its value.
    pub(crate) said: &'static str,
    /// What would be right.
    pub(crate) expected: &'static str,
    /// What a bare territory code may mean: names and addresses.
    pub(crate) readings: Vec<(String, String)>,
    /// The same question without the parameter.
    pub(crate) without: String,
}

impl Refusal {
    /// Of an address that is no question at all.
    pub(crate) fn unreadable(unreadable: &Unreadable, query: Option<&str>, lang: Lang, words: &Words) -> Self {
        let (parameter, said) = match unreadable {
            Unreadable::TooLong(longest) => (longest.unwrap_or_default(), words.bad_long),
            Unreadable::Repeated(parameter) => (*parameter, words.bad_repeated),
        };
        let rest = State::read_but(query, parameter);
        Self { said, expected: "", ..Self::about(parameter, &rest, lang, words) }
    }

    /// Of a question that the API refuses.
    pub(crate) fn refused(refused: &Refused, state: &State, lang: Lang, words: &Words) -> Self {
        let parameter = refused.parameter.as_deref().unwrap_or_default();
        let territory = |id: &TerritoryId| state.clone().with("territory", &id.to_string()).address(lang);
        Self {
            written: refused.written.chars().take(SHOWN).collect(),
            said: if refused.readings.is_empty() && is_unknown(parameter, &refused.written) {
                words.bad_territory
            } else {
                ""
            },
            readings: refused.readings.iter().map(|id| (full_name(id), territory(id))).collect(),
            ..Self::about(parameter, state, lang, words)
        }
    }

    /// Of a parameter of a question.
    pub(crate) fn about(parameter: &str, state: &State, lang: Lang, words: &Words) -> Self {
        let (name, expected) = described(parameter, words);
        Self {
            parameter: (!parameter.is_empty()).then(|| in_address(parameter, lang).to_owned()),
            name,
            written: state.get(parameter).unwrap_or_default().chars().take(SHOWN).collect(),
            said: "",
            expected,
            readings: Vec::new(),
            without: state.clone().without(&[parameter]).address(lang),
        }
    }
}

/// Whether this is a territory's id as it should be written, but of no territory.
fn is_unknown(parameter: &str, written: &str) -> bool {
    parameter == "territory" && written.parse::<TerritoryId>().is_ok()
}

fn in_address(parameter: &str, lang: Lang) -> &str {
    if parameter == "lieu" { super::place_name(lang) } else { parameter }
}

/// A parameter's name for people, and what it takes.
fn described(parameter: &str, words: &Words) -> (&'static str, &'static str) {
    let described = words.parameters.iter().find(|(known, ..)| *known == parameter);
    described.map_or(("", ""), |(_, name, expected)| (*name, *expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::search::understood::understand;
    use crate::words::search::{EN, FR};

    #[track_caller]
    fn check(query: &str, parameter: &str, without: &str) {
        let asked = understand(State::read(Some(query)).unwrap());
        let refused = api::question_of(&asked.pairs).unwrap_err();
        let refusal = Refusal::refused(&refused, &asked.state, Lang::Fr, &FR);
        assert_eq!(refusal.parameter.as_deref(), Some(parameter), "{query}");
        assert!(!refusal.name.is_empty() && !refusal.expected.is_empty(), "{query}: {refusal:?}");
        assert_eq!(refusal.without, without);
    }

    #[test]
    fn what_cannot_be_read_is_named_and_can_be_left_out() {
        check("q=soupe&territory=75", "territory", "/recherche?q=soupe");
        check("q=soupe&bbox=NaN,NaN,NaN,NaN", "bbox", "/recherche?q=soupe");
        check("bbox=1,2,3", "bbox", "/recherche");
        check("near=ici", "near", "/recherche");
        check("lieu=Agen&within=loin", "within", "/recherche?lieu=Agen");
        check("sort=titre&theme=sante", "sort", "/recherche?theme=sante");
        check("limit=99999999999", "limit", "/recherche");
        check("q=soupe&cursor=AAAA", "cursor", "/recherche?q=soupe");
        check("theme=%27%20or%201=1", "theme", "/recherche");
        check("status=fini", "status", "/recherche");
        check("has=video", "has", "/recherche");
        check("started_from=hier", "started_from", "/recherche");
        check("changed_since=hier", "changed_since", "/recherche");
        check("quality_min=beaucoup", "quality_min", "/recherche");
        check("sourceur=-x", "sourceur", "/recherche");
        check("language=%21", "language", "/recherche");
    }

    #[test]
    fn a_bare_code_is_answered_with_its_readings() {
        let asked = understand(State::read(Some("q=soupe&territory=75")).unwrap());
        let refused = api::question_of(&asked.pairs).unwrap_err();
        let refusal = Refusal::refused(&refused, &asked.state, Lang::Fr, &FR);
        let hrefs: Vec<&str> = refusal.readings.iter().map(|(_, href)| href.as_str()).collect();
        assert_eq!(hrefs, ["/recherche?q=soupe&territory=departement:75", "/recherche?q=soupe&territory=region:75"]);
    }

    #[test]
    fn an_address_that_is_no_question_names_its_parameter_too() {
        let query = format!("theme=sante&q={}", "a".repeat(20_000));
        let unreadable = State::read(Some(&query)).unwrap_err();
        let refusal = Refusal::unreadable(&unreadable, Some(&query), Lang::Fr, &FR);
        assert_eq!((refusal.parameter.as_deref(), refusal.said), (Some("q"), FR.bad_long));
        assert_eq!(refusal.without, "/recherche?theme=sante");
    }

    #[test]
    fn a_territory_that_is_none_is_said_to_be_none() {
        let asked = understand(State::read(Some("territory=region:999")).unwrap());
        let refused = api::question_of(&asked.pairs).unwrap_err();
        let refusal = Refusal::refused(&refused, &asked.state, Lang::Fr, &FR);
        assert_eq!((refusal.said, refusal.written.as_str()), (FR.bad_territory, "region:999"));
    }

    #[test]
    fn parameters_are_described_in_both_languages() {
        for (french, english) in FR.parameters.iter().zip(EN.parameters) {
            assert_eq!(french.0, english.0);
        }
    }
}
