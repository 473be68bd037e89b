//! `runs`: what came in, what was refused and why; a held run released.

use model::{RunEvent, RunId, SourceurId};
use serde_json::json;
use store::{IssueCount, Released, RunDetail, RunRow, Sample};

use crate::arguments::{Global, RunsCommand};
use crate::exit::{Exit, Misuse};
use crate::output;
use crate::report;

/// Runs listed at once.
const LISTED: u32 = 50;

pub(crate) async fn run(
    global: &Global,
    sourceur: Option<&SourceurId>,
    what: Option<&RunsCommand>,
) -> anyhow::Result<Exit> {
    let base = global.base().await?;
    match what {
        None => {
            let runs = base.store.runs(sourceur, LISTED).await?;
            if global.json {
                for run in &runs {
                    output::line(serde_json::to_string(&event(run))?);
                }
            } else {
                output::text(report::runs(&runs));
            }
        }
        Some(RunsCommand::Show { run }) => {
            let detail = base.store.run(*run).await?.ok_or_else(|| unknown(*run))?;
            show(global, &detail);
        }
        Some(RunsCommand::Release { run }) => {
            match base.store.release_run(*run, global.clock().now()).await? {
                Released::Done => {}
                Released::Unknown => return Err(unknown(*run).into()),
                Released::NotHeld(state) => {
                    let message = format!("the run `{run}` is not held, it is {}", state.as_str());
                    return Err(Misuse::new(message, "`carrefour runs` tells the state of each run").into());
                }
                Released::Busy(sourceur) => {
                    eprintln!("`{sourceur}` is being harvested; release its run when that is over");
                    return Ok(Exit::Busy);
                }
            }
            let detail = base.store.run(*run).await?.ok_or_else(|| unknown(*run))?;
            show(global, &detail);
        }
    }
    Ok(Exit::Well)
}

fn show(global: &Global, detail: &RunDetail) {
    if global.json {
        let RunDetail { run, new, changed, withdrawn, absent, issues } = detail;
        let samples = |samples: &[Sample]| -> Vec<_> {
            samples.iter().map(|sample| json!({ "source_id": sample.key, "title": sample.title })).collect()
        };
        let issue = |issue: &IssueCount| {
            json!({
                "severity": issue.severity, "code": issue.code, "count": issue.count,
                "example": issue.example, "message": issue.message,
            })
        };
        let told = json!({
            "run": event(run), "new": samples(new), "changed": samples(changed), "withdrawn": samples(withdrawn),
            "absent": samples(absent), "issues": issues.iter().map(issue).collect::<Vec<_>>(),
        });
        output::line(told);
    } else {
        output::text(report::run(detail));
    }
}

fn unknown(run: RunId) -> Misuse {
    Misuse::new(format!("there is no run `{run}`"), "`carrefour runs` lists them")
}

/// A run of the past as one line, in the words of `harvest`.
fn event(run: &RunRow) -> RunEvent {
    RunEvent {
        complete: run.complete,
        requests: run.requests,
        bytes: run.bytes,
        duration_ms: run.duration_ms,
        reason: run.reason.clone(),
        ..RunEvent::new(Some(run.id), run.sourceur.clone(), run.state, run.account)
    }
}
