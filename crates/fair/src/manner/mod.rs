//! How the sourceurs publish: a file a manner, with its documents and the config that reads them.

mod csv;
mod feed;
mod gogocarto;
mod listing;
mod opendatasoft;
mod paged_json;
mod spip;
mod wordpress;

pub(crate) use wordpress::FIRST_CATEGORY;

use crate::escape::escaped;
use crate::serve::page;
use crate::sourceur::{Manner, Sourceur};
use crate::stand::{Document, Item, Query, Stand};
use crate::telling::Telling;

/// Path of the page of a record.
pub(crate) const FICHE: &str = "fiche";

/// The answer at a path below the sourceur's address; `None` where nothing is.
pub(crate) fn answer(stand: Stand, path: &str, query: &Query) -> Option<Document> {
    if let Some(rest) = path.strip_prefix(FICHE) {
        let html = match stand.sourceur().manner {
            Manner::Listing => listing::fiche(&stand, stand.find(query.get("id")?.parse().ok()?)?),
            _ => plain_fiche(&stand.find(rest.strip_prefix('/')?.parse().ok()?)?),
        };
        return Some(Document::new("text/html; charset=utf-8", html));
    }
    if let Some(number) = path.strip_prefix("images/").and_then(|name| name.strip_suffix(".svg")) {
        let item = stand.find(number.parse().ok()?)?;
        return Some(Document::new("image/svg+xml", image(&item)));
    }
    match stand.sourceur().manner {
        Manner::Feed => feed::answer(stand, path),
        Manner::PagedJson => paged_json::answer(&stand, path, query),
        Manner::WordPress => wordpress::answer(&stand, path, query),
        Manner::OpenDataSoft => opendatasoft::answer(&stand, path, query),
        Manner::GoGoCarto => gogocarto::answer(stand, path),
        Manner::Csv => csv::answer(stand, path),
        Manner::Listing => listing::answer(&stand, path, query),
        Manner::Spip => spip::answer(stand, path, query),
    }
}

/// The address that a harvest begins with, for a sourceur at `base`.
pub(crate) fn start(sourceur: &Sourceur, base: &str) -> String {
    let path = match sourceur.manner {
        Manner::Feed => feed::START,
        Manner::PagedJson => paged_json::START,
        Manner::WordPress => wordpress::START,
        Manner::OpenDataSoft => opendatasoft::START,
        Manner::GoGoCarto => gogocarto::START,
        Manner::Csv => csv::START,
        Manner::Listing => listing::START,
        Manner::Spip => spip::START,
    };
    format!("{base}/{path}")
}

/// The `[harvest]` and `[fields]` that read a manner, but for `start`.
pub(crate) fn mapping(sourceur: &Sourceur) -> &'static str {
    match sourceur.manner {
        Manner::Feed => feed::MAPPING,
        Manner::PagedJson => paged_json::MAPPING,
        Manner::WordPress => wordpress::MAPPING,
        Manner::OpenDataSoft => opendatasoft::MAPPING,
        Manner::GoGoCarto => gogocarto::MAPPING,
        Manner::Csv => csv::MAPPING,
        Manner::Listing => listing::MAPPING,
        Manner::Spip => spip::MAPPING,
    }
}

/// The page that a record's address shows, for sourceurs whose data lie elsewhere.
fn plain_fiche(item: &Item) -> String {
    let title = escaped(&item.says.title);
    let summary = escaped(&item.says.summary);
    page(&title, &format!("<h1>{title}</h1>\n<p>{summary}</p>\n{}", story(&item.says, "h2", "", escaped)))
}

/// The parts of a story as HTML under headings of a level and its attributes; `write` makes the text
/// ready for HTML.
fn story(says: &Telling, level: &str, attributes: &str, write: impl Fn(&str) -> String) -> String {
    let paragraphs: Vec<String> = says.description.iter().map(|text| format!("<p>{}</p>", write(text))).collect();
    let points: Vec<String> = says.impacts.iter().map(|text| format!("<li>{}</li>", write(text))).collect();
    let parts =
        [format!("<p>{}</p>", write(&says.origin)), paragraphs.join("\n"), format!("<ul>{}</ul>", points.concat())];
    let mut html = String::new();
    for (heading, part) in says.headings.iter().zip(parts) {
        html.push_str(&format!("<{level}{attributes}>{}</{level}>\n{part}\n", write(heading)));
    }
    if let Some(quote) = &says.quote {
        html.push_str(&format!("<blockquote>{}</blockquote>\n", write(quote)));
    }
    html
}

/// A picture of sorts: three discs, of a colour that is the record's own.
fn image(item: &Item) -> String {
    let hue = item.number * 47 % 360;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 200\"><rect width=\"320\" height=\"200\" fill=\"hsl({hue} 40% 88%)\"/><circle cx=\"110\" cy=\"110\" r=\"60\" fill=\"hsl({hue} 50% 60%)\"/><circle cx=\"190\" cy=\"90\" r=\"45\" fill=\"hsl({hue} 60% 45%)\"/><circle cx=\"230\" cy=\"140\" r=\"30\" fill=\"hsl({hue} 50% 30%)\"/></svg>"
    )
}

/// A whole number of a query; what is missing or no number is the default.
fn number(query: &Query, name: &str, default: usize) -> usize {
    query.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
}
