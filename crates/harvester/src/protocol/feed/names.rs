//! What elements are called, by namespace and not by prefix.

/// Namespaces that an element of a feed may be in; a name that is not of the feed itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// The feed's own: RSS in any version, Atom in any version, or none at all.
    Core,
    DublinCore,
    DublinCoreTerms,
    Content,
    Xhtml,
    Rdf,
    /// Podcasts (iTunes).
    Podcast,
    /// Media RSS.
    Media,
    Xml,
    Other,
}

impl Space {
    /// The namespace of an address; versions and trailing marks vary among those who write feeds.
    pub(super) fn of_address(address: &str) -> Self {
        let address = address.trim().to_ascii_lowercase();
        let bare = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
        let core = [
            "www.w3.org/2005/atom",
            "purl.org/atom/",
            "backend.userland.com/rss",
            "blogs.law.harvard.edu/tech/rss",
            "cyber.law.harvard.edu/rss",
            "cyber.harvard.edu/rss",
            "purl.org/net/rss1.1",
            "my.netscape.com/",
            "channel.netscape.com/",
        ];
        match bare {
            "" | "purl.org/rss/1.0/" | "purl.org/rss/1.0" => Self::Core,
            "www.w3.org/1999/xhtml" => Self::Xhtml,
            "www.w3.org/xml/1998/namespace" => Self::Xml,
            _ if core.iter().any(|start| bare.starts_with(start)) => Self::Core,
            _ if bare.starts_with("purl.org/dc/elements/") => Self::DublinCore,
            _ if bare.starts_with("purl.org/dc/terms") => Self::DublinCoreTerms,
            _ if bare.starts_with("purl.org/rss/1.0/modules/content") => Self::Content,
            _ if bare.starts_with("www.itunes.com/dtds/podcast") => Self::Podcast,
            _ if bare.starts_with("search.yahoo.com/mrss") => Self::Media,
            _ if bare.starts_with("www.w3.org/1999/02/22-rdf-syntax-ns") => Self::Rdf,
            _ => Self::Other,
        }
    }

    /// What a prefix stands for by custom, where a feed forgets to declare it.
    pub(super) fn of_custom(prefix: &str) -> Self {
        match prefix {
            "dc" => Self::DublinCore,
            "dcterms" => Self::DublinCoreTerms,
            "content" => Self::Content,
            "xhtml" => Self::Xhtml,
            "rdf" => Self::Rdf,
            "itunes" => Self::Podcast,
            "media" => Self::Media,
            "rss" | "atom" | "a10" => Self::Core,
            _ => Self::Other,
        }
    }
}

/// Prefixes in force.
#[derive(Default)]
pub(super) struct Bindings {
    bound: Vec<(Box<str>, Space)>,
}

impl Bindings {
    /// How many are in force: what [`Bindings::forget`] goes back to.
    pub(super) fn len(&self) -> usize {
        self.bound.len()
    }

    pub(super) fn bind(&mut self, prefix: &str, space: Space) {
        self.bound.push((prefix.into(), space));
    }

    pub(super) fn forget(&mut self, length: usize) {
        self.bound.truncate(length);
    }

    /// The namespace of a prefix; none where it was never declared.
    pub(super) fn space(&self, prefix: &str) -> Option<Space> {
        if prefix == "xml" {
            return Some(Space::Xml);
        }
        let bound = self.bound.iter().rev().find(|(name, _)| **name == *prefix).map(|(_, space)| *space);
        bound.or_else(|| prefix.is_empty().then_some(Space::Core))
    }
}

/// What an element means to a reader of feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Item,
    Title,
    /// A title in another vocabulary, for want of the feed's own.
    OtherTitle,
    Link,
    Guid,
    Published,
    Updated,
    Summary,
    OtherSummary,
    Content,
    /// HTML as text, always: `content:encoded`, `fullitem`.
    Encoded,
    /// Markup within markup: `xhtml:body`.
    Body,
    Author,
    /// A name alone: `dc:creator`.
    Creator,
    /// A name in another vocabulary, for want of an author.
    OtherCreator,
    PersonName,
    PersonEmail,
    /// The address of a person's page, which is no name.
    PersonPage,
    Category,
    Enclosure,
    Language,
    /// Holds what is said of the item, and says nothing itself.
    Group,
    Unknown,
}

impl Tag {
    pub(super) fn of(space: Space, local: &str) -> Self {
        match space {
            Space::Core => Self::of_core(local),
            Space::DublinCore => match local {
                "title" => Self::OtherTitle,
                "creator" | "author" => Self::Creator,
                "date" => Self::Updated,
                "subject" => Self::Category,
                "description" => Self::OtherSummary,
                "language" => Self::Language,
                _ => Self::Unknown,
            },
            Space::DublinCoreTerms => match local {
                "title" => Self::OtherTitle,
                "creator" => Self::Creator,
                "issued" => Self::Published,
                "modified" => Self::Updated,
                "subject" => Self::Category,
                "abstract" | "description" => Self::OtherSummary,
                "language" => Self::Language,
                _ => Self::Unknown,
            },
            Space::Podcast => match local {
                "title" => Self::OtherTitle,
                "author" => Self::OtherCreator,
                "summary" | "subtitle" => Self::OtherSummary,
                "category" => Self::Category,
                _ => Self::Unknown,
            },
            Space::Media => match local {
                "title" => Self::OtherTitle,
                "description" => Self::OtherSummary,
                "category" => Self::Category,
                "group" => Self::Group,
                _ => Self::Unknown,
            },
            Space::Content if local == "encoded" => Self::Encoded,
            Space::Xhtml if local == "body" || local == "div" => Self::Body,
            _ => Self::Unknown,
        }
    }

    fn of_core(local: &str) -> Self {
        match local {
            "item" | "entry" => Self::Item,
            "title" => Self::Title,
            "link" => Self::Link,
            "guid" | "id" => Self::Guid,
            "pubDate" | "published" | "issued" => Self::Published,
            "updated" | "modified" | "lastmod" => Self::Updated,
            "description" | "summary" | "abstract" => Self::Summary,
            "content" => Self::Content,
            "encoded" | "fullitem" => Self::Encoded,
            "body" => Self::Body,
            "author" => Self::Author,
            "name" => Self::PersonName,
            "email" => Self::PersonEmail,
            "uri" | "url" | "homepage" => Self::PersonPage,
            "category" => Self::Category,
            "enclosure" => Self::Enclosure,
            "language" => Self::Language,
            // The case of RSS is often forgotten, and only there.
            _ if local.bytes().any(|byte| byte.is_ascii_uppercase()) => match local.to_ascii_lowercase().as_str() {
                "pubdate" => Self::Published,
                lower if lower != local => Self::of_core(lower),
                _ => Self::Unknown,
            },
            "pubdate" => Self::Published,
            _ => Self::Unknown,
        }
    }

    /// Whether the element stands right under an item and never inside a text: where it turns up
    /// there, the text was not closed.
    pub(super) fn ends_a_text(self) -> bool {
        matches!(
            self,
            Self::Item
                | Self::Guid
                | Self::Published
                | Self::Summary
                | Self::Encoded
                | Self::Category
                | Self::Enclosure
        )
    }
}

/// The prefix, if any, and the local name.
pub(super) fn split(name: &str) -> (&str, &str) {
    match memchr::memchr(b':', name.as_bytes()) {
        Some(at) => (&name[..at], &name[at + 1..]),
        None => ("", name),
    }
}
