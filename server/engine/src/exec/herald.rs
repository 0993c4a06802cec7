//! Sends notices, so that no step waits for them.

use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::mpsc;

use crate::{
    error::{Doing, Result},
    store::executions::{self, Notice},
};

/// Notices that are sent together.
const BATCH: usize = 256;
const AGAIN: Duration = Duration::from_millis(200);

/// Hands notices to the task that sends them; what the process does not live to send costs one
/// fallback poll.
pub struct Herald(mpsc::UnboundedSender<Notice>);

impl Herald {
    /// Starts the task, which ends when the herald is dropped. Must be called inside a runtime.
    pub fn start(pool: PgPool) -> Self {
        let (sender, mut notices) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while notices.recv_many(&mut batch, BATCH).await > 0 {
                while !tell(&pool, &batch).await && !notices.is_closed() {
                    tokio::time::sleep(AGAIN).await;
                }
                batch.clear();
            }
        });
        Self(sender)
    }

    /// Sends notices soon, in their order.
    pub fn tell(&self, notices: Vec<Notice>) {
        for notice in notices {
            // Without its task the process is ending.
            self.0.send(notice).ok();
        }
    }
}

/// Sends notices; whether that worked. What is committed is true whether or not anybody hears of it.
pub async fn tell(pool: &PgPool, notices: &[Notice]) -> bool {
    if notices.is_empty() {
        return true;
    }
    let sent = send(pool, notices).await;
    if let Err(error) = &sent {
        let error = error as &dyn std::error::Error;
        tracing::warn!(error, "listeners were not woken; they look for themselves");
    }
    sent.is_ok()
}

async fn send(pool: &PgPool, notices: &[Notice]) -> Result<()> {
    let mut conn = pool.acquire().await.doing("opening a connection to wake listeners")?;
    executions::notify(&mut conn, notices).await
}
