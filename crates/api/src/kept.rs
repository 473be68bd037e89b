//! What was made lately and may be asked for again, within so many bytes.
//!
//! Two maps: what is put or asked for goes into the young one; when that holds half of the bytes it
//! becomes the old one, and the old one is forgotten. What is asked for often enough stays.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values by key, within so many bytes; cheap to clone ones, such as an `Arc`.
pub(crate) struct Kept<K, V> {
    most_bytes: usize,
    maps: Mutex<Maps<K, V>>,
}

struct Maps<K, V> {
    young: HashMap<K, (V, usize)>,
    young_bytes: usize,
    old: HashMap<K, (V, usize)>,
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// Nothing yet, and never more than so many bytes.
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self { most_bytes, maps: Mutex::new(Maps { young: HashMap::new(), young_bytes: 0, old: HashMap::new() }) }
    }

    /// The value of a key, if it is still held.
    pub(crate) fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut maps = self.maps();
        if let Some((value, _)) = maps.young.get(key) {
            return Some(value.clone());
        }
        let (key, (value, bytes)) = maps.old.remove_entry(key)?;
        self.put_into(&mut maps, key, value.clone(), bytes);
        Some(value)
    }

    /// Holds a value that weighs so many bytes, unless it would crowd out too much else.
    pub(crate) fn put(&self, key: K, value: V, bytes: usize) {
        if bytes <= self.most_bytes / 8 {
            self.put_into(&mut self.maps(), key, value, bytes);
        }
    }

    fn put_into(&self, maps: &mut Maps<K, V>, key: K, value: V, bytes: usize) {
        if maps.young_bytes + bytes > self.most_bytes / 2 {
            maps.old = std::mem::take(&mut maps.young);
            maps.young_bytes = 0;
        }
        maps.young_bytes += bytes;
        if let Some((_, before)) = maps.young.insert(key, (value, bytes)) {
            maps.young_bytes -= before;
        }
    }

    fn maps(&self) -> MutexGuard<'_, Maps<K, V>> {
        // Whoever panicked with it in hand left a map that is whole: at worst its bytes are miscounted.
        self.maps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let kept: Kept<String, u32> = Kept::new(80);
        kept.put("often".into(), 0, 10);
        for number in 0..100 {
            kept.put(number.to_string(), number, 10);
            assert_eq!(kept.get("often"), Some(0), "after {number}");
        }
        assert_eq!(kept.get("99"), Some(99));
        assert_eq!(kept.get("1"), None);
        let maps = kept.maps();
        assert!(maps.young.len() + maps.old.len() <= 8);
    }

    #[test]
    fn one_value_never_crowds_out_all_others() {
        let kept: Kept<u8, u8> = Kept::new(80);
        kept.put(1, 1, 11);
        assert_eq!(kept.get(&1), None);
        kept.put(2, 2, 10);
        kept.put(2, 3, 10);
        assert_eq!((kept.get(&2), kept.maps().young_bytes), (Some(3), 10));
    }
}
