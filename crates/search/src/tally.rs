//! Counting by facet: sets of values are counted segment by segment, and taken apart at the end.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::columnar::{Column, ColumnIndex};
use tantivy::index::SegmentId;
use tantivy::{DocId, SegmentReader};

use crate::answer::Count;
use crate::schema::{FacetField, JOINT};

/// The sets of one facet in one segment, taken apart.
pub(crate) struct Sets {
    /// Every value.
    values: Vec<Box<str>>,
    /// Where the values of each set begin in `members`; one more at the end.
    starts: Vec<u32>,
    /// Places in `values`.
    members: Vec<u32>,
}

impl Sets {
    fn read(segment: &SegmentReader, field: &FacetField) -> tantivy::Result<Self> {
        let mut sets = Self { values: Vec::new(), starts: vec![0], members: Vec::new() };
        let Some(column) = segment.fast_fields().str(&field.column)? else { return Ok(sets) };
        let mut known: HashMap<Box<str>, u32> = HashMap::new();
        let mut stream = column.dictionary().stream()?;
        while stream.advance() {
            let set = std::str::from_utf8(stream.key()).map_err(io::Error::other)?;
            for value in set.split(JOINT).filter(|value| !value.is_empty()) {
                let next = narrow(sets.values.len());
                let place = *known.entry(value.into()).or_insert(next);
                if place == next {
                    sets.values.push(value.into());
                }
                sets.members.push(place);
            }
            sets.starts.push(narrow(sets.members.len()));
        }
        Ok(sets)
    }

    /// Sets.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Places of a set's values.
    fn members(&self, set: usize) -> &[u32] {
        &self.members[self.starts[set] as usize..self.starts[set + 1] as usize]
    }

    /// Which sets hold one of the values.
    pub(crate) fn holding(&self, wanted: &[String]) -> Vec<bool> {
        let place = |wanted: &String| self.values.iter().position(|value| **value == **wanted).map(narrow);
        let places: Vec<u32> = wanted.iter().filter_map(place).collect();
        let holds = |set: usize| self.members(set).iter().any(|member| places.contains(member));
        (0..self.len()).map(holds).collect()
    }
}

/// A segment's sets, read when first asked for: segments never change.
#[derive(Default)]
pub(crate) struct SetsOfSegments(Mutex<HashMap<SegmentId, HashMap<String, Arc<Sets>>>>);

impl SetsOfSegments {
    pub(crate) fn of(&self, segment: &SegmentReader, field: &FacetField) -> tantivy::Result<Arc<Sets>> {
        let found = self.lock().get(&segment.segment_id()).and_then(|sets| sets.get(&field.column).cloned());
        if let Some(found) = found {
            return Ok(found);
        }
        let sets = Arc::new(Sets::read(segment, field)?);
        self.lock().entry(segment.segment_id()).or_default().insert(field.column.clone(), Arc::clone(&sets));
        Ok(sets)
    }

    /// Forgets segments that are no more.
    pub(crate) fn keep(&self, segments: &HashSet<SegmentId>) {
        self.lock().retain(|segment, _| segments.contains(segment));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SegmentId, HashMap<String, Arc<Sets>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A facet's column: which set each action has.
pub(crate) fn column(segment: &SegmentReader, field: &FacetField) -> tantivy::Result<Column<u64>> {
    let column = segment.fast_fields().str(&field.column)?;
    Ok(column.map_or_else(|| Column::build_empty_column(segment.max_doc()), |column| column.ords().clone()))
}

/// Counts of one facet in one segment.
pub(crate) struct Tally {
    sets: Arc<Sets>,
    column: Column<u64>,
    counts: Vec<u32>,
    buffer: Vec<u64>,
}

impl Tally {
    pub(crate) fn new(sets: Arc<Sets>, column: Column<u64>) -> Self {
        let counts = vec![0; sets.len()];
        Self { sets, column, counts, buffer: Vec::new() }
    }

    pub(crate) fn count(&mut self, docs: &[DocId]) {
        if matches!(self.column.index, ColumnIndex::Full) {
            self.buffer.resize(docs.len(), 0);
            self.column.values.get_vals(docs, &mut self.buffer);
            for set in &self.buffer {
                self.counts[as_place(*set)] += 1;
            }
            return;
        }
        for doc in docs {
            for set in self.column.values_for_doc(*doc) {
                self.counts[as_place(set)] += 1;
            }
        }
    }

    pub(crate) fn done(self) -> Tallied {
        Tallied { sets: self.sets, counts: self.counts }
    }
}

/// What was counted in one segment.
pub(crate) struct Tallied {
    sets: Arc<Sets>,
    counts: Vec<u32>,
}

/// Counts of all segments: the most frequent values first, then by name.
pub(crate) fn merge(tallied: &[Tallied], most_values: usize) -> Vec<Count> {
    let mut totals: HashMap<&str, u64> = HashMap::new();
    for segment in tallied {
        let mut by_value = vec![0_u64; segment.sets.values.len()];
        for (set, count) in segment.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            for member in segment.sets.members(set) {
                by_value[*member as usize] += u64::from(*count);
            }
        }
        for (value, count) in segment.sets.values.iter().zip(by_value).filter(|(_, count)| *count > 0) {
            *totals.entry(value).or_default() += count;
        }
    }
    let mut counts: Vec<(&str, u64)> = totals.into_iter().collect();
    let order = |(value, count): &(&str, u64), (other, others): &(&str, u64)| others.cmp(count).then(value.cmp(other));
    if counts.len() > most_values {
        counts.select_nth_unstable_by(most_values, order);
        counts.truncate(most_values);
    }
    counts.sort_unstable_by(order);
    counts.into_iter().map(|(value, count)| Count { value: value.to_owned(), count }).collect()
}

fn narrow(place: usize) -> u32 {
    u32::try_from(place).expect("a segment holds fewer than 2^31 actions")
}

#[inline]
pub(crate) fn as_place(ordinal: u64) -> usize {
    usize::try_from(ordinal).unwrap_or(usize::MAX)
}
