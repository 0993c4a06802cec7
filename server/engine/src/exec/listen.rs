//! From PostgreSQL's notifications to the hub.

use std::{io, time::Duration};

use serde::de::DeserializeOwned;
use sqlx::{PgPool, postgres::PgListener};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::hub::{Hub, News};
use crate::{
    error::{Doing, EngineError, Result},
    store::{self, executions::noticed},
};

const EVENTS: &str = "atelier_events";
const TEXT: &str = "atelier_text";
const DRAFTS: &str = "atelier_drafts";
const RETRY: Duration = Duration::from_millis(500);
/// After this time without a word the connection is asked whether it is still there, and has as long to
/// answer.
const SILENCE: Duration = Duration::from_secs(5);

/// Listens until `stop`. While the connection is away nobody is told anything; when it is back
/// everybody is told that something may have been missed.
pub async fn run(pool: PgPool, hub: Hub, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let end = tokio::select! {
            () = stop.cancelled() => Ok(()),
            end = listen(&pool, &hub) => end,
        };
        hub.set_listening(false);
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

async fn listen(pool: &PgPool, hub: &Hub) -> Result<()> {
    let mut listener =
        PgListener::connect_with(pool).await.doing("opening a connection to listen")?;
    // Else nobody would know for as long as it tries to connect again.
    listener.eager_reconnect(false);
    listener.listen_all([EVENTS, TEXT, DRAFTS]).await.doing("listening")?;
    hub.set_listening(true);
    hub.tell(News::Missed);
    loop {
        let Ok(heard) = timeout(SILENCE, listener.try_recv()).await else {
            // Nobody tells of a connection whose other end is simply not there any more, or is a
            // standby by now, at which nothing is told.
            let asked = timeout(SILENCE, store::can_be_written(&mut listener)).await;
            let asked = asked.unwrap_or_else(|late| Err(io::Error::from(late).into()));
            if asked.doing("listening")? {
                continue;
            }
            return Err(EngineError::ReadOnly);
        };
        // None says that the connection was lost.
        let Some(notice) = heard.doing("listening")? else { return Ok(()) };
        if let Some(news) = news(hub, notice.channel(), notice.payload()) {
            hub.tell(news);
        }
    }
}

/// None when this process has told its own already.
fn news(hub: &Hub, channel: &str, payload: &str) -> Option<News> {
    fn read<T: DeserializeOwned>(payload: &str, news: fn(T) -> News) -> News {
        serde_json::from_str(payload).map_or(News::Missed, news)
    }
    match channel {
        TEXT => Some(read(payload, News::Text)),
        DRAFTS => Some(read(payload, News::Draft)),
        _ => match noticed(payload) {
            Ok((from, notice)) => (from != Some(hub.id())).then_some(News::Advanced(notice)),
            Err(_) => Some(News::Missed),
        },
    }
}
