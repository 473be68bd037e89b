//! One action in the words of schema.org, for search engines and whoever reads linked data.
//!
//! schema.org has no word for an action of social innovation: it is a project that somebody carries,
//! and a piece of writing that rests on others. Both types are given.

use model::{Action, Actor, ActorRole, LinkRel, Origin, Place, Scope, Tag};
use serde_json::{Map, Value, json};

use crate::view::{address_of, time};

/// The action as JSON-LD. Its texts are as hostile as any: escape `<` before they stand in a page.
pub fn jsonld(action: &Action, public_url: &str) -> Value {
    let page = action.id.map(|id| address_of(public_url, id)).or_else(|| action.url.clone());
    let mut thing = Map::new();
    let mut put = |name: &str, value: Value| {
        let is_empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if !is_empty {
            thing.insert(name.to_owned(), value);
        }
    };
    put("@context", "https://schema.org".into());
    put("@type", json!(["Project", "CreativeWork"]));
    put("@id", page.clone().into());
    put("identifier", action.id.map(|id| format!("urn:uuid:{id}")).into());
    put("url", page.into());
    put("name", action.title.clone().into());
    put("description", action.summary.clone().into());
    put("inLanguage", action.language.clone().into());
    put("about", terms(&action.themes, public_url));
    put("keywords", terms(&action.methods, public_url));
    put(
        "audience",
        action.audiences.iter().map(|tag| json!({ "@type": "Audience", "audienceType": tag.label })).collect(),
    );
    put("location", action.places.iter().map(place).collect());
    put("areaServed", action.scope.map(area).into());
    for (name, role) in
        [("organizer", ActorRole::Carrier), ("contributor", ActorRole::Partner), ("sponsor", ActorRole::Funder)]
    {
        put(name, action.actors.iter().filter(|actor| actor.role == role).map(organisation).collect());
    }
    put("foundingDate", action.started_on.map(|date| date.to_string()).into());
    put("dissolutionDate", action.ended_on.map(|date| date.to_string()).into());
    put("dateCreated", action.first_seen_at.map(time).into());
    put("dateModified", action.changed_at.map(time).into());
    put("image", action.images.iter().map(|image| {
        without_null(json!({ "@type": "ImageObject", "contentUrl": image.url, "creditText": image.credit, "caption": image.alt }))
    }).collect());
    let website = action.links.iter().filter(|link| link.rel == LinkRel::Website).map(|link| link.url.as_str());
    put("sameAs", website.collect());
    put("isBasedOn", action.origins.iter().map(origin).collect());
    Value::Object(thing)
}

fn terms(tags: &[Tag], public_url: &str) -> Value {
    let set = format!("{public_url}/api/v1/taxonomy");
    let term =
        |tag: &Tag| json!({ "@type": "DefinedTerm", "termCode": tag.id, "name": tag.label, "inDefinedTermSet": set });
    tags.iter().map(term).collect()
}

fn place(place: &Place) -> Value {
    let point = place.lat.zip(place.lon);
    let geo = point.map(|(lat, lon)| json!({ "@type": "GeoCoordinates", "latitude": lat, "longitude": lon }));
    let name = place.name.as_ref().or(place.written.as_ref());
    let inside = place.departement.as_ref().map(|id| json!({ "@type": "AdministrativeArea", "identifier": id }));
    without_null(json!({
        "@type": "Place",
        "name": name,
        "description": place.detail,
        "identifier": place.territory,
        "geo": geo,
        "containedInPlace": inside,
    }))
}

fn area(scope: Scope) -> &'static str {
    match scope {
        Scope::Local => "local",
        Scope::Departmental => "departmental",
        Scope::Regional => "regional",
        Scope::National => "national",
        Scope::Abroad => "abroad",
    }
}

fn organisation(actor: &Actor) -> Value {
    let identifiers = [("siren", &actor.siren), ("rna", &actor.rna)];
    let identifiers: Vec<Value> = identifiers
        .into_iter()
        .filter_map(|(name, value)| {
            Some(json!({ "@type": "PropertyValue", "propertyID": name, "value": value.as_ref()? }))
        })
        .collect();
    let identifiers = (!identifiers.is_empty()).then_some(identifiers);
    without_null(json!({ "@type": "Organization", "name": actor.name, "url": actor.url, "identifier": identifiers }))
}

fn origin(origin: &Origin) -> Value {
    without_null(json!({
        "@type": "CreativeWork",
        "identifier": format!("{}/{}", origin.sourceur, origin.source_id),
        "url": origin.url,
        "license": licence(&origin.licence),
        "copyrightNotice": origin.notice,
        "dateModified": origin.source_updated_on,
    }))
}

/// A licence as an address, where there is one.
fn licence(id: &str) -> Option<String> {
    let spdx = match id {
        "unknown" => return None,
        "LO-2.0" => "etalab-2.0",
        other => other,
    };
    let is_id = spdx.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.+".contains(&byte));
    Some(if is_id { format!("https://spdx.org/licenses/{spdx}") } else { id.to_owned() })
}

fn without_null(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}
