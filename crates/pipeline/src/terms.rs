//! What the runs of one command share, and what they tell.

use std::sync::Arc;

use harvester::Client;
use model::{Account, RunEvent, SourceurId};
use store::{Store, StoreError};
use tokio::sync::watch;
use tokio::task::JoinError;

use crate::Clock;

/// What the runs of one command share.
#[derive(Clone)]
pub struct Harvest {
    /// The base.
    pub store: Store,
    /// The one client.
    pub client: Client,
    /// The command's clock.
    pub clock: Clock,
    /// Ask for everything, whatever validators and cursors say.
    pub full: bool,
    /// Land and judge, then leave no trace but the line.
    pub dry_run: bool,
    /// Do not wait at all for a sourceur that another process harvests.
    pub no_wait: bool,
    /// Told when to stop.
    pub halt: Halt,
    /// Told how it goes.
    pub watch: Watch,
}

/// Whoever wants to see how runs go.
pub type Watch = Arc<dyn Fn(&SourceurId, Progress<'_>) + Send + Sync>;

/// How far a run is.
#[derive(Debug)]
pub enum Progress<'a> {
    /// The lease is taken and the first request goes out; with the records known before, if any.
    Began(Option<u64>),
    /// More records were read.
    Read(&'a Account),
    /// It is over.
    Ended(&'a RunEvent),
}

/// A wish to stop, shared by all runs of a command.
#[derive(Clone, Debug)]
pub struct Halt(watch::Receiver<bool>);

impl Halt {
    /// The switch and what watches it.
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (switch, wish) = watch::channel(false);
        (switch, Self(wish))
    }

    /// Whether the wish was made.
    pub fn wished(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once the wish is made; never, if whoever could make it is gone.
    pub async fn wait(&mut self) {
        if self.0.wait_for(|wished| *wished).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Why a run cannot tell how it went: the fault is ours, not the partner's.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The base.
    #[error("cannot harvest `{sourceur}`: the base does not answer as it should")]
    Store {
        /// Whose run.
        sourceur: SourceurId,
        /// What the base said.
        #[source]
        source: StoreError,
    },
    /// Our own disk.
    #[error("cannot harvest `{sourceur}`: {told}")]
    Disk {
        /// Whose run.
        sourceur: SourceurId,
        /// What could not be written.
        told: String,
    },
    /// A task of ours died.
    #[error("cannot harvest `{sourceur}`: a task died")]
    Task {
        /// Whose run.
        sourceur: SourceurId,
        /// How.
        #[source]
        source: JoinError,
    },
}
