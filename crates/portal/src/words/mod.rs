//! Every word of ours that visitors read: a module a page, a struct of texts with `FR` and `EN`.
//!
//! A missing translation does not compile. French keeps its typography in the source itself: U+00A0
//! before `: ; ! ? »` and after `«`, the apostrophe `’`, accents on capitals; the tests below read
//! the sources and name what strays.

pub(crate) mod about;
pub(crate) mod api;
pub(crate) mod errors;
pub(crate) mod fiche;
pub(crate) mod home;
pub(crate) mod layout;
pub(crate) mod search;
pub(crate) mod sourceurs;
pub(crate) mod terms;
pub(crate) mod territory;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Texts of ours in a source: what stands in quotes between `static FR` and `static EN`, or after.
    fn texts(source: &str, from: &str, to: &str) -> Vec<String> {
        let mut texts = Vec::new();
        let mut rest = source;
        while let Some(begin) = rest.find(from) {
            let part = &rest[begin + from.len()..];
            let end = part.find(to).unwrap_or(part.len());
            texts.extend(quoted(&part[..end]));
            rest = &part[end..];
        }
        texts
    }

    fn quoted(source: &str) -> Vec<String> {
        let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n").replace("\\\"", "”");
        // A backslash at the end of a line takes the blanks of the next one away.
        let mut joined = String::new();
        for (at, part) in code.split("\\\n").enumerate() {
            joined.push_str(if at == 0 { part } else { part.trim_start() });
        }
        joined
            .split('"')
            .skip(1)
            .step_by(2)
            .map(|text| text.replace("\\u{a0}", "\u{a0}").replace("\\u{202f}", "\u{202f}"))
            .collect()
    }

    /// What is set wrongly in a French text, if anything is.
    fn astray(text: &str) -> Option<&'static str> {
        // What stands between backticks is code.
        let chars: Vec<char> = text.split('`').step_by(2).collect::<Vec<_>>().join("x").chars().collect();
        for (at, &c) in chars.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| chars[before]);
            let after = chars.get(at + 1).copied();
            let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
            match c {
                '\'' if letter(before) && letter(after) => return Some("a straight apostrophe"),
                ':' | ';' | '!' | '?' | '»' if before == Some(' ') => return Some("a plain blank before a mark"),
                // A mark sticks to a word only in addresses, codes and hours.
                ':' | ';' | '!' | '?' if letter(before) && after.is_none_or(char::is_whitespace) => {
                    return Some("no blank before a mark");
                }
                '«' if after == Some(' ') => return Some("a plain blank after «"),
                '.' if chars[at..].starts_with(&['.', '.', '.']) => return Some("three points for an ellipsis"),
                _ => {}
            }
        }
        let capitals = ["A propos", "Etat", "Ecrire", "Economie", "Ecole", "Etranger", "Region", "Departement"];
        capitals
            .into_iter()
            .find(|word| text.split(|c: char| !c.is_alphabetic() && c != ' ').any(|part| part.trim() == *word))
    }

    #[test]
    fn french_words_are_set_as_books_are() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/words");
        let (mut read, mut wrong) = (0, Vec::new());
        for file in fs::read_dir(folder).expect("the folder of words") {
            let file = file.expect("a file of words").path();
            let source = fs::read_to_string(&file).expect("a file of words");
            for text in texts(&source, "static FR:", "static EN:") {
                read += 1;
                wrong.extend(astray(&text).map(|what| format!("{}: {what}: {text:?}", file.display())));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(read > 100, "only {read} texts were found");
    }

    #[test]
    fn what_is_astray_is_seen() {
        for text in ["l'idée", "Quoi ?", "Vite!", "« idée\u{a0}»", "Et...", "A propos"] {
            assert_ne!(astray(text), None, "{text}");
        }
        for text in ["l’idée", "Quoi\u{a0}?", "«\u{a0}idée\u{a0}»", "https://a.fr/?q=1", "9:30", "À propos", "{name}:"]
        {
            assert_eq!(astray(text), None, "{text}");
        }
        let source =
            "static FR: A = A {\n    // l'idée\n    a: \"un\",\n    b: \"deux \\\n       trois\",\n};\nstatic EN: A";
        assert_eq!(texts(source, "static FR:", "static EN:"), ["un", "deux trois"]);
    }
}
