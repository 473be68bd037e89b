//! One document through its protocol: records out in chunks while it is being read.

use std::cell::Cell;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use model::{RawRecord, ReasonCode, RecordKey};
use tokio::sync::mpsc::Sender;
use xxhash_rust::xxh3::xxh3_128;

use crate::spool::Spooled;
use crate::{Next, Page, Protocol, Read, ReadError, Request, Step};

/// Most records of one [`Step::Records`].
const CHUNK: usize = 500;
/// Most bytes of a document that are read before its records go out: what bounds memory where records are large.
const CHUNK_BYTES: u64 = 1 << 20;

/// Reads one document at hand, without a walk.
pub fn read_document(
    protocol: &dyn Protocol,
    page: Page<'_>,
    each: &mut dyn FnMut(RawRecord),
) -> Result<Next, ReadError> {
    let fault = |code, message: String| Err(ReadError { code, message, repairs: 0, encoding: String::new() });
    match page.body.fill_buf() {
        Ok([]) => fault(ReasonCode::EmptyBody, "the document is empty: nothing came but headers".to_owned()),
        Ok(_) => protocol.read(page, each),
        Err(cause) => fault(ReasonCode::Malformed, format!("the document cannot be read: {cause}")),
    }
}

/// The reading of one document, on a thread where waiting is allowed.
pub(crate) struct Reading {
    pub(crate) protocol: Arc<dyn Protocol>,
    pub(crate) request: Request,
    pub(crate) document: Spooled,
    /// Keys read in this run.
    pub(crate) seen: HashSet<u128>,
    pub(crate) steps: Sender<Step>,
    /// Raised where nobody listens any more, on either side.
    pub(crate) stopped: Arc<AtomicBool>,
}

/// What a reading brought.
pub(crate) struct Done {
    pub(crate) result: Result<Next, ReadError>,
    /// Keys read in this run, with those of this document.
    pub(crate) seen: HashSet<u128>,
    /// Whether one of them was new.
    pub(crate) fresh: bool,
    /// Whether it was stopped.
    pub(crate) unheard: bool,
}

impl Reading {
    pub(crate) fn read(self) -> Done {
        let Self { protocol, request, document, mut seen, steps, stopped } = self;
        let consumed = Rc::new(Cell::new(0));
        let mut fresh = false;
        let mut chunk = Vec::new();
        let mut sent_at = 0;
        let send = |chunk: &mut Vec<Read>| {
            if !chunk.is_empty() && steps.blocking_send(Step::Records(std::mem::take(chunk))).is_err() {
                stopped.store(true, Ordering::Relaxed);
            }
        };
        let result = match document.open() {
            Ok(inner) => {
                let mut body = Watched { inner, consumed: Rc::clone(&consumed), stopped: Arc::clone(&stopped) };
                let page = Page {
                    request: &request,
                    url: &document.base,
                    content_type: document.content_type.as_deref(),
                    link: &document.link,
                    body: &mut body,
                };
                read_document(protocol.as_ref(), page, &mut |record| {
                    if stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    let repeated = record.key.as_ref().is_some_and(|key| !seen.insert(key_hash(key)));
                    fresh |= record.key.is_some() && !repeated;
                    chunk.push(Read { record, repeated });
                    if chunk.len() == CHUNK || consumed.get() - sent_at >= CHUNK_BYTES {
                        send(&mut chunk);
                        sent_at = consumed.get();
                    }
                })
            }
            Err(cause) => {
                let message = format!("the document cannot be read back from its temporary file: {cause}");
                Err(ReadError { code: ReasonCode::Malformed, message, repairs: 0, encoding: String::new() })
            }
        };
        send(&mut chunk);
        Done { result, seen, fresh, unheard: stopped.load(Ordering::Relaxed) }
    }
}

/// A body that knows how far it was read, and that ends when the walk is stopped.
struct Watched {
    inner: BufReader<File>,
    consumed: Rc<Cell<u64>>,
    stopped: Arc<AtomicBool>,
}

impl io::Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let length = io::Read::read(&mut available, buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Watched {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(io::Error::other("the walk was stopped"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.consumed.set(self.consumed.get() + length as u64);
        self.inner.consume(length);
    }
}

/// What tells two keys of a run apart: 16 bytes a key, so that a million keys fit anywhere.
pub(crate) fn key_hash(key: &RecordKey) -> u128 {
    xxh3_128(key.as_str().as_bytes())
}
