//! `/changes`: the log, in commit order, with long polling.

use std::time::Duration;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use model::{Action, ActionId};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;
use store::{Change, Store, StoreError};
use tokio::sync::watch;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::ApiState;
use crate::answer::Asked;
use crate::known::{Known, Shape, documented};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::refused::Refused;
use crate::view;

/// Changes of a page unless asked otherwise, and at most.
const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 1000;
/// Longest wait for something new, in seconds.
pub(crate) const MAX_WAIT: u32 = 60;
/// How often the log is looked at while waiting.
const LOOK_EVERY: Duration = Duration::from_millis(250);

const PARAMETERS: [Known; 3] = [
    Known {
        name: "after",
        meaning: "`next` of the answer before: only what is newer is given; without it, from the beginning",
        example: "0",
        shape: Shape::Text("^(0|[1-9][0-9]{0,17})$"),
    },
    Known {
        name: "limit",
        meaning: "Most changes of the answer; 20 unless asked",
        example: "20",
        shape: Shape::Number(1, MAX_LIMIT),
    },
    Known {
        name: "wait",
        meaning: "Seconds to wait for something new where there is nothing",
        example: "0",
        shape: Shape::Number(0, MAX_WAIT),
    },
];

struct ChangesQuery;

impl IntoParams for ChangesQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        documented(&PARAMETERS)
    }
}

/// What changed, in commit order, without a gap.
#[utoipa::path(
    get,
    path = "/api/v1/changes",
    operation_id = "listChanges",
    tag = "changes",
    params(ChangesQuery),
    responses(
        (status = 200, description = "Changes; `next` is there also when there are none; `more` says whether to ask \
         again at once", body = ref("#/components/schemas/ChangePage")),
        (status = 400, description = "A parameter cannot be understood", content_type = "application/problem+json",
         body = ref("#/components/schemas/Problem")),
    )
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    closing: Option<Extension<Closing>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = PARAMETERS.map(|known| known.name);
    let parameters = Parameters::read(query.as_deref(), &known)?;
    let after = parameters.read_as("after", "the `next` of an answer, unaltered", as_place)?.unwrap_or(0);
    let limit = parameters.number("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let wait = parameters.number("wait", 0..=MAX_WAIT)?.unwrap_or(0);

    let mut found = state.store.changes(after, limit + 1).await?;
    if found.is_empty() && after > 0 {
        let head = state.store.log_head().await?;
        if after > head {
            // Of another base, or of one that was put back: waiting there would miss what comes.
            let expected = format!("the `next` of an answer, unaltered: the log ends at {head}");
            return Err(Refused::invalid("after", &after.to_string(), &expected).into());
        }
    }
    if found.is_empty() && wait > 0 {
        let mut closing = closing.map_or_else(Closing::never, |Extension(closing)| closing);
        tokio::select! {
            moved = moved(&state.store, after) => {
                moved?;
                found = state.store.changes(after, limit + 1).await?;
            }
            () = tokio::time::sleep(Duration::from_secs(u64::from(wait))) => {}
            () = closing.wait() => {}
        }
    }
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    Asked { headers: &headers }.json(page(&found, after, more, &state.public_url)?)
}

/// Returns once something stands in the log after a place. The head is one row, cheap to look at.
async fn moved(store: &Store, after: i64) -> Result<(), StoreError> {
    while store.log_head().await? <= after {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// A place in the log: a whole number as we wrote it.
pub(crate) fn as_place(written: &str) -> Option<i64> {
    let is_ours = written.bytes().all(|byte| byte.is_ascii_digit()) && (written == "0" || !written.starts_with('0'));
    written.parse().ok().filter(|_| is_ours)
}

fn page(found: &[Change], after: i64, more: bool, public_url: &str) -> Result<Vec<u8>, Problem> {
    let unwritable = |_| Problem::new("internal", "a change of ours cannot be written");
    let mut data = Vec::with_capacity(found.len());
    for change in found {
        let body = change.action.as_ref().map(|row| row.body_at(&view::address_of(public_url, row.id)));
        data.push(ChangeView {
            seq: change.seq,
            id: change.id,
            kind: change.kind.as_str(),
            at: view::time(change.at),
            into: change.into,
            reason: change.reason.as_deref(),
            action: body.map(RawValue::from_string).transpose().map_err(unwritable)?,
        });
    }
    let next = found.last().map_or(after, |last| last.seq).to_string();
    serde_json::to_vec(&ChangePage { data, next, more }).map_err(unwritable)
}

/// Told when the service is about to end: whoever waits for something new is answered then.
#[derive(Clone, Debug)]
pub(crate) struct Closing(watch::Receiver<bool>);

impl Closing {
    /// The switch and what watches it.
    pub(crate) fn new() -> (watch::Sender<bool>, Self) {
        let (switch, closing) = watch::channel(false);
        (switch, Self(closing))
    }

    fn never() -> Self {
        Self::new().1
    }

    /// Returns once the switch is turned; never, if it is gone.
    async fn wait(&mut self) {
        if self.0.wait_for(|is_closing| *is_closing).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// A page of the log.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ChangePage<'a> {
    /// Changes in commit order.
    data: Vec<ChangeView<'a>>,
    /// To be given as `after`; there also when `data` is empty.
    next: String,
    /// Whether more is there already.
    more: bool,
}

/// One change of one action.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Change")]
struct ChangeView<'a> {
    /// Place in the log; rises in commit order.
    seq: i64,
    /// Which action.
    id: ActionId,
    /// `created`, `changed`, `merged`, `split`, `withdrawn` or `restored`.
    kind: &'a str,
    /// When.
    #[schemars(with = "DateTime<Utc>")]
    at: String,
    /// After a merge, the action that goes on; after a split, the one that was parted.
    into: Option<ActionId>,
    /// Why, where there is more to say than the kind.
    reason: Option<&'a str>,
    /// The action as it is served now; null when it is not.
    #[schemars(with = "Option<Action>")]
    action: Option<Box<RawValue>>,
}
