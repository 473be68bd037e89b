//! How complete a fiche is, as a reader who wants to do the same would judge it.

use model::{Action, ActorRole, Criterion, Level, Quality, Scope, TextReach};

/// Least length of the story, all sections together, in characters.
const STORY_CHARS: usize = 300;

/// Judges a merged action; its origins say what could be shown at all.
pub(crate) fn quality(action: &Action) -> Quality {
    let met = |is_met: bool| if is_met { Criterion::Met } else { Criterion::Unmet };
    let story_chars: usize = action.sections.iter().map(|section| section.text.chars().count()).sum();
    let some_text = action.origins.iter().any(|origin| origin.text != TextReach::Link);
    let full_text = action.origins.iter().any(|origin| origin.text == TextReach::Full);
    let is_told = |is_met: bool, may_be_told: bool| if may_be_told { met(is_met) } else { Criterion::NotApplicable };
    let dated = action.started_on.is_some() || action.source_updated_on.is_some();
    let criteria = [
        ("title", met(!action.title.is_empty())),
        ("summary", is_told(action.summary.is_some(), some_text)),
        // Excerpts are short by right, not by neglect.
        ("description", is_told(story_chars >= STORY_CHARS, full_text)),
        ("place", place(action)),
        ("theme", met(!action.themes.is_empty())),
        ("date", met(dated)),
        ("start", met(action.started_on.is_some())),
        ("carrier", met(action.actors.iter().any(|actor| actor.role == ActorRole::Carrier))),
        ("contact", met(action.contact.is_some())),
        ("image", met(!action.images.is_empty())),
        ("image_credit", credit(action)),
        ("page", met(action.origins.iter().any(|origin| origin.url.is_some()))),
    ];
    let count = |wanted| criteria.iter().filter(|(_, criterion)| *criterion == wanted).count();
    let (met, unmet) = (count(Criterion::Met), count(Criterion::Unmet));
    let percent = u32::try_from(100 * met / (met + unmet)).expect("at most 100");
    Quality {
        score: f64::from(percent) / 100.0,
        criteria: criteria.into_iter().map(|(name, criterion)| (name.to_owned(), criterion)).collect(),
    }
}

/// A commune is asked for where the action is of that scale.
fn place(action: &Action) -> Criterion {
    let finest =
        action.places.iter().filter_map(|place| place.territory.as_ref()).map(|territory| territory.level).min();
    let is_wide = matches!(action.scope, Some(Scope::Departmental | Scope::Regional | Scope::National | Scope::Abroad));
    match finest {
        Some(Level::Commune) => Criterion::Met,
        Some(_) if is_wide => Criterion::Met,
        None if matches!(action.scope, Some(Scope::National | Scope::Abroad)) => Criterion::NotApplicable,
        _ => Criterion::Unmet,
    }
}

fn credit(action: &Action) -> Criterion {
    if action.images.is_empty() {
        return Criterion::NotApplicable;
    }
    let all = action.images.iter().all(|image| image.credit.is_some());
    if all { Criterion::Met } else { Criterion::Unmet }
}
