//! `export`: the actions, streamed.
//!
//! What Postgres knows of the filters it answers; the rest is sieved on the way, a batch at a time,
//! as the index would: memory does not grow with the base, and no index is needed.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use anyhow::Context;
use api::formats::{Feed, Format, Writer};
use futures_util::{Stream, StreamExt, pin_mut};
use model::Action;
use pipeline::House;
use search::{Filter, Sieve};
use store::{Store, StoreError};

use crate::arguments::{ExportArguments, ExportFormat, Global};
use crate::exit::{Exit, Misuse};
use crate::sorted::Sorted;

/// Actions sieved at once.
const BATCH: usize = 1000;

pub(crate) async fn run(global: &Global, asked: &ExportArguments) -> anyhow::Result<Exit> {
    if asked.canonical && asked.format != ExportFormat::Ndjson {
        return Err(Misuse::new("`--canonical` is ndjson only", "add `--format ndjson`").into());
    }
    let filter = api::filter_of(&asked.filters()).map_err(|refused| {
        Misuse::new(refused.to_string(), "`carrefour export --help` tells each filter, with its name on the API")
    })?;
    // How the service is reached is all that is wanted of the config; one that cannot be read is no hindrance.
    let address =
        House::read(&global.config_dir(), global.config.is_none()).ok().and_then(|house| house.service.address);
    let base = global.base().await?;
    let mut output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    if asked.canonical {
        canonical(&base.store, &filter, &mut output).await?;
    } else {
        plain(&base.store, &filter, asked.format, address, &mut output).await?;
    }
    output.flush()?;
    Ok(Exit::Well)
}

async fn plain(
    store: &Store,
    filter: &Filter,
    format: ExportFormat,
    address: Option<String>,
    output: &mut impl Write,
) -> anyhow::Result<()> {
    let mut writer = match format {
        ExportFormat::Ndjson => Writer::new(Format::Ndjson),
        ExportFormat::Csv => Writer::new(Format::Csv),
        ExportFormat::Geojson => Writer::new(Format::Geojson),
        ExportFormat::Atom => Writer::of_feed(feed(store, filter, address.clone()).await?),
    };
    let public_url = address.as_deref().map(|address| address.trim_end_matches('/'));
    writer.begin(output)?;
    let rows = store.stream_actions(&filter.in_sql()).map(|row| {
        let row = row?;
        let url = public_url.map(|public_url| api::address_of(public_url, row.id));
        Ok(Action { url, ..row.action()? })
    });
    sieved(rows, filter, |action| action, |action| Ok(writer.write(&action, output)?)).await?;
    writer.end(output)?;
    Ok(())
}

async fn canonical(store: &Store, filter: &Filter, output: &mut impl Write) -> anyhow::Result<()> {
    let lines = store.stream_canonical(&filter.in_sql());
    let mut sorted = Sorted::default();
    sieved(lines, filter, |(_, action)| action, |(key, action)| Ok(sorted.put(action.canonical(&key))?)).await?;
    sorted.write(output)?;
    Ok(())
}

/// Takes what the filter lets through of a stream, one after the other.
async fn sieved<T>(
    stream: impl Stream<Item = Result<T, StoreError>>,
    filter: &Filter,
    action: impl Fn(&T) -> &Action,
    mut take: impl FnMut(T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let sieve = (!filter.is_all_in_sql()).then(|| Sieve::new(filter));
    let batches = stream.chunks(BATCH);
    pin_mut!(batches);
    while let Some(batch) = batches.next().await {
        let batch = batch.into_iter().collect::<Result<Vec<T>, StoreError>>()?;
        let kept = match &sieve {
            None => vec![true; batch.len()],
            Some(sieve) => {
                let actions: Vec<Action> = batch.iter().map(|each| action(each).clone()).collect();
                sieve.keep(&actions).context("the filters cannot be applied")?
            }
        };
        for (each, _) in batch.into_iter().zip(kept).filter(|(_, kept)| *kept) {
            take(each)?;
        }
    }
    Ok(())
}

/// What a feed of an export says of itself: the base is its identity, since it has no address.
async fn feed(store: &Store, filter: &Filter, home: Option<String>) -> anyhow::Result<Feed> {
    let newest = store.actions(&filter.in_sql(), None, 1).await?.rows.into_iter().next();
    let sourceurs = store.sourceurs().await?.into_iter().map(|row| (row.id, row.name.into()));
    Ok(Feed {
        id: format!("urn:uuid:{}", store.log_mark(0).await?.base),
        home,
        updated: newest.map(|row| row.changed_at),
        sourceurs: Arc::new(sourceurs.collect::<HashMap<_, _>>()),
    })
}
