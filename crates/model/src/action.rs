//! The common action schema, version 1: one struct, for what a mapping gives and for what is merged.
//!
//! A record's own action leaves the merged part (`id`, `origins`, `provenance`, ...) empty; the
//! resolver fills it. Fields that are empty are absent from the JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ActionId, PartialDate, RecordRef, SourceurId, TerritoryId};

/// An action of social innovation, as told by one sourceur or merged from several.
///
/// Text is plain Unicode in NFC; `html` is sanitised. Lists keep the order of the sourceur.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Action {
    /// Permanent identifier (UUIDv7); absent from what a single record's mapping gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<ActionId>,
    /// Address of the action's page; for a single record, the page at its sourceur.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Title, 1 to 300 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1, max = 300))]
    pub title: String,
    /// Objectives and short description, plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The story in parts, in the sourceur's order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Section>,
    /// A testimony ("Sur le vif").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// Who carries, joins and funds the action.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<Actor>,
    /// What the action is about: slugs of the taxonomy's themes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub themes: Vec<Theme>,
    /// Whom the action is for: slugs of the taxonomy's audiences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<Audience>,
    /// How the action works: slugs of the taxonomy's methods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<Method>,
    /// Words of sourceurs that the taxonomy does not know (yet), kept as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmapped: Vec<Unmapped>,
    /// Where the action takes place and how far it reaches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// The scale at which the action works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Whether the action still runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// When the action began, as precisely as known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_on: Option<PartialDate>,
    /// When the action ended, as precisely as known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<PartialDate>,
    /// When the sourceur last changed its record, by its own word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_updated_on: Option<PartialDate>,
    /// When Carrefour first served the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen_at: Option<DateTime<Utc>>,
    /// When what Carrefour serves of the action last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<DateTime<Utc>>,
    /// Pages elsewhere: website, article, evaluation, document, video.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Images with their credit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// Places that the fiche itself says the idea went to or came from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spread: Vec<Spread>,
    /// The organisation's public address; persons only where the sourceur's rights allow it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Language of the texts, BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,

    /// One per record of the action: who said it, where, when, under which licence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// Field → the record that gave its value; for lists, item by item.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub provenance: BTreeMap<String, Provenance>,
    /// Other actions that are an edition of this one, or the same idea in another territory.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// How complete the fiche is, criterion by criterion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<Quality>,
    /// People's overrides in force.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
}

/// One part of the story, under the licence of the record it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Section {
    /// What the part tells.
    pub kind: SectionKind,
    /// Heading as the sourceur wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// Plain text; paragraphs are separated by one empty line, list items begin with "- ".
    pub text: String,
    /// The same, as sanitised HTML, where the sourceur sent HTML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// The record the text belongs to; absent from a single record's action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RecordRef>,
}

/// What a [`Section`] tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// How it began ("Origine(s)").
    Origin,
    /// What it is for.
    Objectives,
    /// The detailed description.
    Description,
    /// What it changed ("Impact(s)").
    Impacts,
    /// People it takes ("Moyens humains").
    ResourcesHuman,
    /// Money it takes ("Moyens financiers").
    ResourcesFinancial,
    /// Rooms and things it takes ("Moyens matériels").
    ResourcesMaterial,
    /// How partners work together, as text.
    Partners,
    /// What was learnt.
    Lessons,
    /// Anything else.
    Other,
}

impl SectionKind {
    /// Every kind with its name in JSON and in configs.
    pub const ALL: [(&'static str, SectionKind); 10] = [
        ("origin", SectionKind::Origin),
        ("objectives", SectionKind::Objectives),
        ("description", SectionKind::Description),
        ("impacts", SectionKind::Impacts),
        ("resources_human", SectionKind::ResourcesHuman),
        ("resources_financial", SectionKind::ResourcesFinancial),
        ("resources_material", SectionKind::ResourcesMaterial),
        ("partners", SectionKind::Partners),
        ("lessons", SectionKind::Lessons),
        ("other", SectionKind::Other),
    ];
}

/// An organisation with a part in the action.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Actor {
    /// Shared by every spelling of one organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name as this record's sourceur wrote it.
    pub name: String,
    /// Its part in the action.
    pub role: ActorRole,
    /// What sort of organisation it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ActorKind>,
    /// SIREN, nine digits, checked (Luhn).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siren: Option<String>,
    /// RNA number of an association: `W` and nine digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rna: Option<String>,
    /// The organisation's own website.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Part of an [`Actor`] in an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorRole {
    /// Carries the action ("porteur").
    #[default]
    Carrier,
    /// Takes part.
    Partner,
    /// Pays.
    Funder,
}

/// Sort of organisation, as far as its name or identifiers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// Association (loi 1901).
    Association,
    /// Commune, intercommunality, département or région.
    LocalAuthority,
    /// State service or national agency.
    State,
    /// Public body with its own life: CCAS, CAF, hospital, school.
    PublicBody,
    /// Cooperative or mutual.
    Cooperative,
    /// Company.
    Company,
    /// Foundation or endowment fund.
    Foundation,
    /// Group of citizens without a legal form.
    Citizens,
    /// Anything else.
    Other,
}

/// A slug of the taxonomy, with the words it stands for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tag {
    /// Slug; a second level is written `theme/sub`.
    pub id: String,
    /// Label in French.
    pub label: String,
    /// Which sourceur's words led here.
    pub from: Vec<Said>,
}

/// A theme of the taxonomy.
pub type Theme = Tag;
/// An audience of the taxonomy.
pub type Audience = Tag;
/// A method of the taxonomy.
pub type Method = Tag;

/// Words as a sourceur wrote them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// Whose words.
    pub sourceur: SourceurId,
    /// The words.
    pub words: String,
}

/// Words that the taxonomy does not know, kept for people to map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unmapped {
    /// Whose words.
    pub sourceur: SourceurId,
    /// `themes`, `audiences` or `methods`.
    pub field: String,
    /// The words.
    pub words: String,
}

/// A place of the action, tied to a territory where the text was sure enough.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Place {
    /// Where it happens, or how far it reaches.
    pub role: PlaceRole,
    /// Typed id of the finest sure territory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryId>,
    /// The territory's name today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is finer than the territory: a district, an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What the sourceur wrote; several witnesses are joined by " ; ".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// Latitude, WGS 84, degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Longitude, WGS 84, degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// What the coordinates stand for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// Intercommunality around it: `epci:SIREN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epci: Option<TerritoryId>,
    /// Département around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub departement: Option<TerritoryId>,
    /// Région around it, of today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<TerritoryId>,
}

/// Role of a [`Place`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceRole {
    /// Where the action takes place.
    #[default]
    Site,
    /// The territory it serves.
    Reach,
}

/// What coordinates stand for, finest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// A point given by the sourceur.
    Point,
    /// An address given by the sourceur.
    Address,
    /// The commune's town hall.
    TownHall,
    /// The middle of the territory.
    Centroid,
}

/// Scale of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// A commune or a few.
    Local,
    /// A département.
    Departmental,
    /// A région.
    Regional,
    /// France.
    National,
    /// Another country.
    Abroad,
}

/// Whether an action still runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It runs.
    Running,
    /// It ended.
    Ended,
    /// Nobody said.
    Unknown,
}

/// A page elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// What stands there.
    pub rel: LinkRel,
    /// Absolute address, http or https.
    pub url: String,
    /// Words of the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Since when the address has not answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_since: Option<DateTime<Utc>>,
}

/// What stands at the end of a [`Link`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkRel {
    /// The sourceur's own page about the action.
    Page,
    /// The action's website.
    Website,
    /// An article about it.
    Article,
    /// An evaluation of it.
    Evaluation,
    /// A document to download.
    Document,
    /// A film.
    Video,
}

/// An image with its credit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// Absolute address.
    pub url: String,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    /// What it shows, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
}

/// Where the fiche says the idea went to, or came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// Typed id of the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryId>,
    /// The place as named in the story.
    pub name: String,
    /// When, as precisely as told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<PartialDate>,
    /// The sentence that says it.
    pub text: String,
    /// The record that says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RecordRef>,
}

/// How to reach the organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Contact {
    /// Organisation or service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The organisation's own e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The organisation's own telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Website or form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Persons; stored apart, shown only where the sourceur's rights say `contacts = "all"`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Person>,
}

/// A person to contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Person {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the person does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// One record behind a merged action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// Who told it.
    pub sourceur: SourceurId,
    /// Under which key at the sourceur.
    pub source_id: String,
    /// Its page there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The sourceur's own date of its last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_updated_on: Option<PartialDate>,
    /// When the version served here was harvested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harvested_at: Option<DateTime<Utc>>,
    /// SPDX id, `LO-2.0`, or `unknown`.
    pub licence: String,
    /// The sourceur's own legal words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// How much of its text may be shown.
    pub text: TextReach,
}

/// How much of a sourceur's text may leave the house.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextReach {
    /// All of it.
    Full,
    /// The beginning of each text.
    #[default]
    Excerpt,
    /// Title, place, themes and the link; no text.
    Link,
}

/// Which record gave a value, or each item of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Provenance {
    /// The record that gave the value.
    One(RecordRef),
    /// The record that gave each item, in the order of the items.
    Each(Vec<RecordRef>),
}

/// A tie to another action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Relation {
    /// Which tie.
    pub kind: RelationKind,
    /// The other action.
    pub action: ActionId,
    /// Since when the tie is known.
    pub since: DateTime<Utc>,
}

/// Which tie a [`Relation`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Another year of the same action.
    EditionOf,
    /// The same idea in another territory ("essaimage").
    VariantOf,
}

/// How complete a fiche is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quality {
    /// Share of the applicable criteria that are met, 0 to 1.
    pub score: f64,
    /// Each criterion.
    pub criteria: BTreeMap<String, Criterion>,
}

/// State of one criterion of [`Quality`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Met.
    Met,
    /// Not met.
    Unmet,
    /// Means nothing for this action.
    NotApplicable,
}

/// A person's override of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Correction {
    /// Field, dotted.
    pub field: String,
    /// Who.
    pub who: String,
    /// When.
    pub when: DateTime<Utc>,
    /// Why.
    pub why: String,
}
