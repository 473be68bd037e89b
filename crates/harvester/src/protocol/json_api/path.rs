//! Dotted paths into a JSON value.

use std::borrow::Cow;

use serde_json::Value;

/// A path as configs write it: `data.items`, `address.city`; `.` is the value itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    written: String,
    parts: Vec<String>,
}

impl Path {
    pub(super) fn new(written: &str) -> Self {
        let parts = written.split('.').map(|part| part.trim().trim_matches('\'')).filter(|part| !part.is_empty());
        Self { written: written.to_owned(), parts: parts.map(str::to_owned).collect() }
    }

    /// As it stands in the config.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    pub(super) fn parts(&self) -> &[String] {
        &self.parts
    }

    /// The value it leads to; a key that holds a dot is tried whole first, and of a list the first
    /// member that has what is looked for is taken.
    pub(super) fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.get(self.written.trim_matches('\'')).or_else(|| find(&self.parts, value))
    }

    /// The text or number it leads to.
    pub(super) fn find_text<'v>(&self, value: &'v Value) -> Option<Cow<'v, str>> {
        text(self.find(value)?)
    }
}

fn find<'v>(parts: &[String], value: &'v Value) -> Option<&'v Value> {
    let Some((part, rest)) = parts.split_first() else { return Some(value) };
    match value {
        Value::Array(members) => match part.parse::<usize>() {
            Ok(index) => find(rest, members.get(index)?),
            Err(_) => members.iter().find_map(|member| find(parts, member)),
        },
        _ => find(rest, value.get(part)?),
    }
}

fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(Cow::Borrowed(text.trim())),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Array(members) => members.iter().find_map(text),
        _ => None,
    }
}
