//! Validation of the document after each change; each card and edge shows its own issues.

use std::{collections::HashMap, time::Duration};

use leptos::prelude::*;
use model::{
    id::NodeId,
    validate::{Faults, Issue, validate},
    workflow::Workflow,
};
use web::client::signal::SetNew;

use super::{
    canvas_model::{CanvasModel, EdgeFault},
    document::EditorDocument,
    view::EditorView,
};

/// The document is validated this long after the last change.
const DEBOUNCE: Duration = Duration::from_millis(150);

/// Validates the document once the first view is on the screen, and again as more becomes known of
/// the library's agents and of what is not there; until then the counts that came with the page are shown.
pub(super) fn validate_when_shown(document: EditorDocument, view: EditorView) {
    Effect::new(move || {
        document.agents.track();
        document.unavailable.track();
        if view.viewport.is_ahead() {
            validate_soon(document, view);
        }
    });
}

/// Validates the document once nothing has changed for `DEBOUNCE`.
pub(super) fn validate_soon(document: EditorDocument, view: EditorView) {
    let changes = document.past.with_untracked(|past| past.changes);
    let validate = move || {
        // The page may have been left meanwhile.
        let now = document.past.try_with_untracked(|past| past.changes);
        if now == Some(changes) {
            validate_now(document, view);
        }
    };
    set_timeout(validate, DEBOUNCE);
}

/// Validates the document now and updates the issues everywhere they are shown.
pub(super) fn validate_now(document: EditorDocument, view: EditorView) {
    let judge = |workflow: &Workflow| {
        let mut issues = validate(&document.agents.fill_in(workflow));
        document.unavailable.add_to(&mut issues, workflow);
        issues
    };
    let issues = untrack(|| document.workflow.with_untracked(judge));
    let is_hidden = |issue: &Issue| document.unfinished.hides(issue);
    let (hidden, issues): (Vec<Issue>, Vec<Issue>) = issues.into_iter().partition(is_hidden);
    document.unfinished.hidden.set_new(hidden.len());
    mark_nodes(view.canvas_model, &issues);
    let workflow = document.workflow;
    workflow.with_untracked(|workflow| mark_edges(workflow, view.canvas_model, &issues));
    document.faults.set_new(Faults::from_issues(&issues));
    if document.issues.with_untracked(|known| *known != issues) {
        document.issues.set(issues);
    }
}

/// Shows at each card how many issues it has.
fn mark_nodes(canvas_model: CanvasModel, issues: &[Issue]) {
    let mut faults = HashMap::<NodeId, Faults>::new();
    for issue in issues {
        let Some(id) = &issue.node_id else { continue };
        // A collapsed frame also shows the issues of the nodes it hides.
        let frame = canvas_model.place(id).and_then(|place| place.hidden).map(NodeId);
        for id in std::iter::once(id.clone()).chain(frame) {
            faults.entry(id).or_default().add(issue);
        }
    }
    for id in canvas_model.order.get_untracked() {
        let now = faults.get(&id).copied().unwrap_or_default();
        if let Some(signals) = canvas_model.node_signals(&id) {
            signals.faults.set_new(now);
        }
    }
}

/// Shows at each edge its worst issue.
fn mark_edges(workflow: &Workflow, canvas_model: CanvasModel, issues: &[Issue]) {
    let mut faults: HashMap<usize, &Issue> = HashMap::new();
    for issue in issues {
        let Some(place) = issue.edge() else { continue };
        if issue.blocks() || !faults.contains_key(&place) {
            faults.insert(place, issue);
        }
    }
    for (place, edge) in workflow.edges.iter().enumerate() {
        let Some(signals) = canvas_model.edge_signals(&edge.id) else { continue };
        signals.fault.set_new(
            faults.get(&place).map(|issue| EdgeFault {
                severity: issue.severity,
                message: issue.message.clone(),
            }),
        );
    }
}
