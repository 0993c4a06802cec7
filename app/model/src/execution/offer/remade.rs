//! What is made again when a person asks for changes in what a review shows.
//!
//! Those are the steps with prompts that made it, whatever has handed it on since: they are told the
//! words, and make all of their items anew, because the words are about all that is shown. What lies
//! between them and the review runs again after them, for what came to it is stale: it waits, judges
//! and attaches again, and also calls again what must not be called twice for the same, as it is not
//! the same by then. A step with a prompt is told nothing there: it follows from what comes to it.
//!
//! Everything else stays. So does what lies behind a loop, which keeps what its rounds made, or behind
//! another review: what a person decided is not undone behind their back.

use std::collections::BTreeSet;

use super::steps::Steps;
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

/// What is made again together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remade {
    /// Those that are told what is to be different.
    pub(crate) makers: BTreeSet<NodeId>,
    /// Those that begin at once: the makers, and what races them.
    pub(crate) first: BTreeSet<NodeId>,
    /// All that runs again, the review included.
    pub(crate) again: BTreeSet<NodeId>,
}

/// Whether something comes of it when a person asks for changes in what a review shows.
pub(super) fn is_changeable(steps: &(impl Steps + ?Sized), review: &NodeId) -> bool {
    steps.leads_on(review, Verdict::Changes) || remade(steps, review).is_some()
}

/// What is made again for a review; none where no step before it would make anything else.
pub(crate) fn remade(steps: &(impl Steps + ?Sized), review: &NodeId) -> Option<Remade> {
    let before = leading_to(steps, review);
    let makers = makers(steps, review, &before);
    if makers.is_empty() {
        return None;
    }
    let mut first = makers.clone();
    loop {
        let again = following(steps, &first, &before);
        let racing = racing(steps, &again, &before);
        if racing.is_empty() {
            return Some(Remade { makers, first, again });
        }
        first.extend(racing);
    }
}

/// The review, and the steps from which ways lead to it on which all may run again.
fn leading_to(steps: &(impl Steps + ?Sized), review: &NodeId) -> BTreeSet<NodeId> {
    let runs_again = |id: &NodeId| {
        let work = steps.config_of(id).map(NodeConfig::work);
        matches!(work, Some(Work::Jobs | Work::Inline))
    };
    let mut found = BTreeSet::from([review.clone()]);
    let mut todo = vec![review.clone()];
    while let Some(at) = todo.pop() {
        for (source, edge) in steps.edges_into(&at) {
            let leads = edge != EdgeState::Dead && runs_again(&source);
            if leads && found.insert(source.clone()) {
                todo.push(source);
            }
        }
    }
    found
}

/// The steps with prompts that made what a review shows, among those before it.
fn makers(
    steps: &(impl Steps + ?Sized),
    review: &NodeId,
    before: &BTreeSet<NodeId>,
) -> BTreeSet<NodeId> {
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    let mut todo = vec![review.clone()];
    while let Some(at) = todo.pop() {
        let Some(node) = as_set_up(steps, &at) else { continue };
        if makes(&node, steps.status_of(&at)) {
            found.insert(at);
            continue;
        }
        let sources = shown_from(steps.workflow(), &node).into_iter();
        let sources = sources.map(|drawn| drawn.in_round(review.round()));
        todo.extend(sources.filter(|id| before.contains(id) && seen.insert(id.clone())));
    }
    found
}

/// A step as it is set up in this execution, under the id it was drawn with.
fn as_set_up(steps: &(impl Steps + ?Sized), id: &NodeId) -> Option<Node> {
    let mut node = steps.workflow().node(&id.in_round(""))?.clone();
    node.data.config = steps.config_of(id)?.clone();
    Some(node)
}

/// Whether a step makes something from a prompt. What a person went on without can be made after
/// all; what was switched off, or left out by its own condition, would be so again.
fn makes(node: &Node, status: Option<NodeStatus>) -> bool {
    let stays_out = !node.data.enabled || node.data.condition.is_some();
    let left_out = status == Some(NodeStatus::Skipped) && stays_out;
    node.data.config.has_prompt() && !left_out
}

/// These, and all that comes after them on the way to the review.
fn following(
    steps: &(impl Steps + ?Sized),
    first: &BTreeSet<NodeId>,
    before: &BTreeSet<NodeId>,
) -> BTreeSet<NodeId> {
    let mut found = first.clone();
    let mut todo: Vec<NodeId> = first.iter().cloned().collect();
    while let Some(at) = todo.pop() {
        let targets = steps.edges_out_of(&at).into_iter().map(|(target, _)| target);
        todo.extend(targets.filter(|id| before.contains(id) && found.insert(id.clone())));
    }
    found
}

/// The steps with jobs that run against these where only what comes first counts: left as they are,
/// they would win against whatever is made again, as they are done already.
fn racing(
    steps: &(impl Steps + ?Sized),
    again: &BTreeSet<NodeId>,
    before: &BTreeSet<NodeId>,
) -> BTreeSet<NodeId> {
    let races =
        |id: &&NodeId| steps.config_of(id).is_some_and(|config| config.enough_edges().is_some());
    let mut todo: Vec<NodeId> = again.iter().filter(races).cloned().collect();
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    while let Some(at) = todo.pop() {
        for (source, edge) in steps.edges_into(&at) {
            let beside = before.contains(&source) && !again.contains(&source);
            if edge == EdgeState::Dead || !beside || !seen.insert(source.clone()) {
                continue;
            }
            match steps.config_of(&source).map(NodeConfig::work) {
                Some(Work::Jobs) => drop(found.insert(source)),
                _ => todo.push(source),
            }
        }
    }
    found
}
