//! What can be asked of the index.

use chrono::{DateTime, NaiveDate, Utc};
use model::{ActionId, SourceurId, Status, TerritoryId};

/// One question: which actions, in which order, and what to count on the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// Which actions.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// After this place of that order.
    pub after: Option<Place>,
    /// Most hits to give; 0 where only counts are wanted.
    pub limit: usize,
    /// What to count. A facet that is filtered by is counted as if it were not (disjunctive), but for
    /// [`Facet::Has`]: all of [`Filter::has`] must hold, so that one more only narrows.
    pub facets: Vec<Facet>,
    /// Most values that each facet gives, the most frequent ones; 100 unless said otherwise.
    pub most_values: Option<usize>,
    /// Cells of a map to count into.
    pub cells: Option<Grid>,
}

/// Which actions a question is about; every part that is given must hold. Where a part is a list,
/// one of its values is enough, but for [`Filter::has`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Words, as a visitor types them, each of which must be somewhere; the last may be unfinished, and
    /// one that the index has never seen may have a typing fault. There is no query language.
    pub q: Option<String>,
    /// Of these themes, or of ones below them.
    pub themes: Vec<String>,
    /// For these audiences, or for ones below them.
    pub audiences: Vec<String>,
    /// By these methods, or by ones below them.
    pub methods: Vec<String>,
    /// In these territories of today, or in ones that lie in them.
    pub territories: Vec<TerritoryId>,
    /// With a point in this rectangle. An action's points are those of where it happens; those of how
    /// far it reaches only where no other is known.
    pub bbox: Option<Bbox>,
    /// With a point near this one.
    pub near: Option<Near>,
    /// Told by these sourceurs.
    pub sourceurs: Vec<SourceurId>,
    /// With this actor, by id.
    pub actor: Option<String>,
    /// Of these statuses; `unknown` is also that of an action that says nothing.
    pub statuses: Vec<Status>,
    /// In these languages, BCP 47.
    pub languages: Vec<String>,
    /// Changed at that time or later.
    pub changed_since: Option<DateTime<Utc>>,
    /// Begun on that day or later, as far as its date tells: `2004` begins on any day of 2004.
    pub started_from: Option<NaiveDate>,
    /// Begun on that day or earlier, likewise.
    pub started_to: Option<NaiveDate>,
    /// At least so complete, 0 to 1.
    pub quality_min: Option<f64>,
    /// With all of these.
    pub has: Vec<Has>,
}

/// A rectangle in degrees, WGS 84. Where `west` is greater than `east` it crosses the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bbox {
    /// Western edge, -180 to 180.
    pub west: f64,
    /// Southern edge, -90 to 90.
    pub south: f64,
    /// Eastern edge, -180 to 180.
    pub east: f64,
    /// Northern edge, -90 to 90.
    pub north: f64,
}

/// A circle around a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// Radius in kilometres.
    pub within_km: f64,
}

/// What a fiche may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Has {
    /// A way to reach the organisation.
    Contact,
    /// An image.
    Image,
    /// A place with a territory.
    Place,
    /// A testimony.
    Quote,
    /// A place the idea went to or came from.
    Spread,
}

impl Has {
    /// Every one with its word.
    pub const ALL: [(&'static str, Self); 5] = [
        ("contact", Self::Contact),
        ("image", Self::Image),
        ("place", Self::Place),
        ("quote", Self::Quote),
        ("spread", Self::Spread),
    ];
}

/// An order of actions. Ties are broken by id, the youngest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// Best match first; without words, as [`Sort::Changed`].
    Relevance,
    /// Last changed first.
    #[default]
    Changed,
    /// Last begun first; those without a date last.
    Started,
    /// Nearest first; those without a point last. It needs [`Filter::near`].
    Distance,
    /// Most complete first.
    Quality,
}

impl Sort {
    /// Every order with its word.
    pub const ALL: [(&'static str, Self); 5] = [
        ("relevance", Self::Relevance),
        ("changed", Self::Changed),
        ("started", Self::Started),
        ("distance", Self::Distance),
        ("quality", Self::Quality),
    ];
}

/// A place in an order: that of a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The hit's key in the order asked: greater ones come first. For [`Sort::Changed`] it is the
    /// time in microseconds since 1970, for other orders whatever the index makes of it.
    pub key: u64,
    /// The hit.
    pub id: ActionId,
}

/// Something to count actions by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// Themes, of both levels.
    Theme,
    /// Audiences.
    Audience,
    /// Methods.
    Method,
    /// Régions.
    Region,
    /// Départements.
    Departement,
    /// Intercommunalities.
    Epci,
    /// Communes.
    Commune,
    /// Sourceurs.
    Sourceur,
    /// Actors, by id.
    Actor,
    /// `running`, `ended`, `unknown`.
    Status,
    /// Languages.
    Language,
    /// [`Has`].
    Has,
    /// Year of beginning.
    Year,
}

impl Facet {
    /// Every facet with its word.
    pub const ALL: [(&'static str, Self); 13] = [
        ("theme", Self::Theme),
        ("audience", Self::Audience),
        ("method", Self::Method),
        ("region", Self::Region),
        ("departement", Self::Departement),
        ("epci", Self::Epci),
        ("commune", Self::Commune),
        ("sourceur", Self::Sourceur),
        ("actor", Self::Actor),
        ("status", Self::Status),
        ("language", Self::Language),
        ("has", Self::Has),
        ("year", Self::Year),
    ];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// Cells of a map: what is near on the screen counts together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// What the map shows; points outside count nowhere. `None`: the world.
    pub bbox: Option<Bbox>,
    /// Zoom of a web map with tiles of 512 pixels, 0 to 22; cells are about 64 pixels wide.
    pub zoom: u8,
}
