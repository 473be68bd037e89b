//! What machines read in the head of the page: a description, a preview, linked data.

use model::Action;

use crate::html::{SafeHtml, json_data};
use crate::page::Page;
use crate::typo;

/// What stands in the page's `<head>`.
pub(crate) struct Head {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) address: String,
    pub(crate) json_ld: SafeHtml,
}

/// Longest description: what search engines show.
const DESCRIPTION_CHARS: usize = 200;

impl Head {
    pub(crate) fn of(action: &Action, title: &str, address: &str, place: &str, page: &Page) -> Self {
        let summary =
            action.summary.as_deref().or_else(|| action.sections.first().map(|section| section.text.as_str()));
        let told = summary.map(|summary| shortened(&typo::text(summary, action.language.as_deref())));
        let description = told.unwrap_or_else(|| match place {
            "" => title.to_owned(),
            place => format!("{title}, {place}"),
        });
        let json_ld = json_data(&api::formats::jsonld(action, &page.public_url));
        Self { title: title.to_owned(), description, address: address.to_owned(), json_ld }
    }
}

/// The beginning of a text on one line, cut at a word.
pub(crate) fn shortened(text: &str) -> String {
    // Words only: what is never shown whole need not be read whole.
    let mut line = String::new();
    for word in text.split(char::is_whitespace).filter(|word| !word.is_empty()) {
        let chars = line.chars().count() + 1 + word.chars().count();
        if chars > DESCRIPTION_CHARS {
            if line.is_empty() {
                line.extend(word.chars().take(DESCRIPTION_CHARS));
            }
            line.push('…');
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}
