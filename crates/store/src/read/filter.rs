//! Which actions a question is about.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use model::{Action, Level, SourceurId, Status, TerritoryId};

use crate::sourceur::word;

/// Which actions a question is about; every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this territory, or in one that lies in it.
    pub territory: Option<TerritoryId>,
    /// Of this theme, or of one below it.
    pub theme: Option<String>,
    /// For this audience, or for one below it.
    pub audience: Option<String>,
    /// By this method, or by one below it.
    pub method: Option<String>,
    /// Told by this sourceur.
    pub sourceur: Option<SourceurId>,
    /// With this actor, by id.
    pub actor: Option<String>,
    /// Of this status; `unknown` is also that of an action that says nothing.
    pub status: Option<Status>,
    /// In this language, BCP 47.
    pub language: Option<String>,
    /// Changed at that time or later.
    pub changed_since: Option<DateTime<Utc>>,
}

impl Filter {
    /// The facets that an action must all have.
    pub(super) fn facets(&self) -> Vec<String> {
        let parts = [
            ("territory", self.territory.as_ref().map(ToString::to_string)),
            ("theme", self.theme.clone()),
            ("audience", self.audience.clone()),
            ("method", self.method.clone()),
            ("sourceur", self.sourceur.as_ref().map(ToString::to_string)),
            ("actor", self.actor.clone()),
            ("status", self.status.as_ref().map(word)),
            ("language", self.language.clone()),
        ];
        parts.into_iter().filter_map(|(name, value)| Some(format!("{name}:{}", value?))).collect()
    }

    /// Where the answer to "changed since" begins.
    pub(super) fn since(&self) -> DateTime<Utc> {
        self.changed_since.unwrap_or(DateTime::UNIX_EPOCH)
    }
}

/// What an action answers to, each value under the name of its filter.
pub(crate) fn facets(action: &Action) -> BTreeSet<String> {
    let mut facets = BTreeSet::new();
    let mut put = |name: &str, value: &str| {
        facets.insert(format!("{name}:{value}"));
    };
    for place in &action.places {
        for territory in [&place.territory, &place.epci, &place.departement, &place.region].into_iter().flatten() {
            put("territory", &territory.to_string());
            if territory.level < Level::Pays {
                put("territory", "pays:FR");
            }
        }
    }
    for (name, tags) in [("theme", &action.themes), ("audience", &action.audiences), ("method", &action.methods)] {
        for tag in tags {
            put(name, &tag.id);
            for (end, _) in tag.id.match_indices('/') {
                put(name, &tag.id[..end]);
            }
        }
    }
    for origin in &action.origins {
        put("sourceur", origin.sourceur.as_str());
    }
    for id in action.actors.iter().filter_map(|actor| actor.id.as_deref()) {
        put("actor", id);
    }
    put("status", &word(&action.status.unwrap_or(Status::Unknown)));
    if let Some(language) = &action.language {
        put("language", language);
    }
    facets
}

#[cfg(test)]
mod tests {
    use model::{Place, Tag};

    use super::*;

    #[test]
    fn a_place_answers_for_every_territory_around_it_and_a_theme_for_those_above() {
        let place = Place {
            territory: "commune:47001".parse().ok(),
            departement: "departement:47".parse().ok(),
            region: "region:75".parse().ok(),
            ..Place::default()
        };
        let theme = Tag { id: "mobilite/velo".into(), ..Tag::default() };
        let action = Action { places: vec![place], themes: vec![theme], ..Action::default() };
        let expected = [
            "status:unknown",
            "territory:commune:47001",
            "territory:departement:47",
            "territory:pays:FR",
            "territory:region:75",
            "theme:mobilite",
            "theme:mobilite/velo",
        ];
        assert_eq!(facets(&action).iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_filter_asks_for_what_an_action_answers_to() {
        let filter = Filter {
            territory: "pays:FR".parse().ok(),
            theme: Some("mobilite".into()),
            status: Some(Status::Running),
            ..Filter::default()
        };
        assert_eq!(filter.facets(), ["territory:pays:FR", "theme:mobilite", "status:running"]);
        assert!(Filter::default().facets().is_empty());
    }
}
