//! Ids and names that are not in use yet.

use std::collections::BTreeSet;

use crate::{
    id::{EdgeId, NodeId},
    workflow::Workflow,
};

/// The names in use; each one handed out is in use from then on.
#[derive(Debug, Default)]
pub(super) struct Fresh(BTreeSet<String>);

impl Fresh {
    pub(super) fn nodes(workflow: &Workflow) -> Self {
        Self(workflow.nodes.iter().map(|node| node.id.0.clone()).collect())
    }

    pub(super) fn edges(workflow: &Workflow) -> Self {
        Self(workflow.edges.iter().map(|edge| edge.id.0.clone()).collect())
    }

    pub(super) fn names(workflow: &Workflow) -> Self {
        Self(workflow.names().into_keys().collect())
    }

    pub(super) fn taking(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.0.extend(names);
        self
    }

    /// The wanted name, or its stem with the first number that is free: `copy`, `copy_2` …
    pub(super) fn name(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let stem = stem(wanted);
        let mut number = 2_usize;
        while !self.0.insert(name.clone()) {
            name = format!("{stem}_{number}");
            number += 1;
        }
        name
    }

    pub(super) fn node(&mut self, wanted: &str) -> NodeId {
        NodeId(self.name(wanted))
    }

    /// An id for an edge between two nodes: `copy_review`.
    pub(super) fn edge(&mut self, source: &NodeId, target: &NodeId) -> EdgeId {
        EdgeId(self.name(&format!("{source}_{target}")))
    }
}

/// The name without the number at its end.
fn stem(name: &str) -> &str {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match stem.strip_suffix('_') {
        Some(stem) if !stem.is_empty() && stem.len() + 1 < name.len() => stem,
        _ => name,
    }
}
