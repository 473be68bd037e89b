//! One request at a time to each host, with a rest between two.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout};

/// How long a request may get nothing before it gives its turn away.
///
/// A page that hangs must not hold up the other sourceurs of the same host.
const PATIENCE: Duration = Duration::from_secs(1);

/// The turns of every host that was ever asked.
#[derive(Debug)]
pub(crate) struct Hosts {
    pause: Duration,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Debug)]
struct Host {
    one: Arc<Semaphore>,
    rested_at: Mutex<Instant>,
}

/// The right to ask one host; dropping it begins the host's rest.
#[derive(Debug)]
pub(crate) struct Turn {
    host: Arc<Host>,
    pause: Duration,
    _permit: OwnedSemaphorePermit,
}

impl Hosts {
    pub(crate) fn new(pause: Duration) -> Self {
        Self { pause, hosts: Mutex::default() }
    }

    /// Waits until a host (`name:port`) is free and has rested.
    pub(crate) async fn turn(&self, host: &str) -> Turn {
        let host = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = || Arc::new(Host { one: Arc::new(Semaphore::new(1)), rested_at: Mutex::new(Instant::now()) });
            Arc::clone(hosts.entry(host.to_owned()).or_insert_with(fresh))
        };
        let permit = Arc::clone(&host.one).acquire_owned().await.expect("the semaphore is never closed");
        let rested_at = *host.rested_at.lock().unwrap_or_else(PoisonError::into_inner);
        sleep_until(rested_at).await;
        Turn { host, pause: self.pause, _permit: permit }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.host.rested_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + self.pause;
    }
}

/// Awaits something from a host; after a second of nothing the turn goes to whoever waits for it.
pub(crate) async fn patiently<T>(turn: &mut Option<Turn>, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    if let Ok(done) = timeout(PATIENCE, &mut work).await {
        return done;
    }
    turn.take();
    work.await
}
