//! Similar actions, on the fair: the same idea elsewhere comes before what only lies nearby.

use std::collections::{BTreeMap, HashMap};

use fair::{Fair, Settings, Told};
use futures_util::TryStreamExt;
use model::{Action, ActionId, Place};
use search::Search;
use store::{Filter, Store};

use crate::support::base::{at, open_sourceur, publish};
use crate::support::database;

/// Of the fair’s actions with a variant, how many have one among the first five: all of them when this was written.
const FLOOR: f64 = 0.95;

/// A record as a sourceur's mapping gives it.
fn action(told: &Told) -> Action {
    let territory = format!("commune:{}", told.commune).parse().unwrap();
    let known = gazetteer::Gazetteer::get().territory(&territory).unwrap();
    let place = Place {
        territory: Some(territory),
        name: Some(known.name.to_owned()),
        departement: known.departement,
        region: known.region,
        epci: known.epci,
        ..Place::default()
    };
    Action {
        title: told.title.clone(),
        summary: Some(told.text.clone()),
        places: vec![place],
        url: Some(format!("https://{}.example/{}", told.sourceur, told.source_id)),
        ..Action::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_idea_elsewhere_is_among_the_first_five() {
    let records: Vec<Told> = Fair::new(Settings::default()).records().collect();
    let mut lists: BTreeMap<&str, Vec<(&str, Option<Action>)>> = BTreeMap::new();
    for told in &records {
        lists.entry(&told.sourceur).or_default().push((&told.source_id, Some(action(told))));
    }
    let truth: HashMap<(&str, &str), &Told> =
        records.iter().map(|told| ((&*told.sourceur, &*told.source_id), told)).collect();
    let database = database();
    let store = Store::connect(&database.url).await.unwrap();
    for (name, list) in &lists {
        publish(&store, &open_sourceur(name), list, at("2026-01-01T00:00:00Z")).await;
    }
    let search = Search::follow(store.clone(), None);
    search.caught_up().await.unwrap();

    let rows: Vec<_> = store.stream_actions(&Filter::default()).try_collect().await.unwrap();
    let actions: Vec<Action> = rows.iter().map(|row| row.action().unwrap()).collect();
    let told = |action: &Action| truth[&(action.origins[0].sourceur.as_str(), action.origins[0].source_id.as_str())];
    let known: HashMap<ActionId, &Told> = actions.iter().map(|action| (action.id.unwrap(), told(action))).collect();
    let is_variant = |one: &Told, other: &Told| one.family == other.family && one.series != other.series;
    let (mut with_variants, mut found) = (0, 0);
    for action in &actions {
        let told = told(action);
        if !known.values().any(|other| is_variant(told, other)) {
            continue;
        }
        with_variants += 1;
        let hits = search.similar(action, 5).unwrap();
        assert!(hits.iter().all(|hit| Some(hit.id) != action.id), "an action is not similar to itself");
        found += usize::from(hits.iter().any(|hit| is_variant(told, known[&hit.id])));
    }
    let share = f64::from(u32::try_from(found).unwrap()) / f64::from(u32::try_from(with_variants).unwrap());
    assert!(with_variants > 100, "{with_variants} of {} actions have variants", actions.len());
    assert!(share >= FLOOR, "{found} of {with_variants}: {share:.3}");
}
