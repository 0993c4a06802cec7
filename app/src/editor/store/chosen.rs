//! What is selected.

use std::collections::BTreeSet;

use model::{
    canvas::{hit::Hit, tool::Choose},
    id::{EdgeId, NodeId},
    workflow::Workflow,
};

/// The selected nodes and edges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Nodes.
    pub nodes: BTreeSet<NodeId>,
    /// Edges.
    pub edges: BTreeSet<EdgeId>,
}

impl Chosen {
    /// One node.
    pub fn node(id: NodeId) -> Self {
        Self { nodes: [id].into(), ..Self::default() }
    }

    /// These nodes, and the edges with both ends among them.
    pub fn nodes(ids: impl IntoIterator<Item = NodeId>, workflow: &Workflow) -> Self {
        let nodes: BTreeSet<NodeId> = ids.into_iter().collect();
        let inner = workflow
            .edges
            .iter()
            .filter(|edge| nodes.contains(&edge.source) && nodes.contains(&edge.target));
        Self { edges: inner.map(|edge| edge.id.clone()).collect(), nodes }
    }

    /// Nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.edges.is_empty()
    }

    /// The one selected node; nothing when more or something else is selected.
    pub fn single(&self) -> Option<&NodeId> {
        (self.nodes.len() == 1).then(|| self.nodes.first()).flatten()
    }

    /// The selection after something was clicked.
    #[must_use]
    pub fn with(self, hit: &Hit, how: Choose) -> Self {
        let mut next = if how == Choose::Only { Self::default() } else { self };
        match hit {
            Hit::Card(id) => choose(&mut next.nodes, id, how),
            Hit::Edge(id) => choose(&mut next.edges, id, how),
            Hit::Nothing | Hit::Port(_) | Hit::End(..) | Hit::Corner(_) => {}
        }
        next
    }

    /// Both together, or without what is in both.
    #[must_use]
    pub fn joined(self, other: Self, how: Choose) -> Self {
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

    /// Only what is still there.
    #[must_use]
    pub fn within(self, workflow: &Workflow) -> Self {
        let nodes = self.nodes.into_iter().filter(|id| workflow.node(id).is_some());
        let edges = self.edges.into_iter().filter(|id| workflow.edge(id).is_some());
        Self { nodes: nodes.collect(), edges: edges.collect() }
    }
}

fn choose<T: Ord + Clone>(set: &mut BTreeSet<T>, id: &T, how: Choose) {
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

        let both = Chosen::node("a".into()).with(&card("b"), Choose::Add);
        let one = both.clone().with(&card("b"), Choose::Toggle);

        assert_eq!(both.nodes.len(), 2);
        assert_eq!(one.single(), Some(&"a".into()));
        assert_eq!(both.with(&card("c"), Choose::Only), Chosen::node("c".into()));
    }
}
