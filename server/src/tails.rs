//! What happened last in an execution, read and written out once for all who watch.
//!
//! Everybody who watches hears of a commit at once, and nearly all of them miss the same events.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use engine::{
    error::{EngineError, Result},
    services::{Services, actor::Actor},
};
use lru::LruCache;
use model::id::{ExecutionId, WorkspaceId};
use serde_json::value::{RawValue, to_raw_value};
use tokio::sync::OnceCell;

/// Readers at different places of how many executions find what another one has read.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(64).unwrap();
/// Who is further behind than so many events reads for itself: memory is for those who keep up.
const MOST_KEPT: usize = 32;

/// An event as readers are given it.
#[derive(Debug)]
pub struct Told {
    /// Its number.
    pub seq: i64,
    /// The event, written out.
    pub event: Arc<RawValue>,
}

/// Some events in their order.
pub type Page = Arc<[Told]>;
/// An execution, and the last event that a reader has of it.
type Position = (WorkspaceId, ExecutionId, i64);

/// What was read last; cheap to clone.
#[derive(Debug, Clone)]
pub struct Tails(Arc<Mutex<LruCache<Position, Arc<OnceCell<Page>>>>>);

impl Default for Tails {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(CAPACITY))))
    }
}

impl Tails {
    /// The next events after number `seq`: what follows a number never changes, so whoever is there is
    /// given the same. For readers that may watch the execution.
    ///
    /// # Errors
    /// A database failure.
    pub async fn after(
        &self,
        services: &Services,
        actor: &Actor,
        execution: ExecutionId,
        seq: i64,
    ) -> Result<Page> {
        let position = (actor.workspace, execution, seq);
        let cell = {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get_or_insert(position, Arc::default).clone()
        };
        let read =
            cell.get_or_try_init(async || match page(services, actor, execution, seq).await {
                Ok(page) if page.is_empty() => Err(None),
                Ok(page) => Ok(page),
                Err(error) => Err(Some(error)),
            });
        match read.await {
            Ok(page) if page.len() <= MOST_KEPT => Ok(page.clone()),
            other => {
                self.0.lock().unwrap_or_else(PoisonError::into_inner).pop(&position);
                match other {
                    Ok(page) => Ok(page.clone()),
                    // Nothing follows yet: something will.
                    Err(None) => Ok(Page::default()),
                    Err(Some(error)) => Err(error),
                }
            }
        }
    }
}

async fn page(
    services: &Services,
    actor: &Actor,
    execution: ExecutionId,
    seq: i64,
) -> Result<Page> {
    let events = services.events(actor, execution, seq).await?;
    let told = events.into_iter().map(|event| {
        let written = to_raw_value(&event)
            .map_err(|error| EngineError::internal("writing an event", error))?;
        Ok(Told { seq: event.seq, event: written.into() })
    });
    told.collect()
}
