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
        ports::{NODE_MIN_HEIGHT, NODE_WIDTH},
    },
    connect,
    edit::Touched,
    id::{EdgeId, NodeId},
    ports::Fit,
    workflow::{Edge, Workflow},
};

use super::{
    Faults,
    faces::{Connected, face},
};
use crate::diagram::{
    describe::Surroundings,
    place::{End, Place, ends, places},
    view::DiagramNode,
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
}

impl Thread {
    fn new(wire: Wire) -> Self {
        Self { wire: ArcRwSignal::new(wire), chosen: ArcRwSignal::new(false) }
    }
}

#[derive(Default)]
struct Inner {
    spots: HashMap<NodeId, Spot>,
    threads: HashMap<EdgeId, Thread>,
    around: HashMap<NodeId, Surroundings>,
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

    /// Whether a collapsed frame is shown in the place of a node.
    pub fn is_hidden(self, id: &NodeId) -> bool {
        self.place(id).is_some_and(|place| place.hidden.is_some())
    }

    /// The card of a node, or that of the collapsed frame it lies in, without what a drag does.
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
            let now = face(workflow, node, &connected);
            if spot.card.with_untracked(|card| *card != now) {
                spot.card.set(now);
            }
        }
        gone.iter().for_each(|id| drop(self.spots.remove(id)));
    }

    /// What follows from where all cards are: boxes and lines to hit, the order, who is beside whom.
    fn rearrange(&mut self, workflow: &Workflow) -> Vec<NodeId> {
        let places = self.replace(workflow);
        let numbers: HashMap<&NodeId, usize> =
            workflow.nodes.iter().enumerate().map(|(number, node)| (&node.id, number)).collect();
        let corners: Vec<Point> = places.iter().map(|place| place.card.origin).collect();
        self.cards = cards(workflow, places);
        let ends = |edge: &Edge| Some((*numbers.get(&edge.source)?, *numbers.get(&edge.target)?));
        let links: Vec<(usize, usize)> = workflow.edges.iter().filter_map(ends).collect();
        let order = reading_order(&corners, &links);
        self.around = surroundings(workflow, &order, &links);
        self.lines = workflow.edges.iter().filter_map(|edge| self.line(&edge.id)).collect();
        order.into_iter().map(|number| workflow.nodes[number].id.clone()).collect()
    }

    /// Where every node is now, in the order of the workflow.
    fn replace(&mut self, workflow: &Workflow) -> Vec<Place> {
        let spots: Vec<&Spot> =
            workflow.nodes.iter().filter_map(|node| self.spots.get(&node.id)).collect();
        let faces: Vec<_> = spots.iter().map(|spot| spot.card.read_untracked()).collect();
        let faces: Vec<&DiagramNode> = faces.iter().map(|face| &**face).collect();
        let mut places = places(&faces);
        let now = faces.iter().map(|face| places.remove(&face.id).unwrap_or_default());
        let now: Vec<Place> = now.collect();
        for (spot, place) in spots.iter().zip(&now) {
            if spot.place.with_untracked(|was| was != place) {
                spot.place.set(place.clone());
            }
        }
        now
    }

    fn line(&self, id: &EdgeId) -> Option<Line> {
        let wire = self.threads.get(id)?.wire.get_untracked();
        let place = |id: &NodeId| Some(self.spots.get(id)?.place.get_untracked());
        let (from, to) = between(&wire, &place(&wire.source)?, &place(&wire.target)?)?;
        let floor = if to.x < from.x { floor(&self.cards, from, to) } else { f64::MIN };
        Some(Line { id: id.clone(), points: edge_points(from, to, floor) })
    }
}

/// What the pointer meets: frames below what lies in them, and nothing of what is hidden.
fn cards(workflow: &Workflow, places: Vec<Place>) -> Vec<Card> {
    let nodes = workflow.nodes.iter().zip(places);
    let mut cards: Vec<Card> = nodes
        .filter(|(_, place)| place.hidden.is_none())
        .map(|(node, Place { card: rect, is_frame, inputs, outputs, inner, .. })| Card {
            id: node.id.clone(),
            rect,
            inputs,
            outputs,
            is_frame,
            inner,
        })
        .collect();
    let area = |card: &Card| card.rect.size.width * card.rect.size.height;
    cards.sort_by(|a, b| match (a.is_frame, b.is_frame) {
        (true, true) => area(b).total_cmp(&area(a)),
        (one, other) => other.cmp(&one),
    });
    cards
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

fn surroundings(
    workflow: &Workflow,
    order: &[usize],
    links: &[(usize, usize)],
) -> HashMap<NodeId, Surroundings> {
    let nodes = &workflow.nodes;
    let is_step = |place: &usize| nodes[*place].data.config.work() != model::nodes::Work::None;
    let steps: Vec<usize> = order.iter().copied().filter(is_step).collect();
    let mut around = vec![Surroundings::default(); nodes.len()];
    for (at, place) in steps.iter().enumerate() {
        around[*place].step = Some((at + 1, steps.len()));
    }
    for (source, target) in links {
        around[*target].before.push(nodes[*source].title().to_owned());
        around[*source].after.push(nodes[*target].title().to_owned());
    }
    nodes.iter().map(|node| node.id.clone()).zip(around).collect()
}
