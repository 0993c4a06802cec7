//! Reads artifacts and their versions.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::executions::{Artifact, ArtifactRow, VersionRow},
    id::{ArtifactId, ExecutionId},
};
use store::{
    error::{Doing, EngineError, Result},
    executions,
};

use super::Artifacts;
use crate::services::executions::history::require_execution;

impl Artifacts {
    /// Every version of everything an execution made, without what it says.
    pub async fn list(&self, actor: &Actor, id: ExecutionId) -> Result<Vec<ArtifactRow>> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("listing what was made")?;
        require_execution(&mut conn, actor, id).await?;
        executions::artifacts(&mut conn, actor.workspace, id).await
    }

    /// A version of an output of an execution, with all of it.
    pub async fn artifact(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        id: ArtifactId,
    ) -> Result<Artifact> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("reading what was made")?;
        let found = executions::artifact(&mut conn, actor.workspace, execution, id).await?;
        found.ok_or(EngineError::NotFound("output"))
    }

    /// All versions of the output that this is a version of, the oldest first.
    ///
    /// # Errors
    /// When the execution has no such version.
    pub async fn versions(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        artifact: ArtifactId,
    ) -> Result<Vec<VersionRow>> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("listing versions")?;
        let found = executions::versions(&mut conn, actor.workspace, execution, artifact).await?;
        if found.is_empty() { Err(EngineError::NotFound("output")) } else { Ok(found) }
    }
}
