//! What an address of the search page asks, as it was written, and the addresses one choice away.
//!
//! The whole state of the page stands in its address, under the API's names, with `lieu` (`place`
//! in English) for words about a place. What is not a name of ours (a mailing's mark, say) is left
//! out; what is ours is kept as it came: the API reads it, and says what it cannot read.

use url::form_urlencoded;

use crate::lang::Lang;

/// Longest query, in bytes: the API's own.
const MAX_QUERY: usize = 8 * 1024;

/// Every parameter, in the order in which addresses are written.
const NAMES: [(&str, Kind); 20] = [
    ("q", Kind::One),
    ("lieu", Kind::One),
    ("near", Kind::One),
    ("within", Kind::One),
    ("territory", Kind::Many),
    ("theme", Kind::Many),
    ("audience", Kind::Many),
    ("method", Kind::Many),
    ("sourceur", Kind::Many),
    ("actor", Kind::One),
    ("status", Kind::Many),
    ("has", Kind::Many),
    ("language", Kind::Many),
    ("started_from", Kind::One),
    ("started_to", Kind::One),
    ("changed_since", Kind::One),
    ("quality_min", Kind::One),
    ("bbox", Kind::One),
    ("sort", Kind::One),
    ("limit", Kind::One),
];

/// Where a page of the list begins; it dies with every other choice.
const CURSOR: &str = "cursor";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    One,
    /// Several values, joined by commas.
    Many,
}

/// One question to the page, as its address writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// In the order of [`NAMES`]; no value is empty.
    given: Vec<(&'static str, String)>,
    cursor: Option<String>,
}

/// Why an address is no question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// All of it, most by this parameter.
    TooLong(Option<&'static str>),
    /// This parameter, which takes one value, is given several times.
    Repeated(&'static str),
}

impl State {
    /// Reads the query of an address.
    pub(crate) fn read(query: Option<&str>) -> Result<Self, Unreadable> {
        let query = query.unwrap_or_default();
        if query.len() > MAX_QUERY {
            return Err(Unreadable::TooLong(longest(query)));
        }
        let mut state = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            // Text pasted from elsewhere brings line ends along.
            let value = value.replace(char::is_control, " ");
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if name == CURSOR {
                state.cursor = Some(value.to_owned());
                continue;
            }
            let Some((name, kind)) = known(&name) else { continue };
            match kind {
                Kind::Many => value.split(',').for_each(|value| state.put(name, value.trim())),
                Kind::One if state.get(name).is_some_and(|before| before != value) => {
                    return Err(Unreadable::Repeated(name));
                }
                Kind::One => state.put(name, value),
            }
        }
        Ok(state)
    }

    /// What an address asks beside one parameter; nothing where the rest is no question either.
    pub(crate) fn read_but(query: Option<&str>, but: &str) -> Self {
        let all = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let others = all.filter(|(name, _)| known(name).is_none_or(|(name, _)| name != but));
        let rest = form_urlencoded::Serializer::new(String::new()).extend_pairs(others).finish();
        Self::read(Some(&rest)).unwrap_or_default()
    }

    /// The value of a parameter; the first of several.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.given.iter().filter(move |(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter has this value.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|given| given == value)
    }

    /// Where the page of the list begins.
    pub(crate) fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Every name and value but the cursor, several values apart.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.given.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Whether nothing narrows the list.
    pub(crate) fn is_all(&self) -> bool {
        self.given.iter().all(|(name, _)| ["sort", "limit"].contains(name))
    }

    /// This question with one value of a parameter more.
    #[must_use]
    pub(crate) fn plus(mut self, name: &str, value: &str) -> Self {
        self.cursor = None;
        if let Some((name, _)) = NAMES.iter().find(|(known, _)| *known == name) {
            self.put(name, value);
        }
        self
    }

    /// This question with that parameter set anew.
    #[must_use]
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        self.without(&[name]).plus(name, value)
    }

    /// This question without some parameters.
    #[must_use]
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        self.cursor = None;
        self.given.retain(|(given, _)| !names.contains(given));
        self
    }

    /// This question without the values of a parameter that are told.
    #[must_use]
    pub(crate) fn minus(mut self, name: &str, goes: impl Fn(&str) -> bool) -> Self {
        self.cursor = None;
        self.given.retain(|(given, value)| *given != name || !goes(value));
        self
    }

    /// What of this question another one does not ask.
    pub(crate) fn beyond(&self, other: &Self) -> Self {
        let given = self.given.iter().filter(|pair| !other.given.contains(pair)).cloned().collect();
        Self { given, cursor: None }
    }

    /// This question from that place of the list on.
    #[must_use]
    pub(crate) fn from(mut self, cursor: &str) -> Self {
        self.cursor = Some(cursor.to_owned());
        self
    }

    /// Address of the page with this question.
    pub(crate) fn address(&self, lang: Lang) -> String {
        let page = super::address(lang);
        let query = self.query(lang);
        if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
    }

    /// The question as a query of the page.
    pub(crate) fn query(&self, lang: Lang) -> String {
        let place = super::place_name(lang);
        let given = self.pairs().map(|(name, value)| (if name == "lieu" { place } else { name }, value));
        written(given.chain(self.cursor.iter().map(|cursor| (CURSOR, cursor.as_str()))))
    }

    fn put(&mut self, name: &'static str, value: &str) {
        if value.is_empty() || self.has(name, value) {
            return;
        }
        let rank = |name: &str| NAMES.iter().position(|(known, _)| *known == name);
        let at = self.given.partition_point(|(given, _)| rank(given) <= rank(name));
        self.given.insert(at, (name, value.to_owned()));
    }
}

/// A parameter of ours by its name in either language.
fn known(name: &str) -> Option<(&'static str, Kind)> {
    let name = if name == "place" { "lieu" } else { name };
    NAMES.iter().find(|(known, _)| *known == name).copied()
}

/// The parameter that takes most of a query.
fn longest(query: &str) -> Option<&'static str> {
    let ours = |name: &str| if name == CURSOR { Some(CURSOR) } else { known(name).map(|(name, _)| name) };
    let written = form_urlencoded::parse(query.as_bytes());
    let written = written.filter_map(|(name, value)| Some((ours(&name)?, value.len())));
    written.max_by_key(|(_, length)| *length).map(|(name, _)| name)
}

/// Names and values as a query; neighbours of one name are joined by commas.
pub(crate) fn written<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    let mut before = "";
    for (name, value) in pairs {
        if name == before {
            query.push(',');
        } else {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
        }
        before = name;
        put_encoded(&mut query, value);
    }
    query
}

/// Percent-encodes what must be. Colons and slashes stay: they may, and addresses read better.
fn put_encoded(query: &mut String, value: &str) {
    for part in form_urlencoded::byte_serialize(value.as_bytes()) {
        match part {
            "%3A" => query.push(':'),
            "%2F" => query.push('/'),
            "%2C" => query.push(','),
            part => query.push_str(part),
        }
    }
}

#[cfg(test)]
mod tests;
