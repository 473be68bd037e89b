//! `harvest`: sourceurs into the base; one line a run, one exit code.

use std::io::IsTerminal;

use model::RunEvent;
use pipeline::{Choice, Chosen, Harvest, House, choose};

use crate::arguments::{Global, HarvestArguments};
use crate::base::{self, Base, unknown_sourceur};
use crate::exit::{self, Exit};
use crate::output;
use crate::{progress, report};

pub(crate) async fn run(global: &Global, asked: &HarvestArguments) -> anyhow::Result<Exit> {
    let house = global.house()?;
    let choice = match asked {
        HarvestArguments { due: true, .. } => Choice::Due,
        HarvestArguments { all: true, .. } => Choice::All,
        HarvestArguments { sourceurs, .. } => Choice::Named(sourceurs.clone()),
    };
    let halt = base::halt_on_signals()?;
    let base = global.base().await?;
    let client = global.client(&house.client)?;
    let harvest = Harvest {
        full: asked.full,
        dry_run: asked.dry_run,
        no_wait: asked.no_wait,
        ..base::harvest(&base, client, global.clock(), halt, progress::bars(global))
    };
    let as_lines = global.json || !std::io::stdout().is_terminal();
    let (events, exit) = all(global, &base, &harvest, &house, &choice, |event| {
        if as_lines {
            output::line(serde_json::to_string(event).expect("a run's line is always writable"));
        }
    })
    .await?;
    if !as_lines {
        output::text(report::runs_of(&events));
    }
    Ok(exit)
}

/// Registers the sourceurs, takes up what an earlier command left unresolved, harvests what is chosen.
pub(crate) async fn all(
    global: &Global,
    base: &Base,
    harvest: &Harvest,
    house: &House,
    choice: &Choice,
    told: impl FnMut(&RunEvent),
) -> anyhow::Result<(Vec<RunEvent>, Exit)> {
    let now = harvest.clock.now();
    let sourceurs: Vec<_> = house.partners.iter().map(|partner| partner.sourceur.clone()).collect();
    base.store.register(&sourceurs, now).await?;
    if base.store.dirty().await? > 0 {
        base.store.resolve(now).await?;
    }
    let chosen = choose(harvest, house, choice).await?;
    let mut ends = vec![tell_left_out(&chosen)];
    if let Some(id) = chosen.unknown.first() {
        return Err(unknown_sourceur(house, id.as_str(), &global.config_dir()).into());
    }
    let events = match pipeline::harvest(harvest, chosen.partners, told).await {
        Ok(events) => events,
        // A config that cannot be used comes first, also where our own base fails after it.
        Err(error) if ends.contains(&Exit::Usage) => {
            exit::failed(&error.into());
            return Ok((Vec::new(), Exit::Usage));
        }
        Err(error) => return Err(error.into()),
    };
    ends.extend(events.iter().map(Exit::of));
    // "Busy" is only the answer where nothing else ran.
    let some_ran = events.iter().any(|event| Exit::of(event) != Exit::Busy);
    if some_ran {
        ends.retain(|exit| *exit != Exit::Busy);
    }
    Ok((events, Exit::worst(ends)))
}

fn tell_left_out(chosen: &Chosen<'_>) -> Exit {
    for (id, reason) in &chosen.paused {
        let why = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        eprintln!("`{id}` is paused{why}; `carrefour sourceur resume {id}` lets it run");
    }
    for id in &chosen.broken {
        eprintln!("`{id}` is left out: its file has mistakes; `carrefour check` tells them");
    }
    for id in &chosen.disabled {
        eprintln!(
            "`{id}` is not enabled; look at it with `carrefour preview {id}`, then set `enabled = true` in its file"
        );
    }
    if chosen.broken.is_empty() && chosen.disabled.is_empty() { Exit::Well } else { Exit::Usage }
}
