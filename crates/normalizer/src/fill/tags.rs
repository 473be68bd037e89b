//! Sourceurs' words brought to the taxonomy.

use model::{Dimension, Said, Tag, Unmapped, fold};

use super::{Filler, value};
use crate::lookups::Lookup;
use crate::mapping::Where;
use crate::taxonomy::Taxonomy;
use crate::tree::Tree;

/// Most words that are looked at in one record.
const MOST: usize = 200;

impl Filler<'_> {
    /// Brings the words at a place to slugs: the sourceur's own table first, then the taxonomy.
    pub(super) fn fill_tags(&mut self, dimension: Dimension, place: &Where, tree: &Tree<'_>) {
        let lookup = place.lookup.clone();
        let bare = Where { lookup: None, ..place.clone() };
        let said = self.texts(&bare, None, tree, dimension.field());
        if said.len() > MOST {
            let message = format!("{} words were given; the first {MOST} were read", said.len());
            self.notes.warn(dimension.field(), "too-many-words", message);
        }
        let lines = said.iter().take(MOST).flat_map(|text| text.lines());
        for words in lines.map(|line| line.trim().trim_start_matches("- ").trim()).filter(|line| !line.is_empty()) {
            self.put_words(dimension, words, lookup.as_deref());
        }
    }

    fn put_words(&mut self, dimension: Dimension, words: &str, lookup: Option<&Lookup>) {
        let taxonomy = self.normalizer.taxonomy.clone();
        if self.put_known(dimension, words, lookup, &taxonomy) {
            return;
        }
        if let Some(parts) = split_by_vocabulary(words, lookup, &taxonomy) {
            let message = format!("`{}` was split into {} known words", value::shortened(words), parts.len());
            self.notes.repaired(dimension.field(), "glued-words", message);
            for part in parts {
                self.put_known(dimension, part, lookup, &taxonomy);
            }
            return;
        }
        let unmapped = Unmapped {
            sourceur: self.normalizer.sourceur.clone(),
            field: dimension.field().to_owned(),
            words: words.to_owned(),
        };
        if !self.action.unmapped.contains(&unmapped) {
            self.action.unmapped.push(unmapped);
        }
    }

    /// `false` if nobody knows the words.
    fn put_known(&mut self, dimension: Dimension, words: &str, lookup: Option<&Lookup>, taxonomy: &Taxonomy) -> bool {
        let folded = fold(words);
        if let Some(slugs) = lookup.and_then(|lookup| lookup.get(&folded)) {
            for slug in slugs {
                if let Some(term) = taxonomy.term(dimension, slug) {
                    self.put_tag(dimension, &term.id, &term.fr, words);
                }
            }
            return true;
        }
        let Some(terms) = taxonomy.lookup_folded(&folded) else { return false };
        // A theme's words may also say for whom and how; the words of the other fields say one thing only.
        let counts = |of: Dimension| of == dimension || dimension == Dimension::Theme;
        let mut put = terms.is_empty();
        for (of, term) in terms.into_iter().filter(|(of, _)| counts(*of)) {
            self.put_tag(of, &term.id, &term.fr, words);
            put = true;
        }
        put
    }

    fn put_tag(&mut self, dimension: Dimension, id: &str, label: &str, words: &str) {
        let said = Said { sourceur: self.normalizer.sourceur.clone(), words: words.to_owned() };
        let tags = match dimension {
            Dimension::Theme => &mut self.action.themes,
            Dimension::Audience => &mut self.action.audiences,
            Dimension::Method => &mut self.action.methods,
        };
        match tags.iter_mut().find(|tag| tag.id == id) {
            Some(tag) if tag.from.contains(&said) => {}
            Some(tag) => tag.from.push(said),
            None => tags.push(Tag { id: id.to_owned(), label: label.to_owned(), from: vec![said] }),
        }
    }
}

/// A list of tags glued by blanks, split by what is known, the longest first; `None` unless all of it is known.
fn split_by_vocabulary<'w>(words: &'w str, lookup: Option<&Lookup>, taxonomy: &Taxonomy) -> Option<Vec<&'w str>> {
    let tokens = tokens(words);
    if !(2..=60).contains(&tokens.len()) {
        return None;
    }
    let longest_own = lookup.into_iter().flat_map(|lookup| lookup.keys()).map(|key| key.split(' ').count()).max();
    let longest = taxonomy.longest().max(longest_own.unwrap_or(0));
    let is_known = |folded: &str| {
        lookup.is_some_and(|lookup| lookup.contains_key(folded)) || taxonomy.lookup_folded(folded).is_some()
    };
    let mut parts = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let fits = (1..=longest.min(tokens.len() - at)).rev().find(|length| {
            let folded: Vec<&str> = tokens[at..at + length].iter().map(|(_, _, folded)| folded.as_str()).collect();
            is_known(&folded.join(" "))
        });
        let length = fits?;
        parts.push(&words[tokens[at].0..tokens[at + length - 1].1]);
        at += length;
    }
    (parts.len() > 1).then_some(parts)
}

/// Words with where they begin and end, folded.
fn tokens(text: &str) -> Vec<(usize, usize, String)> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                tokens.push((from, at, fold(&text[from..at])));
                start = None;
            }
            _ => {}
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glued_tags_are_split_by_the_vocabulary() {
        let taxonomy = Taxonomy::builtin();
        let split = |words| split_by_vocabulary(words, None, &taxonomy);
        assert_eq!(
            split("Gouvernance, partenariats institutionnels Développement local rural"),
            Some(vec!["Gouvernance, partenariats institutionnels", "Développement local rural"])
        );
        assert_eq!(split("Mobilité Santé mentale"), Some(vec!["Mobilité", "Santé mentale"]));
        assert_eq!(split("Mobilité des chats"), None);
        assert_eq!(split("Mobilité"), None);
    }
}
