//! Pages of the portal from the server: how long they take, and what the first visit weighs.

use std::collections::BTreeSet;

use crate::child::Serving;
use crate::client::{Connection, request};
use crate::clock::Series;
use crate::questions::Drawn;
use crate::report::{Line, Report, grouped, say};

/// Calls of each page.
const CALLS: usize = 200;

pub(crate) fn pages(serving: &Serving, drawn: &Drawn, report: &mut Report) {
    report.table("Pages, from the server, one visitor");
    let words = drawn.words.iter().map(|word| format!("/recherche?q={word}"));
    let fiches = drawn.actions.iter().filter_map(|action| Some(format!("/actions/{}", action.id?)));
    let places = drawn.actions.iter().flat_map(|action| &action.places);
    let around = places.flat_map(|place| [&place.territory, &place.departement, &place.region]).flatten();
    let territories: BTreeSet<String> = around.take(CALLS * 2).map(|id| format!("/territoires/{id}")).collect();
    let origins = drawn.actions.iter().flat_map(|action| &action.origins);
    let sourceurs: BTreeSet<String> = origins.map(|origin| format!("/sourceurs/{}", origin.sourceur)).collect();
    let kinds: [(&str, Vec<String>); 5] = [
        ("home", vec!["/".to_owned()]),
        ("search", words.collect()),
        ("fiche", fiches.take(CALLS).collect()),
        ("territory", territories.into_iter().collect()),
        ("sourceur", sourceurs.into_iter().collect()),
    ];
    let mut connection = Connection::open(&serving.address);
    for (name, paths) in &kinds {
        let (mut series, mut wrong) = (Series::default(), 0);
        let cpu = serving.process().cpu();
        for call in 0..CALLS {
            let path = &paths[call % paths.len().max(1)];
            let ask = request(&serving.address, path, "Accept-Encoding: br\r\n");
            wrong += usize::from(series.call(|| connection.ask(&ask)).status != 200);
        }
        series.cpu = serving.process().cpu_since(cpu);
        report.calls(&format!("page: {name}"), "≤ 30 ms", &series, None);
        if wrong > 0 {
            say(&format!("({wrong} of these {CALLS} answers were no page)"));
        }
    }
    for (name, paths) in &kinds {
        let Some(path) = paths.first() else { continue };
        let weight = weight(&mut connection, &serving.address, path);
        let target = "≤ 100 KB, the first page";
        let ours = format!("{} B in {} answers", grouped(weight.iter().map(|(_, bytes)| bytes).sum()), weight.len());
        let name_of = |path: &str| path.rsplit('/').find(|name| !name.is_empty()).unwrap_or("page").to_owned();
        let each: Vec<String> =
            weight.iter().map(|(path, bytes)| format!("{} {}", name_of(path), grouped(*bytes))).collect();
        let what = format!("weight of a first visit: {name}");
        report.line(&Line { what: &what, target, ours, anchor: each.join(", "), ..Line::default() });
    }
}

/// A page and everything of ours that it loads at once, each with the bytes of its body as sent.
fn weight(connection: &mut Connection, host: &str, path: &str) -> Vec<(String, u64)> {
    let mut weights = Vec::new();
    let mut load = |path: &str, encoding: &str| -> (String, u64) {
        let headers = format!("Accept-Encoding: {encoding}\r\n");
        let answer = connection.ask(&request(host, path, &headers));
        let body = connection.body(answer);
        (String::from_utf8_lossy(body).into_owned(), body.len() as u64)
    };
    let (page, _) = load(path, "identity");
    weights.push((path.to_owned(), load(path, "br").1));
    // What a script may load later is named elsewhere.
    let addresses = ["href=\"", "src=\""].into_iter().flat_map(|attribute| page.split(attribute).skip(1));
    let addresses = addresses.filter_map(|rest| rest.split('"').next());
    let assets: BTreeSet<&str> = addresses.filter(|address| address.starts_with("/assets/")).collect();
    for asset in assets {
        weights.push((asset.to_owned(), load(asset, "br").1));
    }
    weights
}
