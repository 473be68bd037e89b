//! Lists what npm brought, to be compiled in: fonts, the moving map, and their licences.
//!
//! `npm ci` in `web/` brings it; where that has not been done the portal is built without: system
//! fonts, and no moving map.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const FONT: &str = "font/woff2";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// Name it is served under, media type, where npm puts it.
const WANTED: [(&str, &str, &str); 6] = [
    ("public-sans.woff2", FONT, "@fontsource-variable/public-sans/files/public-sans-latin-wght-normal.woff2"),
    (
        "bricolage-grotesque.woff2",
        FONT,
        "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2",
    ),
    ("maplibre-gl.mjs", SCRIPT, "maplibre-gl/dist/maplibre-gl.mjs"),
    ("maplibre-gl-shared.mjs", SCRIPT, "maplibre-gl/dist/maplibre-gl-shared.mjs"),
    ("maplibre-gl-worker.mjs", SCRIPT, "maplibre-gl/dist/maplibre-gl-worker.mjs"),
    ("maplibre-gl.css", STYLE, "maplibre-gl/dist/maplibre-gl.css"),
];

/// The licences that have to go with it.
const LICENCES: [(&str, &str); 3] = [
    ("Public Sans", "@fontsource-variable/public-sans/LICENSE"),
    ("Bricolage Grotesque", "@fontsource-variable/bricolage-grotesque/LICENSE"),
    ("MapLibre GL JS", "maplibre-gl/LICENSE.txt"),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=web/package-lock.json");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells where the crate is"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo tells where to write"));
    let modules = root.join("web/node_modules");

    let mut list = String::from("const WEB: &[(&str, &str, &[u8])] = &[\n");
    let mut missing = Vec::new();
    for (name, kind, path) in WANTED {
        let file = modules.join(path);
        println!("cargo::rerun-if-changed={}", file.display());
        if file.is_file() {
            put(&mut list, name, kind, &file);
        } else {
            missing.push(name);
        }
    }
    let mut licences = String::new();
    for (name, path) in LICENCES {
        if let Ok(text) = fs::read_to_string(modules.join(path)) {
            write!(licences, "{name}\n\n{}\n\n\n", text.trim()).expect("a string takes every byte");
        }
    }
    if !licences.is_empty() {
        let file = out.join("licences.txt");
        fs::write(&file, licences).expect("cargo's own folder takes a file");
        put(&mut list, "licences.txt", "text/plain; charset=utf-8", &file);
    }
    list.push_str("];\n");
    fs::write(out.join("web.rs"), list).expect("cargo's own folder takes a file");
    if !missing.is_empty() {
        println!("cargo::warning=built without {}: `make setup` brings them", missing.join(", "));
    }
}

fn put(list: &mut String, name: &str, kind: &str, file: &Path) {
    let file = file.display().to_string();
    writeln!(list, "    ({name:?}, {kind:?}, include_bytes!({file:?})),").expect("a string takes every byte");
}
