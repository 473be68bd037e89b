//! Folding: how words are compared everywhere.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words as they are compared: lower case, no marks, `œ` as `oe`, `æ` as `ae`, and one blank for
/// every run of anything that is neither a letter nor a digit.
///
/// ```
/// assert_eq!(model::fold("  Épicerie SOLIDAIRE d'Œuvres (n° 2)"), "epicerie solidaire d oeuvres n 2");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    let mut put = |c: char| {
        if !c.is_alphanumeric() {
            gap = true;
            return;
        }
        if gap && !folded.is_empty() {
            folded.push(' ');
        }
        gap = false;
        folded.push(c);
    };
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' => put(c),
            'A'..='Z' => put(c.to_ascii_lowercase()),
            'œ' | 'Œ' => "oe".chars().for_each(&mut put),
            'æ' | 'Æ' => "ae".chars().for_each(&mut put),
            'ß' => "ss".chars().for_each(&mut put),
            _ if c.is_ascii() => put(c),
            _ => {
                for lower in c.to_lowercase() {
                    for part in std::iter::once(lower).nfkd().filter(|part| !is_combining_mark(*part)) {
                        part.to_lowercase().for_each(&mut put);
                    }
                }
            }
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["Saint-Étienne-du-Rouvray", "n° 5 — « cœur »", "e\u{301}cole", "İstanbul", "ﬁn", "²x"] {
            let once = fold(text);
            assert_eq!(fold(&once), once, "{text}");
        }
        assert_eq!(fold("e\u{301}cole"), "ecole");
        assert_eq!(fold("№"), "no");
    }
}
