//! The languages in which the service speaks; sourceurs' texts stay in their own.

use std::fmt;

/// A language of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// French, unless another is asked for.
    #[default]
    Fr,
    /// English.
    En,
}

impl Lang {
    /// Every language with its BCP 47 tag.
    pub const ALL: [(&'static str, Self); 2] = [("fr", Self::Fr), ("en", Self::En)];

    /// Its BCP 47 tag.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
