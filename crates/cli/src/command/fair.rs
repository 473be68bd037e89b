//! `fair`: make-believe sourceurs, alone.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use fair::{Fair, Settings};
use tokio::net::TcpListener;

use crate::arguments::{FairArguments, Global};
use crate::base;
use crate::exit::Exit;

pub(crate) async fn run(_global: &Global, asked: &FairArguments) -> anyhow::Result<Exit> {
    let settings = Settings { sourceurs: asked.sourceurs, actions: asked.actions, seed: asked.seed };
    let fair = Arc::new(Fair::new(settings));
    let listener = TcpListener::bind(asked.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on `{}`", asked.listen))?;
    let address = listener.local_addr()?;
    if let Some(folder) = &asked.truth {
        fair.write_truth(folder).with_context(|| format!("cannot write the truth into `{}`", folder.display()))?;
    }
    if let Some(folder) = &asked.configs_out {
        write_configs(&fair, &format!("http://{address}"), folder)?;
    }
    eprintln!("the fair is open on http://{address}");
    let mut halt = base::halt_on_signals()?;
    fair.serve(listener, async move { halt.wait().await }).await;
    Ok(Exit::Well)
}

/// Writes a config folder for the fair: one file a sourceur, and a client in no hurry to wait.
pub(crate) fn write_configs(fair: &Fair, base_url: &str, folder: &Path) -> anyhow::Result<()> {
    let sourceurs = folder.join("sourceurs");
    let cannot = || format!("cannot write the fair's config folder `{}`", folder.display());
    std::fs::create_dir_all(&sourceurs).with_context(cannot)?;
    let service = "# The fair stands on this machine: no need to spare it.\n[client]\npause = \"0 ms\"\n";
    std::fs::write(folder.join("carrefour.toml"), service).with_context(cannot)?;
    for (name, text) in fair.configs(base_url) {
        std::fs::write(sourceurs.join(name), text).with_context(cannot)?;
    }
    Ok(())
}
