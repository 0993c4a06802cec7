//! A cache of the latest events of executions, read and serialized once for all streams.
//!
//! All streams of an execution are notified of a commit at the same time, and nearly all of them
//! then need the same events.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use backend::actor::Actor;
use lru::LruCache;
use model::id::{ExecutionId, WorkspaceId};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use services::executions::Executions;
use store::error::{EngineError, Result};
use tokio::sync::OnceCell;

/// The most pages that are cached; the least recently used one goes first.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(64).unwrap();
/// The longest page that is cached, in events: streams that are further behind read for themselves.
const MOST_CACHED: usize = 32;

/// An event as streams send it.
#[derive(Debug, Clone)]
pub struct SerializedEvent {
    /// The number of the event in its execution, from 1 without gaps.
    pub seq: i64,
    json: Arc<RawValue>,
}

impl Serialize for SerializedEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.json.as_ref().serialize(serializer)
    }
}

/// Events of one execution in their order.
pub type Page = Arc<[SerializedEvent]>;
/// An execution, and the number of the last event before a page.
type Position = (WorkspaceId, ExecutionId, i64);

/// The cache; clones share it.
#[derive(Debug, Clone)]
pub struct EventCache(Arc<Mutex<LruCache<Position, Arc<OnceCell<Page>>>>>);

impl Default for EventCache {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(CAPACITY))))
    }
}

impl EventCache {
    /// The next events after number `seq`; empty when there are none yet. Call it for actors that
    /// may watch the execution: a cached page is not checked again. What follows a number never
    /// changes, so all callers can share a page.
    pub async fn load_after(
        &self,
        executions: &Executions,
        actor: &Actor,
        execution: ExecutionId,
        seq: i64,
    ) -> Result<Page> {
        let position = (actor.workspace, execution, seq);
        let cell = {
            let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            pages.get_or_insert(position, Arc::default).clone()
        };
        let read = cell.get_or_try_init(async || {
            match read_page(executions, actor, execution, seq).await {
                Ok(page) if page.is_empty() => Err(None),
                Ok(page) => Ok(page),
                Err(error) => Err(Some(error)),
            }
        });
        match read.await {
            Ok(page) if page.len() <= MOST_CACHED => Ok(page.clone()),
            other => {
                self.0.lock().unwrap_or_else(PoisonError::into_inner).pop(&position);
                match other {
                    Ok(page) => Ok(page.clone()),
                    // Nothing follows yet; an empty page must not stay cached.
                    Err(None) => Ok(Page::default()),
                    Err(Some(error)) => Err(error),
                }
            }
        }
    }
}

async fn read_page(
    executions: &Executions,
    actor: &Actor,
    execution: ExecutionId,
    seq: i64,
) -> Result<Page> {
    let events = executions.events(actor, execution, seq).await?;
    let serialized = events.into_iter().map(|event| {
        let json = to_raw_value(&event)
            .map_err(|error| EngineError::internal("writing an event", error))?;
        Ok(SerializedEvent { seq: event.seq, json: json.into() })
    });
    serialized.collect()
}
