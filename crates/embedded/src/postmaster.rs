//! PostgreSQL's server process: started, looked at from outside, ended.

use crate::{
    EmbeddedError,
    installation::Installation,
    layout::{Layout, last_words, open_log},
    os::{self, Ending},
    owner::Owner,
    socket,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "timezone=UTC",
    "log_timezone=UTC",
    "datestyle=ISO, YMD",
    // Two cores and a share of the memory: the machine has other work.
    "shared_buffers=128MB",
    "work_mem=16MB",
    "maintenance_work_mem=128MB",
    "max_connections=100",
    // A harvest writes in bursts: few checkpoints, spread out.
    "max_wal_size=2GB",
    "checkpoint_timeout=15min",
    // The base fits in memory or lies on a solid disk.
    "random_page_cost=1.1",
    // Statements are short; compiling them costs more than it saves.
    "jit=off",
    // A client that was killed in the middle of a long statement must not keep its locks.
    "client_connection_check_interval=500ms",
    "log_checkpoints=off",
    "log_min_duration_statement=5s",
    // What people wrote has no place in a log.
    "log_parameter_max_length=0",
];

/// For a cluster that nobody will miss.
const CARELESS: &[&str] = &["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/// A running server, child of this process.
pub(crate) struct Postmaster {
    child: Child,
    socket_folder: PathBuf,
    log_path: PathBuf,
    log_start: u64,
    throwaway: bool,
}

impl Postmaster {
    /// Starts the server; it may take a while until it is ready. It ends when the calling thread does.
    pub(crate) fn start(layout: &Layout, installation: &Installation, owner: &Owner) -> Result<Self, EmbeddedError> {
        let log_path = layout.server_log();
        let (log, log_start) = open_log(&log_path)?;
        let socket_folder = socket::make_folder(layout, owner)?;
        let throwaway = layout.is_throwaway();

        let mut command = installation.command("postgres", owner);
        command.arg("-D").arg(layout.cluster());
        set(&mut command, &format!("port={}", socket::PORT));
        set(&mut command, &format!("unix_socket_directories={}", quoted(&socket_folder)));
        SETTINGS.iter().chain(CARELESS.iter().filter(|_| throwaway)).for_each(|setting| set(&mut command, setting));
        let to_log = log.try_clone().map_err(EmbeddedError::file("write to", &log_path))?;
        command.stdout(to_log).stderr(log);
        os::end_with_parent(&mut command, Ending::Immediate);
        let child = command.spawn().map_err(|error| EmbeddedError::Failed {
            what: "starting `postgres`".to_owned(),
            said: error.to_string(),
        })?;
        Ok(Self { child, socket_folder, log_path, log_start, throwaway })
    }

    /// Its last words, if it has ended.
    pub(crate) fn has_failed(&mut self) -> Option<EmbeddedError> {
        let said = match self.child.try_wait() {
            Ok(None) => return None,
            Ok(Some(status)) => format!("{status}\n{}", last_words(&self.log_path, self.log_start)),
            Err(error) => error.to_string(),
        };
        Some(EmbeddedError::Failed { what: "`postgres`".to_owned(), said })
    }

    /// Ends the server, within seconds.
    pub(crate) fn stop(self) {
        let first = if self.throwaway { Ending::Immediate } else { Ending::Fast };
        self.end(first);
    }

    /// Ends a server whose cluster is gone: it has nothing left to write.
    pub(crate) fn stop_at_once(self) {
        self.end(Ending::Immediate);
    }

    fn end(mut self, first: Ending) {
        let pid = self.child.id();
        end(first, || if let Ok(None) = self.child.try_wait() { vec![pid] } else { Vec::new() });
        // Left behind, it would only be an empty folder.
        let _ = fs::remove_dir(&self.socket_folder);
    }
}

fn set(command: &mut Command, setting: &str) {
    command.args(["-c", setting]);
}

/// As one member of a list of folders: a comma or a blank in a path would start another.
fn quoted(folder: &Path) -> String {
    format!("\"{}\"", folder.display().to_string().replace('"', "\"\""))
}

/// Ends what a killed guardian may have left of a server, and removes what would make the next one
/// believe that it still runs: the number in `postmaster.pid` may be that of any process today, above
/// all after a restart of a container. Only whoever holds the guardian's lock may call it.
pub(crate) fn clear_up(layout: &Layout) -> Result<(), EmbeddedError> {
    let cluster = layout.cluster();
    end_servers_of(&cluster)?;
    let pid_file = cluster.join("postmaster.pid");
    match fs::remove_file(&pid_file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(EmbeddedError::file("remove", pid_file)(error)),
        _ => Ok(()),
    }
}

/// Ends every process that works on a cluster, be it whole or half made.
pub(crate) fn end_servers_of(cluster: &Path) -> Result<(), EmbeddedError> {
    if end(Ending::Fast, || servers_of(cluster)) {
        return Ok(());
    }
    let said = format!("processes {:?} still run on `{}`", servers_of(cluster), cluster.display());
    Err(EmbeddedError::Failed { what: "ending a former server".to_owned(), said })
}

/// The server on the cluster and its sessions: processes of that name that work in its folder. (A
/// person's shell may stand there too.)
#[cfg(target_os = "linux")]
fn servers_of(cluster: &Path) -> Vec<u32> {
    let is_server = |process: &Path| {
        fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == cluster)
            && fs::read_to_string(process.join("comm")).is_ok_and(|name| name.trim_end() == "postgres")
    };
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten().map(|process| process.path());
    let numbers = processes.filter(|process| is_server(process)).filter_map(|process| {
        let number = process.file_name()?.to_str()?;
        number.parse().ok()
    });
    numbers.collect()
}

#[cfg(not(target_os = "linux"))]
fn servers_of(cluster: &Path) -> Vec<u32> {
    let is_server = |pid: u32| {
        let asked = std::process::Command::new("ps").args(["-o", "comm=", "-p", &pid.to_string()]).output();
        asked.is_ok_and(|told| String::from_utf8_lossy(&told.stdout).contains("postgres"))
    };
    Status::read(cluster).map(|status| status.pid).filter(|pid| is_server(*pid)).into_iter().collect()
}

/// Asks ever less kindly until none runs; whether that came to pass. Takes 7 seconds at most.
fn end(first: Ending, mut running: impl FnMut() -> Vec<u32>) -> bool {
    const PATIENCE: [(Ending, Duration); 3] = [
        (Ending::Fast, Duration::from_secs(4)),
        (Ending::Immediate, Duration::from_secs(2)),
        (Ending::Killed, Duration::from_secs(1)),
    ];
    let skipped = usize::from(matches!(first, Ending::Immediate));
    for (ending, patience) in &PATIENCE[skipped..] {
        for pid in running() {
            os::end(pid, *ending);
        }
        let asked = Instant::now();
        while asked.elapsed() < *patience {
            if running().is_empty() {
                return true;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
    running().is_empty()
}

/// What `postmaster.pid` in the cluster says.
#[derive(Debug, PartialEq)]
pub(crate) struct Status {
    pid: u32,
    /// Where the socket is; it is written a little after the number.
    pub(crate) socket_folder: Option<PathBuf>,
    pub(crate) ready: bool,
}

impl Status {
    pub(crate) fn read(cluster: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(cluster.join("postmaster.pid")).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        // Process, cluster, start, port, folder of the socket, address, shared memory, state.
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let line = |number: usize| lines.get(number).copied().filter(|line| !line.is_empty());
        Some(Self {
            pid: line(0)?.parse().ok().filter(|pid| *pid > 1)?,
            socket_folder: line(4).map(PathBuf::from),
            ready: line(7) == Some("ready"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(u32, Option<&str>, bool)>) {
        let expected =
            expected.map(|(pid, folder, ready)| Status { pid, socket_folder: folder.map(PathBuf::from), ready });
        assert_eq!(Status::parse(text), expected);
    }

    #[test]
    fn the_pid_file_says_where_the_socket_is_and_whether_the_server_is_ready() {
        check("77\n/d/data\n1700000000\n5432\n/d/socket\n\n  1  2\nready   \n", Some((77, Some("/d/socket"), true)));
        check("77\n/d/data\n1700000000\n5432\n/d/socket\n\n  1  2\nstarting\n", Some((77, Some("/d/socket"), false)));
        check("77\n/d/data\n1700000000\n5432\n", Some((77, None, false)));
        check("", None);
        check("-1\n", None);
        check("half", None);
    }

    #[test]
    fn a_folder_in_a_list_is_quoted() {
        assert_eq!(quoted(Path::new("/srv/a, \"b\"")), "\"/srv/a, \"\"b\"\"\"");
    }
}
