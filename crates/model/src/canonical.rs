//! The canonical form of an action: what two bases with the same content agree on, byte for byte.

use serde_json::{Map, Value};

use crate::Action;

impl Action {
    /// The action as one JSON line without ids and times of ours, keys sorted; `id` is the given
    /// key, the smallest `sourceur/source_id` of its records.
    ///
    /// Relations are left out: they point at other actions by ids of ours.
    pub fn canonical(&self, key: &str) -> String {
        let Value::Object(mut fields) = serde_json::to_value(self).expect("an action is always writable") else {
            unreachable!("a struct is written as an object")
        };
        for ours in ["url", "first_seen_at", "changed_at", "relations"] {
            fields.shift_remove(ours);
        }
        fields.insert("id".to_owned(), Value::String(key.to_owned()));
        for (list, ours) in
            [("origins", "harvested_at"), ("links", "broken_since"), ("actors", "id"), ("corrections", "when")]
        {
            let items = fields.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
            for item in items.filter_map(Value::as_object_mut) {
                item.shift_remove(ours);
            }
        }
        sorted(Value::Object(fields)).to_string()
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(Map::from_iter(entries))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use crate::{Action, ActionId, Actor, Link, LinkRel, Origin, TextReach};

    #[test]
    fn ids_and_times_of_ours_leave_no_trace() {
        let told_at = |seconds: i64| {
            let at = DateTime::<Utc>::from_timestamp(seconds, 0);
            Action {
                id: at.map(ActionId::new),
                url: at.map(|at| format!("https://carrefour.example/actions/{at}")),
                title: "Café".into(),
                first_seen_at: at,
                changed_at: at,
                actors: vec![Actor { id: at.map(|at| at.to_rfc3339()), name: "Ville".into(), ..Actor::default() }],
                links: vec![Link {
                    rel: LinkRel::Website,
                    url: "https://ville.example/".into(),
                    title: None,
                    broken_since: at,
                }],
                origins: vec![Origin {
                    sourceur: "a".parse().unwrap(),
                    source_id: "1".into(),
                    url: None,
                    source_updated_on: None,
                    harvested_at: at,
                    licence: "LO-2.0".into(),
                    notice: None,
                    text: TextReach::Full,
                }],
                ..Action::default()
            }
        };
        assert_eq!(told_at(1).canonical("a/1"), told_at(2).canonical("a/1"));
        let expected = concat!(
            r#"{"actors":[{"name":"Ville","role":"carrier"}],"id":"a/1","#,
            r#""links":[{"rel":"website","url":"https://ville.example/"}],"#,
            r#""origins":[{"licence":"LO-2.0","source_id":"1","sourceur":"a","text":"full"}],"title":"Café"}"#
        );
        assert_eq!(told_at(1).canonical("a/1"), expected);
    }
}
