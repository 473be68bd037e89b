//! What `preview` and `check` tell of a file and a document, with no base, no config folder and no network.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Scratch, carrefour};

/// A sourceur's file, a document: the lines of stdout, the last line of stderr, the exit code.
fn preview(config: &str, document: &[u8], flags: &[&str]) -> (Vec<Value>, Value, i32) {
    let scratch = Scratch::new();
    let (file, input) = (scratch.path().join("lieu.toml"), scratch.path().join("document"));
    fs::write(&file, config).unwrap();
    fs::write(&input, document).unwrap();
    let output = carrefour()
        .current_dir(scratch.path())
        .arg("preview")
        .args([&file, std::path::Path::new("--input"), &input])
        .args(["--format", "ndjson"])
        .args(flags)
        .output()
        .unwrap();
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 2, "a preview writes nothing");
    // Any program's idea of a line: the separators of Unicode too.
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.split(['\n', '\u{85}', '\u{2028}', '\u{2029}']).filter(|line| !line.is_empty());
    let lines = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let talk = String::from_utf8(output.stderr).unwrap();
    let last = talk.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    (lines, last, output.status.code().unwrap())
}

const JSON: &str =
    "[harvest.json-api]\nstart = \"http://partner.example/items\"\nitems = \".\"\nkey = \"id\"\n[fields]\n";
const CSV: &str =
    "[harvest.csv]\nstart = \"http://partner.example/d.csv\"\nkey = \"id\"\n[fields]\ntitle = \"titre\"\n";

#[test]
fn a_documents_end_decides_whatever_its_records_are_worth() {
    #[track_caller]
    fn check(config: &str, document: &str, code: i32, records: usize) {
        let (lines, last, exit) = preview(config, document.as_bytes(), &[]);
        let told = (exit, lines.len(), last["complete"].as_bool(), last["records"].as_u64());
        assert_eq!(told, (code, records, Some(code == 0), Some(records as u64)), "{document}");
    }
    let json = format!("{JSON}title = \"t\"\n");
    check(&json, "[]", 0, 0);
    check(&json, "{\"t\": \"seul\"}", 0, 1);
    check(&json, "\"un mot\"", 0, 1);
    check(&json, "\u{feff}[{\"id\": 1}, {}, 5, null]", 0, 4);
    check(&json, "[{\"id\": 1}, {\"id\": NaN}]", 1, 1);
    check(&json, "[{\"id\": 1}, ]", 1, 1);
    check(&json, "[{\"id\": 1}", 1, 1);
    check(&json, &"[".repeat(100_000), 1, 0);
    check(&json, "<html><body>maintenance</body></html>", 1, 0);
    check(&json, "", 1, 0);
    check(CSV, "id;titre\n1;a\n", 0, 1);
    check(CSV, "id;titre\n1;a\n2;\"b\n3;c\n", 1, 1);
}

#[test]
fn no_cleaning_step_leaves_what_a_database_can_hold() {
    let config = format!("{JSON}title = {{ at = \"t\", clean = [] }}\n");
    let document = r#"[{"id": 1, "t": " <b>e\u0301</b> &amp; a\ud800b\u0000\u0001\ufdd0 \u202ex\u200b\u2028y "}]"#;
    let (lines, _, code) = preview(&config, document.as_bytes(), &[]);
    assert_eq!((lines.len(), code), (1, 0));
    assert_eq!(lines[0]["action"], json!({"title": "<b>é</b> &amp; ab \u{202e}x\u{200b}\u{2028}y"}));
}

#[test]
fn a_default_config_folder_that_is_not_there_has_no_mistake() {
    let scratch = Scratch::new();
    let check = |flags: &[&str]| {
        let output = carrefour().current_dir(scratch.path()).arg("check").args(flags).output().unwrap();
        output.status.code().unwrap()
    };
    assert_eq!(check(&[]), 0);
    assert_eq!(check(&["--config", "nowhere"]), 2);
}
