//! The vocabulary every sourceur's words are brought to: themes, audiences, methods, sorts of actor.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use model::config::{Document, Reader};
use model::{ActorKind, Digest, Dimension, Term, Vocabulary, fold};

/// The taxonomy that is compiled in: `config/taxonomy.toml`.
const BUILTIN: &str = include_str!("../../../config/taxonomy.toml");

/// A sort of organisation, told by words of its name.
#[derive(Clone, Debug)]
struct ActorSort {
    kind: Option<ActorKind>,
    begins: Vec<String>,
    holds: Vec<String>,
}

/// Slugs, labels and synonyms, ready to look up.
#[derive(Clone, Debug)]
pub struct Taxonomy {
    vocabulary: Arc<Vocabulary>,
    /// Folded words → the terms they stand for, whatever their dimension.
    by_words: HashMap<String, Vec<(Dimension, usize)>>,
    /// Words of the longest entry of `by_words`.
    longest: usize,
    actors: Vec<ActorSort>,
    digest: Digest,
}

impl Taxonomy {
    /// The taxonomy that is compiled in.
    pub fn builtin() -> Arc<Self> {
        static TAXONOMY: LazyLock<Arc<Taxonomy>> =
            LazyLock::new(|| Arc::new(Taxonomy::read(&Document::parse("config/taxonomy.toml", BUILTIN))));
        Arc::clone(&TAXONOMY)
    }

    /// Reads a taxonomy file; its mistakes are told to the document.
    pub fn read(document: &Document<'_>) -> Self {
        let mut taxonomy = Self {
            vocabulary: Arc::default(),
            by_words: HashMap::new(),
            longest: 0,
            actors: Vec::new(),
            digest: Digest::of([document.source().as_bytes()]),
        };
        let mut file = document.reader();
        for word in texts(&mut file, "nothing") {
            taxonomy.words(&word, None);
        }
        for (name, dimension) in [
            ("themes", Some(Dimension::Theme)),
            ("audiences", Some(Dimension::Audience)),
            ("methods", Some(Dimension::Method)),
            ("grounds", None),
        ] {
            let Some(mut list) = file.table(name) else { continue };
            for slug in list.keys() {
                let Some(mut entry) = list.table(&slug) else { continue };
                taxonomy.read_term(dimension, &slug, &mut entry);
                if let Some(mut subs) = entry.table("sub") {
                    for sub in subs.keys() {
                        if let Some(mut entry) = subs.table(&sub) {
                            taxonomy.read_term(dimension, &format!("{slug}/{sub}"), &mut entry);
                            entry.finish();
                        }
                    }
                }
                entry.finish();
            }
        }
        if let Some(mut list) = file.table("actors") {
            for slug in list.keys() {
                if let Some(mut entry) = list.table(&slug) {
                    taxonomy.actors.push(read_actor(&mut entry));
                }
            }
        }
        file.finish();
        taxonomy
    }

    /// Tells two taxonomies apart.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Every term, without the words that lead to it.
    pub fn vocabulary(&self) -> &Arc<Vocabulary> {
        &self.vocabulary
    }

    /// Every term of a dimension, in the order of the file.
    pub fn terms(&self, dimension: Dimension) -> &[Term] {
        self.vocabulary.terms(dimension)
    }

    /// The term of a slug.
    pub fn term(&self, dimension: Dimension, id: &str) -> Option<&Term> {
        self.vocabulary.term(dimension, id)
    }

    /// What words stand for: `None` if nobody knows them, no term if they are known to say nothing.
    pub fn lookup(&self, words: &str) -> Option<Vec<(Dimension, &Term)>> {
        self.lookup_folded(&fold(words))
    }

    /// The same for words that are folded already.
    pub(crate) fn lookup_folded(&self, folded: &str) -> Option<Vec<(Dimension, &Term)>> {
        let found = self.by_words.get(folded)?;
        Some(found.iter().map(|(dimension, index)| (*dimension, &self.terms(*dimension)[*index])).collect())
    }

    /// Words of the longest entry.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// The sort of organisation that a name tells, where it does.
    pub fn actor_kind(&self, name: &str) -> Option<ActorKind> {
        let name = format!(" {} ", fold(name));
        let fits = |sort: &&ActorSort| {
            sort.begins.iter().any(|words| name.starts_with(words.as_str()))
                || sort.holds.iter().any(|words| name.contains(words.as_str()))
        };
        self.actors.iter().find(fits)?.kind
    }

    fn read_term(&mut self, dimension: Option<Dimension>, slug: &str, entry: &mut Reader<'_>) {
        let why = "a term has a label in both languages";
        let fr = entry.required_text("fr", why).unwrap_or_else(|| slug.to_owned());
        let en = entry.required_text("en", why).unwrap_or_else(|| slug.to_owned());
        let words = texts(entry, "words");
        let Some(dimension) = dimension else { return };
        let term = Term { id: slug.to_owned(), fr: fr.clone(), en: en.clone() };
        let index = Arc::make_mut(&mut self.vocabulary).add(dimension, term);
        for word in words.iter().chain([&fr, &en, &slug.to_owned()]) {
            self.words(word, Some((dimension, index)));
        }
    }

    fn words(&mut self, words: &str, term: Option<(Dimension, usize)>) {
        let folded = fold(words);
        self.longest = self.longest.max(folded.split(' ').count());
        let terms = self.by_words.entry(folded).or_default();
        terms.extend(term.filter(|term| !terms.contains(term)));
    }
}

fn read_actor(entry: &mut Reader<'_>) -> ActorSort {
    entry.text("fr");
    entry.text("en");
    let kind = entry.choice(
        "kind",
        &[
            ("association", ActorKind::Association),
            ("local_authority", ActorKind::LocalAuthority),
            ("state", ActorKind::State),
            ("public_body", ActorKind::PublicBody),
            ("cooperative", ActorKind::Cooperative),
            ("company", ActorKind::Company),
            ("foundation", ActorKind::Foundation),
            ("citizens", ActorKind::Citizens),
            ("other", ActorKind::Other),
        ],
    );
    let spaced = |words: Vec<String>| words.iter().map(|words| format!(" {} ", fold(words))).collect();
    let sort = ActorSort { kind, begins: spaced(texts(entry, "begins")), holds: spaced(texts(entry, "holds")) };
    entry.finish();
    sort
}

/// An array of texts; anything else in it is a fault.
pub(crate) fn texts(table: &mut Reader<'_>, key: &str) -> Vec<String> {
    let Some(item) = table.item(key) else { return Vec::new() };
    item.one_or_many().iter().filter_map(model::config::Item::text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, expected: &[&str]) {
        let taxonomy = Taxonomy::builtin();
        let found: Vec<String> =
            taxonomy.lookup(words).into_iter().flatten().map(|(_, term)| term.id.clone()).collect();
        assert_eq!(found, expected, "{words}");
    }

    #[test]
    fn the_compiled_taxonomy_has_no_mistake() {
        let document = Document::parse("config/taxonomy.toml", BUILTIN);
        let taxonomy = Taxonomy::read(&document);
        assert_eq!(document.into_faults(), []);
        assert!(taxonomy.terms(Dimension::Theme).len() > 17);
    }

    #[test]
    fn words_are_compared_without_case_accents_or_punctuation() {
        check("DÉVELOPPEMENT LOCAL - RURAL", &["developpement-territoires/developpement-rural"]);
        check("mobilite", &["mobilite"]);
        check("Mobility", &["mobilite"]);
        check("Enfance / famille", &["enfance-jeunesse-famille", "enfants", "familles"]);
        check("mots de personne", &[]);
        check("Innovation sociale", &[]);
    }

    #[test]
    fn a_name_tells_the_sort_of_actor() {
        let taxonomy = Taxonomy::builtin();
        for (name, expected) in [
            ("CCAS de la Ville d'Agen", Some(ActorKind::PublicBody)),
            ("Ville de Pau", Some(ActorKind::LocalAuthority)),
            ("Conseil départemental du Gers", Some(ActorKind::LocalAuthority)),
            ("Villeneuve en fête", None),
            ("Association Les Cafés", Some(ActorKind::Association)),
            ("Scic Le Relais", Some(ActorKind::Cooperative)),
        ] {
            assert_eq!(taxonomy.actor_kind(name), expected, "{name}");
        }
    }
}
