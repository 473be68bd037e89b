//! Which sourceurs are harvested now, and many of them side by side.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::stream::{FuturesUnordered, StreamExt};
use model::{ReasonCode, RunEvent, RunState, SourceurId};
use store::{SourceurState, StoreError};

use crate::run::{Ended, run};
use crate::terms::{Harvest, RunError};
use crate::{House, Partner};

/// Which sourceurs a command asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Those named, as far as they are enabled.
    Named(Vec<SourceurId>),
    /// Every enabled one.
    All,
    /// Every enabled one whose time has come.
    Due,
}

/// What a choice comes to.
#[derive(Default)]
pub struct Chosen<'h> {
    /// To harvest now.
    pub partners: Vec<&'h Partner>,
    /// Left out because a person paused them, with the reason.
    pub paused: Vec<(SourceurId, Option<String>)>,
    /// Named, but their files say `enabled = false`.
    pub disabled: Vec<SourceurId>,
    /// Named, but no file says how to harvest them.
    pub unknown: Vec<SourceurId>,
    /// Asked for, but their files have mistakes.
    pub broken: Vec<SourceurId>,
}

/// Runs at once: enough that a partner that hangs holds up nobody, few enough to be kind to our base.
const SIDE_BY_SIDE: usize = 24;

/// Which partners a choice means, and which it leaves out and why.
pub async fn choose<'h>(harvest: &Harvest, house: &'h House, choice: &Choice) -> Result<Chosen<'h>, StoreError> {
    let rows = harvest.store.sourceurs().await?;
    let row_of = |id: &SourceurId| rows.iter().find(|row| row.id == *id);
    let now = harvest.clock.now();
    let mut chosen = Chosen::default();
    if let Choice::Named(ids) = choice {
        for id in ids {
            if house.broken.contains(id) {
                chosen.broken.push(id.clone());
                continue;
            }
            match house.partner(id) {
                None => chosen.unknown.push(id.clone()),
                Some(partner) if !partner.sourceur.enabled => chosen.disabled.push(id.clone()),
                Some(_) => {}
            }
        }
    } else {
        chosen.broken.clone_from(&house.broken);
    }
    for partner in &house.partners {
        let id = &partner.sourceur.id;
        let row = row_of(id);
        let asked_for = match choice {
            Choice::Named(ids) => ids.contains(id),
            Choice::All => true,
            Choice::Due => row.is_none_or(|row| is_due(row.next_due_at, now)),
        };
        let wanted = asked_for && partner.sourceur.enabled;
        match row.map(|row| row.state) {
            _ if !wanted => {}
            Some(SourceurState::Paused | SourceurState::Retired) => {
                let reason = row.and_then(|row| row.state_reason.clone());
                chosen.paused.push((id.clone(), reason));
            }
            Some(SourceurState::Suspended) if *choice == Choice::Due => {}
            _ => chosen.partners.push(partner),
        }
    }
    Ok(chosen)
}

fn is_due(next: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    next.is_none_or(|next| next <= now)
}

/// Harvests several sourceurs side by side; each event is told as soon as its run is over.
///
/// What fails on our side stops nobody else; it is told after the others are done.
pub async fn harvest(
    harvest: &Harvest,
    partners: Vec<&Partner>,
    mut told: impl FnMut(&RunEvent),
) -> Result<Vec<RunEvent>, RunError> {
    let mut waiting = partners.into_iter();
    let mut running = FuturesUnordered::new();
    let mut events = Vec::new();
    let mut failure = None;
    loop {
        while running.len() < SIDE_BY_SIDE && failure.is_none() && !harvest.halt.wished() {
            let Some(partner) = waiting.next() else { break };
            running.push(one(harvest, partner));
        }
        match running.next().await {
            Some(Ok(event)) => {
                told(&event);
                events.push(event);
            }
            Some(Err(error)) => failure = failure.or(Some(error)),
            None => break,
        }
    }
    failure.map_or(Ok(events), Err)
}

/// Longest that a partner's Retry-After puts off the next run.
const LONGEST_RETRY_AFTER: TimeDelta = TimeDelta::hours(24);

/// One run, and when the sourceur is due next: `every` after the run began, however it ended; later
/// where the partner asks for it.
async fn one(harvest: &Harvest, partner: &Partner) -> Result<RunEvent, RunError> {
    let began = harvest.clock.now();
    let Ended { event, retry_after } = run(harvest, partner).await?;
    if !matches!(event.state, RunState::Busy | RunState::Interrupted) && !harvest.dry_run {
        let every = TimeDelta::from_std(partner.sourceur.every).unwrap_or(TimeDelta::MAX);
        let mut next = began.checked_add_signed(every).unwrap_or(DateTime::<Utc>::MAX_UTC);
        if let Some(wait) = retry_after {
            let wait = TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX).min(LONGEST_RETRY_AFTER);
            next = next.max(harvest.clock.now() + wait);
        }
        let id = &partner.sourceur.id;
        let in_store = |source| RunError::Store { sourceur: id.clone(), source };
        harvest.store.set_due(id, next).await.map_err(in_store)?;
        let now = harvest.clock.now();
        match &event.reason {
            // Whoever says that a list is gone for good is not asked again each day.
            Some(reason) if reason.code == ReasonCode::Gone && event.state == RunState::Failed => {
                harvest.store.suspend(id, &reason.message, now).await.map_err(in_store)?;
            }
            _ if matches!(event.state, RunState::Published | RunState::Unchanged) => {
                harvest.store.end_suspension(id, now).await.map_err(in_store)?;
            }
            _ => {}
        }
    }
    Ok(event)
}
