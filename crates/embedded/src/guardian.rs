//! The process that owns the server.

use crate::{
    EmbeddedError, cluster,
    installation::Installation,
    layout::{Layout, Lock},
    os,
    owner::Owner,
    postmaster::{self, Postmaster},
};
use std::{
    fs,
    io::{self, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use Done::{Homeless, Unused};

/// How often the guardian looks whether anybody needs the server.
const GLANCE: Duration = Duration::from_millis(250);
/// How long the server stays after its last client, so that commands in a row share one. With the
/// patience of stopping it, a server is gone 10 seconds after its last client.
const GRACE: Duration = Duration::from_secs(2);
/// A server that fell after less than this would fall again.
const STEADY: Duration = Duration::from_secs(10);
/// Others take the guardian's lock for an instant, to see whether it is held.
const INSTANT: Duration = Duration::from_secs(1);

/// Serves the data directory until nobody needs it any more; returns the exit code of the process.
///
/// To be called from the main thread, first thing: the kernel ends the server when this thread ends.
/// Where another guardian serves already, it returns 0 at once.
pub fn guardian_main(data_dir: &Path) -> i32 {
    match guard(data_dir) {
        Ok(()) => 0,
        Err(error) => {
            let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
            say(&format!("{error}{}", source.unwrap_or_default()));
            1
        }
    }
}

fn guard(data_dir: &Path) -> Result<(), EmbeddedError> {
    os::outlive_requests_to_end();
    os::lift_limits();
    let layout = Layout::open(data_dir)?;
    let lock = layout.guardian_lock()?;
    if !take(&lock)? {
        return Ok(());
    }
    let owner = Owner::of(&layout)?;
    let installation = Installation::find(&layout, &owner)?;
    postmaster::clear_up(&layout)?;
    cluster::make(&layout, &installation, &owner)?;
    let clients = layout.clients_lock()?;
    if clients.take()? {
        return Ok(()); // whoever asked for a server has ended in the meantime
    }
    let start = || Postmaster::start(&layout, &installation, &owner);
    match serve(&layout, [&lock, &clients], start)? {
        Unused(server) => server.stop(),
        Homeless(server) => {
            server.stop_at_once();
            return Ok(());
        }
    }
    if layout.is_throwaway() {
        discard(&layout);
    }
    Ok(())
}

/// Takes the guardian's lock; whether it could be had.
fn take(lock: &Lock) -> Result<bool, EmbeddedError> {
    let asked = Instant::now();
    while !lock.take()? {
        if asked.elapsed() > INSTANT {
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(true)
}

/// Why a server is to be stopped.
enum Done {
    /// Nobody needs it. The clients' lock is held alone: whoever wants to become a client waits until this
    /// process is gone.
    Unused(Postmaster),
    /// The data directory was removed. What stands in its place, if anything does, is somebody else's.
    Homeless(Postmaster),
}

/// Keeps a server up as long as there are clients and a data directory.
fn serve(
    layout: &Layout,
    locks: [&Lock; 2],
    start: impl Fn() -> Result<Postmaster, EmbeddedError>,
) -> Result<Done, EmbeddedError> {
    let [_, clients] = locks;
    let (mut server, mut started) = (start()?, Instant::now());
    let mut unused_since: Option<Instant> = None;
    loop {
        thread::sleep(GLANCE);
        if !locks.iter().all(|lock| lock.is_in_place()) {
            return Ok(Homeless(server));
        }
        if clients.take()? {
            if unused_since.get_or_insert_with(Instant::now).elapsed() >= GRACE {
                return Ok(Unused(server));
            }
            clients.let_go()?;
        } else {
            unused_since = None;
        }
        if let Some(failure) = server.has_failed() {
            if started.elapsed() < STEADY {
                return Err(failure);
            }
            say(&format!("{failure}\nthe server is started again"));
            postmaster::clear_up(layout)?;
            (server, started) = (start()?, Instant::now());
        }
    }
}

/// Removes all of a throwaway cluster, and the data directory if nothing else is in it.
fn discard(layout: &Layout) {
    if let Err(error) = fs::remove_dir_all(layout.home()) {
        say(&format!("cannot remove `{}`: {error}", layout.home().display()));
    }
    // A refusal means that there is something else in it, which is not ours.
    let _ = fs::remove_dir(layout.data_dir());
}

/// Into the guardian's log, which is its standard error. A full disk must not end the guardian.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
