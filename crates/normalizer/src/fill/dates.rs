//! Dates of an action.

use super::{Filler, value};
use crate::date::read_date;
use crate::mapping::{As, DateField, Where};
use crate::tree::Tree;

impl Filler<'_> {
    /// Fills a date; one that nobody could read is told, and the next place is asked.
    pub(super) fn fill_date(&mut self, which: DateField, field: &str, place: &Where, tree: &Tree<'_>) -> bool {
        let Some(text) = self.texts(place, None, tree, field).into_iter().next() else { return false };
        let date = if place.kind == As::Start {
            value::start_in(&text)
        } else {
            let read = read_date(&text);
            match read {
                Some(read) if read.mended => {
                    let message = format!("`{}` was read as {}", value::shortened(&text), read.date);
                    self.notes.repaired(field, "date-repaired", message);
                }
                Some(_) => {}
                None => {
                    self.notes.warn(field, "unreadable-date", format!("`{}` is no date", value::shortened(&text)));
                }
            }
            read.map(|read| read.date)
        };
        let Some(date) = date else { return false };
        match which {
            DateField::Started => self.action.started_on = Some(date),
            DateField::Ended => self.action.ended_on = Some(date),
            DateField::SourceUpdated => self.action.source_updated_on = Some(date),
        }
        true
    }
}
