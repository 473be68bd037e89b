//! How texts, numbers and dates are set: French first, English too.
//!
//! A sourceur's words stay its own: only blanks change, and only where the French set a no-break
//! one; characters that turn the direction of writing around are left out. What looks like an
//! address or a code is not touched. Our own words are written well where they stand.

mod dates;

use std::borrow::Cow;

pub(crate) use dates::{ago, date, day, day_and_hour, machine_date};

use crate::lang::Lang;

/// No-break space: before `: ; ! ? »` and a unit, after `«`.
const NO_BREAK: char = '\u{a0}';
/// Narrow no-break space: between the thousands of a number.
const NARROW: char = '\u{202f}';

/// Whether a text in this language (BCP 47) is set the French way; a text that does not say is taken for French.
pub(crate) fn is_french(language: Option<&str>) -> bool {
    language.is_none_or(|language| {
        let first = language.split(['-', '_']).next().unwrap_or_default();
        first.is_empty() || first.eq_ignore_ascii_case("fr")
    })
}

/// A sourceur's text as it is shown.
pub(crate) fn text<'a>(text: &'a str, language: Option<&str>) -> Cow<'a, str> {
    let straight: Cow<'a, str> = if text.contains(turns_around) {
        text.chars().filter(|c| !turns_around(*c)).collect::<String>().into()
    } else {
        text.into()
    };
    if !is_french(language) || !straight.contains(' ') {
        return straight;
    }
    let mut set = String::with_capacity(straight.len() + 16);
    let mut changed = false;
    for (at, c) in straight.char_indices() {
        if c == ' '
            && let Some(better) = better_blank(&straight[..at], &straight[at + 1..])
        {
            set.push(better);
            changed = true;
        } else {
            set.push(c);
        }
    }
    if changed { set.into() } else { straight }
}

/// The blank that the French set between what stands before and after, where it is no plain one.
fn better_blank(before: &str, after: &str) -> Option<char> {
    let last = before.chars().next_back()?;
    let mut coming = after.chars();
    let (next, over_next) = (coming.next()?, coming.next());
    if last.is_whitespace() || next.is_whitespace() {
        return None;
    }
    let ends_there = over_next.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '/' | '=' | '&' | '_' | '-'));
    match next {
        ':' | ';' | '!' | '?' if ends_there => return Some(NO_BREAK),
        '»' => return Some(NO_BREAK),
        '%' | '€' | '°' if ends_there && last.is_ascii_digit() => return Some(NO_BREAK),
        _ => {}
    }
    if last == '«' || before.ends_with("n°") || before.ends_with("N°") {
        return Some(NO_BREAK);
    }
    thousands(before, after).then_some(NARROW)
}

/// Whether a blank parts the thousands of a number: one to three digits before, three after, no digit further.
fn thousands(before: &str, after: &str) -> bool {
    let digits_before = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let digits_after = after.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=3).contains(&digits_before) || digits_after != 3 {
        return false;
    }
    let rest = &before[..before.len() - digits_before];
    let free = !rest.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | '/' | '-' | '+' | '_'));
    // A group in the middle of a number has three digits, and its own blank before it; a number never begins with 0.
    let begins_well = !before[rest.len()..].starts_with('0') || digits_before == 3;
    let next = after[digits_after..].chars().next();
    free && begins_well && next.is_none_or(|c| !c.is_alphabetic() && !matches!(c, '/' | '-' | '_'))
}

/// Embeddings, overrides and isolates: with them a title could rewrite the page around it.
fn turns_around(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Our own French words from a file in plain quotes, a label of the taxonomy: with the apostrophe that books have.
pub(crate) fn ours(words: &str) -> Cow<'_, str> {
    if words.contains('\'') { words.replace('\'', "’").into() } else { words.into() }
}

/// A whole number with its thousands apart.
pub(crate) fn number(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    let parting = match lang {
        Lang::Fr => NARROW,
        Lang::En => ',',
    };
    let mut set = String::with_capacity(digits.len() + 6);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            set.push(parting);
        }
        set.push(digit);
    }
    set
}

/// The word for so many of a thing, `[one, many]`: in French nothing and one are singular, in English one alone.
pub(crate) fn plural(count: u64, [one, many]: [&str; 2], lang: Lang) -> &str {
    let is_one = match lang {
        Lang::Fr => count < 2,
        Lang::En => count == 1,
    };
    if is_one { one } else { many }
}

/// The number and the word: `3 actions`.
pub(crate) fn counted(count: u64, words: [&str; 2], lang: Lang) -> String {
    format!("{}{NO_BREAK}{}", number(count, lang), plural(count, words, lang))
}

/// A SIREN as people read it: `123 456 789`.
pub(crate) fn siren(siren: &str) -> String {
    let well_made = siren.len() == 9 && siren.bytes().all(|byte| byte.is_ascii_digit());
    if !well_made {
        return siren.to_owned();
    }
    format!("{}{NO_BREAK}{}{NO_BREAK}{}", &siren[..3], &siren[3..6], &siren[6..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        // `~` stands for a no-break space, `^` for a narrow one.
        let shown = text(written, Some("fr")).replace(NO_BREAK, "~").replace(NARROW, "^");
        assert_eq!(shown, expected);
    }

    #[test]
    fn french_blanks_hold_where_the_french_want_them() {
        check("Un café : pourquoi ?", "Un café~: pourquoi~?");
        check("Vite ! Oui ; non", "Vite~! Oui~; non");
        check("« Partenaires, un Café ! »", "«~Partenaires, un Café~!~»");
        check("quelque 80 % de logement", "quelque 80~% de logement");
        check("12 € par mois", "12~€ par mois");
        check("au n° 12", "au n°~12");
        check("1 500 habitants, 12 345 678 pas", "1^500 habitants, 12^345^678 pas");
        check("Vraiment ?!", "Vraiment~?!");
    }

    #[test]
    fn nothing_but_blanks_changes() {
        check("mot: mot", "mot: mot");
        check("l'idée «sans blanc»", "l'idée «sans blanc»");
        check("voir http://a.fr/?q=1&b=2 ;", "voir http://a.fr/?q=1&b=2~;");
        check("a ?q=1 b", "a ?q=1 b");
        check("code :smile: ici", "code :smile: ici");
        check("05 53 69 00 00", "05 53 69 00 00");
        check("en 2004 150 personnes", "en 2004 150 personnes");
        check("RN 12 345x", "RN 12 345x");
        check("réf. A12 345", "réf. A12 345");
        check("9h00 - 10h30", "9h00 - 10h30");
        check("  : deux blancs", "  : deux blancs");
        check("", "");
    }

    #[test]
    fn a_text_cannot_turn_the_page_around() {
        check("a\u{202e}b\u{2066}c", "abc");
    }

    #[test]
    fn another_language_keeps_its_blanks() {
        assert_eq!(text("Why ? 1 500", Some("en")), "Why ? 1 500");
        assert!(is_french(None) && is_french(Some("fr-CA")) && is_french(Some("FR")) && !is_french(Some("frk")));
    }

    #[test]
    fn numbers_and_counts_are_words_of_their_language() {
        assert_eq!(number(1_234_567, Lang::Fr), "1\u{202f}234\u{202f}567");
        assert_eq!(number(999, Lang::En), "999");
        assert_eq!(number(1000, Lang::En), "1,000");
        assert_eq!(counted(0, ["action", "actions"], Lang::Fr), "0\u{a0}action");
        assert_eq!(counted(0, ["action", "actions"], Lang::En), "0\u{a0}actions");
        assert_eq!(counted(2, ["action", "actions"], Lang::Fr), "2\u{a0}actions");
        assert_eq!(siren("123456789"), "123\u{a0}456\u{a0}789");
        assert_eq!(siren("W12"), "W12");
        assert_eq!(ours("Accès à l'emploi"), "Accès à l’emploi");
    }
}
