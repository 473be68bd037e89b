use std::{borrow::Cow, io, path::PathBuf};

/// Why there is no server. [`EmbeddedError::hint`] says what mends it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// No installation, or only ones that are too old.
    #[error("no PostgreSQL {floor} or newer was found on this machine{}", too_old(found))]
    NoBinaries {
        /// The oldest major version that will do.
        floor: u32,
        /// What was found all the same: (folder, major version).
        found: Vec<(PathBuf, u32)>,
    },
    /// `PG_BINDIR` or `CARREFOUR_PG_DIR` names a folder that does not hold a server.
    #[error("`{variable}` names `{}`, where no working `initdb` and `postgres` are", path.display())]
    NotBinaries {
        /// The variable of the environment.
        variable: &'static str,
        /// Its value.
        path: PathBuf,
    },
    /// The cluster belongs to a major version that is not installed.
    #[error("`{}` was made by PostgreSQL {made_by}, which is not installed", cluster.display())]
    OtherVersion {
        /// The folder of the cluster.
        cluster: PathBuf,
        /// The major version that made it.
        made_by: u32,
    },
    /// PostgreSQL never runs as root, and the user it runs as cannot get at the data directory.
    #[error("the user `{user}`, as whom PostgreSQL runs, cannot enter `{}`", path.display())]
    NotTraversable {
        /// The first folder on the way that is closed.
        path: PathBuf,
        /// Name or number of the user.
        user: String,
    },
    /// Started as root, and there is neither a `postgres` nor a `nobody` to run the server as.
    #[error("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`")]
    NoUser,
    /// A file or folder under the data directory.
    #[error("cannot {action} `{}`", path.display())]
    File {
        /// What was tried, as a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// One of PostgreSQL's programs, or the guardian, ended badly.
    #[error("{what} failed: {said}")]
    Failed {
        /// Which program, on what.
        what: String,
        /// Its last words.
        said: String,
    },
    /// The server did not become ready in time.
    #[error("the database server of `{}` was not ready after {seconds} s", home.display())]
    NotReady {
        /// The folder of the cluster and its logs.
        home: PathBuf,
        /// How long was waited.
        seconds: u64,
    },
}

impl EmbeddedError {
    /// The commands or the change that would mend it.
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::NoBinaries { .. } => installing("postgresql").into(),
            Self::NotBinaries { variable, .. } => {
                format!("unset `{variable}`, or let it name the folder that `pg_config --bindir` prints").into()
            }
            Self::OtherVersion { made_by, .. } => installing(&format!("postgresql-{made_by}")).into(),
            Self::NotTraversable { path, .. } => format!(
                "choose a `--data-dir` outside of it, for instance `--data-dir /var/lib/carrefour`, \
                 or open the way: `chmod o+x {}`",
                path.display()
            )
            .into(),
            Self::NoUser => "create one (`useradd --system postgres`), run as an ordinary user, \
                             or name a server with `--database-url`"
                .into(),
            Self::NotReady { home, .. } => {
                format!("`{}` tells what it is doing", home.join("server.log").display()).into()
            }
            Self::File { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                "run as the user who made the data directory, or choose another with `--data-dir`".into()
            }
            Self::File { .. } | Self::Failed { .. } => return None,
        })
    }

    /// For `map_err`: what was tried, on which path.
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}

fn installing(package: &str) -> String {
    let (brew, clone) = match package.strip_prefix("postgresql-") {
        Some(major) => (format!("postgresql@{major}"), ""),
        None => ("postgresql@17".to_owned(), ", `make setup` in a clone (no root needed)"),
    };
    format!(
        "install it: `sudo apt-get install {package}` (Debian, Ubuntu), `brew install {brew}` (macOS){clone}; \
         or name its programs with `PG_BINDIR`, or a running server with `--database-url`"
    )
}

fn too_old(found: &[(PathBuf, u32)]) -> String {
    let each: Vec<String> = found.iter().map(|(bin, major)| format!("{major} in `{}`", bin.display())).collect();
    if each.is_empty() { String::new() } else { format!(" (only {})", each.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::EmbeddedError;
    use std::path::PathBuf;

    #[track_caller]
    fn check(error: &EmbeddedError, message: &str, mends: &[&str]) {
        assert_eq!(error.to_string(), message);
        let hint = error.hint().unwrap_or_default();
        for command in mends {
            assert!(hint.contains(&format!("`{command}`")), "{command} is not in: {hint}");
        }
    }

    #[test]
    fn an_error_names_the_commands_that_mend_it() {
        check(
            &EmbeddedError::NoBinaries { floor: 15, found: Vec::new() },
            "no PostgreSQL 15 or newer was found on this machine",
            &["sudo apt-get install postgresql", "brew install postgresql@17", "make setup", "--database-url"],
        );
        check(
            &EmbeddedError::NoBinaries { floor: 15, found: vec![(PathBuf::from("/usr/lib/postgresql/13/bin"), 13)] },
            "no PostgreSQL 15 or newer was found on this machine (only 13 in `/usr/lib/postgresql/13/bin`)",
            &["sudo apt-get install postgresql"],
        );
        check(
            &EmbeddedError::OtherVersion { cluster: PathBuf::from("/d/postgres/data"), made_by: 16 },
            "`/d/postgres/data` was made by PostgreSQL 16, which is not installed",
            &["sudo apt-get install postgresql-16", "brew install postgresql@16"],
        );
        check(
            &EmbeddedError::NotTraversable { path: PathBuf::from("/root"), user: "postgres".to_owned() },
            "the user `postgres`, as whom PostgreSQL runs, cannot enter `/root`",
            &["--data-dir /var/lib/carrefour", "chmod o+x /root"],
        );
    }
}
