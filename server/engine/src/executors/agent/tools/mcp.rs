//! Calls of tools of MCP servers.

use model::{
    agent::talk::Message,
    decide::ImageOut,
    execution::failure::{Failure, FailureClass},
    id::ToolCallId,
};
use outside::mcp::port::Unwatched;
use serde_json::json;
use store::{
    calls::{
        agent_calls::{self, AgentCall},
        tool_calls::ToolCall,
    },
    error::{Doing, Result as EngineResult},
};
use tokio::time::Instant;
use uuid::Uuid;

use super::{judge::ReadyCall, result::CallEnd, toolbox::Toolbox};
use crate::{
    executors::{
        failure::{internal_failure, overtaken_failure, retry_while_away},
        tool::{self, ServerCall},
    },
    tools::CallableTool,
};

impl Toolbox<'_> {
    /// When the calls of this step have to end.
    pub(super) fn ends(&self) -> Instant {
        Instant::now() + tool::time_limit(self.context)
    }

    /// Calls a tool of a server. What it refused, or how it failed, is for the model.
    ///
    /// # Errors
    /// Why the step has to be tried again, or a person has to say what became of the call.
    pub(super) async fn call_server(
        &self,
        ready: &ReadyCall<'_>,
        callable: &CallableTool,
        asks: bool,
        ends: Instant,
    ) -> Result<Message, Failure> {
        let tool = ready.tool.grant.tool.as_str();
        let call = AgentCall {
            call: ToolCall {
                id: ToolCallId(Uuid::now_v7()),
                tool,
                definition_hash: &ready.found.hash,
                arguments: &ready.arguments,
                sample: callable.server.is_sample(),
            },
            call_id: &ready.call.id,
            child: None,
        };
        let input = json!({
            "tool": tool,
            "called": callable.definition.name,
            "definition_hash": ready.found.hash,
            "arguments": ready.arguments,
        });
        tool::check_pace(self.context, callable).await?;
        let noted = self.context.note_agent_call(call, asks.then_some(&input)).await;
        let id = noted.map_err(internal_failure)?.ok_or_else(overtaken_failure)?;
        let server_call = ServerCall {
            tool,
            callable,
            arguments: &ready.arguments,
            given: &ready.arguments,
            idempotency_key: format!("{}-{}", self.context.idempotency_key(), ready.call.id),
            ends,
            is_tried_again: false,
        };
        let called = tool::call_server(self.deps, self.context, server_call, &Unwatched).await;
        let (end, images) = match called {
            Ok(output) => (CallEnd::from_value(output.value), output.images),
            Err(failure) => match self.after_call(failure, asks) {
                Ok(words) => (CallEnd::Failed(words), vec![]),
                Err(failure) => {
                    self.forget_undone(id, &failure).await;
                    return Err(failure);
                }
            },
        };
        let kept = KeptEnd { id, end: &end, images: &images, sample: callable.server.is_sample() };
        if let Err(error) = retry_while_away(|| self.keep_end(&kept)).await {
            if !images.is_empty() {
                return Err(internal_failure(error).without_answer());
            }
            // What was answered is not given up for its row.
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the end of an agent's call is not recorded");
        }
        self.context.note_answer();
        Ok(self.answered(ready.call, ready.approved.as_ref()).message(&id.to_string(), &end))
    }

    /// What the model is told of a call that has left and failed.
    ///
    /// # Errors
    /// The failure, where the step has to be tried again; where the call must not be repeated and
    /// nobody knows how it ended (`asks`), a person is asked.
    fn after_call(&self, failure: Failure, asks: bool) -> Result<String, Failure> {
        if asks && failure.unanswered && failure.class != FailureClass::Permanent {
            return Err(failure);
        }
        self.tell_or_retry(Failure { unanswered: false, ..failure })
    }

    /// A call that surely did nothing leaves no row behind: nobody is to be asked what became of it.
    async fn forget_undone(&self, id: ToolCallId, failure: &Failure) {
        if failure.may_have_happened {
            return;
        }
        let forgetting = async {
            let doing = "opening a connection to forget the call of an agent";
            let mut conn = self.context.pool().acquire().await.doing(doing)?;
            agent_calls::forget(&mut conn, self.context.workspace, id).await
        };
        if let Err(error) = forgetting.await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "a call of an agent that was not made still has a row");
        }
    }

    async fn keep_end(&self, kept: &KeptEnd<'_>) -> EngineResult<()> {
        let doing = "recording how the call of an agent ended";
        let claim = self.context.claim();
        let mut tx = store::begin(self.context.pool()).await.doing(doing)?;
        if !kept.images.is_empty() {
            agent_calls::insert_images(&mut tx, claim, kept.images, kept.sample).await?;
        }
        agent_calls::settle(&mut tx, claim, kept.id, kept.end.kept()).await?;
        tx.commit().await.doing(doing)
    }
}

/// How a call of a server ended, as it is recorded.
struct KeptEnd<'a> {
    id: ToolCallId,
    end: &'a CallEnd,
    images: &'a [ImageOut],
    sample: bool,
}
