//! How an event changes the outputs of a node: which version of each counted when.

use crate::execution::{
    event::{
        ArtifactSummary, EventKind,
        groups::{execution_events, iteration_events, job_events, node_events, review_events},
    },
    view::{DocumentView, ExecutionView, NodeView, PastVersion},
};

pub(super) fn apply(view: &mut ExecutionView, kind: &EventKind) {
    use EventKind as E;
    let seq = view.seq;
    match kind {
        E::ArtifactCreated { artifact } => {
            if let Some(node) = view.nodes.get_mut(artifact.node.as_str()) {
                node.put_version(seq, artifact);
            }
        }
        E::DocumentCreated { node, document, title } => view.documents.push(DocumentView {
            id: *document,
            title: title.clone(),
            node: node.clone(),
        }),
        execution_events!()
        | iteration_events!()
        | node_events!()
        | review_events!()
        | job_events!() => {}
    }
}

impl NodeView {
    /// Lets a version of an output count from event `seq` on.
    fn put_version(&mut self, seq: i64, artifact: &ArtifactSummary) {
        let same = |old: &ArtifactSummary| (old.item, &old.port) == (artifact.item, &artifact.port);
        let old = self.artifacts.iter().position(same).map(|place| self.artifacts.remove(place));
        // An item that was lacking: who read the output before did without it.
        if old.is_some() || self.has_given {
            let version = old.map_or(PastVersion::NONE, |old| old.made_as());
            let (item, port) = (artifact.item, artifact.port.clone());
            self.past.push(PastVersion { item, port, version, until: seq });
        }
        self.artifacts.push(artifact.clone());
        self.artifacts.sort_by(|a, b| (&a.port, a.item).cmp(&(&b.port, b.item)));
    }
}
