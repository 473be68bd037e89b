//! The walk over a protocol of tests' own: one word a line, on loopback.

use std::io::BufRead as _;

use model::{Issue, Payload, Severity};
use serde_json::{Map, Value};

use super::*;
use crate::testing::{Do, Server, ok, raw, status};
use crate::{ClientConfig, Next, Page, Reach, ReadError, read_document};

/// `= key` is a record, `=` one without a key, `> path` the next page, `^ address` the same as it is
/// written, `* path` a fiche, `@ word` a
/// cursor, `!` a fault; `~` mends the document. Relative to the page.
struct Lines {
    start: String,
}

impl Protocol for Lines {
    fn start(&self, since: Option<&Cursor>) -> Request {
        let since = since.map(|since| format!("?since={}", since.0.as_str().unwrap_or_default())).unwrap_or_default();
        Request::new(format!("{}{since}", self.start))
    }

    fn read(&self, page: Page<'_>, each: &mut dyn FnMut(RawRecord)) -> Result<Next, ReadError> {
        let mut next = Next { encoding: "utf-8".to_owned(), ..Next::default() };
        let base = url::Url::parse(page.url).unwrap();
        for line in page.body.lines() {
            let Ok(line) = line else { break };
            let (kind, rest) = line.split_at(1);
            let target = || base.join(rest.trim()).unwrap().to_string();
            match kind {
                "=" => each(record(rest.trim())),
                ">" => next.requests.push(Request::new(target())),
                "^" => next.requests.push(Request::new(rest.trim())),
                "*" => next.requests.push(Request::with_state(target(), "fiche")),
                "@" => next.cursor = Some(Cursor(rest.trim().into())),
                "~" => next.repairs += 1,
                _ => {
                    let message = format!("`{line}` is no line");
                    return Err(ReadError {
                        code: ReasonCode::Malformed,
                        message,
                        repairs: next.repairs,
                        encoding: next.encoding,
                    });
                }
            }
        }
        Ok(next)
    }

    fn reach(&self) -> Reach {
        Reach::Whole
    }

    fn holds_one_record(&self, request: &Request) -> bool {
        request.state == "fiche"
    }
}

fn record(key: &str) -> RawRecord {
    let key = key.parse().ok();
    let issues = match key {
        Some(_) => vec![],
        None => vec![Issue::new(Severity::Error, "", "no-key", "the record has no key")],
    };
    RawRecord { key, url: None, base: None, payload: Payload::Json(Value::Object(Map::new())), deleted: false, issues }
}

/// What a walk told: keys (`key!` for a repeated one, `?` for none), `|` for each page.
struct Told {
    records: String,
    ending: Ending,
    checkpoints: Vec<Checkpoint>,
}

async fn walked_with(config: ClientConfig, start: String, from: From) -> Told {
    let (sender, mut steps) = tokio::sync::mpsc::channel(2);
    let client = Client::new(config).unwrap();
    let walking = tokio::spawn(walk(Arc::new(Lines { start }), client, from, sender));
    let mut told = Told { records: String::new(), ending: Ending::default(), checkpoints: vec![] };
    while let Some(step) = steps.recv().await {
        match step {
            Step::Records(records) => {
                for Read { record, repeated } in records {
                    told.records.push_str(record.key.as_ref().map_or("?", |key| key.as_str()));
                    told.records.push_str(if repeated { "! " } else { " " });
                }
            }
            Step::Page(checkpoint, _) => {
                told.records.push_str("| ");
                told.checkpoints.push(checkpoint);
            }
            Step::End(ending) => told.ending = ending,
        }
    }
    walking.await.unwrap();
    told
}

async fn walked(server: &Server) -> Told {
    walked_with(server.config(), server.url("/1"), From::default()).await
}

#[track_caller]
fn check(told: &Told, records: &str, fault: Option<(ReasonCode, &str)>) {
    assert_eq!(told.records.trim(), records);
    let reason = told
        .ending
        .reason
        .as_ref()
        .or(told.ending.missed.as_ref())
        .map(|reason| (reason.code, reason.message.as_str()));
    let as_expected = match (fault, reason) {
        (None, None) => true,
        (Some((code, words)), Some((told_code, message))) => code == told_code && message.contains(words),
        _ => false,
    };
    assert!(as_expected, "expected {fault:?}, got {reason:?}");
    assert_eq!(told.ending.complete, fault.is_none());
}

#[tokio::test]
async fn a_list_is_read_page_by_page_to_its_end() {
    let server = Server::start(|path, _| match path {
        "/1" => ok("ETag: \"1\"\r\n", "= a\n= b\n> /2\n@ x\n"),
        "/2" => ok("ETag: \"2\"\r\n", "= b\n=\n=\n~\n> 3\n@ y\n"),
        _ => ok("", "= c\n"),
    })
    .await;
    let told = walked(&server).await;
    check(&told, "a b | b! ? ? | c |", None);
    let expected = Ending {
        complete: true,
        requests: 3,
        bytes: 39,
        repairs: 1,
        encoding: Some("utf-8".to_owned()),
        cursor: Some(Cursor("y".into())),
        ..Ending::default()
    };
    assert_eq!(told.ending, expected);
}

#[tokio::test]
async fn a_list_of_one_document_is_known_again_by_its_validators() {
    let server = Server::start(|path, _| match path {
        "/1?since=x" => status("304 Not Modified", ""),
        "/1" => ok("ETag: \"1\"\r\n", "= a\n"),
        "/moved" => status("301 Moved", "Location: /1\r\n"),
        _ => vec![],
    })
    .await;
    let told = walked_with(server.config(), server.url("/moved"), From::default()).await;
    check(&told, "a |", None);
    let validators = told.ending.validators.clone();
    assert_eq!(validators.as_ref().unwrap().etag.as_deref(), Some("\"1\""));
    assert_eq!((told.ending.moved_to, told.ending.requests), (Some(server.url("/1")), 2));

    let from = From { since: Some(Cursor("x".into())), validators, resume: None };
    let told = walked_with(server.config(), server.url("/1"), from).await;
    check(&told, "", None);
    assert!(told.ending.not_modified && server.requests()[2].contains("if-none-match: \"1\""));
}

#[tokio::test]
async fn pages_in_circles_end_at_the_second_visit() {
    let server = Server::start(|path, _| match path {
        "/1" => ok("", "= a\n> /2\n"),
        "/2" => ok("", "= b\n> /1#again\n"),
        _ => vec![],
    })
    .await;
    check(&walked(&server).await, "a | b |", Some((ReasonCode::PagingLoop, "circles")));
    assert_eq!(server.paths(), ["/1", "/2"]);
}

#[tokio::test]
async fn an_address_spelled_in_an_odd_way_is_no_circle() {
    let server = Server::start(|path, _| match path {
        "/1" => ok("", "> 2\n"),
        "/2" => ok("", "= a\n> 3\n"),
        _ => ok("", "= b\n"),
    })
    .await;
    let odd = server.url("").replace("http:", "HTTP:");
    let odd_server = Server::start(move |path, _| match path {
        "/1" => ok("", format!("= a\n^ {odd}/x/../é#top\n")),
        _ => vec![],
    })
    .await;
    let mut config = server.config();
    config.allow.push(odd_server.address.to_string());
    check(&walked_with(config, odd_server.url("/1"), From::default()).await, "a | b |", None);
    assert_eq!(server.paths(), ["/%C3%A9"]);
}

#[tokio::test]
async fn a_page_that_leads_back_to_another_is_a_loop() {
    let server = Server::start(|path, _| match path {
        "/1" => ok("", "= a\n> /2\n"),
        _ => status("302 Found", "Location: /1\r\n"),
    })
    .await;
    check(&walked(&server).await, "a |", Some((ReasonCode::PagingLoop, "leads back to")));
}

#[tokio::test]
async fn three_pages_without_a_new_key_are_a_loop_and_two_are_not() {
    let endless = |path: &str, _| {
        let page: usize = path[1..].parse().unwrap_or_default();
        ok("", format!("= a\n=\n> /{}\n", page + 1))
    };
    let told = walked(&Server::start(endless).await).await;
    check(&told, "a ? | a! ? | a! ? | a! ? |", Some((ReasonCode::PagingLoop, "three pages in a row")));

    let with_gaps = |path: &str, _| match path {
        "/1" => ok("", "= a\n> /2\n"),
        "/2" => ok("", "> /3\n"),
        "/3" => ok("", "= a\n> /4\n"),
        "/4" => ok("", "= b\n> /5\n"),
        "/5" => ok("", "> /6\n"),
        _ => ok("", "= b\n"),
    };
    check(&walked(&Server::start(with_gaps).await).await, "a | | a! | b | | b! |", None);
}

#[tokio::test]
async fn a_listing_asks_each_fiche_once_and_takes_a_dead_link_for_an_answer() {
    let server = Server::start(|path, _| match path {
        "/1" => ok("", "* /f/1\n* /f/2\n* /f/1\n> /2\n"),
        "/2" => ok("", "* /f/2\n* /f/3\n* /f/4\n"),
        "/f/2" => status("404 Not Found", ""),
        "/f/3" => status("410 Gone", ""),
        fiche => ok("", format!("= {fiche}\n")),
    })
    .await;
    check(&walked(&server).await, "| /f/1 | | | | /f/4 |", None);
    assert_eq!(server.paths(), ["/1", "/f/1", "/f/2", "/2", "/f/3", "/f/4"]);
}

#[tokio::test]
async fn a_fiche_that_fails_is_tried_again_later_and_the_others_are_read() {
    let server = Server::start(|path, before| match (path, before) {
        ("/1", _) => ok("", "* /f/1\n* /f/2\n* /f/3\n* /f/4\n"),
        ("/f/1", 1) | ("/f/4", _) => status("500 Broken", ""),
        ("/f/2", _) => ok("", ""),
        (fiche, _) => ok("", format!("= {fiche}\n")),
    })
    .await;
    let config = ClientConfig { retries: 1, ..server.config() };
    let told = walked_with(config, server.url("/1"), From::default()).await;
    check(&told, "| | /f/3 | /f/1 |", Some((ReasonCode::EmptyBody, "empty")));
    assert_eq!(told.ending.reason, None);
    assert_eq!(server.paths(), ["/1", "/f/1", "/f/2", "/f/3", "/f/4", "/f/1", "/f/4"]);
}

#[tokio::test]
async fn a_hung_fiche_does_not_hold_up_the_walk_beyond_its_bound() {
    let server = Server::start(|path, _| match path {
        "/1" => ok("", "* /f/1\n* /f/2\n* /f/3\n* /f/4\n"),
        "/f/2" => ok("", "= two\n"),
        _ => vec![Do::Hang],
    })
    .await;
    let began = Instant::now();
    let told = walked_with(server.hasty(), server.url("/1"), From::default()).await;
    check(&told, "| two |", Some((ReasonCode::Deadline, "within 800 ms")));
    assert!(began.elapsed() < Duration::from_millis(800 + 800 + 5_000), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_site_whose_fiches_all_fail_is_left_alone() {
    let server = Server::start(|path, _| match path {
        "/1" => ok("", (0..100).map(|fiche| format!("* /f/{fiche}")).collect::<Vec<_>>().join("\n")),
        _ => status("500 Broken", ""),
    })
    .await;
    let told = walked(&server).await;
    check(&told, "|", Some((ReasonCode::HttpStatus, "500")));
    assert!(told.ending.reason.is_some() && server.paths().len() == 1 + 20);
}

#[tokio::test]
async fn a_page_that_fails_ends_the_walk_with_what_came_before() {
    let server = Server::start(|path, _| match path {
        "/1" => ok("", "= a\n> /2\n"),
        "/2" => ok("", "= b\n~\n!\n= c\n> /3\n"),
        _ => vec![],
    })
    .await;
    let told = walked(&server).await;
    check(&told, "a | b", Some((ReasonCode::Malformed, "is no line")));
    assert_eq!((told.ending.repairs, told.ending.validators), (1, None));
    for (answer, code) in [
        (status("500 Broken", ""), ReasonCode::HttpStatus),
        (status("304 Not Modified", ""), ReasonCode::HttpStatus),
        (ok("", ""), ReasonCode::EmptyBody),
        (raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n= c\n"), ReasonCode::Truncated),
    ] {
        let server =
            Server::start(move |path, _| if path == "/1" { ok("", "= a\n> /2\n") } else { answer.clone() }).await;
        check(&walked(&server).await, "a |", Some((code, "")));
    }
}

#[tokio::test]
async fn a_walk_goes_on_from_any_checkpoint_as_if_it_had_not_stopped() {
    let server = Server::start(|path, _| match path {
        "/1" => ok("", "* /f/1\n* /f/2\n= a\n> /2\n"),
        "/2" => ok("", "* /f/2\n= a\n= b\n@ z\n"),
        fiche => ok("", format!("= {fiche}\n")),
    })
    .await;
    let whole = walked(&server).await;
    check(&whole, "a | /f/1 | /f/2 | a! b |", None);
    for stop in 0..whole.checkpoints.len() {
        let before: String = whole.records.split_inclusive("| ").take(stop + 1).collect();
        let keys: Vec<RecordKey> = before
            .split([' ', '|'])
            .filter(|key| !key.is_empty() && !key.ends_with('!'))
            .map(|key| key.parse().unwrap())
            .collect();
        let written = serde_json::to_value(&whole.checkpoints[..=stop]).unwrap();
        let checkpoints: Vec<Checkpoint> = serde_json::from_value(written).unwrap();
        let asked_before = server.paths().len();
        let from = From { resume: Some((checkpoints, keys)), ..From::default() };
        let rest = walked_with(server.config(), server.url("/1"), from).await;
        assert_eq!(format!("{before}{}", rest.records), whole.records);
        assert_eq!(rest.ending, whole.ending);
        assert_eq!(server.paths().len() - asked_before, whole.checkpoints.len() - 1 - stop);
    }
}

#[tokio::test]
async fn records_go_out_in_chunks_and_a_closed_channel_stops_the_walk() {
    let long: String = (0..1_234).map(|key| format!("= {key}")).collect::<Vec<_>>().join("\n") + "\n> /2\n";
    let server = Server::start(move |_, _| ok("", &long)).await;
    let (sender, mut steps) = tokio::sync::mpsc::channel(1);
    let protocol = Arc::new(Lines { start: server.url("/1") });
    let walking = tokio::spawn(walk(protocol, Client::new(server.config()).unwrap(), From::default(), sender));
    let mut lengths = vec![];
    while let Some(Step::Records(records)) = steps.recv().await {
        lengths.push(records.len());
    }
    assert_eq!(lengths, [500, 500, 234]);
    drop(steps);
    tokio::time::timeout(Duration::from_secs(5), walking).await.expect("the walk goes on without a listener").unwrap();
    assert!(server.paths().len() <= 2);
}

#[tokio::test]
async fn nothing_is_asked_before_the_page_before_is_kept() {
    let server = Server::start(|path, _| match path {
        "/1" => ok("", "= a\n> /2\n"),
        _ => ok("", "= b\n"),
    })
    .await;
    let (sender, mut steps) = tokio::sync::mpsc::channel(9);
    let protocol = Arc::new(Lines { start: server.url("/1") });
    let walking = tokio::spawn(walk(protocol, Client::new(server.config()).unwrap(), From::default(), sender));
    assert!(matches!(steps.recv().await, Some(Step::Records(_))));
    let Some(Step::Page(_, kept)) = steps.recv().await else { panic!("a page follows its records") };
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(steps.try_recv().is_err() && server.paths() == ["/1"]);
    kept.tell();
    while steps.recv().await.is_some() {}
    walking.await.unwrap();
    assert_eq!(server.paths(), ["/1", "/2"]);
}

#[test]
fn an_empty_document_at_hand_is_told_before_any_protocol_reads_it() {
    let protocol = Lines { start: "http://a.example/".to_owned() };
    let request = protocol.start(None);
    let read = |mut body: &[u8]| {
        let page = Page { request: &request, url: &request.url, content_type: None, link: &[], body: &mut body };
        read_document(&protocol, page, &mut |_| {}).map_err(|error| error.code)
    };
    assert_eq!(read(b"").unwrap_err(), ReasonCode::EmptyBody);
    assert_eq!(read(b"= a\n").unwrap().encoding, "utf-8");
}
