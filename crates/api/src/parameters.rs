//! The query part of an address, read strictly: what is not understood is told, never passed over.

use std::str::FromStr;

use model::config::nearest;
use url::form_urlencoded;

use crate::refused::{Refused, shown};

/// Longest query, in bytes.
const MAX_QUERY: usize = 8 * 1024;

/// The parameters of one request, each given once and not empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters {
    given: Vec<(String, String)>,
}

impl Parameters {
    /// Reads a query. An empty value is as good as none: that is what an untouched form field sends.
    pub(crate) fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Refused> {
        let query = query.unwrap_or_default();
        let pairs = || query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        short_enough(query.len(), pairs, known)?;
        let mut parameters = Self::default();
        let mut names = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name).ok_or_else(|| bad_encoding("a parameter's name", None))?;
            let name = known_name(&name, known)?;
            let value = decoded(value).ok_or_else(|| bad_encoding(&format!("the value of `{name}`"), Some(name)))?;
            parameters.take(name, &value, &mut names)?;
        }
        Ok(parameters)
    }

    /// Reads parameters that came apart already, as strictly.
    pub(crate) fn of(given: &[(impl AsRef<str>, impl AsRef<str>)], known: &[&str]) -> Result<Self, Refused> {
        let size = given.iter().map(|(name, value)| name.as_ref().len() + value.as_ref().len() + 2).sum();
        short_enough(size, || given.iter().map(|(name, value)| (name.as_ref(), value.as_ref())), known)?;
        let mut parameters = Self::default();
        let mut names = Vec::new();
        for (name, value) in given {
            let name = known_name(name.as_ref(), known)?;
            parameters.take(name, value.as_ref(), &mut names)?;
        }
        Ok(parameters)
    }

    fn take<'k>(&mut self, name: &'k str, value: &str, names: &mut Vec<&'k str>) -> Result<(), Refused> {
        if value.contains(|c: char| c.is_control()) {
            return Err(Refused::invalid(name, value, "text without control characters"));
        }
        if names.contains(&name) {
            let detail = format!("`{name}` is given more than once: expected one value");
            return Err(Refused::about("repeated-parameter", name, value, detail));
        }
        names.push(name);
        if !value.trim().is_empty() {
            self.given.push((name.to_owned(), value.trim().to_owned()));
        }
        Ok(())
    }

    /// The value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter, as what it must be.
    pub(crate) fn parse<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, Refused> {
        self.read_as(name, expected, |written| written.parse().ok())
    }

    /// The value of a parameter, as `read` understands it.
    pub(crate) fn read_as<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Refused> {
        let Some(written) = self.get(name) else { return Ok(None) };
        read(written).map(Some).ok_or_else(|| Refused::invalid(name, written, expected))
    }

    /// The items of a list, joined by commas; empty ones are passed over.
    pub(crate) fn list<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, Refused> {
        let mut items = Vec::new();
        for written in self.items(name) {
            items.push(read(written).ok_or_else(|| Refused::invalid(name, written, expected))?);
        }
        Ok(items)
    }

    /// The items of a list, each one of some words.
    pub(crate) fn words<T: Copy>(&self, name: &str, known: &[(&str, T)]) -> Result<Vec<T>, Refused> {
        let mut items = Vec::new();
        for written in self.items(name) {
            items.push(word(name, written, known)?);
        }
        Ok(items)
    }

    /// One of some words.
    pub(crate) fn word<T: Copy>(&self, name: &str, known: &[(&str, T)]) -> Result<Option<T>, Refused> {
        self.get(name).map(|written| word(name, written, known)).transpose()
    }

    /// What stands between the commas of a list.
    pub(crate) fn items(&self, name: &str) -> impl Iterator<Item = &str> {
        let written = self.get(name).unwrap_or_default();
        written.split(',').map(str::trim).filter(|item| !item.is_empty())
    }

    /// A whole number in a range.
    pub(crate) fn number(&self, name: &str, range: std::ops::RangeInclusive<u32>) -> Result<Option<u32>, Refused> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        self.read_as(name, &expected, |written| written.parse().ok().filter(|number| range.contains(number)))
    }

    /// The same query with one parameter set anew, percent-encoded.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let others = self.given.iter().filter(|(given, _)| given != name);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(others).append_pair(name, value).finish()
    }

    /// An address with the same query behind it, if there is one.
    pub(crate) fn after(&self, address: &str) -> String {
        if self.given.is_empty() {
            return address.to_owned();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        format!("{address}?{}", query.extend_pairs(&self.given).finish())
    }
}

fn word<T: Copy>(name: &str, written: &str, known: &[(&str, T)]) -> Result<T, Refused> {
    let found = known.iter().find(|(word, _)| *word == written).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        Refused::unknown_word(name, written, &words)
    })
}

/// A query is read only where it is not longer than anybody needs.
fn short_enough<'a, Pairs: Iterator<Item = (&'a str, &'a str)>>(
    size: usize,
    pairs: impl Fn() -> Pairs,
    known: &[&str],
) -> Result<(), Refused> {
    if size <= MAX_QUERY {
        return Ok(());
    }
    let detail = format!("the query has {size} bytes: expected {MAX_QUERY} at most");
    // The longest value is what is in the way.
    let longest = pairs().max_by_key(|(_, value)| value.len()).filter(|(name, _)| known.contains(name));
    Err(match longest {
        Some((name, value)) => {
            Refused::about("query-too-long", name, value, format!("{detail}; `{name}` is the longest"))
        }
        None => Refused::new("query-too-long", detail),
    })
}

fn known_name<'k>(name: &str, known: &[&'k str]) -> Result<&'k str, Refused> {
    if let Some(known) = known.iter().find(|known| **known == name) {
        return Ok(known);
    }
    let shown = shown(name);
    let listed = || known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let hint = match nearest(&shown, known) {
        Some(word) => format!("did you mean `{word}`?"),
        None if known.is_empty() => "nothing can be asked here".to_owned(),
        None => format!("expected one of {}", listed()),
    };
    let detail = format!("there is no parameter `{shown}`: {hint}");
    let words = known.iter().map(|word| (*word).to_owned()).collect();
    Err(Refused { words, ..Refused::about("unknown-parameter", name, "", detail) })
}

fn bad_encoding(what: &str, parameter: Option<&str>) -> Refused {
    let parameter = parameter.map(Into::into);
    Refused { parameter, ..Refused::new("bad-encoding", format!("{what} is not percent-encoded UTF-8")) }
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
        let problem = Parameters::read(Some(query), &KNOWN).unwrap_err();
        assert!(problem.code == code && problem.detail.contains(says), "{query}: {problem:?}");
    }

    #[test]
    fn what_is_not_understood_is_named() {
        refused("teritory=x", "unknown-parameter", "did you mean `territory`?");
        refused("zzzzzzzzzz=1", "unknown-parameter", "`theme`, `territory`, `limit`");
        refused("theme=%ff", "bad-encoding", "`theme`");
        refused("theme=%4", "bad-encoding", "`theme`");
        refused("theme=%zz", "bad-encoding", "`theme`");
        refused("theme=a%00b", "invalid-parameter", "control characters");
        refused("theme=a&theme=b", "repeated-parameter", "`theme`");
        refused(&"theme=a&".repeat(10_000), "query-too-long", "8192");
        refused(&format!("limit=5&theme={}", "a".repeat(10_000)), "query-too-long", "`theme` is the longest");
    }

    #[test]
    fn what_is_given_is_decoded() {
        let read = Parameters::read(Some("theme=sant%C3%A9+&&limit=5&territory="), &KNOWN).unwrap();
        assert_eq!(read.get("theme"), Some("santé"));
        assert_eq!(read.get("territory"), None);
        assert_eq!(read.number("limit", 1..=10).unwrap(), Some(5));
        assert!(read.number("limit", 1..=4).is_err());
        assert_eq!(read.with("limit", "a&b"), "theme=sant%C3%A9&limit=a%26b");
        assert!(Parameters::read(None, &KNOWN).unwrap().get("theme").is_none());
    }

    #[test]
    fn a_number_is_a_number_in_its_range() {
        for written in ["-1", "0", "NaN", "1e3", "4294967296", "1.5", " "] {
            let read = Parameters::read(Some(&format!("limit={written}")), &KNOWN).unwrap();
            assert!(!matches!(read.number("limit", 1..=1000), Ok(Some(_))), "{written}");
        }
    }
}
