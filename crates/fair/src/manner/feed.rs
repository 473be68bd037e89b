//! RSS 2.0 with whole texts; the place stands at the end of the title, as many sites write it.

use crate::escape::{escaped, with_entities};
use crate::manner::story;
use crate::stand::{Document, Item, Stand};

pub(super) const START: &str = "feed.xml";

pub(super) const MAPPING: &str = r#"
[harvest.feed]
start = "START"

[fields]
title = "title"
url = "link"
summary = { at = "summary", as = "text" }
sections.description = { at = "content", as = "html" }
source_updated_on = { at = "published", as = "date" }
themes = { at = "categories", lookup = "themes" }
places = ["title"]

[[fields.actors]]
each = "authors"
name = "."
role = "=carrier"
"#;

pub(super) fn answer(stand: Stand, path: &str) -> Option<Document> {
    if path != START {
        return None;
    }
    let (name, base) = (escaped(&stand.sourceur().name), stand.base.clone());
    let head = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n<title>{name}</title>\n<link>{base}/</link>\n<description>Des initiatives près de chez vous</description>\n<language>fr</language>\n"
    );
    let body = stand.whole(head, "", "</channel>\n</rss>\n", |_, item| entry(item));
    Some(Document::streamed("application/rss+xml; charset=utf-8", body).cacheable())
}

fn entry(item: Item) -> String {
    let Item { id, page, mut says, .. } = item;
    let departement = says.commune.departement().code;
    let place = if says.title.contains(&says.commune.at()) {
        format!(" ({departement})")
    } else {
        format!(" – {} ({departement})", says.commune.name)
    };
    // Editors that store named entities leave them undeclared in the feed.
    let old_editor = says.draw.chance(20);
    let write = |text: &str| if old_editor { with_entities(&escaped(text)) } else { escaped(text) };
    let summary = write(&says.summary);
    let summary = if old_editor { summary } else { escaped(&format!("<p>{summary}</p>")) };
    let mut entry = format!(
        "<item>\n<title>{}</title>\n<link>{page}</link>\n<guid isPermaLink=\"false\">{id}</guid>\n<pubDate>{}</pubDate>\n",
        write(&(says.title.clone() + &place)),
        says.published.format("%a, %d %b %Y 08:30:00 +0100"),
    );
    for carrier in &says.carriers {
        entry.push_str(&format!("<dc:creator>{}</dc:creator>\n", escaped(carrier)));
    }
    for word in &says.theme_words {
        entry.push_str(&format!("<category>{}</category>\n", escaped(word)));
    }
    let story = story(&says, "h3", "", escaped);
    entry.push_str(&format!(
        "<description>{summary}</description>\n<content:encoded><![CDATA[{story}]]></content:encoded>\n</item>\n"
    ));
    entry
}
