//! All elements of a GoGoCarto map in one answer: addresses as objects or as text, sites as text,
//! list or "NULL", and what earlier imports decoded twice.

use serde_json::{Value, json};

use crate::escape::double_decoded;
use crate::stand::{Document, Item, Stand};

pub(super) const START: &str = "api/elements.json";

pub(super) const MAPPING: &str = r#"
[harvest.json-api]
start = "START"
items = "data"
paging = "none"
key = "id"
url = "fiche"

[fields]
title = "name"
url = "fiche"
summary = "abstract"
sections.description = "description"
sections.impacts = "effects"
themes = { at = "categories", lookup = "themes" }
places.address = ["address.streetAddress", "address"]
places.postal_code = "address.postalCode"
places.commune = "address.addressLocality"
places.lat = "geo.latitude"
places.lon = "geo.longitude"
started_on = { at = "openingDate", as = "date" }
source_updated_on = { at = "updatedAt", as = "date" }
contact.email = "email"
contact.phone = "telephone"

[[fields.actors]]
each = "porteur"
name = "."
role = "=carrier"

[[fields.actors]]
each = "partenaires"
name = "."
role = "=partner"

[[fields.links]]
each = "website"
url = "."
rel = "=website"

[[fields.images]]
each = "images"
url = "."
"#;

pub(super) fn answer(stand: Stand, path: &str) -> Option<Document> {
    if path != START {
        return None;
    }
    let head = format!(
        "{{\"licence\":\"https://www.etalab.gouv.fr/licence-ouverte-open-licence/\",\"ontology\":\"gogofull\",\"count\":{},\"data\":[",
        stand.len()
    );
    let body = stand.whole(head, ",", "]}", |stand, item| element(item, &stand.base).to_string());
    Some(Document::streamed("application/json", body).cacheable())
}

fn element(item: Item, base: &str) -> Value {
    let Item { id, number, page, mut says, .. } = item;
    let twice = says.draw.chance(12);
    let write = |text: &str| if twice { double_decoded(text) } else { text.to_owned() };
    let commune = says.commune;
    let address = if says.draw.chance(30) {
        json!(write(&format!("{}, {} {}", says.street, commune.postal_code, commune.name)))
    } else {
        json!({
            "streetAddress": write(&says.street),
            "addressLocality": write(commune.name),
            "postalCode": commune.postal_code,
            "addressCountry": "FR",
        })
    };
    let website = match (&says.site, says.draw.below(3)) {
        (None, 0) => json!("NULL"),
        (None, _) => json!(""),
        (Some(site), 0) => json!([site]),
        (Some(site), _) => json!(site),
    };
    let images: Vec<String> =
        if says.draw.chance(40) { vec![format!("{base}/images/{number}.svg")] } else { Vec::new() };
    json!({
        "id": id,
        "name": write(&says.title),
        "geo": { "latitude": commune.lat, "longitude": commune.lon },
        "address": address,
        "categories": says.theme_words.iter().map(|word| write(word)).collect::<Vec<_>>(),
        "abstract": write(&says.summary),
        "description": write(&format!("{}\n\n{}", says.origin, says.description.join("\n\n"))),
        "effects": write(&says.impacts.join("\n")),
        "porteur": write(&says.carriers[0]),
        "partenaires": says.partners.iter().map(|name| write(name)).collect::<Vec<_>>(),
        "openingDate": says.started.format("%Y").to_string(),
        "website": website,
        "email": says.email,
        "telephone": says.phone,
        "images": images,
        "fiche": page,
        "createdAt": says.published.format("%Y-%m-%dT12:00:00+00:00").to_string(),
        "updatedAt": says.updated.format("%Y-%m-%dT12:00:00+00:00").to_string(),
        "sourceKey": "Terrain",
    })
}
