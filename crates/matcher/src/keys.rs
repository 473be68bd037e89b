//! Exact keys: what brings two records face to face.

use model::{Action, Digest, LinkRel, fold};

use crate::address::identifying_address;
use crate::carrier::own_names;
use crate::marks::Marks;
use crate::place::Ground;

/// Most present records that may carry a key before it identifies nobody.
pub const GENERIC: usize = 20;

/// Longest key kept as it is, in bytes; a longer one is kept as its digest.
const MAX_BYTES: usize = 400;

/// Most places of one record that make keys: a record that names more is about none of them.
const MAX_PLACES: usize = 8;

/// Words that say nothing of what an action is.
const STOP: [&str; 46] = [
    "a", "au", "aux", "avec", "ce", "ces", "chez", "d", "dans", "de", "des", "du", "en", "entre", "et", "l", "la",
    "le", "les", "leur", "leurs", "mon", "n", "ne", "nos", "notre", "nous", "on", "ou", "par", "pas", "plus", "pour",
    "qu", "que", "qui", "s", "sa", "se", "ses", "son", "sur", "un", "une", "vos", "votre",
];

/// The exact keys of a record, sorted: its addresses, its title in each of its territories, its title
/// without years and ordinals where it has any, and its carriers' own names in its communes.
///
/// Keys are short texts (`url:…`, `title:…|commune:47001`, `edition:…|departement:47`) that only mean
/// anything to [`crate::resolve`]; none depends on any other record, nor on the record's own name.
pub fn keys(action: &Action) -> Vec<String> {
    let mut keys: Vec<String> = addresses(action).map(|(address, _)| address_key(&address)).collect();
    let title = fold(&action.title);
    let marks = Marks::read(&title);
    let ground = Ground::read(action);
    title_keys("title", &title, &ground, &mut keys);
    if !marks.is_empty() {
        title_keys("edition", &marks.rest, &ground, &mut keys);
    }
    if ground.communes.len() <= MAX_PLACES {
        for name in own_names(action) {
            keys.extend(ground.communes.iter().map(|commune| key("carrier", &format!("{name}|{commune}"))));
        }
    }
    keys.sort();
    keys.dedup();
    keys
}

/// Addresses that may identify the action, and whether each is said to be the action's own page.
pub(crate) fn addresses(action: &Action) -> impl Iterator<Item = (String, bool)> {
    let linked = action.links.iter().filter_map(|link| {
        let own = link.rel == LinkRel::Page;
        let about = own || matches!(link.rel, LinkRel::Website | LinkRel::Article);
        about.then_some((link.url.as_str(), own))
    });
    let page = action.url.iter().map(|url| (url.as_str(), true));
    page.chain(linked).filter_map(|(url, own)| Some((identifying_address(url)?, own)))
}

/// The key of a canonical address.
pub(crate) fn address_key(address: &str) -> String {
    key("url", address)
}

fn key(kind: &str, value: &str) -> String {
    if value.len() > MAX_BYTES {
        return format!("{kind}:#{}", Digest::of([value.as_bytes()]));
    }
    format!("{kind}:{value}")
}

/// The words of a folded title that say something, in its order.
pub(crate) fn telling_words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|word| !word.is_empty() && !STOP.contains(word))
}

/// Two telling words identify in a commune; a wider territory, where an "épicerie sociale" has many
/// sisters, asks for three.
fn title_keys(kind: &str, title: &str, ground: &Ground, keys: &mut Vec<String>) {
    let words = telling_words(title).count();
    let mut put = |territories: &std::collections::BTreeSet<model::TerritoryId>, least: usize| {
        if words >= least && territories.len() <= MAX_PLACES {
            keys.extend(territories.iter().map(|territory| key(kind, &format!("{title}|{territory}"))));
        }
    };
    put(&ground.communes, 2);
    put(&ground.departements, 3);
    put(&ground.wider, 3);
}

#[cfg(test)]
mod tests {
    use model::Actor;

    use super::*;
    use crate::resolve::tests::telling;

    #[track_caller]
    fn check(title: &str, territory: &str, url: &str, expected: &[&str]) {
        let (_, action) = telling("a/1", title, territory, url);
        assert_eq!(keys(&action), expected);
    }

    #[test]
    fn keys_are_addresses_and_titles_in_territories() {
        check("Le café", "commune:47001", "", &[]);
        check("Le café solidaire", "commune:47001", "", &["title:le cafe solidaire|commune:47001"]);
        check(
            "Un café solidaire mobile",
            "commune:2A004",
            "",
            &["title:un cafe solidaire mobile|commune:2A004", "title:un cafe solidaire mobile|departement:2A"],
        );
        check("Le café solidaire", "departement:47", "https://x.fr/", &[]);
        check(
            "Café solidaire mobile 2019",
            "departement:47",
            "https://www.x.fr/a/",
            &[
                "edition:cafe solidaire mobile|departement:47",
                "title:cafe solidaire mobile 2019|departement:47",
                "url:x.fr/a",
            ],
        );
        check("Café solidaire mobile", "region:75", "", &["title:cafe solidaire mobile|region:75"]);
        check("Café solidaire mobile", "", "", &[]);
    }

    #[test]
    fn a_carriers_own_name_is_a_key_in_its_communes() {
        let (_, mut action) = telling("a/1", "", "commune:47001", "");
        for name in ["Association Les Tabliers", "Ville d'Agen"] {
            action.actors.push(Actor { name: name.to_owned(), ..Actor::default() });
        }
        assert_eq!(keys(&action), ["carrier:tabliers|commune:47001"]);
    }

    #[test]
    fn a_long_key_is_kept_as_its_digest() {
        let (_, action) = telling("a/1", &"mot ".repeat(300), "commune:47001", "");
        let keys = keys(&action);
        assert!(keys.len() == 2 && keys[0].starts_with("title:#") && keys[0].len() < 60, "{keys:?}");
    }
}
