//! What a list is asked: which actions, in which order, what to count, which page.

use search::{Facet, Question, Sort};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::cursor::Cursor;
use crate::filter::{self, FILTERS};
use crate::known::{Known, Shape, documented};
use crate::lang::Lang;
use crate::parameters::Parameters;
use crate::refused::Refused;

/// Actions of a page unless asked otherwise.
pub(crate) const DEFAULT_LIMIT: u32 = 20;
/// Most actions of a page.
pub(crate) const MAX_LIMIT: u32 = 1000;

/// Parameters that put the actions in order and choose a page.
const PAGING: [Known; 4] = [
    Known {
        name: "sort",
        meaning: "Order: `relevance` (with `q`), `changed` (the last changed first), `started` (the last begun first), \
                  `distance` (with `near`), `quality` (the most complete first); `relevance` with `q`, else `changed`, \
                  unless asked",
        example: "changed",
        shape: Shape::Words(&["relevance", "changed", "started", "distance", "quality"]),
    },
    Known {
        name: "facets",
        meaning: "What to count the actions by, joined by commas; a facet that is filtered by is counted as if it were \
                  not",
        example: "theme,region",
        shape: Shape::Text(
            "^(theme|audience|method|region|departement|epci|commune|sourceur|actor|status|language|has|year)(,(theme|audience|method|region|departement|epci|commune|sourceur|actor|status|language|has|year))*$",
        ),
    },
    Known {
        name: "limit",
        meaning: "Most actions of the page; 20 unless asked",
        example: "20",
        shape: Shape::Number(1, MAX_LIMIT),
    },
    Known {
        name: "cursor",
        meaning: "`next` of the page before, in the same order: where this one begins; it never expires",
        example: "",
        shape: Shape::Text("^[A-Za-z0-9_-]{39,40}$"),
    },
];

/// Parameters of the answer's form.
pub(crate) const FORM: [Known; 2] = [
    Known {
        name: "fields",
        meaning: "Top-level fields to give, joined by commas; `id` is always given",
        example: "title,places",
        shape: Shape::Text("^[a-z_]+(,[a-z_]+)*$"),
    },
    LANG,
];

/// The language of labels.
pub(crate) const LANG: Known = Known {
    name: "lang",
    meaning: "Language of labels: `fr` (unless asked) or `en`",
    example: "fr",
    shape: Shape::Words(&["fr", "en"]),
};

/// What `OpenAPI` tells of [`PAGING`] and [`FORM`].
pub(crate) struct PageQuery;

impl IntoParams for PageQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(PAGING.iter().chain(&FORM))
    }
}

/// What `OpenAPI` tells of `fields` alone.
pub(crate) struct FieldsQuery;

impl IntoParams for FieldsQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(FORM.iter().filter(|known| known.name == "fields"))
    }
}

/// What `OpenAPI` tells of `lang` alone.
pub(crate) struct LangQuery;

impl IntoParams for LangQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(&[LANG])
    }
}

/// Names of every parameter of a list.
pub(crate) fn known() -> Vec<&'static str> {
    FILTERS.iter().chain(&PAGING).chain(&FORM).map(|known| known.name).collect()
}

/// The question that names and values ask, as the parameters of `/api/v1/actions` do, for pages
/// that ask the same: `q`, the filters, `sort`, `facets`, `limit` (20 unless given) and `cursor`.
pub fn question_of(given: &[(String, String)]) -> Result<Question, Refused> {
    let known: Vec<&str> = FILTERS.iter().chain(&PAGING).map(|known| known.name).collect();
    read(&Parameters::of(given, &known)?)
}

/// The question that a query asks.
pub(crate) fn read(parameters: &Parameters) -> Result<Question, Refused> {
    let filter = filter::read(parameters)?;
    let asked = parameters.word("sort", &Sort::ALL)?;
    let sort = match (asked, &filter.q) {
        (None, Some(_)) => Sort::Relevance,
        // Without words nothing is more relevant than what is new.
        (None | Some(Sort::Relevance), None) => Sort::Changed,
        (Some(sort), _) => sort,
    };
    if sort == Sort::Distance && filter.near.is_none() {
        return Err(Refused::invalid("sort", "distance", "`near=lat,lon` beside it"));
    }
    let limit = parameters.number("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let mut facets = parameters.words("facets", &Facet::ALL)?;
    let mut seen = std::collections::HashSet::new();
    facets.retain(|facet| seen.insert(*facet));
    let after = cursor(parameters, sort)?;
    Ok(Question { filter, sort, after, limit: limit as usize, facets, ..Question::default() })
}

fn cursor(parameters: &Parameters, sort: Sort) -> Result<Option<search::Place>, Refused> {
    let Some(cursor) = parameters.parse::<Cursor>("cursor", "the `next` of a page, unaltered")? else {
        return Ok(None);
    };
    if cursor.sort == sort {
        return Ok(Some(cursor.place));
    }
    let expected = format!(
        "the `next` of a page in the same order: it is of `sort={}`, and `sort={}` is asked",
        word(cursor.sort),
        word(sort)
    );
    Err(Refused::invalid("cursor", parameters.get("cursor").unwrap_or_default(), &expected))
}

/// The word of an order.
fn word(sort: Sort) -> &'static str {
    Sort::ALL.iter().find(|(_, known)| *known == sort).map_or("changed", |(word, _)| *word)
}

/// The language that labels are asked in.
pub(crate) fn lang(parameters: &Parameters) -> Result<Lang, Refused> {
    Ok(parameters.word("lang", &Lang::ALL)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<Question, Refused> {
        Parameters::read(Some(query), &known()).and_then(|parameters| read(&parameters))
    }

    #[track_caller]
    fn sorted(query: &str, expected: Sort) {
        assert_eq!(asked(query).unwrap().sort, expected, "{query}");
    }

    #[test]
    fn the_order_is_by_relevance_where_there_are_words() {
        sorted("", Sort::Changed);
        sorted("q=soupe", Sort::Relevance);
        sorted("sort=relevance", Sort::Changed);
        sorted("q=soupe&sort=quality", Sort::Quality);
        sorted("near=44,0&sort=distance", Sort::Distance);
        assert_eq!(asked("sort=distance").unwrap_err().parameter.as_deref(), Some("sort"));
        assert!(asked("sort=titel").unwrap_err().detail.contains("`relevance`, `changed`"));
        assert!(asked("sort=stared").unwrap_err().detail.contains("did you mean `started`?"));
    }

    #[test]
    fn what_is_documented_is_what_is_read() {
        for facet in Facet::ALL {
            assert_eq!(asked(&format!("facets={},{}", facet.0, facet.0)).unwrap().facets, [facet.1]);
            let Shape::Text(pattern) = PAGING[1].shape else { panic!("facets are a list") };
            assert!(pattern.contains(facet.0), "{}", facet.0);
        }
        let refused = asked("facets=theme,regoin").unwrap_err();
        assert!(refused.detail.contains("did you mean `region`?") && refused.words.len() == 13, "{refused}");
        for (word, _) in Sort::ALL {
            assert!(asked(&format!("near=44,0&sort={word}")).is_ok());
        }
    }

    #[test]
    fn a_cursor_belongs_to_its_order() {
        let id = model::ActionId("0198c0de-0000-7000-8000-000000000000".parse().unwrap());
        let place = search::Place { key: 7, id };
        let cursor = Cursor { sort: Sort::Quality, place };
        assert_eq!(asked(&format!("sort=quality&cursor={cursor}")).unwrap().after, Some(place));
        let refused = asked(&format!("cursor={cursor}")).unwrap_err();
        assert!(refused.detail.contains("`sort=quality`") && refused.detail.contains("`sort=changed`"), "{refused}");
    }

    #[test]
    fn a_page_asks_as_a_query_does() {
        let given = [("q".to_owned(), "soupe".to_owned()), ("limit".to_owned(), "5".to_owned())];
        assert_eq!(question_of(&given).unwrap(), asked("q=soupe&limit=5").unwrap());
        assert_eq!(question_of(&[]).unwrap().limit, 20);
        assert_eq!(question_of(&[("page".to_owned(), "2".to_owned())]).unwrap_err().code, "unknown-parameter");
    }
}
