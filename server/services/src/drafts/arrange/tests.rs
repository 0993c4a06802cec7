//! Workflows in order: lanes, branches, names of ports, frames.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use model::{
    canvas::{
        frame::{HEADER, ROOM, bands},
        geometry::{Point, Rect},
    },
    graph::{Lane, lanes},
    id::NodeId,
    pages::{Placed, TidyRequest},
    workflow::{Size, Workflow},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::arrange;

fn node(id: &str, kind: &str, config: Value) -> Value {
    json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": { "config": config } })
}

fn step(id: &str) -> Value {
    node(id, "transform", json!({}))
}

/// A node in another, so far from its corner.
fn within(parent: &str, x: i32, y: i32, mut node: Value) -> Value {
    node["parentId"] = json!(parent);
    node["position"] = json!({ "x": x, "y": y });
    node
}

/// An edge from a node, or from one of its ports: `fork.lane_1`.
fn edge(from: &str, to: &str) -> Value {
    let (source, port) = from.split_once('.').map_or((from, None), |(id, port)| (id, Some(port)));
    let id = format!("{from}>{to}");
    json!({ "id": id, "source": source, "sourceHandle": port, "target": to })
}

fn workflow(nodes: &[Value], edges: &[Value]) -> Workflow {
    serde_json::from_value(json!({ "name": "Tidy", "nodes": nodes, "edges": edges })).unwrap()
}

/// Arranges a workflow whose cards have these heights, which repeat; each node with its card size.
fn arrange_with_heights(workflow: &Workflow, heights: &[f64]) -> BTreeMap<NodeId, (Placed, Size)> {
    let heights = heights.iter().cycle().map(|height| Size { width: 240.0, height: *height });
    let ids = workflow.nodes.iter().map(|node| node.id.clone());
    let sizes: Vec<(NodeId, Size)> = ids.zip(heights).collect();
    let known: BTreeMap<NodeId, Size> = sizes.iter().cloned().collect();
    let found = arrange(&TidyRequest { workflow: workflow.clone(), sizes, only: vec![] });
    found.into_iter().map(|one| (one.id.clone(), (one.clone(), known[&one.id]))).collect()
}

/// Arranges a workflow without frames; the rectangles of its cards.
fn arrange_cards(workflow: &Workflow, heights: &[f64]) -> BTreeMap<NodeId, Rect> {
    let card = |(id, (placed, size)): (NodeId, (Placed, Size))| {
        (id, Rect::new(placed.position.x, placed.position.y, size.width, size.height))
    };
    arrange_with_heights(workflow, heights).into_iter().map(card).collect()
}

/// A fork in a lane with a card in each of its own; where it ends.
fn inner_fork(id: &str, nodes: &mut Vec<Value>, edges: &mut Vec<Value>) -> String {
    let [above, below, join] = ["a", "b", "m"].map(|end| format!("{id}{end}"));
    nodes.extend([node(id, "parallel", json!({})), step(&above), step(&below)]);
    nodes.push(node(&join, "merge", json!({})));
    edges.extend([edge(&format!("{id}.lane_1"), &above), edge(&format!("{id}.lane_2"), &below)]);
    edges.extend([edge(&above, &join), edge(&below, &join)]);
    join
}

/// A fork with these lanes beside another card. Of each card in a lane: whether it is a fork
/// itself, and whether something from outside leads to it, too.
fn build_fork(cards_of_lanes: &[Vec<(bool, bool)>]) -> (Vec<Value>, Vec<Value>) {
    let lane = |place: usize| json!({ "id": format!("l{place}"), "label": "" });
    let lanes: Vec<Value> = (0..cards_of_lanes.len()).map(lane).collect();
    let mut nodes = vec![node("start", "start", json!({})), step("aside")];
    nodes.push(node("fork", "parallel", json!({ "lanes": lanes })));
    nodes.extend([node("join", "merge", json!({})), node("end", "end", json!({}))]);
    let mut edges = vec![edge("start", "fork"), edge("start", "aside")];
    edges.extend([edge("aside", "join"), edge("join", "end")]);
    for (lane, cards) in cards_of_lanes.iter().enumerate() {
        let mut last = format!("fork.l{lane}");
        for (place, (is_fork, is_led_to)) in cards.iter().enumerate() {
            let id = format!("c{lane}_{place}");
            edges.push(edge(&last, &id));
            if *is_led_to {
                edges.push(edge("start", &id));
            }
            last = if *is_fork {
                inner_fork(&id, &mut nodes, &mut edges)
            } else {
                nodes.push(step(&id));
                id
            };
        }
        edges.push(edge(&last, "join"));
    }
    (nodes, edges)
}

/// Such forks, their nodes and edges drawn in any order.
fn workflows() -> impl Strategy<Value = Workflow> {
    let card = (any::<bool>(), any::<bool>());
    let lanes = prop::collection::vec(prop::collection::vec(card, 0..4), 1..5);
    let shuffled = |(nodes, edges): (Vec<Value>, Vec<Value>)| {
        (Just(nodes).prop_shuffle(), Just(edges).prop_shuffle())
    };
    let drawn = lanes.prop_map(|lanes| build_fork(&lanes)).prop_flat_map(shuffled);
    drawn.prop_map(|(nodes, edges)| workflow(&nodes, &edges))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn cards_lie_apart_and_edges_lead_to_the_right(
        workflow in workflows(),
        heights in prop::collection::vec(56.0..300.0, 1..9),
    ) {
        let cards: Vec<(NodeId, Rect)> = arrange_cards(&workflow, &heights).into_iter().collect();

        prop_assert_eq!(cards.len(), workflow.nodes.len());
        for (place, (id, card)) in cards.iter().enumerate() {
            for (other, rect) in &cards[place + 1..] {
                prop_assert!(!card.touches(*rect), "{} {:?} {} {:?}", id, card, other, rect);
            }
        }
        let cards: BTreeMap<NodeId, Rect> = cards.into_iter().collect();
        for edge in &workflow.edges {
            let (from, to) = (cards[&edge.source], cards[&edge.target]);
            prop_assert!(from.right() < to.origin.x, "{}: {:?} {:?}", edge.id, from, to);
        }
    }

    #[test]
    fn lanes_keep_their_order_and_their_bands_lie_apart_from_each_other_and_from_other_cards(
        workflow in workflows(),
        heights in prop::collection::vec(56.0..300.0, 1..9),
    ) {
        let cards = arrange_cards(&workflow, &heights);
        let lanes = lanes(&workflow);
        let bands = bands(&lanes, |id| cards.get(id).copied());

        let drawn: Vec<(&Lane, Rect)> =
            lanes.iter().zip(bands).filter_map(|(lane, band)| Some((lane, band?))).collect();
        prop_assert_eq!(drawn.len(), lanes.len());
        for (place, (lane, band)) in drawn.iter().enumerate() {
            for (other, below) in &drawn[place + 1..] {
                let (one, two) = (&lane.nodes, &other.nodes);
                let is_well = if lane.fork == other.fork {
                    band.bottom() < below.origin.y
                } else {
                    one.is_subset(two) || two.is_subset(one) || !band.touches(*below)
                };
                prop_assert!(is_well, "{:?} {:?} {:?} {:?}", lane, band, other, below);
            }
            for (id, card) in cards.iter().filter(|(id, _)| !lane.nodes.contains(*id)) {
                prop_assert!(!band.touches(*card), "{:?} {:?} {} {:?}", lane, band, id, card);
            }
        }
    }
}

#[test]
fn what_leaves_a_card_higher_stands_higher() {
    let branch = |id: &str| json!({ "id": id, "label": id, "when": "true" });
    let branches = json!({ "branches": [branch("first"), branch("second")] });
    let workflow = workflow(
        &[
            step("c"),
            step("b"),
            step("a"),
            node("join", "merge", json!({})),
            node("choose", "conditional", branches),
        ],
        &[
            edge("choose.else", "c"),
            edge("choose.second", "b"),
            edge("choose.first", "a"),
            edge("c", "join"),
            edge("b", "join"),
            edge("a", "join"),
        ],
    );

    let cards = arrange_cards(&workflow, &[96.0]);

    let [a, b, c] = ["a", "b", "c"].map(|id| cards[id].origin.y);
    assert!(a < b && b < c, "{a} {b} {c}");
}

#[test]
fn names_of_ports_that_face_each_other_fit_between_the_cards() {
    let workflow = workflow(
        &[
            step("shape"),
            node("copy", "generate_copy", json!({ "prompt": "A line" })),
            node("image", "generate_image", json!({ "prompt": "A poster" })),
            node("end", "end", json!({})),
        ],
        &[edge("shape", "copy"), edge("copy", "image"), edge("image", "end")],
    );

    let cards = arrange_cards(&workflow, &[96.0]);

    let gap = |from: &str, to: &str| cards[to].origin.x - cards[from].right();
    assert_eq!((gap("shape", "copy"), gap("image", "end")), (96.0, 96.0));
    // "Documents" and "Reference images", at 6 px a letter at least.
    assert!(gap("copy", "image") > 25.0 * 6.0, "{}", gap("copy", "image"));
}

#[test]
fn a_collapsed_frame_is_one_card_and_what_it_hides_stays() {
    let mut group = node("group", "frame", json!({ "collapsed": true }));
    group["size"] = json!({ "width": 860, "height": 400 });
    let workflow = workflow(
        &[
            group,
            within("group", 100, 150, step("a")),
            within("group", 460, 190, step("b")),
            step("before"),
            step("after"),
        ],
        &[edge("before", "a"), edge("a", "b"), edge("b", "after")],
    );

    let found = arrange_with_heights(&workflow, &[72.0]);

    assert_eq!(found.keys().map(NodeId::as_str).collect::<Vec<_>>(), ["after", "before", "group"]);
    let at = |id: &str| Point::from(found[id].0.position);
    // It is drawn at the corner of the frame that it would be.
    let drawn = at("group") + Point::new(100.0 - ROOM, 150.0 - ROOM - HEADER);
    assert_eq!(drawn, at("before") + Point::new(336.0, 0.0));
    assert_eq!(at("after"), drawn + Point::new(336.0, 0.0));
    assert_eq!(found["group"].0.size, None);
}

#[test]
fn lanes_in_a_loop_keep_their_order_in_its_frame() {
    let inner = |node: Value| within("each", 0, 0, node);
    let workflow = workflow(
        &[
            node("each", "for_each", json!({})),
            inner(step("b")),
            inner(step("a")),
            inner(node("join", "merge", json!({}))),
            inner(node("fork", "parallel", json!({}))),
        ],
        &[
            edge("each.item", "fork"),
            edge("fork.lane_2", "b"),
            edge("fork.lane_1", "a"),
            edge("b", "join"),
            edge("a", "join"),
            edge("join", "each"),
        ],
    );

    let found = arrange_with_heights(&workflow, &[96.0]);

    let at = |id: &str| found[id].0.position;
    // A band of 24 px below the one card, one of 48 px above the other.
    assert!(at("a").y + 96.0 + 24.0 < at("b").y - 48.0);
    let inside = ["a", "b", "fork", "join"].map(at);
    let corner = inside.iter().map(|at| (at.x, at.y)).reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)));
    assert_eq!(corner, Some((ROOM, HEADER + ROOM)));
    let frame = found["each"].0.size.unwrap();
    assert!(inside.iter().all(|at| at.x + 240.0 < frame.width && at.y + 96.0 < frame.height));
}

#[test]
fn lanes_that_cannot_be_placed_as_one_still_lead_to_the_right() {
    let workflow = workflow(
        &[
            node("fork", "parallel", json!({})),
            step("a"),
            node("join", "merge", json!({})),
            step("b"),
        ],
        &[edge("fork.lane_1", "a"), edge("a", "join"), edge("join", "b"), edge("fork.lane_2", "b")],
    );

    let cards = arrange_cards(&workflow, &[96.0]);

    let lefts = ["fork", "a", "join", "b"].map(|id| cards[id].origin.x);
    assert!(lefts.is_sorted_by(|a, b| a < b), "{lefts:?}");
}

#[test]
fn nodes_of_one_id_in_each_other_have_an_end() {
    let workflow =
        workflow(&[step("a"), within("a", 0, 0, step("b")), within("b", 0, 0, step("a"))], &[]);

    assert_eq!(arrange_with_heights(&workflow, &[96.0]).len(), 2);
}
