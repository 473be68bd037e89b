//! One run in detail: what it would change, and what was wrong in what it read.

use model::{Action, RecordKey, RunId, RunState, Severity};
use sqlx::{query, query_as};

use crate::run::RunRow;
use crate::sourceur::from_word;
use crate::{Result, Store, StoreError, row};

/// A run and what it brought.
#[derive(Clone, Debug)]
pub struct RunDetail {
    /// The run.
    pub run: RunRow,
    /// Records that it added, or would add if it is held; of each kind, 20 at most.
    pub new: Vec<Sample>,
    /// Records that it changed, or would change.
    pub changed: Vec<Sample>,
    /// Present records that the source says are deleted, and, of a held run, those that it does not
    /// name: what it withdrew, or would if it were released.
    pub withdrawn: Vec<Sample>,
    /// Present records that its list does not name; of a published run, those that are still absent.
    pub absent: Vec<Sample>,
    /// What was wrong, doubtful or repaired, most frequent first.
    pub issues: Vec<IssueCount>,
}

/// A record by key and title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its key at the sourceur.
    pub key: RecordKey,
    /// Its title.
    pub title: String,
}

/// How often one issue was found in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueCount {
    /// How much it matters.
    pub severity: Severity,
    /// What it is.
    pub code: String,
    /// How many times.
    pub count: u64,
    /// A record that has it.
    pub example: RecordKey,
    /// What it says there.
    pub message: String,
}

/// Samples of each kind, at most; the queries say the same number.
const SAMPLES: usize = 20;

/// A sample, before its words are read.
struct Told {
    kind: String,
    source_id: String,
    action: String,
}

impl RunDetail {
    fn tell(&mut self, rows: Vec<Told>) -> Result<()> {
        for each in rows {
            let action: Action = row::json("record_version", "action", &each.source_id, &each.action)?;
            let sample = Sample { key: row::key("record_version", &each.source_id)?, title: action.title };
            match each.kind.as_str() {
                "new" => self.new.push(sample),
                "changed" => self.changed.push(sample),
                "absent" => self.absent.push(sample),
                _ => self.withdrawn.push(sample),
            }
        }
        Ok(())
    }
}

impl Store {
    /// One run in detail: what it brought, or would change while it is held.
    pub async fn run(&self, id: RunId) -> Result<Option<RunDetail>> {
        let Some(run) = self.runs_by_id(&[id.0]).await?.remove(&id.0) else { return Ok(None) };
        let issues = self.issues_of(&run).await?;
        let mut detail =
            RunDetail { run, new: Vec::new(), changed: Vec::new(), withdrawn: Vec::new(), absent: Vec::new(), issues };
        match detail.run.state {
            RunState::Held => self.tell_intent(&mut detail).await?,
            RunState::Published => self.tell_effects(&mut detail).await?,
            _ => {}
        }
        Ok(Some(detail))
    }

    /// What releasing a held run would do.
    async fn tell_intent(&self, detail: &mut RunDetail) -> Result<()> {
        let rows = query_as!(
            Told,
            r#"with effect as (
                select v.source_id, v.run, case
                    when v.outcome = 'deleted' then 'withdrawn'
                    when r.current_run is null or r.withdrawn_at is not null then 'new'
                    else 'changed' end as kind
                from record_version v
                left join record r on r.sourceur = v.sourceur and r.source_id = v.source_id
                where v.sourceur = $1 and v.run = $2 and (
                    v.outcome = 'good' and (r.content is distinct from v.content or r.withdrawn_at is not null)
                    or v.outcome = 'deleted' and r.current_run is not null and r.withdrawn_at is null)
                union all
                select source_id, current_run, 'absent' from record
                where sourceur = $1 and current_run is not null and withdrawn_at is null
                    and exists (select from run where id = $2 and absent > 0)
                    and source_id not in (select unnest(keys) collate "C" from page where run = $2)
            ), numbered as (
                select *, row_number() over (partition by kind order by source_id) as at from effect
            )
            select n.kind as "kind!", v.source_id, v.action::text as "action!"
            from numbered n join record_version v on v.sourceur = $1 and v.run = n.run and v.source_id = n.source_id
            where n.at <= 20 order by n.kind, n.at"#,
            detail.run.sourceur.as_str(),
            detail.run.id.0
        )
        .fetch_all(&self.db)
        .await?;
        detail.tell(rows)?;
        // Whoever releases the run says that they are gone.
        detail.withdrawn.extend(detail.absent.iter().take(SAMPLES - detail.withdrawn.len()).cloned());
        Ok(())
    }

    /// What a published run did. A record is new to it if no run before it published the record.
    async fn tell_effects(&self, detail: &mut RunDetail) -> Result<()> {
        let rows = query_as!(
            Told,
            r#"with told as (
                select source_id, run, outcome from record_version
                where sourceur = $1 and run = $2 and outcome in ('good', 'deleted')
            ), known as (
                select distinct v.source_id from record_version v join run before on before.id = v.run
                where v.sourceur = $1 and v.outcome = 'good'
                    and before.published_at < (select published_at from run where id = $2)
            ), effect as (
                select told.source_id, told.run, case
                    when outcome = 'deleted' then 'withdrawn'
                    when known.source_id is null then 'new'
                    else 'changed' end as kind
                from told left join known on known.source_id = told.source_id
                union all
                select source_id, current_run, 'absent' from record
                where sourceur = $1 and withdrawn_at is null
                    and absent_since <= (select published_at from run where id = $2 and absent > 0)
            ), numbered as (
                select *, row_number() over (partition by kind order by source_id) as at from effect
            )
            select n.kind as "kind!", v.source_id, v.action::text as "action!"
            from numbered n join record_version v on v.sourceur = $1 and v.run = n.run and v.source_id = n.source_id
            where n.at <= 20 order by n.kind, n.at"#,
            detail.run.sourceur.as_str(),
            detail.run.id.0
        )
        .fetch_all(&self.db)
        .await?;
        detail.tell(rows)
    }

    async fn issues_of(&self, run: &RunRow) -> Result<Vec<IssueCount>> {
        let rows = query!(
            r#"select issue ->> 'severity' as "severity!", issue ->> 'code' as "code!", count(*) as "count!",
                min(source_id) as "example!", (array_agg(issue ->> 'message' order by source_id))[1] as "message!"
            from record_version v, jsonb_array_elements(v.issues) as issue
            where v.sourceur = $1 and v.run = $2
            group by 1, 2 order by 3 desc, 2, 1"#,
            run.sourceur.as_str(),
            run.id.0
        )
        .fetch_all(&self.db)
        .await?;
        let read = |each: &str| {
            let rule = format!("`{each}` is no severity");
            from_word(each).ok_or_else(|| StoreError::inconsistent("record_version", "issues", &run.id, &rule))
        };
        rows.into_iter()
            .map(|each| {
                Ok(IssueCount {
                    severity: read(&each.severity)?,
                    code: each.code,
                    count: row::count(each.count),
                    example: row::key("record_version", &each.example)?,
                    message: each.message,
                })
            })
            .collect()
    }
}
