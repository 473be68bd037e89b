//! Errors as answers: RFC 9457 `application/problem+json`, naming the parameter and what would be right.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};
use store::StoreError;

use crate::state::Unanswered;

/// Every kind of problem: code, status, title. The page at `/api` lists them under these codes.
pub(crate) const KINDS: [(&str, StatusCode, &str); 15] = [
    ("unknown-parameter", StatusCode::BAD_REQUEST, "There is no such parameter here"),
    ("invalid-parameter", StatusCode::BAD_REQUEST, "A parameter has a value that cannot be read"),
    ("repeated-parameter", StatusCode::BAD_REQUEST, "A parameter is given more than once"),
    ("bad-encoding", StatusCode::BAD_REQUEST, "The query is not percent-encoded UTF-8"),
    ("unknown-territory", StatusCode::NOT_FOUND, "There is no such territory"),
    ("not-found", StatusCode::NOT_FOUND, "There is nothing at this address"),
    ("unknown-action", StatusCode::NOT_FOUND, "There never was such an action"),
    ("unknown-sourceur", StatusCode::NOT_FOUND, "There is no such sourceur"),
    ("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED, "This address is only read"),
    ("not-acceptable", StatusCode::NOT_ACCEPTABLE, "This address cannot answer in that form"),
    ("gone", StatusCode::GONE, "The action was withdrawn"),
    ("query-too-long", StatusCode::URI_TOO_LONG, "The query is too long"),
    ("away", StatusCode::SERVICE_UNAVAILABLE, "The base cannot answer now"),
    ("building", StatusCode::SERVICE_UNAVAILABLE, "The search index is being made"),
    ("internal", StatusCode::INTERNAL_SERVER_ERROR, "Something is broken on our side"),
];

/// Every kind of problem: its code, its HTTP status and what it means, as the page at `/api` lists them.
pub fn problems() -> Vec<(&'static str, u16, &'static str)> {
    KINDS.iter().map(|(code, status, title)| (*code, status.as_u16(), *title)).collect()
}

/// One problem, on its way to the caller.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    code: &'static str,
    detail: String,
    members: Vec<(&'static str, Value)>,
    is_passing: bool,
}

impl Problem {
    /// A problem of one of [`KINDS`].
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        debug_assert!(KINDS.iter().any(|(known, ..)| *known == code), "`{code}` is no kind of problem");
        Self { code, detail: detail.into(), members: Vec::new(), is_passing: false }
    }

    /// Adds a member to the body.
    pub(crate) fn with(mut self, member: &'static str, value: impl Into<Value>) -> Self {
        self.members.push((member, value.into()));
        self
    }

    /// The base is away or busy: worth asking again in some seconds.
    pub(crate) fn away(detail: impl Into<String>) -> Self {
        Self { is_passing: true, ..Self::new("away", detail) }
    }

    /// The search index is being made: worth asking again soon.
    pub(crate) fn building(detail: impl Into<String>) -> Self {
        Self { is_passing: true, ..Self::new("building", detail) }
    }
}

impl From<Unanswered> for Problem {
    fn from(why: Unanswered) -> Self {
        match why {
            Unanswered::Building { .. } | Unanswered::IndexFailed => Self::building(why.to_string()),
            Unanswered::Away | Unanswered::NotMigrated => Self::away(why.to_string()),
            Unanswered::Broken => Self::new("internal", why.to_string()),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Unanswered::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let kind = KINDS.iter().find(|(code, ..)| *code == self.code);
        let (code, status, title) = kind.copied().unwrap_or(KINDS[KINDS.len() - 1]);
        let mut body = Map::new();
        body.insert("type".into(), format!("/api#{code}").into());
        body.insert("title".into(), title.into());
        body.insert("status".into(), status.as_u16().into());
        body.insert("code".into(), code.into());
        body.insert("detail".into(), self.detail.into());
        body.extend(self.members.into_iter().map(|(member, value)| (member.to_owned(), value)));
        let content_type = HeaderValue::from_static("application/problem+json");
        let cache = HeaderValue::from_static("no-store");
        let headers = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, cache)];
        let retry_after = self.is_passing.then_some([(header::RETRY_AFTER, HeaderValue::from_static("5"))]);
        (status, headers, retry_after, Value::Object(body).to_string()).into_response()
    }
}
