//! The client against servers that do what no decent server does, all on loopback.

use std::io::Read as _;
use std::net::IpAddr;

use tokio::io::AsyncWriteExt as _;
use tokio::time::Instant;

use super::*;
use crate::address::Answer;
use crate::recorder::Recorder;
use crate::testing::{Do, Server, ok, raw, status};

#[track_caller]
fn body(fetched: Result<Fetched, FetchError>) -> (String, Spooled) {
    match fetched {
        Ok(Fetched::Body(spooled)) => {
            let mut text = String::new();
            spooled.open().unwrap().read_to_string(&mut text).unwrap();
            (text, spooled)
        }
        other => panic!("expected a body, got {other:?}"),
    }
}

#[track_caller]
fn check_fault(fetched: Result<Fetched, FetchError>, code: ReasonCode, words: &str) -> FetchError {
    let fault = fetched.expect_err("the fetch brought something");
    assert_eq!((fault.reason.code, fault.reason.message.contains(words)), (code, true), "{fault}");
    fault
}

async fn fetch(server: &Server, path: &str) -> Result<Fetched, FetchError> {
    Client::new(server.config()).unwrap().fetch(&server.url(path), None).await
}

#[tokio::test]
async fn a_document_comes_with_all_that_its_headers_tell() {
    let server = Server::start(|path, _| match path {
        "/a" => status("301 Moved", "Location: b?x=1#top\r\n"),
        "/b?x=1" => status("308 Moved", "Location: /c\r\n"),
        "/c" => status("302 Found", "Location: //ignored\r\nLocation: /d\r\n"),
        _ => ok(
            "ETag: W/\"1\"\r\nLast-Modified: Tue, 01 Jan 2019 00:00:00 GMT\r\nContent-Type: text/xml\r\nLink: </p2>; rel=next\r\nLink: </p9>; rel=last\r\nContent-Location: /sub/\r\n",
            "<rss/>",
        ),
    })
    .await;
    let client = Client::new(server.config()).unwrap();
    let (text, spooled) = body(client.fetch(&server.url("/d"), None).await);
    assert_eq!((text.as_str(), spooled.bytes), ("<rss/>", 6));
    assert_eq!(
        (spooled.url.as_str(), spooled.base.as_str()),
        (server.url("/d").as_str(), server.url("/sub/").as_str())
    );
    assert_eq!(spooled.content_type.as_deref(), Some("text/xml"));
    assert_eq!(spooled.link, ["</p2>; rel=next", "</p9>; rel=last"]);
    assert_eq!(spooled.validators.etag.as_deref(), Some("W/\"1\""));
    assert_eq!(spooled.validators.last_modified.as_deref(), Some("Tue, 01 Jan 2019 00:00:00 GMT"));
    assert_eq!(spooled.moved_to, None);
    // A second reading begins at the beginning.
    assert_eq!(body(Ok(Fetched::Body(spooled))).0, "<rss/>");
    let head = &server.requests()[0].to_lowercase();
    assert!(head.contains("user-agent: carrefour/") && head.contains("accept-encoding: ") && !head.contains("referer"));
}

#[tokio::test]
async fn what_moved_for_good_is_told_up_to_the_first_passing_redirect() {
    let server = Server::start(|path, _| match path {
        "/a" => status("301 Moved", "Location: b?x=1#top\r\n"),
        "/b?x=1" => status("308 Moved", "Location: /c\r\n"),
        "/c" => status("302 Found", "Location: /d\r\n"),
        "/d" => status("301 Moved", "Location: /e\r\n"),
        _ => ok("", "here"),
    })
    .await;
    let (_, spooled) = body(fetch(&server, "/a").await);
    assert_eq!((spooled.url, spooled.moved_to), (server.url("/e"), Some(server.url("/c"))));
    assert_eq!(server.paths(), ["/a", "/b?x=1", "/c", "/d", "/e"]);
}

#[tokio::test]
async fn validators_are_both_sent_and_a_304_is_no_document() {
    let server = Server::start(|path, _| match path {
        "/unasked" => status("304 Not Modified", ""),
        _ => status("304 Not Modified", "ETag: \"1\"\r\n"),
    })
    .await;
    let validators =
        Validators { etag: Some("\"1\"".into()), last_modified: Some("Tue, 01 Jan 2019 00:00:00 GMT".into()) };
    let client = Client::new(server.config()).unwrap();
    assert!(matches!(client.fetch(&server.url("/"), Some(&validators)).await, Ok(Fetched::NotModified)));
    assert!(matches!(client.fetch(&server.url("/unasked"), None).await, Ok(Fetched::NotModified)));
    let heads = server.requests();
    assert!(heads[0].contains("if-none-match: \"1\"\r\n"), "{}", heads[0]);
    assert!(heads[0].contains("if-modified-since: Tue, 01 Jan 2019 00:00:00 GMT\r\n"), "{}", heads[0]);
    assert!(!heads[1].contains("if-"), "{}", heads[1]);
}

#[tokio::test]
async fn a_status_that_is_no_success_is_told_as_it_is() {
    let server = Server::start(|path, _| status(path.trim_start_matches('/').replace('-', " ").as_str(), "")).await;
    check_fault(fetch(&server, "/404-Not-Found").await, ReasonCode::HttpStatus, "answered 404 Not Found");
    check_fault(fetch(&server, "/410-Gone").await, ReasonCode::Gone, "gone for good");
    check_fault(fetch(&server, "/206-Partial-Content").await, ReasonCode::HttpStatus, "206");
    check_fault(fetch(&server, "/302-Found").await, ReasonCode::HttpStatus, "302");
    let (text, _) = body(fetch(&server, "/204-No-Content").await);
    assert_eq!(text, "");
}

#[tokio::test]
async fn a_passing_fault_is_asked_again_and_a_lasting_one_is_not() {
    let server = Server::start(|path, before| match (path, before) {
        ("/503", 0) => status("503 Busy", ""),
        ("/429", 2) => status("429 Slow down", "Retry-After: 0\r\n"),
        ("/429" | "/503", _) => ok("", "here"),
        _ => status("403 Forbidden", ""),
    })
    .await;
    let client = Client::new(ClientConfig { retries: 2, ..server.config() }).unwrap();
    assert_eq!(body(client.fetch(&server.url("/503"), None).await).0, "here");
    assert_eq!(body(client.fetch(&server.url("/429"), None).await).0, "here");
    check_fault(client.fetch(&server.url("/403"), None).await, ReasonCode::HttpStatus, "403");
    assert_eq!(server.paths(), ["/503", "/503", "/429", "/429", "/403"]);
}

#[tokio::test]
async fn a_retry_after_longer_than_the_deadline_fails_at_once_with_its_time() {
    let server = Server::start(|path, _| match path {
        "/date" => {
            status("503 Busy", "Date: Tue, 01 Jan 2019 00:00:00 GMT\r\nRetry-After: Tue, 01 Jan 2019 10:00:00 GMT\r\n")
        }
        _ => status("503 Busy", "Retry-After: 315360000\r\n"),
    })
    .await;
    let client = Client::new(ClientConfig { retries: 2, ..server.config() }).unwrap();
    let began = Instant::now();
    let date = check_fault(client.fetch(&server.url("/date"), None).await, ReasonCode::HttpStatus, "for 10 h");
    check_fault(client.fetch(&server.url("/"), None).await, ReasonCode::HttpStatus, "for 3650 days");
    assert_eq!(date.retry_after, Some(Duration::from_hours(10)));
    assert!(began.elapsed() < Duration::from_secs(5) && server.paths().len() == 2);
}

#[tokio::test]
async fn one_deadline_covers_headers_and_body() {
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let server = Server::start(|path, _| match path {
        "/silent" => vec![Do::Hang],
        "/slow-headers" => vec![Do::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Do::Drip(b"X-A: b\r\n", 100)],
        "/drip" => vec![Do::Send(CHUNKED.into()), Do::Drip(b"1\r\nx\r\n", 50)],
        _ => vec![],
    })
    .await;
    let hung = ["/silent", "/slow-headers", "/drip"].map(async |path| {
        let began = Instant::now();
        (Client::new(server.hasty()).unwrap().fetch(&server.url(path), None).await, began.elapsed())
    });
    for (fetched, elapsed) in futures_util::future::join_all(hung).await {
        check_fault(fetched, ReasonCode::Deadline, "within 800 ms");
        assert!(elapsed > Duration::from_millis(700) && elapsed < Duration::from_secs(5), "{elapsed:?}");
    }
}

#[tokio::test]
async fn all_attempts_together_end_within_their_deadlines() {
    let server = Server::start(|_, _| vec![Do::Hang]).await;
    let config = ClientConfig { retries: 2, deadline: Duration::from_millis(400), ..server.config() };
    let began = Instant::now();
    check_fault(Client::new(config).unwrap().fetch(&server.url("/"), None).await, ReasonCode::Deadline, "within");
    let elapsed = began.elapsed();
    // The robots.txt hangs too, at the first attempt's expense.
    assert!(elapsed < Duration::from_millis(400 * 3 + 2_000), "{elapsed:?}");
}

#[tokio::test]
async fn a_body_without_end_stops_at_the_ceiling() {
    let zeros = gzip_of_zeros();
    let server = Server::start(move |path, _| match path {
        "/endless" => vec![Do::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), Do::Pour(vec![b'x'; 8 << 10])],
        "/announced" => raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
        _ => ok("Content-Encoding: gzip\r\n", &zeros),
    })
    .await;
    let client = Client::new(ClientConfig { max_bytes: 100_000, ..server.config() }).unwrap();
    for path in ["/endless", "/announced", "/bomb"] {
        check_fault(client.fetch(&server.url(path), None).await, ReasonCode::TooLarge, "ceiling of 100000 bytes");
    }
    // The same bomb is a document where there is room for it.
    assert_eq!(body(fetch(&server, "/bomb").await).1.bytes, 256 << 10);
}

/// 256 KiB of zeros, gzipped.
fn gzip_of_zeros() -> Vec<u8> {
    use base64::Engine as _;
    let text = format!("H4sIAAAAAAACA+3BMQEAAADCoPVP7W0Ho{}3gAi6g7iAAAEAA==", "A".repeat(339));
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_truncated() {
    let zeros = gzip_of_zeros();
    let half = zeros[..zeros.len() / 2].to_vec();
    let server = Server::start(move |path, _| match path {
        "/length" => raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>"),
        "/chunked" => raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n"),
        "/in-chunk" => raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<rss>"),
        _ => ok("Content-Encoding: gzip\r\n", &half),
    })
    .await;
    for path in ["/length", "/chunked", "/in-chunk", "/half-gzip"] {
        check_fault(fetch(&server, path).await, ReasonCode::Truncated, "before the end");
    }
}

#[tokio::test]
async fn what_is_no_http_is_told_so() {
    let server = Server::start(|path, _| match path {
        "/page" => raw("<html><title>not http</title></html>\r\n\r\n"),
        "/status" => raw("HTTP/1.1 abc OK\r\n\r\n"),
        "/chunk" => raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<rss>\r\n"),
        "/headers" => raw(&format!("HTTP/1.1 200 OK\r\n{}\r\n", "X-A: b\r\n".repeat(200_000))),
        _ => vec![],
    })
    .await;
    for path in ["/page", "/status", "/chunk", "/headers"] {
        check_fault(fetch(&server, path).await, ReasonCode::NotHttp, "HTTP");
    }
    check_fault(fetch(&server, "/closes").await, ReasonCode::Refused, "closed the connection");
}

#[tokio::test]
async fn an_encoding_that_does_not_fit_is_no_empty_document() {
    let server = Server::start(|path, _| match path {
        "/fake" => ok("Content-Encoding: gzip\r\n", "<rss>plain</rss>"),
        "/unknown" => ok("Content-Encoding: compress\r\n", "xxxx"),
        "/twice" => ok("Content-Encoding: gzip, gzip\r\n", "xxxx"),
        _ => ok("Content-Encoding: UTF-8\r\n", "<rss/>"),
    })
    .await;
    for path in ["/fake", "/unknown", "/twice"] {
        check_fault(fetch(&server, path).await, ReasonCode::BadEncoding, "Content-Encoding");
    }
    assert_eq!(body(fetch(&server, "/word").await).0, "<rss/>");
}

#[tokio::test]
async fn nobody_at_home_is_refused_and_no_certificate_is_tls() {
    let server = Server::start(|_, _| vec![]).await;
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let no_tls = plain.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = plain.accept().await {
            let _ = connection.write_all(b"HTTP/1.1 400 Plain HTTP\r\n\r\n").await;
        }
    });
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut config = server.config();
    config.allow.extend([free.to_string(), no_tls.to_string(), "nobody.invalid:80".to_owned()]);
    let names = Arc::new(Book(vec![]));
    let client = Client::with_names(config, names).unwrap();
    check_fault(client.fetch(&format!("http://{free}/"), None).await, ReasonCode::Refused, "refused");
    check_fault(client.fetch("http://nobody.invalid/", None).await, ReasonCode::Refused, "no such name");
    check_fault(client.fetch(&format!("https://{no_tls}/"), None).await, ReasonCode::Tls, "TLS");
    check_fault(client.fetch("not an address", None).await, ReasonCode::AddressRefused, "is no address");
}

#[tokio::test]
async fn no_redirect_leads_where_the_policy_does_not() {
    let other = Server::start(|_, _| ok("", "the other")).await;
    let targets = [
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
        "data:text/xml,<rss/>".to_owned(),
        format!("http://127.0.0.2:{}/", other.address.port()),
        format!("http://localhost:{}/", other.address.port()),
        format!("http://{}/", other.address),
    ];
    let locations = targets.clone();
    let server = Server::start(move |path, _| {
        let which: usize = path[1..].parse().unwrap_or_default();
        status("302 Found", &format!("Location: {}\r\n", locations[which]))
    })
    .await;
    let client = Client::new(server.config()).unwrap();
    for which in 0..targets.len() {
        check_fault(
            client.fetch(&server.url(&format!("/{which}")), None).await,
            ReasonCode::AddressRefused,
            "is not asked",
        );
    }
    // Nor do other spellings of the server that is allowed.
    let port = server.address.port();
    for host in ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "127.0.0.1.", "%31%32%37.0.0.1", "[::ffff:127.0.0.1]"] {
        check_fault(
            client.fetch(&format!("http://{host}:{port}/"), None).await,
            ReasonCode::AddressRefused,
            "is not asked",
        );
    }
    assert_eq!((other.requests().len(), server.requests().len()), (0, targets.len()));
}

#[tokio::test]
async fn redirects_are_followed_five_times_and_keep_no_secret_on_the_way() {
    let other = Server::start(|_, _| ok("", "the other")).await;
    let there = other.url("/there");
    let server = Server::start(move |path, _| match path.trim_start_matches('/').parse::<usize>() {
        _ if path == "/robots.txt" => vec![],
        Ok(0) => status("307 Temporary", &format!("Location: {there}\r\n")),
        Ok(number) => status("302 Found", &format!("Location: /{}\r\n", number - 1)),
        Err(_) => status("302 Found", "Location: /loop\r\n"),
    })
    .await;
    let mut config = server.config();
    config.allow.push(other.address.to_string());
    let client = Client::new(config).unwrap();
    let with_word = |path: &str| server.url(path).replace("http://", "http://user:word@");
    assert_eq!(body(client.fetch(&with_word("/4"), None).await).0, "the other");
    let has_word =
        |server: &Server| server.requests().iter().map(|head| head.contains("authorization: ")).collect::<Vec<_>>();
    assert_eq!((has_word(&server), has_word(&other)), (vec![true; 5], vec![false]));
    let fault = check_fault(client.fetch(&with_word("/5"), None).await, ReasonCode::TooManyRedirects, "more than 5");
    assert!(!fault.to_string().contains("word"));
    check_fault(client.fetch(&server.url("/loop"), None).await, ReasonCode::TooManyRedirects, "/loop");
}

#[tokio::test]
async fn a_robots_txt_is_obeyed_and_asked_once() {
    let server = Server::start(|path, _| match path {
        "/robots.txt" => ok("", "User-agent: Carrefour\nDisallow: /private\n"),
        _ => ok("", "here"),
    })
    .await;
    let client = Client::new(server.config()).unwrap();
    check_fault(client.fetch(&server.url("/private/1"), None).await, ReasonCode::Refused, "robots.txt");
    assert_eq!(body(client.fetch(&server.url("/public"), None).await).0, "here");
    assert_eq!(server.paths(), ["/public"]);
    let careless = Client::new(ClientConfig { robots: false, ..server.config() }).unwrap();
    assert_eq!(body(careless.fetch(&server.url("/private/1"), None).await).0, "here");
}

#[tokio::test]
async fn a_robots_txt_that_cannot_be_had_asks_nothing() {
    for robots in [
        vec![Do::Hang],
        status("503 Busy", "Retry-After: 9999\r\n"),
        status("302 Found", "Location: http://127.0.0.2:9/robots.txt\r\n"),
        raw("no http at all\r\n\r\n"),
        vec![Do::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), Do::Pour(vec![b'\n'; 8 << 10])],
    ] {
        let server =
            Server::start(move |path, _| if path == "/robots.txt" { robots.clone() } else { ok("", "here") }).await;
        let client = Client::new(server.hasty()).unwrap();
        assert_eq!(body(client.fetch(&server.url("/"), None).await).0, "here");
    }
}

#[tokio::test]
async fn a_host_is_asked_one_request_at_a_time_with_a_rest_between() {
    let server = Server::start(|path, _| match path {
        "/hangs" => vec![Do::Hang],
        _ => [vec![Do::Wait(50)], ok("", "here")].concat(),
    })
    .await;
    let client =
        Client::new(ClientConfig { pause: Duration::from_millis(50), robots: false, ..server.config() }).unwrap();
    let began = Instant::now();
    let urls: Vec<String> = (0..4).map(|number| server.url(&format!("/{number}"))).collect();
    futures_util::future::join_all(urls.iter().map(|url| client.fetch(url, None))).await;
    assert!(began.elapsed() >= Duration::from_millis(4 * 50 + 3 * 50), "{:?}", began.elapsed());

    // One that hangs keeps the others waiting for a second, not for its whole deadline.
    let patient =
        Client::new(ClientConfig { deadline: Duration::from_secs(3), robots: false, ..server.config() }).unwrap();
    let hangs = server.url("/hangs");
    let ((hung, hung_at), others_at) =
        tokio::join!(async { (patient.fetch(&hangs, None).await, Instant::now()) }, async {
            for url in &urls {
                body(patient.fetch(url, None).await);
            }
            Instant::now()
        });
    check_fault(hung, ReasonCode::Deadline, "within 3 s");
    assert!(others_at < hung_at);
}

/// Names as a test wrote them down.
struct Book(Vec<(&'static str, Vec<&'static str>)>);

impl Names for Book {
    fn addresses(&self, name: String) -> Answer {
        let found = self.0.iter().find(|(known, _)| *known == name);
        let addresses = found.map(|(_, addresses)| parsed(addresses));
        Box::pin(async move { addresses.ok_or_else(|| std::io::Error::other("no such name")) })
    }
}

/// A name that answers something else each time it is asked.
struct Turncoat(Mutex<Vec<Vec<&'static str>>>);

impl Names for Turncoat {
    fn addresses(&self, _: String) -> Answer {
        let addresses = parsed(&self.0.lock().unwrap().remove(0));
        Box::pin(async move { Ok(addresses) })
    }
}

fn parsed(addresses: &[&str]) -> Vec<IpAddr> {
    addresses.iter().map(|written| written.parse().unwrap()).collect()
}

/// What a resolver would have dialled; nothing is.
async fn dialled(names: Arc<dyn Names>, guarded: bool, name: &str) -> Vec<String> {
    let resolver = GuardedNames { names, guarded };
    let resolved = reqwest::dns::Resolve::resolve(&resolver, name.parse().unwrap()).await;
    resolved.into_iter().flatten().map(|address| address.ip().to_string()).collect()
}

#[tokio::test]
async fn a_name_is_dialled_only_at_the_addresses_that_were_checked() {
    let book: Arc<dyn Names> = Arc::new(Book(vec![
        ("inside.example", vec!["10.0.0.1", "fd00::1", "::ffff:192.168.1.1"]),
        ("metadata.example", vec!["169.254.169.254"]),
        ("localhost", vec!["127.0.0.1", "::1"]),
        ("public.example", vec!["8.8.8.8"]),
        ("both.example", vec!["127.0.0.1", "8.8.8.8"]),
        ("127.0.0.1.nip.example", vec!["127.0.0.1"]),
    ]));
    for (name, guarded, expected) in [
        ("inside.example", true, vec![]),
        ("metadata.example", true, vec![]),
        ("localhost", true, vec![]),
        ("127.0.0.1.nip.example", true, vec![]),
        ("nobody.example", true, vec![]),
        ("public.example", true, vec!["8.8.8.8"]),
        ("both.example", true, vec!["8.8.8.8"]),
        ("localhost", false, vec!["127.0.0.1", "::1"]),
    ] {
        assert_eq!(dialled(Arc::clone(&book), guarded, name).await, expected, "{name}");
    }
    // What was public a moment ago is checked again: the answer that is dialled is the one that was checked.
    let turncoat: Arc<dyn Names> = Arc::new(Turncoat(Mutex::new(vec![vec!["8.8.8.8"], vec!["127.0.0.1"]])));
    assert_eq!(dialled(Arc::clone(&turncoat), true, "turncoat.example").await, ["8.8.8.8"]);
    assert_eq!(dialled(turncoat, true, "turncoat.example").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_name_that_leads_inside_reaches_no_server_unless_its_pair_is_allowed() {
    let server = Server::start(|_, _| ok("", "inside")).await;
    let port = server.address.port();
    let book: Arc<dyn Names> = Arc::new(Book(vec![("inside.example", vec!["127.0.0.1"])]));
    let client = Client::with_names(server.config(), Arc::clone(&book)).unwrap();
    let url = format!("http://inside.example:{port}/");
    check_fault(
        client.fetch(&url, None).await,
        ReasonCode::AddressRefused,
        "`inside.example` is at 127.0.0.1, a loopback",
    );
    assert_eq!(server.requests().len(), 0);
    let config = ClientConfig { allow: vec![format!("inside.example:{port}")], ..server.config() };
    let client = Client::with_names(config, book).unwrap();
    assert_eq!(body(client.fetch(&url, None).await).0, "inside");
    check_fault(client.fetch(&server.url("/"), None).await, ReasonCode::AddressRefused, "127.0.0.1 is a loopback");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_address_that_is_refused_opens_no_connection() {
    let recorder = Recorder::default();
    let config = ClientConfig { retries: 0, pause: Duration::ZERO, robots: false, ..ClientConfig::default() };
    let config = ClientConfig { allow: vec!["10.0.0.1:8100".to_owned()], ..config };
    let client = Client::recording(config, Arc::new(Book(vec![])), recorder.clone());
    for url in [
        "http://10.0.0.1/",
        "http://10.0.0.1:8101/",
        "http://167772161:8100/",
        "https://10.0.0.1:8100@10.0.0.2/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]:8100/",
        "ftp://10.0.0.1:8100/",
        "file:///etc/passwd",
    ] {
        check_fault(client.fetch(url, None).await, ReasonCode::AddressRefused, "is not asked");
        assert_eq!(recorder.dialled(), 0, "{url}");
    }
    check_fault(client.fetch("http://10.0.0.1:8100/", None).await, ReasonCode::Refused, "recorded");
    assert_eq!(recorder.dialled(), 1);
}

#[test]
fn a_pace_counts_after_ten_seconds() {
    for (bytes, seconds, expected) in [(0, 9, false), (0, 11, true), (2_199, 11, true), (2_200, 11, false)] {
        assert_eq!(is_too_slow(bytes, Duration::from_secs(seconds), 200), expected, "{bytes} in {seconds} s");
    }
}
