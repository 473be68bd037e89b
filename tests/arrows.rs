//! The house stays as it was drawn: who knows whom, who may do what, what lies where.

use crate::support::root;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Which crates of the house each crate may name. A crate that is missing here has no place in the house yet.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("gazetteer", &["model"]),
    ("harvester", &["model"]),
    ("normalizer", &["model", "gazetteer"]),
    ("matcher", &["model"]),
    ("store", &["model", "matcher"]),
    ("search", &["model", "gazetteer", "store"]),
    ("pipeline", &["model", "gazetteer", "harvester", "normalizer", "store"]),
    ("desk", &["model", "gazetteer", "harvester", "normalizer", "matcher", "store", "pipeline"]),
    ("api", &["model", "gazetteer", "store", "search"]),
    ("portal", &["model", "gazetteer", "store", "search", "api", "desk"]),
    ("embedded", &[]),
    ("fair", &["model", "gazetteer"]),
    (
        "cli",
        &[
            "model",
            "gazetteer",
            "harvester",
            "normalizer",
            "matcher",
            "store",
            "search",
            "pipeline",
            "desk",
            "api",
            "portal",
            "embedded",
            "fair",
        ],
    ),
];

/// Crates that compute and do nothing else.
const PURE: &[&str] = &["model", "gazetteer", "normalizer", "matcher"];

/// Words by which a program would get at files, the network, the clock, the environment or a runtime.
const IMPURE: &[&str] = &[
    "std::fs",
    "fs::",
    "File::open",
    "File::create",
    "net::Tcp",
    "net::Udp",
    "net::ToSocketAddrs",
    "UnixStream",
    "process::Command",
    "env::var",
    "env::args",
    "tokio::",
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "thread::sleep",
    "stdin()",
    "Uuid::now_v7",
];

#[test]
fn crates_know_only_whom_the_house_lets_them_know() {
    let house: BTreeSet<&str> = MAY_KNOW.iter().map(|(name, _)| *name).collect();
    let mut faults = Vec::new();
    for name in crates() {
        let Some((_, allowed)) = MAY_KNOW.iter().find(|(known, _)| *known == name) else {
            faults.push(format!("`{name}` has no place in the house"));
            continue;
        };
        for dependency in dependencies(&name) {
            if house.contains(&*dependency) && !allowed.contains(&&*dependency) {
                faults.push(format!("`{name}` must not know `{dependency}`"));
            }
        }
    }
    assert_eq!(faults, [""; 0]);
}

#[test]
fn only_store_knows_the_database() {
    let others = crates().into_iter().filter(|name| name != "store");
    let faults = others.filter(|name| dependencies(name).contains("sqlx") || !saying(name, &["sqlx::"]).is_empty());
    assert_eq!(faults.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn only_the_client_speaks_to_the_world() {
    let with_client: Vec<String> = crates().into_iter().filter(|name| dependencies(name).contains("reqwest")).collect();
    assert_eq!(with_client, ["harvester"]);
    let dialling = ["reqwest::Client", "ClientBuilder", "reqwest::get", "TcpStream", "TcpSocket", "UdpSocket"];
    let is_client = |found: &String| found.starts_with("crates/harvester/src/client");
    let mut found: Vec<String> = crates().iter().flat_map(|name| saying(name, &dialling)).collect();
    found.retain(|found| !is_client(found));
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_protocol_does_no_input_or_output() {
    let found = saying("harvester", &[IMPURE, &["reqwest", "async "]].concat());
    let protocols = found.into_iter().filter(|found| found.starts_with("crates/harvester/src/protocol"));
    assert_eq!(protocols.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn pure_crates_do_nothing_but_compute() {
    let found: Vec<String> = PURE.iter().flat_map(|name| saying(name, IMPURE)).collect();
    assert_eq!(found, [""; 0]);
}

#[test]
fn only_the_command_prints() {
    let others = crates().into_iter().filter(|name| name != "cli");
    let found: Vec<String> = others.flat_map(|name| saying(&name, &["print!(", "println!(", "dbg!("])).collect();
    assert_eq!(found, [""; 0]);
}

#[test]
fn only_the_private_server_is_unsafe() {
    let others = crates().into_iter().filter(|name| name != "embedded");
    let found: Vec<String> = others.flat_map(|name| saying(&name, &["unsafe ", "unsafe_code"])).collect();
    assert_eq!(found, [""; 0]);
}

#[test]
fn every_crate_says_what_it_knows_and_what_it_refuses() {
    for name in crates().iter().filter(|name| *name != "cli") {
        let path = root().join("crates").join(name).join("src/lib.rs");
        let text = fs::read_to_string(&path).unwrap();
        let prose: String = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
        let refuses = prose.contains("refuse") || prose.contains("never");
        assert!(prose.contains("know") && refuses, "{}", path.display());
    }
}

#[test]
fn the_top_level_holds_what_the_house_names() {
    const NAMED: &[&str] = &[
        "Cargo.toml",
        "Cargo.lock",
        "crates",
        "config",
        "migrations",
        "tests",
        "docker-compose.yml",
        "Dockerfile",
        "README.md",
        "LICENSE",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs",
        "clippy.toml",
        "deny.toml",
        "rustfmt.toml",
        "Makefile",
        ".sqlx",
        ".ci",
        ".cargo",
        ".gitignore",
        ".dockerignore",
        // made by git, a build, a run, the set-up
        ".git",
        "target",
        "data",
        "vendor",
    ];
    let entries = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(entries.filter(|name| !NAMED.contains(&&**name)).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn the_makefile_has_ten_targets_at_most() {
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    let is_target = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        line.len() > name.len() && !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let targets: Vec<&str> = makefile.lines().filter(is_target).collect();
    assert!((1..=10).contains(&targets.len()), "{targets:?}");
}

fn crates() -> Vec<String> {
    let entries = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// Everything a crate's manifest depends on, for its build and its tests too.
fn dependencies(name: &str) -> BTreeSet<String> {
    let path = root().join("crates").join(name).join("Cargo.toml");
    let manifest: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
    let tables = ["dependencies", "build-dependencies", "dev-dependencies"].into_iter();
    let tables = tables.filter_map(|table| manifest.get(table)?.as_table());
    tables.flat_map(|table| table.keys().cloned()).collect()
}

/// The lines of a crate's sources, its tests and comments left out, that say one of the words.
fn saying(name: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for path in sources(&root().join("crates").join(name).join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let shown = path.strip_prefix(root()).unwrap().display();
        for (line, code) in code_of(&text) {
            found.extend(
                words.iter().filter(|word| says(code, word)).map(|word| format!("{shown}:{line} says `{word}`")),
            );
        }
    }
    found
}

/// Whether the word stands in the line, and not as the end of a longer one.
fn says(code: &str, word: &str) -> bool {
    code.match_indices(word)
        .any(|(start, _)| !code[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
}

/// The lines that are neither comments nor for tests, with their numbers.
fn code_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut lines = (1..).zip(text.lines());
    let mut code = Vec::new();
    while let Some((number, line)) = lines.next() {
        if line == "#[cfg(test)]" {
            let item = lines.next().map_or("", |(_, line)| line);
            if !item.ends_with([';', '}']) {
                lines.find(|(_, line)| *line == "}");
            }
        } else if !line.trim_start().starts_with("//") {
            code.push((number, line.trim_start()));
        }
    }
    code.into_iter()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") && !is_for_tests(&entry) {
            found.push(entry);
        }
    }
    found.sort();
    found
}

/// Modules that are compiled for a crate's own tests bear one of these names.
fn is_for_tests(source: &Path) -> bool {
    source.ends_with("tests.rs") || source.ends_with("testing.rs")
}

#[test]
fn a_word_is_found_in_code_alone() {
    let text = "use std::fs;\n#[cfg(test)]\nmod fs::a;\n// std::fs\n    /// fs::read\nlet a = offs::x();\n#[cfg(test)]\nmod tests {\n    fs::read()\n}\nfs::b();\n";
    let found: Vec<usize> =
        code_of(text).filter(|(_, code)| says(code, "fs::") || says(code, "std::fs")).map(|(line, _)| line).collect();
    assert_eq!(found, [1, 11]);
}
