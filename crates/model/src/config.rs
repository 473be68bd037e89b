//! Reading config files so that every mistake is told at once, where it stands.
//!
//! A [`Document`] is a parsed TOML file; a [`Reader`] walks one of its tables and takes what it
//! knows. What it does not know is told by [`Reader::finish`], with the nearest word it would have
//! understood. Nothing here stops at the first mistake, and nothing returns an error: a value that
//! is wrong is `None`, with a [`Fault`] in the document.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use serde::Serialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One mistake in a config file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// The file, as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column of its first character, from 1, in characters.
    pub column: usize,
    /// Column after its last character on that line.
    pub end_column: usize,
    /// The kind of mistake, in kebab-case.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What would mend it.
    pub hint: Option<String>,
}

/// A TOML file, its table as far as it could be read, and the mistakes found so far.
#[derive(Debug)]
pub struct Document<'s> {
    file: String,
    source: &'s str,
    table: Spanned<DeTable<'s>>,
    faults: RefCell<Vec<Fault>>,
}

impl<'s> Document<'s> {
    /// Reads a file's text; mistakes of syntax become faults.
    pub fn parse(file: impl Into<String>, source: &'s str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(source);
        let document = Self { file: file.into(), source, table, faults: RefCell::default() };
        for error in errors {
            let message = error.message().trim().replace('\n', ", ");
            let hint = match message.as_str() {
                "duplicate key" => "leave one of the two",
                _ => {
                    "a line is `key = \"value\"` or a table's `[name]`; texts stand in quotes, closed on the same line"
                }
            };
            document.fault(error.span().unwrap_or(0..0), "syntax", message, Some(hint.to_owned()));
        }
        document
    }

    /// The whole file as a table to read.
    pub fn reader(&self) -> Reader<'_> {
        Reader { document: self, table: self.table.get_ref(), span: 0..0, path: String::new(), asked: Vec::new() }
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The file's text.
    pub fn source(&self) -> &str {
        self.source
    }

    /// Tells a mistake at a span of bytes.
    pub fn fault(&self, span: Range<usize>, code: &str, message: impl Into<String>, hint: Option<String>) {
        let start = floor_char(self.source, span.start);
        let end = floor_char(self.source, span.end).max(start);
        let line_start = self.source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.source[start..].find('\n').map_or(self.source.len(), |at| start + at);
        let column = self.source[line_start..start].chars().count() + 1;
        let width = self.source[start..end.min(line_end).max(start)].chars().count().max(1);
        self.faults.borrow_mut().push(Fault {
            file: self.file.clone(),
            line: self.source[..start].matches('\n').count() + 1,
            column,
            end_column: column + width,
            code: code.to_owned(),
            message: message.into(),
            hint,
        });
    }

    /// Every mistake told so far, in the order of the file, each once.
    pub fn into_faults(self) -> Vec<Fault> {
        let mut faults = self.faults.into_inner();
        faults.sort();
        faults.dedup();
        faults
    }
}

fn floor_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// One table of a [`Document`], read key by key.
#[derive(Debug)]
pub struct Reader<'a> {
    document: &'a Document<'a>,
    table: &'a DeTable<'a>,
    span: Range<usize>,
    path: String,
    asked: Vec<String>,
}

/// One value of a [`Document`], of any type.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    document: &'a Document<'a>,
    value: &'a DeValue<'a>,
    span: Range<usize>,
    path: String,
}

impl<'a> Reader<'a> {
    /// Dotted path of this table in the file; empty at the top.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Text of the whole file.
    pub fn source(&self) -> &'a str {
        self.document.source
    }

    /// Keys of the table, in the order of the file.
    pub fn keys(&self) -> Vec<String> {
        self.table.keys().map(|key| key.get_ref().to_string()).collect()
    }

    /// The value at a key, whatever its type.
    pub fn item(&mut self, key: &str) -> Option<Item<'a>> {
        if !self.asked.iter().any(|asked| asked == key) {
            self.asked.push(key.to_owned());
        }
        let (_, value) = self.table.get_key_value(key)?;
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Some(Item { document: self.document, value: value.get_ref(), span: value.span(), path })
    }

    /// A text; a wrong type is a fault.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.item(key)?.text()
    }

    /// A text that must be there.
    pub fn required_text(&mut self, key: &str, why: &str) -> Option<String> {
        if !self.table.contains_key(key) {
            self.item(key);
            let message = format!("`{}` needs `{key}`", self.name());
            self.document.fault(self.span.clone(), "missing-key", message, Some(format!("add `{key} = ...`: {why}")));
            return None;
        }
        self.text(key)
    }

    /// An absolute http or https address.
    pub fn address(&mut self, key: &str) -> Option<String> {
        let item = self.item(key)?;
        let written = item.text()?;
        match url::Url::parse(written.trim()) {
            Ok(address) if matches!(address.scheme(), "http" | "https") => Some(written.trim().to_owned()),
            _ => {
                item.fault(
                    "bad-address",
                    format!("`{written}` is not an address"),
                    Some("write the whole address, as in `\"https://partner.example/feed.xml\"`".to_owned()),
                );
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn bool(&mut self, key: &str) -> Option<bool> {
        let item = self.item(key)?;
        let value = item.value.as_bool();
        if value.is_none() {
            item.wrong_type("`true` or `false`");
        }
        value
    }

    /// A whole number inside a range.
    pub fn integer(&mut self, key: &str, range: RangeInclusive<i64>) -> Option<i64> {
        self.item(key)?.integer(range)
    }

    /// A duration: `"30 s"`, `"1 day"`.
    pub fn duration(&mut self, key: &str) -> Option<Duration> {
        let item = self.item(key)?;
        let written = item.text()?;
        let duration = parse_duration(&written);
        if duration.is_none() {
            item.fault(
                "bad-duration",
                format!("`{written}` is not a duration"),
                Some(
                    "write a number and a unit among ms, s, min, h, day, days, as in `\"30 s\"` or `\"1 day\"`"
                        .to_owned(),
                ),
            );
        }
        duration
    }

    /// One word among several.
    pub fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let item = self.item(key)?;
        let written = item.text()?;
        let chosen = choices.iter().find(|(word, _)| *word == written).map(|(_, value)| *value);
        if chosen.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            item.unknown_word(&written, &words);
        }
        chosen
    }

    /// A text or a whole number, read by a function; what it cannot read is a fault.
    pub fn text_or_integer<T>(&mut self, key: &str, expected: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let item = self.item(key)?;
        let written = match item.value {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            _ => {
                item.wrong_type(expected);
                return None;
            }
        };
        let value = read(&written);
        if value.is_none() {
            item.fault("bad-value", format!("`{written}` is not {expected}"), Some(format!("write {expected}")));
        }
        value
    }

    /// A table under a key.
    pub fn table(&mut self, key: &str) -> Option<Reader<'a>> {
        let item = self.item(key)?;
        let table = item.table();
        if table.is_none() {
            item.wrong_type("a table");
        }
        table
    }

    /// Tells every key that nobody asked for, with the nearest word that would have been understood.
    pub fn finish(&self) {
        for key in self.table.keys() {
            let word = key.get_ref().as_ref();
            if self.asked.iter().any(|asked| asked == word) {
                continue;
            }
            let known: Vec<&str> = self.asked.iter().map(String::as_str).collect();
            let message = if self.path.is_empty() {
                format!("unknown key `{word}`")
            } else {
                format!("unknown key `{word}` in `{}`", self.path)
            };
            self.document.fault(key.span(), "unknown-key", message, Some(suggestion(word, &known)));
        }
    }

    /// Tells a mistake under a key's name, or on the table where the key is absent.
    pub fn fault_at(&self, key: &str, code: &str, message: impl Into<String>, hint: Option<String>) {
        let span = self.table.get_key_value(key).map_or_else(|| self.span.clone(), |(key, _)| key.span());
        self.document.fault(span, code, message, hint);
    }

    /// Tells a mistake about the table as a whole.
    pub fn fault(&self, code: &str, message: impl Into<String>, hint: Option<String>) {
        self.document.fault(self.span.clone(), code, message, hint);
    }

    fn name(&self) -> String {
        if self.path.is_empty() { self.document.file.clone() } else { format!("[{}]", self.path) }
    }
}

impl<'a> Item<'a> {
    /// Dotted path of the value in the file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The value's text, where it is one, without a fault where it is not.
    pub fn as_text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// A text; a wrong type is a fault.
    pub fn text(&self) -> Option<String> {
        let text = self.value.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type("a text in quotes");
        }
        text
    }

    /// A whole number inside a range; anything else is a fault.
    pub fn integer(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let Some(written) = self.value.as_integer() else {
            self.wrong_type("a whole number");
            return None;
        };
        let number =
            i64::from_str_radix(written.as_str(), written.radix()).ok().filter(|number| range.contains(number));
        if number.is_none() {
            let message = format!("`{written}` is out of range");
            let hint = format!("write a whole number from {} to {}", range.start(), range.end());
            self.fault("out-of-range", message, Some(hint));
        }
        number
    }

    /// The value as a table, where it is one, without a fault where it is not.
    pub fn table(&self) -> Option<Reader<'a>> {
        let table = self.value.as_table()?;
        Some(Reader {
            document: self.document,
            table,
            span: self.span.clone(),
            path: self.path.clone(),
            asked: Vec::new(),
        })
    }

    /// The items of an array, where it is one, without a fault where it is not.
    pub fn items(&self) -> Option<Vec<Item<'a>>> {
        let array = self.value.as_array()?;
        let item = |(index, value): (usize, &'a Spanned<DeValue<'a>>)| Item {
            document: self.document,
            value: value.get_ref(),
            span: value.span(),
            path: format!("{}[{index}]", self.path),
        };
        Some(array.iter().enumerate().map(item).collect())
    }

    /// The items of an array; any other value stands for a list of itself.
    pub fn one_or_many(&self) -> Vec<Item<'a>> {
        self.items().unwrap_or_else(|| vec![self.clone()])
    }

    /// `true` or `false`, where it is one.
    pub fn as_bool(&self) -> Option<bool> {
        self.value.as_bool()
    }

    /// A scalar as written: text without its quotes, number, boolean.
    pub fn scalar(&self) -> Option<String> {
        match self.value {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.to_string()),
            DeValue::Float(number) => Some(number.to_string()),
            DeValue::Boolean(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// Tells a mistake about this value.
    pub fn fault(&self, code: &str, message: impl Into<String>, hint: Option<String>) {
        self.document.fault(self.span.clone(), code, message, hint);
    }

    /// Tells that the value has the wrong type.
    pub fn wrong_type(&self, expected: &str) {
        let kind = self.value.type_str();
        let article = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
        let message = format!("`{}` is {article} {kind}, expected {expected}", self.path);
        self.fault("wrong-type", message, Some(format!("write {expected}")));
    }

    /// Tells that a word is none of the expected ones.
    pub fn unknown_word(&self, written: &str, words: &[&str]) {
        let message = format!("`{}` cannot be `{written}`", self.path);
        self.fault("unknown-word", message, Some(suggestion(written, words)));
    }
}

/// "did you mean `x`?", or the words that would be understood.
pub fn suggestion(written: &str, known: &[&str]) -> String {
    match nearest(written, known) {
        Some(word) => format!("did you mean `{word}`?"),
        None if known.is_empty() => "take it out".to_owned(),
        None => {
            let words: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
            format!("expected one of {}", words.join(", "))
        }
    }
}

/// The known word nearest to a written one, where it is near enough to be a slip.
pub fn nearest<'k>(written: &str, known: &[&'k str]) -> Option<&'k str> {
    let limit = (written.chars().count() / 3).max(1);
    known
        .iter()
        .map(|word| (edit_distance(&written.to_lowercase(), &word.to_lowercase()), *word))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, word)| word)
}

/// Edits (insertion, deletion, substitution, swap of neighbours) from one word to another.
fn edit_distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut rows = vec![(0..=to.len()).collect::<Vec<_>>()];
    for i in 1..=from.len() {
        let mut row = vec![i; to.len() + 1];
        for j in 1..=to.len() {
            let differs = usize::from(from[i - 1] != to[j - 1]);
            row[j] = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + differs);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                row[j] = row[j].min(rows[i - 2][j - 2] + 1);
            }
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

/// Reads `"30 s"`, `"250 ms"`, `"1 day"`, `"0 ms"`: a whole number and a unit.
pub fn parse_duration(written: &str) -> Option<Duration> {
    let written = written.trim();
    let digits = written.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = written[..digits].parse().ok()?;
    let milliseconds = match written[digits..].trim() {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        "day" | "days" => 86_400_000,
        _ => return None,
    };
    Some(Duration::from_millis(number.checked_mul(milliseconds)?))
}

/// Reads `"90 %"` as 0.9; from 0 to 100 percent.
pub fn parse_percent(written: &str) -> Option<f64> {
    let number = written.trim().strip_suffix('%')?.trim().replace(',', ".").parse::<f64>().ok()?;
    (0.0..=100.0).contains(&number).then_some(number / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sourceur;

    #[track_caller]
    fn check(source: &str, expected: &[(usize, usize, &str, &str)]) {
        let document = Document::parse("x.toml", source);
        let mut reader = document.reader();
        Sourceur::read("x".parse().unwrap(), &mut reader);
        reader.finish();
        let faults = document.into_faults();
        let told: Vec<_> =
            faults.iter().map(|f| (f.line, f.column, f.code.as_str(), f.hint.as_deref().unwrap_or_default())).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn every_mistake_is_told_where_it_stands() {
        check("name = \"A\"\nrank = 3\n", &[]);
        check(
            "nmae = \"A\"\nevery = \"1 dya\"\n[rights]\ntext = \"ful\"\nimages = 3\n",
            &[
                (1, 1, "unknown-key", "did you mean `name`?"),
                (
                    2,
                    9,
                    "bad-duration",
                    "write a number and a unit among ms, s, min, h, day, days, as in `\"30 s\"` or `\"1 day\"`",
                ),
                (4, 8, "unknown-word", "did you mean `full`?"),
                (5, 10, "wrong-type", "write a text in quotes"),
            ],
        );
    }

    #[test]
    fn mistakes_of_syntax_do_not_hide_the_others() {
        let document = Document::parse("x.toml", "name = \n[rights]\ntext = \"ful\"\n");
        let mut reader = document.reader();
        Sourceur::read("x".parse().unwrap(), &mut reader);
        let codes: Vec<String> = document.into_faults().into_iter().map(|fault| fault.code).collect();
        assert_eq!(codes, ["syntax", "unknown-word"]);
    }

    #[test]
    fn mistakes_of_syntax_come_with_a_way_out() {
        for (source, line, hint) in [
            ("name = \"x\"\nname = \"y\"\n", 2, "leave one of the two"),
            (
                "name = \"x\n",
                1,
                "a line is `key = \"value\"` or a table's `[name]`; texts stand in quotes, closed on the same line",
            ),
        ] {
            let faults = Document::parse("x.toml", source).into_faults();
            let told: Vec<_> = faults.iter().map(|fault| (fault.line, fault.hint.as_deref())).collect();
            assert_eq!(told, [(line, Some(hint))], "{source}");
        }
    }

    #[test]
    fn durations_and_percentages() {
        assert_eq!(parse_duration("1 day"), Some(Duration::from_hours(24)));
        assert_eq!(parse_duration("0 ms"), Some(Duration::ZERO));
        assert_eq!(parse_duration("10"), None);
        assert_eq!(parse_duration("99999999999999999999 s"), None);
        assert_eq!(parse_percent("10 %"), Some(0.1));
        assert_eq!(parse_percent("101 %"), None);
    }
}
