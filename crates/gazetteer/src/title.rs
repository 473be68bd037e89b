//! The département at the end of a title: "Un jardin pour tous - 26".

use model::{Level, TerritoryId};

use crate::Gazetteer;

impl Gazetteer {
    /// Parts a title from the département's code at its end: "- 47", "– 2A", "(974)".
    ///
    /// ```
    /// let (title, departement) = gazetteer::Gazetteer::strip_department_suffix("Le four commun – 2A").unwrap();
    /// assert_eq!((title, departement.to_string().as_str()), ("Le four commun", "departement:2A"));
    /// ```
    pub fn strip_department_suffix(title: &str) -> Option<(&str, TerritoryId)> {
        let title = title.trim();
        let (rest, code) = if let Some(open) = title.strip_suffix(')') {
            open.rsplit_once('(')?
        } else {
            let (at, dash) = title.char_indices().rev().find(|(_, c)| matches!(c, '-' | '–' | '—'))?;
            let rest = &title[..at];
            // "Agenda-21" is one word.
            rest.ends_with(char::is_whitespace).then_some((rest, &title[at + dash.len_utf8()..]))?
        };
        let (rest, code) = (rest.trim_end(), code.trim().to_ascii_uppercase());
        let gazetteer = Self::get();
        let position = gazetteer.tables.departement(&code)?;
        let code = gazetteer.tables.departements[usize::from(position)].code;
        (!rest.is_empty()).then(|| (rest, TerritoryId::new(Level::Departement, code)))
    }
}
