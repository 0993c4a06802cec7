//! Changes of a node for one execution.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    Refused, Snapshot, Transition,
    lifecycle::advance::advance,
    node::{
        checks::{check_action, check_node_action, node_label},
        config::{change_config, config_with_changes},
        enter::enter_node,
        reset::reset_node,
    },
};
use crate::{
    execution::{
        action_policy::{ALL_BEGUN, node_states::NodeStates},
        event::EventKind,
        state::{Action, NodeStatus},
    },
    id::NodeId,
    nodes::NodeConfig,
};

/// Changes fields of a node that has not run; the definition stays as it was frozen. What lies
/// in a loop, as it was drawn, is changed for the iterations that begin from here on: those that
/// have begun keep what they have. `was` is what who asks has seen of its fields.
///
/// # Errors
/// [`Refused::NotAllowed`], [`Refused::UnknownNode`], [`Refused::NotNow`] when the node has
/// begun, [`Refused::NotHere`] when every iteration has, or somebody has changed what was seen, or
/// [`Refused::Misset`] when the configuration would not be valid.
pub fn edit_node(
    transition: &mut Transition<'_>,
    id: &NodeId,
    config: &Map<String, Value>,
    was: &Map<String, Value>,
) -> Result<(), Refused> {
    let action = Action::EditNode;
    check_action(transition.snapshot(), action)?;
    if transition.snapshot().compiled.is_drawn_in_loop(id) {
        return edit_iterations_to_come(transition, id, config, was);
    }
    let status = check_node_action(transition.snapshot(), id, action)?.status;
    check_config_seen(transition.snapshot(), id, was)?;
    change_config(transition, id, config)?;
    if status == NodeStatus::Ready {
        // How many jobs it has may follow from what was changed.
        reset_node(transition, id, None)?;
        enter_node(transition, id);
        advance(transition);
    }
    Ok(())
}

fn edit_iterations_to_come(
    transition: &mut Transition<'_>,
    id: &NodeId,
    changes: &Map<String, Value>,
    was: &Map<String, Value>,
) -> Result<(), Refused> {
    if !transition.snapshot().has_iterations_to_come(id) {
        return Err(Refused::NotHere(ALL_BEGUN.to_owned()));
    }
    check_config_seen(transition.snapshot(), id, was)?;
    let config = Arc::new(config_with_changes(transition.snapshot(), id, changes)?);
    transition.redraw(id, config);
    let fields = changes.keys().cloned().collect();
    transition.record(EventKind::NodeEdited { node: id.clone(), fields });
    Ok(())
}

fn check_config_seen(
    snapshot: &Snapshot,
    id: &NodeId,
    was: &Map<String, Value>,
) -> Result<(), Refused> {
    let now = snapshot.config(id).map(NodeConfig::to_value).unwrap_or_default();
    // What is not written shows as an empty text.
    let blank = |value: &Value| value.is_null() || value.as_str() == Some("");
    let differs = |(field, seen): &(&String, &Value)| {
        let now = now.get(*field).unwrap_or(&Value::Null);
        now != *seen && !(blank(now) && blank(seen))
    };
    match was.iter().find(differs) {
        Some((field, _)) => Err(Refused::NotHere(format!(
            "Someone else changed the {field} of “{}”. Check it again",
            node_label(snapshot, id)
        ))),
        None => Ok(()),
    }
}
