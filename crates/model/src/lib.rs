//! The words of the domain: what an action is, how a record is named, what a run tells.
//!
//! Every other crate speaks this language; `harvester`, `normalizer` and `store`, which never see
//! each other, meet in it. It knows shapes and the rules a single value obeys (an identifier, a
//! date, a percentage in a config); it refuses to know files, sockets, SQL and clocks: where a
//! function needs the time, the time is an argument.
//!
//! Read [`Action`] first: the common action schema. Then [`RawRecord`] (what a sourceur sent),
//! [`Normalized`] (what we made of it) and [`RunEvent`] (how a run went).

mod action;
mod canonical;
mod date;
mod digest;
mod fold;
mod id;
mod issue;
mod record;
mod rights;
mod run;
mod sourceur;
mod territory;
mod vocabulary;

pub mod config;

pub use action::{
    Action, Actor, ActorKind, ActorRole, Audience, Contact, Correction, Criterion, Image, Link, LinkRel, Method,
    Origin, Person, Place, PlaceRole, Precision, Provenance, Quality, Relation, RelationKind, Said, Scope, Section,
    SectionKind, Spread, Status, Tag, TextReach, Theme, Unmapped,
};
pub use date::{InvalidDate, PartialDate};
pub use digest::Digest;
pub use fold::fold;
pub use id::{ActionId, InvalidId, RecordKey, RecordRef, RunId, SourceurId};
pub use issue::{Issue, Severity};
pub use record::{Arrival, Normalized, Payload, RawRecord};
pub use rights::{ContactReach, ImageReach, Rights};
pub use run::{Account, Reason, ReasonCode, RunEvent, RunState};
pub use sourceur::{DropLimit, Expect, Share, Sourceur};
pub use territory::{InvalidTerritory, Level, TerritoryId};
pub use vocabulary::{Dimension, Term, Vocabulary};
