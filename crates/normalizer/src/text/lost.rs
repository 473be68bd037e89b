//! Characters that a careless conversion lost: `c'ur` for `cœur`, `(2013 ' 2017)`, `écoles' autour`.
//!
//! windows-1252 keeps `œ`, `…`, `–` and `€` between 0x80 and 0x9F; software that knows only Latin-1
//! puts `'` or `?` in their place. The damage hits a fiche here and there, so nothing but the words
//! themselves can tell it: every rule below needs a spelling that French does not have.

use std::borrow::Cow;

use model::fold;

/// Words with an `œ`, as what stands before and after it; `*` allows any ending.
const WORDS: &[(&str, &str)] = &[
    ("", "uvr*"),
    ("", "uf"),
    ("", "ufs"),
    ("", "dème*"),
    ("", "dip*"),
    ("", "sophag*"),
    ("", "cumén*"),
    ("", "nolog*"),
    ("", "notour*"),
    ("", "strogèn*"),
    ("", "ufrier*"),
    ("accroche-c", "ur"),
    ("b", "uf"),
    ("b", "ufs"),
    ("c", "ur"),
    ("c", "urs"),
    ("c", "lia*"),
    ("c", "lio*"),
    ("ch", "ur"),
    ("ch", "urs"),
    ("cons", "ur"),
    ("cons", "urs"),
    ("contrec", "ur"),
    ("crèvec", "ur"),
    ("éc", "ur*"),
    ("f", "tus"),
    ("f", "tal*"),
    ("f", "taux"),
    ("m", "urs"),
    ("man", "uvr*"),
    ("dés", "uvr*"),
    ("in", "ud"),
    ("in", "uds"),
    ("n", "ud"),
    ("n", "uds"),
    ("ph", "nix"),
    ("ranc", "ur*"),
    ("s", "ur"),
    ("s", "urs"),
    ("s", "urette*"),
    ("t", "nia*"),
    ("v", "u"),
    ("v", "ux"),
    ("vand", "uvr*"),
];

/// Words before which an apostrophe stands between blanks by bad typing, not by damage.
const ELIDED: [&str; 8] = ["qu", "jusqu", "lorsqu", "puisqu", "aujourd", "presqu", "quelqu", "quoiqu"];

/// How far back a word without a blank is looked at, in characters.
const FAR: usize = 80;

/// A repaired text and what was put back.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Words whose `œ` was put back, as they read now.
    pub words: Vec<String>,
    /// Other characters put back: ellipses, dashes, euro signs.
    pub marks: usize,
}

/// Puts lost characters back.
pub(crate) fn put_back<'t>(text: &'t str, found: &mut Found) -> Cow<'t, str> {
    if !text.contains(['\'', '?', '’', '\u{fffd}']) && !text.contains("uvre") {
        return Cow::Borrowed(text);
    }
    let mut repaired = String::new();
    let mut kept_to = 0;
    // GNU's `quotation' closes with an apostrophe too.
    let mut quoted = text.contains('`');
    for (at, hole) in text.char_indices().filter(|(_, c)| matches!(c, '\'' | '?' | '’' | '\u{fffd}')) {
        let after = at + hole.len_utf8();
        let (before, right) = (&text[..at], &text[after..]);
        if hole == '\'' && opens_quote(before, right) {
            quoted = true;
        }
        if let Some((filling, skip)) = ligature(before, hole, right) {
            repaired.push_str(&text[kept_to..at]);
            repaired.push_str(filling);
            kept_to = after - skip;
            let word_start = before.rfind(|c: char| !c.is_alphabetic()).map_or(0, |i| i + char_length(before, i));
            let word_end = right.find(|c: char| !c.is_alphabetic()).unwrap_or(right.len());
            let elision = if skip > 0 { "" } else { &before[word_start..] };
            found.words.push(format!("{elision}{}{}", filling.trim_start_matches(['\'', '’']), &right[..word_end]));
        } else if hole == '\''
            && !quoted
            && let Some(mark) = mark(before, right)
        {
            repaired.push_str(&text[kept_to..at]);
            repaired.push(mark);
            kept_to = after;
            found.marks += 1;
        }
    }
    let repaired = if kept_to == 0 {
        Cow::Borrowed(text)
    } else {
        repaired.push_str(&text[kept_to..]);
        Cow::Owned(repaired)
    };
    bare_oeuvre(repaired, found)
}

/// What fills a hole inside or before a word that has an `œ` there.
///
/// The second value is how many bytes of the hole stay: none but for `l'uvre`, where the apostrophe
/// is sound and the `œ` vanished altogether.
fn ligature(before: &str, hole: char, right: &str) -> Option<(&'static str, usize)> {
    let word_end = right.find(|c: char| !c.is_alphabetic()).unwrap_or(right.len());
    if word_end == 0 {
        return None;
    }
    let word = &right[..word_end];
    let left = &before[before.rfind(|c: char| !c.is_alphabetic()).map_or(0, |i| i + char_length(before, i))..];
    let after_elision = left.is_empty() && before.ends_with(['\'', '’']);
    let upper = match (left.chars().last(), word.chars().next(), word.chars().nth(1)) {
        (_, Some(first), Some(second)) => first.is_uppercase() && second.is_uppercase(),
        (Some(last), Some(first), None) => last.is_uppercase() && first.is_uppercase(),
        _ => false,
    };
    if after_elision && matches!(word, "il" | "illet" | "illets" | "illère" | "illères" | "IL") {
        return Some((if upper { "Œ" } else { "œ" }, 0));
    }
    let left_lower = left.to_lowercase();
    let fits = |(start, end): &(&str, &str)| {
        *start == left_lower
            && match end.strip_suffix('*') {
                Some(stem) => word.to_lowercase().starts_with(stem),
                None => word.to_lowercase() == *end,
            }
    };
    let is_known = WORDS.iter().any(fits);
    if is_known && hole == '?' && is_address(before, &right[word_end..]) {
        return None;
    }
    if is_known {
        let begins_sentence = left.is_empty()
            && !after_elision
            && before.trim_end().chars().last().is_none_or(|c| matches!(c, '.' | '!' | '?'));
        return Some((if upper || begins_sentence { "Œ" } else { "œ" }, 0));
    }
    let elided = matches!(left_lower.as_str(), "l" | "d") && hole != '?';
    if elided && matches!(word, "uvre" | "uvres") {
        return Some((if hole == '’' { "’œ" } else { "'œ" }, 0));
    }
    None
}

/// Whether a question mark belongs to an address, as in `page?uvre=1`.
fn is_address(before: &str, after: &str) -> bool {
    let mut token = before.chars().rev().take(FAR).take_while(|c| !c.is_whitespace());
    token.any(|c| matches!(c, '/' | '=' | '.' | '?')) || after.starts_with('=')
}

/// `mise en uvre`: the byte was dropped without a trace.
fn bare_oeuvre<'t>(text: Cow<'t, str>, found: &mut Found) -> Cow<'t, str> {
    const LOST: &str = "en uvre";
    let whole_word = |at: usize| {
        !text[..at].ends_with(char::is_alphabetic)
            && !text[at + LOST.len()..].trim_start_matches('s').starts_with(char::is_alphabetic)
    };
    let places: Vec<usize> = text.match_indices(LOST).map(|(at, _)| at).filter(|at| whole_word(*at)).collect();
    if places.is_empty() {
        return text;
    }
    let mut repaired = text.clone().into_owned();
    for at in places.into_iter().rev() {
        repaired.insert(at + 3, 'œ');
        found.words.push("œuvre".to_owned());
    }
    Cow::Owned(repaired)
}

/// The mark that an apostrophe stands for: a dash between years, an ellipsis after an enumeration, a euro sign.
fn mark(before: &str, right: &str) -> Option<char> {
    let next = right.chars().next();
    let last = before.chars().last()?;
    if last == ' ' && next == Some(' ') {
        let word = before[..before.len() - 1].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let long = word.chars().count() >= 3 || word.bytes().all(|b| b.is_ascii_digit()) && !word.is_empty();
        let amount = word.bytes().all(|b| b.is_ascii_digit());
        if !long || ELIDED.contains(&word.to_lowercase().as_str()) {
            return None;
        }
        let span = right[1..].starts_with(|c: char| c.is_ascii_digit()) || !amount;
        return Some(if span { '–' } else { '€' });
    }
    if last == ' ' && before.trim_end().ends_with(|c: char| c.is_ascii_digit()) {
        return next.is_none_or(|c| matches!(c, ',' | '.' | ';' | ')' | '/')).then_some('€');
    }
    if !last.is_lowercase() {
        return None;
    }
    let word = &before[before.rfind(|c: char| !c.is_alphabetic()).map_or(0, |i| i + char_length(before, i))..];
    let mut token = before.chars().rev().take(FAR).take_while(|c| !c.is_whitespace());
    let is_word = token.all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '(' | '«'));
    if !is_word || word.chars().count() < 4 || ELIDED.contains(&word) || !is_french(before, right) {
        return None;
    }
    let trails_off = match next {
        None | Some(')' | '\n') => true,
        Some(' ') => right[1..].starts_with(|c: char| c.is_lowercase() || c == ')'),
        _ => false,
    };
    trails_off.then_some('…')
}

/// Whether an apostrophe opens a quotation: an enumeration's end would be taken for its close.
fn opens_quote(before: &str, right: &str) -> bool {
    before.chars().last().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '«' | '"' | '=' | '[' | ':'))
        && right.starts_with(|c: char| c.is_alphanumeric() || "-_/%$@\\".contains(c))
        && ligature(before, '\'', right).is_none()
}

/// Whether the words around are French: English has plurals with an apostrophe at their end.
fn is_french(before: &str, right: &str) -> bool {
    let near_before = before.char_indices().rev().nth(200).map_or(before, |(at, _)| &before[at..]);
    let near_after = right.char_indices().nth(100).map_or(right, |(at, _)| &right[..at]);
    let words = format!("{} {}", fold(near_before), fold(near_after));
    let common = ["le", "la", "les", "de", "des", "du", "et", "un", "une", "pour", "dans", "sur", "aux", "en"];
    words.split(' ').filter(|word| common.contains(word)).count() >= 2
}

fn char_length(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut found = Found::default();
        assert_eq!(put_back(text, &mut found), expected, "{text}");
        assert_eq!(found.words.is_empty() && found.marks == 0, text == expected, "{text}: {found:?}");
        assert_eq!(put_back(expected, &mut Found::default()), expected, "a second time");
    }

    #[test]
    fn a_lost_ligature_is_put_back() {
        check("au c'ur du bourg", "au cœur du bourg");
        check("la mise en 'uvre des v'ux", "la mise en œuvre des vœux");
        check("main d''uvre et chef-d''uvre", "main d'œuvre et chef-d'œuvre");
        check("sa s'ur, ses b'ufs et l''il du maître", "sa sœur, ses bœufs et l'œil du maître");
        check("'uvrer. 'uvrons ensemble, man'uvres", "Œuvrer. Œuvrons ensemble, manœuvres");
        check("LE C'UR DES 'UVRES", "LE CŒUR DES ŒUVRES");
        check("c?ur, c\u{fffd}ur, l?uvre et c’ur", "cœur, cœur, l?uvre et cœur");
        check("l'uvre mise en uvre", "l'œuvre mise en œuvre");
        check("Vand'uvre et ses n'uds", "Vandœuvre et ses nœuds");
    }

    #[test]
    fn lost_marks_are_put_back() {
        check("la ferme (2013 ' 2017)", "la ferme (2013 – 2017)");
        check("les crèches, les écoles' autour d'un café", "les crèches, les écoles… autour d'un café");
        check("des sujets (logement, santé, emploi') et le reste", "des sujets (logement, santé, emploi…) et le reste");
        check(
            "le repas coûte 3 ' par mois, le café 1 ', la carte 5 '.",
            "le repas coûte 3 € par mois, le café 1 €, la carte 5 €.",
        );
    }

    #[test]
    fn clean_french_stays() {
        for clean in [
            "Aujourd'hui, qu'il s'urge ou non, l'usage d'un œuf, d'œuvres et d'une presqu'île.",
            "Le cœur de l'œuvre : c'est l'unité, n'est-ce pas ? Oui, s'il le faut.",
            "Il dit : 'les écoles' et 'la cour' en un mot.",
            "Les 5' de marche et les 10'' de pause, en l'an 2000.",
            "Qu ' est-ce, jusqu ' ici, l ' école ?",
            "Entr'aide, grand'rue, prud'homme, O'Neill, d'Uriage et l'Urssaf",
            "https://exemple.fr/?uvre=1 et page?ur=2",
            "The Farmers' market and the workers' rights of the city",
            "v'là, c'la, m'sieur, t'nez, p'tit",
            "Le drapeau `copie' de la commande et les options de la ligne, pour l'option '--forcer' de la suite",
        ] {
            check(clean, clean);
        }
    }
}
