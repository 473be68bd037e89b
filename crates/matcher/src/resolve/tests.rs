use model::{Actor, Link, LinkRel, Place, Tag};

use super::*;
use crate::keys;

/// A record as the tests write it; `""` leaves a field out.
pub(crate) fn telling(record: &str, title: &str, territory: &str, url: &str) -> (RecordRef, Action) {
    let place = Place { territory: territory.parse().ok(), ..Place::default() };
    let action = Action {
        title: title.to_owned(),
        places: if territory.is_empty() { vec![] } else { vec![place] },
        url: (!url.is_empty()).then(|| url.to_owned()),
        ..Action::default()
    };
    (record.parse().unwrap(), action)
}

struct Set(Vec<(RecordRef, Action, Vec<String>)>, bool);

impl Set {
    fn new(records: impl IntoIterator<Item = (RecordRef, Action)>, clean: bool) -> Self {
        let with_keys = |(record, action)| {
            let keys = keys(&action);
            (record, action, keys)
        };
        Self(records.into_iter().map(with_keys).collect(), clean)
    }

    fn tellings(&self) -> Vec<Telling<'_>> {
        let each = self.0.iter();
        each.map(|(record, action, keys)| Telling { record, action, keys, clean_source: self.1 }).collect()
    }
}

fn told(tellings: &[Telling<'_>], resolution: &Resolution) -> Vec<String> {
    let names =
        |cluster: &Vec<usize>| cluster.iter().map(|at| tellings[*at].record.to_string()).collect::<Vec<_>>().join(" ");
    resolution.clusters.iter().map(names).filter(|names| names.contains(' ')).collect()
}

#[track_caller]
fn check(records: &[[&str; 4]], clean: bool, expected: &[&str]) {
    let set = Set::new(records.iter().map(|[record, title, at, url]| telling(record, title, at, url)), clean);
    let tellings = set.tellings();
    assert_eq!(told(&tellings, &resolve(&tellings)), expected);
}

const AGEN: &str = "commune:47001";
const BOE: &str = "commune:47031";

#[test]
fn one_action_told_twice_is_one_cluster() {
    check(&[["a/1", "Le café solidaire", AGEN, ""], ["b/1", "LE CAFÉ SOLIDAIRE !", AGEN, ""]], false, &["a/1 b/1"]);
    check(
        &[["a/1", "Café", AGEN, "http://x.fr/p"], ["b/1", "Le café d'Agen", "", "https://www.x.fr/p/"]],
        false,
        &["a/1 b/1"],
    );
}

#[test]
fn what_may_be_two_actions_is_two_clusters() {
    check(&[["a/1", "Le café solidaire", AGEN, ""], ["b/1", "Le café solidaire", BOE, ""]], false, &[]);
    check(&[["a/1", "Café", AGEN, ""], ["b/1", "Café", AGEN, ""]], false, &[]);
    check(&[["a/1", "Café", AGEN, "http://x.fr/"], ["b/1", "Café", AGEN, "http://x.fr"]], false, &[]);
    check(
        &[
            ["a/1", "Fête de la soupe 2019", AGEN, "http://x.fr/p"],
            ["b/1", "Fête de la soupe 2020", AGEN, "http://x.fr/p"],
        ],
        false,
        &[],
    );
    check(
        &[
            ["a/1", "Garage solidaire", AGEN, "http://x.fr/p"],
            ["b/1", "Garage solidaire", "commune:33063", "http://x.fr/p"],
        ],
        false,
        &[],
    );
}

#[test]
fn one_page_joins_titles_that_share_a_word_and_no_others() {
    let check_titles = |a: &str, b: &str, expected: &[&str]| {
        check(&[["a/1", a, AGEN, "http://x.fr/vie"], ["b/1", b, AGEN, "http://x.fr/vie"]], false, expected);
        check(&[["a/1", a, "", "http://x.fr/vie"], ["b/1", b, "", "http://x.fr/vie"]], false, expected);
    };
    check_titles("Le café des partenaires", "Partenaires, un café", &["a/1 b/1"]);
    check_titles("Jardin partagé du quartier des Iles", "Les cinq sens au jardin de la cité", &["a/1 b/1"]);
    check_titles("Jardin partagé", "Bus numérique", &[]);
}

/// A record of a carrier in Agen, with themes and a beginning.
fn carried(record: &str, title: &str, carrier: &str, themes: &[&str], start: &str) -> (RecordRef, Action) {
    let (record, mut action) = telling(record, title, AGEN, "");
    action.actors.push(Actor { name: carrier.to_owned(), ..Actor::default() });
    let theme = |id: &&str| Tag { id: (*id).to_owned(), ..Tag::default() };
    action.themes = themes.iter().map(theme).collect();
    action.started_on = start.parse().ok();
    (record, action)
}

#[test]
fn a_carriers_own_name_joins_what_agrees_otherwise() {
    let check = |a: (&str, &[&str], &str), b: (&str, &[&str], &str), joined: bool| {
        let pair = [
            carried("a/1", a.0, "Association Les Tabliers", a.1, a.2),
            carried("b/1", b.0, "asso. Les Tabliers", b.1, b.2),
        ];
        let set = Set::new(pair, false);
        let tellings = set.tellings();
        assert_eq!(resolve(&tellings).clusters.len() == 1, joined, "{a:?} {b:?}");
    };
    let food: &[&str] = &["alimentation/partage", "lien-social/entraide"];
    let bikes: &[&str] = &["mobilite/velo"];
    check(("La grande tablée", food, ""), ("Un repas entre voisins", food, ""), true);
    check(("La grande tablée", food, ""), ("Un atelier de réparation", bikes, ""), false);
    check(("La grande tablée", food, "2019-06-02"), ("Repas de rue", bikes, "2019-06-02"), false);
    check(("La grande tablée", food, "2019-06-02"), ("Repas de rue", food, "2020-06-07"), false);
    check(("La grande tablée", food, "2019-06-02"), ("La tablée des voisins", &food[..1], "2019-06-02"), true);
    check(("La grande tablée", &[], ""), ("Un repas entre voisins", &[], ""), false);
}

#[test]
fn a_third_record_does_not_join_two_of_one_sourceur() {
    let food: &[&str] = &["alimentation/partage", "lien-social/entraide"];
    let records = [
        carried("a/1", "Atelier couture", "Les Tabliers", food, ""),
        carried("a/2", "Atelier cuisine", "Les Tabliers", food, ""),
        carried("b/1", "Un atelier de couture ou de cuisine", "Les Tabliers", food, ""),
    ];
    let set = Set::new(records, false);
    let tellings = set.tellings();
    assert_eq!(told(&tellings, &resolve(&tellings)), ["a/1 b/1"]);
}

#[test]
fn records_of_a_clean_source_never_meet_even_through_a_third() {
    let records = [
        ["a/1", "Le café solidaire", AGEN, ""],
        ["a/2", "Le café solidaire", AGEN, ""],
        ["b/1", "Le café solidaire", AGEN, ""],
    ];
    check(&records, false, &["a/1 a/2 b/1"]);
    check(&records, true, &["a/1 b/1"]);
}

#[test]
fn a_key_carried_by_many_identifies_nobody() {
    let many = |count: usize| {
        let records = (0..count).map(|n| telling(&format!("s{n:02}/1"), &format!("Idée {n}x"), AGEN, "http://x.fr/p"));
        Set::new(records, false)
    };
    for (count, clusters) in [(GENERIC, 1), (GENERIC + 1, GENERIC + 1)] {
        let set = many(count);
        assert_eq!(resolve(&set.tellings()).clusters.len(), clusters, "{count} carriers");
    }
}

#[test]
fn a_page_that_one_sourceur_gives_to_several_titles_is_no_proof() {
    check(
        &[
            ["a/1", "Jardin partagé", AGEN, "http://x.fr/actions"],
            ["a/2", "Garage solidaire", AGEN, "http://x.fr/actions"],
            ["b/1", "Bus numérique", AGEN, "http://x.fr/actions"],
        ],
        false,
        &[],
    );
}

#[test]
fn editions_are_related() {
    let titles = ["Fête de la soupe 2019", "Fête de la soupe 2021", "Fête de la soupe", "3e fête de la soupe"];
    let records = titles.iter().zip(1..).map(|(title, n)| telling(&format!("a/{n}"), title, AGEN, ""));
    let set = Set::new(records, false);
    let resolution = resolve(&set.tellings());
    let relation = RelationFound { kind: RelationKind::EditionOf, from: 1, to: 0 };
    assert_eq!(resolution.relations, [relation]);
}

#[test]
fn evidence_sums_to_the_weight() {
    let mut with_link = telling("b/1", "Le café solidaire", AGEN, "");
    with_link.1.links.push(Link {
        rel: LinkRel::Website,
        url: "http://cafe.fr/agen".into(),
        title: None,
        broken_since: None,
    });
    let set = Set::new([telling("a/1", "Un café solidaire à Agen", AGEN, "http://cafe.fr/agen"), with_link], false);
    let pairs = resolve(&set.tellings()).pairs;
    assert_eq!(pairs.len(), 1);
    let sum: f64 = pairs[0].evidence.iter().map(|line| line.weight).sum();
    assert!((sum - pairs[0].weight).abs() < 1e-9 && pairs[0].joined, "{pairs:?}");
}

/// Numbers that look random and are the same every time (Marsaglia's xorshift).
fn dice(state: &mut u64, faces: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % faces as u64).unwrap()
}

/// Components of records that share a key which identifies, each sorted.
fn components(tellings: &[Telling<'_>]) -> Vec<Vec<usize>> {
    let order: Vec<usize> = (0..tellings.len()).collect();
    let carriers = carriers_of_keys(tellings, &order);
    let mut component: Vec<usize> = order.clone();
    loop {
        let before = component.clone();
        for of_key in carriers.values() {
            let least = of_key.iter().map(|at| component[*at]).min().unwrap();
            for at in of_key {
                component[*at] = least;
            }
        }
        if component == before {
            return members_of(&numbered(&component));
        }
    }
}

#[test]
fn any_order_and_any_cut_into_components_gives_the_same_clusters() {
    let mut state = 0x9E37_79B9_7F4A_7C15;
    let ideas = ["Café solidaire", "Fête de la soupe", "Garage associatif", "Bus numérique rural", "Jardin partagé"];
    let editions = ["", " 2019", " 2020", " - 3e édition"];
    let places = [AGEN, BOE, "departement:47", "commune:33063", ""];
    let records: Vec<(RecordRef, Action)> = (0..300)
        .map(|n| {
            let title = format!("{}{}", ideas[dice(&mut state, 5)], editions[dice(&mut state, 4)]);
            let url = match dice(&mut state, 3) {
                0 => format!("http://x.fr/{}", dice(&mut state, 60)),
                _ => String::new(),
            };
            let sourceur = ["a", "b", "c", "d"][dice(&mut state, 4)];
            telling(&format!("{sourceur}/{n}"), &title, places[dice(&mut state, 5)], &url)
        })
        .collect();
    for clean in [false, true] {
        let set = Set::new(records.clone(), clean);
        let mut tellings = set.tellings();
        let first = resolve(&tellings);
        let expected = (told(&tellings, &first), first.relations.clone(), first.pairs.clone());
        assert!(expected.0.len() > 10, "the sample joins too little to prove anything");
        let order: Vec<usize> = (0..tellings.len()).collect();
        let identifying: BTreeSet<String> =
            carriers_of_keys(&tellings, &order).keys().map(|key| (*key).to_owned()).collect();
        let keys_of = |telling: &Telling<'_>| -> Vec<String> {
            telling.keys.iter().filter(|key| identifying.contains(*key)).cloned().collect()
        };
        let kept: Vec<Vec<String>> = tellings.iter().map(keys_of).collect();
        let mut apart: Vec<String> = Vec::new();
        for component in components(&tellings) {
            let some: Vec<Telling<'_>> =
                component.iter().map(|at| Telling { keys: &kept[*at], ..tellings[*at] }).collect();
            apart.extend(told(&some, &resolve(&some)));
        }
        apart.sort();
        let mut together = expected.0.clone();
        together.sort();
        assert_eq!(apart, together, "a component resolved alone has other clusters");
        for _ in 0..50 {
            for at in (1..tellings.len()).rev() {
                tellings.swap(at, dice(&mut state, at + 1));
            }
            let shuffled = resolve(&tellings);
            assert_eq!((told(&tellings, &shuffled), shuffled.relations, shuffled.pairs), expected);
        }
    }
}
