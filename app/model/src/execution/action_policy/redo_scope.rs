//! Which steps wait again for a step that is done again inside its run.

use std::collections::BTreeSet;

use super::node_states::NodeStates;
use crate::id::NodeId;

/// What becomes of steps that have worked with what a step gave before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependents {
    /// They keep their results, which are stale once the new one is there.
    Keep,
    /// Those that have ended are done again after it.
    Redo,
}

/// The steps after a step that wait for it again. What has done nothing with its output yet always
/// does, also behind steps that only pass values on. What is being worked on never does: its result
/// is stale then, and what follows it stays as it is.
pub(crate) fn find_redo_scope(
    nodes: &impl NodeStates,
    id: &NodeId,
    dependents: Dependents,
) -> BTreeSet<NodeId> {
    let (mut found, mut todo) = (BTreeSet::new(), vec![id.clone()]);
    while let Some(at) = todo.pop() {
        for (target, _) in nodes.edges_out_of(&at) {
            let settled = nodes.is_settled(&target);
            let fits = match dependents {
                Dependents::Redo => settled || nodes.is_idle(&target),
                // What works with what it passed on may look at that again.
                Dependents::Keep => {
                    nodes.is_idle(&target) && (!settled || nodes.busy_behind(&target).is_none())
                }
            };
            let goes_on = settled || dependents == Dependents::Redo;
            if fits && found.insert(target.clone()) && goes_on {
                todo.push(target);
            }
        }
    }
    found.remove(id);
    found
}
