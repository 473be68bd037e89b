//! Maps drawn by the server: SVG that needs no script, themed by CSS, with links in it.
//!
//! Read [`Map`] first: a view, what is to be seen, then [`Map::draw`]. It knows the outlines of
//! régions and départements (`data/`), two projections, and how numbers become colours and sizes.
//! It refuses to know the index, addresses and pages: names, counts and links are given to it.
//! Every text given may be hostile; it is escaped here. Appearance is `assets/css/map.css`: not a
//! colour stands in the SVG.

mod base;
mod classes;
mod draw;
mod frame;
mod legend;
mod marks;
mod outlines;
mod path;
mod projection;
#[cfg(test)]
mod tests;
mod words;

use model::TerritoryId;

use crate::lang::Lang;

pub(crate) use base::{BASE, base_map};
pub(crate) use draw::escaped;
pub(crate) use words::value;

/// Where a map looks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum View {
    /// Mainland France and Corsica, with the overseas départements beside it.
    France,
    /// A territory: outlines of a région or département fill the map; an intercommunality, a
    /// commune is seen from as far as its surroundings are needed to know where it is.
    Territory(TerritoryId),
    /// A point, and at least so many kilometres around it in every direction.
    Around { lat: f64, lon: f64, km: f64 },
    /// A rectangle, at least.
    Bbox(search::Bbox),
}

/// A map to draw.
///
/// ```ignore
/// let mut map = Map::new("home", View::France, lang, "Actions par région");
/// map.areas = vec![Area::new(region_id, "Bretagne : 120 actions").linked("/territoires/region:53")];
/// map.circles = vec![Circle::on(region_id, 120)];
/// let drawing = map.draw();      // drawing.svg, drawing.legend, or drawing.figure("caption")
/// ```
#[derive(Clone, Debug)]
pub(crate) struct Map {
    /// Unique on its page: the ids in the SVG begin with it. ASCII letters and hyphens.
    pub(crate) key: &'static str,
    /// Where it looks.
    pub(crate) view: View,
    /// Language of legend and numbers.
    pub(crate) lang: Lang,
    /// What it shows, in a few words; its accessible name.
    pub(crate) title: String,
    /// What there is to see, in a sentence; may be empty.
    pub(crate) description: String,
    /// Régions or départements to point out: linked, coloured, or both.
    pub(crate) areas: Vec<Area>,
    /// What the areas' values are, where they are to be coloured by them: "actions pour 100 000 habitants".
    pub(crate) measure: Option<String>,
    /// Circles sized by count.
    pub(crate) circles: Vec<Circle>,
    /// What circles count, for the legend: "actions".
    pub(crate) counted: String,
    /// Single places.
    pub(crate) pins: Vec<Pin>,
    /// Whether the page has the same links in a list beside the map: the map's own then leave the
    /// way of the tab key, so that nobody walks through a hundred shapes to pass it.
    pub(crate) is_listed: bool,
}

/// A région or a département on a map. One that has no outline (Saint-Pierre-et-Miquelon, …) is left out.
#[derive(Clone, Debug)]
pub(crate) struct Area {
    /// Which.
    pub(crate) id: TerritoryId,
    /// What a pointer or a screen reader is told: "Bretagne : 120 actions".
    pub(crate) name: String,
    /// What it is coloured by, with [`Map::measure`]; `None`: not known.
    pub(crate) value: Option<f64>,
    /// Where it leads.
    pub(crate) href: Option<String>,
    /// Written on it, where there is room.
    pub(crate) label: Option<String>,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Spot {
    /// A point, WGS 84 degrees.
    Point { lat: f64, lon: f64 },
    /// In the middle of a région or département.
    Area(TerritoryId),
}

/// A circle whose surface stands for a count. One outside of the view is left out.
#[derive(Clone, Debug)]
pub(crate) struct Circle {
    /// Its middle.
    pub(crate) spot: Spot,
    /// What it stands for.
    pub(crate) count: u64,
    /// What a pointer or a screen reader is told; empty where the area below says it.
    pub(crate) name: String,
    /// Where it leads.
    pub(crate) href: Option<String>,
    /// Written beside it, where there is room.
    pub(crate) label: Option<String>,
}

/// A single place. One outside of the view is left out.
#[derive(Clone, Debug)]
pub(crate) struct Pin {
    /// Latitude, WGS 84 degrees.
    pub(crate) lat: f64,
    /// Longitude.
    pub(crate) lon: f64,
    /// What a pointer or a screen reader is told.
    pub(crate) name: String,
    /// Where it leads.
    pub(crate) href: Option<String>,
    /// Written beside it.
    pub(crate) label: Option<String>,
    /// Drawn as a mere surrounding (a town hall that stands for a whole commune), not as an address.
    pub(crate) is_vague: bool,
}

/// A map drawn. Both parts are HTML to be put on a page as they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawing {
    /// The `<svg>`.
    pub(crate) svg: String,
    /// What colours and sizes mean, whose outlines these are.
    pub(crate) legend: String,
}

impl Map {
    /// An empty map: the land and its borders.
    pub(crate) fn new(key: &'static str, view: View, lang: Lang, title: impl Into<String>) -> Self {
        Self {
            key,
            view,
            lang,
            title: title.into(),
            description: String::new(),
            areas: Vec::new(),
            measure: None,
            circles: Vec::new(),
            counted: String::new(),
            pins: Vec::new(),
            is_listed: false,
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self) -> Drawing {
        draw::drawing(self)
    }

    /// Draws it as a figure: `figure.figure-map` with the map, a caption and the legend.
    pub(crate) fn figure(&self, caption: &str) -> String {
        self.draw().figure(caption)
    }
}

impl Area {
    /// An area that is told.
    pub(crate) fn new(id: TerritoryId, name: impl Into<String>) -> Self {
        Self { id, name: name.into(), value: None, href: None, label: None }
    }

    /// Leads somewhere.
    pub(crate) fn linked(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// Is coloured by a value.
    pub(crate) fn valued(mut self, value: f64) -> Self {
        self.value = Some(value);
        self
    }
}

impl Circle {
    /// On a région or département, which says by itself what it is.
    pub(crate) fn on(area: TerritoryId, count: u64) -> Self {
        Self { spot: Spot::Area(area), count, name: String::new(), href: None, label: None }
    }

    /// At a point.
    pub(crate) fn at(lat: f64, lon: f64, count: u64, name: impl Into<String>) -> Self {
        Self { spot: Spot::Point { lat, lon }, count, name: name.into(), href: None, label: None }
    }

    /// Leads somewhere.
    pub(crate) fn linked(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// Bears a name, where there is room.
    pub(crate) fn labelled(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
}

impl Pin {
    /// A place.
    pub(crate) fn at(lat: f64, lon: f64, name: impl Into<String>) -> Self {
        Self { lat, lon, name: name.into(), href: None, label: None, is_vague: false }
    }
}

impl Drawing {
    /// `figure.figure-map` with the map, a caption and the legend.
    pub(crate) fn figure(&self, caption: &str) -> String {
        let caption = draw::escaped(caption);
        format!(
            "<figure class=\"figure-map\">{}<figcaption><p class=\"map-caption\">{caption}</p>{}</figcaption></figure>",
            self.svg, self.legend
        )
    }
}
