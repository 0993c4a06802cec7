//! Collapsed lanes: one card in the place of everything that stands in the lane.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::corner;
use crate::{
    canvas::geometry::Point,
    graph::{Lane, enclosing, lanes},
    id::NodeId,
    nodes::{NodeConfig, NodeKind, frame},
    workflow::{Edge, Node, Workflow},
};

/// The card that is shown in the place of a collapsed lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneCard {
    /// The card's id, `fork/port`, which no node has.
    pub id: NodeId,
    /// The parallel node that the lane leaves.
    pub fork: NodeId,
    /// The port by which the lane leaves the fork.
    pub port: String,
    /// The lane's name.
    pub label: String,
    /// The outermost nodes that it stands for; it also stands for all that lies in them.
    pub nodes: BTreeSet<NodeId>,
}

/// The workflow as it is shown: what stands in a collapsed lane lies in a collapsed frame, which is
/// the lane's card.
pub fn with_lane_cards(workflow: &Workflow) -> (Cow<'_, Workflow>, Vec<LaneCard>) {
    let mut collapsed = collapsed(workflow);
    if collapsed.is_empty() {
        return (Cow::Borrowed(workflow), vec![]);
    }
    // The card of a lane in another lane lies in the card of that.
    collapsed.sort_by_key(|lane| lane.nodes.len());
    let mut shown = workflow.clone();
    let mut cards: Vec<LaneCard> = vec![];
    for lane in &collapsed {
        let card = collapse(&mut shown, lane, &cards);
        cards.extend(card);
    }
    (Cow::Owned(shown), cards)
}

/// What is shown, for whoever lays out cards: the card of a lane is a step that begins at `at`, and
/// what it stands for is not there.
pub fn with_lane_nodes(
    mut shown: Workflow,
    cards: &[LaneCard],
    at: impl Fn(&NodeId) -> Option<Point>,
) -> Workflow {
    let is_card = |id: &NodeId| cards.iter().any(|card| card.id == *id);
    let outermost = |node: &Node| {
        let around = enclosing(&shown, node).filter(|at| is_card(&at.id));
        Some((node.id.clone(), around.last()?.id.clone()))
    };
    let hidden: BTreeMap<NodeId, NodeId> = shown.nodes.iter().filter_map(outermost).collect();
    let placed = |node: &Node| {
        let outside = corner(&shown, node) - Point::from(node.position);
        Some((node.id.clone(), at(&node.id)? - outside))
    };
    let own = shown.nodes.iter().filter(|node| is_card(&node.id));
    let places: BTreeMap<NodeId, Point> = own.filter_map(placed).collect();
    shown.nodes.retain(|node| !hidden.contains_key(&node.id));
    for node in shown.nodes.iter_mut().filter(|node| is_card(&node.id)) {
        node.position = places.get(&node.id).map_or(node.position, |at| (*at).into());
        node.data.config = NodeKind::Transform.default_config();
    }
    shown.edges = shown.edges.iter().filter_map(|edge| led(edge, &hidden)).collect();
    shown
}

/// An edge between the cards that stand for its ends; none within one.
fn led(edge: &Edge, hidden: &BTreeMap<NodeId, NodeId>) -> Option<Edge> {
    let (from, to) = (hidden.get(&edge.source), hidden.get(&edge.target));
    if from.is_some() && from == to {
        return None;
    }
    let mut led = edge.clone();
    if let Some(card) = from {
        (led.source, led.source_handle) = (card.clone(), None);
    }
    if let Some(card) = to {
        (led.target, led.target_handle) = (card.clone(), None);
    }
    Some(led)
}

fn collapsed(workflow: &Workflow) -> Vec<Lane> {
    if workflow.nodes.iter().all(|node| node.data.config.collapsed_lanes().is_empty()) {
        return vec![];
    }
    let mut all = lanes(workflow);
    all.retain(|lane| {
        let fork = workflow.node(&lane.fork);
        fork.is_some_and(|fork| fork.data.config.collapsed_lanes().contains(&lane.port))
    });
    all
}

/// Puts what stands in a lane into a card of its own; none where a node has the id of that.
fn collapse(shown: &mut Workflow, lane: &Lane, cards: &[LaneCard]) -> Option<LaneCard> {
    let id = NodeId(format!("{}/{}", lane.fork, lane.port));
    if shown.node(&id).is_some() {
        return None;
    }
    let held = find_held(shown, &lane.nodes);
    let is_top = |node: &&Node| {
        let lies_in = node.parent_id.as_ref().is_some_and(|parent| held.contains(parent));
        held.contains(&node.id) && !lies_in
    };
    let tops: Vec<&Node> = shown.nodes.iter().filter(is_top).collect();
    let first = tops.first()?.parent_id.clone();
    let parent = if tops.iter().all(|top| top.parent_id == first) {
        first
    } else {
        shown.node(&lane.fork)?.parent_id.clone()
    };
    let outside = parent.as_ref().and_then(|id| shown.node(id));
    let outside = outside.map_or(Point::default(), |outer| corner(shown, outer));
    let place = |top: &&Node| (top.id.clone(), corner(shown, top) - outside);
    let places: BTreeMap<NodeId, Point> = tops.iter().map(place).collect();
    for node in &mut shown.nodes {
        let Some(at) = places.get(&node.id) else { continue };
        if node.parent_id != parent {
            node.position = (*at).into();
        }
        node.parent_id = Some(id.clone());
    }
    let name = if lane.label.trim().is_empty() { &lane.port } else { &lane.label };
    let config = frame::Config { collapsed: true, ..frame::Config::default() };
    let card = Node::new(id.clone(), name, NodeConfig::Frame(Box::new(config)));
    shown.nodes.push(Node { parent_id: parent, ..card });
    let own = |id: &NodeId| match cards.iter().find(|card| card.id == *id) {
        Some(card) => card.nodes.clone(),
        None => [id.clone()].into(),
    };
    let nodes = places.keys().flat_map(own).collect();
    let (fork, port, label) = (lane.fork.clone(), lane.port.clone(), name.clone());
    Some(LaneCard { id, fork, port, label, nodes })
}

/// The nodes that stand in a lane, those that lie in them, and the frames that hold nothing else.
fn find_held(workflow: &Workflow, standing: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
    let mut held = standing.clone();
    loop {
        let is_more = |node: &&Node| {
            let lies_in = node.parent_id.as_ref().is_some_and(|parent| held.contains(parent));
            !held.contains(&node.id) && (lies_in || is_filled(workflow, node, &held))
        };
        let more = workflow.nodes.iter().filter(is_more);
        let more: Vec<NodeId> = more.map(|node| node.id.clone()).collect();
        if more.is_empty() {
            return held;
        }
        held.extend(more);
    }
}

/// Whether a node is a frame around some of these and nothing else, notes aside.
fn is_filled(workflow: &Workflow, node: &Node, by: &BTreeSet<NodeId>) -> bool {
    let inner = workflow.nodes.iter().filter(|inner| inner.parent_id.as_ref() == Some(&node.id));
    let mut inner = inner.filter(|inner| inner.kind() != NodeKind::Note).peekable();
    node.kind() == NodeKind::Frame
        && inner.peek().is_some()
        && inner.all(|inner| by.contains(&inner.id))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;

    fn node(id: &str, kind: &str, parent: Option<&str>, config: Value) -> Value {
        let at = json!({ "x": 10, "y": 20 });
        json!({ "id": id, "type": kind, "parentId": parent, "position": at, "data": { "config": config } })
    }

    fn edge(from: &str, port: &str, to: &str) -> Value {
        json!({ "id": format!("{from}_{to}"), "source": from, "sourceHandle": port, "target": to })
    }

    fn step(id: &str, parent: Option<&str>) -> Value {
        node(id, "transform", parent, json!({}))
    }

    /// A fork whose first lane holds a frame with `a` in it, and another fork with `b` and `c`.
    fn forked(outer: Value, inner: Value) -> Workflow {
        serde_json::from_value(json!({
            "nodes": [
                node("fork", "parallel", None, json!({ "collapsed": outer })),
                node("group", "frame", None, json!({})), step("a", Some("group")),
                node("remark", "note", Some("group"), json!({})),
                node("again", "parallel", None, json!({ "collapsed": inner })),
                step("b", None), step("c", None), step("d", None),
                node("join", "merge", None, json!({})),
            ],
            "edges": [
                edge("fork", "lane_1", "a"), edge("a", "output", "again"),
                edge("again", "lane_1", "b"), edge("again", "lane_2", "c"),
                edge("b", "output", "join"), edge("c", "output", "join"),
                edge("fork", "lane_2", "d"), edge("d", "output", "join"),
            ],
        }))
        .unwrap()
    }

    fn parent(workflow: &Workflow, id: &str) -> Option<String> {
        workflow.node(&id.into()).unwrap().parent_id.as_ref().map(ToString::to_string)
    }

    #[test]
    fn without_a_collapsed_lane_nothing_is_shown_otherwise() {
        let workflow = forked(json!([]), json!(["lane_9"]));

        let (shown, cards) = with_lane_cards(&workflow);

        assert!(cards.is_empty() && *shown == workflow);
    }

    #[test]
    fn what_stands_in_a_collapsed_lane_lies_in_its_card_where_it_was() {
        let workflow = forked(json!(["lane_1"]), json!(["lane_2"]));

        let (shown, cards) = with_lane_cards(&workflow);

        let ids: Vec<&str> = cards.iter().map(|card| card.id.as_str()).collect();
        assert_eq!(ids, ["again/lane_2", "fork/lane_1"]);
        let lies_in = |id: &str| parent(&shown, id);
        assert_eq!(lies_in("c").as_deref(), Some("again/lane_2"));
        for id in ["group", "again", "b", "again/lane_2"] {
            assert_eq!(lies_in(id).as_deref(), Some("fork/lane_1"), "{id}");
        }
        assert_eq!((lies_in("a").as_deref(), lies_in("d")), (Some("group"), None));
        let stands_for = ["again", "b", "c", "group"].map(NodeId::from);
        assert_eq!(cards[1].nodes, stands_for.into());
        assert_eq!((cards[1].label.as_str(), cards[1].port.as_str()), ("Lane 1", "lane_1"));
        for node in &workflow.nodes {
            let now = shown.node(&node.id).unwrap();
            assert_eq!(corner(&shown, now), corner(&workflow, node), "{}", node.id);
        }
    }

    #[test]
    fn who_lays_out_cards_sees_a_step_in_the_place_of_a_lane() {
        let workflow = forked(json!(["lane_1"]), json!(["lane_1"]));
        let (shown, cards) = with_lane_cards(&workflow);

        let steps = with_lane_nodes(shown.into_owned(), &cards, |_| Some(Point::new(7.0, 9.0)));

        let ids: Vec<&str> = steps.nodes.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(ids, ["fork", "d", "join", "fork/lane_1"]);
        assert_eq!(Point::from(steps.nodes[3].position), Point::new(7.0, 9.0));
        let ways: Vec<String> =
            steps.edges.iter().map(|edge| format!("{}>{}", edge.source, edge.target)).collect();
        let out = "fork/lane_1>join";
        assert_eq!(ways, ["fork>fork/lane_1", out, out, "fork>d", "d>join"]);
        assert_eq!(lanes(&steps)[0].nodes, [NodeId::from("fork/lane_1")].into());
    }

    #[test]
    fn a_node_with_the_id_of_a_card_keeps_its_lane_open() {
        let mut workflow = forked(json!(["lane_2"]), json!([]));
        workflow.nodes.push(Node::new("fork/lane_2".into(), "", NodeKind::Note.default_config()));

        assert!(with_lane_cards(&workflow).1.is_empty());
    }
}
