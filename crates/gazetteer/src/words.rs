//! A text as words to compare, and what stands between them.

use model::fold;
use xxhash_rust::xxh3::xxh3_64;

/// Text read of one text; the rest of a longer one is left unread.
const MOST_WORDS: usize = 2_000;

/// What stands between a word and the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "several signs may stand together between two words")]
pub(crate) struct Gap {
    /// Nothing: a digit and a letter in a row.
    pub glued: bool,
    /// An apostrophe of any shape.
    pub apostrophe: bool,
    /// A hyphen without blanks.
    pub hyphen: bool,
    pub slash: bool,
    /// A dash with a blank before or after.
    pub dash: bool,
    pub comma: bool,
    /// A semicolon, bar, bullet, line end or ampersand-like separator of lists.
    pub semicolon: bool,
    pub colon: bool,
    pub open: bool,
    pub close: bool,
    /// End of a sentence.
    pub stop: bool,
    /// Any other sign.
    pub other: bool,
}

impl Gap {
    /// No name goes across.
    pub(crate) fn is_hard(self) -> bool {
        self.comma || self.semicolon || self.colon || self.open || self.close || self.stop
    }

    /// A new part of the text begins.
    pub(crate) fn is_break(self) -> bool {
        self.is_hard() || self.dash
    }
}

/// A word or a number.
#[derive(Debug)]
pub(crate) struct Word {
    /// Folded, with `st`, `ste`, `lez` written out; `s` for "s/" and "/s".
    pub text: String,
    pub hash: u64,
    /// What stands before it.
    pub gap: Gap,
    /// Begins with an upper-case letter.
    pub capital: bool,
    /// All letters are upper case, and there are two at least.
    pub upper: bool,
    pub digits: bool,
    /// Byte range in the text.
    pub at: (usize, usize),
}

/// A text cut into words.
pub(crate) struct Text {
    pub words: Vec<Word>,
    /// Whether upper case says something: the text has words of both cases.
    pub mixed: bool,
    /// The text is all upper case.
    pub shouted: bool,
}

/// Folds the hash of a name's next word into the hash of those before.
pub(crate) fn join(before: u64, word: u64) -> u64 {
    (before.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Hash of one folded word.
pub(crate) fn hash(word: &str) -> u64 {
    xxh3_64(word.as_bytes())
}

/// Cuts a text into words.
pub(crate) fn cut(text: &str) -> Text {
    let mut words: Vec<Word> = Vec::with_capacity(text.len() / 6 + 1);
    let mut gap = Gap::default();
    let mut from = None;
    let mut digits = false;
    let mut blank = true;
    let mut skipped = 0;
    for (at, c) in text.char_indices() {
        if at < skipped {
            continue;
        }
        if blank && from.is_none() && !c.is_whitespace() {
            let chunk = text[at..].split(char::is_whitespace).next().unwrap_or_default();
            if is_address(chunk) {
                // Text within a web or mail address name nothing.
                skipped = at + chunk.len();
                gap.semicolon = true;
                continue;
            }
        }
        let letter = c.is_alphanumeric() || from.is_some() && unicode_mark(c);
        if letter {
            if let Some(start) = from
                && c.is_ascii_digit() != digits
                && !unicode_mark(c)
            {
                push(&mut words, text, (start, at), gap, digits);
                gap = Gap { glued: true, ..Gap::default() };
                from = None;
            }
            if from.is_none() {
                from = Some(at);
                digits = c.is_ascii_digit();
            }
            blank = false;
            continue;
        }
        if let Some(start) = from.take() {
            push(&mut words, text, (start, at), gap, digits);
            if words.len() >= MOST_WORDS {
                break;
            }
            gap = Gap::default();
        }
        match c {
            '\'' | '’' | 'ʼ' | '`' | '´' | '‘' => gap.apostrophe = true,
            '-' | '‐' | '‑' => {
                let spaced = blank || text[at + c.len_utf8()..].starts_with(char::is_whitespace);
                if spaced { gap.dash = true } else { gap.hyphen = true }
            }
            '–' | '—' | '−' => gap.dash = true,
            '/' => gap.slash = true,
            ',' => gap.comma = true,
            ';' | '|' | '•' | '·' | '\n' | '\r' | '→' | '>' | '»' | '«' | '"' | '“' | '”' => {
                gap.semicolon = true;
            }
            ':' => gap.colon = true,
            '(' | '[' => gap.open = true,
            ')' | ']' => gap.close = true,
            '&' => words.push(word("et", (at, at + 1), std::mem::take(&mut gap))),
            '!' | '?' | '…' => gap.stop = true,
            // A full stop after "St" or "Dr" ends no sentence.
            '.' => {
                gap.other = true;
                gap.stop |= words.last().is_none_or(|word| word.text.len() > 2 && word.text != "saint");
            }
            _ => gap.other |= !c.is_whitespace(),
        }
        blank = c.is_whitespace();
    }
    if let Some(start) = from {
        push(&mut words, text, (start, text.len()), gap, digits);
    }
    let mixed = words.iter().any(|word| !word.digits && !word.capital && word.text.len() > 1)
        && words.iter().any(|word| word.capital);
    let shouted = words.iter().all(|word| word.digits || word.upper || word.text.len() < 2);
    Text { words, mixed, shouted }
}

/// A folded word without its abbreviation, as names are compared.
pub(crate) fn in_full(word: &str) -> &str {
    match word {
        "st" => "saint",
        "ste" => "sainte",
        "sts" => "saints",
        "stes" => "saintes",
        "lez" => "les",
        "ss" => "sous",
        // "Clermont-Fd".
        "fd" => "ferrand",
        other => other,
    }
}

fn is_address(chunk: &str) -> bool {
    chunk.contains("://")
        || chunk.contains('@')
        || chunk.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."))
}

fn unicode_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn push(words: &mut Vec<Word>, text: &str, at: (usize, usize), gap: Gap, digits: bool) {
    let raw = &text[at.0..at.1];
    let mut folded = if digits { raw.to_owned() } else { fold(raw) };
    folded.retain(|c| c != ' ');
    let full = in_full(&folded);
    // "s/s" is one word: "sous".
    if full == "s" && gap.slash && words.last().is_some_and(|before| before.text == "s") {
        return;
    }
    let mut word = word(full, at, gap);
    word.digits = digits;
    word.capital = raw.starts_with(char::is_uppercase);
    word.upper = raw.chars().count() > 1 && raw.chars().all(|c| !c.is_lowercase()) && !digits;
    words.push(word);
}

fn word(text: &str, at: (usize, usize), gap: Gap) -> Word {
    Word { hash: hash(text), text: text.to_owned(), gap, capital: false, upper: false, digits: false, at }
}
