//! `/api`: a page that lists what can be asked and lets one try it, with nothing from elsewhere.

use std::fmt::Write;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::problem::KINDS;

const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// The page, written once from the document.
pub(crate) fn write(document: &Value) -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Carrefour: API</title>\
         <link rel=\"stylesheet\" href=\"/api/page.css\"><script src=\"/api/page.js\" defer></script></head><body>\
         <main><h1>Carrefour: API</h1><p>Actions of social innovation in France, merged from many sourceurs. \
         Everything is read with GET; lists answer <code>{data, total, facets, next}</code>; errors are \
         <code>application/problem+json</code>. The same for programs: \
         <a href=\"/api/v1/openapi.json\">openapi.json</a>.</p>\n",
    );
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        operation(path, &item["get"], &mut page);
    }
    page.push_str("<section><h2>Problems</h2><table><tr><th>code</th><th>status</th><th>meaning</th></tr>\n");
    for (code, status, title) in KINDS {
        let _ = writeln!(
            page,
            "<tr id=\"{code}\"><td><code>{code}</code></td><td>{}</td><td>{title}</td></tr>",
            status.as_u16()
        );
    }
    page.push_str("</table></section></main></body></html>\n");
    page
}

/// One operation: what it does, and a form that asks it. Without JavaScript the form leads to the answer.
fn operation(path: &str, get: &Value, page: &mut String) {
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let name = path.trim_start_matches('/').replace(['/', '{', '}', '.'], "-");
    let _ = writeln!(
        page,
        "<section><h2 id=\"{name}\"><code>GET {}</code></h2><p>{}</p><form action=\"{}\" method=\"get\">",
        escaped(path),
        text(&get["summary"]),
        escaped(path),
    );
    for (at, parameter) in get["parameters"].as_array().into_iter().flatten().enumerate() {
        let (parameter_name, id) = (text(&parameter["name"]), format!("{name}-{at}"));
        let required = if parameter["in"] == "path" { " data-path required" } else { "" };
        let _ = writeln!(
            page,
            "<p><label for=\"{id}\"><code>{parameter_name}</code></label> \
             <input id=\"{id}\" name=\"{parameter_name}\" placeholder=\"{}\"{required}> <small>{}</small></p>",
            escaped(&shown(&parameter["example"])),
            prose(parameter["description"].as_str().unwrap_or_default()),
        );
    }
    page.push_str("<p><button>Ask</button></p></form><pre tabindex=\"0\" hidden></pre></section>\n");
}

fn shown(example: &Value) -> String {
    example.as_str().map_or_else(|| example.as_u64().map_or_else(String::new, |n| n.to_string()), str::to_owned)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A sentence; what stands in backticks is code.
fn prose(sentence: &str) -> String {
    let mut told = String::with_capacity(sentence.len());
    for (at, part) in sentence.split('`').enumerate() {
        let part = escaped(part);
        let _ = if at % 2 == 1 { write!(told, "<code>{part}</code>") } else { write!(told, "{part}") };
    }
    told
}

/// An answer in one of the page's forms.
pub(crate) fn file(content_type: &'static str, text: String) -> Response {
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; \
                  base-uri 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
    ];
    (headers, text).into_response()
}

/// The page's own script.
pub(crate) async fn script() -> Response {
    file("text/javascript; charset=utf-8", SCRIPT.to_owned())
}

/// The page's own style.
pub(crate) async fn style() -> Response {
    file("text/css; charset=utf-8", STYLE.to_owned())
}
