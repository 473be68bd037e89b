//! The query part of an address, read strictly: what is not understood is told, never passed over.

use std::str::FromStr;

use model::config::nearest;
use url::form_urlencoded;

use crate::problem::Problem;

/// Longest query, in bytes.
const MAX_QUERY: usize = 8 * 1024;

/// The parameters of one request, each given once and not empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters {
    given: Vec<(String, String)>,
}

impl Parameters {
    /// Reads a query. An empty value is as good as none: that is what an untouched form field sends.
    pub(crate) fn read(query: Option<&str>, known: &[&str], later: &[&str]) -> Result<Self, Problem> {
        let query = query.unwrap_or_default();
        if query.len() > MAX_QUERY {
            let detail = format!("the query has {} bytes: expected {MAX_QUERY} at most", query.len());
            return Err(Problem::new("query-too-long", detail));
        }
        let mut given: Vec<(String, String)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name).ok_or_else(|| bad_encoding("a parameter's name"))?;
            if !known.contains(&name.as_str()) {
                return Err(unknown(&name, known, later));
            }
            let value = decoded(value).ok_or_else(|| bad_encoding(&format!("the value of `{name}`")))?;
            if value.contains(|c: char| c.is_control()) {
                return Err(Problem::invalid(&name, &value, "text without control characters"));
            }
            if given.iter().any(|(before, _)| *before == name) {
                let detail = format!("`{name}` is given more than once: expected one value");
                return Err(Problem::new("repeated-parameter", detail).with("parameter", name));
            }
            if !value.trim().is_empty() {
                given.push((name, value.trim().to_owned()));
            }
        }
        Ok(Self { given })
    }

    /// Parameters that came apart already.
    pub(crate) fn of(given: &[(&str, &str)]) -> Self {
        Self { given: given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect() }
    }

    /// The value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter, as what it must be.
    pub(crate) fn parse<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, Problem> {
        self.read_as(name, expected, |written| written.parse().ok())
    }

    /// The value of a parameter, as `read` understands it.
    pub(crate) fn read_as<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(written) = self.get(name) else { return Ok(None) };
        read(written).map(Some).ok_or_else(|| Problem::invalid(name, written, expected))
    }

    /// A whole number in a range.
    pub(crate) fn number(&self, name: &str, range: std::ops::RangeInclusive<u32>) -> Result<Option<u32>, Problem> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        self.read_as(name, &expected, |written| written.parse().ok().filter(|number| range.contains(number)))
    }

    /// The same query with one parameter set anew, percent-encoded.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let others = self.given.iter().filter(|(given, _)| given != name);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(others).append_pair(name, value).finish()
    }
}

fn unknown(name: &str, known: &[&str], later: &[&str]) -> Problem {
    if later.contains(&name) {
        let detail = format!("`{name}` comes with the search index; until then, expected one of {}", listed(known));
        return Problem::new("unsupported-parameter", detail).with("parameter", name).with("expected", known.to_vec());
    }
    let shown: String = name.chars().take(80).collect();
    let hint = match nearest(name, known) {
        Some(word) => format!("did you mean `{word}`?"),
        None if known.is_empty() => "nothing can be asked here".to_owned(),
        None => format!("expected one of {}", listed(known)),
    };
    Problem::new("unknown-parameter", format!("there is no parameter `{shown}`: {hint}"))
        .with("parameter", shown)
        .with("expected", known.to_vec())
}

fn listed(known: &[&str]) -> String {
    known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn bad_encoding(what: &str) -> Problem {
    Problem::new("bad-encoding", format!("{what} is not percent-encoded UTF-8"))
}

/// `application/x-www-form-urlencoded`: `+` is a blank, `%XX` a byte; `None` if that gives no UTF-8.
fn decoded(written: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
                u8::try_from(high? * 16 + low?).ok()?
            }
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["theme", "territory", "limit"];

    #[track_caller]
    fn refused(query: &str, code: &str, says: &str) {
        let problem = Parameters::read(Some(query), &KNOWN, &["q"]).unwrap_err();
        let (told_code, detail) = problem.told();
        assert!(told_code == code && detail.contains(says), "{query}: {told_code}: {detail}");
    }

    #[test]
    fn what_is_not_understood_is_named() {
        refused("teritory=x", "unknown-parameter", "did you mean `territory`?");
        refused("zzzzzzzzzz=1", "unknown-parameter", "`theme`, `territory`, `limit`");
        refused("q=café", "unsupported-parameter", "search index");
        refused("theme=%ff", "bad-encoding", "`theme`");
        refused("theme=%4", "bad-encoding", "`theme`");
        refused("theme=%zz", "bad-encoding", "`theme`");
        refused("theme=a%00b", "invalid-parameter", "control characters");
        refused("theme=a&theme=b", "repeated-parameter", "`theme`");
        refused(&"theme=a&".repeat(10_000), "query-too-long", "8192");
    }

    #[test]
    fn what_is_given_is_decoded() {
        let read = Parameters::read(Some("theme=sant%C3%A9+&&limit=5&territory="), &KNOWN, &[]).unwrap();
        assert_eq!(read.get("theme"), Some("santé"));
        assert_eq!(read.get("territory"), None);
        assert_eq!(read.number("limit", 1..=10).unwrap(), Some(5));
        assert!(read.number("limit", 1..=4).is_err());
        assert_eq!(read.with("limit", "a&b"), "theme=sant%C3%A9&limit=a%26b");
        assert!(Parameters::read(None, &KNOWN, &[]).unwrap().get("theme").is_none());
    }

    #[test]
    fn a_number_is_a_number_in_its_range() {
        for written in ["-1", "0", "NaN", "1e3", "4294967296", "1.5", " "] {
            let read = Parameters::read(Some(&format!("limit={written}")), &KNOWN, &[]).unwrap();
            assert!(!matches!(read.number("limit", 1..=1000), Ok(Some(_))), "{written}");
        }
    }
}
