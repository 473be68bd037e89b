//! Words of the sourceurs' pages.

use model::{ContactReach, ImageReach, ReasonCode, RunState};

use crate::lang::{Lang, choose};

/// Words of the sourceurs' pages; `[one, many]` where a number decides.
#[derive(Debug)]
pub(crate) struct Sourceurs {
    pub(crate) colon: &'static str,
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) description: &'static str,
    pub(crate) none: &'static str,
    pub(crate) tellers: [&'static str; 2],
    pub(crate) actions: [&'static str; 2],
    pub(crate) shared: [&'static str; 2],
    pub(crate) late: [&'static str; 2],
    pub(crate) of_which: &'static str,

    pub(crate) crumbs: &'static str,
    pub(crate) shares: &'static str,
    pub(crate) see_all: &'static str,
    pub(crate) site: &'static str,

    pub(crate) facts: &'static str,
    pub(crate) freshness: &'static str,
    pub(crate) never: &'static str,
    pub(crate) fresh: &'static str,
    pub(crate) is_late: &'static str,
    pub(crate) paused: &'static str,
    pub(crate) suspended: &'static str,
    pub(crate) retired: &'static str,
    pub(crate) last_success: &'static str,
    pub(crate) since: &'static str,
    pub(crate) stays: &'static str,
    pub(crate) every: &'static str,
    pub(crate) next: &'static str,
    pub(crate) at_once: &'static str,
    pub(crate) language: &'static str,
    pub(crate) licence: &'static str,
    pub(crate) texts: &'static str,
    pub(crate) images: &'static str,
    pub(crate) contacts: &'static str,
    pub(crate) notice: &'static str,

    pub(crate) themes: &'static str,
    pub(crate) territories: &'static str,
    pub(crate) map: &'static str,
    pub(crate) newest: &'static str,
    pub(crate) nothing_yet: &'static str,

    pub(crate) runs: &'static str,
    pub(crate) runs_lead: &'static str,
    pub(crate) run_when: &'static str,
    pub(crate) run_state: &'static str,
    pub(crate) run_read: &'static str,
    pub(crate) run_new: &'static str,
    pub(crate) run_changed: &'static str,
    pub(crate) run_rejected: &'static str,
    pub(crate) run_gone: &'static str,
    pub(crate) run_took: &'static str,
    pub(crate) no_runs: &'static str,

    pub(crate) data: &'static str,
    pub(crate) data_lead: &'static str,
    pub(crate) data_self: &'static str,
    pub(crate) data_actions: &'static str,
    pub(crate) data_atom: &'static str,
    pub(crate) data_runs: &'static str,
}

pub(crate) static FR: Sourceurs = Sourceurs {
    colon: " :",
    title: "Les sourceurs",
    lead: "Ils repèrent les actions et les racontent ; Carrefour les relit régulièrement et met leurs récits côte à côte. Chaque texte reste à son auteur.",
    description: "Ceux qui repèrent et racontent les actions d’innovation sociale réunies ici : fraîcheur, licence et nombre d’actions de chacun.",
    none: "Aucun sourceur n’est encore enregistré.",
    tellers: ["sourceur", "sourceurs"],
    actions: ["action", "actions"],
    shared: ["partagée avec d’autres", "partagées avec d’autres"],
    late: ["en retard", "en retard"],
    of_which: "dont",

    crumbs: "Fil d’Ariane",
    shares: "que d’autres sourceurs racontent aussi.",
    see_all: "Voir toutes ses actions",
    site: "Son site",

    facts: "Ce qu’il faut en savoir",
    freshness: "Fraîcheur",
    never: "Pas encore moissonné",
    fresh: "À jour",
    is_late: "En retard",
    paused: "En pause",
    suspended: "Suspendu : il ne répond plus",
    retired: "N’est plus moissonné",
    last_success: "dernière moisson réussie",
    since: "depuis le",
    stays: "ses actions restent",
    every: "Moissonné",
    next: "Prochaine moisson",
    at_once: "dès que possible",
    language: "Langue",
    licence: "Licence",
    texts: "Textes",
    images: "Images",
    contacts: "Contacts",
    notice: "Sa mention",

    themes: "De quoi il parle",
    territories: "D’où il parle",
    map: "Ses actions par région",
    newest: "Ses dernières actions",
    nothing_yet: "Rien de lui n’est encore publié ici.",

    runs: "Les dernières moissons",
    runs_lead: "Une moisson qui semble fausse est retenue : rien ne change ici tant qu’une personne ne l’a pas examinée.",
    run_when: "Quand",
    run_state: "Résultat",
    run_read: "Lues",
    run_new: "Nouvelles",
    run_changed: "Changées",
    run_rejected: "Refusées",
    run_gone: "Retirées",
    run_took: "Durée",
    no_runs: "Aucune moisson pour l’instant.",

    data: "Données",
    data_lead: "Les mêmes, pour des programmes.",
    data_self: "Ce sourceur (JSON)",
    data_actions: "Ses actions (JSON)",
    data_atom: "Suivre ses actions (Atom)",
    data_runs: "Ses moissons (JSON)",
};

pub(crate) static EN: Sourceurs = Sourceurs {
    colon: ":",
    title: "The sourceurs",
    lead: "They spot the actions and tell of them; Carrefour reads them again regularly and puts their accounts side by side. Each text remains its author’s.",
    description: "Those who spot and tell the social-innovation actions gathered here: how fresh, under which licence, how many actions.",
    none: "No sourceur is registered yet.",
    tellers: ["sourceur", "sourceurs"],
    actions: ["action", "actions"],
    shared: ["shared with others", "shared with others"],
    late: ["late", "late"],
    of_which: "of which",

    crumbs: "Breadcrumb",
    shares: "that other sourceurs tell of too.",
    see_all: "See all its actions",
    site: "Its website",

    facts: "What to know about it",
    freshness: "Freshness",
    never: "Not harvested yet",
    fresh: "Up to date",
    is_late: "Late",
    paused: "Paused",
    suspended: "Suspended: it does not answer",
    retired: "No longer harvested",
    last_success: "last successful harvest",
    since: "since",
    stays: "its actions stay",
    every: "Harvested",
    next: "Next harvest",
    at_once: "as soon as possible",
    language: "Language",
    licence: "Licence",
    texts: "Texts",
    images: "Images",
    contacts: "Contacts",
    notice: "Its legal notice",

    themes: "What it tells about",
    territories: "Where it tells of",
    map: "Its actions by région",
    newest: "Its latest actions",
    nothing_yet: "Nothing of it is published here yet.",

    runs: "Latest harvests",
    runs_lead: "A harvest that looks wrong is held: nothing changes here until a person has looked at it.",
    run_when: "When",
    run_state: "Outcome",
    run_read: "Read",
    run_new: "New",
    run_changed: "Changed",
    run_rejected: "Refused",
    run_gone: "Withdrawn",
    run_took: "Took",
    no_runs: "No harvest so far.",

    data: "Data",
    data_lead: "The same, for programs.",
    data_self: "This sourceur (JSON)",
    data_actions: "Its actions (JSON)",
    data_atom: "Follow its actions (Atom)",
    data_runs: "Its harvests (JSON)",
};

/// How a run ended.
pub(crate) fn run_state(state: RunState, lang: Lang) -> &'static str {
    let [fr, en] = match state {
        RunState::Landing => ["En cours", "Under way"],
        RunState::Held => ["Retenue pour examen", "Held for a look"],
        RunState::Published => ["Publiée", "Published"],
        RunState::Unchanged => ["Rien de nouveau", "Nothing new"],
        RunState::Undone => ["Annulée", "Undone"],
        RunState::Failed => ["Échouée", "Failed"],
        RunState::Interrupted => ["Interrompue", "Interrupted"],
        RunState::Busy => ["Déjà en cours ailleurs", "Under way elsewhere"],
    };
    choose(lang, fr, en)
}

/// Why a run was held or failed.
pub(crate) fn reason(code: ReasonCode, lang: Lang) -> &'static str {
    let [fr, en] = match code {
        ReasonCode::Held => ["trop de différences avec la dernière fois", "too different from last time"],
        ReasonCode::HtmlInstead => ["une page web au lieu des données", "a web page instead of the data"],
        ReasonCode::EmptyBody => ["réponse vide", "an empty answer"],
        ReasonCode::Malformed => ["données mal formées", "ill-formed data"],
        ReasonCode::Truncated => ["données coupées avant la fin", "data cut short"],
        ReasonCode::Deadline => ["réponse trop lente", "too slow an answer"],
        ReasonCode::TooLarge => ["réponse trop grosse", "too large an answer"],
        ReasonCode::BadEncoding => ["encodage illisible", "an unusable encoding"],
        ReasonCode::NotHttp => ["réponse qui n’est pas du web", "an answer that is not HTTP"],
        ReasonCode::HttpStatus => ["le site a répondu par une erreur", "the site answered with an error"],
        ReasonCode::Gone => ["la liste a été supprimée", "the list is gone for good"],
        ReasonCode::Refused => ["le site ne répond pas", "the site does not answer"],
        ReasonCode::TooManyRedirects => ["trop de redirections", "too many redirects"],
        ReasonCode::AddressRefused => ["adresse refusée", "an address that is refused"],
        ReasonCode::PagingLoop => ["des pages qui tournent en rond", "pages that go in circles"],
        ReasonCode::OaiError => ["le serveur OAI-PMH a refusé", "the OAI-PMH server refused"],
        ReasonCode::Tls => ["certificat invalide", "a bad certificate"],
        ReasonCode::Paused => ["sourceur en pause", "the sourceur is paused"],
    };
    choose(lang, fr, en)
}

/// Which images may be shown.
pub(crate) fn images(reach: ImageReach, lang: Lang) -> &'static str {
    let [fr, en] = match reach {
        ImageReach::Full => ["reprises", "shown"],
        ImageReach::Link => ["en lien", "linked"],
        ImageReach::None => ["aucune", "none"],
    };
    choose(lang, fr, en)
}

/// Which contacts may be shown.
pub(crate) fn contacts(reach: ContactReach, lang: Lang) -> &'static str {
    let [fr, en] = match reach {
        ContactReach::None => ["aucun", "none"],
        ContactReach::Organisation => ["ceux des organisations", "organisations’"],
        ContactReach::All => ["tous", "all"],
    };
    choose(lang, fr, en)
}
