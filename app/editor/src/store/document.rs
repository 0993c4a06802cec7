//! The document of the editor: the workflow, its history and its issues.
//!
//! Some issues are not shown yet, because nobody has had the time to do anything about them: those
//! of a workflow that has only just begun, and of steps that were added and not touched since. They
//! are shown once the step is changed, or the person tests, launches or publishes, or asks for
//! them.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    edit::{Command, Done, Extracted, History, Joins, Mark, Refused, Touched, extract},
    id::{NodeId, TemplateId},
    nodes::NodeKind,
    pages::BuilderPage,
    validate::{Code, Faults, Issue},
    workflow::{Node, Workflow},
};
use web::client::clock::now_ms;

use super::unavailable::Unavailable;
use crate::agent_catalogue::{AgentCatalogue, use_agents};

/// What undo and redo would do, and how often the document has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// The label of the entry that undo would take back, such as "move 3 nodes".
    pub undo: Option<String>,
    /// The label of the entry that redo would do again.
    pub redo: Option<String>,
    /// Counts the changes of the document, undo and redo included.
    pub changes: u64,
}

/// One step of the history, back or forth; nothing where there is none.
pub(super) type HistoryStep = fn(&mut History, &mut Workflow) -> Option<Done>;

/// The handle of the document.
#[derive(Clone, Copy)]
pub struct EditorDocument {
    /// The template whose draft is edited.
    pub template: TemplateId,
    /// Whether the person may change the draft and this is no phone.
    pub editable: Signal<bool>,
    /// The workflow; changed only by [`Editor::run`](super::Editor::run) and its like.
    pub workflow: RwSignal<Workflow>,
    /// What undo and redo would do.
    pub past: RwSignal<Past>,
    /// How many errors and warnings the document has, as far as they are shown.
    pub faults: RwSignal<Faults>,
    /// The issues of the document as of the last validation, which follows a change with a delay;
    /// without those that are not shown yet.
    pub issues: RwSignal<Vec<Issue>>,
    /// What is unfinished, and so not wrong yet.
    pub unfinished: Unfinished,
    /// What its steps name and the workspace does not have.
    pub unavailable: Unavailable,
    /// The agents of the library, by which steps that name them are judged.
    pub agents: AgentCatalogue,
    history: StoredValue<History>,
    /// Counts the drags, so that the commands of one drag join to one entry of the history.
    drags: StoredValue<u32>,
}

impl EditorDocument {
    /// Starts from a loaded page; on a `phone` the document is read-only.
    pub(super) fn new(page: &BuilderPage, phone: Signal<bool>) -> Self {
        let allowed = page.editable;
        let unfinished = Unfinished::new(page);
        Self {
            template: page.id,
            editable: Memo::new(move |_| allowed && !phone.get()).into(),
            workflow: RwSignal::new(page.workflow.clone()),
            past: RwSignal::new(Past::default()),
            faults: RwSignal::new(unfinished.shown_at_first(page.faults)),
            issues: RwSignal::new(vec![]),
            unfinished,
            unavailable: Unavailable::default(),
            agents: use_agents(),
            history: StoredValue::new(History::default()),
            drags: StoredValue::new(0),
        }
    }

    /// Runs a command as an entry of the history; returns what it touched.
    pub(super) fn run(self, command: Command, mark: Mark) -> Result<Touched, Refused> {
        let mut result = Ok(Touched::default());
        self.workflow.update(|workflow| {
            self.history.update_value(|history| result = history.run(workflow, command, mark));
        });
        result
    }

    /// Takes over a workflow that also holds other people's changes, which undo leaves alone.
    pub(super) fn adopt(self, merged: Workflow) {
        self.workflow.update(|workflow| {
            self.history.update_value(|history| history.adopt(workflow, merged));
        });
    }

    /// Goes one entry back or forth; nothing where there is none.
    pub(super) fn step_history(self, step: HistoryStep) -> Option<Done> {
        let mut done = None;
        self.workflow.update(|workflow| {
            self.history.update_value(|history| done = step(history, workflow));
        });
        done
    }

    /// Updates what undo and redo would do, after a change of the document.
    pub(super) fn refresh_past(self) {
        let past = self.history.with_value(|history| Past {
            undo: history.undo_label().map(str::to_owned),
            redo: history.redo_label().map(str::to_owned),
            changes: self.past.with_untracked(|past| past.changes + 1),
        });
        self.past.set(past);
    }

    /// Ends the newest entry of the history: nothing that follows joins it.
    pub fn seal(self) {
        self.history.update_value(History::seal);
    }

    /// A mark for a new drag: all commands with it are one entry of the history.
    pub fn drag_mark(self, label: impl Into<String>) -> Mark {
        self.drags.update_value(|drags| *drags = drags.wrapping_add(1));
        Mark::new(label, now_ms()).joining(Joins::Drag(self.drags.get_value()))
    }

    /// The label of the entry that undo would take back, without tracking.
    pub fn undo_label(self) -> Option<String> {
        self.past.with_untracked(|past| past.undo.clone())
    }

    /// Whether the workflow has no nodes but Start and End.
    pub fn is_blank(self) -> bool {
        self.workflow.with(is_blank)
    }

    /// A copy of a node, without tracking; nothing where it is gone.
    pub fn node(self, id: &NodeId) -> Option<Node> {
        self.workflow.with_untracked(|workflow| workflow.node(id).cloned())
    }

    /// Plans how nodes move into a workflow of this name; changes nothing.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub fn plan_extraction(self, ids: &BTreeSet<NodeId>, name: &str) -> Result<Extracted, Refused> {
        self.workflow.with_untracked(|workflow| extract(workflow, ids, name))
    }

    /// The same before the person has typed a name.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub fn preview_extraction(self, ids: &BTreeSet<NodeId>) -> Result<Extracted, Refused> {
        self.plan_extraction(ids, "New")
    }
}

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
