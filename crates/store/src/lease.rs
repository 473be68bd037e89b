//! Who may harvest a sourceur now.
//!
//! The right is a session's advisory lock: it dies with the session, so that a killed holder keeps
//! nobody waiting. The token is for the holder that was only asleep, or whose session was cut:
//! each taking raises it, and every write of a run checks it first.

use model::SourceurId;
use sqlx::{Connection, Executor, PgConnection, query, query_scalar};

use crate::{Result, Store, StoreError};

/// The right to harvest one sourceur, held until released or dropped.
#[derive(Debug)]
pub struct Lease {
    /// Whose.
    pub sourceur: SourceurId,
    /// Fencing token; grows at each taking.
    pub token: i64,
    session: PgConnection,
}

impl Store {
    /// Takes the lease of a registered sourceur; none if another process holds it.
    pub async fn lease(&self, sourceur: &SourceurId, holder: &str) -> Result<Option<Lease>> {
        let mut session = PgConnection::connect_with(self.db.connect_options().as_ref()).await?;
        let free = query_scalar!(
            r#"select pg_try_advisory_lock(hashtextextended('carrefour.lease.' || $1, 0)) as "free!""#,
            sourceur.as_str()
        )
        .fetch_one(&mut session)
        .await?;
        if !free {
            session.close().await?;
            return Ok(None);
        }
        let token = query_scalar!(
            "insert into lease (sourceur, token, holder) values ($1, 1, $2)
             on conflict (sourceur) do update set token = lease.token + 1, holder = excluded.holder, taken_at = now()
             returning token",
            sourceur.as_str(),
            holder
        )
        .fetch_one(&mut session)
        .await?;
        Ok(Some(Lease { sourceur: sourceur.clone(), token, session }))
    }
}

impl Lease {
    /// Gives the right back. Dropping a lease does the same, a moment later; with a session that is
    /// cut it is given back already.
    pub async fn release(mut self) -> Result<()> {
        // A session that ends lets go only once its backend has noticed.
        let unlocked = query!("select pg_advisory_unlock_all()").execute(&mut self.session).await;
        match unlocked.map_err(StoreError::from) {
            Err(StoreError::Away(_)) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Ok(self.session.close().await?),
        }
    }

    /// First statement of every writing transaction: refuses who lost the lease, and keeps it from
    /// being lost until the transaction ends.
    pub(crate) async fn fence(&self, db: &mut PgConnection) -> Result<()> {
        let ours = query!(
            "select token from lease where sourceur = $1 and token = $2 for share",
            self.sourceur.as_str(),
            self.token
        )
        .fetch_optional(db)
        .await?;
        ours.map(|_| ()).ok_or_else(|| StoreError::Fenced { sourceur: self.sourceur.clone() })
    }
}

/// Lifts the limits on statements and locks for one transaction that is long by nature.
pub(crate) async fn unbounded(db: &mut PgConnection) -> Result<()> {
    db.execute("set local statement_timeout = 0; set local lock_timeout = 0").await?;
    Ok(())
}

/// For statements that hold a whole list against all records of a sourceur. The planner takes
/// either for short while a base is young, and would walk one for each row of the other.
pub(crate) async fn against_whole_lists(db: &mut PgConnection) -> Result<()> {
    db.execute("set local enable_nestloop = off").await?;
    Ok(())
}
