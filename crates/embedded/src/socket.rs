//! The folder of the server's socket. A socket's path has about a hundred bytes, a data directory may
//! have any number: where it is too long, the socket lies in a folder of its own in `/tmp`.

use crate::{EmbeddedError, layout::Layout, os, owner::Owner};
use std::{
    fs::{self, DirBuilder, Metadata, Permissions},
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// The server listens on no network; the port is only a part of the socket's name.
pub(crate) const PORT: u16 = 5432;

/// The shortest limit of the systems we know (macOS), with its final zero.
const LONGEST_PATH: usize = 103;

/// The path of the socket in its folder.
pub(crate) fn path_in(folder: &Path) -> PathBuf {
    folder.join(format!(".s.PGSQL.{PORT}"))
}

/// An empty folder for the socket, which only the server's user and root can enter.
///
/// In `/tmp` anybody may have made a folder of that name first. Such a one is never used: the
/// next name is tried.
pub(crate) fn make_folder(layout: &Layout, owner: &Owner) -> Result<PathBuf, EmbeddedError> {
    let mut refused = None;
    for folder in candidates(layout.home()) {
        match DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => {}
            Err(_) if fs::symlink_metadata(&folder).is_ok_and(|met| is_ours(&met, owner)) => {}
            Err(error) => {
                refused = Some(EmbeddedError::file("create the folder", folder)(error));
                continue;
            }
        }
        owner.give(&folder)?;
        let mode = fs::set_permissions(&folder, Permissions::from_mode(0o700));
        mode.map_err(EmbeddedError::file("close to other users", &folder))?;
        clear(&folder);
        return Ok(folder);
    }
    Err(refused.expect("there is a first candidate"))
}

/// Removes what a server leaves that was killed: its lock file names a process that may be another's today.
fn clear(folder: &Path) {
    let path = path_in(folder);
    let mut lock = path.clone().into_os_string();
    lock.push(".lock");
    for left in [path, lock.into()] {
        // What cannot be removed the server itself will complain about, in better words.
        let _ = fs::remove_file(left);
    }
}

/// We may have been killed between making the folder and giving it to the server's user.
fn is_ours(folder: &Metadata, owner: &Owner) -> bool {
    folder.is_dir() && [owner.uid(), os::our_user()].contains(&folder.uid())
}

fn candidates(home: &Path) -> Vec<PathBuf> {
    let near = home.join("socket");
    if path_in(&near).as_os_str().len() <= LONGEST_PATH {
        return vec![near];
    }
    let name = fingerprint(home.as_os_str().as_encoded_bytes());
    (0..8).map(|number| PathBuf::from(format!("/tmp/carrefour-{name:016x}-{number}"))).collect()
}

/// FNV-1a: the same for a path in every build, which the standard library's hash does not promise.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(home: &str, near: bool) {
        let first = candidates(Path::new(home)).remove(0);
        assert_eq!(first.starts_with(home), near, "{}", first.display());
        assert!(path_in(&first).as_os_str().len() <= LONGEST_PATH, "{}", first.display());
    }

    #[test]
    fn a_socket_lies_in_its_data_directory_unless_the_path_is_too_long() {
        check("/srv/carrefour/postgres", true);
        check(&format!("/{}", "d".repeat(81)), true);
        check(&format!("/{}", "d".repeat(82)), false);
        check(&format!("/srv/{}/postgres", "données/".repeat(40)), false);
    }

    #[test]
    fn two_long_paths_have_two_folders() {
        let long = "d".repeat(200);
        assert_ne!(candidates(Path::new(&format!("/{long}1"))), candidates(Path::new(&format!("/{long}2"))));
    }
}
