//! Tables in plain text: one header line, one record a row.
//!
//! ```toml
//! [harvest.csv]
//! start = "https://partner.example/actions.csv"
//! key = "identifiant"      # name of the column that holds a record's key
//! url = "lien"             # name of the column that holds the address of its page
//! delimiter = ";"          # , ; | or tab; guessed from the header where it is not said
//! ```
//!
//! A row that is too long or too short is read as far as it goes, with an issue; it never shifts others.

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

use csv::StringRecord;
use model::config::Reader;
use model::{Issue, Payload, RawRecord, ReasonCode, Severity};
use serde_json::{Map, Value};

use super::document::{absolute, fault, key_or_address, looks_like_html, open, unreadable};
use super::{Cursor, Next, Page, Protocol, Reach, ReadError, Request};
use crate::encoding::{Ahead, Kind};

/// As far into a table as its header is looked for.
const HEADER_WITHIN: usize = 64 * 1024;
/// Most columns of a table.
const COLUMNS: usize = 4096;
/// Most bytes of a row: what bounds memory where quotes never end.
const ROW_BYTES: usize = 16 << 20;

/// `[harvest.csv]`.
struct Csv {
    start: String,
    key: Option<String>,
    url: Option<String>,
    delimiter: Option<u8>,
}

/// Reads `[harvest.csv]`: `start`, the columns `key` and `url`, and `delimiter`.
pub(super) fn from_table(table: &mut Reader<'_>) -> Option<Arc<dyn Protocol>> {
    table.required_text("start", "the table's address, as in `\"https://partner.example/actions.csv\"`");
    let delimiters = [(",", b','), (";", b';'), ("\t", b'\t'), ("tab", b'\t'), ("|", b'|')];
    let csv = Csv {
        key: table.text("key").map(|column| column.trim().to_owned()),
        url: table.text("url").map(|column| column.trim().to_owned()),
        delimiter: table.choice("delimiter", &delimiters),
        start: table.address("start")?,
    };
    Some(Arc::new(csv))
}

impl Protocol for Csv {
    fn start(&self, _since: Option<&Cursor>) -> Request {
        Request::new(&self.start)
    }

    fn read(&self, page: Page<'_>, each: &mut dyn FnMut(RawRecord)) -> Result<Next, ReadError> {
        let base = page.url;
        let mut text = Ahead::new(open(page.body, Kind::Table, page.content_type)?);
        let head = text.look(HEADER_WITHIN).map_err(|cause| unreadable(&cause, 0, ""))?;
        if let Some((code, message)) = other_kind(head) {
            return Err(fault(code, message, text.get_ref()));
        }
        let delimiter = self.delimiter.unwrap_or_else(|| guess_delimiter(head));
        let end = Cell::new(End { delimiter, ..End::default() });
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(Watched { text: &mut text, end: &end });
        let mut columns: Option<Vec<String>> = None;
        let mut row = StringRecord::new();
        let mut short_before = false;
        // One row behind, so that the last one is known for what it is.
        let mut waiting: Option<StringRecord> = None;
        let failed = loop {
            match rows.read_record(&mut row) {
                Ok(true) => {}
                Ok(false) => break None,
                Err(error) => break Some(error.to_string()),
            }
            if row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let Some(names) = &columns else {
                columns = Some(names_of(&row));
                continue;
            };
            if let Some(before) = waiting.replace(row.clone()) {
                short_before |= before.len() < names.len();
                each(self.record(base, names, &before));
            }
        };
        drop(rows);
        let decoder = text.get_ref();
        if let Some(message) = failed {
            if let (Some(names), Some(last)) = (&columns, waiting) {
                each(self.record(base, names, &last));
            }
            let message = format!("the table cannot be read any further: {message}");
            return Err(fault(ReasonCode::Truncated, message, decoder));
        }
        if end.get().place == Place::InQuotes {
            // The row that was open swallowed all that came after it.
            let line = waiting.as_ref().and_then(StringRecord::position).map_or(1, csv::Position::line);
            let message = format!("the table stops inside quotes; the row that opens them begins in line {line}");
            return Err(fault(ReasonCode::Truncated, message, decoder));
        }
        if let (Some(names), Some(last)) = (&columns, waiting) {
            let is_cut = last.len() < names.len() && !short_before && end.get().place != Place::RowStart;
            if is_cut {
                let message = "the table stops in the middle of its last row";
                return Err(fault(ReasonCode::Truncated, message, decoder));
            }
            each(self.record(base, names, &last));
        }
        Ok(Next { repairs: decoder.repairs(), encoding: decoder.encoding().to_owned(), ..Next::default() })
    }

    fn reach(&self) -> Reach {
        Reach::Whole
    }
}

impl Csv {
    fn record(&self, base: &str, columns: &[String], row: &StringRecord) -> RawRecord {
        let mut issues = Vec::new();
        let mut cells: Map<String, Value> =
            columns.iter().zip(row).map(|(column, cell)| (column.clone(), Value::String(cell.to_owned()))).collect();
        for (index, cell) in row.iter().enumerate().skip(columns.len()).take(COLUMNS) {
            cells.insert(format!("column {}", index + 1), Value::String(cell.to_owned()));
        }
        if row.len() != columns.len() {
            let message = format!("the row has {} cells, the header {}", row.len(), columns.len());
            issues.push(Issue::new(Severity::Warning, "", "ragged-row", message));
        }
        let cell = |column: &Option<String>| {
            let text = cells.get(column.as_ref()?)?.as_str()?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let url = cell(&self.url).map(|url| absolute(base, &url));
        let key = key_or_address(cell(&self.key).as_deref(), url.as_deref(), self.key.as_deref(), &mut issues);
        RawRecord { key, url, base: Some(base.to_owned()), payload: Payload::Csv(cells), deleted: false, issues }
    }
}

/// The columns' names: trimmed, each once, a number for one without a name.
fn names_of(header: &StringRecord) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (index, written) in header.iter().enumerate().take(COLUMNS) {
        let written = written.trim();
        let mut name = if written.is_empty() { format!("column {}", index + 1) } else { written.to_owned() };
        let mut count = 1;
        while names.contains(&name) {
            count += 1;
            name = format!("{written} ({count})");
        }
        names.push(name);
    }
    names
}

/// What stands most often outside quotes in the first line that is not blank.
fn guess_delimiter(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut in_quotes = false;
    let mut is_blank = true;
    for byte in head {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b'\n' | b'\r' if !in_quotes && !is_blank => break,
            _ if !in_quotes => counts.iter_mut().filter(|(delimiter, _)| delimiter == byte).for_each(|(_, n)| *n += 1),
            _ => {}
        }
        is_blank &= byte.is_ascii_whitespace();
    }
    // Of equals the first: the comma, which also stands for a table of one column.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}

/// What a document is that can be no table.
fn other_kind(head: &[u8]) -> Option<(ReasonCode, &'static str)> {
    let head = head.trim_ascii_start();
    match head {
        [b'<', ..] if looks_like_html(head) => {
            Some((ReasonCode::HtmlInstead, "a web page came where a table was expected"))
        }
        [b'<', ..] => Some((ReasonCode::Malformed, "markup came where a table was expected")),
        [b'{', ..] | [b'[', b'{', ..] => Some((ReasonCode::Malformed, "JSON came where a table was expected")),
        [b'P', b'K', 3, 4, ..] => {
            Some((ReasonCode::Malformed, "a spreadsheet file came where a table in plain text was expected"))
        }
        _ if head.iter().take(512).any(|byte| *byte == 0) => {
            Some((ReasonCode::Malformed, "a binary file came where a table in plain text was expected"))
        }
        _ => None,
    }
}

/// Where in a table a byte stands, by the rules of its reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    RowStart,
    CellStart,
    InCell,
    InQuotes,
    /// Behind a quote inside quotes, which ends them or is the first of two.
    Quote,
}

/// Where what was read of a table ends.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    delimiter: u8,
    place: Place,
    /// Bytes of the row that is being read.
    row_bytes: usize,
}

impl End {
    fn after(self, bytes: &[u8]) -> Self {
        let mut row_bytes = self.row_bytes;
        let place = bytes.iter().fold(self.place, |place, byte| match (place, byte) {
            (Place::InQuotes, b'"') => Place::Quote,
            (Place::InQuotes, _) | (Place::Quote | Place::RowStart | Place::CellStart, b'"') => Place::InQuotes,
            (_, b'\n' | b'\r') => {
                row_bytes = 0;
                Place::RowStart
            }
            (_, byte) if *byte == self.delimiter => Place::CellStart,
            _ => Place::InCell,
        });
        Self { place, row_bytes: row_bytes + bytes.len(), ..self }
    }
}

/// A text of which one knows where it ends.
struct Watched<'t, R> {
    text: &'t mut Ahead<R>,
    end: &'t Cell<End>,
}

impl<R: BufRead> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.end.get().row_bytes > ROW_BYTES {
            return Err(io::Error::other(format!("a row is longer than {} MiB", ROW_BYTES >> 20)));
        }
        let mut available = self.text.fill_buf()?;
        let length = available.read(buffer)?;
        self.end.set(self.end.get().after(&buffer[..length]));
        self.text.consume(length);
        Ok(length)
    }
}
