//! Enumerations: "Lormont, Cenon et Floirac".

use crate::{
    reading::{Reading, Strength},
    words::Word,
};

/// Gives mentions that are enumerated one number; what follows a sure one becomes as sure.
pub(crate) fn number(words: &[Word], reading: &mut Reading) {
    for position in 0..reading.communes.len() {
        let list = match position.checked_sub(1).map(|before| &reading.communes[before]) {
            Some(before) if enumerated(words, before.to, reading.communes[position].from) => before.list,
            _ => position,
        };
        reading.communes[position].list = list;
        if list != position {
            let before = reading.communes[position - 1].strength.min(Strength::Part);
            let mention = &mut reading.communes[position];
            if before >= Strength::Of {
                mention.strength = mention.strength.max(before);
            }
        }
    }
}

/// Whether nothing but separators, prepositions and codes stand between two names, and one joins them.
pub(crate) fn enumerated(words: &[Word], from: usize, to: usize) -> bool {
    const BETWEEN: [&str; 15] =
        ["et", "a", "de", "d", "du", "des", "la", "le", "les", "l", "en", "aux", "au", "ou", "puis"];
    if to < from || to - from > 4 {
        return false;
    }
    let filled = words[from..to].iter().all(|word| word.digits || BETWEEN.contains(&word.text.as_str()));
    let gap = |word: &Word| word.gap.comma || word.gap.semicolon || word.gap.slash || word.text == "et";
    let joined = words[from..=to.min(words.len() - 1)].iter().any(gap);
    let stopped = words[from..=to.min(words.len() - 1)].iter().any(|word| word.gap.stop || word.gap.colon);
    filled && joined && !stopped
}
