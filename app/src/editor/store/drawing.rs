//! The workflow as it is drawn: one signal a card and a line, so that a change draws only what it
//! touched.

use std::collections::{BTreeSet, HashMap};

use leptos::prelude::*;
use model::{
    canvas::{
        edge_path::{EdgePath, edge_path, edge_points},
        geometry::{Point, Rect},
        hit::{Card, Hit, Line, Reach, hit},
        order::reading_order,
        ports::{NODE_MIN_HEIGHT, NODE_WIDTH, PortSide},
    },
    connect,
    edit::Touched,
    id::{EdgeId, NodeId},
    ports::Fit,
    workflow::{Edge, Workflow},
};

use super::{
    Faults,
    around::surroundings,
    faces::{Connected, face},
};
use crate::diagram::{
    describe::Surroundings,
    place::{Place, grown},
    view::{DiagramNode, EdgeState, NodeRun},
};

/// How far below the cards it passes a line runs that goes back, in world units.
const BELOW: f64 = 24.0;

/// One node on the canvas.
#[derive(Clone, Default)]
pub struct Spot {
    /// What its card shows, and where it lies.
    pub card: ArcRwSignal<DiagramNode>,
    /// How far a drag has carried it.
    pub shift: ArcRwSignal<Point>,
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
    /// Why it may fail or cannot be; nothing when all is well.
    pub problem: Option<String>,
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
}

impl Thread {
    fn new(wire: Wire) -> Self {
        Self {
            wire: ArcRwSignal::new(wire),
            chosen: ArcRwSignal::new(false),
            state: ArcRwSignal::new(EdgeState::Idle),
        }
    }
}

#[derive(Default)]
struct Inner {
    spots: HashMap<NodeId, Spot>,
    threads: HashMap<EdgeId, Thread>,
    around: HashMap<NodeId, Surroundings>,
    /// The states of the run that is shown.
    runs: HashMap<NodeId, NodeRun>,
    cards: Vec<Card>,
    lines: Vec<Line>,
}

/// All cards and lines.
#[derive(Clone, Copy)]
pub struct Drawing {
    inner: StoredValue<Inner>,
    /// The nodes in the order in which they are read.
    pub order: RwSignal<Vec<NodeId>>,
    /// The edges.
    pub edges: RwSignal<Vec<EdgeId>>,
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
            changes: RwSignal::new(0),
        };
        drawing.refresh(workflow, &Touched { all: true, ..Touched::default() });
        drawing
    }

    /// Draws what a change touched.
    pub fn refresh(self, workflow: &Workflow, touched: &Touched) {
        let all = touched.all || touched.document;
        let mut order = vec![];
        self.inner.update_value(|inner| {
            let redrawn = inner.redraw_edges(workflow, touched, all);
            inner.redraw_nodes(workflow, &redrawn, all);
            order = inner.rearrange(workflow);
        });
        let edges: Vec<EdgeId> = workflow.edges.iter().map(|edge| edge.id.clone()).collect();
        set_if_new(self.order, order);
        set_if_new(self.edges, edges);
        self.changes.update(|changes| *changes = changes.wrapping_add(1));
    }

    /// Draws the states of a run; without any the cards say what they will do.
    pub fn paint(
        self,
        workflow: &Workflow,
        runs: HashMap<NodeId, NodeRun>,
        state: impl Fn(&EdgeId, &Wire) -> EdgeState,
    ) {
        let mut order = None;
        self.inner.update_value(|inner| order = inner.paint(workflow, runs, state));
        if let Some(order) = order {
            set_if_new(self.order, order);
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

    /// The card of a node, without what a drag does to it.
    pub fn rect(self, id: &NodeId) -> Option<Rect> {
        self.inner.with_value(|inner| {
            inner.cards.iter().find(|card| card.id == *id).map(|card| card.rect)
        })
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

    /// The box around some cards; nothing when none of them is there.
    pub fn around_of(self, ids: &BTreeSet<NodeId>) -> Option<Rect> {
        self.with_cards(|cards| {
            let some = cards.iter().filter(|card| ids.contains(&card.id));
            Rect::around(some.map(|card| card.rect))
        })
    }

    /// The line of an edge as it is now, with what drags do to its ends.
    pub fn path(self, wire: &Wire) -> Option<EdgePath> {
        let (from, to) = self.ends(wire)?;
        Some(edge_path(from, to, self.floor(from, to)))
    }

    /// Where the two ends of an edge are now.
    pub fn ends(self, wire: &Wire) -> Option<(Point, Point)> {
        let (source, target) = (self.spot(&wire.source)?, self.spot(&wire.target)?);
        let end = |spot: &Spot, side, port: &str| {
            let place = spot.card.with(Place::of);
            place.port(side, port) + spot.shift.get()
        };
        let from = end(&source, PortSide::Output, &wire.source_port);
        Some((from, end(&target, PortSide::Input, &wire.target_port)))
    }

    fn floor(self, from: Point, to: Point) -> f64 {
        if to.x >= from.x {
            return f64::MIN;
        }
        self.with_cards(|cards| floor(cards, from, to))
    }
}

/// The lowest side of the cards that a line going back passes.
fn floor(cards: &[Card], from: Point, to: Point) -> f64 {
    let passed = |rect: &Rect| rect.right() >= to.x && rect.origin.x <= from.x;
    let passed = cards.iter().map(|card| card.rect).filter(passed);
    passed.map(|rect| rect.bottom() + BELOW).fold(f64::MIN, f64::max)
}

fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|now| *now != value) {
        signal.set(value);
    }
}

impl Inner {
    /// Draws the touched edges and those at touched nodes; the nodes whose cards may differ now.
    fn redraw_edges(
        &mut self,
        workflow: &Workflow,
        touched: &Touched,
        all: bool,
    ) -> BTreeSet<NodeId> {
        let mut nodes = touched.nodes.clone();
        let mut gone: BTreeSet<EdgeId> = self.threads.keys().cloned().collect();
        for edge in &workflow.edges {
            gone.remove(&edge.id);
            let concerned = all
                || touched.edges.contains(&edge.id)
                || touched.nodes.contains(&edge.source)
                || touched.nodes.contains(&edge.target);
            if !concerned && self.threads.contains_key(&edge.id) {
                continue;
            }
            let now = wire(workflow, edge);
            let Some(thread) = self.threads.get(&edge.id) else {
                nodes.extend([now.source.clone(), now.target.clone()]);
                self.threads.insert(edge.id.clone(), Thread::new(now));
                continue;
            };
            let was = thread.wire.get_untracked();
            if was != now {
                nodes.extend([was.source, was.target, now.source.clone(), now.target.clone()]);
                thread.wire.set(now);
            }
        }
        for id in gone {
            if let Some(thread) = self.threads.remove(&id) {
                let wire = thread.wire.get_untracked();
                nodes.extend([wire.source, wire.target]);
            }
        }
        nodes
    }

    fn redraw_nodes(&mut self, workflow: &Workflow, redrawn: &BTreeSet<NodeId>, all: bool) {
        let wires: Vec<Wire> = self.threads.values().map(|t| t.wire.get_untracked()).collect();
        let connected = Connected::of(&wires);
        let mut gone: BTreeSet<NodeId> = self.spots.keys().cloned().collect();
        for node in &workflow.nodes {
            gone.remove(&node.id);
            let moved_along = || {
                let parent = node.parent_id.as_ref();
                parent.is_some_and(|parent| redrawn.contains(parent))
            };
            let known = self.spots.contains_key(&node.id);
            if !all && known && !redrawn.contains(&node.id) && !moved_along() {
                continue;
            }
            let spot = self.spots.entry(node.id.clone()).or_default();
            let run = self.runs.get(&node.id).cloned();
            let now = DiagramNode { run, ..face(workflow, node, &connected) };
            if spot.card.with_untracked(|card| *card != now) {
                spot.card.set(now);
            }
        }
        gone.iter().for_each(|id| drop(self.spots.remove(id)));
    }

    /// Cards grow and shrink with what they say; the new order, if any of them changed.
    fn paint(
        &mut self,
        workflow: &Workflow,
        runs: HashMap<NodeId, NodeRun>,
        state: impl Fn(&EdgeId, &Wire) -> EdgeState,
    ) -> Option<Vec<NodeId>> {
        self.runs = runs;
        for (id, thread) in &self.threads {
            let now = thread.wire.with_untracked(|wire| state(id, wire));
            if thread.state.get_untracked() != now {
                thread.state.set(now);
            }
        }
        let mut changed = false;
        for (id, spot) in &self.spots {
            let run = self.runs.get(id);
            if spot.card.with_untracked(|card| card.run.as_ref() != run) {
                spot.card.update(|card| card.run = run.cloned());
                changed = true;
            }
        }
        changed.then(|| self.rearrange(workflow))
    }

    /// What follows from where all cards are: boxes and lines to hit, the order, who is beside whom.
    fn rearrange(&mut self, workflow: &Workflow) -> Vec<NodeId> {
        let faces = workflow.nodes.iter().filter_map(|node| self.spots.get(&node.id));
        self.cards = faces.map(|spot| spot.card.with_untracked(card)).collect();
        let places: HashMap<&NodeId, usize> =
            self.cards.iter().enumerate().map(|(place, card)| (&card.id, place)).collect();
        let corners: Vec<Point> = self.cards.iter().map(|card| card.rect.origin).collect();
        let ends = |edge: &Edge| Some((*places.get(&edge.source)?, *places.get(&edge.target)?));
        let links: Vec<(usize, usize)> = workflow.edges.iter().filter_map(ends).collect();
        let order = reading_order(&corners, &links);
        self.around = surroundings(workflow, &order, &links);
        self.lines = workflow.edges.iter().filter_map(|edge| self.line(&edge.id)).collect();
        order.into_iter().map(|place| self.cards[place].id.clone()).collect()
    }

    fn line(&self, id: &EdgeId) -> Option<Line> {
        let wire = self.threads.get(id)?.wire.get_untracked();
        let end = |node: &NodeId, side, port: &str| {
            let spot = self.spots.get(node)?;
            Some(spot.card.with_untracked(Place::of).port(side, port))
        };
        let from = end(&wire.source, PortSide::Output, &wire.source_port)?;
        let to = end(&wire.target, PortSide::Input, &wire.target_port)?;
        let floor = if to.x < from.x { floor(&self.cards, from, to) } else { f64::MIN };
        Some(Line { id: id.clone(), points: edge_points(from, to, floor) })
    }
}

fn card(face: &DiagramNode) -> Card {
    let ids = |ports: &[crate::diagram::view::DiagramPort]| {
        ports.iter().map(|port| port.id.clone()).collect::<Vec<_>>()
    };
    Card {
        id: NodeId(face.id.clone()),
        rect: grown(face),
        inputs: ids(&face.inputs),
        outputs: ids(&face.outputs),
    }
}

fn wire(workflow: &Workflow, edge: &Edge) -> Wire {
    let bare = Wire {
        source: edge.source.clone(),
        target: edge.target.clone(),
        source_port: edge.source_handle.clone().unwrap_or_default(),
        target_port: edge.target_handle.clone().unwrap_or_default(),
        problem: None,
    };
    match connect::ends(workflow, edge) {
        Ok(ends) => Wire {
            source_port: ends.source.name,
            target_port: ends.target.name,
            problem: match ends.fit {
                Fit::Ok => None,
                Fit::Warn(why) | Fit::Err(why) => Some(why),
            },
            ..bare
        },
        Err(why) => Wire { problem: Some(why), ..bare },
    }
}
