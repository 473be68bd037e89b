//! How to reach the organisation, where the mapping says so.

use model::{Contact, Person, fold};

use super::{Filler, value};
use crate::mapping::{ContactPart, ListRule};
use crate::text::blanks;
use crate::tree::Tree;

/// Fills one part of the contact.
pub(super) fn put(filler: &mut Filler<'_>, part: ContactPart, text: String, field: &str) {
    let text = match part {
        ContactPart::Url => filler.address(&text, field),
        ContactPart::Address => Some(text),
        ContactPart::Name => Some(without_label(blanks::one_line(text))).filter(|name| !name.is_empty()),
        _ => Some(blanks::one_line(text)),
    };
    if text.is_none() {
        return;
    }
    let contact = filler.action.contact.get_or_insert_with(Contact::default);
    match part {
        ContactPart::Name => contact.name = text,
        ContactPart::Address => contact.address = text,
        ContactPart::Email => contact.email = text,
        ContactPart::Phone => contact.phone = text,
        ContactPart::Url => contact.url = text,
    }
}

/// "Contact : Service des sports" is the Service des sports.
fn without_label(name: String) -> String {
    match name.split_once(':') {
        Some((label, rest)) if matches!(fold(label).as_str(), "contact" | "contacts") => rest.trim().to_owned(),
        _ => name,
    }
}

impl Filler<'_> {
    /// Adds the persons of a list.
    pub(super) fn fill_persons(&mut self, list: &ListRule, tree: &Tree<'_>) {
        for node in self.elements(list, tree) {
            let part =
                |filler: &mut Self, name: &str| filler.first(list.parts.get(name), &node, tree, "contact.persons");
            let person = Person {
                name: part(self, "name").map(blanks::one_line),
                role: part(self, "role").map(blanks::one_line),
                email: part(self, "email").and_then(|text| value::email_in(&text).map(str::to_owned)),
                phone: part(self, "phone").map(|text| value::phone_in(&text).unwrap_or(text)),
            };
            if person != Person::default() {
                self.action.contact.get_or_insert_with(Contact::default).persons.push(person);
            }
        }
    }
}
