//! Sets the cards of a workflow in order: layers from left to right by `dagre`, loops and frames
//! from the inside out, so that what lies in one stays in it and nothing else gets there.

use std::collections::{BTreeMap, BTreeSet};

use dagre::{
    EdgeLabel, LayoutOptions, NodeLabel, RankDir,
    graph::{Graph, GraphOptions},
};
use model::{
    canvas::frame::{HEADER, ROOM, ROOM_BELOW},
    id::NodeId,
    nodes::Work,
    pages::{Placed, TidyRequest},
    workflow::{Node, Position, Size, Workflow},
};

/// More nodes than this are not set in order: it would take longer than a person waits.
pub(super) const MOST_NODES: usize = 500;

const BETWEEN_CARDS: f64 = 40.0;
const BETWEEN_LAYERS: f64 = 96.0;
const GRID: f64 = 16.0;
const CARD: Size = Size { width: 240.0, height: 96.0 };

/// Where the asked nodes belong; what is not asked for, stays.
pub(super) fn arrange(request: &TidyRequest) -> Vec<Placed> {
    let chosen: BTreeSet<&NodeId> = match request.only.is_empty() {
        true => request.workflow.nodes.iter().map(|node| &node.id).collect(),
        false => request.only.iter().collect(),
    };
    let mut sheet = Sheet {
        workflow: &request.workflow,
        sizes: request.sizes.iter().map(|(id, size)| (id, *size)).collect(),
        chosen,
        placed: BTreeMap::new(),
    };
    sheet.level(None, 0);
    sheet.answer()
}

struct Sheet<'a> {
    workflow: &'a Workflow,
    sizes: BTreeMap<&'a NodeId, Size>,
    chosen: BTreeSet<&'a NodeId>,
    placed: BTreeMap<&'a NodeId, Placed>,
}

impl<'a> Sheet<'a> {
    /// Sets in order what lies directly in `parent`, and before that what lies in each of those.
    fn level(&mut self, parent: Option<&'a NodeId>, depth: usize) {
        // Parents that contain each other end the walk here.
        if depth > self.workflow.nodes.len() {
            return;
        }
        let members = self.members(parent);
        for member in &members {
            self.level(Some(&member.id), depth + 1);
        }
        let (cards, notes): (Vec<&Node>, Vec<&Node>) =
            members.into_iter().filter(|node| self.chosen.contains(&node.id)).partition(|node| {
                node.data.config.work() != Work::None || !self.members(Some(&node.id)).is_empty()
            });
        let corner = match parent.is_some_and(|parent| self.chosen.contains(parent)) {
            true => Position { x: ROOM, y: HEADER + ROOM },
            false => corner(&cards),
        };
        for (node, position) in self.layers(&cards, corner) {
            let size = self.grown(&node.id);
            self.placed.insert(&node.id, Placed { id: node.id.clone(), position, size });
        }
        for note in notes {
            self.beside(note, &cards);
        }
    }

    fn members(&self, parent: Option<&NodeId>) -> Vec<&'a Node> {
        let known = |id: &NodeId| self.workflow.node(id).is_some();
        let lies = |node: &&Node| {
            node.parent_id.as_ref().filter(|id| known(id) && **id != node.id) == parent
        };
        self.workflow.nodes.iter().filter(lies).collect()
    }

    /// The cards' corners in layers, the first one at `corner`.
    fn layers(&self, cards: &[&'a Node], corner: Position) -> Vec<(&'a Node, Position)> {
        let mut graph = Graph::with_options(GraphOptions {
            directed: true,
            multigraph: false,
            compound: false,
        });
        for node in cards {
            let Size { width, height } = self.size(node);
            let label = NodeLabel { width, height, ..NodeLabel::default() };
            graph.set_node(node.id.to_string(), Some(label));
        }
        for (source, target) in self.edges(cards) {
            graph.set_edge(source.as_str(), target.as_str(), Some(EdgeLabel::default()), None);
        }
        let options = LayoutOptions {
            rankdir: RankDir::LR,
            nodesep: BETWEEN_CARDS,
            ranksep: BETWEEN_LAYERS,
            ..LayoutOptions::default()
        };
        dagre::layout(&mut graph, Some(options));
        let place = |node: &&'a Node| {
            let label = graph.node(node.id.as_str())?;
            let (x, y) = (label.x? - label.width / 2.0, label.y? - label.height / 2.0);
            Some((*node, Position { x, y }))
        };
        let places: Vec<_> = cards.iter().filter_map(place).collect();
        moved(places, corner)
    }

    /// Which cards follow which: an edge into or out of something inside a card is the card's.
    fn edges(&self, cards: &[&Node]) -> BTreeSet<(&'a NodeId, &'a NodeId)> {
        let ids: BTreeSet<&NodeId> = cards.iter().map(|node| &node.id).collect();
        let edges = self.workflow.edges.iter().filter_map(|edge| {
            let source = self.within(&edge.source, &ids)?;
            let target = self.within(&edge.target, &ids)?;
            (source != target).then_some((source, target))
        });
        edges.collect()
    }

    fn within(&self, id: &NodeId, ids: &BTreeSet<&NodeId>) -> Option<&'a NodeId> {
        let mut at = self.workflow.node(id)?;
        for _ in 0..self.workflow.nodes.len() {
            if ids.contains(&at.id) {
                return Some(&at.id);
            }
            at = self.workflow.node(at.parent_id.as_ref()?)?;
        }
        None
    }

    fn size(&self, node: &Node) -> Size {
        let measured = || self.sizes.get(&node.id).copied().or(node.size).unwrap_or(CARD);
        self.grown(&node.id).unwrap_or_else(measured)
    }

    /// The size a node needs for what was placed in it.
    fn grown(&self, id: &NodeId) -> Option<Size> {
        let inside = self.members(Some(id));
        if inside.is_empty() || !self.chosen.contains(id) {
            return None;
        }
        let end = |node: &&Node| {
            let at = self.placed.get(&node.id).map_or(node.position, |placed| placed.position);
            let size = self.size(node);
            (at.x + size.width, at.y + size.height)
        };
        let (right, bottom) = inside
            .iter()
            .map(end)
            .fold((0.0, 0.0), |most: (f64, f64), at| (most.0.max(at.0), most.1.max(at.1)));
        let width = (right + ROOM).max(CARD.width);
        Some(Size { width, height: bottom + ROOM_BELOW })
    }

    /// A note stays where it was beside the nearest card.
    fn beside(&mut self, note: &'a Node, cards: &[&'a Node]) {
        let distance = |card: &&&Node| {
            let (x, y) = (card.position.x - note.position.x, card.position.y - note.position.y);
            x.hypot(y)
        };
        let nearest = cards.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let Some(card) = nearest else { return };
        let Some(placed) = self.placed.get(&card.id) else { return };
        let position = Position {
            x: note.position.x + placed.position.x - card.position.x,
            y: note.position.y + placed.position.y - card.position.y,
        };
        let placed = Placed { id: note.id.clone(), position, size: None };
        self.placed.insert(&note.id, placed);
    }

    /// In the order of the workflow.
    fn answer(mut self) -> Vec<Placed> {
        let nodes = self.workflow.nodes.iter();
        nodes.filter_map(|node| self.placed.remove(&node.id)).collect()
    }
}

/// The corner at the upper left of where the cards are.
fn corner(cards: &[&Node]) -> Position {
    let least = |at: Position, node: &&Node| Position {
        x: at.x.min(node.position.x),
        y: at.y.min(node.position.y),
    };
    let far = Position { x: f64::INFINITY, y: f64::INFINITY };
    let corner = cards.iter().fold(far, least);
    let finite = |along: f64| if along.is_finite() { along } else { 0.0 };
    Position { x: finite(corner.x), y: finite(corner.y) }
}

/// The same places with their upper left at `corner`, on the grid.
fn moved<'a>(places: Vec<(&'a Node, Position)>, corner: Position) -> Vec<(&'a Node, Position)> {
    let x = places.iter().map(|(_, at)| at.x).fold(f64::INFINITY, f64::min);
    let y = places.iter().map(|(_, at)| at.y).fold(f64::INFINITY, f64::min);
    let snap = |along: f64| (along / GRID).round() * GRID;
    let place = |(node, at): (&'a Node, Position)| {
        (node, Position { x: corner.x + snap(at.x - x), y: corner.y + snap(at.y - y) })
    };
    places.into_iter().map(place).collect()
}
