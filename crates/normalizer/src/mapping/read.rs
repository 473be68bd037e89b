//! Reading `[fields]`: every mistake is told where it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use gazetteer::WitnessKind;
use model::config::{Item, Reader, suggestion};
use model::{Dimension, SectionKind};

use super::{
    As, At, ContactPart, DateField, Form, ListKind, ListRule, Mapping, Path, Piece, PlacePart, Rule, Seen, Split,
    Target, Template, Where, witness_of,
};
use crate::html::Labels;
use crate::lookups::Lookups;
use crate::taxonomy::{Taxonomy, texts};
use crate::text::Steps;

/// Words of `as`.
const KINDS: [(&str, As); 19] = [
    ("text", As::Text),
    ("html", As::Html),
    ("date", As::Date),
    ("start", As::Start),
    ("number", As::Number),
    ("url", As::Url),
    ("email", As::Email),
    ("phone", As::Phone),
    ("address", As::Address),
    ("quarter", As::Quarter),
    ("place", As::Witness(WitnessKind::Free)),
    ("title", As::Witness(WitnessKind::Title)),
    ("carrier", As::Witness(WitnessKind::Carrier)),
    ("commune", As::Witness(WitnessKind::Commune)),
    ("departement", As::Witness(WitnessKind::Departement)),
    ("region", As::Witness(WitnessKind::Region)),
    ("insee", As::Witness(WitnessKind::Insee)),
    ("postal_code", As::Witness(WitnessKind::PostalCode)),
    ("first_year", As::Start),
];

/// What everything under `[fields]` is read with.
struct Context<'c> {
    form: Form,
    lookups: &'c Lookups,
    taxonomy: &'c Taxonomy,
    labels: Labels,
}

impl Mapping {
    /// Reads `[fields]` of a sourceur's file; without it, the defaults of the form.
    pub(crate) fn read(file: &mut Reader<'_>, lookups: &Lookups, taxonomy: &Taxonomy) -> Self {
        let form = form_of(file);
        let mut context = Context { form, lookups, taxonomy, labels: Labels::default() };
        let mut mapping = Self::default();
        match file.table("fields") {
            Some(mut fields) => mapping.read_fields(&mut fields, &mut context),
            None => mapping.fill_defaults(form),
        }
        mapping.labels = context.labels;
        mapping.tell_witnesses();
        mapping.seen = mapping.paths_read();
        mapping
    }

    fn read_fields(&mut self, fields: &mut Reader<'_>, context: &mut Context<'_>) {
        for label in texts(fields, "labels") {
            context.labels.add_end(&label);
        }
        let known: Vec<&str> = Target::PLAIN
            .iter()
            .map(|(name, _)| *name)
            .chain(["sections", "contact", "actors", "links", "images", "labels"])
            .collect();
        for key in fields.keys() {
            let Some(item) = fields.item(&key) else { continue };
            if key == "labels" {
                continue;
            }
            if let Some((name, kind, parts)) =
                ListKind::ALL.iter().find(|(name, kind, _)| *name == key && *kind != ListKind::Persons)
                && (*kind != ListKind::Places || is_list_of_objects(&item))
            {
                self.read_lists(&item, *kind, name, parts, context);
            } else if key == "sections" {
                self.read_sections(&item, context);
            } else if key == "contact" {
                self.read_contact(&item, context);
            } else if key == "places"
                && let Some(mut table) = item.table().filter(|table| !table.keys().contains(&"at".to_owned()))
            {
                self.read_parts(
                    &mut table,
                    "places",
                    &Target::PLACES.map(|(name, part)| (name, Target::Place(part))),
                    context,
                );
            } else if let Some((_, target)) = Target::PLAIN.iter().find(|(name, _)| *name == key) {
                self.read_rule(&item, *target, &key, context);
            } else {
                let message = format!("`{key}` is no field of an action");
                fields.fault_at(&key, "unknown-field", message, Some(suggestion(&key, &known)));
            }
        }
    }

    fn read_rule(&mut self, item: &Item<'_>, target: Target, field: &str, context: &mut Context<'_>) {
        let wheres: Vec<Where> =
            item.one_or_many().iter().flat_map(|item| read_wheres(item, Some(target), context)).collect();
        self.rules.push(Rule { target, field: field.to_owned(), wheres });
    }

    fn read_parts(
        &mut self,
        table: &mut Reader<'_>,
        group: &str,
        parts: &[(&'static str, Target)],
        context: &mut Context<'_>,
    ) {
        for key in table.keys() {
            let Some((name, target)) = parts.iter().find(|(name, _)| *name == key) else {
                let known: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
                let message = format!("`{key}` is no part of `{group}`");
                table.fault_at(&key, "unknown-field", message, Some(suggestion(&key, &known)));
                continue;
            };
            if let Some(item) = table.item(&key) {
                self.read_rule(&item, *target, &format!("{group}.{name}"), context);
            }
        }
    }

    fn read_sections(&mut self, item: &Item<'_>, context: &mut Context<'_>) {
        let Some(mut table) = item.table() else {
            item.wrong_type("a table, as in `sections.description = \"...\"`");
            return;
        };
        self.read_parts(
            &mut table,
            "sections",
            &SectionKind::ALL.map(|(name, kind)| (name, Target::Section(kind))),
            context,
        );
    }

    fn read_contact(&mut self, item: &Item<'_>, context: &mut Context<'_>) {
        let Some(mut table) = item.table() else {
            item.wrong_type("a table, as in `contact.email = \"...\"`");
            return;
        };
        for key in table.keys() {
            let Some(part) = table.item(&key) else { continue };
            if key == "persons" {
                let (name, kind, parts) = ListKind::ALL[4];
                self.read_lists(&part, kind, name, parts, context);
            } else if let Some((name, target)) = Target::CONTACT.iter().find(|(name, _)| *name == key) {
                self.read_rule(&part, Target::Contact(*target), &format!("contact.{name}"), context);
            } else {
                let known: Vec<&str> = Target::CONTACT.iter().map(|(name, _)| *name).chain(["persons"]).collect();
                let message = format!("`{key}` is no part of `contact`");
                table.fault_at(&key, "unknown-field", message, Some(suggestion(&key, &known)));
            }
        }
    }

    fn read_lists(
        &mut self,
        item: &Item<'_>,
        kind: ListKind,
        field: &'static str,
        parts: &[&'static str],
        context: &mut Context<'_>,
    ) {
        for object in item.one_or_many() {
            let Some(mut table) = object.table() else {
                object.wrong_type(&format!("a table with `each`, as in `[[fields.{field}]]`"));
                continue;
            };
            let mut each = Vec::new();
            match table.item("each") {
                Some(item) => {
                    for item in item.one_or_many() {
                        let Some(written) = item.text() else { continue };
                        each.extend(At::parse(&written, context.form, &mut context.labels, &item));
                    }
                }
                None => table.fault(
                    "missing-key",
                    format!("`[[fields.{field}]]` needs `each`"),
                    Some("add `each = \"...\"`: where the elements of the list stand".to_owned()),
                ),
            }
            let split = read_split(&mut table);
            let mut read = BTreeMap::new();
            for part in parts {
                let Some(item) = table.item(part) else { continue };
                let wheres = item.one_or_many().iter().flat_map(|item| read_wheres(item, None, context)).collect();
                read.insert(*part, wheres);
            }
            check_words(&mut table, kind);
            table.finish();
            let names_nothing = match kind {
                ListKind::Persons => !["name", "email", "phone"].iter().any(|part| read.contains_key(part)),
                ListKind::Actors => !read.contains_key("name"),
                ListKind::Links | ListKind::Images => !read.contains_key("url"),
                ListKind::Places => read.is_empty(),
            };
            if names_nothing && kind != ListKind::Places {
                let part = if matches!(kind, ListKind::Actors | ListKind::Persons) { "name" } else { "url" };
                table.fault(
                    "missing-key",
                    format!("`[[fields.{field}]]` needs `{part}`"),
                    Some(format!("add `{part} = \".\"` if the element itself is it")),
                );
            }
            self.lists.push(ListRule { kind, field, each, split, parts: read });
        }
    }

    fn fill_defaults(&mut self, form: Form) {
        self.is_default = true;
        let path = |written: &str| Where::at(At::Path(Path::parse(written)));
        let css = |written: &str| {
            scraper::Selector::parse(written).ok().map(|selector| {
                Where::at(At::Css { selector: Some(Box::new(selector)), attribute: None, written: written.to_owned() })
            })
        };
        let mut rule =
            |target, field: &str, wheres: Vec<Where>| self.rules.push(Rule { target, field: field.to_owned(), wheres });
        if form == Form::Pages {
            rule(Target::Title, "title", ["h1", "title"].into_iter().filter_map(css).collect());
            return;
        }
        rule(Target::Title, "title", vec![path("title")]);
        rule(Target::Url, "url", vec![Where { kind: As::Url, ..path("link") }, Where { kind: As::Url, ..path("url") }]);
        rule(Target::Summary, "summary", vec![path("summary")]);
        let content = Where { kind: As::Html, ..path("content") };
        rule(Target::Section(SectionKind::Description), "sections.description", vec![content]);
        let updated = ["updated", "published"].map(|written| Where { kind: As::Date, ..path(written) });
        rule(Target::Date(DateField::SourceUpdated), "source_updated_on", updated.into());
        rule(Target::Tags(Dimension::Theme), "themes", vec![path("categories")]);
    }

    /// A place that is read as the title or as a carrier is a witness of that kind.
    fn tell_witnesses(&mut self) {
        let titles: Vec<At> = self
            .rules
            .iter()
            .filter(|rule| rule.target == Target::Title)
            .flat_map(|rule| &rule.wheres)
            .map(|place| place.at.clone())
            .collect();
        let actors = self.lists.iter().filter(|list| list.kind == ListKind::Actors);
        let carriers: Vec<At> = actors.flat_map(|list| list.each.clone()).collect();
        for rule in self.rules.iter_mut().filter(|rule| matches!(rule.target, Target::Place(_))) {
            for place in rule.wheres.iter_mut().filter(|place| place.kind == As::Witness(WitnessKind::Free)) {
                if titles.iter().any(|title| title.is_same(&place.at)) {
                    place.kind = As::Witness(WitnessKind::Title);
                } else if carriers.iter().any(|carrier| carrier.is_same(&place.at)) {
                    place.kind = As::Witness(WitnessKind::Carrier);
                }
            }
        }
    }

    fn paths_read(&self) -> Seen {
        let mut seen = Seen::default();
        let mut add = |base: Option<&Path>, wheres: &[Where]| {
            for place in wheres {
                let mut paths: Vec<&Path> = base.into_iter().collect();
                match &place.at {
                    At::Path(path) => paths.push(path),
                    At::Itself => {}
                    _ => continue,
                }
                if !paths.is_empty() {
                    seen.add(&paths);
                }
                for piece in place.template.iter().flat_map(|template| &template.0) {
                    if let Piece::Path(path) = piece {
                        let with_base: Vec<&Path> = base.into_iter().chain([path]).collect();
                        seen.add(&with_base);
                    }
                }
            }
        };
        for rule in &self.rules {
            add(None, &rule.wheres);
        }
        for list in &self.lists {
            let bases: Vec<Option<&Path>> =
                list.each.iter().map(|each| if let At::Path(path) = each { Some(path) } else { None }).collect();
            for base in bases {
                list.parts.values().for_each(|wheres| add(base, wheres));
            }
        }
        seen
    }
}

/// What the payloads are, from the protocol's name.
fn form_of(file: &mut Reader<'_>) -> Form {
    let protocols = file.table("harvest").map(|table| table.keys()).unwrap_or_default();
    let pages = ["listing", "sitemap"];
    if protocols.iter().any(|name| pages.contains(&name.as_str())) { Form::Pages } else { Form::Values }
}

fn is_list_of_objects(item: &Item<'_>) -> bool {
    item.one_or_many().iter().any(|item| item.table().is_some_and(|table| table.keys().iter().any(|key| key == "each")))
}

/// One place, or as many as `at` names; they are read alike.
fn read_wheres(item: &Item<'_>, target: Option<Target>, context: &mut Context<'_>) -> Vec<Where> {
    let places = match item.table() {
        Some(mut table) => read_table(item, &mut table, target, context),
        None => item
            .text()
            .and_then(|written| At::parse(&written, context.form, &mut context.labels, item))
            .map(Where::at)
            .into_iter()
            .collect(),
    };
    places.into_iter().map(|place| with_kind_of(target, place)).collect()
}

/// What a target's values are taken for, where the file does not say it.
fn with_kind_of(target: Option<Target>, mut place: Where) -> Where {
    if place.kind == As::Text {
        place.kind = match target {
            Some(Target::Date(_)) => As::Date,
            Some(Target::Url | Target::Contact(ContactPart::Url)) => As::Url,
            Some(Target::Contact(ContactPart::Email)) => As::Email,
            Some(Target::Contact(ContactPart::Phone)) => As::Phone,
            Some(Target::Place(PlacePart::Lat | PlacePart::Lon)) => As::Number,
            Some(Target::Place(PlacePart::Witness(WitnessKind::Free))) => {
                let own = match &place.at {
                    At::Label { written, .. } => witness_of(written),
                    At::Path(path) => path.keys().last().and_then(witness_of),
                    _ => None,
                };
                As::Witness(own.unwrap_or(WitnessKind::Free))
            }
            Some(Target::Place(PlacePart::Witness(kind))) => As::Witness(kind),
            _ => As::Text,
        };
    }
    place
}

fn read_table(
    item: &Item<'_>,
    table: &mut Reader<'_>,
    target: Option<Target>,
    context: &mut Context<'_>,
) -> Vec<Where> {
    let template = table.item("template").and_then(|item| read_template(&item));
    let mut places = Vec::new();
    match table.item("at") {
        Some(item) => {
            for item in item.one_or_many() {
                let Some(written) = item.text() else { continue };
                places.extend(At::parse(&written, context.form, &mut context.labels, &item));
            }
        }
        None if template.is_some() => places.push(At::Itself),
        None if table.keys().iter().any(|key| key == "template") => {}
        None => item.fault(
            "missing-key",
            format!("`{}` needs `at`", item.path()),
            Some("add `at = \"...\"`: where the value stands".to_owned()),
        ),
    }
    let kind = table.choice("as", &KINDS).unwrap_or(As::Text);
    let split = read_split(table);
    let steps = read_steps(table);
    let lookup = read_lookup(table, target, context);
    let default = table.text("default");
    let heading = table.text("heading");
    table.finish();
    let last = places.len().saturating_sub(1);
    let place = |(index, at): (usize, At)| Where {
        at,
        kind,
        split: split.clone(),
        steps,
        lookup: lookup.clone(),
        // Only where none of the places gives a value.
        default: default.clone().filter(|_| index == last),
        template: template.clone(),
        heading: heading.clone(),
    };
    places.into_iter().enumerate().map(place).collect()
}

fn read_split(table: &mut Reader<'_>) -> Option<Split> {
    let separators = texts(table, "split");
    (!separators.is_empty()).then_some(Split(separators))
}

fn read_steps(table: &mut Reader<'_>) -> Steps {
    let Some(item) = table.item("clean") else { return Steps::DEFAULT };
    let mut steps = Steps::NONE;
    for item in item.one_or_many() {
        let Some(name) = item.text() else { continue };
        if !steps.add(&name) {
            item.unknown_word(&name, &Steps::NAMES);
        }
    }
    steps
}

fn read_lookup(
    table: &mut Reader<'_>,
    target: Option<Target>,
    context: &Context<'_>,
) -> Option<Arc<crate::lookups::Lookup>> {
    let item = table.item("lookup")?;
    let name = item.text()?;
    let Some(lookup) = context.lookups.get(&name) else {
        let hint = if context.lookups.names().is_empty() {
            format!("add a table `[lookups.{name}]`: the sourceur's words, and what they mean")
        } else {
            suggestion(&name, &context.lookups.names())
        };
        item.fault("unknown-lookup", format!("there is no lookup `{name}`"), Some(hint));
        return None;
    };
    if let Some(Target::Tags(dimension)) = target {
        let mut unknown: Vec<&String> =
            lookup.values().flatten().filter(|slug| context.taxonomy.term(dimension, slug).is_none()).collect();
        unknown.sort();
        unknown.dedup();
        let known: Vec<&str> = context.taxonomy.terms(dimension).iter().map(|term| term.id.as_str()).collect();
        for slug in unknown {
            let near = model::config::nearest(slug, &known).map_or_else(
                || format!("write a slug of `{}` in the taxonomy", dimension.field()),
                |near| format!("did you mean `{near}`?"),
            );
            item.fault(
                "unknown-slug",
                format!("lookup `{name}` gives `{slug}`, which is none of the taxonomy's {}", dimension.field()),
                Some(near),
            );
        }
    }
    Some(lookup)
}

/// Words of a constant that only some values make sense for.
fn check_words(table: &mut Reader<'_>, kind: ListKind) {
    let words: &[(&str, &[&str])] = match kind {
        ListKind::Actors => &[("role", &["carrier", "partner", "funder"]), ("kind", crate::fill::ACTOR_KINDS)],
        ListKind::Links => &[("rel", &["page", "website", "article", "evaluation", "document", "video"])],
        ListKind::Places => &[("role", &["site", "reach"])],
        ListKind::Images | ListKind::Persons => return,
    };
    for (part, known) in words {
        let Some(item) = table.item(part) else { continue };
        if let Some(word) = item.as_text().and_then(|text| text.trim().strip_prefix('='))
            && !known.contains(&word.trim())
        {
            item.unknown_word(word, known);
        }
    }
}

fn read_template(item: &Item<'_>) -> Option<Template> {
    let written = item.text()?;
    let mut pieces = Vec::new();
    let mut rest = written.as_str();
    while let Some((text, after)) = rest.split_once('{') {
        let inside = after.split_once('}').filter(|(path, _)| !path.trim().is_empty() && !path.contains('{'));
        let Some((path, tail)) = inside else {
            let hint = "write a path between braces, as in `\"https://partner.example/fiche/{id}\"`";
            item.fault("bad-template", format!("a brace in `{written}` holds no path"), Some(hint.to_owned()));
            return None;
        };
        pieces.push(Piece::Text(text.to_owned()));
        pieces.push(Piece::Path(Path::parse(path.trim())));
        rest = tail;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Some(Template(pieces))
}
