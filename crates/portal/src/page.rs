//! Answering with a page: what was asked, what every page shows, and the headers around it.

use std::borrow::Cow;
use std::convert::Infallible;

use askama::Template;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Digest;

use crate::lang::{self, Lang, Section};
use crate::pages::errors::Fault;
use crate::words::layout;
use crate::{PortalState, assets, typo};

/// What a page may load and do: nothing but what we serve ourselves.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a visitor asked for.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// Language of the address.
    pub(crate) lang: Lang,
    /// The path, as asked.
    pub(crate) path: String,
    /// What follows `?`, as asked.
    pub(crate) query: Option<String>,
    headers: HeaderMap,
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl Visit {
    pub(crate) fn of(parts: &Parts) -> Self {
        Self {
            lang: lang::of_path(parts.uri.path()),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers: parts.headers.clone(),
        }
    }

    /// The words of a page in the language asked.
    pub(crate) fn words<W>(&self, fr: &'static W, en: &'static W) -> &'static W {
        lang::choose(self.lang, fr, en)
    }

    /// Names and values of the query, decoded, in order; names without a value have an empty one.
    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(self.query.as_deref().unwrap_or_default().as_bytes()).into_owned().collect()
    }

    /// What the layout shows around a page of a section.
    pub(crate) fn page(&self, state: &PortalState, section: Section) -> Page {
        let rest = self.path.strip_prefix(section.path(self.lang)).unwrap_or_default();
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        Page {
            lang: self.lang,
            section: Some(section),
            words: self.words(&layout::FR, &layout::EN),
            path: self.path.clone(),
            twin: format!("{}{rest}{query}", section.path(lang::other(self.lang))),
            public_url: state.api.public_url.trim_end_matches('/').to_owned(),
            contact: state.service.contact.clone(),
            described: None,
            scripts: Vec::new(),
            is_indexed: true,
        }
    }

    /// The page, or 304 where the visitor has it already.
    pub(crate) fn answer(&self, view: &impl Template) -> Result<Response, Fault> {
        self.answer_as(StatusCode::OK, view)
    }

    /// The page under another status.
    pub(crate) fn answer_as(&self, status: StatusCode, view: &impl Template) -> Result<Response, Fault> {
        let page = view.render().map_err(|error| Fault::Broken(error.to_string()))?;
        // Weak: the same page may leave compressed.
        let tag = format!("W/\"{}\"", Digest::of([page.as_bytes()]));
        let tagged = [
            (header::ETAG, HeaderValue::from_str(&tag).expect("hexadecimal digits in quotes are a header")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ];
        if status == StatusCode::OK && self.has(&tag) {
            return Ok((StatusCode::NOT_MODIFIED, tagged).into_response());
        }
        let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))];
        Ok((status, tagged, content_type, Body::from(page)).into_response())
    }

    /// Whether an `If-None-Match` names a tag, compared weakly (RFC 9110, 13.1.2).
    fn has(&self, tag: &str) -> bool {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        self.headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|tags| tags.to_str().ok())
            .any(|tags| tags.trim() == "*" || tags.split(',').any(|each| opaque(each) == opaque(tag)))
    }
}

/// What the layout shows around a page, and the addresses that templates link to.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Language of the page.
    pub(crate) lang: Lang,
    /// Where in the portal it stands; none for an error.
    pub(crate) section: Option<Section>,
    /// Words of the layout.
    pub(crate) words: &'static layout::Layout,
    /// Its own path.
    pub(crate) path: String,
    /// The same page in the other language, path and query.
    pub(crate) twin: String,
    /// What absolute addresses begin with, without a closing slash.
    pub(crate) public_url: String,
    /// Where visitors write to.
    pub(crate) contact: Option<String>,
    /// One or two sentences for search engines and previews; the service's own unless said.
    pub(crate) described: Option<String>,
    /// Scripts of `assets/js` that it loads.
    pub(crate) scripts: Vec<&'static str>,
    /// Whether search engines may keep it.
    pub(crate) is_indexed: bool,
}

#[expect(clippy::unused_self, reason = "templates ask the page, whether it looks at itself or not")]
impl Page {
    /// It loads a script of `assets/js`, as a module.
    pub(crate) fn with_script(mut self, name: &'static str) -> Self {
        self.scripts.push(name);
        self
    }

    /// It says this of itself to search engines.
    pub(crate) fn with_description(mut self, text: impl Into<String>) -> Self {
        self.described = Some(text.into());
        self
    }

    /// Search engines leave it alone.
    pub(crate) fn not_indexed(mut self) -> Self {
        self.is_indexed = false;
        self
    }

    /// What it says of itself to search engines.
    pub(crate) fn description(&self) -> &str {
        self.described.as_deref().unwrap_or(self.words.description)
    }

    /// Its own address, without a query.
    pub(crate) fn canonical(&self) -> String {
        format!("{}{}", self.public_url, self.path)
    }

    pub(crate) fn other_lang(&self) -> Lang {
        lang::other(self.lang)
    }

    /// The main navigation: where, its name, whether that is here.
    pub(crate) fn navigation(&self) -> [(&'static str, &'static str, bool); 5] {
        let words = self.words;
        [
            (Section::Search, words.search),
            (Section::Territories, words.territories),
            (Section::Sourceurs, words.sourceurs),
            (Section::About, words.about),
            (Section::Api, words.api),
        ]
        .map(|(section, name)| (section.path(self.lang), name, self.section == Some(section)))
    }

    /// Fonts that every page needs, to be fetched with the style sheet and not after it.
    pub(crate) fn fonts(&self) -> Vec<String> {
        assets::fonts().map(assets::address).collect()
    }

    /// Where the operator is written to, as a link.
    pub(crate) fn contact_link(&self) -> Option<String> {
        let contact = self.contact.as_deref()?;
        let is_address = contact.starts_with("https://") || contact.starts_with("http://");
        Some(if is_address { contact.to_owned() } else { format!("mailto:{contact}") })
    }

    /// Texts of the licences of what others wrote, where it is part of this build.
    pub(crate) fn licences(&self) -> Option<String> {
        assets::is_there("licences.txt").then(|| self.asset("licences.txt"))
    }

    /// Whose data of places and outlines are shown.
    pub(crate) fn attribution(&self) -> Cow<'static, str> {
        typo::text(gazetteer::Gazetteer::ATTRIBUTION, Some("fr"))
    }

    /// Address of an asset, for ever that of this very content.
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    pub(crate) fn home(&self) -> &'static str {
        Section::Home.path(self.lang)
    }

    pub(crate) fn search(&self) -> &'static str {
        Section::Search.path(self.lang)
    }

    /// The search page filtered by one parameter.
    pub(crate) fn search_by(&self, name: &str, value: &str) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        format!("{}?{query}", self.search())
    }

    pub(crate) fn fiche(&self, id: &impl ToString) -> String {
        format!("{}/{}", Section::Fiche.path(self.lang), id.to_string())
    }

    pub(crate) fn sourceurs(&self) -> &'static str {
        Section::Sourceurs.path(self.lang)
    }

    pub(crate) fn sourceur(&self, id: &impl ToString) -> String {
        format!("{}/{}", self.sourceurs(), id.to_string())
    }

    pub(crate) fn territories(&self) -> &'static str {
        Section::Territories.path(self.lang)
    }

    pub(crate) fn territory(&self, id: &impl ToString) -> String {
        format!("{}/{}", self.territories(), id.to_string())
    }

    pub(crate) fn about(&self) -> &'static str {
        Section::About.path(self.lang)
    }

    pub(crate) fn accessibility(&self) -> &'static str {
        Section::Accessibility.path(self.lang)
    }

    pub(crate) fn api(&self) -> &'static str {
        Section::Api.path(self.lang)
    }
}

#[cfg(test)]
impl Page {
    /// A page of nowhere, to test templates with.
    pub(crate) fn example(lang: Lang) -> Self {
        Self {
            lang,
            section: Some(Section::Home),
            words: lang::choose(lang, &layout::FR, &layout::EN),
            path: Section::Home.path(lang).to_owned(),
            twin: Section::Home.path(lang::other(lang)).to_owned(),
            public_url: "https://carrefour.example".to_owned(),
            contact: None,
            described: None,
            scripts: Vec::new(),
            is_indexed: true,
        }
    }
}
