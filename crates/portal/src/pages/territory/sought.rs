//! The territory that words of the list's form mean.

use axum::http::StatusCode;
use gazetteer::Gazetteer;
use model::TerritoryId;

use super::Line;
use crate::page::{Page, Visit};
use crate::pages::search::place::{Meant, full_name, read};
use crate::words::territory::{EN, FR, Territories};

/// Most characters of words for a territory, as the form takes them.
const LONGEST: usize = 200;
/// Most characters of a code that are shown back.
const SHOWN: usize = 80;

/// What was sought by name, where it is not found at once.
pub(super) struct Sought {
    /// The words.
    pub(super) written: String,
    /// What is said of them; nothing where nothing was sought.
    pub(super) told: Option<&'static str>,
    /// A code of no territory, from the address.
    pub(super) code: Option<String>,
    /// Territories that may be meant, each with its level.
    pub(super) candidates: Vec<(Line, &'static str)>,
    pub(super) status: StatusCode,
}

impl Sought {
    fn nothing() -> Self {
        Self { written: String::new(), told: None, code: None, candidates: Vec::new(), status: StatusCode::OK }
    }

    /// An id of no territory, in the address of its page.
    pub(super) fn unknown(id: &TerritoryId, words: &Territories) -> Self {
        let code = Some(id.to_string().chars().take(SHOWN).collect());
        Self { told: Some(words.go_unknown), code, status: StatusCode::NOT_FOUND, ..Self::nothing() }
    }
}

/// What is sought, or the one territory that it is.
pub(super) fn of(visit: &Visit, page: &Page) -> Result<Sought, TerritoryId> {
    let words = visit.words(&FR, &EN);
    let asked = visit.parameters().into_iter().find(|(name, _)| name == "q");
    let written = asked.map(|(_, value)| value.replace(char::is_control, " ").trim().to_owned()).unwrap_or_default();
    if written.is_empty() {
        return Ok(Sought::nothing());
    }
    if written.chars().nth(LONGEST).is_some() {
        return Ok(Sought { told: Some(words.go_long), status: StatusCode::BAD_REQUEST, ..Sought::nothing() });
    }
    // Without a radius a commune is a territory like others.
    let mut ids = match read(&written, "0") {
        Meant::In(mut ids) if ids.len() == 1 => return Err(ids.remove(0)),
        Meant::Around { id, .. } => return Err(id),
        Meant::In(ids) | Meant::Unsure(ids) => ids,
    };
    ids.truncate(12);
    let candidates = ids.iter().filter_map(|id| Gazetteer::get().territory(id)).map(|territory| {
        let level = words.level(territory.id.level, false);
        (Line { href: page.territory(&territory.id), name: full_name(&territory.id), ..Line::default() }, level)
    });
    let candidates: Vec<_> = candidates.collect();
    let told = Some(if candidates.is_empty() { words.go_none } else { words.go_which });
    Ok(Sought { written, told, candidates, ..Sought::nothing() })
}
