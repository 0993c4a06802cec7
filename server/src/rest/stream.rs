//! `GET /api/v1/stream`: what happens to executions, as it happens, without gaps.
//!
//! Events come from the database in their order and carry an id that names how far the reader is in
//! every execution; a reader that comes back with it misses nothing. Streamed text is passed on as it
//! comes, without id: it is never the truth. A reader that cannot keep up is cut off, never waited for.
//! A beat comes at once and then every two seconds: a page that hears none knows that something on the
//! way holds the stream back.

use std::{collections::BTreeMap, convert::Infallible, time::Duration};

use app::api::server::Ctx;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event as Message, Sse},
    },
};
use engine::{
    exec::hub::{News, Subscription},
    services::actor::Actor,
};
use futures::StreamExt;
use model::{
    access::Permission,
    id::ExecutionId,
    problem::{FieldProblem, Problem},
};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::{
    sync::mpsc::{self, error::SendTimeoutError},
    time,
};
use tokio_util::sync::CancellationToken;

use super::routes::{Access, Routes};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::Query,
    serve::HangUp,
    state::AppState,
};

const MOST_EXECUTIONS: usize = 20;
/// Messages that may wait for a slow reader.
const QUEUE: usize = 256;
/// How long a full queue is waited for before the reader is cut off.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the reader's session and membership are looked at again.
const RECHECK: Duration = Duration::from_secs(15);
/// How often the reader is told that the stream is alive.
const BEAT: Duration = Duration::from_secs(2);

pub(super) fn mount(routes: Routes) -> Routes {
    routes.mount(Access::Needs(Permission::Read).get("/stream", "Streams events and text of up to 20 executions as they come; goes on after Last-Event-ID.").sends("text/event-stream"), open)
}

/// How far a reader is: the last event it has of each execution.
type Positions = BTreeMap<ExecutionId, i64>;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    executions: String,
    #[serde(default)]
    after: String,
}

async fn open(
    State(state): State<AppState>,
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Query(wanted): Query<Wanted>,
    hang_up: HangUp,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let positions = positions(&wanted, &headers)?;
    let place = state.streams.take(actor.credential)?;
    // Subscribed before the first look: what happens in between is not missed.
    let news = ctx.services.hub.subscribe();
    for execution in positions.keys() {
        ctx.services.may_watch(&actor, *execution).await?;
    }
    let (sender, receiver) = mpsc::channel(QUEUE);
    let reader = Reader { ctx, actor, positions, sender, hang_up };
    tokio::spawn(reader.run(news, state.leaving.clone()));
    // The place is the answer's: it is free again as soon as nobody is there to read.
    let messages = futures::stream::unfold((receiver, place), |(mut receiver, place)| async {
        receiver.recv().await.map(|message| (message, (receiver, place)))
    });
    let messages = messages.map(Ok::<_, Infallible>);
    let mut response = Sse::new(messages).into_response();
    // Proxies that hold answers back are asked not to.
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn positions(wanted: &Wanted, headers: &HeaderMap) -> Result<Positions, Problem> {
    let refused = |message: String| {
        let error = FieldProblem::field("invalid_stream", "executions", message);
        Problem::invalid("The stream cannot be opened.", vec![error])
    };
    let mut positions = Positions::new();
    for id in wanted.executions.split(',').filter(|id| !id.is_empty()) {
        let id = id.parse().map_err(|_| refused(format!("{id:?} is not an execution's id.")))?;
        positions.insert(id, 0);
    }
    if positions.is_empty() || positions.len() > MOST_EXECUTIONS {
        return Err(refused(format!("Name 1 to {MOST_EXECUTIONS} executions.")));
    }
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    for position in last.unwrap_or(&wanted.after).split(',') {
        let Some((id, seq)) = position.split_once(':') else { continue };
        let (Ok(id), Ok(seq)) = (id.parse::<ExecutionId>(), seq.parse::<i64>()) else { continue };
        if let Some(place) = positions.get_mut(&id) {
            *place = seq.max(0);
        }
    }
    Ok(positions)
}

struct Reader {
    ctx: Ctx,
    actor: Actor,
    positions: Positions,
    sender: mpsc::Sender<Message>,
    hang_up: HangUp,
}

/// The stream ends: the reader is gone, too slow, signed out, or the process leaves.
struct End;

impl Reader {
    async fn run(mut self, mut news: Subscription, leaving: CancellationToken) {
        let mut recheck = time::interval(RECHECK);
        recheck.reset();
        // The first beat comes at once.
        let mut beat = time::interval(BEAT);
        if self.catch_up_all().await.is_err() {
            return;
        }
        loop {
            let step = tokio::select! {
                () = leaving.cancelled() => return,
                () = self.sender.closed() => return,
                _ = recheck.tick() => self.look_again().await,
                _ = beat.tick() => self.beat().await,
                news = news.next() => match news {
                    Some(news) => self.pass_on(news).await,
                    None => Err(End),
                },
            };
            if step.is_err() {
                return;
            }
        }
    }

    async fn pass_on(&mut self, news: News) -> Result<(), End> {
        match news {
            News::Advanced(advanced) => match self.positions.get(&advanced.execution) {
                Some(seq) if *seq < advanced.seq => self.catch_up(advanced.execution).await,
                _ => Ok(()),
            },
            News::Text(piece) if self.positions.contains_key(&piece.execution) => {
                let Ok(message) = Message::default().event("text").json_data(&piece) else {
                    return Ok(());
                };
                self.send(message).await
            }
            News::Text(_) => Ok(()),
            News::Missed => self.catch_up_all().await,
        }
    }

    async fn catch_up_all(&mut self) -> Result<(), End> {
        for execution in self.positions.keys().copied().collect::<Vec<_>>() {
            self.catch_up(execution).await?;
        }
        Ok(())
    }

    /// Sends every event the reader does not have yet.
    async fn catch_up(&mut self, execution: ExecutionId) -> Result<(), End> {
        loop {
            let seq = self.positions.get(&execution).copied().unwrap_or(0);
            let events = self.ctx.services.events(&self.actor, execution, seq).await;
            let events = events.map_err(|error| {
                tracing::warn!(error = &error as &dyn std::error::Error, "a stream ends early");
                End
            })?;
            if events.is_empty() {
                return Ok(());
            }
            for event in events {
                self.positions.insert(execution, event.seq);
                let data = serde_json::json!({ "execution": execution, "event": event });
                let message =
                    Message::default().event("event").id(self.id()).data(data.to_string());
                self.send(message).await?;
            }
        }
    }

    /// Names how far the reader is in every execution.
    fn id(&self) -> String {
        let places = self.positions.iter().map(|(execution, seq)| format!("{execution}:{seq}"));
        places.collect::<Vec<_>>().join(",")
    }

    async fn send(&self, message: Message) -> Result<(), End> {
        let sent = self.sender.send_timeout(message, PATIENCE).await;
        if let Err(SendTimeoutError::Timeout(_)) = sent {
            tracing::info!(user = %self.actor.user, "a reader of a stream took nothing for too long");
            self.hang_up.now();
        }
        sent.map_err(|_| End)
    }

    /// Says that nothing holds the stream back; browsers pass on only what has data.
    async fn beat(&self) -> Result<(), End> {
        self.send(Message::default().event("beat").data("{}")).await
    }

    /// News of what a process committed just before it was killed never come.
    async fn look_again(&mut self) -> Result<(), End> {
        self.check().await?;
        self.catch_up_all().await
    }

    /// A session that was ended, or a membership that was taken away, ends the stream.
    async fn check(&self) -> Result<(), End> {
        match self.ctx.services.actor_now(&self.actor).await.map_err(|_| End)? {
            Some(actor) if actor.require(Permission::Read).is_ok() => Ok(()),
            _ => Err(End),
        }
    }
}
