//! A sourceur's last runs, in words and numbers.

use model::RunState;
use store::RunRow;

use crate::lang::{Lang, choose};
use crate::typo;
use crate::words::sourceurs::{reason, run_state};

/// A run as it is shown.
pub(crate) struct RunView {
    /// For machines, then for people.
    pub(crate) when: (String, String),
    pub(crate) state: &'static str,
    /// Whether it brought what it should.
    pub(crate) went_well: bool,
    pub(crate) reason: Option<&'static str>,
    pub(crate) read: String,
    pub(crate) new: String,
    pub(crate) changed: String,
    pub(crate) rejected: String,
    pub(crate) gone: String,
    pub(crate) took: String,
}

impl RunView {
    pub(crate) fn of(run: &RunRow, lang: Lang) -> Self {
        let number = |count| typo::number(count, lang);
        Self {
            when: (typo::machine_date(run.started_at), typo::day_and_hour(run.started_at, lang)),
            state: run_state(run.state, lang),
            went_well: matches!(run.state, RunState::Published | RunState::Unchanged | RunState::Landing),
            // Of a held run the state says it already; the message may name what is not for everybody.
            reason: run.reason.as_ref().map(|told| reason(told.code, lang)),
            read: number(run.account.read),
            new: number(run.account.new),
            changed: number(run.account.changed),
            rejected: number(run.account.rejected),
            gone: number(run.account.withdrawn),
            took: if run.state == RunState::Landing { String::new() } else { took(run.duration_ms, lang) },
        }
    }
}

/// How long it took: `0,4 s`, `12 s`, `3 min`.
fn took(milliseconds: u64, lang: Lang) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        0..=9 => {
            let tenths = milliseconds.div_ceil(100);
            let mark = choose(lang, ',', '.');
            format!("{}{mark}{}\u{a0}s", tenths / 10, tenths % 10)
        }
        10..=599 => format!("{seconds}\u{a0}s"),
        _ => format!("{}\u{a0}min", seconds / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_as_fine_as_it_matters() {
        assert_eq!(took(412, Lang::Fr), "0,5\u{a0}s");
        assert_eq!(took(9_900, Lang::En), "9.9\u{a0}s");
        assert_eq!(took(75_000, Lang::Fr), "75\u{a0}s");
        assert_eq!(took(3_600_000, Lang::Fr), "60\u{a0}min");
    }
}
