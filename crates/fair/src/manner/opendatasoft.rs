//! The records of an OpenDataSoft data set (v2.1), by offset and limit.

use serde_json::{Value, json};

use crate::manner::number;
use crate::stand::{Document, Item, Query, Stand};

pub(super) const START: &str = "api/explore/v2.1/catalog/datasets/initiatives/records";

pub(super) const MAPPING: &str = r#"
[harvest.json-api]
start = "START"
items = "results"
paging = { by = "offset", param = "offset", size_param = "limit", size = 100, total = "total_count" }
key = "identifiant"
url = "url_fiche"

[fields]
title = "intitule"
url = "url_fiche"
summary = "resume"
sections.origin = "origine"
sections.description = "description"
sections.impacts = "resultats"
sections.resources_financial = "budget"
quote = "verbatim"
themes = { at = "thematique", lookup = "themes" }
audiences = { at = "public_vise", lookup = "audiences" }
places.insee = "code_insee"
places.commune = "nom_commune"
places.departement = "departement"
places.region = "region"
places.lat = "geo_point_2d.lat"
places.lon = "geo_point_2d.lon"
started_on = { at = "date_demarrage", as = "date" }
source_updated_on = { at = "date_maj", as = "date" }

[[fields.actors]]
each = "structure_porteuse"
split = ";"
name = "."
role = "=carrier"

[[fields.actors]]
each = "partenaires"
split = ";"
name = "."
role = "=partner"

[[fields.links]]
each = "site_internet"
url = "."
rel = "=website"
"#;

pub(super) fn answer(stand: &Stand, path: &str, query: &Query) -> Option<Document> {
    if path != START {
        return None;
    }
    let limit = number(query, "limit", 10).min(100);
    let offset = number(query, "offset", 0);
    let results: Vec<Value> = stand.items(offset, offset.saturating_add(limit)).map(record).collect();
    let body = json!({ "total_count": stand.len(), "results": results });
    Some(Document::new("application/json; charset=utf-8", body.to_string()))
}

fn record(item: Item) -> Value {
    let Item { id, page, says, .. } = item;
    let (commune, departement) = (says.commune, says.commune.departement());
    json!({
        "identifiant": id,
        "intitule": says.title,
        "resume": says.summary,
        "origine": says.origin,
        "description": says.description.join("\n\n"),
        "resultats": says.impacts.join("\n"),
        "budget": Some(&says.means[1]).filter(|text| !text.is_empty()),
        "verbatim": says.quote,
        "thematique": says.theme_words,
        "public_vise": says.audience_words,
        "structure_porteuse": says.carriers.join("; "),
        "partenaires": says.partners.join("; "),
        "code_insee": commune.insee,
        "nom_commune": commune.name.to_uppercase(),
        "departement": departement.name,
        "region": departement.region,
        "geo_point_2d": { "lon": commune.lon, "lat": commune.lat },
        "date_demarrage": says.started.to_string(),
        "date_maj": says.updated.to_string(),
        "site_internet": says.site,
        "url_fiche": page,
    })
}
