//! `schema`: JSON Schemas of what we give and take.

use crate::arguments::SchemaName;
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(name: SchemaName) -> anyhow::Result<Exit> {
    let schema = match name {
        SchemaName::Action => schemars::schema_for!(model::Action),
    };
    output::line(serde_json::to_string_pretty(&schema)?);
    Ok(Exit::Well)
}
