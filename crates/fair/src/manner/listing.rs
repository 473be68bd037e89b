//! A catalogue of pages as Joomla's directories make them: lists of twenty with a link to the next
//! one, then a page for each fiche, with bold labels in front of its fields and other news beside.

use chrono::Datelike;

use crate::escape::{escaped, without_c1};
use crate::manner::number;
use crate::stand::{Document, Item, Query, Stand};

pub(super) const START: &str = "catalogue";

pub(super) const MAPPING: &str = r#"
[harvest.listing]
start = "START"
links = "a.fiche"
next = "a.suivant"
key = "param:id"

[fields]
labels = ["Mention légale", "Retour"]     # what ends the last field
title = "h1"
url = "link[rel=canonical]@href"
summary = "text:Objectif(s) et bref descriptif"
sections.origin = "text:Origine(s)"
sections.description = "text:Description détaillée"
sections.impacts = "text:Impact(s)"
sections.resources_human = "text:Humains"
sections.resources_financial = "text:Financiers"
sections.resources_material = "text:Matériels"
quote = "text:Sur le vif"
themes = { at = "text:Type d'action", split = "•", lookup = "themes" }
places = ["text:Région", "h1", "text:Porteur(s) de l'action"]
started_on = { at = "text:Démarrage", as = "date" }
source_updated_on = { at = "text:Mis à jour le", as = "date" }

[[fields.actors]]
each = "text:Porteur(s) de l'action"
split = ","
name = "."
role = "=carrier"

[[fields.actors]]
each = "text:Partenaire(s)"
split = ","
name = "."
role = "=partner"

[[fields.links]]
each = "a.site@href"
url = "."
rel = "=website"
"#;

const PAGE: usize = 20;

pub(super) fn answer(stand: &Stand, path: &str, query: &Query) -> Option<Document> {
    if path != START {
        return None;
    }
    let from = number(query, "limitstart", 0);
    let mut rows = String::new();
    for item in stand.items(from, from.saturating_add(PAGE)) {
        let title = escaped(&heading(&item));
        rows.push_str(&format!(
            "<tr><td><a class=\"fiche\" href=\"{}\">{title}</a></td><td>{}</td></tr>\n",
            item.page,
            escaped(item.says.commune.departement().former_region)
        ));
    }
    let to = from.saturating_add(PAGE);
    if to < stand.len() {
        let next = format!("{}/{START}?limitstart={to}", stand.base);
        rows.push_str(&format!("<tr><td><a class=\"suivant\" href=\"{next}\">Suivant &gt;</a></td></tr>\n"));
    }
    let body = format!("{}<h1>Recherchez une action</h1>\n<table>\n{rows}</table>\n{FOOT}", menu(stand));
    Some(Document::new("text/html; charset=utf-8", around(stand, "Recherchez une action", &body)))
}

/// The page of one fiche.
pub(super) fn fiche(stand: &Stand, item: Item) -> String {
    let title = heading(&item);
    let Item { page, mut says, .. } = item;
    let damaged = says.draw.chance(55);
    let write = |text: &str| escaped(&if damaged { without_c1(text) } else { text.to_owned() });
    let mut fields = String::new();
    let mut field = |label: &str, value: String| {
        if !value.is_empty() {
            fields.push_str(&format!("<p><strong>{label} :</strong><br />\n{value}</p>\n"));
        }
    };
    let bullets = |texts: &[&str], mark: char| {
        texts.iter().map(|text| format!("{mark} {}", write(text))).collect::<Vec<_>>().join("<br />\n")
    };
    field("Type d'action", bullets(&says.theme_words, '•'));
    field("Région", write(says.commune.departement().former_region));
    field("Sur le vif", says.quote.as_deref().map(write).unwrap_or_default());
    field("Porteur(s) de l'action", write(&says.carriers.join(", ")));
    field("Objectif(s) et bref descriptif", write(&says.summary));
    field("Démarrage", says.started.year().to_string());
    field("Origine(s)", write(&says.origin));
    field(
        "Description détaillée",
        says.description.iter().map(|text| write(text)).collect::<Vec<_>>().join("<br /><br />\n"),
    );
    let impacts: Vec<&str> = says.impacts.iter().map(String::as_str).collect();
    field("Impact(s)", bullets(&impacts, '-'));
    field("Partenaire(s)", write(&says.partners.join(", ")));
    let kinds = ["Humains", "Financiers", "Matériels"];
    for (kind, means) in kinds.into_iter().zip(&says.means).filter(|(_, means)| !means.is_empty()) {
        fields.push_str(&format!("<p><strong>{kind} :</strong> {}</p>\n", write(means)));
    }
    if let Some(site) = &says.site {
        fields.push_str(&format!("<p><a class=\"site\" href=\"{site}\">&gt;&gt;Le site</a></p>\n"));
    }
    let title = write(&title);
    let updated = says.updated.format("%d-%m-%Y");
    let body = format!(
        "{}<div class=\"fil\">Accueil &gt; Recherchez une action &gt; {title}</div>\n<h1>{title}</h1>\n<p><strong>Mis à jour le:</strong> {updated}</p>\n{fields}{FOOT}",
        menu(stand)
    );
    let canonical = format!("<link rel=\"canonical\" href=\"{page}\"></head>");
    around(stand, &title, &body).replacen("</head>", &canonical, 1)
}

/// "La Clé de douze - 47": the département at the end is this catalogue's habit.
fn heading(item: &Item) -> String {
    format!("{} - {}", item.says.title, item.says.commune.departement().code)
}

fn menu(stand: &Stand) -> String {
    format!(
        "<ul class=\"menu\"><li><a href=\"{0}/\">Accueil</a></li><li><a href=\"{0}/{START}\">Recherchez une action</a></li></ul>\n{NEWS}",
        stand.base
    )
}

fn around(stand: &Stand, title: &str, body: &str) -> String {
    crate::serve::page(&format!("{title} | {}", escaped(&stand.sourceur().name)), body)
}

/// What every page shows beside its fiche, and no fiche is about.
const NEWS: &str = "<div class=\"actus\"><h3>À la une</h3><p><strong>Portrait :</strong> Odette Laforêt, trente ans de bénévolat à Romorantin.</p><p>Abonnez-vous à la lettre d'information !</p></div>\n";

const FOOT: &str = "<div class=\"pied\"><p>*Mention légale : le contenu des fiches n'engage que leurs auteurs.</p><p>[ <a href=\"javascript:history.back()\">Retour</a> ]</p></div>\n";
