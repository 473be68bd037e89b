use askama::Template;
use model::{Action, ActionId, Vocabulary};
use search::Facet;

use super::motif;
use super::related::Related;
use super::view::View;
use crate::lang::{Lang, Section, choose};
use crate::page::Page;
use crate::words::{fiche, layout};

const ID: &str = "0198c0de-0000-7000-8000-000000000000";

/// The shape of a long fiche: two tellers, every block, sentences of our own.
const LONG: &str = include_str!("tests/long.json");

fn page(lang: Lang) -> Page {
    let path = |lang| format!("{}/{ID}", Section::Fiche.path(lang));
    Page {
        lang,
        section: Some(Section::Fiche),
        words: choose(lang, &layout::FR, &layout::EN),
        path: path(lang),
        twin: path(choose(lang, Lang::En, Lang::Fr)),
        public_url: "https://carrefour.example".to_owned(),
        contact: None,
        described: None,
        scripts: vec!["fiche.js"],
        is_indexed: true,
    }
}

fn shown(action: &Action, lang: Lang) -> String {
    let words = choose(lang, &fiche::FR, &fiche::EN);
    let id: ActionId = ID.parse().unwrap();
    let label = |_: Facet, value: &str| format!("[{value}]");
    View::of(page(lang), words, id, action, Related::default(), motif(action, &Vocabulary::default()), &label)
        .render()
        .unwrap()
}

fn read(json: &str) -> Action {
    serde_json::from_str(json).unwrap()
}

#[test]
fn everything_that_is_told_is_shown_with_who_tells_it() {
    let html = shown(&read(LONG), Lang::Fr);
    for expected in [
        "<h1>Les Goûters du palier</h1>",
        "«\u{a0}Avant, on se croisait",
        "À l’origine</h2>",
        "Un temps pour se dire bonjour</h3>",
        "<li>Depuis mars 2004</li>",
        "Ce que cela change",
        "Matériels",
        "Une idée qui essaime",
        "href=\"/territoires/commune:47157\"",
        "123\u{a0}456\u{a0}782",
        "Licence Ouverte 2.0",
        "rel=\"license external noopener\"",
        "Le récit selon [autre]",
        "ne répond plus depuis le",
        "Signaler une erreur à",
        "href=\"/recherche?theme=lien-social-solidarites%2Fentraide-voisinage\"",
        "application/ld+json",
        "Envoyer par courriel",
    ] {
        assert!(html.contains(expected), "{expected} is missing in {html}");
    }
    assert_eq!(html.matches("<h1").count(), 1);
    assert!(!html.contains("<img"), "images of others are links");
    assert!(!html.contains("style="), "the policy refuses inline style");
}

#[test]
fn ids_are_unique_and_every_label_has_its_element() {
    for lang in [Lang::Fr, Lang::En] {
        let html = shown(&read(LONG), lang);
        let values = |name: &str| -> Vec<String> {
            html.split(&format!(" {name}=\""))
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .map(str::to_owned)
                .collect()
        };
        let ids = values("id");
        let mut unique = ids.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), ids.len(), "{ids:?}");
        for label in values("aria-labelledby") {
            assert!(label.split(' ').all(|one| ids.iter().any(|id| id == one)), "{label}");
        }
    }
}

#[test]
fn texts_of_another_language_say_so() {
    let html = shown(&read(LONG), Lang::En);
    assert!(html.contains("<div class=\"prose\" lang=\"fr\">"), "{html}");
    assert!(!shown(&read(LONG), Lang::Fr).contains("class=\"prose\" lang"));
}

#[test]
fn hostile_words_stay_words() {
    let hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\" onload=\"x";
    let mut value: serde_json::Value = serde_json::from_str(LONG).unwrap();
    poison(&mut value, hostile);
    let Ok(action) = serde_json::from_value::<Action>(value) else { panic!("the fixture stays an action") };
    for lang in [Lang::Fr, Lang::En] {
        let html = shown(&action, lang);
        assert!(!html.contains("<script>") && !html.contains("<img"), "{html}");
        assert!(!html.contains("href=\"javascript:"), "{html}");
        for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            // Outside of quotes: the even parts.
            let names: String = tag.split('"').step_by(2).collect();
            assert!(!names.contains(" on"), "{tag}");
        }
    }
}

/// Puts hostile words into every text that a sourceur writes, and hostile addresses into every address.
fn poison(value: &mut serde_json::Value, hostile: &str) {
    const WORDS: [&str; 14] = [
        "title", "summary", "heading", "text", "html", "quote", "name", "detail", "written", "words", "credit", "alt",
        "notice", "address",
    ];
    match value {
        serde_json::Value::Object(members) => {
            for (name, member) in members {
                match member {
                    // Words of ours: how much may be shown, which criteria are met.
                    serde_json::Value::String(text) if ["full", "excerpt", "met", "unmet"].contains(&text.as_str()) => {
                    }
                    serde_json::Value::String(text) if WORDS.contains(&name.as_str()) => text.push_str(hostile),
                    serde_json::Value::String(text) if name == "url" => *text = "javascript:alert(1)".to_owned(),
                    serde_json::Value::String(text) if name == "language" => *text = hostile.to_owned(),
                    other => poison(other, hostile),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| poison(item, hostile)),
        _ => {}
    }
}

#[test]
fn an_action_of_which_only_the_title_is_known_has_a_page() {
    let bare = Action { title: "Sans rien".to_owned(), ..Action::default() };
    let html = shown(&bare, Lang::Fr);
    assert!(
        html.contains("<h1>Sans rien</h1>") && !html.contains("<aside class=\"fiche-side\">\n<section class=\"brief\"")
    );
}
