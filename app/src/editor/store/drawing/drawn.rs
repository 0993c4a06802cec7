//! The signals behind the drawing, and what follows from where all cards are.

use std::collections::{BTreeSet, HashMap};

use leptos::prelude::*;
use model::{
    canvas::{
        edge_path::{EdgeStyle, edge_points},
        frame::{LaneCard, drawn_in},
        geometry::Point,
        hit::{Card, Line},
        order::reading_order,
    },
    connect,
    edit::Touched,
    graph::{Indexed, Nodes},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    workflow::{Edge, Node, Workflow},
};

use super::{
    super::{
        around::surroundings,
        faces::{Connected, face, lane_face},
    },
    Spot, Thread, Wire, between, floor,
};
use crate::{
    client::signal::SetNew,
    diagram::{
        describe::Surroundings,
        place::{Place, grown, places},
        view::{DiagramNode, EdgeState, NodeRun},
    },
};

/// What is drawn.
#[derive(Default)]
pub(super) struct Inner {
    pub(super) spots: HashMap<NodeId, Spot>,
    pub(super) threads: HashMap<EdgeId, Thread>,
    pub(super) around: HashMap<NodeId, Surroundings>,
    /// The states of the run that is shown.
    pub(super) runs: HashMap<NodeId, NodeRun>,
    pub(super) cards: Vec<Card>,
    pub(super) lines: Vec<Line>,
    style: EdgeStyle,
}

impl Inner {
    /// Draws the touched edges and those at touched nodes; the nodes whose cards may differ now.
    pub(super) fn redraw_edges(
        &mut self,
        workflow: &Workflow,
        touched: &Touched,
        all: bool,
    ) -> BTreeSet<NodeId> {
        let mut nodes = touched.nodes.clone();
        let mut gone: BTreeSet<EdgeId> = self.threads.keys().cloned().collect();
        let found = Indexed::of(workflow);
        for edge in &workflow.edges {
            gone.remove(&edge.id);
            let concerned = all
                || touched.edges.contains(&edge.id)
                || touched.nodes.contains(&edge.source)
                || touched.nodes.contains(&edge.target);
            if !concerned && self.threads.contains_key(&edge.id) {
                continue;
            }
            let now = wire(&found, edge);
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

    pub(super) fn redraw_nodes(
        &mut self,
        workflow: &Workflow,
        lanes: &[LaneCard],
        redrawn: &BTreeSet<NodeId>,
        all: bool,
    ) {
        let wires: Vec<Wire> = self.threads.values().map(|t| t.wire.get_untracked()).collect();
        let connected = Connected::of(&wires);
        let mut gone: BTreeSet<NodeId> = self.spots.keys().cloned().collect();
        for node in &workflow.nodes {
            gone.remove(&node.id);
            let moved_along = || {
                let parent = node.parent_id.as_ref();
                parent.is_some_and(|parent| redrawn.contains(parent))
            };
            // What a collapsed one says is about what lies in it.
            let known = self.spots.contains_key(&node.id) && !node.data.config.is_collapsed();
            if !all && known && !redrawn.contains(&node.id) && !moved_along() {
                continue;
            }
            let spot = self.spots.entry(node.id.clone()).or_default();
            let is_lane = lanes.iter().any(|lane| lane.id == node.id);
            let face = face(workflow, node, &connected);
            let face = if is_lane { lane_face(face) } else { face };
            let run = run_of(&self.runs, &node.id, &face).cloned();
            let now = DiagramNode { run, ..face };
            spot.card.set_new(now);
        }
        gone.iter().for_each(|id| drop(self.spots.remove(id)));
    }

    /// Cards grow and shrink with what they say; the new order, if any of them changed.
    pub(super) fn paint(
        &mut self,
        workflow: &Workflow,
        runs: HashMap<NodeId, NodeRun>,
        state: impl Fn(&EdgeId, &Wire) -> EdgeState,
    ) -> Option<Vec<NodeId>> {
        self.runs = runs;
        for (id, thread) in &self.threads {
            let now = thread.wire.with_untracked(|wire| state(id, wire));
            thread.state.set_new(now);
        }
        let mut changed = false;
        for (id, spot) in &self.spots {
            let run = spot.card.with_untracked(|card| run_of(&self.runs, id, card));
            if spot.card.with_untracked(|card| card.run.as_ref() != run) {
                spot.card.update(|card| card.run = run.cloned());
                changed = true;
            }
        }
        changed.then(|| self.rearrange(workflow))
    }

    /// What follows from where all cards are: boxes and lines to hit, the order, who is beside whom.
    pub(super) fn rearrange(&mut self, workflow: &Workflow) -> Vec<NodeId> {
        let places = self.replace(workflow);
        let numbers: HashMap<&NodeId, usize> =
            workflow.nodes.iter().enumerate().map(|(number, node)| (&node.id, number)).collect();
        let corners: Vec<Point> = places.iter().map(|place| place.card.origin).collect();
        self.cards = cards(workflow, places);
        let ends = |edge: &Edge| Some((*numbers.get(&edge.source)?, *numbers.get(&edge.target)?));
        let tied = || workflow.edges.iter().filter_map(|edge| Some((edge, ends(edge)?)));
        let links: Vec<(usize, usize)> = tied().map(|(_, link)| link).collect();
        let around = |node: &Node| numbers.get(drawn_in(workflow, node)?).copied();
        let around: Vec<Option<usize>> = workflow.nodes.iter().map(around).collect();
        let order = reading_order(&corners, &links, &around);
        let labelled = tied().map(|(edge, link)| (link, edge.label.as_deref()));
        self.around = surroundings(workflow, &order, labelled);
        self.lines = self.lines_of(workflow);
        order.into_iter().map(|number| workflow.nodes[number].id.clone()).collect()
    }

    /// Where every node is now, in the order of the workflow.
    fn replace(&mut self, workflow: &Workflow) -> Vec<Place> {
        let spots: Vec<&Spot> =
            workflow.nodes.iter().filter_map(|node| self.spots.get(&node.id)).collect();
        let faces: Vec<_> = spots.iter().map(|spot| spot.card.read_untracked()).collect();
        let faces: Vec<&DiagramNode> = faces.iter().map(|face| &**face).collect();
        let mut places = places(&faces, grown);
        let now = faces.iter().map(|face| places.remove(&face.id).unwrap_or_default());
        let now: Vec<Place> = now.collect();
        for (spot, place) in spots.iter().zip(&now) {
            if spot.place.with_untracked(|was| was != place) {
                spot.place.set(place.clone());
            }
        }
        now
    }

    /// Draws the lines in another style.
    pub(super) fn restyle(&mut self, style: EdgeStyle, workflow: &Workflow) {
        self.style = style;
        self.lines = self.lines_of(workflow);
    }

    fn lines_of(&self, workflow: &Workflow) -> Vec<Line> {
        workflow.edges.iter().filter_map(|edge| self.line(&edge.id)).collect()
    }

    fn line(&self, id: &EdgeId) -> Option<Line> {
        let wire = self.threads.get(id)?.wire.get_untracked();
        let place = |id: &NodeId| Some(self.spots.get(id)?.place.get_untracked());
        let (from, to) = between(&wire, &place(&wire.source)?, &place(&wire.target)?)?;
        let floor = if to.x < from.x { floor(&self.cards, from, to) } else { f64::MIN };
        Some(Line { id: id.clone(), points: edge_points(from, to, floor, self.style) })
    }
}

/// What a card says of a run: a frame speaks for what lies in it only where it stands for that.
fn run_of<'a>(
    runs: &'a HashMap<NodeId, NodeRun>,
    id: &NodeId,
    card: &DiagramNode,
) -> Option<&'a NodeRun> {
    let is_open = card.kind == NodeKind::Frame.key() && !card.collapsed;
    runs.get(id).filter(|_| !is_open)
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

fn wire(nodes: &impl Nodes, edge: &Edge) -> Wire {
    let bare = Wire {
        source: edge.source.clone(),
        target: edge.target.clone(),
        source_port: edge.source_handle.clone().unwrap_or_default(),
        target_port: edge.target_handle.clone().unwrap_or_default(),
        label: edge.label.clone(),
    };
    match connect::ends(nodes, edge) {
        Ok(ends) => Wire { source_port: ends.source.name, target_port: ends.target.name, ..bare },
        Err(_) => bare,
    }
}
