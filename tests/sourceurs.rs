//! The sourceurs of `config/sourceurs`, each with its sample: made-up records in the shape that the
//! public page named in the file's head documents.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{carrefour, root};

/// The files of a folder by their stems.
fn files(folder: &str) -> Vec<(String, PathBuf)> {
    let found = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<(String, PathBuf)> =
        found.map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), path)).collect();
    files.sort();
    files
}

/// Every theme of the taxonomy: `theme`, and `theme/sub`.
fn themes() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("config/taxonomy.toml")).unwrap();
    let taxonomy: toml::Table = toml::from_str(&text).unwrap();
    let mut slugs = BTreeSet::new();
    for (theme, entry) in taxonomy["themes"].as_table().unwrap() {
        slugs.insert(theme.clone());
        let subs = entry.get("sub").and_then(toml::Value::as_table);
        slugs.extend(subs.into_iter().flat_map(|subs| subs.keys()).map(|sub| format!("{theme}/{sub}")));
    }
    slugs
}

/// How many records a sample holds, counted without the house.
fn records_in(sample: &Path, config: &toml::Table) -> usize {
    let text = fs::read_to_string(sample).unwrap();
    match sample.extension().unwrap().to_str().unwrap() {
        "json" => {
            let document: Value = serde_json::from_str(&text).unwrap();
            let items = config["harvest"]["json-api"]["items"].as_str().unwrap();
            let list = items.split('.').filter(|part| !part.is_empty()).fold(&document, |value, part| &value[part]);
            list.as_array().map(Vec::len).or_else(|| list.as_object().map(serde_json::Map::len)).unwrap()
        }
        "csv" => text.lines().count() - 1,
        "xml" => text.matches("<item>").count(),
        "html" => 1,
        other => panic!("no sample ends in .{other}"),
    }
}

#[test]
fn every_sourceur_has_a_sample_and_stays_disabled_until_it_was_asked() {
    let configs = files("config/sourceurs");
    let names = |files: &[(String, PathBuf)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&configs), names(&files("tests/samples/sourceurs")));
    for (id, path) in configs {
        let config: toml::Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(config["enabled"].as_bool(), Some(false), "{id}");
    }
}

#[test]
fn every_sourceurs_sample_becomes_actions() {
    let themes = themes();
    let samples = files("tests/samples/sourceurs");
    for (id, sample) in samples {
        let file = root().join(format!("config/sourceurs/{id}.toml"));
        let config: toml::Table = toml::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let output = carrefour()
            .current_dir(root())
            .arg("preview")
            .args([&file, Path::new("--input"), &sample])
            .args(["--format", "ndjson"])
            .output()
            .unwrap();
        let talk = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{id}: {talk}");
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), records_in(&sample, &config), "{id}");
        let mut keys = BTreeSet::new();
        for line in &lines {
            let key = line["record"]["key"].as_str().unwrap_or_default();
            assert!(!key.is_empty() && keys.insert(key.to_owned()), "{id}: every record has its own key, not `{key}`");
            let issues = line["issues"].as_array().unwrap();
            assert!(issues.iter().all(|issue| issue["severity"] != "error"), "{id} {key}: {issues:?}");
            let action = &line["action"];
            assert!(action["title"].as_str().is_some_and(|title| !title.is_empty()), "{id} {key}: no title");
            let has = |field: &str| action[field].as_array().is_some_and(|list| !list.is_empty());
            assert!(has("places") || has("links") || action["url"].is_string(), "{id} {key}: neither place nor link");
            assert!(action["contact"].is_null(), "{id} {key}: contacts are nobody's here");
            for theme in action["themes"].as_array().into_iter().flatten() {
                let slug = theme["id"].as_str().unwrap();
                assert!(themes.contains(slug), "{id} {key}: `{slug}` is no theme");
            }
        }
        let has_themes = lines.iter().any(|line| line["action"]["themes"].as_array().is_some_and(|l| !l.is_empty()));
        assert!(has_themes, "{id}: its lookups find a theme");
    }
}
