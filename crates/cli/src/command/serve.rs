//! `serve`: the API, and a scheduler that harvests what is due.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use api::ApiState;
use harvester::Client;
use model::config::Fault;
use pipeline::{Choice, Clock, Halt, Harvest, House};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tracing::error;

use crate::arguments::Global;
use crate::base::{self, Base};
use crate::command::harvest;
use crate::exit::Exit;

/// How often the scheduler looks whether a sourceur is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Rounds under way at once; each has at least one sourceur that is slow.
const ROUNDS: usize = 24;
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
    let address = house.service.address.clone();
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
/// takes effect without a restart. Rounds overlap, so that a partner that hangs holds up nobody
/// else; who is being harvested by an earlier round is left to it.
async fn schedule(global: Global, base: Arc<Base>, clock: Clock, mut halt: Halt) {
    let mut rounds = JoinSet::new();
    let mut client: Option<Client> = None;
    let mut told = Vec::new();
    loop {
        while rounds.try_join_next().is_some() {}
        match read(&global, &mut client, &mut told) {
            Ok((house, client)) if rounds.len() < ROUNDS => {
                let runs =
                    Harvest { no_wait: true, ..base::harvest(&base, client, clock, halt.clone(), base::unwatched()) };
                rounds.spawn(round(global.clone(), Arc::clone(&base), runs, house));
            }
            Ok(_) => {}
            Err(error) => error!("the scheduler cannot read the config folder: {error:#}"),
        }
        tokio::select! {
            () = halt.wait() => break,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
    // Each leaves a checkpoint and ends by itself.
    while rounds.join_next().await.is_some() {}
}

async fn round(global: Global, base: Arc<Base>, runs: Harvest, house: House) {
    if let Err(error) = harvest::all(&global, &base, &runs, &house, &Choice::Due, |_| {}).await {
        error!("the scheduler could not do its round: {error:#}");
    }
}

/// The config folder and the client. The client lives on as long as its config does: what it owes each
/// host lives in it. A mistake is told once, not at each look.
fn read(global: &Global, client: &mut Option<Client>, told: &mut Vec<Fault>) -> anyhow::Result<(House, Client)> {
    let mut house = House::read(&global.config_dir(), global.config.is_none())?;
    if house.faults != *told {
        for fault in &house.faults {
            error!("{}:{}:{}: {}", fault.file, fault.line, fault.column, fault.message);
        }
        told.clone_from(&house.faults);
    }
    // Told above, in whole.
    house.broken.clear();
    let wanted = global.client(&house.client)?;
    let client = match client.take() {
        Some(known) if known.config() == wanted.config() => client.insert(known),
        _ => client.insert(wanted),
    };
    Ok((house, client.clone()))
}
