//! What is what, for those who score: the fair's own account of its records and actions.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use serde::Serialize;

use crate::facts::Facts;
use crate::telling::Telling;
use crate::world::Row;
use crate::{Fair, Told};

/// A line of `records.csv`.
#[derive(Serialize)]
struct Record<'f> {
    sourceur: &'f str,
    source_id: String,
    /// `a17`: records of one action are one cluster.
    action: String,
    /// Slug of the idea.
    family: &'f str,
    /// `s12`: actions of one series are editions of each other.
    series: String,
    /// Year of the edition; empty for what is not yearly.
    edition: Option<i32>,
}

/// A line of `actions.csv`.
#[derive(Serialize)]
struct Truth<'f> {
    action: String,
    family: &'f str,
    series: String,
    edition: Option<i32>,
    name: &'f str,
    /// INSEE code and name of the commune.
    insee: &'f str,
    commune: &'f str,
    departement: &'f str,
    /// Day on which it truly began.
    started_on: String,
    /// Carriers as registers write them, joined by `; `.
    carriers: String,
    /// How many records tell it.
    records: usize,
}

pub(crate) fn write(fair: &Fair, dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let world = &fair.world;
    let series_name = |action: u32| format!("s{}", world.actions[action as usize].series);
    let edition_year = |action: u32| Facts::of(world, action).edition.map(|(year, _)| year);

    let mut records = csv::Writer::from_writer(File::create(dir.join("records.csv"))?);
    let mut times_told = vec![0; world.actions.len()];
    for (sourceur, rows) in fair.sourceurs.iter().zip(&world.lists) {
        for row in rows {
            times_told[row.action as usize] += 1;
            records.serialize(Record {
                sourceur: &sourceur.id,
                source_id: sourceur.source_id(fair.settings.seed, row.action),
                action: format!("a{}", row.action),
                family: world.series_of(row.action).idea().slug,
                series: series_name(row.action),
                edition: edition_year(row.action),
            })?;
        }
    }
    records.flush()?;

    let mut actions = csv::Writer::from_writer(File::create(dir.join("actions.csv"))?);
    for (action, records) in (0..).zip(times_told) {
        let facts = Facts::of(world, action);
        let series = world.series_of(action);
        let carriers: Vec<String> = facts.carriers.iter().map(|carrier| carrier.spelt(0)).collect();
        actions.serialize(Truth {
            action: format!("a{action}"),
            family: series.idea().slug,
            series: series_name(action),
            edition: facts.edition.map(|(year, _)| year),
            name: facts.name,
            insee: series.commune().insee,
            commune: series.commune().name,
            departement: series.commune().departement().code,
            started_on: facts.started.to_string(),
            carriers: carriers.join("; "),
            records,
        })?;
    }
    actions.flush()
}

/// One record, as [`Fair::records`] tells it.
pub(crate) fn told(fair: &Fair, sourceur: usize, row: Row) -> Told {
    let sourceur = &fair.sourceurs[sourceur];
    let series = fair.world.series_of(row.action);
    let telling = Telling::of(&fair.world, sourceur, row);
    Told {
        sourceur: sourceur.id.clone(),
        source_id: sourceur.source_id(fair.settings.seed, row.action),
        action: row.action as usize,
        series: fair.world.actions[row.action as usize].series as usize,
        edition: Facts::of(&fair.world, row.action).edition.map(|(year, _)| year),
        family: series.idea().slug,
        commune: series.commune().insee,
        title: telling.title.clone(),
        text: telling.text(),
    }
}
