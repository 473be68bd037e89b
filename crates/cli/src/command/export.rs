//! `export`: the actions, streamed.

use std::io::{self, BufWriter, Write};

use api::formats::{Format, Writer};
use futures_util::{StreamExt, pin_mut};

use crate::arguments::{ExportArguments, ExportFormat, Global};
use crate::exit::{Exit, Misuse};
use crate::sorted::Sorted;

pub(crate) async fn run(global: &Global, asked: &ExportArguments) -> anyhow::Result<Exit> {
    if asked.canonical && asked.format != ExportFormat::Ndjson {
        return Err(Misuse::new("`--canonical` is ndjson only", "add `--format ndjson`").into());
    }
    let given: Vec<(&str, &str)> = asked.filters().collect();
    let filter = api::filter_of(&given).map_err(|error| {
        Misuse::new(error.to_string(), "`carrefour export --help` tells each filter, with its name on the API")
    })?;
    let base = global.base().await?;
    let mut output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    if asked.canonical {
        let lines = base.store.stream_canonical(&filter);
        pin_mut!(lines);
        let mut sorted = Sorted::default();
        while let Some(line) = lines.next().await {
            let (key, action) = line?;
            sorted.put(action.canonical(&key))?;
        }
        sorted.write(&mut output)?;
    } else {
        let format = match asked.format {
            ExportFormat::Ndjson => Format::Ndjson,
            ExportFormat::Csv => Format::Csv,
            ExportFormat::Geojson => Format::Geojson,
        };
        let mut writer = Writer::new(format);
        writer.begin(&mut output)?;
        let rows = base.store.stream_actions(&filter);
        pin_mut!(rows);
        while let Some(row) = rows.next().await {
            writer.write(&row?.action()?, &mut output)?;
        }
        writer.end(&mut output)?;
    }
    output.flush()?;
    Ok(Exit::Well)
}
