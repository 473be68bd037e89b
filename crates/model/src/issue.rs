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
    /// An issue of any severity.
    pub fn new(
        severity: Severity,
        field: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl fmt::Display,
    ) -> Self {
        Self { severity, field: field.into(), code: code.into(), message: message.to_string() }
    }
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
