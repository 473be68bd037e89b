//! A raw record and a mapping in, an action and its issues out.
//!
//! It knows the mapping language of a sourceur's file, the ways in which texts, dates, addresses and
//! tags come damaged, and the vocabulary they are brought to. It never fails: what is wrong with a
//! value is an issue beside the action. It never waits and remembers nothing: no network, no SQL, no
//! clock; the same record gives the same action for ever, which [`Normalizer::digest`] vouches for.
//!
//! Read [`Normalizer`] first, then `mapping` for the language, `fill` for what becomes of a value.

mod date;
mod fill;
mod html;
mod leftovers;
mod lookups;
mod mapping;
mod normalizer;
mod taxonomy;
mod text;
mod tree;

pub use lookups::Lookups;
pub use normalizer::Normalizer;
pub use taxonomy::Taxonomy;
