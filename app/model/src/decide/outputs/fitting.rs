//! Limits of what steps may give and loops may go through. Output that could not be recorded, held
//! in memory or relied on becomes a failure instead.

use serde_json::{Map, Value};

use crate::{
    connect,
    decide::{NextStep, Outcome, Snapshot},
    execution::failure::Failure,
    id::NodeId,
    nodes::{NodeKind, for_each::Rounds},
    value::{MAX_WEIGHT, Unrecordable, recordable, weight},
};

/// Most bytes, by [`weight`], of the outputs of all steps of one execution together. The lists that
/// its loops go through may take as much again.
const MOST_GIVEN: usize = 64 << 20;

/// Values of fewer bytes than this are not checked against [`MOST_GIVEN`]: each check weighs all.
const WEIGHED: usize = 64 << 10;

/// The outcome, or a failure where the node may not give this output.
pub(in crate::decide) fn check_outcome(
    snapshot: &Snapshot,
    node: &NodeId,
    outcome: Outcome,
) -> Outcome {
    match outcome {
        Outcome::Done(output) => match check_item_output(snapshot, node, &output.values) {
            Ok(()) => Outcome::Done(output),
            Err(failure) => Outcome::Failed(failure),
        },
        Outcome::Stepped(mut step) => {
            if let NextStep::End(output) = &step.next
                && let Err(failure) = check_item_output(snapshot, node, &output.values)
            {
                step.next = NextStep::Fail(failure);
            }
            Outcome::Stepped(step)
        }
        other @ (Outcome::Failed(_) | Outcome::Waits(_)) => other,
    }
}

/// Whether a node may give this as one of its items: it comes to what there is already.
///
/// # Errors
/// As [`check_output`], or all together would be more than one process can hold.
pub(in crate::decide) fn check_item_output(
    snapshot: &Snapshot,
    id: &NodeId,
    output: &Map<String, Value>,
) -> Result<(), Failure> {
    check_output(snapshot, id, output)?;
    check_room(snapshot, id, output)
}

/// Whether a node may give this.
///
/// # Errors
/// Nobody could record it or read it again, or it is not what its port gives, on which rely
/// those that follow. What is replayed was given already, perhaps by a node that was set up
/// otherwise.
pub(in crate::decide) fn check_output(
    snapshot: &Snapshot,
    id: &NodeId,
    output: &Map<String, Value>,
) -> Result<(), Failure> {
    if output.is_empty() {
        return Ok(());
    }
    recordable(output.values()).map_err(Failure::unrecordable)?;
    // What an execution is launched with was judged before that.
    let is_start = snapshot.config(id).is_some_and(|c| c.kind() == NodeKind::Start);
    let judged = !is_start && snapshot.replays.is_none();
    match find_misfit(snapshot, id, output).filter(|_| judged) {
        Some(why) => Err(Failure::permanent("unfit_output", why)),
        None => Ok(()),
    }
}

/// What of this output does not fit the ports of the node, in words; none where all does.
pub(in crate::decide) fn find_misfit(
    snapshot: &Snapshot,
    id: &NodeId,
    output: &Map<String, Value>,
) -> Option<String> {
    let node = snapshot.effective_node(id)?;
    connect::misfit(snapshot.compiled.workflow(), &node, output)
}

/// Whether the iterations of a loop may go through this: it is kept until they are done.
///
/// # Errors
/// Nobody could record it or read it again, or with it the lists of all loops would be more
/// than one process can hold.
pub(in crate::decide) fn check_list(snapshot: &Snapshot, plan: &Rounds) -> Result<(), Failure> {
    let Rounds::Over(items) = plan else { return Ok(()) };
    recordable(items).map_err(unkeepable_list)?;
    let own = total_weight(items);
    if own < WEIGHED {
        return Ok(());
    }
    let others = snapshot.nodes.values().filter_map(|node| node.planned.as_deref());
    let lists = others.filter_map(|plan| match plan {
        Rounds::Over(items) => Some(items),
        Rounds::Until(_) => None,
    });
    if lists.map(total_weight).fold(own, usize::saturating_add) > MOST_GIVEN {
        Err(too_much_to_go_through())
    } else {
        Ok(())
    }
}

fn check_room(
    snapshot: &Snapshot,
    id: &NodeId,
    output: &Map<String, Value>,
) -> Result<(), Failure> {
    let own = output_weight(output);
    if own < WEIGHED {
        return Ok(());
    }
    let items = snapshot.jobs_of(id);
    let items: usize = items.iter().filter_map(|job| job.values.as_ref()).map(output_weight).sum();
    if items.saturating_add(own) > MAX_WEIGHT {
        return Err(Failure::unrecordable(Unrecordable::Large));
    }
    let given = snapshot.nodes.values().filter_map(|node| node.output.as_deref());
    let given: usize = given.map(output_weight).sum();
    if given.saturating_add(items).saturating_add(own) > MOST_GIVEN {
        Err(too_much_given())
    } else {
        Ok(())
    }
}

fn output_weight(given: &Map<String, Value>) -> usize {
    total_weight(given.values())
}

fn total_weight<'a>(values: impl IntoIterator<Item = &'a Value>) -> usize {
    values.into_iter().map(|value| weight(value, MOST_GIVEN)).sum()
}

fn unkeepable_list(why: Unrecordable) -> Failure {
    let message = format!("Can't save the list of the loop: {why}.");
    Failure::permanent("unrecordable_items", message)
}

fn too_much_to_go_through() -> Failure {
    let message = format!(
        "The loops of this run would exceed the limit of {} MiB for their lists. Use shorter \
         lists, or move some steps into a separate workflow.",
        MOST_GIVEN >> 20
    );
    Failure::permanent("too_many_items", message)
}

fn too_much_given() -> Failure {
    let message = format!(
        "The outputs of this run would exceed the limit of {} MiB. Shorten them, or move some \
         steps into a separate workflow.",
        MOST_GIVEN >> 20
    );
    Failure::permanent("too_much_output", message)
}
