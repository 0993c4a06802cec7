//! One reader of the stream: what is sent to it, and until when.

use std::time::Duration;

use axum::http::HeaderMap;
use backend::actor::Actor;
use engine::exec::event_bus::{BusEvent, Subscription};
use model::{
    access::Permission, id::ExecutionId, pages::WorkspaceNews, problem::Problem,
    stream::StreamMessage,
};
use services::Services;
use store::{error::EngineError, executions::Notice};
use tokio::{
    sync::mpsc::{self, error::SendTimeoutError},
    time,
};
use tokio_util::sync::CancellationToken;

use super::{
    drafting::Drafting,
    query::{Positions, StreamQuery},
    workspace::{Watch, wait_until_due},
};
use crate::{
    recent_events::{EventCache, SerializedEvent},
    serve::CloseConnection,
    state::AppState,
    stream_limiter::StreamPermit,
};

/// How many messages may wait for a slow reader.
const QUEUE: usize = 256;
/// How long a message may wait for a place in a full queue before the reader is cut off.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How often the reader's session and membership are checked again.
const RECHECK: Duration = Duration::from_secs(15);
/// The time between two heartbeats.
const BEAT: Duration = Duration::from_secs(2);

/// A message on its way to a reader, with its event as it was serialized for all readers.
pub(super) type StreamedMessage = StreamMessage<SerializedEvent>;

/// An open stream: the messages for a reader in their order, and the permit, which is given back
/// when this is dropped because nobody reads any more.
pub(super) struct OpenStream {
    messages: mpsc::Receiver<StreamedMessage>,
    access: CancellationToken,
    _permit: StreamPermit,
}

impl OpenStream {
    /// The next message; none when the stream ends. Where the reader's access does, what still waits
    /// for them is dropped.
    pub(super) async fn next(&mut self) -> Option<StreamedMessage> {
        tokio::select! {
            biased;
            () = self.access.cancelled() => None,
            message = self.messages.recv() => message,
        }
    }
}

/// Opens a stream, after checking that the actor may see the executions it asks for.
pub(super) async fn open_stream(
    state: AppState,
    actor: Actor,
    query: &StreamQuery,
    headers: &HeaderMap,
    close_connection: CloseConnection,
) -> Result<OpenStream, Problem> {
    let positions = query.positions(headers)?;
    let permit = state.streams.acquire(&actor)?;
    let services = state.services;
    let access = services.context().bus.access_of(actor.user);
    if !may_read(&services, &actor).await? {
        return Err(Problem::signed_out());
    }
    // Subscribed before the first look: what happens in between is not missed.
    let news = services.context().bus.subscribe();
    for execution in positions.keys() {
        services.executions.may_watch(&actor, *execution).await?;
    }
    let (sender, messages) = mpsc::channel(QUEUE);
    let watch = query.workspace.then(Watch::default);
    let drafting = match query.editing {
        Some(template) => Some(Drafting::begin(&services.drafts, &actor, template).await?),
        None => None,
    };
    let cache = state.event_cache;
    let reader =
        Reader { services, actor, positions, cache, watch, drafting, sender, close_connection };
    tokio::spawn(reader.run(news, state.leaving.clone()));
    Ok(OpenStream { messages, access, _permit: permit })
}

struct Reader {
    services: Services,
    actor: Actor,
    positions: Positions,
    cache: EventCache,
    /// The notices about the workspace that are still to be sent; none where it asks for none.
    watch: Option<Watch>,
    /// The editor of a draft that it counts as; none where it is none.
    drafting: Option<Drafting>,
    sender: mpsc::Sender<StreamedMessage>,
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
            drafting.end(&self.services.drafts).await;
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
                () = wait_until_due(self.watch.as_ref()) => self.send_workspace().await,
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
        let bus = &self.services.context().bus;
        if bus.is_listening() { self.send(StreamMessage::Beat).await } else { Ok(()) }
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
                if beside { self.send(StreamMessage::Beside { execution }).await } else { Ok(()) }
            }
            BusEvent::Text(text) if self.positions.contains_key(&text.execution) => {
                self.send(StreamMessage::Text { text }).await
            }
            BusEvent::Text(_) | BusEvent::Draft(_) | BusEvent::Comments(_) => Ok(()),
            BusEvent::Missed => {
                // What was missed may be that their access has ended.
                self.check().await?;
                self.catch_up_all().await
            }
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
                .load_after(&self.services.executions, &self.actor, execution, seq)
                .await
                .map_err(ends_early)?;
            if page.is_empty() {
                return Ok(());
            }
            for event in &*page {
                self.positions.insert(execution, event.seq);
                let (id, event) = (self.id(), event.clone());
                self.send(StreamMessage::Event { id, execution, event }).await?;
            }
        }
    }

    /// The id of a message: how far the reader is in every execution.
    fn id(&self) -> String {
        let positions = self.positions.iter().map(|(execution, seq)| format!("{execution}:{seq}"));
        positions.collect::<Vec<_>>().join(",")
    }

    async fn send(&self, message: StreamedMessage) -> Result<(), End> {
        let sent = self.sender.send_timeout(message, PATIENCE).await;
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
            Some(self.services.overview.attention(&self.actor).await.map_err(ends_early)?)
        } else {
            None
        };
        let news = Box::new(WorkspaceNews { executions, attention });
        self.send(StreamMessage::Workspace { news }).await
    }

    /// Sends the state of the draft that the reader edits, if it has changed.
    async fn send_draft(&mut self) -> Result<(), End> {
        let Some(drafting) = &mut self.drafting else { return Ok(()) };
        match drafting.news(&self.services.drafts).await.map_err(ends_early)? {
            Some(news) => self.send(StreamMessage::Draft { news }).await,
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
            drafting.renew(&self.services.drafts).await.map_err(ends_early)?;
        }
        self.send_draft().await?;
        self.catch_up_all().await
    }

    /// Ends the stream where the session has ended or the membership was taken away.
    async fn check(&self) -> Result<(), End> {
        match may_read(&self.services, &self.actor).await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(End),
        }
    }
}

/// Whether an actor still has the session, token and membership that they came with, and may read.
async fn may_read(services: &Services, actor: &Actor) -> Result<bool, EngineError> {
    let now = services.accounts.actor_now(actor).await?;
    Ok(now.is_some_and(|actor| actor.require(Permission::Read).is_ok()))
}
