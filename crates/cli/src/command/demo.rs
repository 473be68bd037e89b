//! `demo`: everything at once, nothing to configure.

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use embedded::EmbeddedError;
use fair::{Fair, Settings};
use model::{Digest, TerritoryId};
use pipeline::{Choice, Halt, House};
use tokio::net::TcpListener;

use crate::arguments::{DemoArguments, Global};
use crate::base::{self, Base};
use crate::command::{fair::write_configs, harvest, serve};
use crate::exit::Exit;
use crate::output;
use crate::progress;
use crate::report::{self, Overview};

/// Where the API is served, if the port is free.
const API_PORT: u16 = 8080;
/// Where the fair stands, if the port is free: the same each time, so that a second demo finds nothing changed.
const FAIR_PORT: u16 = 8190;
/// Ports tried after the first.
const PORTS_TRIED: u16 = 50;

pub(crate) async fn run(global: &Global, asked: &DemoArguments) -> anyhow::Result<Exit> {
    let mut global = global.clone();
    let halt = base::halt_on_signals()?;
    let (base, data_dir) = open_base(&mut global).await?;

    let fair = Arc::new(Fair::new(Settings::default()));
    let listener = listen_from(FAIR_PORT).await?;
    let address = listener.local_addr()?;
    let config_dir = data_dir.join("fair");
    write_configs(&fair, &format!("http://{address}"), &config_dir)?;
    let open = tokio::spawn(Arc::clone(&fair).serve(listener, std::future::pending()));
    eprintln!("the fair: {} make-believe sourceurs on http://{address}", Settings::default().sourceurs);

    global.config = Some(config_dir.clone());
    global.allow.push(address.to_string());
    let house = House::read(&config_dir, false)?;
    let client = global.client(&house.client)?;
    let clock = global.clock();
    let runs = base::harvest(&base, client, clock, halt.clone(), progress::bars(&global));
    let (events, exit) = harvest::all(&global, &base, &runs, &house, &Choice::All, |event| {
        if global.json {
            output::line(serde_json::to_string(event).expect("a run's line is always writable"));
        }
    })
    .await?;
    let overview = Overview::of(&base.store).await?;
    if !global.json {
        let sourceurs = base.store.sourceurs().await?;
        output::text(report::demo(&events, &sourceurs, &overview));
    }

    let stays = !asked.once && (asked.listen.is_some() || io::stdout().is_terminal());
    if stays && !halt.wished() {
        let listener = match asked.listen {
            Some(address) => bind(address).await?,
            None => listen_from(API_PORT).await?,
        };
        let site = serve::Site::open(&listener, &base, clock, &house, &data_dir)?;
        stay(site, listener, overview.busiest(), halt).await?;
    }
    open.abort();
    Ok(exit)
}

/// The base in the folder that was named, else in `data/demo`. Where the database's own user cannot
/// reach that (root, in a folder closed to others), in one that is the same for this place each time.
async fn open_base(global: &mut Global) -> anyhow::Result<(Base, PathBuf)> {
    let named = global.data_dir.clone();
    let usual = named.clone().unwrap_or_else(|| PathBuf::from("data/demo"));
    global.data_dir = Some(usual.clone());
    let error = match global.base().await {
        Ok(base) => return Ok((base, usual)),
        Err(error) => error,
    };
    let closed = error.chain().any(|cause| matches!(cause.downcast_ref(), Some(EmbeddedError::NotTraversable { .. })));
    if named.is_some() || !closed {
        return Err(error);
    }
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let digest = Digest::of([here.as_os_str().as_encoded_bytes()]).to_string();
    let other = std::env::temp_dir().join(format!("carrefour-demo-{}", &digest[..12]));
    eprintln!("`{}` is closed to the database's user; the demo's data lies in `{}`", here.display(), other.display());
    global.data_dir = Some(other.clone());
    Ok((global.base().await?, other))
}

/// Shows the pages, once everything can be found there.
async fn stay(
    site: serve::Site,
    listener: TcpListener,
    busiest: Option<&TerritoryId>,
    mut halt: Halt,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    tokio::select! {
        found = site.search.caught_up() => found.context("the search index does not come up")?,
        () = halt.wait() => return Ok(()),
    }
    let question = busiest.map(|id| format!("?territory={id}")).unwrap_or_default();
    eprintln!("look at http://{address}/, search at http://{address}/recherche{question} (Ctrl-C ends)");
    site.answer(listener, halt).await
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on `{address}`"))
}

/// The first free port from one on, on loopback; said where it is not the first.
async fn listen_from(port: u16) -> anyhow::Result<TcpListener> {
    for tried in port..port + PORTS_TRIED {
        match TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, tried)).await {
            Ok(listener) => {
                if tried != port {
                    eprintln!("port {port} is taken, using {tried}");
                }
                return Ok(listener);
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error).with_context(|| format!("cannot listen on 127.0.0.1:{tried}")),
        }
    }
    anyhow::bail!("no free port between {port} and {}", port + PORTS_TRIED)
}
