//! The ready config of each sourceur.

use crate::manner;
use crate::sourceur::{Manner, Sourceur};
use crate::words::Words;

/// The text of `ID.toml`, for a fair served at `base_url`.
pub(crate) fn of(sourceur: &Sourceur, base_url: &str) -> String {
    let Sourceur { id, name, manner, habit, index, .. } = sourceur;
    let base = format!("{}/{id}", base_url.trim_end_matches('/'));
    let head = format!(
        "# Make-believe: {name} publishes {}.\n\nname = {name:?}\nhome = \"{base}/\"\nenabled = true\nnotice = \"Le contenu de cette fiche est inventé ; il n'engage que la foire.\"\nrank = {}\nevery = \"1 day\"\n\n[rights]\nlicence = \"LO-2.0\"\ntext = \"full\"\nimages = \"link\"\ncontacts = \"organisation\"\n",
        publishes(*manner),
        20 + index,
    );
    let mapping = manner::mapping(sourceur).replace("START", &manner::start(sourceur, &base));
    let mut text = head + &mapping;
    if *manner == Manner::WordPress {
        text.push_str("\n[lookups.categories]\n");
        for (number, (_, slug)) in Words::themes().of_habit(*habit).enumerate() {
            text.push_str(&format!("\"{}\" = [\"{slug}\"]\n", manner::FIRST_CATEGORY + number));
        }
        return text;
    }
    text.push_str("\n[lookups.themes]\n");
    for (word, slug) in Words::themes().of_habit(*habit) {
        text.push_str(&format!("\"{word}\" = [\"{slug}\"]\n"));
    }
    if mapping.contains("lookup = \"audiences\"") {
        text.push_str("\n[lookups.audiences]\n");
        for (word, slug) in Words::audiences().of_habit(*habit) {
            text.push_str(&format!("\"{word}\" = [\"{slug}\"]\n"));
        }
    }
    text
}

fn publishes(manner: Manner) -> &'static str {
    match manner {
        Manner::Feed => "an RSS feed",
        Manner::PagedJson => "JSON, page by page",
        Manner::WordPress => "through the WordPress REST API",
        Manner::OpenDataSoft => "an OpenDataSoft data set",
        Manner::GoGoCarto => "a GoGoCarto map",
        Manner::Csv => "a spreadsheet's file",
        Manner::Listing => "a catalogue of pages",
        Manner::Spip => "the feed of a SPIP site",
    }
}
