//! Edges: their ends, their ports, the types between them.

use std::collections::BTreeSet;

use super::{Code, Issue};
use crate::{
    connect::ends,
    graph::{Indexed, Nodes, lanes},
    id::NodeId,
    nodes::NodeKind,
    ports::{ERROR_PORT, Fit},
    workflow::{Edge, Node, OnError, Workflow},
};

pub(super) fn check(workflow: &Workflow, issues: &mut Vec<Issue>) {
    let mut drawn = BTreeSet::new();
    let nodes = Indexed::new(workflow);
    for (place, edge) in workflow.edges.iter().enumerate() {
        let path = format!("edges[{place}]");
        issues.extend(one(&nodes, edge, &path));
        issues.extend(label(&nodes, edge, &path));
        let key = (&edge.source, &edge.source_handle, &edge.target, &edge.target_handle);
        if !drawn.insert(key) {
            let message = format!("{} and {} are connected twice.", edge.source, edge.target);
            let issue =
                Issue::error(Code::InvalidConnection, path, message).with_node(&edge.target);
            issues.push(issue.fix("Remove one of the connections."));
        }
    }
    errors(workflow, issues);
    lane_ends(workflow, issues);
}

/// Words on an edge that are too long for it.
fn label(nodes: &impl Nodes, edge: &Edge, path: &str) -> Option<Issue> {
    let (count, most) = (edge.label.as_ref()?.chars().count(), Edge::LONGEST_LABEL);
    let between = || format!("{} to {}", name(nodes, &edge.source), name(nodes, &edge.target));
    (count > most).then(|| {
        let message =
            format!("{}: the label has {count} characters; the limit is {most}.", between());
        let issue = Issue::error(Code::LimitExceeded, format!("{path}.label"), message);
        issue.with_node(&edge.source).fix("Shorten the label.")
    })
}

/// Connections that leave a lane other than by what brings the lanes together.
fn lane_ends(workflow: &Workflow, issues: &mut Vec<Issue>) {
    let gathers = [NodeKind::Merge, NodeKind::End];
    for lane in lanes(workflow) {
        let leaves = |edge: &Edge| {
            let to = workflow.node(&edge.target).map(Node::kind);
            lane.nodes.contains(&edge.source)
                && !lane.nodes.contains(&edge.target)
                && to.is_some_and(|kind| !gathers.contains(&kind))
        };
        let leaving = workflow.edges.iter().enumerate().filter(|(_, edge)| leaves(edge));
        for (place, edge) in leaving {
            let (from, to) = (name(workflow, &edge.source), name(workflow, &edge.target));
            let message = format!(
                "{from} to {to}: this connection leaves the lane {} without a merge.",
                lane.label
            );
            let path = format!("edges[{place}]");
            let issue =
                Issue::warning(Code::RiskyConnection, path, message).with_node(&edge.source);
            issues.push(issue.fix("Merge the lanes first."));
        }
    }
}

/// What is wrong with one edge, drawn or about to be.
pub(super) fn one(nodes: &impl Nodes, edge: &Edge, path: &str) -> Option<Issue> {
    let found = match ends(nodes, edge) {
        Ok(found) => found,
        Err(message) => {
            let issue = Issue::error(Code::InvalidConnection, path, message);
            let about = [&edge.target, &edge.source];
            let there = about.into_iter().find(|id| nodes.node(id).is_some());
            let issue = match there {
                Some(id) => issue.with_node(id),
                None => issue,
            };
            return Some(issue.fix("Remove the connection, or draw it again."));
        }
    };
    let between = format!(
        "{} ({}) to {} ({})",
        name(nodes, &edge.source),
        found.source.name,
        name(nodes, &edge.target),
        found.target.name
    );
    let source = nodes.node(&edge.source);
    let empty = source.and_then(|node| node.data.config.empty_port(&found.source.name));
    let fit = match (found.fit, empty) {
        (Fit::Ok, Some(why)) => Fit::Err(format!("there will be no value, because {why}")),
        (fit, _) => fit,
    };
    let issue = match fit {
        Fit::Ok => return None,
        Fit::Warn(why) => Issue::warning(Code::RiskyConnection, path, format!("{between}: {why}.")),
        Fit::Err(why) => {
            let issue = Issue::error(Code::InvalidConnection, path, format!("{between}: {why}."));
            issue.fix("Connect another output, or change the step before.")
        }
    };
    Some(issue.with_node(&edge.target))
}

fn name(nodes: &impl Nodes, id: &NodeId) -> String {
    nodes.node(id).map_or_else(|| id.to_string(), |node| node.title().to_owned())
}

/// The error port and the setting that opens it belong together.
fn errors(workflow: &Workflow, issues: &mut Vec<Issue>) {
    let is_error = |edge: &&Edge| edge.source_handle.as_deref() == Some(ERROR_PORT);
    let left: BTreeSet<&NodeId> =
        workflow.edges.iter().filter(is_error).map(|edge| &edge.source).collect();
    for (place, node) in workflow.nodes.iter().enumerate() {
        let drawn = left.contains(&node.id);
        let branches = node.data.on_error == OnError::Branch;
        let message = match (branches, drawn) {
            (true, false) => "has an error output without a connection",
            (false, true) => "has a connected error output, but “On failure” doesn't use it",
            _ => continue,
        };
        let path = format!("nodes[{place}].data.onError");
        let message = format!("{} {message}.", node.title());
        let issue = Issue::warning(Code::NoEffect, path, message).with_node(&node.id);
        issues.push(
            issue.fix("Connect the error output and set “On failure” to it, or remove both."),
        );
    }
}
