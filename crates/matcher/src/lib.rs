//! Are these two records the same action, and why; what they form together; which value wins.
//!
//! It knows how titles, addresses and territories are compared, which pairs may never be joined
//! (two editions, two records of a source free of duplicates, two départements), and how the
//! records of one action become one fiche without losing who said what. It refuses to know SQL,
//! the network, clocks and the order of arrival: clusters are a function of the records given.
//!
//! Read [`keys`] first (what brings two records face to face), then [`resolve`] (clusters,
//! relations, evidence), then [`merge`] (the fiche).
//!
//! # What must be given together
//! A key carried by more than [`GENERIC`] present records identifies nobody, in either direction:
//! it is neither followed nor compared. Every other key must be followed to the end: when a record
//! is given to [`resolve`], so are all present records that carry one of its keys, and theirs.
//! A key that crosses [`GENERIC`], upwards or downwards, concerns all records that carry it.

mod address;
mod carrier;
mod evidence;
mod keys;
mod marks;
mod merge;
mod place;
mod quality;
mod resolve;

pub use address::canonical_address;
pub use evidence::{EvidenceLine, PairEvidence, THRESHOLD};
pub use keys::{GENERIC, keys};
pub use merge::{Member, merge};
pub use resolve::{RelationFound, Resolution, Telling, resolve};

/// Version of keys, weights and rules: what was resolved under another one is resolved again.
pub const VERSION: &str = "exact-3";
