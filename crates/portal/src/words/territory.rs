//! Words of the territory pages.

use model::{Level, TerritoryId};

use crate::lang::Lang;

/// Words of the territory pages.
#[derive(Debug)]
pub(crate) struct Territories {
    pub(crate) index_title: &'static str,
    pub(crate) index_lede: &'static str,
    /// The form that leads to a territory by its name.
    pub(crate) go: &'static str,
    pub(crate) go_hint: &'static str,
    pub(crate) go_submit: &'static str,
    pub(crate) go_which: &'static str,
    pub(crate) go_none: &'static str,
    pub(crate) go_unknown: &'static str,
    pub(crate) go_long: &'static str,
    pub(crate) regions: &'static str,
    pub(crate) most_told: &'static str,
    pub(crate) most_told_note: &'static str,
    pub(crate) crumbs: &'static str,
    /// Level of a territory, one and many, in the order of [`Level::ALL`].
    pub(crate) levels: [[&'static str; 2]; 6],
    pub(crate) inhabitants: [&'static str; 2],
    pub(crate) population_source: &'static str,
    pub(crate) no_population: &'static str,
    pub(crate) figures: &'static str,
    pub(crate) action: [&'static str; 2],
    pub(crate) rate: &'static str,
    pub(crate) few: &'static str,
    pub(crate) what_counts: &'static str,
    pub(crate) sourceur: [&'static str; 2],
    pub(crate) search: &'static str,
    pub(crate) follow: &'static str,
    pub(crate) atom: &'static str,
    pub(crate) csv: &'static str,
    pub(crate) api: &'static str,
    pub(crate) map_rates: &'static str,
    pub(crate) map_places: &'static str,
    pub(crate) map_where: &'static str,
    pub(crate) map_rates_caption: &'static str,
    pub(crate) map_places_caption: &'static str,
    pub(crate) map_where_caption: &'static str,
    /// Between a name and its number.
    pub(crate) colon: &'static str,
    pub(crate) within_note: &'static str,
    pub(crate) others: &'static str,
    pub(crate) without: &'static str,
    pub(crate) epcis: &'static str,
    pub(crate) nearby: &'static str,
    pub(crate) nearby_note: &'static str,
    pub(crate) distance: &'static str,
    pub(crate) themes: &'static str,
    pub(crate) themes_note: &'static str,
    pub(crate) theme: &'static str,
    pub(crate) actors: &'static str,
    pub(crate) tellers: &'static str,
    pub(crate) tellers_note: &'static str,
    pub(crate) newest: &'static str,
    pub(crate) newest_all: &'static str,
    pub(crate) empty: &'static str,
    pub(crate) empty_around: &'static str,
    pub(crate) empty_within: &'static str,
    pub(crate) readings_title: &'static str,
    pub(crate) readings_lede: &'static str,
    pub(crate) readings_why: &'static str,
}

pub(crate) static FR: Territories = Territories {
    index_title: "Les territoires",
    index_lede: "Où l’innovation sociale se raconte, et où l’on n’en sait encore rien. Choisissez un département sur la carte, ou une région dans la liste.",
    go: "Aller à un territoire",
    go_hint: "commune, département, code postal…",
    go_submit: "Y aller",
    go_which: "Lequel de ces territoires cherchez-vous ?",
    go_none: "Aucun territoire de ce nom n’est connu. Essayez une commune avec son département, comme « Saint-Denis (93) », ou un code postal.",
    go_unknown: "Aucun territoire de France ne porte ce code :",
    go_long: "Le territoire cherché (q) est trop long : 200 caractères au plus.",
    regions: "Régions et collectivités d’outre-mer",
    most_told: "Où l’on en raconte le plus",
    most_told_note: "Départements, par nombre d’actions recensées.",
    crumbs: "Fil d’Ariane",
    levels: [
        ["Commune", "Communes"],
        ["Intercommunalité", "Intercommunalités"],
        ["Département", "Départements"],
        ["Région", "Régions"],
        ["Pays", "Pays"],
        ["À l’étranger", "À l’étranger"],
    ],
    inhabitants: ["habitant", "habitants"],
    population_source: "Population : INSEE 2023",
    no_population: "Population non connue",
    figures: "Le territoire en chiffres",
    action: ["action", "actions"],
    rate: "pour 100 000 habitants",
    few: "Peu d’actions ou peu d’habitants : ce taux change beaucoup pour une action de plus ou de moins. À lire comme un ordre de grandeur.",
    what_counts: "Ces nombres disent ce que les sourceurs ont recensé, pas tout ce qui existe : un territoire pâle est d’abord un territoire peu raconté.",
    sourceur: ["sourceur qui en parle", "sourceurs qui en parlent"],
    search: "Chercher dans ce territoire",
    follow: "Suivre et réutiliser",
    atom: "Suivre par Atom",
    csv: "Télécharger en CSV",
    api: "Lire par l’API",
    map_rates: "Actions pour 100 000 habitants",
    map_places: "Actions par commune",
    map_where: "Où se trouve ce territoire",
    map_rates_caption: "Plus la teinte est forte, plus il y a d’actions recensées pour 100 000 habitants. Chaque territoire mène à sa page.",
    map_places_caption: "Un cercle par commune, à sa mairie ; sa surface dit le nombre d’actions.",
    map_where_caption: "Le territoire parmi ses voisins.",
    colon: " : ",
    within_note: "Une action menée en plusieurs lieux compte dans chacun.",
    others: "Voir les autres",
    without: "Sans action recensée",
    epcis: "Par intercommunalité",
    nearby: "Autour",
    nearby_note: "Communes à moins de 25 km où des actions sont recensées, les plus proches d’abord.",
    distance: "Distance",
    themes: "De quoi il s’agit",
    themes_note: "Une action peut avoir plusieurs thèmes.",
    theme: "Thème",
    actors: "Acteurs les plus présents",
    tellers: "Qui les raconte",
    tellers_note: "Une action racontée par plusieurs sourceurs compte pour chacun.",
    newest: "Dernières actions",
    newest_all: "Toutes, les dernières d’abord",
    empty: "Aucune action n’est encore recensée ici.",
    empty_around: "Ce que l’on sait autour :",
    empty_within: "Dans un rayon de",
    readings_title: "Un code seul ne suffit pas",
    readings_lede: "Un code seul ne dit pas son niveau : 75 est à la fois Paris et la Nouvelle-Aquitaine. Vouliez-vous dire :",
    readings_why: "L’adresse d’un territoire dit son niveau, par exemple departement:47, region:75 ou commune:47001.",
};

pub(crate) static EN: Territories = Territories {
    index_title: "Territories",
    index_lede: "Where social innovation is told, and where nothing is known yet. Choose a département on the map, or a région in the list.",
    go: "Go to a territory",
    go_hint: "town, département, postcode…",
    go_submit: "Go",
    go_which: "Which of these territories do you mean?",
    go_none: "No territory of that name is known. Try a town with its département, as in “Saint-Denis (93)”, or a postcode.",
    go_unknown: "No territory of France has this code:",
    go_long: "The territory that is sought (q) is too long: 200 characters at most.",
    regions: "Régions and overseas collectivities",
    most_told: "Where most is told",
    most_told_note: "Départements, by number of actions recorded.",
    crumbs: "Breadcrumb",
    levels: [
        ["Commune", "Communes"],
        ["Intercommunality", "Intercommunalities"],
        ["Département", "Départements"],
        ["Région", "Régions"],
        ["Country", "Countries"],
        ["Abroad", "Abroad"],
    ],
    inhabitants: ["inhabitant", "inhabitants"],
    population_source: "Population: INSEE 2023",
    no_population: "Population not known",
    figures: "The territory in figures",
    action: ["action", "actions"],
    rate: "per 100,000 inhabitants",
    few: "Few actions or few inhabitants: one action more or less changes this rate a lot. Read it as an order of magnitude.",
    what_counts: "These numbers say what sourceurs have recorded, not all there is: a pale territory is first of all one that is little told of.",
    sourceur: ["sourceur tells of them", "sourceurs tell of them"],
    search: "Search in this territory",
    follow: "Follow and reuse",
    atom: "Follow by Atom",
    csv: "Download as CSV",
    api: "Read by the API",
    map_rates: "Actions per 100,000 inhabitants",
    map_places: "Actions by commune",
    map_where: "Where this territory lies",
    map_rates_caption: "The stronger the tint, the more actions are recorded per 100,000 inhabitants. Each territory leads to its page.",
    map_places_caption: "One circle a commune, at its town hall; its surface stands for the number of actions.",
    map_where_caption: "The territory among its neighbours.",
    colon: ": ",
    within_note: "An action carried out in several places counts in each.",
    others: "See the others",
    without: "No action recorded",
    epcis: "By intercommunality",
    nearby: "Nearby",
    nearby_note: "Communes within 25 km where actions are recorded, the nearest first.",
    distance: "Distance",
    themes: "What it is about",
    themes_note: "An action may have several themes.",
    theme: "Theme",
    actors: "Most active actors",
    tellers: "Who tells of them",
    tellers_note: "An action told by several sourceurs counts for each.",
    newest: "Latest actions",
    newest_all: "All of them, the latest first",
    empty: "No action is recorded here yet.",
    empty_around: "What is known around:",
    empty_within: "Within",
    readings_title: "A code alone is not enough",
    readings_lede: "A code alone does not tell its level: 75 is both Paris and Nouvelle-Aquitaine. Did you mean:",
    readings_why: "A territory’s address tells its level, as in departement:47, region:75 or commune:47001.",
};

impl Territories {
    /// The word for a level: one, or many.
    pub(crate) fn level(&self, level: Level, many: bool) -> &'static str {
        self.levels[level as usize][usize::from(many)]
    }
}

/// French articles of the régions of today that take one; other names bear theirs or have none.
const REGIONS: [(&str, &str); 16] = [
    ("01", "La "),
    ("02", "La "),
    ("03", "La "),
    ("11", "L’"),
    ("24", "Le "),
    ("27", "La "),
    ("28", "La "),
    ("32", "Les "),
    ("44", "Le "),
    ("52", "Les "),
    ("53", "La "),
    ("75", "La "),
    ("76", "L’"),
    ("84", "L’"),
    ("93", "La "),
    ("94", "La "),
];

/// The article that a territory's name begins with as a title: "Le Lot-et-Garonne", "La Bretagne".
pub(crate) fn article(id: &TerritoryId, lang: Lang) -> &'static str {
    if lang == Lang::En {
        return "";
    }
    match id.level {
        Level::Departement => match gazetteer::Gazetteer::get().of_form(id).map(str::trim) {
            Some("du") => "Le ",
            Some("de la") => "La ",
            Some("de l'" | "d'") => "L’",
            Some("des") => "Les ",
            _ => "",
        },
        Level::Region => REGIONS.iter().find(|(code, _)| *code == &*id.code).map_or("", |(_, article)| article),
        Level::Pays => "La ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(id: &str, title: &str) {
        let id: TerritoryId = id.parse().expect("a typed id");
        let name = gazetteer::Gazetteer::get().territory(&id).expect("a territory").name;
        assert_eq!(format!("{}{}", article(&id, Lang::Fr), crate::typo::ours(name)), title);
    }

    #[test]
    fn names_have_their_article() {
        check("departement:47", "Le Lot-et-Garonne");
        check("departement:01", "L’Ain");
        check("departement:23", "La Creuse");
        check("departement:22", "Les Côtes-d’Armor");
        check("departement:75", "Paris");
        check("departement:974", "La Réunion");
        check("departement:976", "Mayotte");
        check("region:53", "La Bretagne");
        check("region:04", "La Réunion");
        check("region:32", "Les Hauts-de-France");
        check("commune:76351", "Le Havre");
        check("pays:FR", "La France");
    }

    #[test]
    fn english_names_have_none() {
        assert_eq!(article(&"departement:47".parse().expect("a typed id"), Lang::En), "");
    }
}
