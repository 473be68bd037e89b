//! Dates as feeds write them, in RFC 3339.
//!
//! Two families: figures from the year down (W3CDTF and its relatives), and words (RFC 822, what
//! `asctime` prints, French). Weekdays are never read: they are wrong or foreign too often, and the
//! day is known without them. A date without a zone is told in UTC; a zone that is written is kept,
//! as the day of an event is the day of its place.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, TimeZone, Utc};

/// A date in RFC 3339, or none where no date can be read.
pub(super) fn rfc3339(written: &str) -> Option<String> {
    let written = written.trim();
    if written.is_empty() || written.len() > 100 || !written.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if let Some(date) = by_the_book(written.as_bytes()) {
        return Some(date);
    }
    let date = from_figures(written).or_else(|| from_words(written))?;
    Some(date.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// `Thu, 01 Jan 2004 19:48:21 +0100` and `2004-01-01T19:48:21Z`, which nearly all feeds write: without a detour.
fn by_the_book(written: &[u8]) -> Option<String> {
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
    };
    let (year, month, day, time, zone) = match written {
        [_, _, _, b',', b' ', d1, d2, b' ', m1, m2, m3, b' ', y1, y2, y3, y4, b' ', rest @ ..] if rest.len() > 9 => {
            const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
            let month = MONTHS.chunks(3).position(|name| name == [*m1, *m2, *m3])?;
            (
                number(&[*y1, *y2, *y3, *y4])?,
                u32::try_from(month).ok()? + 1,
                number(&[*d1, *d2])?,
                &rest[..8],
                &rest[8..],
            )
        }
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', rest @ ..] if rest.len() > 8 => {
            (number(&[*y1, *y2, *y3, *y4])?, number(&[*m1, *m2])?, number(&[*d1, *d2])?, &rest[..8], &rest[8..])
        }
        _ => return None,
    };
    let [h1, h2, b':', n1, n2, b':', s1, s2] = time else { return None };
    let (hour, minute, second) = (number(&[*h1, *h2])?, number(&[*n1, *n2])?, number(&[*s1, *s2])?);
    ymd(year, month, day)?;
    NaiveTime::from_hms_opt(hour, minute, second)?;
    let mut date = String::with_capacity(25);
    push_figures(year / 100, &mut date);
    for (before, figures) in [("", year % 100), ("-", month), ("-", day), ("T", hour), (":", minute), (":", second)] {
        date.push_str(before);
        push_figures(figures, &mut date);
    }
    match zone {
        b"Z" | b" GMT" | b" UTC" | b" +0000" | b"+00:00" => date.push('Z'),
        [b' ', sign @ (b'+' | b'-'), h1, h2, m1, m2] | [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            if number(&[*h1, *h2])? > 14 || number(&[*m1, *m2])? > 59 {
                return None;
            }
            date.extend([*sign, *h1, *h2, b':', *m1, *m2].map(char::from));
        }
        _ => return None,
    }
    Some(date)
}

/// Appends two figures: `format!` takes longer than all the rest of a common date.
fn push_figures(number: u32, to: &mut String) {
    for figure in [number / 10 % 10, number % 10] {
        to.push(char::from_digit(figure, 10).unwrap_or('0'));
    }
}

/// `2004`, `2004-03`, `2004-03-12`, `20040312`, `2004-072`, each perhaps with a time; `12/03/2004`.
fn from_figures(written: &str) -> Option<DateTime<FixedOffset>> {
    let end = written.find(|c: char| !c.is_ascii_digit() && !"-/.".contains(c)).unwrap_or(written.len());
    let (day, rest) = written.split_at(end);
    let parts: Vec<&str> = day.trim_end_matches(['-', '/', '.']).split(['-', '/', '.']).collect();
    let number = |text: &str| text.parse::<u32>().ok();
    let date = match parts.as_slice() {
        [all] if all.len() == 8 => ymd(number(&all[..4])?, number(&all[4..6])?, number(&all[6..])?),
        [all] if all.len() == 10 && rest.is_empty() => {
            return DateTime::from_timestamp(all.parse().ok()?, 0).map(|moment| moment.fixed_offset());
        }
        [all] if all.len() == 6 && rest.is_empty() => ymd(number(&all[..4])?, number(&all[4..])?, 1),
        [year] if year.len() == 4 => ymd(number(year)?, 1, 1),
        [year, ordinal] if year.len() == 4 && ordinal.len() == 3 => {
            NaiveDate::from_yo_opt(year.parse().ok()?, number(ordinal)?)
        }
        [year, month] if year.len() == 4 => ymd(number(year)?, number(month)?, 1),
        [year, month, day] if year.len() == 4 => ymd(number(year)?, number(month)?, number(day)?),
        [day, month, year] if year.len() == 4 && day.len() <= 2 => {
            let (day, month, year) = (number(day)?, number(month)?, number(year)?);
            // The day comes first, unless there is no such month.
            if month > 12 { ymd(year, day, month) } else { ymd(year, month, day) }
        }
        _ => None,
    }?;
    let rest = rest.trim_start_matches(['T', 't', ' ', ',', ':']).trim();
    if rest.is_empty() {
        return at(date, NaiveTime::MIN, 0, 0);
    }
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return at(date, NaiveTime::MIN, 0, zone(rest)?);
    }
    let (time, days, rest) = clock(rest)?;
    at(date, time, days, zone(rest)?)
}

/// `Thu, 01 Jan 2004 19:48:21 GMT`, `Jan 1, 2004 7:48 pm`, `jeudi 1er janvier 2004 à 19h48`.
fn from_words(written: &str) -> Option<DateTime<FixedOffset>> {
    let (mut day, mut month, mut year) = (None, None, None);
    let mut time = (NaiveTime::MIN, 0);
    let mut zone_text = String::new();
    let mut has_clock = false;
    // What stands before a comma and holds no figure is a weekday, also where it reads like a month (`mar.,`).
    let written = match written.split_once(',') {
        Some((weekday, rest)) if !weekday.contains(|c: char| c.is_ascii_digit()) => rest,
        _ => written,
    };
    for word in written.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
        let starts_with_digit = word.starts_with(|c: char| c.is_ascii_digit());
        let is_clock = starts_with_digit && word.contains([':', 'h', 'H']);
        if is_clock && let Some((clock, days, rest)) = clock(word) {
            time = (clock, days);
            has_clock = true;
            zone_text.push_str(rest);
        } else if starts_with_digit {
            for part in word.split(['-', '/', '.']).filter(|part| !part.is_empty()) {
                let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                match part[..digits].parse::<u32>() {
                    Ok(number) if digits == 4 => year = Some(number),
                    Ok(number) if day.is_none() => day = Some(number),
                    Ok(number) if year.is_none() && digits == 2 => {
                        year = Some(if number < 50 { 2000 + number } else { 1900 + number });
                    }
                    Err(_) if month.is_none() => month = month_of(part),
                    _ => return None,
                }
            }
        } else if let Some(named) = month_of(word) {
            // A later one wins: `mar. 01 févr. 2011`.
            month = Some(named);
        } else if has_clock && zone_text.is_empty() && zone(word).is_some() {
            zone_text.push_str(word);
        } else if word.eq_ignore_ascii_case("pm") || word.eq_ignore_ascii_case("p.m.") {
            time.0 = if time.0 < NaiveTime::from_hms_opt(12, 0, 0)? { time.0 + TimeDelta::hours(12) } else { time.0 };
        }
    }
    at(ymd(year?, month?, day?)?, time.0, time.1, zone(&zone_text).unwrap_or(0))
}

fn ymd(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    (1..=9999).contains(&year).then(|| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day))?
}

/// A time of the day at the front of a text, the days it runs over (24:00), and what follows.
fn clock(text: &str) -> Option<(NaiveTime, i64, &str)> {
    let mut parts = [0u32; 3];
    let mut count = 0;
    let mut rest = text;
    loop {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        // `194821` and `1948`, as ISO's short form has it.
        if count == 0 && (digits == 6 || digits == 4) {
            for (part, at) in parts.iter_mut().zip((0..digits).step_by(2)) {
                *part = rest[at..at + 2].parse().ok()?;
            }
            rest = &rest[digits..];
            break;
        }
        if digits == 0 || digits > 2 {
            break;
        }
        parts[count] = rest[..digits].parse().ok()?;
        count += 1;
        rest = &rest[digits..];
        let goes_on = rest.starts_with([':', 'h', 'H']) && rest[1..].starts_with(|c: char| c.is_ascii_digit());
        if count == 3 || !goes_on {
            break;
        }
        rest = &rest[1..];
    }
    let rest = rest.strip_prefix(['h', 'H']).unwrap_or(rest);
    let mut nanoseconds = 0;
    let mut after = rest;
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        let digits = fraction.len() - fraction.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        // Milliseconds are enough for any feed.
        nanoseconds = format!("{:0<3.3}", &fraction[..digits]).parse::<u32>().unwrap_or(0) * 1_000_000;
        after = &fraction[digits..];
    }
    let [hour, minute, second] = parts;
    let time = NaiveTime::from_hms_nano_opt(hour % 24, minute, second.min(59), nanoseconds)?;
    (hour <= 24 && second <= 61).then_some((time, i64::from(hour / 24), after))
}

/// Seconds east of Greenwich; an empty text is Greenwich.
fn zone(text: &str) -> Option<i32> {
    let text = text.trim().trim_matches(['(', ')']);
    let letters = text.len() - text.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let (name, offset) = text.split_at(letters);
    let hours = match name.to_ascii_uppercase().as_str() {
        "" | "UT" | "UTC" | "GMT" | "Z" | "WET" => 0.0,
        "CET" | "MET" | "WEST" | "BST" => 1.0,
        "CEST" | "MEST" | "EET" | "SAST" => 2.0,
        "EEST" | "MSK" => 3.0,
        "IST" => 5.5,
        "JST" | "KST" => 9.0,
        "AST" | "EDT" => -4.0,
        "EST" | "CDT" => -5.0,
        "CST" | "MDT" => -6.0,
        "MST" | "PDT" => -7.0,
        "PST" | "AKDT" => -8.0,
        "AKST" => -9.0,
        "HST" => -10.0,
        "ADT" => -3.0,
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "hours of a zone are few")]
    let named = (hours * 3600.0) as i32;
    let offset = offset.trim();
    let sign = match offset.chars().next() {
        None => return Some(named),
        Some('+') => 1,
        Some('-' | '\u{2212}') => -1,
        Some(_) => return None,
    };
    let digits: String =
        offset.chars().skip(1).take_while(|c| *c != ' ' && *c != '(').filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse::<i32>().ok()?, 0),
        3 => (digits[..1].parse().ok()?, digits[1..].parse().ok()?),
        4.. => (digits[..2].parse().ok()?, digits[2..4].parse().ok()?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(named + sign * (hours * 3600 + minutes * 60))
}

fn at(date: NaiveDate, time: NaiveTime, days: i64, zone: i32) -> Option<DateTime<FixedOffset>> {
    let local = date.and_time(time).checked_add_signed(TimeDelta::days(days))?;
    if zone == 0 {
        return Some(Utc.from_utc_datetime(&local).fixed_offset());
    }
    FixedOffset::east_opt(zone)?.from_local_datetime(&local).single()
}

/// A month by its English or French name, whole or cut.
fn month_of(word: &str) -> Option<u32> {
    let word = word.trim_matches('.').to_lowercase();
    let starts = [
        ("jan", 1),
        ("fev", 2),
        ("fév", 2),
        ("feb", 2),
        ("mar", 3),
        ("avr", 4),
        ("apr", 4),
        ("mai", 5),
        ("may", 5),
        ("juin", 6),
        ("jun", 6),
        ("juil", 7),
        ("jul", 7),
        ("aou", 8),
        ("aoû", 8),
        ("aug", 8),
        ("sep", 9),
        ("oct", 10),
        ("nov", 11),
        ("dec", 12),
        ("déc", 12),
    ];
    // Tuesday is `mar` or `mardi` in French, and comes before the day of the month.
    if word == "mardi" {
        return None;
    }
    starts.iter().find(|(start, _)| word.starts_with(start)).map(|(_, month)| *month)
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn every_form_of_date_becomes_rfc_3339() {
        for (written, expected) in [
            ("2011", "2011-01-01T00:00:00Z"),
            ("2011-05", "2011-05-01T00:00:00Z"),
            ("2011-05-09", "2011-05-09T00:00:00Z"),
            ("20110509", "2011-05-09T00:00:00Z"),
            ("2011-129", "2011-05-09T00:00:00Z"),
            ("2011-05-09T08:07:06Z", "2011-05-09T08:07:06Z"),
            ("2011-05-09T08:07:06.25+02:00", "2011-05-09T08:07:06.250+02:00"),
            ("2011-05-09 08:07:06", "2011-05-09T08:07:06Z"),
            ("2011-05-09T08:07-0430", "2011-05-09T08:07:00-04:30"),
            ("20110509T080706Z", "2011-05-09T08:07:06Z"),
            ("2011-05-09T24:00:00Z", "2011-05-10T00:00:00Z"),
            ("Mon, 09 May 2011 08:07:06 GMT", "2011-05-09T08:07:06Z"),
            ("Mon, 9 May 11 08:07 EST", "2011-05-09T08:07:00-05:00"),
            ("Sun, 03 Oct 99 08:07:06 +0200", "1999-10-03T08:07:06+02:00"),
            ("09 May 2011 08:07:06", "2011-05-09T08:07:06Z"),
            ("Mon May  9 08:07:06 2011", "2011-05-09T08:07:06Z"),
            ("Mon May  9 08:07:06 CEST 2011", "2011-05-09T08:07:06+02:00"),
            ("09-May-2011 08:07:06 +0000", "2011-05-09T08:07:06Z"),
            ("May 9, 2011 8:07 pm", "2011-05-09T20:07:00Z"),
            ("lun., 09 mai 2011 08:07:06 +0200", "2011-05-09T08:07:06+02:00"),
            ("lundi 9 mai 2011 à 8h07", "2011-05-09T08:07:00Z"),
            ("mardi 1er février 2011", "2011-02-01T00:00:00Z"),
            ("mar., 01 févr. 2011 10:00:00 +0100", "2011-02-01T10:00:00+01:00"),
            ("09/05/2011", "2011-05-09T00:00:00Z"),
            ("09/05/2011 08:07", "2011-05-09T08:07:00Z"),
            ("1304928426", "2011-05-09T08:07:06Z"),
        ] {
            assert_eq!(rfc3339(written).as_deref(), Some(expected), "{written}");
        }
    }

    #[test]
    fn what_is_no_date_gives_none() {
        for written in ["", "now", "infinity", "0000-00-00", "2011-02-30", "30 Feb 2011", "demain à 8h", "2011-13-01"]
        {
            assert_eq!(rfc3339(written), None, "{written}");
        }
    }
}
