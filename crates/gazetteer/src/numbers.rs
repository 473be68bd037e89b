//! Numbers of a text that say where: postal codes, INSEE codes, départements, arrondissements.

use crate::{
    tables::Tables,
    words::{Text, Word},
};

/// What a number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// A postal code known to the table.
    Postal(u32),
    /// A postal code of a big receiver, or one the table does not know: good for its département only.
    Cedex(u8),
    Insee(u32),
    Departement(u8),
    /// A post box or the like: says nothing, and is no postal code.
    Nothing,
}

/// A number that says something, with the words it is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbered {
    pub from: usize,
    pub to: usize,
    pub says: Number,
}

/// Services of a département that are named by its code: "CAF 13", "CD 62".
const SERVICES: [&str; 54] = [
    "caf",
    "cd",
    "cg",
    "cpam",
    "msa",
    "udaf",
    "ddcs",
    "ddcspp",
    "ddass",
    "ddjs",
    "ddt",
    "ddtm",
    "ddets",
    "ddpp",
    "sdis",
    "adapei",
    "apei",
    "apf",
    "admr",
    "mdph",
    "adil",
    "cidff",
    "fol",
    "pep",
    "apajh",
    "anef",
    "pimms",
    "cdad",
    "cdos",
    "cci",
    "cma",
    "ademe",
    "una",
    "mfr",
    "fdmjc",
    "adsea",
    "asea",
    "odcv",
    "croix",
    "civam",
    "fdcivam",
    "udccas",
    "urssaf",
    "carsat",
    "solidaires",
    "caue",
    "departemental",
    "departementale",
    "general",
    "rurales",
    "catholique",
    "populaire",
    "enseignement",
    "agriculture",
];

/// Text before a number that make it something else than a place.
const OTHER: [&str; 33] = [
    "bp", "cs", "tsa", "cidex", "n", "no", "numero", "rn", "rd", "d", "a", "e", "gr", "cop", "agenda", "km", "lot",
    "bat", "art", "article", "page", "p", "tel", "fax", "fm", "france", "canal", "chapitre", "zone", "covid", "top",
    "g", "horizon",
];

/// Text after a number that make it a quantity.
const QUANTITIES: [&str; 26] = [
    "habitants",
    "euros",
    "euro",
    "eur",
    "e",
    "personnes",
    "jeunes",
    "familles",
    "logements",
    "ans",
    "an",
    "enfants",
    "places",
    "m2",
    "m",
    "km",
    "kg",
    "heures",
    "h",
    "h30",
    "mois",
    "jours",
    "communes",
    "tonnes",
    "repas",
    "adherents",
];

/// Reads the numbers of a text.
pub(crate) fn read(tables: &Tables, text: &Text) -> Vec<Numbered> {
    let words = &text.words;
    let mut found: Vec<Numbered> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let step = if words[at].digits { one(tables, words, at) } else { None };
        match step {
            Some(numbered) => {
                at = numbered.to;
                found.push(numbered);
            }
            None => at += 1,
        }
    }
    found
}

fn one(tables: &Tables, words: &[Word], at: usize) -> Option<Numbered> {
    let word = &words[at];
    let before = (at > 0 && !word.gap.is_hard()).then(|| words[at - 1].text.as_str());
    let says = |says, length| Some(Numbered { from: at, to: at + length, says });
    if let Some(before) = before
        && matches!(before, "bp" | "cs" | "tsa" | "cidex")
    {
        // "BP 40 212": both halves.
        let halves = if words.get(at + 1).is_some_and(|next| next.digits && next.text.len() == 3) { 2 } else { 1 };
        return says(Number::Nothing, halves);
    }
    // Corsica: "2A", "2A004", "(2B)".
    if word.text == "2"
        && let Some(letter) = words.get(at + 1).filter(|next| next.gap.glued && matches!(next.text.as_str(), "a" | "b"))
    {
        let code = format!("2{}", letter.text.to_ascii_uppercase());
        if let Some(rest) = words.get(at + 2).filter(|next| next.gap.glued && next.digits && next.text.len() == 3) {
            let commune = tables.commune(&format!("{code}{}", rest.text))?;
            return says(Number::Insee(commune), 3);
        }
        return says(Number::Departement(tables.departement(&code)?), 2);
    }
    let next = words.get(at + 1).filter(|next| !next.gap.is_hard());
    let halved = word.text.len() == 2
        && next
            .is_some_and(|next| next.digits && next.text.len() == 3 && !next.gap.glued && next.gap == <_>::default());
    let code = if halved { format!("{}{}", word.text, words[at + 1].text) } else { word.text.clone() };
    let length = if halved { 2 } else { 1 };
    let after = words.get(at + length).filter(|after| !after.gap.is_break()).map(|after| after.text.as_str());
    if after.is_some_and(|after| QUANTITIES.contains(&after)) {
        return None;
    }
    match code.len() {
        5 => five(tables, words, at, &code, length, before),
        2 | 3 if !halved => departement(tables, words, at, before).and_then(|code| says(Number::Departement(code), 1)),
        _ => None,
    }
}

fn five(
    tables: &Tables,
    words: &[Word],
    at: usize,
    code: &str,
    length: usize,
    before: Option<&str>,
) -> Option<Numbered> {
    let says = |says| Some(Numbered { from: at, to: at + length, says });
    if matches!(before, Some("insee" | "cog"))
        && let Some(commune) = tables.commune(code).or_else(|| tables.former(code))
    {
        return says(Number::Insee(commune));
    }
    let number: u32 = code.parse().ok()?;
    let cedex = words[at + length..].iter().take(9).take_while(|word| !word.digits).any(|word| word.text == "cedex");
    let known = tables.postal(number).next().is_some();
    if known && !cedex {
        return says(Number::Postal(number));
    }
    if !cedex && length > 1 {
        return None;
    }
    if !cedex && let Some(commune) = tables.commune(code) {
        return says(Number::Insee(commune));
    }
    says(Number::Cedex(departement_of_postal(tables, code)?))
}

/// The département that a postal code's first digits name.
pub(crate) fn departement_of_postal(tables: &Tables, code: &str) -> Option<u8> {
    let prefix = match code.get(..2)? {
        "20" => return tables.departement(if code < "20200" { "2A" } else { "2B" }),
        "97" | "98" => code.get(..3)?,
        prefix => prefix,
    };
    tables.departement(prefix)
}

fn departement(tables: &Tables, words: &[Word], at: usize, before: Option<&str>) -> Option<u8> {
    let word = &words[at];
    let code = tables.departement(&word.text)?;
    let next = words.get(at + 1);
    let ends = next.is_none_or(|next| next.gap.is_break() || matches!(next.text.as_str(), "et" | "ou"));
    let alone = next.is_none() && at == 0;
    if alone {
        // 18 codes are a région's too: then a bare number says nothing.
        return tables.region(&word.text).is_none().then_some(code);
    }
    if next.is_some_and(|next| next.gap.glued) {
        return None;
    }
    if word.gap.open && next.is_none_or(|next| next.gap.close) {
        return Some(code);
    }
    if word.gap.open || at == 0 {
        // "(47, 33)", "47 - Agen", "47 : Agen".
        return next
            .is_some_and(|next| next.gap.comma || next.gap.dash || next.gap.colon || next.gap.semicolon)
            .then_some(code);
    }
    if word.gap.dash && ends {
        return Some(code);
    }
    let after_word = at > 0 && is_departement(&words[at - 1].text);
    if after_word && (word.gap.colon || !word.gap.is_hard()) && (ends || next.is_some_and(|next| next.digits)) {
        return Some(code);
    }
    if word.gap.is_hard() {
        return (ends && (word.gap.comma || word.gap.semicolon) && follows_code(tables, words, at)).then_some(code);
    }
    let before = before?;
    if OTHER.contains(&before) {
        return None;
    }
    if is_departement(before) || SERVICES.contains(&before) {
        return Some(code);
    }
    if before == "le" || before == "du" {
        let lead = at.checked_sub(2).map(|lead| words[lead].text.as_str());
        let known = match lead {
            Some("dans") => before == "le",
            Some(
                "departement" | "habitants" | "prefecture" | "prefet" | "caf" | "udaf" | "general" | "departemental",
            ) => before == "du",
            Some(lead) => before == "du" && SERVICES.contains(&lead),
            None => false,
        };
        return (known && ends).then_some(code);
    }
    let acronym = words[at - 1].upper && (3..=7).contains(&before.len()) && !word.gap.glued;
    let named = tables.departements[usize::from(code)].name;
    let own_name = crate::words::cut(named).words.last().is_some_and(|last| last.text == before);
    let joined = before == "et" && follows_code(tables, words, at - 1);
    (ends && (acronym || own_name || joined || word.gap.dash)).then_some(code)
}

fn is_departement(word: &str) -> bool {
    matches!(word, "departement" | "departements" | "dept" | "dep" | "dpt" | "depts")
}

/// Whether the word before is a département's code in the same list.
fn follows_code(tables: &Tables, words: &[Word], at: usize) -> bool {
    at >= 1 && words[at - 1].digits && tables.departement(&words[at - 1].text).is_some()
}
