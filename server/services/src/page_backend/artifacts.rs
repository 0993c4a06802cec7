//! What pages ask of what executions made.

use backend::actor::Actor;
use model::{
    api::executions::Artifact,
    id::{ArtifactId, ExecutionId},
};

forward! {
    artifacts::Artifacts {
        fn artifact(actor: &Actor, execution: ExecutionId, id: ArtifactId) -> Artifact;
    }
}
