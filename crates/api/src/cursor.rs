//! The cursor of a list: where the next page begins, in a text that means nothing to its bearer.
//!
//! It holds the order and the place in it of the last action given, so it never expires: it points
//! between two places of the order, whatever came or went there since.
//!
//! Known quirk: the first version knew one order, by change, and held the time in microseconds as a
//! signed number. Its cursors are still read; nobody writes them any more.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{ActionId, Digest};
use search::{Place, Sort};
use uuid::Uuid;

/// After this place of this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The order.
    pub sort: Sort,
    /// The place of the last action given.
    pub place: Place,
}

/// A text that no list gave as its cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no cursor of a list")]
pub struct NotACursor;

const VERSION: u8 = 2;
const KEY_BYTES: usize = 1 + 1 + 8 + 16;
const FIRST_VERSION: u8 = 1;
const FIRST_KEY_BYTES: usize = 1 + 8 + 16;
const CHECK_BYTES: usize = 4;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![VERSION, self.sort as u8];
        bytes.extend(self.place.key.to_be_bytes());
        bytes.extend(self.place.id.0.as_bytes());
        bytes.extend(check(&bytes));
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(written: &str) -> Result<Self, NotACursor> {
        let bytes = URL_SAFE_NO_PAD.decode(written).map_err(|_| NotACursor)?;
        let (checked, told) = bytes.split_last_chunk::<CHECK_BYTES>().ok_or(NotACursor)?;
        if *told != check(checked) {
            return Err(NotACursor);
        }
        let (sort, key, id) = match (checked.first(), checked.len()) {
            (Some(&VERSION), KEY_BYTES) => {
                let sort = Sort::ALL.into_iter().find(|(_, sort)| *sort as u8 == checked[1]);
                (sort.ok_or(NotACursor)?.1, &checked[2..10], &checked[10..])
            }
            (Some(&FIRST_VERSION), FIRST_KEY_BYTES) => (Sort::Changed, &checked[1..9], &checked[9..]),
            _ => return Err(NotACursor),
        };
        let key = u64::from_be_bytes(key.try_into().map_err(|_| NotACursor)?);
        // A time before 1970 would read as one that is yet to come.
        if checked[0] == FIRST_VERSION && key > i64::MAX as u64 {
            return Err(NotACursor);
        }
        let id = ActionId(Uuid::from_slice(id).map_err(|_| NotACursor)?);
        Ok(Self { sort, place: Place { key, id } })
    }
}

/// Tells a cursor that was cut or altered; it keeps nobody from making one.
fn check(key: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Digest::of([key]);
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&digest.as_bytes()[..CHECK_BYTES]);
    check
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursors() -> impl Iterator<Item = Cursor> {
        let id = ActionId("0198c0de-0000-7000-8000-000000000000".parse().unwrap());
        Sort::ALL.into_iter().map(move |(_, sort)| Cursor { sort, place: Place { key: u64::MAX - 7, id } })
    }

    #[test]
    fn a_cursor_comes_back_as_it_was_and_not_otherwise() {
        for cursor in cursors() {
            let text = cursor.to_string();
            assert_eq!(text.parse(), Ok(cursor));
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b)), "{text}");
            for at in 0..text.len() {
                let mut altered = text.clone().into_bytes();
                altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
                assert_eq!(String::from_utf8(altered).unwrap().parse::<Cursor>(), Err(NotACursor), "at {at}");
                assert_eq!(text[..at].parse::<Cursor>(), Err(NotACursor), "cut at {at}");
            }
        }
        assert_eq!("é".parse::<Cursor>(), Err(NotACursor));
    }

    #[test]
    fn a_cursor_of_the_first_version_still_points_where_it_did() {
        let micros = 1_700_000_000_123_456_u64;
        let id = ActionId("0198c0de-0000-7000-8000-000000000000".parse().unwrap());
        let mut bytes = vec![FIRST_VERSION];
        bytes.extend(micros.to_be_bytes());
        bytes.extend(id.0.as_bytes());
        bytes.extend(check(&bytes));
        let text = URL_SAFE_NO_PAD.encode(bytes);
        assert_eq!(text.len(), 39);
        let expected = Cursor { sort: Sort::Changed, place: Place { key: micros, id } };
        assert_eq!(text.parse(), Ok(expected));
    }
}
