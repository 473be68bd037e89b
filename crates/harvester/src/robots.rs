//! What a site's robots.txt asks of us (RFC 9309).

use url::Url;

/// The name that a robots.txt calls us by.
const PRODUCT: &str = "carrefour";

/// How much of a robots.txt is read; RFC 9309 asks for at least 500 KiB.
pub(crate) const MAX_BYTES: usize = 512 << 10;

/// The rules of one robots.txt that concern us.
#[derive(Debug, Default)]
pub(crate) struct Robots {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    allow: bool,
    /// Percent-decoded where that changes nothing but the spelling; `*` and a last `$` are special.
    pattern: Vec<u8>,
}

impl Robots {
    /// The rules of a file; what is no rule is passed over, so that a web page asks nothing.
    pub(crate) fn parse(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let mut ours = Vec::new();
        let mut everybody = Vec::new();
        let mut named = false;
        let mut group = Group::default();
        let mut in_rules = false;
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((field, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match field.trim().to_ascii_lowercase().as_str() {
                "user-agent" => {
                    if in_rules {
                        group = Group::default();
                        in_rules = false;
                    }
                    // `Carrefour/1.0` and `Carrefour` are one name: the product token alone counts.
                    let end =
                        value.find(|c: char| !c.is_ascii_alphabetic() && !"-_".contains(c)).unwrap_or(value.len());
                    group.everybody |= value == "*";
                    group.ours |= value[..end].eq_ignore_ascii_case(PRODUCT);
                    named |= group.ours;
                }
                kind @ ("allow" | "disallow") => {
                    in_rules = true;
                    // An empty rule says nothing.
                    if value.is_empty() {
                        continue;
                    }
                    let rule = || Rule { allow: kind == "allow", pattern: plain(value) };
                    if group.ours {
                        ours.push(rule());
                    }
                    if group.everybody {
                        everybody.push(rule());
                    }
                }
                _ => {}
            }
        }
        Self { rules: if named { ours } else { everybody } }
    }

    /// Whether an address may be asked: the longest rule that fits decides, and of two as long, the milder.
    pub(crate) fn allow(&self, url: &Url) -> bool {
        if url.path() == "/robots.txt" {
            return true;
        }
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = plain(&format!("{}{query}", url.path()));
        let fitting = self.rules.iter().filter(|rule| fits(&rule.pattern, &path));
        fitting.max_by_key(|rule| (rule.pattern.len(), rule.allow)).is_none_or(|rule| rule.allow)
    }
}

#[derive(Debug, Default)]
struct Group {
    ours: bool,
    everybody: bool,
}

/// One spelling for every path: percent-encoded letters and digits decoded, other bytes encoded.
fn plain(path: &str) -> Vec<u8> {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |offset: usize| bytes.get(at + offset).and_then(|byte| char::from(*byte).to_digit(16));
        if bytes[at] == b'%'
            && let (Some(high), Some(low)) = (hex(1), hex(2))
        {
            let decoded = u8::try_from(high * 16 + low).expect("two hexadecimal digits are one byte");
            if decoded.is_ascii_alphanumeric() || b"-._~".contains(&decoded) {
                out.push(decoded);
            } else {
                out.extend(format!("%{decoded:02X}").bytes());
            }
            at += 3;
            continue;
        }
        if bytes[at].is_ascii_graphic() {
            out.push(bytes[at]);
        } else {
            out.extend(format!("%{:02X}", bytes[at]).bytes());
        }
        at += 1;
    }
    out
}

/// Whether a pattern fits the beginning of a path; linear in time but for the stars' retries.
fn fits(pattern: &[u8], path: &[u8]) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix(b"$") {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split(|byte| *byte == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let parts: Vec<&[u8]> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return !to_the_end || rest.is_empty() };
    for part in middle {
        let Some(at) = find(rest, part) else { return false };
        rest = &rest[at + part.len()..];
    }
    if to_the_end { rest.ends_with(last) } else { find(rest, last).is_some() }
}

fn find(path: &[u8], part: &[u8]) -> Option<usize> {
    memchr::memmem::find(path, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(robots: &str, allowed: &[&str], refused: &[&str]) {
        let robots = Robots::parse(robots.as_bytes());
        let allow = |path: &&str| robots.allow(&Url::parse(&format!("http://a.example{path}")).unwrap());
        assert_eq!(allowed.iter().filter(|path| !allow(path)).collect::<Vec<_>>(), Vec::<&&str>::new());
        assert_eq!(refused.iter().filter(|path| allow(path)).collect::<Vec<_>>(), Vec::<&&str>::new());
    }

    #[test]
    fn the_longest_rule_that_fits_decides() {
        check("", &["/", "/a"], &[]);
        check("<!doctype html><p>Disallow: /", &["/"], &[]);
        check("User-agent: *\nDisallow:\n", &["/a"], &[]);
        check("User-agent: *\nDisallow: /\n", &["/robots.txt"], &["/", "/a?b"]);
        check("user-agent : *\nDISALLOW: /a # why\nAllow: /a/b\r\n", &["/a/b", "/b"], &["/a", "/ab", "/a/c"]);
        check("User-agent: *\nDisallow: /a\nAllow: /a\n", &["/a"], &[]);
        check("Disallow: /\nUser-agent: other\nDisallow: /\n", &["/"], &[]);
    }

    #[test]
    fn a_group_that_names_us_goes_before_the_stars() {
        check("User-agent: *\nDisallow: /\n\nUser-agent: Carrefour\nDisallow: /x\n", &["/a"], &["/x"]);
        check("User-agent: carrefour/2.0\nUser-agent: other\nDisallow: /\nUser-agent: *\nAllow: /\n", &[], &["/a"]);
        check("User-agent: Carrefour\n\nUser-agent: *\nDisallow: /a\n", &["/b"], &["/a"]);
        check("User-agent: carrefourbot\nDisallow: /\n", &["/a"], &[]);
    }

    #[test]
    fn stars_ends_and_escapes() {
        check("User-agent: *\nDisallow: /*.pdf$\n", &["/a.pdf?x", "/a.pdfs"], &["/a.pdf", "/b/c.pdf"]);
        check("User-agent: *\nDisallow: /*?page=\n", &["/list"], &["/list?page=2"]);
        check("User-agent: *\nDisallow: /caf%C3%A9\nDisallow: /%61b\n", &["/cafe"], &["/café", "/ab"]);
        check("User-agent: *\nDisallow: /été\n", &[], &["/%C3%A9t%c3%a9/2"]);
        check("User-agent: *\nDisallow: /a$\n", &["/ab", "/a/"], &["/a"]);
        check("User-agent: *\nDisallow: *a*a*a*b\n", &["/aaaaaaaaaaaaaaaaaaaaaaaaaa"], &["/aXaXab"]);
    }
}
