//! Which encoding a document is in: what it and its server say, weighed against its bytes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Kind;
use super::codepages::CodePage;

/// How far into a document its own declaration is looked for.
const DECLARATION_WITHIN: usize = 2048;

/// What a document is to be read in.
#[derive(Clone, Copy)]
pub(super) enum Choice {
    Known(&'static Encoding),
    CodePage(&'static CodePage),
    Utf32 { big_endian: bool },
}

/// Labels of the server, then of the document, in lower case; and whether the document's own names
/// no encoding that there is.
pub(super) fn declared(kind: Kind, head: &[u8], content_type: Option<&str>) -> (Vec<String>, bool) {
    let head = &head[..head.len().min(DECLARATION_WITHIN)];
    let text: String = head.iter().map(|byte| char::from(*byte)).collect::<String>().to_lowercase();
    let own = match kind {
        Kind::Xml => xml_declaration(&text),
        Kind::Html => xml_declaration(&text).or_else(|| after(&text[text.find("<meta")?..], "charset")),
        Kind::Json | Kind::Table => None,
    };
    let server = content_type.and_then(|value| after(&value.to_lowercase(), "charset"));
    let is_bogus = own.as_deref().is_some_and(|own| of_label(own).is_none() && !is_wide(own));
    (server.into_iter().chain(own).collect(), is_bogus)
}

/// Whether a label is of an encoding that the first bytes alone show: `utf-32`, `ucs-4`.
fn is_wide(label: &str) -> bool {
    ["utf-16", "utf16", "utf-32", "utf32", "ucs-2", "ucs2", "ucs-4", "ucs4", "iso-10646"]
        .iter()
        .any(|start| label.replace('_', "-").starts_with(start))
}

fn xml_declaration(text: &str) -> Option<String> {
    let declaration = text.trim_start().strip_prefix("<?xml")?.split_once("?>")?.0;
    after(declaration, "encoding")
}

/// The word after `name =`, in quotes or not.
fn after(text: &str, name: &str) -> Option<String> {
    let rest = text[text.find(name)? + name.len()..].trim_start().strip_prefix('=')?;
    let rest = rest.trim_start().trim_start_matches(['"', '\'']);
    let end = rest.find(|c: char| c.is_whitespace() || "\"';>/,".contains(c)).unwrap_or(rest.len());
    (end > 0).then(|| rest[..end].to_owned())
}

/// Encodings of which each character of the markup takes two bytes or more, and the length of the mark.
pub(super) fn wide(head: &[u8]) -> Option<(Choice, usize)> {
    let known = |encoding, mark| Some((Choice::Known(encoding), mark));
    match head {
        [0, 0, 0xfe, 0xff, ..] => Some((Choice::Utf32 { big_endian: true }, 4)),
        [0xff, 0xfe, 0, 0, ..] => Some((Choice::Utf32 { big_endian: false }, 4)),
        [0xef, 0xbb, 0xbf, ..] => known(UTF_8, 3),
        [0xfe, 0xff, ..] => known(UTF_16BE, 2),
        [0xff, 0xfe, ..] => known(UTF_16LE, 2),
        [0, 0, 0, first, ..] if *first != 0 => Some((Choice::Utf32 { big_endian: true }, 0)),
        [first, 0, 0, 0, ..] if *first != 0 => Some((Choice::Utf32 { big_endian: false }, 0)),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => known(UTF_16BE, 0),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => known(UTF_16LE, 0),
        // `<?xm` in every EBCDIC page: enough to read the declaration that names the page.
        [0x4c, 0x6f, 0xa7, 0x94, ..] => CodePage::of_label("cp037").map(|page| (Choice::CodePage(page), 0)),
        _ => None,
    }
}

/// A declared encoding under which bytes that look like ASCII mean something else.
pub(super) fn ascii_hides(labels: &[String]) -> Option<Choice> {
    let choice = labels.iter().find_map(|label| of_label(label));
    choice.filter(|choice| matches!(choice, Choice::Known(encoding) if *encoding == ISO_2022_JP))
}

/// What a document is told to be in when all of it is ASCII: what it says, as nothing contradicts it.
pub(super) fn name_of_ascii(labels: &[String]) -> String {
    match labels.iter().find_map(|label| of_label(label)) {
        Some(Choice::Known(encoding)) if encoding.is_ascii_compatible() => encoding.name().to_lowercase(),
        Some(Choice::CodePage(page)) if !page.is_ebcdic() => page.name.to_owned(),
        _ => "utf-8".to_owned(),
    }
}

fn of_label(label: &str) -> Option<Choice> {
    let known = Encoding::for_label_no_replacement(label.as_bytes());
    let known = known.or_else(|| Encoding::for_label_no_replacement(plain_label(label).as_bytes()));
    known.map(Choice::Known).or_else(|| CodePage::of_label(label).map(Choice::CodePage))
}

/// Labels as programs write them, beside the list that browsers know.
fn plain_label(label: &str) -> String {
    match label.replace('_', "-").as_str() {
        "utf8mb4" | "u8" => "utf-8".to_owned(),
        "cp949" | "949" | "ms949" | "uhc" => "euc-kr".to_owned(),
        "cp932" | "932" | "dbcs" | "ms932" | "windows-932" => "shift_jis".to_owned(),
        "cp936" | "936" | "ms936" => "gbk".to_owned(),
        "cp950" | "950" | "ms950" => "big5".to_owned(),
        "cp874" => "windows-874".to_owned(),
        "mac" | "macroman" | "mac-roman" => "macintosh".to_owned(),
        "mac-cyrillic" | "maccyrillic" => "x-mac-cyrillic".to_owned(),
        other => match other.strip_prefix("iso8859").or_else(|| other.strip_prefix("iso-ir-8859")) {
            Some(part) => format!("iso-8859-{}", part.trim_start_matches('-')),
            None => other.to_owned(),
        },
    }
}

/// Chooses from the first bytes that are not all ASCII; also tells whether what was said, or what
/// holds where nothing is said, had to be dropped.
pub(super) fn choose(kind: Kind, window: &[u8], labels: &[String]) -> (Choice, bool) {
    let utf8 = Utf8Weight::of(window);
    let said: Vec<Choice> = labels.iter().filter_map(|label| of_label(label)).collect();
    let mut contradicted = said.is_empty() && matches!(kind, Kind::Xml | Kind::Json);
    for choice in said {
        match choice {
            Choice::Known(encoding) if encoding == UTF_8 => {
                if utf8.bad == 0 || utf8.is_likely() {
                    return (choice, false);
                }
                contradicted = true;
            }
            // Bytes that gave ASCII so far are not UTF-16.
            Choice::Known(encoding) if !encoding.is_ascii_compatible() => {}
            _ if utf8.is_certain_against(choice) => return (Choice::Known(UTF_8), false),
            Choice::Known(encoding) if errors(encoding, window) * 50 > utf8.good + utf8.bad => contradicted = true,
            Choice::CodePage(page) if page.is_ebcdic() => {}
            _ => return (choice, contradicted),
        }
    }
    if utf8.bad == 0 {
        return (Choice::Known(UTF_8), false);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(window, true);
    // The sourceurs write French: it settles what a few accents alone cannot.
    let guess = detector.guess(Some(b"fr"), Utf8Detection::Deny);
    // What is UTF-8 in part is UTF-8 with French in it that was pasted from elsewhere; where most of
    // it is not, and reads well in another script, the part is chance.
    let is_chance = utf8.bad > utf8.good && !is_latin(guess) && errors(guess, window) * 50 <= utf8.bad;
    if utf8.good > 0 && !is_chance && (utf8.is_likely() || guess.is_single_byte()) {
        return (Choice::Known(UTF_8), false);
    }
    (Choice::Known(guess), contradicted)
}

/// Whether an encoding is one of those for letters like ours.
fn is_latin(encoding: &'static Encoding) -> bool {
    encoding.is_single_byte() && encoding.decode_without_bom_handling(b"\xe9").0.chars().all(|c| c < '\u{250}')
}

/// How much in some bytes is UTF-8 beyond ASCII, and how much cannot be.
struct Utf8Weight {
    good: usize,
    bad: usize,
}

impl Utf8Weight {
    fn of(window: &[u8]) -> Self {
        let mut weight = Self { good: 0, bad: 0 };
        let mut at = 0;
        for chunk in window.utf8_chunks() {
            weight.good += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
            at += chunk.valid().len() + chunk.invalid().len();
            // A character cut by the end of the window is no mistake.
            let cut = at == window.len() && chunk.invalid().len() < 4 && is_cut(chunk.invalid());
            weight.bad += usize::from(!(chunk.invalid().is_empty() || cut && weight.good > 0));
        }
        weight
    }

    fn is_likely(&self) -> bool {
        self.good > 0 && self.bad <= self.good * 4
    }

    /// Text in another encoding is hardly ever UTF-8 by chance; in one of two bytes a character it may be.
    fn is_certain_against(&self, choice: Choice) -> bool {
        let single = match choice {
            Choice::Known(encoding) => encoding.is_single_byte(),
            Choice::CodePage(_) | Choice::Utf32 { .. } => true,
        };
        single && self.good > 0 && self.bad * 8 <= self.good
    }
}

fn is_cut(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// Sequences that an encoding cannot read.
fn errors(encoding: &'static Encoding, window: &[u8]) -> usize {
    if encoding == WINDOWS_1252 {
        return 0;
    }
    let (text, had_errors) = encoding.decode_without_bom_handling(window);
    if had_errors { text.chars().filter(|character| *character == '\u{fffd}').count() } else { 0 }
}
