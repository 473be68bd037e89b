//! Addresses: made absolute, mended where a tool broke them.

use model::{Image, Link, LinkRel};
use url::Url;

use super::{Filler, value};
use crate::mapping::ListRule;
use crate::text::blanks;
use crate::tree::Tree;

const RELS: [(&str, LinkRel); 14] = [
    ("page", LinkRel::Page),
    ("fiche", LinkRel::Page),
    ("website", LinkRel::Website),
    ("site", LinkRel::Website),
    ("site web", LinkRel::Website),
    ("article", LinkRel::Article),
    ("evaluation", LinkRel::Evaluation),
    ("document", LinkRel::Document),
    ("enclosure", LinkRel::Document),
    ("pdf", LinkRel::Document),
    ("video", LinkRel::Video),
    ("presse", LinkRel::Article),
    ("alternate", LinkRel::Page),
    ("self", LinkRel::Page),
];

/// Last parts of hosts that people write without `https://`.
const DOMAINS: [&str; 14] =
    ["fr", "org", "com", "net", "eu", "info", "coop", "bzh", "be", "ch", "re", "nc", "paris", "corsica"];

impl Filler<'_> {
    /// Adds the links of a list.
    pub(super) fn fill_links(&mut self, list: &ListRule, tree: &Tree<'_>) {
        for node in self.elements(list, tree) {
            let Some(url) = self.first(list.parts.get("url"), &node, tree, "links") else { continue };
            let Some(url) = self.address(&url, "links") else { continue };
            let rel = self.first(list.parts.get("rel"), &node, tree, "links");
            let rel = rel.and_then(|word| self.one_of(&word, "links.rel", &RELS)).unwrap_or(LinkRel::Page);
            let title = self
                .first(list.parts.get("title"), &node, tree, "links")
                .map(link_title)
                .filter(|title| !title.is_empty());
            if !self.action.links.iter().any(|link| link.url == url) {
                self.action.links.push(Link { rel, url, title, broken_since: None });
            }
        }
    }

    /// Adds the images of a list.
    pub(super) fn fill_images(&mut self, list: &ListRule, tree: &Tree<'_>) {
        for node in self.elements(list, tree) {
            let Some(url) = self.first(list.parts.get("url"), &node, tree, "images") else { continue };
            let Some(url) = self.address(&url, "images") else { continue };
            let credit = self.first(list.parts.get("credit"), &node, tree, "images").map(blanks::one_line);
            let alt = self.first(list.parts.get("alt"), &node, tree, "images").map(blanks::one_line);
            if !self.action.images.iter().any(|image| image.url == url) {
                self.action.images.push(Image { url, credit, alt });
            }
        }
    }

    /// An absolute http or https address; what is broken is mended and told, or left out and told.
    pub(super) fn address(&mut self, written: &str, field: &str) -> Option<String> {
        let trimmed = written.trim();
        let mut mended = trimmed.to_owned();
        for scheme in ["https", "http"] {
            for broken in [": //", " ://", ":// ", ":/ /"] {
                if let Some(rest) = mended.strip_prefix(scheme).and_then(|rest| rest.strip_prefix(broken)) {
                    mended = format!("{scheme}://{}", rest.trim_start());
                }
            }
        }
        if names_a_host(&mended) {
            mended = format!("https://{mended}");
        }
        if mended != trimmed {
            let message = format!("`{}` was read as `{}`", value::shortened(trimmed), value::shortened(&mended));
            self.notes.repaired(field, "address-repaired", message);
        }
        let absolute = match Url::parse(&mended) {
            Err(url::ParseError::RelativeUrlWithoutBase) if is_no_path(&mended) => None,
            Ok(url) if mended.contains(char::is_whitespace) => Some((url.to_string(), url)),
            Ok(url) => Some((mended, url)),
            Err(url::ParseError::RelativeUrlWithoutBase) => {
                let joined = self.base.as_ref().and_then(|base| base.join(&mended).ok());
                joined.map(|url| (url.to_string(), url))
            }
            Err(_) => None,
        };
        let sound = absolute.filter(|(_, url)| matches!(url.scheme(), "http" | "https") && url.has_host());
        if sound.is_none() {
            self.notes.warn(field, "bad-address", format!("`{}` is no address of the web", value::shortened(trimmed)));
        }
        sound.map(|(text, _)| text)
    }
}

/// The words of a link, without the arrows before them.
fn link_title(title: String) -> String {
    blanks::one_line(title).trim_start_matches(['>', '»', '→', '›', ' ', '\u{a0}']).trim_end().to_owned()
}

/// `www.ville.example`, `lieu-commun.fr/agenda`: a host, written as one says it.
fn names_a_host(written: &str) -> bool {
    let host = written.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let known =
        |(name, domain): (&str, &str)| !name.is_empty() && DOMAINS.contains(&domain.to_ascii_lowercase().as_str());
    !written.contains(char::is_whitespace)
        && (written.starts_with("www.") || is_host && host.rsplit_once('.').is_some_and(known))
}

/// Words, or a word for nothing: no relative address.
fn is_no_path(written: &str) -> bool {
    let is_nothing = ["null", "none", "nan", "n a", "nc", "neant", "aucun", "aucune", "undefined", "non"];
    is_nothing.contains(&model::fold(written).as_str())
        || written.contains(char::is_whitespace) && !written.contains('/')
}
