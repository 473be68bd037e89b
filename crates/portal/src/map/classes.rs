//! Values to five colours: quantile classes, so that each colour has about as many areas.

/// Colours that values may have, the weakest first.
pub(super) const MOST: usize = 5;

/// Classes of one map, by rising values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Classes(Vec<Class>);

/// Values of one colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Class {
    /// Least value in it.
    pub(super) from: f64,
    /// Greatest value in it.
    pub(super) to: f64,
    /// Its colour, 1 to [`MOST`].
    pub(super) colour: usize,
}

impl Classes {
    /// Classes of values; zeros (and what is no number) have no class, as "none" is no amount.
    /// Equal values are never parted, so there may be fewer classes than colours.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.filter(|value| value.is_finite() && *value > 0.0).collect();
        values.sort_by(f64::total_cmp);
        let mut parts: Vec<(f64, f64)> = Vec::new();
        for part in 0..MOST {
            let (from, to) = (values.len() * part / MOST, values.len() * (part + 1) / MOST);
            // Values equal to the last one of the class before belong to it.
            let from = values[from..to].iter().position(|value| parts.last().is_none_or(|(_, last)| value > last));
            let from = from.map(|skipped| values.len() * part / MOST + skipped);
            if let Some(from) = from {
                parts.push((values[from], values[to - 1]));
            }
        }
        let count = parts.len();
        // Few classes are spread over the colours: two are the weakest and the strongest.
        let colour = |at: usize| if count == 1 { 3 } else { 1 + (at * (MOST - 1) + (count - 1) / 2) / (count - 1) };
        Self(
            parts
                .iter()
                .enumerate()
                .map(|(at, (from, to))| Class { from: *from, to: *to, colour: colour(at) })
                .collect(),
        )
    }

    /// The colour of a value; none for zero.
    pub(super) fn colour(&self, value: f64) -> Option<usize> {
        self.0.iter().find(|class| (class.from..=class.to).contains(&value)).map(|class| class.colour)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Class> {
        self.0.iter()
    }
}

/// A scale of circles: surface stands for count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    most: u64,
}

impl Sizes {
    /// Radius of the greatest circle, in units of the drawing.
    pub(super) const GREATEST: f64 = 34.0;
    /// Radius of the least: still seen, still met by a finger.
    pub(super) const LEAST: f64 = 5.0;

    pub(super) fn of(counts: impl Iterator<Item = u64>) -> Self {
        Self { most: counts.max().unwrap_or(1).max(1) }
    }

    /// Radius of a count's circle.
    pub(super) fn radius(self, count: u64) -> f64 {
        // Few counts: circles that would fill the map for three actions mislead.
        let greatest = if self.most < 20 { Self::GREATEST * 0.55 } else { Self::GREATEST };
        (greatest * (real(count) / real(self.most)).sqrt()).clamp(Self::LEAST, Self::GREATEST)
    }

    /// Counts for the legend, greatest first: round numbers near the greatest, a quarter, a twentieth.
    pub(super) fn examples(self) -> Vec<u64> {
        let mut examples: Vec<u64> = [1, 5, 25].iter().map(|part| round(self.most / part)).filter(|n| *n > 0).collect();
        examples.dedup();
        examples
    }
}

/// The greatest 1, 2 or 5 with zeros that is not more.
fn round(count: u64) -> u64 {
    let mut ten = 1_u64;
    while count / 10 >= ten {
        ten *= 10;
    }
    match count / ten {
        0 => 0,
        1 => ten,
        2..5 => 2 * ten,
        _ => 5 * ten,
    }
}

/// A count as a number to reckon with: counts of actions are far below 2^53.
#[expect(clippy::cast_precision_loss)]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[f64], classes: &[(f64, f64, usize)]) {
        let found = Classes::of(values.iter().copied());
        let found: Vec<_> = found.iter().map(|class| (class.from, class.to, class.colour)).collect();
        assert_eq!(found, classes);
    }

    #[test]
    fn classes_have_about_as_many_areas_each_and_never_part_equal_values() {
        check(&[], &[]);
        check(&[0.0, f64::NAN], &[]);
        check(&[3.0, 3.0], &[(3.0, 3.0, 3)]);
        check(&[2.0, 1.0], &[(1.0, 1.0, 1), (2.0, 2.0, 5)]);
        check(&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 9.0], &[(1.0, 1.0, 1), (2.0, 9.0, 5)]);
        check(
            &[10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0],
            &[(1.0, 2.0, 1), (3.0, 4.0, 2), (5.0, 6.0, 3), (7.0, 8.0, 4), (9.0, 10.0, 5)],
        );
    }

    #[test]
    fn every_value_above_zero_has_a_colour() {
        let values: Vec<f64> = (0..101).map(|n| f64::from(n * n % 37) / 7.0).collect();
        let classes = Classes::of(values.iter().copied());
        assert!(values.iter().all(|value| classes.colour(*value).is_some() == (*value > 0.0)));
    }

    #[test]
    fn surface_stands_for_count() {
        let sizes = Sizes::of([400, 100, 25].into_iter());
        let square = |count| sizes.radius(count).powi(2);
        assert!((square(400) / square(100) - 4.0).abs() < 1e-9);
        assert!((sizes.radius(0) - Sizes::LEAST).abs() < 1e-9);
        assert_eq!(sizes.examples(), [200, 50, 10]);
        assert_eq!(Sizes::of(std::iter::empty()).examples(), [1]);
    }
}
