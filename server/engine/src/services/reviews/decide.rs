//! Decisions about reviews.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    id::ReviewId,
    pages::{ReviewCard, ReviewEnd},
    problem::{FieldProblem, Problem},
    review::{Decision, MOST_REASON_CHARS, Reviewer},
};
use store::{
    error::{Doing, EngineError, Result},
    reviews,
};

use super::Reviews;
use crate::{
    exec::advance::{Input, InputOutcome},
    services::{
        audit::entry,
        executions::{refusal::refusal, review_cards::review_actor},
    },
};

impl Reviews {
    /// Decides a review, in the actor's own name.
    ///
    /// # Errors
    /// A conflict that says whose decision came first; a problem when the decision does not fit
    /// what is reviewed; forbidden where the actor may not decide.
    pub async fn decide(&self, actor: &Actor, id: ReviewId, decision: Decision) -> Result<()> {
        let mut conn = self.context.pool.acquire().await.doing("deciding a review")?;
        let name = reviews::user_name(&mut conn, actor.user).await?;
        drop(conn);
        let by = Reviewer { user: Some(actor.user), name };
        self.decide_as(actor, id, decision, by).await
    }

    /// Decides a review, recorded under the name of `by`.
    pub(super) async fn decide_as(
        &self,
        actor: &Actor,
        id: ReviewId,
        decision: Decision,
        by: Reviewer,
    ) -> Result<()> {
        check_words(&decision)?;
        let card = self.review(actor, id).await?;
        actor.require(Permission::DecideOwnReview)?;
        let own = by.name.clone();
        let note = entry(actor, AuditAction::ReviewDecide, Some(card.execution_id.to_string()))
            .with_detail("review", id.to_string())
            .with_detail("verdict", decision.verdict().as_str());
        let input = Input::Decide(id, decision, by, review_actor(actor, card.author));
        match self.context.advance.command(card.execution_id, input, note.into()).await? {
            InputOutcome::Done | InputOutcome::Claimed(..) => Ok(()),
            InputOutcome::Gone => Err(EngineError::NotFound("review")),
            InputOutcome::Refused(refused) => match self.review(actor, id).await?.end {
                Some(end) => {
                    let asked = self.list_of_execution(actor, card.execution_id).await?;
                    let anew =
                        |other: &ReviewCard| other.end.is_none() && other.node_id == card.node_id;
                    let words = too_late_message(&end, &own, asked.iter().any(anew));
                    Err(Problem::conflict("review_over", words).into())
                }
                None => Err(refusal(&refused).into()),
            },
        }
    }
}

/// What to tell somebody who decides a review too late: who decided it, or that its node asks
/// again.
fn too_late_message(end: &ReviewEnd, own: &str, is_asked_again: bool) -> String {
    let (done, by) = (end.verdict.words(), &end.by);
    if by == own {
        format!("You already decided: {done}.")
    } else if !by.is_empty() {
        format!("{by} already decided: {done}.")
    } else if is_asked_again {
        "The content changed after you opened it. Check it again, then decide.".to_owned()
    } else {
        // Nobody decided: the execution went on without the review.
        format!("The review ended before you decided: {done}.")
    }
}

fn check_words(decision: &Decision) -> Result<(), Problem> {
    let (field, words, needed) = match decision {
        Decision::Approve(approval) => ("comment", approval.comment.as_deref(), false),
        Decision::Changes { reason } | Decision::Reject { reason } => {
            ("reason", Some(reason.as_str()), true)
        }
    };
    let words = words.unwrap_or_default();
    let message = if needed && words.trim().is_empty() {
        "Enter a reason.".to_owned()
    } else if words.chars().count() > MOST_REASON_CHARS {
        format!("Use at most {MOST_REASON_CHARS} characters.")
    } else {
        return Ok(());
    };
    let error = FieldProblem::field("invalid_value", field, message);
    Err(Problem::invalid("Your decision was not saved.", vec![error]))
}
