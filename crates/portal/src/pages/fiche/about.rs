//! About the page itself: how complete, since when, which words stand behind its terms.

use model::{Action, Criterion, Tag};
use search::Facet;

use super::{Anchor, Told};
use crate::typo;
use crate::words::terms;

/// What there is to know about the page itself.
pub(crate) struct About {
    pub(crate) first_seen: Option<(String, String)>,
    pub(crate) changed: Option<(String, String)>,
    pub(crate) quality: Option<QualityView>,
    /// Each term, with the words that led to it.
    pub(crate) words: Vec<TermWords>,
    /// Fields that people corrected: field, day, why.
    pub(crate) corrections: Vec<CorrectionView>,
}

/// How complete the page is.
pub(crate) struct QualityView {
    pub(crate) percent: u32,
    pub(crate) met: usize,
    pub(crate) of: usize,
    pub(crate) missing: String,
}

/// A term of the taxonomy and the words of sourceurs that it stands for.
pub(crate) struct TermWords {
    pub(crate) label: String,
    pub(crate) said: Vec<(String, String)>,
}

/// A field that people corrected.
pub(crate) struct CorrectionView {
    pub(crate) field: String,
    pub(crate) day: String,
    pub(crate) why: String,
}

/// What a facet's value is called in the language of the page.
pub(crate) type LabelOf<'a> = &'a dyn Fn(Facet, &str) -> String;

impl About {
    pub(crate) fn of(action: &Action, told: &Told<'_>, label: LabelOf<'_>) -> Self {
        let both = |at| (typo::machine_date(at), typo::day(at, told.lang));
        let facets =
            [(Facet::Theme, &action.themes), (Facet::Audience, &action.audiences), (Facet::Method, &action.methods)];
        Self {
            first_seen: action.first_seen_at.map(both),
            changed: action.changed_at.map(both),
            quality: quality(action, told),
            words: facets
                .iter()
                .flat_map(|(facet, tags)| tags.iter().map(|tag| words(*facet, tag, told, label)))
                .collect(),
            corrections: action
                .corrections
                .iter()
                .map(|correction| CorrectionView {
                    field: terms::field(&correction.field, told.lang).unwrap_or(&correction.field).to_owned(),
                    day: typo::day(correction.when, told.lang),
                    why: correction.why.clone(),
                })
                .collect(),
        }
    }
}

fn quality(action: &Action, told: &Told<'_>) -> Option<QualityView> {
    let quality = action.quality.as_ref().filter(|quality| (0.0..=1.0).contains(&quality.score))?;
    let count = |wanted| quality.criteria.values().filter(|criterion| **criterion == wanted).count();
    let (met, unmet) = (count(Criterion::Met), count(Criterion::Unmet));
    let missing = quality.criteria.iter().filter(|(_, criterion)| **criterion == Criterion::Unmet);
    let missing: Vec<&str> = missing.filter_map(|(name, _)| terms::criterion(name, told.lang)).collect();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let percent = (quality.score * 100.0).round() as u32;
    Some(QualityView { percent, met, of: met + unmet, missing: missing.join(", ") })
}

fn words(facet: Facet, tag: &Tag, told: &Told<'_>, label: LabelOf<'_>) -> TermWords {
    let said = tag.from.iter().map(|said| (told.set(&said.words), told.name_of(&said.sourceur))).collect();
    TermWords { label: label(facet, &tag.id), said }
}

/// Terms as links to the search page; a term whose finer term is there too is left out.
pub(crate) fn terms_of(facet: Facet, tags: &[Tag], told: &Told<'_>, label: LabelOf<'_>) -> Vec<Anchor> {
    let has_finer =
        |tag: &Tag| tags.iter().any(|other| other.id.strip_prefix(&tag.id).is_some_and(|rest| rest.starts_with('/')));
    let shown = tags.iter().filter(|tag| !has_finer(tag));
    shown
        .map(|tag| Anchor { href: told.page.search_by(facet.as_str(), &tag.id), text: label(facet, &tag.id) })
        .collect()
}
