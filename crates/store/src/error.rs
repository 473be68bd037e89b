//! What can go wrong between us and the base.

use model::{RunId, SourceurId};
use sqlx::error::DatabaseError;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The base cannot be reached, or went away: nobody's fault but our own house's.
    #[error("the database is away")]
    Away(#[source] sqlx::Error),
    /// The address of the base is not one.
    #[error("the database URL cannot be read")]
    BadUrl(#[source] sqlx::Error),
    /// Another process harvests this sourceur now; what we were writing was refused.
    #[error("the lease of `{sourceur}` was lost to another process")]
    Fenced {
        /// Whose lease.
        sourceur: SourceurId,
    },
    /// A held run that would bring back what its sourceur has said anew since.
    #[error("run `{run}` cannot be released: `{later}` of the same sourceur was published since")]
    Overtaken {
        /// The held run.
        run: RunId,
        /// The one published since.
        later: RunId,
    },
    /// The base has another schema than this program.
    #[error("the database has schema {}, this program needs {wanted}", found.map_or("none".to_owned(), |version| version.to_string()))]
    NotMigrated {
        /// Last migration in the base.
        found: Option<i64>,
        /// Last migration of this program.
        wanted: i64,
    },
    /// A migration failed; the base is as it was before it.
    #[error("the database cannot be migrated")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A row breaks a rule of ours.
    #[error("`{table}.{column}` of row `{row}` breaks a rule: {rule}")]
    Inconsistent {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// Key of the row.
        row: String,
        /// What the rule says.
        rule: String,
    },
    /// Anything else that Postgres says.
    #[error("the database refused a statement")]
    Sqlx(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether trying the same again may succeed: a deadlock or a serialisation failure.
    pub(crate) fn is_transient(&self) -> bool {
        let Self::Sqlx(sqlx::Error::Database(error)) = self else { return false };
        matches!(error.code().as_deref(), Some("40001" | "40P01"))
    }

    /// A row that breaks a rule of ours.
    pub(crate) fn inconsistent(
        table: &'static str,
        column: &'static str,
        row: &dyn ToString,
        rule: &dyn ToString,
    ) -> Self {
        Self::Inconsistent { table, column, row: row.to_string(), rule: rule.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Configuration(_) => Self::BadUrl(error),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Away(error),
            sqlx::Error::Database(ref refusal) if is_away(refusal.as_ref()) => Self::Away(error),
            _ => Self::Sqlx(error),
        }
    }
}

/// Connection exceptions (08), no role or base of that name (28, 3D), no room left for rows or
/// connections (53), shutting down or starting up (57P), a broken disk (58).
fn is_away(refusal: &dyn DatabaseError) -> bool {
    let code = refusal.code().unwrap_or_default();
    ["08", "28", "3D", "53", "57P", "58"].iter().any(|class| code.starts_with(class))
}
