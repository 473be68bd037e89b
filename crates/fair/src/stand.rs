//! A sourceur's stand: what its manner of publishing may look at when somebody asks.

use std::sync::Arc;

use crate::Fair;
use crate::sourceur::{Manner, Sourceur};
use crate::telling::Telling;

/// One sourceur as it is asked under one address.
#[derive(Clone)]
pub(crate) struct Stand {
    fair: Arc<Fair>,
    index: usize,
    /// Its address as the asker wrote it, without a slash at the end: `http://127.0.0.1:8100/les-passerelles`.
    pub(crate) base: String,
}

/// A record as its manner writes it down.
pub(crate) struct Item {
    /// Key at the sourceur.
    pub(crate) id: String,
    /// The sourceur's own number, from which the key is made.
    pub(crate) number: u64,
    /// Address of its page.
    pub(crate) page: String,
    pub(crate) says: Telling,
}

/// What a sourceur answers.
pub(crate) struct Document {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Sent with ETag and Last-Modified, and not again to whoever has it.
    pub(crate) cacheable: bool,
    pub(crate) body: Chunks,
}

/// A body, made while it is sent.
pub(crate) type Chunks = Box<dyn Iterator<Item = Vec<u8>> + Send>;

/// The parameters of an address.
pub(crate) type Query = std::collections::HashMap<String, String>;

impl Stand {
    pub(crate) fn new(fair: Arc<Fair>, index: usize, origin: &str) -> Self {
        let base = format!("{origin}/{}", fair.sourceurs[index].id);
        Self { fair, index, base }
    }

    pub(crate) fn sourceur(&self) -> &Sourceur {
        &self.fair.sourceurs[self.index]
    }

    /// How many records it has.
    pub(crate) fn len(&self) -> usize {
        self.fair.world.lists[self.index].len()
    }

    /// Records from one position to another, as far as there are.
    pub(crate) fn items(&self, from: usize, to: usize) -> impl Iterator<Item = Item> {
        let rows = &self.fair.world.lists[self.index];
        rows[from.min(rows.len())..to.min(rows.len())].iter().map(|row| {
            let number = self.sourceur().number(self.fair.settings.seed, row.action);
            Item {
                id: self.sourceur().source_id(self.fair.settings.seed, row.action),
                number,
                page: self.page(number),
                says: Telling::of(&self.fair.world, self.sourceur(), *row),
            }
        })
    }

    /// Address of a record's page.
    fn page(&self, number: u64) -> String {
        match self.sourceur().manner {
            Manner::Listing => format!("{}/{}?id={number}", self.base, crate::manner::FICHE),
            _ => format!("{}/{}/{number}", self.base, crate::manner::FICHE),
        }
    }

    /// The record with a number.
    pub(crate) fn find(&self, number: u64) -> Option<Item> {
        let rows = &self.fair.world.lists[self.index];
        let position = rows.partition_point(|row| self.sourceur().number(self.fair.settings.seed, row.action) < number);
        self.items(position, position + 1).next().filter(|item| item.number == number)
    }

    /// A body of all records: a head, each record's text, a foot; rendered a hundred at a time.
    pub(crate) fn whole(
        self,
        head: String,
        glue: &'static str,
        foot: &'static str,
        each: impl Fn(&Stand, Item) -> String + Send + 'static,
    ) -> Chunks {
        const AT_ONCE: usize = 100;
        let count = self.len();
        let chunk = move |from: usize| {
            let mut text = String::new();
            for (position, item) in (from..).zip(self.items(from, from + AT_ONCE)) {
                if position > 0 {
                    text.push_str(glue);
                }
                text.push_str(&each(&self, item));
            }
            text.into_bytes()
        };
        let head = std::iter::once(head.into_bytes());
        Box::new(head.chain((0..count).step_by(AT_ONCE).map(chunk)).chain(std::iter::once(foot.as_bytes().to_vec())))
    }
}

impl Document {
    /// An answer of one piece.
    pub(crate) fn new(content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self::streamed(content_type, Box::new(std::iter::once(body.into())))
    }

    /// An answer made while it is sent.
    pub(crate) fn streamed(content_type: &'static str, body: Chunks) -> Self {
        Self { status: 200, content_type, headers: Vec::new(), cacheable: false, body }
    }

    pub(crate) fn cacheable(mut self) -> Self {
        self.cacheable = true;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
