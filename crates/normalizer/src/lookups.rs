//! Tables from a sourceur's words to ours, shared by all sourceurs or of one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use model::config::{Document, Reader};
use model::{Digest, fold};

/// One table: folded words → values, as written.
///
/// Sorted, so that what a mapping is made of always reads the same.
pub(crate) type Lookup = BTreeMap<String, Vec<String>>;

/// Named tables.
#[derive(Clone, Debug, Default)]
pub struct Lookups {
    tables: HashMap<String, Arc<Lookup>>,
}

impl Lookups {
    /// Adds the table of one file of `config/lookups/`; its name is the file's stem.
    pub fn add(&mut self, name: &str, document: &Document<'_>) {
        let table = read_lookup(&mut document.reader());
        self.tables.insert(name.to_owned(), Arc::new(table));
    }

    /// The tables of a sourceur's own `[lookups]` before the shared ones.
    pub(crate) fn with_own(&self, file: &mut Reader<'_>) -> Self {
        let mut lookups = self.clone();
        if let Some(mut tables) = file.table("lookups") {
            for name in tables.keys() {
                if let Some(mut table) = tables.table(&name) {
                    lookups.tables.insert(name, Arc::new(read_lookup(&mut table)));
                }
            }
        }
        lookups
    }

    pub(crate) fn get(&self, name: &str) -> Option<Arc<Lookup>> {
        self.tables.get(name).cloned()
    }

    /// Names of the tables, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.tables.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Tells two sets of tables apart.
    pub fn digest(&self) -> Digest {
        let mut lines: Vec<String> = Vec::new();
        for (name, table) in &self.tables {
            lines.extend(table.iter().map(|(words, values)| format!("{name}\0{words}\0{}", values.join("\0"))));
        }
        lines.sort_unstable();
        Digest::of(lines.iter().map(String::as_bytes))
    }
}

fn read_lookup(table: &mut Reader<'_>) -> Lookup {
    let mut lookup = Lookup::new();
    for words in table.keys() {
        let Some(item) = table.item(&words) else { continue };
        let values = item.one_or_many().iter().filter_map(model::config::Item::text).collect();
        lookup.insert(fold(&words), values);
    }
    lookup
}
