//! Which steps run again when a person asks for changes in what a review shows.
//!
//! The makers are the steps with prompts that made it, whatever passed it on since. They get the
//! words of the reviewer and make all of their items again, because the words are about all that is
//! shown. The steps between the makers and the review run again after them, because their inputs
//! are stale: they wait, judge, attach and call again, even a call that must not be repeated,
//! because its input is a new one. A step with a prompt among them does not get the words: its
//! input has changed anyway.
//!
//! All other steps stay as they are. So do steps before a loop, which keeps what its iterations
//! made, and before another review, whose decision is not undone.

use std::collections::BTreeSet;

use super::node_states::NodeStates;
use crate::{
    execution::{
        lineage::shown_from,
        state::{EdgeState, NodeStatus},
    },
    id::NodeId,
    nodes::{NodeConfig, Work},
    review::Verdict,
    workflow::Node,
};

/// The steps that run again together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReworkScope {
    /// Steps that get the words of the reviewer.
    pub(crate) makers: BTreeSet<NodeId>,
    /// Steps that begin at once: the makers, and the steps that race them.
    pub(crate) first: BTreeSet<NodeId>,
    /// All steps that run again, the review included.
    pub(crate) again: BTreeSet<NodeId>,
}

/// Whether a request for changes in what a review shows has any effect.
pub(super) fn is_changeable(nodes: &impl NodeStates, review: &NodeId) -> bool {
    nodes.leads_on(review, Verdict::Changes) || find_rework_scope(nodes, review).is_some()
}

/// The steps that run again for a review; none where no step before it has a prompt to follow.
pub(crate) fn find_rework_scope(nodes: &impl NodeStates, review: &NodeId) -> Option<ReworkScope> {
    let before = leading_to(nodes, review);
    let makers = makers(nodes, review, &before);
    if makers.is_empty() {
        return None;
    }
    let mut first = makers.clone();
    loop {
        let again = following(nodes, &first, &before);
        let racing = racing(nodes, &again, &before);
        if racing.is_empty() {
            return Some(ReworkScope { makers, first, again });
        }
        first.extend(racing);
    }
}

/// The review, and the steps before it on paths whose steps may all run again.
fn leading_to(nodes: &impl NodeStates, review: &NodeId) -> BTreeSet<NodeId> {
    let runs_again = |id: &NodeId| {
        let work = nodes.config_of(id).map(NodeConfig::work);
        matches!(work, Some(Work::Jobs | Work::Inline))
    };
    let mut found = BTreeSet::from([review.clone()]);
    let mut todo = vec![review.clone()];
    while let Some(at) = todo.pop() {
        for (source, edge) in nodes.edges_into(&at) {
            let leads = edge != EdgeState::Dead && runs_again(&source);
            if leads && found.insert(source.clone()) {
                todo.push(source);
            }
        }
    }
    found
}

/// The steps with prompts that made what a review shows, among those before it.
fn makers(nodes: &impl NodeStates, review: &NodeId, before: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    let mut todo = vec![review.clone()];
    while let Some(at) = todo.pop() {
        let Some(node) = as_set_up(nodes, &at) else { continue };
        if makes(&node, nodes.status_of(&at)) {
            found.insert(at);
            continue;
        }
        let sources = shown_from(nodes.workflow(), &node).into_iter();
        let sources = sources.map(|drawn| drawn.in_round(review.round()));
        todo.extend(sources.filter(|id| before.contains(id) && seen.insert(id.clone())));
    }
    found
}

/// A step with its configuration in this execution, under its id without the iteration.
fn as_set_up(nodes: &impl NodeStates, id: &NodeId) -> Option<Node> {
    let mut node = nodes.workflow().node(&id.in_round(""))?.clone();
    node.data.config = nodes.config_of(id)?.clone();
    Some(node)
}

/// Whether a step would make something from a prompt. A step that a person skipped would; one that
/// is disabled, or was skipped by its own condition, would be skipped again.
fn makes(node: &Node, status: Option<NodeStatus>) -> bool {
    let stays_out = !node.data.enabled || node.data.condition.is_some();
    let left_out = status == Some(NodeStatus::Skipped) && stays_out;
    node.data.config.has_prompt() && !left_out
}

/// These steps, and all that follow them on the way to the review.
fn following(
    nodes: &impl NodeStates,
    first: &BTreeSet<NodeId>,
    before: &BTreeSet<NodeId>,
) -> BTreeSet<NodeId> {
    let mut found = first.clone();
    let mut todo: Vec<NodeId> = first.iter().cloned().collect();
    while let Some(at) = todo.pop() {
        let targets = nodes.edges_out_of(&at).into_iter().map(|(target, _)| target);
        todo.extend(targets.filter(|id| before.contains(id) && found.insert(id.clone())));
    }
    found
}

/// The steps with jobs that race these, where a merge takes only what comes first. They must run
/// again too: they are done already and would win against whatever is made again.
fn racing(
    nodes: &impl NodeStates,
    again: &BTreeSet<NodeId>,
    before: &BTreeSet<NodeId>,
) -> BTreeSet<NodeId> {
    let races =
        |id: &&NodeId| nodes.config_of(id).is_some_and(|config| config.enough_edges().is_some());
    let mut todo: Vec<NodeId> = again.iter().filter(races).cloned().collect();
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    while let Some(at) = todo.pop() {
        for (source, edge) in nodes.edges_into(&at) {
            let beside = before.contains(&source) && !again.contains(&source);
            if edge == EdgeState::Dead || !beside || !seen.insert(source.clone()) {
                continue;
            }
            match nodes.config_of(&source).map(NodeConfig::work) {
                Some(Work::Jobs) => drop(found.insert(source)),
                Some(Work::Inline | Work::Review | Work::Loop | Work::None) | None => {
                    todo.push(source);
                }
            }
        }
    }
    found
}
