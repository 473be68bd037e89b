//! "Paris 11e", "20e arrondissement de Paris", "Lyon 8", "Marseille XIIIe".

use crate::{
    reading::{Commune, Reading, Strength},
    tables::Tables,
    words::Word,
};

/// Makes mentions of the three cities mentions of the arrondissement where one is said.
pub(crate) fn read(tables: &Tables, words: &[Word], reading: &mut Reading) {
    let mut extra = Vec::new();
    for mention in &mut reading.communes {
        let Some(city) = mention.today.first().copied().filter(|_| mention.today.len() == 1) else { continue };
        let Some((base, most)) = (match tables.communes[city as usize].code() {
            "75056" => Some((75_100, 20)),
            "69123" => Some((69_380, 9)),
            "13055" => Some((13_200, 16)),
            _ => None,
        }) else {
            continue;
        };
        let part = |number: usize| {
            (1..=most).contains(&number).then(|| tables.commune(&(base + number).to_string())).flatten()
        };
        let before = ordinal_before(words, mention.from).and_then(|(number, from)| Some((part(number)?, from)));
        if let Some((which, from)) = before {
            mention.today[0] = which;
            mention.from = from;
            mention.strength = Strength::Tied;
            continue;
        }
        let mut at = mention.to;
        let mut first = true;
        while let Some((number, to)) = ordinal_at(words, at) {
            let Some(which) = part(number) else { break };
            if first {
                mention.today[0] = which;
                mention.to = to;
                mention.strength = mention.strength.max(Strength::At);
            } else {
                extra.push(Commune { today: vec![which], from: at, to, ..mention.clone() });
            }
            first = false;
            let joined = words.get(to).is_some_and(|word| word.text == "et" || word.gap.comma);
            if !joined {
                break;
            }
            at = if words[to].text == "et" { to + 1 } else { to };
        }
    }
    reading.communes.extend(extra);
    reading.communes.sort_by_key(|mention| mention.from);
}

/// An arrondissement's number after the city: "11", "11e", "XIe", "(11e)".
fn ordinal_at(words: &[Word], at: usize) -> Option<(usize, usize)> {
    let word = words.get(at)?;
    if word.gap.stop || word.gap.semicolon {
        return None;
    }
    if word.digits && word.text.len() <= 2 {
        let number = word.text.parse().ok()?;
        let ending = words.get(at + 1).filter(|next| next.gap.glued);
        return match ending.map(|next| next.text.as_str()) {
            Some("e" | "er" | "eme" | "ieme" | "ere" | "nd" | "me") => Some((number, at + 2)),
            Some(_) => None,
            None if word.gap.dash || word.gap.comma || word.gap.open => None,
            None => Some((number, at + 1)),
        };
    }
    Some((roman(&word.text)?, at + 1))
}

/// "20e arrondissement de", "XIe arrondissement à" before the city.
fn ordinal_before(words: &[Word], city: usize) -> Option<(usize, usize)> {
    let last = city.checked_sub(1)?;
    let last = if matches!(words[last].text.as_str(), "de" | "a") { last.checked_sub(1)? } else { last };
    if !matches!(words[last].text.as_str(), "arrondissement" | "arrdt" | "arr" | "ardt") {
        return None;
    }
    let word = &words[last.checked_sub(1)?];
    if let Some(number) = roman(&word.text) {
        return Some((number, last - 1));
    }
    if word.digits {
        return Some((word.text.parse().ok()?, last - 1));
    }
    let digits = last.checked_sub(2)?;
    (word.gap.glued && words[digits].digits).then(|| words[digits].text.parse().ok().map(|number| (number, digits)))?
}

fn roman(word: &str) -> Option<usize> {
    let stem = word.strip_suffix("eme").or_else(|| word.strip_suffix("er")).or_else(|| word.strip_suffix('e'))?;
    const ROMAN: [&str; 20] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii",
        "xviii", "xix", "xx",
    ];
    ROMAN.iter().position(|number| *number == stem).map(|position| position + 1)
}
