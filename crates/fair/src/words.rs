//! The words in which sourceurs speak of themes and audiences: each of four habits has its own.

use std::sync::OnceLock;

/// How many habits there are.
pub(crate) const HABITS: usize = 4;

/// One table of words: a slug of the taxonomy, and its word in each habit.
pub(crate) struct Words {
    rows: Vec<(&'static str, [&'static str; HABITS])>,
}

impl Words {
    /// Themes.
    pub(crate) fn themes() -> &'static Words {
        static THEMES: OnceLock<Words> = OnceLock::new();
        THEMES.get_or_init(|| Words::read(include_str!("../data/themes.tsv")))
    }

    /// Audiences.
    pub(crate) fn audiences() -> &'static Words {
        static AUDIENCES: OnceLock<Words> = OnceLock::new();
        AUDIENCES.get_or_init(|| Words::read(include_str!("../data/audiences.tsv")))
    }

    /// The word of one habit for a slug that an idea names.
    pub(crate) fn word(&self, slug: &str, habit: usize) -> &'static str {
        self.rows[self.number(slug)].1[habit % HABITS]
    }

    /// A slug's number, for sourceurs that write numbers instead of words; from 0.
    pub(crate) fn number(&self, slug: &str) -> usize {
        self.rows.iter().position(|(known, _)| *known == slug).unwrap_or_else(|| panic!("no words for `{slug}`"))
    }

    /// Every word of one habit with its slug.
    pub(crate) fn of_habit(&self, habit: usize) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.rows.iter().map(move |(slug, words)| (words[habit % HABITS], *slug))
    }

    fn read(table: &'static str) -> Self {
        let row = |line: &'static str| {
            let mut cells = line.split('\t');
            let slug = cells.next().unwrap_or_default();
            let words: Vec<&'static str> = cells.collect();
            (slug, words.try_into().unwrap_or_else(|_| panic!("`{slug}` needs {HABITS} words")))
        };
        Self { rows: table.lines().skip(1).map(row).collect() }
    }
}
