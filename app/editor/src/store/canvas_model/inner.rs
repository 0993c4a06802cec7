//! The signals of all cards and lines, and what is computed from where the cards are: boxes to hit,
//! lines and the reading order.

use std::collections::{BTreeSet, HashMap};

use diagram::{
    describe::Surroundings,
    place::{Place, card_with_run, places},
    view::{DiagramNode, EdgeState, NodeRun},
};
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
use web::client::signal::SetNew;

use super::{
    super::card_view::{ConnectedOutputs, card_view, lane_card_view},
    signals::{EdgeSignals, NodeSignals, Wire, floor, wire_ends},
};
use crate::store::card_view::surroundings;

/// Everything on the canvas; a card of a collapsed lane is in it like a node.
#[derive(Default)]
pub(super) struct Inner {
    pub(super) nodes: HashMap<NodeId, NodeSignals>,
    pub(super) edges: HashMap<EdgeId, EdgeSignals>,
    pub(super) surroundings: HashMap<NodeId, Surroundings>,
    /// The states of the run that the canvas shows; empty while it shows none.
    pub(super) runs: HashMap<NodeId, NodeRun>,
    pub(super) cards: Vec<Card>,
    pub(super) lines: Vec<Line>,
    style: EdgeStyle,
}

impl Inner {
    /// Updates the touched edges and those at touched nodes, or all; returns the nodes whose cards
    /// may differ now.
    pub(super) fn redraw_edges(
        &mut self,
        workflow: &Workflow,
        touched: &Touched,
        all: bool,
    ) -> BTreeSet<NodeId> {
        let mut nodes = touched.nodes.clone();
        let mut gone: BTreeSet<EdgeId> = self.edges.keys().cloned().collect();
        let found = Indexed::new(workflow);
        for edge in &workflow.edges {
            gone.remove(&edge.id);
            let concerned = all
                || touched.edges.contains(&edge.id)
                || touched.nodes.contains(&edge.source)
                || touched.nodes.contains(&edge.target);
            if !concerned && self.edges.contains_key(&edge.id) {
                continue;
            }
            let now = wire(&found, edge);
            let Some(signals) = self.edges.get(&edge.id) else {
                nodes.extend([now.source.clone(), now.target.clone()]);
                self.edges.insert(edge.id.clone(), EdgeSignals::new(now));
                continue;
            };
            let was = signals.wire.get_untracked();
            if was != now {
                nodes.extend([was.source, was.target, now.source.clone(), now.target.clone()]);
                signals.wire.set(now);
            }
        }
        for id in gone {
            if let Some(signals) = self.edges.remove(&id) {
                let wire = signals.wire.get_untracked();
                nodes.extend([wire.source, wire.target]);
            }
        }
        nodes
    }

    /// Updates the cards of the `redrawn` nodes and of what lies in them, or all cards.
    pub(super) fn redraw_nodes(
        &mut self,
        workflow: &Workflow,
        lanes: &[LaneCard],
        redrawn: &BTreeSet<NodeId>,
        all: bool,
    ) {
        let wires: Vec<Wire> = self.edges.values().map(|t| t.wire.get_untracked()).collect();
        let connected = ConnectedOutputs::from_wires(&wires);
        let mut gone: BTreeSet<NodeId> = self.nodes.keys().cloned().collect();
        for node in &workflow.nodes {
            gone.remove(&node.id);
            let moved_along = || {
                let parent = node.parent_id.as_ref();
                parent.is_some_and(|parent| redrawn.contains(parent))
            };
            // A collapsed card says what lies in it, and a loop whether it is empty: that may have
            // changed.
            let holds = node.data.config.is_collapsed() || node.kind() == NodeKind::ForEach;
            let known = self.nodes.contains_key(&node.id) && !holds;
            if !all && known && !redrawn.contains(&node.id) && !moved_along() {
                continue;
            }
            let signals = self.nodes.entry(node.id.clone()).or_default();
            let is_lane = lanes.iter().any(|lane| lane.id == node.id);
            let card = card_view(workflow, node, &connected);
            let card = if is_lane { lane_card_view(card) } else { card };
            let run = run_of(&self.runs, &node.id, &card).cloned();
            let now = DiagramNode { run, ..card };
            signals.card.set_new(now);
        }
        gone.iter().for_each(|id| drop(self.nodes.remove(id)));
    }

    /// Shows the states of a run; returns the new reading order if any card changed, because cards
    /// grow and shrink with what they say.
    pub(super) fn paint(
        &mut self,
        workflow: &Workflow,
        runs: HashMap<NodeId, NodeRun>,
        state: impl Fn(&EdgeId, &Wire) -> EdgeState,
    ) -> Option<Vec<NodeId>> {
        self.runs = runs;
        for (id, signals) in &self.edges {
            let now = signals.wire.with_untracked(|wire| state(id, wire));
            signals.state.set_new(now);
        }
        let mut changed = false;
        for (id, signals) in &self.nodes {
            let run = signals.card.with_untracked(|card| run_of(&self.runs, id, card));
            if signals.card.with_untracked(|card| card.run.as_ref() != run) {
                signals.card.update(|card| card.run = run.cloned());
                changed = true;
            }
        }
        changed.then(|| self.rearrange(workflow))
    }

    /// Computes boxes and lines to hit, the reading order and the neighbours of each node from
    /// where all cards are; returns the order.
    pub(super) fn rearrange(&mut self, workflow: &Workflow) -> Vec<NodeId> {
        let places = self.update_places(workflow);
        let numbers: HashMap<&NodeId, usize> =
            workflow.nodes.iter().enumerate().map(|(number, node)| (&node.id, number)).collect();
        let corners: Vec<Point> = places.iter().map(|place| place.card.origin).collect();
        self.cards = cards(workflow, places);
        let ends = |edge: &Edge| Some((*numbers.get(&edge.source)?, *numbers.get(&edge.target)?));
        let linked = || workflow.edges.iter().filter_map(|edge| Some((edge, ends(edge)?)));
        let links: Vec<(usize, usize)> = linked().map(|(_, link)| link).collect();
        let parent = |node: &Node| numbers.get(drawn_in(workflow, node)?).copied();
        let parents: Vec<Option<usize>> = workflow.nodes.iter().map(parent).collect();
        let order = reading_order(&corners, &links, &parents);
        let labelled = linked().map(|(edge, link)| (link, edge.label.as_deref()));
        self.surroundings = surroundings(workflow, &order, labelled);
        self.lines = self.lines_of(workflow);
        order.into_iter().map(|number| workflow.nodes[number].id.clone()).collect()
    }

    /// Updates where every node is; returns the places in the order of the workflow.
    fn update_places(&mut self, workflow: &Workflow) -> Vec<Place> {
        let nodes: Vec<&NodeSignals> =
            workflow.nodes.iter().filter_map(|node| self.nodes.get(&node.id)).collect();
        let cards: Vec<_> = nodes.iter().map(|signals| signals.card.read_untracked()).collect();
        let cards: Vec<&DiagramNode> = cards.iter().map(|card| &**card).collect();
        let mut places = places(&cards, card_with_run);
        let now = cards.iter().map(|card| places.remove(&card.id).unwrap_or_default());
        let now: Vec<Place> = now.collect();
        for (signals, place) in nodes.iter().zip(&now) {
            if signals.place.with_untracked(|was| was != place) {
                signals.place.set(place.clone());
            }
        }
        now
    }

    /// Computes the lines anew in another style.
    pub(super) fn restyle(&mut self, style: EdgeStyle, workflow: &Workflow) {
        self.style = style;
        self.lines = self.lines_of(workflow);
    }

    fn lines_of(&self, workflow: &Workflow) -> Vec<Line> {
        workflow.edges.iter().filter_map(|edge| self.line(&edge.id)).collect()
    }

    fn line(&self, id: &EdgeId) -> Option<Line> {
        let wire = self.edges.get(id)?.wire.get_untracked();
        let place = |id: &NodeId| Some(self.nodes.get(id)?.place.get_untracked());
        let (from, to) = wire_ends(&wire, &place(&wire.source)?, &place(&wire.target)?)?;
        let floor = if to.x < from.x { floor(&self.cards, from, to) } else { f64::MIN };
        Some(Line { id: id.clone(), points: edge_points(from, to, floor, self.style) })
    }
}

/// The run state that a card shows: an open frame shows none, its nodes show theirs.
fn run_of<'a>(
    runs: &'a HashMap<NodeId, NodeRun>,
    id: &NodeId,
    card: &DiagramNode,
) -> Option<&'a NodeRun> {
    let is_open = card.kind == NodeKind::Frame.key() && !card.collapsed;
    runs.get(id).filter(|_| !is_open)
}

/// The cards the pointer can hit, from the lowest to the topmost: frames lie below what is in them,
/// larger frames below smaller ones; hidden nodes are left out.
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
