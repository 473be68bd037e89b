//! The WordPress REST API: rendered and escaped HTML, categories by number, `Link` and `X-WP-Total`
//! headers, and an error past the last page. What the blog adds of its own stands under `acf`.

use serde_json::{Value, json};

use crate::escape::{escaped, typographic};
use crate::manner::{number, story};
use crate::stand::{Document, Item, Query, Stand};
use crate::words::Words;

pub(super) const START: &str = "wp-json/wp/v2/posts?per_page=100";

pub(super) const MAPPING: &str = r#"
[harvest.json-api]
start = "START"
items = "."
paging = "link"
key = "id"
url = "link"

[fields]
title = { at = "title.rendered", as = "text" }
url = "link"
summary = { at = "excerpt.rendered", as = "text" }
sections.description = { at = "content.rendered", as = "html" }
quote = "acf.temoignage"
themes = { at = "categories", lookup = "categories" }
places.commune = "acf.commune"
places.departement = "acf.departement"
places.title = "title.rendered"
places.carrier = "acf.porteur"
started_on = { at = "acf.annee_debut", as = "date" }
source_updated_on = { at = "modified", as = "date" }

[[fields.actors]]
each = "acf.porteur"
split = ";"
name = "."
role = "=carrier"

[[fields.actors]]
each = "acf.partenaires"
split = ";"
name = "."
role = "=partner"

[[fields.links]]
each = "acf.site"
url = "."
rel = "=website"
"#;

/// WordPress numbers its categories as they are made; ours begin here.
pub(crate) const FIRST_CATEGORY: usize = 12;

pub(super) fn answer(stand: &Stand, path: &str, query: &Query) -> Option<Document> {
    const PATH: &str = "wp-json/wp/v2/posts";
    const JSON: &str = "application/json; charset=UTF-8";
    if path != PATH {
        return None;
    }
    let per_page = number(query, "per_page", 10).clamp(1, 100);
    let page = number(query, "page", 1).max(1);
    let pages = stand.len().div_ceil(per_page);
    if page > pages.max(1) {
        let body = json!({
            "code": "rest_post_invalid_page_number",
            "message": "Le numéro de page demandé est plus grand que le nombre de pages disponibles.",
            "data": { "status": 400 },
        });
        return Some(Document::new(JSON, body.to_string()).with_status(400));
    }
    let from = (page - 1) * per_page;
    let posts: Vec<Value> = stand.items(from, from + per_page).map(post).collect();
    let mut document = Document::new(JSON, Value::from(posts).to_string())
        .with_header("x-wp-total", stand.len().to_string())
        .with_header("x-wp-totalpages", pages.to_string());
    let mut links = Vec::new();
    for (page, rel) in [(page - 1, "prev"), (page + 1, "next")] {
        if (1..=pages).contains(&page) {
            links.push(format!("<{}/{PATH}?per_page={per_page}&page={page}>; rel=\"{rel}\"", stand.base));
        }
    }
    if !links.is_empty() {
        document = document.with_header("link", links.join(", "));
    }
    Some(document)
}

fn post(item: Item) -> Value {
    let Item { number, page, mut says, .. } = item;
    // As the texturizer leaves it: numbers for the marks that editors curl.
    let rendered = |text: &str| {
        let text = escaped(&typographic(text));
        text.replace('’', "&rsquo;").replace('«', "&laquo;").replace('»', "&raquo;").replace('\u{a0}', "&nbsp;")
    };
    let categories: Vec<usize> = says.themes.iter().map(|slug| FIRST_CATEGORY + Words::themes().number(slug)).collect();
    let commune = says.draw.chance(92).then_some(says.commune.name);
    json!({
        "id": number,
        "date": says.published.format("%Y-%m-%dT08:00:00").to_string(),
        "modified": says.updated.format("%Y-%m-%dT18:20:00").to_string(),
        "slug": crate::actor::slug(&says.title),
        "status": "publish",
        "type": "post",
        "link": page,
        "title": { "rendered": rendered(&says.title) },
        "content": { "rendered": format!("\n{}", story(&says, "h2", "", rendered)), "protected": false },
        "excerpt": { "rendered": format!("<p>{}</p>\n", rendered(&says.summary)), "protected": false },
        "categories": categories,
        "acf": {
            "porteur": says.carriers.join(" ; "),
            "partenaires": says.partners.join(" ; "),
            "commune": commune,
            "departement": says.commune.departement().name,
            "annee_debut": says.started.format("%Y").to_string(),
            "temoignage": says.quote,
            "site": says.site,
        },
    })
}
