//! Languages of the portal, and the address of every page in each.

pub(crate) use api::Lang;
use axum::Router;
use axum::routing::MethodRouter;

use crate::PortalState;

/// The language that an address is in: French at the root, English under `/en`.
pub(crate) fn of_path(path: &str) -> Lang {
    if path == "/en" || path.starts_with("/en/") { Lang::En } else { Lang::Fr }
}

/// The other of the two.
pub(crate) fn other(lang: Lang) -> Lang {
    choose(lang, Lang::En, Lang::Fr)
}

/// One of two, by language.
pub(crate) fn choose<T>(lang: Lang, fr: T, en: T) -> T {
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

/// A part of the portal, with an address in each language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Section {
    Home,
    Search,
    Fiche,
    Sourceurs,
    Territories,
    About,
    Accessibility,
    Api,
}

impl Section {
    /// Where it begins.
    pub(crate) const fn path(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Home, Lang::Fr) => "/",
            (Self::Home, Lang::En) => "/en",
            (Self::Search, Lang::Fr) => "/recherche",
            (Self::Search, Lang::En) => "/en/search",
            (Self::Fiche, Lang::Fr) => "/actions",
            (Self::Fiche, Lang::En) => "/en/actions",
            (Self::Sourceurs, Lang::Fr) => "/sourceurs",
            (Self::Sourceurs, Lang::En) => "/en/sourceurs",
            (Self::Territories, Lang::Fr) => "/territoires",
            (Self::Territories, Lang::En) => "/en/territories",
            (Self::About, Lang::Fr) => "/a-propos",
            (Self::About, Lang::En) => "/en/about",
            (Self::Accessibility, Lang::Fr) => "/accessibilite",
            (Self::Accessibility, Lang::En) => "/en/accessibility",
            (Self::Api, Lang::Fr) => "/api",
            (Self::Api, Lang::En) => "/en/api",
        }
    }
}

/// A page of a section in both languages; `rest` follows the section's path, as in `/{id}`.
pub(crate) fn both(section: Section, rest: &str, answer: MethodRouter<PortalState>) -> Router<PortalState> {
    let at = |lang| format!("{}{rest}", section.path(lang));
    Router::new().route(&at(Lang::Fr), answer.clone()).route(&at(Lang::En), answer)
}
