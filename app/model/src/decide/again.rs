//! Running again from a node, or a part alone: what does not depend on it is taken over from another
//! execution, or counts as a person says.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{Draft, Frozen, Link, Snapshot};
use crate::{
    execution::{
        event::{ArtifactSummary, EventKind, SettledEdges, SkipReason},
        part::Part,
        state::{EdgeState, ExecutionStatus, NodeStatus},
    },
    graph::{self, Graph},
    id::{ArtifactId, EdgeId, ExecutionId, NodeId},
    nodes::NodeKind,
    validate::asking,
    workflow::Workflow,
};

/// What a new execution takes over from another one.
#[derive(Debug, Clone, Default)]
pub struct Again {
    /// The nodes, with how they ended there.
    pub nodes: BTreeMap<NodeId, Taken>,
    /// How the edges out of them settled there.
    pub edges: BTreeMap<EdgeId, EdgeState>,
    /// What they made there.
    pub artifacts: Vec<TakenArtifact>,
    /// From which executions, where it is not from one alone.
    pub origins: BTreeMap<NodeId, ExecutionId>,
}

/// How a node ended in the other execution.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    /// With this output, port by port.
    Completed(Arc<Map<String, Value>>),
    /// It was not needed.
    Skipped,
}

/// An output that is taken over.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenArtifact {
    /// The one of the other execution.
    pub original: ArtifactId,
    /// What the new one shows of it, under an id of its own.
    pub summary: ArtifactSummary,
}

/// The nodes that need not run again when `from` does: neither they nor anything before them
/// depends on it, and all of them have ended well. What lies in a loop runs with all of the loop.
pub fn to_take_over(origin: &Snapshot, from: &NodeId) -> Again {
    let (workflow, from) = (origin.frozen.workflow(), from.in_round(""));
    let again = Graph::of(workflow).reached(graph::outermost(workflow, &from));
    take(origin, |id| !again.contains(id))
}

/// The nodes that `origin` itself has taken over: it has no answers of its own for them.
pub fn to_take_over_reused(origin: &Snapshot, reused: &BTreeSet<NodeId>) -> Again {
    take(origin, |id| reused.contains(id))
}

/// Everything that has ended well, but these nodes and what comes after them.
pub fn to_take_over_all_but(origin: &Snapshot, stale: &BTreeSet<NodeId>) -> Again {
    take(origin, |id| !stale.contains(id))
}

fn take(origin: &Snapshot, wanted: impl Fn(&NodeId) -> bool) -> Again {
    let frozen = &origin.frozen;
    let mut taken = Again::default();
    for id in frozen.outermost().iter().filter(|id| wanted(id)) {
        if let Some(node) = taken_over(origin, id, &taken) {
            let settled = frozen.outgoing(id).into_iter();
            let settled = settled.filter_map(|Link { edge, .. }| {
                let state = *origin.edges.get(&edge)?;
                Some((edge, state))
            });
            taken.edges.extend(settled);
            taken.nodes.insert(id.clone(), node);
        }
    }
    taken
}

fn taken_over(origin: &Snapshot, id: &NodeId, before: &Again) -> Option<Taken> {
    let frozen: &Frozen = &origin.frozen;
    let state = |link: &Link| origin.edges.get(&link.edge);
    let settled = |link: &Link| state(link).is_some_and(|state| *state != EdgeState::Pending);
    if !frozen.incoming(id).iter().all(|link| before.nodes.contains_key(&link.source))
        || !frozen.outgoing(id).iter().all(settled)
    {
        return None;
    }
    let node = origin.nodes.get(id)?;
    match node.status {
        NodeStatus::Completed => Some(Taken::Completed(node.output.clone().unwrap_or_default())),
        NodeStatus::Skipped => Some(Taken::Skipped),
        _ => None,
    }
}

/// What is known of a node that does not run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// What it gave, port by port.
    pub output: Arc<Map<String, Value>>,
    /// In which execution; none when a person says so.
    pub origin: Option<ExecutionId>,
    /// How the edges out of it settled there; those that are not named are live.
    pub edges: BTreeMap<EdgeId, EdgeState>,
}

/// The nodes that run; none means all.
pub fn runs(frozen: &Frozen, part: &Part) -> Option<BTreeSet<NodeId>> {
    Some(part_of(frozen.workflow(), part, part.node()?))
}

/// The nodes of a part that is about this node; what lies in a loop goes with the loop.
pub fn part_of(workflow: &Workflow, part: &Part, node: &NodeId) -> BTreeSet<NodeId> {
    let node = graph::outermost(workflow, node).clone();
    match part {
        Part::Only(_) => BTreeSet::from([node]),
        Part::UpTo(_) => {
            let before = Graph::of(workflow).ancestors(&node);
            before.into_iter().chain([node]).collect()
        }
        Part::Whole | Part::From(_) => Graph::of(workflow).reached(&node),
    }
}

/// The part of a workflow that runs, as it asks for values: what none of its steps reads may stay
/// empty.
pub fn asking_for(workflow: &Workflow, part: &Part) -> Workflow {
    match part.node() {
        Some(node) => asking(workflow, &part_of(workflow, part, node)),
        None => workflow.clone(),
    }
}

/// What an execution of a part takes over: every node around the part but the start, which runs
/// always. Of what nothing is known counts as skipped.
///
/// # Errors
/// The nodes before the part, when nothing is known of any of them: nothing would lead into it.
pub fn to_take_over_around(
    frozen: &Frozen,
    part: &Part,
    known: &BTreeMap<NodeId, Known>,
) -> Result<Again, Vec<NodeId>> {
    let (Some(runs), Some(first)) = (runs(frozen, part), part.node()) else {
        return Ok(Again::default());
    };
    let first = graph::outermost(frozen.workflow(), first);
    // Nothing leads into what begins at the start.
    let known = if matches!(part, Part::UpTo(_)) { &BTreeMap::new() } else { known };
    let starts = |id: &NodeId| frozen.node(id).is_some_and(|n| n.kind() == NodeKind::Start);
    // After one node nothing follows: what that gave before would be stale.
    let only = matches!(part, Part::Only(_));
    let before = only.then(|| Graph::of(frozen.workflow()).ancestors(first));
    let mut again = Again::default();
    for id in frozen.outermost().iter().filter(|id| !runs.contains(*id) && !starts(id)) {
        let known = known.get(id).filter(|_| before.as_ref().is_none_or(|all| all.contains(id)));
        for link in frozen.outgoing(id) {
            let state = known.map_or(EdgeState::Dead, |known| leads(known, &link, first));
            again.edges.insert(link.edge, state);
        }
        let taken = known.map(|known| Taken::Completed(known.output.clone()));
        again.nodes.insert(id.clone(), taken.unwrap_or(Taken::Skipped));
        again.origins.extend(known.and_then(|known| known.origin).map(|from| (id.clone(), from)));
    }
    let into = frozen.incoming(first);
    let open = |link: &Link| again.edges.get(&link.edge) != Some(&EdgeState::Dead);
    if into.is_empty() || into.iter().any(open) {
        Ok(again)
    } else {
        Err(into.into_iter().map(|link| link.source).collect())
    }
}

/// A person who runs a node means it to run, whichever way was taken then.
fn leads(known: &Known, link: &Link, first: &NodeId) -> EdgeState {
    match known.edges.get(&link.edge) {
        Some(EdgeState::Dead) if link.target != *first => EdgeState::Dead,
        _ => EdgeState::Live,
    }
}

impl Draft<'_> {
    /// Starts an execution that has just been made, with what it takes over from `origin`, or lets
    /// it wait for a place.
    pub fn launch_again(&mut self, origin: ExecutionId, again: &Again) {
        self.record_launch();
        let frozen = self.frozen();
        for id in frozen.outermost() {
            if let Some(taken) = again.nodes.get(id) {
                let origin = again.origins.get(id).copied().unwrap_or(origin);
                self.take_over(id, origin, taken, again);
            }
        }
        if self.snapshot.status != ExecutionStatus::Running {
            return self.queue.clear();
        }
        let mut todo: BTreeSet<NodeId> = self.queue.drain(..).collect();
        todo.extend(frozen.outermost().iter().filter(|id| frozen.incoming(id).is_empty()).cloned());
        self.queue.extend(frozen.outermost().iter().filter(|id| todo.contains(*id)).cloned());
        self.advance();
    }

    fn take_over(&mut self, id: &NodeId, origin: ExecutionId, taken: &Taken, again: &Again) {
        let (status, output, skipped) = match taken {
            Taken::Completed(output) => (NodeStatus::Completed, Some((**output).clone()), None),
            Taken::Skipped => (NodeStatus::Skipped, None, Some(SkipReason::DeadPath)),
        };
        if !self.settle_node(id, status, output) {
            return;
        }
        let frozen = self.frozen();
        let mut edges = SettledEdges::default();
        for Link { edge, target, .. } in frozen.outgoing(id) {
            let state = again.edges.get(&edge).copied().unwrap_or(EdgeState::Dead);
            let list = if state == EdgeState::Live { &mut edges.live } else { &mut edges.dead };
            list.push(edge.clone());
            self.settle_edge(&edge, state);
            self.queue.push_back(target);
        }
        self.record(EventKind::NodeReused { node: id.clone(), origin, skipped, edges });
        for artifact in again.artifacts.iter().filter(|artifact| artifact.summary.node == *id) {
            self.record(EventKind::ArtifactCreated { artifact: artifact.summary.clone() });
        }
    }
}
