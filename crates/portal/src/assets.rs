//! What pages load, served by us: style sheets, scripts, fonts, the moving map.
//!
//! Everything lies under `/assets/BUILD/`, where `BUILD` is the digest of all of it: an address is
//! for ever that of the same bytes, and files find each other by relative addresses. Texts are
//! compressed once.

#[cfg(test)]
mod contrast;

use std::io::Write;
use std::sync::{LazyLock, OnceLock};

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Digest;

use crate::map;
use crate::pages::errors::Fault;

/// Style sheets, in the order of the cascade; together they are `site.css`.
const STYLES: &[&str] = &[
    include_str!("../assets/css/tokens.css"),
    include_str!("../assets/css/base.css"),
    include_str!("../assets/css/components.css"),
    include_str!("../assets/css/map.css"),
    include_str!("../assets/css/home.css"),
    include_str!("../assets/css/search.css"),
    include_str!("../assets/css/fiche.css"),
    include_str!("../assets/css/territory.css"),
    include_str!("../assets/css/api.css"),
    include_str!("../assets/css/print.css"),
];

/// Files as they stand: name, media type, content.
const FILES: &[(&str, &str, &[u8])] = &[
    ("favicon.svg", SVG, include_bytes!("../assets/favicon.svg")),
    ("search.js", SCRIPT, include_bytes!("../assets/js/search.js")),
    ("map.js", SCRIPT, include_bytes!("../assets/js/map.js")),
    ("fiche.js", SCRIPT, include_bytes!("../assets/js/fiche.js")),
    ("api.js", SCRIPT, include_bytes!("../assets/js/api.js")),
];

const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const FONT: &str = "font/woff2";

// `WEB`: name, media type and content of what npm brought.
include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// Whether there is an asset of this name in this build.
pub(crate) fn is_there(name: &str) -> bool {
    ASSETS.get(name).is_some()
}

/// Names of the fonts that are there.
pub(crate) fn fonts() -> impl Iterator<Item = &'static str> {
    WEB.iter().filter(|(_, kind, _)| *kind == FONT).map(|(name, _, _)| *name)
}

/// Whether the moving map was there when the command was built.
pub(crate) fn has_moving_map() -> bool {
    is_there("maplibre-gl.mjs")
}

/// Address of an asset by its name.
pub(crate) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", ASSETS.build)
}

/// Compresses everything in the background, so that no visitor waits for it.
pub(crate) fn warm() {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn_blocking(|| {
            for asset in &ASSETS.all {
                asset.packed();
            }
        });
    }
}

static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::gather);

struct Assets {
    /// Digest of everything.
    build: String,
    all: Vec<Asset>,
}

struct Asset {
    name: &'static str,
    content_type: &'static str,
    plain: Bytes,
    packed: OnceLock<Packed>,
}

/// An asset compressed; empty where compressing gains nothing.
struct Packed {
    brotli: Bytes,
    gzip: Bytes,
}

impl Assets {
    fn gather() -> Self {
        let styles = Asset::new("site.css", STYLE, Bytes::from(tight(&STYLES.concat())));
        let files =
            FILES.iter().chain(WEB).map(|(name, kind, bytes)| Asset::new(name, kind, Bytes::from_static(bytes)));
        let ground = Asset::new(map::BASE, "application/geo+json", Bytes::from_static(map::base_map()));
        let all: Vec<Asset> = [styles, ground].into_iter().chain(files).collect();
        let digest = Digest::of(all.iter().flat_map(|asset| [asset.name.as_bytes(), &asset.plain[..]]));
        Self { build: digest.to_string()[..16].to_owned(), all }
    }

    fn get(&self, name: &str) -> Option<&Asset> {
        self.all.iter().find(|asset| asset.name == name)
    }
}

impl Asset {
    fn new(name: &'static str, content_type: &'static str, plain: Bytes) -> Self {
        Self { name, content_type, plain, packed: OnceLock::new() }
    }

    fn packed(&self) -> &Packed {
        self.packed.get_or_init(|| {
            if self.content_type == FONT {
                return Packed { brotli: Bytes::new(), gzip: Bytes::new() };
            }
            Packed { brotli: brotli(&self.plain), gzip: gzip(&self.plain) }
        })
    }

    /// The bytes and the encoding that suit a visitor best.
    fn suited(&self, headers: &HeaderMap) -> (Bytes, Option<&'static str>) {
        let takes = |name: &str| {
            headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| {
                value.split(',').any(|each| {
                    let mut parts = each.split(';').map(str::trim);
                    parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case(name))
                        && !parts.any(|part| matches!(part.trim_start_matches("q="), "0" | "0.0" | "0.00" | "0.000"))
                })
            })
        };
        let packed = self.packed();
        match () {
            () if !packed.brotli.is_empty() && takes("br") => (packed.brotli.clone(), Some("br")),
            () if !packed.gzip.is_empty() && takes("gzip") => (packed.gzip.clone(), Some("gzip")),
            () => (self.plain.clone(), None),
        }
    }
}

/// A style sheet without its comments, indents and empty lines: those are for who reads the source.
fn tight(css: &str) -> String {
    let mut parts = css.split("/*");
    let mut bare = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        bare.push_str(part.split_once("*/").map_or("", |(_, after)| after));
    }
    bare.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn brotli(plain: &[u8]) -> Bytes {
    let mut packed = Vec::new();
    // The best for what every visitor loads; a megabyte of moving map would take seconds at it. A window of
    // 4 MiB holds that whole.
    let quality = if plain.len() < 128 << 10 { 11 } else { 9 };
    let mut writer = brotli::CompressorWriter::new(&mut packed, 4096, quality, 22);
    writer.write_all(plain).expect("a vector takes every byte");
    drop(writer);
    Bytes::from(packed)
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(plain).expect("a vector takes every byte");
    Bytes::from(writer.finish().expect("a vector takes every byte"))
}

/// `/assets/{build}/{name}`. Another build's address has this build's bytes, to be asked for again
/// soon: a page from before a release still finds its style.
pub(crate) async fn file(Path((build, name)): Path<(String, String)>, headers: HeaderMap) -> Result<Response, Fault> {
    let asset = ASSETS.get(&name).ok_or(Fault::NotFound)?;
    let kept = if build == ASSETS.build { "public, max-age=31536000, immutable" } else { "no-cache" };
    Ok(send(asset, &headers, kept))
}

/// `/favicon.svg`, and `/favicon.ico` for who asks for it unread.
pub(crate) async fn favicon(headers: HeaderMap) -> Result<Response, Fault> {
    let asset = ASSETS.get("favicon.svg").ok_or(Fault::NotFound)?;
    Ok(send(asset, &headers, "public, max-age=86400"))
}

fn send(asset: &Asset, headers: &HeaderMap, kept: &'static str) -> Response {
    let (bytes, encoding) = asset.suited(headers);
    let mut answer = (
        StatusCode::OK,
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
            (header::CACHE_CONTROL, HeaderValue::from_static(kept)),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ],
        Body::from(bytes),
    )
        .into_response();
    if asset.content_type == SVG {
        // A drawing may be opened as a page.
        let nothing = HeaderValue::from_static("default-src 'none'");
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, nothing);
    }
    if let Some(encoding) = encoding {
        answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(encodings: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, encodings.parse().expect("a header"));
        headers
    }

    #[test]
    fn an_asset_is_packed_as_the_visitor_takes_it() {
        let asset = ASSETS.get("site.css").expect("the style sheet");
        for (encodings, expected) in [
            ("gzip, deflate, br", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0, gzip", Some("gzip")),
            ("identity", None),
            ("", None),
        ] {
            assert_eq!(asset.suited(&asked(encodings)).1, expected, "{encodings}");
        }
    }

    #[test]
    fn the_style_sheets_weigh_less_than_14_kilobytes_packed() {
        let packed = brotli(tight(&STYLES.concat()).as_bytes()).len();
        assert!(packed < 14 * 1024, "{packed} bytes");
    }

    #[test]
    fn a_style_sheet_loses_comments_and_indents_alone() {
        assert_eq!(
            tight("/* a */\n.b {\n  c: d; /* e\n f */ }\n\n.g { h: \"i j\" }\n"),
            ".b {\nc: d;  }\n.g { h: \"i j\" }"
        );
        assert_eq!(tight("a { } /* never ends"), "a { }");
        let (all, bare) = (STYLES.concat(), tight(&STYLES.concat()));
        assert_eq!(all.matches('{').count(), bare.matches('{').count());
    }

    #[test]
    fn no_style_sheet_asks_for_anything_elsewhere() {
        let all = STYLES.concat();
        assert!(!all.contains("://") && !all.contains("@import") && !all.contains("url(\"//"));
    }
}
