//! Marks on a map: circles sized by count, pins, and the words beside them where there is room.

use super::draw::Drawer;
use super::frame::{Frame, WIDTH};
use super::outlines::Outlines;
use super::{Area, Circle, Pin, Spot};
use crate::typo;

/// Width of a digit and of a letter, in units of the drawing.
const DIGIT: f64 = 9.0;
const LETTER: f64 = 7.4;
/// Width of a digit where the drawing is shown small and its numbers are set larger (`map.css`).
const LARGE_DIGIT: f64 = 14.5;
/// Height of a line of words.
const LINE: f64 = 17.0;
/// Names that circles bear at most: more would cover what they name.
const MOST_NAMES: usize = 14;

/// A drop whose tip is at the place; two ways cross in it.
pub(super) const EXACT_PIN: &str = "<path class=\"map-pin-drop\" d=\"M0 0C-3-8-11-12-11-20.5a11 11 0 0 1 22 0C11-12 3-8 0 0z\"/>\
     <path class=\"map-pin-mark\" d=\"M-4-24.5 4-16.5M4-24.5-4-16.5\"/>";
/// A ring around the place.
pub(super) const VAGUE_PIN: &str =
    "<circle class=\"map-pin-around\" r=\"15\"/><circle class=\"map-pin-drop\" r=\"5\"/>";

/// A circle with its place on the drawing.
struct Placed<'a> {
    circle: &'a Circle,
    x: f64,
    y: f64,
    radius: f64,
}

/// A rectangle that is taken: left, top, right, bottom.
type Taken = [f64; 4];

impl Drawer<'_> {
    /// Circles and pins, with the words that find room.
    pub(super) fn marks(&mut self, frame: &Frame) {
        let circles = placed(self, frame);
        for Placed { circle, x, y, radius } in &circles {
            let class = if circle.href.is_some() { "map-circle" } else { "map-circle map-mute" };
            let shape = format!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\">");
            self.link(circle.href.as_deref(), &circle.name, false, &shape, "</circle>");
        }
        let mut pins = Vec::new();
        for pin in &self.map.pins {
            let Some((x, y)) = frame.place((pin.lon, pin.lat)) else { continue };
            let shape = if pin.is_vague { VAGUE_PIN } else { EXACT_PIN };
            let opening = format!("<g class=\"map-pin\" transform=\"translate({x:.1} {y:.1})\">{shape}");
            self.link(pin.href.as_deref(), &pin.name, false, &opening, "</g>");
            pins.push((pin, x, y));
        }
        self.numbers(&circles);
        self.names(&circles, &pins, frame);
    }

    /// Numbers within circles that have room; beneath, where nothing else tells them.
    fn numbers(&mut self, circles: &[Placed<'_>]) {
        for Placed { circle, x, y, radius } in circles {
            let number = typo::number(circle.count, self.map.lang);
            if 2.0 * radius > DIGIT * letters(&number) + 5.0 {
                let is_tight = 2.0 * radius < LARGE_DIGIT * letters(&number) + 3.0;
                let class = if is_tight { "map-number map-number-tight" } else { "map-number" };
                self.text(class, *x, *y, &number);
            } else if circle.name.is_empty() {
                self.text("map-number map-number-beside", *x, y + radius + 9.0, &number);
            }
        }
    }

    /// Names beside pins, then beside circles, the greatest first, as long as they cover nothing.
    fn names(&mut self, circles: &[Placed<'_>], pins: &[(&Pin, f64, f64)], frame: &Frame) {
        let height = frame.height;
        let mut taken: Vec<Taken> = circles.iter().map(|one| around(one.x, one.y, one.radius * 0.8)).collect();
        taken.extend(pins.iter().map(|(_, x, y)| [x - 11.0, y - 30.0, x + 11.0, y + 4.0]));
        for (Pin { label, is_vague, .. }, x, y) in pins {
            let (aside, up) = if *is_vague { (20.0, 0.0) } else { (15.0, 20.0) };
            if let Some(label) = label {
                self.name("map-label", label, (*x, y - up, aside), height, &mut taken);
            }
        }
        for (label, at) in &self.area_labels(frame) {
            let half = LETTER * letters(label) / 2.0;
            let place = [at.0 - half, at.1 - LINE / 2.0, at.0 + half, at.1 + LINE / 2.0];
            if !taken.iter().any(|other| overlap(&place, other)) {
                taken.push(place);
                self.text("map-label map-name", at.0, at.1, label);
            }
        }
        let named = circles.iter().filter_map(|one| Some((one, one.circle.label.as_deref()?)));
        for (one, label) in named.take(MOST_NAMES) {
            self.name("map-label map-name", label, (one.x, one.y, one.radius + 6.0), height, &mut taken);
        }
    }

    /// Names of areas, with their middles.
    fn area_labels(&self, frame: &Frame) -> Vec<(String, (f64, f64))> {
        let of = |area: &Area| {
            let outline = Outlines::get().of(&area.id)?;
            Some((area.label.clone()?, frame.place(outline.label)?))
        };
        self.map.areas.iter().filter_map(of).collect()
    }

    /// A name to the right of a mark, else to the left, else not at all.
    fn name(&mut self, kind: &str, name: &str, (x, y, aside): (f64, f64, f64), height: f64, taken: &mut Vec<Taken>) {
        let width = LETTER * letters(name);
        for (side, at, left) in
            [("map-label-right", x + aside, x + aside), ("map-label-left", x - aside, x - aside - width)]
        {
            let place = [left, y - LINE / 2.0, left + width, y + LINE / 2.0];
            let fits = place[0] > 2.0 && place[2] < WIDTH - 2.0 && place[1] > 2.0 && place[3] < height - 2.0;
            if fits && !taken.iter().any(|other| overlap(&place, other)) {
                taken.push(place);
                self.text(&format!("{kind} {side}"), at, y, name);
                return;
            }
        }
    }
}

/// Circles that the frame shows, the greatest first: small ones lie above, where they can be reached.
fn placed<'a>(drawer: &Drawer<'a>, frame: &Frame) -> Vec<Placed<'a>> {
    let map = drawer.map;
    let mut placed: Vec<Placed<'a>> = map
        .circles
        .iter()
        .filter_map(|circle| {
            let (x, y) = frame.place(degrees(&circle.spot)?)?;
            Some(Placed { circle, x, y, radius: drawer.sizes.radius(circle.count) })
        })
        .collect();
    placed.sort_by_key(|placed| std::cmp::Reverse(placed.circle.count));
    placed
}

fn around(x: f64, y: f64, radius: f64) -> Taken {
    [x - radius, y - radius, x + radius, y + radius]
}

fn overlap(a: &Taken, b: &Taken) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

pub(super) fn letters(text: &str) -> f64 {
    f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX))
}

fn degrees(spot: &Spot) -> Option<(f64, f64)> {
    match spot {
        Spot::Point { lat, lon } => Some((*lon, *lat)),
        Spot::Area(id) => Outlines::get().of(id).map(|outline| outline.label),
    }
}
