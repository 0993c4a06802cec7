//! Automatic layout of a workflow: layers from left to right by `dagre`, the lanes of a fork below
//! each other, loops and frames from the inside out, so that their members stay in them and no
//! other card gets there.

mod layers;
mod names;
mod stacks;

use std::collections::{BTreeMap, BTreeSet};

use model::{
    canvas::{
        frame::{HEADER, ROOM, enclosing_frame},
        geometry::{Point, Rect, Size},
    },
    connect,
    graph::{Indexed, Lane, Nodes, lanes},
    id::NodeId,
    nodes::Work,
    pages::{Placed, TidyRequest},
    workflow::{self, Node, Workflow},
};

/// Nodes that are arranged at once, at most: more would take longer than a person waits.
pub(super) const MOST_NODES: usize = 500;

/// Size of a card that neither the request nor the node knows, in canvas units.
const CARD: Size = Size::new(240.0, 96.0);

/// New positions of the nodes that the request names, or of all where it names none.
pub(super) fn arrange(request: &TidyRequest) -> Vec<Placed> {
    let mut sheet = Sheet::new(request);
    sheet.arrange_level(None);
    sheet.into_placed()
}

/// An edge, as far as the layout needs it.
struct Wire<'a> {
    source: &'a NodeId,
    /// Position of the port that it leaves by among its source's ports, from the top.
    row: usize,
    target: &'a NodeId,
}

struct Sheet<'a> {
    workflow: &'a Workflow,
    nodes: Indexed<'a>,
    sizes: BTreeMap<&'a NodeId, Size>,
    chosen: BTreeSet<&'a NodeId>,
    /// Direct members of each frame and loop; under `None` those of the workflow itself.
    inside: BTreeMap<Option<&'a NodeId>, Vec<&'a Node>>,
    wires: Vec<Wire<'a>>,
    /// Names of the ports that edges leave by, for each node.
    left_by: BTreeMap<&'a NodeId, BTreeSet<String>>,
    forks: Vec<Vec<Lane>>,
    placed: BTreeMap<&'a NodeId, Placed>,
}

impl<'a> Sheet<'a> {
    fn new(request: &'a TidyRequest) -> Self {
        let workflow = &request.workflow;
        let nodes = Indexed::new(workflow);
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
            inside: members_by_parent(workflow, &nodes),
            wires: wires.collect(),
            left_by,
            forks: lanes.chunk_by(|a, b| a.fork == b.fork).map(<[Lane]>::to_vec).collect(),
            placed: BTreeMap::new(),
            nodes,
        }
    }

    /// Arranges the direct members of `parent`, after the members of each of those.
    fn arrange_level(&mut self, parent: Option<&'a NodeId>) {
        let members = self.members(parent).to_vec();
        if members.is_empty() {
            return;
        }
        let chosen = members.iter().copied().filter(|node| self.chosen.contains(&node.id));
        let (cards, notes): (Vec<&Node>, Vec<&Node>) = chosen.partition(|node| self.is_card(node));
        let was: BTreeMap<&NodeId, Point> =
            cards.iter().map(|card| (&card.id, self.bounds(card).origin)).collect();
        // Members that a collapsed frame or loop hides keep their positions in it.
        for member in members.iter().filter(|member| !is_collapsed(member)) {
            self.arrange_level(Some(&member.id));
        }
        let corner = if parent.is_some_and(|parent| self.chosen.contains(parent)) {
            Point::new(ROOM, HEADER + ROOM)
        } else {
            upper_left(was.values().copied())
        };
        let forks: Vec<&[Lane]> = self.forks.iter().map(Vec::as_slice).collect();
        let found = self.block(&cards, &forks).cards;
        let first = upper_left(found.iter().map(|(_, at)| *at));
        let mut moves = vec![];
        for (card, at) in found {
            let at = corner + (at - first);
            moves.extend(was.get(&card.id).map(|was| (*was, at)));
            self.place(card, at);
        }
        for note in notes {
            self.place_note(note, &moves);
        }
    }

    fn members(&self, parent: Option<&'a NodeId>) -> &[&'a Node] {
        self.inside.get(&parent).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a node takes part in the layout; notes and empty frames do not.
    fn is_card(&self, node: &'a Node) -> bool {
        node.data.config.work() != Work::None || !self.members(Some(&node.id)).is_empty()
    }

    /// Whether a node is drawn as a frame around its members.
    fn is_open(&self, node: &'a Node) -> bool {
        !is_collapsed(node) && !self.members(Some(&node.id)).is_empty()
    }

    /// The new position of a node, or its old one while it has no new one.
    fn position(&self, node: &Node) -> Point {
        self.placed.get(&node.id).map_or(node.position, |placed| placed.position).into()
    }

    /// The rectangle that a node is drawn in, in its parent's coordinates: its card, or the frame
    /// around its members. A collapsed node is a card at the corner of the frame it would have.
    fn bounds(&self, node: &'a Node) -> Rect {
        let card = Rect { origin: self.position(node), size: self.card_size(node) };
        let inner = self.members(Some(&node.id)).iter();
        let held = Rect::bounding_box(inner.map(|inner| self.bounds(inner)));
        let frame = held.map(|held| enclosing_frame(held).shifted(card.origin));
        let Some(frame) = frame else { return card };
        if is_collapsed(node) { Rect { origin: frame.origin, ..card } } else { frame }
    }

    /// The size of a node as a card: as measured in the browser, else its own, else [`CARD`].
    fn card_size(&self, node: &Node) -> Size {
        // The own size of a collapsed node is that of its open frame.
        let own = node.size.filter(|_| !is_collapsed(node));
        let own = || own.map(|size| Size::new(size.width, size.height));
        self.sizes.get(&node.id).copied().or_else(own).unwrap_or(CARD)
    }

    /// Moves a node so that the upper left corner of its card or frame is at `at`.
    fn place(&mut self, node: &'a Node, at: Point) {
        let drawn = self.bounds(node);
        let position = (self.position(node) + (at - drawn.origin)).into();
        let Size { width, height } = drawn.size;
        let size = self.is_open(node).then_some(workflow::Size { width, height });
        self.placed.insert(&node.id, Placed { id: node.id.clone(), position, size });
    }

    /// Moves a note along with the card nearest to it; `moves` are the upper left corners of cards
    /// before and after.
    fn place_note(&mut self, note: &'a Node, moves: &[(Point, Point)]) {
        let at = Point::from(note.position);
        let nearest = |(a, _): &&(Point, Point), (b, _): &&(Point, Point)| {
            a.distance(at).total_cmp(&b.distance(at))
        };
        let Some((was, is)) = moves.iter().min_by(nearest) else { return };
        let position = (at + (*is - *was)).into();
        self.placed.insert(&note.id, Placed { id: note.id.clone(), position, size: None });
    }

    /// All new positions, in the order of the workflow's nodes.
    fn into_placed(mut self) -> Vec<Placed> {
        let nodes = self.workflow.nodes.iter();
        nodes.filter_map(|node| self.placed.remove(&node.id)).collect()
    }
}

/// Nodes by parent; of several nodes with one id only the first counts.
fn members_by_parent<'a>(
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

/// The smallest x and the smallest y of all points; the origin where there are none.
fn upper_left(points: impl Iterator<Item = Point>) -> Point {
    points.reduce(|a, b| Point::new(a.x.min(b.x), a.y.min(b.y))).unwrap_or_default()
}

#[cfg(test)]
mod tests;
