//! The attributes of an element, by their local names.

use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attribute;

use super::names::split;
use super::text::Entities;

/// Most attributes of one element that are looked at.
const ATTRIBUTES: usize = 256;

/// The attributes that can be read, in the order they are written.
pub(super) fn each_attribute<'e>(element: &'e BytesStart<'_>) -> impl Iterator<Item = Attribute<'e>> {
    let mut attributes = element.html_attributes();
    attributes.with_checks(false);
    attributes.take(ATTRIBUTES).flatten()
}

/// An attribute by its local name.
pub(super) fn attribute(element: &BytesStart<'_>, local: &str, entities: &Entities) -> Option<String> {
    if element.attributes_raw().is_empty() {
        return None;
    }
    let found = each_attribute(element).find(|attribute| split(attribute.key.0).1.eq_ignore_ascii_case(local))?;
    Some(value(&found.value, entities))
}

/// An attribute's value with its references read.
pub(super) fn value(written: &str, entities: &Entities) -> String {
    let mut value = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('&') {
        value.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.find(';').filter(|end| rest[..*end].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#'));
        if let Some(end) = end.filter(|end| *end > 0) {
            entities.resolve(&rest[..end], &mut value);
            rest = &rest[end + 1..];
        } else {
            value.push('&');
        }
    }
    value.push_str(rest);
    value
}
