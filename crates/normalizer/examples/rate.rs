//! How many records a second one core normalises: JSON records of twelve fields, HTML fiches.
//!
//! `cargo run --release -p normalizer --example rate`

use std::time::Instant;

use model::config::Document;
use model::{Payload, RawRecord, Sourceur};
use normalizer::{Lookups, Normalizer, Taxonomy};
use serde_json::json;

const JSON: &str = r#"
[fields]
title = "nom"
url = "lien"
summary = "resume"
sections.description = "description"
sections.impacts = "resultats"
themes = { at = "themes", lookup = "k" }
audiences = "publics"
places.commune = "lieu.commune"
places.postal_code = "lieu.cp"
started_on = "debut"
source_updated_on = "maj"
status = "etat"
[[fields.actors]]
each = "porteurs"
name = "."
[lookups.k]
"Déplacements" = "mobilite"
"#;

const APRILES: &str = include_str!("../../../config/sourceurs/apriles.toml");

fn normalizer(config: &str) -> Normalizer {
    let document = Document::parse("rate.toml", config);
    let mut file = document.reader();
    let sourceur = Sourceur::read("rate".parse().expect("a sound id"), &mut file);
    Normalizer::read(&mut file, &sourceur, Taxonomy::builtin(), &Lookups::default())
}

fn record(payload: Payload) -> RawRecord {
    let url = Some("https://exemple.fr/1".to_owned());
    RawRecord { key: "1".parse().ok(), url: url.clone(), base: url, payload, deleted: false, issues: Vec::new() }
}

fn main() {
    let values = record(Payload::Json(json!({
        "nom": "Garage solidaire du Val d'Allier",
        "lien": "https://exemple.fr/actions/garage",
        "resume": "Un atelier où l'on répare sa voiture avec l'aide d'un mécanicien, pour garder son emploi.",
        "description": "Chaque semaine, une dizaine d'habitants viennent réparer, apprendre et se rencontrer. Les pièces sont achetées d'occasion, et l'adhésion dépend du quotient familial. Un salarié et six bénévoles accueillent les personnes envoyées par les services sociaux du département, par la mission locale ou par le bouche-à-oreille.",
        "resultats": "120 véhicules remis en route la première année.",
        "themes": ["Déplacements", "Insertion professionnelle"],
        "publics": ["Demandeurs d'emploi"],
        "lieu": {"commune": "Moulins", "cp": "03000"},
        "debut": "mars 2012",
        "maj": "2021-05-05T16:14:04.384Z",
        "etat": "en cours",
        "porteurs": ["Association Les Roues libres"],
        "extra": {"vu": 3}
    })));
    rate("JSON records", &normalizer(JSON), &values, 40_000.0);
    let story = "<p>Chaque semaine, une dizaine d'habitants viennent réparer, apprendre et se rencontrer dans un lieu ouvert à tous.</p>".repeat(12);
    let page = format!(
        "<html><body><div id=menu><ul>{}</ul></div><div class=fiche><h1>Garage solidaire - 03</h1><p>Mis à jour le: 14-02-2017</p>\
         <p><b>Type d'action :</b></p><ul><li>Mobilité</li><li>Lien social</li></ul><p><b>Région :</b> Auvergne</p>\
         <p><b>Porteur(s) de l'action :</b><br>Ville de Moulins, Association Les Roues libres</p>\
         <p><b>Objectif(s) et bref descriptif :</b><br>Garder son emploi.</p><p><b>Origine(s) :</b><br>Né en 2012.</p>\
         <p><b>Description détaillée :</b></p>{story}<p><b>Impact(s) :</b><br>- Un<br>- Deux</p>\
         <p><b>Humains :</b> un salarié</p></div></body></html>",
        "<li><a href='/x'>Une rubrique</a></li>".repeat(30)
    );
    rate("HTML fiches", &normalizer(APRILES), &record(Payload::Html(page)), 5_000.0);
}

#[expect(clippy::print_stdout, reason = "an example shows its figures")]
fn rate(what: &str, normalizer: &Normalizer, record: &RawRecord, target: f64) {
    let bytes = record.payload.to_bytes().len();
    let cpu_before = cpu_seconds();
    let start = Instant::now();
    let mut count = 0_u32;
    while start.elapsed().as_secs_f64() < 3.0 {
        for _ in 0..100 {
            std::hint::black_box(normalizer.apply(std::hint::black_box(record)));
        }
        count += 100;
    }
    let wall = start.elapsed().as_secs_f64();
    let cpu = cpu_seconds().map_or(wall, |now| now - cpu_before.unwrap_or(0.0));
    let rate = f64::from(count) / cpu;
    let per_wall = f64::from(count) / wall;
    println!(
        "{what} of {bytes} bytes: {rate:.0} a CPU second ({per_wall:.0} a second), target {target:.0}, ratio {:.2}",
        rate / target
    );
}

/// CPU time of this process, where the system tells it.
fn cpu_seconds() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanoseconds: f64 = told.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}
