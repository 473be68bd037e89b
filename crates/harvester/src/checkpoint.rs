//! Where a walk stands after a page: enough to go on in another process.

use std::collections::{HashSet, VecDeque};
use std::fmt::Write as _;

use model::Reason;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use crate::{Cursor, Request, Validators};

/// Where a walk stands after a page; opaque, to be stored and given back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Checkpoint {
    /// What is still to ask, in order.
    #[serde(with = "queue")]
    pub(crate) queue: VecDeque<Waiting>,
    /// Every page of the list that was asked, every fiche that ever waited.
    pub(crate) visited: Visited,
    /// Pages of the list asked so far.
    pub(crate) list_pages: u64,
    /// Documents read so far, fiches included.
    pub(crate) documents: u64,
    /// Pages of the list in a row that led to no key unread before.
    pub(crate) barren: u32,
    /// Whether a key unread before came since the last page of the list was asked.
    pub(crate) fresh: bool,
    /// Fiches in a row that could not be had.
    pub(crate) failures: u32,
    /// The first fiche that could not be had.
    pub(crate) missed: Option<Reason>,
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
    pub(crate) repairs: u64,
    pub(crate) encoding: Option<String>,
    pub(crate) cursor: Option<Cursor>,
    /// Of the first answer.
    pub(crate) validators: Option<Validators>,
    /// Of the first request.
    pub(crate) moved_to: Option<String>,
}

impl Checkpoint {
    /// Requests sent so far in this run, hops and repetitions included; robots.txt is not counted.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Bytes received so far in this run, after decompression.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// A request that waits, and how often it failed.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) request: Request,
    pub(crate) failed: u32,
}

impl Waiting {
    pub(crate) fn new(request: Request) -> Self {
        Self { request, failed: 0 }
    }
}

/// The queue as written: each address without what it shares with the one before.
///
/// A list of a thousand fiches is written a thousand times, and their addresses differ by a number.
mod queue {
    use super::{Deserialize, Deserializer, Request, Serializer, VecDeque, Waiting, de};

    pub(super) fn serialize<S: Serializer>(queue: &VecDeque<Waiting>, to: S) -> Result<S::Ok, S::Error> {
        let mut before = "";
        to.collect_seq(queue.iter().map(|waiting| {
            let Request { url, state } = &waiting.request;
            let shared: usize = before
                .chars()
                .zip(url.chars())
                .take_while(|(old, new)| old == new)
                .map(|(_, new)| new.len_utf8())
                .sum();
            before = url;
            (shared, &url[shared..], state, waiting.failed)
        }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<VecDeque<Waiting>, D::Error> {
        let mut queue = VecDeque::new();
        let mut url = String::new();
        for (shared, rest, state, failed) in Vec::<(usize, String, _, u32)>::deserialize(from)? {
            let kept = url.get(..shared).ok_or_else(|| de::Error::custom("an address shares more than there is"))?;
            url = format!("{kept}{rest}");
            queue.push_back(Waiting { request: Request { url: url.clone(), state }, failed });
        }
        Ok(queue)
    }
}

/// Addresses met, as hashes: a checkpoint is written after every page and stays small.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visited(HashSet<u64>);

impl Visited {
    /// Notes an address; false if it was there already.
    pub(crate) fn insert(&mut self, address: &str) -> bool {
        self.0.insert(hash(address))
    }

    pub(crate) fn contains(&self, address: &str) -> bool {
        self.0.contains(&hash(address))
    }
}

/// Whether two texts are one address.
pub(crate) fn are_one_address(one: &str, other: &str) -> bool {
    one == other || hash(one) == hash(other)
}

/// Two spellings of one address are one address; what stands behind `#` never reaches a server.
fn hash(address: &str) -> u64 {
    match Url::parse(address) {
        Ok(mut url) => {
            url.set_fragment(None);
            xxh3_64(url.as_str().as_bytes())
        }
        Err(_) => xxh3_64(address.as_bytes()),
    }
}

/// Written as one text of 16 hexadecimal digits an address.
impl Serialize for Visited {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut hashes: Vec<u64> = self.0.iter().copied().collect();
        hashes.sort_unstable();
        let mut text = String::with_capacity(16 * hashes.len());
        for hash in hashes {
            write!(text, "{hash:016x}").expect("a text takes everything");
        }
        to.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Visited {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let hash = |digits: &[u8]| {
            let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 16);
            let hash = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
            hash.ok_or_else(|| de::Error::custom("a visited address is 16 hexadecimal digits"))
        };
        text.as_bytes().chunks(16).map(hash).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_survives_its_writing() {
        let mut checkpoint = Checkpoint { requests: 3, fresh: true, ..Checkpoint::default() };
        checkpoint.visited.insert("http://a.example/1#top");
        checkpoint.visited.insert("http://a.example/2");
        for (address, failed) in
            [("http://a.example/é", 0), ("http://a.example/è/1", 2), ("http://b.example/", 0), ("x", 0)]
        {
            checkpoint.queue.push_back(Waiting { failed, request: Request::with_state(address, failed) });
        }
        let written = serde_json::to_string(&checkpoint).unwrap();
        let read: Checkpoint = serde_json::from_str(&written).unwrap();
        assert!(read.visited.contains("HTTP://A.example/1") && !read.visited.contains("http://a.example/3"));
        let queue = |checkpoint: &Checkpoint| -> Vec<_> {
            checkpoint.queue.iter().map(|waiting| (waiting.request.clone(), waiting.failed)).collect()
        };
        assert_eq!(queue(&read), queue(&checkpoint));
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
        assert!(serde_json::from_str::<Checkpoint>(&written.replace("\"visited\":\"", "\"visited\":\"zz")).is_err());
    }
}
