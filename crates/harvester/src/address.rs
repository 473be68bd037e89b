//! The address policy: where the client may connect, decided on the very addresses it dials.
//!
//! Only globally routable unicast addresses are dialled, so that no list and no redirect can make
//! us read what stands behind our own door. The lists are the union of what careful fetchers
//! refuse: IANA's special-purpose registries, and every way to write an IPv4 address inside an IPv6
//! one. Two checks, because neither alone is enough: the client asks [`refusal`] about addresses
//! that are written in the URL, which never reach a resolver; [`GuardedNames`] filters what a name
//! resolves to, and what it lets through is what is dialled, so that a second, different answer of
//! the same name has no window.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, LazyLock};

use ipnet::{Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

/// Why an address is not dialled; `None` where it may be.
pub(crate) fn refusal(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => refusal_v4(address),
        IpAddr::V6(address) => refusal_v6(address),
    }
}

fn refusal_v4(address: Ipv4Addr) -> Option<&'static str> {
    REFUSED_V4.iter().find(|(net, _)| net.contains(&address)).map(|(_, why)| *why)
}

fn refusal_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some((_, why)) = REFUSED_V6.iter().find(|(net, _)| net.contains(&address)) {
        return Some(why);
    }
    // Everything that IANA has given out for global unicast lies in 2000::/3.
    (address.segments()[0] & 0xe000 != 0x2000).then_some("an address outside global unicast")
}

static REFUSED_V4: LazyLock<Vec<(Ipv4Net, &str)>> = LazyLock::new(|| {
    nets(&[
        ("0.0.0.0/8", "an address of this network"),
        ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "an address shared behind a carrier's NAT"),
        ("127.0.0.0/8", "a loopback address"),
        ("169.254.0.0/16", "a link-local address"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "an address of protocol assignments"),
        ("192.0.2.0/24", "a documentation address"),
        ("192.31.196.0/24", "an AS112 address"),
        ("192.52.193.0/24", "an AMT address"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "a private address"),
        ("192.175.48.0/24", "an AS112 address"),
        ("198.18.0.0/15", "a benchmarking address"),
        ("198.51.100.0/24", "a documentation address"),
        ("203.0.113.0/24", "a documentation address"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
    ])
});

static REFUSED_V6: LazyLock<Vec<(Ipv6Net, &str)>> = LazyLock::new(|| {
    nets(&[
        ("::/128", "the unspecified address"),
        ("::1/128", "a loopback address"),
        ("::/96", "an IPv4 address in an IPv6 one"),
        ("::ffff:0:0/96", "an IPv4 address in an IPv6 one"),
        ("::ffff:0:0:0/96", "an IPv4 address in an IPv6 one"),
        ("64:ff9b::/96", "an IPv4 address behind NAT64"),
        ("64:ff9b:1::/48", "an IPv4 address behind NAT64"),
        ("100::/64", "a discard address"),
        ("2001::/32", "a Teredo address"),
        ("2001::/23", "an address of protocol assignments"),
        ("2001:db8::/32", "a documentation address"),
        ("2002::/16", "a 6to4 address"),
        ("2620:4f:8000::/48", "an AS112 address"),
        ("3fff::/20", "a documentation address"),
        ("5f00::/16", "a segment-routing address"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
    ])
});

fn nets<N: std::str::FromStr<Err: std::fmt::Debug>>(written: &[(&str, &'static str)]) -> Vec<(N, &'static str)> {
    written.iter().map(|(net, why)| (net.parse().expect("the nets above are well written"), *why)).collect()
}

/// A name or an address that the policy forbids to dial.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{host}` is at {address}, {why}")]
pub(crate) struct Refused {
    pub(crate) host: String,
    pub(crate) address: IpAddr,
    pub(crate) why: &'static str,
}

/// Who knows the addresses of a name; the system, or a test.
pub(crate) trait Names: Send + Sync {
    /// Every address of a name.
    fn addresses(&self, name: String) -> Answer;
}

/// What [`Names`] promises: addresses, or why there are none.
pub(crate) type Answer = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// The resolver of the system.
#[derive(Debug)]
pub(crate) struct SystemNames;

impl Names for SystemNames {
    fn addresses(&self, name: String) -> Answer {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A resolver for the HTTP client: what it gives is what is dialled.
#[derive(Clone)]
pub(crate) struct GuardedNames {
    pub(crate) names: Arc<dyn Names>,
    /// False for pairs that the operator allows, whatever their names resolve to.
    pub(crate) guarded: bool,
}

impl Resolve for GuardedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let answer = self.names.addresses(host.clone());
        let guarded = self.guarded;
        Box::pin(async move {
            let found = answer.await?;
            let mut refused = None;
            let mut dialled = Vec::new();
            for address in found {
                match refusal(address).filter(|_| guarded) {
                    Some(why) => refused = Some(Refused { host: host.clone(), address, why }),
                    None => dialled.push(SocketAddr::new(address, 0)),
                }
            }
            match refused {
                Some(refused) if dialled.is_empty() => Err(refused.into()),
                _ => Ok(Box::new(dialled.into_iter()) as Addrs),
            }
        })
    }
}

/// The host and port of an address as somebody wrote them: what `--allow` is compared with.
///
/// `127.0.0.1:8100` allows neither `localhost:8100` nor `2130706433:8100`, although all three are
/// one place: what is allowed is what the operator has read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrittenPair(Option<String>);

impl WrittenPair {
    /// Of an absolute address; a pair that equals no other where there is none.
    pub(crate) fn of(written: &str, url: &Url) -> Self {
        let pair = || {
            let rest = written.trim().split_once("//").map(|(_, rest)| rest)?;
            let authority = rest.split(['/', '\\', '?', '#']).next()?;
            let host_port = authority.rsplit_once('@').map_or(authority, |(_, after)| after);
            let port_written =
                host_port.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
            let written = host_port.to_ascii_lowercase();
            if port_written { Some(written) } else { Some(format!("{written}:{}", url.port_or_known_default()?)) }
        };
        Self(pair())
    }

    /// Of a redirect's target: a relative one stays at the pair it came from.
    pub(crate) fn follow(&self, location: &str, target: &Url) -> Self {
        let location = location.trim();
        let names_a_host = Url::parse(location).is_ok()
            || location.starts_with(['/', '\\']) && {
                location.chars().nth(1).is_some_and(|second| matches!(second, '/' | '\\'))
            };
        if names_a_host { Self::of(location, target) } else { self.clone() }
    }

    /// Whether the operator allows this pair.
    pub(crate) fn is_in(&self, allow: &[String]) -> bool {
        self.0.as_ref().is_some_and(|pair| allow.iter().any(|allowed| allowed.eq_ignore_ascii_case(pair)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The verdict on an address as it may stand in a URL, after all the ways to spell it.
    fn verdict(host: &str) -> Option<&'static str> {
        match Url::parse(&format!("http://{host}/")).ok()?.host()? {
            url::Host::Ipv4(address) => refusal(address.into()),
            url::Host::Ipv6(address) => refusal(address.into()),
            url::Host::Domain(_) => None,
        }
    }

    #[test]
    fn no_spelling_of_an_inner_address_passes() {
        let passed: Vec<&str> = "
            0.0.0.0 0 0x0 0.1.2.3 10.0.0.1 10.255.255.255 012.0.0.1 0xa.0.0.1 167772161 100.64.0.1 100.127.255.255
            127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7F.0.0.1 0177.0.0.1 017700000001 127.0.0.1. 127.255.255.254
            １２７.0.0.1 127。0。0。1 %31%32%37.0.0.1 169.254.169.254 169.254.0.1 2852039166 0xa9fea9fe 0251.0376.0251.0376
            172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.1.1
            192.168.257 3232235777 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1
            239.255.255.255 240.0.0.1 255.255.255.255 0xffffffff
            [::] [::1] [0:0:0:0:0:0:0:1] [::127.0.0.1] [::8.8.8.8] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1]
            [0:0:0:0:0:ffff:a9fe:a9fe] [::ffff:8.8.8.8] [::ffff:0:127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::169.254.169.254]
            [64:ff9b:1::1] [100::1] [2001::1] [2001:0:7f00:1::] [2001:2::1] [2001:10::1] [2001:20::1] [2001:db8::1]
            [2002:7f00:1::] [2002:a00:1::1] [2620:4f:8000::1] [3fff::1] [5f00::1] [fc00::1] [fd00:ec2::254] [fe80::1]
            [febf::1] [fec0::1] [ff02::1] [ff0e::1] [4000::1] [1::1] [e000::1]
        "
        .split_whitespace()
        .filter(|host| verdict(host).is_none())
        .collect();
        assert_eq!(passed, Vec::<&str>::new());
    }

    #[test]
    fn public_addresses_pass() {
        for host in "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 \
                     172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 198.17.255.255 198.20.0.1 223.255.255.255 \
                     134744072 [2001:41d0::1] [2606:4700::1111] [2a01:e0a::1] [2003::1] [2001:200::1]"
            .split_whitespace()
        {
            assert_eq!(verdict(host), None, "{host}");
        }
    }

    #[test]
    fn a_pair_is_allowed_as_it_is_written() {
        let allow = ["127.0.0.1:8100".to_owned(), "Partner.example:80".to_owned(), "[::1]:8100".to_owned()];
        let is_in = |written: &str| WrittenPair::of(written, &Url::parse(written).unwrap()).is_in(&allow);
        for allowed in [
            "http://127.0.0.1:8100/feed",
            "http://user:word@127.0.0.1:8100?x",
            "http://partner.example/",
            "HTTP://PARTNER.EXAMPLE:80#x",
            "http://[::1]:8100/",
        ] {
            assert!(is_in(allowed), "{allowed}");
        }
        for other in [
            "http://localhost:8100/",
            "http://127.0.0.1:8101/",
            "http://127.0.0.1/",
            "http://127.0.0.2:8100/",
            "http://2130706433:8100/",
            "http://127.0.0.1.:8100/",
            "http://0x7f.0.0.1:8100/",
            "https://partner.example/",
            "http://127.0.0.1:8100@127.0.0.2/",
            "http://127.0.0.2/@127.0.0.1:8100",
            "http:\\\\127.0.0.2\\@127.0.0.1:8100",
        ] {
            assert!(!is_in(other), "{other}");
        }
    }

    #[test]
    fn a_relative_redirect_stays_at_its_pair() {
        let allow = ["127.0.0.1:8100".to_owned()];
        let base = Url::parse("http://127.0.0.1:8100/a/b").unwrap();
        let pair = WrittenPair::of(base.as_str(), &base);
        for (location, stays) in [
            ("/c", true),
            ("c?d=//x", true),
            ("?e", true),
            ("//127.0.0.1:8100/c", true),
            ("http://127.0.0.1:8100/", true),
            ("//2130706433:8100/c", false),
            ("\\\\127.0.0.2:8100\\c", false),
            ("/\\127.0.0.2:8100/c", false),
            ("http:\\\\127.0.0.2:8100", false),
        ] {
            let target = base.join(location).unwrap();
            assert_eq!(pair.follow(location, &target).is_in(&allow), stays, "{location}");
        }
    }
}
