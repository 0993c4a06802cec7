//! The editor: one document, its view and its notices, and how a change of the document reaches
//! all three.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    edit::{Command, Edit, History, Joins, Mark, Refused, Selection, Touched},
    id::NodeId,
    pages::BuilderPage,
    workflow::Workflow,
};
use ui::{
    format::pluralize,
    toast::{ToastKind, ToastText, Toasts, use_toasts},
};
use web::client::clock::now_ms;

use super::{
    document::{EditorDocument, HistoryStep},
    selection::CanvasSelection,
    test_run::TestRunState,
    validation::{validate_now, validate_soon, validate_when_shown},
    view::EditorView,
};

/// The handle of the editor.
#[derive(Clone, Copy)]
pub struct Editor {
    /// The workflow with its history and its issues.
    pub document: EditorDocument,
    /// What is shown of it: cards, viewport, selection and focus.
    pub view: EditorView,
    /// Announcements and toasts.
    pub notices: EditorNotices,
    /// Test runs of the draft.
    pub test_run: TestRunState,
}

impl Editor {
    /// Starts from a loaded page; on a `phone` the document is read-only.
    pub fn new(page: &BuilderPage, phone: Signal<bool>) -> Self {
        let document = EditorDocument::new(page, phone);
        let view = EditorView::new(document.workflow);
        let notices = EditorNotices::new();
        validate_when_shown(document, view);
        on_cleanup(move || notices.withdraw_undo());
        Self { document, view, notices, test_run: TestRunState::default() }
    }

    /// Runs a command as one entry of the history. Where it is refused, nothing changes, the reason
    /// is shown and this is false.
    pub fn run(self, command: Command, label: impl Into<String>) -> bool {
        self.run_marked(command, Mark::new(label, now_ms()))
    }

    /// The same with a mark, which may join it with the entry before.
    pub fn run_marked(self, command: Command, mark: Mark) -> bool {
        match self.attempt(command, mark) {
            Ok(()) => true,
            Err(why) => {
                self.notices.notify(why.to_string());
                false
            }
        }
    }

    /// Replaces the whole workflow, as one entry of the history; one without a name, such as a file
    /// of nothing but steps, keeps the present name.
    ///
    /// # Errors
    /// Why it cannot be, in words; nothing is changed then.
    pub fn replace(self, mut next: Workflow, label: &'static str) -> Result<(), String> {
        if next.name.trim().is_empty() {
            self.document.workflow.with_untracked(|present| next.name.clone_from(&present.name));
        }
        let command = Command::Replace(Box::new(next));
        self.attempt(command, Mark::new(label, now_ms())).map_err(|why| why.to_string())
    }

    /// Takes over a workflow that also holds other people's changes, which undo leaves alone.
    pub fn adopt(self, merged: Workflow) {
        self.document.adopt(merged);
        self.refresh_after(&Touched { all: true, ..Touched::default() });
    }

    fn attempt(self, command: Command, mark: Mark) -> Result<(), Refused> {
        if !self.document.editable.get_untracked() {
            return Ok(());
        }
        let touched = self.document.run(command, mark)?;
        // A command that changed nothing has left no entry, so the offered undo still fits.
        if touched != Touched::default() {
            self.notices.withdraw_undo();
        }
        self.refresh_after(&touched);
        Ok(())
    }

    /// Makes an edit of the workflow, selects what it selects and shows its notice; whether it was
    /// done. Where it is refused, nothing changes and the reason is shown.
    pub fn edit(self, make: impl FnOnce(&Workflow) -> Result<Edit, Refused>) -> bool {
        self.edit_joining(Joins::Nothing, make)
    }

    /// The same, as one entry of the history with the edit before if both join alike.
    pub fn edit_joining(
        self,
        joins: Joins,
        make: impl FnOnce(&Workflow) -> Result<Edit, Refused>,
    ) -> bool {
        if !self.document.editable.get_untracked() {
            return false;
        }
        let edit = match self.document.workflow.with_untracked(make) {
            Ok(edit) => edit,
            Err(Refused::Nothing) => return false,
            Err(why) => {
                self.notices.notify(why.to_string());
                return false;
            }
        };
        let mark = Mark::new(edit.label.clone(), now_ms()).joining(joins);
        if !self.run_marked(edit.command, mark) {
            return false;
        }
        let Selection { nodes, edges } = edit.select;
        self.view.select(CanvasSelection { nodes, edges });
        if let Some(notice) = edit.notice {
            self.notices.notify(notice);
        }
        self.notices.say(format!("Done: {}", edit.label));
        true
    }

    /// Takes the newest entry back, and shows and selects what it changed. An entry that a
    /// colleague's change stands in the way of is dropped, which is shown.
    pub fn undo(self) {
        let newest = self.document.undo_label();
        if let (false, Some(label)) = (self.step_history(History::undo, "Undone"), newest) {
            self.notices.withdraw_undo();
            self.refresh_after(&Touched::default());
            let words = format!("Can't undo: {label}. A teammate changed it since.");
            self.notices.notify(words);
        }
    }

    /// Does the entry again that was taken back last.
    pub fn redo(self) {
        self.step_history(History::redo, "Redone");
    }

    /// Shows a toast with a button that undoes the newest entry; it goes away with the next change.
    pub fn offer_undo(self, words: String) {
        self.notices.offer_undo(words, move |()| self.undo());
    }

    /// Goes one entry back or forth; false where there is none.
    fn step_history(self, step: HistoryStep, word: &'static str) -> bool {
        let Some(done) = self.document.step_history(step) else { return false };
        self.notices.withdraw_undo();
        self.refresh_after(&done.touched);
        let canvas_model = self.view.canvas_model;
        let there = done.touched.nodes.iter().filter(|id| canvas_model.rect(id).is_some());
        let there: BTreeSet<NodeId> = there.cloned().collect();
        if let Some(changed) = canvas_model.bounds_of(&there) {
            self.select_nodes(there);
            self.view.viewport.reveal(changed);
        }
        self.notices.say(format!("{word}: {}", done.label));
        true
    }

    /// Shows all issues, also those of what is unfinished.
    pub fn reveal_issues(self) {
        self.document.unfinished.note_all();
        validate_now(self.document, self.view);
    }

    /// Updates all that depends on the document after a change of it.
    fn refresh_after(self, touched: &Touched) {
        let Self { document, view, .. } = self;
        document.workflow.with_untracked(|workflow| view.refresh(workflow, touched));
        document.refresh_past();
        validate_soon(document, view);
        view.drop_lost_focus();
    }

    /// Selects just these nodes and the edges between them.
    pub fn select_nodes(self, ids: impl IntoIterator<Item = NodeId>) {
        let workflow = self.document.workflow;
        self.view.select(workflow.with_untracked(|now| CanvasSelection::from_nodes(ids, now)));
    }

    /// Selects all nodes and the edges between them, and announces how many.
    pub fn select_all(self) {
        self.select_nodes(self.view.canvas_model.order.get_untracked());
        let count = self.view.selection.with_untracked(|selection| selection.nodes.len() as u64);
        self.notices.say(format!("{} selected", pluralize(count, "step", "steps")));
    }

    /// The title of a node, or the label of a collapsed lane; empty where it is gone.
    pub fn title(self, id: &NodeId) -> String {
        let title = |workflow: &Workflow| workflow.node(id).map(|node| node.title().to_owned());
        let lane = || self.view.canvas_model.lane(id).map(|lane| lane.label);
        self.document.workflow.with_untracked(title).or_else(lane).unwrap_or_default()
    }
}

/// The handle of the notices.
#[derive(Clone, Copy)]
pub struct EditorNotices {
    /// The last announcement for screen readers.
    pub news: RwSignal<String>,
    /// The toasts of the page.
    pub toasts: Toasts,
    /// The words of the toast that offers to undo the newest entry.
    offered: StoredValue<Option<String>>,
}

impl EditorNotices {
    /// Starts without a notice, with the toasts of the page.
    pub(super) fn new() -> Self {
        Self {
            news: RwSignal::new(String::new()),
            toasts: use_toasts(),
            offered: StoredValue::new(None),
        }
    }

    /// Announces something to screen readers.
    pub fn say(self, words: impl Into<String>) {
        self.news.set(words.into());
    }

    /// Shows a notice as a toast: why something was not done, or what else was.
    pub fn notify(self, words: impl Into<ToastText>) {
        self.toasts.show(ToastKind::Info, words);
    }

    /// Shows a toast with a button that calls `undo`, until it is withdrawn.
    pub(super) fn offer_undo(self, words: String, undo: impl Fn(()) + Send + Sync + 'static) {
        self.offered.set_value(Some(words.clone()));
        self.toasts.offer(ToastKind::Done, words, "Undo", undo);
    }

    /// Removes that toast, because its button would undo another entry.
    pub(super) fn withdraw_undo(self) {
        if let Some(words) = self.offered.try_update_value(Option::take).flatten() {
            self.toasts.withdraw(&words);
        }
    }
}
