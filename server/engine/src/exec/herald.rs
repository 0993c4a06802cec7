//! Tells what has been committed: at once in this process, then in all others.

use std::{collections::BTreeMap, time::Duration};

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
/// After what was sent at once others wait so long and share the next journey: a process hears of
/// each execution that is under way a few hundred times in a second, which is soon enough to look at.
const PACE: Duration = Duration::from_millis(5);

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
                let newest = newest(batch.drain(..));
                while !send(&sender, &own, &newest).await && !notices.is_closed() {
                    tokio::time::sleep(AGAIN).await;
                }
                tokio::time::sleep(PACE).await;
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

/// One notice for each execution, which says what all of them have said.
fn newest(notices: impl Iterator<Item = Notice>) -> Vec<Notice> {
    let mut newest = BTreeMap::new();
    for notice in notices {
        newest
            .entry(notice.execution)
            .and_modify(|earlier: &mut Notice| *earlier = earlier.and(notice))
            .or_insert(notice);
    }
    newest.into_values().collect()
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

#[cfg(test)]
mod tests {
    use model::id::{ExecutionId, WorkspaceId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_waits_is_sent_once_for_each_execution_and_nothing_of_it_is_lost() {
        let workspace = WorkspaceId(Uuid::now_v7());
        let (one, other) = (ExecutionId(Uuid::now_v7()), ExecutionId(Uuid::now_v7()));
        let step = |execution, seq| Notice {
            beside: false,
            turned: false,
            ..Notice::beside_events(workspace, execution, seq)
        };
        let waiting = [
            Notice { jobs: true, ..step(one, 3) },
            step(other, 1),
            Notice { cancelled: true, ..step(one, 7) },
            Notice::beside_events(workspace, one, 6),
        ];
        let all =
            Notice { jobs: true, cancelled: true, turned: true, beside: true, ..step(one, 7) };
        assert_eq!(newest(waiting.into_iter()), [all, step(other, 1)]);
    }
}
