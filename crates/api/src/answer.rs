//! Answers: negotiated, tagged, and not sent again to who has them.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::problem::Problem;
use crate::sheet::Sheet;

/// What a caller sent besides the address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) headers: &'a HeaderMap,
}

impl Asked<'_> {
    /// A JSON answer; 304 if the caller has it, 406 if it takes no JSON.
    pub(crate) fn json(self, body: Vec<u8>) -> Result<Response, Problem> {
        self.give(&Sheet::json(body))
    }

    /// An answer that is ready; 304 if the caller has it, 406 if it takes no JSON where the answer is JSON.
    pub(crate) fn give(self, sheet: &Sheet) -> Result<Response, Problem> {
        if sheet.content_type == "application/json" && !accepts(self.headers, "application", "json") {
            let detail = "this address answers in `application/json` only; lists of actions also end in `.ndjson`, \
                          `.csv`, `.geojson` and `.atom`, single ones in `.jsonld`";
            return Err(Problem::new("not-acceptable", detail).with("expected", vec!["application/json"]));
        }
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(header::ETAG, sheet.tag.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::VARY, HeaderValue::from_static("accept"));
        headers.extend(sheet.link.clone().map(|link| (header::LINK, link)));
        if has(self.headers, &sheet.tag) {
            return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(sheet.content_type));
        Ok((headers, Body::from(sheet.body.clone())).into_response())
    }
}

/// Whether the caller has what a tag names.
fn has(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let tag = tag.to_str().unwrap_or_default();
    headers.get_all(header::IF_NONE_MATCH).iter().any(|tags| names(tags, tag))
}

/// 304 for a caller that has what a tag names.
pub(crate) fn unchanged(headers: &HeaderMap, tag: &HeaderValue) -> Option<Response> {
    let told = || [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    has(headers, tag).then(|| (StatusCode::NOT_MODIFIED, told()).into_response())
}

/// A text of ours as a header.
pub(crate) fn header_value(text: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(text).map_err(|_| Problem::new("internal", "an address of ours cannot be a header"))
}

/// Something of ours as JSON.
pub(crate) fn written<T: Serialize>(answer: &T) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(answer).map_err(|_| Problem::new("internal", "an answer of ours cannot be written"))
}

/// Whether an `If-None-Match` names a tag, compared weakly (RFC 9110, 13.1.2).
fn names(tags: &HeaderValue, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(tags) = tags.to_str() else { return false };
    tags.trim() == "*" || tags.split(',').any(|each| opaque(each) == opaque(tag))
}

/// Whether `Accept` takes a media type; no header takes all (RFC 9110, 12.5.1).
fn accepts(headers: &HeaderMap, kind: &str, subtype: &str) -> bool {
    let ranges: Vec<&str> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|v| v.split(','))
        .collect();
    if ranges.iter().all(|range| range.trim().is_empty()) {
        return true;
    }
    // The most exact range that speaks of the type decides.
    let taken = ranges.iter().filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let (range_kind, range_subtype) = parts.next()?.split_once('/')?;
        let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        let is = |range: &str, asked: &str| range.eq_ignore_ascii_case(asked);
        let exactness = match (is(range_kind, kind), is(range_subtype, subtype)) {
            (true, true) => 2,
            (true, false) if range_subtype == "*" => 1,
            _ if range_kind == "*" && range_subtype == "*" => 0,
            _ => return None,
        };
        Some((exactness, !refused))
    });
    taken.max_by_key(|(exactness, _)| *exactness).is_some_and(|(_, taken)| taken)
}

/// Nothing is written here: 404 for the rest of the house, 405 for other methods.
pub(crate) async fn nothing_here() -> Problem {
    Problem::new("not-found", "there is nothing at this address; `/api` lists what can be asked")
}

/// Answers any method an address does not have.
pub(crate) async fn only_read(method: Method) -> Problem {
    Problem::new("method-not-allowed", format!("`{method}` does nothing here: expected GET or HEAD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, taken: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        assert_eq!(accepts(&headers, "application", "json"), taken, "{accept}");
    }

    #[test]
    fn what_a_caller_takes_decides() {
        assert!(accepts(&HeaderMap::new(), "application", "json"));
        check("", true);
        check("*/*", true);
        check("text/html, */*;q=0.1", true);
        check("application/*", true);
        check("Application/JSON; charset=utf-8", true);
        check("text/html", false);
        check("application/json;q=0, */*", false);
        check("nonsense", false);
    }

    #[test]
    fn an_answer_that_the_caller_has_is_not_sent_again() {
        let answer = |if_none_match: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(tags) = if_none_match {
                headers.insert(header::IF_NONE_MATCH, tags.parse().unwrap());
            }
            Asked { headers: &headers }.json(b"{}".to_vec()).unwrap()
        };
        let first = answer(None);
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(answer(Some("\"other\"")).status(), StatusCode::OK);
        for tags in [tag.clone(), "*".into(), format!("\"x\", {tag}"), tag.trim_start_matches("W/").to_owned()] {
            assert_eq!(answer(Some(&tags)).status(), StatusCode::NOT_MODIFIED, "{tags}");
        }
    }
}
