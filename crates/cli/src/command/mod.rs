//! One file a command.

mod check;
mod demo;
mod doctor;
mod export;
mod fair;
mod harvest;
mod migrate;
mod place;
mod preview;
mod runs;
mod schema;
mod serve;

use crate::arguments::{Arguments, Command};
use crate::exit::Exit;

/// Runs the command that was asked for.
pub(crate) async fn run(Arguments { global, command }: Arguments) -> anyhow::Result<Exit> {
    match command {
        Command::Demo(demo) => demo::run(&global, &demo).await,
        Command::Check { files } => check::run(&global, &files),
        Command::Preview(preview) => preview::run(&global, &preview).await,
        Command::Harvest(harvest) => harvest::run(&global, &harvest).await,
        Command::Runs { sourceur, what } => runs::run(&global, sourceur.as_ref(), what.as_ref()).await,
        Command::Export(export) => export::run(&global, &export).await,
        Command::Serve { listen, no_schedule } => serve::run(&global, listen, no_schedule).await,
        Command::Place { text, batch } => place::run(&global, text.as_deref(), batch.as_deref()),
        Command::Schema { name } => schema::run(name),
        Command::Migrate => migrate::run(&global).await,
        Command::Doctor => doctor::run(&global).await,
        Command::Fair(fair) => fair::run(&global, &fair).await,
    }
}
