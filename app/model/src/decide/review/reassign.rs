//! Who decides an open review: checked under the execution's lock, and changed by people.

use std::sync::Arc;

use super::{decision::find_open_review, verdict::assignment};
use crate::{
    decide::{
        Refused, ReviewChange, Snapshot, Transition,
        node::{checks::check_action, config::config_with_changes},
    },
    execution::{event::EventKind, state::Action},
    id::ReviewId,
    problem::FieldProblem,
    review::assignment::{Assignment, Reassigned, Reassignment, ReviewActor},
};

/// Refuses the decision of somebody who does not decide this review as it is assigned now.
///
/// # Errors
/// [`Refused::NotYours`]; nothing where the review is not open.
pub fn check_may_decide(
    snapshot: &Snapshot,
    review: ReviewId,
    actor: &ReviewActor,
) -> Result<(), Refused> {
    let open = find_open_review(snapshot, review);
    let assigned = open.and_then(|(id, _)| assignment(snapshot, &id));
    let may = assigned.map(|assigned| assigned.may_decide(actor));
    may.unwrap_or(Ok(())).map_err(Refused::from)
}

/// Gives an open review to others. Approvals that were given count on.
///
/// # Errors
/// [`Refused::ReviewOver`] when it is decided; [`Refused::Lacks`] when this person may not reassign
/// it so; [`Refused::Misset`] with the field when fewer people are named than must approve, or when
/// it is not said why the person may decide who launched the execution.
pub fn reassign_review(
    transition: &mut Transition<'_>,
    reassignment: Reassignment,
    actor: &ReviewActor,
) -> Result<(), Refused> {
    check_action(transition.snapshot(), Action::Decide)?;
    let Reassignment { review, to, names, by, reason } = reassignment;
    let open = find_open_review(transition.snapshot(), review);
    let asked =
        open.and_then(|(id, _)| assignment(transition.snapshot(), &id).map(|now| (id, now)));
    let (node, now) = asked.ok_or(Refused::ReviewOver(review))?;
    now.may_reassign(&to, actor)?;
    check_reason(&now, &to, reason.as_deref())?;
    let config = config_with_changes(transition.snapshot(), &node, &to.to_fields());
    let config = config.map_err(without_config)?;
    transition.node_mut(&node)?.config = Some(Arc::new(config));
    transition.change_review(ReviewChange::Reassigned { review, to: to.clone() });
    let reassigned = Reassigned { node, review, to, names, by, reason };
    transition.record(EventKind::ReviewReassigned(reassigned));
    Ok(())
}

/// What overrides the rule of a workflow is recorded with its reason.
fn check_reason(now: &Assignment, to: &Assignment, reason: Option<&str>) -> Result<(), Refused> {
    if reason.is_some() || !now.lets_author_in(to) {
        return Ok(());
    }
    let words = "Enter why the person who launched the run can decide. It stays in the history.";
    let wrong = FieldProblem::field("missing_value", "reason", words);
    Err(Refused::Misset(Box::new(wrong)))
}

/// A field that does not fit, at its place in what was asked: that has the fields by themselves.
fn without_config(refused: Refused) -> Refused {
    match refused {
        Refused::Misset(wrong) => {
            let wrong = *wrong;
            let path = wrong.path.map(|path| match path.strip_prefix("config.") {
                Some(field) => field.to_owned(),
                None => path,
            });
            Refused::Misset(Box::new(FieldProblem { path, ..wrong }))
        }
        other => other,
    }
}
