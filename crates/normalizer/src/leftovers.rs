//! What a payload held and no field read.

use std::collections::BTreeMap;

use model::Payload;
use serde_json::{Map, Value};

use crate::mapping::Seen;

/// Most leftovers told of one record, and longest text of each.
const MOST: usize = 100;
const LONGEST_CHARS: usize = 200;
const DEEPEST: usize = 8;

/// Keys of a feed's item that its protocol reads itself.
const READ_BY_FEED: [&str; 5] = ["id", "link", "published", "updated", "language"];

/// Path → value of everything nobody read; documents have none.
pub(crate) fn leftovers(payload: &Payload, seen: &Seen, by_protocol: &[String]) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    if seen.whole {
        return found;
    }
    match payload {
        Payload::Feed(map) => object(map, seen, "", &mut found, &|key| READ_BY_FEED.contains(&key)),
        Payload::Csv(map) | Payload::Json(Value::Object(map)) => {
            object(map, seen, "", &mut found, &|key| by_protocol.iter().any(|read| read == key));
        }
        Payload::Json(_) | Payload::Html(_) | Payload::Xml(_) => {}
    }
    found
}

fn object(
    map: &Map<String, Value>,
    seen: &Seen,
    path: &str,
    found: &mut BTreeMap<String, Value>,
    skip: &dyn Fn(&str) -> bool,
) {
    let nothing = Seen::default();
    for (key, value) in map {
        let under = seen.under.get(key).unwrap_or(&nothing);
        if under.whole || skip(key) || found.len() >= MOST {
            continue;
        }
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        left(value, under, path, found);
    }
}

fn left(value: &Value, seen: &Seen, path: String, found: &mut BTreeMap<String, Value>) {
    let is_deep = path.matches('.').count() >= DEEPEST;
    match value {
        Value::Null => {}
        Value::String(text) if text.trim().is_empty() => {}
        Value::Object(map) if !is_deep => object(map, seen, &path, found, &|_| false),
        Value::Array(items) if !is_deep => {
            for item in items {
                match item {
                    Value::Object(map) => object(map, seen, &format!("{path}[]"), found, &|_| false),
                    _ if found.contains_key(&path) => {}
                    _ => left(item, seen, format!("{path}[]"), found),
                }
            }
        }
        _ if found.len() >= MOST => {}
        Value::String(text) if text.len() > LONGEST_CHARS => {
            let cut: String = text.chars().take(LONGEST_CHARS).collect();
            found.insert(path, Value::String(format!("{cut}…")));
        }
        _ => {
            found.entry(path).or_insert_with(|| value.clone());
        }
    }
}
