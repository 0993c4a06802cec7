//! What happens to executions, as it happens, without gaps, and beside it that something happens in the
//! workspace or to a draft: as server-sent events for pages, and over a WebSocket for other clients.
//!
//! Events come from the database in their order and carry an id that names how far the reader is in
//! every execution; a reader that comes back with it misses nothing. Streamed text is passed on as it
//! comes, without id: it is never the truth. A reader that cannot keep up is cut off, never waited for.
//! A beat comes at once and then every two seconds, as long as the process itself hears the database: a
//! page that hears none knows that news are held back on the way, and asks.

mod drafting;
mod socket;
mod sse;
mod workspace;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use app::api::server::Ctx;
use axum::http::HeaderMap;
use engine::{
    error::EngineError,
    exec::hub::{News, Subscription},
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
use crate::{places::Place, serve::HangUp, state::AppState, tails::Tails};

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
    /// Something of a text that is being written: never the truth.
    Text(Value),
    /// Something of an execution is different that no event tells.
    Beside(Value),
    /// What goes on in the workspace: how it stands now, so the next one makes up for a lost one.
    Workspace(Value),
    /// How the draft that the reader edits stands, and who else edits it.
    Draft(Value),
    /// Nothing holds the stream back.
    Beat,
}

/// An event and whose it is.
#[derive(Serialize)]
struct EventOf {
    execution: ExecutionId,
    #[serde(serialize_with = "as_written")]
    event: Arc<RawValue>,
}

fn as_written<S: Serializer>(event: &Arc<RawValue>, to: S) -> Result<S::Ok, S::Error> {
    event.as_ref().serialize(to)
}

/// What a reader is given, in order, and its place: free again as soon as nobody is there to read.
struct Opened {
    pieces: mpsc::Receiver<Piece>,
    _place: Place,
}

/// Begins to read for somebody who may see these executions.
async fn begin(
    state: AppState,
    ctx: Ctx,
    actor: Actor,
    wanted: &Wanted,
    headers: &HeaderMap,
    hang_up: HangUp,
) -> Result<Opened, Problem> {
    let positions = positions(wanted, headers)?;
    let place = state.streams.take(actor.credential)?;
    // Subscribed before the first look: what happens in between is not missed.
    let news = ctx.services.hub.subscribe();
    for execution in positions.keys() {
        ctx.services.may_watch(&actor, *execution).await?;
    }
    let (sender, pieces) = mpsc::channel(QUEUE);
    let watch = wanted.workspace.then(Watch::default);
    let drafting = match wanted.editing {
        Some(template) => Some(Drafting::begin(&ctx.services, &actor, template).await?),
        None => None,
    };
    let tails = state.tails;
    let reader = Reader { ctx, actor, positions, tails, watch, drafting, sender, hang_up };
    tokio::spawn(reader.run(news, state.leaving.clone()));
    Ok(Opened { pieces, _place: place })
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
    tails: Tails,
    /// What it does not know yet of the workspace, where it wants to.
    watch: Option<Watch>,
    /// The editor it is, where it is one.
    drafting: Option<Drafting>,
    sender: mpsc::Sender<Piece>,
    hang_up: HangUp,
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
        if self.catch_up_all().await.is_err() || self.tell_draft().await.is_err() {
            return;
        }
        loop {
            let step = tokio::select! {
                () = leaving.cancelled() => return,
                () = self.sender.closed() => return,
                _ = recheck.tick() => self.look_again().await,
                _ = beat.tick() => self.beat().await,
                () = workspace::due(self.watch.as_ref()) => self.tell().await,
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
        if self.ctx.services.hub.is_listening() { self.send(Piece::Beat).await } else { Ok(()) }
    }

    async fn pass_on(&mut self, news: News) -> Result<(), End> {
        if let Some(watch) = &mut self.watch {
            watch.hear(&news, self.actor.workspace);
        }
        if self.drafting.as_ref().is_some_and(|drafting| drafting.is_concerned(&news)) {
            self.tell_draft().await?;
        }
        match news {
            News::Advanced(Notice { execution, seq, beside, .. }) => {
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
            News::Text(piece) if self.positions.contains_key(&piece.execution) => {
                let Ok(text) = serde_json::to_value(&piece) else { return Ok(()) };
                self.send(Piece::Text(text)).await
            }
            News::Text(_) | News::Draft(_) => Ok(()),
            News::Missed => self.catch_up_all().await,
        }
    }

    async fn catch_up_all(&mut self) -> Result<(), End> {
        for execution in self.positions.keys().copied().collect::<Vec<_>>() {
            self.catch_up(execution, i64::MAX).await?;
        }
        Ok(())
    }

    /// Sends every event that the reader does not have yet, at least as far as a number where there are
    /// so many.
    async fn catch_up(&mut self, execution: ExecutionId, least: i64) -> Result<(), End> {
        loop {
            let seq = self.positions.get(&execution).copied().unwrap_or(0);
            if seq >= least {
                return Ok(());
            }
            let page = self
                .tails
                .after(&self.ctx.services, &self.actor, execution, seq)
                .await
                .map_err(ends_early)?;
            if page.is_empty() {
                return Ok(());
            }
            for told in &*page {
                self.positions.insert(execution, told.seq);
                let data = EventOf { execution, event: told.event.clone() };
                self.send(Piece::Event { id: self.id(), data }).await?;
            }
        }
    }

    /// Names how far the reader is in every execution.
    fn id(&self) -> String {
        let places = self.positions.iter().map(|(execution, seq)| format!("{execution}:{seq}"));
        places.collect::<Vec<_>>().join(",")
    }

    async fn send(&self, piece: Piece) -> Result<(), End> {
        let sent = self.sender.send_timeout(piece, PATIENCE).await;
        if let Err(SendTimeoutError::Timeout(_)) = sent {
            tracing::info!(user = %self.actor.user, "a reader of a stream took nothing for too long");
            self.hang_up.now();
        }
        sent.map_err(|_| End)
    }

    /// Tells how the workspace stands, in so far as it changed.
    async fn tell(&mut self) -> Result<(), End> {
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

    /// Tells how the draft stands that it edits, in so far as that changed.
    async fn tell_draft(&mut self) -> Result<(), End> {
        let Some(drafting) = &mut self.drafting else { return Ok(()) };
        match drafting.news(&self.ctx.services).await.map_err(ends_early)? {
            Some(news) => self.send(Piece::Draft(json!(news))).await,
            None => Ok(()),
        }
    }

    /// News of what a process committed just before it was killed never come.
    async fn look_again(&mut self) -> Result<(), End> {
        self.check().await?;
        if let Some(watch) = &mut self.watch {
            watch.doubt();
        }
        if let Some(drafting) = &self.drafting {
            drafting.stay(&self.ctx.services).await.map_err(ends_early)?;
        }
        self.tell_draft().await?;
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
