//! How a workflow ends, said as simply as possible: no worklist, no jobs, no order.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    id::NodeId,
    nodes::{NodeConfig, merge::Mode, parallel::LaneFailure},
    workflow::{Edge, Node, OnError, Workflow},
};

/// How a node ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Completed,
    Failed,
    Unmet,
    Unreached,
}

/// How every node and the execution end when the nodes of `fails` fail, should they run.
pub(crate) fn ends(
    workflow: &Workflow,
    fails: &BTreeSet<NodeId>,
) -> (BTreeMap<NodeId, NodeStatus>, ExecutionStatus) {
    let mut ends: BTreeMap<NodeId, End> = BTreeMap::new();
    loop {
        let open = |node: &&Node| !ends.contains_key(&node.id) && node.parent_id.is_none();
        let mut open = workflow.nodes.iter().filter(open);
        let next = open.find_map(|node| Some((node, end(workflow, node, (&ends, fails))?)));
        let Some((node, how)) = next else { break };
        ends.insert(node.id.clone(), how);
    }
    let failed =
        |(id, end): (&NodeId, &End)| *end == End::Failed && handling(workflow, id) == OnError::Fail;
    let status = match ends.iter().any(failed) {
        true => ExecutionStatus::Failed,
        false => ExecutionStatus::Completed,
    };
    let status_of = |node: &Node| match ends.get(&node.id) {
        None => NodeStatus::Pending,
        Some(End::Completed) => NodeStatus::Completed,
        Some(End::Failed) => NodeStatus::Failed,
        Some(End::Unmet | End::Unreached) => NodeStatus::Skipped,
    };
    let outside = workflow.nodes.iter().filter(|node| node.parent_id.is_none());
    (outside.map(|node| (node.id.clone(), status_of(node))).collect(), status)
}

fn end(
    workflow: &Workflow,
    node: &Node,
    (ends, fails): (&BTreeMap<NodeId, End>, &BTreeSet<NodeId>),
) -> Option<End> {
    let from_inside =
        |edge: &&Edge| workflow.node(&edge.source).unwrap().parent_id.as_ref() == Some(&node.id);
    let into = workflow.edges.iter().filter(|edge| edge.target == node.id);
    let into: Vec<_> = into.filter(|edge| !from_inside(edge)).collect();
    let taken: Vec<_> =
        into.iter().map(|edge| Some(takes(workflow, edge, *ends.get(&edge.source)?))).collect();
    let taken: Vec<_> = taken.into_iter().map(Option::flatten).collect();
    let live = taken.iter().filter(|taken| **taken == Some(true)).count();
    let arrived = into
        .iter()
        .zip(&taken)
        .filter(|(edge, taken)| **taken == Some(true) && carries(edge, ends[&edge.source]));
    let arrived = arrived.count();
    let enough = match &node.data.config {
        NodeConfig::Merge(config) => match config.mode {
            Mode::All => usize::MAX,
            Mode::Any => 1,
            Mode::First => usize::try_from(config.count).unwrap(),
        },
        _ => usize::MAX,
    };
    if arrived < enough && taken.contains(&None) {
        return None;
    }
    Some(match node.data.condition.as_deref() {
        _ if live == 0 && !into.is_empty() => End::Unreached,
        _ if !node.data.enabled => End::Unmet,
        Some("false") => End::Unmet,
        // One item fails, and those that may lack some have others that are enough.
        _ if fails.contains(&node.id) && node.data.min_items.is_none() => End::Failed,
        _ => End::Completed,
    })
}

/// Whether an edge is taken after its source has ended so; none when it never settles.
fn takes(workflow: &Workflow, edge: &Edge, end: End) -> Option<bool> {
    let error = edge.source_handle.as_deref() == Some("error");
    match (end, handling(workflow, &edge.source)) {
        (End::Unreached, _) => Some(false),
        (End::Failed, OnError::Fail) => None,
        (End::Failed, OnError::Branch) => Some(error),
        (End::Completed, _) => Some(chosen(workflow, edge)),
        _ => Some(!error),
    }
}

/// Whether an edge, taken after its source has ended so, has something to give: what was made, or
/// why nothing was.
fn carries(edge: &Edge, end: End) -> bool {
    match end {
        End::Completed => true,
        End::Failed => edge.source_handle.as_deref() == Some("error"),
        End::Unmet | End::Unreached => false,
    }
}

/// Whether an edge is taken after its source has completed.
fn chosen(workflow: &Workflow, edge: &Edge) -> bool {
    let handle = edge.source_handle.as_deref();
    match &workflow.node(&edge.source).unwrap().data.config {
        NodeConfig::Conditional(config) => {
            let first = config.branches.iter().find(|branch| branch.when == "true");
            handle == Some(first.map_or("else", |branch| branch.id.as_str()))
        }
        NodeConfig::Review(_) => handle.is_none_or(|port| ["approved", "items"].contains(&port)),
        _ => handle != Some("error"),
    }
}

fn handling(workflow: &Workflow, id: &NodeId) -> OnError {
    let own = workflow.node(id).unwrap().data.on_error;
    let lenient = workflow.settings.continue_on_error
        || workflow.nodes.iter().any(|node| {
            let lenient = matches!(&node.data.config, NodeConfig::Parallel(config)
                if config.on_lane_failure == LaneFailure::Continue);
            lenient && lanes_to(workflow, &node.id, id).len() == 1
        });
    if own == OnError::Fail && lenient { OnError::Continue } else { own }
}

/// The ports of `fork` that lead to a node.
fn lanes_to<'a>(workflow: &'a Workflow, fork: &NodeId, id: &NodeId) -> BTreeSet<Option<&'a str>> {
    let leaving = workflow.edges.iter().filter(|edge| edge.source == *fork);
    let leading = leaving.filter(|edge| leads(workflow, &edge.target, id));
    leading.map(|edge| edge.source_handle.as_deref()).collect()
}

fn leads(workflow: &Workflow, from: &NodeId, to: &NodeId) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut todo = vec![from];
    while let Some(at) = todo.pop() {
        for edge in workflow.edges.iter().filter(|edge| edge.source == *at) {
            if seen.insert(&edge.target) {
                todo.push(&edge.target);
            }
        }
    }
    seen.contains(to)
}
