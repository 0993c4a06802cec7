//! From PostgreSQL's notifications (LISTEN) to the event bus.

use std::{io, time::Duration};

use serde::de::DeserializeOwned;
use sqlx::{PgPool, postgres::PgListener};
use store::{
    error::{Doing, EngineError, Result},
    executions::parse_notice,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::event_bus::{BusEvent, EventBus};

const EVENTS: &str = "atelier_events";
const TEXT: &str = "atelier_text";
const DRAFTS: &str = "atelier_drafts";
const COMMENTS: &str = "atelier_comments";
/// Sent by triggers, with the id of a person whose access has ended or was lowered.
const ACCESS: &str = "atelier_access";
const RETRY: Duration = Duration::from_millis(500);
/// After this time without a notification the connection is asked whether it is still there, and
/// has as long to answer.
const SILENCE: Duration = Duration::from_secs(5);

/// Listens until `stop`. While the connection is away nothing is published; when it is back
/// subscribers get [`BusEvent::Missed`].
pub async fn run(pool: PgPool, bus: EventBus, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let end = tokio::select! {
            () = stop.cancelled() => Ok(()),
            end = listen(&pool, &bus) => end,
        };
        bus.set_listening(false);
        if let Err(error) = end {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "listening stopped; trying again"
            );
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(RETRY) => {}
        }
    }
}

async fn listen(pool: &PgPool, bus: &EventBus) -> Result<()> {
    let mut listener =
        PgListener::connect_with(pool).await.doing("opening a connection to listen")?;
    // Otherwise the loss of the connection would go unnoticed while it tries to connect again.
    listener.eager_reconnect(false);
    listener.listen_all([EVENTS, TEXT, DRAFTS, COMMENTS, ACCESS]).await.doing("listening")?;
    bus.set_listening(true);
    bus.publish(BusEvent::Missed);
    loop {
        let Ok(heard) = timeout(SILENCE, listener.try_recv()).await else {
            // No error shows that the other end is gone without a word, or is a standby by now,
            // which sends no notifications.
            let asked = timeout(SILENCE, store::is_writable(&mut listener)).await;
            let asked = asked.unwrap_or_else(|late| Err(io::Error::from(late).into()));
            if asked.doing("listening")? {
                continue;
            }
            return Err(EngineError::ReadOnly);
        };
        // None says that the connection was lost.
        let Some(notice) = heard.doing("listening")? else { return Ok(()) };
        if let Some(event) = read_event(bus, notice.channel(), notice.payload()) {
            bus.publish(event);
        }
    }
}

/// The event of a notification; none when it comes from this process, which has published it
/// already, and where it ends streams instead.
fn read_event(bus: &EventBus, channel: &str, payload: &str) -> Option<BusEvent> {
    fn read<T: DeserializeOwned>(payload: &str, event: fn(T) -> BusEvent) -> BusEvent {
        serde_json::from_str(payload).map_or(BusEvent::Missed, event)
    }
    match channel {
        TEXT => Some(read(payload, BusEvent::Text)),
        DRAFTS => Some(read(payload, BusEvent::Draft)),
        COMMENTS => Some(read(payload, BusEvent::Comments)),
        ACCESS => match payload.parse() {
            Ok(person) => {
                bus.end_streams_of(person);
                None
            }
            Err(_) => Some(BusEvent::Missed),
        },
        _ => match parse_notice(payload) {
            Ok((from, notice)) => (from != Some(bus.id())).then_some(BusEvent::Advanced(notice)),
            Err(_) => Some(BusEvent::Missed),
        },
    }
}
