//! Exit codes, and how an error is told.

use std::process::ExitCode;

use model::{RunEvent, RunState};
use pipeline::RunError;
use store::StoreError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Well = 0,
    /// Something to look at was named.
    Look = 1,
    /// The command was used wrongly.
    Usage = 2,
    /// A run was held.
    Held = 3,
    /// Busy elsewhere; nothing else ran.
    Busy = 4,
    /// Our own base or disk is away.
    Away = 5,
}

impl Exit {
    /// Of several ends, the one that a script must hear of first.
    pub(crate) fn worst(ends: impl IntoIterator<Item = Exit>) -> Exit {
        const FIRST: [Exit; 6] = [Exit::Usage, Exit::Away, Exit::Held, Exit::Look, Exit::Busy, Exit::Well];
        let rank = |exit: &Exit| FIRST.iter().position(|each| each == exit).unwrap_or(FIRST.len());
        ends.into_iter().min_by_key(rank).unwrap_or(Exit::Well)
    }

    /// What a run comes to. One that was published and yet has a reason missed something.
    pub(crate) fn of(run: &RunEvent) -> Exit {
        match run.state {
            RunState::Held => Exit::Held,
            RunState::Failed => Exit::Look,
            RunState::Busy => Exit::Busy,
            RunState::Published if run.reason.is_some() => Exit::Look,
            RunState::Landing
            | RunState::Published
            | RunState::Unchanged
            | RunState::Undone
            | RunState::Interrupted => Exit::Well,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// The command was used in a way that cannot work, with a way out.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Misuse {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Misuse {
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()) }
    }
}

/// Tells an error with its causes and, where one is known, the way out; gives its exit code.
pub(crate) fn failed(error: &anyhow::Error) -> ExitCode {
    // A reader of ours that left (`carrefour export | head`) is no fault.
    let broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(broken_pipe) {
        return Exit::Well.into();
    }
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  caused by: {cause}");
    }
    for hint in error.chain().filter_map(hint) {
        eprintln!("hint: {hint}");
    }
    error.chain().map(code).find(|exit| *exit != Exit::Look).unwrap_or(Exit::Look).into()
}

fn code(cause: &(dyn std::error::Error + 'static)) -> Exit {
    if cause.is::<Misuse>() || cause.is::<pipeline::HouseError>() || cause.is::<harvester::ClientError>() {
        Exit::Usage
    } else if cause.is::<StoreError>() || cause.is::<RunError>() || cause.is::<embedded::EmbeddedError>() {
        Exit::Away
    } else {
        Exit::Look
    }
}

fn hint(cause: &(dyn std::error::Error + 'static)) -> Option<String> {
    if let Some(misuse) = cause.downcast_ref::<Misuse>() {
        return misuse.hint.clone();
    }
    if let Some(error) = cause.downcast_ref::<embedded::EmbeddedError>() {
        return error.hint().map(std::borrow::Cow::into_owned);
    }
    let way_out = match cause.downcast_ref::<StoreError>()? {
        StoreError::NotMigrated { found, wanted } if found.is_some_and(|found| found > *wanted) => {
            "this program is older than the tables: take the newer one"
        }
        StoreError::NotMigrated { .. } => "bring the tables up to date with `carrefour migrate`",
        StoreError::Away(_) => "see that PostgreSQL runs and lets us in; `--database-url` or `DATABASE_URL` names it",
        StoreError::BadUrl(_) => "write it as `postgres://user:password@host:5432/database`",
        _ => return None,
    };
    Some(way_out.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Exit::{self, Away, Busy, Held, Look, Usage, Well};

    #[test]
    fn over_many_sourceurs_the_first_that_applies_is_told() {
        #[track_caller]
        fn check(ends: &[Exit], expected: Exit) {
            assert_eq!(Exit::worst(ends.iter().copied()), expected);
        }
        check(&[], Well);
        check(&[Well, Busy], Busy);
        check(&[Busy, Look, Well], Look);
        check(&[Look, Held], Held);
        check(&[Held, Away], Away);
        check(&[Away, Usage], Usage);
    }
}
