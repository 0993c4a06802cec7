//! The topological order of a workflow.

use std::{cmp::Reverse, collections::BinaryHeap};

use petgraph::{Direction, graph::NodeIndex};

use super::{Graph, cycle::Cycle};
use crate::id::NodeId;

impl Graph<'_> {
    /// All steps, each after everything it depends on; among equals as they stand in the workflow.
    ///
    /// # Errors
    /// A cycle, with its nodes.
    pub fn order(&self) -> Result<Vec<NodeId>, Cycle> {
        let mut waits: Vec<usize> =
            self.inner.node_indices().map(|node| self.predecessors(node).count()).collect();
        let free = self.inner.node_indices().filter(|node| waits[node.index()] == 0);
        let mut ready: BinaryHeap<Reverse<NodeIndex>> = free.map(Reverse).collect();
        let mut order = Vec::with_capacity(waits.len());
        while let Some(Reverse(node)) = ready.pop() {
            order.push(self.inner[node].id.clone());
            for next in self.inner.neighbors_directed(node, Direction::Outgoing) {
                waits[next.index()] -= 1;
                if waits[next.index()] == 0 {
                    ready.push(Reverse(next));
                }
            }
        }
        if order.len() == waits.len() { Ok(order) } else { Err(self.cycle(&waits)) }
    }

    fn predecessors(&self, node: NodeIndex) -> impl Iterator<Item = NodeIndex> {
        self.inner.neighbors_directed(node, Direction::Incoming)
    }

    /// Each node that still waits has a predecessor that waits too, so walking back ends in a
    /// cycle.
    fn cycle(&self, waits: &[usize]) -> Cycle {
        let waiting = |node: &NodeIndex| waits[node.index()] > 0;
        let mut walked: Vec<NodeIndex> = vec![];
        let mut next = self.inner.node_indices().find(waiting);
        while let Some(node) = next {
            if let Some(start) = walked.iter().position(|seen| *seen == node) {
                walked.drain(..start);
                break;
            }
            walked.push(node);
            next = self.predecessors(node).find(waiting);
        }
        walked.reverse();
        let first = walked.iter().enumerate().min_by_key(|(_, node)| **node);
        let first = first.map_or(0, |(place, _)| place);
        walked.rotate_left(first);
        let node = |place: &NodeIndex| self.inner[*place];
        Cycle {
            nodes: walked.iter().map(|place| node(place).id.clone()).collect(),
            names: walked.iter().map(|place| node(place).title().to_owned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        graph::order,
        id::NodeId,
        nodes::NodeKind,
        workflow::{Edge, Node, Workflow},
    };

    fn workflow(nodes: &[&str], edges: &[(&str, &str)]) -> Workflow {
        let node = |id: &&str| Node::new((*id).into(), "", NodeKind::Merge.default_config());
        let edge = |(source, target): &(&str, &str)| Edge {
            id: format!("{source}_{target}").as_str().into(),
            source: (*source).into(),
            source_handle: None,
            target: (*target).into(),
            target_handle: None,
            label: None,
        };
        Workflow {
            nodes: nodes.iter().map(node).collect(),
            edges: edges.iter().map(edge).collect(),
            ..Workflow::default()
        }
    }

    #[test]
    fn equals_keep_the_order_of_the_workflow() {
        let workflow =
            workflow(&["e", "b", "a", "s"], &[("s", "b"), ("s", "a"), ("a", "e"), ("b", "e")]);

        let found = order(&workflow).map(|ids| ids.into_iter().map(|id| id.0).collect::<Vec<_>>());

        assert_eq!(found, Ok(["s", "b", "a", "e"].map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_cycle_is_told_with_its_nodes_only() {
        let edges = [("s", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("c", "e")];
        let found = order(&workflow(&["s", "a", "b", "c", "e"], &edges));

        let cycle = found.err();
        assert_eq!(cycle.as_ref().map(ToString::to_string), Some("a → b → c → a".to_owned()));
        assert_eq!(cycle.map(|cycle| cycle.nodes), Some(["a", "b", "c"].map(NodeId::from).into()));
    }

    #[test]
    fn a_node_that_waits_for_itself_is_a_cycle() {
        let found = order(&workflow(&["s", "a"], &[("s", "a"), ("a", "a")]));

        assert_eq!(found.err().map(|cycle| cycle.to_string()), Some("a → a".to_owned()));
    }
}
