//! The backend of a SPIP site: RSS 2.0 dated by Dublin Core, its text through typographic filters,
//! and windows-1252 taken for Unicode in what was pasted from a word processor.

use crate::escape::{escaped, typographic, with_c1_controls};
use crate::manner::story;
use crate::stand::{Document, Item, Query, Stand};

pub(super) const START: &str = "spip.php?page=backend";

pub(super) const MAPPING: &str = r#"
[harvest.feed]
start = "START"

[fields]
title = "title"
url = "link"
summary = { at = "summary", as = "text" }
sections.description = { at = "content", as = "html" }
source_updated_on = { at = "updated", as = "date" }
themes = { at = "categories", lookup = "themes" }
places = ["title"]

[[fields.actors]]
each = "authors"
name = "."
role = "=carrier"
"#;

pub(super) fn answer(stand: Stand, path: &str, query: &Query) -> Option<Document> {
    if path != "spip.php" || query.get("page").is_none_or(|page| page != "backend") {
        return None;
    }
    let (name, base) = (escaped(&stand.sourceur().name), stand.base.clone());
    let head = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"\n\txmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n\txmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n<channel xml:lang=\"fr\">\n\t<title>{name}</title>\n\t<link>{base}/</link>\n\t<description></description>\n\t<language>fr</language>\n\t<generator>SPIP - www.spip.net</generator>\n\n"
    );
    let body = stand.whole(head, "\n", "</channel>\n</rss>\n", |_, item| entry(item));
    Some(Document::streamed("text/xml; charset=utf-8", body).cacheable())
}

fn entry(item: Item) -> String {
    let Item { id, page, mut says, .. } = item;
    let pasted = says.draw.chance(30);
    let fine = |text: &str| {
        let text = escaped(&typographic(text));
        if pasted { with_c1_controls(&text) } else { text.replace('’', "&#8217;") }
    };
    let place = says.commune.at();
    let with_code = format!("{place} ({})", says.commune.departement().code);
    let title = says.title.replacen(&place, &with_code, 1);
    // SPIP's style 4 begins with the place: "À Agen, ...".
    let capital = place.replacen('à', "À", 1).replacen('a', "A", usize::from(place.starts_with("au")));
    let title = title.replacen(&capital, &with_code.replacen(&place, &capital, 1), 1);
    let mut entry = format!(
        "\t<item xml:lang=\"fr\">\n\t\t<title>{}</title>\n\t\t<link>{page}</link>\n\t\t<guid isPermaLink=\"false\">{id}</guid>\n\t\t<dc:date>{}</dc:date>\n\t\t<dc:format>text/html</dc:format>\n\t\t<dc:language>fr</dc:language>\n",
        fine(&title),
        says.updated.format("%Y-%m-%dT10:30:00Z"),
    );
    for carrier in &says.carriers {
        entry.push_str(&format!("\t\t<dc:creator>{}</dc:creator>\n", fine(carrier)));
    }
    for word in &says.theme_words {
        entry.push_str(&format!("\t\t<dc:subject>{}</dc:subject>\n", fine(word)));
    }
    let story = story(&says, "h3", " class=\"spip\"", fine);
    let rubric = format!("<div class='rss_chapo'><p>{}</p></div>", fine(&says.summary));
    entry.push_str(&format!(
        "\t\t<description>{}</description>\n\t\t<content:encoded>{}</content:encoded>\n\t</item>\n",
        escaped(&rubric),
        escaped(&format!("<div class='rss_texte'>{story}</div>")),
    ));
    entry
}
