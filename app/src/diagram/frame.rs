//! Loops as frames: what is repeated lies in the frame of its loop.

use std::collections::BTreeMap;

use model::canvas::geometry::{Point, Rect, Size};

use super::view::{DiagramEdge, DiagramNode};

/// The loop's own line at the top of its frame.
const HEADER: f64 = 56.0;
/// Free room around what lies in a frame; below it also for what cards grow by while they run.
const ROOM: f64 = 48.0;
const ROOM_BELOW: f64 = 92.0;
/// Frames in frames deeper than this are drawn as cards.
const DEEPEST: usize = 16;

/// The frame of every loop that has something in it; `card` says where a node alone is.
pub(super) fn frames(
    nodes: &[DiagramNode],
    card: impl Fn(&DiagramNode) -> Rect,
) -> BTreeMap<String, Rect> {
    let mut inner = BTreeMap::<&str, Vec<&DiagramNode>>::new();
    for node in nodes {
        if let Some(owner) = &node.inside {
            inner.entry(owner).or_default().push(node);
        }
    }
    let owners = nodes.iter().filter(|node| inner.contains_key(node.id.as_str()));
    owners.map(|node| (node.id.clone(), around(node, &inner, &card, DEEPEST))).collect()
}

fn around(
    node: &DiagramNode,
    inner: &BTreeMap<&str, Vec<&DiagramNode>>,
    card: &impl Fn(&DiagramNode) -> Rect,
    levels: usize,
) -> Rect {
    let own = card(node);
    let Some(nodes) = inner.get(node.id.as_str()).filter(|_| levels > 0) else { return own };
    let held = nodes.iter().map(|node| around(node, inner, card, levels - 1));
    let Some(held) = Rect::around(held) else { return own };
    let origin = held.origin - Point::new(ROOM, ROOM + HEADER);
    let size =
        Size::new(held.size.width + 2.0 * ROOM, held.size.height + HEADER + ROOM + ROOM_BELOW);
    Rect { origin, size }
}

/// The edges along which it goes on: those that give a round's result back to its loop lead
/// backwards.
pub(super) fn forward(nodes: &[DiagramNode], edges: &[DiagramEdge]) -> Vec<DiagramEdge> {
    let owners: BTreeMap<&str, &str> =
        nodes.iter().filter_map(|node| Some((node.id.as_str(), node.inside.as_deref()?))).collect();
    let back =
        |edge: &&DiagramEdge| owners.get(edge.source.as_str()) == Some(&edge.target.as_str());
    edges.iter().filter(|edge| !back(edge)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str, inside: Option<&str>, x: f64) -> DiagramNode {
        let inside = inside.map(str::to_owned);
        DiagramNode { id: id.to_owned(), x, inside, ..DiagramNode::default() }
    }

    fn card(node: &DiagramNode) -> Rect {
        Rect::new(node.x, 0.0, 240.0, 60.0)
    }

    #[test]
    fn a_frame_holds_what_lies_in_it_and_frames_hold_frames() {
        let nodes = [
            node("outer", None, 0.0),
            node("inner", Some("outer"), 0.0),
            node("a", Some("inner"), 0.0),
            node("b", Some("outer"), 400.0),
            node("alone", None, 900.0),
        ];

        let frames = frames(&nodes, card);

        assert_eq!(frames.keys().collect::<Vec<_>>(), ["inner", "outer"]);
        let (inner, outer) = (frames["inner"], frames["outer"]);
        assert_eq!(inner.union(card(&nodes[2])), inner);
        assert_eq!(outer.union(inner).union(card(&nodes[3])), outer);
    }

    #[test]
    fn loops_that_contain_each_other_are_still_drawn() {
        let nodes = [node("a", Some("b"), 0.0), node("b", Some("a"), 0.0)];

        assert_eq!(frames(&nodes, card).len(), 2);
    }

    #[test]
    fn a_result_leads_back() {
        let nodes = [node("each", None, 0.0), node("a", Some("each"), 0.0)];
        let edge = |source: &str, target: &str| DiagramEdge {
            source: source.to_owned(),
            target: target.to_owned(),
            ..DiagramEdge::default()
        };

        let forward = forward(&nodes, &[edge("each", "a"), edge("a", "each")]);

        assert_eq!(forward, [edge("each", "a")]);
    }
}
