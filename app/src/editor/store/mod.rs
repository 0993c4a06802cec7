//! The state of the editor: the document with its history, the selection, the viewport.

mod actions;
mod auto_layout;
mod bands;
mod canvas_model;
mod card_view;
mod drag;
mod first;
mod grouping;
mod neighbours;
mod offers;
mod selection;
mod stretching;
mod validation;
mod viewport;

use std::collections::{BTreeSet, HashSet};

use leptos::prelude::*;
use model::{
    canvas::{geometry::Point, hit::Hit, tool::Choose},
    edit::{Command, History, Joins, Mark, Refused, Touched},
    id::{NodeId, TemplateId},
    nodes::NodeKind,
    pages::BuilderPage,
    validate::{Faults, Issue},
    workflow::{Node, Workflow},
};

pub use actions::Purpose;
pub use bands::{Band, bands};
pub use canvas_model::{CanvasModel, Wire};
pub use drag::{Drag, DragMode};
pub use offers::{Offers, offers};
pub use selection::CanvasSelection;
pub use validation::EdgeFault;
pub use viewport::ViewportState;

use crate::{
    client::clock::now,
    editor::test_run::TestRunState,
    ui::toast::{ToastKind, Toasts, use_toasts},
};

/// With more nodes than this, only those near the stage are drawn.
pub const CULL_THRESHOLD: usize = 150;

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

/// The handle of everything in the editor.
#[derive(Clone, Copy)]
pub struct Editor {
    /// The template whose draft is edited.
    pub template: TemplateId,
    /// Whether the person may change the draft and the screen is wide enough for it.
    pub editable: Signal<bool>,
    /// The document; changed only by [`Editor::run`] and its like.
    pub workflow: RwSignal<Workflow>,
    /// What undo and redo would do.
    pub past: RwSignal<Past>,
    /// The selected nodes and edges; set it by [`Editor::select`], which also marks the cards.
    pub selection: RwSignal<CanvasSelection>,
    /// The results of the search on the canvas; nothing while no search is open.
    pub found: RwSignal<Option<Found>>,
    /// The card that has, or last had, the keyboard focus.
    pub focus: RwSignal<Option<NodeId>>,
    /// The cards and lines of the document.
    pub canvas_model: CanvasModel,
    /// The bands of all open lanes.
    pub bands: Memo<Vec<Band>>,
    /// Pan, zoom and the size of the stage.
    pub viewport: ViewportState,
    /// How many errors and warnings the document has.
    pub faults: RwSignal<Faults>,
    /// The issues of the document as of the last validation, which follows a change with a delay.
    pub issues: RwSignal<Vec<Issue>>,
    /// The drag of nodes that is under way, by pointer or by keys.
    pub drag: RwSignal<Option<Drag>>,
    /// The last announcement for screen readers.
    pub news: RwSignal<String>,
    /// The toasts of the page.
    pub toasts: Toasts,
    /// Whether the dialog is open that makes a workflow of the selection.
    pub extracting: RwSignal<bool>,
    /// A pasted text that is no copied nodes, while the person is asked what it is for.
    pub foreign: RwSignal<Option<Foreign>>,
    /// Test runs of the draft.
    pub test_run: TestRunState,
    history: StoredValue<History>,
    /// The words of the toast that offers to undo the newest entry.
    offered: StoredValue<Option<String>>,
    drags: StoredValue<u32>,
}

/// The results of a search on the canvas; all other cards are dimmed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The cards that fit the search.
    pub all: HashSet<NodeId>,
    /// The one that is active in the list of results.
    pub at: Option<NodeId>,
}

/// A text that was pasted and comes from no canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// The text as it was pasted.
    pub text: String,
    /// Where it was pasted, in world units.
    pub at: Point,
}

/// The present by the browser's clock, in milliseconds since 1970.
pub fn now_ms() -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit in 53 bits")]
    let now = now().0 as f64;
    now
}

impl Editor {
    /// Starts from a loaded page; while `narrow` the document is read-only.
    pub fn new(page: &BuilderPage, narrow: Signal<bool>) -> Self {
        let allowed = page.editable;
        let canvas_model = CanvasModel::new(&page.workflow);
        let workflow = RwSignal::new(page.workflow.clone());
        let lanes = move |_: Option<&Vec<Band>>| {
            canvas_model.changes.track();
            workflow.with_untracked(|workflow| bands(workflow, canvas_model))
        };
        let editor = Self {
            template: page.id,
            editable: Memo::new(move |_| allowed && !narrow.get()).into(),
            bands: Memo::new(lanes),
            canvas_model,
            workflow,
            past: RwSignal::new(Past::default()),
            selection: RwSignal::new(CanvasSelection::default()),
            found: RwSignal::new(None),
            focus: RwSignal::new(None),
            viewport: ViewportState::default(),
            faults: RwSignal::new(page.faults),
            issues: RwSignal::new(vec![]),
            drag: RwSignal::new(None),
            news: RwSignal::new(String::new()),
            toasts: use_toasts(),
            extracting: RwSignal::new(false),
            foreign: RwSignal::new(None),
            test_run: TestRunState::default(),
            history: StoredValue::new(History::default()),
            offered: StoredValue::new(None),
            drags: StoredValue::new(0),
        };
        editor.validate_when_shown();
        on_cleanup(move || editor.withdraw_undo());
        editor
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
                self.notify(why.to_string());
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
            self.workflow.with_untracked(|present| next.name.clone_from(&present.name));
        }
        let command = Command::Replace(Box::new(next));
        self.attempt(command, Mark::new(label, now_ms())).map_err(|why| why.to_string())
    }

    /// Takes over a workflow that also holds other people's changes, which undo leaves alone.
    pub fn adopt(self, merged: Workflow) {
        self.workflow.update(|workflow| {
            self.history.update_value(|history| history.adopt(workflow, merged));
        });
        self.refresh_after(&Touched { all: true, ..Touched::default() });
    }

    fn attempt(self, command: Command, mark: Mark) -> Result<(), Refused> {
        if !self.editable.get_untracked() {
            return Ok(());
        }
        let mut result = Ok(Touched::default());
        self.workflow.update(|workflow| {
            self.history.update_value(|history| result = history.run(workflow, command, mark));
        });
        let touched = result?;
        // A command that changed nothing has left no entry, so the offered undo still fits.
        if touched != Touched::default() {
            self.withdraw_undo();
        }
        self.refresh_after(&touched);
        Ok(())
    }

    /// Takes the newest entry back, and shows and selects what it changed. An entry that a
    /// colleague's change stands in the way of is dropped, which is shown.
    pub fn undo(self) {
        let newest = self.past.with_untracked(|past| past.undo.clone());
        if let (false, Some(label)) = (self.step_history(History::undo, "Undone"), newest) {
            self.withdraw_undo();
            self.refresh_after(&Touched::default());
            self.notify(format!("Not taken back: {label}. A colleague changed the same since."));
        }
    }

    /// Does the entry again that was taken back last.
    pub fn redo(self) {
        self.step_history(History::redo, "Done again");
    }

    /// Goes one entry back or forth; false where there is none.
    fn step_history(
        self,
        step: fn(&mut History, &mut Workflow) -> Option<model::edit::Done>,
        word: &'static str,
    ) -> bool {
        let mut done = None;
        self.workflow.update(|workflow| {
            self.history.update_value(|history| done = step(history, workflow));
        });
        let Some(done) = done else { return false };
        self.withdraw_undo();
        self.refresh_after(&done.touched);
        let there = done.touched.nodes.iter().filter(|id| self.canvas_model.rect(id).is_some());
        let there: BTreeSet<NodeId> = there.cloned().collect();
        if let Some(changed) = self.canvas_model.bounds_of(&there) {
            self.select_nodes(there);
            self.viewport.reveal(changed);
        }
        self.say(format!("{word}: {}", done.label));
        true
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

    /// Updates all that depends on the document after a change of it.
    fn refresh_after(self, touched: &Touched) {
        self.workflow.with_untracked(|workflow| {
            self.canvas_model.refresh(workflow, touched);
            self.select(self.selection.get_untracked().within(workflow));
        });
        let past = self.history.with_value(|history| Past {
            undo: history.undo_label().map(str::to_owned),
            redo: history.redo_label().map(str::to_owned),
            changes: self.past.with_untracked(|past| past.changes + 1),
        });
        self.past.set(past);
        self.validate_soon();
        let gone = |id: &NodeId| self.canvas_model.node_signals(id).is_none();
        if self.focus.with_untracked(|at| at.as_ref().is_some_and(gone)) {
            self.focus.set(None);
        }
    }

    /// Selects just this; the card of a collapsed lane counts as all nodes of the lane.
    pub fn select(self, next: CanvasSelection) {
        let next = CanvasSelection {
            nodes: self.canvas_model.expand_lanes(next.nodes),
            edges: next.edges,
        };
        self.canvas_model.mark_lanes(&next.nodes);
        let was = self.selection.get_untracked();
        if was == next {
            return;
        }
        for id in was.nodes.symmetric_difference(&next.nodes) {
            if let Some(signals) = self.canvas_model.node_signals(id) {
                signals.selected.set(next.nodes.contains(id));
            }
        }
        for id in was.edges.symmetric_difference(&next.edges) {
            if let Some(signals) = self.canvas_model.edge_signals(id) {
                signals.selected.set(next.edges.contains(id));
            }
        }
        self.selection.set(next);
    }

    /// Selects just these nodes and the edges between them.
    pub fn select_nodes(self, ids: impl IntoIterator<Item = NodeId>) {
        let next =
            self.workflow.with_untracked(|workflow| CanvasSelection::from_nodes(ids, workflow));
        self.select(next);
    }

    /// Selects all nodes and the edges between them, and announces how many.
    pub fn select_all(self) {
        self.select_nodes(self.canvas_model.order.get_untracked());
        let count = self.selection.with_untracked(|selection| selection.nodes.len());
        self.say(format!("{count} nodes selected"));
    }

    /// Whether the workflow has no nodes but Start and End.
    pub fn is_blank(self) -> bool {
        let frame =
            |node: &Node| matches!(node.data.config.kind(), NodeKind::Start | NodeKind::End);
        self.workflow.with(|workflow| workflow.nodes.iter().all(frame))
    }

    /// A copy of a node, without tracking; nothing where it is gone.
    pub fn node(self, id: &NodeId) -> Option<Node> {
        self.workflow.with_untracked(|workflow| workflow.node(id).cloned())
    }

    /// Whether a card is selected, without tracking; that of a lane if all of the lane is.
    pub fn is_selected(self, id: &NodeId) -> bool {
        self.canvas_model.node_signals(id).is_some_and(|signals| signals.selected.get_untracked())
    }

    /// The selection after a click; the card of a collapsed lane counts as all nodes of the lane.
    pub fn selection_after_click(self, hit: &Hit, how: Choose) -> CanvasSelection {
        let selection = self.selection.get_untracked();
        let lane = match hit {
            Hit::Card(id) => self.canvas_model.lane(id),
            _ => None,
        };
        match lane {
            Some(lane) => {
                let nodes = CanvasSelection { nodes: lane.nodes, ..CanvasSelection::default() };
                selection.combine(nodes, how)
            }
            None => selection.apply_click(hit, how),
        }
    }

    /// The title of a node, or the label of a collapsed lane; empty where it is gone.
    pub fn title(self, id: &NodeId) -> String {
        let title = |workflow: &Workflow| workflow.node(id).map(|node| node.title().to_owned());
        let lane = || self.canvas_model.lane(id).map(|lane| lane.label);
        self.workflow.with_untracked(title).or_else(lane).unwrap_or_default()
    }

    /// Announces something to screen readers.
    pub fn say(self, words: impl Into<String>) {
        self.news.set(words.into());
    }

    /// Shows a notice as a toast: why something was not done, or what else was.
    pub fn notify(self, words: impl Into<String>) {
        self.toasts.show(ToastKind::Info, words);
    }
}
