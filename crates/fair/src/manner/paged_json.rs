//! A JSON API in pages of fifty, each naming the next one.

use serde_json::{Value, json};

use crate::manner::number;
use crate::stand::{Document, Item, Query, Stand};

pub(super) const START: &str = "api/actions";

pub(super) const MAPPING: &str = r#"
[harvest.json-api]
start = "START"
items = "results"
next = "next"
key = "id"
url = "page"

[fields]
title = "titre"
url = "page"
summary = { at = "resume", as = "text" }
sections.origin = { at = "histoire.origine", as = "html" }
sections.description = { at = "histoire.deroulement", as = "html" }
sections.impacts = "histoire.effets"
sections.resources_human = "moyens.humains"
sections.resources_financial = "moyens.financiers"
sections.resources_material = "moyens.materiels"
quote = "temoignage"
themes = { at = "themes", lookup = "themes" }
audiences = { at = "publics", lookup = "audiences" }
places.insee = "lieu.code_insee"
places.commune = "lieu.commune"
places.departement = "lieu.departement.nom"
places.lat = "lieu.lat"
places.lon = "lieu.lon"
started_on = { at = "debut", as = "date" }
source_updated_on = { at = "modifie_le", as = "date" }
contact.name = "contact.organisme"
contact.address = "contact.adresse"
contact.email = "contact.courriel"
contact.phone = "contact.telephone"

[[fields.actors]]
each = "porteurs"
name = "nom"
role = "=carrier"

[[fields.actors]]
each = "partenaires"
name = "."
role = "=partner"

[[fields.links]]
each = "site"
url = "."
rel = "=website"

[[fields.images]]
each = "image"
url = "url"
credit = "credit"
alt = "legende"
"#;

const PAGE: usize = 50;

pub(super) fn answer(stand: &Stand, path: &str, query: &Query) -> Option<Document> {
    if path != START {
        return None;
    }
    let page = number(query, "page", 1).max(1);
    let address = |page: usize| format!("{}/{START}?page={page}", stand.base);
    let from = (page - 1).saturating_mul(PAGE);
    let results: Vec<Value> =
        stand.items(from, from.saturating_add(PAGE)).map(|item| record(item, &stand.base)).collect();
    let body = json!({
        "count": stand.len(),
        "next": (from.saturating_add(PAGE) < stand.len()).then(|| address(page + 1)),
        "previous": (page > 1).then(|| address(page - 1)),
        "results": results,
    });
    Some(Document::new("application/json", body.to_string()))
}

fn record(item: Item, base: &str) -> Value {
    let Item { number, page, mut says, .. } = item;
    let paragraphs = |texts: &[String]| format!("<p>{}</p>", texts.join("</p><p>"));
    let [human, financial, material] = &says.means;
    let (commune, departement) = (says.commune, says.commune.departement());
    let carriers: Vec<Value> = says.carriers.iter().map(|name| json!({ "nom": name })).collect();
    let picture = says.draw.chance(40).then(
        || json!({ "url": format!("{base}/images/{number}.svg"), "credit": "L'équipe", "legende": says.title.clone() }),
    );
    json!({
        "id": number,
        "titre": says.title,
        "resume": says.summary,
        "histoire": {
            "origine": format!("<p>{}</p>", says.origin),
            "deroulement": paragraphs(&says.description),
            "effets": says.impacts,
        },
        "temoignage": says.quote,
        "moyens": { "humains": human, "financiers": financial, "materiels": material },
        "themes": says.theme_words,
        "publics": says.audience_words,
        "lieu": {
            "code_insee": commune.insee,
            "commune": commune.name,
            "quartier": says.quarter,
            "departement": { "code": departement.code, "nom": departement.name },
            "region": departement.region,
            "lat": commune.lat,
            "lon": commune.lon,
        },
        "porteurs": carriers,
        "partenaires": says.partners,
        "debut": says.started.format("%Y-%m").to_string(),
        "modifie_le": says.updated.format("%Y-%m-%dT09:00:00+02:00").to_string(),
        "page": page,
        "site": says.site,
        "image": picture,
        "contact": {
            "organisme": says.carriers[0],
            "adresse": format!("{}, {} {}", says.street, commune.postal_code, commune.name),
            "courriel": says.email,
            "telephone": says.phone,
        },
    })
}
