//! Mistakes of a mapping: all of them at once, each where it stands, each with what would mend it.

use crate::read;

#[track_caller]
fn check(config: &str, expected: &[(usize, &str, &str)]) {
    let (_, faults) = read(config);
    let found: Vec<(usize, &str, &str)> = faults
        .iter()
        .map(|fault| (fault.line, fault.code.as_str(), fault.hint.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(found, expected, "{faults:#?}");
}

#[test]
fn every_mistake_is_told_with_what_would_mend_it() {
    check(
        r#"[fields]
titel = "t"
summary = { at = "s", as = "txt" }
themes = { at = "k", lookup = "kind" }
quote = { at = "q", clean = ["blank"], spilt = "," }
sections.impact = "i"
contact.mail = "m"
places.cp = "c"
url = ""
started_on = { as = "date" }
language = 3
[[fields.actors]]
name = "n"
role = "=porteur"
[[fields.links]]
each = "l"
[lookups.kinds]
a = "sante""#,
        &[
            (2, "unknown-field", "did you mean `title`?"),
            (3, "unknown-word", "did you mean `text`?"),
            (4, "unknown-lookup", "did you mean `kinds`?"),
            (5, "unknown-word", "did you mean `blanks`?"),
            (5, "unknown-key", "did you mean `split`?"),
            (6, "unknown-field", "did you mean `impacts`?"),
            (7, "unknown-field", "did you mean `email`?"),
            (
                8,
                "unknown-field",
                "expected one of `text`, `title`, `carrier`, `commune`, `departement`, `region`, `insee`, `postal_code`, `lat`, `lon`, `address`, `detail`",
            ),
            (9, "empty-place", "write a path, as in `\"address.city\"`, or a constant, as in `\"=word\"`"),
            (10, "missing-key", "add `at = \"...\"`: where the value stands"),
            (11, "wrong-type", "write a text in quotes"),
            (12, "missing-key", "add `each = \"...\"`: where the elements of the list stand"),
            (14, "unknown-word", "expected one of `carrier`, `partner`, `funder`"),
            (15, "missing-key", "add `url = \".\"` if the element itself is it"),
        ],
    );
}

#[test]
fn a_slug_that_is_none_is_told_where_the_table_is_used() {
    check(
        "[fields]\nthemes = { at = \"k\", lookup = \"k\" }\n[lookups.k]\nx = [\"mobilites\"]",
        &[(2, "unknown-slug", "did you mean `mobilite`?")],
    );
}

#[test]
fn a_brace_without_a_path_is_told() {
    let hint = "write a path between braces, as in `\"https://partner.example/fiche/{id}\"`";
    check(
        "[fields]\nurl = { template = \"https://exemple.fr/{id\" }\nsummary = { at = \"s\", template = \"{}\" }",
        &[(2, "bad-template", hint), (3, "bad-template", hint)],
    );
}

#[test]
fn selectors_and_labels_belong_to_pages() {
    check(
        "[harvest.listing]\nstart = \"https://exemple.fr/\"\n[fields]\ntitle = \"h1[\"\nsummary = \"text: :\"",
        &[
            (
                4,
                "bad-selector",
                "write a selector, as in `\"h1\"` or `\"a.lien@href\"`, or a label, as in `\"text:Région\"`",
            ),
            (5, "empty-label", "write the words before the value, as in `\"text:Région\"`"),
        ],
    );
    check(
        "[harvest.csv]\nstart = \"https://exemple.fr/a.csv\"\n[fields]\ntitle = \"text:Titre\"",
        &[(4, "no-page", "write a path, as in `\"address.city\"`")],
    );
}

#[test]
fn the_example_configs_have_no_mistake() {
    for config in [
        include_str!("../../../../docs/examples/drome.toml"),
        include_str!("../../../../docs/examples/ile-de-france.toml"),
        include_str!("../../../../docs/examples/culture.toml"),
    ] {
        let (_, faults) = read(config);
        assert_eq!(faults, []);
    }
}

#[test]
fn a_mapping_has_the_same_digest_each_time_it_is_read() {
    let config = include_str!("../../../../config/sourceurs/apriles.toml");
    assert_eq!(read(config).0.digest(), read(config).0.digest());
    assert_ne!(read(config).0.digest(), read("").0.digest());
}
