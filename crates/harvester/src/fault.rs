//! Why a fetch failed, in a code that programs read and a sentence that people read.

use std::error::Error;
use std::io;
use std::time::Duration;

use model::{Reason, ReasonCode};
use url::Url;

use crate::address::Refused;

/// A fetch that brought no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", reason.message)]
pub struct FetchError {
    /// What went wrong, with the address, without its secrets.
    pub reason: Reason,
    /// How long the server asked to be left alone.
    pub retry_after: Option<Duration>,
    /// The fault is not the partner's: our own disk could not take the document.
    pub our_disk: bool,
    /// The status of the answer, where it is the fault.
    pub(crate) status: Option<u16>,
    /// Whether the same request may succeed in a moment.
    pub(crate) passing: bool,
}

impl FetchError {
    /// A fault that will be there next time too; `what` goes on after the address.
    pub(crate) fn lasting(code: ReasonCode, url: &str, what: &str) -> Self {
        let shown = shown(url);
        let reason = Reason { code, message: format!("`{shown}` {what}"), url: Some(shown) };
        Self { reason, retry_after: None, our_disk: false, status: None, passing: false }
    }

    /// A fault that may be gone in a moment.
    pub(crate) fn passing(code: ReasonCode, url: &str, what: &str) -> Self {
        Self { passing: true, ..Self::lasting(code, url, what) }
    }

    /// The same, with the address whose redirect led there.
    pub(crate) fn led_to_by(mut self, asked: &str) -> Self {
        self.reason.message = format!("`{}` redirects: {}", shown(asked), self.reason.message);
        self
    }

    /// The deadline of a request ran out.
    pub(crate) fn deadline(url: &str, deadline: Duration) -> Self {
        Self::passing(ReasonCode::Deadline, url, &format!("did not answer in whole within {}", in_words(deadline)))
    }

    /// The body cannot be kept: no fault of the partner's.
    pub(crate) fn disk(url: &str, cause: &io::Error) -> Self {
        let what = format!("cannot be kept in a temporary file: {cause}");
        Self { our_disk: true, ..Self::lasting(ReasonCode::TooLarge, url, &what) }
    }

    /// What the HTTP client says about a request that got no answer.
    pub(crate) fn no_answer(url: &str, error: &reqwest::Error) -> Self {
        if let Some(refused) = cause::<Refused>(error) {
            let what = format!("is not asked: {refused}");
            return Self::lasting(ReasonCode::AddressRefused, url, &what);
        }
        if let Some(http) = cause::<hyper::Error>(error) {
            if http.is_parse() {
                return Self::lasting(ReasonCode::NotHttp, url, &format!("does not speak HTTP: {}", root(http)));
            }
            let what = "closed the connection before it answered";
            return Self::passing(ReasonCode::Refused, url, what);
        }
        if error.is_connect() {
            let https = url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
            let tcp_or_name = chain(error).any(|cause| {
                let text = cause.to_string();
                text.starts_with("tcp ") || text.starts_with("dns error")
            });
            return if https && !tcp_or_name {
                let what = format!("cannot be reached safely (TLS): {}", root(error));
                Self::lasting(ReasonCode::Tls, url, &what)
            } else {
                Self::passing(ReasonCode::Refused, url, &format!("cannot be reached: {}", root(error)))
            };
        }
        Self::passing(ReasonCode::Refused, url, &format!("gave no answer: {}", root(error)))
    }

    /// What the HTTP client says about a body that broke off.
    pub(crate) fn broken_body(url: &str, bytes: u64, error: &reqwest::Error) -> Self {
        let cut = || {
            let what = format!("stopped before the end of its answer, after {bytes} bytes");
            Self::passing(ReasonCode::Truncated, url, &what)
        };
        if let Some(http) = cause::<hyper::Error>(error) {
            if http.is_incomplete_message() {
                return cut();
            }
            return match cause::<io::Error>(error).map(io::Error::kind) {
                Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => {
                    Self::lasting(ReasonCode::NotHttp, url, &format!("sends a body that is not HTTP: {}", root(http)))
                }
                _ => cut(),
            };
        }
        let kind = cause::<io::Error>(error).map(io::Error::kind);
        if matches!(kind, Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)) {
            return cut();
        }
        let what = format!("sends a body that its Content-Encoding does not fit: {}", root(error));
        Self::lasting(ReasonCode::BadEncoding, url, &what)
    }
}

/// An address fit for a message: without user, password, fragment, and values that look like secrets.
pub(crate) fn shown(address: &str) -> String {
    const SECRET: [&str; 9] = ["key", "token", "secret", "pass", "pwd", "auth", "sig", "session", "credential"];
    let Ok(mut url) = Url::parse(address) else { return address.chars().take(200).collect() };
    // Neither fails for an address with a host, and another kind of address shows no user.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    let is_secret = |name: &str| {
        let name = name.to_lowercase();
        SECRET.iter().any(|word| name.contains(word))
    };
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        let pairs: Vec<(String, String)> = url
            .query_pairs()
            .map(
                |(name, value)| {
                    if is_secret(&name) { (name.into(), "...".into()) } else { (name.into(), value.into()) }
                },
            )
            .collect();
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    url.into()
}

/// A duration as people write it: `6 s`, `250 ms`, `1 h`.
pub(crate) fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (duration.as_millis(), seconds) {
        (milliseconds, _) if milliseconds < 10_000 && milliseconds % 1_000 != 0 => format!("{milliseconds} ms"),
        (_, 0..=119) => format!("{seconds} s"),
        (_, 120..=7_199) => format!("{} min", seconds / 60),
        (_, 7_200..=172_799) => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// An error and what caused it, down to the root, also through an `io::Error` around another error.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn Error + 'static)| {
        let error: &'e (dyn Error + 'static) = *error;
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inside.map(|inside| inside as &(dyn Error + 'static)).or_else(|| error.source())
    })
}

fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    chain(error).find_map(|cause| cause.downcast_ref::<E>())
}

fn root(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_no_secret() {
        for (address, expected) in [
            ("https://a.example/items?page=2", "https://a.example/items?page=2"),
            ("https://user:word@a.example/items#x", "https://a.example/items"),
            ("https://a.example/?page=2&api_key=s3cret&Token=abc", "https://a.example/?page=2&api_key=...&Token=..."),
            ("not an address", "not an address"),
            ("mailto:a@b.example", "mailto:a@b.example"),
        ] {
            assert_eq!(shown(address), expected);
        }
    }

    #[test]
    fn durations_are_told_in_a_fitting_unit() {
        for (milliseconds, expected) in [
            (250, "250 ms"),
            (6_000, "6 s"),
            (90_000, "90 s"),
            (600_000, "10 min"),
            (36_000_000, "10 h"),
            (315_360_000_000, "3650 days"),
        ] {
            assert_eq!(in_words(Duration::from_millis(milliseconds)), expected);
        }
    }
}
