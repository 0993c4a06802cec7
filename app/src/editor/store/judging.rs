//! What is wrong with the document: judged when it rests, told at each card.

use std::{collections::HashMap, time::Duration};

use leptos::prelude::*;
use model::{
    id::NodeId,
    validate::{Faults, Issue, Severity, validate},
};

use super::Editor;
use crate::client::signal::SetNew;

/// For how long the document must rest before it is judged again.
const REST: Duration = Duration::from_millis(150);

/// The worst that is wrong with an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeFault {
    /// Whether it forbids launching.
    pub severity: Severity,
    /// In words for a person.
    pub message: String,
}

impl Editor {
    /// Judges the document now.
    pub fn judge(self) {
        let issues = self.workflow.with_untracked(validate);
        let mut faults = HashMap::<NodeId, Faults>::new();
        for issue in &issues {
            let Some(id) = &issue.node_id else { continue };
            // What a collapsed frame hides is told at its card, too.
            let frame = self.drawing.place(id).and_then(|place| place.hidden).map(NodeId);
            for id in std::iter::once(id.clone()).chain(frame) {
                faults.entry(id).or_default().add(issue);
            }
        }
        for id in self.drawing.order.get_untracked() {
            let now = faults.get(&id).copied().unwrap_or_default();
            if let Some(spot) = self.drawing.spot(&id) {
                spot.faults.set_new(now);
            }
        }
        self.tell_edges(&issues);
        self.faults.set_new(Faults::of(&issues));
        if self.issues.with_untracked(|known| *known != issues) {
            self.issues.set(issues);
        }
    }

    /// Says at each edge what is wrong with it.
    fn tell_edges(self, issues: &[Issue]) {
        self.workflow.with_untracked(|workflow| {
            let mut faults: HashMap<usize, &Issue> = HashMap::new();
            for issue in issues {
                let Some(place) = issue.edge() else { continue };
                if issue.blocks() || !faults.contains_key(&place) {
                    faults.insert(place, issue);
                }
            }
            for (place, edge) in workflow.edges.iter().enumerate() {
                let Some(thread) = self.drawing.thread(&edge.id) else { continue };
                thread.fault.set_new(faults.get(&place).map(|issue| EdgeFault {
                    severity: issue.severity,
                    message: issue.message.clone(),
                }));
            }
        });
    }

    /// Judges the document once it is there to be seen: how much is wrong with it came along.
    pub(super) fn judge_at_first(self) {
        Effect::new(move || {
            if self.lens.is_ahead() {
                self.judge_soon();
            }
        });
    }

    /// Judges the document when it has rested for a moment.
    pub(super) fn judge_soon(self) {
        let changes = self.past.with_untracked(|past| past.changes);
        let judge = move || {
            // The page may have been left meanwhile.
            let now = self.past.try_with_untracked(|past| past.changes);
            if now == Some(changes) {
                self.judge();
            }
        };
        set_timeout(judge, REST);
    }
}
