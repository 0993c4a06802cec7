//! Views of executions, folded from their events. Those of long executions are cached.

use std::{
    collections::BTreeSet,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use lru::LruCache;
use model::{
    execution::{state::ExecutionStatus, view::ExecutionView},
    id::{ExecutionId, WorkspaceId},
    nodes::Work,
    workflow::Workflow,
};
use sqlx::PgConnection;
use store::{error::Result, executions, history, workers};
use tokio::sync::Mutex as AsyncMutex;

/// Events from which on a view is cached; fewer are read faster than a person notices.
const LONG: i64 = 2_000;
/// How many views are cached, of some 15 MB each at most.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(4).unwrap();

type ExecutionKey = (WorkspaceId, ExecutionId);

/// A cache of views of long executions; the least recently used goes first. Events are only ever
/// appended, so a cached view is only read on, never read again.
pub struct Views(Mutex<LruCache<ExecutionKey, Arc<AsyncMutex<ExecutionView>>>>);

impl Default for Views {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }
}

impl Views {
    /// [`view`] of an execution that had `events` events a moment ago. Concurrent callers for the
    /// same long execution wait for one of them to read.
    pub async fn load(
        &self,
        conn: &mut PgConnection,
        place: ExecutionKey,
        events: i64,
    ) -> Result<ExecutionView> {
        if events < LONG {
            return view(conn, place).await;
        }
        if let Some(summary) = history::summary(conn, place.0, place.1).await? {
            return Ok(summary);
        }
        let kept = self.entry(place);
        let mut kept = kept.lock().await;
        catch_up(conn, place, &mut kept).await?;
        Ok(kept.clone())
    }

    fn entry(&self, place: ExecutionKey) -> Arc<AsyncMutex<ExecutionView>> {
        let empty = || Arc::new(AsyncMutex::new(ExecutionView::empty()));
        // Nothing in the critical section can panic half-way; a poisoned cache is still a cache.
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get_or_insert(place, empty).clone()
    }
}

/// Adds to a view what no event tells: its place in line, and which types of its jobs no worker takes
/// that runs.
pub async fn add_unsaid(
    conn: &mut PgConnection,
    place: ExecutionKey,
    workflow: &Workflow,
    running: u32,
    view: &mut ExecutionView,
) -> Result<()> {
    match view.status {
        ExecutionStatus::Pending => {
            let now = executions::find_pulse(conn, place.0, place.1, running).await?;
            view.queued = now.and_then(|now| now.queued).or(view.queued);
        }
        ExecutionStatus::Running => {
            view.unserved = workers::find_unserved_types(conn, &job_types(workflow)).await?;
        }
        ExecutionStatus::Paused
        | ExecutionStatus::Completed
        | ExecutionStatus::Failed
        | ExecutionStatus::Stopped => {}
    }
    Ok(())
}

fn job_types(workflow: &Workflow) -> Vec<String> {
    let jobs = workflow.nodes.iter().filter(|node| node.data.config.work() == Work::Jobs);
    let types: BTreeSet<&str> = jobs.map(|node| node.kind().key()).collect();
    types.into_iter().map(str::to_owned).collect()
}

/// The fold of an execution's events, or its summary where retention has deleted them.
pub async fn view(conn: &mut PgConnection, place: ExecutionKey) -> Result<ExecutionView> {
    if let Some(summary) = history::summary(conn, place.0, place.1).await? {
        return Ok(summary);
    }
    let mut view = ExecutionView::empty();
    catch_up(conn, place, &mut view).await?;
    Ok(view)
}

async fn catch_up(
    conn: &mut PgConnection,
    place: ExecutionKey,
    view: &mut ExecutionView,
) -> Result<()> {
    let seen = view.seq;
    let apply = |event| _ = view.apply(&event);
    executions::for_each_event(conn, place.0, place.1, seen, None, apply).await
}
