//! The whole page, part by part, as its template reads it.

use api::Lang;
use askama::Template;
use model::{Action, ActionId};
use search::Facet;

use super::about::{About, LabelOf, terms_of};
use super::elsewhere::{ImageView, LinkView, Tools, images, links};
use super::head::Head;
use super::origins::{OriginView, cards};
use super::people::{ContactView, Group, carriers, contact, groups};
use super::place::{Where, crumbs};
use super::related::Related;
use super::story::Story;
use super::{Anchor, Told};
use crate::html::{SafeHtml, plain_text};
use crate::page::Page;
use crate::typo;
use crate::words::fiche::Fiche;
use crate::words::terms;

#[derive(Template)]
#[template(path = "fiche.html")]
pub(super) struct View {
    page: Page,
    words: &'static Fiche,
    /// `lang` of the sourceurs' words, where it is another than the page's.
    foreign: Option<String>,
    head: Head,
    crumbs: Vec<Anchor>,
    /// Drawings of ours: the themes' glyphs.
    motif: String,
    title: String,
    lede: Option<SafeHtml>,
    /// Whose summary it is, where several tell.
    lede_by: Option<String>,
    byline: Vec<Anchor>,
    updated: Option<(String, String)>,
    dates: Option<String>,
    status: Option<&'static str>,
    scope: Option<&'static str>,
    place: Where,
    story: Story,
    carriers: Vec<Anchor>,
    groups: Vec<Group>,
    contact: Option<ContactView>,
    themes: Vec<Anchor>,
    audiences: Vec<Anchor>,
    methods: Vec<Anchor>,
    links: Vec<LinkView>,
    images: Vec<ImageView>,
    origins: Vec<OriginView>,
    related: Related,
    about: About,
    tools: Tools,
    /// Where a program finds the same: JSON, then JSON-LD.
    json: String,
}

impl View {
    pub(super) fn of(
        page: Page,
        words: &'static Fiche,
        id: ActionId,
        action: &Action,
        related: Related,
        motif: String,
        label: LabelOf<'_>,
    ) -> Self {
        let told = Told::of(action, &page, |sourceur| label(Facet::Sourceur, sourceur.as_str()));
        let title = told.set(&action.title);
        let address = format!("{}{}", page.public_url, page.fiche(&id));
        let place = Where::of(action, words, &told);
        let head = Head::of(action, &title, &address, &place.line, &page);
        let themes = terms_of(Facet::Theme, &action.themes, &told, label);
        let description = head.description.clone();
        let mut crumbs = crumbs(action, &told);
        crumbs.extend(themes.first().map(|theme| Anchor { href: theme.href.clone(), text: theme.text.clone() }));
        Self {
            words,
            foreign: told.foreign().map(str::to_owned),
            head,
            crumbs,
            motif,
            lede: action.summary.as_deref().map(|summary| plain_text(summary, told.language)),
            lede_by: told.giver("summary").and_then(|record| told.by(record)),
            byline: told.everybody().map(|(id, name)| Anchor { href: page.sourceur(id), text: name.clone() }).collect(),
            updated: action.source_updated_on.map(|date| (date.to_string(), typo::date(date, page.lang))),
            dates: terms::span(action.started_on, action.ended_on, page.lang),
            status: action.status.and_then(|status| terms::status(status, page.lang)),
            scope: action.scope.map(|scope| terms::scope(scope, page.lang)),
            story: Story::of(action, words, &told),
            carriers: carriers(action, &told),
            groups: groups(action, words, &told),
            contact: contact(action, &told),
            audiences: terms_of(Facet::Audience, &action.audiences, &told, label),
            methods: terms_of(Facet::Method, &action.methods, &told, label),
            links: links(action, &told),
            images: images(action, words, &told),
            origins: cards(action, words, &told),
            about: About::of(action, &told, label),
            tools: Tools::of(action, &title, address, words, &told),
            json: format!("/api/v1/actions/{id}"),
            related,
            themes,
            place,
            title,
            page: page.with_description(description),
        }
    }

    /// The page's language as Open Graph names it.
    fn locale(&self) -> &'static str {
        match self.page.lang {
            Lang::Fr => "fr_FR",
            Lang::En => "en_GB",
        }
    }

    fn has_aside_facts(&self) -> bool {
        !self.place.is_empty() || self.dates.is_some() || !self.themes.is_empty() || !self.carriers.is_empty()
    }

    /// Headings that a reader may jump to; few of them need no list.
    fn outline(&self) -> Vec<(&str, &str)> {
        let parts = self.story.parts.iter().filter_map(|part| Some((part.anchor.as_str(), part.heading.as_deref()?)));
        let mut outline: Vec<(&str, &str)> = parts.collect();
        let words = self.words;
        let rest = [
            (!self.story.impacts.is_empty(), "impacts", words.impacts),
            (!self.story.means.is_empty(), "moyens", words.means),
            (!self.story.spread.is_empty(), "essaimage", words.spread),
            (!self.groups.is_empty(), "acteurs", words.actors),
            (!self.links.is_empty(), "liens", words.links),
            (true, "origines", words.origins),
        ];
        outline
            .extend(rest.into_iter().filter(|(is_there, ..)| *is_there).map(|(_, anchor, heading)| (anchor, heading)));
        if outline.len() < 5 { Vec::new() } else { outline }
    }
}
