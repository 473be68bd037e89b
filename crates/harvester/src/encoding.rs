//! Bytes to text: the encoding a document is really in, and its text as UTF-8, as it streams by.
//!
//! In order: a byte order mark, the server's charset, the document's own declaration, valid UTF-8,
//! and last a guess; each is dropped when the bytes contradict it. A document that is ASCII so far
//! is in no encoding yet: the choice waits for the first byte that makes a difference. Once it is
//! made, a byte that does not fit is mended where it stands, as windows-1252, and counted.

mod ahead;
mod choose;
mod codepages;

use std::io::{self, BufRead, Read};

pub(crate) use self::ahead::Ahead;
use self::choose::{Choice, choose, declared, wide};

/// Bytes that are looked at before an encoding is chosen.
const WINDOW: usize = 64 * 1024;
/// Bytes that are mended in one go; what is clean for longer than that is given without a copy.
const MENDED_AT_ONCE: usize = 1024;

/// The kind of a document: where it declares its encoding, what it is in when it does not, and
/// whether control characters may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Declares in `<?xml ... ?>`, else UTF-8; control characters are dropped and counted.
    Xml,
    /// Declares in a `meta` element; nothing is said about what does not.
    Html,
    /// UTF-8; control characters are left for the parser to refuse.
    Json,
    /// Declares nothing.
    Table,
}

/// A document's text as UTF-8, over its bytes.
pub(crate) struct Decoder<R> {
    source: Ahead<R>,
    kind: Kind,
    mode: Mode,
    /// What the server and the document say, in this order.
    labels: Vec<String>,
    name: String,
    repairs: u64,
    /// Bytes at the front of the source that are good text already.
    ready: usize,
    /// Text that had to be made, and how much of it was taken.
    made: String,
    taken: usize,
}

enum Mode {
    /// Nothing but ASCII so far.
    Ascii,
    Utf8,
    Legacy(Box<encoding_rs::Decoder>),
    CodePage(Box<[char; 256]>),
    Utf32 {
        big_endian: bool,
    },
    End,
}

impl<R: BufRead> Decoder<R> {
    /// Looks at the beginning of a document.
    pub(crate) fn new(body: R, kind: Kind, content_type: Option<&str>) -> io::Result<Self> {
        let mut source = Ahead::new(body);
        let head = source.look(WINDOW)?;
        let (labels, is_bogus) = declared(kind, head, content_type);
        let start = wide(head);
        let mut decoder = Self {
            source,
            kind,
            mode: Mode::Ascii,
            labels,
            name: "utf-8".to_owned(),
            repairs: u64::from(is_bogus),
            ready: 0,
            made: String::new(),
            taken: 0,
        };
        if let Some((choice, mark)) = start {
            decoder.source.consume(mark);
            decoder.settle(choice);
        } else if let Some(choice) = choose::ascii_hides(&decoder.labels) {
            decoder.settle(choice);
        } else {
            decoder.name = choose::name_of_ascii(&decoder.labels);
        }
        Ok(decoder)
    }

    /// The encoding the document is read in, in lower case: `utf-8`, `windows-1252`.
    pub(crate) fn encoding(&self) -> &str {
        &self.name
    }

    /// Places that had to be mended so far.
    pub(crate) fn repairs(&self) -> u64 {
        self.repairs
    }

    fn settle(&mut self, choice: Choice) {
        let (mode, name) = match choice {
            Choice::Known(encoding) if encoding == encoding_rs::UTF_8 => (Mode::Utf8, "utf-8".to_owned()),
            Choice::Known(encoding) => {
                let decoder = Box::new(encoding.new_decoder_without_bom_handling());
                (Mode::Legacy(decoder), encoding.name().to_lowercase())
            }
            Choice::CodePage(page) => (Mode::CodePage(page.table()), page.name.to_owned()),
            Choice::Utf32 { big_endian } => {
                (Mode::Utf32 { big_endian }, if big_endian { "utf-32be" } else { "utf-32le" }.to_owned())
            }
        };
        (self.mode, self.name) = (mode, name);
    }

    /// Makes the next stretch of text ready; false at the end of the document.
    fn advance(&mut self) -> io::Result<bool> {
        self.made.clear();
        self.taken = 0;
        match self.mode {
            Mode::Ascii => self.advance_ascii(),
            Mode::Utf8 => self.advance_utf8(),
            Mode::Legacy(_) => self.advance_legacy(),
            Mode::CodePage(_) => self.advance_code_page(),
            Mode::Utf32 { big_endian } => self.advance_utf32(big_endian),
            Mode::End => Ok(false),
        }
    }

    fn advance_ascii(&mut self) -> io::Result<bool> {
        let buffer = self.source.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        let ascii = encoding_rs::Encoding::ascii_valid_up_to(buffer);
        let clean = clean_prefix(&buffer[..ascii], self.kind);
        if clean > 0 {
            self.ready = clean;
        } else if ascii > 0 {
            self.source.consume(1);
            self.repairs += 1;
        } else {
            let (choice, contradicted) = choose(self.kind, self.source.look(WINDOW)?, &self.labels);
            self.repairs += u64::from(contradicted);
            self.settle(choice);
        }
        Ok(true)
    }

    fn advance_utf8(&mut self) -> io::Result<bool> {
        let buffer = self.source.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        let valid = encoding_rs::Encoding::utf8_valid_up_to(buffer);
        let clean = clean_prefix(&buffer[..valid], self.kind);
        if clean >= MENDED_AT_ONCE || clean == buffer.len() {
            self.ready = clean;
            return Ok(true);
        }
        let window = self.source.look(MENDED_AT_ONCE)?;
        let at_end = window.len() < MENDED_AT_ONCE;
        let window = &window[..window.len().min(MENDED_AT_ONCE)];
        let mut used = 0;
        let mut mended = 0;
        let mut text = std::mem::take(&mut self.made);
        for chunk in window.utf8_chunks() {
            mended += push_clean(&mut text, chunk.valid(), self.kind);
            used += chunk.valid().len();
            let bad = chunk.invalid();
            let may_go_on = used + bad.len() == window.len() && !at_end && used > 0;
            if may_go_on {
                break;
            }
            used += bad.len();
            if let Some(character) = surrogate(bad, &window[used - bad.len()..]) {
                // The whole encoded surrogate is one mistake, not three letters.
                text.push(character);
                mended += 1;
            } else if !bad.is_empty() {
                let (latin, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bad);
                push_clean(&mut text, &latin, self.kind);
                mended += 1;
            }
        }
        self.made = text;
        self.repairs += mended;
        self.source.consume(used);
        Ok(true)
    }

    fn advance_legacy(&mut self) -> io::Result<bool> {
        let Mode::Legacy(decoder) = &mut self.mode else { return Ok(false) };
        let buffer = self.source.fill_buf()?;
        let last = buffer.is_empty();
        let mut text = String::with_capacity(decoder.max_utf8_buffer_length(buffer.len()).unwrap_or(WINDOW));
        let (result, used) = decoder.decode_to_string_without_replacement(buffer, &mut text, last);
        self.repairs += push_clean(&mut self.made, &text, self.kind);
        if let encoding_rs::DecoderResult::Malformed(..) = result {
            self.made.push('\u{fffd}');
            self.repairs += 1;
        } else if last {
            self.mode = Mode::End;
        }
        self.source.consume(used);
        Ok(true)
    }

    fn advance_code_page(&mut self) -> io::Result<bool> {
        let Mode::CodePage(table) = &self.mode else { return Ok(false) };
        let buffer = self.source.fill_buf()?;
        let used = buffer.len();
        let text: String = buffer.iter().map(|byte| table[usize::from(*byte)]).collect();
        self.repairs += push_clean(&mut self.made, &text, self.kind);
        self.source.consume(used);
        Ok(used > 0)
    }

    fn advance_utf32(&mut self, big_endian: bool) -> io::Result<bool> {
        let window = self.source.look(4 * MENDED_AT_ONCE)?;
        let window = &window[..window.len().min(4 * MENDED_AT_ONCE)];
        let mut text = String::new();
        for unit in window.chunks(4) {
            let code = <[u8; 4]>::try_from(unit)
                .ok()
                .map(|unit| if big_endian { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) });
            let character = code.and_then(char::from_u32);
            self.repairs += u64::from(character.is_none());
            text.push(character.unwrap_or('\u{fffd}'));
        }
        let used = window.len();
        self.repairs += push_clean(&mut self.made, &text, self.kind);
        self.source.consume(used);
        Ok(used > 0)
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let length = available.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Decoder<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken == self.made.len() && self.ready == 0 && self.advance()? {}
        if self.taken < self.made.len() {
            return Ok(&self.made.as_bytes()[self.taken..]);
        }
        let buffer = if self.ready > 0 { self.source.fill_buf()? } else { &[] };
        Ok(&buffer[..self.ready.min(buffer.len())])
    }

    fn consume(&mut self, length: usize) {
        if self.taken < self.made.len() {
            self.taken += length;
        } else {
            self.ready -= length;
            self.source.consume(length);
        }
    }
}

/// Length of the front part of a text that holds nothing to drop.
fn clean_prefix(text: &[u8], kind: Kind) -> usize {
    if kind != Kind::Xml {
        return text.len();
    }
    let mut at = 0;
    // Blocks without an early end are compared many bytes at a time.
    for block in text.chunks(64) {
        if block.iter().fold(false, |found, byte| found | is_suspect(*byte)) {
            for byte in block {
                if is_control(*byte) || *byte == 0xef && is_noncharacter(&text[at..]) {
                    return at;
                }
                at += 1;
            }
        } else {
            at += block.len();
        }
    }
    at
}

fn is_suspect(byte: u8) -> bool {
    is_control(byte) || byte == 0xef
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r'
}

/// U+FFFE and U+FFFF, which no XML document may hold.
fn is_noncharacter(bytes: &[u8]) -> bool {
    matches!(bytes, [0xef, 0xbf, 0xbe | 0xbf, ..])
}

/// An encoded surrogate, `ED A0 80` to `ED BF BF`: three invalid bytes, of which this is the first.
fn surrogate(bad: &[u8], from_there: &[u8]) -> Option<char> {
    (bad == [0xed] && matches!(from_there, [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..])).then_some('\u{fffd}')
}

/// Appends a text without what its kind of document may not hold; tells how many were dropped.
fn push_clean(to: &mut String, text: &str, kind: Kind) -> u64 {
    if clean_prefix(text.as_bytes(), kind) == text.len() {
        to.push_str(text);
        return 0;
    }
    let mut dropped = 0;
    for character in text.chars() {
        let illegal =
            matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
        if illegal {
            dropped += 1;
        } else {
            to.push(character);
        }
    }
    dropped
}
