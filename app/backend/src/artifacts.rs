//! What executions made: read, compared, kept, restored.

use async_trait::async_trait;
use model::{
    api::{
        compare::Comparison,
        executions::{Artifact, VersionRow},
        lineage::{LineagePage, Subject},
    },
    execution::event::ArtifactSummary,
    id::{ArtifactId, ExecutionId},
    problem::Problem,
};

use crate::actor::Actor;

/// What executions made: read, compared, kept, restored.
#[async_trait]
pub trait Artifacts: Send + Sync {
    /// A version of an output of an execution, with all of it.
    async fn artifact(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        id: ArtifactId,
    ) -> Result<Artifact, Problem>;

    /// All versions of the output that this is a version of, the oldest first.
    async fn versions(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        artifact: ArtifactId,
    ) -> Result<Vec<VersionRow>, Problem>;

    /// How two versions differ: word by word, place by place, or as two images.
    async fn compare_versions(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        before: ArtifactId,
        after: ArtifactId,
    ) -> Result<Comparison, Problem>;

    /// A version with all it was made from and all that was made from it.
    async fn lineage(&self, actor: &Actor, subject: Subject) -> Result<LineagePage, Problem>;

    /// Makes an older version count again, as a new version that repeats it. What was made from
    /// another one is stale then; how an execution ended stays.
    async fn use_version(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        artifact: ArtifactId,
    ) -> Result<ArtifactSummary, Problem>;

    /// Marks a version as kept, or removes the mark. A kept version stands first among the outputs,
    /// and retention does not delete it; without the mark it is deleted like any other. Setting
    /// what is set already is no error.
    async fn keep_version(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        artifact: ArtifactId,
        kept: bool,
    ) -> Result<(), Problem>;
}
