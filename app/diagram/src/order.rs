//! The order in which nodes are read and focused.

use std::collections::BTreeMap;

use model::canvas::{geometry::Point, order};

use super::view::{DiagramEdge, DiagramNode};

/// The nodes' ids so that every node comes after its predecessors, and right after a loop or frame
/// all that is drawn in it; among equals from left to right, then from top to bottom.
pub fn reading_order(nodes: &[DiagramNode], edges: &[DiagramEdge]) -> Vec<String> {
    let corners: Vec<Point> = nodes.iter().map(|node| Point::new(node.x, node.y)).collect();
    let places: BTreeMap<&str, usize> =
        nodes.iter().enumerate().map(|(place, node)| (node.id.as_str(), place)).collect();
    let ends = |edge: &DiagramEdge| {
        Some((*places.get(edge.source.as_str())?, *places.get(edge.target.as_str())?))
    };
    let links: Vec<(usize, usize)> = edges.iter().filter_map(ends).collect();
    let around = |node: &DiagramNode| places.get(node.frame.as_deref()?).copied();
    let around: Vec<Option<usize>> = nodes.iter().map(around).collect();
    let order = order::reading_order(&corners, &links, &around);
    order.into_iter().map(|place| nodes[place].id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predecessors_come_first_and_edges_to_nowhere_count_for_nothing() {
        let node =
            |id: &str, x: f64| DiagramNode { id: id.to_owned(), x, ..DiagramNode::default() };
        let edge = |source: &str, target: &str| DiagramEdge {
            source: source.to_owned(),
            target: target.to_owned(),
            ..DiagramEdge::default()
        };
        let nodes = [node("late", 0.0), node("early", 900.0)];

        let order = reading_order(&nodes, &[edge("early", "late"), edge("gone", "early")]);

        assert_eq!(order, ["early", "late"]);
    }

    #[test]
    fn what_is_drawn_in_a_frame_follows_it() {
        let node =
            |id: &str, x: f64| DiagramNode { id: id.to_owned(), x, ..DiagramNode::default() };
        let inner = DiagramNode { frame: Some("group".to_owned()), ..node("a", 0.0) };
        let nodes = [inner, node("b", 10.0), node("group", 20.0)];

        assert_eq!(reading_order(&nodes, &[]), ["b", "group", "a"]);
    }
}
