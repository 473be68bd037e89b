//! Who told what: names of sourceurs, and how their words are set on this page.

use std::cell::Cell;
use std::collections::BTreeMap;

use model::{Action, Provenance, RecordRef, SectionKind, SourceurId};

use crate::lang::Lang;
use crate::page::Page;
use crate::typo;

/// What every part of the page asks about the action's tellers.
pub(crate) struct Told<'a> {
    pub(crate) page: &'a Page,
    pub(crate) lang: Lang,
    /// Language of the texts, BCP 47.
    pub(crate) language: Option<&'a str>,
    /// Sourceurs with their names; whose title it is comes first.
    names: Vec<(&'a SourceurId, String)>,
    provenance: &'a BTreeMap<String, Provenance>,
    anchors: Cell<usize>,
}

impl<'a> Told<'a> {
    /// `name` gives a sourceur's name by its id.
    pub(crate) fn of(action: &'a Action, page: &'a Page, name: impl Fn(&SourceurId) -> String) -> Self {
        let titled = match action.provenance.get("title") {
            Some(Provenance::One(record)) => Some(&record.sourceur),
            _ => None,
        };
        let mut names: Vec<(&SourceurId, String)> = Vec::new();
        for sourceur in titled.into_iter().chain(action.origins.iter().map(|origin| &origin.sourceur)) {
            if !names.iter().any(|(known, _)| *known == sourceur) {
                names.push((sourceur, name(sourceur)));
            }
        }
        Self {
            page,
            lang: page.lang,
            language: action.language.as_deref().filter(|language| is_language(language)),
            names,
            provenance: &action.provenance,
            anchors: Cell::new(0),
        }
    }

    /// `lang` of the sourceurs' words, where they are in another language than the page.
    pub(crate) fn foreign(&self) -> Option<&'a str> {
        let language = self.language.unwrap_or("fr");
        let first = language.split('-').next().unwrap_or(language);
        (!first.eq_ignore_ascii_case(self.lang.as_str())).then_some(language)
    }

    /// A sourceur's words as they are shown.
    pub(crate) fn set(&self, words: &str) -> String {
        typo::text(words, self.language).into_owned()
    }

    /// Name of a sourceur.
    pub(crate) fn name_of(&self, id: &SourceurId) -> String {
        let known = self.names.iter().find(|(known, _)| *known == id);
        known.map_or_else(|| id.to_string(), |(_, name)| name.clone())
    }

    /// Name of a record's sourceur.
    pub(crate) fn name(&self, record: &RecordRef) -> String {
        self.name_of(&record.sourceur)
    }

    /// The same, where more than one sourceur tells.
    pub(crate) fn by(&self, record: &RecordRef) -> Option<String> {
        (self.names.len() > 1).then(|| self.name(record))
    }

    /// Names of all sourceurs, each once.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = (&SourceurId, &String)> {
        self.names.iter().map(|(id, name)| (*id, name))
    }

    /// The record that gave a field; of a list, its first item.
    pub(crate) fn giver(&self, field: &str) -> Option<&'a RecordRef> {
        match self.provenance.get(field)? {
            Provenance::One(record) => Some(record),
            Provenance::Each(records) => records.first(),
        }
    }

    /// Whether a record gave a field, or an item of it.
    pub(crate) fn gave(&self, sourceur: &SourceurId, source_id: &str, field: &str) -> bool {
        let is_it = |record: &RecordRef| record.sourceur == *sourceur && record.source_id.as_str() == source_id;
        match self.provenance.get(field) {
            Some(Provenance::One(record)) => is_it(record),
            Some(Provenance::Each(records)) => records.iter().any(is_it),
            None => false,
        }
    }

    /// An anchor that no other part of the page has.
    pub(crate) fn anchor(&self, kind: SectionKind) -> String {
        let number = self.anchors.get() + 1;
        self.anchors.set(number);
        let name = SectionKind::ALL.iter().find(|(_, each)| *each == kind).map_or("part", |(name, _)| *name);
        format!("{}-{number}", name.replace('_', "-"))
    }
}

/// Whether a text may stand in a `lang` attribute.
fn is_language(text: &str) -> bool {
    let well_made = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 35 && text.split('-').all(well_made)
}
