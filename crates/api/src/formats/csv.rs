//! The row of an action: dotted names of the schema, several values joined by `; `, none altered.

use std::fmt::Display;
use std::io::{self, Write};

use model::{Action, ActorRole, LinkRel, PlaceRole, RelationKind, SectionKind};
use serde::Serialize;

/// What joins several values in one cell.
const JOINT: &str = "; ";

/// The header row.
pub(super) fn header(out: &mut impl Write) -> io::Result<()> {
    write(cells(&Action::default()).iter().map(|(name, _)| name.as_str()), out)
}

/// One action's row.
pub(super) fn row(action: &Action, out: &mut impl Write) -> io::Result<()> {
    write(cells(action).iter().map(|(_, value)| value.as_str()), out)
}

fn write<'a>(cells: impl Iterator<Item = &'a str>, out: &mut impl Write) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new().buffer_capacity(1024).from_writer(out);
    writer.write_record(cells)?;
    writer.flush()
}

/// Name and value of every column, in order: the same names for every action.
fn cells(action: &Action) -> Vec<(String, String)> {
    let mut cells: Vec<(String, String)> = Vec::with_capacity(80);
    let mut put = |name: &str, value: String| cells.push((name.to_owned(), value));

    put("id", one(action.id.as_ref()));
    put("url", one(action.url.as_ref()));
    put("title", action.title.clone());
    put("summary", one(action.summary.as_ref()));
    for (name, kind) in SectionKind::ALL {
        let of_kind = action.sections.iter().filter(|section| section.kind == kind);
        put(&format!("sections.{name}"), many(of_kind.map(|section| &section.text)));
    }
    put("quote", one(action.quote.as_ref()));
    for (name, role) in
        [("carrier", ActorRole::Carrier), ("partner", ActorRole::Partner), ("funder", ActorRole::Funder)]
    {
        let of_role = action.actors.iter().filter(|actor| actor.role == role);
        put(&format!("actors.{name}"), many(of_role.map(|actor| &actor.name)));
    }
    for (name, tags) in [("themes", &action.themes), ("audiences", &action.audiences), ("methods", &action.methods)] {
        put(&format!("{name}.id"), many(tags.iter().map(|tag| &tag.id)));
        put(&format!("{name}.label"), many(tags.iter().map(|tag| &tag.label)));
    }
    places(action, &mut put);
    put("scope", word(action.scope.as_ref()));
    put("status", word(action.status.as_ref()));
    put("started_on", one(action.started_on.as_ref()));
    put("ended_on", one(action.ended_on.as_ref()));
    put("source_updated_on", one(action.source_updated_on.as_ref()));
    put("first_seen_at", word(action.first_seen_at.as_ref()));
    put("changed_at", word(action.changed_at.as_ref()));
    let rels = [
        ("page", LinkRel::Page),
        ("website", LinkRel::Website),
        ("article", LinkRel::Article),
        ("evaluation", LinkRel::Evaluation),
        ("document", LinkRel::Document),
        ("video", LinkRel::Video),
    ];
    for (name, rel) in rels {
        put(&format!("links.{name}"), many(action.links.iter().filter(|link| link.rel == rel).map(|link| &link.url)));
    }
    put("images.url", many(action.images.iter().map(|image| &image.url)));
    put("images.credit", many(action.images.iter().filter_map(|image| image.credit.as_ref())));
    put("spread.territory", many(action.spread.iter().filter_map(|spread| spread.territory.as_ref())));
    put("spread.name", many(action.spread.iter().map(|spread| &spread.name)));
    let contact = action.contact.clone().unwrap_or_default();
    put("contact.name", one(contact.name.as_ref()));
    put("contact.address", one(contact.address.as_ref()));
    put("contact.email", one(contact.email.as_ref()));
    put("contact.phone", one(contact.phone.as_ref()));
    put("contact.url", one(contact.url.as_ref()));
    put("language", one(action.language.as_ref()));
    put("origins.sourceur", many(action.origins.iter().map(|origin| &origin.sourceur)));
    put("origins.source_id", many(action.origins.iter().map(|origin| &origin.source_id)));
    put("origins.url", many(action.origins.iter().filter_map(|origin| origin.url.as_ref())));
    put("origins.licence", many(action.origins.iter().map(|origin| &origin.licence)));
    put("origins.notice", many(action.origins.iter().filter_map(|origin| origin.notice.as_ref())));
    for (name, kind) in [("edition_of", RelationKind::EditionOf), ("variant_of", RelationKind::VariantOf)] {
        let of_kind = action.relations.iter().filter(|relation| relation.kind == kind);
        put(&format!("relations.{name}"), many(of_kind.map(|relation| relation.action)));
    }
    put("quality.score", one(action.quality.as_ref().map(|quality| quality.score)));
    cells
}

fn places(action: &Action, put: &mut impl FnMut(&str, String)) {
    let places = || action.places.iter();
    let role = |role: PlaceRole| match role {
        PlaceRole::Site => "site",
        PlaceRole::Reach => "reach",
    };
    put("places.role", many(places().map(|place| role(place.role))));
    put("places.territory", many(places().filter_map(|place| place.territory.as_ref())));
    put("places.name", many(places().filter_map(|place| place.name.as_ref())));
    put("places.detail", many(places().filter_map(|place| place.detail.as_ref())));
    put("places.written", many(places().filter_map(|place| place.written.as_ref())));
    put("places.lat", many(places().filter_map(|place| place.lat)));
    put("places.lon", many(places().filter_map(|place| place.lon)));
    put("places.epci", many(places().filter_map(|place| place.epci.as_ref())));
    put("places.departement", many(places().filter_map(|place| place.departement.as_ref())));
    put("places.region", many(places().filter_map(|place| place.region.as_ref())));
}

fn one(value: Option<impl Display>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn many(values: impl Iterator<Item = impl Display>) -> String {
    values.map(|value| value.to_string()).collect::<Vec<_>>().join(JOINT)
}

/// A value as it stands in the JSON.
fn word(value: Option<&impl Serialize>) -> String {
    let json = value.and_then(|value| serde_json::to_value(value).ok());
    json.as_ref().and_then(|json| json.as_str()).unwrap_or_default().to_owned()
}
