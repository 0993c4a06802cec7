//! Publishes what has been committed: at once on this process's event bus, then to all other
//! processes by NOTIFY.
//!
//! NOTIFY comes after the commit: inside, PostgreSQL would let only one commit at a time wait for
//! the disk. Who misses a notification finds the work by polling.

use std::{collections::BTreeMap, time::Duration};

use sqlx::PgPool;
use store::{
    error::{Doing, Result},
    executions::{self, Notice},
};
use tokio::sync::mpsc;

use super::event_bus::{BusEvent, EventBus};

/// Notices that are sent together.
const BATCH: usize = 256;
const RETRY_AFTER: Duration = Duration::from_millis(200);
/// The least time between two NOTIFY statements; notices that come meanwhile share the next one. A
/// process then hears of each running execution at most a few hundred times a second.
const MIN_GAP: Duration = Duration::from_millis(5);

/// Publishes notices on the bus of this process, and by NOTIFY on the buses of the others.
pub struct PgNotifier {
    pool: PgPool,
    bus: EventBus,
    later: mpsc::UnboundedSender<Notice>,
}

impl PgNotifier {
    /// Starts the task that sends what nobody waits for; it ends when the notifier is dropped. Must
    /// be called inside a tokio runtime.
    pub fn start(pool: PgPool, bus: EventBus) -> Self {
        let (later, mut notices) = mpsc::unbounded_channel();
        let (sender, own) = (pool.clone(), bus.clone());
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while notices.recv_many(&mut batch, BATCH).await > 0 {
                let merged = merge_notices(batch.drain(..));
                while !send(&sender, &own, &merged).await && !notices.is_closed() {
                    tokio::time::sleep(RETRY_AFTER).await;
                }
                tokio::time::sleep(MIN_GAP).await;
            }
        });
        Self { pool, bus, later }
    }

    /// The event bus of this process.
    pub fn bus(&self) -> &EventBus {
        &self.bus
    }

    /// Publishes notices in their order here, and soon in other processes: no step waits for that,
    /// and what is lost with this process costs the others one fallback poll.
    pub fn notify_later(&self, notices: Vec<Notice>) {
        self.publish_here(&notices);
        for notice in notices {
            // Without its task the process is ending.
            self.later.send(notice).ok();
        }
    }

    /// Publishes notices and waits until they are sent to other processes. A failure is logged
    /// only: what is committed is true whether or not anybody hears of it.
    pub async fn notify(&self, notices: &[Notice]) {
        self.publish_here(notices);
        send(&self.pool, &self.bus, notices).await;
    }

    fn publish_here(&self, notices: &[Notice]) {
        for notice in notices {
            self.bus.publish(BusEvent::Advanced(*notice));
        }
    }
}

/// One notice for each execution, which says all that the notices of that execution say.
fn merge_notices(notices: impl Iterator<Item = Notice>) -> Vec<Notice> {
    let mut merged = BTreeMap::new();
    for notice in notices {
        merged
            .entry(notice.execution)
            .and_modify(|earlier: &mut Notice| *earlier = earlier.merge(notice))
            .or_insert(notice);
    }
    merged.into_values().collect()
}

/// Sends notices by NOTIFY; false, with a line in the log, when that failed.
async fn send(pool: &PgPool, own: &EventBus, notices: &[Notice]) -> bool {
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
            ..Notice::for_change_without_event(workspace, execution, seq)
        };
        let waiting = [
            Notice { jobs: true, ..step(one, 3) },
            step(other, 1),
            Notice { cancelled: true, ..step(one, 7) },
            Notice::for_change_without_event(workspace, one, 6),
        ];
        let all =
            Notice { jobs: true, cancelled: true, turned: true, beside: true, ..step(one, 7) };
        assert_eq!(merge_notices(waiting.into_iter()), [all, step(other, 1)]);
    }
}
