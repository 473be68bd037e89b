//! Marks in a title that tell editions apart: years and ordinals.

use std::collections::BTreeSet;

/// What a folded title says of its edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Years, 1900 to 2099.
    pub(crate) years: BTreeSet<u16>,
    /// Ordinals: "3e", "édition 3", "saison II", "troisième édition".
    pub(crate) ordinals: BTreeSet<u16>,
    /// The title without them.
    pub(crate) rest: String,
}

/// Words that give a number beside them the meaning of an ordinal.
const COUNTED: [&str; 16] = [
    "edition",
    "editions",
    "ed",
    "saison",
    "session",
    "promotion",
    "promo",
    "phase",
    "tome",
    "volume",
    "vol",
    "acte",
    "numero",
    "no",
    "n",
    "millesime",
];
const WORDS: [(&str, u16); 13] = [
    ("premiere", 1),
    ("premier", 1),
    ("deuxieme", 2),
    ("seconde", 2),
    ("second", 2),
    ("troisieme", 3),
    ("quatrieme", 4),
    ("cinquieme", 5),
    ("sixieme", 6),
    ("septieme", 7),
    ("huitieme", 8),
    ("neuvieme", 9),
    ("dixieme", 10),
];
const ROMAN: [&str; 19] = [
    "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii",
    "xix", "xx",
];

impl Marks {
    /// Reads a folded title.
    pub(crate) fn read(folded: &str) -> Self {
        let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        let is_counted = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| COUNTED.contains(word));
        let mut marks = Self::default();
        let mut rest: Vec<&str> = Vec::with_capacity(words.len());
        for (at, word) in words.iter().enumerate() {
            let after_counted = is_counted(at.checked_sub(1));
            let beside_counted = after_counted || is_counted(Some(at + 1));
            let number = word.parse::<u16>().ok().filter(|_| word.len() <= 4);
            if let Some(year) = number.filter(|number| (1900..=2099).contains(number)) {
                marks.years.insert(year);
            } else if let Some(ordinal) = digits_with_ending(word)
                .or_else(|| number.filter(|_| after_counted))
                .or_else(|| spelt(word).filter(|_| beside_counted))
            {
                marks.ordinals.insert(ordinal);
            } else if !COUNTED.contains(word) {
                rest.push(word);
            }
        }
        marks.rest = rest.join(" ");
        marks
    }

    /// Whether both say which edition they are, and not the same one.
    pub(crate) fn differ(&self, other: &Self) -> bool {
        let differ = |a: &BTreeSet<u16>, b: &BTreeSet<u16>| !a.is_empty() && !b.is_empty() && a != b;
        differ(&self.years, &other.years) || differ(&self.ordinals, &other.ordinals)
    }

    /// Whether the title says nothing of an edition.
    pub(crate) fn is_empty(&self) -> bool {
        self.years.is_empty() && self.ordinals.is_empty()
    }
}

/// "3e", "3eme", "1er", "1ere", "2nd", "2nde", "4th".
fn digits_with_ending(word: &str) -> Option<u16> {
    let end = word.find(|c: char| !c.is_ascii_digit())?;
    let (digits, ending) = word.split_at(end);
    let is_ordinal = matches!(ending, "e" | "eme" | "ieme" | "er" | "ere" | "re" | "nd" | "nde" | "th" | "st" | "rd");
    digits.parse().ok().filter(|_| is_ordinal && digits.len() <= 3)
}

fn spelt(word: &str) -> Option<u16> {
    let roman = || ROMAN.iter().position(|roman| *roman == word).and_then(|at| u16::try_from(at + 2).ok());
    WORDS.iter().find(|(spelling, _)| *spelling == word).map(|(_, value)| *value).or_else(roman)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, differ: bool) {
        let (a, b) = (Marks::read(&model::fold(a)), Marks::read(&model::fold(b)));
        assert_eq!(a.differ(&b), differ, "{a:?} {b:?}");
        assert_eq!(b.differ(&a), differ);
    }

    #[test]
    fn editions_are_told_apart_by_years_and_ordinals() {
        check("Fête des voisins 2019", "Fête des voisins 2020", true);
        check("Fête des voisins 2019", "Fête des voisins", false);
        check("3e Fête des voisins", "4ème fête des voisins", true);
        check("3e Fête des voisins", "Fête des voisins (3ème édition)", false);
        check("Fête des voisins, édition II", "Fête des voisins, troisième édition", true);
        check("Saison 2 du café", "Café, saison 3", true);
        check("Les 10 ans du café", "Les 20 ans du café", false);
        check("Seconde vie", "Première vie", false);
        check("Projet 2014-2020", "Projet 2014", true);
    }

    #[test]
    fn the_rest_is_what_editions_share() {
        for title in ["Fête des voisins 2019", "Fête des voisins - 3e édition", "2e fête des voisins (2021)"] {
            assert_eq!(Marks::read(&model::fold(title)).rest, "fete des voisins", "{title}");
        }
        assert!(Marks::read("cafe v").is_empty());
    }
}
