//! Which part of the globe comes to lie where on the drawing.

use gazetteer::Gazetteer;
use model::{Level, TerritoryId};

use super::outlines::{Degrees, Extent, Outline, Outlines};
use super::projection::{Plane, Projection};
use super::{Map, View};

/// Width of every map, in units of the drawing; heights follow from what is shown.
pub(super) const WIDTH: f64 = 640.0;
/// Room around what is shown, for borders and circles on the edge.
const MARGIN: f64 = 18.0;
/// Height of the row of overseas départements, its labels included.
const ROW: f64 = 116.0;
/// Room for a label under an inset.
const LABEL: f64 = 20.0;
/// Paris and its neighbours, where départements are told: too small to see, let alone to point at.
const INNER_PARIS: [&str; 4] = ["75", "92", "93", "94"];
/// Where they are shown larger: the Channel has room.
const PARIS_CORNER: Area = Area { left: 18.0, top: 18.0, width: 118.0, height: 96.0 };
/// No intercommunality reaches farther from its middle, km.
const WIDEST_EPCI_KM: f64 = 60.0;
/// Nobody needs to see less than this, km in each direction.
const NEAREST_KM: f64 = 2.0;

/// A drawing's size, and the panels on it.
pub(super) struct Frame {
    pub(super) height: f64,
    /// Whether it shows all of France.
    pub(super) is_france: bool,
    /// The main one first.
    pub(super) panels: Vec<Panel>,
}

/// A part of the drawing with a projection of its own.
pub(super) struct Panel {
    projection: Projection,
    /// Units of the drawing per metre.
    scale: f64,
    /// Plane coordinates of the drawing's left upper corner.
    corner: Plane,
    /// What it shows.
    pub(super) extent: Extent,
    /// Whose inset it is; `None` for the main panel.
    pub(super) inset: Option<Inset>,
}

/// A small map beside the main one.
pub(super) struct Inset {
    /// What is shown in it.
    pub(super) shows: Shown,
    /// Middle of its label's line.
    pub(super) label: (f64, f64),
    /// A line to where it lies on the main panel.
    pub(super) leader: Option<((f64, f64), (f64, f64))>,
}

/// What an inset shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// A région overseas, which is one département too.
    Overseas(TerritoryId),
    /// Paris and its three neighbours, once more.
    InnerParis,
}

/// A rectangle of the drawing.
#[derive(Clone, Copy)]
struct Area {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// How many scales a drawing has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scales {
    /// One.
    One,
    /// Those of the overseas insets beside that of the mainland.
    Overseas,
    /// And that of Paris and its neighbours.
    OverseasAndParis,
}

impl Frame {
    /// The scales on it.
    pub(super) fn scales(&self) -> Scales {
        match () {
            () if self.panels.iter().any(Panel::is_repeated) => Scales::OverseasAndParis,
            () if self.panels.len() > 1 => Scales::Overseas,
            () => Scales::One,
        }
    }

    /// The frame that a map needs.
    pub(super) fn of(map: &Map) -> Self {
        let tells_departements = map.areas.iter().any(|area| area.id.level == Level::Departement);
        match extent(&map.view) {
            Some(extent) => Self::local(extent),
            None => Self::france(tells_departements),
        }
    }

    /// Where a point of the globe comes to lie; none where no panel shows it.
    pub(super) fn place(&self, at: Degrees) -> Option<(f64, f64)> {
        let shows = |panel: &&Panel| !panel.is_repeated() && panel.extent.holds(at);
        // Insets first: none of them lies within the main panel.
        self.panels.iter().rev().find(shows).map(|panel| panel.place(at))
    }

    fn france(tells_departements: bool) -> Self {
        let outlines = Outlines::get();
        let (overseas, mainland): (Vec<&Outline>, Vec<&Outline>) =
            outlines.all(Level::Region).partition(|area| is_overseas(&area.id));
        let main = Panel::fitting(
            Projection::Lambert93,
            &mainland,
            Area { left: MARGIN, top: MARGIN, width: WIDTH - 2.0 * MARGIN, height: f64::INFINITY },
            None,
        );
        let bottom = main.lowest(&mainland) + MARGIN;
        let mut panels = vec![main];
        let mut left = MARGIN;
        let each = (WIDTH - 2.0 * MARGIN) / f64::from(u32::try_from(overseas.len()).unwrap_or(1));
        for area in overseas {
            let room = Area { left: left + 8.0, top: bottom + 4.0, width: each - 16.0, height: ROW - LABEL - 12.0 };
            let inset = Inset {
                shows: Shown::Overseas(area.id.clone()),
                label: (left + each / 2.0, bottom + ROW - LABEL / 2.0),
                leader: None,
            };
            let projection = Projection::Mercator { lat: area.label.1 };
            panels.push(Panel::fitting(projection, &[area], room, Some(inset)));
            left += each;
        }
        if tells_departements {
            let of = |code: &&str| outlines.of(&TerritoryId::new(Level::Departement, code));
            let inner: Vec<&Outline> = INNER_PARIS.iter().filter_map(of).collect();
            let corner = PARIS_CORNER;
            let foot = (corner.left + corner.width + 4.0, corner.top + corner.height - 14.0);
            let paris = inner.first().map(|outline| panels[0].place(outline.label));
            let inset = Inset {
                shows: Shown::InnerParis,
                label: (corner.left + corner.width / 2.0, corner.top + corner.height + LABEL / 2.0),
                leader: paris.map(|(x, y)| (foot, (x - 7.0, y - 4.0))),
            };
            panels.push(Panel::fitting(Projection::Lambert93, &inner, corner, Some(inset)));
        }
        Self { height: (bottom + ROW + 4.0).round(), is_france: true, panels }
    }

    /// One panel, north up.
    fn local(extent: Extent) -> Self {
        let lat = f64::midpoint(extent.south, extent.north);
        let projection = Projection::Mercator { lat };
        let (west, south) = projection.project(extent.west, extent.south);
        let (east, north) = projection.project(extent.east, extent.north);
        let (width, height) = (east - west, north - south);
        let inner = WIDTH - 2.0 * MARGIN;
        // As tall as what is shown asks for, within what a screen can bear.
        let inner_height = (inner * height / width).clamp(inner * 0.6, inner * 1.05);
        let scale = (inner / width).min(inner_height / height);
        let whole_height = (inner_height + 2.0 * MARGIN).round();
        let corner =
            (f64::midpoint(west, east) - WIDTH / 2.0 / scale, f64::midpoint(south, north) + whole_height / 2.0 / scale);
        let mut panel = Panel { projection, scale, corner, extent, inset: None };
        // All that the rectangle shows, not only what it was asked to.
        let (wide, tall) = (WIDTH / scale / width, whole_height / scale / height);
        let (lon, half_lon) = (f64::midpoint(extent.west, extent.east), (extent.east - extent.west) / 2.0 * wide);
        let half_lat = (extent.north - extent.south) / 2.0 * tall;
        panel.extent =
            Extent { west: lon - half_lon, east: lon + half_lon, south: lat - half_lat, north: lat + half_lat };
        Self { height: whole_height, is_france: false, panels: vec![panel] }
    }
}

impl Panel {
    fn fitting(projection: Projection, areas: &[&Outline], room: Area, inset: Option<Inset>) -> Self {
        let (mut west, mut south) = (f64::INFINITY, f64::INFINITY);
        let (mut east, mut north) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (lon, lat) in areas.iter().copied().flat_map(corners) {
            let (x, y) = projection.project(lon, lat);
            (west, east) = (west.min(x), east.max(x));
            (south, north) = (south.min(y), north.max(y));
        }
        let scale = (room.width / (east - west)).min(room.height / (north - south));
        let spare = |room: f64, used: f64| if room.is_finite() { (room - used) / 2.0 } else { 0.0 };
        let corner = (
            west - (room.left + spare(room.width, (east - west) * scale)) / scale,
            north + (room.top + spare(room.height, (north - south) * scale)) / scale,
        );
        let extent = areas.iter().fold(Extent::NOTHING, |all, area| all.with(&area.extent));
        // Islets and harbours beyond the simplified coast.
        let beyond = 0.05;
        let extent = Extent {
            west: extent.west - beyond,
            south: extent.south - beyond,
            east: extent.east + beyond,
            north: extent.north + beyond,
        };
        Self { projection, scale, corner, extent, inset }
    }

    /// Where a point comes to lie, on the drawing or beyond its edge.
    pub(super) fn place(&self, (lon, lat): Degrees) -> (f64, f64) {
        let (x, y) = self.projection.project(lon, lat);
        ((x - self.corner.0) * self.scale, (self.corner.1 - y) * self.scale)
    }

    /// Surface (km²) of a square of the drawing with sides of one unit.
    pub(super) fn square_km(&self) -> f64 {
        1.0 / (self.scale * self.scale * 1e6)
    }

    /// Whether it shows again what the main panel shows.
    pub(super) fn is_repeated(&self) -> bool {
        matches!(&self.inset, Some(Inset { shows: Shown::InnerParis, .. }))
    }

    /// Whether an area belongs on it.
    pub(super) fn shows(&self, area: &Outline) -> bool {
        match self.inset.as_ref().map(|inset| &inset.shows) {
            Some(Shown::InnerParis) => area.id.level == Level::Departement && INNER_PARIS.contains(&&*area.id.code),
            Some(Shown::Overseas(_)) | None => area.extent.touches(&self.extent),
        }
    }

    fn lowest(&self, areas: &[&Outline]) -> f64 {
        areas.iter().copied().flat_map(corners).map(|at| self.place(at).1).fold(0.0, f64::max)
    }
}

/// Every point of an outline that matters for its size.
fn corners(area: &Outline) -> impl Iterator<Item = Degrees> + '_ {
    let outlines = Outlines::get();
    let outer = area.polygons.iter().filter_map(|polygon| polygon.first()).flatten();
    outer.flat_map(move |step| outlines.arcs[step.arc].points.iter().map(|point| point.at))
}

/// Whether a région or département lies overseas: INSEE gives them codes of their own.
fn is_overseas(id: &TerritoryId) -> bool {
    match id.level {
        Level::Region => id.code.starts_with('0'),
        _ => id.code.starts_with("97") || id.code.starts_with("98"),
    }
}

/// What a view has to show; none for all of France.
fn extent(view: &View) -> Option<Extent> {
    match view {
        View::France => None,
        View::Territory(id) => match Outlines::get().of(id) {
            Some(area) => Some(area.extent),
            None => of_territory(id),
        },
        View::Around { lat, lon, km } => around(*lat, *lon, *km),
        View::Bbox(bbox) => {
            let all = [bbox.west, bbox.south, bbox.east, bbox.north];
            // Across the antimeridian there is nothing of ours to see.
            if bbox.west > bbox.east || all.iter().any(|degrees| !degrees.is_finite()) {
                return None;
            }
            let extent = Extent {
                west: bbox.west,
                south: bbox.south.clamp(-80.0, 80.0),
                east: bbox.east,
                north: bbox.north.clamp(-80.0, 80.0),
            };
            let (lat, lon) = (f64::midpoint(extent.south, extent.north), f64::midpoint(extent.west, extent.east));
            Some(around(lat, lon, NEAREST_KM)?.with(&extent))
        }
    }
}

/// A commune in its surroundings; the communes of an intercommunality.
fn of_territory(id: &TerritoryId) -> Option<Extent> {
    let gazetteer = Gazetteer::get();
    let territory = gazetteer.territory(id)?;
    let point = |id: &TerritoryId| {
        let within = gazetteer.territory(id)?;
        Some((within.lon?, within.lat?))
    };
    match id.level {
        Level::Epci => {
            let members = gazetteer.children(id);
            // Some town halls are known at a wrong place: none lies so far from its neighbours.
            let (lat, lon) = (territory.lat?, territory.lon?);
            let credible = around(lat, lon, WIDEST_EPCI_KM)?;
            let extent = Extent::around(members.iter().filter_map(point).filter(|at| credible.holds(*at)));
            Some(around(lat, lon, 5.0)?.with(&extent))
        }
        Level::Commune => around(territory.lat?, territory.lon?, 15.0),
        _ => None,
    }
}

fn around(lat: f64, lon: f64, km: f64) -> Option<Extent> {
    if !lat.is_finite() || !lon.is_finite() || lat.abs() > 80.0 {
        return None;
    }
    // Nobody needs more than the whole country; what is no number asks for nothing.
    let km = if km.is_nan() { NEAREST_KM } else { km.clamp(NEAREST_KM, 2_000.0) };
    let (half_lat, half_lon) = (km / 111.2, km / (111.2 * lat.to_radians().cos()));
    Some(Extent { west: lon - half_lon, east: lon + half_lon, south: lat - half_lat, north: lat + half_lat })
}
