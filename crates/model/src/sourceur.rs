//! A sourceur: who tells, how to show it, and what is expected of its list.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::{Reader, parse_percent};
use crate::{ContactReach, ImageReach, Rights, SourceurId, TextReach};

/// The head of a sourceur's file: everything but how it is harvested and mapped.
#[derive(Clone, Debug, PartialEq)]
pub struct Sourceur {
    /// Stem of its file.
    pub id: SourceurId,
    /// Name, as shown.
    pub name: String,
    /// Its own home page.
    pub home: Option<String>,
    /// Harvested at all.
    pub enabled: bool,
    /// Its own legal words, shown with each fiche.
    pub notice: Option<String>,
    /// Who wins when two records disagree and neither is fresher; lower wins.
    pub rank: i32,
    /// How often it is due.
    pub every: Duration,
    /// Language of its texts unless they say otherwise, BCP 47.
    pub language: String,
    /// No two records of it are one action.
    pub clean_source: bool,
    /// What may leave the house.
    pub rights: Rights,
    /// What a plausible run looks like.
    pub expect: Expect,
}

/// `[expect]`: below a floor a run is held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Expect {
    /// Fewest records of a plausible list.
    pub min_records: Option<u64>,
    /// Largest plausible drop from the last published list.
    pub max_drop: Option<DropLimit>,
    /// Field → smallest share of records that fill it.
    pub filled: BTreeMap<String, Share>,
}

/// A share between 0 and 1, written as a percentage in configs.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Share(pub f64);

/// Largest plausible drop of a list.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropLimit {
    /// As a share of the last published list.
    Share(f64),
    /// As a number of records.
    Records(u64),
}

impl Sourceur {
    /// Reads the head of a sourceur's file; `harvest`, `fields` and `lookups` are left to their crates.
    ///
    /// Always gives a sourceur; what is wrong is told to the reader.
    pub fn read(id: SourceurId, file: &mut Reader<'_>) -> Self {
        let name = file.text("name").unwrap_or_else(|| id.to_string());
        Self {
            name,
            home: file.address("home"),
            enabled: file.bool("enabled").unwrap_or(true),
            notice: file.text("notice"),
            rank: file.integer("rank", 0..=1_000_000).and_then(|rank| i32::try_from(rank).ok()).unwrap_or(100),
            every: file.duration("every").unwrap_or(Duration::from_hours(24)),
            language: file.text("language").unwrap_or_else(|| "fr".to_owned()),
            clean_source: file.bool("clean_source").unwrap_or(false),
            rights: file.table("rights").map(|mut table| read_rights(&mut table)).unwrap_or_default(),
            expect: file.table("expect").map(|mut table| read_expect(&mut table)).unwrap_or_default(),
            id,
        }
    }
}

fn read_rights(table: &mut Reader<'_>) -> Rights {
    let rights = Rights {
        licence: table.text("licence").unwrap_or_else(|| "unknown".to_owned()),
        text: table
            .choice("text", &[("full", TextReach::Full), ("excerpt", TextReach::Excerpt), ("link", TextReach::Link)])
            .unwrap_or_default(),
        images: table
            .choice("images", &[("full", ImageReach::Full), ("link", ImageReach::Link), ("none", ImageReach::None)])
            .unwrap_or_default(),
        contacts: table
            .choice(
                "contacts",
                &[
                    ("none", ContactReach::None),
                    ("organisation", ContactReach::Organisation),
                    ("all", ContactReach::All),
                ],
            )
            .unwrap_or_default(),
    };
    table.finish();
    rights
}

fn read_expect(table: &mut Reader<'_>) -> Expect {
    let mut expect = Expect::default();
    if let Some(mut records) = table.table("records") {
        expect.min_records = records.integer("min", 0..=i64::MAX).and_then(|min| u64::try_from(min).ok());
        expect.max_drop =
            records.text_or_integer("max_drop", "a percentage or a number, as in `\"10 %\"` or `20`", |written| {
                parse_percent(written)
                    .map(DropLimit::Share)
                    .or_else(|| written.trim().parse().ok().map(DropLimit::Records))
            });
        records.finish();
    }
    if let Some(mut filled) = table.table("filled") {
        for field in filled.keys() {
            let share = filled.text_or_integer(&field, "a percentage, as in `\"90 %\"`", parse_percent);
            if let Some(share) = share {
                expect.filled.insert(field, Share(share));
            }
        }
        filled.finish();
    }
    table.finish();
    expect
}
