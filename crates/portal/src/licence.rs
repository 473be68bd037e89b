//! Licences as people know them: a name, and the address of the text.

use crate::lang::{Lang, choose};

/// A licence as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Licence {
    /// Its name; the id as it stands where we know no better.
    pub(crate) name: String,
    /// Where its text is.
    pub(crate) href: Option<String>,
    /// Whether it lets anybody take the text up.
    pub(crate) is_open: bool,
}

/// Licences that are not Creative Commons: id in lower case, name, address.
const KNOWN: [(&str, &str, &str); 9] = [
    ("lo-2.0", "Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
    ("etalab-2.0", "Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
    ("odbl-1.0", "ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    ("odc-by-1.0", "ODC-By 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    ("pddl-1.0", "PDDL 1.0", "https://opendatacommons.org/licenses/pddl/1-0/"),
    ("cc0-1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    ("cc-pddc", "Domaine public (CC)", "https://creativecommons.org/publicdomain/mark/1.0/"),
    ("gfdl-1.3-only", "GFDL 1.3", "https://www.gnu.org/licenses/fdl-1.3.html"),
    ("gfdl-1.3-or-later", "GFDL 1.3", "https://www.gnu.org/licenses/fdl-1.3.html"),
];

impl Licence {
    /// The licence of an id: SPDX, `LO-2.0`, or `unknown`.
    pub(crate) fn of(id: &str, lang: Lang) -> Self {
        let lower = id.trim().to_ascii_lowercase();
        if lower.is_empty() || lower == "unknown" {
            let name = choose(lang, "non précisée\u{a0}: tous droits réservés", "not stated: all rights reserved");
            return Self { name: name.to_owned(), href: None, is_open: false };
        }
        if let Some((_, name, href)) = KNOWN.iter().find(|(known, ..)| *known == lower) {
            return Self { name: (*name).to_owned(), href: Some((*href).to_owned()), is_open: true };
        }
        creative_commons(&lower).unwrap_or_else(|| Self { name: id.trim().to_owned(), href: None, is_open: false })
    }
}

/// `cc-by-nc-sa-3.0-fr`: conditions, version, and the country that it was written for.
fn creative_commons(id: &str) -> Option<Licence> {
    const CONDITIONS: [&str; 6] = ["by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd"];
    let rest = id.strip_prefix("cc-")?;
    let at = rest.find(|c: char| c.is_ascii_digit())?;
    let conditions = rest[..at].strip_suffix('-').filter(|conditions| CONDITIONS.contains(conditions))?;
    let (version, country) = rest[at..].split_once('-').unwrap_or((&rest[at..], ""));
    let is_country =
        country.is_empty() || (country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_lowercase()));
    if !matches!(version, "1.0" | "2.0" | "2.5" | "3.0" | "4.0") || !is_country {
        return None;
    }
    let name = format!("CC {} {version} {}", conditions.to_ascii_uppercase(), country.to_ascii_uppercase());
    let slash = if country.is_empty() { "" } else { "/" };
    Some(Licence {
        name: name.trim_end().to_owned(),
        href: Some(format!("https://creativecommons.org/licenses/{conditions}/{version}/{country}{slash}")),
        is_open: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(id: &str, name: &str, href: Option<&str>) {
        let licence = Licence::of(id, Lang::Fr);
        assert_eq!((licence.name.as_str(), licence.href.as_deref()), (name, href), "{id}");
    }

    #[test]
    fn a_licence_is_named_and_leads_to_its_text() {
        let etalab = Some("https://www.etalab.gouv.fr/licence-ouverte-open-licence/");
        check("LO-2.0", "Licence Ouverte 2.0", etalab);
        check("etalab-2.0", "Licence Ouverte 2.0", etalab);
        check("CC-BY-4.0", "CC BY 4.0", Some("https://creativecommons.org/licenses/by/4.0/"));
        check(
            "CC-BY-NC-SA-3.0-FR",
            "CC BY-NC-SA 3.0 FR",
            Some("https://creativecommons.org/licenses/by-nc-sa/3.0/fr/"),
        );
        check("ODbL-1.0", "ODbL 1.0", Some("https://opendatacommons.org/licenses/odbl/1-0/"));
        check("unknown", "non précisée\u{a0}: tous droits réservés", None);
        check("cc-by-9.0/../x", "cc-by-9.0/../x", None);
        check("<b>", "<b>", None);
    }
}
