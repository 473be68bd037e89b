//! The one collector: hits, total, counts and cells of a question in one pass.
//!
//! Actions come in blocks. Each block goes through the tests that the query does not make; then
//! every part of the answer reads its column for the whole block, which is where the time goes. A
//! test that belongs to a facet asked for does not drop what fails it alone: that still counts
//! for the facet, and for nothing else.

use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnIndex, ColumnValues};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, Score, SegmentOrdinal, SegmentReader};

use crate::answer::{Cell, Count, Hit};
use crate::best::{Best, Rank};
use crate::cells::{self, Cells, Held, Layout};
use crate::point::{Circle, Point, Window};
use crate::question::{Facet, Place, Sort};
use crate::schema::Fields;
use crate::tally::{self, SetsOfSegments, Tallied, Tally};

/// Facets that a question can ask for at once.
const MOST_FACETS: usize = Facet::ALL.len();

/// Key of what is no distance away: all that a float can tell apart.
const NEAREST: f64 = 9_007_199_254_740_992.0;

/// What an action failed: nothing; too much to count anywhere.
const PASSED: u32 = u32::MAX;
const OUT: u32 = 0;

/// A part of a filter that is tested here and not by the query.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// One of the values of one of the columns.
    Among(Vec<(usize, Vec<String>)>),
    /// A number of a column between two, both included.
    Between { column: &'static str, from: u64, to: u64 },
    /// A point in a rectangle.
    Window(Window),
    /// A point in a circle.
    Circle(Circle),
}

/// What a pass is about.
pub(crate) struct Sift<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) sets: &'a SetsOfSegments,
    /// Each with the facets that are counted as if it were not there, as bits.
    pub(crate) tests: Vec<(Test, u32)>,
    pub(crate) order: Order,
    pub(crate) after: Option<Rank>,
    pub(crate) limit: usize,
    pub(crate) facets: Vec<Facet>,
    pub(crate) most_values: usize,
    pub(crate) layout: Option<Layout>,
}

/// Where the key of an order comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    /// The score.
    Score,
    /// A column.
    Column(&'static str),
    /// The distance.
    Distance(Circle),
}

/// What a pass gives.
pub(crate) struct Sifted {
    pub(crate) hits: Vec<Hit>,
    pub(crate) total: u64,
    pub(crate) next: Option<Place>,
    pub(crate) facets: Vec<(Facet, Vec<Count>)>,
    pub(crate) cells: Vec<Cell>,
}

impl Order {
    /// The order of a question without words or with them, around a point or not.
    pub(crate) fn of(sort: Sort, has_words: bool, circle: Option<Circle>) -> Self {
        match (sort, circle) {
            (Sort::Relevance, _) if has_words => Self::Score,
            (Sort::Distance, Some(circle)) => Self::Distance(circle),
            (Sort::Started, _) => Self::Column("started_first"),
            (Sort::Quality, _) => Self::Column("quality"),
            (Sort::Changed | Sort::Relevance | Sort::Distance, _) => Self::Column("changed"),
        }
    }
}

impl Collector for Sift<'_> {
    type Fruit = Sifted;
    type Child = SiftSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SiftSegment> {
        let columns = segment.fast_fields();
        let ids = [columns.u64("id_high")?, columns.u64("id_low")?];
        let mut tests = Vec::with_capacity(self.tests.len());
        for (test, facets) in &self.tests {
            tests.push((Testing::open(test, self, segment)?, *facets));
        }
        let mut tallies = Vec::with_capacity(self.facets.len());
        for facet in &self.facets {
            let field = self.fields.facet(*facet);
            tallies.push((*facet, Tally::new(self.sets.of(segment, field)?, tally::column(segment, field)?)));
        }
        let key = match self.order {
            Order::Score => Key::Score,
            Order::Column(name) => Key::Column(columns.u64(name)?.values),
            Order::Distance(circle) => Key::Distance(circle),
        };
        let needs_points = self.layout.is_some()
            || matches!(key, Key::Distance(_))
            || self.tests.iter().any(|(test, _)| matches!(test, Test::Window(_) | Test::Circle(_)));
        Ok(SiftSegment {
            tests,
            key,
            best: (self.limit > 0).then(|| Best::new(self.limit.saturating_add(1), self.after, ids.clone())),
            tallies,
            cells: self.layout.map(Cells::new),
            points: if needs_points { Some(Points::open(segment)?) } else { None },
            stamps: columns.u64("stamp")?,
            ids,
            total: 0,
            waiting: Vec::with_capacity(COLLECT_BLOCK_BUFFER_LEN),
            scores: Vec::new(),
            hits: Vec::with_capacity(COLLECT_BLOCK_BUFFER_LEN),
            kept_scores: Vec::new(),
            numbers: Vec::new(),
            failures: Vec::new(),
            nearly: vec![Vec::new(); MOST_FACETS],
        })
    }

    fn requires_scoring(&self) -> bool {
        matches!(self.order, Order::Score) && self.limit > 0
    }

    fn merge_fruits(&self, segments: Vec<SegmentFruit>) -> tantivy::Result<Sifted> {
        let mut ranked = Vec::new();
        let mut total = 0;
        let mut tallied: Vec<Vec<Tallied>> = self.facets.iter().map(|_| Vec::new()).collect();
        let mut cells = Vec::new();
        for segment in segments {
            ranked.extend(segment.ranked);
            total += segment.total;
            for (all, one) in tallied.iter_mut().zip(segment.tallied) {
                all.push(one);
            }
            cells.push(segment.cells);
        }
        ranked.sort_unstable_by(|(one, _), (other, _)| other.cmp(one));
        let goes_on = ranked.len() > self.limit;
        ranked.truncate(self.limit);
        let hits: Vec<Hit> = ranked.into_iter().map(|(rank, stamp)| hit(rank, stamp)).collect();
        Ok(Sifted {
            next: hits.last().filter(|_| goes_on).map(|hit| hit.place),
            hits,
            total,
            facets: self
                .facets
                .iter()
                .copied()
                .zip(tallied.iter().map(|tallied| tally::merge(tallied, self.most_values)))
                .collect(),
            cells: self.layout.map_or_else(Vec::new, |layout| cells::merge(layout, cells)),
        })
    }
}

fn hit((key, id): Rank, stamp: u64) -> Hit {
    let id = model::ActionId(uuid::Uuid::from_u128(id));
    Hit { id, stamp, place: Place { key, id } }
}

/// One segment on its way.
pub(crate) struct SiftSegment {
    tests: Vec<(Testing, u32)>,
    key: Key,
    best: Option<Best>,
    tallies: Vec<(Facet, Tally)>,
    cells: Option<Cells>,
    points: Option<Points>,
    stamps: Column<u64>,
    ids: [Column<u64>; 2],
    total: u64,
    /// What came one by one, until it fills a block.
    waiting: Vec<DocId>,
    scores: Vec<Score>,
    /// Buffers of a block: those that pass every test, their scores, their keys or sets.
    hits: Vec<DocId>,
    kept_scores: Vec<Score>,
    numbers: Vec<u64>,
    /// What each of a block failed: [`PASSED`], [`OUT`], or the facets of the one test it failed.
    failures: Vec<u32>,
    /// Those that fail one test alone, under each facet of that test.
    nearly: Vec<Vec<DocId>>,
}

/// What one segment gives.
pub(crate) struct SegmentFruit {
    ranked: Vec<(Rank, u64)>,
    total: u64,
    tallied: Vec<Tallied>,
    cells: Vec<(u64, Held<u128>)>,
}

enum Key {
    Score,
    Column(Arc<dyn ColumnValues<u64>>),
    Distance(Circle),
}

/// Points of a segment's actions.
struct Points {
    first: Arc<dyn ColumnValues<u64>>,
    others: Column<u64>,
}

/// A [`Test`] in one segment.
enum Testing {
    Among(Vec<(Column<u64>, Vec<bool>)>),
    Between { column: Arc<dyn ColumnValues<u64>>, from: u64, to: u64 },
    Window(Window),
    Circle(Circle),
}

impl Testing {
    fn open(test: &Test, sift: &Sift<'_>, segment: &SegmentReader) -> tantivy::Result<Self> {
        Ok(match test {
            Test::Among(columns) => {
                let mut open = Vec::with_capacity(columns.len());
                for (facet, wanted) in columns {
                    let field = &sift.fields.facets[*facet];
                    let holding = sift.sets.of(segment, field)?.holding(wanted);
                    open.push((tally::column(segment, field)?, holding));
                }
                Self::Among(open)
            }
            Test::Between { column, from, to } => {
                Self::Between { column: segment.fast_fields().u64(column)?.values, from: *from, to: *to }
            }
            Test::Window(window) => Self::Window(*window),
            Test::Circle(circle) => Self::Circle(*circle),
        })
    }

    /// Notes which of some actions do not pass: see [`SiftSegment::failures`]. A whole block reads a
    /// column in half the time that its actions take one by one.
    fn note(&self, docs: &[DocId], facets: u32, points: Option<&Points>, numbers: &mut Vec<u64>, noted: &mut [u32]) {
        numbers.resize(docs.len(), 0);
        let mut note = |place: usize, passes: bool| {
            if !passes {
                noted[place] = if noted[place] == PASSED { facets } else { OUT };
            }
        };
        match self {
            Self::Among(columns) => match &columns[..] {
                [(column, holding)] if matches!(column.index, ColumnIndex::Full) => {
                    column.values.get_vals(docs, numbers);
                    for (place, set) in numbers.iter().enumerate() {
                        note(place, holding[tally::as_place(*set)]);
                    }
                }
                _ => {
                    for (place, doc) in docs.iter().enumerate() {
                        let mut each = columns.iter().flat_map(|(column, holding)| {
                            column.values_for_doc(*doc).map(move |set| holding[tally::as_place(set)])
                        });
                        note(place, each.any(|holds| holds));
                    }
                }
            },
            Self::Between { column, from, to } => {
                column.get_vals(docs, numbers);
                for (place, number) in numbers.iter().enumerate() {
                    note(place, (*from..=*to).contains(number));
                }
            }
            Self::Window(_) | Self::Circle(_) => {
                let Some(points) = points else { return };
                points.first.get_vals(docs, numbers);
                for (place, first) in numbers.iter().enumerate() {
                    let mut found = false;
                    points.each(docs[place], *first, |point| found |= self.holds(point));
                    note(place, found);
                }
            }
        }
    }

    #[inline]
    fn holds(&self, point: Point) -> bool {
        match self {
            Self::Window(window) => window.holds(point),
            Self::Circle(circle) => circle.holds(point),
            Self::Among(_) | Self::Between { .. } => false,
        }
    }
}

impl Points {
    fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        // A segment in which no action has two points has no such column.
        let others = columns.column_opt("points")?.unwrap_or_else(|| Column::build_empty_column(segment.max_doc()));
        Ok(Self { first: columns.u64("point")?.values, others })
    }

    #[inline]
    fn each(&self, doc: DocId, first: u64, mut take: impl FnMut(Point)) {
        if first == 0 {
            return;
        }
        take(Point::unpack(first));
        if first & 1 == 1 {
            self.others.values_for_doc(doc).for_each(|packed| take(Point::unpack(packed)));
        }
    }

    /// A key that falls with the distance of the nearest point; 0 where there is none.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 2^53")]
    fn nearness(&self, doc: DocId, circle: &Circle) -> u64 {
        let mut least: Option<f64> = None;
        self.each(doc, self.first.get_val(doc), |point| {
            let apart = circle.apart(point);
            least = Some(least.map_or(apart, |least| least.min(apart)));
        });
        // What is nearer than a decimetre is equally near: cosines tell no more.
        least.map_or(0, |apart| ((2.0 - apart) / 2.0 * NEAREST) as u64 + 1)
    }
}

impl SiftSegment {
    fn take(&mut self, docs: &[DocId], scores: &[Score]) {
        let mut hits = std::mem::take(&mut self.hits);
        hits.clear();
        self.kept_scores.clear();
        if self.tests.is_empty() {
            hits.extend_from_slice(docs);
            self.kept_scores.extend_from_slice(scores);
        } else {
            self.test(docs, scores, &mut hits);
        }
        self.total += hits.len() as u64;
        self.rank(&hits);
        for (facet, tally) in &mut self.tallies {
            tally.count(&hits);
            let nearly = &mut self.nearly[*facet as usize];
            if !nearly.is_empty() {
                tally.count(nearly);
                nearly.clear();
            }
        }
        if let (Some(cells), Some(points)) = (&mut self.cells, &self.points) {
            self.numbers.resize(hits.len(), 0);
            points.first.get_vals(&hits, &mut self.numbers);
            for (doc, first) in hits.iter().zip(&self.numbers) {
                points.each(*doc, *first, |point| cells.put(*doc, point));
            }
        }
        self.hits = hits;
    }

    fn test(&mut self, docs: &[DocId], scores: &[Score], hits: &mut Vec<DocId>) {
        self.failures.clear();
        self.failures.resize(docs.len(), PASSED);
        for (test, facets) in &self.tests {
            test.note(docs, *facets, self.points.as_ref(), &mut self.numbers, &mut self.failures);
        }
        for (place, (doc, failure)) in docs.iter().zip(&self.failures).enumerate() {
            match *failure {
                PASSED => {
                    hits.push(*doc);
                    self.kept_scores.extend(scores.get(place));
                }
                OUT => {}
                facets => {
                    for facet in self.tallies.iter().map(|(facet, _)| *facet as usize) {
                        if facets >> facet & 1 == 1 {
                            self.nearly[facet].push(*doc);
                        }
                    }
                }
            }
        }
    }

    fn rank(&mut self, hits: &[DocId]) {
        let Some(best) = &mut self.best else { return };
        match &self.key {
            Key::Score => {
                for (doc, score) in hits.iter().zip(&self.kept_scores) {
                    // Bits of positive floats are in the floats' own order.
                    best.put(*doc, score.max(0.0).to_bits().into());
                }
            }
            Key::Column(column) => {
                self.numbers.resize(hits.len(), 0);
                column.get_vals(hits, &mut self.numbers);
                for (doc, key) in hits.iter().zip(&self.numbers) {
                    best.put(*doc, *key);
                }
            }
            Key::Distance(circle) => {
                for doc in hits {
                    let key = self.points.as_ref().map_or(0, |points| points.nearness(*doc, circle));
                    best.put(*doc, key);
                }
            }
        }
    }

    fn take_waiting(&mut self) {
        let (mut docs, mut scores) = (std::mem::take(&mut self.waiting), std::mem::take(&mut self.scores));
        self.take(&docs, &scores);
        docs.clear();
        scores.clear();
        (self.waiting, self.scores) = (docs, scores);
    }
}

impl SegmentCollector for SiftSegment {
    type Fruit = SegmentFruit;

    #[inline]
    fn collect(&mut self, doc: DocId, score: Score) {
        self.waiting.push(doc);
        self.scores.push(score);
        if self.waiting.len() >= COLLECT_BLOCK_BUFFER_LEN {
            self.take_waiting();
        }
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        self.take(docs, &[]);
    }

    fn harvest(mut self) -> SegmentFruit {
        self.take_waiting();
        let best = self.best.map_or_else(Vec::new, Best::into_vec);
        let ids = &self.ids;
        SegmentFruit {
            ranked: best.into_iter().map(|(rank, doc)| (rank, self.stamps.values.get_val(doc))).collect(),
            total: self.total,
            tallied: self.tallies.into_iter().map(|(_, tally)| tally.done()).collect(),
            cells: self.cells.map_or_else(Vec::new, |cells| cells.done(|doc| crate::best::id(ids, doc))),
        }
    }
}
