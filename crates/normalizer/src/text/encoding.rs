//! Bytes read with the wrong table: UTF-8 decoded as windows-1252, and C1 controls.

use std::borrow::Cow;

/// Undoes UTF-8 that was decoded as windows-1252 (`Ã©` → `é`), up to three times over.
///
/// Only what French text can have lost is undone: letters of Latin-1, œ and its kin, general
/// punctuation, the euro sign, emoji. `é »` with its no-break space happens to be valid UTF-8 too,
/// and must stay what it is.
pub(crate) fn undo_double_decoding(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..3 {
        match undo_once(&text) {
            Some(repaired) => text = Cow::Owned(repaired),
            None => break,
        }
    }
    text
}

/// Brings C1 controls to what windows-1252 means by the byte (U+0092 → `’`).
pub(crate) fn c1_to_cp1252(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| matches!(c, '\u{80}'..='\u{9f}')) {
        return Cow::Borrowed(text);
    }
    let replaced = text.chars().filter_map(|c| match c {
        '\u{80}'..='\u{9f}' => web_atoms::C1_REPLACEMENTS[c as usize - 0x80],
        _ => Some(c),
    });
    Cow::Owned(replaced.collect())
}

fn undo_once(text: &str) -> Option<String> {
    if !text.contains(['Ã', 'Â', 'Ä', 'Å', 'â', 'ð', 'ï']) {
        return None;
    }
    let chars: Vec<char> = text.chars().collect();
    let mut repaired = String::with_capacity(text.len());
    let mut changed = false;
    let mut i = 0;
    while i < chars.len() {
        if let Some((c, length)) = sequence(&chars[i..]) {
            repaired.push(c);
            i += length;
            changed = true;
        } else if lost_a_grave(&chars, i) {
            repaired.push('à');
            // The second blank is what is left of the byte.
            i += 1 + usize::from(chars.get(i + 1..i + 3) == Some(&[' ', ' ']));
            changed = true;
        } else {
            repaired.push(chars[i]);
            i += 1;
        }
    }
    changed.then_some(repaired)
}

/// `Ã` between blanks: an `à` whose no-break space was taken for a blank.
fn lost_a_grave(chars: &[char], i: usize) -> bool {
    let blank = |at: Option<&char>| at.is_none_or(|c| c.is_whitespace());
    chars[i] == 'Ã' && blank(i.checked_sub(1).and_then(|before| chars.get(before))) && chars.get(i + 1) == Some(&' ')
}

/// The character that a wrongly decoded sequence stands for, and how many characters it takes.
fn sequence(chars: &[char]) -> Option<(char, usize)> {
    let lead = byte(chars[0])?;
    let length = match lead {
        0xC2..=0xC5 => 2,
        0xE2 | 0xEF => 3,
        0xF0 => 4,
        _ => return None,
    };
    let mut bytes = [0_u8; 4];
    bytes[0] = lead;
    for (slot, c) in bytes[1..length].iter_mut().zip(chars.get(1..length)?) {
        *slot = byte(*c).filter(|byte| (0x80..0xC0).contains(byte))?;
    }
    let c = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
    let plausible = matches!(c, '\u{a0}'..='\u{17f}' | '\u{2010}'..='\u{203a}' | '€' | '™' | '−' | '→' | '\u{feff}'
        | '\u{fffd}' | '\u{1f300}'..='\u{1faff}' | '\u{80}'..='\u{9f}');
    plausible.then_some((c, length))
}

/// The byte that windows-1252 has for a character at or above 0x80; C1 controls stand for themselves.
fn byte(c: char) -> Option<u8> {
    if let '\u{80}'..='\u{ff}' = c {
        return u8::try_from(u32::from(c)).ok();
    }
    let at = web_atoms::C1_REPLACEMENTS.iter().position(|replacement| *replacement == Some(c))?;
    u8::try_from(0x80 + at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(undo_double_decoding(text), expected, "{text}");
    }

    #[test]
    fn utf8_decoded_as_cp1252_is_undone() {
        check("CafÃ© associatif Ã  Agen", "Café associatif à Agen");
        check("lâ€™Ã©picerie â€“ 3 â‚¬", "l’épicerie – 3 €");
        check("cÅ“ur, SÅ’UR", "cœur, SŒUR");
        check("Ã‰cole Ã la ferme Ã Ã©toile", "École à la ferme à étoile");
        check("Ã la carte", "à la carte");
        check("cafÃƒÂ©", "café");
        check("ðŸŒ± graine", "🌱 graine");
    }

    #[test]
    fn clean_text_stays() {
        for clean in ["« café\u{a0}» et thé", "ÂGE, À ÂGE ÉGAL", "São Paulo, Ålesund", "âge d’or…", "naïve », ïle"]
        {
            check(clean, clean);
        }
    }

    #[test]
    fn c1_controls_are_cp1252() {
        assert_eq!(c1_to_cp1252("l\u{92}eau \u{96} c\u{9c}ur"), "l’eau – cœur");
        assert_eq!(c1_to_cp1252("déjà"), "déjà");
    }
}
