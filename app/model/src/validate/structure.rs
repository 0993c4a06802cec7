//! Ids, start and end, cycles, reachability.

use std::collections::BTreeSet;

use super::{Code, Issue};
use crate::{
    graph::{Graph, loop_of},
    id::{NodeId, ROUND},
    nodes::{NodeKind, Work},
    workflow::{Node, Workflow},
};

pub(super) fn check(workflow: &Workflow, graph: &Graph<'_>, issues: &mut Vec<Issue>) {
    ids(workflow, issues);
    unknown_types(workflow, issues);
    parents(workflow, issues);
    issues.extend(cycle(graph));
    reach(workflow, graph, issues);
}

/// Nodes that wait for each other, if there are any.
pub(super) fn cycle(graph: &Graph<'_>) -> Option<Issue> {
    let cycle = graph.order().err()?;
    let message = format!("These steps wait for each other: {cycle}.");
    let mut issue = Issue::error(Code::CycleDetected, "edges", message);
    issue.node_id = cycle.nodes.into_iter().next();
    Some(issue.fix("Remove one of the connections between them."))
}

fn ids(workflow: &Workflow, issues: &mut Vec<Issue>) {
    let nodes = workflow.nodes.iter().map(|node| node.id.as_str());
    let edges = workflow.edges.iter().map(|edge| edge.id.as_str());
    unique("nodes", nodes, issues);
    unique("edges", edges, issues);
}

fn unique<'a>(list: &str, ids: impl Iterator<Item = &'a str>, issues: &mut Vec<Issue>) {
    let mut seen = BTreeSet::new();
    for (place, id) in ids.enumerate() {
        let path = format!("{list}[{place}].id");
        if id.trim().is_empty() {
            issues.push(Issue::error(Code::InvalidName, path, "This id is empty."));
        } else if id.contains(ROUND) {
            let message = format!("The id “{id}” contains {ROUND}, which isn't allowed.");
            issues.push(Issue::error(Code::InvalidName, path, message));
        } else if !seen.insert(id) {
            let message = format!("The id “{id}” is used twice in {list}.");
            let mut issue = Issue::error(Code::DuplicateId, path, message);
            issue.node_id = (list == "nodes").then(|| id.into());
            issues.push(issue.fix("Use each id once."));
        }
    }
}

fn unknown_types(workflow: &Workflow, issues: &mut Vec<Issue>) {
    for (place, node) in workflow.nodes.iter().enumerate() {
        if node.kind() != NodeKind::Unknown {
            continue;
        }
        let key = node.data.config.key();
        let message =
            format!("{}: this release doesn't support steps of type “{key}”.", node.title());
        let path = format!("nodes[{place}].type");
        let known = NodeKind::ALL.iter().map(|kind| kind.key());
        let fix = match crate::text::nearest::nearest(key, known) {
            Some(near) => format!("Did you mean {near}?"),
            None => "Replace or remove the step. It is kept, but can't run.".to_owned(),
        };
        issues
            .push(Issue::error(Code::UnknownNodeType, path, message).with_node(&node.id).fix(fix));
    }
}

fn parents(workflow: &Workflow, issues: &mut Vec<Issue>) {
    for (place, node) in workflow.nodes.iter().enumerate() {
        if let Some(parent) = &node.parent_id
            && (*parent == node.id || workflow.node(parent).is_none())
        {
            let message = format!("{} is inside {parent}, which doesn't exist.", node.title());
            let path = format!("nodes[{place}].parentId");
            issues.push(Issue::error(Code::UnknownReference, path, message).with_node(&node.id));
        }
        let is_end = [NodeKind::Start, NodeKind::End].contains(&node.kind());
        if is_end && loop_of(workflow, &node.id).is_some() {
            let message = format!("{} can't be inside a loop. Move it out.", node.title());
            let path = format!("nodes[{place}].parentId");
            issues.push(Issue::error(Code::InvalidConnection, path, message).with_node(&node.id));
        }
    }
}

fn reach(workflow: &Workflow, graph: &Graph<'_>, issues: &mut Vec<Issue>) {
    let of_kind = |kind: NodeKind| workflow.nodes.iter().filter(move |node| node.kind() == kind);
    let starts: Vec<&Node> = of_kind(NodeKind::Start).collect();
    let [start] = starts.as_slice() else {
        let message = format!("A workflow needs exactly one start; this one has {}.", starts.len());
        let fix = if starts.is_empty() { "Add a start." } else { "Keep one of them." };
        issues.push(Issue::error(Code::StartCount, "nodes", message).fix(fix));
        return;
    };
    if !start.data.enabled {
        let message = format!("{} is disabled, but a workflow needs its start.", start.title());
        let issue = Issue::error(Code::StartCount, "nodes", message).with_node(&start.id);
        issues.push(issue.fix("Enable it."));
    }
    let reached = graph.reachable_from(&start.id);
    let is_endless = !of_kind(NodeKind::End).any(|end| reached.contains(&end.id));
    if is_endless {
        let issue = Issue::error(Code::NoEnd, "nodes", "The start isn't connected to an end.");
        issues.push(issue.fix("Connect the last step to an end."));
    }
    for (place, after) in find_unreachable(workflow, graph, &reached) {
        let node = &workflow.nodes[place];
        if is_endless && node.kind() == NodeKind::End {
            // That no end is reached says so of each.
            continue;
        }
        let with = match after {
            0 => String::new(),
            1 => " and the next step".to_owned(),
            after => format!(" and the next {after} steps"),
        };
        let message = format!("{}{with} can't be reached from the start.", node.title());
        let issue = Issue::error(Code::Unreachable, format!("nodes[{place}]"), message);
        issues.push(issue.with_node(&node.id).fix("Connect a step to it, or remove it."));
    }
}

/// The first step of each part that cannot be reached, as its place among the nodes, and how many
/// steps follow it: each part is one issue.
fn find_unreachable(
    workflow: &Workflow,
    graph: &Graph<'_>,
    reached: &BTreeSet<NodeId>,
) -> Vec<(usize, usize)> {
    let is_lost =
        |node: &Node| node.data.config.work() != Work::None && !reached.contains(&node.id);
    let lost: Vec<(usize, &Node)> =
        workflow.nodes.iter().enumerate().filter(|(_, node)| is_lost(node)).collect();
    let ids: BTreeSet<&NodeId> = lost.iter().map(|(_, node)| &node.id).collect();
    let from_lost = workflow.edges.iter().filter(|edge| ids.contains(&edge.source));
    let led: BTreeSet<&NodeId> = from_lost.map(|edge| &edge.target).collect();
    // The steps of a cycle lead to each other: any of them may stand for the first.
    let (inner, first): (Vec<_>, Vec<_>) =
        lost.iter().partition(|(_, node)| led.contains(&node.id));
    let mut told = BTreeSet::new();
    let mut found = vec![];
    for (place, node) in first.into_iter().chain(inner) {
        if told.contains(&node.id) {
            continue;
        }
        let below = graph.reachable_from(&node.id);
        let more = below.iter().filter(|id| ids.contains(id) && !told.contains(*id)).count();
        found.push((place, more.saturating_sub(1)));
        told.extend(below);
    }
    found
}
