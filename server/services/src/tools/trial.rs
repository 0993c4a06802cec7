//! Tools that a person tries, outside any execution.

use std::time::{Duration, Instant};

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    mcp::{
        name::ToolName,
        page::{ToolTrial, TrialResult},
    },
    problem::{FieldProblem, Problem},
};
use outside::mcp::port::{ToolRequest, Unwatched};
use store::error::Result;
use uuid::Uuid;

use super::Tools;
use engine::{
    executors::preview_answer,
    tools::{CallableTool, Unresolved, arguments, prepare_call},
};

/// The longest that a person waits for an answer.
const TIME_LIMIT: Duration = Duration::from_secs(60);

impl Tools {
    /// Calls a tool once, as a step would; the result says why it was not called, or failed.
    ///
    /// # Errors
    /// A tool that may change something, without the word that it may.
    pub async fn try_tool(&self, actor: &Actor, trial: ToolTrial) -> Result<TrialResult> {
        actor.require(Permission::LaunchInline)?;
        let callable = match self.find_callable(actor, &trial.tool).await? {
            Ok(callable) => callable,
            Err(words) => return Ok(TrialResult::failed(words)),
        };
        if callable.definition.annotations.read_only != Some(true) && !trial.confirmed {
            let words = "This tool may change something. Confirm that it is called.";
            let error = FieldProblem::field("not_confirmed", "confirmed", words);
            return Err(Problem::invalid("The tool was not called.", vec![error]).into());
        }
        let (given, alias) = (&trial.arguments, callable.alias.as_ref());
        let schema = &callable.definition.input_schema;
        let arguments = match arguments::prepare(&trial.tool, given, alias, schema) {
            Ok(arguments) => arguments,
            Err(failure) => return Ok(TrialResult::failed(failure.message)),
        };
        let server = &callable.server;
        if let Some(for_ms) = callable.admit(&self.ctx.pool, actor.workspace).await? {
            let (name, seconds) = (server.name(), for_ms.div_ceil(1_000));
            let words = format!(
                "{name} has reached its limit of calls per minute. Try again in {seconds} s."
            );
            return Ok(TrialResult::failed(words));
        }
        let mut tx = self.ctx.change(actor, Permission::LaunchInline, "trying a tool").await?;
        tx.record(actor, AuditAction::ToolTried, &trial.tool).await?;
        tx.commit().await?;
        let request = ToolRequest {
            tool: callable.definition.name.clone(),
            arguments,
            idempotency_key: Uuid::now_v7().to_string(),
            time_limit: TIME_LIMIT,
        };
        let started = Instant::now();
        let mut server = server.clone();
        let (deps, pool) = (&self.ctx.deps, &self.ctx.pool);
        let answer = server.call(deps, pool, request, &Unwatched).await;
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let result = match answer {
            Ok(answer) => TrialResult {
                result: Some(preview_answer(answer, &callable, given)),
                ..TrialResult::default()
            },
            Err(error) => TrialResult::failed(server.clean(error).to_string()),
        };
        Ok(TrialResult { duration_ms, sample: server.is_sample(), ..result })
    }

    /// The tool of this name as its server lists it, or why it cannot be called.
    async fn find_callable(
        &self,
        actor: &Actor,
        tool: &str,
    ) -> Result<std::result::Result<CallableTool, String>> {
        let Some(name) = ToolName::parse(tool).filter(|name| !name.is_agent_verb()) else {
            return Ok(Err(
                "Write a tool as server.toolName. Agent verbs run in workflows only.".to_owned()
            ));
        };
        let (deps, pool) = (&self.ctx.deps, &self.ctx.pool);
        match prepare_call(deps, pool, actor.workspace, name, None).await {
            Ok(callable) => Ok(Ok(callable)),
            Err(Unresolved::Refused(refusal)) => Ok(Err(refusal.words)),
            Err(Unresolved::Server(error)) => Ok(Err(error.to_string())),
            Err(Unresolved::Ours(error)) => Err(error),
        }
    }
}
