//! Where a walk stands after a page: enough to go on in another process.
//!
//! A list of a thousand fiches has a thousand pages and a queue of a thousand requests. So a page's
//! checkpoint says only what that page changed; those of all pages, in order, make the whole.

use std::collections::{HashSet, VecDeque};

use model::Reason;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use crate::{Cursor, Request, Validators};

/// What one page changed in where a walk stands; opaque, to be stored and given back with those before it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkpoint {
    /// Requests put off to the end of the queue, before any was taken.
    #[serde(with = "queue", skip_serializing_if = "Vec::is_empty")]
    put_off: Vec<Waiting>,
    /// Requests taken from its front.
    taken: usize,
    /// Requests put at its front after that, the last one first.
    #[serde(with = "queue", skip_serializing_if = "Vec::is_empty")]
    found: Vec<Waiting>,
    /// Addresses met.
    #[serde(with = "hashes", skip_serializing_if = "Vec::is_empty")]
    met: Vec<u64>,
    standing: Standing,
}

impl Checkpoint {
    /// Requests sent so far in this run, hops and repetitions included; robots.txt is not counted.
    pub fn requests(&self) -> u64 {
        self.standing.requests
    }

    /// Bytes received so far in this run, after decompression.
    pub fn bytes(&self) -> u64 {
        self.standing.bytes
    }
}

/// What of a walk's place does not grow with the list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Standing {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) missed: Option<Reason>,
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
    pub(crate) repairs: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<Cursor>,
    /// Of the first answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) validators: Option<Validators>,
    /// Of the first request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moved_to: Option<String>,
}

/// Where a walk stands.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// What is still to ask, in order.
    queue: VecDeque<Waiting>,
    /// Every page of the list that was asked, every fiche that ever waited.
    visited: HashSet<u64>,
    pub(crate) standing: Standing,
    /// What changed since the last checkpoint.
    since: Checkpoint,
}

impl Place {
    /// The place that a run's checkpoints lead to, all of them and in order.
    pub(crate) fn after(checkpoints: Vec<Checkpoint>) -> Self {
        let mut place = Self::default();
        for Checkpoint { put_off, taken, found, met, standing } in checkpoints {
            place.queue.extend(put_off);
            place.queue.drain(..taken.min(place.queue.len()));
            for waiting in found {
                place.queue.push_front(waiting);
            }
            place.visited.extend(met);
            place.standing = standing;
        }
        place
    }

    /// Where a walk begins.
    pub(crate) fn start(&mut self, request: Request) {
        self.queue = [Waiting::new(request)].into();
        self.since = Checkpoint { put_off: self.queue.iter().cloned().collect(), ..Checkpoint::default() };
    }

    /// What changed since the last checkpoint.
    pub(crate) fn checkpoint(&mut self) -> Checkpoint {
        Checkpoint { standing: self.standing.clone(), ..std::mem::take(&mut self.since) }
    }

    /// The next request.
    pub(crate) fn take(&mut self) -> Option<Waiting> {
        let waiting = self.queue.pop_front()?;
        self.since.taken += 1;
        Some(waiting)
    }

    /// Puts a request off until the others were asked.
    ///
    /// Whoever reads the checkpoint may put off first and take then: what is taken stands at the
    /// front, and a page finds requests only once it was taken.
    pub(crate) fn put_off(&mut self, waiting: Waiting) {
        self.since.put_off.push(waiting.clone());
        self.queue.push_back(waiting);
    }

    /// Puts what a page leads to before everything else. A checkpoint must follow.
    pub(crate) fn find(&mut self, requests: Vec<Request>) {
        for waiting in requests.into_iter().rev().map(Waiting::new) {
            self.since.found.push(waiting.clone());
            self.queue.push_front(waiting);
        }
    }

    /// What waits.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Request> {
        self.queue.iter().map(|waiting| &waiting.request)
    }

    /// Notes an address; false if it was there already.
    pub(crate) fn meet(&mut self, address: &str) -> bool {
        let hash = hash(address);
        let is_new = self.visited.insert(hash);
        if is_new {
            self.since.met.push(hash);
        }
        is_new
    }

    /// Whether an address was met.
    pub(crate) fn has_met(&self, address: &str) -> bool {
        self.visited.contains(&hash(address))
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

/// Requests as written: each address without what it shares with the one before, since those of a
/// list differ by a number.
mod queue {
    use super::{Deserialize, Deserializer, Request, Serializer, Waiting, de};

    pub(super) fn serialize<S: Serializer>(queue: &[Waiting], to: S) -> Result<S::Ok, S::Error> {
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

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Waiting>, D::Error> {
        let mut queue = Vec::new();
        let mut url = String::new();
        for (shared, rest, state, failed) in Vec::<(usize, String, _, u32)>::deserialize(from)? {
            let kept = url.get(..shared).ok_or_else(|| de::Error::custom("an address shares more than there is"))?;
            url = format!("{kept}{rest}");
            queue.push(Waiting { request: Request { url: url.clone(), state }, failed });
        }
        Ok(queue)
    }
}

/// Hashes of addresses, written as one text of 16 hexadecimal digits each.
mod hashes {
    use std::fmt::Write as _;

    use super::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(hashes: &[u64], to: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(16 * hashes.len());
        for hash in hashes {
            write!(text, "{hash:016x}").expect("a text takes everything");
        }
        to.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u64>, D::Error> {
        let text = String::deserialize(from)?;
        let hash = |digits: &[u8]| {
            let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 16);
            let hash = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
            hash.ok_or_else(|| de::Error::custom("a visited address is 16 hexadecimal digits"))
        };
        text.as_bytes().chunks(16).map(hash).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(place: &Place) -> Vec<(Request, u32)> {
        place.queue.iter().map(|waiting| (waiting.request.clone(), waiting.failed)).collect()
    }

    fn fiche(number: u32) -> Request {
        Request::with_state(format!("http://a.example/é{number}"), "fiche")
    }

    /// A listing of two pages whose every third fiche fails once.
    fn walked() -> (Place, Vec<Checkpoint>) {
        let mut place = Place::default();
        let mut checkpoints = Vec::new();
        place.start(Request::new("http://a.example/1#top"));
        while let Some(mut waiting) = place.take() {
            place.standing.requests += 1;
            let url = waiting.request.url.clone();
            if url.ends_with("/1#top") {
                place.find((0..7).map(fiche).chain([Request::new("http://a.example/2")]).collect());
            } else if url.ends_with("/2") {
                place.find((7..9).map(fiche).collect());
            } else if place.standing.requests % 3 == 0 && waiting.failed == 0 {
                waiting.failed += 1;
                place.put_off(waiting);
                continue;
            }
            place.meet(&url);
            checkpoints.push(serde_json::from_str(&serde_json::to_string(&place.checkpoint()).unwrap()).unwrap());
            if place.standing.requests == 9 {
                break;
            }
        }
        (place, checkpoints)
    }

    #[test]
    fn checkpoints_in_order_lead_to_where_the_walk_stands() {
        let (place, checkpoints) = walked();
        assert!(!queue(&place).is_empty() && checkpoints.last().unwrap().requests() == 9);
        let again = Place::after(checkpoints);
        assert_eq!(queue(&again), queue(&place));
        assert_eq!(again.visited, place.visited);
        assert!(again.has_met("HTTP://A.example/1") && !again.has_met("http://a.example/3"));
    }

    #[test]
    fn a_checkpoint_is_as_long_as_what_it_changed() {
        let mut place = Place::default();
        place.start(Request::new("http://a.example/1"));
        place.take();
        place.find((0..10_000).map(fiche).collect());
        place.checkpoint();
        place.take();
        let length = serde_json::to_string(&place.checkpoint()).unwrap().len();
        assert!(length < 300, "{length} bytes");
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let (_, checkpoints) = walked();
        let written = serde_json::to_string(&checkpoints[0]).unwrap();
        assert!(serde_json::from_str::<Checkpoint>(&written.replace("\"met\":\"", "\"met\":\"zz")).is_err());
        assert!(serde_json::from_str::<Checkpoint>(&written.replace("[[0,", "[[1,")).is_err());
    }
}
