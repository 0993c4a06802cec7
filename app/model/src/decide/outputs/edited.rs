//! Edits that a person made in what they approved, recorded as versions of the review's own output.

use serde_json::{Map, Value};

use super::artifacts::record_artifact;
use crate::{
    decide::{ArtifactOut, ArtifactOutBody, JobOutput, RecordedOutput, Transition},
    execution::event::PERSON,
    id::{ArtifactId, JobId, NodeId, ReviewId},
    nodes::review::ITEMS,
    review::Reviewer,
};

/// An approval that may have changed what it approves.
#[derive(Debug)]
pub(in crate::decide) struct Edit<'a> {
    /// The review node.
    pub node: &'a NodeId,
    /// The review that is approved.
    pub review: ReviewId,
    /// The person who approved and edited.
    pub by: &'a Reviewer,
    /// The items that were kept, as they were before the approval.
    pub before: Vec<Value>,
    /// Whether no earlier approval changed any of them.
    pub first: bool,
}

/// Records each changed item as a version. Where it is the first change, a version of the item
/// as it came is recorded before, so that the two can be compared.
pub(in crate::decide) fn record_edits(
    transition: &mut Transition<'_>,
    edit: &Edit<'_>,
    after: &[Value],
) {
    let items = edit.before.iter().zip(after).enumerate();
    for (place, (before, after)) in items.filter(|(_, (before, after))| before != after) {
        let item = i32::try_from(place).unwrap_or(i32::MAX);
        let came = edit.first.then_some((before, None));
        let written = came.into_iter().chain([(after, Some(edit.by))]);
        let (artifacts, versions) = written
            .map(|(content, by)| record_version(transition, edit.node, item, content, by))
            .unzip();
        transition.add_output(RecordedOutput {
            // No job made it; the review stands in its place.
            job: JobId(edit.review.0),
            node: edit.node.clone(),
            item,
            versions,
            output: JobOutput { artifacts, ..JobOutput::default() },
            external_refs: vec![],
        });
    }
}

fn record_version(
    transition: &mut Transition<'_>,
    node: &NodeId,
    item: i32,
    content: &Value,
    by: Option<&Reviewer>,
) -> (ArtifactOut, i32) {
    let artifact = ArtifactOut {
        id: ArtifactId(transition.new_id()),
        port: ITEMS.to_owned(),
        body: match content {
            Value::String(text) => ArtifactOutBody::Text(text.clone()),
            data => ArtifactOutBody::Json(data.clone()),
        },
        inputs: Value::Object(Map::new()),
        provider: PERSON.to_owned(),
        model: by.map_or_else(String::new, |by| by.name.clone()),
        sample: transition.snapshot().bill.sample_calls > 0,
    };
    let version = record_artifact(transition, &artifact, node, item, by);
    (artifact, version)
}
