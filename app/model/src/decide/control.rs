//! Commands of people, and of the execution that launched this one.
//!
//! Each command is decided on the snapshot, allowed or refused by one table, and recorded as an
//! event. What a person changes of a node lies in the node's row; the frozen definition stays as it
//! was.

use serde_json::{Map, Value};

use super::{
    ParentWord, Refused, Snapshot, Transition,
    iterations::{
        end::drop_iterations,
        retry::{resolve_targets, revive_iteration},
    },
    lifecycle::{
        advance::advance,
        queue::{end_review_pause, run_or_queue},
        status::{message_children, pause_for},
        stop::stop,
    },
    node::{
        cancel::{cancel_open_jobs, cancel_review},
        checks::{check_action, node_label},
        config::{config_for_retry, set_config},
        facts::{failed_jobs, node_facts},
        hold::pause_at_breakpoint,
        reopen::reopen_node,
        retry_items::retry_failed_items,
        settle::{settle_as_told, settle_completed, settle_skipped},
    },
    outputs::fitting::find_misfit,
    stepping::release_held,
};
use crate::{
    budget::Dollars,
    execution::{
        event::{EventKind, SkipReason},
        state::{Action, EndReason, ExecutionStatus, Hold, NodeStatus, PauseReason},
    },
    id::NodeId,
    nodes::Settled,
    value,
};

/// Lets nothing new start; what runs finishes and is kept. A pause of another reason becomes
/// the person's: the end of that reason does not end it.
///
/// # Errors
/// [`Refused::NotAllowed`] when it is over. Pausing twice changes nothing.
pub fn pause(transition: &mut Transition<'_>) -> Result<(), Refused> {
    if transition.snapshot().pause_reason == Some(PauseReason::User) {
        return Ok(());
    }
    check_action(transition.snapshot(), Action::Pause)?;
    pause_for(transition, PauseReason::User, None);
    Ok(())
}

/// Goes on; what waits for a cured cause is due at once.
///
/// # Errors
/// [`Refused::NotAllowed`] when it is over, [`Refused::AwaitsReview`] when only a decision lets
/// it go on, [`Refused::AwaitsParent`] when only what launched it does. Resuming a running one
/// only lets go what stands at a breakpoint; one that waits for a place goes on by itself.
pub fn resume(transition: &mut Transition<'_>) -> Result<(), Refused> {
    if transition.snapshot().status == ExecutionStatus::Running {
        release_held(transition, Hold::Breakpoint);
        advance(transition);
        return Ok(());
    }
    if transition.snapshot().status == ExecutionStatus::Pending {
        return Ok(());
    }
    match transition.snapshot().pause_reason {
        Some(PauseReason::Review) => return Err(Refused::AwaitsReview),
        Some(PauseReason::Parent) => return Err(Refused::AwaitsParent),
        Some(
            PauseReason::User
            | PauseReason::Budget
            | PauseReason::Provider
            | PauseReason::Storage
            | PauseReason::Breakpoint,
        )
        | None => check_action(transition.snapshot(), Action::Resume)?,
    }
    run_or_queue(transition);
    transition.wake_jobs();
    release_held(transition, Hold::Breakpoint);
    advance(transition);
    Ok(())
}

/// Does what the parent wants; what does not fit where this execution stands changes nothing.
///
/// # Errors
/// None in practice; see [`stop()`].
pub fn follow_parent(transition: &mut Transition<'_>, word: ParentWord) -> Result<(), Refused> {
    let (status, reason) = (transition.snapshot().status, transition.snapshot().pause_reason);
    // A person's own pause outlasts the parent's; what else it waits for ends meanwhile.
    let own = matches!(reason, Some(PauseReason::User | PauseReason::Parent));
    match word {
        ParentWord::Stop if !status.is_over() => stop(transition, EndReason::Parent)?,
        ParentWord::Pause if !status.is_over() && !own => {
            pause_for(transition, PauseReason::Parent, None);
        }
        ParentWord::Resume if reason == Some(PauseReason::Parent) => go_on_with_parent(transition),
        ParentWord::Budget if reason == Some(PauseReason::Budget) => go_on_with_parent(transition),
        ParentWord::Stop | ParentWord::Pause | ParentWord::Resume | ParentWord::Budget => {}
    }
    Ok(())
}

/// Lets an execution go on that waits for room in the storage, which has some now. One that waits for
/// something else stays as it is.
///
/// # Errors
/// None in practice; see [`resume()`].
pub fn follow_storage_back(transition: &mut Transition<'_>) -> Result<(), Refused> {
    if transition.snapshot().pause_reason == Some(PauseReason::Storage) {
        go_on_with_parent(transition);
    }
    Ok(())
}

fn go_on_with_parent(transition: &mut Transition<'_>) {
    run_or_queue(transition);
    transition.wake_jobs();
    advance(transition);
    pause_at_breakpoint(transition);
}

/// Runs the failed jobs of a node again that failed, or that had enough without them, changed
/// as `config` says; what its other jobs made is kept. Of what lies in a loop, as it was drawn,
/// all iterations in which it failed go on.
///
/// # Errors
/// [`Refused::NotAllowed`], [`Refused::UnknownNode`], [`Refused::NotFailed`],
/// [`Refused::Handled`] when the workflow went on after the failure, [`Refused::WentOn`] when a
/// loop has, [`Refused::NotHere`] while a step works with the items there are, in a replay or
/// where its history has no room, or [`Refused::Unfit`] when it would have another number of
/// them, or the iterations of a loop others.
pub fn retry_node(
    transition: &mut Transition<'_>,
    id: &NodeId,
    config: Option<&Map<String, Value>>,
) -> Result<(), Refused> {
    check_action(transition.snapshot(), Action::RetryNode)?;
    let targets = resolve_targets(transition.snapshot(), id, Action::RetryNode)?;
    // All configurations first: where one of them is refused, no node is changed.
    let with = |id: &NodeId| {
        config.map(|changes| Ok((config_for_retry(transition, id, changes)?, changes))).transpose()
    };
    let configs = targets.iter().map(with).collect::<Result<Vec<_>, Refused>>()?;
    for (id, config) in targets.into_iter().zip(configs) {
        if let Some(config) = config {
            set_config(transition, &id, config.0, config.1)?;
        }
        if node_facts(transition.snapshot(), &id)?.status == NodeStatus::Completed {
            retry_failed_items(transition, &id)?;
        } else {
            revive_iteration(transition, &id)?;
            let failed = failed_jobs(transition.snapshot(), &id);
            reopen_node(transition, &id, failed, vec![])?;
        }
    }
    restart_failed(transition);
    end_review_pause(transition);
    advance(transition);
    Ok(())
}

/// Lets a failed execution go on, or wait for a place.
fn restart_failed(transition: &mut Transition<'_>) {
    if transition.snapshot().status == ExecutionStatus::Failed {
        run_or_queue(transition);
    }
}

/// Goes on without a node: what it was doing is dropped. With `output` it counts as done and
/// gives that, port by port: of ports that exclude each other, by those that it names. Of what
/// lies in a loop, as it was drawn, every iteration that can go on without it does.
///
/// # Errors
/// [`Refused::NotAllowed`], [`Refused::UnknownNode`], or [`Refused::NotNow`] when the node has
/// settled or is not reached yet, or [`Refused::Handled`] when the workflow went on after its
/// failure, or [`Refused::Unfit`] when its ports do not give such an output; nothing is changed
/// then.
pub fn skip_node(
    transition: &mut Transition<'_>,
    id: &NodeId,
    output: Option<Map<String, Value>>,
) -> Result<(), Refused> {
    check_action(transition.snapshot(), Action::SkipNode)?;
    let targets = resolve_targets(transition.snapshot(), id, Action::SkipNode)?;
    if let Some(output) = &output {
        targets.iter().try_for_each(|id| check_told_output(transition.snapshot(), id, output))?;
    }
    for id in targets {
        leave_out(transition, &id, output.clone())?;
    }
    end_review_pause(transition);
    advance(transition);
    Ok(())
}

/// Lets it cost so much from here on, in millionths of a dollar; none is no cap of its own. One
/// that is paused for its budget goes on when it is resumed, what it launched
/// by itself, and what that launched when the sweeper finds it.
///
/// # Errors
/// [`Refused::NotAllowed`] when it is over. The same budget again changes nothing.
pub fn set_budget(transition: &mut Transition<'_>, micros: Option<i64>) -> Result<(), Refused> {
    check_action(transition.snapshot(), Action::SetBudget)?;
    if transition.snapshot().budget != micros {
        transition.set_budget(micros);
        transition.record(EventKind::ExecutionBudget { micros });
        if transition.snapshot().status == ExecutionStatus::Running {
            message_children(transition, ParentWord::Budget);
        }
    }
    Ok(())
}

/// Refuses a budget where somebody has set another since it was seen, when it was `was`.
///
/// # Errors
/// [`Refused::NotAllowed`] when it is over, [`Refused::NotHere`] when it is so.
pub fn check_budget_seen(snapshot: &Snapshot, was: Option<Option<i64>>) -> Result<(), Refused> {
    check_action(snapshot, Action::SetBudget)?;
    let now = snapshot.budget;
    if was.is_none_or(|was| was == now) {
        return Ok(());
    }
    let stands = now.map_or_else(
        || "it now has none".to_owned(),
        |micros| format!("it is now {}", Dollars(micros)),
    );
    let words = format!("Someone else changed the budget: {stands}. Check it again");
    Err(Refused::NotHere(words))
}

/// Refuses what was asked of a node that somebody has had made again since it was looked at.
///
/// # Errors
/// [`Refused::NotHere`] when it is so.
pub fn check_generation(
    snapshot: &Snapshot,
    id: &NodeId,
    generation: Option<i32>,
) -> Result<(), Refused> {
    let Some(node) = snapshot.nodes.get(id) else { return Ok(()) };
    if generation.is_none_or(|seen| seen == node.generation) {
        return Ok(());
    }
    let came_of_it = match node.status {
        NodeStatus::Failed => ", and it failed again",
        NodeStatus::Completed => ", and it is completed",
        NodeStatus::Pending
        | NodeStatus::Ready
        | NodeStatus::Running
        | NodeStatus::Waiting
        | NodeStatus::AwaitingReview
        | NodeStatus::Skipped
        | NodeStatus::Cancelled => "",
    };
    let name = node_label(snapshot, id);
    let words = format!("Someone else ran “{name}” again{came_of_it}");
    Err(Refused::NotHere(format!("{words}. Check it again")))
}

/// Refuses what cannot have come out of a node's ports: what follows relies on their types.
fn check_told_output(
    snapshot: &Snapshot,
    id: &NodeId,
    output: &Map<String, Value>,
) -> Result<(), Refused> {
    value::recordable(output.values()).map_err(Refused::unrecordable)?;
    find_misfit(snapshot, id, output).map_or(Ok(()), |why| Err(Refused::Unfit(why)))
}

fn leave_out(
    transition: &mut Transition<'_>,
    id: &NodeId,
    output: Option<Map<String, Value>>,
) -> Result<(), Refused> {
    revive_iteration(transition, id)?;
    cancel_open_jobs(transition, id)?;
    cancel_review(transition, id);
    drop_iterations(transition, id)?;
    transition.node_mut(id)?.failure = None;
    restart_failed(transition);
    let gave = transition.snapshot().nodes.get(id).and_then(|node| node.output.clone());
    match (output, gave) {
        (Some(output), _) => settle_as_told(transition, id, output),
        // It had completed before: only what is being retried or done again is left out.
        (None, Some(gave)) => {
            let output = gave.as_ref().clone();
            let config = transition.snapshot().config(id);
            let takes = config.map(|config| config.takes_by_output(&output)).unwrap_or_default();
            settle_completed(transition, id, Settled { output, takes });
        }
        (None, None) => settle_skipped(transition, id, SkipReason::User),
    }
    Ok(())
}
