//! How fast it is, beside bare tantivy on the same index. Not part of a test run:
//!
//! `BENCH_ACTIONS=1000000 cargo test -p search --release -- --ignored --nocapture measures`

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers of a benchmark are small"
)]

use std::io::{Write, stderr};
use std::time::{Duration, Instant};

use gazetteer::Gazetteer;
use model::Quality;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::{AggContextParams, AggregationCollector};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

use super::*;
use crate::analyser;
use crate::question::{Bbox, Facet, Grid, Near};

const FACETS: [Facet; 7] =
    [Facet::Theme, Facet::Audience, Facet::Method, Facet::Region, Facet::Departement, Facet::Sourceur, Facet::Status];

/// A made-up word: the lower its number, the more often it is drawn.
fn word(number: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "co", "di", "fé", "gu", "la", "mo", "ni", "pa", "ré", "si", "ta", "vo", "zè", "cha", "tru"];
    let mut rest = number + 16;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[rest % 16]);
        rest /= 16;
    }
    word + "l"
}

fn drawn_words(draw: &mut Draw, count: usize) -> String {
    let one = |draw: &mut Draw| {
        // As words are: the number of a word is as good as its rank by frequency.
        let rank = (draw.share() * 9.9).exp();
        word(rank as usize)
    };
    (0..count).map(|_| one(draw)).collect::<Vec<_>>().join(" ")
}

fn drawn(draw: &mut Draw, communes: &[model::TerritoryId]) -> Action {
    let commune = communes[draw.below(communes.len())].clone();
    let known = Gazetteer::get().territory(&commune).unwrap();
    let spot = Place {
        territory: Some(commune),
        name: Some(known.name.to_owned()),
        lat: known.lat.map(|lat| lat + 0.02 * draw.share()),
        lon: known.lon.map(|lon| lon + 0.02 * draw.share()),
        departement: known.departement,
        region: known.region,
        epci: known.epci,
        ..Place::default()
    };
    let pick = |draw: &mut Draw, what: &str, most: usize| {
        (0..=draw.below(3)).map(|_| tag(&format!("{what}-{}", draw.below(most)))).collect::<Vec<_>>()
    };
    Action {
        title: drawn_words(draw, 6),
        summary: Some(drawn_words(draw, 90)),
        themes: (0..=draw.below(3)).map(|_| tag(&format!("t{}/s{}", draw.below(12), draw.below(4)))).collect(),
        audiences: pick(draw, "audience", 12),
        methods: pick(draw, "method", 10),
        places: vec![spot],
        actors: vec![model::Actor {
            id: Some(format!("actor-{}", draw.below(50_000))),
            name: drawn_words(draw, 3),
            ..model::Actor::default()
        }],
        origins: vec![model::Origin {
            sourceur: format!("sourceur-{}", draw.below(70)).parse().unwrap(),
            source_id: "1".into(),
            url: None,
            source_updated_on: None,
            harvested_at: None,
            licence: "LO-2.0".into(),
            notice: None,
            text: model::TextReach::Full,
        }],
        started_on: Some(model::PartialDate::Year(2000 + i32::try_from(draw.below(25)).unwrap())),
        changed_at: Some(minute(draw.below(1_000_000) as i64)),
        quality: Some(Quality { score: draw.share(), ..Quality::default() }),
        ..Action::default()
    }
}

fn quantiles(times: &mut [Duration]) -> (f64, f64) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    (at(0.5), at(0.95))
}

fn timed(rounds: usize, mut work: impl FnMut()) -> (f64, f64) {
    work();
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed()
        })
        .collect();
    quantiles(&mut times)
}

fn bare(searcher: &Searcher, index: &Index, words: &[&str]) -> u64 {
    let fields = index.fields();
    let mut all: Vec<Box<dyn Query>> = Vec::new();
    for word in words {
        let (stem, _) = analyser::stems(word, &analyser::fold(word));
        let term = |field| TermQuery::new(Term::from_field_text(field, &stem), IndexRecordOption::WithFreqs);
        let title = BoostQuery::new(Box::new(term(fields.title)), 4.0);
        all.push(Box::new(BooleanQuery::union(vec![Box::new(title), Box::new(term(fields.text))])));
    }
    let aggregations: serde_json::Map<String, serde_json::Value> = FACETS
        .iter()
        .map(|facet| {
            let terms = serde_json::json!({ "terms": { "field": fields.facet(*facet).column, "size": 100 } });
            (facet.as_str().to_owned(), terms)
        })
        .collect();
    let aggregations: Aggregations = serde_json::from_value(aggregations.into()).unwrap();
    let aggregations = AggregationCollector::from_aggs(aggregations, AggContextParams::default());
    let collectors = (TopDocs::with_limit(20).order_by_score(), Count, aggregations);
    let (hits, total, counts) = searcher.search(&BooleanQuery::intersection(all), &collectors).unwrap();
    assert!(counts.0.len() == FACETS.len() && hits.len() <= 20);
    total as u64
}

#[test]
#[ignore = "takes minutes: see the head of the file"]
fn measures() {
    let count: u128 = std::env::var("BENCH_ACTIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(200_000);
    let mut out = stderr().lock();
    let gazetteer = Gazetteer::get();
    let departements =
        gazetteer.children(&"pays:FR".parse().unwrap()).into_iter().flat_map(|region| gazetteer.children(&region));
    let communes: Vec<model::TerritoryId> = departements.flat_map(|one| gazetteer.children(&one)).collect();
    let folder = tempfile::tempdir().unwrap();
    let index = Index::create(folder.path()).unwrap();
    let mut draw = Draw(1);
    let begin = Instant::now();
    let mut changes = Vec::new();
    for number in 1..=count {
        changes.push(put(number, &drawn(&mut draw, &communes)));
        if changes.len() == 500 {
            index.apply(std::mem::take(&mut changes), None, Pace::Flood).unwrap();
        }
    }
    index.apply(changes, Some(&mark(1)), Pace::Flood).unwrap();
    let searcher = index.searcher();
    let size: u64 = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    let segments = searcher.segment_readers().len();
    let took = begin.elapsed().as_secs_f64();
    writeln!(out, "{count} actions made and indexed in {took:.1} s, {segments} segments, {} MB", size / 1_000_000)
        .unwrap();

    let words: Vec<(&str, Vec<String>)> = vec![
        ("rare", vec![word(15_000)]),
        ("medium", vec![word(300)]),
        ("common", vec![word(3)]),
        ("two words", vec![word(3), word(20)]),
    ];
    for (name, words) in &words {
        let q = words.join(" ");
        let question = Question { facets: FACETS.to_vec(), limit: 20, ..wording(&q) };
        let total = ask(&index, &question).total;
        let (p50, p95) = timed(40, || drop(ask(&index, &question)));
        let plain: Vec<&str> = words.iter().map(String::as_str).collect();
        let bare_total = bare(&searcher, &index, &plain);
        let (bare50, bare95) = timed(40, || assert_eq!(bare(&searcher, &index, &plain), bare_total));
        let ratio = p95 / bare95;
        writeln!(out, "{name:>10}: {total:>7} hits p50 {p50:.2} p95 {p95:.2} ms; bare {bare_total:>7} p50 {bare50:.2} p95 {bare95:.2} ms; ratio {ratio:.2}").unwrap();
        let question = Question { sort: Sort::Changed, ..question };
        let (p50, p95) = timed(40, || drop(ask(&index, &question)));
        writeln!(out, "{:>10}  by time p50 {p50:.2} p95 {p95:.2} ms", "").unwrap();
    }
    let ile_de_france = Filter { territories: vec!["region:11".parse().unwrap()], ..Filter::default() };
    let theme = Filter { themes: vec!["t3".into()], ..Filter::default() };
    let both = Filter {
        q: Some(word(20)),
        themes: vec!["t3".into()],
        territories: ile_de_france.territories.clone(),
        ..Filter::default()
    };
    let near = Filter { near: Some(Near { lat: 48.85, lon: 2.35, within_km: 50.0 }), ..Filter::default() };
    let begun = Filter { started_from: chrono::NaiveDate::from_ymd_opt(2015, 1, 1), ..Filter::default() };
    let filters = [
        ("everything", Filter::default()),
        ("region", ile_de_france),
        ("theme", theme.clone()),
        ("word, theme, region", both),
        ("near", near.clone()),
        ("begun", begun),
    ];
    for (name, filter) in filters {
        let question = Question { filter, facets: FACETS.to_vec(), limit: 20, ..Question::default() };
        let total = ask(&index, &question).total;
        let (p50, p95) = timed(40, || drop(ask(&index, &question)));
        let counted = question.facets.clone();
        let apart = Question { facets: Vec::new(), ..question };
        let (bare50, bare95) = timed(40, || drop(ask(&index, &apart)));
        writeln!(
            out,
            "{name:>20}: {total:>7} hits, {} facets p50 {p50:.2} p95 {p95:.2} ms; none p50 {bare50:.2} p95 {bare95:.2}",
            counted.len()
        )
        .unwrap();
    }
    let question = Question { filter: near, sort: Sort::Distance, limit: 20, ..Question::default() };
    let (p50, p95) = timed(40, || drop(ask(&index, &question)));
    writeln!(out, "by distance p50 {p50:.2} p95 {p95:.2} ms").unwrap();
    let actor = Question { facets: vec![Facet::Actor, Facet::Commune], ..Question::default() };
    let (p50, p95) = timed(10, || drop(ask(&index, &actor)));
    writeln!(out, "actors and communes p50 {p50:.2} p95 {p95:.2} ms").unwrap();
    for (q, name) in [("bal", "prefix of 3"), (&word(300)[..5], "prefix of 5"), ("xalcobal", "two faults")] {
        let (p50, p95) = timed(20, || drop(ask(&index, &Question { limit: 20, ..wording(q) })));
        let total = ask(&index, &wording(q)).total;
        writeln!(out, "{name} `{q}`: {total} hits p50 {p50:.2} p95 {p95:.2} ms").unwrap();
    }
    for (name, filter) in [("all", Filter::default()), ("theme", theme)] {
        for zoom in [0, 4, 5, 8, 11, 14] {
            // A screen of 1,920 × 1,080 pixels around Bourges.
            let (wide, high) =
                (1_920.0 / 512.0 * 180.0 / f64::from(1 << zoom), 1_080.0 / 512.0 * 120.0 / f64::from(1 << zoom));
            let edge = |at: f64, most: f64| at.clamp(-most, most);
            let bbox = Bbox {
                west: edge(2.4 - wide, 180.0),
                east: edge(2.4 + wide, 180.0),
                south: edge(47.1 - high, 85.0),
                north: edge(47.1 + high, 85.0),
            };
            let grid = Some(Grid { bbox: Some(bbox), zoom });
            let question = Question { filter: filter.clone(), cells: grid, ..Question::default() };
            let cells = ask(&index, &question).cells.len();
            let (p50, p95) = timed(40, || drop(ask(&index, &question)));
            writeln!(out, "map {name} zoom {zoom}: {cells} cells p50 {p50:.2} p95 {p95:.2} ms").unwrap();
        }
    }
    let mut like = drawn(&mut Draw(1), &communes);
    like.id = Some(id(1));
    let (p50, p95) = timed(20, || drop(index.similar(&like, 5)));
    writeln!(out, "similar p50 {p50:.2} p95 {p95:.2} ms").unwrap();

    let mut waits: Vec<Duration> = Vec::new();
    for round in 0..20_i64 {
        let changes = (0..25).map(|_| put(1 + u128::from(draw.next()) % count, &drawn(&mut draw, &communes))).collect();
        let begin = Instant::now();
        index.apply(changes, Some(&mark(2 + round)), Pace::Trickle).unwrap();
        waits.push(begin.elapsed());
    }
    let (p50, p95) = quantiles(&mut waits);
    writeln!(out, "commit of 25 changes p50 {p50:.2} p95 {p95:.2} ms").unwrap();
    let question = Question { facets: FACETS.to_vec(), limit: 20, ..Question::default() };
    let (p50, p95) = timed(20, || drop(ask(&index, &question)));
    writeln!(out, "everything, after some changes p50 {p50:.2} p95 {p95:.2} ms").unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = status
        .lines()
        .filter(|line| line.starts_with("VmHWM") || line.starts_with("RssAnon") || line.starts_with("VmRSS"));
    writeln!(out, "{}", memory.collect::<Vec<_>>().join(", ")).unwrap();
}
