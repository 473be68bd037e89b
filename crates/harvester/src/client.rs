//! The one HTTP client: the only place that opens a socket towards the world.
//!
//! A request has one deadline for everything (name, connection, redirects, headers, body), a slowest
//! pace and a ceiling on decompressed bytes; its body goes to disk while it comes. Redirects are
//! followed here, hop by hop, because every hop passes the address policy and robots.txt.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::ReasonCode;
use reqwest::header::{self, HeaderName, HeaderValue};
use reqwest::{Response, StatusCode};
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep, timeout};
use url::{Host, Url};

use crate::address::{GuardedNames, Names, SystemNames, WrittenPair, refusal};
use crate::answer::{check_encoding, conditions, header_text, redirect, retry_after};
use crate::fault::{FetchError, in_words, shown};
use crate::politeness::{Hosts, Turn, patiently};
use crate::robots::{self, Robots};
use crate::settings::ClientConfig;
use crate::spool::{Spool, Spooled, Validators};

/// Redirects followed for one request.
const MAX_HOPS: usize = 5;
/// What a body may take before its pace counts.
const PACE_GRACE: Duration = Duration::from_secs(10);
/// Longest wait for a robots.txt; the site is then read as if it had none.
const ROBOTS_PATIENCE: Duration = Duration::from_secs(10);
/// How long a robots.txt is believed (RFC 9309, 2.4).
const ROBOTS_AGE: Duration = Duration::from_hours(24);

/// The client, shared by all runs: what it owes each host lives in it.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    config: ClientConfig,
    names: Arc<dyn Names>,
    open: OnceCell<reqwest::Client>,
    guarded: OnceCell<reqwest::Client>,
    hosts: Hosts,
    robots: Mutex<HashMap<String, SiteRobots>>,
    #[cfg(test)]
    recorder: Option<crate::recorder::Recorder>,
}

/// A site's robots.txt and when it was asked for; whoever comes first asks, the others wait for the answer.
struct SiteRobots {
    since: Instant,
    rules: Arc<OnceCell<Robots>>,
}

/// A config that no client can be made of.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The User-Agent holds what no header may hold.
    #[error("`{0}` cannot be a User-Agent")]
    UserAgent(String),
    /// An allowed pair is not written `host:port`.
    #[error("`{0}` is not an allowed pair: expected a host and a port, as in `127.0.0.1:8100`")]
    Allow(String),
}

/// What a fetch brought.
#[derive(Debug)]
pub enum Fetched {
    /// A document.
    Body(Spooled),
    /// 304: the document is the one that the validators stand for, or so the server says.
    NotModified,
}

/// What was spent on the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Requests sent, hops and repetitions included; robots.txt is not counted.
    pub(crate) requests: u64,
    /// Bytes received, after decompression.
    pub(crate) bytes: u64,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

impl Client {
    /// A client that keeps to a config; opens nothing yet.
    pub fn new(config: ClientConfig) -> Result<Self, ClientError> {
        Self::with_names(config, Arc::new(SystemNames))
    }

    fn with_names(config: ClientConfig, names: Arc<dyn Names>) -> Result<Self, ClientError> {
        if HeaderValue::from_str(&config.user_agent).is_err() {
            return Err(ClientError::UserAgent(config.user_agent));
        }
        let is_pair = |pair: &str| {
            pair.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
        };
        if let Some(pair) = config.allow.iter().find(|pair| !is_pair(pair)) {
            return Err(ClientError::Allow(pair.clone()));
        }
        let inner = Inner {
            hosts: Hosts::new(config.pause),
            config,
            names,
            open: OnceCell::new(),
            guarded: OnceCell::new(),
            robots: Mutex::default(),
            #[cfg(test)]
            recorder: None,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// A client whose names are a test's, and whose connections are counted and never opened.
    #[cfg(test)]
    pub(crate) fn recording(config: ClientConfig, names: Arc<dyn Names>, recorder: crate::recorder::Recorder) -> Self {
        let mut client = Self::with_names(config, names).expect("the test's config is well made");
        Arc::get_mut(&mut client.inner).expect("nobody shares it yet").recorder = Some(recorder);
        client
    }

    /// What it keeps to.
    pub fn config(&self) -> &ClientConfig {
        &self.inner.config
    }

    /// Asks for a document, as often as the config says, if it is not the one that `validators` stand for.
    ///
    /// Ends within `(retries + 1) × deadline`, waiting for the host's turn and rest apart.
    pub async fn fetch(&self, url: &str, validators: Option<&Validators>) -> Result<Fetched, FetchError> {
        let attempts = self.inner.config.retries + 1;
        self.fetch_within(self.longest_fetch(), attempts, url, validators, &mut Tally::default()).await
    }

    /// How long a fetch may take, waiting for the host's turn and rest apart.
    pub(crate) fn longest_fetch(&self) -> Duration {
        self.inner.config.deadline * (self.inner.config.retries + 1)
    }

    /// [`Client::fetch`] within a time and a number of attempts, with an account of what was spent.
    pub(crate) async fn fetch_within(
        &self,
        mut left: Duration,
        attempts: u32,
        url: &str,
        validators: Option<&Validators>,
        tally: &mut Tally,
    ) -> Result<Fetched, FetchError> {
        let deadline = self.inner.config.deadline;
        let mut attempt = 1;
        loop {
            let mut allowance = Allowance(deadline.min(left));
            let given = allowance.0;
            let fault = match self.attempt(url, validators, &mut allowance, tally).await {
                Ok(fetched) => return Ok(fetched),
                Err(fault) => fault,
            };
            left = left.saturating_sub(given.saturating_sub(allowance.0));
            let wait = fault.retry_after.unwrap_or_else(|| back_off(attempt));
            if !fault.passing || attempt >= attempts || wait > left {
                return Err(fault);
            }
            tracing::debug!(url = shown(url), attempt, wait_ms = wait.as_millis(), "asking again: {fault}");
            sleep(wait).await;
            left -= wait;
            attempt += 1;
        }
    }

    async fn attempt(
        &self,
        asked: &str,
        validators: Option<&Validators>,
        allowance: &mut Allowance,
        tally: &mut Tally,
    ) -> Result<Fetched, FetchError> {
        let deadline = self.inner.config.deadline;
        let mut url = Url::parse(asked).map_err(|error| {
            FetchError::lasting(ReasonCode::AddressRefused, asked, &format!("is no address: {error}"))
        })?;
        let mut pair = WrittenPair::of(asked, &url);
        let mut moved_for_good = true;
        let mut moved_to = None;
        for hop in 0..=MAX_HOPS {
            self.inner.check(&url, &pair).map_err(|fault| if hop > 0 { fault.led_to_by(asked) } else { fault })?;
            self.inner.obey_robots(&url, &pair, allowance).await?;
            let mut turn = Some(self.inner.hosts.turn(&origin(&url)).await);
            tally.requests += 1;
            let http = self.inner.http(&pair).await;
            let request = http.get(url.clone()).headers(conditions(validators)).send();
            let response = allowance
                .spend(patiently(&mut turn, request))
                .await
                .ok_or_else(|| FetchError::deadline(url.as_str(), deadline))?
                .map_err(|error| FetchError::no_answer(url.as_str(), &error))
                .inspect_err(|fault| {
                    // A name that leads inside was never dialled.
                    tally.requests -= u64::from(fault.reason.code == ReasonCode::AddressRefused);
                })?;
            if let Some(target) = redirect(&url, response.status(), response.headers())? {
                moved_for_good &=
                    matches!(response.status(), StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
                pair = pair.follow(&target.location, &target.url);
                url = target.url;
                if moved_for_good {
                    moved_to = Some(url.to_string());
                }
                continue;
            }
            if response.status() == StatusCode::NOT_MODIFIED {
                return Ok(Fetched::NotModified);
            }
            self.check_status(&url, &response)?;
            check_encoding(&url, response.headers())?;
            return self.spool(url, response, moved_to, turn, allowance, tally).await.map(Fetched::Body);
        }
        let what = format!("redirects more than {MAX_HOPS} times, last to `{}`", shown(url.as_str()));
        Err(FetchError::lasting(ReasonCode::TooManyRedirects, asked, &what))
    }

    fn check_status(&self, url: &Url, response: &Response) -> Result<(), FetchError> {
        let status = response.status();
        if status.is_success() && status != StatusCode::PARTIAL_CONTENT {
            return Ok(());
        }
        if status == StatusCode::GONE {
            let what = "answered 410: it is gone for good";
            let fault = FetchError::lasting(ReasonCode::Gone, url.as_str(), what);
            return Err(FetchError { status: Some(status.as_u16()), ..fault });
        }
        let retry_after = retry_after(response.headers());
        let what = match retry_after {
            Some(wait) => format!("answered {status} and asks to be left alone for {}", in_words(wait)),
            None => format!("answered {status}"),
        };
        let again =
            status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
        let passing = again && retry_after.is_none_or(|wait| wait <= self.inner.config.deadline);
        let fault = FetchError::lasting(ReasonCode::HttpStatus, url.as_str(), &what);
        Err(FetchError { retry_after: retry_after.filter(|_| again), passing, status: Some(status.as_u16()), ..fault })
    }

    async fn spool(
        &self,
        url: Url,
        mut response: Response,
        moved_to: Option<String>,
        mut turn: Option<Turn>,
        allowance: &mut Allowance,
        tally: &mut Tally,
    ) -> Result<Spooled, FetchError> {
        let config = &self.inner.config;
        let too_large = || {
            let what = format!("is longer than the ceiling of {} bytes", config.max_bytes);
            FetchError::lasting(ReasonCode::TooLarge, url.as_str(), &what)
        };
        if response.content_length().is_some_and(|length| length > config.max_bytes) {
            return Err(too_large());
        }
        let mut spool = Spool::new().map_err(|cause| FetchError::disk(url.as_str(), &cause))?;
        let began = Instant::now();
        loop {
            let piece = allowance
                .spend(patiently(&mut turn, response.chunk()))
                .await
                .ok_or_else(|| FetchError::deadline(url.as_str(), config.deadline))?
                .map_err(|error| FetchError::broken_body(url.as_str(), spool.bytes(), &error))?;
            let Some(piece) = piece else { break };
            tally.bytes += piece.len() as u64;
            if spool.bytes() + piece.len() as u64 > config.max_bytes {
                return Err(too_large());
            }
            spool.push(&piece).map_err(|cause| FetchError::disk(url.as_str(), &cause))?;
            let elapsed = began.elapsed();
            if is_too_slow(spool.bytes(), elapsed, config.min_bytes_per_second) {
                let what = format!("sent {} bytes in {}, too slow to wait for", spool.bytes(), in_words(elapsed));
                return Err(FetchError::passing(ReasonCode::Deadline, url.as_str(), &what));
            }
        }
        let headers = response.headers();
        let text = |name: HeaderName| headers.get(name).map(header_text);
        let base = text(header::CONTENT_LOCATION)
            .and_then(|location| url.join(&location).ok())
            .filter(|base| matches!(base.scheme(), "http" | "https"))
            .unwrap_or_else(|| url.clone());
        Ok(Spooled {
            base: base.into(),
            content_type: text(header::CONTENT_TYPE),
            link: headers.get_all(header::LINK).iter().map(header_text).collect(),
            validators: Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) },
            bytes: spool.bytes(),
            moved_to,
            file: spool.into_file(),
            url: url.into(),
        })
    }
}

impl Inner {
    /// The scheme, and the address if it is written in the URL; names are checked when they are resolved.
    fn check(&self, url: &Url, pair: &WrittenPair) -> Result<(), FetchError> {
        let refused = |what: &str| Err(FetchError::lasting(ReasonCode::AddressRefused, url.as_str(), what));
        if !matches!(url.scheme(), "http" | "https") {
            return refused("is not asked: only http and https are");
        }
        if pair.is_in(&self.config.allow) {
            return Ok(());
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            Some(Host::Domain(_)) => return Ok(()),
            None => return refused("is not asked: it has no host"),
        };
        match refusal(address) {
            Some(why) => refused(&format!("is not asked: {address} is {why}")),
            None => Ok(()),
        }
    }

    /// The HTTP client for a pair: for those that the operator allows, names resolve to anything.
    ///
    /// Two clients, since a resolver sees the name and not the port, and each keeps its own connections.
    async fn http(&self, pair: &WrittenPair) -> &reqwest::Client {
        let guarded = !pair.is_in(&self.config.allow);
        let cell = if guarded { &self.guarded } else { &self.open };
        cell.get_or_init(async || self.build(guarded)).await
    }

    fn build(&self, guarded: bool) -> reqwest::Client {
        let builder = || {
            let builder = reqwest::Client::builder()
                .user_agent(&self.config.user_agent)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .no_proxy()
                .pool_max_idle_per_host(1)
                // Many servers close after five seconds; a connection must not be closed just as we take it up again.
                .pool_idle_timeout(Duration::from_secs(4))
                .http1_allow_obsolete_multiline_headers_in_responses(true)
                .http1_ignore_invalid_headers_in_responses(true)
                .http1_allow_spaces_after_header_name_in_responses(true)
                .dns_resolver(GuardedNames { names: Arc::clone(&self.names), guarded });
            #[cfg(test)]
            if let Some(recorder) = &self.recorder {
                return builder.connector_layer(recorder.clone());
            }
            builder
        };
        builder().build().unwrap_or_else(|error| {
            // A machine without root certificates still harvests over http, and tells it over https.
            tracing::warn!("no root certificates are found on this machine, https cannot be read: {error}");
            builder().tls_certs_only([]).build().expect("a client without root certificates can always be made")
        })
    }

    /// Asks a site's robots.txt once, and refuses what it refuses.
    ///
    /// A robots.txt that cannot be had asks nothing: RFC 9309 would have us leave a site alone whose
    /// robots.txt answers 5xx, but the list itself then says more clearly whether the site is ill.
    async fn obey_robots(&self, url: &Url, pair: &WrittenPair, allowance: &mut Allowance) -> Result<(), FetchError> {
        if !self.config.robots {
            return Ok(());
        }
        let cell = self.robots_cell(&format!("{}://{}", url.scheme(), origin(url)));
        let patience = ROBOTS_PATIENCE.min(self.config.deadline / 2);
        let read = cell.get_or_init(async || {
            timeout(patience, self.read_robots(url, pair)).await.ok().flatten().unwrap_or_default()
        });
        let robots =
            allowance.spend(read).await.ok_or_else(|| FetchError::deadline(url.as_str(), self.config.deadline))?;
        if robots.allow(url) {
            return Ok(());
        }
        Err(FetchError::lasting(ReasonCode::Refused, url.as_str(), "is not asked: the site's robots.txt forbids it"))
    }

    fn robots_cell(&self, site: &str) -> Arc<OnceCell<Robots>> {
        let mut sites = self.robots.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || SiteRobots { since: Instant::now(), rules: Arc::default() };
        let known = sites.entry(site.to_owned()).or_insert_with(fresh);
        if known.since.elapsed() > ROBOTS_AGE {
            *known = fresh();
        }
        Arc::clone(&known.rules)
    }

    async fn read_robots(&self, url: &Url, pair: &WrittenPair) -> Option<Robots> {
        let mut url = url.join("/robots.txt").ok()?;
        let mut pair = pair.clone();
        for _ in 0..=MAX_HOPS {
            self.check(&url, &pair).ok()?;
            let mut turn = Some(self.hosts.turn(&origin(&url)).await);
            let request = self.http(&pair).await.get(url.clone()).send();
            let mut response = patiently(&mut turn, request).await.ok()?;
            if let Some(target) = redirect(&url, response.status(), response.headers()).ok()? {
                pair = pair.follow(&target.location, &target.url);
                url = target.url;
                continue;
            }
            if !response.status().is_success() {
                return None;
            }
            let mut text = Vec::new();
            while text.len() < robots::MAX_BYTES
                && let Some(piece) = patiently(&mut turn, response.chunk()).await.ok()?
            {
                text.extend_from_slice(&piece);
            }
            text.truncate(robots::MAX_BYTES);
            return Some(Robots::parse(&text));
        }
        None
    }
}

/// The time that a request may still take.
struct Allowance(Duration);

impl Allowance {
    /// Awaits something at the allowance's expense; `None` once it is used up.
    async fn spend<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let began = Instant::now();
        let done = timeout(self.0, work).await.ok();
        self.0 = if done.is_some() { self.0.saturating_sub(began.elapsed()) } else { Duration::ZERO };
        done
    }
}

fn is_too_slow(bytes: u64, elapsed: Duration, min_bytes_per_second: u64) -> bool {
    elapsed > PACE_GRACE && bytes / elapsed.as_secs().max(1) < min_bytes_per_second
}

fn back_off(attempt: u32) -> Duration {
    Duration::from_millis(500) * 2_u32.pow(attempt.saturating_sub(1).min(3))
}

/// What a host's turn hangs on.
fn origin(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
