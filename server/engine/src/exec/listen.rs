//! From PostgreSQL's notifications to the hub.

use std::time::Duration;

use serde::de::DeserializeOwned;
use sqlx::{PgPool, postgres::PgListener};
use tokio_util::sync::CancellationToken;

use super::hub::{Hub, News};
use crate::{
    error::{Doing, Result},
    store::executions::noticed,
};

const EVENTS: &str = "atelier_events";
const TEXT: &str = "atelier_text";
const DRAFTS: &str = "atelier_drafts";
const RETRY: Duration = Duration::from_millis(500);

/// Listens until `stop`. While the connection is away nobody is told anything; when it is back
/// everybody is told that something may have been missed.
pub async fn run(pool: PgPool, hub: Hub, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let end = tokio::select! {
            () = stop.cancelled() => return,
            end = listen(&pool, &hub) => end,
        };
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
    listener.listen_all([EVENTS, TEXT, DRAFTS]).await.doing("listening")?;
    hub.tell(News::Missed);
    // `try_recv` says None when the connection was lost and made again.
    loop {
        match listener.try_recv().await.doing("listening")? {
            Some(notice) => {
                if let Some(news) = news(hub, notice.channel(), notice.payload()) {
                    hub.tell(news);
                }
            }
            None => hub.tell(News::Missed),
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
