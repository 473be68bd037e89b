//! Orders, and lists that go on.

use super::filters::{assorted, points};
use super::*;
use crate::question::Near;

fn all_pages(index: &Index, question: &Question, limit: usize) -> Vec<u128> {
    let mut all = Vec::new();
    let mut after = None;
    for _ in 0..1_000 {
        let answer = ask(index, &Question { after, limit, ..question.clone() });
        assert!(answer.hits.len() <= limit);
        all.extend(numbers(&answer));
        after = answer.next;
        if after.is_none() {
            return all;
        }
    }
    panic!("the list has no end");
}

#[test]
fn pages_put_together_are_the_list() {
    let actions = assorted(90, 3);
    let index = index_of(&actions);
    let near = Some(Near { lat: 45.0, lon: 1.0, within_km: 20_000.0 });
    for (_, sort) in Sort::ALL {
        for q in [None, Some("jardin sol".to_owned())] {
            let near = if sort == Sort::Distance { near } else { None };
            let question = Question { filter: Filter { q, near, ..Filter::default() }, sort, ..Question::default() };
            let whole = ask(&index, &Question { limit: 1_000, ..question.clone() });
            assert_eq!(whole.hits.len() as u64, whole.total);
            assert!(whole.next.is_none());
            assert!(whole.hits.is_sorted_by(|one, other| one.place > other.place), "{sort:?}");
            for limit in [1, 7, 90] {
                assert_eq!(all_pages(&index, &question, limit), numbers(&whole), "{sort:?}, {limit}");
            }
        }
    }
}

#[test]
fn each_order_is_what_it_says() {
    let actions = assorted(200, 4);
    let index = index_of(&actions);
    let near = Near { lat: 45.0, lon: 1.0, within_km: 20_000.0 };
    let sorted = |sort: Sort, near: Option<Near>| {
        let filter = Filter { near, ..Filter::default() };
        let answer = ask(&index, &Question { filter, sort, limit: 1_000, ..Question::default() });
        numbers(&answer).into_iter().map(|number| &actions[usize::try_from(number).unwrap() - 1]).collect::<Vec<_>>()
    };
    assert!(sorted(Sort::Changed, None).is_sorted_by_key(|action| std::cmp::Reverse(action.changed_at)));
    assert!(sorted(Sort::Relevance, None).is_sorted_by_key(|action| std::cmp::Reverse(action.changed_at)));
    let begun = |action: &&Action| std::cmp::Reverse(action.started_on.map(model::PartialDate::first_day));
    assert!(sorted(Sort::Started, None).is_sorted_by_key(begun));
    let quality = |action: &&Action| -action.quality.as_ref().map_or(0.0, |quality| quality.score);
    assert!(sorted(Sort::Quality, None).is_sorted_by_key(quality));
    let apart = |action: &&Action| {
        let each = points(action).into_iter().map(|(lat, lon)| {
            let (a, b) = (lat.to_radians(), near.lat.to_radians());
            1.0 - (a.sin() * b.sin() + a.cos() * b.cos() * (lon - near.lon).to_radians().cos())
        });
        each.fold(f64::INFINITY, f64::min)
    };
    let by_distance = sorted(Sort::Distance, Some(near));
    assert!(by_distance.is_sorted_by(|one, other| apart(one) <= apart(other) + 1e-12));
}

#[test]
fn the_key_of_change_is_its_time() {
    let action = Action { changed_at: Some(minute(3)), ..titled("Un") };
    let answer = ask(&index_of(&[action]), &Question { limit: 1, ..Question::default() });
    assert_eq!(answer.hits[0].place.key, u64::try_from(minute(3).timestamp_micros()).unwrap());
    assert_eq!(answer.hits[0].stamp, 1 ^ 0xabcd);
}

#[test]
fn a_page_without_hits_still_counts() {
    let index = index_of(&assorted(50, 1));
    let answer = ask(&index, &Question { facets: vec![crate::Facet::Status], ..Question::default() });
    assert!(answer.hits.is_empty() && answer.next.is_none());
    assert_eq!(answer.total, 50);
    assert_eq!(answer.facets[0].1.iter().map(|count| count.count).sum::<u64>(), 50);
}

#[test]
fn a_facet_gives_a_hundred_values_unless_asked_for_more() {
    let actions: Vec<Action> =
        (0..130).map(|n| Action { themes: vec![tag(&format!("t{n}"))], ..titled("Un") }).collect();
    let index = index_of(&actions);
    let values = |most_values| {
        let question = Question { facets: vec![crate::Facet::Theme], most_values, ..Question::default() };
        ask(&index, &question).facets[0].1.len()
    };
    assert_eq!((values(None), values(Some(3)), values(Some(usize::MAX))), (100, 3, 130));
}

#[test]
fn there_is_no_page_too_large() {
    let index = index_of(&assorted(20, 1));
    let answer = ask(&index, &Question { limit: usize::MAX, ..Question::default() });
    assert_eq!((answer.hits.len(), answer.next), (20, None));
}
