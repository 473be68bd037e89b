//! One text in, its territories out. Cases are ours; the expected ids were looked up by hand.

use crate::Gazetteer;

#[track_caller]
fn check(text: &str, expected: &str) {
    let finding = Gazetteer::get().find(text);
    let found: Vec<String> = finding.territories.iter().map(ToString::to_string).collect();
    assert_eq!(found.join(";"), expected, "`{text}`: {}", finding.why);
    assert_eq!(finding.level, finding.territories.first().map(|id| id.level), "`{text}`");
}

#[test]
fn a_commune_is_read_however_its_name_is_written() {
    check("St-Brieuc", "commune:22278");
    check("STE MARIE AUX MINES", "commune:68298");
    check("Chalon s/ Saône", "commune:71076");
    check("Villeneuve/Lot", "commune:47323");
    check("Fontenay s/s Bois", "commune:94033");
    check("ville de Clermont-Fd", "commune:63113");
    check("l’Isle-d’Abeau", "commune:38193");
    check("aux Mureaux", "commune:78440");
    check("les habitants du Mans", "commune:72181");
    check("KREMLIN-BICETRE (LE)", "commune:94043");
    check("Vaulx en Velin", "commune:69256");
}

#[test]
fn a_former_commune_is_read_as_the_one_that_took_it_over() {
    check("Cherbourg", "commune:50129");
    check("Seynod", "commune:74010");
    check("Évry", "commune:91228");
    check("Pierre-Bénite (69)", "commune:69149");
}

#[test]
fn namesakes_are_told_apart_by_what_stands_around() {
    check("Grigny (91)", "commune:91286");
    check("Grigny (Rhône)", "commune:69096");
    check("Un café à Die, dans la Drôme", "commune:26113");
    check("L'Isle-Jourdain (Gers)", "commune:32160");
    check("Saint-Aubin, Landes", "commune:40249");
    check("Saint-Joseph - 974", "commune:97412");
    check("Le Port (La Réunion)", "commune:97407");
    check("Lormont, Cenon et Floirac", "commune:33119;commune:33167;commune:33249");
    check("Villefranche (Aveyron)", "commune:12300");
}

#[test]
fn of_namesakes_that_nothing_tells_apart_none_is_named() {
    check("Saint-Denis", "");
    check("Saint Martin", "");
    check("Centre social de Saint-Aubin", "");
    check("Clermont", "");
    check("Beaumont", "");
}

#[test]
fn a_postal_code_and_a_name_confirm_each_other() {
    check("3 place de Bretagne 44000 Nantes", "commune:44109");
    check("67 000 STRASBOURG", "commune:67482");
    check("F-97460 Saint Paul", "commune:97415");
    check("Pau (64000)", "commune:64445");
    check("Le Bourg, 24120 Terrasson", "commune:24547");
    check("33000", "commune:33063");
}

#[test]
fn a_cedex_or_post_box_is_no_postal_code() {
    check("CS 20001 33077 Bordeaux cedex", "commune:33063");
    check("BP 12345 - 59019 LILLE CEDEX", "commune:59350");
    check("93206 SAINT-DENIS CEDEX", "commune:93066");
    check("75634 Paris Cedex 13", "commune:75056");
    check("BP 47", "");
}

#[test]
fn an_arrondissement_is_read_in_all_its_spellings() {
    check("69003 LYON", "commune:69383");
    check("Lyon (7e)", "commune:69387");
    check("Paris XIXe", "commune:75119");
    check("le 18ème arrondissement de Paris", "commune:75118");
    check("Paris 18e et 19e", "commune:75118;commune:75119");
    check("MARSEILLE 8EME", "commune:13208");
    check("Paris 2024", "commune:75056");
}

#[test]
fn a_street_that_bears_a_towns_name_is_not_the_town() {
    check("1 cours de Verdun, 01000 Bourg-en-Bresse", "commune:01053");
    check("avenue de la Marne, Mérignac", "commune:33281");
    check("5 boulevard de Strasbourg", "");
}

#[test]
fn a_departement_is_read_by_name_code_or_service() {
    check("Tarn, Aveyron et Lot", "departement:12;departement:46;departement:81");
    check("Nord et Pas-de-Calais", "departement:59;departement:62");
    check("départements 33, 40 et 47", "departement:33;departement:40;departement:47");
    check("Bus numérique en Meuse", "departement:55");
    check("CPAM du Gard", "departement:30");
    check("CD47", "departement:47");
    check("Familles rurales 35", "departement:35");
    check("Un vélo pour tous - 26", "departement:26");
    check("2A - Corse-du-Sud", "departement:2A");
    check("Seine-St-Denis", "departement:93");
}

#[test]
fn a_name_of_several_levels_is_read_by_the_words_before_it() {
    check("Conseil général des Landes", "departement:40");
    check("Ville de Mayenne", "commune:53147");
    check("Vienne (38)", "commune:38544");
    check("la Vienne", "departement:86");
    check("Martinique", "region:02");
    check("Conseil départemental de la Martinique", "departement:972");
    check("Ville de Paris", "commune:75056");
    check("Département de Paris", "departement:75");
}

#[test]
fn a_region_of_before_2016_is_read_as_todays() {
    check("Languedoc - Roussillon", "region:76");
    check("Franche-Comt", "region:27");
    check("Conseil régional du Centre", "region:24");
    check("Alsace, Lorraine", "region:44");
    check("Normandie, Bretagne", "region:28;region:53");
}

#[test]
fn an_intercommunality_is_read_when_its_form_is_said() {
    check("Bordeaux Métropole", "epci:243300316");
    check("Communauté de communes du Thouarsais", "epci:247900798");
    check("CA du Pays Basque", "epci:200067106");
    check("agglomération toulousaine", "");
    check("Ressourcerie du Pays de Brest", "");
}

#[test]
fn france_and_other_countries_are_read() {
    check("- France entière -", "pays:FR");
    check("Ensemble du territoire national", "pays:FR");
    check("Union nationale des CCAS", "pays:FR");
    check("Montréal (Canada)", "abroad:CA");
    check("Valence (Espagne)", "abroad:ES");
    check("Vienne (Autriche)", "abroad:AT");
    check("Belgique et Luxembourg", "abroad:BE;abroad:LU");
    check("Soudan", "abroad:SD");
    check("Soudan (44)", "commune:44199");
    check("Fondation de France", "");
    check("Etranger", "");
}

#[test]
fn an_adjective_names_its_place_when_nothing_better_does() {
    check("association lyonnaise", "commune:69123");
    check("les agriculteurs drômois", "departement:26");
    check("un collectif breton à Vannes", "commune:56260");
}

#[test]
fn common_words_numbers_and_saints_are_no_places() {
    for text in [
        "Association Le Relais",
        "Contes et légendes",
        "Fondation Orange",
        "Le plaisir de lire",
        "réunion des partenaires",
        "un lot de vêtements",
        "gare du Nord",
        "bords de Loire",
        "Lycée Victor Hugo",
        "Résidence Saint-Joseph",
        "Collège Saint-Exupéry",
        "Agenda 21",
        "2 000 habitants",
        "le 15 septembre 2009",
        "tél. 04 75 26 99 43",
        "2021-05-05T16:14:04.384Z",
        "https://www.lyon.fr/agenda",
        "Café des parents",
    ] {
        check(text, "");
    }
}

#[test]
fn a_bare_code_is_read_only_if_it_has_one_meaning() {
    check("47", "departement:47");
    check("75", "");
    let readings = Gazetteer::get().readings("75");
    assert_eq!(readings.iter().map(ToString::to_string).collect::<Vec<_>>(), ["departement:75", "region:75"]);
}

#[test]
fn odd_text_neither_panics_nor_changes_its_reading() {
    let odd = [
        "",
        " ",
        "\0",
        "-",
        "'",
        "(((",
        "s/",
        "/s",
        "s/s/s",
        "2A",
        "2",
        "2A0",
        "- 47 -",
        "(",
        "L'",
        "d'",
        "Saint",
        "de de de",
        "\u{301}\u{301}a",
        "n\u{303}",
        "ﬁ ²³ №",
        "99999",
        "00000",
        "1",
        "é",
        "🌍 Agen 🌍",
        "Paris 99e",
        "Paris e",
        "cedex",
        "20",
        "arrondissement de Paris",
        "e arrondissement de Paris",
        "&",
        "& & &",
        "47000&Agen",
        "a@b",
        "://",
        "\u{feff}Agen",
    ];
    let gazetteer = Gazetteer::get();
    for text in odd {
        for text in [text.to_owned(), format!("{text}{text}"), format!("{text} Agen {text}"), text.repeat(500)] {
            assert_eq!(gazetteer.find(&text), gazetteer.find(&text));
        }
    }
    // Every piece of a text that holds a bit of everything.
    let all = "12, r. de l'Œuvre – BP 4, 75011 PARIS 11e Cedex 9; d’Agen (47) s/s Lot/Garonne & St-É";
    let ends: Vec<usize> = all.char_indices().map(|(at, _)| at).chain([all.len()]).collect();
    for (position, from) in ends.iter().enumerate() {
        for to in &ends[position..] {
            gazetteer.find(&all[*from..*to]);
        }
    }
}

#[test]
fn a_titles_departement_is_parted_from_it() {
    let strip = |title: &'static str| {
        Gazetteer::strip_department_suffix(title).map(|(title, id)| format!("{title}|{}", id.code))
    };
    assert_eq!(strip("Le café des voisins ! - 47").as_deref(), Some("Le café des voisins !|47"));
    assert_eq!(strip("Bus de nuit (974)").as_deref(), Some("Bus de nuit|974"));
    assert_eq!(strip("Agenda-21"), None);
    assert_eq!(strip("Fête des voisins - 2018"), None);
    assert_eq!(strip("- 47"), None);
    assert_eq!(strip("Sans rien"), None);
}
