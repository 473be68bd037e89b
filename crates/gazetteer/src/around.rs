//! What stands around a name, and what it makes of the name.

use crate::{
    index::Article,
    reading::Strength,
    words::{Text, Word},
};

const TOWN: [&str; 20] = [
    "ville",
    "villes",
    "mairie",
    "mairies",
    "commune",
    "communes",
    "ccas",
    "municipalite",
    "maire",
    "cias",
    "bourg",
    "village",
    "habitants",
    "municipal",
    "centre",
    "localite",
    "hotel",
    "lieu",
    "site",
    "villa",
];
/// Text that lead from a place to one around or beside it.
const AWAY: [&str; 8] = ["pres", "proximite", "km", "entre", "cote", "alentours", "environs", "loin"];
/// Text that make another thing of a place's name.
const OTHER_THING: [&str; 27] = [
    "canton",
    "cantons",
    "foret",
    "lac",
    "pays",
    "bassin",
    "vallee",
    "agglomeration",
    "agglo",
    "communaute",
    "metropole",
    "academie",
    "diocese",
    "region",
    "aire",
    "plateau",
    "rives",
    "bords",
    "golfe",
    "baie",
    "massif",
    "plaine",
    "traite",
    "edit",
    "grand",
    "bataille",
    "mont",
];
/// How many words before a name are looked at.
const FAR: usize = 24;
const STREET: [&str; 25] = [
    "rue",
    "avenue",
    "av",
    "ave",
    "place",
    "boulevard",
    "bd",
    "boul",
    "bld",
    "quai",
    "chemin",
    "impasse",
    "allee",
    "allees",
    "square",
    "faubourg",
    "fbg",
    "passage",
    "esplanade",
    "rond",
    "route",
    "cours",
    "porte",
    "residence",
    "pont",
];
const WATER: [&str; 18] = [
    "vallee", "vallees", "bassin", "gorges", "bords", "bord", "rives", "rive", "riviere", "fleuve", "canal", "source",
    "sources", "chateaux", "quais", "pays", "val", "berges",
];
const DEPARTEMENT: [&str; 14] = [
    "departement",
    "departements",
    "departemental",
    "departementale",
    "general",
    "generaux",
    "departementaux",
    "prefecture",
    "prefet",
    "caf",
    "udaf",
    "cpam",
    "cg",
    "cd",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preposition {
    None,
    /// "à", "au", "aux".
    At,
    /// "de", "du", "des".
    Of,
    /// "en", "dans", "sur", "pour".
    In,
}

/// What stands around a name.
#[expect(clippy::struct_excessive_bools, reason = "each is one observation of its own, and none excludes another")]
pub(crate) struct Around<'t> {
    /// The word before its article and preposition; empty if none.
    head: &'t str,
    /// The article before it, alone or melted; empty if none.
    pub article: &'t str,
    pub preposition: Preposition,
    /// "ville de", "mairie".
    pub town: bool,
    /// "près de", "vallée de": another thing than the place itself.
    pub away: bool,
    /// "forêt de", "Grand": a thing that only bears the name.
    another_thing: bool,
    /// Directly after a street's kind.
    pub street_name: bool,
    /// In the same part of the text as a street.
    street: bool,
    /// A part of the text by itself.
    pub part: bool,
    pub whole: bool,
    pub departement_head: bool,
    pub region_head: bool,
    water: bool,
}

impl<'t> Around<'t> {
    /// Looks around the words `from..to`.
    pub(crate) fn of(text: &'t Text, from: usize, to: usize) -> Self {
        let words = &text.words;
        // The beginning of this part of the text.
        let mut start = from;
        while start > 0 && from - start < FAR && !words[start].gap.is_break() {
            start -= 1;
        }
        let mut before = from;
        let word = |position: usize| if position > start { words[position - 1].text.as_str() } else { "" };
        let mut article = "";
        let mut preposition = Preposition::None;
        match word(before) {
            known @ ("le" | "la" | "les" | "l") => {
                article = known;
                before -= 1;
            }
            known @ ("du" | "des") => {
                (article, preposition) = (known, Preposition::Of);
                before -= 1;
            }
            known @ ("au" | "aux") => {
                (article, preposition) = (known, Preposition::At);
                before -= 1;
            }
            _ => {}
        }
        if preposition == Preposition::None {
            preposition = match word(before) {
                "a" => Preposition::At,
                "de" | "d" => Preposition::Of,
                "sur" | "dans" | "en" | "pour" => Preposition::In,
                _ => Preposition::None,
            };
            if preposition != Preposition::None {
                before -= 1;
            }
        }
        let head = word(before);
        let ahead = if before > start { word(before - 1) } else { "" };
        // "Communauté de communes de Tarbes", "Lille Métropole".
        let of_communes = head == "communes" && before > start + 2 && word(before - 2) == "communaute";
        let before_form = words.get(to).is_some_and(|next| {
            !next.gap.is_break() && matches!(next.text.as_str(), "metropole" | "agglomeration" | "agglo" | "communaute")
        });
        let street_at = (start..before).rev().find(|position| {
            let street = &words[*position];
            let next_is_code = words[*position..from].iter().any(|word| word.digits && word.text.len() == 5);
            STREET.contains(&street.text.as_str())
                && !next_is_code
                && (street.capital && text.mixed
                    || matches!(
                        street.text.as_str(),
                        "rue" | "avenue" | "boulevard" | "quai" | "impasse" | "bd" | "allee" | "chemin"
                    )
                    || *position > 0 && words[*position - 1].digits
                    || !matches!(
                        street.text.as_str(),
                        "place" | "cours" | "porte" | "route" | "passage" | "pont" | "residence"
                    ))
        });
        let joins = |word: &Word| matches!(word.text.as_str(), "et" | "ou");
        let ends = words.get(to).is_none_or(|next| next.gap.is_break() || next.gap.slash || joins(next));
        // Codes before a name are no words: "35000 Rennes" is a part by itself.
        let lead = words[start..before].iter().all(|word| word.digits);
        let tail = words[to..].iter().all(|word| word.digits || matches!(word.text.as_str(), "cedex" | "france"));
        Self {
            head,
            article,
            preposition,
            town: !of_communes
                && TOWN.contains(&head)
                && (preposition == Preposition::Of || preposition == Preposition::None),
            away: AWAY.contains(&head) || OTHER_THING.contains(&head),
            another_thing: OTHER_THING.contains(&head) || of_communes || before_form,
            street_name: street_at.is_some_and(|position| position + 1 == before),
            street: street_at.is_some(),
            part: lead && ends && matches!(preposition, Preposition::None | Preposition::At),
            whole: start == 0 && lead && tail && ends,
            departement_head: DEPARTEMENT.contains(&head)
                || DEPARTEMENT.contains(&ahead) && preposition != Preposition::None,
            region_head: matches!(head, "region" | "regional" | "regions" | "regionale"),
            water: WATER.contains(&head),
        }
    }

    /// How surely a name is a commune's; `None` if it cannot be.
    pub(crate) fn commune(&self, text: &Text, from: usize, to: usize, article: Article) -> Option<Strength> {
        let words = &text.words;
        let long = to - from;
        let cased = !text.mixed || words[from].capital;
        if !cased && long < 3 && !(self.whole || long == 2 && self.preposition != Preposition::None) {
            return None;
        }
        if article == Article::None && !self.article.is_empty() {
            // "la Vienne" is no commune.
            return None;
        }
        if article != Article::None && !article.reads(self.article) {
            // "Puy-en-Velay", "HAVRE": good with a code beside it, or by itself.
            return Some(if self.whole { Strength::Part } else { Strength::Bare });
        }
        let at = self.preposition == Preposition::At;
        if (self.street_name || self.another_thing) && !at {
            return None;
        }
        if !text.shouted
            && long == 1
            && words[from].upper
            && words[from].text.len() < 4
            && !(self.town || at || self.whole)
        {
            // "(EU)" is an acronym; "CCAS de PAU" is not.
            return (self.preposition == Preposition::Of).then_some(Strength::Of);
        }
        let strength = if self.whole || (self.town || at) && !self.away {
            Strength::At
        } else if self.part {
            Strength::Part
        } else if self.preposition == Preposition::Of && !self.away {
            Strength::Of
        } else {
            Strength::Bare
        };
        Some(if self.street && !at { Strength::Bare } else { strength })
    }

    pub(crate) fn departement(&self, article: bool, words: &[Word], from: usize, to: usize) -> bool {
        let name = words[from].text.as_str();
        let next = words.get(to).filter(|next| !next.gap.is_break()).map(|next| next.text.as_str());
        let direction = name == "nord"
            && (next.is_some_and(|next| matches!(next, "est" | "ouest" | "sud" | "de" | "du" | "des" | "d"))
                || from > 0
                    && !words[from].gap.is_break()
                    && matches!(
                        words[from - 1].text.as_str(),
                        "centre" | "quartier" | "quartiers" | "secteur" | "zone" | "au"
                    )
                || self.away && !self.departement_head
                || from > 1
                    && matches!(
                        words[from - 2].text.as_str(),
                        "afrique" | "amerique" | "gare" | "europe" | "mer" | "pole"
                    ));
        let part_of = from > 0
            && !words[from].gap.is_break()
            && matches!(words[from - 1].text.as_str(), "nord" | "sud" | "est" | "ouest" | "centre");
        if self.street_name || self.water || direction || part_of {
            return false;
        }
        let service = from > 0 && !words[from].gap.is_hard() && words[from - 1].upper;
        article
            || self.departement_head
            || self.part
            || self.whole
            || service
            || self.preposition != Preposition::None
            || from > 0 && words[from - 1].capital && !common_departement(name)
            || words[from].capital && !common_departement(name)
    }

    pub(crate) fn region(&self, words: &[Word], from: usize, to: usize) -> bool {
        let name = words[from].text.as_str();
        if to - from == 1 && name == "reunion" {
            return self.region_head || words[from].capital && (self.article == "la" || self.part);
        }
        !self.street_name
    }

    pub(crate) fn epci(&self, words: &[Word], from: usize, to: usize, name_of_commune: bool) -> bool {
        const FORMS: [&str; 13] = [
            "communaute",
            "communautes",
            "agglomeration",
            "agglo",
            "metropole",
            "eurometropole",
            "intercommunalite",
            "cc",
            "ca",
            "cu",
            "communes",
            "epci",
            "urbaine",
        ];
        let form = |word: &Word| FORMS.contains(&word.text.as_str());
        let lead = from.saturating_sub(4);
        let said_before =
            (lead..from).rev().take_while(|position| !words[*position + 1].gap.is_hard()).any(|position| {
                form(&words[position])
                    && words[position + 1..from].iter().all(|word| {
                        form(word)
                            || matches!(word.text.as_str(), "de" | "du" | "des" | "la" | "le" | "les" | "l" | "d")
                    })
            });
        said_before
            || words[from..to].iter().any(|word| form(word) && word.text != "communes")
            || words.get(to).is_some_and(|next| !next.gap.is_hard() && form(next))
            || !name_of_commune && (to - from > 2 && words[from].capital || self.whole && to - from > 1)
    }

    pub(crate) fn france(&self, words: &[Word], from: usize, to: usize) -> bool {
        let whole_of = words.get(to).is_some_and(|next| matches!(next.text.as_str(), "entiere" | "metropolitaine"));
        let toute = from > 1 && words[from - 2].text == "toute" || from > 0 && words[from - 1].text == "toute";
        let ends = words.get(to).is_none_or(|next| next.gap.is_break() || next.text == "et");
        let body = matches!(
            self.head,
            "fondation" | "banque" | "equipe" | "tour" | "stade" | "college" | "academie" | "secours"
        );
        whole_of
            || toute
            || self.part
            || ends && self.preposition != Preposition::None && !body
            || ends && self.article == "la"
    }
}

/// Départements whose name is also a common word, so that it takes more than a capital letter.
fn common_departement(name: &str) -> bool {
    matches!(name, "nord" | "lot" | "cher" | "manche" | "somme" | "allier" | "aube" | "var" | "landes" | "orne" | "ain")
}
