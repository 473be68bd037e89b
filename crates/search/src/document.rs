//! An action as the index takes it.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use gazetteer::Gazetteer;
use model::{Action, Level, PartialDate, PlaceRole, Status, Tag, TerritoryId};
use store::ActionRow;
use tantivy::TantivyDocument;
use tantivy::schema::Field;

use crate::point::Point;
use crate::question::{Facet, Has};
use crate::schema::{Fields, JOINT};

/// Under what name an action stands in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) id: u128,
    pub(crate) stamp: u64,
    /// Microseconds since 1970.
    pub(crate) changed: u64,
}

impl Name {
    pub(crate) fn of(row: &ActionRow) -> Self {
        let mut stamp = [0; 8];
        stamp.copy_from_slice(&row.etag.as_bytes()[..8]);
        let changed = micros(row.changed_at);
        Self { id: row.id.0.as_u128(), stamp: u64::from_be_bytes(stamp), changed }
    }
}

/// A time as columns take it.
pub(crate) fn micros(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_micros()).unwrap_or(0)
}

/// A day as columns take it: greater than 0.
pub(crate) fn day(date: NaiveDate) -> u64 {
    u64::try_from(date.num_days_from_ce()).unwrap_or(0).max(1)
}

/// A share as columns take it, in millionths.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is from 0 to 1; `as` saturates")]
pub(crate) fn millionths(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 1e6).round() as u64
}

/// The document of an action; without its words where nobody asks for them.
pub(crate) fn document(fields: &Fields, name: Name, action: &Action, with_words: bool) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_bytes(fields.key, &name.id.to_be_bytes());
    for (field, half) in fields.ids.into_iter().zip(halves(name.id)) {
        document.add_u64(field, half);
    }
    document.add_u64(fields.stamp, name.stamp);
    document.add_u64(fields.changed, name.changed);
    let [first, last] = action.started_on.map_or([0, 0], |date| [day(date.first_day()), day(last_day(date))]);
    document.add_u64(fields.started[0], first);
    document.add_u64(fields.started[1], last);
    document.add_u64(fields.quality, millionths(action.quality.as_ref().map_or(0.0, |quality| quality.score)));
    put_points(fields, action, &mut document);
    for (facet, values) in values(action) {
        let field = facet.map_or(fields.country(), |facet| fields.facet(facet));
        for value in &values {
            document.add_text(field.values, value);
        }
        // Nearly every action has actors of its own: a set of them would be a value for each action.
        if facet == Some(Facet::Actor) {
            for value in &values {
                document.add_text(field.set, value);
            }
        } else {
            document.add_text(field.set, values.join(JOINT.to_string().as_str()));
        }
    }
    if with_words {
        put_words(fields, action, &mut document);
    }
    document
}

/// An id as two columns take it.
pub(crate) fn halves(id: u128) -> [u64; 2] {
    [id >> 64, id & u128::from(u64::MAX)].map(|half| u64::try_from(half).unwrap_or(u64::MAX))
}

/// The last day a date may stand for.
fn last_day(date: PartialDate) -> NaiveDate {
    let next = match date {
        PartialDate::Year(year) | PartialDate::Month(year, 12) => NaiveDate::from_ymd_opt(year + 1, 1, 1),
        PartialDate::Month(year, month) => NaiveDate::from_ymd_opt(year, month + 1, 1),
        PartialDate::Day(day) => return day,
    };
    next.and_then(|day| day.pred_opt()).unwrap_or(date.first_day())
}

/// Points on a map: of where it happens; of how far it reaches only where nothing else is known,
/// for the middle of a région is not a place where something happens.
fn put_points(fields: &Fields, action: &Action, document: &mut TantivyDocument) {
    let of = |role: PlaceRole| {
        let mut points: Vec<Point> = Vec::new();
        for place in action.places.iter().filter(|place| place.role == role) {
            let point = place.lat.zip(place.lon).and_then(|(lat, lon)| Point::of(lat, lon));
            points.extend(point.filter(|point| !points.contains(point)));
        }
        points
    };
    let mut points = of(PlaceRole::Site);
    if points.is_empty() {
        points = of(PlaceRole::Reach);
    }
    let (first, others) = points.split_first().map_or((None, &[][..]), |(first, others)| (Some(first), others));
    document.add_u64(fields.point, first.map_or(0, |point| point.pack(!others.is_empty())));
    for point in others {
        document.add_u64(fields.points, point.pack(false));
    }
}

/// What an action answers to, sorted, each under its facet; countries under none.
pub(crate) fn values(action: &Action) -> Vec<(Option<Facet>, Vec<String>)> {
    let mut values: Vec<(Option<Facet>, Vec<String>)> =
        Facet::ALL.iter().map(|(_, facet)| (Some(*facet), Vec::new())).chain([(None, Vec::new())]).collect();
    let mut put = |facet: Option<Facet>, value: String| {
        let at = facet.map_or(Facet::ALL.len(), |facet| facet as usize);
        if !value.is_empty() {
            values[at].1.push(value.replace(JOINT, " "));
        }
    };
    for territory in territories(action) {
        put(level_facet(territory.level), territory.to_string());
    }
    let tags = [(Facet::Theme, &action.themes), (Facet::Audience, &action.audiences), (Facet::Method, &action.methods)];
    for (facet, tags) in tags {
        for tag in tags {
            put(Some(facet), tag.id.clone());
            for (end, _) in tag.id.match_indices('/') {
                put(Some(facet), tag.id[..end].to_owned());
            }
        }
    }
    for origin in &action.origins {
        put(Some(Facet::Sourceur), origin.sourceur.to_string());
    }
    for id in action.actors.iter().filter_map(|actor| actor.id.clone()) {
        put(Some(Facet::Actor), id);
    }
    put(Some(Facet::Status), status(action.status.unwrap_or(Status::Unknown)).to_owned());
    if let Some(language) = &action.language {
        put(Some(Facet::Language), language.clone());
    }
    for (word, has) in Has::ALL {
        if what_it_has(action, has) {
            put(Some(Facet::Has), word.to_owned());
        }
    }
    if let Some(date) = action.started_on {
        put(Some(Facet::Year), format!("{:04}", date.year()));
    }
    for (_, values) in &mut values {
        values.sort_unstable();
        values.dedup();
    }
    values
}

/// Facet of a territory's level; none for countries.
pub(crate) fn level_facet(level: Level) -> Option<Facet> {
    match level {
        Level::Commune => Some(Facet::Commune),
        Level::Epci => Some(Facet::Epci),
        Level::Departement => Some(Facet::Departement),
        Level::Region => Some(Facet::Region),
        Level::Pays | Level::Abroad => None,
    }
}

/// A status's word.
pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Running => "running",
        Status::Ended => "ended",
        Status::Unknown => "unknown",
    }
}

/// Every territory it lies in, of today, where the gazetteer knows them.
fn territories(action: &Action) -> Vec<TerritoryId> {
    let gazetteer = Gazetteer::get();
    let mut all = Vec::new();
    for place in &action.places {
        for territory in [&place.territory, &place.epci, &place.departement, &place.region].into_iter().flatten() {
            let around = gazetteer.ancestors(territory);
            if around.is_empty() {
                all.push(territory.clone());
                if territory.level < Level::Pays {
                    all.push(TerritoryId::new(Level::Pays, "FR"));
                }
            }
            all.extend(around);
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn what_it_has(action: &Action, has: Has) -> bool {
    match has {
        Has::Contact => action.contact.as_ref().is_some_and(|contact| {
            let ways = [&contact.address, &contact.email, &contact.phone, &contact.url];
            ways.into_iter().any(Option::is_some) || !contact.persons.is_empty()
        }),
        Has::Image => !action.images.is_empty(),
        Has::Place => action.places.iter().any(|place| place.territory.is_some()),
        Has::Quote => action.quote.is_some(),
        Has::Spread => !action.spread.is_empty(),
    }
}

fn put_words(fields: &Fields, action: &Action, document: &mut TantivyDocument) {
    for field in [fields.title, fields.title_words, fields.text, fields.words] {
        document.add_text(field, &action.title);
    }
    let mut put = |fields: &[Field], text: &str| {
        for field in fields {
            document.add_text(*field, text);
        }
    };
    for name in names(action) {
        put(&[fields.names, fields.text, fields.words], &name);
    }
    for text in texts(action) {
        put(&[fields.text, fields.words], text);
    }
}

/// Names of those and of what has a part in it.
fn names(action: &Action) -> Vec<String> {
    let gazetteer = Gazetteer::get();
    let mut names: Vec<String> = action.actors.iter().map(|actor| actor.name.clone()).collect();
    for place in &action.places {
        names.extend(place.name.iter().chain(&place.detail).cloned());
        // An intercommunality's name is made of its communes' names: it would match all of them.
        let around = [&place.departement, &place.region].into_iter().flatten();
        names.extend(around.filter_map(|id| gazetteer.territory(id)).map(|territory| territory.name.to_owned()));
    }
    names.extend(labels(action).map(ToOwned::to_owned));
    names.sort_unstable();
    names.dedup();
    names
}

/// Labels of its themes, audiences and methods.
pub(crate) fn labels(action: &Action) -> impl Iterator<Item = &str> {
    let tags = [&action.themes, &action.audiences, &action.methods];
    tags.into_iter().flatten().map(|tag: &Tag| tag.label.as_str())
}

/// All that is told of it.
pub(crate) fn texts(action: &Action) -> impl Iterator<Item = &str> {
    let sections = action
        .sections
        .iter()
        .flat_map(|section| section.heading.as_deref().into_iter().chain([section.text.as_str()]));
    let spread = action.spread.iter().flat_map(|spread| [spread.name.as_str(), spread.text.as_str()]);
    let unmapped = action.unmapped.iter().map(|unmapped| unmapped.words.as_str());
    let contact = action.contact.as_ref().and_then(|contact| contact.name.as_deref());
    action
        .summary
        .as_deref()
        .into_iter()
        .chain(sections)
        .chain(action.quote.as_deref())
        .chain(spread)
        .chain(unmapped)
        .chain(contact)
}
