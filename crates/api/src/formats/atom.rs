//! A feed of actions, RFC 4287, with a point per entry where one is known (GeoRSS simple).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use model::{Action, Origin, SourceurId};
use url::Url;

use super::place::point;

/// What a feed says of itself.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// Its address, or another IRI that is its own for ever; it is told as `self` where it is an address.
    pub id: String,
    /// Address of the page that it belongs to.
    pub home: Option<String>,
    /// When any of its entries last changed; none in an empty feed.
    pub updated: Option<DateTime<Utc>>,
    /// Names of sourceurs, to name as authors.
    pub sourceurs: Arc<HashMap<SourceurId, Box<str>>>,
}

impl Feed {
    /// Everything before the first entry.
    pub(super) fn head(&self, out: &mut impl Write) -> io::Result<()> {
        let mut head = String::from(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" \
             xmlns:georss=\"http://www.georss.org/georss\" xml:lang=\"fr\">\n",
        );
        element(&mut head, "id", &self.id);
        element(&mut head, "title", "Carrefour\u{a0}: actions d’innovation sociale");
        // An empty feed has never changed.
        element(&mut head, "updated", &time(self.updated.unwrap_or_default()));
        if self.id.starts_with("http") {
            link(&mut head, "self", Some("application/atom+xml"), &self.id);
        }
        if let Some(home) = &self.home {
            link(&mut head, "alternate", Some("text/html"), home);
        }
        out.write_all(head.as_bytes())
    }

    /// One action.
    pub(super) fn entry(&self, action: &Action, out: &mut impl Write) -> io::Result<()> {
        let mut entry = String::with_capacity(2048);
        entry.push_str("<entry");
        if let Some(language) = &action.language {
            let _ = write!(entry, " xml:lang=\"{}\"", escaped(language));
        }
        entry.push_str(">\n");
        let id = action.id.map_or_else(String::new, |id| format!("urn:uuid:{id}"));
        element(&mut entry, "id", &id);
        element(&mut entry, "title", &action.title);
        element(&mut entry, "updated", &time(action.changed_at.unwrap_or_default()));
        if let Some(seen) = action.first_seen_at {
            element(&mut entry, "published", &time(seen));
        }
        self.authors(action, &mut entry);
        links(action, &mut entry);
        if let Some(summary) = &action.summary {
            element(&mut entry, "summary", summary);
        }
        for theme in &action.themes {
            let (term, label) = (escaped(&theme.id), escaped(&theme.label));
            let _ = writeln!(entry, "<category term=\"{term}\" label=\"{label}\"/>");
        }
        let rights: Vec<String> = action.origins.iter().map(|origin| self.rights(origin)).collect();
        if !rights.is_empty() {
            element(&mut entry, "rights", &rights.join(" ; "));
        }
        if let Some((lat, lon)) = point(action) {
            element(&mut entry, "georss:point", &format!("{lat} {lon}"));
        }
        entry.push_str("</entry>\n");
        out.write_all(entry.as_bytes())
    }

    /// Who tells is who wrote: each sourceur once.
    fn authors(&self, action: &Action, entry: &mut String) {
        let mut named: Vec<&SourceurId> = Vec::new();
        for origin in &action.origins {
            if !named.contains(&&origin.sourceur) {
                named.push(&origin.sourceur);
                let _ = writeln!(entry, "<author><name>{}</name></author>", escaped(self.name(&origin.sourceur)));
            }
        }
        if named.is_empty() {
            entry.push_str("<author><name>Carrefour</name></author>\n");
        }
    }

    fn rights(&self, origin: &Origin) -> String {
        let notice = origin.notice.as_deref().map(|notice| format!(" ({notice})")).unwrap_or_default();
        format!("{}\u{a0}: {}{notice}", self.name(&origin.sourceur), origin.licence)
    }

    fn name<'a>(&'a self, sourceur: &'a SourceurId) -> &'a str {
        self.sourceurs.get(sourceur).map_or(sourceur.as_str(), |name| name)
    }
}

/// The action's page, and those of its records. An entry that leads nowhere has to hold its text itself.
fn links(action: &Action, entry: &mut String) {
    let pages: Vec<String> =
        action.origins.iter().filter_map(|origin| origin.url.as_deref()).filter_map(address).collect();
    match action.url.as_deref().and_then(address).or_else(|| pages.first().cloned()) {
        Some(page) => link(entry, "alternate", Some("text/html"), &page),
        None => element(entry, "content", action.summary.as_ref().unwrap_or(&action.title)),
    }
    for page in pages {
        link(entry, "via", None, &page);
    }
}

/// An address as a feed may hold it: whole, and escaped where it was not.
fn address(written: &str) -> Option<String> {
    let url = Url::parse(written).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(url.into())
}

fn link(out: &mut String, rel: &str, media_type: Option<&str>, address: &str) {
    let media_type = media_type.map(|word| format!(" type=\"{word}\"")).unwrap_or_default();
    let _ = writeln!(out, "<link rel=\"{rel}\"{media_type} href=\"{}\"/>", escaped(address));
}

fn element(out: &mut String, name: &str, text: &str) {
    let _ = writeln!(out, "<{name}>{}</{name}>", escaped(text));
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Text of anybody's as XML: markup escaped, characters that XML cannot hold left out (XML 1.0, 2.2).
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' | '\u{20}'..='\u{fffd}' | '\u{10000}'.. => safe.push(c),
            _ => {}
        }
    }
    safe
}
