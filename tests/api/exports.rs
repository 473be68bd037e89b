//! `carrefour export` takes what `/actions` takes and means the same by it, without an index.

use super::*;
use crate::support::carrefour;
use std::process::Output;

impl Service {
    fn export(&self, arguments: &[&str]) -> Output {
        carrefour().args(["--database-url", &self.database.url, "export"]).args(arguments).output().unwrap()
    }
}

#[tokio::test]
async fn an_export_holds_what_the_list_holds() {
    let service = Service::with_three().await;
    let ids = |output: &Output| -> BTreeSet<String> {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let line = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        String::from_utf8(output.stdout.clone()).unwrap().lines().map(line).collect()
    };
    for (filters, found) in [
        (&["--q", "soupes jeudi"][..], 1),
        (&["--q", "zzz"], 0),
        (&["--bbox", "-0.5,44,1,45"], 2),
        (&["--near", "44.2,0.6", "--within", "5", "--sourceur", "a"], 2),
        (&["--near", "-21.1,55.5"], 0),
        (&["--has", "place"], 3),
        (&["--has", "quote"], 0),
        (&["--theme", "mobilite,alimentation"], 2),
        (&["--started-from", "2004"], 0),
        (&["--quality-min", "0.01", "--territory", "region:72"], 2),
        (&["--status", "unknown,ended", "--language", "fr"], 1),
    ] {
        let asked: Vec<String> = filters
            .chunks(2)
            .map(|pair| format!("{}={}", pair[0][2..].replace('-', "_"), pair[1].replace(' ', "+")))
            .collect();
        let list = service.get(&format!("/api/v1/actions?{}", asked.join("&"))).await.json();
        let listed: BTreeSet<String> =
            list["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        let exported = service.export(&[&["--format", "ndjson"], filters].concat());
        assert_eq!((ids(&exported), listed.len()), (listed, found), "{filters:?}");
        let canonical = service.export(&[&["--format", "ndjson", "--canonical"], filters].concat());
        assert_eq!(ids(&canonical).len(), found, "{filters:?}");
    }
}

#[tokio::test]
async fn an_exported_feed_is_the_same_each_time() {
    let service = Service::with_three().await;
    let exported = service.export(&["--format", "atom"]);
    let feed = String::from_utf8(exported.stdout.clone()).unwrap();
    assert_eq!(forms::entries(&feed).len(), 3, "{feed}");
    assert!(feed.contains("<updated>2026-02-01T00:00:00Z</updated>") && feed.contains("<id>urn:uuid:"), "{feed}");
    assert_eq!(service.export(&["--format", "atom"]).stdout, exported.stdout);
}

#[tokio::test]
async fn an_export_refuses_what_the_list_refuses() {
    let service = Service::empty().await;
    for (filters, says) in [
        (&["--bbox", "NaN,1,2,3"][..], "four numbers"),
        (&["--within", "5"], "`near=lat,lon` beside it"),
        (&["--has", "picture"], "`contact`, `image`, `place`, `quote`, `spread`"),
        (&["--territory", "75"], "`departement:75` or `region:75`"),
    ] {
        let refused = service.export(&[&["--format", "csv"], filters].concat());
        let why = String::from_utf8_lossy(&refused.stderr);
        assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0), "{filters:?}: {why}");
        assert!(why.contains(says), "{filters:?}: {why}");
    }
}
