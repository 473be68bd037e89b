//! How French text becomes the words that are looked up.
//!
//! In this order: lower case, elisions dropped (`l’`, `qu’`, but not in `aujourd’hui`), cut at
//! whatever is neither letter nor digit, acronyms joined (`C.C.A.S.`), saints written out
//! (`St-Pierre`), the endings of inclusive writing dropped (`habitant·e·s`), stop words left out, plurals and feminines that Snowball leaves
//! alone made singular (`lieux`, `élus`, `animatrice`), the Snowball stem of the accented word, and
//! only then accents and ligatures folded. A stem is taken of the folded word too, where it is
//! another: who types `solidarite` finds `solidarité`.

use std::borrow::Cow;
use std::collections::HashMap;

use frostem::{Algorithm, Stemmer};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest word, in characters; what follows is left out, in the index as in a question.
const LONGEST: usize = 40;

/// Stems that a tokenizer remembers: fiches repeat few words very often.
const REMEMBERED: usize = 20_000;

/// What is dropped before an apostrophe.
const ELISIONS: &[&str] =
    &["c", "d", "j", "jusqu", "l", "lorsqu", "m", "n", "presqu", "puisqu", "qu", "quelqu", "quoiqu", "s", "t"];

/// What an apostrophe joins to the word behind it.
const JOINED: &[&str] = &["aujourd", "entr", "grand", "prud"];

/// Short forms in the names of places, and what they stand for.
const SHORT_FORMS: [(&str, &str); 2] = [("st", "saint"), ("ste", "sainte")];

/// Endings of inclusive writing, behind a dot, a middle dot, a bracket or a slash.
const ENDINGS: &[&str] = &[
    "e", "ere", "eres", "es", "euse", "euses", "iere", "ieres", "ive", "ives", "le", "les", "ne", "nes", "rice",
    "rices", "s", "se", "ses", "te", "tes", "trice", "trices", "ve", "ves",
];

/// Words that tell nothing, folded and sorted. `sans` and `ete` are not among them: a fiche about
/// the homeless or the summer says them.
const STOP_WORDS: &[&str] = &[
    "a", "afin", "ai", "ainsi", "alors", "and", "as", "au", "aux", "avec", "c", "ce", "ceci", "cela", "celle",
    "celles", "celui", "ces", "cet", "cette", "ceux", "comme", "d", "dans", "de", "des", "donc", "dont", "du", "elle",
    "elles", "en", "es", "est", "et", "etaient", "etait", "etre", "eux", "il", "ils", "j", "je", "l", "la", "le",
    "les", "leur", "leurs", "lui", "m", "ma", "mais", "me", "meme", "memes", "mes", "moi", "mon", "n", "ne", "ni",
    "nos", "notre", "nous", "of", "on", "ont", "ou", "par", "pas", "pour", "qu", "que", "quel", "quelle", "quelles",
    "quels", "qui", "quoi", "s", "sa", "se", "ses", "si", "soi", "son", "sont", "sur", "t", "ta", "te", "tes", "the",
    "toi", "ton", "tu", "un", "une", "vos", "votre", "vous", "y",
];

/// Whether a folded word tells nothing.
pub(crate) fn is_stop_word(folded: &str) -> bool {
    STOP_WORDS.binary_search(&folded).is_ok()
}

/// Calls for each word of a text: lower case, with its accents.
pub(crate) fn each_word(text: &str, mut put_whole: impl FnMut(&str)) {
    let text = lower(text);
    let mut put = |word: &str| put_whole(whole(word));
    let mut word = String::new();
    let mut letters = 0;
    let mut is_acronym = false;
    // What stands between the word before and this one, where it is one sign, and how long that one was.
    let mut glue = None;
    let mut length_before = 0;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c.is_alphanumeric() || (!word.is_empty() && is_combining_mark(c)) {
            if letters < LONGEST {
                word.push(c);
            }
            letters += 1;
            continue;
        }
        if matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}') {
            continue;
        }
        let mut ahead = rest.clone();
        let next = ahead.next().filter(|next| next.is_alphanumeric());
        let next_is_alone = next.is_some() && !ahead.next().is_some_and(char::is_alphanumeric);
        if is_apostrophe(c) && ELISIONS.contains(&word.as_str()) {
            word.clear();
            (letters, is_acronym, glue) = (0, false, None);
            continue;
        }
        if is_apostrophe(c) && next.is_some() && JOINED.contains(&word.as_str()) {
            continue;
        }
        if c == '.' && next_is_alone && (letters == 1 || is_acronym) && word.chars().all(char::is_alphabetic) {
            is_acronym = true;
            continue;
        }
        if !word.is_empty() {
            if !is_ending(&word, glue, length_before) {
                put(&word);
                length_before = letters;
            }
            word.clear();
            (letters, is_acronym) = (0, false);
            glue = Some(c);
        } else if !(glue == Some(')') || c == ')' && glue.is_some()) {
            glue = None;
        } else {
            glue = Some(c);
        }
    }
    if !word.is_empty() && !is_ending(&word, glue, length_before) {
        put(&word);
    }
}

/// What a short form stands for; any other word as it is.
fn whole(word: &str) -> &str {
    SHORT_FORMS.iter().find(|(short, _)| *short == word).map_or(word, |(_, whole)| whole)
}

/// A word without accents and ligatures.
pub(crate) fn fold(word: &str) -> String {
    let mut folded = model::fold(word);
    // A sign that stands for several words (`½`).
    folded.retain(|c| c != ' ');
    folded
}

/// The stems of a word: of it as written, then of it folded where that is another.
pub(crate) fn stems(word: &str, folded: &str) -> (String, Option<String>) {
    let stemmer = Stemmer::new(Algorithm::French);
    let stem = fold(&stemmer.stem(&singular(word)));
    let of_folded = stemmer.stem(&singular(folded)).into_owned();
    let other = (of_folded != stem && !of_folded.is_empty()).then_some(of_folded);
    if stem.is_empty() { (folded.to_owned(), other) } else { (stem, other) }
}

/// The singular of plurals, and the masculine of feminines, that Snowball's French takes for other words. That
/// `avis` becomes `avi` on the way hurts nobody: it does so everywhere.
fn singular(word: &str) -> Cow<'_, str> {
    const IRREGULAR: [(&str, &str); 4] =
        [("travaux", "travail"), ("baux", "bail"), ("vitraux", "vitrail"), ("yeux", "œil")];
    const IN_X: [&str; 7] = ["lieux", "jeux", "feux", "vœux", "voeux", "heveux", "neveux"];
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == word) {
        return (*singular).into();
    }
    if IN_X.iter().any(|ending| word.ends_with(ending)) {
        return word[..word.len() - 1].into();
    }
    let without_s = word.strip_suffix('s').filter(|rest| rest.len() > 2);
    if let Some(stem) = without_s.unwrap_or(word).strip_suffix("trice").filter(|stem| stem.len() > 1) {
        return format!("{stem}teur").into();
    }
    match without_s {
        Some(rest) if rest.ends_with(['i', 'o', 'u']) => rest.into(),
        _ => word.into(),
    }
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        text.to_ascii_lowercase().into()
    } else {
        text.nfc().collect::<String>().to_lowercase().into()
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '′')
}

/// Whether it is what inclusive writing hangs on a word.
fn is_ending(word: &str, glue: Option<char>, length_before: usize) -> bool {
    if length_before < 3 {
        return false;
    }
    match glue {
        Some('.' | '·' | '•' | '‧' | '(' | '/') => ENDINGS.binary_search(&fold(word).as_str()).is_ok(),
        Some('-' | ')') => matches!(word, "e" | "es" | "s"),
        Some(apostrophe) if is_apostrophe(apostrophe) => word == "s",
        _ => false,
    }
}

/// What a field keeps of each word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Stems, without stop words.
    Stems,
    /// The word itself, folded, without stop words.
    Words,
    /// The word itself, folded, stop words too.
    All,
}

/// The analyser, as the index takes it.
#[derive(Clone)]
pub(crate) struct Analyser {
    keep: Keep,
    known: HashMap<String, (String, Option<String>)>,
}

impl Analyser {
    pub(crate) fn new(keep: Keep) -> Self {
        Self { keep, known: HashMap::new() }
    }

    fn tokens(&mut self, text: &str) -> Vec<(usize, String)> {
        let mut tokens = Vec::with_capacity(text.len() / 6);
        let mut position = 0;
        each_word(text, |word| {
            let folded = fold(word);
            if folded.is_empty() || self.keep != Keep::All && is_stop_word(&folded) {
                return;
            }
            match self.keep {
                Keep::Stems => {
                    let (stem, other) = self.stems(word, &folded);
                    tokens.push((position, stem));
                    tokens.extend(other.map(|other| (position, other)));
                }
                Keep::Words | Keep::All => tokens.push((position, folded)),
            }
            position += 1;
        });
        tokens
    }

    fn stems(&mut self, word: &str, folded: &str) -> (String, Option<String>) {
        if let Some(known) = self.known.get(word) {
            return known.clone();
        }
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        let stems = stems(word, folded);
        self.known.insert(word.to_owned(), stems.clone());
        stems
    }
}

impl Tokenizer for Analyser {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream { ahead: self.tokens(text).into_iter(), token: Token::default() }
    }
}

/// The words of one text.
pub(crate) struct Stream {
    ahead: std::vec::IntoIter<(usize, String)>,
    token: Token,
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some((position, text)) = self.ahead.next() else { return false };
        self.token = Token { position, text, ..Token::default() };
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(keep: Keep, text: &str, expected: &str) {
        let mut tokens = Analyser::new(keep).tokens(text).into_iter();
        let mut got = String::new();
        let mut last = None;
        for (position, token) in &mut tokens {
            got.push_str(if last.is_none() {
                ""
            } else if last == Some(position) {
                "|"
            } else {
                " "
            });
            got.push_str(&token);
            last = Some(position);
        }
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn lists_are_sorted() {
        assert!(STOP_WORDS.is_sorted() && ENDINGS.is_sorted());
    }

    #[test]
    fn the_analyser_is_pinned() {
        let stems = |text, expected| check(Keep::Stems, text, expected);
        stems("Les jardins partagés d'Agen", "jardin partag agen");
        stems("solidarité solidarite", "solidar|solidarit solidarit");
        stems("écologie, ÉCOLOGIQUES, ecologie", "ecolog ecolog ecolog");
        stems("bénévoles bénévolat", "benevol benevolat");
        stems("vélo vélos, élu élus élue, lieu lieux, jeu jeux", "velo velo elu elu elu lieu lieu jeu jeu");
        stems("réseau réseaux, local locaux, travail travaux", "reseau reseau local local travail travail");
        stems("animateur animatrice animateur·rice·s", "anim anim anim");
        stems("citoyen citoyenne citoyen·ne·s", "citoyen citoyen citoyen");
        stems("l'œuvre des œuvres", "oeuvr oeuvr");
        stems("sans-abri, été, pas de bus", "san abri ete bus");
        stems("Territoires zéro chômeur de longue durée", "territoir zero chomeur longu dur|dure");
        stems("du de la les, et à l'", "");
        stems("2024 R&D 47A", "2024 r 47a");
    }

    #[test]
    fn unstemmed_words_are_pinned() {
        let words = |text, expected| check(Keep::All, text, expected);
        words("L’Atelier des Possibles, l'été", "atelier des possibles ete");
        words("aujourd'hui, aujourd’hui", "aujourdhui aujourdhui");
        words("presqu'île qu'il jusqu’au quelqu'un", "ile il au un");
        words("l'entr'aide, prud'homal", "entraide prudhomal");
        words("d' l' 'entre guillemets'", "entre guillemets");
        words("Œuvre cœur ÆTHER naïf", "oeuvre coeur aether naif");
        words("C.C.A.S. d'Agen, le S.E.L. local, fin.Début", "ccas agen le sel local fin debut");
        words("habitant·e·s, citoyen.ne.s, salarié(e)s, acteur/trice", "habitant citoyen salarie acteur");
        words("peut-on y aller ?", "peut on y aller");
        words("COVID-19 16-25 ans 1er A4 W471001234", "covid 19 16 25 ans 1er a4 w471001234");
        words("Saint-Étienne-du-Rouvray", "saint etienne du rouvray");
        words("St-Pierre, Ste Foy, la Sté", "saint pierre sainte foy la ste");
        words("e\u{301}cole m² n°5", "ecole m2 n 5");
        words("mi\u{ad}lieu", "milieu");
        words("Emmaüs's O'Neil rock'n'roll", "emmaus o neil rock roll");
        words("", "");
        words("\0 🎉 \" ( * title:(", "title");
        words(&"x".repeat(100), &"x".repeat(40));
    }
}
