//! The workflow as it is drawn: one signal a card and a line, so that a change draws only what it
//! touched.

mod drawn;

use std::collections::{BTreeSet, HashMap};

use leptos::prelude::*;
use model::{
    canvas::{
        edge_path::{EdgePath, EdgeStyle, edge_path},
        frame::{LaneCard, with_lane_cards},
        geometry::{Point, Rect, Size},
        hit::{Card, Hit, Line, Reach, hit},
        ports::{NODE_MIN_HEIGHT, NODE_WIDTH},
    },
    edit::Touched,
    id::{EdgeId, NodeId},
    validate::Faults,
    workflow::Workflow,
};

use self::drawn::Inner;
use super::EdgeFault;
use crate::{
    client::signal::SetNew,
    diagram::{
        describe::Surroundings,
        place::{End, Place, ends},
        view::{DiagramNode, EdgeState, NodeRun},
    },
};

/// How far below the cards it passes a line runs that goes back, in world units.
const BELOW: f64 = 24.0;

/// One node on the canvas.
#[derive(Clone, Default)]
pub struct Spot {
    /// What its card shows, and where it lies.
    pub card: ArcRwSignal<DiagramNode>,
    /// Where that is, as a card or as the frame around what lies in it.
    pub place: ArcRwSignal<Place>,
    /// How far a drag has carried it.
    pub shift: ArcRwSignal<Point>,
    /// How large a drag has made it.
    pub stretch: ArcRwSignal<Option<Size>>,
    /// Whether it is selected.
    pub chosen: ArcRwSignal<bool>,
    /// What is wrong with it.
    pub faults: ArcRwSignal<Faults>,
}

/// What an edge connects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// Where it leaves.
    pub source: NodeId,
    /// By which port.
    pub source_port: String,
    /// Where it enters.
    pub target: NodeId,
    /// By which port.
    pub target_port: String,
    /// The words on it.
    pub label: Option<String>,
}

/// One edge on the canvas.
#[derive(Clone)]
pub struct Thread {
    /// What it connects.
    pub wire: ArcRwSignal<Wire>,
    /// Whether it is selected.
    pub chosen: ArcRwSignal<bool>,
    /// What went through it in the run that is shown.
    pub state: ArcRwSignal<EdgeState>,
    /// What is wrong with it.
    pub fault: ArcRwSignal<Option<EdgeFault>>,
}

impl Thread {
    fn new(wire: Wire) -> Self {
        Self {
            wire: ArcRwSignal::new(wire),
            chosen: ArcRwSignal::new(false),
            state: ArcRwSignal::new(EdgeState::Idle),
            fault: ArcRwSignal::new(None),
        }
    }
}

/// All cards and lines.
#[derive(Clone, Copy)]
pub struct Drawing {
    inner: StoredValue<Inner>,
    /// The nodes in the order in which they are read.
    pub order: RwSignal<Vec<NodeId>>,
    /// The edges.
    pub edges: RwSignal<Vec<EdgeId>>,
    /// The cards of the collapsed lanes, which are no nodes of the workflow.
    pub lanes: RwSignal<Vec<LaneCard>>,
    /// How its lines are drawn.
    pub style: RwSignal<EdgeStyle>,
    /// Counts the changes of the drawing.
    pub changes: RwSignal<u32>,
}

impl Drawing {
    /// The drawing of a workflow.
    pub fn new(workflow: &Workflow) -> Self {
        let drawing = Self {
            inner: StoredValue::new(Inner::default()),
            order: RwSignal::new(vec![]),
            edges: RwSignal::new(vec![]),
            lanes: RwSignal::new(vec![]),
            style: RwSignal::new(EdgeStyle::default()),
            changes: RwSignal::new(0),
        };
        drawing.refresh(workflow, &Touched { all: true, ..Touched::default() });
        drawing
    }

    /// Draws what a change touched.
    pub fn refresh(self, workflow: &Workflow, touched: &Touched) {
        let (shown, lanes) = with_lane_cards(workflow);
        // What lies in the card of a lane since, or does no more, lies elsewhere.
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

    /// Draws the lines in another style, and lets the pointer meet them there.
    pub fn restyle(self, style: EdgeStyle, workflow: &Workflow) {
        self.style.set(style);
        let (shown, _) = with_lane_cards(workflow);
        self.inner.update_value(|inner| inner.restyle(style, &shown));
    }

    /// Draws the states of a run; without any the cards say what they will do.
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

    /// A node on the canvas.
    pub fn spot(self, id: &NodeId) -> Option<Spot> {
        self.inner.try_with_value(|inner| inner.spots.get(id).cloned())?
    }

    /// An edge on the canvas.
    pub fn thread(self, id: &EdgeId) -> Option<Thread> {
        self.inner.try_with_value(|inner| inner.threads.get(id).cloned())?
    }

    /// Where a node stands among the others.
    pub fn around(self, id: &NodeId) -> Surroundings {
        self.changes.track();
        self.inner.with_value(|inner| inner.around.get(id).cloned().unwrap_or_default())
    }

    /// Where a node is drawn, without what a drag does to it.
    pub fn place(self, id: &NodeId) -> Option<Place> {
        self.spot(id).map(|spot| spot.place.get_untracked())
    }

    /// Whether the card of another one is shown in the place of a node.
    pub fn is_hidden(self, id: &NodeId) -> bool {
        self.place(id).is_some_and(|place| place.hidden.is_some())
    }

    /// What is shown in the place of a node: itself, or the collapsed one it lies in.
    pub fn in_place_of(self, id: NodeId) -> NodeId {
        self.place(&id).and_then(|place| place.hidden).map_or(id, NodeId)
    }

    /// The collapsed lane of which this is the card.
    pub fn lane(self, id: &NodeId) -> Option<LaneCard> {
        self.lanes.with_untracked(|lanes| lanes.iter().find(|lane| lane.id == *id).cloned())
    }

    /// The card of a lane, where that is collapsed.
    pub fn card_of_lane(self, fork: &NodeId, port: &str) -> Option<LaneCard> {
        self.lanes.with_untracked(|lanes| {
            lanes.iter().find(|lane| lane.fork == *fork && lane.port == port).cloned()
        })
    }

    /// The nodes of the workflow that are meant by these: by the card of a lane what it stands for.
    pub fn meant(self, mut ids: BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        self.lanes.with_untracked(|lanes| {
            for lane in lanes {
                if ids.remove(&lane.id) {
                    ids.extend(lane.nodes.iter().cloned());
                }
            }
        });
        ids
    }

    /// Says at the cards of lanes whether all they stand for is among these.
    pub fn mark_lanes(self, chosen: &BTreeSet<NodeId>) {
        self.lanes.with_untracked(|lanes| {
            for lane in lanes {
                if let Some(spot) = self.spot(&lane.id) {
                    spot.chosen.set_new(lane.nodes.is_subset(chosen));
                }
            }
        });
    }

    /// These nodes, and the cards of the lanes of which all is among them.
    pub fn with_lanes(self, mut ids: BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        self.lanes.with_untracked(|lanes| {
            let whole = lanes.iter().filter(|lane| lane.nodes.is_subset(&ids));
            let whole: Vec<NodeId> = whole.map(|lane| lane.id.clone()).collect();
            ids.extend(whole);
        });
        ids
    }

    /// The card of a node, or that of the collapsed one it lies in, without what a drag does.
    pub fn rect(self, id: &NodeId) -> Option<Rect> {
        self.place(id).map(|place| place.card)
    }

    /// Looks at all cards.
    pub fn with_cards<T>(self, look: impl FnOnce(&[Card]) -> T) -> T {
        self.inner.with_value(|inner| look(&inner.cards))
    }

    /// Looks at all lines.
    pub fn with_lines<T>(self, look: impl FnOnce(&[Line]) -> T) -> T {
        self.inner.with_value(|inner| look(&inner.lines))
    }

    /// What lies under a world point.
    pub fn hit(self, at: Point, reach: Reach) -> Hit {
        self.inner.with_value(|inner| hit(&inner.cards, &inner.lines, at, reach))
    }

    /// The box around all cards; a small one around the origin when there are none.
    pub fn bounds(self) -> Rect {
        let around = self.with_cards(|cards| Rect::around(cards.iter().map(|card| card.rect)));
        around.unwrap_or(Rect::new(0.0, 0.0, NODE_WIDTH, NODE_MIN_HEIGHT))
    }

    /// The box around the cards of some nodes; nothing when none of them is there.
    pub fn around_of(self, ids: &BTreeSet<NodeId>) -> Option<Rect> {
        Rect::around(ids.iter().filter_map(|id| self.rect(id)))
    }

    /// Those of some nodes from which lines lead out to others.
    pub fn rim(self, nodes: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        let out = |thread: &Thread| {
            thread.wire.with_untracked(|wire| {
                let held = [&wire.source, &wire.target].map(|end| nodes.contains(end));
                match held {
                    [true, false] => Some(wire.source.clone()),
                    [false, true] => Some(wire.target.clone()),
                    _ => None,
                }
            })
        };
        self.inner.with_value(|inner| inner.threads.values().filter_map(out).collect())
    }

    /// The line of an edge as it is now, with what drags do to its ends.
    pub fn path(self, wire: &Wire) -> Option<EdgePath> {
        let (from, to) = self.ends(wire)?;
        Some(edge_path(from, to, self.floor(from, to), self.style.get()))
    }

    /// Where the two ends of an edge are now.
    pub fn ends(self, wire: &Wire) -> Option<(Point, Point)> {
        let (source, target) = (self.spot(&wire.source)?, self.spot(&wire.target)?);
        let (from, to) = source
            .place
            .with(|source| target.place.with(|target| between(wire, source, target)))?;
        Some((from + source.shift.get(), to + target.shift.get()))
    }

    fn floor(self, from: Point, to: Point) -> f64 {
        if to.x >= from.x {
            return f64::MIN;
        }
        self.with_cards(|cards| floor(cards, from, to))
    }
}

fn between(wire: &Wire, source: &Place, target: &Place) -> Option<(Point, Point)> {
    let from = End { node: wire.source.as_str(), place: source, port: &wire.source_port };
    ends(from, End { node: wire.target.as_str(), place: target, port: &wire.target_port })
}

/// The lowest side of the cards that a line going back passes.
fn floor(cards: &[Card], from: Point, to: Point) -> f64 {
    let passed = |rect: &Rect| rect.right() >= to.x && rect.origin.x <= from.x;
    let cards = cards.iter().filter(|card| !card.is_frame);
    let passed = cards.map(|card| card.rect).filter(passed);
    passed.map(|rect| rect.bottom() + BELOW).fold(f64::MIN, f64::max)
}
