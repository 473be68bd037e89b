//! What is wrong, doubtful or repaired in a value, told beside the value.

use std::{borrow::Cow, fmt};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something a person may want to know about one record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Issue {
    /// How much it matters.
    pub severity: Severity,
    /// The action's field it is about, dotted; empty for the record as a whole.
    pub field: String,
    /// What it is, in kebab-case; the same word for the same thing for ever.
    pub code: Cow<'static, str>,
    /// What was found and what to do, in a sentence.
    pub message: String,
}

impl Issue {
    /// An issue of any severity. Messages quote what was sent, and no database holds a NUL: control
    /// characters are told as U+FFFD.
    pub fn new(
        severity: Severity,
        field: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl fmt::Display,
    ) -> Self {
        Self { severity, field: field.into(), code: code.into(), message: printable(message.to_string()) }
    }
}

fn printable(message: String) -> String {
    let is_plain = |c: char| !c.is_control() || c == '\n';
    if message.chars().all(is_plain) { message } else { message.replace(|c| !is_plain(c), "\u{fffd}") }
}

/// How much an [`Issue`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The record cannot be published as it is.
    Error,
    /// A value was left out, or is doubtful.
    Warning,
    /// A value was damaged and has been repaired.
    Repaired,
    /// It could be better.
    Hint,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_quotes_a_control_character_can_be_stored() {
        let issue = Issue::new(Severity::Error, "", "bad-key", "`a\0b\u{85}c` is no key\nat all");
        assert_eq!(issue.message, "`a\u{fffd}b\u{fffd}c` is no key\nat all");
    }
}
