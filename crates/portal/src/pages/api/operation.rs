//! One operation of the OpenAPI document, as the page shows it and as its form asks it.

use std::fmt::Write;

use serde_json::Value;
use url::form_urlencoded;

/// An operation that reads.
#[derive(Clone, Debug, Default)]
pub(super) struct Operation {
    /// Its name in the document; its anchor on the page.
    pub(super) id: String,
    pub(super) tag: String,
    /// Path with `{names}` in it.
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) parameters: Vec<Parameter>,
    /// Status and meaning.
    pub(super) answers: Vec<(String, String)>,
}

/// A parameter of an operation.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) meaning: String,
    pub(super) example: String,
    /// What it may be, where it is one of some words.
    pub(super) words: Vec<String>,
    pub(super) is_required: bool,
    pub(super) is_in_path: bool,
}

impl Operation {
    /// Every operation of a document, in its order.
    pub(super) fn all(document: &Value) -> Vec<Self> {
        let paths = document["paths"].as_object().into_iter().flatten();
        paths.filter(|(_, item)| item["get"].is_object()).map(|(path, item)| Self::of(path, &item["get"])).collect()
    }

    fn of(path: &str, get: &Value) -> Self {
        let responses = get["responses"].as_object().into_iter().flatten();
        let answers = responses.map(|(status, response)| (status.clone(), text(&response["description"])));
        Self {
            id: text(&get["operationId"]),
            tag: text(&get["tags"][0]),
            path: path.to_owned(),
            summary: text(&get["summary"]),
            description: text(&get["description"]),
            parameters: get["parameters"].as_array().into_iter().flatten().map(Parameter::of).collect(),
            answers: answers.collect(),
        }
    }

    /// The address that values ask; `None` where one that it needs is missing. Empty ones are as good as none.
    pub(super) fn address(&self, given: &[(String, String)]) -> Option<String> {
        let value = |name: &str| {
            given
                .iter()
                .find(|(known, value)| known == name && !value.trim().is_empty())
                .map(|(_, value)| value.as_str())
        };
        let mut path = self.path.clone();
        let mut query = form_urlencoded::Serializer::new(String::new());
        for parameter in &self.parameters {
            match value(&parameter.name) {
                Some(value) if parameter.is_in_path => {
                    path = path.replace(&format!("{{{}}}", parameter.name), &segment(value));
                }
                None if parameter.is_in_path => return None,
                Some(value) => drop(query.append_pair(&parameter.name, value)),
                None => {}
            }
        }
        let query = query.finish();
        Some(if query.is_empty() { path } else { format!("{path}?{query}") })
    }
}

impl Parameter {
    fn of(parameter: &Value) -> Self {
        let words = parameter["schema"]["enum"].as_array().into_iter().flatten().map(text).collect();
        let example = [&parameter["example"], &parameter["schema"]["example"]].into_iter().find(|told| !told.is_null());
        Self {
            name: text(&parameter["name"]),
            meaning: text(&parameter["description"]),
            example: example.map(text).unwrap_or_default(),
            words,
            is_required: parameter["required"] == true,
            is_in_path: parameter["in"] == "path",
        }
    }
}

/// A text of the document; a number as its digits.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// A value as one segment of a path: a colon may stay, a slash may not.
fn segment(value: &str) -> String {
    let mut safe = String::with_capacity(value.len());
    for byte in value.trim().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' => safe.push(char::from(byte)),
            // Writing to a String does not fail.
            other => drop(write!(safe, "%{other:02X}")),
        }
    }
    // A segment of dots alone would climb.
    if safe.bytes().all(|byte| byte == b'.') { safe.replace('.', "%2E") } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Operation {
        let document = serde_json::json!({ "paths": { "/api/v1/things/{id}": { "get": {
            "operationId": "getThing", "tags": ["things"], "summary": "A thing",
            "parameters": [
                { "name": "id", "in": "path", "required": true, "example": "a:1" },
                { "name": "lang", "in": "query", "schema": { "enum": ["fr", "en"] } },
                { "name": "limit", "in": "query", "example": 20 },
            ],
            "responses": { "200": { "description": "It" } },
        } } } });
        Operation::all(&document).remove(0)
    }

    #[track_caller]
    fn check(given: &[(&str, &str)], address: Option<&str>) {
        let given: Vec<_> = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(one().address(&given).as_deref(), address);
    }

    #[test]
    fn a_form_leads_to_the_address_it_asks() {
        check(&[("id", "departement:47")], Some("/api/v1/things/departement:47"));
        check(&[("id", "a"), ("lang", "en"), ("limit", " ")], Some("/api/v1/things/a?lang=en"));
        check(&[("lang", "en")], None);
    }

    #[test]
    fn nothing_but_the_documents_addresses_can_be_reached() {
        check(&[("id", "../../x?y#z")], Some("/api/v1/things/..%2F..%2Fx%3Fy%23z"));
        check(&[("id", "..")], Some("/api/v1/things/%2E%2E"));
        check(&[("id", "a"), ("other", "b")], Some("/api/v1/things/a"));
        check(
            &[("id", "a"), ("lang", "fr&x=1\r\nSet-Cookie: a")],
            Some("/api/v1/things/a?lang=fr%26x%3D1%0D%0ASet-Cookie%3A+a"),
        );
    }
}
