//! An action as it is served: what is stored, with what only the service knows.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{DateTime, SecondsFormat, Utc};
use model::{Action, ActionId};
use serde_json::{Map, Value};
use store::{ActionRow, StoreError};

use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::refused::{Refused, shown};

/// Top-level fields of the common action schema.
static FIELDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let schema = schemars::schema_for!(Action);
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flat_map(Map::keys).cloned().collect()
});

/// Which top-level fields a caller wants.
#[derive(Clone, Debug)]
pub(crate) enum Fields {
    All,
    Some(BTreeSet<String>),
}

impl Fields {
    /// Reads `fields=title,places`.
    pub(crate) fn read(parameters: &Parameters) -> Result<Self, Refused> {
        let Some(written) = parameters.get("fields") else { return Ok(Self::All) };
        let known: Vec<&str> = FIELDS.iter().map(String::as_str).collect();
        let mut wanted = BTreeSet::from(["id".to_owned()]);
        for word in written.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            if !known.contains(&word) {
                let hint = model::config::suggestion(&shown(word), &known);
                let expected = format!("fields of an action joined by commas ({hint})");
                return Err(Refused::invalid("fields", word, &expected));
            }
            wanted.insert(word.to_owned());
        }
        Ok(Self::Some(wanted))
    }
}

/// Address of an action's page, for ever.
pub fn address_of(public_url: &str, id: ActionId) -> String {
    format!("{public_url}/actions/{id}")
}

/// Address at which an action answers to machines, likewise.
pub(crate) fn api_address(public_url: &str, id: ActionId) -> String {
    format!("{public_url}/api/v1/actions/{id}")
}

/// A time as JSON has it.
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The stored action, with its address.
pub(crate) fn action(row: &ActionRow, public_url: &str) -> Result<Action, StoreError> {
    let mut action = row.action()?;
    action.url = Some(address_of(public_url, row.id));
    Ok(action)
}

/// Appends an action's JSON: as it is stored, or only the fields wanted.
pub(crate) fn put_action(row: &ActionRow, fields: &Fields, public_url: &str, out: &mut Vec<u8>) -> Result<(), Problem> {
    let Fields::Some(wanted) = fields else {
        row.put_body_at(&address_of(public_url, row.id), out);
        return Ok(());
    };
    let body = row.body_at(&address_of(public_url, row.id));
    let unreadable = |_| Problem::new("internal", "an action of ours cannot be read");
    let mut members: Map<String, Value> = serde_json::from_str(&body).map_err(unreadable)?;
    members.retain(|name, _| wanted.contains(name));
    serde_json::to_writer(out, &members).map_err(unreadable)
}
