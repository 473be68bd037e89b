//! `preview`: how a sourceur's records are read and understood, without a base.

use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use anyhow::Context;
use pipeline::{House, Input, Partner, Previewed, Shown, preview};

use crate::arguments::{Global, PreviewArguments, PreviewFormat};
use crate::base::unknown_sourceur;
use crate::exit::{Exit, Misuse};
use crate::{faults, report};

/// Cards shown unless another limit is asked for.
const CARDS: u64 = 10;

pub(crate) async fn run(global: &Global, asked: &PreviewArguments) -> anyhow::Result<Exit> {
    let house = read_house(global, &asked.sourceur)?;
    let partner = find(&house, global, &asked.sourceur)?;
    let on_terminal = io::stdout().is_terminal() && !global.json;
    let format = asked.format.unwrap_or(if on_terminal { PreviewFormat::Cards } else { PreviewFormat::Ndjson });
    let limit = asked.limit.or((format == PreviewFormat::Cards).then_some(CARDS));
    let input = input(global, &house, asked).await?;

    let mut output = io::stdout().lock();
    let mut broken = None;
    let previewed = preview(partner, input, limit, |shown| match write(&mut output, format, &shown) {
        Ok(()) => true,
        Err(error) => {
            broken = Some(error);
            false
        }
    })
    .await?;
    output.flush()?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    Ok(tell_end(&previewed))
}

/// The config folder and, where a file is named, that file.
fn read_house(global: &Global, sourceur: &str) -> anyhow::Result<House> {
    if is_file(sourceur) {
        let path = Path::new(sourceur);
        if !path.is_file() {
            let hint = "name a sourceur's id, or the path of its TOML file";
            return Err(Misuse::new(format!("there is no file `{sourceur}`"), hint).into());
        }
        Ok(House::read_files(&global.config_dir(), &[path.to_owned()])?)
    } else {
        Ok(House::read(&global.config_dir(), global.config.is_none())?)
    }
}

fn is_file(sourceur: &str) -> bool {
    sourceur.contains('/') || Path::new(sourceur).extension().is_some_and(|extension| extension == "toml")
}

fn find<'h>(house: &'h House, global: &Global, sourceur: &str) -> anyhow::Result<&'h Partner> {
    let id = if is_file(sourceur) {
        Path::new(sourceur).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    } else {
        sourceur.to_owned()
    };
    let found = house.partners.iter().find(|partner| partner.sourceur.id.as_str() == id);
    if let Some(partner) = found {
        return Ok(partner);
    }
    if house.broken.iter().any(|broken| broken.as_str() == id) || is_file(sourceur) {
        eprint!("{}", faults::rendered(&house.faults, &house.sources));
        let hint = "mend the mistakes above; `carrefour check` tells them again";
        return Err(Misuse::new(format!("the file of `{id}` has mistakes"), hint).into());
    }
    Err(unknown_sourceur(house, &id, &global.config_dir()).into())
}

async fn input(global: &Global, house: &House, asked: &PreviewArguments) -> anyhow::Result<Input> {
    let Some(input) = &asked.input else {
        return Ok(Input::Network(global.client(&house.client)?));
    };
    let mut headers = Vec::new();
    for header in &asked.headers {
        let Some((name, value)) = header.split_once(':') else {
            let hint = "write it as `--header 'Content-Type: text/xml; charset=utf-8'`";
            return Err(Misuse::new(format!("`{header}` is not a header"), hint).into());
        };
        headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    let header = |wanted: &str| headers.iter().rev().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let is_address = input.starts_with("http://") || input.starts_with("https://");
    if is_address {
        return fetch(global, house, input, header("content-type"), header("content-location")).await;
    }
    let mut bytes = Vec::new();
    if input == "-" {
        io::stdin().lock().read_to_end(&mut bytes).context("cannot read stdin")?;
    } else if Path::new(input).exists() {
        bytes = fs::read(input).with_context(|| format!("cannot read `{input}`"))?;
    } else {
        return Err(
            Misuse::new(format!("there is no file `{input}`"), "name a file, an address, or `-` for stdin").into()
        );
    }
    Ok(Input::Document {
        bytes,
        location: header("content-location"),
        content_type: header("content-type"),
        links: headers.iter().filter(|(name, _)| name == "link").map(|(_, value)| value.clone()).collect(),
    })
}

async fn fetch(
    global: &Global,
    house: &House,
    url: &str,
    content_type: Option<String>,
    location: Option<String>,
) -> anyhow::Result<Input> {
    let client = global.client(&house.client)?;
    let fetched = client.fetch(url, None).await?;
    let harvester::Fetched::Body(spooled) = fetched else { anyhow::bail!("`{url}` says that nothing changed") };
    let mut bytes = Vec::new();
    spooled.open()?.read_to_end(&mut bytes)?;
    Ok(Input::Document {
        bytes,
        location: location.or_else(|| Some(spooled.url.clone())),
        content_type: content_type.or_else(|| spooled.content_type.clone()),
        links: spooled.link.clone(),
    })
}

fn write(output: &mut impl Write, format: PreviewFormat, shown: &Shown) -> io::Result<()> {
    match format {
        PreviewFormat::Ndjson => {
            output.write_all(one_line(serde_json::to_string(shown)?).as_bytes())?;
            output.write_all(b"\n")
        }
        PreviewFormat::Cards => output.write_all(report::card(shown).as_bytes()),
    }
}

/// JSON without the characters that some programs take for a line's end inside its texts.
fn one_line(json: String) -> String {
    const BREAKS: [(char, &str); 3] = [('\u{85}', "\\u0085"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")];
    BREAKS.iter().fold(
        json,
        |json, (character, escape)| {
            if json.contains(*character) { json.replace(*character, escape) } else { json }
        },
    )
}

/// The last line on stderr, for programs; before it, the reason in words, for people.
fn tell_end(previewed: &Previewed) -> Exit {
    if let Some(reason) = &previewed.reason {
        eprintln!("{}: {}", reason.code, reason.message);
    }
    let last = serde_json::json!({
        "complete": previewed.complete,
        "records": previewed.records,
        "repairs": previewed.repairs,
        "encoding": previewed.encoding,
    });
    eprintln!("{last}");
    if previewed.complete { Exit::Well } else { Exit::Look }
}
