//! Who wrote an item, in the ways that feeds say it.

/// The author being read.
#[derive(Default)]
pub(super) struct Person {
    pub(super) text: String,
    pub(super) name: String,
    pub(super) email: String,
}

impl Person {
    /// By name, and by address only where there is no name; empty where there is neither.
    pub(super) fn told(self) -> String {
        let name = if self.name.is_empty() { name_of(&self.text) } else { self.name };
        if name.is_empty() { self.email } else { name }
    }
}

/// `who@example.org (Name)`, `Name (who@example.org)`, `Name <who@example.org>`: the name, if there is
/// one beside the address.
pub(super) fn name_of(written: &str) -> String {
    let (open, close) = if written.contains('(') { ('(', ')') } else { ('<', '>') };
    let Some((before, after)) = written.split_once(open) else { return written.to_owned() };
    let (before, within) = (before.trim(), after.split(close).next().unwrap_or_default().trim());
    let name = match (before.contains('@'), within.contains('@')) {
        (true, false) => within,
        (false, true) => before,
        _ => written,
    };
    if name.is_empty() { written.to_owned() } else { name.to_owned() }
}
