//! How two versions of an output differ, for people.

use backend::actor::Actor;
use model::{
    api::{
        compare::{Comparison, changes},
        executions::Artifact,
        texts::pieces,
    },
    id::{ArtifactId, ExecutionId},
    problem::Problem,
};
use serde_json::Value;
use store::error::{EngineError, Result};

use super::Artifacts;

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
