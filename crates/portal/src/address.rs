//! Addresses that links lead to: to the web, to a mailbox, to a telephone; and how they are shown.
//!
//! Whatever address stands in the base, a link gets one of these or none.

use url::Url;
use url::form_urlencoded::byte_serialize;

/// An address on the web: `http` or `https`, with a host, and without a user's name that could pass for one.
pub(crate) fn web(written: &str) -> Option<String> {
    let url = Url::parse(written).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    (is_web && url.username().is_empty() && url.password().is_none()).then(|| url.to_string())
}

/// A mailbox, with fields of the letter (`subject`, `body`) filled in.
pub(crate) fn mail(mailbox: &str, fields: &[(&str, &str)]) -> Option<String> {
    let mailbox = mailbox.trim();
    let (name, host) = mailbox.rsplit_once('@')?;
    let is_name = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
    let is_host = |c: char| c.is_alphanumeric() || ".-".contains(c);
    let is_mailbox = !name.is_empty() && name.chars().all(is_name) && host.contains('.') && host.chars().all(is_host);
    is_mailbox.then(|| format!("mailto:{}@{}{}", encoded(name), encoded(host), letter(fields)))
}

/// A letter to whomever the visitor chooses.
pub(crate) fn mail_to_anybody(fields: &[(&str, &str)]) -> String {
    format!("mailto:{}", letter(fields))
}

/// A telephone.
pub(crate) fn telephone(written: &str) -> Option<String> {
    let dialled: String = written.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    (3..=16).contains(&dialled.len()).then(|| format!("tel:{dialled}"))
}

/// An address as it is shown, short enough for a line: without scheme, `www.` and closing slash.
pub(crate) fn short(address: &str) -> String {
    const LONGEST: usize = 60;
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    let bare = bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/');
    if bare.chars().count() <= LONGEST {
        return bare.to_owned();
    }
    bare.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// The site that an address is on.
pub(crate) fn site(address: &str) -> String {
    let url = Url::parse(address).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// RFC 6068: blanks as `%20`, line ends as `%0D%0A`.
fn letter(fields: &[(&str, &str)]) -> String {
    let written = fields.iter().map(|(name, value)| format!("{name}={}", encoded(&value.replace('\n', "\r\n"))));
    let written: Vec<String> = written.collect();
    if written.is_empty() { String::new() } else { format!("?{}", written.join("&")) }
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_web_or_nowhere() {
        assert_eq!(web("https://exemple.fr/a b").as_deref(), Some("https://exemple.fr/a%20b"));
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/desk",
            "ftp://a.fr/",
            "https://banque.fr@evil.example/",
            "mailto:a@b.fr",
            "",
        ] {
            assert_eq!(web(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_letter_holds_what_was_put_in_and_nothing_else() {
        let written = mail("accueil@exemple.fr", &[("subject", "Café & cie\n?")]);
        assert_eq!(written.as_deref(), Some("mailto:accueil@exemple.fr?subject=Caf%C3%A9%20%26%20cie%0D%0A%3F"));
        assert_eq!(mail_to_anybody(&[("subject", "a+b")]), "mailto:?subject=a%2Bb");
        for bad in ["", "a", "a@b", "@b.fr", "a@b.fr?bcc=c@d.fr", "a b@c.fr", "a@b.fr,c@d.fr"] {
            assert_eq!(mail(bad, &[]), None, "{bad}");
        }
    }

    #[test]
    fn addresses_are_shown_short() {
        assert_eq!(short("https://www.exemple.fr/"), "exemple.fr");
        assert!(short(&"x".repeat(90)).ends_with('…'));
        assert_eq!(site("https://www.exemple.fr/a?b"), "exemple.fr");
        assert_eq!(telephone("05 53 69 00 00").as_deref(), Some("tel:0553690000"));
        assert_eq!(telephone("non"), None);
    }
}
