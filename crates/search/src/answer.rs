//! What the index answers.

use model::ActionId;

use crate::question::{Bbox, Facet, Place};

/// Hits and counts of one question, all of one state of the index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The best hits after the place asked for, in order.
    pub hits: Vec<Hit>,
    /// Every action that the filter lets through, whatever page is asked for.
    pub total: u64,
    /// Place of the last hit; none if the list ends there.
    pub next: Option<Place>,
    /// Counts, in the order asked; each the most frequent first, [`crate::Question::most_values`] at most.
    pub facets: Vec<(Facet, Vec<Count>)>,
    /// Cells of the map that hold something.
    pub cells: Vec<Cell>,
}

/// One action found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its id.
    pub id: ActionId,
    /// Changes whenever what is served of it does: the first eight bytes of [`store::ActionRow::etag`].
    pub stamp: u64,
    /// Its place in the order.
    pub place: Place,
}

/// How many actions have a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The value, as a filter takes it: a slug, a typed territory id, a word.
    pub value: String,
    /// Actions.
    pub count: u64,
}

/// Points that stand near each other on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Middle of its points, degrees.
    pub lat: f64,
    /// Likewise.
    pub lon: f64,
    /// Its points; an action with several places has several.
    pub count: u64,
    /// Around its points.
    pub bbox: Bbox,
    /// The action, where there is one point alone.
    pub id: Option<ActionId>,
}
