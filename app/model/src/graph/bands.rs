//! Which nodes stand in the lanes of a fork, up to where the lanes come together.

use std::{collections::BTreeSet, iter::once};

use super::enclosing;
use crate::{
    id::{EdgeId, NodeId},
    nodes::{NodeConfig, NodeKind},
    workflow::{Edge, Node, Workflow},
};

/// One lane of a fork as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// The id of the fork it begins at.
    pub fork: NodeId,
    /// The port by which it leaves the fork.
    pub port: String,
    /// The name that people see.
    pub label: String,
    /// What stands in it and in no other lane of the fork.
    pub nodes: BTreeSet<NodeId>,
    pub edges: BTreeSet<EdgeId>,
}

/// The lanes of all forks that have something in them.
pub fn lanes(workflow: &Workflow) -> Vec<Lane> {
    let mut found = vec![];
    for node in &workflow.nodes {
        let NodeConfig::Parallel(config) = &node.data.config else { continue };
        let all: Vec<BTreeSet<NodeId>> =
            config.lanes.iter().map(|lane| lane_nodes(workflow, node, &lane.id)).collect();
        for (place, lane) in config.lanes.iter().enumerate() {
            let others = all.iter().enumerate().filter(|(other, _)| *other != place);
            let shared: BTreeSet<&NodeId> = others.flat_map(|(_, nodes)| nodes).collect();
            let own = all[place].iter().filter(|id| !shared.contains(id));
            let nodes: BTreeSet<NodeId> = own.cloned().collect();
            let ties = |edge: &&Edge| {
                nodes.contains(&edge.source)
                    || edge.source == node.id && edge.source_handle.as_deref() == Some(&lane.id)
            };
            let edges = workflow.edges.iter().filter(ties).map(|edge| edge.id.clone()).collect();
            let (fork, port, label) = (node.id.clone(), lane.id.clone(), lane.label.clone());
            if !nodes.is_empty() {
                found.push(Lane { fork, port, label, nodes, edges });
            }
        }
    }
    found
}

/// The nodes that edges lead to from a lane's port, without merges and ends, and without the fork
/// and the nodes around it.
fn lane_nodes(workflow: &Workflow, fork: &Node, lane: &str) -> BTreeSet<NodeId> {
    let around: BTreeSet<&NodeId> =
        once(fork).chain(enclosing(workflow, fork)).map(|node| &node.id).collect();
    let leaves =
        |edge: &&Edge| edge.source == fork.id && edge.source_handle.as_deref() == Some(lane);
    let mut open: Vec<&NodeId> =
        workflow.edges.iter().filter(leaves).map(|edge| &edge.target).collect();
    let mut found = BTreeSet::new();
    let ends = [NodeKind::Merge, NodeKind::End];
    while let Some(id) = open.pop() {
        let stays = workflow.node(id).is_some_and(|node| !ends.contains(&node.kind()));
        if stays && !around.contains(id) && found.insert(id.clone()) {
            let leaving = workflow.edges.iter().filter(|edge| edge.source == *id);
            open.extend(leaving.map(|edge| &edge.target));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_lane_holds_what_only_it_leads_to_before_the_lanes_come_together() {
        let node = |id: &str, kind: &str| serde_json::json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": {} });
        let edge = |id: &str, from: &str, port: &str, to: &str| serde_json::json!({ "id": id, "source": from, "sourceHandle": port, "target": to });
        let workflow: Workflow = serde_json::from_value(serde_json::json!({
            "nodes": [
                node("fork", "parallel"), node("a", "transform"), node("b", "transform"),
                node("c", "transform"), node("both", "transform"), node("join", "merge"),
                node("after", "transform"),
            ],
            "edges": [
                edge("e0", "fork", "lane_1", "a"), edge("e1", "a", "output", "b"),
                edge("e2", "b", "output", "join"), edge("e3", "fork", "lane_2", "c"),
                edge("e4", "c", "output", "join"), edge("e5", "c", "output", "both"),
                edge("e6", "b", "output", "both"), edge("e7", "join", "output", "after"),
            ],
        }))
        .unwrap();

        let found = lanes(&workflow);

        let names = |lane: &Lane| lane.nodes.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(found.iter().map(names).collect::<Vec<_>>(), [vec!["a", "b"], vec!["c"]]);
        assert_eq!(found[0].port, "lane_1");
        assert_eq!(found[1].edges, ["e3".into(), "e4".into(), "e5".into()].into());
    }

    #[test]
    fn a_lane_in_a_loop_ends_where_the_iteration_does() {
        let node = |id: &str, kind: &str, parent: Option<&str>| serde_json::json!({ "id": id, "type": kind, "parentId": parent, "position": { "x": 0, "y": 0 }, "data": {} });
        let edge = |id: &str, from: &str, port: &str, to: &str| serde_json::json!({ "id": id, "source": from, "sourceHandle": port, "target": to });
        let workflow: Workflow = serde_json::from_value(serde_json::json!({
            "nodes": [
                node("each", "for_each", None), node("fork", "parallel", Some("each")),
                node("a", "transform", Some("each")), node("after", "transform", None),
            ],
            "edges": [
                edge("e0", "each", "item", "fork"), edge("e1", "fork", "lane_1", "a"),
                edge("e2", "a", "output", "each"), edge("e3", "each", "output", "after"),
            ],
        }))
        .unwrap();

        let found = lanes(&workflow);

        assert_eq!(found.len(), 1);
        assert_eq!(found[0].nodes, ["a".into()].into());
    }
}
