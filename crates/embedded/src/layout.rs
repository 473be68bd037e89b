//! Where everything of a data directory's server lies.

use crate::{EmbeddedError, os, owner::Owner};
use std::{
    fs::{self, File, Metadata, OpenOptions, Permissions, TryLockError},
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown},
    path::{self, Path, PathBuf},
};

/// The folder `DATA_DIR/postgres`, absolute and without symbolic links.
pub(crate) struct Layout {
    home: PathBuf,
}

impl Layout {
    /// Makes the folders that are missing. As root, opens those that are ours to whoever passes through,
    /// since the server runs as another user.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, EmbeddedError> {
        let asked = path::absolute(data_dir).map_err(EmbeddedError::file("find", data_dir))?;
        let made: Vec<PathBuf> = asked.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        let home = asked.join("postgres");
        fs::create_dir_all(&home).map_err(EmbeddedError::file("create the folder", &home))?;
        let home = home.canonicalize().map_err(EmbeddedError::file("open", &home))?;
        let layout = Self { home };
        if os::runs_as_root() {
            let owner = Owner::of(&layout)?;
            let ours = [layout.home(), layout.data_dir()].into_iter().chain(made.iter().map(PathBuf::as_path));
            for folder in ours {
                let met = fs::metadata(folder).map_err(EmbeddedError::file("look at", folder))?;
                if !owner.may_enter(&met) {
                    fs::set_permissions(folder, Permissions::from_mode(met.mode() | 0o001))
                        .map_err(EmbeddedError::file("open to other users", folder))?;
                }
            }
        }
        Ok(layout)
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    pub(crate) fn data_dir(&self) -> &Path {
        self.home.parent().unwrap_or(&self.home)
    }

    /// PostgreSQL's own data directory.
    pub(crate) fn cluster(&self) -> PathBuf {
        self.home.join("data")
    }

    /// The cluster while it is being made; what lies there at a start is half done.
    pub(crate) fn unborn_cluster(&self) -> PathBuf {
        self.home.join("data.new")
    }

    pub(crate) fn server_log(&self) -> PathBuf {
        self.home.join("server.log")
    }

    pub(crate) fn guardian_log(&self) -> PathBuf {
        self.home.join("guardian.log")
    }

    /// Marks a cluster that nobody will miss: nothing is flushed to the disk, and it goes with its server.
    pub(crate) fn throwaway_mark(&self) -> PathBuf {
        self.home.join("throwaway")
    }

    pub(crate) fn is_throwaway(&self) -> bool {
        self.throwaway_mark().exists()
    }

    pub(crate) fn clients_lock(&self) -> Result<Lock, EmbeddedError> {
        Lock::open(self.home.join("clients.lock"))
    }

    pub(crate) fn guardian_lock(&self) -> Result<Lock, EmbeddedError> {
        Lock::open(self.home.join("guardian.lock"))
    }
}

/// A file that processes hold together or alone. The kernel lets go of it when the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    fn open(path: PathBuf) -> Result<Self, EmbeddedError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(&path).map_err(EmbeddedError::file("open", &path))?;
        belong_to_folder(&path)?;
        Ok(Self { file, path })
    }

    /// Holds it together with others, or says at once that somebody has it alone.
    pub(crate) fn share(&self) -> Result<bool, EmbeddedError> {
        self.taken(self.file.try_lock_shared())
    }

    /// Holds it alone, or says at once that somebody else has it.
    pub(crate) fn take(&self) -> Result<bool, EmbeddedError> {
        self.taken(self.file.try_lock())
    }

    /// Whether the file still stands where it was opened. A data directory that is removed takes its locks
    /// with it: whoever holds the old ones holds nothing any more.
    pub(crate) fn is_in_place(&self) -> bool {
        let identity = |met: io::Result<Metadata>| met.ok().map(|met| (met.dev(), met.ino()));
        let ours = identity(self.file.metadata());
        ours.is_some() && ours == identity(fs::metadata(&self.path))
    }

    pub(crate) fn let_go(&self) -> Result<(), EmbeddedError> {
        self.file.unlock().map_err(EmbeddedError::file("unlock", &self.path))
    }

    fn taken(&self, tried: Result<(), TryLockError>) -> Result<bool, EmbeddedError> {
        match tried {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(EmbeddedError::file("lock", &self.path)(error)),
        }
    }
}

/// Root may come by on a data directory of somebody else's, and must leave no file that this one cannot open.
fn belong_to_folder(path: &Path) -> Result<(), EmbeddedError> {
    if !os::runs_as_root() {
        return Ok(());
    }
    let given = || {
        let (file, folder) = (fs::metadata(path)?, fs::metadata(path.parent().unwrap_or(path))?);
        if file.uid() == folder.uid() { Ok(()) } else { chown(path, Some(folder.uid()), Some(folder.gid())) }
    };
    given().map_err(EmbeddedError::file("give away", path))
}

/// Opens a log to write on, and says where in it the coming lines will start.
pub(crate) fn open_log(path: &Path) -> Result<(File, u64), EmbeddedError> {
    const ENOUGH_BYTES: u64 = 4 << 20;
    if fs::metadata(path).is_ok_and(|log| log.len() > ENOUGH_BYTES) {
        let mut old = path.as_os_str().to_owned();
        old.push(".old");
        fs::rename(path, old).map_err(EmbeddedError::file("put aside", path))?;
    }
    let log = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    let log = log.map_err(EmbeddedError::file("write to", path))?;
    let start = log.metadata().map_err(EmbeddedError::file("look at", path))?.len();
    belong_to_folder(path)?;
    Ok((log, start))
}

/// The last lines that were written after `start`.
pub(crate) fn last_words(path: &Path, start: u64) -> String {
    const LINES: usize = 12;
    fn read(path: &Path, start: u64) -> io::Result<Vec<u8>> {
        let mut log = File::open(path)?;
        log.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        log.take(1 << 20).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
    let bytes = read(path, start).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.is_empty() {
        return format!("it said nothing; see `{}`", path.display());
    }
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
