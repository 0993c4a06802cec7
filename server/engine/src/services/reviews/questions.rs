//! Questions about calls whose outcome is unknown, and their answers.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    execution::{
        question::{CallAnswer, QuestionCard, Way},
        view::JobView,
    },
    id::{ExecutionId, JobId},
    problem::{FieldProblem, Problem},
    review::Reviewer,
};
use store::{
    error::{Doing, EngineError, Result},
    executions, reviews,
};

use super::Reviews;
use crate::{
    exec::advance::{Input, InputOutcome},
    services::{
        audit::entry,
        executions::{refusal::refusal, views::view},
    },
};

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
        let mut conn = self.context.pool.acquire().await.doing("reading questions about calls")?;
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
        let mut conn = self.context.pool.acquire().await.doing("answering for a call")?;
        let name = reviews::user_name(&mut conn, actor.user).await?;
        drop(conn);
        let job = answer.job_id;
        let asked = serde_json::json!({ "job": job, "answer": answer.answer });
        let note = entry(actor, AuditAction::ExecutionAnswer, Some(id.to_string()))
            .with_detail("asked", asked);
        let by = Reviewer { user: Some(actor.user), name };
        match self.context.advance.command(id, Input::Answer(answer, by), note.into()).await? {
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
        let mut conn = self.context.pool.acquire().await.doing("reading who answered")?;
        let seen = view(&mut conn, (actor.workspace, id)).await?;
        let mut jobs = seen.nodes.iter().flat_map(|node| &node.jobs);
        let said = |known: &JobView| known.said.clone().filter(|_| known.question.is_none());
        let said = jobs.find(|known| known.id == job).and_then(said);
        Ok(said
            .map(|said| format!("{}: already answered by {}.", said.answer.words(), said.by.name)))
    }
}
