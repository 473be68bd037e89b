//! An action in a few lines, as lists show it.

use askama::Template;
use model::{Action, PartialDate, PlaceRole};
use search::Facet;

use crate::lang::Lang;
use crate::page::Page;
use crate::words::layout::Layout;
use crate::{motif, typo};

/// Characters of a summary that a card shows at most; the style sheet cuts after some lines.
const EXCERPT: usize = 280;
/// Sourceurs that are named before "and N more".
const NAMED: usize = 2;

/// An action in a few lines. It is a template: `{{ card|safe }}` writes it.
#[derive(Clone, Debug, Template)]
#[template(path = "card.html")]
pub(crate) struct Card {
    href: String,
    title: String,
    /// Language of title and excerpt, where it is not the page's.
    language: Option<String>,
    /// Glyph and name of its first theme.
    theme: Option<(String, String)>,
    place: Option<String>,
    excerpt: Option<String>,
    told_by: String,
    /// For machines, and in words.
    date: Option<(String, String)>,
    words: &'static Layout,
}

impl Card {
    /// The card of an action on a page.
    pub(crate) fn of(action: &Action, labels: &api::Labels, vocabulary: &model::Vocabulary, page: &Page) -> Self {
        let lang = page.lang;
        let language = action.language.as_deref();
        let theme = action.themes.first().map(|theme| {
            let label = labels.of(Facet::Theme, &theme.id, lang);
            (motif::of_theme(vocabulary, &theme.id), typo::ours(&label).into_owned())
        });
        Self {
            href: action.id.map(|id| page.fiche(&id)).unwrap_or_default(),
            title: typo::text(&action.title, language).into_owned(),
            language: language.filter(|written| !written.eq_ignore_ascii_case(lang.as_str())).map(str::to_owned),
            theme,
            place: place(action),
            excerpt: action.summary.as_deref().map(|text| typo::text(&beginning(text), language).into_owned()),
            told_by: told_by(action, labels, page.words, lang),
            date: date(action, page.words, lang),
            words: page.words,
        }
    }

    /// A card with the same text wherever a sourceur's text goes.
    #[cfg(test)]
    pub(crate) fn saying(text: &str, page: &Page) -> Self {
        Self {
            href: page.fiche(&text),
            title: text.to_owned(),
            language: Some(text.to_owned()),
            theme: Some((motif::glyph(text.len()), text.to_owned())),
            place: Some(text.to_owned()),
            excerpt: Some(text.to_owned()),
            told_by: text.to_owned(),
            date: Some((text.to_owned(), text.to_owned())),
            words: page.words,
        }
    }
}

/// Where it takes place, else where it reaches: the first place that has a name.
fn place(action: &Action) -> Option<String> {
    let named = |role| action.places.iter().filter(move |place| place.role == role && place.name.is_some());
    let mut all = named(PlaceRole::Site).chain(named(PlaceRole::Reach));
    let first = all.next()?;
    let name = first.name.clone()?;
    let around = first.departement.as_ref().filter(|around| first.territory.as_ref() != Some(around));
    let around = around.and_then(|id| gazetteer::Gazetteer::get().territory(id)).map(|around| around.name);
    let told = match around {
        Some(around) if around != name => format!("{name} ({around})"),
        _ => name,
    };
    Some(typo::ours(&told).into_owned())
}

/// Who tells of it: up to three names, or two and how many more.
fn told_by(action: &Action, labels: &api::Labels, words: &Layout, lang: Lang) -> String {
    let mut names: Vec<String> = Vec::new();
    for origin in &action.origins {
        let name = labels.of(Facet::Sourceur, origin.sourceur.as_str(), lang);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    enumerated(&names, words)
}

fn enumerated(names: &[String], words: &Layout) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if first.len() <= NAMED => format!("{}{}{last}", first.join(", "), words.and),
        _ => {
            let (named, more) = names.split_at(NAMED);
            format!("{}{}{}\u{a0}{}", named.join(", "), words.and, more.len(), words.more_sourceurs)
        }
    }
}

/// When it began, else when its sourceur last wrote about it.
fn date(action: &Action, words: &Layout, lang: Lang) -> Option<(String, String)> {
    let (date, what) = match (action.started_on, action.source_updated_on) {
        (Some(started), _) => (started, words.begun),
        (None, Some(updated)) => (updated, words.told),
        (None, None) => return None,
    };
    let at = if matches!(date, PartialDate::Day(_)) { words.on } else { words.within };
    Some((date.to_string(), format!("{what} {at} {}", typo::date(date, lang))))
}

/// The beginning of a text, in whole words.
fn beginning(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= EXCERPT {
        return text;
    }
    let cut: String = text.chars().take(EXCERPT).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ';', ':', '.', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sourceurs_are_named_or_counted() {
        let words = &crate::words::layout::FR;
        let named = |count: usize| enumerated(&["A", "B", "C", "D", "E"].map(str::to_owned)[..count], words);
        let told: Vec<String> = (0..=5).map(named).collect();
        assert_eq!(told, ["", "A", "A et B", "A, B et C", "A, B et 2\u{a0}autres", "A, B et 3\u{a0}autres"]);
    }

    #[test]
    fn a_date_has_its_preposition() {
        let words = &crate::words::layout::FR;
        let shown = |started: Option<&str>, updated: Option<&str>| {
            let [started_on, source_updated_on] =
                [started, updated].map(|date| date.and_then(|date| date.parse().ok()));
            let action = Action { started_on, source_updated_on, ..Action::default() };
            date(&action, words, Lang::Fr).map(|(_, shown)| shown.replace('\u{a0}', " "))
        };
        assert_eq!(shown(Some("2004-08"), Some("2018")).as_deref(), Some("Lancée en août 2004"));
        assert_eq!(shown(Some("2004-08-01"), None).as_deref(), Some("Lancée le 1er août 2004"));
        assert_eq!(shown(None, Some("2018-09-25")).as_deref(), Some("Racontée le 25 septembre 2018"));
        assert_eq!(shown(None, None), None);
    }

    #[test]
    fn an_excerpt_ends_after_a_whole_word() {
        assert_eq!(beginning("  court\n\ntexte "), "court texte");
        let long = "mot ".repeat(200);
        let excerpt = beginning(&long);
        assert!(excerpt.ends_with("mot…") && excerpt.chars().count() <= EXCERPT + 1, "{excerpt}");
        // One word without end is cut all the same.
        assert_eq!(beginning(&"x".repeat(900)).chars().count(), EXCERPT + 1);
    }
}
