//! What the values of facets are called, in each language of the service.

use std::collections::HashMap;
use std::sync::Arc;

use gazetteer::Gazetteer;
use model::{Dimension, SourceurId, TerritoryId, Vocabulary};
use search::Facet;

use crate::lang::Lang;

/// Words of ours: a facet's value, in French, in English.
const STATUSES: [(&str, &str, &str); 3] =
    [("running", "En cours", "Running"), ("ended", "Terminée", "Ended"), ("unknown", "Non précisé", "Not known")];
const HAS: [(&str, &str, &str); 5] = [
    ("contact", "Un contact", "A contact"),
    ("image", "Une image", "An image"),
    ("place", "Un lieu", "A place"),
    ("quote", "Un témoignage", "A testimony"),
    ("spread", "Un essaimage", "Spreading"),
];
/// Languages in which the regions of France and its neighbours tell.
const LANGUAGES: [(&str, &str, &str); 16] = [
    ("fr", "Français", "French"),
    ("en", "Anglais", "English"),
    ("de", "Allemand", "German"),
    ("es", "Espagnol", "Spanish"),
    ("it", "Italien", "Italian"),
    ("pt", "Portugais", "Portuguese"),
    ("nl", "Néerlandais", "Dutch"),
    ("ca", "Catalan", "Catalan"),
    ("eu", "Basque", "Basque"),
    ("br", "Breton", "Breton"),
    ("co", "Corse", "Corsican"),
    ("oc", "Occitan", "Occitan"),
    ("gsw", "Alsacien", "Alsatian"),
    ("gcf", "Créole guadeloupéen", "Guadeloupean Creole"),
    ("rcf", "Créole réunionnais", "Réunion Creole"),
    ("ar", "Arabe", "Arabic"),
];

/// What the values of facets are called.
#[derive(Clone)]
pub struct Labels {
    vocabulary: Arc<Vocabulary>,
    sourceurs: Arc<HashMap<SourceurId, Box<str>>>,
}

impl Labels {
    pub(crate) fn new(vocabulary: Arc<Vocabulary>, sourceurs: Arc<HashMap<SourceurId, Box<str>>>) -> Self {
        Self { vocabulary, sourceurs }
    }

    /// The name of a facet's value; the value itself where it has none.
    pub fn of(&self, facet: Facet, value: &str, lang: Lang) -> String {
        let named = match facet {
            Facet::Theme => self.term(Dimension::Theme, value, lang),
            Facet::Audience => self.term(Dimension::Audience, value, lang),
            Facet::Method => self.term(Dimension::Method, value, lang),
            Facet::Region | Facet::Departement | Facet::Epci | Facet::Commune => territory(value),
            Facet::Sourceur => {
                value.parse().ok().and_then(|id: SourceurId| self.sourceurs.get(&id)).map(|name| &**name)
            }
            Facet::Status => word(&STATUSES, value, lang),
            Facet::Language => word(&LANGUAGES, value, lang),
            Facet::Has => word(&HAS, value, lang),
            Facet::Actor | Facet::Year => None,
        };
        named.unwrap_or(value).to_owned()
    }

    /// Names of the sourceurs.
    pub(crate) fn sourceurs(&self) -> Arc<HashMap<SourceurId, Box<str>>> {
        Arc::clone(&self.sourceurs)
    }

    fn term(&self, dimension: Dimension, slug: &str, lang: Lang) -> Option<&str> {
        let term = self.vocabulary.term(dimension, slug)?;
        Some(match lang {
            Lang::Fr => &term.fr,
            Lang::En => &term.en,
        })
    }
}

/// Names of territories are the same in every language.
fn territory(id: &str) -> Option<&'static str> {
    Some(Gazetteer::get().territory(&id.parse::<TerritoryId>().ok()?)?.name)
}

fn word(words: &[(&str, &'static str, &'static str)], value: &str, lang: Lang) -> Option<&'static str> {
    let (_, fr, en) = words.iter().find(|(known, ..)| *known == value)?;
    Some(match lang {
        Lang::Fr => fr,
        Lang::En => en,
    })
}

#[cfg(test)]
mod tests {
    use model::Term;

    use super::*;

    #[test]
    fn every_value_has_a_name_even_if_it_is_itself() {
        let mut vocabulary = Vocabulary::default();
        let term = Term { id: "sante".into(), fr: "Santé".into(), en: "Health".into() };
        vocabulary.add(Dimension::Theme, term);
        let names = HashMap::from([("a".parse().unwrap(), "Les Aides".into())]);
        let labels = Labels::new(Arc::new(vocabulary), Arc::new(names));
        let check = |facet, value: &str, fr: &str, en: &str| {
            assert_eq!(labels.of(facet, value, Lang::Fr), fr);
            assert_eq!(labels.of(facet, value, Lang::En), en);
        };
        check(Facet::Theme, "sante", "Santé", "Health");
        check(Facet::Theme, "gone/since", "gone/since", "gone/since");
        check(Facet::Region, "region:75", "Nouvelle-Aquitaine", "Nouvelle-Aquitaine");
        check(Facet::Sourceur, "a", "Les Aides", "Les Aides");
        check(Facet::Sourceur, "b", "b", "b");
        check(Facet::Status, "ended", "Terminée", "Ended");
        check(Facet::Language, "br", "Breton", "Breton");
        check(Facet::Language, "tlh", "tlh", "tlh");
        check(Facet::Year, "2004", "2004", "2004");
    }
}
