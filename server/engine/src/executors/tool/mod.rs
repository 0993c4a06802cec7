//! `tool`: calls a tool of an MCP server, or lets a model answer an agent verb.
//!
//! The server is asked for its tools before each call, and the tool has to be what the workflow has
//! pinned. Its arguments are judged by that definition. The call has a row before it leaves
//! ([`tool_calls`]), and what is answered is in that row before the attempt ends: whoever takes the
//! job over from a lost process finds it there and calls nobody. Only between the two is it unknown
//! whether the call was carried out; then a tool that may not be repeated waits for a person's word.

mod agent_verb;
mod answer;
pub(super) mod failures;
mod file_keeper;

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use agent_verb::VerbRequest;
pub use answer::preview_answer;
use answer::{OUTPUT, Output, Reading};
use async_trait::async_trait;
use failures::{FailureMapper, unresolved_failure};
use file_keeper::FileKeeper;
use model::{
    decide::{ArtifactOut, ArtifactOutBody, ImageOut, JobOutput},
    execution::failure::Failure,
    expr::{ExprError, Meter, Shape},
    id::{ArtifactId, ToolCallId},
    mcp::{agent::AgentVerb, lock::ToolLock, name::ToolName},
    nodes::{NodeConfig, tool::Config},
    value::ImageRef,
};
use outside::mcp::port::{CallObserver, McpError, ToolRequest};
use serde_json::{Map, Value, json};
use store::{
    calls::{
        self,
        tool_calls::{self, ToolCall, ToolCallEnd},
    },
    error::{Doing, Result as EngineResult},
};
use tokio::time::Instant;
use uuid::Uuid;
use vault::secret::Redactor;

use super::{
    attempt::{Attempt, Executor},
    failure::{internal_failure, overtaken_failure, retry_while_away},
    outage,
    paid::storable,
};
use crate::{
    deps::EngineDeps,
    executors::failure::expression_failure,
    job::{JobContext, StreamedText},
    tools::{CallableTool, Unresolved, arguments, prepare_call},
};

/// How long one attempt may take unless its node says otherwise.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(300);
/// So much earlier a call ends than its attempt: what became of it can still be recorded.
const ENDS_EARLIER: Duration = Duration::from_millis(500);
/// The most bytes that are shown of what a server says during a call.
const MOST_LIVE_BYTES: usize = 64 * 1024;

/// Works on `tool` jobs.
pub struct Tool {
    deps: EngineDeps,
}

/// Writes what a server says during a call into the streamed text of the attempt, without the
/// secrets that are sent to it. A line for which there is no room is left out.
struct LiveLines<'a> {
    text: StreamedText,
    redactor: &'a Redactor,
    /// How many bytes there is room for.
    room: AtomicUsize,
}

impl LiveLines<'_> {
    fn push(&self, line: &str) {
        let line = self.redactor.clean(&storable(line));
        let rest = |room: usize| room.checked_sub(line.len());
        if self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, rest).is_ok() {
            self.text.push(&line);
        }
    }
}

impl CallObserver for LiveLines<'_> {
    fn progress(&self, done: f64, total: Option<f64>, message: Option<&str>) {
        let total = total.map_or(String::new(), |total| format!(" of {total}"));
        let message = message.map_or(String::new(), |message| format!(": {message}"));
        self.push(&format!("{done}{total}{message}\n"));
    }

    fn log(&self, level: &str, message: &str) {
        self.push(&format!("{level}: {message}\n"));
    }
}

impl Tool {
    /// Calls through the client of `deps`; models are asked through their providers, and images go
    /// to their blob store.
    pub fn new(deps: &EngineDeps) -> Self {
        Self { deps: deps.clone() }
    }

    async fn attempt(&self, context: &JobContext, config: &Config) -> Result<Attempt, Failure> {
        let given = render(context, config)?;
        if let Some(verb) = AgentVerb::from_key(&config.tool) {
            let asked = VerbRequest { verb, tool: &config.tool, arguments: given };
            return agent_verb::attempt(&self.deps, context, asked).await;
        }
        let ends = Instant::now() + time_limit(context);
        let callable = self.prepare(context, config).await?;
        let schema = &callable.definition.input_schema;
        let alias = callable.alias.as_ref();
        let arguments = arguments::prepare(&config.tool, &given, alias, schema)?;
        let call = ToolCall {
            id: ToolCallId(Uuid::now_v7()),
            tool: &config.tool,
            definition_hash: &callable.hash,
            arguments: &arguments,
            sample: callable.server.is_sample(),
        };
        let inputs = json!({
            "tool": config.tool,
            "called": callable.definition.name,
            "definition_hash": callable.hash,
            "arguments": arguments,
        });
        let output = match self.known_answer(context, call).await? {
            Some(value) => Output::from(value),
            None => self.call(context, &callable, call, &given, &inputs, ends).await?,
        };
        Ok(Attempt::from_output(job_output(&callable, output, inputs)))
    }

    async fn prepare(
        &self,
        context: &JobContext,
        config: &Config,
    ) -> Result<CallableTool, Failure> {
        let name = ToolName::parse(&config.tool).ok_or_else(|| {
            let words = "The step has no tool. Write it as server.toolName.";
            Failure::permanent("unknown_tool", words)
        })?;
        prepare(&self.deps, context, name, config.lock.as_ref()).await
    }

    /// What an earlier attempt was answered that could not record it any more.
    async fn known_answer(
        &self,
        context: &JobContext,
        call: ToolCall<'_>,
    ) -> Result<Option<Value>, Failure> {
        let find = async {
            let doing = "opening a connection to look for an answer";
            let mut conn = context.pool().acquire().await.doing(doing)?;
            tool_calls::find_answer(&mut conn, context.claim(), call).await
        };
        find.await.map_err(internal_failure)
    }

    async fn call(
        &self,
        context: &JobContext,
        callable: &CallableTool,
        call: ToolCall<'_>,
        given: &Map<String, Value>,
        inputs: &Value,
        ends: Instant,
    ) -> Result<Output, Failure> {
        check_pace(context, callable).await?;
        if !context.note_tool_call(call, inputs).await.map_err(internal_failure)? {
            return Err(overtaken_failure());
        }
        let server_call = ServerCall {
            tool: call.tool,
            callable,
            arguments: call.arguments,
            given,
            idempotency_key: context.idempotency_key(),
            ends,
            is_tried_again: context.node().is_some_and(|node| node.data.retry.is_some()),
        };
        let lines = LiveLines {
            text: context.stream_text(),
            redactor: &callable.server.redactor,
            room: AtomicUsize::new(MOST_LIVE_BYTES),
        };
        let output = call_server(&self.deps, context, server_call, &lines).await;
        if let Err(error) = retry_while_away(|| end(context, call.id, &output)).await {
            // What was answered is not given up for its row.
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the end of a tool's call is not recorded");
        }
        output
    }
}

/// Finds a tool as it is now, or waits for its server while that is away: this counts as no attempt.
///
/// # Errors
/// The tool cannot be called, or not now.
pub(super) async fn prepare(
    deps: &EngineDeps,
    context: &JobContext,
    name: ToolName<'_>,
    lock: Option<&ToolLock>,
) -> Result<CallableTool, Failure> {
    outage::check_tool_server(context, name.server).await?;
    let prepared = prepare_call(deps, context.pool(), context.workspace, name, lock).await;
    if let Err(Unresolved::Server(error)) = &prepared
        && error.is_away()
    {
        return Err(outage::tool_server_away(context, name.server, &error.to_string()).await);
    }
    // Without its answer nothing is known of it.
    if !matches!(&prepared, Err(Unresolved::Ours(_) | Unresolved::Refused(_))) {
        outage::note_tool_server_back(context, name.server).await;
    }
    prepared.map_err(unresolved_failure)
}

/// Lets a call leave now, or waits until its server may be sent one more: this counts as no attempt.
///
/// # Errors
/// How long to wait; a database failure.
pub(super) async fn check_pace(
    context: &JobContext,
    callable: &CallableTool,
) -> Result<(), Failure> {
    let waits = callable.admit(context.pool(), context.workspace).await;
    waits.map_err(internal_failure)?.map_or(Ok(()), |for_ms| {
        let name = callable.server.name();
        let words = format!("The tool server {name} has reached its limit of calls per minute");
        let for_ms = for_ms + calls::spread_ms(context.job);
        Err(Failure::for_limit(for_ms, "tool_server_paced", words))
    })
}

pub(super) struct ServerCall<'a> {
    /// The tool as the workflow or the agent names it.
    pub tool: &'a str,
    /// The tool as it is now.
    pub callable: &'a CallableTool,
    /// The arguments, as the tool takes them.
    pub arguments: &'a Map<String, Value>,
    /// The arguments as the workflow or the agent names them.
    pub given: &'a Map<String, Value>,
    /// Names the call: the same whenever it is made again.
    pub idempotency_key: String,
    pub ends: Instant,
    /// Whether the step says itself how often it is tried.
    pub is_tried_again: bool,
}

/// Calls a tool and reads what it answers.
///
/// # Errors
/// The call failed, or its answer cannot be kept.
pub(super) async fn call_server(
    deps: &EngineDeps,
    context: &JobContext,
    call: ServerCall<'_>,
    observer: &dyn CallObserver,
) -> Result<Output, Failure> {
    let ServerCall { tool, callable, arguments, given, idempotency_key, ends, is_tried_again } =
        call;
    let mut server = callable.server.clone();
    let request = ToolRequest {
        tool: callable.definition.name.clone(),
        arguments: arguments.clone(),
        idempotency_key,
        time_limit: ends.saturating_duration_since(Instant::now()),
    };
    let answered = server.call(deps, context.pool(), request, observer).await;
    let failures = FailureMapper { tool, redactor: &server.redactor, is_tried_again };
    match answered {
        Ok(answer) => {
            let schema = callable.definition.output_schema.as_ref();
            let wanted = callable.alias.as_ref().and_then(|alias| alias.result.as_ref());
            let reading = Reading { schema, wanted, given };
            answer::read(answer, reading, &FileKeeper { deps, context }, &failures).await
        }
        Err(error) => {
            let failure = failures.called(&error);
            let is_away = match error {
                McpError::Unreachable(_) => true,
                McpError::Gateway(_) => callable.may_repeat,
                _ => false,
            };
            if !is_away {
                return Err(failure);
            }
            Err(outage::tool_server_away(context, server.name(), &failure.message).await)
        }
    }
}

/// Records how a call ended.
async fn end(
    context: &JobContext,
    id: ToolCallId,
    output: &Result<Output, Failure>,
) -> EngineResult<()> {
    let (end, has_images) = match output {
        Ok(output) => (ToolCallEnd::Answered(&output.value), !output.images.is_empty()),
        Err(failure) => (ToolCallEnd::Failed(&failure.message), false),
    };
    let doing = "opening a connection to record the end of a call";
    let mut conn = context.pool().acquire().await.doing(doing)?;
    tool_calls::end(&mut conn, context.claim(), id, end, has_images).await
}

/// How long after its beginning an attempt ends its call, however long the server took before to
/// list its tools.
pub(super) fn time_limit(context: &JobContext) -> Duration {
    let own = context.node().and_then(|node| node.data.timeout_ms);
    let limit = own.map_or(TIME_LIMIT, Duration::from_millis);
    limit.saturating_sub(ENDS_EARLIER).max(limit / 2)
}

/// The result as data, and each of its images, which have ports of their own among the artifacts.
fn job_output(callable: &CallableTool, output: Output, mut inputs: Value) -> JobOutput {
    let Output { value, images, misfit } = output;
    if let Some(misfit) = misfit {
        inputs["schema_mismatch"] = misfit.into();
    }
    let artifact = |port: String, body: ArtifactOutBody| ArtifactOut {
        id: ArtifactId(Uuid::now_v7()),
        port,
        body,
        inputs: inputs.clone(),
        provider: callable.server.name().to_owned(),
        model: callable.definition.name.clone(),
        sample: callable.server.is_sample(),
    };
    // An image that is all of the result is its artifact, too.
    let is_image = images.len() == 1 && ImageRef::from_value(&value).is_some();
    let image = |(place, image): (usize, ImageOut)| {
        let port = if is_image { OUTPUT.to_owned() } else { format!("image_{}", place + 1) };
        artifact(port, ArtifactOutBody::Image(image))
    };
    let data = || artifact(OUTPUT.to_owned(), ArtifactOutBody::Json(value.clone()));
    let images = images.into_iter().enumerate().map(image);
    JobOutput {
        artifacts: images.chain((!is_image).then(data)).collect(),
        values: Map::from_iter([(OUTPUT.to_owned(), value)]),
        ..JobOutput::default()
    }
}

#[async_trait]
impl Executor for Tool {
    fn time_limit(&self) -> Duration {
        TIME_LIMIT
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let Some(NodeConfig::Tool(config)) = context.node().map(|node| &node.data.config) else {
            return Attempt::from_failure(Failure::permanent(
                "wrong_node",
                "This isn't a tool step.",
            ));
        };
        self.attempt(context, config).await.unwrap_or_else(Attempt::from_failure)
    }
}

/// The arguments of a node with its references filled in; one that is a single reference keeps the
/// type of its value.
fn render(context: &JobContext, config: &Config) -> Result<Map<String, Value>, Failure> {
    let mut meter = Meter::default();
    let filled = config.params.iter().map(|(name, value)| {
        let shape = Shape::parse(value);
        let value = shape.and_then(|shape| shape.value(&context.scope, &mut meter));
        Ok((name.clone(), value.map_err(|error| error.within(name))?))
    });
    filled.collect::<Result<_, ExprError>>().map_err(expression_failure)
}
