//! Who makes it happen, by role, and how to reach them.

use model::{Action, Actor, ActorRole, Contact};

use super::{Anchor, Told};
use crate::address;
use crate::typo;
use crate::words::fiche::Fiche;
use crate::words::terms;

/// Actors of one role.
pub(crate) struct Group {
    pub(crate) heading: &'static str,
    pub(crate) actors: Vec<ActorView>,
}

/// An organisation as it is shown.
pub(crate) struct ActorView {
    pub(crate) name: String,
    /// Its other actions.
    pub(crate) href: Option<String>,
    pub(crate) kind: Option<&'static str>,
    pub(crate) siren: Option<Anchor>,
    pub(crate) rna: Option<String>,
    pub(crate) site: Option<String>,
}

/// How to reach the organisation; `[rights]` were applied before the action was stored.
pub(crate) struct ContactView {
    pub(crate) name: Option<String>,
    pub(crate) address: Vec<String>,
    pub(crate) email: Option<Anchor>,
    pub(crate) phone: Option<Anchor>,
    pub(crate) page: Option<Anchor>,
    pub(crate) persons: Vec<PersonView>,
}

/// A person whom a sourceur's rights let us name.
pub(crate) struct PersonView {
    pub(crate) name: String,
    pub(crate) role: Option<String>,
    pub(crate) email: Option<Anchor>,
    pub(crate) phone: Option<Anchor>,
}

/// Actors by role: who carries first, who pays last.
pub(crate) fn groups(action: &Action, words: &'static Fiche, told: &Told<'_>) -> Vec<Group> {
    let of_role = |role| {
        let actors: Vec<ActorView> =
            action.actors.iter().filter(|actor| actor.role == role).map(|actor| view(actor, told)).collect();
        Group { heading: words.role(role, actors.len()), actors }
    };
    let all = [ActorRole::Carrier, ActorRole::Partner, ActorRole::Funder].map(of_role);
    all.into_iter().filter(|group| !group.actors.is_empty()).collect()
}

/// Those who carry it, for the summary.
pub(crate) fn carriers(action: &Action, told: &Told<'_>) -> Vec<Anchor> {
    let carriers = action.actors.iter().filter(|actor| actor.role == ActorRole::Carrier);
    carriers.map(|actor| Anchor { text: told.set(&actor.name), href: href(actor, told).unwrap_or_default() }).collect()
}

fn view(actor: &Actor, told: &Told<'_>) -> ActorView {
    ActorView {
        name: told.set(&actor.name),
        href: href(actor, told),
        kind: actor.kind.and_then(|kind| terms::actor_kind(kind, told.lang)),
        siren: actor.siren.as_deref().map(|siren| Anchor {
            // The State's own page about the organisation.
            href: format!("https://annuaire-entreprises.data.gouv.fr/entreprise/{siren}"),
            text: typo::siren(siren),
        }),
        rna: actor.rna.clone(),
        site: actor.url.as_deref().and_then(address::web),
    }
}

fn href(actor: &Actor, told: &Told<'_>) -> Option<String> {
    actor.id.as_deref().map(|id| told.page.search_by("actor", id))
}

/// The contact, where there is anything in it.
pub(crate) fn contact(action: &Action, told: &Told<'_>) -> Option<ContactView> {
    let Contact { name, address, email, phone, url, persons } = action.contact.as_ref()?;
    let lines = address.iter().flat_map(|address| address.lines());
    let view = ContactView {
        name: name.as_deref().map(|name| told.set(name)),
        address: lines.map(str::trim).filter(|line| !line.is_empty()).map(|line| told.set(line)).collect(),
        email: email.as_deref().and_then(mail),
        phone: phone.as_deref().and_then(telephone),
        page: url.as_deref().and_then(address::web).map(|href| Anchor { text: address::short(&href), href }),
        persons: persons
            .iter()
            .map(|person| PersonView {
                name: person.name.as_deref().map(|name| told.set(name)).unwrap_or_default(),
                role: person.role.as_deref().map(|role| told.set(role)),
                email: person.email.as_deref().and_then(mail),
                phone: person.phone.as_deref().and_then(telephone),
            })
            .collect(),
    };
    let says_nothing = view.name.is_none()
        && view.address.is_empty()
        && view.email.is_none()
        && view.phone.is_none()
        && view.page.is_none()
        && view.persons.is_empty();
    (!says_nothing).then_some(view)
}

fn mail(address: &str) -> Option<Anchor> {
    address::mail(address, &[]).map(|href| Anchor { href, text: address.trim().to_owned() })
}

fn telephone(number: &str) -> Option<Anchor> {
    address::telephone(number).map(|href| Anchor { href, text: number.trim().to_owned() })
}
