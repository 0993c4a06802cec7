//! Sets the cards of a workflow in order: layers from left to right by `dagre`, the lanes of a fork
//! one below the other, loops and frames from the inside out, so that what lies in one stays in it
//! and nothing else gets there.

mod layers;
mod names;
mod stacks;

use std::collections::{BTreeMap, BTreeSet};

use model::{
    canvas::{
        frame::{HEADER, ROOM, around},
        geometry::{Point, Rect, Size},
    },
    connect,
    graph::{Indexed, Lane, Nodes, lanes},
    id::NodeId,
    nodes::Work,
    pages::{Placed, TidyRequest},
    workflow::{self, Node, Workflow},
};

/// More nodes than this are not set in order: it would take longer than a person waits.
pub(super) const MOST_NODES: usize = 500;

const CARD: Size = Size::new(240.0, 96.0);

/// Where the asked nodes belong; what is not asked for, stays.
pub(super) fn arrange(request: &TidyRequest) -> Vec<Placed> {
    let mut sheet = Sheet::of(request);
    sheet.level(None);
    sheet.answer()
}

/// An edge as it counts here.
struct Wire<'a> {
    source: &'a NodeId,
    /// Which of its source's ports it leaves by, from the top.
    row: usize,
    target: &'a NodeId,
}

struct Sheet<'a> {
    workflow: &'a Workflow,
    nodes: Indexed<'a>,
    sizes: BTreeMap<&'a NodeId, Size>,
    chosen: BTreeSet<&'a NodeId>,
    /// What lies directly in each node, and in none.
    inside: BTreeMap<Option<&'a NodeId>, Vec<&'a Node>>,
    wires: Vec<Wire<'a>>,
    /// The ports of each node that edges leave by.
    left_by: BTreeMap<&'a NodeId, BTreeSet<String>>,
    /// The lanes of each fork.
    forks: Vec<Vec<Lane>>,
    placed: BTreeMap<&'a NodeId, Placed>,
}

impl<'a> Sheet<'a> {
    fn of(request: &'a TidyRequest) -> Self {
        let workflow = &request.workflow;
        let nodes = Indexed::of(workflow);
        let mut left_by = BTreeMap::<&NodeId, BTreeSet<String>>::new();
        for edge in &workflow.edges {
            if let Ok(ends) = connect::ends(&nodes, edge) {
                left_by.entry(&edge.source).or_default().insert(ends.source.name);
            }
        }
        let wires = workflow.edges.iter().map(|edge| Wire {
            source: &edge.source,
            row: connect::row(workflow, edge),
            target: &edge.target,
        });
        let lanes = lanes(workflow);
        let sizes = request.sizes.iter();
        Self {
            workflow,
            sizes: sizes.map(|(id, size)| (id, Size::new(size.width, size.height))).collect(),
            chosen: if request.only.is_empty() {
                workflow.nodes.iter().map(|node| &node.id).collect()
            } else {
                request.only.iter().collect()
            },
            inside: inside(workflow, &nodes),
            wires: wires.collect(),
            left_by,
            forks: lanes.chunk_by(|a, b| a.fork == b.fork).map(<[Lane]>::to_vec).collect(),
            placed: BTreeMap::new(),
            nodes,
        }
    }

    /// Sets in order what lies directly in `parent`, and before that what lies in each of those.
    fn level(&mut self, parent: Option<&'a NodeId>) {
        let members = self.members(parent).to_vec();
        if members.is_empty() {
            return;
        }
        let chosen = members.iter().copied().filter(|node| self.chosen.contains(&node.id));
        let (cards, notes): (Vec<&Node>, Vec<&Node>) = chosen.partition(|node| self.is_card(node));
        let was: BTreeMap<&NodeId, Point> =
            cards.iter().map(|card| (&card.id, self.drawn(card).origin)).collect();
        // What a collapsed frame or loop hides stays as it lies in it.
        for member in members.iter().filter(|member| !is_collapsed(member)) {
            self.level(Some(&member.id));
        }
        let corner = if parent.is_some_and(|parent| self.chosen.contains(parent)) {
            Point::new(ROOM, HEADER + ROOM)
        } else {
            least(was.values().copied())
        };
        let forks: Vec<&[Lane]> = self.forks.iter().map(Vec::as_slice).collect();
        let found = self.block(&cards, &forks).cards;
        let first = least(found.iter().map(|(_, at)| *at));
        let mut moves = vec![];
        for (card, at) in found {
            let at = corner + (at - first);
            moves.extend(was.get(&card.id).map(|was| (*was, at)));
            self.place(card, at);
        }
        for note in notes {
            self.beside(note, &moves);
        }
    }

    fn members(&self, parent: Option<&'a NodeId>) -> &[&'a Node] {
        self.inside.get(&parent).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether it has a place in the order; a note and an empty frame have none.
    fn is_card(&self, node: &'a Node) -> bool {
        node.data.config.work() != Work::None || !self.members(Some(&node.id)).is_empty()
    }

    /// Whether it is drawn as a frame around what lies in it.
    fn is_open(&self, node: &'a Node) -> bool {
        !is_collapsed(node) && !self.members(Some(&node.id)).is_empty()
    }

    fn at(&self, node: &Node) -> Point {
        self.placed.get(&node.id).map_or(node.position, |placed| placed.position).into()
    }

    /// Where a node is drawn in what it lies in: as its card, or as the frame around what lies in
    /// it. A collapsed one is a card at the corner of the frame it would be.
    fn drawn(&self, node: &'a Node) -> Rect {
        let card = Rect { origin: self.at(node), size: self.card(node) };
        let inner = self.members(Some(&node.id)).iter();
        let held = Rect::around(inner.map(|inner| self.drawn(inner)));
        let Some(frame) = held.map(|held| around(held).shifted(card.origin)) else { return card };
        if is_collapsed(node) { Rect { origin: frame.origin, ..card } } else { frame }
    }

    /// How large a node is as a card.
    fn card(&self, node: &Node) -> Size {
        // The size that a collapsed one has is that of the open one.
        let own = node.size.filter(|_| !is_collapsed(node));
        let own = || own.map(|size| Size::new(size.width, size.height));
        self.sizes.get(&node.id).copied().or_else(own).unwrap_or(CARD)
    }

    /// Puts a node where its card or its frame begins at `at`.
    fn place(&mut self, node: &'a Node, at: Point) {
        let drawn = self.drawn(node);
        let position = (self.at(node) + (at - drawn.origin)).into();
        let Size { width, height } = drawn.size;
        let size = self.is_open(node).then_some(workflow::Size { width, height });
        self.placed.insert(&node.id, Placed { id: node.id.clone(), position, size });
    }

    /// A note stays where it was beside the nearest card; `moves` are the cards' corners before and
    /// after.
    fn beside(&mut self, note: &'a Node, moves: &[(Point, Point)]) {
        let at = Point::from(note.position);
        let nearest = |(a, _): &&(Point, Point), (b, _): &&(Point, Point)| {
            a.distance(at).total_cmp(&b.distance(at))
        };
        let Some((was, is)) = moves.iter().min_by(nearest) else { return };
        let position = (at + (*is - *was)).into();
        self.placed.insert(&note.id, Placed { id: note.id.clone(), position, size: None });
    }

    /// In the order of the workflow.
    fn answer(mut self) -> Vec<Placed> {
        let nodes = self.workflow.nodes.iter();
        nodes.filter_map(|node| self.placed.remove(&node.id)).collect()
    }
}

/// What lies directly in each node, and in none; of nodes with one id the first counts.
fn inside<'a>(
    workflow: &'a Workflow,
    nodes: &Indexed<'_>,
) -> BTreeMap<Option<&'a NodeId>, Vec<&'a Node>> {
    let mut inside = BTreeMap::<Option<&NodeId>, Vec<&Node>>::new();
    let mut seen = BTreeSet::new();
    for node in workflow.nodes.iter().filter(|node| seen.insert(&node.id)) {
        let parent = node.parent_id.as_ref();
        let parent = parent.filter(|id| **id != node.id && nodes.node(id).is_some());
        inside.entry(parent).or_default().push(node);
    }
    inside
}

fn is_collapsed(node: &Node) -> bool {
    node.data.config.is_collapsed()
}

/// The corner at the upper left of all of them.
fn least(points: impl Iterator<Item = Point>) -> Point {
    points.reduce(|a, b| Point::new(a.x.min(b.x), a.y.min(b.y))).unwrap_or_default()
}

#[cfg(test)]
mod tests;
