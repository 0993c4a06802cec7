//! A cache of compiled template versions, so that a version is read and compiled once for many
//! launches.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use lru::LruCache;
use model::{
    decide::CompiledWorkflow,
    id::{TemplateId, WorkspaceId},
    workflow::Workflow,
};
use sqlx::PgConnection;
use store::{
    authoring,
    error::{EngineError, Result},
    templates,
};

use super::compile;

/// How many versions are cached at most.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(256).unwrap();
/// How old a cached usual duration may be.
const FRESH: Duration = Duration::from_secs(60);

/// A published version of a template, which never changes.
type Version = (TemplateId, i32);

struct CachedDefinition {
    compiled: Arc<CompiledWorkflow>,
    /// The usual active time of the template's executions in milliseconds, and when it was read.
    usual: Option<(u64, Instant)>,
}

/// An LRU cache of compiled versions.
pub struct DefinitionCache(Mutex<LruCache<Version, CachedDefinition>>);

impl Default for DefinitionCache {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }
}

impl DefinitionCache {
    /// The compiled definition of a version, without pinned versions of other templates. The caller
    /// must have checked that the workspace has the template.
    ///
    /// # Errors
    /// Everything that keeps the workflow from running; a database failure.
    pub async fn load(
        &self,
        conn: &mut PgConnection,
        workspace: WorkspaceId,
        version: Version,
    ) -> Result<Arc<CompiledWorkflow>> {
        let cached = self.with_cached(version, |cached| cached.compiled.clone());
        if let Some(compiled) = cached {
            return Ok(compiled);
        }
        let (template, number) = version;
        let definition = authoring::definition(conn, workspace, template, number).await?;
        let definition = definition.ok_or(EngineError::NotFound("template"))?;
        let workflow: Workflow = serde_json::from_value(definition)
            .map_err(|error| EngineError::internal("reading a template", error))?;
        let compiled = compile(workflow)?;
        let cached = CachedDefinition { compiled: compiled.clone(), usual: None };
        self.lock().put(version, cached);
        Ok(compiled)
    }

    /// The usual active time of executions of the version's template, in milliseconds and at most a
    /// minute old; none while no execution has completed.
    ///
    /// # Errors
    /// A database failure.
    pub async fn usual_ms(&self, conn: &mut PgConnection, version: Version) -> Result<Option<u64>> {
        let cached = self.with_cached(version, |cached| cached.usual).flatten();
        if let Some((usual, _)) = cached.filter(|(_, read)| read.elapsed() < FRESH) {
            return Ok(Some(usual));
        }
        let usual = templates::median_ms(conn, version.0).await?;
        let read = Instant::now();
        self.with_cached(version, |cached| cached.usual = usual.map(|ms| (ms, read)));
        Ok(usual)
    }

    /// Calls `look` with the cached version; none if it is not cached.
    fn with_cached<T>(
        &self,
        version: Version,
        look: impl FnOnce(&mut CachedDefinition) -> T,
    ) -> Option<T> {
        self.lock().get_mut(&version).map(look)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<Version, CachedDefinition>> {
        // Nothing in the critical sections can panic half-way, so a poisoned cache is still
        // consistent.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
