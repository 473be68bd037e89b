use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::ServiceExt;

use super::*;
use crate::idea::{Common, Idea};
use crate::sourceur::Manner;
use crate::words::Words;
use crate::world::MOST_TELLINGS;

fn fair() -> Fair {
    Fair::new(Settings::default())
}

/// Status, headers and body of an address of a fair.
async fn ask(fair: &Arc<Fair>, path: &str, header: Option<(&str, &str)>) -> (u16, HeaderMap, Vec<u8>) {
    let mut request = Request::builder().uri(path).header("host", "127.0.0.1:8100");
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let response = serve::router(fair.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    (head.status.as_u16(), head.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
}

/// The path where a harvest of the first sourceur of a manner begins.
fn start(fair: &Fair, manner: Manner) -> String {
    let sourceur = fair.sourceurs.iter().find(|sourceur| sourceur.manner == manner).unwrap();
    manner::start(sourceur, &format!("/{}", sourceur.id))
}

fn path_of(address: &str) -> &str {
    address.strip_prefix("http://127.0.0.1:8100").unwrap()
}

fn rows(fair: &Fair, manner: Manner) -> usize {
    let index = fair.sourceurs.iter().position(|sourceur| sourceur.manner == manner).unwrap();
    fair.world.lists[index].len()
}

#[test]
fn a_default_fair_tells_400_actions_in_600_records() {
    let told: Vec<Told> = fair().records().collect();
    let actions: BTreeSet<usize> = told.iter().map(|record| record.action).collect();
    let keys: BTreeSet<(&str, &str)> = told.iter().map(|record| (&*record.sourceur, &*record.source_id)).collect();
    assert_eq!((told.len(), keys.len(), actions.len()), (600, 600, 400));
    assert_eq!(told.iter().map(|record| record.family).collect::<BTreeSet<_>>().len(), Idea::all().len());
}

#[test]
fn a_seed_gives_the_same_fair_and_growing_it_changes_no_record() {
    let told: Vec<Told> = fair().records().collect();
    assert!(told == fair().records().collect::<Vec<_>>());
    let larger = Fair::new(Settings { actions: 900, ..Settings::default() });
    let larger: BTreeMap<(Arc<str>, String), Told> =
        larger.records().map(|record| ((record.sourceur.clone(), record.source_id.clone()), record)).collect();
    for record in &told {
        assert_eq!(larger.get(&(record.sourceur.clone(), record.source_id.clone())), Some(record));
    }
    let other = Fair::new(Settings { seed: 2, ..Settings::default() });
    assert!(told != other.records().collect::<Vec<_>>());
}

#[test]
fn two_tellings_of_an_action_share_no_sentence() {
    let mut sentences: BTreeMap<(usize, String), String> = BTreeMap::new();
    for record in Fair::new(Settings { actions: 2_000, ..Settings::default() }).records() {
        for sentence in record.text.split(['.', '?', '!', ';', ':', '\n']) {
            let folded = model::fold(sentence);
            if folded.split(' ').count() >= 4 {
                let told_by = format!("{}/{}", record.sourceur, record.source_id);
                let first = sentences.entry((record.action, folded)).or_insert_with(|| told_by.clone());
                assert_eq!(*first, told_by, "{sentence}");
            }
        }
    }
}

#[test]
fn every_list_of_phrases_serves_all_tellings() {
    let common = Common::get();
    let mut lists: Vec<(&str, &[String], usize)> = vec![
        ("town", &common.town, 1),
        ("country", &common.country, 1),
        ("presentation", &common.presentation, 1),
        ("partnership", &common.partnership, 1),
        ("outlook", &common.outlook, 1),
        ("human", &common.human, 1),
        ("financial", &common.financial, 1),
        ("material", &common.material, 1),
    ];
    for idea in Idea::all() {
        for (list, taken) in [
            (&idea.what, 1),
            (&idea.objectives, 1),
            (&idea.origin, 1),
            (&idea.description, 2),
            (&idea.impacts, 2),
            (&idea.quote, 1),
        ] {
            lists.push((idea.slug, list, taken));
        }
        for slug in &idea.themes {
            Words::themes().number(slug);
        }
        for slug in &idea.audiences {
            Words::audiences().number(slug);
        }
    }
    for (name, list, taken) in lists {
        assert!(list.len() >= taken * MOST_TELLINGS, "{name}: {list:?}");
        assert_eq!(list.iter().collect::<BTreeSet<_>>().len(), list.len(), "{name} says a thing twice");
    }
}

#[test]
fn words_alone_do_not_tell_true_pairs_from_near_misses() {
    let told: Vec<Told> = fair().records().collect();
    let words: Vec<BTreeSet<String>> = told
        .iter()
        .map(|record| model::fold(&format!("{} {}", record.title, record.text)).split(' ').map(str::to_owned).collect())
        .collect();
    let (mut true_pairs, mut near_misses) = (Vec::new(), Vec::new());
    for (a, first) in told.iter().enumerate() {
        for (b, second) in told.iter().enumerate().skip(a + 1) {
            if first.family == second.family {
                let common = words[a].intersection(&words[b]).count();
                let permille = common * 1000 / (words[a].len() + words[b].len() - common);
                let pairs = if first.action == second.action { &mut true_pairs } else { &mut near_misses };
                pairs.push(permille);
            }
        }
    }
    true_pairs.sort_unstable();
    near_misses.sort_unstable();
    let (lowest, median) = (true_pairs[0], true_pairs[true_pairs.len() / 2]);
    let more_alike = near_misses.iter().filter(|similarity| **similarity > median).count();
    let within = near_misses.iter().filter(|s| (lowest..=true_pairs[true_pairs.len() - 1]).contains(*s)).count();
    assert!(more_alike > true_pairs.len(), "{more_alike} near-misses are more alike than half of the true pairs");
    assert!(within > true_pairs.len(), "{within} near-misses are as alike as true pairs are");
}

#[test]
fn a_yearly_action_has_editions_and_an_idea_has_variants() {
    let fair = fair();
    let told: Vec<Told> = fair.records().collect();
    let editions: BTreeSet<(usize, i32)> =
        told.iter().filter_map(|record| record.edition.map(|year| (record.series, year))).collect();
    let series: BTreeSet<usize> = editions.iter().map(|(series, _)| *series).collect();
    assert!(editions.len() > series.len() + 20, "{} editions of {} series", editions.len(), series.len());
    for record in told.iter().filter(|record| record.edition.is_some()) {
        let year = record.edition.unwrap().to_string();
        assert!(record.title.contains(&year), "{} says no year", record.title);
    }
    let places: BTreeSet<(&str, &str)> = told.iter().map(|record| (record.family, record.commune)).collect();
    assert!(places.len() > 7 * Idea::all().len());
}

#[test]
fn the_truth_names_every_record() {
    let dir = std::env::temp_dir().join(format!("fair-truth-{}", std::process::id()));
    let fair = fair();
    fair.write_truth(&dir).unwrap();
    let read = |name: &str| {
        let mut reader = csv::Reader::from_path(dir.join(name)).unwrap();
        let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        (columns, rows)
    };
    let (columns, records) = read("records.csv");
    assert_eq!(columns, ["sourceur", "source_id", "action", "family", "series", "edition"]);
    let named: BTreeSet<String> = records.iter().map(|row| row.iter().collect::<Vec<_>>().join(",")).collect();
    let told = fair.records().map(|record| {
        let Told { sourceur, source_id, action, family, series, edition, .. } = record;
        format!(
            "{sourceur},{source_id},a{action},{family},s{series},{}",
            edition.map_or_else(String::new, |year| year.to_string())
        )
    });
    assert_eq!(named, told.collect::<BTreeSet<_>>());
    let (_, actions) = read("actions.csv");
    assert_eq!(actions.len(), 400);
    std::fs::remove_dir_all(dir).unwrap();
}

#[tokio::test]
async fn both_feeds_are_well_formed_and_whole() {
    let fair = Arc::new(fair());
    for manner in [Manner::Feed, Manner::Spip] {
        let (status, _, body) = ask(&fair, &start(&fair, manner), None).await;
        assert_eq!(status, 200);
        let text = String::from_utf8(body).unwrap();
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut open = 0;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(_) => open += 1,
                quick_xml::events::Event::End(_) => open -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!((open, text.matches("<item").count()), (0, rows(&fair, manner)));
    }
}

#[tokio::test]
async fn json_lists_are_read_to_their_end() {
    let fair = Arc::new(fair());
    let json = |body: &[u8]| serde_json::from_slice::<serde_json::Value>(body).unwrap();

    let mut next = Some(start(&fair, Manner::PagedJson));
    let mut ids = BTreeSet::new();
    while let Some(path) = next {
        let page = json(&ask(&fair, &path, None).await.2);
        ids.extend(page["results"].as_array().unwrap().iter().map(|record| record["id"].to_string()));
        next = page["next"].as_str().map(|address| path_of(address).to_owned());
    }
    assert_eq!(ids.len(), rows(&fair, Manner::PagedJson));

    let path = start(&fair, Manner::WordPress);
    let (_, headers, body) = ask(&fair, &path, None).await;
    assert_eq!(json(&body).as_array().unwrap().len(), rows(&fair, Manner::WordPress).min(100));
    assert_eq!(headers["x-wp-total"], rows(&fair, Manner::WordPress).to_string().as_str());
    assert_eq!(headers.contains_key("link"), rows(&fair, Manner::WordPress) > 100);
    assert_eq!(ask(&fair, &format!("{path}&page=99"), None).await.0, 400);

    let page = json(&ask(&fair, &format!("{}?limit=100&offset=10", start(&fair, Manner::OpenDataSoft)), None).await.2);
    let total = rows(&fair, Manner::OpenDataSoft);
    assert_eq!(page["total_count"].to_string(), total.to_string());
    assert_eq!(page["results"].as_array().unwrap().len(), (total - 10).min(100));

    let map = json(&ask(&fair, &start(&fair, Manner::GoGoCarto), None).await.2);
    assert_eq!(map["data"].as_array().unwrap().len(), rows(&fair, Manner::GoGoCarto));
}

#[tokio::test]
async fn the_spreadsheet_is_windows_1252() {
    let fair = Arc::new(fair());
    let (_, _, body) = ask(&fair, &start(&fair, Manner::Csv), None).await;
    assert!(std::str::from_utf8(&body).is_err());
    let (text, _, damaged) = encoding_rs::WINDOWS_1252.decode(&body);
    assert!(!damaged && !text.contains("&#"), "a character that windows-1252 lacks");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    assert_eq!(&reader.headers().unwrap()[1], "Intitulé");
    assert_eq!(reader.records().map(Result::unwrap).count(), rows(&fair, Manner::Csv));
}

#[tokio::test]
async fn the_catalogue_links_every_fiche() {
    let fair = Arc::new(fair());
    let mut next = Some(start(&fair, Manner::Listing));
    let mut fiches = Vec::new();
    while let Some(path) = next {
        let page = String::from_utf8(ask(&fair, &path, None).await.2).unwrap();
        let links = |class: &str| {
            let before = format!("class=\"{class}\" href=\"");
            let after = page.split(&before).skip(1);
            after.map(|rest| path_of(&rest[..rest.find('"').unwrap()]).to_owned()).collect::<Vec<_>>()
        };
        fiches.extend(links("fiche"));
        next = links("suivant").pop();
    }
    assert_eq!(fiches.len(), rows(&fair, Manner::Listing));
    let mut lost = 0;
    for path in &fiches {
        let (status, _, body) = ask(&fair, path, None).await;
        let page = String::from_utf8(body).unwrap();
        assert!(status == 200 && page.contains("Porteur(s) de l'action :"), "{path}");
        lost += usize::from(page.contains("'uvre") || page.contains("c'ur"));
    }
    assert!(lost > 0, "no fiche has lost its œ");
}

#[tokio::test]
async fn a_document_that_is_known_is_not_sent_again() {
    let fair = Arc::new(fair());
    for manner in [Manner::Feed, Manner::Spip, Manner::Csv, Manner::GoGoCarto] {
        let path = start(&fair, manner);
        let (_, headers, _) = ask(&fair, &path, None).await;
        let (etag, modified) = (headers["etag"].to_str().unwrap(), headers["last-modified"].to_str().unwrap());
        for header in [("if-none-match", etag), ("if-modified-since", modified)] {
            let (status, _, body) = ask(&fair, &path, Some(header)).await;
            assert_eq!((status, body.len()), (304, 0), "{header:?}");
        }
        assert_eq!(ask(&fair, &path, Some(("if-none-match", "\"other\""))).await.0, 200);
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let fair = Arc::new(fair());
    let feed = &fair.sourceurs[0].id;
    for path in ["/nobody/".to_owned(), "/nobody/feed.xml".to_owned(), format!("/{feed}/fiche/1"), format!("/{feed}/x")]
    {
        assert_eq!(ask(&fair, &path, None).await.0, 404, "{path}");
    }
}

#[test]
fn each_sourceur_has_a_config_of_its_own() {
    let configs = Fair::new(Settings { sourceurs: 70, ..Settings::default() }).configs("http://127.0.0.1:8100");
    assert_eq!(configs.iter().map(|(name, _)| name).collect::<BTreeSet<_>>().len(), 70);
    for (name, text) in configs {
        let config: toml::Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        let id: model::SourceurId = name.strip_suffix(".toml").unwrap().parse().unwrap();
        let harvest = config["harvest"].as_table().unwrap();
        let start = harvest.values().next().unwrap()["start"].as_str().unwrap();
        assert!(start.starts_with(&format!("http://127.0.0.1:8100/{id}/")), "{start}");
    }
}

#[tokio::test]
async fn the_fair_is_served_until_it_is_shut() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (shut, shutting) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(Arc::new(fair()).serve(listener, async move {
        shutting.await.ok();
    }));
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nhost: fair\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Les Passerelles"), "{answer}");
    shut.send(()).unwrap();
    serving.await.unwrap();
}

#[tokio::test]
async fn a_large_fair_is_laid_out_and_told_quickly() {
    let began = Instant::now();
    let fair = Arc::new(Fair::new(Settings { sourceurs: 70, actions: 5_000, seed: 3 }));
    assert_eq!(fair.world.lists.iter().map(Vec::len).sum::<usize>(), 7_500);
    let (status, _, body) = ask(&fair, &start(&fair, Manner::Feed), None).await;
    assert!(status == 200 && body.len() > 100_000);
    // Generous: an unoptimised build on a busy machine takes a tenth of it.
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}
