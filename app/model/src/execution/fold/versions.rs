//! Which version of an output counted when, and when nodes and jobs read what came before them.

use crate::execution::{
    event::{ArtifactSummary, EventKind},
    view::{JobView, NodeView, PastVersion},
};

impl NodeView {
    pub(super) fn note_beginning(&mut self, seq: i64, kind: &EventKind) {
        use EventKind as E;
        // A loop reads what its rounds go through when they are planned, not when the first begins.
        if let E::NodeReady { .. } | E::NodeAwaitingReview { .. } | E::NodeReused { .. } = kind {
            self.began = seq;
        }
        // What needs no jobs reads and gives at once.
        if let (E::NodeCompleted { .. }, 0) = (kind, self.began) {
            self.began = seq;
        }
    }

    /// Lets a version of an output count from event `seq` on.
    pub(super) fn put_version(&mut self, seq: i64, artifact: &ArtifactSummary) {
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

impl JobView {
    pub(super) fn note_beginning(&mut self, seq: i64, kind: &EventKind) {
        if let EventKind::JobStarted { .. } = kind {
            self.began = seq;
        }
    }
}
