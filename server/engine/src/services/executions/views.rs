//! Where an execution stands by its events; what was read lately of long ones is not read again.

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
use tokio::sync::Mutex as AsyncMutex;

use crate::{
    error::Result,
    store::{executions, history, workers},
};

/// Fewer events are read in less time than a person notices.
const LONG: i64 = 2_000;
/// How many long executions are remembered, of some 15 MB each at most.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(4).unwrap();

type Place = (WorkspaceId, ExecutionId);

/// Remembers views of long executions; what was looked at longest ago is forgotten first. Events are
/// only ever added to, so what was read stays true.
pub struct Views(Mutex<LruCache<Place, Arc<AsyncMutex<ExecutionView>>>>);

impl Default for Views {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }
}

impl Views {
    /// [`view`] of an execution that had so many events a moment ago. Who asks for the same meanwhile
    /// waits for what is being read.
    pub async fn of(
        &self,
        conn: &mut PgConnection,
        place: Place,
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

    fn entry(&self, place: Place) -> Arc<AsyncMutex<ExecutionView>> {
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
    place: Place,
    workflow: &Workflow,
    running: u32,
    view: &mut ExecutionView,
) -> Result<()> {
    match view.status {
        ExecutionStatus::Pending => {
            let now = executions::pulse(conn, place.0, place.1, running).await?;
            view.queued = now.and_then(|now| now.queued).or(view.queued);
        }
        ExecutionStatus::Running => {
            view.unserved = workers::unserved(conn, &job_types(workflow)).await?;
        }
        _ => {}
    }
    Ok(())
}

/// The types of the jobs that a workflow makes.
fn job_types(workflow: &Workflow) -> Vec<String> {
    let jobs = workflow.nodes.iter().filter(|node| node.data.config.work() == Work::Jobs);
    let types: BTreeSet<&str> = jobs.map(|node| node.kind().key()).collect();
    types.into_iter().map(str::to_owned).collect()
}

/// Where an execution stands by its events, or what is kept of one that is past its retention.
pub async fn view(conn: &mut PgConnection, place: Place) -> Result<ExecutionView> {
    if let Some(summary) = history::summary(conn, place.0, place.1).await? {
        return Ok(summary);
    }
    let mut view = ExecutionView::empty();
    catch_up(conn, place, &mut view).await?;
    Ok(view)
}

async fn catch_up(conn: &mut PgConnection, place: Place, view: &mut ExecutionView) -> Result<()> {
    let seen = view.seq;
    let apply = |event| _ = view.apply(&event);
    executions::each_event(conn, place.0, place.1, seen, None, apply).await
}
