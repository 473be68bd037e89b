//! What words find, and in which order.

use std::time::{Duration, Instant};

use model::{Actor, Section, SectionKind, Tag};

use super::*;

fn fair() -> Index {
    let labelled = Tag { label: "Mobilités douces".into(), ..tag("mobilite") };
    let actor = Actor { name: "Les Petits Débrouillards".into(), ..Actor::default() };
    let section = Section {
        kind: SectionKind::Origin,
        heading: Some("Une idée venue de Belgique".into()),
        text: "Tout a commencé par un hackathon.".into(),
        html: None,
        origin: None,
    };
    index_of(&[
        titled("Jardins partagés du Passage"),
        told("Un potager au pied des tours", "Des habitants cultivent un jardin sans pesticides."),
        told("Épicerie solidaire L’Étincelle", "Une boutique d'insertion, ouverte à tous."),
        told("Vélo-école pour adultes", "Apprendre à pédaler : cœur à l'ouvrage."),
        Action { themes: vec![labelled], actors: vec![actor], ..titled("Autopartage rural") },
        Action { sections: vec![section], quote: Some("On ne lâche rien !".into()), ..titled("Fabrique numérique") },
        Action {
            places: vec![Place { name: Some("Agen".into()), ..place("commune:47001") }],
            ..titled("Café associatif")
        },
        told("La solidarité en actes", "Entraide entre voisins."),
    ])
}

#[track_caller]
fn check(index: &Index, q: &str, expected: &[u128]) {
    let answer = ask(index, &wording(q));
    assert_eq!(numbers(&answer), expected, "{q}");
    assert_eq!(answer.total, expected.len() as u64, "{q}");
    // Without scores the same are found.
    let question = Question { sort: Sort::Changed, ..wording(q) };
    let mut found = numbers(&ask(index, &question));
    found.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected, "{q}, by time");
}

#[test]
fn a_word_is_found_in_every_form_and_the_title_comes_first() {
    let index = fair();
    let find = |q, expected: &[u128]| check(&index, q, expected);
    find("jardin", &[1, 2]);
    find("JARDINS", &[1, 2]);
    find("jardins partages", &[1]);
    find("jardin habitants", &[2]);
    find("jardin zzzz", &[]);
    find("epicerie", &[3]);
    find("l’épicerie", &[3]);
    find("étincelle", &[3]);
    find("d'insertion", &[3]);
    find("coeur", &[4]);
    find("cœur", &[4]);
    find("solidarite", &[8]);
    find("solidarité", &[8]);
    find("velo ecole", &[4]);
    find("vélo-école", &[4]);
}

#[test]
fn names_labels_sections_and_quotes_are_searched() {
    let index = fair();
    let find = |q, expected: &[u128]| check(&index, q, expected);
    find("petits débrouillards", &[5]);
    find("mobilité douce", &[5]);
    find("hackathon", &[6]);
    find("belgique", &[6]);
    find("lâche", &[6]);
    find("agen", &[7]);
}

#[test]
fn stop_words_count_where_there_is_nothing_else() {
    let index = fair();
    let find = |q, expected: &[u128]| check(&index, q, expected);
    find("le jardin de la", &[1, 2]);
    find("les", &[5]);
    find("la", &[8]);
    find("sans", &[2]);
}

#[test]
fn the_last_word_may_be_unfinished() {
    let index = fair();
    let find = |q, expected: &[u128]| check(&index, q, expected);
    find("jar", &[1, 2]);
    find("ja", &[1]);
    find("j", &[]);
    find("numériq", &[6]);
    find("potager habit", &[2]);
    find("habit potager", &[]);
    find("pestic", &[2]);
}

#[test]
fn a_typing_fault_is_forgiven_where_the_word_is_unknown() {
    let index = fair();
    let find = |q, expected: &[u128]| check(&index, q, expected);
    find("jadrin", &[2]);
    find("jardni", &[2]);
    find("jadrins", &[1]);
    find("jxrdxn", &[]);
    find("epicrie solidaire", &[3]);
    find("debruoillard", &[5]);
    find("xutopxrtage", &[5]);
    find("vel0", &[]);
}

#[test]
fn what_is_not_a_word_parts_words() {
    let index = fair();
    let all = ask(&index, &wording("")).total;
    assert_eq!(all, 8);
    for junk in ["*", "\"", "  ", "\0", "🎉", "()", "~", "+-", "'", "d'"] {
        let answer = ask(&index, &wording(junk));
        assert!(answer.total == all || junk == "d'", "{junk}: {}", answer.total);
    }
    let find = |q, expected: &[u128]| check(&index, q, expected);
    find("\"jardins partagés\"", &[1]);
    find("+jardin -partagés", &[1]);
    find("jardin*", &[1, 2]);
    find("\0jardin\0", &[1, 2]);
    find("🎉 jardin 🎉", &[1, 2]);
    find("title:(jardin", &[]);
}

#[test]
fn any_text_is_answered_in_bounded_time() {
    let index = fair();
    let mut draw = Draw(3);
    let letters: Vec<char> = "abcdefghijklmnopqrstuvwxyzéèœ' -.\"*():\0🎉".chars().collect();
    let noise: String = (0..20_000).map(|_| draw.one(&letters)).collect();
    let texts = [
        "x".repeat(20_000),
        "jardin ".repeat(3_000),
        "jardni ".repeat(3_000),
        "a.".repeat(10_000),
        "'".repeat(20_000),
        "\u{301}".repeat(20_000),
        "l'".repeat(10_000),
        noise,
    ];
    for text in &texts {
        let begin = Instant::now();
        ask(&index, &wording(text));
        assert!(begin.elapsed() < Duration::from_secs(2), "{}: {:?}", &text[..8], begin.elapsed());
    }
    assert_eq!(numbers(&ask(&index, &wording(&"jardin ".repeat(3_000)))), [1, 2]);
}

#[test]
fn similar_actions_tell_of_the_same_idea_and_not_of_the_same_town() {
    let agen = Place { name: Some("Agen".into()), ..place("commune:47001") };
    let here = |title: &str, summary: &str| Action { places: vec![agen.clone()], ..told(title, summary) };
    let actions = [
        here("Jardin partagé d’Agen", "À Agen, des voisins cultivent ensemble des légumes dans la ville d’Agen."),
        here("Garage solidaire d’Agen", "À Agen, réparer sa voiture à petit prix, dans la ville d’Agen."),
        told("Jardin partagé de Brest", "Des voisins cultivent ensemble des légumes."),
        told("Garage solidaire de Brest", "Réparer sa voiture à petit prix."),
        here("Fête d’Agen", "La ville d’Agen danse."),
    ];
    let index = index_of(&actions);
    let asked = Action { id: Some(id(1)), ..actions[0].clone() };
    let found: Vec<u128> = index.similar(&asked, 3).unwrap().iter().map(|hit| hit.id.0.as_u128()).collect();
    assert_eq!(found.first(), Some(&3));
    assert!(!found.contains(&1), "never itself: {found:?}");
    assert!(index.similar(&Action::default(), 3).unwrap().is_empty());
}
