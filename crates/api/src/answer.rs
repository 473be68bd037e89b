//! Answers in JSON: negotiated, tagged, and not sent again to who has them.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Digest;

use crate::problem::Problem;

/// What a caller sent besides the address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) headers: &'a HeaderMap,
}

impl Asked<'_> {
    /// A JSON answer; 304 if the caller has it, 406 if it takes no JSON.
    pub(crate) fn json(self, body: Vec<u8>) -> Result<Response, Problem> {
        if !accepts(self.headers, "application", "json") {
            let detail = "this address answers in `application/json` only; lists of actions also end in `.ndjson`, \
                          `.csv` and `.geojson`";
            return Err(Problem::new("not-acceptable", detail).with("expected", vec!["application/json"]));
        }
        // Weak: the same answer may leave compressed.
        let tag = format!("W/\"{}\"", Digest::of([body.as_slice()]));
        let is_known = self.headers.get_all(header::IF_NONE_MATCH).iter().any(|tags| names(tags, &tag));
        let tagged = [
            (header::ETAG, HeaderValue::from_str(&tag).expect("hexadecimal digits in quotes are a header")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (header::VARY, HeaderValue::from_static("accept")),
        ];
        if is_known {
            return Ok((StatusCode::NOT_MODIFIED, tagged).into_response());
        }
        let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        Ok((tagged, content_type, Body::from(body)).into_response())
    }
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
