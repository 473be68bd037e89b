//! Dotted paths into JSON values, feed items and rows.

use serde_json::{Map, Value};

/// A path: `address.city`, `tags[].title`, `rows[0].name`, `'Nom de la structure'`, `.`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    written: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

impl Path {
    /// Reads a path; every text is one.
    pub(crate) fn parse(written: &str) -> Self {
        let mut steps = Vec::new();
        let mut rest = written;
        while !rest.is_empty() {
            let (key, after) = match rest.strip_prefix('\'').and_then(|quoted| quoted.split_once('\'')) {
                Some(quoted) => quoted,
                None => rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len())),
            };
            if !key.is_empty() {
                steps.push(Step::Key(key.to_owned()));
            }
            rest = after;
            while let Some((index, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                steps.extend(index.trim().parse().ok().map(Step::Index));
                rest = after;
            }
            rest = rest.strip_prefix('.').unwrap_or(rest.strip_prefix('[').unwrap_or(rest));
        }
        Self { written: written.to_owned(), steps }
    }

    /// The values it leads to; arrays on the way and at the end are entered.
    pub(crate) fn values<'v>(&self, from: &'v Value) -> Vec<&'v Value> {
        if let Some(object) = from.as_object() {
            return self.values_of(object);
        }
        let mut found = Vec::new();
        walk(from, &self.steps, &mut found);
        found
    }

    /// The same from an object.
    pub(crate) fn values_of<'v>(&self, from: &'v Map<String, Value>) -> Vec<&'v Value> {
        let mut found = Vec::new();
        if let Some(value) = from.get(&self.written) {
            members(value, &mut found);
        } else if let Some((Step::Key(key), rest)) = self.steps.split_first()
            && let Some(value) = from.get(key)
        {
            walk(value, rest, &mut found);
        }
        found
    }

    /// The keys it goes through.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
    }

    /// The path as it was written.
    pub(crate) fn written(&self) -> &str {
        &self.written
    }
}

fn walk<'v>(value: &'v Value, steps: &[Step], found: &mut Vec<&'v Value>) {
    let Some((step, rest)) = steps.split_first() else { return members(value, found) };
    match (step, value) {
        (Step::Index(index), Value::Array(items)) => {
            if let Some(item) = items.get(*index) {
                walk(item, rest, found);
            }
        }
        (_, Value::Array(items)) => items.iter().for_each(|item| walk(item, steps, found)),
        (Step::Key(key), Value::Object(object)) => {
            if let Some(value) = object.get(key) {
                walk(value, rest, found);
            }
        }
        _ => {}
    }
}

fn members<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| members(item, found)),
        _ => found.push(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(path: &str, expected: &Value) {
        let value = json!({
            "a": {"b": [1, {"c": "x"}, null, {"c": ["y", "z"]}]},
            "Nom de la structure": "n",
            "x.y": 7,
            "x": {"y": 8, "z w": 9},
        });
        let found: Vec<Value> = Path::parse(path).values(&value).into_iter().cloned().collect();
        assert_eq!(Value::from(found), *expected, "{path}");
    }

    #[test]
    fn paths_enter_arrays() {
        check("a.b.c", &json!(["x", "y", "z"]));
        check("a.b[].c", &json!(["x", "y", "z"]));
        check("a.b[0]", &json!([1]));
        check("a.b[1].c", &json!(["x"]));
        check("Nom de la structure", &json!(["n"]));
        check("'Nom de la structure'", &json!(["n"]));
        check("x.y", &json!([7]));
        check("x.'z w'", &json!([9]));
        check("a.none.c", &json!([]));
    }
}
