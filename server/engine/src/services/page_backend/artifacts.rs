//! What pages ask of what executions made.

use backend::actor::Actor;
use model::{
    api::{
        compare::Comparison,
        executions::{Artifact, VersionRow},
        lineage::{LineagePage, Subject},
    },
    execution::event::ArtifactSummary,
    id::{ArtifactId, ExecutionId},
};

forward! {
    artifacts::Artifacts {
        fn artifact(actor: &Actor, execution: ExecutionId, id: ArtifactId) -> Artifact;
        fn versions(actor: &Actor, execution: ExecutionId, artifact: ArtifactId) -> Vec<VersionRow>;
        fn compare_versions(
            actor: &Actor, execution: ExecutionId, before: ArtifactId, after: ArtifactId
        ) -> Comparison;
        fn lineage(actor: &Actor, subject: Subject) -> LineagePage;
        fn use_version(
            actor: &Actor, execution: ExecutionId, artifact: ArtifactId
        ) -> ArtifactSummary;
        fn keep_version(
            actor: &Actor, execution: ExecutionId, artifact: ArtifactId, kept: bool
        ) -> ();
    }
}
