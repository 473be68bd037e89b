//! The Feature of an action: a point where one is known, and what a map shows of it.

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use model::{Action, ActorRole, Origin, PartialDate, Place, Scope, Status, Tag};
use serde::Serialize;
use serde_json::json;

use super::place::point;

/// What a map shows of an action; names are those of the schema, lists hold plain words.
#[derive(Serialize)]
struct Properties<'a> {
    title: &'a str,
    summary: Option<&'a str>,
    url: Option<&'a str>,
    carriers: Vec<&'a str>,
    themes: Vec<&'a str>,
    audiences: Vec<&'a str>,
    methods: Vec<&'a str>,
    places: &'a [Place],
    scope: Option<Scope>,
    status: Option<Status>,
    started_on: Option<PartialDate>,
    ended_on: Option<PartialDate>,
    source_updated_on: Option<PartialDate>,
    changed_at: Option<DateTime<Utc>>,
    origins: &'a [Origin],
}

/// Appends one Feature.
pub(super) fn feature(action: &Action, out: &mut impl Write) -> io::Result<()> {
    let properties = Properties {
        title: &action.title,
        summary: action.summary.as_deref(),
        url: action.url.as_deref(),
        carriers: carriers(action),
        themes: ids(&action.themes),
        audiences: ids(&action.audiences),
        methods: ids(&action.methods),
        places: &action.places,
        scope: action.scope,
        status: action.status,
        started_on: action.started_on,
        ended_on: action.ended_on,
        source_updated_on: action.source_updated_on,
        changed_at: action.changed_at,
        origins: &action.origins,
    };
    let geometry = point(action).map(|(lat, lon)| json!({ "type": "Point", "coordinates": [lon, lat] }));
    let feature = json!({ "type": "Feature", "id": action.id, "geometry": geometry, "properties": properties });
    serde_json::to_writer(out, &feature)?;
    Ok(())
}

fn ids(tags: &[Tag]) -> Vec<&str> {
    tags.iter().map(|tag| tag.id.as_str()).collect()
}

fn carriers(action: &Action) -> Vec<&str> {
    let carriers = action.actors.iter().filter(|actor| actor.role == ActorRole::Carrier);
    carriers.map(|actor| actor.name.as_str()).collect()
}
