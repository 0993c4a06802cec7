//! Reviews that people decide, and questions about calls whose outcome is unknown.

use std::collections::BTreeSet;

use model::{
    access::{self, Permission},
    execution::{
        question::{CallAnswer, QuestionCard, Way},
        state::Action,
        view::{ExecutionView, JobView},
    },
    id::{ExecutionId, JobId, ReviewId, WorkspaceId},
    nodes::review::Reviewers,
    pages::{ReviewCard, ReviewEnd, WaitingRow},
    problem::{FieldProblem, Problem},
    review::{Decision, Reviewer},
    workflow::Workflow,
};
use sqlx::PgConnection;

use super::{
    Services,
    accounts::entry,
    actor::Actor,
    executions::{refusal, view, workflow},
};
use crate::{
    error::{Doing, EngineError, Result},
    exec::advance::{Input, InputOutcome},
    store::{
        executions,
        reviews::{self, ReviewQuery},
    },
};

/// Characters of a reason or comment, at most.
const MOST_WORDS: usize = 4_000;

impl Services {
    /// The open reviews of the workspace, the oldest first.
    pub async fn reviews(&self, actor: &Actor) -> Result<Vec<ReviewCard>> {
        let mut cards = self.review_cards(actor, ReviewQuery::Open).await?;
        self.fill_no_changes(actor, &mut cards).await?;
        Ok(cards)
    }

    /// Fills in why nobody can ask for changes, in those reviews that the actor may decide. An
    /// execution that cannot be read is left out; a request for changes of it is refused then.
    pub(super) async fn fill_no_changes(
        &self,
        actor: &Actor,
        cards: &mut [ReviewCard],
    ) -> Result<()> {
        let open = cards.iter().filter(|card| card.may_decide);
        let asking: BTreeSet<ExecutionId> = open.map(|card| card.execution_id).collect();
        if asking.is_empty() {
            return Ok(());
        }
        let mut conn = self.pool.acquire().await.doing("reading what reviews are about")?;
        for id in asking {
            let loaded = self.load_workflow_and_view(&mut conn, (actor.workspace, id)).await?;
            let Some((workflow, view)) = loaded else { continue };
            for card in cards.iter_mut().filter(|card| card.execution_id == id) {
                let node = view.node(&card.node_id);
                let why_not =
                    node.and_then(|node| view.why_not_to(node, &workflow, Action::AskForChanges));
                card.no_changes = why_not.map(str::to_owned);
            }
        }
        Ok(())
    }

    /// An execution's definition and view; none where there is no such execution, or they cannot be
    /// read.
    async fn load_workflow_and_view(
        &self,
        conn: &mut PgConnection,
        place: (WorkspaceId, ExecutionId),
    ) -> Result<Option<(Workflow, ExecutionView)>> {
        let Some(found) = executions::find(conn, place.0, place.1).await? else { return Ok(None) };
        let changed = executions::changed_nodes(conn, place.0, place.1).await?;
        let Ok(workflow) = workflow(found.definition, changed) else { return Ok(None) };
        let view = self.views.load(conn, place, found.events).await.ok();
        Ok(view.map(|view| (workflow, view)))
    }

    /// The reviews of an execution, decided ones too, the oldest first.
    pub async fn reviews_of(&self, actor: &Actor, id: ExecutionId) -> Result<Vec<ReviewCard>> {
        self.may_watch(actor, id).await?;
        self.review_cards(actor, ReviewQuery::OfExecution(id)).await
    }

    /// One review of the actor's workspace.
    ///
    /// # Errors
    /// Not found, also for one of another workspace.
    pub async fn review(&self, actor: &Actor, id: ReviewId) -> Result<ReviewCard> {
        let cards = self.review_cards(actor, ReviewQuery::One(id)).await?;
        cards.into_iter().next().ok_or(EngineError::NotFound("review"))
    }

    async fn review_cards(&self, actor: &Actor, which: ReviewQuery) -> Result<Vec<ReviewCard>> {
        actor.require(access::Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("reading reviews")?;
        load_cards(&mut conn, actor, which).await
    }

    /// How many reviews wait for a decision that the actor may take, and calls for a word of theirs;
    /// and the latest of the reviews.
    pub async fn waiting_for(&self, actor: &Actor) -> Result<(i64, Option<WaitingRow>)> {
        actor.require(access::Permission::Read)?;
        let groups = reviewer_groups(actor);
        let mut conn = self.pool.acquire().await.doing("counting reviews")?;
        let (reviews, latest) =
            reviews::count_waiting(&mut conn, actor.workspace, actor.user, &groups).await?;
        if !access::can(actor.role, Permission::ControlExecution) {
            return Ok((reviews, latest));
        }
        let calls = executions::count_questions(&mut conn, actor.workspace).await?;
        Ok((reviews + calls, latest))
    }

    /// Decides a review, in the actor's own name.
    ///
    /// # Errors
    /// A conflict that says whose decision came first; a problem when the decision does not fit
    /// what is reviewed; forbidden where the actor may not decide.
    pub async fn decide(&self, actor: &Actor, id: ReviewId, decision: Decision) -> Result<()> {
        let mut conn = self.pool.acquire().await.doing("deciding a review")?;
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
        actor.require(card.reviewers.permission())?;
        let own = by.name.clone();
        let note = entry(actor, "review.decide", Some(card.execution_id.to_string()))
            .with_detail("review", id.to_string());
        let input = Input::Decide(id, decision, by);
        match self.advance.command(card.execution_id, input, note.into()).await? {
            InputOutcome::Done | InputOutcome::Claimed(..) => Ok(()),
            InputOutcome::Gone => Err(EngineError::NotFound("review")),
            InputOutcome::Refused(refused) => match self.review(actor, id).await?.end {
                Some(end) => {
                    let asked = self.reviews_of(actor, card.execution_id).await?;
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
        format!("{done} by you already.")
    } else if !by.is_empty() {
        format!("{done} by {by} before you.")
    } else if is_asked_again {
        "What is decided about has changed, and you are asked anew: look at it again, then decide."
            .to_owned()
    } else {
        // Nobody decided: the execution went on without the review.
        format!("{done} before you decided.")
    }
}

impl Services {
    /// The calls of the workspace, or of one of its executions, that nobody knows the end of.
    pub async fn questions(
        &self,
        actor: &Actor,
        execution: Option<ExecutionId>,
    ) -> Result<Vec<QuestionCard>> {
        actor.require(Permission::Read)?;
        if let Some(id) = execution {
            self.may_watch(actor, id).await?;
        }
        let mut conn = self.pool.acquire().await.doing("reading questions about calls")?;
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
            let words = "Only a call that was carried out gives something.";
            let error = FieldProblem::field("invalid_value", "output", words);
            return Err(Problem::invalid("The answer was not accepted.", vec![error]).into());
        }
        self.may_watch(actor, id).await?;
        let mut conn = self.pool.acquire().await.doing("answering for a call")?;
        let name = reviews::user_name(&mut conn, actor.user).await?;
        drop(conn);
        let job = answer.job_id;
        let asked = serde_json::json!({ "job": job, "answer": answer.answer });
        let note =
            entry(actor, "execution.answer", Some(id.to_string())).with_detail("asked", asked);
        let by = Reviewer { user: Some(actor.user), name };
        match self.advance.command(id, Input::Answer(answer, by), note.into()).await? {
            InputOutcome::Done | InputOutcome::Claimed(..) => Ok(()),
            InputOutcome::Gone => Err(EngineError::NotFound("execution")),
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
        let mut conn = self.pool.acquire().await.doing("reading who answered")?;
        let seen = view(&mut conn, (actor.workspace, id)).await?;
        let mut jobs = seen.nodes.iter().flat_map(|node| &node.jobs);
        let said = |known: &JobView| known.said.clone().filter(|_| known.question.is_none());
        let said = jobs.find(|known| known.id == job).and_then(said);
        Ok(said.map(|said| format!("{} by {} before you.", said.answer.words(), said.by.name)))
    }
}

/// Reviews of the actor's workspace, each marked with whether the actor may decide it.
pub(super) async fn load_cards(
    conn: &mut PgConnection,
    actor: &Actor,
    which: ReviewQuery,
) -> Result<Vec<ReviewCard>> {
    let mut cards = reviews::list(conn, actor.workspace, which).await?;
    for card in &mut cards {
        let may = access::can(actor.role, card.reviewers.permission());
        card.may_decide = may && card.end.is_none();
    }
    Ok(cards)
}

/// The groups of reviewers that the actor belongs to, by role.
pub(super) fn reviewer_groups(actor: &Actor) -> Vec<Reviewers> {
    let may = |reviewers: &Reviewers| access::can(actor.role, reviewers.permission());
    [Reviewers::Runners, Reviewers::Editors].into_iter().filter(may).collect()
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
        "Say why: it goes into the next attempt, or into the record.".to_owned()
    } else if words.chars().count() > MOST_WORDS {
        format!("At most {MOST_WORDS} characters.")
    } else {
        return Ok(());
    };
    let error = FieldProblem::field("invalid_value", field, message);
    Err(Problem::invalid("The decision was not accepted.", vec![error]))
}
