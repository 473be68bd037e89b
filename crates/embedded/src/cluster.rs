//! How a cluster is made: wholly or not at all.

use crate::{
    EmbeddedError,
    installation::{Installation, LOCALE},
    layout::Layout,
    os::{self, Ending},
    owner::Owner,
    postmaster,
};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::Path,
    process::Command,
    thread,
    time::Duration,
};

/// The one role of the cluster, and the one database beside the templates.
pub(crate) const ROLE: &str = "postgres";

/// Makes the cluster if there is none. It is made under another name and renamed once it is whole, so
/// that one that was half done when the power or the guardian went is simply made again.
pub(crate) fn make(layout: &Layout, installation: &Installation, owner: &Owner) -> Result<(), EmbeddedError> {
    let cluster = layout.cluster();
    if cluster.join("PG_VERSION").is_file() {
        return Ok(());
    }
    let unborn = layout.unborn_cluster();
    // The programs of a killed guardian die with it, but not before it.
    postmaster::end_servers_of(&unborn)?;
    clear_away(&unborn)?;
    DirBuilder::new().mode(0o700).create(&unborn).map_err(EmbeddedError::file("create the folder", &unborn))?;
    owner.give(&unborn)?;
    run(initdb(layout, installation, owner), "initdb")?;
    compress_with_lz4(&unborn, installation, owner)?;
    fs::rename(&unborn, &cluster).map_err(EmbeddedError::file("rename the new cluster to", &cluster))?;
    let home = layout.home();
    File::open(home).and_then(|folder| folder.sync_all()).map_err(EmbeddedError::file("write", home))
}

/// Whoever is dying in the folder may still write a last file into it while it is being removed.
fn clear_away(folder: &Path) -> Result<(), EmbeddedError> {
    const TRIES: u32 = 50;
    let mut tries = 0;
    loop {
        tries += 1;
        match fs::remove_dir_all(folder) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !folder.exists() => return Ok(()),
            Err(error) if tries == TRIES => return Err(EmbeddedError::file("clear away", folder)(error)),
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn initdb(layout: &Layout, installation: &Installation, owner: &Owner) -> Command {
    let mut initdb = installation.command("initdb", owner);
    // Whoever gets at the socket is trusted; only the server's user and root get there.
    initdb.args(["--username", ROLE, "--auth", "trust", "--encoding", "UTF8", "--no-instructions"]);
    initdb.arg(format!("--lc-ctype={LOCALE}")).args(["--lc-collate=C", "--lc-messages=C"]);
    if installation.major >= 17 {
        // Without the system's library, so that an upgrade of it never changes what an index means.
        initdb.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
    }
    if layout.is_throwaway() {
        initdb.arg("--no-sync");
    }
    initdb.arg("--pgdata").arg(layout.unborn_cluster());
    os::end_with_parent(&mut initdb, Ending::Killed);
    initdb
}

/// Lz4 costs half the processor time of the default, but not every build has it: the server is asked.
fn compress_with_lz4(cluster: &Path, installation: &Installation, owner: &Owner) -> Result<(), EmbeddedError> {
    for setting in ["default_toast_compression", "wal_compression"] {
        let chosen = format!("{setting}=lz4");
        let mut ask = installation.command("postgres", owner);
        ask.arg("-D").arg(cluster).args(["-C", setting, "-c", &chosen]);
        if run(ask, "postgres -C").is_ok() {
            let path = cluster.join("postgresql.conf");
            let written = OpenOptions::new().append(true).open(&path).and_then(|mut conf| {
                writeln!(conf, "{chosen}")?;
                conf.sync_all()
            });
            written.map_err(EmbeddedError::file("write to", path))?;
        }
    }
    Ok(())
}

fn run(mut command: Command, what: &str) -> Result<(), EmbeddedError> {
    let failed = |said: String| EmbeddedError::Failed { what: format!("`{what}`"), said };
    let output = command.output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}
