//! Giving a review to others.

use backend::actor::Actor;
use model::{
    access::{Permission, Role, can},
    api::reviews::ReassignForm,
    audit::AuditAction,
    id::{ReviewId, UserId},
    problem::{FieldProblem, Problem},
    review::{
        Reviewer,
        assignment::{Assignment, Reassignment},
    },
};
use sqlx::PgConnection;
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
    /// Gives an open review to others; approvals that were given count on. If it is made again, it asks
    /// the same people.
    ///
    /// # Errors
    /// Forbidden unless the actor is an editor or the review names them, and for an editor where it is
    /// for admins, or where whoever launched it would decide after all; people who are no members,
    /// cannot decide or are too few; a review that is over.
    pub async fn reassign(&self, actor: &Actor, id: ReviewId, form: ReassignForm) -> Result<()> {
        let card = self.review(actor, id).await?;
        actor.require(Permission::DecideOwnReview)?;
        let (to, reason) = form.checked(&card.assignment())?;
        let mut conn = self.context.pool.acquire().await.doing("reassigning a review")?;
        let names = names_of(&mut conn, actor, &to).await?;
        let name = reviews::user_name(&mut conn, actor.user).await?;
        drop(conn);
        let note = entry(actor, AuditAction::ReviewReassign, Some(card.execution_id.to_string()))
            .with_detail("review", id.to_string())
            .with_detail("to", serde_json::json!(to))
            .with_detail("reason", serde_json::json!(reason));
        let by = Reviewer { user: Some(actor.user), name };
        let reassignment = Reassignment { review: id, to, names, by, reason };
        let input = Input::Reassign(Box::new(reassignment), review_actor(actor, card.author));
        match self.context.advance.command(card.execution_id, input, note.into()).await? {
            InputOutcome::Done | InputOutcome::Claimed(..) => Ok(()),
            InputOutcome::Gone => Err(EngineError::NotFound("review")),
            InputOutcome::Refused(refused) => Err(refusal(&refused).into()),
        }
    }
}

/// The names of the people to whom a review is given, in their order.
///
/// # Errors
/// Each of them who is no member of the workspace, or may decide nothing there.
async fn names_of(conn: &mut PgConnection, actor: &Actor, to: &Assignment) -> Result<Vec<String>> {
    if to.people.is_empty() {
        return Ok(vec![]);
    }
    let found = reviews::find_members(conn, actor.workspace, &to.people).await?;
    let named = |person: &UserId| {
        let known = found.iter().find(|(member, _)| member.id == *person);
        known.map(|(member, role)| (member.name.clone(), *role))
    };
    let (mut names, mut errors) = (vec![], vec![]);
    for (place, person) in to.people.iter().enumerate() {
        match named(person) {
            Some((name, role)) if can(role, Permission::DecideOwnReview) => names.push(name),
            other => errors.push(unfit_person(place, other)),
        }
    }
    if errors.is_empty() {
        return Ok(names);
    }
    Err(Problem::invalid("The review was not reassigned.", errors).into())
}

/// Why somebody cannot be given a review: they are no member, or only read.
fn unfit_person(place: usize, member: Option<(String, Role)>) -> FieldProblem {
    let (code, message) = match member {
        Some((name, role)) => {
            ("may_not_decide", format!("{name} is a {role} and can't decide reviews."))
        }
        None => ("unknown_person", "This person isn't a member of the workspace.".to_owned()),
    };
    FieldProblem::field(code, format!("people[{place}]"), message)
}
