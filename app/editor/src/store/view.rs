//! What the editor shows of its document: cards and lines, the viewport, selection and focus.

use std::collections::{BTreeSet, HashSet};

use leptos::prelude::*;
use model::{
    canvas::{hit::Hit, tool::Choose},
    edit::Touched,
    id::NodeId,
    workflow::Workflow,
};

use super::{
    bands::{Band, bands},
    canvas_model::CanvasModel,
    drag::Drag,
    selection::CanvasSelection,
    viewport::ViewportState,
};

/// With more nodes than this, only those near the stage are drawn.
pub const CULL_THRESHOLD: usize = 150;

/// The results of a search on the canvas; all other cards are dimmed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The cards that fit the search.
    pub all: HashSet<NodeId>,
    /// The one that is active in the list of results.
    pub at: Option<NodeId>,
}

/// The handle of what is shown.
#[derive(Clone, Copy)]
pub struct EditorView {
    /// The cards and lines of the document.
    pub canvas_model: CanvasModel,
    /// The bands of all open lanes.
    pub bands: Memo<Vec<Band>>,
    /// Pan, zoom and the size of the stage.
    pub viewport: ViewportState,
    /// The selected nodes and edges; set it by [`EditorView::select`], which also marks the cards.
    pub selection: RwSignal<CanvasSelection>,
    /// The card that has, or last had, the keyboard focus.
    pub focus: RwSignal<Option<NodeId>>,
    /// The results of the search on the canvas; nothing while no search is open.
    pub found: RwSignal<Option<Found>>,
    /// The drag of nodes that is under way, by pointer or by keys.
    pub drag: RwSignal<Option<Drag>>,
}

impl EditorView {
    /// Draws a workflow, of which nothing is selected.
    pub(super) fn new(workflow: RwSignal<Workflow>) -> Self {
        let canvas_model = workflow.with_untracked(CanvasModel::new);
        let lanes = move |_: Option<&Vec<Band>>| {
            canvas_model.changes.track();
            workflow.with_untracked(|workflow| bands(workflow, canvas_model))
        };
        Self {
            canvas_model,
            bands: Memo::new(lanes),
            viewport: ViewportState::default(),
            selection: RwSignal::new(CanvasSelection::default()),
            focus: RwSignal::new(None),
            found: RwSignal::new(None),
            drag: RwSignal::new(None),
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

    /// The selected nodes, without tracking.
    pub fn selected_nodes(self) -> BTreeSet<NodeId> {
        self.selection.with_untracked(|selection| selection.nodes.clone())
    }

    /// The one selected node, without tracking; nothing when more or something else is selected.
    pub fn selected_node(self) -> Option<NodeId> {
        self.selection.with_untracked(|selection| selection.single().cloned())
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

    /// Updates cards, lines and the selection after a change of the document.
    pub(super) fn refresh(self, workflow: &Workflow, touched: &Touched) {
        self.canvas_model.refresh(workflow, touched);
        self.select(self.selection.get_untracked().within(workflow));
    }

    /// Forgets the focused card if it is gone.
    pub(super) fn drop_lost_focus(self) {
        let gone = |id: &NodeId| self.canvas_model.node_signals(id).is_none();
        if self.focus.with_untracked(|at| at.as_ref().is_some_and(gone)) {
            self.focus.set(None);
        }
    }
}
