//! The base that is measured: made once by the road, and kept.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;

use embedded::Server;
use futures_util::StreamExt;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use store::Store;

use crate::child::Serving;
use crate::command::{carrefour, carrefour_path};
use crate::report::say;

/// Sourceurs of the fair.
const SOURCEURS: &str = "70";
/// The largest base that goes the whole road; a larger one is made of copies of it.
const LONGEST_ROAD: usize = 200_000;

/// A base and the server it lies in.
pub(crate) struct Base {
    _server: Server,
    pub(crate) url: String,
    pub(crate) store: Store,
    pub(crate) config: PathBuf,
    /// A folder for what belongs to this base.
    pub(crate) folder: PathBuf,
    /// Whether it has records, which can change.
    pub(crate) can_change: bool,
}

impl Base {
    /// The base of so many of the fair's actions, under a folder.
    pub(crate) async fn of(actions: usize, kept: &Path) -> Self {
        let harvested = actions.min(LONGEST_ROAD);
        let road = kept.join(harvested.to_string());
        if !road.join("whole").exists() {
            harvest(harvested, &road);
        }
        let server = Server::open_with_guardian(&road.join("data"), carrefour_path()).expect("the private base opens");
        let mut base = Self {
            url: server.url(),
            store: Store::connect(&server.url()).await.expect("the base answers"),
            config: road.join("config"),
            folder: road,
            can_change: actions <= LONGEST_ROAD,
            _server: server,
        };
        base.store.migrate().await.expect("the base can be brought up to date");
        if actions > LONGEST_ROAD {
            base.folder = kept.join(actions.to_string());
            fs::create_dir_all(&base.folder).expect("a folder can be made");
            base.url = multiply(&base.url, actions).await;
            base.store = Store::connect(&base.url).await.expect("the base answers");
        }
        base
    }

    /// Our service over it, with its index in a folder.
    pub(crate) fn serve(&self, data: &Path) -> Serving {
        let mut command = carrefour();
        command.args(["serve", "--no-schedule", "--listen", "127.0.0.1:0", "--database-url", &self.url]);
        command.arg("--config").arg(&self.config).arg("--data-dir").arg(data);
        Serving::start(&mut command)
    }
}

/// A fair as a process, and all its sourceurs harvested.
fn harvest(actions: usize, folder: &Path) {
    say(&format!("harvesting the fair's {actions} actions into `{}`, once", folder.display()));
    // What an interrupted one left is no base.
    drop(fs::remove_dir_all(folder));
    fs::create_dir_all(folder).expect("a folder can be made");
    let config = folder.join("config");
    let mut fair = carrefour();
    fair.args(["fair", "--listen", "127.0.0.1:0", "--sourceurs", SOURCEURS, "--actions", &actions.to_string()]);
    let fair = Serving::start(fair.arg("--configs-out").arg(&config));
    let mut harvest: Command = carrefour();
    harvest.args(["harvest", "--all", "--allow", &fair.address]).arg("--config").arg(&config);
    harvest.arg("--data-dir").arg(folder.join("data")).stdout(Stdio::null());
    let harvested = harvest.status().expect("the command runs");
    assert!(harvested.success(), "the harvest ended with {harvested}");
    fs::File::create(folder.join("whole")).expect("a file can be made");
}

/// A database beside one, with its actions several times under other ids.
///
/// Words, themes, places and points are as frequent as in the first; ids and keys are their own. It has
/// no records: nothing can be harvested into it.
async fn multiply(url: &str, actions: usize) -> String {
    let name = format!("of_{actions}");
    let first = PgConnectOptions::from_str(url).expect("a server tells its address");
    let second = first.clone().database(&name);
    let address = second.to_url_lossy().to_string();
    let mut from = first.connect().await.expect("the base answers");
    let served = "select count(*) from action where withdrawn_at is null";
    if let Ok(mut to) = second.clone().connect().await {
        let count: i64 = sqlx::query_scalar(served).fetch_one(&mut to).await.unwrap_or(0);
        if usize::try_from(count) == Ok(actions) {
            return address;
        }
        to.close().await.expect("a connection closes");
    }
    say(&format!("making a base of {actions} actions, once"));
    let run = |statement: String| sqlx::raw_sql(AssertSqlSafe(statement));
    run(format!("drop database if exists {name} with (force)")).execute(&mut from).await.expect("it goes");
    run(format!("create database {name}")).execute(&mut from).await.expect("it comes");
    let store = Store::connect(&address).await.expect("the base answers");
    store.migrate().await.expect("an empty database can be filled");
    store.close().await;
    let mut to = second.connect().await.expect("the base answers");
    copy(&mut from, &mut to, "sourceur", "select * from sourceur").await;
    // Indexes are made faster at once than row by row.
    let indexes = "select indexdef from pg_indexes where tablename = 'action' and indexname <> 'action_pkey'";
    let definitions: Vec<String> = sqlx::query_scalar(indexes).fetch_all(&mut to).await.expect("indexes are known");
    for name in ["action_by_change", "action_by_facet"] {
        run(format!("drop index if exists {name}")).execute(&mut to).await.expect("it goes");
    }
    let rows = format!(
        "select new.id, replace(a.body::text, a.id::text, new.id::text)::json, a.digest,
            a.canonical_key || '~' || copy, a.facets, a.first_seen_at, a.changed_at + copy * interval '1 second',
            a.withdrawn_at, a.withdrawn_because
        from (select *, row_number() over (order by id) as place from action where withdrawn_at is null) a
            cross join generate_series(1, 1 + {actions} / (select count(*) from action)) copy,
            lateral (select md5(a.id::text || copy)::uuid as id) new
        limit {actions}"
    );
    copy(&mut from, &mut to, "action", &rows).await;
    for definition in definitions {
        run(definition).execute(&mut to).await.expect("the index is made again");
    }
    run("analyze".to_owned()).execute(&mut to).await.expect("the base is looked over");
    address
}

/// Rows of one database into a table of another, as a stream.
async fn copy(from: &mut sqlx::PgConnection, to: &mut sqlx::PgConnection, table: &str, rows: &str) {
    sqlx::query("set statement_timeout = 0").execute(&mut *to).await.expect("a setting is taken");
    let mut out =
        from.copy_out_raw(&format!("copy ({rows}) to stdout (format binary)")).await.expect("rows can be read");
    let mut into =
        to.copy_in_raw(&format!("copy {table} from stdin (format binary)")).await.expect("rows can be written");
    let mut told = std::io::stderr();
    while let Some(chunk) = out.next().await {
        into.send(chunk.expect("rows are read")).await.expect("rows are written");
    }
    let count = into.finish().await.expect("rows are taken");
    drop(writeln!(told, "{count} rows of `{table}`"));
}
