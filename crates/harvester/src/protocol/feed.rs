//! Feeds: RSS 0.90 to 0.94, 1.0 and 2.0, Atom 0.3 and 1.0, read as they stream by.
//!
//! A feed is a window on the newest records. What an item says under any of the vocabularies that
//! feeds use goes into one shape: `id`, `title`, `link`, `published`, `updated`, `authors`,
//! `categories`, `summary`, `content`, `language`, `enclosures`. A key that the feed does not give is absent.

mod attributes;
mod capture;
mod date;
mod item;
mod names;
mod person;
mod reading;
mod scope;
#[cfg(test)]
mod tests;
mod text;

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use model::config::Reader;
use model::{RawRecord, ReasonCode};
use quick_xml::Error;
use quick_xml::errors::SyntaxError;

use self::reading::{Reading, Stop};
use super::document::{Text, open, unreadable};
use super::{Cursor, Next, Page, Protocol, Reach, ReadError, Request};
use crate::encoding::Kind;

/// Most bytes of one tag or one stretch of text: what bounds memory where markup never closes.
const TOKEN_BYTES: usize = 32 << 20;
/// Bytes of text that are decoded ahead.
const TEXT_BYTES: usize = 32 << 10;

/// `[harvest.feed]`: an RSS or Atom feed.
struct Feed {
    start: String,
}

/// Reads `[harvest.feed]`: `start` is the feed's address.
pub(super) fn from_table(table: &mut Reader<'_>) -> Option<Arc<dyn Protocol>> {
    let why = "the feed's address, as in `\"https://partner.example/feed.xml\"`";
    table.required_text("start", why)?;
    Some(Arc::new(Feed { start: table.address("start")? }))
}

impl Protocol for Feed {
    fn start(&self, _since: Option<&Cursor>) -> Request {
        Request::new(&self.start)
    }

    fn read(&self, page: Page<'_>, each: &mut dyn FnMut(RawRecord)) -> Result<Next, ReadError> {
        let text = open(page.body, Kind::Xml, page.content_type)?;
        let mut xml = quick_xml::Reader::from_reader(Metered {
            text: BufReader::with_capacity(TEXT_BYTES, text),
            left: TOKEN_BYTES,
        });
        let config = xml.config_mut();
        // Names are matched by the reading, which can mend them.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let mut reading = Reading::new(page.url, each);
        let mut buffer = Vec::new();
        let end = loop {
            buffer.clear();
            xml.get_mut().left = TOKEN_BYTES;
            let read = xml.read_event_into(&mut buffer).map(|event| reading.take(&event));
            let taken = match read {
                Ok(taken) => taken,
                Err(Error::IllFormed(_)) => {
                    reading.repairs += 1;
                    Ok(false)
                }
                Err(Error::Syntax(SyntaxError::UnclosedTag))
                    if std::str::from_utf8(&buffer).is_ok_and(|rest| reading.take_cut_end(rest)) =>
                {
                    Ok(true)
                }
                Err(error) => Err(stop(&error)),
            };
            match taken {
                Ok(false) => {}
                Ok(true) => break None,
                Err(stop) => break Some(stop),
            }
        };
        let text = &xml.get_ref().text.get_ref();
        let (repairs, encoding) = (text.repairs() + reading.repairs, text.encoding().to_owned());
        match end {
            None => Ok(Next { repairs, encoding, ..Next::default() }),
            Some(Stop { code, message }) => Err(ReadError { code, message, repairs, encoding }),
        }
    }

    fn reach(&self) -> Reach {
        Reach::Window
    }
}

fn stop(error: &Error) -> Stop {
    match error {
        Error::Io(cause) if cause.kind() == io::ErrorKind::FileTooLarge => {
            Stop::malformed(format!("a tag or a text is longer than {} MiB", TOKEN_BYTES >> 20))
        }
        Error::Io(cause) => {
            let ReadError { code, message, .. } = unreadable(cause, 0, "");
            Stop { code, message }
        }
        Error::Syntax(SyntaxError::InvalidBangMarkup) | Error::InvalidAttr(_) | Error::Encoding(_) => {
            Stop::malformed(format!("the document is no XML: {error}"))
        }
        Error::Syntax(cut) => Stop {
            code: ReasonCode::Truncated,
            message: format!("the document stops before its end, in the middle of markup: {cut}"),
        },
        _ => Stop::malformed(format!("the document is no XML: {error}")),
    }
}

/// A text that is read one token at a time, with a ceiling on each.
struct Metered<'a> {
    /// What is asked for in crumbs is better had from one plain buffer.
    text: BufReader<Text<'a>>,
    left: usize,
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.text.read(buffer)
    }
}

impl BufRead for Metered<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.text.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.left = self.left.saturating_sub(length);
        self.text.consume(length);
    }
}
