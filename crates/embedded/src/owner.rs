//! As whom the server runs.

use crate::{EmbeddedError, layout::Layout, os};
use std::{
    fs,
    fs::Metadata,
    io,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

/// PostgreSQL refuses to run as root. Whoever is not root runs the server himself; root hands it to the
/// user who owns the cluster, and a new cluster to `postgres` or, where there is none, `nobody`.
pub(crate) enum Owner {
    Ourselves,
    Other { name: String, uid: u32, gid: u32 },
}

impl Owner {
    pub(crate) fn of(layout: &Layout) -> Result<Self, EmbeddedError> {
        if !os::runs_as_root() {
            return Ok(Self::Ourselves);
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        if let Ok(cluster) = fs::metadata(layout.cluster())
            && cluster.uid() != 0
        {
            let (uid, gid) = (cluster.uid(), cluster.gid());
            let name = users.lines().filter_map(user).find(|found| found.1 == uid);
            let name = name.map_or_else(|| uid.to_string(), |found| found.0.to_owned());
            return Ok(Self::Other { name, uid, gid });
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|wanted| users.lines().filter_map(user).find(|found| found.0 == wanted))
            .map(|(name, uid, gid)| Self::Other { name: name.to_owned(), uid, gid })
            .ok_or(EmbeddedError::NoUser)
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Ourselves => "you",
            Self::Other { name, .. } => name,
        }
    }

    pub(crate) fn uid(&self) -> u32 {
        match self {
            Self::Ourselves => os::our_user(),
            Self::Other { uid, .. } => *uid,
        }
    }

    /// Whether the server's user may pass through a folder.
    pub(crate) fn may_enter(&self, folder: &Metadata) -> bool {
        let Self::Other { uid, gid, .. } = self else { return true };
        let bit = if folder.uid() == *uid {
            0o100
        } else if folder.gid() == *gid {
            0o010
        } else {
            0o001
        };
        folder.mode() & bit != 0
    }

    /// The command will run as this user, and with none of our groups.
    pub(crate) fn run(&self, command: &mut Command) {
        if let Self::Other { uid, gid, .. } = self {
            command.uid(*uid).gid(*gid);
        }
    }

    pub(crate) fn give(&self, path: &Path) -> Result<(), EmbeddedError> {
        let given: io::Result<()> = match self {
            Self::Ourselves => Ok(()),
            Self::Other { uid, gid, .. } => chown(path, Some(*uid), Some(*gid)),
        };
        given.map_err(EmbeddedError::file("give away", path))
    }
}

/// A line of /etc/passwd: name, user, group. Some systems write `nobody` as -2.
fn user(line: &str) -> Option<(&str, u32, u32)> {
    let mut fields = line.split(':');
    let name = fields.next()?;
    let mut number = || {
        let text = fields.next()?;
        text.parse().ok().or_else(|| text.parse().ok().map(i32::cast_unsigned))
    };
    number(); // the password's place
    Some((name, number()?, number()?))
}

#[cfg(test)]
mod tests {
    use super::user;

    #[track_caller]
    fn check(line: &str, expected: Option<(&str, u32, u32)>) {
        assert_eq!(user(line), expected);
    }

    #[test]
    fn a_line_of_passwd_names_a_user() {
        check(
            "postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash",
            Some(("postgres", 101, 104)),
        );
        check(
            "nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false",
            Some(("nobody", 4_294_967_294, 4_294_967_294)),
        );
        check("# a comment", None);
        check("broken:x:ten:10", None);
        check("", None);
    }
}
