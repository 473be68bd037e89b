//! A file out of a spreadsheet: semicolons, windows-1252, French dates, postal codes that have
//! lost their zero.

use encoding_rs::WINDOWS_1252;

use crate::stand::{Document, Item, Stand};

pub(super) const START: &str = "export/actions.csv";

pub(super) const MAPPING: &str = r#"
[harvest.csv]
start = "START"
delimiter = ";"
key = "Identifiant"
url = "Page"

[fields]
title = "Intitulé"
url = "Page"
summary = "Objectif"
sections.origin = "Origine"
sections.description = "Description"
sections.impacts = "Effets"
sections.resources_human = "Moyens humains"
sections.resources_financial = "Moyens financiers"
sections.resources_material = "Moyens matériels"
quote = "Témoignage"
themes = { at = "Thématiques", split = "|", lookup = "themes" }
audiences = { at = "Publics", split = "|", lookup = "audiences" }
places.postal_code = "Code postal"
places.commune = "Commune"
places.departement = "Département"
started_on = { at = "Début", as = "date" }
source_updated_on = { at = "Mise à jour", as = "date" }

[[fields.actors]]
each = "Nom de la structure"
split = "|"
name = "."
role = "=carrier"

[[fields.actors]]
each = "Structures partenaires"
split = "|"
name = "."
role = "=partner"

[[fields.links]]
each = "Site"
url = "."
rel = "=website"
"#;

const COLUMNS: [&str; 21] = [
    "Identifiant",
    "Intitulé",
    "Objectif",
    "Origine",
    "Description",
    "Effets",
    "Moyens humains",
    "Moyens financiers",
    "Moyens matériels",
    "Témoignage",
    "Thématiques",
    "Publics",
    "Nom de la structure",
    "Structures partenaires",
    "Commune",
    "Code postal",
    "Département",
    "Début",
    "Mise à jour",
    "Site",
    "Page",
];

pub(super) fn answer(stand: Stand, path: &str) -> Option<Document> {
    if path != START {
        return None;
    }
    let body = stand.whole(row(&COLUMNS.map(str::to_owned)), "", "", |_, item| record(item));
    // Chunks end at line ends, so each can be encoded by itself.
    let encoded = body.map(|chunk| {
        let text = String::from_utf8(chunk).expect("chunks are made of whole lines");
        WINDOWS_1252.encode(&text).0.into_owned()
    });
    Some(Document::streamed("text/csv", Box::new(encoded)).cacheable())
}

fn record(item: Item) -> String {
    let Item { id, page, says, .. } = item;
    let (commune, departement) = (says.commune, says.commune.departement());
    let [human, financial, material] = says.means.clone();
    row(&[
        id,
        says.title.clone(),
        says.summary.clone(),
        says.origin.clone(),
        says.description.join("\n"),
        says.impacts.join("\n"),
        human,
        financial,
        material,
        says.quote.clone().unwrap_or_default(),
        says.theme_words.join(" | "),
        says.audience_words.join(" | "),
        says.carriers.join(" | "),
        says.partners.join(" | "),
        commune.name.to_owned(),
        commune.postal_code.trim_start_matches('0').to_owned(),
        departement.name.to_owned(),
        says.started.format("%d/%m/%Y").to_string(),
        says.updated.format("%d/%m/%Y").to_string(),
        says.site.clone().unwrap_or_default(),
        page,
    ])
}

fn row(cells: &[String; COLUMNS.len()]) -> String {
    let mut writer =
        csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells).expect("a row in memory is always writable");
    let bytes = writer.into_inner().expect("a row in memory is always writable");
    String::from_utf8(bytes).expect("cells are Unicode")
}
