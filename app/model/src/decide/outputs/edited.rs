//! What a person wrote into what they approved: versions of the review's own output.

use serde_json::{Map, Value};

use super::{ArtifactOut, ArtifactOutBody, JobOutput, RecordedOutput};
use crate::{
    decide::Draft,
    execution::event::PERSON,
    id::{ArtifactId, JobId, NodeId, ReviewId},
    nodes::review::ITEMS,
    review::Reviewer,
};

/// An approval that may have changed what it approves.
#[derive(Debug)]
pub(in crate::decide) struct Edit<'a> {
    /// The node that asked.
    pub node: &'a NodeId,
    /// The decision.
    pub review: ReviewId,
    /// Who approved.
    pub by: &'a Reviewer,
    /// What of the items was kept, as it was before.
    pub before: Vec<Value>,
    /// Whether nobody changed any of them before.
    pub first: bool,
}

impl Draft<'_> {
    /// Records each item that is another one by now as a version; behind a version of what came,
    /// where it is the first, so that the two can be compared.
    pub(in crate::decide) fn record_edits(&mut self, edit: &Edit<'_>, after: &[Value]) {
        let items = edit.before.iter().zip(after).enumerate();
        for (place, (before, after)) in items.filter(|(_, (before, after))| before != after) {
            let item = i32::try_from(place).unwrap_or(i32::MAX);
            let came = edit.first.then_some((before, None));
            let written = came.into_iter().chain([(after, Some(edit.by))]);
            let (artifacts, versions) =
                written.map(|one| self.record_version((edit.node, item), one.0, one.1)).unzip();
            self.add_output(RecordedOutput {
                // No job made it; the review stands in its place.
                job: JobId(edit.review.0),
                node: edit.node.clone(),
                item,
                versions,
                output: JobOutput { artifacts, ..JobOutput::default() },
            });
        }
    }

    fn record_version(
        &mut self,
        place: (&NodeId, i32),
        content: &Value,
        by: Option<&Reviewer>,
    ) -> (ArtifactOut, i32) {
        let artifact = ArtifactOut {
            id: ArtifactId(self.new_id()),
            port: ITEMS.to_owned(),
            body: match content {
                Value::String(text) => ArtifactOutBody::Text(text.clone()),
                data => ArtifactOutBody::Json(data.clone()),
            },
            inputs: Value::Object(Map::new()),
            provider: PERSON.to_owned(),
            model: by.map_or_else(String::new, |by| by.name.clone()),
            sample: self.snapshot.bill.sample_calls > 0,
        };
        let version = self.record_artifact(&artifact, place.0, place.1, by);
        (artifact, version)
    }
}
