//! What cannot be understood of a query: which parameter, what was written, what would be right.

use model::TerritoryId;
use serde_json::Value;

use crate::problem::Problem;

/// Most characters of a caller's text that are shown back.
const SHOWN: usize = 80;

/// A query, or an order on the command line, that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refused {
    /// The kind, one of the codes of [`crate::problems`].
    pub code: &'static str,
    /// The parameter it is about, where it is about one.
    pub parameter: Option<Box<str>>,
    /// What was written there, cut where it is long.
    pub written: String,
    /// What would be right, in words.
    pub expected: Option<Box<str>>,
    /// What would be right, where it is one of some words.
    pub words: Box<[String]>,
    /// What a bare territory code may mean.
    pub readings: Box<[TerritoryId]>,
    /// The whole of it in one English sentence.
    pub detail: Box<str>,
}

impl Refused {
    /// A query that is refused as a whole.
    pub(crate) fn new(code: &'static str, detail: impl Into<Box<str>>) -> Self {
        Self {
            code,
            parameter: None,
            written: String::new(),
            expected: None,
            words: Box::default(),
            readings: Box::default(),
            detail: detail.into(),
        }
    }

    /// A parameter that is refused.
    pub(crate) fn about(code: &'static str, parameter: &str, written: &str, detail: impl Into<Box<str>>) -> Self {
        Self { parameter: Some(shown(parameter).into()), written: shown(written), ..Self::new(code, detail) }
    }

    /// A parameter with a value that is not what `expected` says.
    pub(crate) fn invalid(parameter: &str, written: &str, expected: &str) -> Self {
        let detail = format!("`{}` is no value for `{parameter}`: expected {expected}", shown(written));
        Self { expected: Some(expected.into()), ..Self::about("invalid-parameter", parameter, written, detail) }
    }

    /// A parameter with a value that is none of some words.
    pub(crate) fn unknown_word(parameter: &str, written: &str, known: &[&str]) -> Self {
        let listed = known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let nearest = model::config::nearest(&shown(written), known).map(|word| format!("; did you mean `{word}`?"));
        let expected = format!("one of {listed}{}", nearest.unwrap_or_default());
        let words = known.iter().map(|word| (*word).to_owned()).collect();
        Self { words, ..Self::invalid(parameter, written, &expected) }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let mut problem = Problem::new(refused.code, refused.detail);
        if let Some(parameter) = refused.parameter {
            problem = problem.with("parameter", &*parameter);
        }
        problem = match (refused.expected, refused.words.is_empty()) {
            (Some(expected), _) => problem.with("expected", &*expected),
            (None, false) => problem.with("expected", refused.words.into_vec()),
            (None, true) => problem,
        };
        if refused.readings.is_empty() {
            return problem;
        }
        let readings: Vec<Value> = refused.readings.iter().map(|reading| reading.to_string().into()).collect();
        problem.with("readings", readings)
    }
}

/// A caller's text, cut where it is long.
pub(crate) fn shown(written: &str) -> String {
    written.chars().take(SHOWN).collect()
}
