//! A client's side: getting at a server that runs, and keeping it up.

use crate::{
    EmbeddedError, GUARDIAN_ARG,
    cluster::ROLE,
    installation::Installation,
    layout::{Layout, Lock, last_words, open_log},
    os,
    owner::Owner,
    postmaster::Status,
    socket,
};
use std::{
    env,
    fmt::Write as _,
    fs,
    os::unix::{net::UnixStream, process::ExitStatusExt},
    path::{self, Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// How long a client waits for a server: one that was killed may have much to recover.
const PATIENCE: Duration = Duration::from_mins(2);
const GLANCE: Duration = Duration::from_millis(10);
/// How often a client looks whether the guardian is still there.
const WATCH: Duration = Duration::from_secs(1);

/// A share in the server of a data directory. As long as anybody holds one, the server runs; a few
/// seconds after the last one is dropped, or its process has ended in whatever way, it stops.
#[derive(Debug)]
pub struct Server {
    url: String,
    /// Shared among the clients; the kernel drops it with the process.
    _clients: Lock,
    /// Dropped with this value, which tells the watching thread to end.
    _watched: mpsc::Sender<()>,
}

impl Server {
    /// Joins the server of the data directory, or starts it. The folder is made if it is missing.
    ///
    /// The guardian is this executable run again: its `main` must call [`crate::guardian_main`] when its
    /// first argument is [`GUARDIAN_ARG`]. Blocks for a tenth of a second where a server runs, some two
    /// seconds where a cluster must be made.
    pub fn open(data_dir: &Path) -> Result<Self, EmbeddedError> {
        Self::open_with_guardian(data_dir, &this_executable()?)
    }

    /// The same for a process that is no guardian itself: `guardian` is the executable to run.
    pub fn open_with_guardian(data_dir: &Path, guardian: &Path) -> Result<Self, EmbeddedError> {
        let guardian = path::absolute(guardian).map_err(EmbeddedError::file("find", guardian))?;
        join(Layout::open(data_dir)?, &guardian)
    }

    /// A server for tests: it flushes nothing to the disk, and when the last client has gone, the cluster
    /// is removed. The data directory must be new.
    pub fn open_throwaway(data_dir: &Path, guardian: &Path) -> Result<Self, EmbeddedError> {
        let layout = Layout::open(data_dir)?;
        let guardian = path::absolute(guardian).map_err(EmbeddedError::file("find", guardian))?;
        let mark = layout.throwaway_mark();
        if !layout.cluster().exists() {
            fs::write(&mark, "").map_err(EmbeddedError::file("write", mark))?;
        }
        join(layout, &guardian)
    }

    /// The address of the server's database, over a Unix socket that only the server's user and root
    /// can reach.
    pub fn url(&self) -> String {
        self.url.clone()
    }
}

fn join(mut layout: Layout, guardian: &Path) -> Result<Server, EmbeddedError> {
    let deadline = Instant::now() + PATIENCE;
    let (clients, socket_folder) = loop {
        let clients = share(&layout, deadline)?;
        if let Some(socket_folder) = wait_for_server(&layout, &clients, guardian, deadline)? {
            break (clients, socket_folder);
        }
        layout = Layout::open(layout.data_dir())?;
    };
    let (watched, gone) = mpsc::channel();
    let guardian = guardian.to_owned();
    thread::spawn(move || watch(&layout, &guardian, &gone));
    Ok(Server { url: url(&socket_folder), _clients: clients, _watched: watched })
}

/// Takes a share in the clients' lock. A guardian that is stopping has it alone until it is gone.
fn share(layout: &Layout, deadline: Instant) -> Result<Lock, EmbeddedError> {
    let clients = layout.clients_lock()?;
    while !clients.share()? {
        if Instant::now() > deadline {
            return Err(not_ready(layout));
        }
        thread::sleep(GLANCE);
    }
    Ok(clients)
}

/// The folder of the server's socket; none if the data directory was removed meanwhile, and our share with it.
fn wait_for_server(
    layout: &Layout,
    clients: &Lock,
    guardian: &Path,
    deadline: Instant,
) -> Result<Option<PathBuf>, EmbeddedError> {
    let mut started: Option<Guardian> = None;
    while Instant::now() < deadline {
        if !clients.is_in_place() {
            return Ok(None);
        }
        let guarded = is_guarded(layout)?;
        if guarded && let Some(socket_folder) = ready_server(layout) {
            return Ok(Some(socket_folder));
        }
        let mine_at_work = started.as_mut().map_or(Ok(false), |mine| mine.has_ended().map(|ended| !ended))?;
        if !guarded && !mine_at_work {
            // Several clients may start one at once; all but one of them end by themselves.
            started = Some(Guardian::start(layout, guardian)?);
        }
        thread::sleep(GLANCE);
    }
    Err(not_ready(layout))
}

/// Starts a guardian whenever there is none. The server it starts has the same address, so that a
/// long-lived client whose guardian was killed finds its base again.
fn watch(layout: &Layout, guardian: &Path, gone: &mpsc::Receiver<()>) {
    let mut started: Option<Guardian> = None;
    while gone.recv_timeout(WATCH) == Err(RecvTimeoutError::Timeout) {
        if started.as_mut().is_some_and(|guardian| matches!(guardian.has_ended(), Ok(false))) {
            continue;
        }
        // A failure is told by the client's next statement, which finds no server.
        started = match is_guarded(layout) {
            Ok(false) => Guardian::start(layout, guardian).ok(),
            _ => None,
        };
    }
}

/// Whether a guardian lives. The lock is taken for an instant to know it.
fn is_guarded(layout: &Layout) -> Result<bool, EmbeddedError> {
    layout.guardian_lock()?.share().map(|free| !free)
}

/// The folder of the socket, if a server answers on it. What the file says is believed only after
/// something listens there: a server that was killed leaves its file, and the next one writes its own
/// before it listens.
fn ready_server(layout: &Layout) -> Option<PathBuf> {
    let cluster = layout.cluster();
    let told = Status::read(&cluster)?;
    UnixStream::connect(socket::path_in(&told.socket_folder?)).ok()?;
    let now = Status::read(&cluster)?;
    now.socket_folder.filter(|_| now.ready)
}

/// A guardian that this process has started.
struct Guardian {
    child: Child,
    log_path: PathBuf,
    log_start: u64,
}

impl Guardian {
    fn start(layout: &Layout, executable: &Path) -> Result<Self, EmbeddedError> {
        // Said here, what is missing reaches the person who can mend it in its own words.
        Installation::find(layout, &Owner::of(layout)?)?;
        let log_path = layout.guardian_log();
        let (log, log_start) = open_log(&log_path)?;
        let mut command = Command::new(executable);
        command.arg(GUARDIAN_ARG).arg(layout.data_dir());
        // It outlives us: whoever reads our output must see its end when we end.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).current_dir("/");
        os::detach(&mut command);
        let child = command.spawn().map_err(EmbeddedError::file("run", executable))?;
        Ok(Self { child, log_path, log_start })
    }

    /// Whether it has ended otherwise than by a failure of its own: another one is at work, or it was
    /// killed and a new one may be started.
    fn has_ended(&mut self) -> Result<bool, EmbeddedError> {
        match self.child.try_wait() {
            Ok(None) => Ok(false),
            Ok(Some(status)) if status.success() || status.signal() == Some(libc::SIGKILL) => Ok(true),
            Ok(Some(status)) => Err(EmbeddedError::Failed {
                what: format!("starting the database server ({status})"),
                said: last_words(&self.log_path, self.log_start),
            }),
            Err(error) => Err(EmbeddedError::file("wait for", "guardian")(error)),
        }
    }
}

/// By its name, which `ps` then shows; where the file was replaced or removed under our feet, by the one
/// that stays right.
fn this_executable() -> Result<PathBuf, EmbeddedError> {
    let named = env::current_exe().map_err(EmbeddedError::file("find", "this executable"))?;
    let always = Path::new("/proc/self/exe");
    Ok(if !named.exists() && always.exists() { always.to_owned() } else { named })
}

fn not_ready(layout: &Layout) -> EmbeddedError {
    EmbeddedError::NotReady { home: layout.home().to_owned(), seconds: PATIENCE.as_secs() }
}

/// Says all there is to say, so that nothing is taken from `PGHOST`, `PGSSLMODE` and their like.
fn url(socket_folder: &Path) -> String {
    let mut encoded = String::new();
    for byte in socket_folder.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            encoded.push(char::from(*byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes all that is written");
        }
    }
    let port = socket::PORT;
    format!("postgres://{ROLE}@localhost:{port}/{ROLE}?host={encoded}&sslmode=disable")
}

#[cfg(test)]
mod tests {
    use super::url;
    use std::path::Path;

    #[test]
    fn any_path_makes_an_address() {
        let expected = "postgres://postgres@localhost:5432/postgres?host=/srv/a%20%26%20%C3%A9&sslmode=disable";
        assert_eq!(url(Path::new("/srv/a & é")), expected);
    }
}
