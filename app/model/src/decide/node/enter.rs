//! Nodes that may run enter, by an explicit worklist.

use super::{
    hold::{find_hold, hold_node},
    join::{Join, evaluate_join, scope_of_first_lanes},
    settle::{settle_completed, settle_failed, settle_skipped},
    wait::set_waiting,
};
use crate::{
    connect::node_inputs,
    decide::{
        JobState, Snapshot, TalkSize, Transition,
        iterations::plan::plan_iterations,
        review::{
            open::{new_review, open_review},
            recorded::leave_out_as_recorded,
        },
    },
    execution::{
        event::{EventKind, SkipReason},
        failure::Failure,
        state::{Effect, JobStatus, NodeStatus},
        view::Bill,
    },
    expr::{Condition, ExprError},
    id::{JobId, NodeId},
    nodes::{NodeConfig, Settled, Work, for_each::Rounds},
    review::ReviewState,
    time::Timestamp,
    workflow::Node,
};

/// What a node that may run does first.
enum Entry {
    Skip(SkipReason),
    Settle(Settled),
    Work { jobs: u32, not_before: Timestamp },
    Review(ReviewState),
    Loop(Rounds),
}

/// Enters or skips nodes until none is left on the worklist.
pub(in crate::decide) fn process_worklist(transition: &mut Transition<'_>) {
    while let Some(id) = transition.worklist.nodes.pop_front() {
        let pending =
            transition.snapshot().nodes.get(&id).is_some_and(|n| n.status == NodeStatus::Pending);
        if !pending {
            continue;
        }
        match evaluate_join(transition.snapshot(), &id) {
            Join::Wait => {}
            Join::Skip => settle_skipped(transition, &id, SkipReason::DeadPath),
            Join::Run => enter_or_hold(transition, &id),
        }
    }
}

/// Enters a node, or holds it until a person lets it start.
fn enter_or_hold(transition: &mut Transition<'_>, id: &NodeId) {
    match find_hold(transition.snapshot(), id) {
        Some(hold) => hold_node(transition, id, hold),
        None => enter_node(transition, id),
    }
}

pub(in crate::decide) fn enter_node(transition: &mut Transition<'_>, id: &NodeId) {
    let compiled = transition.compiled_workflow();
    if leave_out_as_recorded(transition, id) {
        return;
    }
    let Some(node) = compiled.node(id) else { return };
    match find_entry(transition, id, node) {
        Ok(Entry::Skip(reason)) => settle_skipped(transition, id, reason),
        Ok(Entry::Settle(settled)) => settle_completed(transition, id, settled),
        Ok(Entry::Work { jobs, not_before }) => {
            match check_min_items(transition.snapshot(), id, node, jobs) {
                Ok(()) => create_jobs(transition, id, jobs, not_before),
                Err(failure) => settle_failed(transition, id, failure),
            }
        }
        Ok(Entry::Review(review)) => open_review(transition, id, review),
        Ok(Entry::Loop(iterations)) => plan_iterations(transition, id, iterations),
        Err(error) => {
            let failure = Failure::permanent("expression", error.to_string());
            settle_failed(transition, id, failure);
        }
    }
}

fn find_entry(
    transition: &mut Transition<'_>,
    id: &NodeId,
    node: &Node,
) -> Result<Entry, ExprError> {
    if !node.data.enabled {
        return Ok(Entry::Skip(SkipReason::Disabled));
    }
    let scope = transition.snapshot().scope_at(id, transition.now())?;
    if let Some(condition) = &node.data.condition
        && !Condition::parse(condition)?.eval(&scope)?
    {
        return Ok(Entry::Skip(SkipReason::Condition));
    }
    let compiled = transition.compiled_workflow();
    let config = transition.snapshot().config(id).unwrap_or(&node.data.config);
    let scope = match config.enough_edges() {
        Some(enough) => scope_of_first_lanes(transition.snapshot(), id, enough, scope),
        None => scope,
    };
    let inputs = || node_inputs(compiled.workflow(), &node.id, &scope);
    match (config.work(), config) {
        (Work::Inline, config) => Ok(Entry::Settle(config.settle_inline(&inputs())?)),
        (Work::Review, NodeConfig::Review(config)) => {
            let config = config.clone();
            Ok(Entry::Review(new_review(transition, &config, &inputs())?))
        }
        (Work::Loop, NodeConfig::ForEach(config)) => {
            Ok(Entry::Loop(config.plan_iterations(&inputs())?))
        }
        // Not reached: a node that is no step is not in the order.
        (Work::None, _) => Ok(Entry::Skip(SkipReason::Condition)),
        (Work::Jobs | Work::Review | Work::Loop, config) => Ok(Entry::Work {
            jobs: config.quantity(&scope)?,
            not_before: config.not_before(&scope)?,
        }),
    }
}

/// Fails a node that has fewer items than must succeed, so that none is paid for in vain.
fn check_min_items(
    snapshot: &Snapshot,
    id: &NodeId,
    node: &Node,
    items: u32,
) -> Result<(), Failure> {
    let replayed = snapshot.replays.as_ref();
    // A node that had jobs in the execution that is replayed has them here too.
    let went_on = replayed.is_some_and(|replayed| !replayed.unbegun.contains(id));
    let least = node.data.min_items.filter(|least| !went_on && *least > items);
    let Some(least) = least else { return Ok(()) };
    let words = format!("At least {least} items must succeed, but there are only {items}.");
    Err(Failure::permanent("too_few_items", words))
}

fn create_jobs(transition: &mut Transition<'_>, id: &NodeId, quantity: u32, not_before: Timestamp) {
    let later = not_before > transition.now();
    let ids: Vec<_> = (0..quantity).map(|_| JobId(transition.new_id())).collect();
    let Ok(node) = transition.node_mut(id) else { return };
    node.status = NodeStatus::Ready;
    node.jobs_total = i32::try_from(quantity).unwrap_or(i32::MAX);
    let generation = node.generation;
    transition.record(EventKind::NodeReady { node: id.clone(), jobs: ids.clone() });
    for (item, job) in (0..).zip(ids) {
        transition.add_job(JobState {
            id: job,
            node: id.clone(),
            item,
            generation,
            status: JobStatus::Pending,
            attempt: 0,
            lost: 0,
            fence: 0,
            worker: None,
            run_at: not_before,
            child: None,
            effect: Effect::Intent,
            talk: TalkSize::default(),
            open_calls: vec![],
            values: None,
            failure: None,
            bill: Bill::default(),
            started_at: None,
            ended_at: None,
        });
    }
    if later {
        let message = "Waiting for its scheduled time".to_owned();
        set_waiting(transition, id, Some(not_before), message);
    }
}
