//! Markup and damage: how a text leaves its sourceur.

use std::fmt::Write;

use encoding_rs::WINDOWS_1252;

/// For XML and HTML text and double-quoted attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// As an editor for the web stores it: named entities for the marks and quotes of French.
pub(crate) fn with_entities(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        let name = match c {
            'é' => "eacute",
            'è' => "egrave",
            'ê' => "ecirc",
            'à' => "agrave",
            'ç' => "ccedil",
            'ô' => "ocirc",
            'œ' => "oelig",
            '«' => "laquo",
            '»' => "raquo",
            '’' => "rsquo",
            '…' => "hellip",
            '€' => "euro",
            '–' => "ndash",
            '\u{a0}' => "nbsp",
            _ => {
                written.push(c);
                continue;
            }
        };
        write!(written, "&{name};").expect("a String takes every write");
    }
    written
}

/// With the typography of a French editor: curly apostrophes, blanks that do not break.
pub(crate) fn typographic(text: &str) -> String {
    let mut fine = text.replace('\'', "’");
    for mark in [':', ';', '!', '?', '»', '%', '€'] {
        fine = fine.replace(&format!(" {mark}"), &format!("\u{a0}{mark}"));
    }
    fine.replace("« ", "«\u{a0}")
}

/// What is left when every byte from 0x80 to 0x9F of a windows-1252 text has become an apostrophe:
/// "c'ur" for "cœur", "2013 ' 2017".
pub(crate) fn without_c1(text: &str) -> String {
    let lost = |c: char| {
        if matches!(c, 'œ' | 'Œ' | '…' | '–' | '—' | '’' | '‘' | '“' | '”' | '€') { '\'' } else { c }
    };
    text.chars().map(lost).collect()
}

/// UTF-8 read as windows-1252 and written as UTF-8 again: "dÃ©sert".
pub(crate) fn double_decoded(text: &str) -> String {
    WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
}

/// windows-1252 bytes from 0x80 to 0x9F taken for Unicode: U+0092 for ’, U+009C for œ.
pub(crate) fn with_c1_controls(text: &str) -> String {
    let control = |c: char| match c {
        '’' => '\u{92}',
        'œ' => '\u{9c}',
        '…' => '\u{85}',
        '–' => '\u{96}',
        '€' => '\u{80}',
        _ => c,
    };
    text.chars().map(control).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_damage_is_the_known_one() {
        assert_eq!(without_c1("au cœur – d'Agen"), "au c'ur ' d'Agen");
        assert_eq!(double_decoded("désert à"), "dÃ©sert Ã\u{a0}");
        assert_eq!(with_c1_controls("l’œuvre"), "l\u{92}\u{9c}uvre");
        assert_eq!(typographic("l'idée : « oui » !"), "l’idée\u{a0}: «\u{a0}oui\u{a0}»\u{a0}!");
        assert_eq!(with_entities("né à l’été"), "n&eacute; &agrave; l&rsquo;&eacute;t&eacute;");
        assert_eq!(escaped("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
    }
}
