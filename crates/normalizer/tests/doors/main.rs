//! The crate's one door, from outside: a config and a record in, an action, issues and leftovers out.

#![allow(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a test that cannot read its own input should stop"
)]

mod apriles;
mod config;
mod preview;
mod values;

use model::config::{Document, Fault};
use model::{Normalized, Payload, RawRecord, Sourceur};
use normalizer::{Lookups, Normalizer, Taxonomy};

/// A mapping and the mistakes of its file.
fn read(config: &str) -> (Normalizer, Vec<Fault>) {
    let document = Document::parse("x.toml", config);
    let normalizer = {
        let mut file = document.reader();
        let sourceur = Sourceur::read("x".parse().unwrap(), &mut file);
        Normalizer::read(&mut file, &sourceur, Taxonomy::builtin(), &Lookups::default())
    };
    (normalizer, document.into_faults())
}

fn record(payload: Payload) -> RawRecord {
    RawRecord {
        key: Some("1".parse().unwrap()),
        url: Some("https://exemple.fr/fiches/1".to_owned()),
        base: Some("https://exemple.fr/liste/".to_owned()),
        payload,
        deleted: false,
        issues: Vec::new(),
    }
}

/// What a mapping without mistakes makes of a record.
#[track_caller]
fn apply(config: &str, payload: Payload) -> Normalized {
    let (normalizer, faults) = read(config);
    assert_eq!(faults, [], "the config has mistakes");
    normalizer.apply(&record(payload))
}

/// Codes of the issues, with their fields.
fn told(normalized: &Normalized) -> Vec<String> {
    normalized.issues.iter().map(|issue| format!("{}:{}", issue.field, issue.code)).collect()
}
