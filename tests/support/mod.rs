//! What tests stand on: the built command, folders, databases, and waiting with an end.

pub(crate) mod base;
mod command;
mod database;
mod partner;
mod road;

pub(crate) use command::{carrefour, carrefour_path};
pub(crate) use database::{Database, database};
pub(crate) use partner::{Fair, Partner};
pub(crate) use road::Road;

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The root of the tree.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the tree").to_owned()
}

/// A folder that goes when it is dropped. Every user can pass through it: a database server that root
/// starts runs as somebody else.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        let mut builder = tempfile::Builder::new();
        builder.prefix("carrefour-test-").permissions(fs::Permissions::from_mode(0o755));
        Self(builder.tempdir().expect("a folder can be made where temporary files go"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The path of something in it, be it there or not.
    pub(crate) fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file in it, with the folders above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.join(name);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).unwrap();
        fs::write(&path, content).unwrap();
        path
    }
}

/// Waits until it is so, and fails the test if it is not in time.
#[track_caller]
pub(crate) fn eventually(within: Duration, claim: &str, mut holds: impl FnMut() -> bool) {
    let asked = Instant::now();
    while !holds() {
        assert!(asked.elapsed() < within, "not so after {within:?}: {claim}");
        thread::sleep(Duration::from_millis(20));
    }
}
