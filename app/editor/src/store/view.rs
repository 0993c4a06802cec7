//! What the editor shows of its document: cards and lines, the lanes of forks as bands behind them,
//! the viewport, selection and focus, and a drag that is under way.
//!
//! A drag is only a shift beside the places of the cards. The document changes once, when the drag
//! ends, so Escape has nothing to undo.

use std::collections::{BTreeSet, HashSet};

use leptos::prelude::*;
use model::{
    canvas::{
        frame,
        geometry::{Point, Rect},
        hit::Hit,
        snap::Guide,
        tool::Choose,
    },
    edit::{Incoming, Mark, Touched},
    graph::{Lane, lanes},
    id::{EdgeId, NodeId},
    workflow::Workflow,
};

use super::{canvas_model::CanvasModel, selection::CanvasSelection, viewport::ViewportState};

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

/// The band behind the cards of one open lane of a fork.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// The fork and the port, separated by a slash; unique on the canvas.
    pub key: String,
    /// The parallel node that the lane leaves.
    pub fork: NodeId,
    /// The output port by which the lane leaves the fork.
    pub port: String,
    /// The label of the lane and how many nodes are in it: "Lane 1 · 2 nodes".
    pub words: String,
    /// Where the band is, in world units.
    pub rect: Rect,
    /// The edges into the lane, in it and out of it.
    pub edges: BTreeSet<EdgeId>,
    /// The nodes in the lane.
    pub nodes: BTreeSet<NodeId>,
}

/// The bands of all lanes that have nodes; a collapsed lane is a card and has no band.
pub fn bands(workflow: &Workflow, canvas_model: CanvasModel) -> Vec<Band> {
    let lanes = lanes(workflow);
    let lane_around = |id: &NodeId| {
        let hidden = canvas_model.place(id)?.hidden?;
        canvas_model.lane(&NodeId(hidden))
    };
    let card = |id: &NodeId| {
        let place = canvas_model.place(id)?;
        // A node hidden in a collapsed lane counts with the card of that lane.
        let is_there = place.hidden.is_none() || lane_around(id).is_some();
        is_there.then_some(place.card)
    };
    let rects = frame::bands(&lanes, card);
    let is_open = |lane: &Lane| {
        canvas_model.card_of_lane(&lane.fork, &lane.port).is_none()
            && lane_around(&lane.fork).is_none()
    };
    let band = |(lane, rect): (Lane, Option<Rect>)| {
        let many = lane.nodes.len();
        let noun = if many == 1 { "step" } else { "steps" };
        Some(Band {
            key: format!("{}/{}", lane.fork, lane.port),
            rect: rect.filter(|_| is_open(&lane))?,
            fork: lane.fork,
            port: lane.port,
            words: format!("{} · {many} {noun}", lane.label),
            edges: lane.edges,
            nodes: lane.nodes,
        })
    };
    lanes.into_iter().zip(rects).filter_map(band).collect()
}

/// Whether a drag moves nodes or copies of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DragMode {
    /// The nodes themselves move.
    Move,
    /// Copies of the nodes move; the edges that lead to the originals are kept or left out.
    Copy(Incoming),
}

/// A drag of nodes that is under way.
#[derive(Debug, Clone, PartialEq)]
pub struct Drag {
    /// The dragged nodes, with all that lies in them and the cards that stand for them.
    pub nodes: BTreeSet<NodeId>,
    /// How far the nodes are from where the drag began, in world units.
    pub by: Point,
    /// The alignment lines that the nodes snap to.
    pub guides: Vec<Guide>,
    /// Makes one entry of the history of everything this drag does.
    pub mark: Mark,
    pub(super) mode: DragMode,
    /// The cards whose own signals follow the drag: all of them, or where they are one layer only
    /// those with an edge to a card outside.
    pub(super) moved: BTreeSet<NodeId>,
    /// The nodes that lie in no other dragged one.
    pub(super) tops: BTreeSet<NodeId>,
    /// Whether dropping puts the nodes into the frame under them, or takes them out of theirs.
    pub(super) joins: bool,
    /// The box around the nodes when the drag began.
    pub(super) from: Rect,
    /// The visible cards that are not dragged, for the alignment lines.
    pub(super) others: Vec<Rect>,
}

impl Drag {
    /// Whether the cards move as one layer, because there are many.
    pub fn is_one_layer(&self) -> bool {
        self.moved.len() < self.nodes.len()
    }
}
