//! Outlines as SVG paths: few points, few characters.

use std::fmt::Write;

use super::frame::Panel;
use super::outlines::{Arc, Outline, Outlines, Step};

/// A point may go where less than this surface hangs on it, in squares of the drawing's unit.
const DOT: f64 = 1.2;
/// What lies off the drawing may be this much rougher.
const ROUGH_FAR: f64 = 400.0;
/// What only backs up other shapes may be this much rougher.
const ROUGH_BACK: f64 = 4.0;
/// Kilometres of a unit below which corners are rounded: our outlines have a point every two kilometres.
const CLOSE: f64 = 0.13;
/// Coordinates are written in tenths of a unit.
const TENTHS: f64 = 10.0;

/// The path of an area, closed; never empty.
pub(super) fn area(panel: &Panel, outline: &Outline) -> String {
    let mut path = Pen::default();
    for ring in outline.polygons.iter().flatten() {
        path.closed(&shape(panel, ring));
    }
    // A territory never goes missing because it is small.
    if path.text.is_empty()
        && let Some(ring) = outline.polygons.first().and_then(|polygon| polygon.first())
    {
        path.dot(&shape(panel, ring));
    }
    path.text
}

/// The path of what of some areas lies on a panel, closed.
pub(super) fn land<'a>(panel: &Panel, outlines: impl Iterator<Item = &'a Outline>) -> String {
    let mut path = Pen::default();
    for ring in outlines.flat_map(|outline| outline.polygons.iter().flatten()) {
        if Outlines::get().extent(ring).touches(&panel.extent) {
            path.closed(&shape(panel, ring));
        }
    }
    path.text
}

/// The path of borders, open. `rough`: they only back up what else is drawn, and may be simpler
/// than areas; they still begin and end where others do.
pub(super) fn borders<'a>(panel: &Panel, arcs: impl Iterator<Item = &'a Arc>, rough: bool) -> String {
    let mut path = Pen::default();
    for arc in arcs {
        path.open(&drawn(panel, arc, if rough { ROUGH_BACK } else { 1.0 }));
    }
    path.text
}

/// Points of a ring that are worth drawing, in tenths.
fn shape(panel: &Panel, ring: &[Step]) -> Vec<(i32, i32)> {
    let arcs = &Outlines::get().arcs;
    let mut points: Vec<(i32, i32)> = Vec::new();
    for step in ring {
        let mut arc = drawn(panel, &arcs[step.arc], 1.0);
        if step.is_backwards {
            arc.reverse();
        }
        points.extend(arc);
    }
    points.dedup();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    points
}

/// Points of an arc that are worth drawing, in tenths: the same for every area along it.
fn drawn(panel: &Panel, arc: &Arc, rough: f64) -> Vec<(i32, i32)> {
    let is_near = arc.extent.touches(&panel.extent);
    let least = DOT * panel.square_km() * if is_near { rough } else { ROUGH_FAR };
    let kept = arc.points.iter().filter(|point| point.weight >= least);
    let mut points: Vec<(f64, f64)> = kept.map(|point| panel.place(point.at)).collect();
    if is_near && panel.square_km() < CLOSE * CLOSE {
        points = rounded(&rounded(&points));
    }
    let mut points: Vec<(i32, i32)> = points.into_iter().map(tenths).collect();
    points.dedup();
    points
}

/// A line with its corners cut (Chaikin); its ends stay, as other lines begin there.
fn rounded(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let mut line = vec![*first];
    for pair in points.windows(2) {
        let at =
            |share: f64| (pair[0].0 + share * (pair[1].0 - pair[0].0), pair[0].1 + share * (pair[1].1 - pair[0].1));
        line.extend([at(0.25), at(0.75)]);
    }
    line.push(*last);
    line
}

fn tenths((x, y): (f64, f64)) -> (i32, i32) {
    // `as` saturates: what lies far beyond the edge may lie anywhere beyond it.
    #[expect(clippy::cast_possible_truncation)]
    let tenth = |value: f64| (value.clamp(-1e6, 1e6) * TENTHS).round() as i32;
    (tenth(x), tenth(y))
}

/// Writes a path with relative coordinates and no separator that can be left out.
#[derive(Default)]
struct Pen {
    text: String,
    at: (i32, i32),
}

impl Pen {
    fn closed(&mut self, ring: &[(i32, i32)]) {
        if ring.len() < 3 || doubled_surface(ring) < 60 {
            return;
        }
        self.line(ring);
        self.text.push('z');
        // After `z` the pen is where the ring began.
        self.at = ring[0];
    }

    fn open(&mut self, line: &[(i32, i32)]) {
        if line.len() > 1 {
            self.line(line);
        }
    }

    /// A square of two units where a shape is too small to be one.
    fn dot(&mut self, ring: &[(i32, i32)]) {
        if let Some((x, y)) = ring.first() {
            self.line(&[(x - 10, y - 10), (x + 10, y - 10), (x + 10, y + 10), (x - 10, y + 10)]);
            self.text.push('z');
            self.at = (x - 10, y - 10);
        }
    }

    fn line(&mut self, points: &[(i32, i32)]) {
        self.text.push('m');
        let mut is_first = true;
        for point in points {
            self.number(point.0 - self.at.0, is_first);
            self.number(point.1 - self.at.1, false);
            self.at = *point;
            // Pairs after the first of an `m` are lines.
            is_first = false;
        }
    }

    fn number(&mut self, tenths: i32, is_first: bool) {
        let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
        if tenths < 0 {
            self.text.push('-');
        } else if !is_first {
            // `.5` right after `1.5` needs no blank: a number has one point.
            let begins_with_point = whole == 0 && tenth != 0;
            if !(begins_with_point && self.ends_with_fraction()) {
                self.text.push(' ');
            }
        }
        // Writing to a String does not fail.
        let _ = match (whole, tenth) {
            (0, 0) => write!(self.text, "0"),
            (0, _) => write!(self.text, ".{tenth}"),
            (_, 0) => write!(self.text, "{whole}"),
            _ => write!(self.text, "{whole}.{tenth}"),
        };
    }

    /// Whether the number written last has a point: then another may begin with one.
    fn ends_with_fraction(&self) -> bool {
        self.text.as_bytes().iter().rev().find(|byte| !byte.is_ascii_digit()) == Some(&b'.')
    }
}

/// Twice the surface of a ring, in square tenths.
fn doubled_surface(ring: &[(i32, i32)]) -> i64 {
    let cross = |a: (i32, i32), b: (i32, i32)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1);
    let sum: i64 = (0..ring.len()).map(|at| cross(ring[at], ring[(at + 1) % ring.len()])).sum();
    sum.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(points: &[(i32, i32)], path: &str) {
        let mut pen = Pen::default();
        pen.line(points);
        assert_eq!(pen.text, path);
    }

    #[test]
    fn paths_are_relative_and_without_needless_characters() {
        check(&[(100, 200), (115, 195)], "m10 20 1.5-.5");
        check(&[(5, 5), (12, 17)], "m.5.5.7 1.2");
        check(&[(0, 0), (-3, 10), (-3, 13)], "m0 0-.3 1 0 .3");
    }
}
