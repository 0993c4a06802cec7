//! What of the issues is not shown yet, because nobody has had the time to do anything about it: those
//! of a workflow that has only just begun, and of steps that were added and not touched since. They
//! are shown once the step is changed, or the person tests, launches or publishes, or asks for them.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    id::NodeId,
    nodes::NodeKind,
    pages::BuilderPage,
    validate::{Code, Faults, Issue},
    workflow::{Node, Workflow},
};

/// The handle of what is unfinished.
#[derive(Debug, Clone, Copy)]
pub struct Unfinished {
    /// The steps that were added and not touched since.
    fresh: StoredValue<BTreeSet<NodeId>>,
    /// Whether the workflow began with nothing but Start and End, which need not be connected yet.
    begins: StoredValue<bool>,
    /// How many issues are not shown.
    pub hidden: RwSignal<usize>,
}

impl Unfinished {
    /// Starts from a loaded page.
    pub(super) fn new(page: &BuilderPage) -> Self {
        let (begins, faults) = (is_blank(&page.workflow), page.faults);
        let hidden = if begins { faults.errors + faults.warnings } else { 0 };
        Self {
            fresh: StoredValue::new(BTreeSet::new()),
            begins: StoredValue::new(begins),
            hidden: RwSignal::new(hidden),
        }
    }

    /// What of the issues that came with the page is shown at first.
    pub(super) fn shown_at_first(self, faults: Faults) -> Faults {
        if self.begins.get_value() { Faults::default() } else { faults }
    }

    /// Takes a step that was added.
    pub fn note_new(self, id: NodeId) {
        self.fresh.update_value(|fresh| {
            fresh.insert(id);
        });
    }

    /// Takes a step that was changed: from now on its issues are shown.
    pub fn note_change(self, id: &NodeId) {
        self.fresh.update_value(|fresh| {
            fresh.remove(id);
        });
    }

    /// From now on all issues are shown of what there is.
    pub(super) fn note_all(self) {
        self.fresh.set_value(BTreeSet::new());
        self.begins.set_value(false);
    }

    /// Whether an issue is not shown yet.
    pub(super) fn hides(self, issue: &Issue) -> bool {
        let is_loose = matches!(issue.code, Code::NoEnd | Code::Unreachable);
        let is_fresh = |id: &NodeId| self.fresh.with_value(|fresh| fresh.contains(id));
        (is_loose && self.begins.get_value()) || issue.node_id.as_ref().is_some_and(is_fresh)
    }
}

/// Whether a workflow has no nodes but Start and End.
pub(super) fn is_blank(workflow: &Workflow) -> bool {
    let is_end = |node: &Node| matches!(node.kind(), NodeKind::Start | NodeKind::End);
    workflow.nodes.iter().all(is_end)
}

#[cfg(test)]
mod tests {
    use model::template::blank_workflow;

    use super::*;

    #[test]
    fn what_has_just_begun_is_quiet_until_it_is_touched_or_asked_for() {
        Owner::new().with(|| {
            let unfinished = Unfinished {
                fresh: StoredValue::new(BTreeSet::new()),
                begins: StoredValue::new(is_blank(&blank_workflow("New"))),
                hidden: RwSignal::new(0),
            };
            let id = NodeId::from("copy");
            let loose = Issue::error(Code::NoEnd, "nodes", "The start isn't connected.");
            let empty = Issue::error(Code::MissingParameter, "nodes[2]", "Enter a prompt.");
            let empty = empty.with_node(&id);

            assert!(unfinished.hides(&loose) && !unfinished.hides(&empty));
            unfinished.note_new(id.clone());
            assert!(unfinished.hides(&empty));
            unfinished.note_change(&id);
            assert!(!unfinished.hides(&empty));
            unfinished.note_new(id);
            unfinished.note_all();
            assert!(!unfinished.hides(&loose) && !unfinished.hides(&empty));
        });
    }
}
