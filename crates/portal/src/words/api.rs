//! Words of the API page. What single operations do is told by the OpenAPI document, in English.

/// Words of the API page.
#[derive(Debug)]
pub(crate) struct ApiPage {
    pub(crate) title: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) document: &'static str,
    pub(crate) in_english: &'static str,
    pub(crate) contents: &'static str,
    pub(crate) start: &'static str,
    pub(crate) start_text: &'static str,
    /// How it works: a title and its text, in which backticks mark code.
    pub(crate) manners: [(&'static str, &'static str); 7],
    /// Names of the document's tags, by their words there.
    pub(crate) tags: [(&'static str, &'static str); 7],
    pub(crate) command: &'static str,
    pub(crate) try_it: &'static str,
    pub(crate) no_parameters: &'static str,
    pub(crate) required: &'static str,
    pub(crate) example: &'static str,
    pub(crate) any: &'static str,
    pub(crate) ask: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) answers: &'static str,
    pub(crate) status: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) problems: &'static str,
    pub(crate) problems_text: &'static str,
    pub(crate) code: &'static str,
}

pub(crate) static FR: ApiPage = ApiPage {
    title: "L’API",
    lede: "Toute la base, lisible par un programme : les mêmes actions, les mêmes filtres que sur ces pages, sans clé ni inscription.",
    document: "Le document OpenAPI 3.1",
    in_english: "Les descriptions qui viennent du document OpenAPI sont en anglais ; tout ce qui les entoure est en français.",
    contents: "Sur cette page",
    start: "Pour commencer",
    start_text: "Les dix dernières actions du Lot-et-Garonne, avec leur nombre par thème :",
    manners: [
        (
            "Lire page à page",
            "Une liste répond `{data, total, facets, next}`. `next` est un curseur opaque : redonnez-le dans `cursor` pour lire la suite, tant qu’il n’est pas nul. Il ne périme jamais, et l’en-tête `Link` en donne l’adresse toute prête. `limit` va de 1 à 1 000.",
        ),
        (
            "Ne relire que ce qui a changé",
            "Chaque réponse porte un `ETag`. Redonnez-le dans `If-None-Match` : si rien n’a changé, la réponse est un `304` sans contenu.",
        ),
        (
            "Rester à jour pendant des années",
            "Le fil `/api/v1/changes` donne chaque action créée, changée, fusionnée, scindée, retirée ou rétablie, dans l’ordre, sans trou. Gardez le dernier `next` et redonnez-le dans `after` ; `wait` attend la nouveauté au lieu d’une réponse vide.",
        ),
        (
            "Tout télécharger",
            "Les mêmes filtres valent pour `/api/v1/actions.ndjson`, `.csv`, `.geojson` et `.atom` : tout ce qui répond, en une seule réponse.",
        ),
        (
            "Désigner un territoire",
            "Un territoire s’écrit avec son niveau : `commune:47001`, `epci:200035459`, `departement:47`, `region:75`, `pays:FR`. Un code seul est refusé, car 75 est à la fois Paris et la Nouvelle-Aquitaine. Les anciens codes sont compris.",
        ),
        (
            "Une action ne disparaît pas sans le dire",
            "Un identifiant est permanent : après une fusion il répond `301` vers l’action qui demeure, après un retrait `410` avec sa date et sa raison.",
        ),
        (
            "Respecter les licences",
            "Les licences appartiennent aux origines : dans `origins`, chaque sourceur dit sous quelle licence et avec quelle mention son texte peut être repris, et s’il l’est en entier, par extrait ou par un simple lien. Montrez qui raconte, et le lien vers sa page.",
        ),
    ],
    tags: [
        ("actions", "Les actions"),
        ("map", "La carte"),
        ("territories", "Les territoires"),
        ("taxonomy", "Les thèmes"),
        ("changes", "Les changements"),
        ("sourceurs", "Les sourceurs"),
        ("health", "L’état du service"),
    ],
    command: "En ligne de commande",
    try_it: "Paramètres et essai",
    no_parameters: "Essayer",
    required: "obligatoire",
    example: "par exemple",
    any: "sans préférence",
    ask: "Envoyer",
    answer: "Réponse",
    answers: "Réponses possibles",
    status: "Statut",
    meaning: "Sens",
    problems: "Les erreurs",
    problems_text: "Une erreur est un `application/problem+json` (RFC 9457) : `code` pour le programme, `detail` pour la personne, `parameter` et `expected` quand un paramètre est en cause. `type` mène à sa ligne ci-dessous. Un `503` dit dans `Retry-After` quand revenir.",
    code: "Code",
};

pub(crate) static EN: ApiPage = ApiPage {
    title: "The API",
    lede: "The whole base, for programs to read: the same actions and the same filters as on these pages, without key or account.",
    document: "The OpenAPI 3.1 document",
    in_english: "Names and descriptions of the operations come from the OpenAPI document.",
    contents: "On this page",
    start: "To begin with",
    start_text: "The ten latest actions of Lot-et-Garonne, with their number by theme:",
    manners: [
        (
            "Reading page by page",
            "A list answers `{data, total, facets, next}`. `next` is an opaque cursor: give it back in `cursor` to read on, as long as it is not null. It never expires, and the header `Link` has the address ready made. `limit` goes from 1 to 1,000.",
        ),
        (
            "Reading only what changed",
            "Every answer has an `ETag`. Give it back in `If-None-Match`: if nothing changed, the answer is an empty `304`.",
        ),
        (
            "Staying in step for years",
            "The feed `/api/v1/changes` gives every action created, changed, merged, split, withdrawn or restored, in order, without a gap. Keep the last `next` and give it back in `after`; `wait` waits for something new instead of an empty answer.",
        ),
        (
            "Downloading everything",
            "The same filters hold for `/api/v1/actions.ndjson`, `.csv`, `.geojson` and `.atom`: all that answers, in one answer.",
        ),
        (
            "Naming a territory",
            "A territory is written with its level: `commune:47001`, `epci:200035459`, `departement:47`, `region:75`, `pays:FR`. A code alone is refused, as 75 is both Paris and Nouvelle-Aquitaine. Former codes are understood.",
        ),
        (
            "No action goes without saying so",
            "An id is permanent: after a merge it answers `301` towards the action that stays, after a withdrawal `410` with its date and reason.",
        ),
        (
            "Respecting licences",
            "Licences belong to origins: in `origins`, each sourceur says under which licence and with which notice its text may be used, and whether it is given in full, as an excerpt or as a mere link. Show who tells, and the link to its page.",
        ),
    ],
    tags: [
        ("actions", "Actions"),
        ("map", "The map"),
        ("territories", "Territories"),
        ("taxonomy", "Themes"),
        ("changes", "Changes"),
        ("sourceurs", "Sourceurs"),
        ("health", "State of the service"),
    ],
    command: "On the command line",
    try_it: "Parameters, and try it",
    no_parameters: "Try it",
    required: "required",
    example: "for example",
    any: "no preference",
    ask: "Send",
    answer: "Answer",
    answers: "Possible answers",
    status: "Status",
    meaning: "Meaning",
    problems: "Errors",
    problems_text: "An error is an `application/problem+json` (RFC 9457): `code` for the program, `detail` for the person, `parameter` and `expected` where a parameter is at fault. `type` leads to its line below. A `503` says in `Retry-After` when to come back.",
    code: "Code",
};
