//! Cells of a map: points that stand near each other on the screen count together.

use std::collections::HashMap;

use tantivy::DocId;

use crate::answer::Cell;
use crate::point::{Point, Window, latitude, longitude};
use crate::question::{Bbox, Grid};

/// Cells that an answer holds at most: more are no map any more.
const MOST_CELLS: usize = 4_000;

/// Cells that are counted without looking them up, on either side of an answer's size.
const MOST_DENSE: u64 = 1 << 14;

/// Cells that are told apart while counting, empty ones too: whoever asks for the whole world at a
/// high zoom gets larger cells in bounded memory.
const MOST_SPARSE: u64 = 1 << 22;

/// Where cells lie: those of the whole world, cut out by what the map shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    window: Window,
    /// How far a coordinate is shifted to give its cell.
    shift: u32,
    /// Cells that the window touches, from west to east and from north to south.
    columns: u64,
    rows: u64,
}

impl Layout {
    pub(crate) fn of(grid: &Grid) -> Self {
        let window = grid.bbox.as_ref().map_or(Window::WORLD, Window::of);
        // A tile of 512 pixels holds eight cells of 64 a side.
        let bits = (u32::from(grid.zoom) + 3).min(31);
        let mut layout = Self { window, shift: 32 - bits, columns: 0, rows: 0 };
        layout.measure();
        while layout.columns * layout.rows > MOST_SPARSE {
            layout = layout.coarser();
        }
        layout
    }

    fn measure(&mut self) {
        let cells = |from: u32, span: u64| ((u64::from(from & ((1_u32 << self.shift) - 1)) + span) >> self.shift) + 1;
        let columns = cells(self.window.west, u64::from(self.window.width));
        let height = u64::from(self.window.south.saturating_sub(self.window.north));
        let rows = cells(self.window.north, height);
        // Around the world, the last column may be the first again.
        self.columns = columns.min(1 << (32 - self.shift));
        self.rows = rows;
    }

    /// The cell of a point within the window.
    #[inline]
    fn place(&self, point: Point) -> u64 {
        let columns = 1_u64 << (32 - self.shift);
        let first = u64::from(self.window.west >> self.shift);
        let column = (u64::from(point.x >> self.shift) + columns - first) & (columns - 1);
        let row = u64::from(point.y >> self.shift) - u64::from(self.window.north >> self.shift);
        row * self.columns + column
    }

    fn is_dense(&self) -> bool {
        self.columns * self.rows <= MOST_DENSE
    }

    /// Cells twice as wide.
    fn coarser(mut self) -> Self {
        self.shift = (self.shift + 1).min(31);
        self.measure();
        self
    }
}

/// What a cell holds; sums are of steps from the window's western edge, and from the north.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held<T> {
    count: u64,
    x: u64,
    y: u64,
    west: u32,
    east: u32,
    north: u32,
    south: u32,
    /// One of its points' actions.
    one: T,
}

impl<T: Copy> Held<T> {
    fn join<U>(&mut self, other: &Held<U>) {
        self.count += other.count;
        self.x += other.x;
        self.y += other.y;
        self.west = self.west.min(other.west);
        self.east = self.east.max(other.east);
        self.north = self.north.min(other.north);
        self.south = self.south.max(other.south);
    }
}

/// Cells of one segment.
pub(crate) struct Cells {
    layout: Layout,
    dense: Vec<Held<DocId>>,
    sparse: HashMap<u64, Held<DocId>>,
}

impl Cells {
    pub(crate) fn new(layout: Layout) -> Self {
        let none = Held { count: 0, x: 0, y: 0, west: u32::MAX, east: 0, north: u32::MAX, south: 0, one: 0 };
        let room = if layout.is_dense() { usize::try_from(layout.columns * layout.rows).unwrap_or(0) } else { 0 };
        Self { layout, dense: vec![none; room], sparse: HashMap::new() }
    }

    #[inline]
    pub(crate) fn put(&mut self, doc: DocId, point: Point) {
        if !self.layout.window.holds(point) {
            return;
        }
        let place = self.layout.place(point);
        let x = point.x.wrapping_sub(self.layout.window.west);
        let (y, wide) = (point.y, u64::from(x));
        let new = Held { count: 1, x: wide, y: y.into(), west: x, east: x, north: y, south: y, one: doc };
        if let Some(held) = usize::try_from(place).ok().and_then(|place| self.dense.get_mut(place)) {
            held.join(&new);
            held.one = doc;
        } else {
            self.sparse.entry(place).and_modify(|held| held.join(&new)).or_insert(new);
        }
    }

    /// Cells that hold something, with the id of one of their actions.
    pub(crate) fn done<T: Copy>(self, id: impl Fn(DocId) -> T) -> Vec<(u64, Held<T>)> {
        let dense = (0..).zip(self.dense).filter(|(_, held)| held.count > 0);
        let all = dense.chain(self.sparse);
        all.map(|(place, held)| {
            let Held { count, x, y, west, east, north, south, one } = held;
            (place, Held { count, x, y, west, east, north, south, one: id(one) })
        })
        .collect()
    }
}

/// Cells of all segments, row by row.
pub(crate) fn merge(mut layout: Layout, segments: Vec<Vec<(u64, Held<u128>)>>) -> Vec<Cell> {
    let mut cells: HashMap<u64, Held<u128>> = HashMap::new();
    for (place, held) in segments.into_iter().flatten() {
        cells.entry(place).and_modify(|known| known.join(&held)).or_insert(held);
    }
    while cells.len() > MOST_CELLS && layout.shift < 31 {
        let coarser = layout.coarser();
        let mut fewer: HashMap<u64, Held<u128>> = HashMap::new();
        for held in cells.into_values() {
            let x = held.west.wrapping_add(layout.window.west);
            let place = coarser.place(Point { x, y: held.north });
            fewer.entry(place).and_modify(|known| known.join(&held)).or_insert(held);
        }
        (cells, layout) = (fewer, coarser);
    }
    let mut cells: Vec<(u64, Held<u128>)> = cells.into_iter().collect();
    cells.sort_unstable_by_key(|(place, _)| *place);
    cells.iter().map(|(_, held)| cell(&layout.window, held)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "half a step of the map is a centimetre")]
fn cell(window: &Window, held: &Held<u128>) -> Cell {
    let side = (1_u64 << 32) as f64;
    let lon = |x: f64| {
        let x = x + f64::from(window.west);
        longitude(if x >= side { x - side } else { x })
    };
    let (x, y) = (held.x as f64 / held.count as f64, held.y as f64 / held.count as f64);
    let bbox = Bbox {
        west: lon(held.west.into()),
        south: latitude(held.south.into()),
        east: lon(held.east.into()),
        north: latitude(held.north.into()),
    };
    let id = (held.count == 1).then(|| model::ActionId(uuid::Uuid::from_u128(held.one)));
    Cell { lat: latitude(y), lon: lon(x), count: held.count, bbox, id }
}
