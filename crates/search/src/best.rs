//! The best hits of an order, after a place in it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::DocId;
use tantivy::columnar::Column;

use crate::question::Place;

/// An order's key and an id: greater ones come first.
pub(crate) type Rank = (u64, u128);

/// The id of a place as columns hold it.
pub(crate) fn rank(place: &Place) -> Rank {
    (place.key, place.id.0.as_u128())
}

/// The best of one segment.
pub(crate) struct Best {
    /// The worst of those kept on top.
    kept: BinaryHeap<Reverse<(Rank, DocId)>>,
    room: usize,
    after: Option<Rank>,
    ids: [Column<u64>; 2],
}

impl Best {
    pub(crate) fn new(room: usize, after: Option<Rank>, ids: [Column<u64>; 2]) -> Self {
        // A page is small, but a stranger may ask for a large one: room grows with what is found.
        Self { kept: BinaryHeap::with_capacity(room.min(64)), room, after, ids }
    }

    #[inline]
    pub(crate) fn put(&mut self, doc: DocId, key: u64) {
        if self.after.is_some_and(|(last, _)| key > last) {
            return;
        }
        let is_full = self.kept.len() >= self.room;
        // Most are refused by their key alone, without reading their id.
        if is_full && self.kept.peek().is_none_or(|Reverse(((worst, _), _))| key < *worst) {
            return;
        }
        self.put_slowly(doc, key, is_full);
    }

    fn put_slowly(&mut self, doc: DocId, key: u64, is_full: bool) {
        let rank = (key, id(&self.ids, doc));
        if self.after.is_some_and(|after| rank >= after) {
            return;
        }
        if is_full {
            if self.kept.peek().is_none_or(|Reverse((worst, _))| rank < *worst) {
                return;
            }
            self.kept.pop();
        }
        self.kept.push(Reverse((rank, doc)));
    }

    pub(crate) fn into_vec(self) -> Vec<(Rank, DocId)> {
        self.kept.into_iter().map(|Reverse(kept)| kept).collect()
    }
}

/// An action's id.
pub(crate) fn id(ids: &[Column<u64>; 2], doc: DocId) -> u128 {
    let [high, low] = [&ids[0], &ids[1]].map(|column| u128::from(column.values.get_val(doc)));
    high << 64 | low
}
