//! A reader that can be looked into further than one buffer.

use std::io::{self, BufRead, Read};

/// A `BufRead` whose next bytes can be seen, as many as wanted, before they are consumed.
pub(crate) struct Ahead<R> {
    inner: R,
    head: Vec<u8>,
    at: usize,
}

impl<R: BufRead> Ahead<R> {
    /// Looks at nothing yet.
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, head: Vec::new(), at: 0 }
    }

    /// At least the next `wanted` bytes, fewer only where the document ends before.
    pub(crate) fn look(&mut self, wanted: usize) -> io::Result<&[u8]> {
        if self.head.len() - self.at < wanted {
            self.head.drain(..self.at);
            self.at = 0;
            let missing = wanted - self.head.len();
            self.inner.by_ref().take(missing as u64).read_to_end(&mut self.head)?;
        }
        Ok(&self.head[self.at..])
    }

    /// The reader under it.
    pub(crate) fn get_ref(&self) -> &R {
        &self.inner
    }

    /// The next bytes, as many as are at hand; none only at the end.
    pub(crate) fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.head.len() { Ok(&self.head[self.at..]) } else { self.inner.fill_buf() }
    }

    /// Leaves bytes behind.
    pub(crate) fn consume(&mut self, length: usize) {
        if self.at < self.head.len() {
            self.at += length;
        } else {
            self.inner.consume(length);
        }
    }
}
