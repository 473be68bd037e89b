//! A database for each test, cloned from one that was migrated once a run.

use super::carrefour_path;
use embedded::Server;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use std::{
    future::Future,
    str::FromStr,
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};
use store::Store;

const TEMPLATE: &str = "migrated";

/// One server a run, which flushes nothing to the disk. It is never dropped: its guardian sees the process
/// end, and removes the cluster.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::make);

struct Cluster {
    server: Server,
    made: AtomicU32,
    /// Databases whose tests have ended.
    done: Mutex<Vec<String>>,
}

/// A migrated, empty database of the test's own. It may be dropped once this value is.
pub(crate) struct Database {
    name: String,
    /// For `--database-url`, `Store::connect` and whoever else wants in.
    pub(crate) url: String,
}

impl Database {
    /// A connection apart from the store's, to look at what it has written.
    pub(crate) async fn connect(&self) -> PgConnection {
        PgConnectOptions::from_str(&self.url).unwrap().connect().await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        CLUSTER.done.lock().unwrap().push(std::mem::take(&mut self.name));
    }
}

/// A fresh database; also callable where no runtime is.
pub(crate) fn database() -> Database {
    let cluster = &*CLUSTER;
    let name = format!("test_{}", cluster.made.fetch_add(1, Ordering::Relaxed));
    let done = std::mem::take(&mut *cluster.done.lock().unwrap());
    let url = cluster.options(&name).to_url_lossy().to_string();
    let create = format!("create database {name} template {TEMPLATE}");
    apart(move || async move {
        let mut admin = cluster.options("postgres").connect().await.unwrap();
        for ended in done {
            let drop = format!("drop database {ended} with (force)");
            sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut admin).await.unwrap();
        }
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut admin).await.unwrap();
        admin.close().await.unwrap();
    });
    Database { name, url }
}

impl Cluster {
    fn make() -> Self {
        let folder = tempfile::Builder::new().prefix("carrefour-test-base-").tempdir().unwrap().keep();
        let server = Server::open_throwaway(&folder, carrefour_path()).unwrap();
        let cluster = Self { server, made: AtomicU32::new(0), done: Mutex::default() };
        cluster.make_template();
        cluster
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::from_str(&self.server.url()).unwrap().database(database)
    }

    fn make_template(&self) {
        let url = self.options(TEMPLATE).to_url_lossy().to_string();
        let admin = self.options("postgres");
        apart(move || async move {
            let mut admin = admin.connect().await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(format!("create database {TEMPLATE}"))).execute(&mut admin).await.unwrap();
            Store::connect(&url).await.unwrap().migrate().await.unwrap();
            // Nothing can be cloned while somebody is connected to it, and the store has just let go.
            let alone = format!("select count(*) from pg_stat_activity where datname = '{TEMPLATE}'");
            for _ in 0..500 {
                let others: i64 =
                    sqlx::query_scalar(AssertSqlSafe(alone.as_str())).fetch_one(&mut admin).await.unwrap();
                if others == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            panic!("the store does not let go of `{TEMPLATE}`");
        });
    }
}

/// Runs it to its end on a thread and a runtime of its own, so that connections never outlive their runtime
/// and a test that is itself on a runtime may wait for it.
fn apart<F: Future<Output = ()>>(work: impl FnOnce() -> F + Send + 'static) {
    let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work());
    thread::spawn(run).join().unwrap();
}
