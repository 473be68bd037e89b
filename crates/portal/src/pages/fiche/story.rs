//! The story in its parts: one telling read from beginning to end, what it takes and what it
//! changes apart, and the tellings of other sourceurs after it.

use model::{Action, RecordRef, Section, SectionKind, TextReach};

use super::Told;
use crate::html::{SafeHtml, Setting, marked_up, plain_text};
use crate::typo;
use crate::words::fiche::Fiche;

/// Everything that is told.
pub(crate) struct Story {
    /// The testimony, between quotation marks.
    pub(crate) quote: Option<Said>,
    /// The telling that is read first, without means and impacts.
    pub(crate) parts: Vec<Part>,
    /// Why the first telling is short, and where to read on.
    pub(crate) notes: Vec<Note>,
    pub(crate) impacts: Vec<Part>,
    pub(crate) means: Vec<Part>,
    /// Places that the idea went to or came from.
    pub(crate) spread: Vec<SpreadView>,
    /// Tellings of other sourceurs.
    pub(crate) others: Vec<Telling>,
}

/// Words, and whose they are where that is not plain.
pub(crate) struct Said {
    pub(crate) body: SafeHtml,
    pub(crate) by: Option<String>,
}

/// One part of a telling.
pub(crate) struct Part {
    /// What leads to it on the page.
    pub(crate) anchor: String,
    /// None where it goes on from the part before.
    pub(crate) heading: Option<String>,
    pub(crate) body: SafeHtml,
    /// Whose words, where they are not those of the first telling.
    pub(crate) by: Option<String>,
}

/// A telling of another sourceur.
pub(crate) struct Telling {
    pub(crate) name: String,
    pub(crate) size: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) note: Option<Note>,
}

/// Why a telling is short, and where to read on.
pub(crate) struct Note {
    pub(crate) words: &'static str,
    pub(crate) name: String,
    pub(crate) href: Option<String>,
}

/// A place that the idea went to or came from.
pub(crate) struct SpreadView {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
    pub(crate) when: Option<String>,
    pub(crate) text: String,
    pub(crate) by: Option<String>,
}

/// Kinds that stand apart from the flow of the story.
const IMPACTS: [SectionKind; 1] = [SectionKind::Impacts];
const MEANS: [SectionKind; 3] =
    [SectionKind::ResourcesHuman, SectionKind::ResourcesFinancial, SectionKind::ResourcesMaterial];

impl Story {
    pub(crate) fn of(action: &Action, words: &'static Fiche, told: &Told<'_>) -> Self {
        let tellers = tellers(&action.sections);
        let first = tellers.first().copied().flatten();
        let (impacts, means) = (apart(action, &IMPACTS, 2, words, told), apart(action, &MEANS, 3, words, told));
        let stands_apart = |kind| IMPACTS.contains(&kind) || MEANS.contains(&kind);
        let flowing: Vec<&Section> = action
            .sections
            .iter()
            .filter(|section| section.origin.as_ref() == first && !stands_apart(section.kind))
            .collect();
        let others = tellers.iter().skip(1).map(|teller| {
            let sections: Vec<&Section> = action
                .sections
                .iter()
                .filter(|section| section.origin.as_ref() == *teller)
                .filter(|section| !shown_apart(section, action))
                .collect();
            let parts = parts(&sections, 3, words, told);
            let name = teller.map_or_else(String::new, |record| told.name(record));
            let size = typo::counted(parts.len() as u64, words.parts, told.lang);
            Telling { name, size, parts, note: teller.and_then(|record| note(record, action, words, told)) }
        });
        Self {
            quote: quote(action, told),
            parts: parts(&flowing, 2, words, told),
            notes: first_notes(first, action, words, told),
            spread: spread(action, first, told),
            others: others.filter(|telling| !telling.parts.is_empty()).collect(),
            impacts,
            means,
        }
    }
}

/// Records that tell, in the order in which they do.
fn tellers(sections: &[Section]) -> Vec<Option<&RecordRef>> {
    let mut tellers: Vec<Option<&RecordRef>> = Vec::new();
    for section in sections {
        if !tellers.contains(&section.origin.as_ref()) {
            tellers.push(section.origin.as_ref());
        }
    }
    tellers
}

/// Sections of some kinds, each kind by the first record that tells it.
fn apart(action: &Action, kinds: &[SectionKind], level: u8, words: &'static Fiche, told: &Told<'_>) -> Vec<Part> {
    let mut found = Vec::new();
    for kind in kinds {
        let Some(first) = action.sections.iter().find(|section| section.kind == *kind) else { continue };
        let same = action.sections.iter().filter(|section| section.kind == *kind && section.origin == first.origin);
        found.extend(same);
    }
    let mut parts = parts(&found, level, words, told);
    let main = action.sections.first().and_then(|section| section.origin.as_ref());
    for (part, section) in parts.iter_mut().zip(&found) {
        let record = section.origin.as_ref().filter(|record| Some(*record) != main);
        part.by = record.and_then(|record| told.by(record));
    }
    parts
}

/// Whether a section is the one that [`apart`] chose of its kind.
fn shown_apart(section: &Section, action: &Action) -> bool {
    let stands_apart = IMPACTS.contains(&section.kind) || MEANS.contains(&section.kind);
    let first = action.sections.iter().find(|other| other.kind == section.kind);
    stands_apart && first.is_some_and(|first| first.origin == section.origin)
}

fn parts(sections: &[&Section], level: u8, words: &'static Fiche, told: &Told<'_>) -> Vec<Part> {
    let setting = Setting { language: told.language, below: level, table: words.table };
    let mut last = None;
    let mut parts = Vec::with_capacity(sections.len());
    for section in sections {
        let written = section.heading.as_deref().map(|heading| heading.trim().trim_end_matches(':').trim_end());
        let written = written.filter(|heading| !heading.is_empty());
        // Two parts of one kind without headings are one part.
        let goes_on = written.is_none() && last == Some(section.kind);
        last = Some(section.kind);
        let heading = written.map_or_else(|| words.heading(section.kind).to_owned(), |heading| told.set(heading));
        let body = marked_up(section.html.as_deref(), &section.text, setting);
        if body.is_empty() {
            continue;
        }
        let anchor = told.anchor(section.kind);
        parts.push(Part { anchor, heading: (!goes_on).then_some(heading), body, by: None });
    }
    parts
}

/// The testimony between quotation marks.
fn quote(action: &Action, told: &Told<'_>) -> Option<Said> {
    let quoted = quoted(action.quote.as_deref()?.trim(), typo::is_french(told.language))?;
    Some(Said { body: plain_text(&quoted, told.language), by: told.giver("quote").and_then(|record| told.by(record)) })
}

/// A testimony with the marks of its language around it, whatever marks it came with; one that
/// opens with marks and goes on after them ("« … », raconte une mère") has its own.
fn quoted(written: &str, is_french: bool) -> Option<String> {
    const MARKS: [char; 6] = ['"', '«', '»', '“', '”', '„'];
    let is_blank = |c: char| c.is_whitespace() || MARKS.contains(&c);
    let inner = written.trim_end_matches(['.', ' ']).trim_matches(is_blank);
    if inner.is_empty() {
        return None;
    }
    let opens = written.starts_with(MARKS);
    let inner = match (opens, inner.contains(MARKS)) {
        (true, true) => return Some(written.to_owned()),
        (true, false) if written.trim_end_matches(['.', ' ']).ends_with(MARKS) => inner,
        (true, false) => written.trim_start_matches(is_blank),
        (false, _) => written,
    };
    Some(if is_french { format!("«\u{a0}{inner}\u{a0}»") } else { format!("“{inner}”") })
}

fn spread(action: &Action, first: Option<&RecordRef>, told: &Told<'_>) -> Vec<SpreadView> {
    let view = |spread: &model::Spread| SpreadView {
        name: told.set(&spread.name),
        href: spread.territory.as_ref().map(|id| told.page.territory(id)),
        when: spread.when.map(|when| typo::date(when, told.lang)),
        text: told.set(&spread.text),
        by: spread.origin.as_ref().filter(|record| Some(*record) != first).and_then(|record| told.by(record)),
    };
    action.spread.iter().map(view).collect()
}

/// What is withheld of the first telling; where nobody tells anything, what every sourceur withholds.
fn first_notes(first: Option<&RecordRef>, action: &Action, words: &'static Fiche, told: &Told<'_>) -> Vec<Note> {
    if let Some(first) = first {
        return note(first, action, words, told).into_iter().collect();
    }
    let each = action.origins.iter().map(|origin| Note {
        words: match origin.text {
            TextReach::Full => words.no_text,
            TextReach::Excerpt => words.excerpt,
            TextReach::Link => words.link_only,
        },
        name: told.name_of(&origin.sourceur),
        href: origin.url.as_deref().and_then(crate::address::web),
    });
    each.filter(|note| note.href.is_some()).collect()
}

fn note(record: &RecordRef, action: &Action, words: &'static Fiche, told: &Told<'_>) -> Option<Note> {
    let origin = action
        .origins
        .iter()
        .find(|origin| origin.sourceur == record.sourceur && origin.source_id == record.source_id.as_str())?;
    let why = match origin.text {
        TextReach::Full => return None,
        TextReach::Excerpt => words.excerpt,
        TextReach::Link => words.link_only,
    };
    let href = origin.url.as_deref().and_then(crate::address::web);
    Some(Note { words: why, name: told.name(record), href })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(quoted(written, true).unwrap_or_default().replace('\u{a0}', "~"), expected);
    }

    #[test]
    fn a_testimony_has_its_marks_once() {
        check("C'est simple.", "«~C'est simple.~»");
        check("\"C'est simple.\"", "«~C'est simple.~»");
        check("“C'est simple”.", "«~C'est simple~»");
        check("« C'est simple », dit-elle.", "« C'est simple », dit-elle.");
        check("« Oui », dit-elle, « non »", "« Oui », dit-elle, « non »");
        check("\"Coupé avant la fin…", "«~Coupé avant la fin…~»");
        check("Le mot « simple » suffit", "«~Le mot « simple » suffit~»");
        check("\"\"", "");
        check("", "");
        assert_eq!(quoted("\"Simple\"", false).as_deref(), Some("“Simple”"));
    }
}
