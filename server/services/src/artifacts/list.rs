//! Reads artifacts and their versions, compares them, and keeps one when the history goes.

use backend::actor::Actor;
use model::{
    api::{
        compare::{Comparison, changes},
        executions::{Artifact, ArtifactRow, VersionRow},
        texts::pieces,
    },
    id::{ArtifactId, ExecutionId},
    problem::Problem,
};
use serde_json::Value;
use store::{
    error::{EngineError, Result},
    executions,
};

use super::Artifacts;
use crate::{context::OrNotFound, executions::history::require_execution};

impl Artifacts {
    /// Every version of everything an execution made, without what it says.
    pub async fn list(&self, actor: &Actor, id: ExecutionId) -> Result<Vec<ArtifactRow>> {
        let mut conn = self.ctx.read(actor, "listing what was made").await?;
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
        let mut conn = self.ctx.read(actor, "reading what was made").await?;
        let found = executions::artifact(&mut conn, actor.workspace, execution, id).await?;
        found.or_not_found("output")
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
        let mut conn = self.ctx.read(actor, "listing versions").await?;
        let found = executions::versions(&mut conn, actor.workspace, execution, artifact).await?;
        if found.is_empty() { Err(EngineError::NotFound("output")) } else { Ok(found) }
    }
}

impl Artifacts {
    /// How two versions differ: word by word, place by place, or as two images.
    ///
    /// # Errors
    /// When the execution lacks one of them, or one is an image and the other is not.
    pub async fn compare_versions(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        before: ArtifactId,
        after: ArtifactId,
    ) -> Result<Comparison> {
        let before = self.artifact(actor, execution, before).await?;
        let after = self.artifact(actor, execution, after).await?;
        let compared = tokio::task::spawn_blocking(move || compare(&before, &after)).await;
        Ok(compared.map_err(|error| EngineError::internal("comparing versions", error))??)
    }
}

fn compare(before: &Artifact, after: &Artifact) -> Result<Comparison, Problem> {
    match (before.row.image_id, after.row.image_id) {
        (Some(before), Some(after)) => Ok(Comparison::Image { before, after }),
        (None, None) => Ok(match (&before.content, &after.content) {
            (Value::String(before), Value::String(after)) => {
                Comparison::Text { pieces: pieces(before, after) }
            }
            (before, after) => Comparison::Json { changes: changes(before, after) },
        }),
        (Some(_), None) | (None, Some(_)) => {
            let words = "One version is an image and the other isn't.";
            Err(Problem::conflict("not_comparable", words))
        }
    }
}
