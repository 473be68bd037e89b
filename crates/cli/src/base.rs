//! Opening what a command works on: the config folder, the base, the client.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use chrono::Utc;
use embedded::Server;
use harvester::{Client, ClientConfig};
use pipeline::{Clock, Halt, Harvest, House, Watch};
use store::{Migrated, Store, StoreError};

use crate::arguments::Global;
use crate::exit::Misuse;
use crate::faults;

/// The base, and the private server it lies in, if it is ours.
pub(crate) struct Base {
    pub(crate) store: Store,
    /// What opening it did to its tables, where that is ours to do.
    pub(crate) migrated: Option<Migrated>,
    _server: Option<Server>,
}

impl Global {
    /// The command's clock.
    pub(crate) fn clock(&self) -> Clock {
        Clock::starting(self.now.unwrap_or_else(Utc::now))
    }

    /// The config folder.
    pub(crate) fn config_dir(&self) -> PathBuf {
        self.config.clone().unwrap_or_else(|| PathBuf::from("config"))
    }

    /// The config folder, read; its mistakes are told on stderr.
    pub(crate) fn house(&self) -> anyhow::Result<House> {
        let house = House::read(&self.config_dir(), self.config.is_none())?;
        if !house.faults.is_empty() {
            eprint!("{}", faults::rendered(&house.faults, &house.sources));
        }
        Ok(house)
    }

    /// The folder of what belongs to this machine alone, unless it is named: the private database, the index.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(|| PathBuf::from("data"))
    }

    /// The base: the one named, or a private one in the data folder, with its tables in place.
    pub(crate) async fn base(&self) -> anyhow::Result<Base> {
        match &self.database_url {
            Some(url) => {
                let store = Store::connect(url).await?;
                let migrated = match store.ensure_migrated().await {
                    // An empty database is ours to fill; one of another version waits for `migrate`.
                    Err(StoreError::NotMigrated { found: None, .. }) => Some(store.migrate().await?),
                    checked => {
                        checked?;
                        None
                    }
                };
                Ok(Base { store, migrated, _server: None })
            }
            None => self.private_base(&self.data_dir()).await,
        }
    }

    async fn private_base(&self, data_dir: &Path) -> anyhow::Result<Base> {
        let folder = data_dir.to_owned();
        let opened = tokio::task::spawn_blocking(move || Server::open(&folder)).await?;
        let server = opened.with_context(|| format!("cannot open the private database in `{}`", data_dir.display()))?;
        let store = Store::connect(&server.url()).await?;
        let migrated = Some(store.migrate().await?);
        Ok(Base { store, migrated, _server: Some(server) })
    }

    /// The one client, with what `--allow` lets pass.
    pub(crate) fn client(&self, config: &ClientConfig) -> anyhow::Result<Client> {
        let mut config = config.clone();
        config.allow.extend(self.allow.iter().cloned());
        Ok(Client::new(config)?)
    }
}

/// What the runs of a command share.
pub(crate) fn harvest(base: &Base, client: Client, clock: Clock, halt: Halt, watch: Watch) -> Harvest {
    Harvest { store: base.store.clone(), client, clock, full: false, dry_run: false, no_wait: false, halt, watch }
}

/// Nobody watches.
pub(crate) fn unwatched() -> Watch {
    Arc::new(|_, _| {})
}

/// A wish to stop that SIGTERM and SIGINT make.
pub(crate) fn halt_on_signals() -> anyhow::Result<Halt> {
    use tokio::signal::unix::{SignalKind, signal};
    let (switch, halt) = Halt::new();
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for signals")?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        switch.send_replace(true);
        // The switch lives on, so that whoever waits for the wish later still finds it.
        std::future::pending::<()>().await;
    });
    Ok(halt)
}

/// The error of an unknown sourceur, with those that are known.
pub(crate) fn unknown_sourceur(house: &House, id: &str, config_dir: &Path) -> Misuse {
    let known: Vec<&str> = house.partners.iter().map(|partner| partner.sourceur.id.as_str()).collect();
    let hint = if known.is_empty() {
        format!("there is no sourceur in `{}`", config_dir.join("sourceurs").display())
    } else {
        model::config::suggestion(id, &known)
    };
    Misuse::new(format!("there is no sourceur `{id}`"), hint)
}
