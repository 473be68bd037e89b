//! What the headers of an answer say: where it leads, how it is encoded, when to come back.

use std::time::{Duration, SystemTime};

use model::ReasonCode;
use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::Validators;
use crate::fault::{FetchError, shown};

/// Where a redirect leads.
#[derive(Debug)]
pub(crate) struct Target {
    /// The Location header, as sent.
    pub(crate) location: String,
    /// The same, absolute.
    pub(crate) url: Url,
}

/// Where an answer sends us, if it does; from https never to http.
pub(crate) fn redirect(url: &Url, status: StatusCode, headers: &HeaderMap) -> Result<Option<Target>, FetchError> {
    let is_redirect = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let Some(location) = headers.get(header::LOCATION).filter(|_| is_redirect) else { return Ok(None) };
    let location = header_text(location);
    let mut target = url.join(&location).map_err(|_| {
        let what = format!("redirects to `{location}`, which is no address");
        FetchError::lasting(ReasonCode::HttpStatus, url.as_str(), &what)
    })?;
    if url.scheme() == "https" && target.scheme() == "http" {
        let what =
            format!("redirects from https to `{}`, which anybody on the way could rewrite", shown(target.as_str()));
        return Err(FetchError::lasting(ReasonCode::AddressRefused, url.as_str(), &what));
    }
    // A user and a password are for the host they were written for.
    if target.host() != url.host() || target.port_or_known_default() != url.port_or_known_default() {
        let _ = target.set_username("");
        let _ = target.set_password(None);
    }
    target.set_fragment(None);
    Ok(Some(Target { location, url: target }))
}

/// The headers that make a request conditional; both, since either may be stuck at the server.
pub(crate) fn conditions(validators: Option<&Validators>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, value: Option<&String>| {
        if let Some(value) = value.and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok()) {
            headers.insert(name, value);
        }
    };
    if let Some(validators) = validators {
        put(header::IF_NONE_MATCH, validators.etag.as_ref());
        put(header::IF_MODIFIED_SINCE, validators.last_modified.as_ref());
    }
    headers
}

/// Refuses a body that the HTTP client could not decode: what it could it has, and taken the header away.
///
/// Some servers write a charset, or that there is no encoding: that is read as plain.
pub(crate) fn check_encoding(url: &Url, headers: &HeaderMap) -> Result<(), FetchError> {
    const NONE: [&str; 6] = ["", "identity", "none", "utf-8", "8bit", "binary"];
    let usable = |value: &HeaderValue| NONE.contains(&header_text(value).trim().to_ascii_lowercase().as_str());
    match headers.get_all(header::CONTENT_ENCODING).iter().find(|value| !usable(value)) {
        None => Ok(()),
        Some(value) => {
            let what = format!("came in the Content-Encoding `{}`, which we cannot undo", header_text(value));
            Err(FetchError::lasting(ReasonCode::BadEncoding, url.as_str(), &what))
        }
    }
}

/// How long a server asks to be left alone: a number of seconds, or a date by the server's own clock.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let date = |value: &HeaderValue| httpdate::parse_http_date(value.to_str().ok()?.trim()).ok();
    let value = headers.get(header::RETRY_AFTER)?;
    if let Some(seconds) = value.to_str().ok().and_then(|text| text.trim().parse::<u64>().ok()) {
        return Some(Duration::from_secs(seconds));
    }
    let now = headers.get(header::DATE).and_then(date).unwrap_or_else(SystemTime::now);
    Some(date(value)?.duration_since(now).unwrap_or_default())
}

/// A header's text; a server may write it in anything.
pub(crate) fn header_text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_redirect_leads_from_https_to_http() {
        let leads_to = |from: &str, location: &str| {
            let headers = HeaderMap::from_iter([(header::LOCATION, location.parse().unwrap())]);
            let target = redirect(&Url::parse(from).unwrap(), StatusCode::FOUND, &headers);
            target.map(|target| target.map(|target| target.url.to_string())).map_err(|fault| fault.reason.code)
        };
        for (from, location, expected) in [
            ("https://a.example/x", "/y#z", Ok(Some("https://a.example/y".to_owned()))),
            ("https://a.example/x", "http://a.example/y", Err(ReasonCode::AddressRefused)),
            ("http://a.example/x", "https://a.example/y", Ok(Some("https://a.example/y".to_owned()))),
            ("https://u:w@a.example/x", "y", Ok(Some("https://u:w@a.example/y".to_owned()))),
            ("https://u:w@a.example/x", "//u:w@b.example/y", Ok(Some("https://b.example/y".to_owned()))),
            ("https://a.example/x", "https://[", Err(ReasonCode::HttpStatus)),
        ] {
            assert_eq!(leads_to(from, location), expected, "{from} {location}");
        }
    }

    #[test]
    fn a_retry_after_is_a_number_of_seconds_or_a_date() {
        let wait = |fields: &[(HeaderName, &str)]| {
            let headers = fields.iter().map(|(name, value)| (name.clone(), value.parse().unwrap()));
            retry_after(&headers.collect::<HeaderMap>()).map(|wait| wait.as_secs())
        };
        let date = (header::DATE, "Tue, 01 Jan 2019 00:00:00 GMT");
        for (value, expected) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("Tue, 01 Jan 2019 00:02:00 GMT", Some(120)),
            ("Mon, 31 Dec 2018 00:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(wait(&[date.clone(), (header::RETRY_AFTER, value)]), expected, "{value}");
        }
        assert_eq!(wait(&[(header::RETRY_AFTER, "Tue, 01 Jan 2019 00:02:00 GMT")]), Some(0));
        assert_eq!(wait(&[date]), None);
    }
}
