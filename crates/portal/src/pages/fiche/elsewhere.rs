//! What leads away from the page: links by what stands there, images as links, and the ways to pass it on.

use model::{Action, LinkRel};

use super::Told;
use crate::address;
use crate::typo;
use crate::words::fiche::Fiche;
use crate::words::terms;

/// A page elsewhere.
pub(crate) struct LinkView {
    pub(crate) kind: &'static str,
    pub(crate) href: String,
    pub(crate) text: String,
    /// The site it is on, where the text does not say it.
    pub(crate) site: Option<String>,
    /// Since when it has not answered.
    pub(crate) broken: Option<String>,
}

/// An image, never loaded by the page.
pub(crate) struct ImageView {
    pub(crate) href: String,
    pub(crate) text: String,
    pub(crate) credit: Option<String>,
}

/// Links in the order of what stands there; the pages that the cards of origins lead to are left out.
pub(crate) fn links(action: &Action, told: &Told<'_>) -> Vec<LinkView> {
    let pages: Vec<String> = action.origins.iter().filter_map(|origin| address::web(origin.url.as_deref()?)).collect();
    let mut links: Vec<(LinkRel, LinkView)> = Vec::new();
    for link in &action.links {
        let Some(href) = address::web(&link.url) else { continue };
        if link.rel == LinkRel::Page && pages.contains(&href) {
            continue;
        }
        let title = link.title.as_deref().map(|title| told.set(title.trim_start_matches(['>', ' ']).trim()));
        let text = title.filter(|title| !title.is_empty()).unwrap_or_else(|| address::short(&href));
        let view = LinkView {
            kind: terms::link(link.rel, told.lang),
            site: Some(address::site(&href)).filter(|site| !text.starts_with(site.as_str())),
            text,
            broken: link.broken_since.map(|since| typo::day(since, told.lang)),
            href,
        };
        links.push((link.rel, view));
    }
    // Stable: links of one kind keep their order.
    links.sort_by_key(|(rel, _)| *rel);
    links.into_iter().map(|(_, view)| view).collect()
}

pub(crate) fn images(action: &Action, words: &'static Fiche, told: &Told<'_>) -> Vec<ImageView> {
    let view = |(at, image): (usize, &model::Image)| {
        let href = address::web(&image.url)?;
        let alt = image.alt.as_deref().map(str::trim).filter(|alt| !alt.is_empty());
        let text = alt.map_or_else(|| format!("{}\u{a0}{}", words.image, at + 1), |alt| told.set(alt));
        Some(ImageView { href, text, credit: image.credit.as_deref().map(|credit| told.set(credit)) })
    };
    action.images.iter().enumerate().filter_map(view).collect()
}

/// Ways to pass the page on, and to say what is wrong with it.
pub(crate) struct Tools {
    /// The page's own address, whole.
    pub(crate) address: String,
    pub(crate) mail: String,
    pub(crate) report: Option<Report>,
}

/// Where a mistake is reported.
pub(crate) struct Report {
    pub(crate) href: String,
    /// The sourceur who is to be told, where the service itself names nobody.
    pub(crate) to: Option<String>,
    pub(crate) is_elsewhere: bool,
}

impl Tools {
    pub(crate) fn of(action: &Action, title: &str, address: String, words: &'static Fiche, told: &Told<'_>) -> Self {
        let subject = format!("{} {title}", words.send_subject);
        let body = format!("{}\n\n{title}\n{address}\n", words.send_body);
        let mail = address::mail_to_anybody(&[("subject", &subject), ("body", &body)]);
        let report = match told.page.contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty()) {
            Some(contact) => at_service(contact, title, &address, words),
            None => at_source(action, told),
        };
        Self { address, mail, report }
    }
}

fn at_service(contact: &str, title: &str, address: &str, words: &'static Fiche) -> Option<Report> {
    let contact = contact.strip_prefix("mailto:").unwrap_or(contact);
    if let Some(href) = address::web(contact) {
        return Some(Report { href, to: None, is_elsewhere: true });
    }
    let subject = format!("{} {title}", words.report_subject);
    let body = format!("{} {title}\n{address}\n", words.report_body);
    let href = address::mail(contact, &[("subject", &subject), ("body", &body)])?;
    Some(Report { href, to: None, is_elsewhere: false })
}

/// The sourceur's page about the action, else what we know of the sourceur.
fn at_source(action: &Action, told: &Told<'_>) -> Option<Report> {
    let own = action.origins.iter().find_map(|origin| Some((address::web(origin.url.as_deref()?)?, origin)));
    if let Some((href, origin)) = own {
        return Some(Report { href, to: Some(told.name_of(&origin.sourceur)), is_elsewhere: true });
    }
    let sourceur = &action.origins.first()?.sourceur;
    let to = Some(told.name_of(sourceur));
    Some(Report { href: told.page.sourceur(sourceur), to, is_elsewhere: false })
}
