//! `serve`: pages, the API, and a scheduler that harvests what is due.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use api::ApiState;
use axum::Router;
use harvester::Client;
use model::config::Fault;
use pipeline::{Choice, Clock, Halt, Harvest, House};
use portal::{PortalState, Presentation, Tiles};
use search::Search;
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
    let site = Site::open(&listener, &base, clock, &house, &global.data_dir())?;
    let schedule =
        (!no_schedule).then(|| tokio::spawn(schedule(global.clone(), Arc::clone(&base), clock, halt.clone())));
    site.answer(listener, halt).await?;
    if let Some(schedule) = schedule {
        schedule.await?;
    }
    Ok(Exit::Well)
}

/// Pages and API over a base and its index.
pub(crate) struct Site {
    /// The index, which follows the base from now on.
    pub(crate) search: Search,
    router: Router,
}

impl Site {
    /// Opens the index in the data folder and everything that is answered with it.
    pub(crate) fn open(
        listener: &TcpListener,
        base: &Base,
        clock: Clock,
        house: &House,
        data_dir: &Path,
    ) -> anyhow::Result<Self> {
        let address = listener.local_addr()?;
        let public_url = house.service.address.clone().unwrap_or_else(|| format!("http://{address}"));
        let search = Search::follow(base.store.clone(), Some(data_dir.join("search")));
        let clock = Arc::new(move || clock.now());
        let vocabulary = Arc::clone(&house.vocabulary);
        let api = ApiState::new(base.store.for_callers(), search.clone(), vocabulary, &public_url, clock);
        let tiles = house
            .service
            .tiles
            .as_ref()
            .map(|tiles| Tiles { address: tiles.address.clone(), attribution: tiles.attribution.clone() });
        let service = Presentation { contact: house.service.contact.clone(), tiles };
        Ok(Self { search, router: portal::router(PortalState { api, service }) })
    }

    /// Answers until told to stop.
    pub(crate) async fn answer(self, listener: TcpListener, mut halt: Halt) -> anyhow::Result<()> {
        eprintln!("serving on http://{}", listener.local_addr()?);
        let mut told = halt.clone();
        let answering = api::serve(listener, self.router, async move { told.wait().await });
        tokio::select! {
            ended = answering => ended.context("the service fell over")?,
            () = async { halt.wait().await; tokio::time::sleep(LAST_ANSWERS).await } => {}
        }
        Ok(())
    }
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
