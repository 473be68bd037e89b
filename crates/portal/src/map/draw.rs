//! The SVG of a map, layer upon layer: land, areas, borders, then the marks on it (`marks.rs`).

use std::fmt::{Arguments, Write};

use model::Level;

use super::classes::{Classes, Sizes};
use super::frame::{Frame, Panel, Shown, WIDTH};
use super::outlines::{Kind, Outlines};
use super::words::MapWords;
use super::{Area, Drawing, Map, View, legend, path};

/// Draws a map and its legend.
pub(super) fn drawing(map: &Map) -> Drawing {
    let frame = Frame::of(map);
    let told = map.measure.iter().flat_map(|_| &map.areas).filter_map(|area| area.value);
    let classes = Classes::of(told);
    let sizes = Sizes::of(map.circles.iter().map(|circle| circle.count));
    let words = MapWords::of(map.lang);
    let mut drawer = Drawer { map, classes: &classes, sizes, words, svg: String::with_capacity(16_384) };
    drawer.opening(&frame);
    for (at, panel) in frame.panels.iter().enumerate() {
        drawer.panel(at, panel, frame.is_france);
    }
    drawer.marks(&frame);
    drawer.svg.push_str("</svg>");
    Drawing { svg: drawer.svg, legend: legend::legend(map, frame.scales(), &classes, sizes, words) }
}

/// A drawing in the making.
pub(super) struct Drawer<'a> {
    pub(super) map: &'a Map,
    classes: &'a Classes,
    pub(super) sizes: Sizes,
    words: &'static MapWords,
    svg: String,
}

impl Drawer<'_> {
    fn opening(&mut self, frame: &Frame) {
        let height = frame.height;
        let kind = if frame.is_france { "map-france" } else { "map-near" };
        let Map { key, title, description, .. } = self.map;
        // What bears links is no image to a screen reader, but a group of them.
        let role = if self.map.has_links() { "group" } else { "img" };
        let described =
            if description.is_empty() { String::new() } else { format!(" aria-describedby=\"{key}-desc\"") };
        self.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"map {kind}\" viewBox=\"0 0 {WIDTH} {height}\" role=\"{role}\" \
             aria-labelledby=\"{key}-title\"{described}><title id=\"{key}-title\">{}</title>",
            escaped(title)
        ));
        if !description.is_empty() {
            self.put(format_args!("<desc id=\"{key}-desc\">{}</desc>", escaped(description)));
        }
    }

    /// Land, areas and borders of one panel.
    fn panel(&mut self, at: usize, panel: &Panel, is_france: bool) {
        let outlines = Outlines::get();
        let key = self.map.key;
        // The whole as one shape; of what is near, only those départements that it touches.
        let level = if is_france && !panel.is_repeated() { Level::Pays } else { Level::Departement };
        let land = path::land(panel, outlines.all(level).filter(|outline| panel.shows(outline)));
        self.put(format_args!("<defs><path id=\"{key}-land-{at}\" d=\"{land}\"/></defs>"));
        // Two lines follow the land as on old charts, then comes the land itself: one path, used anew.
        for class in SHORE {
            self.put(format_args!("<use href=\"#{key}-land-{at}\" class=\"{class}\"/>"));
        }
        let focus = match &self.map.view {
            View::Territory(id) => outlines.of(id),
            _ => None,
        };
        if let Some(outline) = focus {
            let path = path::area(panel, outline);
            self.put(format_args!(
                "<defs><path id=\"{key}-focus\" d=\"{path}\"/></defs><use href=\"#{key}-focus\" class=\"map-focus\"/>"
            ));
        }
        self.areas(panel);
        if !panel.is_repeated() {
            self.borders(panel, is_france);
        }
        if is_france {
            self.put(format_args!("<use href=\"#{key}-land-{at}\" class=\"map-border map-coast\"/>"));
        }
        if focus.is_some() {
            self.put(format_args!("<use href=\"#{key}-focus\" class=\"map-focus-edge\"/>"));
        }
        if let Some(inset) = &panel.inset {
            let name = match &inset.shows {
                Shown::Overseas(id) => gazetteer::Gazetteer::get().territory(id).map_or("", |region| region.name),
                Shown::InnerParis => self.words.inner_paris,
            };
            let (x, y) = inset.label;
            if let Some(((from_x, from_y), (to_x, to_y))) = inset.leader {
                self.put(format_args!(
                    "<path class=\"map-leader\" d=\"M{from_x:.1} {from_y:.1}L{to_x:.1} {to_y:.1}\"/>"
                ));
            }
            self.text("map-inset", x, y, name);
        }
    }

    fn areas(&mut self, panel: &Panel) {
        for area in &self.map.areas {
            let Some(outline) = Outlines::get().of(&area.id).filter(|outline| panel.shows(outline)) else { continue };
            let class = self.class(area);
            let shape = format!("<path class=\"{class}\" d=\"{}\">", path::area(panel, outline));
            self.link(area.href.as_deref(), &area.name, panel.is_repeated(), &shape, "</path>");
        }
    }

    fn class(&self, area: &Area) -> String {
        let wide = if area.id.level == Level::Region { " map-area-wide" } else { "" };
        if self.map.measure.is_none() {
            return format!("map-area{wide}");
        }
        match area.value.map(|value| self.classes.colour(value)) {
            Some(Some(colour)) => format!("map-area{wide} map-class-{colour}"),
            Some(None) => format!("map-area{wide} map-class-none"),
            None => format!("map-area{wide} map-class-unknown"),
        }
    }

    fn borders(&mut self, panel: &Panel, is_france: bool) {
        let arcs = &Outlines::get().arcs;
        let tells = |level: Level| self.map.areas.iter().any(|area| area.id.level == level);
        let (departements, regions) = (tells(Level::Departement), tells(Level::Region));
        for (kind, class) in [
            (Kind::Departement, "map-border"),
            (Kind::Region, "map-border map-border-region"),
            (Kind::Coast, "map-border map-coast"),
        ] {
            // The country's shape is its coast, and areas that are told bring their own edges.
            let is_there = match kind {
                Kind::Coast => is_france,
                Kind::Region => regions && is_france,
                Kind::Departement => departements && is_france,
            };
            if is_there {
                continue;
            }
            let rough = kind == Kind::Departement && is_france;
            let of_kind = arcs.iter().filter(|arc| arc.kind == kind && arc.extent.touches(&panel.extent));
            let path = path::borders(panel, of_kind, rough);
            if !path.is_empty() {
                self.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
            }
        }
    }

    /// A shape with what it is called, as a link where it leads somewhere. `repeated`: the same link
    /// stands elsewhere on the drawing.
    pub(super) fn link(&mut self, href: Option<&str>, name: &str, repeated: bool, opening: &str, closing: &str) {
        let title = if name.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(name)) };
        match href {
            None => self.put(format_args!("{opening}{title}{closing}")),
            Some(href) => {
                let reach = match (repeated, self.map.is_listed) {
                    (true, _) => " tabindex=\"-1\" aria-hidden=\"true\"",
                    (false, true) => " tabindex=\"-1\"",
                    (false, false) => "",
                };
                let (href, label) = (escaped(href), escaped(name));
                self.put(format_args!(
                    "<a href=\"{href}\" aria-label=\"{label}\"{reach}>{opening}{title}{closing}</a>"
                ));
            }
        }
    }

    /// A word on the drawing: what it says is told elsewhere to who does not see it.
    pub(super) fn text(&mut self, class: &str, x: f64, y: f64, text: &str) {
        self.put(format_args!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" aria-hidden=\"true\">{}</text>",
            escaped(text)
        ));
    }

    pub(super) fn put(&mut self, text: Arguments<'_>) {
        self.svg.write_fmt(text).expect("a String takes all");
    }
}

impl Map {
    fn has_links(&self) -> bool {
        self.areas.iter().any(|area| area.href.is_some())
            || self.circles.iter().any(|circle| circle.href.is_some())
            || self.pins.iter().any(|pin| pin.href.is_some())
    }
}

/// The land, from its farthest line to itself.
const SHORE: [&str; 5] = [
    "map-shore map-shore-far",
    "map-shore-gap map-shore-far",
    "map-shore map-shore-near",
    "map-shore-gap map-shore-near",
    "map-land",
];
/// Text for an element or for an attribute in quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
