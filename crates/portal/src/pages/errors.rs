//! What goes wrong, told to a visitor: what happened, and what to do now.

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use tracing::error;

use crate::lang::{self, Section};
use crate::page::{POLICY, Page, Visit};
use crate::words::errors::{EN, Errors, FR, Told};
use crate::words::terms;
use crate::{PortalState, typo};

/// Why there is no page to show. A handler gives it, [`dress`] makes a page of it.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The address cannot be understood.
    BadRequest,
    /// There is nothing at the address.
    NotFound,
    /// The action was withdrawn.
    Gone {
        /// When.
        gone_at: DateTime<Utc>,
        /// Why, in the base's word.
        reason: String,
    },
    /// Only reading does something here.
    NotAllowed,
    /// The index is being made.
    NotReady,
    /// We are at fault; what is said goes into our log, not to the visitor.
    Broken(String),
}

impl Fault {
    fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone { .. } => StatusCode::GONE,
            Self::NotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotReady | Self::Broken(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl From<store::StoreError> for Fault {
    fn from(error: store::StoreError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<api::Unanswered> for Fault {
    fn from(error: api::Unanswered) -> Self {
        match error {
            api::Unanswered::Building { .. } | api::Unanswered::IndexFailed => Self::NotReady,
            away => Self::Broken(away.to_string()),
        }
    }
}

impl IntoResponse for Fault {
    /// Not for visitors' eyes yet: [`dress`] takes the fault out again.
    fn into_response(self) -> Response {
        let mut answer = self.status().into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

/// Nothing is written here.
pub(crate) async fn not_found(visit: Visit) -> Result<Response, Fault> {
    let trimmed = visit.path.trim_end_matches('/');
    if trimmed.len() < visit.path.len() && trimmed.starts_with('/') && !trimmed.starts_with("//") {
        let query = visit.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        if let Ok(location) = HeaderValue::from_str(&format!("{trimmed}{query}")) {
            return Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response());
        }
    }
    Err(Fault::NotFound)
}

/// For any method that an address does not have.
pub(crate) async fn only_read() -> Fault {
    Fault::NotAllowed
}

/// Puts the portal's headers on every answer, and makes pages of faults.
pub(crate) async fn dress(State(state): State<PortalState>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let visit = Visit::of(&parts);
    let mut answer = next.run(Request::from_parts(parts, body)).await;
    let fault = answer.extensions_mut().remove::<Fault>().or_else(|| undressed(&answer));
    if let Some(fault) = fault {
        answer = page_of(&state, &visit, &fault);
    }
    guard(answer.headers_mut());
    answer
}

/// The fault behind a refusal that the router made by itself, in plain words for machines.
fn undressed(answer: &Response) -> Option<Fault> {
    let status = answer.status();
    if !status.is_client_error() || is_page(answer.headers()) {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Fault::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Fault::NotAllowed,
        _ => Fault::BadRequest,
    })
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Headers that keep an answer to itself; one that it has already stands. What is no page does nothing
/// by itself and takes two: many of them are loaded with each page.
fn guard(headers: &mut HeaderMap) {
    const ALL: [(&str, &str); 2] =
        [("x-content-type-options", "nosniff"), ("cross-origin-resource-policy", "same-origin")];
    const PAGES: [(&str, &str); 5] = [
        ("content-security-policy", POLICY),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("permissions-policy", "geolocation=(self), camera=(), microphone=(), payment=(), usb=()"),
        ("cross-origin-opener-policy", "same-origin"),
    ];
    let is_asset = headers.contains_key(header::CONTENT_TYPE) && !is_page(headers);
    let pages = PAGES.iter().filter(|_| !is_asset);
    for (name, value) in ALL.iter().chain(pages) {
        headers.entry(*name).or_insert(HeaderValue::from_static(value));
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct View<'a> {
    page: Page,
    words: &'static Errors,
    told: &'static Told,
    status: u16,
    detail: Option<&'a str>,
}

fn page_of(state: &PortalState, visit: &Visit, fault: &Fault) -> Response {
    let words = visit.words(&FR, &EN);
    let (told, detail) = match fault {
        Fault::BadRequest => (&words.bad_request, None),
        Fault::NotFound => (&words.not_found, None),
        Fault::Gone { gone_at, reason } => {
            let when = format!("{} {}.", words.since, typo::day(*gone_at, visit.lang));
            let why = terms::gone(reason, visit.lang).unwrap_or_default();
            (&words.gone, Some(format!("{when} {why}").trim_end().to_owned()))
        }
        Fault::NotAllowed => (&words.not_allowed, None),
        Fault::NotReady => (&words.not_ready, None),
        Fault::Broken(reason) => {
            error!("a page cannot be shown: {reason}");
            (&words.broken, None)
        }
    };
    let mut page = visit.page(state, Section::Home).not_indexed();
    page.section = None;
    Section::Home.path(lang::other(visit.lang)).clone_into(&mut page.twin);
    let status = fault.status();
    let view = View { page, words, told, status: status.as_u16(), detail: detail.as_deref() };
    // The last resort of a page that cannot be written is its title.
    let body = view.render().unwrap_or_else(|_| told.title.to_owned());
    let mut answer = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], Body::from(body)).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match fault {
        Fault::NotReady => drop(headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"))),
        Fault::Broken(_) => drop(headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"))),
        Fault::NotAllowed => drop(headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"))),
        _ => {}
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_guarded_and_may_have_a_policy_of_its_own() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert("content-security-policy", HeaderValue::from_static("default-src 'self'"));
        guard(&mut headers);
        assert_eq!(headers.len(), 8);
        assert_eq!(headers["content-security-policy"], "default-src 'self'");
        assert!(!POLICY.contains("unsafe") && !POLICY.contains("http"));
    }

    #[test]
    fn an_answer_without_content_is_guarded_as_a_page_and_a_font_is_told_apart() {
        let mut headers = HeaderMap::new();
        guard(&mut headers);
        assert_eq!(headers["content-security-policy"], POLICY);
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("font/woff2"));
        guard(&mut headers);
        assert_eq!(headers.len(), 3);
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }

    #[test]
    fn what_a_visitor_wrote_stays_a_text() {
        let view = View {
            page: Page::example(lang::Lang::Fr),
            words: &FR,
            told: &FR.bad_request,
            status: 400,
            detail: Some("<script>alert(1)</script>"),
        };
        let written = view.render().expect("the template writes");
        assert!(!written.contains("<script>alert"), "{written}");
    }
}
