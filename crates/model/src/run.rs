//! How a run went: one state, one account that adds up, one reason.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{RunId, SourceurId};

/// State of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Records are coming in; nothing of it is served.
    Landing,
    /// Landed and judged implausible: waits for a person, serves nothing.
    Held,
    /// What it brought is served.
    Published,
    /// The sourceur said that nothing changed.
    Unchanged,
    /// Published, then taken back by a person.
    Undone,
    /// Ended before its time; nothing of it is served.
    Failed,
    /// Stopped from outside; the next run goes on from its checkpoint.
    Interrupted,
    /// Another process is harvesting this sourceur; this run never began.
    Busy,
}

impl RunState {
    /// Every state with its name, as stored and printed.
    pub const ALL: [(&'static str, Self); 8] = [
        ("landing", Self::Landing),
        ("held", Self::Held),
        ("published", Self::Published),
        ("unchanged", Self::Unchanged),
        ("undone", Self::Undone),
        ("failed", Self::Failed),
        ("interrupted", Self::Interrupted),
        ("busy", Self::Busy),
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        name_of(&Self::ALL, self)
    }
}

impl FromStr for RunState {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        named(&Self::ALL, word)
    }
}

/// A word that is none of the expected ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word `{0}`")]
pub struct UnknownWord(String);

fn name_of<T: PartialEq + Copy>(all: &[(&'static str, T)], value: T) -> &'static str {
    all.iter().find(|(_, each)| *each == value).map(|(name, _)| *name).expect("`ALL` lists every variant")
}

fn named<T: Copy>(all: &[(&'static str, T)], word: &str) -> Result<T, UnknownWord> {
    all.iter().find(|(name, _)| *name == word).map(|(_, value)| *value).ok_or_else(|| UnknownWord(word.to_owned()))
}

/// What became of the records of a run.
///
/// `read = new + changed + unchanged + rejected + withdrawn + repeated`, always. `absent` counts
/// records of the base that a complete list no longer names; they were not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Records read.
    pub read: u64,
    /// Never seen before, or back after a withdrawal.
    pub new: u64,
    /// Known, with another content.
    pub changed: u64,
    /// Known, with the same content.
    pub unchanged: u64,
    /// Not publishable, with a reason each.
    pub rejected: u64,
    /// Said to be deleted by the source itself.
    pub withdrawn: u64,
    /// A key already read in this run.
    pub repeated: u64,
    /// In the base, not in the list.
    pub absent: u64,
}

impl Account {
    /// Whether every record read is accounted for.
    pub fn adds_up(&self) -> bool {
        self.read == self.new + self.changed + self.unchanged + self.rejected + self.withdrawn + self.repeated
    }
}

impl std::ops::AddAssign for Account {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.rejected += other.rejected;
        self.withdrawn += other.withdrawn;
        self.repeated += other.repeated;
        self.absent += other.absent;
    }
}

/// One line for one run, as `harvest` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEvent {
    /// Always `run`.
    pub event: RunEventName,
    /// The run; null where none was opened (busy).
    pub run: Option<RunId>,
    /// Whose run.
    pub sourceur: SourceurId,
    /// How it ended.
    pub state: RunState,
    /// Records read.
    pub read: u64,
    /// See [`Account::new`].
    pub new: u64,
    /// See [`Account::changed`].
    pub changed: u64,
    /// See [`Account::unchanged`].
    pub unchanged: u64,
    /// See [`Account::rejected`].
    pub rejected: u64,
    /// See [`Account::withdrawn`].
    pub withdrawn: u64,
    /// See [`Account::repeated`].
    pub repeated: u64,
    /// See [`Account::absent`].
    pub absent: u64,
    /// Whether the list was read to its end.
    pub complete: bool,
    /// Requests sent.
    pub requests: u64,
    /// Bytes received, decompressed.
    pub bytes: u64,
    /// Wall time.
    pub duration_ms: u64,
    /// Why it is held or failed; null where all is well.
    pub reason: Option<Reason>,
}

/// The word `run` in [`RunEvent::event`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunEventName {
    /// `run`
    #[default]
    #[serde(rename = "run")]
    Run,
}

impl RunEvent {
    /// The line of an account.
    pub fn new(run: Option<RunId>, sourceur: SourceurId, state: RunState, account: Account) -> Self {
        Self {
            event: RunEventName::Run,
            run,
            sourceur,
            state,
            read: account.read,
            new: account.new,
            changed: account.changed,
            unchanged: account.unchanged,
            rejected: account.rejected,
            withdrawn: account.withdrawn,
            repeated: account.repeated,
            absent: account.absent,
            complete: false,
            requests: 0,
            bytes: 0,
            duration_ms: 0,
            reason: None,
        }
    }
}

/// Why a run is held or failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The kind of reason.
    pub code: ReasonCode,
    /// The same in a sentence, with what was seen.
    pub message: String,
    /// The address it is about.
    pub url: Option<String>,
}

/// Kinds of [`Reason`]; programs script against these words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonCode {
    /// Judged implausible before it was published.
    Held,
    /// A web page came where a document was expected.
    HtmlInstead,
    /// Nothing came.
    EmptyBody,
    /// Not the protocol's document, or ill-formed past repair.
    Malformed,
    /// The document stops before its end.
    Truncated,
    /// The total deadline, or the minimum rate, was missed.
    Deadline,
    /// Past the ceiling on bytes.
    TooLarge,
    /// An unusable Content-Encoding.
    BadEncoding,
    /// What answers does not speak HTTP.
    NotHttp,
    /// A status that is no success.
    HttpStatus,
    /// 410: the sourceur says its list is gone for good.
    Gone,
    /// No connection: refused, no such host, network down.
    Refused,
    /// More redirects than we follow.
    TooManyRedirects,
    /// The address policy forbids it.
    AddressRefused,
    /// The pages go in circles or bring nothing new.
    PagingLoop,
    /// The OAI-PMH server says it cannot.
    OaiError,
    /// The certificate or the handshake is bad.
    Tls,
    /// The sourceur is paused.
    Paused,
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = serde_json::to_value(self).expect("a unit variant is always writable");
        f.write_str(word.as_str().unwrap_or_default())
    }
}
