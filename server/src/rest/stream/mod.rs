//! The event stream: the events of executions without gaps, and notices about the workspace and
//! about a draft; as server-sent events for pages, and over a WebSocket for other clients.
//!
//! Events come from the database in their order, with an id that says how far the reader is in
//! every execution; a reader that comes back with that id misses nothing. Streamed text is passed
//! on without id, and is never the truth. A reader that cannot keep up is cut off, never waited
//! for. A heartbeat comes at once and then every two seconds, as long as this process hears the
//! database's notifications: a page that gets none knows that the stream is held back on the way,
//! and polls.

mod drafting;
mod socket;
mod sse;
mod workspace;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use app::api::server::Ctx;
use axum::http::HeaderMap;
use engine::{
    error::EngineError,
    exec::event_bus::{BusEvent, Subscription},
    services::actor::Actor,
    store::executions::Notice,
};
use model::{
    access::Permission,
    id::{ExecutionId, TemplateId},
    pages::WorkspaceNews,
    problem::{FieldProblem, Problem},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json, value::RawValue};
use tokio::{
    sync::mpsc::{self, error::SendTimeoutError},
    time,
};
use tokio_util::sync::CancellationToken;

pub(super) use self::socket::Handshake;
use self::{drafting::Drafting, workspace::Watch};
use super::routes::{Access, Routes};
use crate::{
    recent_events::EventCache, serve::CloseConnection, state::AppState,
    stream_limiter::StreamPermit,
};

const MOST_EXECUTIONS: usize = 20;
/// How many messages may wait for a slow reader.
const QUEUE: usize = 256;
/// How long a message may wait for a place in a full queue before the reader is cut off.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the reader's session and membership are checked again.
const RECHECK: Duration = Duration::from_secs(15);
/// The time between two heartbeats.
const BEAT: Duration = Duration::from_secs(2);

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes
        .mount(read.get("/stream", "Streams events and text of up to 20 executions as they come, and with workspace=true that executions and reviews of the workspace went on; who names a template as editing counts as one of its editors meanwhile, and is told of the others and of newer drafts. Goes on after Last-Event-ID.").sends("text/event-stream"), sse::open)
        .mount(read.get("/stream/socket", "Streams the same over a WebSocket, as JSON texts of kind event (with id, execution and event), text, beside (what no event tells of an execution is different: ask for it), workspace, draft or beat; goes on after the id given as Last-Event-ID or after.").sends("application/json"), socket::open)
}

/// How far a reader is: the last event it has of each execution.
type Positions = BTreeMap<ExecutionId, i64>;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    executions: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    workspace: bool,
    #[serde(default)]
    editing: Option<TemplateId>,
}

/// One message on its way to a reader.
enum Piece {
    /// An event of an execution, with how far the reader is once it has it.
    Event { id: String, data: EventOf },
    /// A piece of a text that is being written; the text in an event replaces it.
    Text(Value),
    /// Notice that something about an execution has changed that is in no event.
    Beside(Value),
    /// The present state of the workspace, so that the next message makes up for a lost one.
    Workspace(Value),
    /// The present state of the draft that the reader edits, and who else edits it.
    Draft(Value),
    /// A heartbeat: the stream is not held back.
    Beat,
}

/// An event and its execution.
#[derive(Serialize)]
struct EventOf {
    execution: ExecutionId,
    #[serde(serialize_with = "as_written")]
    event: Arc<RawValue>,
}

fn as_written<S: Serializer>(event: &Arc<RawValue>, to: S) -> Result<S::Ok, S::Error> {
    event.as_ref().serialize(to)
}

/// An open stream: the messages for a reader in their order, and the permit, which is given back
/// when this is dropped because nobody reads any more.
struct OpenStream {
    pieces: mpsc::Receiver<Piece>,
    _permit: StreamPermit,
}

/// Opens a stream, after checking that the actor may see the executions it asks for.
async fn open_stream(
    state: AppState,
    ctx: Ctx,
    actor: Actor,
    wanted: &Wanted,
    headers: &HeaderMap,
    close_connection: CloseConnection,
) -> Result<OpenStream, Problem> {
    let positions = positions(wanted, headers)?;
    let permit = state.streams.acquire(actor.credential)?;
    // Subscribed before the first look: what happens in between is not missed.
    let news = ctx.services.bus.subscribe();
    for execution in positions.keys() {
        ctx.services.may_watch(&actor, *execution).await?;
    }
    let (sender, pieces) = mpsc::channel(QUEUE);
    let watch = wanted.workspace.then(Watch::default);
    let drafting = match wanted.editing {
        Some(template) => Some(Drafting::begin(&ctx.services, &actor, template).await?),
        None => None,
    };
    let cache = state.event_cache;
    let reader = Reader { ctx, actor, positions, cache, watch, drafting, sender, close_connection };
    tokio::spawn(reader.run(news, state.leaving.clone()));
    Ok(OpenStream { pieces, _permit: permit })
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
    let beside = wanted.workspace || wanted.editing.is_some();
    if positions.is_empty() && !beside || positions.len() > MOST_EXECUTIONS {
        return Err(refused(format!("Name 1 to {MOST_EXECUTIONS} executions.")));
    }
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    for position in last.unwrap_or(&wanted.after).split(',') {
        let Some((id, seq)) = position.split_once(':') else { continue };
        let (Ok(id), Ok(seq)) = (id.parse::<ExecutionId>(), seq.parse::<i64>()) else { continue };
        if let Some(position) = positions.get_mut(&id) {
            *position = seq.max(0);
        }
    }
    Ok(positions)
}

struct Reader {
    ctx: Ctx,
    actor: Actor,
    positions: Positions,
    cache: EventCache,
    /// The notices about the workspace that are still to be sent; none where it asks for none.
    watch: Option<Watch>,
    /// The editor of a draft that it counts as; none where it is none.
    drafting: Option<Drafting>,
    sender: mpsc::Sender<Piece>,
    close_connection: CloseConnection,
}

/// The stream ends: the reader is gone, too slow, signed out, or the process leaves.
struct End;

fn ends_early(error: EngineError) -> End {
    tracing::warn!(error = &error as &dyn std::error::Error, "a stream ends early");
    End
}

impl Reader {
    async fn run(mut self, news: Subscription, leaving: CancellationToken) {
        self.read(news, leaving).await;
        if let Some(drafting) = self.drafting.take() {
            drafting.end(&self.ctx.services).await;
        }
    }

    async fn read(&mut self, mut news: Subscription, leaving: CancellationToken) {
        let mut recheck = time::interval(RECHECK);
        recheck.reset();
        // The first beat comes at once.
        let mut beat = time::interval(BEAT);
        if self.catch_up_all().await.is_err() || self.send_draft().await.is_err() {
            return;
        }
        loop {
            let step = tokio::select! {
                () = leaving.cancelled() => return,
                () = self.sender.closed() => return,
                _ = recheck.tick() => self.recheck().await,
                _ = beat.tick() => self.beat().await,
                () = workspace::wait_until_due(self.watch.as_ref()) => self.send_workspace().await,
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

    async fn beat(&self) -> Result<(), End> {
        if self.ctx.services.bus.is_listening() { self.send(Piece::Beat).await } else { Ok(()) }
    }

    async fn pass_on(&mut self, news: BusEvent) -> Result<(), End> {
        if let Some(watch) = &mut self.watch {
            watch.hear(&news, self.actor.workspace);
        }
        if self.drafting.as_ref().is_some_and(|drafting| drafting.is_concerned(&news)) {
            self.send_draft().await?;
        }
        match news {
            BusEvent::Advanced(Notice { execution, seq, beside, .. }) => {
                if !self.positions.contains_key(&execution) {
                    return Ok(());
                }
                self.catch_up(execution, seq).await?;
                if beside {
                    self.send(Piece::Beside(json!({ "execution": execution }))).await
                } else {
                    Ok(())
                }
            }
            BusEvent::Text(piece) if self.positions.contains_key(&piece.execution) => {
                let Ok(text) = serde_json::to_value(&piece) else { return Ok(()) };
                self.send(Piece::Text(text)).await
            }
            BusEvent::Text(_) | BusEvent::Draft(_) => Ok(()),
            BusEvent::Missed => self.catch_up_all().await,
        }
    }

    async fn catch_up_all(&mut self) -> Result<(), End> {
        for execution in self.positions.keys().copied().collect::<Vec<_>>() {
            self.catch_up(execution, i64::MAX).await?;
        }
        Ok(())
    }

    /// Sends every event that the reader does not have yet, until it has number `least` or there
    /// are no more.
    async fn catch_up(&mut self, execution: ExecutionId, least: i64) -> Result<(), End> {
        loop {
            let seq = self.positions.get(&execution).copied().unwrap_or(0);
            if seq >= least {
                return Ok(());
            }
            let page = self
                .cache
                .load_after(&self.ctx.services, &self.actor, execution, seq)
                .await
                .map_err(ends_early)?;
            if page.is_empty() {
                return Ok(());
            }
            for event in &*page {
                self.positions.insert(execution, event.seq);
                let data = EventOf { execution, event: event.event.clone() };
                self.send(Piece::Event { id: self.id(), data }).await?;
            }
        }
    }

    /// The id of a message: how far the reader is in every execution.
    fn id(&self) -> String {
        let positions = self.positions.iter().map(|(execution, seq)| format!("{execution}:{seq}"));
        positions.collect::<Vec<_>>().join(",")
    }

    async fn send(&self, piece: Piece) -> Result<(), End> {
        let sent = self.sender.send_timeout(piece, PATIENCE).await;
        if let Err(SendTimeoutError::Timeout(_)) = sent {
            tracing::info!(user = %self.actor.user, "a reader of a stream took nothing for too long");
            self.close_connection.now();
        }
        sent.map_err(|_| End)
    }

    /// Sends the state of the workspace as far as it has changed.
    async fn send_workspace(&mut self) -> Result<(), End> {
        let Some((executions, turned)) = self.watch.as_mut().map(Watch::take) else {
            return Ok(());
        };
        let attention = if turned {
            Some(self.ctx.services.attention(&self.actor).await.map_err(ends_early)?)
        } else {
            None
        };
        let news = WorkspaceNews { executions, attention };
        self.send(Piece::Workspace(json!(news))).await
    }

    /// Sends the state of the draft that the reader edits, if it has changed.
    async fn send_draft(&mut self) -> Result<(), End> {
        let Some(drafting) = &mut self.drafting else { return Ok(()) };
        match drafting.news(&self.ctx.services).await.map_err(ends_early)? {
            Some(news) => self.send(Piece::Draft(json!(news))).await,
            None => Ok(()),
        }
    }

    /// Checks the reader's access, and looks for changes that were not announced: a process that is
    /// killed right after a commit sends no notification of it.
    async fn recheck(&mut self) -> Result<(), End> {
        self.check().await?;
        if let Some(watch) = &mut self.watch {
            watch.note_missed();
        }
        if let Some(drafting) = &self.drafting {
            drafting.renew(&self.ctx.services).await.map_err(ends_early)?;
        }
        self.send_draft().await?;
        self.catch_up_all().await
    }

    /// Ends the stream where the session has ended or the membership was taken away.
    async fn check(&self) -> Result<(), End> {
        match self.ctx.services.actor_now(&self.actor).await.map_err(|_| End)? {
            Some(actor) if actor.require(Permission::Read).is_ok() => Ok(()),
            _ => Err(End),
        }
    }
}
