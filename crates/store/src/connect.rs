//! The door to Postgres.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, Error, PgConnection, PgPool};
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

use crate::Result;
use crate::counts::Counts;

/// The base. Clones share one pool of connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) db: PgPool,
    /// Runs of one process wait here for their turn to resolve, so that those who wait hold no connection.
    pub(crate) turn: Arc<Mutex<()>>,
    /// What each sourceur tells, as last counted.
    pub(crate) counts: Counts,
}

/// Connections of one process, leases not counted.
const CONNECTIONS: u32 = 8;
/// How long a question waits for a connection before the base counts as away.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same for those who answer callers: whoever waits is better told to come again.
const PATIENCE_OF_CALLERS: Duration = Duration::from_secs(3);
/// How long a base may take to start that was started beside us.
const STARTS_WITHIN: Duration = Duration::from_secs(3);
/// How long a base may take to answer at all.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

impl Store {
    /// Opens the base named by a URL: `postgres://user:password@host:port/name`, or over a unix
    /// socket, `postgres://user@localhost/name?host=/folder`.
    pub async fn connect(url: &str) -> Result<Self> {
        let options = bounded(url.parse()?);
        reach(&options).await?;
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        Ok(Self { db: pool.connect_lazy_with(options), turn: Arc::default(), counts: Counts::default() })
    }

    /// The same base over connections of its own, for those who answer callers: one that is away is
    /// told within seconds, and nobody waits behind a harvest.
    #[must_use]
    pub fn for_callers(&self) -> Self {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE_OF_CALLERS);
        let options = self.db.connect_options();
        Self {
            db: pool.connect_lazy_with((*options).clone()),
            turn: Arc::clone(&self.turn),
            counts: self.counts.clone(),
        }
    }

    /// Closes every connection; questions under way are let finish.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// Tells a base that is away at once, where a pool would try again for as long as it is patient.
async fn reach(options: &PgConnectOptions) -> Result<()> {
    let asked_at = Instant::now();
    loop {
        let reached = timeout(ANSWERS_WITHIN, PgConnection::connect_with(options)).await;
        match reached.unwrap_or(Err(Error::PoolTimedOut)) {
            Ok(connection) => return Ok(connection.close().await?),
            Err(error) if asked_at.elapsed() < STARTS_WITHIN && may_be_starting(&error) => {
                sleep(Duration::from_millis(100)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn may_be_starting(error: &Error) -> bool {
    match error {
        Error::Io(error) => matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::NotFound),
        Error::Database(refusal) => refusal.code().as_deref() == Some("57P03"),
        _ => false,
    }
}

/// No question of ours waits for ever, and a backend whose client is gone notices within a second.
///
/// Long statements (publish, resolve, exports) lift the limit for their own transaction.
fn bounded(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("carrefour").options([
        ("statement_timeout", "30s"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "10min"),
        ("client_connection_check_interval", "1s"),
        ("timezone", "UTC"),
    ])
}
