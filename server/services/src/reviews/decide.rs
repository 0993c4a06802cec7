//! Decisions about reviews, giving them to others, and answers about calls whose outcome is unknown.

use backend::actor::Actor;
use model::{
    access::{Permission, Role, can},
    agent::approval::ReviewKind,
    api::reviews::ReassignForm,
    audit::AuditAction,
    execution::{
        question::{CallAnswer, QuestionCard, Way},
        view::JobView,
    },
    id::{ExecutionId, JobId, ReviewId, UserId},
    nodes::NodeConfig,
    pages::{ReviewCard, ReviewEnd},
    problem::{FieldProblem, Problem},
    review::{
        Approval, Decision, MOST_REASON_CHARS, Reviewer,
        assignment::{Assignment, Reassignment},
    },
};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    executions, reviews,
};

use super::Reviews;
use crate::{
    audit::entry,
    context::OrNotFound,
    executions::{
        action_scope::{refusal, review_actor},
        history::effective_workflow,
        views::view,
    },
};
use engine::{
    exec::advance::{Input, InputOutcome},
    executors::find_edited_faults,
};

impl Reviews {
    /// Decides a review, in the actor's own name.
    ///
    /// # Errors
    /// A conflict that says whose decision came first; a problem when the decision does not fit
    /// what is reviewed; forbidden where the actor may not decide.
    pub async fn decide(&self, actor: &Actor, id: ReviewId, decision: Decision) -> Result<()> {
        let mut conn = self.ctx.connect("deciding a review").await?;
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
        self.check_edited(actor, &card, &decision).await?;
        let own = by.name.clone();
        let note = entry(actor, AuditAction::ReviewDecide, Some(card.execution_id.to_string()))
            .with_detail("review", id.to_string())
            .with_detail("verdict", decision.verdict().as_str());
        let input = Input::Decide(id, decision, by, review_actor(actor, card.author));
        match self.ctx.advance.command(card.execution_id, input, note.into()).await? {
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

impl Reviews {
    /// Refuses arguments of an agent's calls that were changed into what their tools do not take.
    async fn check_edited(
        &self,
        actor: &Actor,
        card: &ReviewCard,
        decision: &Decision,
    ) -> Result<()> {
        let Decision::Approve(Approval { items: Some(edited), keep, .. }) = decision else {
            return Ok(());
        };
        if card.kind != ReviewKind::ToolCalls || card.end.is_some() {
            return Ok(());
        }
        let mut conn = self.ctx.connect("judging the arguments of calls").await?;
        let (workspace, id) = (actor.workspace, card.execution_id);
        let found = executions::find(&mut conn, workspace, id).await?.or_not_found("run")?;
        let changed = executions::changed_nodes(&mut conn, workspace, id).await?;
        let workflow = effective_workflow(found.definition, changed)?;
        let node = workflow.node(&card.node_id.in_round(""));
        let Some(NodeConfig::Agent(config)) = node.map(|node| &node.data.config) else {
            return Ok(());
        };
        let Some(frozen) = config.frozen.as_deref() else { return Ok(()) };
        let (asked, keep) = (&card.items, keep.as_deref());
        let errors = find_edited_faults(&mut conn, workspace, frozen, asked, edited, keep).await?;
        if errors.is_empty() {
            return Ok(());
        }
        Err(Problem::invalid("Your decision was not saved.", errors).into())
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
        let mut conn =
            self.ctx.connect_as(actor, Permission::DecideOwnReview, "reassigning a review").await?;
        let (to, reason) = form.checked(&card.assignment())?;
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
        match self.ctx.advance.command(card.execution_id, input, note.into()).await? {
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

impl Reviews {
    /// The calls of the workspace, or of one of its executions, that nobody knows the end of.
    pub async fn questions(
        &self,
        actor: &Actor,
        execution: Option<ExecutionId>,
    ) -> Result<Vec<QuestionCard>> {
        actor.require(Permission::Read)?;
        if let Some(id) = execution {
            self.executions.may_watch(actor, id).await?;
        }
        let mut conn = self.ctx.connect("reading questions about calls").await?;
        executions::list_questions(&mut conn, actor.workspace, execution).await
    }

    /// Takes a person's answer to whether a call was carried out whose outcome is unknown.
    ///
    /// # Errors
    /// A conflict that says whose word came first, or that nobody is asked any more; an output with
    /// an answer that has none.
    pub async fn answer_call(
        &self,
        actor: &Actor,
        id: ExecutionId,
        answer: CallAnswer,
    ) -> Result<()> {
        actor.require(Permission::ControlExecution)?;
        if answer.output.is_some() && answer.answer != Way::Done {
            let words = "Enter a result only if the call was carried out.";
            let error = FieldProblem::field("invalid_value", "output", words);
            return Err(Problem::invalid("Your answer was not saved.", vec![error]).into());
        }
        self.executions.may_watch(actor, id).await?;
        let mut conn = self.ctx.connect("answering for a call").await?;
        let name = reviews::user_name(&mut conn, actor.user).await?;
        drop(conn);
        let job = answer.job_id;
        let asked = serde_json::json!({ "job": job, "answer": answer.answer });
        let note = entry(actor, AuditAction::ExecutionAnswer, Some(id.to_string()))
            .with_detail("asked", asked);
        let by = Reviewer { user: Some(actor.user), name };
        match self.ctx.advance.command(id, Input::Answer(answer, by), note.into()).await? {
            InputOutcome::Done | InputOutcome::Claimed(..) => Ok(()),
            InputOutcome::Gone => Err(EngineError::NotFound("run")),
            InputOutcome::Refused(refused) => match self.earlier_answer(actor, id, job).await? {
                Some(words) => Err(Problem::conflict("question_over", words).into()),
                None => Err(refusal(&refused).into()),
            },
        }
    }

    /// In words, who answered the last question about a job's call; none while it is unanswered.
    async fn earlier_answer(
        &self,
        actor: &Actor,
        id: ExecutionId,
        job: JobId,
    ) -> Result<Option<String>> {
        let mut conn = self.ctx.connect("reading who answered").await?;
        let seen = view(&mut conn, (actor.workspace, id)).await?;
        let mut jobs = seen.nodes.iter().flat_map(|node| &node.jobs);
        let said = |known: &JobView| known.said.clone().filter(|_| known.question.is_none());
        let said = jobs.find(|known| known.id == job).and_then(said);
        Ok(said
            .map(|said| format!("{}: already answered by {}.", said.answer.words(), said.by.name)))
    }
}
