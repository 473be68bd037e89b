//! A body on disk: written while it comes, read as often as wanted, gone with its last reader.

use std::fs::File;
use std::io::{self, BufReader, Seek as _, Write as _};

use serde::{Deserialize, Serialize};

/// What a server gave to recognise its document by; both are always kept, since either may be stuck.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The ETag header, as sent.
    pub etag: Option<String>,
    /// The Last-Modified header, as sent.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is nothing to ask by.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// A document that was received whole.
#[derive(Debug)]
pub struct Spooled {
    /// Where it was found, after redirects.
    pub url: String,
    /// What relative addresses in it start from: its Content-Location, else [`Spooled::url`].
    pub base: String,
    /// The Content-Type header.
    pub content_type: Option<String>,
    /// The Link headers.
    pub link: Vec<String>,
    /// What to ask by next time.
    pub validators: Validators,
    /// Length after decompression.
    pub bytes: u64,
    /// Where the address that was asked has moved to for good (301, 308), if it has.
    pub moved_to: Option<String>,
    pub(crate) file: File,
}

impl Spooled {
    /// The body from its beginning, decompressed; one reader at a time.
    pub fn open(&self) -> io::Result<BufReader<File>> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(BufReader::with_capacity(64 << 10, file))
    }
}

/// A body while it comes. The file has no name, so that a kill leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Spool {
    file: File,
    bytes: u64,
}

impl Spool {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, bytes: 0 })
    }

    /// Adds a piece; a few kilobytes into the page cache are no reason to leave the async thread.
    pub(crate) fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        self.file.write_all(piece)?;
        self.bytes += piece.len() as u64;
        Ok(())
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn into_file(self) -> File {
        self.file
    }
}
