//! Looks at each call of a turn before anything is called: whether its tool is still what it was, whether
//! its arguments fit, and whether a person has to be asked.

use model::{
    agent::{approval::CallToApprove, talk::ToolUse, tools::BuiltIn},
    execution::failure::Failure,
    mcp::name::ToolName,
    nodes::agent::PinnedWorkflow,
};
use outside::mcp::hash::definition_hash;
use serde_json::{Map, Value};
use store::agents::questions::DecidedQuestion;

use super::{
    approval::{self, Approved},
    offer::{OfferedTool, Target},
    toolbox::Toolbox,
};
use crate::{
    executors::tool,
    tools::{CallableTool, arguments},
};

/// Whether a call may be made whose tool was offered.
pub(super) enum ToolVerdict<'a> {
    /// It is not made, for this reason.
    Refused(String),
    /// A person has to approve it.
    Asks(CallToApprove),
    Ready(ReadyCall<'a>),
}

/// A call that may be made now.
pub(super) struct ReadyCall<'a> {
    /// As the model asked for it.
    pub call: &'a ToolUse,
    pub tool: &'a OfferedTool,
    /// What is sent: as the tool takes it, and as a person may have edited it.
    pub arguments: Map<String, Value>,
    /// What a person has approved of it; none if nobody was asked.
    pub approved: Option<Approved>,
    /// The tool as it is now: the arguments were judged by that.
    pub found: &'a FoundTool<'a>,
}

/// A tool as it is now.
pub(super) struct FoundTool<'a> {
    /// The hash of its definition.
    pub hash: String,
    /// How it is called.
    pub way: ToolRoute<'a>,
}

/// What carries out a call.
pub(super) enum ToolRoute<'a> {
    /// By its server; a person is asked before it is repeated where `asks` is true.
    Server {
        /// The tool as it is now.
        callable: Box<CallableTool>,
        /// Whether it must not be repeated blindly.
        asks: bool,
    },
    /// By Atelier.
    BuiltIn(BuiltIn),
    /// By an execution.
    Workflow(&'a PinnedWorkflow),
}

/// What people have decided.
#[derive(Clone, Copy)]
pub(super) struct Decided<'a> {
    /// About calls of this job.
    pub questions: &'a [DecidedQuestion],
    /// What is allowed for the rest of the execution.
    pub always: &'a [CallToApprove],
}

/// A call of a tool that was offered, which nobody has refused.
pub(super) struct OpenCall<'a> {
    /// As the model asked for it.
    pub call: &'a ToolUse,
    pub tool: &'a OfferedTool,
    /// What a person has approved of it; none where nobody was asked.
    pub approved: Option<Approved>,
}

impl Toolbox<'_> {
    /// Judges a call by its tool as it is now.
    pub(super) fn judge<'a>(
        &self,
        open: &OpenCall<'a>,
        found: &'a FoundTool<'a>,
        always: &[CallToApprove],
    ) -> ToolVerdict<'a> {
        let (call, tool, approved) = (open.call, open.tool, open.approved.as_ref());
        let FoundTool { hash, way } = found;
        let name = tool.grant.tool.as_str();
        let fit = |given: &Map<String, Value>| {
            let mut given = given.clone();
            if let ToolRoute::Server { callable, .. } = way
                && let Some(alias) = &callable.alias
            {
                arguments::put_fixed(&mut given, alias);
            }
            arguments::fit(name, given, way.input_schema(tool))
        };
        let wanted = approved.map_or(&call.arguments, |approved| &approved.arguments);
        let (wanted, asked) = match (fit(wanted), fit(&call.arguments)) {
            (Ok(wanted), Ok(asked)) => (wanted, asked),
            (Err(failure), _) | (_, Err(failure)) => return ToolVerdict::Refused(failure.message),
        };
        let writes = way.writes(tool);
        // What was approved of another definition counts no more, nor does what was edited of it.
        let mut allowed = approved.map(|approved| &approved.asked).into_iter().chain(always);
        if !approval::asks(tool.grant.mode, writes)
            || allowed.any(|asked| approval::is_allowed(name, hash, self.frozen, asked))
        {
            let approved = open.approved.clone();
            return ToolVerdict::Ready(ReadyCall {
                call,
                tool,
                arguments: wanted,
                approved,
                found,
            });
        }
        ToolVerdict::Asks(CallToApprove {
            call_id: call.id.clone(),
            tool: name.to_owned(),
            title: tool.title(),
            binding: approval::binding(hash, &asked, self.frozen),
            arguments: asked,
            writes,
        })
    }

    /// Finds a tool as it is now; else what the model is told.
    ///
    /// # Errors
    /// Why the step has to be tried again.
    pub(super) async fn look_up<'a>(
        &self,
        tool: &'a OfferedTool,
    ) -> Result<Result<FoundTool<'a>, String>, Failure> {
        let lock = match &tool.target {
            Target::Mcp(lock) => lock,
            Target::BuiltIn(built_in) => {
                let hash = definition_hash(&tool.definition);
                return Ok(Ok(FoundTool { hash, way: ToolRoute::BuiltIn(*built_in) }));
            }
            Target::Workflow(pinned) => {
                let hash = definition_hash(&tool.definition);
                return Ok(Ok(FoundTool { hash, way: ToolRoute::Workflow(pinned) }));
            }
        };
        let Some(name) = ToolName::parse(&tool.grant.tool) else {
            return Ok(Err(format!("{} isn't a valid tool name.", tool.grant.tool)));
        };
        match tool::prepare(self.deps, self.context, name, Some(lock)).await {
            Ok(callable) => {
                let asks = !callable.may_repeat;
                let hash = callable.hash.clone();
                Ok(Ok(FoundTool {
                    hash,
                    way: ToolRoute::Server { callable: Box::new(callable), asks },
                }))
            }
            Err(failure) => Ok(Err(self.tell_or_retry(failure)?)),
        }
    }
}

impl ToolRoute<'_> {
    /// The schema of the arguments as it is now.
    fn input_schema<'s>(&'s self, tool: &'s OfferedTool) -> &'s Value {
        match self {
            Self::Server { callable, .. } => &callable.definition.input_schema,
            Self::BuiltIn(_) | Self::Workflow(_) => &tool.definition.input_schema,
        }
    }

    /// Whether a call may change something: all that is not said to read only.
    fn writes(&self, tool: &OfferedTool) -> bool {
        match self {
            Self::Server { callable, .. } => {
                callable.definition.annotations.read_only != Some(true)
            }
            Self::BuiltIn(built_in) => built_in.writes(),
            Self::Workflow(_) => tool.definition.annotations.read_only != Some(true),
        }
    }
}
