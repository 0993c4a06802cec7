//! The workflow as the canvas draws it: each card and each line has its own signals, so that a
//! change redraws only what it touched.

mod inner;
mod signals;

use std::collections::{BTreeSet, HashMap};

use diagram::{
    describe::Surroundings,
    place::Place,
    view::{EdgeState, NodeRun},
};
use leptos::prelude::*;
use model::{
    canvas::{
        edge_path::{EdgePath, EdgeStyle, edge_path},
        frame::{LaneCard, with_lane_cards},
        geometry::{Point, Rect},
        hit::{Card, Hit, Line, Reach, hit},
        ports::{NODE_MIN_HEIGHT, NODE_WIDTH},
    },
    edit::Touched,
    id::{EdgeId, NodeId},
    workflow::Workflow,
};
use web::client::signal::SetNew;

pub use signals::{EdgeFault, EdgeSignals, NodeSignals, Wire};

use self::{
    inner::Inner,
    signals::{floor, wire_ends},
};

/// The handle of all cards and lines on the canvas.
#[derive(Clone, Copy, Default)]
pub struct CanvasModel {
    inner: StoredValue<Inner>,
    pub order: RwSignal<Vec<NodeId>>,
    /// The ids of all edges, in the order of the workflow.
    pub edges: RwSignal<Vec<EdgeId>>,
    /// The cards of the collapsed lanes, which are no nodes of the workflow.
    pub lanes: RwSignal<Vec<LaneCard>>,
    /// Whether lines are curved or square.
    pub style: RwSignal<EdgeStyle>,
    /// Counts the changes; track it to follow everything that is no signal of its own.
    pub changes: RwSignal<u32>,
}

impl CanvasModel {
    /// Builds the cards and lines of a workflow.
    pub fn new(workflow: &Workflow) -> Self {
        let canvas_model = Self::default();
        canvas_model.refresh(workflow, &Touched { all: true, ..Touched::default() });
        canvas_model
    }

    /// Updates what a change of the workflow touched.
    pub fn refresh(self, workflow: &Workflow, touched: &Touched) {
        let (shown, lanes) = with_lane_cards(workflow);
        // A lane that was collapsed or opened moves the nodes in it.
        let is_other = self.lanes.with_untracked(|known| *known != lanes);
        let all = touched.all || touched.document || is_other;
        let mut order = vec![];
        self.inner.update_value(|inner| {
            let redrawn = inner.redraw_edges(&shown, touched, all);
            inner.redraw_nodes(&shown, &lanes, &redrawn, all);
            order = inner.rearrange(&shown);
        });
        let edges: Vec<EdgeId> = workflow.edges.iter().map(|edge| edge.id.clone()).collect();
        self.lanes.set_new(lanes);
        self.order.set_new(order);
        self.edges.set_new(edges);
        self.changes.update(|changes| *changes = changes.wrapping_add(1));
    }

    /// Draws the lines in another style; the pointer hits them where they are drawn.
    pub fn restyle(self, style: EdgeStyle, workflow: &Workflow) {
        self.style.set(style);
        let (shown, _) = with_lane_cards(workflow);
        self.inner.update_value(|inner| inner.restyle(style, &shown));
    }

    /// Shows the states of a run; with no states the cards show their configuration.
    pub fn paint(
        self,
        workflow: &Workflow,
        runs: HashMap<NodeId, NodeRun>,
        state: impl Fn(&EdgeId, &Wire) -> EdgeState,
    ) {
        let mut order = None;
        let (shown, _) = with_lane_cards(workflow);
        self.inner.update_value(|inner| order = inner.paint(&shown, runs, state));
        if let Some(order) = order {
            self.order.set_new(order);
            self.changes.update(|changes| *changes = changes.wrapping_add(1));
        }
    }

    /// The signals of a node, or of the card of a collapsed lane.
    pub fn node_signals(self, id: &NodeId) -> Option<NodeSignals> {
        self.inner.try_with_value(|inner| inner.nodes.get(id).cloned())?
    }

    pub fn edge_signals(self, id: &EdgeId) -> Option<EdgeSignals> {
        self.inner.try_with_value(|inner| inner.edges.get(id).cloned())?
    }

    /// The number of a step and its neighbours, for screen readers; tracks all changes.
    pub fn surroundings(self, id: &NodeId) -> Surroundings {
        self.changes.track();
        self.inner.with_value(|inner| inner.surroundings.get(id).cloned().unwrap_or_default())
    }

    /// Where a node is drawn, not counting a drag that is under way.
    pub fn place(self, id: &NodeId) -> Option<Place> {
        self.node_signals(id).map(|signals| signals.place.get_untracked())
    }

    /// Whether a node lies in something collapsed, so that another card stands for it.
    pub fn is_hidden(self, id: &NodeId) -> bool {
        self.place(id).is_some_and(|place| place.hidden.is_some())
    }

    /// The card that stands for a node: its own, or that of the collapsed frame, loop or lane
    /// around it.
    pub fn visible_card(self, id: NodeId) -> NodeId {
        self.place(&id).and_then(|place| place.hidden).map_or(id, NodeId)
    }

    /// The collapsed lane whose card has this id; nothing for a node.
    pub fn lane(self, id: &NodeId) -> Option<LaneCard> {
        self.lanes.with_untracked(|lanes| lanes.iter().find(|lane| lane.id == *id).cloned())
    }

    /// The card of a lane; nothing while the lane is open.
    pub fn card_of_lane(self, fork: &NodeId, port: &str) -> Option<LaneCard> {
        self.lanes.with_untracked(|lanes| {
            lanes.iter().find(|lane| lane.fork == *fork && lane.port == port).cloned()
        })
    }

    /// Replaces the cards of collapsed lanes by the nodes of those lanes.
    pub fn expand_lanes(self, mut ids: BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        self.lanes.with_untracked(|lanes| {
            for lane in lanes {
                if ids.remove(&lane.id) {
                    ids.extend(lane.nodes.iter().cloned());
                }
            }
        });
        ids
    }

    /// Marks the card of each collapsed lane as selected when all nodes of the lane are.
    pub fn mark_lanes(self, selection: &BTreeSet<NodeId>) {
        self.lanes.with_untracked(|lanes| {
            for lane in lanes {
                if let Some(signals) = self.node_signals(&lane.id) {
                    signals.selected.set_new(lane.nodes.is_subset(selection));
                }
            }
        });
    }

    /// Adds the cards of those collapsed lanes of which all nodes are among these.
    pub fn with_lanes(self, mut ids: BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        self.lanes.with_untracked(|lanes| {
            let whole = lanes.iter().filter(|lane| lane.nodes.is_subset(&ids));
            let whole: Vec<NodeId> = whole.map(|lane| lane.id.clone()).collect();
            ids.extend(whole);
        });
        ids
    }

    /// The box of the card that stands for a node, in world units, not counting a drag.
    pub fn rect(self, id: &NodeId) -> Option<Rect> {
        self.place(id).map(|place| place.card)
    }

    /// Reads the visible cards, from the lowest to the topmost, without tracking.
    pub fn with_cards<T>(self, look: impl FnOnce(&[Card]) -> T) -> T {
        self.inner.with_value(|inner| look(&inner.cards))
    }

    /// Reads all lines, without tracking.
    pub fn with_lines<T>(self, look: impl FnOnce(&[Line]) -> T) -> T {
        self.inner.with_value(|inner| look(&inner.lines))
    }

    /// What lies topmost under a world point.
    pub fn hit(self, at: Point, reach: Reach) -> Hit {
        self.inner.with_value(|inner| hit(&inner.cards, &inner.lines, at, reach))
    }

    /// The box around all cards; a small one around the origin when there are none.
    pub fn bounds(self) -> Rect {
        let bounds =
            self.with_cards(|cards| Rect::bounding_box(cards.iter().map(|card| card.rect)));
        bounds.unwrap_or(Rect::new(0.0, 0.0, NODE_WIDTH, NODE_MIN_HEIGHT))
    }

    /// The box around the cards of some nodes; nothing when none of them is there.
    pub fn bounds_of(self, ids: &BTreeSet<NodeId>) -> Option<Rect> {
        Rect::bounding_box(ids.iter().filter_map(|id| self.rect(id)))
    }

    /// Those of the nodes that have an edge to a node outside.
    pub fn boundary_nodes(self, nodes: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        let boundary = |signals: &EdgeSignals| {
            signals.wire.with_untracked(|wire| {
                let held = [&wire.source, &wire.target].map(|end| nodes.contains(end));
                match held {
                    [true, false] => Some(wire.source.clone()),
                    [false, true] => Some(wire.target.clone()),
                    _ => None,
                }
            })
        };
        self.inner.with_value(|inner| inner.edges.values().filter_map(boundary).collect())
    }

    /// The line of an edge as it is drawn now; tracks the drags of its ends.
    pub fn path(self, wire: &Wire) -> Option<EdgePath> {
        let (from, to) = self.ends(wire)?;
        Some(edge_path(from, to, self.floor(from, to), self.style.get()))
    }

    /// Where an edge begins and ends now, in world units; tracks the drags of its nodes.
    pub fn ends(self, wire: &Wire) -> Option<(Point, Point)> {
        let (source, target) = (self.node_signals(&wire.source)?, self.node_signals(&wire.target)?);
        let (from, to) = source
            .place
            .with(|source| target.place.with(|target| wire_ends(wire, source, target)))?;
        Some((from + source.shift.get(), to + target.shift.get()))
    }

    fn floor(self, from: Point, to: Point) -> f64 {
        if to.x >= from.x {
            return f64::MIN;
        }
        self.with_cards(|cards| floor(cards, from, to))
    }
}
