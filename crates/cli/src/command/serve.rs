//! `serve`: the API, and a scheduler that harvests what is due.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use api::ApiState;
use pipeline::{Choice, Clock, Halt, House};
use std::sync::Arc;
use tokio::net::TcpListener;
use tracing::error;

use crate::arguments::Global;
use crate::base::{self, Base};
use crate::command::harvest;
use crate::exit::Exit;

/// How often the scheduler looks whether a sourceur is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long answers under way may take once the service is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

pub(crate) async fn run(global: &Global, listen: SocketAddr, no_schedule: bool) -> anyhow::Result<Exit> {
    let house = global.house()?;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on `{listen}`"))?;
    let halt = base::halt_on_signals()?;
    let base = Arc::new(global.base().await?);
    let clock = global.clock();
    let schedule =
        (!no_schedule).then(|| tokio::spawn(schedule(global.clone(), Arc::clone(&base), clock, halt.clone())));
    let address = house.address.clone();
    serve(listener, &base, clock, address, halt).await?;
    if let Some(schedule) = schedule {
        schedule.await?;
    }
    Ok(Exit::Well)
}

/// Answers until told to stop.
pub(crate) async fn serve(
    listener: TcpListener,
    base: &Base,
    clock: Clock,
    public_url: Option<String>,
    mut halt: Halt,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let public_url = public_url.unwrap_or_else(|| format!("http://{address}"));
    let state = ApiState { store: base.store.clone(), public_url, clock: Arc::new(move || clock.now()) };
    eprintln!("serving on http://{address}");
    let mut told = halt.clone();
    let answering = api::serve(listener, state, async move { told.wait().await });
    tokio::select! {
        ended = answering => ended.context("the service fell over")?,
        () = async { halt.wait().await; tokio::time::sleep(LAST_ANSWERS).await } => {}
    }
    Ok(())
}

/// Harvests what is due, again and again. The config folder is read anew each time: a changed file
/// takes effect without a restart.
async fn schedule(global: Global, base: Arc<Base>, clock: Clock, mut halt: Halt) {
    loop {
        if let Err(error) = look(&global, &base, clock, &halt).await {
            error!("the scheduler could not do its round: {error:#}");
        }
        tokio::select! {
            () = halt.wait() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn look(global: &Global, base: &Base, clock: Clock, halt: &Halt) -> anyhow::Result<()> {
    let house = House::read(&global.config_dir(), global.config.is_none())?;
    for fault in &house.faults {
        error!("{}:{}:{}: {}", fault.file, fault.line, fault.column, fault.message);
    }
    let client = global.client(&house.client)?;
    let runs = base::harvest(base, client, clock, halt.clone(), base::unwatched());
    harvest::all(global, base, &runs, &house, &Choice::Due, |_| {}).await?;
    Ok(())
}
