//! What executions made: read, compared, kept, restored.

use async_trait::async_trait;
use model::{
    api::executions::Artifact,
    id::{ArtifactId, ExecutionId},
    problem::Problem,
};

use crate::actor::Actor;

model::versions_operations!(crate::area::area);

/// What executions made: read, compared, kept, restored.
#[async_trait]
pub trait Artifacts: VersionOperations {
    /// A version of an output of an execution, with all of it.
    async fn artifact(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        id: ArtifactId,
    ) -> Result<Artifact, Problem>;
}
