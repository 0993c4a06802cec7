//! Calls that Atelier answers itself: built-in tools, other workflows, and what is refused.

use model::{
    access::Permission,
    agent::{
        talk::{Message, ToolUse},
        tools::BuiltIn,
    },
    decide::Launching,
    execution::failure::Failure,
    id::{ExecutionId, ToolCallId},
    nodes::agent::PinnedWorkflow,
};
use outside::mcp::hash::definition_hash;
use serde_json::{Map, Value};
use store::{
    agents::acting,
    calls::{
        agent_calls::{self, AgentCall, KnownCall},
        tool_calls::ToolCall,
    },
    error::{Doing, Result as EngineResult},
    executions,
};
use uuid::Uuid;

use super::{
    built_in::{self, BuiltInCall, permit},
    judge::ReadyCall,
    offer::OfferedTool,
    result::CallEnd,
    toolbox::Toolbox,
};
use crate::{
    executors::{
        failure::{internal_failure, overtaken_failure},
        paid::storable,
    },
    launch::{
        child::{CallLaunch, Refusal, launch_call},
        child_id,
    },
};

/// The most characters that are kept of a tool's name that was not offered.
const MOST_NAME_CHARS: usize = 200;

pub(super) struct RefusedCall<'a> {
    /// As the model asked for it.
    pub call: &'a ToolUse,
    pub tool: Option<&'a OfferedTool>,
    /// Why not.
    pub words: String,
}

/// What became of a workflow that was called.
pub(super) enum Ran {
    /// It is over, or was not launched.
    Over(Message),
    /// It has to end first.
    Waits(Launching),
}

/// A row of a call, as it is begun.
struct Begun<'a> {
    call_id: &'a str,
    tool: &'a str,
    hash: &'a str,
    arguments: &'a Map<String, Value>,
    child: Option<ExecutionId>,
}

/// What is done in the transaction that records a call.
enum Work<'a> {
    /// Nothing: it has ended so.
    End(CallEnd),
    /// The call of a built-in tool.
    BuiltIn(BuiltInCall<'a>),
}

impl Toolbox<'_> {
    /// Records that a call was refused, and tells the model why.
    ///
    /// # Errors
    /// A database failure; a job that was taken over.
    pub(super) async fn refuse(&self, refused: &RefusedCall<'_>) -> Result<Message, Failure> {
        let RefusedCall { call, tool, words } = refused;
        let named: String = call.name.chars().take(MOST_NAME_CHARS).collect();
        let hash = tool.map(|tool| definition_hash(&tool.definition)).unwrap_or_default();
        let begun = Begun {
            call_id: &call.id,
            tool: tool.map_or(named.as_str(), |tool| tool.grant.tool.as_str()),
            hash: &hash,
            arguments: &call.arguments,
            child: None,
        };
        let (id, end) = self.record(begun, Work::End(CallEnd::Refused(storable(words)))).await?;
        Ok(self.answered(call, None).message(&id.to_string(), &end))
    }

    /// Calls a tool of Atelier. What it writes, and the end of its row, is one transaction.
    ///
    /// # Errors
    /// A database failure; a job that was taken over.
    pub(super) async fn call_built_in(
        &self,
        ready: &ReadyCall<'_>,
        tool: BuiltIn,
    ) -> Result<Message, Failure> {
        let call = BuiltInCall {
            context: self.context,
            call_id: &ready.call.id,
            tool,
            arguments: &ready.arguments,
        };
        let (id, end) = self.record(Begun::of(ready, None), Work::BuiltIn(call)).await?;
        Ok(self.answered(ready.call, ready.approved.as_ref()).message(&id.to_string(), &end))
    }

    async fn record(
        &self,
        begun: Begun<'_>,
        work: Work<'_>,
    ) -> Result<(ToolCallId, CallEnd), Failure> {
        let recorded = self.try_record(begun, work).await;
        recorded.map_err(internal_failure)?.ok_or_else(overtaken_failure)
    }

    /// Makes a call inside the transaction that records it and its end; none where the job was taken
    /// over.
    async fn try_record(
        &self,
        begun: Begun<'_>,
        work: Work<'_>,
    ) -> EngineResult<Option<(ToolCallId, CallEnd)>> {
        let doing = "recording the call of an agent";
        let claim = self.context.claim();
        let mut tx = store::begin(self.context.pool()).await.doing(doing)?;
        let Some(id) = agent_calls::place(&mut tx, claim, begun.row()).await? else {
            return Ok(None);
        };
        let end = match work {
            Work::End(end) => end,
            Work::BuiltIn(call) => built_in::run(&mut tx, &call).await?,
        };
        agent_calls::settle(&mut tx, claim, id, end.kept()).await?;
        tx.commit().await.doing(doing)?;
        Ok(Some((id, end)))
    }

    /// Runs a workflow: launches it, or answers with what it has come to.
    ///
    /// # Errors
    /// Why the step has to be tried again.
    pub(super) async fn run_workflow(
        &self,
        ready: &ReadyCall<'_>,
        pinned: &PinnedWorkflow,
        known: Option<&KnownCall>,
    ) -> Result<Ran, Failure> {
        let child = child_id::of_call(self.context, &ready.call.id);
        let (row, ended) = match known {
            Some(known) => (known.id, self.find_end(child).await.map_err(internal_failure)?),
            None => match self.begin_workflow(ready, child).await? {
                Ok(row) => (row, None),
                Err(message) => return Ok(Ran::Over(message)),
            },
        };
        let end = match ended {
            Some(end) => end,
            None => match self.launch_workflow(ready, pinned).await? {
                Ok(launched) => return Ok(Ran::Waits(launched)),
                Err(words) => CallEnd::Failed(words),
            },
        };
        self.settle(row, &end).await.map_err(internal_failure)?;
        Ok(Ran::Over(
            self.answered(ready.call, ready.approved.as_ref()).message(&row.to_string(), &end),
        ))
    }

    /// Notes that a workflow is about to be launched; else the refusal, where whoever launched the
    /// execution may launch nothing.
    async fn begin_workflow(
        &self,
        ready: &ReadyCall<'_>,
        child: ExecutionId,
    ) -> Result<Result<ToolCallId, Message>, Failure> {
        if let Err(words) = self.permit_launch().await.map_err(internal_failure)? {
            let refused = RefusedCall { call: ready.call, tool: Some(ready.tool), words };
            return self.refuse(&refused).await.map(Err);
        }
        let begun = Begun::of(ready, Some(child));
        let noted = self.context.note_agent_call(begun.row(), None).await;
        Ok(Ok(noted.map_err(internal_failure)?.ok_or_else(overtaken_failure)?))
    }

    async fn permit_launch(&self) -> EngineResult<Result<(), String>> {
        let doing = "opening a connection to look in whose name an agent acts";
        let mut conn = self.context.pool().acquire().await.doing(doing)?;
        let acting =
            acting::find(&mut conn, self.context.workspace, self.context.execution).await?;
        Ok(permit(&acting, Permission::LaunchTemplate).map(drop))
    }

    /// How the execution that a call has launched ended; none while it has not.
    async fn find_end(&self, child: ExecutionId) -> EngineResult<Option<CallEnd>> {
        let doing = "opening a connection to read how a workflow ended";
        let mut conn = self.context.pool().acquire().await.doing(doing)?;
        let found = executions::find_ended_child(&mut conn, child).await?;
        Ok(found.map(|(_, ended)| match ended.ending.into_result() {
            Ok(value) => CallEnd::from_value(value),
            Err(failure) => CallEnd::Failed(failure.message),
        }))
    }

    /// Launches a workflow, unless that was done before; else what the model is told.
    async fn launch_workflow(
        &self,
        ready: &ReadyCall<'_>,
        pinned: &PinnedWorkflow,
    ) -> Result<Result<Launching, String>, Failure> {
        let call = CallLaunch {
            template: &pinned.template,
            version: pinned.version,
            arguments: &ready.arguments,
            call_id: &ready.call.id,
        };
        match launch_call(self.deps, self.context, call).await {
            Ok(launched) => Ok(Ok(launched)),
            Err(Refusal::Overtaken) => Err(overtaken_failure()),
            Err(Refusal::Ours(error)) => Err(internal_failure(error)),
            Err(Refusal::Unfit(failure)) => self.tell_or_retry(failure).map(Err),
        }
    }

    async fn settle(&self, row: ToolCallId, end: &CallEnd) -> EngineResult<()> {
        let doing = "opening a connection to record how a workflow ended";
        let mut conn = self.context.pool().acquire().await.doing(doing)?;
        agent_calls::settle(&mut conn, self.context.claim(), row, end.kept()).await
    }
}

impl<'a> Begun<'a> {
    fn of(ready: &'a ReadyCall<'_>, child: Option<ExecutionId>) -> Self {
        Self {
            call_id: &ready.call.id,
            tool: &ready.tool.grant.tool,
            hash: &ready.found.hash,
            arguments: &ready.arguments,
            child,
        }
    }

    fn row(&self) -> AgentCall<'a> {
        let call = ToolCall {
            id: ToolCallId(Uuid::now_v7()),
            tool: self.tool,
            definition_hash: self.hash,
            arguments: self.arguments,
            sample: false,
        };
        AgentCall { call, call_id: self.call_id, child: self.child }
    }
}
