//! Loops and groups as frames: what lies in them is drawn in their frame.

use std::collections::BTreeMap;

use model::canvas::{
    frame::{empty_frame, enclosing_frame},
    geometry::Rect,
};

use super::view::{DiagramEdge, DiagramNode};

/// Frames in frames deeper than this are drawn as cards.
const DEEPEST: usize = 16;

/// The frame of every loop and group that has something in it, or is shown as empty; `card` says where a node alone is.
/// A collapsed one is a card at the corner of the frame it would be, that of a lane at the corner
/// of what stands in it.
pub(super) fn frames(
    nodes: &[&DiagramNode],
    card: impl Fn(&DiagramNode) -> Rect,
) -> BTreeMap<String, Rect> {
    let mut inner = BTreeMap::<&str, Vec<&DiagramNode>>::new();
    for node in nodes {
        if let Some(owner) = &node.frame {
            inner.entry(owner).or_default().push(node);
        }
    }
    let owners =
        nodes.iter().filter(|node| node.empty_loop || inner.contains_key(node.id.as_str()));
    owners.map(|node| (node.id.clone(), place(node, &inner, &card, DEEPEST))).collect()
}

fn place(
    node: &DiagramNode,
    inner: &BTreeMap<&str, Vec<&DiagramNode>>,
    card: &impl Fn(&DiagramNode) -> Rect,
    levels: usize,
) -> Rect {
    let own = card(node);
    if node.empty_loop {
        return empty_frame(own.origin);
    }
    let Some(nodes) = inner.get(node.id.as_str()).filter(|_| levels > 0) else { return own };
    let held = Rect::bounding_box(nodes.iter().map(|node| place(node, inner, card, levels - 1)));
    let Some(held) = held else { return own };
    match (node.collapsed, node.lane) {
        (false, _) => enclosing_frame(held),
        (true, false) => Rect { origin: enclosing_frame(held).origin, ..own },
        (true, true) => Rect { origin: held.origin, ..own },
    }
}

/// The outermost collapsed frame that is shown in the place of each node that lies in one.
pub(super) fn hidden(nodes: &[&DiagramNode]) -> BTreeMap<String, String> {
    if nodes.iter().all(|node| !node.collapsed) {
        return BTreeMap::new();
    }
    let by_id: BTreeMap<&str, &DiagramNode> =
        nodes.iter().map(|node| (node.id.as_str(), *node)).collect();
    let shown = |node: &&DiagramNode| {
        let (mut at, mut found) = (*node, None);
        // As deep as there are nodes, so that frames that contain each other end the walk.
        for _ in 0..nodes.len() {
            let Some(around) = at.frame.as_deref().and_then(|id| by_id.get(id)) else { break };
            at = around;
            found = if at.collapsed { Some(at.id.clone()) } else { found };
        }
        Some((node.id.clone(), found?))
    };
    nodes.iter().filter_map(shown).collect()
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
    use model::canvas::geometry::Point;

    use super::*;

    fn node(id: &str, inside: Option<&str>, x: f64) -> DiagramNode {
        let (inside, frame) = (inside.map(str::to_owned), inside.map(str::to_owned));
        DiagramNode { id: id.to_owned(), x, inside, frame, ..DiagramNode::default() }
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

        let frames = frames(&nodes.iter().collect::<Vec<_>>(), card);

        assert_eq!(frames.keys().collect::<Vec<_>>(), ["inner", "outer"]);
        let (inner, outer) = (frames["inner"], frames["outer"]);
        assert_eq!(inner.union(card(&nodes[2])), inner);
        assert_eq!(outer.union(inner).union(card(&nodes[3])), outer);
    }

    #[test]
    fn an_empty_loop_is_a_frame_where_it_is_shown_as_one() {
        let empty = DiagramNode { empty_loop: true, ..node("each", None, 100.0) };
        let nodes = [empty, node("alone", None, 900.0)];

        let frames = frames(&nodes.iter().collect::<Vec<_>>(), card);

        assert_eq!(frames.keys().collect::<Vec<_>>(), ["each"]);
        assert_eq!(frames["each"].origin, Point::new(100.0, 0.0));
    }

    #[test]
    fn loops_that_contain_each_other_are_still_drawn() {
        let nodes = [node("a", Some("b"), 0.0), node("b", Some("a"), 0.0)];

        assert_eq!(frames(&nodes.iter().collect::<Vec<_>>(), card).len(), 2);
        assert!(hidden(&nodes.iter().collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn a_collapsed_frame_is_a_card_at_its_corner_and_hides_what_lies_in_it() {
        let group = |id: &str, inside| DiagramNode { collapsed: true, ..node(id, inside, 900.0) };
        let nodes = [
            group("f", None),
            group("g", Some("f")),
            node("a", Some("g"), 0.0),
            node("b", None, 0.0),
        ];
        let nodes: Vec<&DiagramNode> = nodes.iter().collect();

        let place = frames(&nodes, card)["f"];

        assert_eq!((place.origin.x, place.size.width), (-96.0, 240.0));
        let lane = DiagramNode { lane: true, ..group("l", None) };
        let held = [lane, node("c", Some("l"), 300.0), node("d", Some("l"), 700.0)];
        assert_eq!(frames(&held.iter().collect::<Vec<_>>(), card)["l"].origin.x, 300.0);
        let shown = hidden(&nodes);
        assert_eq!(shown.get("a").map(String::as_str), Some("f"));
        assert_eq!(shown.len(), 2);
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
