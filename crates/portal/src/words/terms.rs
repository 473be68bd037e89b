//! Words for the values of an action's small lists: kinds of organisation, scales, criteria.

use model::{ActorKind, LinkRel, PartialDate, Precision, Scope, Status, TextReach};

use crate::lang::{Lang, choose};
use crate::typo;

/// What sort of organisation; `None` where the word would say nothing.
pub(crate) fn actor_kind(kind: ActorKind, lang: Lang) -> Option<&'static str> {
    let [fr, en] = match kind {
        ActorKind::Association => ["association", "association"],
        ActorKind::LocalAuthority => ["collectivité territoriale", "local authority"],
        ActorKind::State => ["État", "State"],
        ActorKind::PublicBody => ["organisme public", "public body"],
        ActorKind::Cooperative => ["coopérative ou mutuelle", "cooperative or mutual"],
        ActorKind::Company => ["entreprise", "company"],
        ActorKind::Foundation => ["fondation", "foundation"],
        ActorKind::Citizens => ["collectif citoyen", "citizens’ group"],
        ActorKind::Other => return None,
    };
    Some(choose(lang, fr, en))
}

/// Scale of an action.
pub(crate) fn scope(scope: Scope, lang: Lang) -> &'static str {
    let [fr, en] = match scope {
        Scope::Local => ["locale", "local"],
        Scope::Departmental => ["départementale", "départemental"],
        Scope::Regional => ["régionale", "regional"],
        Scope::National => ["nationale", "national"],
        Scope::Abroad => ["à l’étranger", "abroad"],
    };
    choose(lang, fr, en)
}

/// Whether it runs, where somebody said.
pub(crate) fn status(status: Status, lang: Lang) -> Option<&'static str> {
    let [fr, en] = match status {
        Status::Running => ["En cours", "Running"],
        Status::Ended => ["Terminée", "Ended"],
        Status::Unknown => return None,
    };
    Some(choose(lang, fr, en))
}

/// From when to when, as far as known: `Depuis le 12 mars 2004`, `De 2004 à 2009`, `Jusqu’en 2009`.
pub(crate) fn span(began: Option<PartialDate>, ended: Option<PartialDate>, lang: Lang) -> Option<String> {
    let is_day = |date: PartialDate| matches!(date, PartialDate::Day(_));
    let date = |date| typo::date(date, lang);
    Some(match (lang, began, ended) {
        (_, None, None) => return None,
        (_, Some(began), Some(ended)) if began == ended => {
            let first = if is_day(began) { choose(lang, "Le ", "On ") } else { choose(lang, "En ", "In ") };
            format!("{first}{}", date(began))
        }
        (Lang::Fr, Some(began), None) if is_day(began) => format!("Depuis le {}", date(began)),
        (Lang::Fr, Some(began), None) => format!("Depuis {}", date(began)),
        (Lang::Fr, Some(began), Some(ended)) => {
            let (from, to) = (if is_day(began) { "Du" } else { from(began) }, if is_day(ended) { "au " } else { "à " });
            format!("{from} {} {to}{}", date(began), date(ended)).replace("D’ ", "D’")
        }
        (Lang::Fr, None, Some(ended)) if is_day(ended) => format!("Jusqu’au {}", date(ended)),
        (Lang::Fr, None, Some(ended)) => format!("Jusqu’en {}", date(ended)),
        (Lang::En, Some(began), None) => format!("Since {}", date(began)),
        (Lang::En, Some(began), Some(ended)) => format!("{} – {}", date(began), date(ended)),
        (Lang::En, None, Some(ended)) => format!("Until {}", date(ended)),
    })
}

/// `De`, elided before avril, août and octobre.
fn from(date: PartialDate) -> &'static str {
    if matches!(date, PartialDate::Month(_, 4 | 8 | 10)) { "D’" } else { "De" }
}

/// What a point on the map stands for.
pub(crate) fn precision(precision: Precision, lang: Lang) -> &'static str {
    let [fr, en] = match precision {
        Precision::Point => ["point donné par le sourceur", "point given by the sourceur"],
        Precision::Address => ["adresse donnée par le sourceur", "address given by the sourceur"],
        Precision::TownHall => ["à la mairie, faute d’adresse", "at the town hall, for want of an address"],
        Precision::Centroid => {
            ["au milieu du territoire, faute d’adresse", "in the middle of the territory, for want of an address"]
        }
    };
    choose(lang, fr, en)
}

/// What stands at the end of a link.
pub(crate) fn link(rel: LinkRel, lang: Lang) -> &'static str {
    let [fr, en] = match rel {
        LinkRel::Page => ["Page du sourceur", "Page of the sourceur"],
        LinkRel::Website => ["Site de l’action", "Website"],
        LinkRel::Article => ["Article", "Article"],
        LinkRel::Evaluation => ["Évaluation", "Evaluation"],
        LinkRel::Document => ["Document", "Document"],
        LinkRel::Video => ["Vidéo", "Video"],
    };
    choose(lang, fr, en)
}

/// How much of its text a sourceur lets us show.
pub(crate) fn reach(reach: TextReach, lang: Lang) -> &'static str {
    let [fr, en] = match reach {
        TextReach::Full => ["textes entiers", "whole texts"],
        TextReach::Excerpt => ["extraits", "excerpts"],
        TextReach::Link => ["titre, lieu et thèmes", "title, place and themes"],
    };
    choose(lang, fr, en)
}

/// What a criterion of completeness asks for; `None` for one that came later than these words.
pub(crate) fn criterion(name: &str, lang: Lang) -> Option<&'static str> {
    let [fr, en] = match name {
        "title" => ["un titre", "a title"],
        "summary" => ["un résumé", "a summary"],
        "description" => ["un récit assez long", "a story long enough"],
        "place" => ["un lieu précis", "a precise place"],
        "theme" => ["un thème", "a theme"],
        "date" => ["une date", "a date"],
        "start" => ["la date de début", "the date it began"],
        "carrier" => ["qui la porte", "who carries it"],
        "contact" => ["un contact", "a contact"],
        "image" => ["une image", "an image"],
        "image_credit" => ["le crédit de l’image", "the credit of the image"],
        "page" => ["une page chez le sourceur", "a page at the sourceur"],
        _ => return None,
    };
    Some(choose(lang, fr, en))
}

/// A field of an action, as a correction names it.
pub(crate) fn field(name: &str, lang: Lang) -> Option<&'static str> {
    let first = name.split('.').next().unwrap_or_default();
    let [fr, en] = match first {
        "title" => ["titre", "title"],
        "summary" => ["résumé", "summary"],
        "sections" => ["récit", "story"],
        "quote" => ["témoignage", "testimony"],
        "actors" => ["acteurs", "actors"],
        "themes" => ["thèmes", "themes"],
        "audiences" => ["publics", "audiences"],
        "methods" => ["méthodes", "methods"],
        "places" => ["lieux", "places"],
        "started_on" | "ended_on" | "status" => ["dates", "dates"],
        "links" => ["liens", "links"],
        "contact" => ["contact", "contact"],
        _ => return None,
    };
    Some(choose(lang, fr, en))
}

/// Why an action was withdrawn; `None` for a reason that says nothing to visitors.
pub(crate) fn gone(reason: &str, lang: Lang) -> Option<&'static str> {
    let [fr, en] = match reason {
        "deleted" => ["Son sourceur l’a supprimée de sa base.", "Its sourceur deleted it from its own base."],
        "absent" => ["Son sourceur ne la publie plus.", "Its sourceur no longer publishes it."],
        "undone" => ["La moisson qui l’avait apportée a été annulée.", "The harvest that had brought it was undone."],
        _ => return None,
    };
    Some(choose(lang, fr, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_time_is_told_in_good_french() {
        let check = |began: &str, ended: &str, fr: &str, en: &str| {
            let read = |date: &str| date.parse().ok();
            let told = |lang| span(read(began), read(ended), lang).unwrap_or_default().replace('\u{a0}', "~");
            assert_eq!((told(Lang::Fr).as_str(), told(Lang::En).as_str()), (fr, en));
        };
        check("2004-03-12", "", "Depuis le 12~mars 2004", "Since 12~March 2004");
        check("2004-03", "", "Depuis mars 2004", "Since March 2004");
        check("2004", "2009", "De 2004 à 2009", "2004 – 2009");
        check("2004-04", "2004-08", "D’avril 2004 à août 2004", "April 2004 – August 2004");
        check("2004-03-12", "2009-05-03", "Du 12~mars 2004 au 3~mai 2009", "12~March 2004 – 3~May 2009");
        check("2004-03-12", "2009", "Du 12~mars 2004 à 2009", "12~March 2004 – 2009");
        check("2004", "2004", "En 2004", "In 2004");
        check("2004-03-12", "2004-03-12", "Le 12~mars 2004", "On 12~March 2004");
        check("", "2009", "Jusqu’en 2009", "Until 2009");
        check("", "2009-05-03", "Jusqu’au 3~mai 2009", "Until 3~May 2009");
        check("", "", "", "");
    }
}
