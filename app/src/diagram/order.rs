//! The order in which nodes are read and focused.

use std::collections::{BTreeMap, BTreeSet};

use super::view::{DiagramEdge, DiagramNode};

/// The nodes' ids so that every node comes after its predecessors; among equals from left to
/// right, then from top to bottom. Nodes on a cycle come last, in the same order.
pub(super) fn reading_order(nodes: &[DiagramNode], edges: &[DiagramEdge]) -> Vec<String> {
    let mut left_to_right: Vec<&DiagramNode> = nodes.iter().collect();
    left_to_right.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let rank: BTreeMap<&str, usize> =
        left_to_right.iter().enumerate().map(|(rank, node)| (node.id.as_str(), rank)).collect();
    let inner: BTreeSet<(usize, usize)> = edges
        .iter()
        .filter_map(|e| rank.get(e.source.as_str()).zip(rank.get(e.target.as_str())))
        .filter(|(source, target)| source != target)
        .map(|(source, target)| (*source, *target))
        .collect();

    let mut waits = vec![0_usize; left_to_right.len()];
    for (_, target) in &inner {
        waits[*target] += 1;
    }
    let mut free: BTreeSet<usize> = (0..waits.len()).filter(|node| waits[*node] == 0).collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(node) = free.pop_first() {
        order.push(node);
        for (_, target) in inner.range((node, 0)..(node + 1, 0)) {
            waits[*target] -= 1;
            if waits[*target] == 0 {
                free.insert(*target);
            }
        }
    }
    let cyclic = (0..waits.len()).filter(|node| waits[*node] > 0);
    order.iter().copied().chain(cyclic).map(|rank| left_to_right[rank].id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str, x: f64, y: f64) -> DiagramNode {
        DiagramNode { id: id.to_owned(), x, y, ..DiagramNode::default() }
    }

    fn edge(source: &str, target: &str) -> DiagramEdge {
        DiagramEdge {
            source: source.to_owned(),
            target: target.to_owned(),
            ..DiagramEdge::default()
        }
    }

    #[test]
    fn predecessors_come_first_even_when_drawn_to_the_right() {
        let nodes = [node("late", 0.0, 0.0), node("early", 900.0, 0.0)];

        assert_eq!(reading_order(&nodes, &[edge("early", "late")]), ["early", "late"]);
    }

    #[test]
    fn equals_are_read_from_the_top() {
        let nodes = [node("low", 10.0, 200.0), node("high", 10.0, 0.0), node("first", 0.0, 0.0)];
        let edges = [edge("first", "low"), edge("first", "high"), edge("gone", "low")];

        assert_eq!(reading_order(&nodes, &edges), ["first", "high", "low"]);
    }

    #[test]
    fn a_cycle_loses_no_node() {
        let nodes = [node("a", 0.0, 0.0), node("b", 1.0, 0.0), node("c", 2.0, 0.0)];
        let edges = [edge("a", "b"), edge("b", "a"), edge("c", "c")];

        assert_eq!(reading_order(&nodes, &edges), ["c", "a", "b"]);
    }
}
