//! Where PostgreSQL's programs are, and how they are run.

use crate::{EmbeddedError, layout::Layout, owner::Owner};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The oldest major version whose SQL the store may use.
const FLOOR: u32 = 15;

/// A folder with `initdb` and `postgres` of one major version, that the server's user can run.
pub(crate) struct Installation {
    bin: PathBuf,
    pub(crate) major: u32,
}

impl Installation {
    /// The newest that will do for the data directory: a cluster opens with the major version that made
    /// it and with no other. What the environment names goes before what the system has.
    pub(crate) fn find(layout: &Layout, owner: &Owner) -> Result<Self, EmbeddedError> {
        check_reachable(layout, owner)?;
        let cluster = layout.cluster();
        let made_by = fs::read_to_string(cluster.join("PG_VERSION")).ok().and_then(|major| major.trim().parse().ok());
        Self::choose(made_by, layout.home(), owner).map_err(|error| match (error, made_by) {
            (EmbeddedError::NoBinaries { .. }, Some(made_by)) => EmbeddedError::OtherVersion { cluster, made_by },
            (error, _) => error,
        })
    }

    fn choose(made_by: Option<u32>, folder: &Path, owner: &Owner) -> Result<Self, EmbeddedError> {
        let mut found = Vec::new();
        for candidate in candidates() {
            let Some(major) = major_of(&candidate.bin, folder, owner) else {
                match candidate.named_by {
                    Some(variable) => return Err(EmbeddedError::NotBinaries { variable, path: candidate.bin }),
                    None => continue,
                }
            };
            if made_by.map_or(major >= FLOOR, |made_by| made_by == major) {
                return Ok(Self { bin: candidate.bin, major });
            }
            found.push((candidate.bin, major));
        }
        Err(EmbeddedError::NoBinaries { floor: FLOOR, found })
    }

    /// A command that runs one of the programs as the server's user.
    pub(crate) fn command(&self, program: &str, owner: &Owner) -> Command {
        command(&self.bin.join(program), owner)
    }
}

/// The folder of the programs that a new data directory would be served with.
pub fn binaries() -> Result<PathBuf, EmbeddedError> {
    Installation::choose(None, Path::new("/"), &Owner::Ourselves).map(|found| found.bin)
}

/// Nothing of our environment may reach the server (`PGPORT`, `PGOPTIONS`, a locale, a time zone), but
/// for where its libraries are.
fn command(program: &Path, owner: &Owner) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", LOCALE).env("TZ", "UTC").stdin(Stdio::null()).current_dir("/");
    for kept in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
        if let Some(value) = env::var_os(kept) {
            command.env(kept, value);
        }
    }
    owner.run(&mut command);
    command
}

/// Letters of every language have cases, and order is by code point.
#[cfg(target_os = "linux")]
pub(crate) const LOCALE: &str = "C.UTF-8";
#[cfg(not(target_os = "linux"))]
pub(crate) const LOCALE: &str = "en_US.UTF-8";

struct Candidate {
    bin: PathBuf,
    /// Set when a person asked for this very folder: it is then used or complained about, never passed over.
    named_by: Option<&'static str>,
}

fn candidates() -> Vec<Candidate> {
    let named = [("PG_BINDIR", ""), ("CARREFOUR_PG_DIR", "bin")].into_iter().filter_map(|(variable, below)| {
        let value = PathBuf::from(env::var_os(variable).filter(|value| !value.is_empty())?);
        let bin = if below.is_empty() { value } else { value.join(below) };
        Some(Candidate { bin, named_by: Some(variable) })
    });
    let mut candidates: Vec<Candidate> = named.collect();
    let found = installed().into_iter().chain(told_by_pg_config()).chain(on_path()).chain(vendored());
    for bin in found.filter(|bin| holds_a_server(bin)) {
        candidates.push(Candidate { bin, named_by: None });
    }
    candidates
}

/// Where systems put them, one folder a major version, the newest first.
fn installed() -> Vec<PathBuf> {
    const PLACES: [(&str, &str); 5] = [
        ("/usr/lib/postgresql", ""),          // Debian, Ubuntu
        ("/usr", "pgsql-"),                   // Red Hat and its kin
        ("/opt/homebrew/opt", "postgresql@"), // Homebrew on ARM
        ("/usr/local/opt", "postgresql@"),    // Homebrew on Intel
        ("/Applications/Postgres.app/Contents/Versions", ""),
    ];
    let mut versions: Vec<(u32, PathBuf)> = Vec::new();
    for (parent, prefix) in PLACES {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let major = name.to_str().and_then(|name| name.strip_prefix(prefix)).and_then(|major| major.parse().ok());
            versions.extend(major.map(|major| (major, entry.path().join("bin"))));
        }
    }
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, bin)| bin).collect()
}

fn told_by_pg_config() -> Option<PathBuf> {
    let told = Command::new("pg_config").arg("--bindir").stdin(Stdio::null()).output().ok()?;
    let path = String::from_utf8(told.stdout).ok()?;
    Some(PathBuf::from(path.trim())).filter(|_| told.status.success())
}

fn on_path() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

/// `vendor/postgresql`, which the set-up step fills where nobody may install packages: beside the
/// executable, or beside the `target` folder that it was built in.
fn vendored() -> Vec<PathBuf> {
    let executable = env::current_exe().unwrap_or_default();
    executable.ancestors().skip(1).take(4).map(|folder| folder.join("vendor/postgresql/bin")).collect()
}

fn holds_a_server(bin: &Path) -> bool {
    bin.join("initdb").is_file() && bin.join("postgres").is_file()
}

/// The major version, if the server's user can run the programs.
fn major_of(bin: &Path, folder: &Path, owner: &Owner) -> Option<u32> {
    if !holds_a_server(bin) {
        return None;
    }
    let told = command(&bin.join("postgres"), owner).arg("--version").current_dir(folder).output().ok()?;
    major_in(&String::from_utf8_lossy(&told.stdout)).filter(|_| told.status.success())
}

/// "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" is 15, "postgres (PostgreSQL) 19beta2" is 19.
fn major_in(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The server's user must be able to pass through every folder above the cluster. The system itself is
/// asked, since access lists and the like may open what the mode closes.
fn check_reachable(layout: &Layout, owner: &Owner) -> Result<(), EmbeddedError> {
    let mut probe = command(Path::new("/bin/sh"), owner);
    probe.args(["-c", "exit 0"]).current_dir(layout.home());
    match probe.status() {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let above: Vec<&Path> = layout.home().ancestors().collect();
            let closed = above.iter().rev().find(|path| fs::metadata(path).is_ok_and(|met| !owner.may_enter(&met)));
            let path = closed.unwrap_or(&layout.home()).to_path_buf();
            Err(EmbeddedError::NotTraversable { path, user: owner.name().to_owned() })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::major_in;

    #[track_caller]
    fn check(version: &str, expected: Option<u32>) {
        assert_eq!(major_in(version), expected);
    }

    #[test]
    fn the_major_version_is_read_from_what_the_server_says() {
        check("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", Some(15));
        check("postgres (PostgreSQL) 18.6", Some(18));
        check("postgres (PostgreSQL) 19beta2", Some(19));
        check("postgres (PostgreSQL)", None);
        check("", None);
    }
}
