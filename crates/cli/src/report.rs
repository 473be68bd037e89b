//! Results for people: the report of a harvest, runs, and the card of a record.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use futures_util::{StreamExt, pin_mut};
use model::{Account, Action, RunEvent, RunState, Severity, SourceurId, TerritoryId, TextReach};
use pipeline::Shown;
use store::{Filter, RunDetail, RunRow, SourceurRow, Store, StoreError};

/// Longest text of a cell or of a card's line, in characters.
const CELL: usize = 100;

/// Widest bar, in characters.
const BAR: u64 = 30;

/// The report of the demo: runs, sourceurs, the base, and whether the account adds up.
pub(crate) fn demo(events: &[RunEvent], sourceurs: &[SourceurRow], overview: &Overview) -> String {
    let mut told = format!("\nWhat came in\n\n{}\nWho tells what\n\n", runs_of(events));
    let mut table = Table::new(&["sourceur", "records", "actions", "shared", "licence", "text"]);
    for row in sourceurs {
        table.row(vec![
            row.name.clone(),
            row.records.to_string(),
            row.actions.to_string(),
            overview.shared.get(&row.id).copied().unwrap_or_default().to_string(),
            row.rights.licence.clone(),
            match row.rights.text {
                TextReach::Full => "full",
                TextReach::Excerpt => "excerpt",
                TextReach::Link => "link",
            }
            .to_owned(),
        ]);
    }
    told.push_str(&table.rendered());
    let Overview { actions, by_tellers, located, changes, .. } = overview;
    let records: u64 = sourceurs.iter().map(|row| row.records).sum();
    let joined = records.saturating_sub(*actions);
    let _ = writeln!(
        told,
        "\nWhat stands in the base\n\n{records} records tell {actions} actions: {joined} records joined another's action."
    );
    for (tellers, count) in by_tellers {
        let bar = "█".repeat(usize::try_from((count * BAR).div_ceil((*actions).max(1))).unwrap_or_default());
        let who = if *tellers == 1 { "1 sourceur " } else { &format!("{tellers} sourceurs") };
        let _ = writeln!(told, "  told by {who} {count:>7}  {bar}");
    }
    let _ = writeln!(told, "{located} of {actions} stand on the map; the changes feed is at {changes}.");
    told
}

/// What the base holds, counted over what is served.
#[derive(Default)]
pub(crate) struct Overview {
    actions: u64,
    /// How many actions so many sourceurs tell.
    by_tellers: BTreeMap<usize, u64>,
    /// How many actions of a sourceur others tell too.
    shared: BTreeMap<SourceurId, u64>,
    located: u64,
    /// How many actions a département has.
    departements: BTreeMap<TerritoryId, u64>,
    changes: i64,
}

impl Overview {
    pub(crate) async fn of(store: &Store) -> Result<Self, StoreError> {
        let mut overview = Self { changes: store.log_head().await?, ..Self::default() };
        let rows = store.stream_actions(&Filter::default());
        pin_mut!(rows);
        while let Some(row) = rows.next().await {
            overview.count(&row?.action()?);
        }
        Ok(overview)
    }

    /// The département with most actions: a good question to begin with.
    pub(crate) fn busiest(&self) -> Option<&TerritoryId> {
        self.departements.iter().max_by_key(|(_, actions)| **actions).map(|(id, _)| id)
    }

    fn count(&mut self, action: &Action) {
        self.actions += 1;
        for departement in action.places.iter().filter_map(|place| place.departement.clone()) {
            *self.departements.entry(departement).or_default() += 1;
        }
        self.located += u64::from(action.places.iter().any(|place| place.lat.is_some()));
        let tellers: BTreeSet<&SourceurId> = action.origins.iter().map(|origin| &origin.sourceur).collect();
        *self.by_tellers.entry(tellers.len()).or_default() += 1;
        if tellers.len() > 1 {
            for sourceur in tellers {
                *self.shared.entry(sourceur.clone()).or_default() += 1;
            }
        }
    }
}

/// One line a run, and the total.
pub(crate) fn runs_of(events: &[RunEvent]) -> String {
    let mut table = Table::new(&[
        "sourceur",
        "state",
        "read",
        "new",
        "changed",
        "unchanged",
        "rejected",
        "withdrawn",
        "repeated",
        "absent",
        "ms",
    ]);
    let mut total = Account::default();
    for event in events {
        let account = account_of(event);
        total += account;
        let mut cells = vec![event.sourceur.to_string(), event.state.as_str().to_owned()];
        cells.extend(counts(&account));
        cells.push(event.duration_ms.to_string());
        table.row(cells);
    }
    if events.len() > 1 {
        let mut cells = vec!["total".to_owned(), String::new()];
        cells.extend(counts(&total));
        table.row(cells);
    }
    let mut told = table.without_zeros().rendered();
    if events.len() > 1 {
        let _ = writeln!(told, "{}", adds_up(&total));
    }
    for event in events {
        if let Some(reason) = &event.reason {
            let _ = writeln!(told, "`{}` is {}: {}", event.sourceur, event.state.as_str(), reason.message);
        }
        if let (Some(run), RunState::Held) = (event.run, event.state) {
            let _ = writeln!(told, "  look at it with `carrefour runs show {run}`");
        }
    }
    told
}

fn account_of(event: &RunEvent) -> Account {
    Account {
        read: event.read,
        new: event.new,
        changed: event.changed,
        unchanged: event.unchanged,
        rejected: event.rejected,
        withdrawn: event.withdrawn,
        repeated: event.repeated,
        absent: event.absent,
    }
}

fn counts(account: &Account) -> [String; 8] {
    let Account { read, new, changed, unchanged, rejected, withdrawn, repeated, absent } = account;
    [read, new, changed, unchanged, rejected, withdrawn, repeated, absent].map(ToString::to_string)
}

/// The account as a sum; parts that are zero go without saying.
fn adds_up(account: &Account) -> String {
    let names = ["new", "changed", "unchanged", "rejected", "withdrawn", "repeated"];
    let [read, parts @ .., absent] = counts(account);
    let parts = parts.iter().zip(names).filter(|(count, _)| *count != "0");
    let parts: Vec<String> = parts.map(|(count, name)| format!("{count} {name}")).collect();
    let sum = if parts.is_empty() { "nothing".to_owned() } else { parts.join(" + ") };
    format!("{read} read = {sum}; {} absent", if absent == "0" { "none" } else { &absent })
}

/// The list of runs, newest first.
pub(crate) fn runs(runs: &[RunRow]) -> String {
    if runs.is_empty() {
        return "no run yet\n".to_owned();
    }
    let mut table =
        Table::new(&["run", "sourceur", "began", "state", "read", "new", "changed", "rejected", "absent", "reason"]);
    for run in runs {
        table.row(vec![
            run.id.to_string(),
            run.sourceur.to_string(),
            run.started_at.format("%Y-%m-%d %H:%M").to_string(),
            run.state.as_str().to_owned(),
            run.account.read.to_string(),
            run.account.new.to_string(),
            run.account.changed.to_string(),
            run.account.rejected.to_string(),
            run.account.absent.to_string(),
            run.reason.as_ref().map(|reason| shortened(&reason.message)).unwrap_or_default(),
        ]);
    }
    table.without_zeros().rendered()
}

/// One run, with samples of what it brought and its issues by kind.
pub(crate) fn run(detail: &RunDetail) -> String {
    let run = &detail.run;
    let mut told = format!("run {} of `{}`: {}\n", run.id, run.sourceur, run.state.as_str());
    if let Some(reason) = &run.reason {
        let _ = writeln!(told, "{}: {}", reason.code, reason.message);
    }
    let _ = writeln!(told, "{}", adds_up(&run.account));
    let would = run.state == RunState::Held;
    let Account { new, changed, withdrawn, absent, .. } = run.account;
    let kinds = [
        ("new", if would { "would add" } else { "added" }, &detail.new, new),
        ("changed", if would { "would change" } else { "changed" }, &detail.changed, changed),
        (
            "withdrawn",
            if would { "would withdraw if released" } else { "withdrew" },
            &detail.withdrawn,
            if would { withdrawn + absent } else { withdrawn },
        ),
        ("absent", "did not find", &detail.absent, if would { 0 } else { absent }),
    ];
    for (kind, what, samples, total) in kinds {
        // What a held run does not find is what it would withdraw.
        if samples.is_empty() || would && kind == "absent" {
            continue;
        }
        let _ = writeln!(told, "\nit {what}:");
        let width = samples.iter().map(|sample| sample.key.as_str().chars().count()).max().unwrap_or_default();
        for sample in samples {
            let _ = writeln!(told, "  {:width$}  {}", sample.key.as_str(), shortened(&sample.title));
        }
        let more = total.saturating_sub(samples.len() as u64);
        if more > 0 {
            let _ = writeln!(told, "  … and {more} more");
        }
    }
    if !detail.issues.is_empty() {
        let mut table = Table::new(&["issues", "severity", "code", "example", "told"]);
        for issue in &detail.issues {
            table.row(vec![
                issue.count.to_string(),
                severity(issue.severity).to_owned(),
                issue.code.clone(),
                shortened(issue.example.as_str()),
                shortened(&issue.message),
            ]);
        }
        let _ = write!(told, "\n{}", table.rendered());
    }
    told
}

/// One previewed record, for people: raw key and address, then what was understood.
pub(crate) fn card(shown: &Shown) -> String {
    let action = &shown.action;
    let title = if action.title.is_empty() { "(no title)" } else { &action.title };
    let mut told = format!("── {title}\n");
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(told, "   {name:14} {}", shortened(value));
        }
    };
    line("key", shown.record.key.as_deref().unwrap_or("(none)"));
    line("page", shown.record.url.as_deref().unwrap_or_default());
    for (name, value) in fields_of(action) {
        line(name, &value);
    }
    for issue in &shown.issues {
        line(severity(issue.severity), &format!("{} {}: {}", issue.field, issue.code, issue.message));
    }
    if !shown.leftovers.is_empty() {
        let names: Vec<&str> = shown.leftovers.keys().map(String::as_str).collect();
        line("not read", &names.join(", "));
    }
    told.push('\n');
    told
}

fn fields_of(action: &Action) -> Vec<(&'static str, String)> {
    let joined = |values: Vec<String>| values.join(", ");
    let date = |date: Option<model::PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
    let tags = |tags: &[model::Tag]| joined(tags.iter().map(|tag| tag.id.clone()).collect());
    let mut fields = vec![
        ("summary", action.summary.clone().unwrap_or_default()),
        ("quote", action.quote.clone().unwrap_or_default()),
    ];
    for section in &action.sections {
        let name = model::SectionKind::ALL.iter().find(|(_, kind)| *kind == section.kind).map_or("", |(name, _)| name);
        fields.push((name, section.text.clone()));
    }
    let places = action.places.iter().map(|place| {
        let id = place.territory.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{} {id}", place.name.as_deref().unwrap_or_default()).trim().to_owned()
    });
    fields.push(("places", joined(places.collect())));
    fields.push(("themes", tags(&action.themes)));
    fields.push(("audiences", tags(&action.audiences)));
    fields.push(("methods", tags(&action.methods)));
    fields.push(("unmapped", joined(action.unmapped.iter().map(|unmapped| unmapped.words.clone()).collect())));
    fields.push(("actors", joined(action.actors.iter().map(|actor| actor.name.clone()).collect())));
    fields.push(("started_on", date(action.started_on)));
    fields.push(("ended_on", date(action.ended_on)));
    fields.push(("updated_on", date(action.source_updated_on)));
    fields.push(("links", joined(action.links.iter().map(|link| link.url.clone()).collect())));
    fields.push(("images", joined(action.images.iter().map(|image| image.url.clone()).collect())));
    fields
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Repaired => "repaired",
        Severity::Hint => "hint",
    }
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(CELL) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// Columns as wide as their widest cell; numbers to the right.
struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(heads: &[&str]) -> Self {
        Self { rows: vec![heads.iter().map(|head| (*head).to_owned()).collect()] }
    }

    fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Without the columns that count nothing but zeros: what did not happen takes no room.
    fn without_zeros(mut self) -> Self {
        let says = |column: usize| self.rows[1..].iter().any(|row| !matches!(row[column].as_str(), "0" | ""));
        let kept: Vec<bool> = (0..self.rows[0].len()).map(says).collect();
        for row in &mut self.rows {
            let mut kept = kept.iter();
            row.retain(|_| *kept.next().expect("a row has every column"));
        }
        self
    }

    fn rendered(&self) -> String {
        let columns = self.rows[0].len();
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let numeric = |column: usize| {
            let mut cells = self.rows[1..].iter().filter_map(|row| row.get(column)).filter(|cell| !cell.is_empty());
            cells.all(|cell| cell.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let mut told = String::new();
        for (i, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let gap = " ".repeat(widths[column] - cell.chars().count());
                if numeric(column) {
                    let _ = write!(line, "{gap}{cell}  ");
                } else {
                    let _ = write!(line, "{cell}{gap}  ");
                }
            }
            let _ = writeln!(told, "{}", line.trim_end());
            if i == 0 {
                let _ = writeln!(told, "{}", "─".repeat(widths.iter().sum::<usize>() + 2 * (columns - 1)));
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_happen_takes_no_room() {
        let mut table = Table::new(&["name", "rejected", "n"]);
        table.row(vec!["Bruded".into(), "0".into(), "7".into()]);
        assert_eq!(table.without_zeros().rendered(), "name    n\n─────────\nBruded  7\n");
        let account = Account { read: 9, new: 7, rejected: 2, ..Account::default() };
        assert_eq!(adds_up(&account), "9 read = 7 new + 2 rejected; none absent");
        assert_eq!(adds_up(&Account { absent: 3, ..Account::default() }), "0 read = nothing; 3 absent");
    }

    #[test]
    fn numbers_stand_to_the_right_and_words_to_the_left() {
        let mut table = Table::new(&["name", "n"]);
        table.row(vec!["Bruded".into(), "7".into()]);
        table.row(vec!["RTES".into(), "1200".into()]);
        assert_eq!(table.rendered(), "name       n\n────────────\nBruded     7\nRTES    1200\n");
    }
}
