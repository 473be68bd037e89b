//! `place`: which territory a text names, and why.

use std::fs;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use gazetteer::{Finding, Gazetteer};

use crate::arguments::Global;
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(global: &Global, text: Option<&str>, batch: Option<&Path>) -> anyhow::Result<Exit> {
    let gazetteer = Gazetteer::get();
    match (text, batch) {
        (_, Some(path)) => answer_lines(gazetteer, path),
        (Some(text), None) => {
            answer_one(global, gazetteer, text);
            Ok(Exit::Well)
        }
        (None, None) => unreachable!("clap asks for one of the two"),
    }
}

fn answer_one(global: &Global, gazetteer: &Gazetteer, text: &str) {
    let finding = gazetteer.find(text);
    if global.json {
        let level = level(&finding);
        output::line(serde_json::json!({ "level": level, "ids": finding.territories, "why": finding.why }));
        return;
    }
    output::line(line(&finding));
    for id in &finding.territories {
        if let Some(territory) = gazetteer.territory(id) {
            output::line(format_args!("  {id} is {}", territory.name));
        }
    }
    output::line(format_args!("  why: {}", finding.why));
}

fn answer_lines(gazetteer: &Gazetteer, path: &Path) -> anyhow::Result<Exit> {
    let cannot_read = || format!("cannot read `{}`", path.display());
    let input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(fs::File::open(path).with_context(cannot_read)?))
    };
    let mut output = BufWriter::new(io::stdout().lock());
    for text in input.split(b'\n') {
        let text = text.with_context(cannot_read)?;
        let text = String::from_utf8_lossy(&text);
        writeln!(output, "{}", line(&gazetteer.find(text.trim_end_matches('\r'))))?;
    }
    output.flush()?;
    Ok(Exit::Well)
}

fn level(finding: &Finding) -> &'static str {
    finding.level.map_or("none", |level| level.as_str())
}

/// `level<TAB>ids`, ids joined by `;`.
fn line(finding: &Finding) -> String {
    let ids: Vec<String> = finding.territories.iter().map(ToString::to_string).collect();
    format!("{}\t{}", level(finding), ids.join(";"))
}
