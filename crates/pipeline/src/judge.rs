//! Judging a landed run before anything of it is served.
//!
//! The question is not whether each record is good (a bad one is set aside with its reason) but
//! whether the list as a whole is believable: a feed cut to one item, a form that rejects every
//! record, a site that gave all its fiches new ids would each empty the base without a single error.

use std::collections::BTreeMap;

use model::{DropLimit, Expect, Share};

/// What is known of a landed run when it is judged.
#[derive(Clone, Debug, Default)]
pub struct Landed {
    /// Records of the sourceur in the base before the run.
    pub present: u64,
    /// Of these, those the run did not name.
    pub absent: u64,
    /// Of these, those the run named and that may not be published as they now are.
    pub spoilt: u64,
    /// Of these, those the source itself says are deleted.
    pub deleted: u64,
    /// Records the sourceur would have after publishing.
    pub after: u64,
    /// Field → how many of those fill it.
    pub filled: BTreeMap<String, u64>,
    /// Records read in the run, repeats left out.
    pub read: u64,
    /// Of these, those that may not be published.
    pub rejected: u64,
    /// Whether the protocol gives whole lists, so that absence means something.
    pub whole: bool,
}

/// Publish, or hold and say why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Plausible.
    Publish,
    /// Implausible, in a sentence.
    Hold(String),
}

/// Largest drop that needs nobody's word, unless `[expect]` says otherwise.
const DROP_SHARE: f64 = 0.10;
/// Drops of so few records need nobody's word, unless they are a third of the list.
const DROP_RECORDS: u64 = 3;

/// Judges a landed run against what the sourceur had and against its `[expect]`.
pub fn judge(landed: &Landed, expect: &Expect) -> Judgement {
    let absent = if landed.whole { landed.absent } else { 0 };
    let missing = absent + landed.spoilt + landed.deleted;
    if missing > 0 && landed.present > 0 && drops_too_far(missing, landed.present, expect.max_drop) {
        return Judgement::Hold(tell_drop(absent, landed));
    }
    if landed.present == 0 && landed.read > 0 && landed.rejected == landed.read {
        return Judgement::Hold(format!("all {} records were rejected", thousands(landed.read)));
    }
    if let Some(min) = expect.min_records
        && landed.read < min
    {
        let message = format!("{} records were read, at least {} are expected", thousands(landed.read), thousands(min));
        return Judgement::Hold(message);
    }
    for (field, Share(floor)) in &expect.filled {
        let filled = landed.filled.get(field).copied().unwrap_or(0);
        if landed.after > 0 && share(filled, landed.after) < *floor {
            return Judgement::Hold(format!(
                "`{field}` is filled in {:.0} % of the records, at least {:.0} % are expected",
                100.0 * share(filled, landed.after),
                100.0 * floor,
            ));
        }
    }
    Judgement::Publish
}

fn drops_too_far(missing: u64, present: u64, limit: Option<DropLimit>) -> bool {
    match limit {
        Some(DropLimit::Records(records)) => missing > records,
        Some(DropLimit::Share(limit)) => share(missing, present) > limit,
        None => {
            let small = missing <= DROP_RECORDS || share(missing, present) <= DROP_SHARE;
            !small || missing * 3 >= present
        }
    }
}

fn tell_drop(absent: u64, landed: &Landed) -> String {
    let mut parts = Vec::new();
    if absent > 0 {
        parts.push(format!("{} of {} records are missing", thousands(absent), thousands(landed.present)));
    }
    if landed.spoilt > 0 {
        parts.push(format!("{} published before are now rejected", thousands(landed.spoilt)));
    }
    if landed.deleted > 0 {
        parts.push(format!("{} are said to be deleted", thousands(landed.deleted)));
    }
    parts.join(", ")
}

#[expect(clippy::cast_precision_loss, reason = "counts of records stay far below 2^53")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// A number as people read it: `2,500`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut told = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(present: u64, absent: u64) -> Landed {
        Landed { present, absent, after: present, read: present - absent, whole: true, ..Landed::default() }
    }

    #[track_caller]
    fn check(landed: &Landed, expect: &Expect, expected: Option<&str>) {
        let told = match judge(landed, expect) {
            Judgement::Publish => None,
            Judgement::Hold(why) => Some(why),
        };
        assert_eq!(told.as_deref(), expected);
    }

    #[test]
    fn a_list_that_shrinks_too_far_is_held() {
        let no = Expect::default();
        check(&whole(5000, 0), &no, None);
        check(&whole(5000, 500), &no, None);
        check(&whole(5000, 501), &no, Some("501 of 5,000 records are missing"));
        check(&whole(5000, 5000), &no, Some("5,000 of 5,000 records are missing"));
        check(&whole(20, 3), &no, None);
        check(&whole(20, 4), &no, Some("4 of 20 records are missing"));
        check(&whole(9, 3), &no, Some("3 of 9 records are missing"));
        check(&whole(1, 1), &no, Some("1 of 1 records are missing"));
    }

    #[test]
    fn a_window_never_shrinks_but_may_spoil() {
        let window = Landed { whole: false, ..whole(100, 90) };
        check(&window, &Expect::default(), None);
        let spoilt = Landed { spoilt: 40, ..window };
        check(&spoilt, &Expect::default(), Some("40 published before are now rejected"));
    }

    #[test]
    fn a_first_list_of_nothing_good_is_held() {
        let landed = Landed { read: 12, rejected: 12, whole: true, ..Landed::default() };
        check(&landed, &Expect::default(), Some("all 12 records were rejected"));
        check(&Landed::default(), &Expect::default(), None);
    }

    #[test]
    fn what_an_operator_expects_comes_first() {
        let expect = Expect {
            min_records: Some(200),
            max_drop: Some(DropLimit::Share(0.5)),
            filled: BTreeMap::from([("places".to_owned(), Share(0.9))]),
        };
        let mut landed = whole(400, 100);
        landed.after = 400;
        landed.filled.insert("places".into(), 380);
        check(&landed, &expect, None);
        landed.filled.insert("places".into(), 200);
        check(&landed, &expect, Some("`places` is filled in 50 % of the records, at least 90 % are expected"));
        check(&whole(400, 201), &expect, Some("201 of 400 records are missing"));
        let small = Landed { read: 10, whole: true, ..Landed::default() };
        check(&small, &expect, Some("10 records were read, at least 200 are expected"));
    }
}
