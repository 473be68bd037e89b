//! The portal's own figures: a glyph for each theme, made from a few quarter tiles.
//!
//! A glyph is four tiles of 16 by 16 around a middle: one shape and its half-turn, another and its
//! half-turn between them, so that every glyph turns about its centre as the crossroads does. Which
//! theme has which follows from the theme's place in the taxonomy: a new theme has one without
//! asking. Glyphs are ornaments: the theme's name always stands beside them. Colours are CSS's.

use std::fmt::Write as _;

use model::{Dimension, Vocabulary};

/// Quarter discs, by their corner: upper left, upper right, lower right, lower left.
const DISC: [&str; 4] = [
    "M0 0H16A16 16 0 0 1 0 16Z",
    "M16 0V16A16 16 0 0 1 0 0Z",
    "M16 16H0A16 16 0 0 1 16 0Z",
    "M0 16V0A16 16 0 0 1 16 16Z",
];
/// Quarter rings, likewise.
const RING: [&str; 4] = [
    "M16 0A16 16 0 0 1 0 16V8A8 8 0 0 0 8 0Z",
    "M16 16A16 16 0 0 1 0 0H8A8 8 0 0 0 16 8Z",
    "M0 16A16 16 0 0 1 16 0V8A8 8 0 0 0 8 16Z",
    "M0 0A16 16 0 0 1 16 16H8A8 8 0 0 0 0 8Z",
];
/// Halves of the tile, cut from corner to corner.
const HALF: [&str; 4] = ["M0 0H16L0 16Z", "M16 0V16L0 0Z", "M16 16H0L16 0Z", "M0 16V0L16 16Z"];
/// Half discs, by their side: above, right, below, left.
const BUD: [&str; 4] =
    ["M0 0A8 8 0 0 0 16 0Z", "M16 0A8 8 0 0 0 16 16Z", "M0 16A8 8 0 0 1 16 16Z", "M0 0A8 8 0 0 1 0 16Z"];
/// Leaves, from corner to corner.
const LEAF: [&str; 2] = ["M0 0A16 16 0 0 1 16 16A16 16 0 0 1 0 0Z", "M16 0A16 16 0 0 1 0 16A16 16 0 0 1 16 0Z"];
const DOT: &str = "M8 3a5 5 0 1 0 0 10a5 5 0 1 0 0-10Z";
const DIAMOND: &str = "M8 1L15 8L8 15L1 8Z";

/// Pairs of tiles that look well together, told apart at a glance.
const PAIRS: [(&str, &str); 20] = [
    (RING[2], DOT),
    (LEAF[0], DISC[0]),
    (HALF[1], HALF[1]),
    (DISC[2], DISC[2]),
    (DISC[0], RING[2]),
    (LEAF[0], LEAF[0]),
    (BUD[1], BUD[1]),
    (HALF[0], DISC[2]),
    (LEAF[1], DOT),
    (RING[1], RING[1]),
    (DISC[3], DISC[1]),
    (HALF[2], LEAF[0]),
    (DISC[1], DOT),
    (LEAF[1], RING[2]),
    (RING[3], RING[1]),
    (DIAMOND, DISC[2]),
    (DISC[1], DISC[1]),
    (RING[0], DISC[2]),
    (DIAMOND, LEAF[0]),
    (BUD[3], HALF[0]),
];
/// Pairs of colours in the style sheet: `.a1` with `.b1`, and so on.
const COLOURS: usize = 4;

/// The glyph of a theme, or of the first-level theme above it.
pub(crate) fn of_theme(vocabulary: &Vocabulary, theme: &str) -> String {
    let first = theme.split('/').next().unwrap_or_default();
    let mut firsts = vocabulary.terms(Dimension::Theme).iter().filter(|term| term.above().is_none());
    // A theme that left the taxonomy keeps some glyph, always the same.
    let place = firsts.position(|term| term.id == first);
    glyph(place.unwrap_or_else(|| first.bytes().map(usize::from).sum()))
}

/// A glyph by number, as `<svg>`; numbers beyond the last begin again.
pub(crate) fn glyph(number: usize) -> String {
    let (one, other) = PAIRS[number % PAIRS.len()];
    let colours = number % COLOURS + 1;
    let mut svg = String::from(r#"<svg class="glyph" viewBox="0 0 32 32" width="44" height="44" aria-hidden="true">"#);
    for (class, shape, turns) in [('a', one, [0, 180]), ('b', other, [90, 270])] {
        for turn in turns {
            write!(svg, r#"<path class="{class}{colours}" d="{shape}" transform="rotate({turn} 16 16)"/>"#)
                .expect("a string takes every byte");
        }
    }
    svg + "</svg>"
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use model::Term;

    use super::*;

    #[test]
    fn as_many_themes_as_there_are_pairs_have_each_a_glyph_of_their_own() {
        let glyphs: HashSet<String> = (0..PAIRS.len()).map(glyph).collect();
        assert_eq!(glyphs.len(), PAIRS.len());
    }

    #[test]
    fn a_second_level_theme_has_the_glyph_of_the_one_above() {
        let mut vocabulary = Vocabulary::default();
        for id in ["a", "a/x", "b"] {
            vocabulary.add(Dimension::Theme, Term { id: id.into(), fr: id.into(), en: id.into() });
        }
        assert_eq!(of_theme(&vocabulary, "a/x"), glyph(0));
        assert_eq!(of_theme(&vocabulary, "b"), glyph(1));
        assert_eq!(of_theme(&vocabulary, "gone"), of_theme(&vocabulary, "gone/too"));
    }
}
