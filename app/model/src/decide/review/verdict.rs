//! What a decided review does to its node, and to the nodes before and after it.

use serde_json::{Map, Value};

use crate::{
    decide::{
        Refused, ReviewChange, Snapshot, Transition,
        node::{
            checks::check_no_obstacle,
            reset::{plan_rework, reset_for_rework},
            settle::{settle_completed, settle_failed},
        },
    },
    execution::{
        action_policy::node_states::NodeStates, event::EventKind, failure::Failure, state::Action,
    },
    id::NodeId,
    nodes::{
        NodeConfig, Settled, TakenPorts,
        review::{Config, ITEMS, OnReject, VERDICTS},
    },
    review::{ApprovalGiven, Approved, ReviewState, Reviewer, Verdict, assignment::Assignment},
};

/// Who decides what a node asks; none for one that asks nobody.
pub(super) fn assignment(snapshot: &Snapshot, id: &NodeId) -> Option<Assignment> {
    if let Some(NodeConfig::Agent(config)) = snapshot.config(id) {
        return Some(config.assignment());
    }
    review_config(snapshot, id).map(|config| config.assignment())
}

pub(super) fn review_config(snapshot: &Snapshot, id: &NodeId) -> Option<Config> {
    let NodeConfig::Review(config) = snapshot.config(id)? else { return None };
    Some(config.as_ref().clone())
}

/// Records an approval after which more are needed.
pub(super) fn record_approval(
    transition: &mut Transition<'_>,
    id: &NodeId,
    state: &ReviewState,
    approved: Approved,
) {
    let (review, items, approvals) = (state.id, state.items.clone(), state.approvals.clone());
    transition.change_review(ReviewChange::Approved { review, approvals, items });
    let Approved { by, comment, changed, .. } = approved;
    let given = ApprovalGiven { node: id.clone(), review, by, comment, changed };
    transition.record(EventKind::ReviewApproved(given));
}

/// Completes the node once enough people have approved.
pub(super) fn complete_approved(
    transition: &mut Transition<'_>,
    id: &NodeId,
    state: &ReviewState,
    by: Reviewer,
    comment: Option<String>,
) {
    end_review(transition, id, state, ReviewEnd::new(Verdict::Approved, by, comment));
    let all = Value::Array(state.items.clone());
    let output = Map::from_iter([
        (ITEMS.to_owned(), all.clone()),
        (Verdict::Approved.as_str().to_owned(), all),
    ]);
    settle_completed(transition, id, Settled { output, takes: VERDICTS.ports_when_passed() });
}

/// Goes on by the port `changes` where it is connected; else what was decided about is made
/// again.
pub(super) fn ask_for_changes(
    transition: &mut Transition<'_>,
    id: &NodeId,
    state: ReviewState,
    reason: String,
    by: Reviewer,
) -> Result<(), Refused> {
    check_no_obstacle(transition.snapshot(), id, Action::AskForChanges)?;
    let snapshot = transition.snapshot();
    let leads_on = snapshot.leads_on(id, Verdict::Changes);
    let plan = if leads_on { None } else { plan_rework(snapshot, id) };
    let end = ReviewEnd::new(Verdict::Changes, by, Some(reason.clone()));
    end_review(transition, id, &state, end);
    match plan {
        Some(plan) => reset_for_rework(transition, &plan, &reason)?,
        None => leave_by(transition, id, Verdict::Changes, &state, &reason),
    }
    Ok(())
}

pub(super) fn reject(
    transition: &mut Transition<'_>,
    id: &NodeId,
    state: ReviewState,
    reason: String,
    by: Reviewer,
) {
    // A path that leads nowhere would end as if all were well.
    let snapshot = transition.snapshot();
    let fails = !snapshot.leads_on(id, Verdict::Rejected)
        || review_config(snapshot, id).is_some_and(|config| config.on_reject == OnReject::Fail);
    let name = by.name.clone();
    let end = ReviewEnd::new(Verdict::Rejected, by, Some(reason.clone()));
    end_review(transition, id, &state, end);
    if fails {
        let message = format!("Rejected by {name}: {reason}");
        settle_failed(transition, id, Failure::permanent("rejected", message));
    } else {
        leave_by(transition, id, Verdict::Rejected, &state, &reason);
    }
}

fn leave_by(
    transition: &mut Transition<'_>,
    id: &NodeId,
    verdict: Verdict,
    state: &ReviewState,
    reason: &str,
) {
    let told = serde_json::json!({ "items": state.items, "reason": reason });
    let port = verdict.as_str().to_owned();
    let output = Map::from_iter([(port.clone(), told)]);
    settle_completed(transition, id, Settled { output, takes: TakenPorts::Only(vec![port]) });
}

pub(super) struct ReviewEnd {
    pub(super) verdict: Verdict,
    pub(super) by: Reviewer,
    /// Why, or words for colleagues.
    pub(super) reason: Option<String>,
    /// Whether the same is not asked about again in this execution.
    pub(super) always: bool,
}

impl ReviewEnd {
    fn new(verdict: Verdict, by: Reviewer, reason: Option<String>) -> Self {
        Self { verdict, by, reason, always: false }
    }
}

/// Records how a review has ended; what follows from it is up to the caller.
pub(super) fn end_review(
    transition: &mut Transition<'_>,
    id: &NodeId,
    state: &ReviewState,
    end: ReviewEnd,
) {
    let ReviewEnd { verdict, by, reason, always } = end;
    let review = state.id;
    let items = (verdict == Verdict::Approved).then(|| state.items.clone());
    transition.record(EventKind::ReviewDecided {
        node: id.clone(),
        review,
        verdict,
        by: by.clone(),
        reason: reason.clone(),
    });
    let by = Some(by);
    transition.change_review(ReviewChange::Decided { review, verdict, by, reason, items, always });
}
