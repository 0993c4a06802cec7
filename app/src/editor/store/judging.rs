//! What is wrong with the document: judged when it rests, told at each card.

use std::{collections::HashMap, time::Duration};

use leptos::prelude::*;
use model::{
    id::NodeId,
    validate::{Issue, Severity, validate},
};

use super::Editor;
use crate::client::signal::SetNew;

/// For how long the document must rest before it is judged again.
const REST: Duration = Duration::from_millis(150);

/// How many things are wrong with a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// Those that forbid launching.
    pub errors: usize,
    /// The others.
    pub warnings: usize,
}

/// The worst that is wrong with an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeFault {
    /// Whether it forbids launching.
    pub severity: Severity,
    /// In words for a person.
    pub message: String,
}

impl Faults {
    /// "1 error, 2 warnings"; nothing when all is well.
    pub fn words(self) -> Option<String> {
        let part = |count: usize, noun: &str| match count {
            0 => None,
            1 => Some(format!("1 {noun}")),
            many => Some(format!("{many} {noun}s")),
        };
        let parts = [part(self.errors, "error"), part(self.warnings, "warning")];
        let words: Vec<String> = parts.into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
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
                let faults = faults.entry(id).or_default();
                match Issue::blocks(issue) {
                    true => faults.errors += 1,
                    false => faults.warnings += 1,
                }
            }
        }
        for id in self.drawing.order.get_untracked() {
            let now = faults.get(&id).copied().unwrap_or_default();
            if let Some(spot) = self.drawing.spot(&id) {
                spot.faults.set_new(now);
            }
        }
        self.tell_edges(&issues);
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
