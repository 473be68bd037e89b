//! JSON records with the damage that partners send, field by field; each has its issue.

use model::Payload;
use serde_json::{Value, json};

use crate::{apply, told};

#[track_caller]
fn check(fields: &str, payload: Value, expected: Value, issues: &[&str]) {
    let normalized = apply(&format!("[fields]\ntitle = \"t\"\n{fields}"), Payload::Json(with_title(payload)));
    let mut action = serde_json::to_value(&normalized.action).unwrap();
    let action = action.as_object_mut().unwrap();
    assert_eq!(action.remove("title"), Some("Titre".into()));
    assert_eq!(Value::Object(action.clone()), expected, "{fields}");
    assert_eq!(told(&normalized), issues, "{fields}");
}

fn with_title(mut payload: Value) -> Value {
    payload.as_object_mut().unwrap().insert("t".to_owned(), "Titre".into());
    payload
}

#[test]
fn damage_is_repaired_and_told() {
    check(
        "url = \"u\"",
        json!({"u": "https: //exemple.fr/a"}),
        json!({"url": "https://exemple.fr/a"}),
        &["url:address-repaired"],
    );
    check("url = \"u\"", json!({"u": "../b c"}), json!({"url": "https://exemple.fr/b%20c"}), &[]);
    check("url = \"u\"", json!({"u": "javascript:alert(1)"}), json!({}), &["url:bad-address", "url:nothing-found"]);
    check(
        "source_updated_on = \"d\"",
        json!({"d": "2020-01-02T11: 40: 47+02: 00"}),
        json!({"source_updated_on": "2020-01-02"}),
        &["source_updated_on:date-repaired"],
    );
    check(
        "source_updated_on = [\"d\", \"e\"]",
        json!({"d": "30/02/2012", "e": "1er mars 2012"}),
        json!({"source_updated_on": "2012-03-01"}),
        &["source_updated_on:unreadable-date"],
    );
    check(
        "summary = \"s\"",
        json!({"s": "l&rsquo;&amp;eacute;t&amp;eacute;"}),
        json!({"summary": "l’été"}),
        &["summary:escaped-entities"],
    );
    check(
        "summary = \"s\"",
        json!({"s": "CafÃ© dâ€™Ã©tÃ©"}),
        json!({"summary": "Café d’été"}),
        &["summary:double-decoding"],
    );
    check("summary = \"s\"", json!({"s": "l\u{92}eau"}), json!({"summary": "l’eau"}), &["summary:c1-controls"]);
    check(
        "summary = \"s\"",
        json!({"s": "au c'ur du bourg"}),
        json!({"summary": "au cœur du bourg"}),
        &["summary:lost-ligature"],
    );
    check(
        "sections.other = { at = \"s\", as = \"html\" }",
        json!({"s": "<p>une &oeliguvre de <a href='https: //exemple.fr/'>s'ur</a></p>"}),
        json!({"sections": [{
            "kind": "other", "text": "une œuvre de sœur",
            "html": "<p>une œuvre de <a href=\"https://exemple.fr/\">sœur</a></p>",
        }]}),
        &["sections.other:escaped-entities", "sections.other:address-repaired", "sections.other:lost-ligature"],
    );
}

#[test]
fn what_a_payload_does_not_hold_is_told_once() {
    check(
        "summary = \"s\"\nurl = \"u\"\nplaces = \"p\"\nthemes = \"k\"\nsource_updated_on = \"d\"",
        json!({"s": null, "u": "", "p": [], "d": null}),
        json!({}),
        &[
            "summary:nothing-found",
            "places:nothing-found",
            "source_updated_on:nothing-found",
            "url:nothing-found",
            "themes:nothing-found",
        ],
    );
}

#[test]
fn defaults_lookups_templates_and_constants_fill_what_is_not_there() {
    check(
        r#"url = { template = "https://exemple.fr/fiche/{id}" }
        summary = { at = "s", default = "sans résumé" }
        status = { at = "st", lookup = "etats" }
        language = "=br"
        [lookups.etats]
        "En place" = "running""#,
        json!({"id": 7, "st": "EN PLACE"}),
        json!({"url": "https://exemple.fr/fiche/7", "summary": "sans résumé", "status": "running", "language": "br"}),
        &[],
    );
    check("url = { template = \"https://exemple.fr/{none}\" }", json!({}), json!({}), &["url:nothing-found"]);
}

#[test]
fn several_places_in_one_rule_are_read_alike_and_the_default_comes_last() {
    let fields = "sections.description = { at = [\"a\", \"b\"], as = \"html\" }
        summary = { at = [\"c\", \"d\"], default = \"rien\" }";
    let section = |html: &str, text: &str| json!([{"kind": "description", "text": text, "html": html}]);
    check(
        fields,
        json!({"b": "<p>un</p>", "d": "deux"}),
        json!({"sections": section("<p>un</p>", "un"), "summary": "deux"}),
        &[],
    );
    check(
        fields,
        json!({"a": "<p>trois</p>", "b": "<p>un</p>"}),
        json!({"sections": section("<p>trois</p>", "trois"), "summary": "rien"}),
        &[],
    );
}

#[test]
fn what_people_write_for_an_address_is_one_or_is_left_out() {
    let links = "[[fields.links]]\neach = \"l\"\nurl = \".\"\nrel = \"=website\"";
    for (written, url, issues) in [
        ("lieu-commun.fr/agenda", Some("https://lieu-commun.fr/agenda"), &["links:address-repaired"][..]),
        ("/doc/mon plan.pdf", Some("https://exemple.fr/doc/mon%20plan.pdf"), &[]),
        ("plan.pdf", Some("https://exemple.fr/liste/plan.pdf"), &[]),
        ("NULL", None, &["links:bad-address"]),
        ("pas de site", None, &["links:bad-address"]),
        ("mailto:a@exemple.fr", None, &["links:bad-address"]),
    ] {
        let expected = url.map_or(json!({}), |url| json!({"links": [{"rel": "website", "url": url}]}));
        check(links, json!({"l": written}), expected, issues);
    }
}

#[test]
fn a_contact_blob_is_taken_apart() {
    check(
        r#"contact.name = { at = "c", split = [">"] }
        contact.address = { at = "c", as = "address" }
        [[fields.contact.persons]]
        each = "c"
        email = { at = ".", as = "email" }
        phone = { at = ".", as = "phone" }"#,
        json!({"c": "Contact : Service des liens > bureau 3\nlucie.b@exemple.fr ; 05.53.00.11.22\n3 rue du Port, 47000 Agen"}),
        json!({"contact": {
            "name": "Service des liens",
            "address": "3 rue du Port, 47000 Agen",
            "persons": [{"email": "lucie.b@exemple.fr", "phone": "05 53 00 11 22"}],
        }}),
        &[],
    );
}

#[test]
fn lists_of_objects_keep_together() {
    check(
        r#"
        [[fields.actors]]
        each = "who"
        name = "n"
        role = "r"
        siren = "s"
        [[fields.links]]
        each = "site"
        url = "."
        rel = "=website"
        [[fields.images]]
        each = "img"
        url = "src"
        alt = "legend"
        [[fields.contact.persons]]
        each = "who"
        name = "p"
        email = "mail""#,
        json!({
            "who": [
                {"n": "Association Le Fil", "r": "porteur", "s": "732 829 320", "p": "A. B.", "mail": "Écrire à a@exemple.fr"},
                {"n": "Mairie de Tulle", "r": "partenaire", "s": "123"},
                {"r": "partenaire"},
            ],
            "site": "www.exemple.fr",
            "img": {"src": "/a.png", "legend": "Un <b>banc</b>"},
        }),
        json!({
            "actors": [
                {"name": "Association Le Fil", "role": "carrier", "kind": "association", "siren": "732829320"},
                {"name": "Mairie de Tulle", "role": "partner", "kind": "local_authority"},
            ],
            "links": [{"rel": "website", "url": "https://www.exemple.fr"}],
            "images": [{"url": "https://exemple.fr/a.png", "alt": "Un banc"}],
            "contact": {"persons": [{"name": "A. B.", "email": "a@exemple.fr"}]},
        }),
        &["actors.siren:bad-siren", "links:address-repaired"],
    );
}

#[test]
fn themes_come_from_the_sourceurs_table_then_from_the_taxonomy() {
    let normalized = apply(
        r#"[fields]
        title = "t"
        themes = { at = "k", split = ";", lookup = "k" }
        [lookups.k]
        "Mobilité" = ["sante", "numerique"]"#,
        Payload::Json(json!({"t": "Titre", "k": "MOBILITE ; Logement ; Inconnu ; Petite enfance Santé"})),
    );
    let ids = |tags: &[model::Tag]| tags.iter().map(|tag| tag.id.clone()).collect::<Vec<_>>();
    assert_eq!(
        ids(&normalized.action.themes),
        ["sante", "numerique", "logement-habitat/acces-logement", "enfance-jeunesse-famille/petite-enfance"]
    );
    assert_eq!(ids(&normalized.action.audiences), ["enfants"]);
    assert_eq!(normalized.action.unmapped[0].words, "Inconnu");
    assert_eq!(told(&normalized), ["themes:glued-words"]);
}

#[test]
fn places_are_weighed_by_the_gazetteer() {
    let places = |fields: &str, payload: Value| {
        let normalized = apply(&format!("[fields]\ntitle = \"t\"\n{fields}"), Payload::Json(payload));
        let territory = |place: &model::Place| place.territory.as_ref().map(ToString::to_string).unwrap_or_default();
        (normalized.action.title, normalized.action.places.iter().map(territory).collect::<Vec<_>>())
    };
    assert_eq!(
        places("places = \"p\"", json!({"t": "Un garage pour tous - 47", "p": "Aquitaine"})),
        ("Un garage pour tous".to_owned(), vec!["departement:47".to_owned()])
    );
    assert_eq!(places("places.insee = \"c\"", json!({"t": "a", "c": 24037})).1, ["commune:24037"]);
    assert_eq!(places("places = \"p\"", json!({"t": "a", "p": "- France entière -"})).1, ["pays:FR"]);
}

#[test]
fn normalising_a_normalised_text_changes_nothing() {
    let config = "[fields]\ntitle = \"t\"\nsummary = \"s\"\nsections.other = { at = \"h\", as = \"html\" }";
    let texts = [
        "  Un  c'ur\u{92} Ã©  &eacute;\n\n\n• a\r\n• b (2013 ' 2017), les écoles' autour d'une 'uvre  ",
        "<p>a<p>b<ul><li>c</ul> &amp;eacute; &lt;b&gt; 5 < 6 </p><b><i>x</b>y</i>",
        "- France entière - &nbsp;» «\u{a0}x\u{a0}»",
    ];
    for text in texts {
        let first = apply(config, Payload::Json(json!({"t": text, "s": text, "h": text}))).action;
        let html = first.sections[0].html.clone();
        let again = json!({"t": first.title, "s": first.summary, "h": html});
        let second = apply(config, Payload::Json(again)).action;
        assert_eq!(second, first, "{text}");
    }
}
