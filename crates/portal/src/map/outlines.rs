//! Outlines of régions and départements, read once from `data/`.

use std::collections::HashMap;
use std::sync::LazyLock;

use model::{Level, TerritoryId};

/// Degrees: longitude, latitude.
pub(super) type Degrees = (f64, f64);

/// The outlines we have.
pub(super) struct Outlines {
    /// Borders, each once.
    pub(super) arcs: Vec<Arc>,
    /// Areas: the country, régions by code, départements by code.
    pub(super) areas: Vec<Outline>,
    by_id: HashMap<TerritoryId, usize>,
}

/// A piece of border between two areas, or between an area and the sea or another country.
pub(super) struct Arc {
    /// Its points in order.
    pub(super) points: Vec<Point>,
    /// What it separates, for whoever draws borders.
    pub(super) kind: Kind,
    /// Westernmost, southernmost, easternmost, northernmost degrees.
    pub(super) extent: Extent,
}

/// A point of an arc.
#[derive(Clone, Copy)]
pub(super) struct Point {
    /// Where.
    pub(super) at: Degrees,
    /// How much surface (km²) hangs on it: a map may leave it out where this is less than a dot.
    pub(super) weight: f64,
}

/// What an arc separates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Land from the sea, or from another country.
    Coast,
    /// Two régions.
    Region,
    /// Two départements of one région.
    Departement,
}

/// An area's outline.
pub(super) struct Outline {
    /// Whose.
    pub(super) id: TerritoryId,
    /// Where a label or a circle stands best.
    pub(super) label: Degrees,
    /// Polygons: an outer ring, then holes; a ring is a list of arcs.
    pub(super) polygons: Vec<Vec<Vec<Step>>>,
    /// Around all of it.
    pub(super) extent: Extent,
}

/// An arc walked as a part of a ring.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// Position among the arcs.
    pub(super) arc: usize,
    /// From its last point to its first.
    pub(super) is_backwards: bool,
}

/// A rectangle in degrees; it never crosses the antimeridian, as no outline of ours does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    pub(super) west: f64,
    pub(super) south: f64,
    pub(super) east: f64,
    pub(super) north: f64,
}

impl Extent {
    /// Around nothing yet.
    pub(super) const NOTHING: Self =
        Self { west: f64::INFINITY, south: f64::INFINITY, east: f64::NEG_INFINITY, north: f64::NEG_INFINITY };

    pub(super) fn around(points: impl IntoIterator<Item = Degrees>) -> Self {
        points.into_iter().fold(Self::NOTHING, |extent, (lon, lat)| {
            extent.with(&Self { west: lon, south: lat, east: lon, north: lat })
        })
    }

    pub(super) fn with(self, other: &Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    pub(super) fn touches(&self, other: &Self) -> bool {
        self.west <= other.east && other.west <= self.east && self.south <= other.north && other.south <= self.north
    }

    pub(super) fn holds(&self, (lon, lat): Degrees) -> bool {
        (self.west..=self.east).contains(&lon) && (self.south..=self.north).contains(&lat)
    }
}

impl Outlines {
    /// The one set, read on first use.
    pub(super) fn get() -> &'static Self {
        static ONE: LazyLock<Outlines> = LazyLock::new(|| {
            Outlines::read(
                include_str!("../../data/arcs.txt"),
                [
                    (Level::Pays, include_str!("../../data/pays.tsv")),
                    (Level::Region, include_str!("../../data/regions.tsv")),
                    (Level::Departement, include_str!("../../data/departements.tsv")),
                ],
            )
            .expect("our own files are well made: a test reads them")
        });
        &ONE
    }

    /// The outline of the country, a région or a département; none for what has none.
    pub(super) fn of(&self, id: &TerritoryId) -> Option<&Outline> {
        self.by_id.get(id).map(|position| &self.areas[*position])
    }

    /// Areas of a level.
    pub(super) fn all(&self, level: Level) -> impl Iterator<Item = &Outline> {
        self.areas.iter().filter(move |area| area.id.level == level)
    }

    /// Around a ring.
    pub(super) fn extent(&self, ring: &[Step]) -> Extent {
        ring.iter().fold(Extent::NOTHING, |all, step| all.with(&self.arcs[step.arc].extent))
    }

    /// Points of a step, in the order of the walk.
    pub(super) fn walk(&self, step: Step) -> Box<dyn Iterator<Item = &Point> + '_> {
        let points = self.arcs[step.arc].points.iter();
        if step.is_backwards { Box::new(points.rev()) } else { Box::new(points) }
    }

    fn read(arcs: &str, areas: [(Level, &str); 3]) -> Option<Self> {
        let mut outlines = Self { arcs: Vec::new(), areas: Vec::new(), by_id: HashMap::new() };
        for line in arcs.lines() {
            let points = decoded(line)?;
            let extent = Extent::around(points.iter().copied());
            outlines.arcs.push(Arc { points: weighed(&points), kind: Kind::Coast, extent });
        }
        for (level, lines) in areas {
            for line in lines.lines() {
                let area = outlines.area(level, line)?;
                outlines.by_id.insert(area.id.clone(), outlines.areas.len());
                outlines.areas.push(area);
            }
        }
        // Whoever has an arc walks it once: two régions on it make it their border, else two départements.
        for (level, kind) in [(Level::Departement, Kind::Departement), (Level::Region, Kind::Region)] {
            let mut walked = vec![0_u8; outlines.arcs.len()];
            for step in outlines.all(level).flat_map(|area| area.polygons.iter().flatten().flatten()) {
                walked[step.arc] += 1;
            }
            for (arc, _) in outlines.arcs.iter_mut().zip(walked).filter(|(_, times)| *times > 1) {
                arc.kind = kind;
            }
        }
        Some(outlines)
    }

    /// `code, longitude, latitude of the label, polygons`: polygons parted by `|`, rings by `;`, arcs by blanks.
    fn area(&self, level: Level, line: &str) -> Option<Outline> {
        let mut cells = line.split('\t');
        let id = TerritoryId::new(level, cells.next()?);
        let mut degrees = || Some(f64::from(cells.next()?.parse::<i32>().ok()?) / UNIT);
        let label = (degrees()?, degrees()?);
        let step = |number: &str| {
            let number: i32 = number.parse().ok()?;
            let arc = usize::try_from(number.unsigned_abs()).ok()?.checked_sub(1)?;
            (arc < self.arcs.len()).then_some(Step { arc, is_backwards: number < 0 })
        };
        let ring = |ring: &str| ring.split(' ').map(step).collect::<Option<Vec<Step>>>();
        let polygon = |polygon: &str| polygon.split(';').map(ring).collect::<Option<Vec<_>>>();
        let polygons = cells.next()?.split('|').map(polygon).collect::<Option<Vec<_>>>()?;
        let extents = polygons.iter().flatten().flatten().map(|step| self.arcs[step.arc].extent);
        let extent = extents.fold(Extent::NOTHING, |all, extent| all.with(&extent));
        Some(Outline { id, label, polygons, extent })
    }
}

/// Our files count in thousandths of a degree.
const UNIT: f64 = 1000.0;

/// Differences, zigzag, five bits a character from `?` on.
fn decoded(line: &str) -> Option<Vec<Degrees>> {
    let mut bytes = line.bytes();
    let mut number = move || -> Option<Option<i32>> {
        let (mut value, mut shift) = (0_i32, 0);
        loop {
            let Some(byte) = bytes.next() else { return if shift == 0 { Some(None) } else { None } };
            let bits = i32::from(byte.checked_sub(63)?);
            value |= (bits & 31) << shift;
            shift += 5;
            if bits < 32 {
                return Some(Some((value >> 1) ^ -(value & 1)));
            }
            if shift > 25 {
                return None;
            }
        }
    };
    let (mut points, mut here) = (Vec::new(), (0, 0));
    while let Some(east) = number()? {
        here = (here.0 + east, here.1 + number()??);
        points.push((f64::from(here.0) / UNIT, f64::from(here.1) / UNIT));
    }
    (points.len() > 1).then_some(points)
}

/// Visvalingam and Whyatt: the surface of the triangle that goes when a point does, the least first.
/// Ends stay for ever, as other arcs begin there; of a closed arc a triangle stays.
fn weighed(points: &[Degrees]) -> Vec<Point> {
    let last = points.len() - 1;
    let keeps = if points[0] == points[last] { 2 } else { 0 };
    let mut weights = vec![f64::INFINITY; points.len()];
    let mut left: Vec<usize> = (0..points.len()).collect();
    let mut reached = 0.0_f64;
    while left.len() > 2 + keeps {
        let surface = |at: usize| triangle(points[left[at - 1]], points[left[at]], points[left[at + 1]]);
        let least = (1..left.len() - 1).min_by(|a, b| surface(*a).total_cmp(&surface(*b)));
        let Some(least) = least else { break };
        // A point never weighs less than one that went before it: leaving out keeps the order.
        reached = reached.max(surface(least));
        weights[left.remove(least)] = reached;
    }
    points.iter().zip(weights).map(|(at, weight)| Point { at: *at, weight }).collect()
}

/// Surface of a small triangle, km².
fn triangle(a: Degrees, b: Degrees, c: Degrees) -> f64 {
    let squeeze = b.1.to_radians().cos();
    let (ux, uy) = ((a.0 - b.0) * squeeze, a.1 - b.1);
    let (vx, vy) = ((c.0 - b.0) * squeeze, c.1 - b.1);
    (ux * vy - uy * vx).abs() / 2.0 * 111.2 * 111.2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_and_departement_of_the_gazetteer_has_an_outline_or_is_said_not_to() {
        let gazetteer = gazetteer::Gazetteer::get();
        let outlines = Outlines::get();
        let mut without = Vec::new();
        for region in gazetteer.children(&TerritoryId::new(Level::Pays, "FR")) {
            for id in std::iter::once(region.clone()).chain(gazetteer.children(&region)) {
                if outlines.of(&id).is_none() {
                    without.push(id.to_string());
                }
            }
        }
        without.sort();
        assert_eq!(without, WITHOUT_OUTLINE);
    }

    /// Overseas collectivities: the sources have none; `data/README.md` says so.
    const WITHOUT_OUTLINE: [&str; 16] = [
        "departement:975",
        "departement:977",
        "departement:978",
        "departement:984",
        "departement:986",
        "departement:987",
        "departement:988",
        "departement:989",
        "region:975",
        "region:977",
        "region:978",
        "region:984",
        "region:986",
        "region:987",
        "region:988",
        "region:989",
    ];

    #[test]
    fn labels_stand_within_their_area() {
        for area in &Outlines::get().areas {
            assert!(area.extent.holds(area.label), "{}", area.id);
        }
    }

    #[test]
    fn rings_close() {
        let outlines = Outlines::get();
        for area in &outlines.areas {
            for ring in area.polygons.iter().flatten() {
                for (at, step) in ring.iter().enumerate() {
                    let next = ring[(at + 1) % ring.len()];
                    let end = outlines.walk(*step).last().map(|point| point.at);
                    assert_eq!(end, outlines.walk(next).next().map(|point| point.at), "{}", area.id);
                }
            }
        }
    }

    #[test]
    fn a_region_border_is_that_of_its_departements() {
        let outlines = Outlines::get();
        let kinds = |kind| outlines.arcs.iter().filter(|arc| arc.kind == kind).count();
        assert!(kinds(Kind::Coast) > 50 && kinds(Kind::Region) > 40 && kinds(Kind::Departement) > 100);
    }

    #[test]
    fn what_is_no_polyline_is_refused() {
        for junk in ["", "?", "___", "??\u{1}?", "~~~~~~~~~~~~"] {
            assert!(decoded(junk).is_none(), "{junk:?}");
        }
    }
}
