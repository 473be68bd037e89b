//! The fields a mapping can fill.

use gazetteer::WitnessKind;
use model::{Dimension, SectionKind};

/// What a rule fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Title,
    Url,
    Summary,
    Quote,
    Language,
    Status,
    Scope,
    Date(DateField),
    Tags(Dimension),
    Place(PlacePart),
    Section(SectionKind),
    Contact(ContactPart),
}

/// Which date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateField {
    Started,
    Ended,
    SourceUpdated,
}

/// Which part of the one place that rules describe together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlacePart {
    /// A text that speaks of a place.
    Witness(WitnessKind),
    Lat,
    Lon,
}

/// Which part of the contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContactPart {
    Name,
    Address,
    Email,
    Phone,
    Url,
}

/// Which list of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListKind {
    Actors,
    Links,
    Images,
    Places,
    Persons,
}

impl Target {
    /// Every target under `[fields]`, by its name there.
    pub(crate) const PLAIN: [(&'static str, Self); 14] = [
        ("title", Self::Title),
        ("url", Self::Url),
        ("summary", Self::Summary),
        ("quote", Self::Quote),
        ("language", Self::Language),
        ("status", Self::Status),
        ("scope", Self::Scope),
        ("started_on", Self::Date(DateField::Started)),
        ("ended_on", Self::Date(DateField::Ended)),
        ("source_updated_on", Self::Date(DateField::SourceUpdated)),
        ("themes", Self::Tags(Dimension::Theme)),
        ("audiences", Self::Tags(Dimension::Audience)),
        ("methods", Self::Tags(Dimension::Method)),
        ("places", Self::Place(PlacePart::Witness(WitnessKind::Free))),
    ];
    /// Parts of `fields.places`.
    pub(crate) const PLACES: [(&'static str, PlacePart); 12] = [
        ("text", PlacePart::Witness(WitnessKind::Free)),
        ("title", PlacePart::Witness(WitnessKind::Title)),
        ("carrier", PlacePart::Witness(WitnessKind::Carrier)),
        ("commune", PlacePart::Witness(WitnessKind::Commune)),
        ("departement", PlacePart::Witness(WitnessKind::Departement)),
        ("region", PlacePart::Witness(WitnessKind::Region)),
        ("insee", PlacePart::Witness(WitnessKind::Insee)),
        ("postal_code", PlacePart::Witness(WitnessKind::PostalCode)),
        ("lat", PlacePart::Lat),
        ("lon", PlacePart::Lon),
        ("address", PlacePart::Witness(WitnessKind::Address)),
        ("detail", PlacePart::Witness(WitnessKind::Detail)),
    ];
    /// Parts of `fields.contact`.
    pub(crate) const CONTACT: [(&'static str, ContactPart); 5] = [
        ("name", ContactPart::Name),
        ("address", ContactPart::Address),
        ("email", ContactPart::Email),
        ("phone", ContactPart::Phone),
        ("url", ContactPart::Url),
    ];
}

impl ListKind {
    /// Every list, by its name under `[fields]` (`persons` under `[fields.contact]`), and the parts of its objects.
    pub(crate) const ALL: [(&'static str, Self, &'static [&'static str]); 5] = [
        ("actors", Self::Actors, &["name", "role", "kind", "siren", "rna", "url"]),
        ("links", Self::Links, &["rel", "url", "title"]),
        ("images", Self::Images, &["url", "credit", "alt"]),
        (
            "places",
            Self::Places,
            &[
                "text",
                "commune",
                "departement",
                "region",
                "insee",
                "postal_code",
                "lat",
                "lon",
                "address",
                "detail",
                "role",
            ],
        ),
        ("contact.persons", Self::Persons, &["name", "role", "email", "phone"]),
    ];
}
