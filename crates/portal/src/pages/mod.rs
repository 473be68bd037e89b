//! One module a page: its routes, its views, its handlers.

pub(crate) mod about;
pub(crate) mod api;
pub(crate) mod errors;
pub(crate) mod fiche;
pub(crate) mod home;
pub(crate) mod search;
pub(crate) mod sourceurs;
pub(crate) mod territory;
