//! Whether an action is allowed as things stand, with the reason where it is not.

use super::facts::node_facts;
use crate::{
    decide::{Refused, Snapshot},
    execution::{
        action_policy::{
            facts::NodeFacts,
            obstacle::{Obstacle, obstacle},
        },
        state::{Action, NodeStatus, allows},
    },
    id::NodeId,
};

/// Refuses an action that the execution does not allow where it stands.
pub(in crate::decide) fn check_action(snapshot: &Snapshot, action: Action) -> Result<(), Refused> {
    let (status, pause) = (snapshot.status, snapshot.pause_reason);
    if allows(status, pause, action) { Ok(()) } else { Err(Refused::NotAllowed { action, status }) }
}

/// Refuses an action that the node does not allow in its present state.
pub(in crate::decide) fn check_node_action(
    snapshot: &Snapshot,
    id: &NodeId,
    action: Action,
) -> Result<NodeFacts, Refused> {
    let facts = node_facts(snapshot, id)?;
    match facts.why_not(action) {
        Some(why) => Err(refuse_now(snapshot, id, action, why, facts.status)),
        None => check_no_obstacle(snapshot, id, action).map(|()| facts),
    }
}

/// Refuses the action when another node stands in its way.
pub(in crate::decide) fn check_no_obstacle(
    snapshot: &Snapshot,
    id: &NodeId,
    action: Action,
) -> Result<(), Refused> {
    match obstacle(snapshot, id, action) {
        None => Ok(()),
        Some(Obstacle::WentOn) => Err(Refused::WentOn(id.clone())),
        Some(Obstacle::Busy(busy)) => {
            let (own, busy) = (node_label(snapshot, id), node_label(snapshot, &busy));
            let words = format!("“{busy}” is using the output of “{own}”. Retry when it's done");
            Err(Refused::NotHere(words))
        }
        Some(
            other @ (Obstacle::InIteration
            | Obstacle::Repeats
            | Obstacle::Full
            | Obstacle::NoWork
            | Obstacle::NoMaker),
        ) => Err(Refused::NotHere(other.words().to_owned())),
    }
}

pub(in crate::decide) fn refuse_now(
    snapshot: &Snapshot,
    id: &NodeId,
    action: Action,
    why: &'static str,
    status: NodeStatus,
) -> Refused {
    Refused::NotNow { why, action, node: node_label(snapshot, id), status }
}

/// The name of a node in messages: its title, or its id where the workflow does not know it.
pub(in crate::decide) fn node_label(snapshot: &Snapshot, id: &NodeId) -> String {
    let drawn = snapshot.compiled.node(id);
    drawn.map_or_else(|| id.to_string(), |node| node.title().to_owned())
}
