//! The whole road, as an operator and a cron job walk it: the command, a partner, a real database.

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Fair, Partner, Road, Scratch, carrefour, eventually};

fn sum(runs: &[Value], name: &str) -> u64 {
    runs.iter().map(|run| run[name].as_u64().unwrap()).sum()
}

fn records(ids: impl IntoIterator<Item = u32>) -> String {
    let record = |id: u32| {
        format!(
            r#"{{"id": {id}, "title": "Le jardin partagé numéro {id}", "text": "On y cultive ensemble.", "town": "Agen (47)"}}"#
        )
    };
    format!("[{}]", ids.into_iter().map(record).collect::<Vec<_>>().join(","))
}

#[test]
fn the_fair_is_harvested_once_and_a_second_harvest_writes_only_its_runs() {
    let (road, _fair) = Road::to_the_fair();
    let first = road.harvest(&["--all"], 0);
    assert_eq!(first.len(), 8);
    assert!(first.iter().all(|run| run["state"] == "published" && run["complete"] == true), "{first:#?}");
    assert_eq!((sum(&first, "read"), sum(&first, "new"), sum(&first, "rejected")), (600, 600, 0));

    let export = road.stdout(&["export", "--format", "ndjson"]);
    let canonical = road.canonical();
    let actions = export.lines().count();
    assert!((400..600).contains(&actions), "{actions} actions of 600 records");
    assert_eq!(canonical.lines().count(), actions);
    let written = "select (select count(*) from record_version) + (select count(*) from change)
        + (select count(*) from action) + (select count(*) from raw)";
    let before = road.count(written);

    let second = road.harvest(&["--all"], 0);
    assert_eq!((sum(&second, "new"), sum(&second, "changed"), sum(&second, "rejected")), (0, 0, 0));
    assert!(second.iter().all(|run| run["state"] == "published" || run["state"] == "unchanged"), "{second:#?}");
    assert_eq!(road.count(written), before);
    assert_eq!(road.stdout(&["export", "--format", "ndjson"]), export);
    assert_eq!(road.canonical(), canonical);
}

#[test]
fn a_harvest_killed_at_any_instant_ends_in_the_base_of_an_undisturbed_one() {
    let (undisturbed, _fair) = Road::to_the_fair();
    undisturbed.harvest(&["--all"], 0);
    let expected = undisturbed.canonical();
    for instant in [40, 120, 250, 400, 700, 1100] {
        let mut road = Road::new();
        let fair = Fair::open(&road.scratch.join("config"), &[]);
        road.allowed.push(fair.address.clone());
        let mut harvest =
            road.command(&["harvest", "--all"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(instant));
        harvest.kill().unwrap();
        harvest.wait().unwrap();
        road.harvest(&["--all"], 0);
        // The two fairs differ in their ports alone.
        let (ours, theirs) = (&road.allowed[0], &undisturbed.allowed[0]);
        assert_eq!(road.canonical().replace(ours, theirs), expected, "killed after {instant} ms");
    }
}

#[test]
fn a_partner_that_fails_is_told_in_words_and_stops_nobody_else() {
    let (partner, mut road) = (Partner::open(), Road::new());
    let ids = ["well", "html", "half", "gone", "empty", "text"];
    for id in ids {
        road.json_sourceur(id, &partner, "");
        partner.answers(&format!("/{id}"), "application/json", &records(1..=20));
    }
    assert_eq!(sum(&road.harvest(&["--all"], 0), "new"), 120);
    let before = road.canonical();

    partner.answers("/html", "application/json", "<!DOCTYPE html><html><body>Maintenance</body></html>");
    partner.answers("/half", "application/json", &records(1..=20)[..700]);
    partner.says("/gone", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    partner.answers("/empty", "application/json", "");
    partner.answers("/text", "application/json", "not JSON at all");
    let runs = road.harvest(&["--all"], 1);
    let code = |id: &str| {
        let run = runs.iter().find(|run| run["sourceur"] == id).unwrap();
        run["reason"]["code"].as_str().unwrap_or("none").to_owned()
    };
    let codes = ids.map(code);
    assert_eq!(codes, ["none", "html-instead", "truncated", "http-status", "empty-body", "malformed"]);
    assert_eq!(road.canonical(), before);
}

#[test]
fn a_list_that_shrinks_too_far_is_held_until_a_person_releases_it() {
    let (partner, mut road) = (Partner::open(), Road::new());
    road.json_sourceur("grand", &partner, "");
    partner.answers("/grand", "application/json", &records(1..=100));
    road.harvest(&["grand"], 0);
    let (before, head) = (road.canonical(), road.count("select seq from log_head"));

    partner.answers("/grand", "application/json", &records(50..=100));
    let runs = road.harvest(&["grand"], 3);
    assert_eq!(runs[0]["state"], "held");
    assert_eq!(runs[0]["absent"], 49);
    assert_eq!(runs[0]["reason"]["message"], "49 of 100 records are missing");
    assert_eq!((road.canonical(), road.count("select seq from log_head")), (before, head));

    let run = runs[0]["run"].as_str().unwrap();
    road.output(&["runs", "release", run], 0);
    assert_eq!(road.canonical().lines().count(), 51);
    road.output(&["runs", "release", run], 2);
}

#[test]
fn an_absence_removes_nothing() {
    let (partner, mut road) = (Partner::open(), Road::new());
    road.json_sourceur("small", &partner, "");
    partner.answers("/small", "application/json", &records(1..=30));
    road.harvest(&["small"], 0);
    partner.answers("/small", "application/json", &records(3..=30));
    let runs = road.harvest(&["small"], 0);
    assert_eq!((&runs[0]["state"], &runs[0]["absent"]), (&Value::from("published"), &Value::from(2)));
    assert_eq!(road.canonical().lines().count(), 30);
}

#[test]
fn a_broken_record_is_set_aside_with_its_reason_and_the_rest_goes_on() {
    let (partner, mut road) = (Partner::open(), Road::new());
    road.json_sourceur("mixed", &partner, "");
    let list = records(1..=5).replace(r#""title": "Le jardin partagé numéro 3""#, r#""title": null"#);
    // Two records without a key that are one to the letter: still two that were refused.
    let list = list.replace(r#""id": 4, "#, "").replace(r#""id": 5, "#, "").replace("numéro 5", "numéro 4");
    partner.answers("/mixed", "application/json", &list);
    let runs = road.harvest(&["mixed"], 0);
    assert_eq!((sum(&runs, "new"), sum(&runs, "rejected")), (2, 3));
    let shown: Value =
        serde_json::from_str(&road.stdout(&["runs", "show", runs[0]["run"].as_str().unwrap(), "--json"])).unwrap();
    let codes: Vec<&str> =
        shown["issues"].as_array().unwrap().iter().filter_map(|issue| issue["code"].as_str()).collect();
    assert!(codes.contains(&"no-title") && codes.contains(&"no-key"), "{shown}");
    let again = road.harvest(&["mixed"], 0);
    assert_eq!((sum(&again, "unchanged"), sum(&again, "rejected")), (2, 3));
    assert_eq!(road.count("select count(*) from record_version"), 4, "what is refused again does not land again");
}

#[test]
fn what_is_due_follows_each_file_and_the_clock() {
    let (partner, mut road) = (Partner::open(), Road::new());
    road.json_sourceur("hourly", &partner, "every = \"1 h\"");
    road.json_sourceur("daily", &partner, "every = \"1 day\"");
    for path in ["/hourly", "/daily"] {
        partner.answers(path, "application/json", &records(1..=2));
    }
    let due = |now: &str| {
        let runs = road.harvest(&["--due", "--now", now], 0);
        let mut ids: Vec<String> = runs.iter().map(|run| run["sourceur"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids.join(" ")
    };
    assert_eq!(due("2026-03-01T08:00:00Z"), "daily hourly");
    assert_eq!(due("2026-03-01T08:30:00Z"), "");
    assert_eq!(due("2026-03-01T09:10:00Z"), "hourly");
    assert_eq!(due("2026-03-02T08:10:00Z"), "daily hourly");
}

#[test]
fn a_sourceur_that_is_not_enabled_is_not_harvested_even_by_name() {
    let (partner, mut road) = (Partner::open(), Road::new());
    road.json_sourceur("asleep", &partner, "enabled = false");
    partner.answers("/asleep", "application/json", &records(1..=3));
    assert!(road.harvest(&["--all"], 0).is_empty());
    let refused = road.output(&["harvest", "asleep"], 2);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("`asleep` is not enabled"));
    assert_eq!(road.canonical(), "");
}

#[test]
fn a_dry_run_leaves_no_trace() {
    let (partner, mut road) = (Partner::open(), Road::new());
    road.json_sourceur("dry", &partner, "");
    partner.answers("/dry", "application/json", &records(1..=7));
    let runs = road.harvest(&["dry", "--dry-run"], 0);
    assert_eq!((sum(&runs, "new"), runs[0]["state"].as_str()), (7, Some("published")));
    assert_eq!(road.count("select (select count(*) from run) + (select count(*) from record_version)"), 0);
    assert_eq!(road.canonical(), "");
}

#[test]
fn every_mistake_of_a_config_is_told_at_once() {
    let road = Road::new();
    road.sourceur(
        "faulty",
        "nmae = \"Faulty\"\nevery = \"1 dya\"\n\n[rights]\ntext = \"ful\"\n\n[harvest.feed]\nstrat = \"https://a.example/feed\"\n\n[fields]\ntilte = \"title\"\n",
    );
    let output = road.output(&["check", "--json"], 1);
    let faults: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(u64, u64, &str)> = faults
        .iter()
        .map(|fault| {
            (fault["line"].as_u64().unwrap(), fault["column"].as_u64().unwrap(), fault["hint"].as_str().unwrap_or(""))
        })
        .collect();
    for (line, column, hint) in [
        (1, 1, "did you mean `name`?"),
        (5, 8, "did you mean `full`?"),
        (8, 1, "did you mean `start`?"),
        (11, 1, "did you mean `title`?"),
    ] {
        assert!(told.contains(&(line, column, hint)), "{told:#?}");
    }
    assert!(told.iter().any(|(line, ..)| *line == 2), "{told:#?}");
    let shown = road.output(&["check"], 1).stdout;
    let shown = String::from_utf8(shown).unwrap();
    assert!(shown.contains("1 | nmae = \"Faulty\"") && shown.contains("^^^^ did you mean `name`?"), "{shown}");
    road.output(&["harvest", "--all"], 2);
}

#[test]
fn a_preview_needs_no_base_and_shows_what_the_mapping_gives() {
    let scratch = Scratch::new();
    let file = scratch.write(
        "feed.toml",
        "name = \"F\"\n[harvest.feed]\nstart = \"http://e.example/feed\"\n[fields]\ntitle = { at = \"title\", clean = [] }\n\
         summary = { at = \"summary\", as = \"text\" }\nsections.description = { at = \"content\", as = \"html\" }\n",
    );
    let feed = "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><item>\
        <title>Café</title><guid>http://e.example/1</guid><link>http://e.example/1</link>\
        <pubDate>Thu, 01 Jan 2004 19:48:21 GMT</pubDate><description>&lt;b&gt;x&lt;/b&gt;</description>\
        <content:encoded><![CDATA[<p>y</p>]]></content:encoded></item></channel></rss>";
    let input = scratch.write("feed.xml", feed);
    let output =
        carrefour().arg("preview").arg(&file).arg("--input").arg(&input).args(["--format", "ndjson"]).output().unwrap();
    let expected = r#"{"record":{"key":"http://e.example/1","url":"http://e.example/1","format":"feed","payload":{"id":"http://e.example/1","title":"Café","link":"http://e.example/1","published":"2004-01-01T19:48:21Z","summary":"<b>x</b>","content":"<p>y</p>"}},"action":{"title":"Café","summary":"x","sections":[{"kind":"description","text":"y","html":"<p>y</p>"}]},"issues":[],"leftovers":{}}"#;
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut expected: Value = serde_json::from_str(expected).unwrap();
    // The sourceur's default language is told too.
    expected["action"]["language"] = line["action"]["language"].clone();
    if expected["action"]["language"].is_null() {
        expected["action"].as_object_mut().unwrap().remove("language");
    }
    let mut seen = line;
    seen["leftovers"] = Value::Object(serde_json::Map::new());
    assert_eq!(seen, expected);
    let last = String::from_utf8(output.stderr).unwrap();
    let last: Value = serde_json::from_str(last.lines().last().unwrap()).unwrap();
    assert_eq!(last, serde_json::json!({"complete": true, "records": 1, "repairs": 0, "encoding": "utf-8"}));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_service_is_ready_answers_and_ends_when_told() {
    let (partner, mut road) = (Partner::open(), Road::new());
    road.json_sourceur("served", &partner, "");
    partner.answers("/served", "application/json", &records(1..=3));
    let mut serve = road.command(&["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = std::io::BufReader::new(serve.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut told, &mut line).unwrap();
    let address = line.trim().rsplit("http://").next().unwrap().to_owned();
    let get = |path: &str| {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    eventually(Duration::from_secs(10), "the service is ready", || {
        get("/api/v1/health/ready").starts_with("HTTP/1.1 200")
    });
    eventually(Duration::from_secs(15), "the scheduler harvested", || get("/api/v1/actions").contains("\"total\":3"));
    Command::new("kill").args(["-TERM", &serve.id().to_string()]).status().unwrap();
    let mut status = None;
    eventually(Duration::from_secs(10), "the service ends", || {
        status = serve.try_wait().unwrap();
        status.is_some()
    });
    assert_eq!(status.unwrap().code(), Some(0));
}
