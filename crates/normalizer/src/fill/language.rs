//! In which language the texts are.

use whatlang::{Detector, Lang};

use super::{Filler, value};

/// Shorter texts tell too little.
const LONG_ENOUGH: usize = 200;
/// How much of a long text is looked at, in bytes.
const ENOUGH: usize = 600;

impl Filler<'_> {
    pub(super) fn put_language(&mut self, written: &str) {
        let tag = written.trim().replace('_', "-");
        let primary = tag.split('-').next().unwrap_or_default();
        let well_made = (2..=3).contains(&primary.len())
            && tag.len() <= 20
            && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if well_made {
            self.action.language = Some(tag.to_lowercase());
        } else {
            self.notes.warn(
                "language",
                "unknown-language",
                format!("`{}` is no language tag", value::shortened(written)),
            );
        }
    }

    /// The sourceur's own word stands, unless a long text is surely in another language.
    pub(super) fn tell_language(&mut self) {
        if self.action.language.is_some() {
            return;
        }
        let sections = self.action.sections.iter().map(|section| section.text.as_str());
        let texts = sections.chain(self.action.summary.as_deref());
        let Some(longest) = texts.max_by_key(|text| text.len()).filter(|text| text.len() >= LONG_ENOUGH) else {
            self.action.language.clone_from(&self.normalizer.language);
            return;
        };
        let end = (0..=longest.len().min(ENOUGH)).rev().find(|at| longest.is_char_boundary(*at)).unwrap_or(0);
        let sample = &longest[..end];
        self.action.language = detect(sample).map(str::to_owned).or_else(|| self.normalizer.language.clone());
    }
}

/// The language of a sample, where it is sure.
fn detect(sample: &str) -> Option<&'static str> {
    if is_surely_french(sample) {
        return Some("fr");
    }
    let info = Detector::new().detect(sample)?;
    let code = match info.lang() {
        Lang::Fra => "fr",
        Lang::Eng => "en",
        Lang::Deu => "de",
        Lang::Spa => "es",
        Lang::Ita => "it",
        Lang::Por => "pt",
        Lang::Cat => "ca",
        Lang::Nld => "nl",
        _ => return None,
    };
    info.is_reliable().then_some(code)
}

/// French gives itself away by its small words; telling it so costs a hundredth of a detector.
fn is_surely_french(sample: &str) -> bool {
    const SMALL: [&str; 18] = [
        "le", "la", "les", "des", "du", "de", "et", "un", "une", "pour", "dans", "sur", "aux", "est", "qui", "avec",
        "par", "au",
    ];
    let mut words = 0;
    let mut small = 0;
    for word in sample.split([' ', '\n', '\'', '’']).filter(|word| !word.is_empty()).take(60) {
        words += 1;
        small += usize::from(SMALL.contains(&word));
    }
    // "la", "de", "un" are Spanish too, "les", "est" Catalan: a third of the words must be French, of several kinds.
    let distinct = SMALL.iter().filter(|word| sample.contains(&format!(" {word} "))).count();
    let own =
        [" et ", " une ", " est ", " dans ", " pour ", " aux ", " avec "].iter().any(|word| sample.contains(word));
    small * 5 >= words && distinct >= 4 && own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(detect(text), expected, "{text}");
    }

    #[test]
    fn a_long_text_tells_its_language() {
        check(
            "Les habitants du quartier se retrouvent chaque semaine autour d'un repas pour échanger sur la vie du village et les projets de la commune.",
            Some("fr"),
        );
        check(
            "Every week the people of the village meet around a meal to talk about the life of their town, to share what they have grown and to plan what comes next.",
            Some("en"),
        );
        check(
            "Els veïns del barri es troben cada setmana al voltant d'un àpat per parlar de la vida del poble i dels projectes que volen fer junts durant l'any.",
            Some("ca"),
        );
    }
}
