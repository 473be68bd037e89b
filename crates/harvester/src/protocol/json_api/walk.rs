//! A JSON document read once, from its beginning: its items one by one, and the few values beside
//! them that say how the list goes on.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::path::Path;

/// The key under which `serde_json` hands out a number whose digits are kept.
const NUMBER: &str = "$serde_json::private::Number";

/// What is looked for in a document, and what was found.
pub(super) struct Walk<'a> {
    pub(super) items: &'a Path,
    /// Values to keep.
    pub(super) wanted: Vec<&'a Path>,
    /// Takes each item, with the key it stood under where items are members of an object.
    pub(super) each: &'a mut dyn FnMut(Option<&str>, Value),
    /// Values found, in the order of `wanted`.
    pub(super) found: Vec<Option<Value>>,
    /// Whether there was a list of items, be it empty.
    pub(super) has_items: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(items: &'a Path, wanted: Vec<&'a Path>, each: &'a mut dyn FnMut(Option<&str>, Value)) -> Self {
        let found = vec![None; wanted.len()];
        Self { items, wanted, each, found, has_items: false }
    }

    /// Keeps what the whole document holds at the wanted paths.
    fn keep_from(&mut self, document: &Value) {
        for (path, found) in self.wanted.iter().zip(&mut self.found) {
            *found = path.find(document).cloned();
        }
    }
}

/// One value of the document, at a path.
pub(super) struct At<'w, 'a> {
    pub(super) walk: &'w mut Walk<'a>,
    pub(super) path: Vec<String>,
}

impl<'de> DeserializeSeed<'de> for At<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        if self.path == self.walk.items.parts() {
            return from.deserialize_any(Items { walk: self.walk, is_document: self.path.is_empty() });
        }
        if let Some(index) = self.walk.wanted.iter().position(|wanted| wanted.parts() == self.path) {
            let value: Value = serde::Deserialize::deserialize(from)?;
            self.walk.found[index] = Some(value);
            return Ok(());
        }
        let leads_on = |path: &Path| path.parts().starts_with(&self.path);
        if leads_on(self.walk.items) || self.walk.wanted.iter().any(|wanted| leads_on(wanted)) {
            return from.deserialize_any(self);
        }
        from.deserialize_ignored_any(IgnoredAny).map(drop)
    }
}

/// Values that lead nowhere.
macro_rules! visit_scalars {
    ($self:ident => $end:expr) => {
        fn visit_bool<E: Error>($self, _: bool) -> Result<(), E> {
            $end
        }
        fn visit_i64<E: Error>($self, _: i64) -> Result<(), E> {
            $end
        }
        fn visit_u64<E: Error>($self, _: u64) -> Result<(), E> {
            $end
        }
        fn visit_f64<E: Error>($self, _: f64) -> Result<(), E> {
            $end
        }
        fn visit_str<E: Error>($self, _: &str) -> Result<(), E> {
            $end
        }
    };
}

impl<'de> Visitor<'de> for At<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    visit_scalars!(self => Ok(()));

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        // A path goes through lists: what it leads to is looked for in every member.
        while members.next_element_seed(At { walk: self.walk, path: self.path.clone() })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(key) = members.next_key::<String>()? {
            let path = self.path.iter().cloned().chain([key]).collect();
            members.next_value_seed(At { walk: self.walk, path })?;
        }
        Ok(())
    }
}

/// The value at the path of the items.
struct Items<'w, 'a> {
    walk: &'w mut Walk<'a>,
    is_document: bool,
}

impl Items<'_, '_> {
    fn scalar<E: Error>(self, found: Value) -> Result<(), E> {
        if !self.is_document {
            return Err(E::custom(format!("`{}` holds a single value, not a list", self.walk.items.written())));
        }
        self.walk.has_items = true;
        (self.walk.each)(None, found);
        Ok(())
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        // Some programs write an empty list as null.
        if self.is_document {
            return self.scalar(Value::Null);
        }
        self.walk.has_items = true;
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.walk.has_items = true;
        while let Some(item) = members.next_element::<Value>()? {
            (self.walk.each)(None, item);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut first = Vec::new();
        while first.len() < 2 || self.is_document {
            let Some(key) = members.next_key::<String>()? else { break };
            if key == NUMBER {
                let digits: String = members.next_value()?;
                return self.scalar(digits.parse().map(Value::Number).unwrap_or_default());
            }
            first.push((key, members.next_value::<Value>()?));
        }
        self.walk.has_items = true;
        let is_keyed = !self.is_document && first.iter().all(|(_, value)| value.is_object());
        if is_keyed {
            for (key, item) in first {
                (self.walk.each)(Some(&key), item);
            }
            while let Some((key, item)) = members.next_entry::<String, Value>()? {
                (self.walk.each)(Some(&key), item);
            }
            return Ok(());
        }
        // A list of one, written as that one.
        let mut item: Map<String, Value> = first.into_iter().collect();
        while let Some((key, value)) = members.next_entry::<String, Value>()? {
            item.insert(key, value);
        }
        let item = Value::Object(item);
        if self.is_document {
            self.walk.keep_from(&item);
        }
        (self.walk.each)(None, item);
        Ok(())
    }
}
