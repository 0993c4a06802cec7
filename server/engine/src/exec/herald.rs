//! Tells what has been committed: at once in this process, then in all others.

use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::mpsc;

use super::hub::{Hub, News};
use crate::{
    error::{Doing, Result},
    store::executions::{self, Notice},
};

/// Notices that are sent together.
const BATCH: usize = 256;
const AGAIN: Duration = Duration::from_millis(200);

/// Tells the hub of this process, and the database for the hubs of others.
pub struct Herald {
    pool: PgPool,
    hub: Hub,
    later: mpsc::UnboundedSender<Notice>,
}

impl Herald {
    /// Starts the task that sends what nobody waits for; it ends when the herald is dropped. Must be
    /// called inside a runtime.
    pub fn start(pool: PgPool, hub: Hub) -> Self {
        let (later, mut notices) = mpsc::unbounded_channel();
        let (sender, own) = (pool.clone(), hub.clone());
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while notices.recv_many(&mut batch, BATCH).await > 0 {
                while !send(&sender, &own, &batch).await && !notices.is_closed() {
                    tokio::time::sleep(AGAIN).await;
                }
                batch.clear();
            }
        });
        Self { pool, hub, later }
    }

    /// Where this process hears news.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Tells notices in their order, other processes soon: no step waits for that, and what the
    /// process does not live to send costs one fallback poll.
    pub fn tell(&self, notices: Vec<Notice>) {
        self.tell_own(&notices);
        for notice in notices {
            // Without its task the process is ending.
            self.later.send(notice).ok();
        }
    }

    /// Tells notices and waits until other processes can hear of them. What is committed is true
    /// whether or not anybody hears of it.
    pub async fn tell_all(&self, notices: &[Notice]) {
        self.tell_own(notices);
        send(&self.pool, &self.hub, notices).await;
    }

    fn tell_own(&self, notices: &[Notice]) {
        for notice in notices {
            self.hub.tell(News::Advanced(*notice));
        }
    }
}

/// Whether that worked.
async fn send(pool: &PgPool, own: &Hub, notices: &[Notice]) -> bool {
    if notices.is_empty() {
        return true;
    }
    let sent = async {
        let mut conn = pool.acquire().await.doing("opening a connection to wake listeners")?;
        executions::notify(&mut conn, Some(own.id()), notices).await
    };
    let sent: Result<()> = sent.await;
    if let Err(error) = &sent {
        let error = error as &dyn std::error::Error;
        tracing::warn!(error, "listeners were not woken; they look for themselves");
    }
    sent.is_ok()
}
