//! The vocabulary that every sourceur's words are brought to: slugs with their labels.

use std::collections::HashMap;

/// Which list of the taxonomy a term stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// What an action is about.
    Theme,
    /// Whom it is for.
    Audience,
    /// How it works.
    Method,
}

impl Dimension {
    /// Every dimension with the name of its filter.
    pub const ALL: [(&'static str, Self); 3] =
        [("theme", Self::Theme), ("audience", Self::Audience), ("method", Self::Method)];

    /// Name of the action's field that holds its terms.
    pub fn field(self) -> &'static str {
        match self {
            Self::Theme => "themes",
            Self::Audience => "audiences",
            Self::Method => "methods",
        }
    }
}

/// One term: its slug and its labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Slug; a second level is written `theme/sub`.
    pub id: String,
    /// Label in French.
    pub fr: String,
    /// Label in English.
    pub en: String,
}

impl Term {
    /// Slug of the term above a second-level one.
    pub fn above(&self) -> Option<&str> {
        self.id.rsplit_once('/').map(|(above, _)| above)
    }
}

/// Every term of the taxonomy, in the order of its file.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    terms: HashMap<Dimension, Vec<Term>>,
    by_id: HashMap<Dimension, HashMap<String, usize>>,
}

impl Vocabulary {
    /// Adds a term; gives its place among those of its dimension.
    pub fn add(&mut self, dimension: Dimension, term: Term) -> usize {
        let terms = self.terms.entry(dimension).or_default();
        self.by_id.entry(dimension).or_default().insert(term.id.clone(), terms.len());
        terms.push(term);
        terms.len() - 1
    }

    /// Every term of a dimension; a second-level one follows the term above it.
    pub fn terms(&self, dimension: Dimension) -> &[Term] {
        self.terms.get(&dimension).map_or(&[], Vec::as_slice)
    }

    /// The term of a slug.
    pub fn term(&self, dimension: Dimension, id: &str) -> Option<&Term> {
        let index = *self.by_id.get(&dimension)?.get(id)?;
        self.terms(dimension).get(index)
    }
}
