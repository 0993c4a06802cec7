//! Collapses frames, loops and lanes into one card, and expands them again.

use std::collections::{BTreeMap, BTreeSet};

use super::{Edit, Selection, title};
use crate::{
    canvas::frame::with_lane_cards,
    edit::{Command, Refused},
    graph::{Lane, enclosing, lanes},
    id::NodeId,
    nodes::NodeConfig,
    workflow::{Node, NodeData, Workflow},
};

/// Something that can be collapsed into one card.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    /// A frame or a loop.
    Node(NodeId),
    /// A lane: its fork, and the port by which it leaves the fork.
    Lane(NodeId, String),
}

/// Collapses frames, loops and the lanes of forks, or expands them again; for other nodes, what
/// they lie or stand in.
///
/// # Errors
/// When there is nothing that holds anything.
pub fn collapse(workflow: &Workflow, ids: &BTreeSet<NodeId>) -> Result<Edit, Refused> {
    let lanes = lanes(workflow);
    let mut turned: BTreeMap<Holder, bool> =
        ids.iter().flat_map(|id| own(workflow, &lanes, id)).collect();
    if turned.is_empty() {
        let around = ids.iter().filter_map(|id| innermost(workflow, &lanes, id));
        turned = around.map(|holder| turn(workflow, holder)).collect();
    }
    if turned.is_empty() {
        let words = "You can only collapse frames, loops and lanes.";
        return Err(Refused::NoFit(words.to_owned()));
    }
    edit(workflow, &turned, Selection::from_nodes(ids.iter().cloned()))
}

/// Collapses one lane of a fork, or expands it again.
///
/// # Errors
/// When there is no such lane.
pub fn collapse_lane(workflow: &Workflow, fork: &NodeId, port: &str) -> Result<Edit, Refused> {
    let lane = turn(workflow, Holder::Lane(fork.clone(), port.to_owned()));
    edit(workflow, &[lane].into(), Selection::default())
}

/// Expands everything in which a node is hidden.
///
/// # Errors
/// When it is hidden in nothing.
pub fn uncover(workflow: &Workflow, id: &NodeId) -> Result<Edit, Refused> {
    let (shown, cards) = with_lane_cards(workflow);
    let node = shown.node(id).ok_or_else(|| Refused::NoNode(id.clone()))?;
    let closed = enclosing(&*shown, node).filter(|at| at.data.config.is_collapsed());
    let holder = |at: &Node| match cards.iter().find(|card| card.id == at.id) {
        Some(card) => Holder::Lane(card.fork.clone(), card.port.clone()),
        None => Holder::Node(at.id.clone()),
    };
    let open = closed.map(|at| (holder(at), false)).collect();
    edit(workflow, &open, Selection::from_nodes([id.clone()]))
}

/// What a node holds itself, and whether it is collapsed from now on: all lanes are collapsed
/// before all of them are expanded.
fn own(workflow: &Workflow, lanes: &[Lane], id: &NodeId) -> Vec<(Holder, bool)> {
    if workflow.node(id).is_some_and(|node| node.kind().holds_nodes()) {
        return vec![turn(workflow, Holder::Node(id.clone()))];
    }
    let own = lanes.iter().filter(|lane| lane.fork == *id);
    let own: Vec<Holder> = own.map(holder_of).collect();
    let closes = own.iter().any(|lane| !is_collapsed(workflow, lane));
    own.into_iter().map(|lane| (lane, closes)).collect()
}

/// The frame or loop that a node lies in, or the lane it stands in, where that lies in the other.
fn innermost(workflow: &Workflow, lanes: &[Lane], id: &NodeId) -> Option<Holder> {
    let parent = enclosing(workflow, workflow.node(id)?).find(|at| at.kind().holds_nodes());
    let around = lanes.iter().filter(|lane| lane.nodes.contains(id));
    let lane = around.min_by_key(|lane| lane.nodes.len());
    let lies_in = |lane: &&Lane| {
        let fork = workflow.node(&lane.fork);
        parent.is_none_or(|parent| {
            fork.is_some_and(|fork| enclosing(workflow, fork).any(|at| at.id == parent.id))
        })
    };
    let lane = lane.filter(lies_in).map(holder_of);
    lane.or_else(|| parent.map(|parent| Holder::Node(parent.id.clone())))
}

fn holder_of(lane: &Lane) -> Holder {
    Holder::Lane(lane.fork.clone(), lane.port.clone())
}

/// The holder with the opposite of its present state.
fn turn(workflow: &Workflow, holder: Holder) -> (Holder, bool) {
    let collapsed = is_collapsed(workflow, &holder);
    (holder, !collapsed)
}

fn is_collapsed(workflow: &Workflow, holder: &Holder) -> bool {
    let (Holder::Node(id) | Holder::Lane(id, _)) = holder;
    workflow.node(id).is_some_and(|node| match holder {
        Holder::Node(_) => node.data.config.is_collapsed(),
        Holder::Lane(_, port) => node.data.config.collapsed_lanes().contains(port),
    })
}

fn edit(
    workflow: &Workflow,
    turned: &BTreeMap<Holder, bool>,
    select: Selection,
) -> Result<Edit, Refused> {
    let change = |node: &Node| {
        let config = with_collapse(node, turned).filter(|config| *config != node.data.config)?;
        let data = NodeData { config, ..node.data.clone() };
        Some(Command::Change(node.id.clone(), Box::new(data)))
    };
    let changes: Vec<Command> = workflow.nodes.iter().filter_map(change).collect();
    if changes.is_empty() {
        return Err(Refused::Nothing);
    }
    let verb = match (turned.values().any(|one| *one), turned.values().all(|one| *one)) {
        (_, true) => "collapse",
        (false, false) => "expand",
        (true, false) => "collapse or expand",
    };
    let label = format!("{verb} {}", name(workflow, turned));
    Edit::new(workflow, Command::Many(changes), label, select)
}

/// The configuration of a node with its holders collapsed or expanded as asked; none where nothing
/// is asked of it.
fn with_collapse(node: &Node, turned: &BTreeMap<Holder, bool>) -> Option<NodeConfig> {
    let NodeConfig::Parallel(fork) = &node.data.config else {
        let asked = *turned.get(&Holder::Node(node.id.clone()))?;
        return node
            .data
            .config
            .with_toggled_collapse()
            .filter(|config| config.is_collapsed() == asked);
    };
    let asked = |port: &String| turned.get(&Holder::Lane(node.id.clone(), port.clone())).copied();
    let ports = || fork.lanes.iter().map(|lane| &lane.id);
    ports().find(|port| asked(port).is_some())?;
    let is_closed = |port: &&String| asked(port).unwrap_or_else(|| fork.collapsed.contains(port));
    let mut fork = fork.clone();
    fork.collapsed = ports().filter(is_closed).cloned().collect();
    Some(NodeConfig::Parallel(fork))
}

/// "Research", or "2 nodes" where there are several.
fn name(workflow: &Workflow, turned: &BTreeMap<Holder, bool>) -> String {
    let id = |holder: &Holder| match holder {
        Holder::Node(id) | Holder::Lane(id, _) => id.clone(),
    };
    if let (Some(Holder::Lane(fork, port)), 1) = (turned.keys().next(), turned.len())
        && let Some(NodeConfig::Parallel(fork)) = workflow.node(fork).map(|node| &node.data.config)
    {
        let lane = fork.lanes.iter().find(|lane| lane.id == *port);
        let label = lane.map(|lane| lane.label.trim()).filter(|label| !label.is_empty());
        return label.unwrap_or(port).to_owned();
    }
    title(workflow, &turned.keys().map(id).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;
    use crate::edit::{apply, merge};

    fn node(id: &str, kind: &str, parent: Option<&str>) -> Value {
        let at = json!({ "x": 0, "y": 0 });
        json!({ "id": id, "type": kind, "parentId": parent, "position": at, "data": { "label": id } })
    }

    fn edge(from: &str, port: &str, to: &str) -> Value {
        json!({ "id": format!("{from}_{to}"), "source": from, "sourceHandle": port, "target": to })
    }

    /// A fork with a loop around `a` in its first lane, and `b` in a frame in its second one.
    fn forked() -> Workflow {
        serde_json::from_value(json!({
            "nodes": [
                node("fork", "parallel", None), node("each", "for_each", None),
                node("a", "transform", Some("each")), node("group", "frame", None),
                node("b", "transform", Some("group")), node("c", "transform", None),
                node("join", "merge", None), node("alone", "transform", None),
            ],
            "edges": [
                edge("fork", "lane_1", "each"), edge("each", "item", "a"),
                edge("a", "output", "each"), edge("each", "output", "join"),
                edge("fork", "lane_2", "b"), edge("b", "output", "c"), edge("c", "output", "join"),
            ],
        }))
        .unwrap()
    }

    fn closed(workflow: &Workflow) -> Vec<String> {
        let own = |node: &Node| match &node.data.config {
            NodeConfig::Parallel(fork) => fork.collapsed.clone(),
            config if config.is_collapsed() => vec![node.id.to_string()],
            _ => vec![],
        };
        workflow.nodes.iter().flat_map(own).collect()
    }

    /// What is done to these nodes, and what is collapsed then.
    fn after(workflow: &mut Workflow, ids: &[&str]) -> (String, Vec<String>) {
        let ids = ids.iter().map(|id| NodeId::from(*id)).collect();
        let done = collapse(workflow, &ids).unwrap();
        apply(workflow, done.command).unwrap();
        (done.label, closed(workflow))
    }

    fn told(label: &str, closed: &[&str]) -> (String, Vec<String>) {
        (label.to_owned(), closed.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn what_holds_something_is_collapsed_and_opened_again() {
        let mut workflow = forked();
        let before = workflow.to_json();

        assert_eq!(after(&mut workflow, &["each"]), told("collapse each", &["each"]));
        assert_eq!(after(&mut workflow, &["each"]), told("expand each", &[]));
        let both = ["lane_1", "lane_2"];
        assert_eq!(after(&mut workflow, &["fork"]), told("collapse fork", &both));
        assert_eq!(after(&mut workflow, &["fork"]), told("expand fork", &[]));
        assert_eq!(workflow.to_json(), before);
    }

    #[test]
    fn lanes_are_collapsed_one_by_one_and_the_rest_with_the_fork() {
        let mut workflow = forked();
        let one = collapse_lane(&workflow, &"fork".into(), "lane_2").unwrap();
        assert_eq!(one.label, "collapse Lane 2");
        apply(&mut workflow, one.command).unwrap();

        let both = ["lane_1", "lane_2"];
        assert_eq!(after(&mut workflow, &["fork"]), told("collapse fork", &both));
        assert_eq!(
            collapse_lane(&workflow, &"fork".into(), "lane_9").err(),
            Some(Refused::Nothing)
        );
    }

    #[test]
    fn a_node_that_holds_nothing_stands_for_the_innermost_around_it() {
        let mut workflow = forked();

        assert_eq!(after(&mut workflow, &["a"]), told("collapse each", &["each"]));
        assert_eq!(after(&mut workflow, &["b"]), told("collapse group", &["each", "group"]));
        let more = ["lane_2", "each", "group"];
        assert_eq!(after(&mut workflow, &["c"]), told("collapse Lane 2", &more));
        let ids = [NodeId::from("alone")].into();
        assert!(matches!(collapse(&workflow, &ids), Err(Refused::NoFit(_))));
    }

    #[test]
    fn a_hidden_node_is_uncovered_whatever_hides_it() {
        let mut workflow = forked();
        after(&mut workflow, &["fork", "group"]);

        let open = uncover(&workflow, &"b".into()).unwrap();
        apply(&mut workflow, open.command).unwrap();

        assert_eq!(closed(&workflow), ["lane_1"]);
        assert_eq!(uncover(&workflow, &"b".into()).err(), Some(Refused::Nothing));
    }

    #[test]
    fn what_one_collapses_while_another_renames_a_lane_is_merged() {
        let base = forked();
        let (mut mine, mut theirs) = (base.clone(), base.clone());
        after(&mut mine, &["fork"]);
        let NodeConfig::Parallel(fork) = &mut theirs.nodes[0].data.config else { return };
        fork.lanes[1].label = "Pictures".to_owned();

        let merged = merge(&base, &mine, &theirs, &BTreeSet::new());

        assert!(merged.conflicts.is_empty());
        assert_eq!(closed(&merged.workflow), ["lane_1", "lane_2"]);
        let NodeConfig::Parallel(fork) = &merged.workflow.nodes[0].data.config else { return };
        assert_eq!(fork.lanes[1].label, "Pictures");
    }
}
