//! One item of a feed on its way to a raw record.

use model::{Issue, Payload, RawRecord, Severity};
use serde_json::{Map, Value, json};

use super::super::document::{absolute, usable_key};
use super::date::rfc3339;

/// What was read of an item so far.
#[derive(Default)]
pub(super) struct Item {
    pub(super) id: Option<String>,
    /// `rdf:about` of the item: its id for want of another.
    about: Option<String>,
    pub(super) title: Option<String>,
    pub(super) other_title: Option<String>,
    link: Option<Link>,
    permalink: Option<String>,
    published: Option<String>,
    updated: Option<String>,
    authors: Vec<String>,
    pub(super) other_author: Option<String>,
    pub(super) categories: Vec<String>,
    pub(super) summary: Option<String>,
    pub(super) other_summary: Option<String>,
    pub(super) content: Option<String>,
    pub(super) language: Option<String>,
    enclosures: Vec<Value>,
    /// What relative addresses of its texts start from.
    pub(super) base: Option<String>,
    issues: Vec<Issue>,
}

/// The best link so far.
struct Link {
    address: String,
    /// It leads to a page, as far as is said.
    is_page: bool,
}

impl Item {
    /// An item that its feed names in its own way (`rdf:about`), or not at all.
    pub(super) fn named(about: Option<String>) -> Self {
        Self { about, ..Self::default() }
    }

    /// A link to the item's page; the first one wins, unless a later one alone leads to a page.
    pub(super) fn add_link(&mut self, base: &str, written: &str, is_page: bool) {
        if written.trim().is_empty() || self.link.as_ref().is_some_and(|link| link.is_page || !is_page) {
            return;
        }
        self.link = Some(Link { address: absolute(base, written), is_page });
    }

    /// A guid; unless it says otherwise, one that is an address is the item's address.
    pub(super) fn add_guid(&mut self, base: &str, written: &str, is_permalink: Option<bool>) {
        let is_address = written.starts_with("http://") || written.starts_with("https://");
        if is_permalink.unwrap_or(is_address) && !written.is_empty() {
            self.permalink.get_or_insert_with(|| absolute(base, written));
        }
        fill(&mut self.id, written);
    }

    pub(super) fn add_author(&mut self, name: String) {
        if !name.is_empty() {
            self.authors.push(name);
        }
    }

    pub(super) fn add_published(&mut self, written: &str) {
        let date = self.date(written);
        if self.published.is_none() {
            self.published = date;
        }
    }

    pub(super) fn add_updated(&mut self, written: &str) {
        let date = self.date(written);
        if self.updated.is_none() {
            self.updated = date;
        }
    }

    fn date(&mut self, written: &str) -> Option<String> {
        let date = rfc3339(written);
        if date.is_none() && !written.is_empty() {
            let shown: String = written.chars().take(80).collect();
            let message = format!("`{shown}` is not a date");
            self.issues.push(Issue::new(Severity::Warning, "source_updated_on", "bad-date", message));
        }
        date
    }

    pub(super) fn add_enclosure(&mut self, base: &str, url: &str, kind: Option<&str>, length: Option<&str>) {
        if url.trim().is_empty() {
            return;
        }
        let mut enclosure = Map::new();
        enclosure.insert("url".to_owned(), Value::String(absolute(base, url)));
        if let Some(kind) = kind.filter(|kind| !kind.is_empty()) {
            enclosure.insert("type".to_owned(), Value::String(kind.to_owned()));
        }
        if let Some(length) = length.and_then(|length| length.trim().parse::<u64>().ok()) {
            enclosure.insert("length".to_owned(), json!(length));
        }
        self.enclosures.push(Value::Object(enclosure));
    }

    /// Bytes it holds so far.
    pub(super) fn size(&self) -> usize {
        let texts = [&self.title, &self.summary, &self.other_summary, &self.content];
        let lists = self.authors.iter().chain(&self.categories).map(|text| text.len() + 24).sum::<usize>();
        texts.into_iter().flatten().map(String::len).sum::<usize>() + lists + self.enclosures.len() * 256
    }

    /// The item as a record; `inherited` is the language of the feed.
    pub(super) fn into_record(mut self, base: String, inherited: Option<&str>) -> RawRecord {
        let mut issues = self.issues;
        let id = self.id.or(self.about);
        let link = self.link.map(|link| link.address).or(self.permalink);
        let key = usable_key(
            id.as_deref().or(link.as_deref()),
            "the item has neither an id nor a link: nothing to know it again by",
            &mut issues,
        );
        let mut payload = Map::with_capacity(11);
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                payload.insert(name.to_owned(), Value::String(value));
            }
        };
        put("id", id);
        put("title", self.title.or(self.other_title));
        put("link", link.clone());
        put("published", self.published);
        put("updated", self.updated);
        let list = |texts: Vec<String>| Value::Array(texts.into_iter().map(Value::String).collect());
        if self.authors.is_empty() {
            self.authors.extend(self.other_author);
        }
        if !self.authors.is_empty() {
            payload.insert("authors".to_owned(), list(self.authors));
        }
        if !self.categories.is_empty() {
            payload.insert("categories".to_owned(), list(self.categories));
        }
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                payload.insert(name.to_owned(), Value::String(value));
            }
        };
        put("summary", self.summary.or(self.other_summary));
        put("content", self.content);
        put("language", self.language.or_else(|| inherited.map(str::to_owned)));
        if !self.enclosures.is_empty() {
            payload.insert("enclosures".to_owned(), Value::Array(self.enclosures));
        }
        let base = self.base.unwrap_or(base);
        RawRecord { key, url: link, base: Some(base), payload: Payload::Feed(payload), deleted: false, issues }
    }
}

/// Takes a text where none was taken yet, unless it is empty.
pub(super) fn fill(field: &mut Option<String>, text: &str) {
    if field.is_none() && !text.is_empty() {
        *field = Some(text.to_owned());
    }
}
