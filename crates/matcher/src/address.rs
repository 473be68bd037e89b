//! Addresses as they are compared: what differs without leading elsewhere is taken away.

use url::Url;

/// Parameters that say where a visitor came from, not what is shown.
const TRACKING: [&str; 22] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "xtor",
    "phpsessid",
    "jsessionid",
];
const TRACKING_FAMILIES: [&str; 4] = ["utm_", "pk_", "piwik_", "mtm_"];

/// Last parts of a path that stand for the folder itself.
const INDEX: [&str; 6] = ["index.html", "index.htm", "index.php", "index.asp", "index.aspx", "default.aspx"];

/// Paths of one part under which a site shows its front page.
const FRONT: [&str; 10] =
    ["fr", "en", "fr-fr", "fr_fr", "accueil", "home", "home-page", "welcome", "bienvenue", "site"];

/// An address as it is compared: `host[:port]/path[?query]`, without scheme, `www.`, default port,
/// closing slash, fragment (unless it is a route of the page's own script) or tracking parameters;
/// parameters are sorted.
///
/// `None` for what is not http or https.
///
/// ```
/// let written = "HTTPS://www.Exemple.fr:443/actions/?b=2&utm_source=lettre&a=1#haut";
/// assert_eq!(matcher::canonical_address(written).as_deref(), Some("exemple.fr/actions?a=1&b=2"));
/// ```
pub fn canonical_address(written: &str) -> Option<String> {
    let url = Url::parse(written.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let host = url.host_str()?.trim_end_matches('.');
    let mut canonical = host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host).to_owned();
    if let Some(port) = url.port().filter(|port| !matches!(port, 80 | 443)) {
        canonical.push(':');
        canonical.push_str(&port.to_string());
    }
    canonical.push_str(&plain_escapes(folder(url.path())));
    if !canonical.contains('/') {
        canonical.push('/');
    }
    let parameters = parameters(&url);
    if !parameters.is_empty() {
        canonical.push('?');
        canonical.push_str(&parameters.join("&"));
    }
    if let Some(route) = url.fragment().filter(|fragment| fragment.starts_with(['/', '!'])) {
        canonical.push('#');
        canonical.push_str(&plain_escapes(route.trim_end_matches('/')));
    }
    Some(canonical)
}

/// The canonical address where it can identify a page: a site's front page never does.
pub(crate) fn identifying_address(written: &str) -> Option<String> {
    let canonical = canonical_address(written)?;
    let (_, path) = canonical.split_once('/')?;
    let is_front = path.is_empty() || FRONT.contains(&path.to_ascii_lowercase().as_str());
    (!is_front).then_some(canonical)
}

fn folder(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/') {
        Some((folder, last)) if INDEX.contains(&last.to_ascii_lowercase().as_str()) => folder.trim_end_matches('/'),
        _ => path,
    }
}

fn parameters(url: &Url) -> Vec<String> {
    let mut kept: Vec<String> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
            !name.is_empty()
                && !TRACKING.contains(&name.as_str())
                && !TRACKING_FAMILIES.iter().any(|family| name.starts_with(family))
        })
        .map(plain_escapes)
        .collect();
    kept.sort();
    kept.dedup();
    kept
}

/// Percent-escapes with capital digits; escapes of letters, digits, `-`, `.`, `_`, `~` undone (RFC 3986, 6.2.2).
fn plain_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        plain.push_str(&rest[..at]);
        let byte = rest.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => plain.push(char::from(byte)),
            Some(_) => plain.push_str(&rest[at..at + 3].to_ascii_uppercase()),
            None => plain.push('%'),
        }
        rest = &rest[at + if byte.is_some() { 3 } else { 1 }..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, canonical: Option<&str>, identifies: bool) {
        assert_eq!(canonical_address(written).as_deref(), canonical, "{written}");
        assert_eq!(identifying_address(written).is_some(), identifies, "{written}");
    }

    #[test]
    fn what_leads_to_the_same_page_is_one_address() {
        check("http://exemple.fr/a/", Some("exemple.fr/a"), true);
        check("https://www.exemple.fr/a#haut", Some("exemple.fr/a"), true);
        check("http://exemple.fr:80/a/index.php?", Some("exemple.fr/a"), true);
        check("http://exemple.fr/index.php?id=4&fbclid=x&UTM_Source=y", Some("exemple.fr/?id=4"), true);
        check("http://exemple.fr", Some("exemple.fr/"), false);
        check("http://exemple.fr:8080/a", Some("exemple.fr:8080/a"), true);
        check("http://exemple.fr/%7ea/%c3%a9", Some("exemple.fr/~a/%C3%A9"), true);
        check("http://exemple.fr/é?q=%", Some("exemple.fr/%C3%A9?q=%"), true);
        check("https://carte.exemple.fr/annuaire#/fiche/9/", Some("carte.exemple.fr/annuaire#/fiche/9"), true);
        check("http://exemple.fr/A?b=1&a=2&b=1", Some("exemple.fr/A?a=2&b=1"), true);
    }

    #[test]
    fn a_front_page_identifies_nothing() {
        for front in
            ["https://www.exemple.fr", "http://exemple.fr/", "http://exemple.fr/fr/", "http://exemple.fr/Accueil"]
        {
            assert_eq!(identifying_address(front), None, "{front}");
        }
        check("mailto:a@exemple.fr", None, false);
        check("ftp://exemple.fr/a", None, false);
        check("javascript:void(0)", None, false);
        check("", None, false);
        check("exemple.fr/a", None, false);
    }
}
