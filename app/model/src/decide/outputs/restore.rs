//! Making an older version of an output current again.
//!
//! The version that counts again is a new one that repeats the older one: a row, and the same event
//! as of any other version. It is appended to the log of an execution that is over, too, whose
//! status stays.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::{
    decide::{
        Refused, Transition,
        lifecycle::{advance::advance, queue::end_review_pause},
        node::{
            checks::{check_action, check_node_action},
            reset::ResetPlan,
            retry_items::reset_to_waiting,
        },
    },
    execution::{
        action_policy::redo_scope::{Dependents, find_redo_scope},
        event::{ArtifactSummary, EventKind},
        state::Action,
    },
    id::NodeId,
};

/// An older version of an output that is to count again.
#[derive(Debug, Clone, PartialEq)]
pub struct Restore {
    /// The new version, which repeats the older one.
    pub artifact: ArtifactSummary,
    /// What its node gives from here on, port by port.
    pub output: Map<String, Value>,
}

/// Lets a node that is done give an older version of an output again: what begins from here on
/// reads it, and people are asked anew about what it stands in. What has begun stays as it is,
/// which way was taken among it, and what is over stays over.
///
/// # Errors
/// When the node is not done, or lies in a loop, whose output is made of all its iterations.
pub fn restore_output(transition: &mut Transition<'_>, restore: Restore) -> Result<(), Refused> {
    let Restore { artifact, output } = restore;
    let (id, action) = (artifact.node.clone(), Action::Restore);
    check_action(transition.snapshot(), action)?;
    check_node_action(transition.snapshot(), &id, action)?;
    transition.node_mut(&id)?.output = Some(Arc::new(output));
    transition.set_version(&id, artifact.item, &artifact.port, artifact.version);
    transition.record(EventKind::ArtifactCreated { artifact });
    pass_on_anew(transition, &id)
}

/// Lets the nodes after a node that have done nothing with its output yet read it again, as it
/// is now.
fn pass_on_anew(transition: &mut Transition<'_>, id: &NodeId) -> Result<(), Refused> {
    if transition.snapshot().status.is_over() {
        return Ok(());
    }
    let waiting = find_redo_scope(transition.snapshot(), id, Dependents::Keep);
    let plan = ResetPlan::for_waiting(waiting);
    let again = reset_to_waiting(transition, &plan)?;
    if !again.is_empty() {
        transition.worklist.nodes.extend(again);
        // What is given now may lead past the review that was waited for.
        end_review_pause(transition);
        advance(transition);
    }
    Ok(())
}
