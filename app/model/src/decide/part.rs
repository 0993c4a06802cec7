//! Running a part of a workflow: what lies around it counts as it is known, or as not needed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{Again, Frozen, Link, Taken};
use crate::{
    execution::{part::Part, state::EdgeState},
    graph::{self, Graph},
    id::{EdgeId, ExecutionId, NodeId},
    nodes::NodeKind,
};

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
    let workflow = frozen.workflow();
    let node = graph::outermost(workflow, part.node()?).clone();
    Some(match part {
        Part::Only(_) => BTreeSet::from([node]),
        Part::Whole | Part::From(_) => Graph::of(workflow).reached(&node),
    })
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
    match into.is_empty() || into.iter().any(open) {
        true => Ok(again),
        false => Err(into.into_iter().map(|link| link.source).collect()),
    }
}

/// A person who runs a node means it to run, whichever way was taken then.
fn leads(known: &Known, link: &Link, first: &NodeId) -> EdgeState {
    match known.edges.get(&link.edge) {
        Some(EdgeState::Dead) if link.target != *first => EdgeState::Dead,
        _ => EdgeState::Live,
    }
}
