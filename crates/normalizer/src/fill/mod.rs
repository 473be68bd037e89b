//! From nodes of a payload to the fields of an action.

mod actors;
mod contact;
mod dates;
mod language;
mod links;
mod places;
mod tags;
mod value;

pub(crate) use actors::KINDS as ACTOR_KINDS;

use gazetteer::Gazetteer;
use model::{Action, Scope, Section, SectionKind, Severity, Status, fold};
use url::Url;

use crate::mapping::{As, ContactPart, ListKind, Mapping, Rule, Target, Where};
use crate::normalizer::Normalizer;
use crate::text::{Notes, Steps, blanks};
use crate::tree::Tree;
use places::PlaceDraft;

/// Longest title, in characters.
const LONGEST_TITLE: usize = 300;

/// Fills one action from one record.
pub(crate) struct Filler<'n> {
    pub(super) normalizer: &'n Normalizer,
    /// What relative addresses start from.
    pub(super) base: Option<Url>,
    pub(super) notes: &'n mut Notes,
    pub(super) action: Action,
    place: PlaceDraft,
}

impl<'n> Filler<'n> {
    pub(crate) fn new(normalizer: &'n Normalizer, base: Option<Url>, notes: &'n mut Notes) -> Self {
        Self { normalizer, base, notes, action: Action::default(), place: PlaceDraft::default() }
    }

    /// The action, as far as the mapping fills it.
    pub(crate) fn fill(mut self, tree: &Tree<'_>) -> Action {
        let mapping: &'n Mapping = &self.normalizer.mapping;
        for rule in &mapping.rules {
            self.fill_rule(rule, tree);
        }
        for list in &mapping.lists {
            match list.kind {
                ListKind::Actors => self.fill_actors(list, tree),
                ListKind::Links => self.fill_links(list, tree),
                ListKind::Images => self.fill_images(list, tree),
                ListKind::Places => self.fill_places(list, tree),
                ListKind::Persons => self.fill_persons(list, tree),
            }
        }
        let draft = std::mem::take(&mut self.place);
        self.put_place(&draft, "places");
        self.tell_language();
        self.tell_what_is_missing(mapping);
        self.action
    }

    fn fill_rule(&mut self, rule: &Rule, tree: &Tree<'_>) {
        let field = rule.field.as_str();
        match rule.target {
            Target::Tags(dimension) => {
                for place in &rule.wheres {
                    self.fill_tags(dimension, place, tree);
                }
                return;
            }
            Target::Place(part) => {
                self.hear_place(part, rule, tree);
                return;
            }
            _ => {}
        }
        for place in &rule.wheres {
            if self.fill_from(rule.target, field, place, tree) {
                return;
            }
        }
    }

    /// Fills a field from one place; `false` if there was nothing to fill it with.
    fn fill_from(&mut self, target: Target, field: &str, place: &Where, tree: &Tree<'_>) -> bool {
        if let Target::Section(kind) = target {
            return self.fill_section(kind, field, place, tree);
        }
        if let Target::Date(date) = target {
            return self.fill_date(date, field, place, tree);
        }
        let Some(text) = self.texts(place, None, tree, field).into_iter().next() else { return false };
        match target {
            Target::Title => self.put_title(text, place),
            Target::Url => self.action.url = self.address(&text, field),
            Target::Summary => self.action.summary = Some(text),
            Target::Quote => self.action.quote = Some(text),
            Target::Language => self.put_language(&text),
            Target::Status => self.action.status = self.one_of(&text, field, &STATUSES),
            Target::Scope => self.action.scope = self.one_of(&text, field, &SCOPES),
            Target::Contact(part) => self.put_contact(part, text, field),
            Target::Date(_) | Target::Tags(_) | Target::Place(_) | Target::Section(_) => {}
        }
        true
    }

    fn put_title(&mut self, text: String, place: &Where) {
        let as_it_came = place.steps == Steps::NONE;
        let mut title = if as_it_came { text } else { blanks::one_line(text) };
        if !as_it_came && let Some((bare, _)) = Gazetteer::strip_department_suffix(&title) {
            self.place.title = Some(title.clone());
            title.truncate(bare.len());
        }
        if let Some((end, _)) = title.char_indices().nth(LONGEST_TITLE) {
            let message = format!("the title is longer than {LONGEST_TITLE} characters; its end was left out");
            self.notes.warn("title", "title-too-long", message);
            let cut = &title[..end];
            let word = cut.rfind(char::is_whitespace).filter(|at| *at > end / 2).map_or(cut, |at| &cut[..at]);
            title.truncate(word.trim_end().len());
        }
        self.action.title = title;
    }

    fn fill_section(&mut self, kind: SectionKind, field: &str, place: &Where, tree: &Tree<'_>) -> bool {
        let (text, html) = if place.kind == As::Html {
            let Some((text, html)) = self.html(place, tree, field) else { return false };
            (text, Some(html))
        } else {
            let Some(text) = self.texts(place, None, tree, field).into_iter().next() else { return false };
            (text, None)
        };
        let heading = place.heading.clone().or_else(|| value::heading_of(place));
        self.action.sections.push(Section { kind, heading, text, html, origin: None });
        true
    }

    /// One of a few words, in French or English.
    fn one_of<T: Copy>(&mut self, text: &str, field: &str, words: &[(&str, T)]) -> Option<T> {
        let folded = fold(text);
        let found = words.iter().find(|(word, _)| *word == folded).map(|(_, value)| *value);
        if found.is_none() {
            self.notes.warn(field, "unknown-word", format!("`{}` says nothing of `{field}`", value::shortened(text)));
        }
        found
    }

    fn tell_what_is_missing(&mut self, mapping: &Mapping) {
        if self.action.title.is_empty() {
            self.notes.tell(Severity::Error, "title", "no-title", "the record has no title");
        }
        if mapping.is_default {
            return;
        }
        let hint = |notes: &mut Notes, field: &str, what: &str| {
            notes.tell(Severity::Hint, field, "nothing-found", format!("the record says nothing of {what}"));
        };
        let asked = |wanted: fn(&Target) -> bool| mapping.rules.iter().find(|rule| wanted(&rule.target));
        let action = &self.action;
        let has_text = action.summary.is_some() || !action.sections.is_empty();
        if let Some(rule) = asked(|target| matches!(target, Target::Summary | Target::Section(_))).filter(|_| !has_text)
        {
            hint(self.notes, &rule.field, "what the action is");
        }
        let asks_place = mapping.rules.iter().any(|rule| matches!(rule.target, Target::Place(_)))
            || mapping.lists.iter().any(|list| list.kind == ListKind::Places);
        if asks_place && action.places.is_empty() {
            hint(self.notes, "places", "where it takes place");
        }
        let has_date = action.source_updated_on.is_some() || action.started_on.is_some();
        if let Some(rule) = asked(|target| matches!(target, Target::Date(_))).filter(|_| !has_date) {
            hint(self.notes, &rule.field, "when");
        }
        if asked(|target| *target == Target::Url).is_some() && action.url.is_none() {
            hint(self.notes, "url", "its page");
        }
        let says_theme = !action.themes.is_empty() || action.unmapped.iter().any(|words| words.field == "themes");
        if asked(|target| matches!(target, Target::Tags(model::Dimension::Theme))).is_some() && !says_theme {
            hint(self.notes, "themes", "its themes");
        }
    }

    fn put_contact(&mut self, part: ContactPart, text: String, field: &str) {
        contact::put(self, part, text, field);
    }
}

const STATUSES: [(&str, Status); 19] = [
    ("running", Status::Running),
    ("en cours", Status::Running),
    ("actif", Status::Running),
    ("active", Status::Running),
    ("ouvert", Status::Running),
    ("open", Status::Running),
    ("permanent", Status::Running),
    ("permanente", Status::Running),
    ("ended", Status::Ended),
    ("termine", Status::Ended),
    ("terminee", Status::Ended),
    ("clos", Status::Ended),
    ("close", Status::Ended),
    ("closed", Status::Ended),
    ("acheve", Status::Ended),
    ("achevee", Status::Ended),
    ("arrete", Status::Ended),
    ("unknown", Status::Unknown),
    ("inconnu", Status::Unknown),
];

const SCOPES: [(&str, Scope); 23] = [
    ("local", Scope::Local),
    ("locale", Scope::Local),
    ("communal", Scope::Local),
    ("communale", Scope::Local),
    ("intercommunal", Scope::Local),
    ("intercommunale", Scope::Local),
    ("quartier", Scope::Local),
    ("departmental", Scope::Departmental),
    ("departemental", Scope::Departmental),
    ("departementale", Scope::Departmental),
    ("departement", Scope::Departmental),
    ("regional", Scope::Regional),
    ("regionale", Scope::Regional),
    ("region", Scope::Regional),
    ("national", Scope::National),
    ("nationale", Scope::National),
    ("france", Scope::National),
    ("france entiere", Scope::National),
    ("abroad", Scope::Abroad),
    ("etranger", Scope::Abroad),
    ("international", Scope::Abroad),
    ("internationale", Scope::Abroad),
    ("europe", Scope::Abroad),
];
