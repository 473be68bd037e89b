//! `check`: every mistake of every config file at once.

use std::path::PathBuf;

use anyhow::Context;
use pipeline::House;

use crate::arguments::Global;
use crate::exit::{Exit, Misuse};
use crate::faults;
use crate::output;

pub(crate) fn run(global: &Global, files: &[PathBuf]) -> anyhow::Result<Exit> {
    let folder = global.config_dir();
    let house = if files.is_empty() {
        // The default folder need not exist: the built-in defaults have no mistake.
        if global.config.is_some() && !folder.is_dir() {
            let hint = "name one that exists, or name files to check";
            return Err(Misuse::new(format!("there is no config folder `{}`", folder.display()), hint).into());
        }
        House::read(&folder, global.config.is_none())?
    } else {
        House::read_files(&folder, files)?
    };
    if global.json {
        for fault in &house.faults {
            output::line(serde_json::to_string(fault).context("cannot write JSON")?);
        }
    } else if house.faults.is_empty() {
        output::line(format_args!("{} files, no mistake", house.files.len()));
    } else {
        output::text(faults::rendered(&house.faults, &house.sources));
    }
    Ok(if house.faults.is_empty() { Exit::Well } else { Exit::Look })
}
