//! Progress bars on a terminal; nothing elsewhere.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use model::SourceurId;
use pipeline::{Progress, Watch};

use crate::arguments::Global;
use crate::base::unwatched;

/// One bar a sourceur while it is harvested, if stderr is a terminal and no line comes between the bars.
pub(crate) fn bars(global: &Global) -> Watch {
    if !std::io::stderr().is_terminal() || global.json {
        return unwatched();
    }
    let all = MultiProgress::new();
    let running: Mutex<HashMap<SourceurId, ProgressBar>> = Mutex::default();
    Arc::new(move |id, progress| {
        let mut running = running.lock().expect("nothing panics while it is held");
        match progress {
            Progress::Began(known) => {
                let bar = match known.filter(|known| *known > 0) {
                    Some(known) => {
                        ProgressBar::new(known).with_style(style("{prefix:24!} {bar:30} {pos:>7}/{len} {msg}"))
                    }
                    None => {
                        ProgressBar::new_spinner().with_style(style("{prefix:24!} {spinner} {pos:>7} records {msg}"))
                    }
                };
                let bar = all.add(bar.with_prefix(id.to_string()));
                bar.enable_steady_tick(std::time::Duration::from_millis(120));
                running.insert(id.clone(), bar);
            }
            Progress::Read(account) => {
                if let Some(bar) = running.get(id) {
                    bar.set_position(account.read);
                    bar.set_message(format!("{} new, {} changed", account.new, account.changed));
                }
            }
            Progress::Ended(_) => {
                if let Some(bar) = running.remove(id) {
                    bar.finish_and_clear();
                }
            }
        }
    })
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates above are well made")
}
