//! Answers ready to be sent, and those held to be sent again.
//!
//! An answer of the index is held under its address for as long as the index stays what it was, and
//! for a short while at most: names of sourceurs, which are no part of the index, change too.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use model::Digest;

use crate::ApiState;
use crate::answer::Asked;
use crate::kept::Kept;
use crate::problem::Problem;

/// Bytes of answers that are held.
const SHEETS_BYTES: usize = 32 << 20;
/// How long an answer is held at most.
const LASTS: Duration = Duration::from_secs(30);

/// A whole answer: bytes, what they are, and the tag that tells them from others.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) body: Bytes,
    pub(crate) tag: HeaderValue,
    pub(crate) content_type: &'static str,
    /// Where the list goes on.
    pub(crate) link: Option<HeaderValue>,
}

impl Sheet {
    /// Some bytes of a media type.
    pub(crate) fn new(content_type: &'static str, body: Vec<u8>) -> Self {
        let tag = weak_tag(Digest::of([body.as_slice()]));
        Self { body: body.into(), tag, content_type, link: None }
    }

    /// JSON.
    pub(crate) fn json(body: Vec<u8>) -> Self {
        Self::new("application/json", body)
    }

    /// The same with the address of what comes next.
    pub(crate) fn followed_by(mut self, address: &str) -> Result<Self, Problem> {
        self.link = Some(crate::answer::header_value(&format!("<{address}>; rel=\"next\""))?);
        Ok(self)
    }
}

/// A digest as a tag. Weak: the same answer may leave compressed.
pub(crate) fn weak_tag(digest: Digest) -> HeaderValue {
    HeaderValue::from_str(&format!("W/\"{digest}\"")).expect("hexadecimal digits in quotes are a header")
}

/// Answers held, by address.
pub(crate) struct Sheets(Kept<Box<str>, Arc<Held>>);

struct Held {
    generation: u64,
    since: Instant,
    sheet: Sheet,
}

impl Sheets {
    pub(crate) fn new() -> Self {
        Self(Kept::new(SHEETS_BYTES))
    }
}

impl ApiState {
    /// Answers what the index alone decides: as it was answered before, or as it is made now.
    pub(crate) async fn held(
        &self,
        address: &str,
        query: Option<&str>,
        headers: &HeaderMap,
        make: impl Future<Output = Result<Sheet, Problem>>,
    ) -> Result<Response, Problem> {
        let key = format!("{address}?{}", query.unwrap_or_default());
        let generation = self.search.generation();
        let sheets = &self.shared.sheets.0;
        let asked = Asked { headers };
        if let (Some(generation), Some(held)) = (generation, sheets.get(key.as_str()))
            && held.generation == generation
            && held.since.elapsed() < LASTS
        {
            return asked.give(&held.sheet);
        }
        let sheet = make.await?;
        if let Some(generation) = generation {
            let bytes = key.len() + sheet.body.len() + 512;
            let held = Held { generation, since: Instant::now(), sheet: sheet.clone() };
            sheets.put(key.into(), Arc::new(held), bytes);
        }
        asked.give(&sheet)
    }
}
