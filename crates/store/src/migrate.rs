//! The schema and its versions.

use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection};

use crate::{Result, Store, StoreError};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// What a migration did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// Version found; none in an empty base.
    pub from: Option<i64>,
    /// Version now.
    pub to: i64,
    /// Migrations applied.
    pub applied: usize,
}

impl Store {
    /// Brings the schema to this program's version. Two that migrate at once take turns.
    pub async fn migrate(&self) -> Result<Migrated> {
        // A connection of its own: it waits for its turn longer than questions may.
        let options = self.db.connect_options().as_ref().clone();
        let options = options.options([("lock_timeout", "60s"), ("statement_timeout", "0")]);
        let mut db = PgConnection::connect_with(&options).await?;
        let from = version(&mut db).await?;
        MIGRATIONS.run(&mut db).await.map_err(StoreError::Migrate)?;
        db.close().await?;
        let applied = MIGRATIONS.iter().filter(|migration| Some(migration.version) > from).count();
        Ok(Migrated { from, to: wanted(), applied })
    }

    /// An error unless the schema is this program's.
    pub async fn ensure_migrated(&self) -> Result<()> {
        let mut db = self.db.acquire().await?;
        let found = version(&mut db).await?;
        if found == Some(wanted()) { Ok(()) } else { Err(StoreError::NotMigrated { found, wanted: wanted() }) }
    }
}

fn wanted() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Last migration applied. The table is the migrator's own, so the question is not checked with ours.
async fn version(db: &mut PgConnection) -> Result<Option<i64>> {
    let stands: bool =
        sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null").fetch_one(&mut *db).await?;
    if !stands {
        return Ok(None);
    }
    Ok(sqlx::query_scalar("select max(version) from _sqlx_migrations where success").fetch_one(db).await?)
}
