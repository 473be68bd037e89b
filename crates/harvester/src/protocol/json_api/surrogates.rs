//! Half characters in JSON: `"\ud83d"` alone is valid JSON and no text.

use std::io::{self, BufRead, Read};

use crate::encoding::Ahead;

/// Length of two escapes, `\ud83d\ude00`: as far as one must look to tell a whole character from a half.
const PAIR: usize = 2 * ESCAPE;
/// Length of one escape.
const ESCAPE: usize = 6;

/// JSON without its lone surrogates, so that its strings are texts.
pub(super) struct WholeCharacters<R> {
    source: Ahead<R>,
    /// Bytes at the front that may be given.
    ready: usize,
    repairs: u64,
}

impl<R: BufRead> WholeCharacters<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { source: Ahead::new(inner), ready: 0, repairs: 0 }
    }

    pub(super) fn get_ref(&self) -> &R {
        self.source.get_ref()
    }

    /// Half characters left out so far.
    pub(super) fn repairs(&self) -> u64 {
        self.repairs
    }

    fn advance(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.source.fill_buf()?;
            self.ready = without_surrogates(buffer);
            if self.ready > 0 || buffer.is_empty() {
                return Ok(());
            }
            let window = self.source.look(PAIR)?;
            self.ready = match (escape(window), escape(window.get(ESCAPE..).unwrap_or_default())) {
                (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => PAIR,
                (Some(0xd800..=0xdfff), _) => {
                    self.source.consume(ESCAPE);
                    self.repairs += 1;
                    continue;
                }
                (Some(_), _) => ESCAPE,
                (None, _) => window.len().min(2),
            };
            return Ok(());
        }
    }
}

/// Length of the front part in which no escape may be half a character.
fn without_surrogates(buffer: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &buffer[at..]) {
        at += found;
        match &buffer[at..] {
            [_, b'u', b'd' | b'D', ..] | [_, b'u'] | [_] => return at,
            [_, b'u', ..] => at += 3,
            [_, _, ..] => at += 2,
            [] => {}
        }
    }
    buffer.len()
}

/// The code of the `\uXXXX` at the front.
fn escape(bytes: &[u8]) -> Option<u32> {
    let figures = bytes.strip_prefix(b"\\u")?.get(..4)?;
    u32::from_str_radix(std::str::from_utf8(figures).ok()?, 16).ok()
}

impl<R: BufRead> Read for WholeCharacters<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let length = available.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for WholeCharacters<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ready == 0 {
            self.advance()?;
        }
        let buffer = self.source.fill_buf()?;
        Ok(&buffer[..self.ready.min(buffer.len())])
    }

    fn consume(&mut self, length: usize) {
        self.source.consume(length);
        self.ready -= length;
    }
}
