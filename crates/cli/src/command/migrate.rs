//! `migrate`: brings the tables up to date.

use store::Store;

use crate::arguments::Global;
use crate::exit::Exit;
use crate::output;

pub(crate) async fn run(global: &Global) -> anyhow::Result<Exit> {
    let migrated = match &global.database_url {
        Some(url) => Some(Store::connect(url).await?.migrate().await?),
        // Opening the private base brings its tables up to date by itself.
        None => global.base().await?.migrated,
    };
    let Some(migrated) = migrated else { return Ok(Exit::Well) };
    match migrated.applied {
        0 => output::line(format_args!("nothing to do: the tables are at version {}", migrated.to)),
        applied => {
            output::line(format_args!("applied {applied} migrations: the tables are at version {}", migrated.to));
        }
    }
    Ok(Exit::Well)
}
