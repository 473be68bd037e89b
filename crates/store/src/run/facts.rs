//! What a landed run would do, in numbers, before anything of it is served.

use std::collections::BTreeMap;

use model::RunId;
use sqlx::query;

use crate::lease::{against_whole_lists, unbounded};
use crate::{Result, Store, fields, row};

/// A landed run against the records that are present now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Present records of the sourceur before the run.
    pub present: u64,
    /// Of these, those that the run did not name.
    pub absent: u64,
    /// Of these, those that the run named and that may not be published as they are now.
    pub spoilt: u64,
    /// Of these, those that the source itself says are deleted.
    pub deleted: u64,
    /// Records the sourceur would have after publishing, absent ones included.
    pub after: u64,
    /// Field → how many of those would fill it.
    pub filled: BTreeMap<String, u64>,
}

impl Store {
    /// Weighs a landed run; changes nothing.
    pub async fn judge_facts(&self, run: RunId) -> Result<Facts> {
        let mut tx = self.db.begin().await?;
        unbounded(&mut tx).await?;
        against_whole_lists(&mut tx).await?;
        // One pass over the present records and the run's versions, side by side.
        let rows = query!(
            r#"with this as (
                select sourceur from run where id = $1
            ), named as (
                select distinct unnest(keys) collate "C" as source_id from page where run = $1
            ), present as (
                select source_id, rejected_run, filled from record, this
                where record.sourceur = this.sourceur and current_run is not null and withdrawn_at is null
            ), version as (
                select source_id, outcome, v.filled from record_version v, this
                where v.sourceur = this.sourceur and v.run = $1
            )
            select p.source_id is not null as "present!",
                n.source_id is not null or v.source_id is not null as "named!",
                v.outcome as "outcome?",
                p.rejected_run is not null as "rejected!",
                case when v.outcome = 'good' then v.filled else coalesce(p.filled, 0) end as "filled!",
                count(*) as "records!"
            from present p
            full join version v on v.source_id = p.source_id
            left join named n on n.source_id = p.source_id
            group by 1, 2, 3, 4, 5"#,
            run.0
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let mut facts = Facts::default();
        for each in rows {
            let records = row::count(each.records);
            let outcome = each.outcome.as_deref();
            if each.present {
                facts.present += records;
                // A version that was rejected before and did not change since does not land again.
                let spoilt = outcome == Some("rejected") || outcome.is_none() && each.named && each.rejected;
                facts.absent += if each.named { 0 } else { records };
                facts.spoilt += if spoilt { records } else { 0 };
                facts.deleted += if outcome == Some("deleted") { records } else { 0 };
            }
            let stays = match outcome {
                Some("good") => true,
                Some("deleted") => false,
                _ => each.present,
            };
            if stays {
                facts.after += records;
                fields::add(&mut facts.filled, each.filled, records);
            }
        }
        Ok(facts)
    }
}
