//! The selection on the canvas.

use std::collections::BTreeSet;

use model::{
    canvas::{hit::Hit, tool::Choose},
    id::{EdgeId, NodeId},
    workflow::Workflow,
};

/// The selected nodes and edges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CanvasSelection {
    /// The selected nodes; the card of a collapsed lane stands here as all nodes of the lane.
    pub nodes: BTreeSet<NodeId>,
    /// The selected edges, also those that were selected with both of their nodes.
    pub edges: BTreeSet<EdgeId>,
}

impl CanvasSelection {
    /// Selects one node and none of its edges.
    pub fn from_node(id: NodeId) -> Self {
        Self { nodes: [id].into(), ..Self::default() }
    }

    /// Selects these nodes, and the edges with both ends among them.
    pub fn from_nodes(ids: impl IntoIterator<Item = NodeId>, workflow: &Workflow) -> Self {
        let nodes: BTreeSet<NodeId> = ids.into_iter().collect();
        let inner = workflow
            .edges
            .iter()
            .filter(|edge| nodes.contains(&edge.source) && nodes.contains(&edge.target));
        Self { edges: inner.map(|edge| edge.id.clone()).collect(), nodes }
    }

    /// Whether neither a node nor an edge is selected.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.edges.is_empty()
    }

    /// The one selected node; nothing when more or something else is selected.
    pub fn single(&self) -> Option<&NodeId> {
        (self.nodes.len() == 1).then(|| self.nodes.first()).flatten()
    }

    /// The selection after a click; a click on anything but a card or an edge selects nothing, or
    /// with `Add` and `Toggle` changes nothing.
    #[must_use]
    pub fn apply_click(self, hit: &Hit, how: Choose) -> Self {
        let mut next = if how == Choose::Only { Self::default() } else { self };
        match hit {
            Hit::Card(id) => select(&mut next.nodes, id, how),
            Hit::Edge(id) => select(&mut next.edges, id, how),
            Hit::Nothing | Hit::Port(_) | Hit::End(..) | Hit::Corner(_) => {}
        }
        next
    }

    /// Combines two selections: the other alone, the union, or the union without what is in both.
    #[must_use]
    pub fn combine(self, other: Self, how: Choose) -> Self {
        match how {
            Choose::Only => other,
            Choose::Add => Self {
                nodes: self.nodes.union(&other.nodes).cloned().collect(),
                edges: self.edges.union(&other.edges).cloned().collect(),
            },
            Choose::Toggle => Self {
                nodes: self.nodes.symmetric_difference(&other.nodes).cloned().collect(),
                edges: self.edges.symmetric_difference(&other.edges).cloned().collect(),
            },
        }
    }

    /// Drops what the workflow no longer has.
    #[must_use]
    pub fn within(self, workflow: &Workflow) -> Self {
        let nodes = self.nodes.into_iter().filter(|id| workflow.node(id).is_some());
        let edges = self.edges.into_iter().filter(|id| workflow.edge(id).is_some());
        Self { nodes: nodes.collect(), edges: edges.collect() }
    }
}

fn select<T: Ord + Clone>(set: &mut BTreeSet<T>, id: &T, how: Choose) {
    if how == Choose::Toggle && set.remove(id) {
        return;
    }
    set.insert(id.clone());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shift_adds_and_the_command_key_takes_away_again() {
        let card = |id: &str| Hit::Card(id.into());

        let both = CanvasSelection::from_node("a".into()).apply_click(&card("b"), Choose::Add);
        let one = both.clone().apply_click(&card("b"), Choose::Toggle);

        assert_eq!(both.nodes.len(), 2);
        assert_eq!(one.single(), Some(&"a".into()));
        let only = both.apply_click(&card("c"), Choose::Only);
        assert_eq!(only, CanvasSelection::from_node("c".into()));
    }
}
