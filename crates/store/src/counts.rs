//! How much each sourceur tells, counted again only when the log has moved.
//!
//! Counting reads every record and every membership; whoever lists sourceurs (each page that names
//! them, the scheduler every few seconds) must not pay for that while nothing has changed.

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::query;
use tokio::sync::Mutex;

use crate::{Result, Store, row};

/// What a sourceur tells now.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    pub(crate) records: u64,
    pub(crate) actions: u64,
}

/// Counts by sourceur, and the place in the log at which they were made.
type Held = Option<(i64, Arc<HashMap<String, Told>>)>;

/// The counts that a process holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts(Arc<Mutex<Held>>);

impl Store {
    /// Counts of every sourceur that tells something. No record comes or goes without an entry in the log.
    pub(crate) async fn told(&self) -> Result<Arc<HashMap<String, Told>>> {
        // Those who ask at once wait for one count instead of counting each.
        let mut held = self.counts.0.lock().await;
        let head = self.log_head().await?;
        if let Some((_, told)) = held.as_ref().filter(|(at, _)| *at == head) {
            return Ok(Arc::clone(told));
        }
        let told = Arc::new(self.count_told().await?);
        *held = Some((head, Arc::clone(&told)));
        Ok(told)
    }

    async fn count_told(&self) -> Result<HashMap<String, Told>> {
        let mut told: HashMap<String, Told> = HashMap::new();
        let records = query!(
            r#"select sourceur, count(*) as "records!" from record
            where current_run is not null and withdrawn_at is null group by sourceur"#
        );
        for each in records.fetch_all(&self.db).await? {
            told.entry(each.sourceur).or_default().records = row::count(each.records);
        }
        let actions = query!(
            r#"select sourceur as "sourceur!", count(*) as "actions!"
            from (select distinct sourceur, action from membership where present) told group by sourceur"#
        );
        for each in actions.fetch_all(&self.db).await? {
            told.entry(each.sourceur).or_default().actions = row::count(each.actions);
        }
        Ok(told)
    }
}
