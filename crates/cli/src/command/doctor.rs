//! `doctor`: is everything there that is needed?

use pipeline::House;
use store::Filter;

use crate::arguments::Global;
use crate::exit::Exit;
use crate::output;

pub(crate) async fn run(global: &Global) -> anyhow::Result<Exit> {
    let mut findings = vec![config(global), embedded_server(global)];
    findings.push(base(global).await);
    let exit = if findings.iter().all(|finding| finding.well) { Exit::Well } else { Exit::Look };
    for finding in &findings {
        if global.json {
            output::line(serde_json::json!({ "what": finding.what, "well": finding.well, "told": finding.told }));
        } else {
            output::line(format_args!(
                "{} {:10} {}",
                if finding.well { "ok  " } else { "LOOK" },
                finding.what,
                finding.told
            ));
        }
    }
    Ok(exit)
}

struct Finding {
    what: &'static str,
    well: bool,
    told: String,
}

fn config(global: &Global) -> Finding {
    let folder = global.config_dir();
    let (well, told) = match House::read(&folder, global.config.is_none()) {
        Ok(house) if house.faults.is_empty() => {
            (true, format!("`{}`: {} sourceurs, no mistake", folder.display(), house.partners.len()))
        }
        Ok(house) => {
            let told = format!("`{}`: {} mistakes; `carrefour check` tells them", folder.display(), house.faults.len());
            (false, told)
        }
        Err(error) => (false, error.to_string()),
    };
    Finding { what: "config", well, told }
}

fn embedded_server(global: &Global) -> Finding {
    if global.database_url.is_some() {
        return Finding { what: "postgres", well: true, told: "a database is named: no private one is needed".into() };
    }
    match embedded::binaries() {
        Ok(found) => Finding { what: "postgres", well: true, told: format!("`{}`", found.display()) },
        Err(error) => {
            let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
            Finding { what: "postgres", well: false, told: format!("{error}{hint}") }
        }
    }
}

async fn base(global: &Global) -> Finding {
    let told = async {
        let base = global.base().await?;
        let records: u64 = base.store.sourceurs().await?.iter().map(|row| row.records).sum();
        let actions = base.store.total(&Filter::default()).await?;
        let waiting = base.store.dirty().await?;
        anyhow::Ok(format!("{records} records, {actions} actions, {waiting} records waiting to be merged"))
    };
    match told.await {
        Ok(told) => Finding { what: "base", well: true, told },
        Err(error) => Finding { what: "base", well: false, told: format!("{error:#}") },
    }
}
