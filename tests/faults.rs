//! What goes wrong with partners, machines and people while a harvest is under way, from outside.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Partner, Road, eventually};

/// A page of records with the address of the next.
fn page(ids: std::ops::Range<u32>, next: Option<&str>) -> String {
    let records: Vec<String> = ids
        .map(|id| format!(r#"{{"id": {id}, "title": "La cuisine de rue numéro {id}", "town": "Agen (47)"}}"#))
        .collect();
    format!(r#"{{"items": [{}], "next": {}}}"#, records.join(","), serde_json::to_string(&next).unwrap())
}

/// A sourceur whose list has pages.
fn paged(road: &mut Road, id: &str, partner: &Partner) {
    road.allow(partner);
    let start = partner.at(&format!("/{id}/0"));
    road.sourceur(
        id,
        &format!(
            "name = \"{id}\"\n[rights]\ntext = \"full\"\n[harvest.json-api]\nstart = \"{start}\"\nitems = \"items\"\n\
             next = \"next\"\nkey = \"id\"\n[fields]\ntitle = \"title\"\nplaces = \"town\"\n"
        ),
    );
}

/// A sourceur whose list names fiches, each on a page of its own.
fn listing(road: &mut Road, id: &str, partner: &Partner, fiches: u32) {
    road.allow(partner);
    let links: Vec<String> = (0..fiches).map(|fiche| format!("<a class='f' href='/{id}/f{fiche}'>x</a>")).collect();
    let links = links.concat();
    partner.answers(&format!("/{id}/list"), "text/html", &format!("<html><body>{links}</body></html>"));
    for fiche in 0..fiches {
        let body = format!("<html><body><h1>Le four commun {fiche}</h1><p>Agen (47)</p></body></html>");
        partner.answers(&format!("/{id}/f{fiche}"), "text/html", &body);
    }
    let start = partner.at(&format!("/{id}/list"));
    road.sourceur(
        id,
        &format!(
            "name = \"{id}\"\n[rights]\ntext = \"full\"\n[harvest.listing]\nstart = \"{start}\"\nlinks = \"a.f\"\n\
             [fields]\ntitle = \"h1\"\nplaces = \"p\"\n"
        ),
    );
}

/// How often each path under `prefix` was asked for.
fn most_asked(partner: &Partner, prefix: &str) -> (usize, usize) {
    let asked: Vec<String> = partner.asked().into_iter().filter(|path| path.starts_with(prefix)).collect();
    let mut paths = asked.clone();
    paths.sort();
    paths.dedup();
    (paths.len(), asked.len() - paths.len())
}

#[test]
fn a_killed_walk_goes_on_and_asks_one_page_again_at_most() {
    const PAGES: u32 = 20;
    let (partner, mut road) = (Partner::open(), Road::new());
    partner.takes(Duration::from_millis(20));
    paged(&mut road, "p", &partner);
    for number in 0..PAGES {
        let next = (number + 1 < PAGES).then(|| format!("/p/{}", number + 1));
        partner.answers(
            &format!("/p/{number}"),
            "application/json",
            &page(number * 3..number * 3 + 3, next.as_deref()),
        );
    }
    listing(&mut road, "l", &partner, PAGES);
    let mut kills = 0;
    for pages in [1, 2, 7, 12] {
        let mut harvest =
            road.command(&["harvest", "p", "l"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let asked_before = partner.asked().len();
        eventually(Duration::from_secs(20), "pages are asked for", || partner.asked().len() >= asked_before + pages);
        harvest.kill().unwrap();
        harvest.wait().unwrap();
        kills += 1;
    }
    let runs = road.harvest(&["p", "l"], 0);
    for run in &runs {
        let of = if run["sourceur"] == "p" { 3 * PAGES } else { PAGES };
        assert_eq!((run["state"].as_str(), run["read"].as_u64()), (Some("published"), Some(of.into())), "{run}");
    }
    for (prefix, paths) in [("/p/", PAGES), ("/l/", PAGES + 1)] {
        let (asked, again) = most_asked(&partner, prefix);
        assert!(asked == paths as usize && again <= kills, "{prefix}: {asked} paths, {again} asked again");
    }
}

#[test]
fn the_checkpoints_of_a_long_listing_grow_with_it_and_not_with_its_square() {
    let size = |fiches: u32| {
        let (partner, mut road) = (Partner::open(), Road::new());
        listing(&mut road, "l", &partner, fiches);
        // Held, so that its pages stay.
        let file = std::fs::read_to_string(road.scratch.join("config/sourceurs/l.toml")).unwrap();
        road.sourceur("l", &format!("{file}[expect]\nrecords = {{ min = 100_000 }}\n"));
        road.harvest(&["l"], 3);
        road.count("select sum(length(checkpoint::text)) from page")
    };
    let (short, long) = (size(50), size(200));
    assert!(long < 5 * short, "{short} bytes for 50 fiches, {long} for 200");
}

#[test]
fn a_run_that_is_stopped_after_it_was_published_is_closed_without_asking_again() {
    let (partner, mut road) = (Partner::open(), Road::new());
    paged(&mut road, "p", &partner);
    partner.answers("/p/0", "application/json", &page(0..4, None));
    let first = road.harvest(&["p"], 0);
    // As a kill between publish and close leaves it.
    road.execute("update run set ended_at = null");
    let second = road.harvest(&["p"], 0);
    assert_eq!((&second[0]["run"], &second[0]["state"]), (&first[0]["run"], &Value::from("published")));
    assert_eq!((second[0]["read"].as_u64(), second[0]["new"].as_u64()), (Some(4), Some(4)));
    assert_eq!(partner.asked(), ["/p/0"]);
    road.harvest(&["p"], 0);
    assert_eq!(partner.asked().len(), 2);
}

#[test]
fn a_dry_run_leaves_a_stopped_run_where_it_stands() {
    let (partner, mut road) = (Partner::open(), Road::new());
    paged(&mut road, "p", &partner);
    partner.answers("/p/0", "application/json", &page(0..3, Some("/p/1")));
    partner.takes_at("/p/1", Duration::from_secs(2));
    partner.answers("/p/1", "application/json", &page(3..6, None));
    let mut harvest = road.command(&["harvest", "p"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    eventually(Duration::from_secs(20), "the second page is asked for", || {
        partner.asked().contains(&"/p/1".to_owned())
    });
    harvest.kill().unwrap();
    harvest.wait().unwrap();
    road.harvest(&["p", "--dry-run"], 0);
    assert_eq!(road.count("select count(*) from page"), 1);
    let asked_before = partner.asked().len();
    assert_eq!(road.harvest(&["p"], 0)[0]["read"], 6);
    assert_eq!(partner.asked()[asked_before..], ["/p/1"]);
}

#[test]
fn a_list_that_is_gone_for_good_leaves_the_schedule_and_comes_back_when_it_answers() {
    let (partner, mut road) = (Partner::open(), Road::new());
    paged(&mut road, "p", &partner);
    partner.answers("/p/0", "application/json", &page(0..4, None));
    let due = |day: u32, exit| road.harvest(&["--due", "--now", &format!("2026-03-{day:02}T08:00:00Z")], exit);
    due(1, 0);
    let before = road.canonical();
    partner.says("/p/0", "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    assert_eq!(due(3, 1)[0]["reason"]["code"], "gone");
    assert_eq!(due(9, 0), Vec::<Value>::new());
    assert_eq!(road.count("select count(*) from sourceur where state = 'suspended' and state_reason like '%410%'"), 1);
    assert_eq!(road.canonical(), before);
    partner.answers("/p/0", "application/json", &page(0..4, None));
    road.harvest(&["p", "--now", "2026-03-10T08:00:00Z"], 0);
    assert_eq!(due(12, 0).len(), 1);
}

#[test]
fn a_first_answer_that_nothing_changed_is_a_failure_and_not_complete() {
    let (partner, mut road) = (Partner::open(), Road::new());
    paged(&mut road, "p", &partner);
    partner.says("/p/0", "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n");
    let runs = road.harvest(&["p"], 1);
    assert_eq!((&runs[0]["state"], &runs[0]["complete"]), (&Value::from("failed"), &Value::from(false)));
}

#[test]
fn one_hung_partner_holds_up_none_of_twenty_four() {
    let (partner, mut road) = (Partner::open(), Road::new());
    for number in 0..23 {
        let id = format!("s{number}");
        paged(&mut road, &id, &partner);
        partner.answers(&format!("/{id}/0"), "application/json", &page(0..2, None));
    }
    paged(&mut road, "a-hung", &partner);
    partner.answers("/a-hung/0", "application/json", &page(0..2, None));
    partner.takes_at("/a-hung/0", Duration::from_mins(1));
    for run in road.harvest(&["--all"], 1) {
        let is_hung = run["sourceur"] == "a-hung";
        assert_eq!(run["state"], if is_hung { "failed" } else { "published" }, "{run}");
        if is_hung {
            // (retries + 1) × deadline + 5 s.
            assert!(run["duration_ms"].as_u64().unwrap() < 3_000 + 5_000, "{run}");
            assert_eq!(run["reason"]["code"], "deadline");
        }
    }
}

#[test]
fn a_hung_partner_holds_up_no_round_of_the_schedule() {
    let (partner, mut road) = (Partner::open(), Road::new());
    road.scratch.write("config/carrefour.toml", "[client]\npause = \"0 ms\"\ndeadline = \"50 s\"\n");
    for id in ["hung", "well"] {
        paged(&mut road, id, &partner);
        let file = std::fs::read_to_string(road.scratch.join(format!("config/sourceurs/{id}.toml"))).unwrap();
        road.sourceur(id, &format!("every = \"1 s\"\n{file}"));
        partner.answers(&format!("/{id}/0"), "application/json", &page(0..2, None));
    }
    partner.takes_at("/hung/0", Duration::from_mins(1));
    let mut serve = road.command(&["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::null()).spawn().unwrap();
    let asked = |path: &str| partner.asked().iter().filter(|asked| *asked == path).count();
    eventually(Duration::from_secs(30), "the other one is harvested again and again", || asked("/well/0") >= 3);
    assert_eq!(asked("/hung/0"), 1);
    Command::new("kill").args(["-TERM", &serve.id().to_string()]).status().unwrap();
    let told = Instant::now();
    assert_eq!(serve.wait().unwrap().code(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(15), "{:?}", told.elapsed());
}

#[test]
fn a_harvest_told_to_stop_goes_on_later_where_it_was() {
    let (partner, mut road) = (Partner::open(), Road::new());
    road.scratch.write("config/carrefour.toml", "[client]\npause = \"0 ms\"\ndeadline = \"50 s\"\n");
    paged(&mut road, "p", &partner);
    partner.answers("/p/0", "application/json", &page(0..3, Some("/p/1")));
    partner.answers("/p/1", "application/json", &page(3..6, None));
    partner.takes_at("/p/1", Duration::from_mins(1));
    let harvest = road.command(&["harvest", "p"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    eventually(Duration::from_secs(20), "the second page is asked for", || {
        partner.asked().contains(&"/p/1".to_owned())
    });
    // Whoever comes meanwhile is told so, and of several that ran the busy one does not count.
    assert_eq!(road.harvest(&["p", "--no-wait"], 4)[0]["state"], "busy");
    Command::new("kill").args(["-TERM", &harvest.id().to_string()]).status().unwrap();
    let told = Instant::now();
    let output = harvest.wait_with_output().unwrap();
    assert!(output.status.code() == Some(0) && told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&line["state"], &line["read"]), (&Value::from("interrupted"), &Value::from(3)));
    partner.takes_at("/p/1", Duration::ZERO);
    assert_eq!(road.harvest(&["p"], 0)[0]["read"], 6);
    assert_eq!(partner.asked(), ["/p/0", "/p/1", "/p/1"]);
}

#[test]
fn a_base_that_is_away_is_told_soon_and_in_words() {
    let road = Road::new();
    let began = Instant::now();
    let output =
        road.anywhere(&["harvest", "--all", "--database-url", "postgres://nobody@127.0.0.1:9/none"]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(5), "{told}");
    assert!(told.contains("the database is away") && told.contains("hint: "), "{told}");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}
