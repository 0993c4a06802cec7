//! Versions that were launched lately: read, checked and frozen once for all their launches.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use lru::LruCache;
use model::{
    decide::Frozen,
    id::{TemplateId, WorkspaceId},
    workflow::Workflow,
};
use sqlx::PgConnection;

use super::freeze;
use crate::{
    error::{EngineError, Result},
    store::{authoring, templates},
};

/// How many versions are remembered.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(256).unwrap();
/// How old the usual time may be that a launch tells.
const FRESH: Duration = Duration::from_secs(60);

/// A published version of a template. It never changes.
type Version = (TemplateId, i32);

struct Remembered {
    frozen: Arc<Frozen>,
    /// How long its template's executions work, and when that was read.
    usual: Option<(u64, Instant)>,
}

/// Remembers versions; what was used longest ago is forgotten first.
pub struct Known(Mutex<LruCache<Version, Remembered>>);

impl Default for Known {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }
}

impl Known {
    /// The definition of a version, as its author wrote it. That the workspace has the template
    /// must have been checked.
    ///
    /// # Errors
    /// Everything that keeps it from running; a database failure.
    pub async fn frozen(
        &self,
        conn: &mut PgConnection,
        workspace: WorkspaceId,
        version: Version,
    ) -> Result<Arc<Frozen>> {
        let known = self.with(version, |known| known.frozen.clone());
        if let Some(frozen) = known {
            return Ok(frozen);
        }
        let (template, number) = version;
        let definition = authoring::definition(conn, workspace, template, number).await?;
        let definition = definition.ok_or(EngineError::NotFound("template"))?;
        let workflow: Workflow = serde_json::from_value(definition)
            .map_err(|error| EngineError::internal("reading a template", error))?;
        let frozen = freeze(workflow)?;
        let remembered = Remembered { frozen: frozen.clone(), usual: None };
        self.lock().put(version, remembered);
        Ok(frozen)
    }

    /// How long executions of the version's template usually work, in milliseconds, as it was at
    /// most a minute ago; none while none has completed.
    ///
    /// # Errors
    /// A database failure.
    pub async fn usual_ms(&self, conn: &mut PgConnection, version: Version) -> Result<Option<u64>> {
        let known = self.with(version, |known| known.usual).flatten();
        if let Some((usual, _)) = known.filter(|(_, read)| read.elapsed() < FRESH) {
            return Ok(Some(usual));
        }
        let usual = templates::usual_ms(conn, version.0).await?;
        let read = Instant::now();
        self.with(version, |known| known.usual = usual.map(|ms| (ms, read)));
        Ok(usual)
    }

    fn with<T>(&self, version: Version, look: impl FnOnce(&mut Remembered) -> T) -> Option<T> {
        self.lock().get_mut(&version).map(look)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<Version, Remembered>> {
        // Nothing in the critical sections can panic half-way; a poisoned cache is still a cache.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
