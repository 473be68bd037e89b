//! A folder for the index of one process.
//!
//! Two processes on one data directory have an index each: a lock that dies with its holder says
//! which folders are taken.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::guarded;
use crate::index::{Index, Mark};

/// Processes that share one data directory.
const MOST_FOLDERS: u32 = 256;

/// A folder that is this process's own while the value lives.
#[derive(Debug)]
pub(crate) struct Folder {
    index: PathBuf,
    /// Held, never read.
    _lock: File,
}

impl Folder {
    /// The first of `0`, `1`, ... that nobody holds.
    pub(crate) fn take(parent: &Path) -> io::Result<Self> {
        for number in 0..MOST_FOLDERS {
            let folder = parent.join(number.to_string());
            fs::create_dir_all(&folder)?;
            let lock = File::options().create(true).truncate(false).write(true).open(folder.join("lock"))?;
            match lock.try_lock() {
                Ok(()) => return Ok(Self { index: folder.join("index"), _lock: lock }),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(io::Error::other(format!("all {MOST_FOLDERS} folders are taken")))
    }

    /// The index that stands here, if it is whole and of this version.
    pub(crate) fn open(&self) -> tantivy::Result<Option<(Index, Mark)>> {
        if !self.index.is_dir() {
            return Ok(None);
        }
        guarded(|| Index::open(&self.index))
    }

    /// An empty index in the place of whatever stands here.
    pub(crate) fn clear(&self) -> tantivy::Result<Index> {
        match fs::remove_dir_all(&self.index) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        fs::create_dir_all(&self.index)?;
        Index::create(&self.index)
    }
}
