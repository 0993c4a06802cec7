//! Versions of outputs, as they are recorded.

use crate::{
    decide::{ArtifactOut, ArtifactOutBody, Transition},
    execution::event::{ArtifactBody, ArtifactSummary, EventKind},
    id::NodeId,
    review::Reviewer,
};

/// Records the next version of an item's output and returns its number.
pub(in crate::decide) fn record_artifact(
    transition: &mut Transition<'_>,
    artifact: &ArtifactOut,
    node: &NodeId,
    item: i32,
    edited_by: Option<&Reviewer>,
) -> i32 {
    let version = transition.next_version(node, item, &artifact.port);
    let made = summarize(artifact, node, item, version);
    let artifact = ArtifactSummary { edited_by: edited_by.cloned(), ..made };
    transition.record(EventKind::ArtifactCreated { artifact });
    version
}

/// A version of an item's output as the log records it.
fn summarize(artifact: &ArtifactOut, node: &NodeId, item: i32, version: i32) -> ArtifactSummary {
    let body = match &artifact.body {
        ArtifactOutBody::Text(text) => ArtifactBody::text(text),
        ArtifactOutBody::Json(json) => ArtifactBody::from_value(json),
        ArtifactOutBody::Image(image) => {
            ArtifactBody::Image { image: image.id, width: image.width, height: image.height }
        }
        ArtifactOutBody::Known { image, width, height } => {
            ArtifactBody::Image { image: *image, width: *width, height: *height }
        }
    };
    ArtifactSummary {
        id: artifact.id,
        node: node.clone(),
        item,
        port: artifact.port.clone(),
        version,
        sample: artifact.sample,
        cut_off: artifact.is_cut_off(),
        restored: None,
        edited_by: None,
        body,
    }
}
