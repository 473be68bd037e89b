//! Words of maps and their legends.

use crate::lang::{self, Lang};
use crate::typo;

/// Words of maps.
pub(super) struct MapWords {
    pub(super) none: &'static str,
    pub(super) unknown: &'static str,
    pub(super) to: &'static str,
    pub(super) inner_paris: &'static str,
    pub(super) overseas: &'static str,
    pub(super) overseas_and_paris: &'static str,
    pub(super) source: &'static str,
    pub(super) point: &'static str,
    pub(super) vague: &'static str,
}

static FR: MapWords = MapWords {
    none: "aucune",
    unknown: "non connu",
    to: "à",
    inner_paris: "Grand Paris",
    overseas: "Outre-mer à des échelles propres.",
    overseas_and_paris: "Outre-mer et Grand Paris à des échelles propres.",
    source: "Contours : IGN Admin Express, Licence Ouverte 2.0, simplifiés.",
    point: "lieu précis",
    vague: "commune, sans lieu plus précis",
};

static EN: MapWords = MapWords {
    none: "none",
    unknown: "not known",
    to: "to",
    inner_paris: "Greater Paris",
    overseas: "Overseas at scales of their own.",
    overseas_and_paris: "Overseas and Greater Paris at scales of their own.",
    source: "Outlines: IGN Admin Express, Licence Ouverte 2.0, simplified.",
    point: "exact place",
    vague: "commune, nothing more exact known",
};

impl MapWords {
    pub(super) fn of(lang: Lang) -> &'static Self {
        lang::choose(lang, &FR, &EN)
    }
}

/// A value with two digits that say something: `0,42`, `3,1`, `57`, `1 204`.
pub(crate) fn value(value: f64, lang: Lang) -> String {
    let decimals = if value >= 9.95 || value == 0.0 {
        0
    } else if value >= 0.995 {
        1
    } else {
        2
    };
    let written = format!("{value:.decimals$}");
    let (whole, rest) = written.split_once('.').unwrap_or((&written, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), |whole| typo::number(whole, lang));
    if rest.is_empty() { whole } else { format!("{whole}{}{rest}", lang::choose(lang, ',', '.')) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_each_language_does() {
        let check = |written, fr: &str, en: &str| {
            assert_eq!(value(written, Lang::Fr), fr);
            assert_eq!(value(written, Lang::En), en);
        };
        check(0.0, "0", "0");
        check(0.456, "0,46", "0.46");
        check(3.12, "3,1", "3.1");
        check(57.3, "57", "57");
        check(1204.0, "1\u{202F}204", "1,204");
    }
}
