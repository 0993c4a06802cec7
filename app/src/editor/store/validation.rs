//! Validation of the document after each change; each card and edge shows its own issues.

use std::{collections::HashMap, time::Duration};

use leptos::prelude::*;
use model::{
    id::NodeId,
    validate::{Faults, Issue, Severity, validate},
};

use super::Editor;
use crate::client::signal::SetNew;

/// The document is validated this long after the last change.
const DEBOUNCE: Duration = Duration::from_millis(150);

/// The worst issue of an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeFault {
    /// An error forbids launching, a warning does not.
    pub severity: Severity,
    /// The issue as a sentence for a person.
    pub message: String,
}

impl Editor {
    /// Validates the document now and updates the issues everywhere they are shown.
    pub fn validate_now(self) {
        let issues = self.workflow.with_untracked(validate);
        let mut faults = HashMap::<NodeId, Faults>::new();
        for issue in &issues {
            let Some(id) = &issue.node_id else { continue };
            // A collapsed frame also shows the issues of the nodes it hides.
            let frame = self.canvas_model.place(id).and_then(|place| place.hidden).map(NodeId);
            for id in std::iter::once(id.clone()).chain(frame) {
                faults.entry(id).or_default().add(issue);
            }
        }
        for id in self.canvas_model.order.get_untracked() {
            let now = faults.get(&id).copied().unwrap_or_default();
            if let Some(signals) = self.canvas_model.node_signals(&id) {
                signals.faults.set_new(now);
            }
        }
        self.mark_edges(&issues);
        self.faults.set_new(Faults::from_issues(&issues));
        if self.issues.with_untracked(|known| *known != issues) {
            self.issues.set(issues);
        }
    }

    /// Shows at each edge its worst issue.
    fn mark_edges(self, issues: &[Issue]) {
        self.workflow.with_untracked(|workflow| {
            let mut faults: HashMap<usize, &Issue> = HashMap::new();
            for issue in issues {
                let Some(place) = issue.edge() else { continue };
                if issue.blocks() || !faults.contains_key(&place) {
                    faults.insert(place, issue);
                }
            }
            for (place, edge) in workflow.edges.iter().enumerate() {
                let Some(signals) = self.canvas_model.edge_signals(&edge.id) else { continue };
                signals.fault.set_new(faults.get(&place).map(|issue| EdgeFault {
                    severity: issue.severity,
                    message: issue.message.clone(),
                }));
            }
        });
    }

    /// Validates the document once the first view is on the screen; until then the counts that came
    /// with the page are shown.
    pub(super) fn validate_when_shown(self) {
        Effect::new(move || {
            if self.viewport.is_ahead() {
                self.validate_soon();
            }
        });
    }

    /// Validates the document once nothing has changed for `DEBOUNCE`.
    pub(super) fn validate_soon(self) {
        let changes = self.past.with_untracked(|past| past.changes);
        let validate = move || {
            // The page may have been left meanwhile.
            let now = self.past.try_with_untracked(|past| past.changes);
            if now == Some(changes) {
                self.validate_now();
            }
        };
        set_timeout(validate, DEBOUNCE);
    }
}
