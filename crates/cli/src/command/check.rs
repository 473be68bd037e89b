//! `check`: every mistake of every config file at once.

use std::path::PathBuf;

use anyhow::Context;
use pipeline::House;

use crate::arguments::Global;
use crate::exit::{Exit, Misuse};
use crate::faults;

pub(crate) fn run(global: &Global, files: &[PathBuf]) -> anyhow::Result<Exit> {
    let folder = global.config_dir();
    let house = if files.is_empty() {
        if !folder.is_dir() {
            let hint = "name one with `--config DIR`, or name files to check";
            return Err(Misuse::new(format!("there is no config folder `{}`", folder.display()), hint).into());
        }
        House::read(&folder, false)?
    } else {
        House::read_files(&folder, files)?
    };
    if global.json {
        for fault in &house.faults {
            println!("{}", serde_json::to_string(fault).context("cannot write JSON")?);
        }
    } else if house.faults.is_empty() {
        println!("{} files, no mistake", house.files.len());
    } else {
        print!("{}", faults::rendered(&house.faults, &house.sources));
    }
    Ok(if house.faults.is_empty() { Exit::Well } else { Exit::Look })
}
