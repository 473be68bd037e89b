//! The cursor of a list: where the next page begins, in a text that means nothing to its bearer.
//!
//! It holds the sort key of the last action given, so it never expires: it points between two
//! places of the order, whatever came or went there since.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use model::{ActionId, Digest};
use uuid::Uuid;

/// After this action, in the order of falling `changed_at`, then falling `id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// When that action changed, to the microsecond.
    pub(crate) changed_at: DateTime<Utc>,
    /// That action.
    pub(crate) id: ActionId,
}

/// A text that no list gave as its cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotACursor;

const VERSION: u8 = 1;
const KEY_BYTES: usize = 1 + 8 + 16;
const CHECK_BYTES: usize = 4;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![VERSION];
        bytes.extend(self.changed_at.timestamp_micros().to_be_bytes());
        bytes.extend(self.id.0.as_bytes());
        bytes.extend(check(&bytes));
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(written: &str) -> Result<Self, NotACursor> {
        let bytes = URL_SAFE_NO_PAD.decode(written).map_err(|_| NotACursor)?;
        let (key, checked) = bytes.split_at_checked(KEY_BYTES).ok_or(NotACursor)?;
        if checked != check(key) || key[0] != VERSION {
            return Err(NotACursor);
        }
        let micros = i64::from_be_bytes(key[1..9].try_into().map_err(|_| NotACursor)?);
        Ok(Self {
            changed_at: DateTime::from_timestamp_micros(micros).ok_or(NotACursor)?,
            id: ActionId(Uuid::from_slice(&key[9..]).map_err(|_| NotACursor)?),
        })
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

    #[test]
    fn a_cursor_comes_back_as_it_was_and_not_otherwise() {
        let changed_at = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        let cursor = Cursor { changed_at, id: ActionId::new(changed_at) };
        let text = cursor.to_string();
        assert_eq!(text.parse(), Ok(cursor));
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b)), "{text}");
        for at in 0..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(String::from_utf8(altered).unwrap().parse::<Cursor>(), Err(NotACursor), "at {at}");
            assert_eq!(text[..at].parse::<Cursor>(), Err(NotACursor), "cut at {at}");
        }
        assert_eq!("é".parse::<Cursor>(), Err(NotACursor));
    }
}
