//! What is chosen, as tags: each a link to the question without it.

use search::Facet;

use super::place::{Meant, full_name};
use super::state::State;
use super::understood::Understood;
use crate::lang::{Lang, choose};
use crate::words::search::Search as Words;

/// One choice, named, and the question without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    /// What sort of choice it is; empty where the label says it.
    pub(crate) kind: &'static str,
    pub(crate) label: String,
    /// Address of the question without it.
    pub(crate) href: String,
    /// The question without it.
    pub(crate) without: State,
    /// Whether the label stands in quotation marks already.
    is_quoted: bool,
}

impl Tag {
    /// What is chosen, in quotation marks.
    pub(crate) fn quoted(&self, lang: Lang) -> String {
        if self.is_quoted { self.label.clone() } else { quoted(&self.label, lang) }
    }
}

/// Tags of a question, in the order of its address.
pub(crate) fn tags(
    asked: &Understood,
    lang: Lang,
    words: &'static Words,
    label: &(dyn Fn(Facet, &str) -> String + Sync),
) -> Vec<Tag> {
    let state = &asked.state;
    let mut tags = Vec::new();
    for (name, value) in state.pairs() {
        let mut put = |kind, label, without: State| {
            tags.push(Tag { kind, label, href: without.address(lang), without, is_quoted: name == "q" });
        };
        let one_less = || state.clone().minus(name, |given| given == value);
        let placeless = || state.clone().without(&["lieu", "near", "within"]).minus("sort", |sort| sort == "distance");
        match name {
            "q" => put("", quoted(value, lang), one_less()),
            "lieu" => put(words.place_kind, place_label(asked, value), placeless()),
            "near" => put(words.around, format!("{}, {}\u{a0}km", words.here, asked.radius), placeless()),
            "territory" => put(words.place_kind, territory_label(value), one_less()),
            "theme" => put(words.facet_theme, label(Facet::Theme, value), one_less()),
            "audience" => put(words.facet_audience, label(Facet::Audience, value), one_less()),
            "method" => put(words.facet_method, label(Facet::Method, value), one_less()),
            "sourceur" => put(words.facet_sourceur, label(Facet::Sourceur, value), one_less()),
            "status" => put(words.facet_status, label(Facet::Status, value), one_less()),
            "has" => put(words.facet_has, label(Facet::Has, value), one_less()),
            "language" => put(words.tag_language, label(Facet::Language, value), one_less()),
            "actor" => put("", words.tag_actor.to_owned(), one_less()),
            "started_from" => {
                let years = years(state, words);
                put(words.facet_year, years, state.clone().without(&["started_from", "started_to"]));
            }
            "started_to" if state.get("started_from").is_none() => {
                put(words.facet_year, years(state, words), one_less());
            }
            "changed_since" => put(words.tag_changed, value.to_owned(), one_less()),
            "quality_min" => put(words.tag_quality, percent(value, lang), one_less()),
            "bbox" => put("", words.tag_bbox.to_owned(), one_less()),
            _ => {}
        }
    }
    tags
}

pub(crate) fn quoted(text: &str, lang: Lang) -> String {
    choose(lang, format!("«\u{a0}{text}\u{a0}»"), format!("“{text}”"))
}

fn place_label(asked: &Understood, written: &str) -> String {
    match &asked.meant {
        Some(Meant::Around { id, .. }) => format!("{}, {}\u{a0}km", full_name(id), asked.radius),
        Some(Meant::In(ids)) => ids.iter().map(full_name).collect::<Vec<_>>().join(", "),
        _ => format!("{written}\u{a0}?"),
    }
}

fn territory_label(written: &str) -> String {
    written.parse().map_or_else(|_| written.to_owned(), |id| full_name(&id))
}

fn years(state: &State, words: &Words) -> String {
    match (state.get("started_from"), state.get("started_to")) {
        (Some(from), Some(to)) if from == to => from.to_owned(),
        (Some(from), Some(to)) => format!("{from}–{to}"),
        (Some(from), None) => format!("{} {from}", words.from_year),
        (None, Some(to)) => format!("{} {to}", words.until_year),
        (None, None) => String::new(),
    }
}

fn percent(written: &str, lang: Lang) -> String {
    let Ok(share) = written.parse::<f64>() else { return written.to_owned() };
    format!("{:.0}{}%", share * 100.0, choose(lang, "\u{a0}", ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::search::understood::understand;
    use crate::words::search::FR;

    #[track_caller]
    fn check(query: &str, expected: &[(&str, &str)]) {
        let asked = understand(State::read(Some(query)).unwrap());
        let tags = tags(&asked, Lang::Fr, &FR, &|_, value| value.to_owned());
        let told: Vec<(&str, &str)> = tags.iter().map(|tag| (tag.label.as_str(), tag.href.as_str())).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn each_tag_leads_to_the_question_without_it() {
        check(
            "q=soupe&theme=sante,culture&sort=started",
            &[
                ("«\u{a0}soupe\u{a0}»", "/recherche?theme=sante,culture&sort=started"),
                ("sante", "/recherche?q=soupe&theme=culture&sort=started"),
                ("culture", "/recherche?q=soupe&theme=sante&sort=started"),
            ],
        );
    }

    #[test]
    fn what_belongs_together_goes_together() {
        check(
            "lieu=Agen&within=30&sort=distance&has=image",
            &[
                ("Agen (47), 30\u{a0}km", "/recherche?has=image"),
                ("image", "/recherche?lieu=Agen&within=30&sort=distance"),
            ],
        );
        check("started_from=2010&started_to=2019", &[("2010–2019", "/recherche")]);
        check("started_to=1979", &[("Jusqu’en 1979", "/recherche")]);
        check("territory=departement:47", &[("Lot-et-Garonne (47)", "/recherche")]);
    }
}
