//! The calls of one turn. What may be repeated is called side by side. What must not be is called one
//! after the other: should the process be lost, a person is asked about one call. Then come workflows,
//! one after the other, and at last what people have to approve, all of it in one review.

use std::collections::BTreeMap;

use futures::future::join_all;
use model::{
    agent::{
        approval::{CallToApprove, ReviewKind},
        talk::{Message, ToolUse},
    },
    decide::{AgentQuestion, Launching},
    execution::failure::Failure,
};
use store::{
    agents::questions::{self, DecidedQuestion},
    calls::agent_calls::{self, KnownCall},
    error::{Doing, Result as EngineResult},
};
use tokio::time::Instant;

use super::{
    approval,
    judge::{Decided, FoundTool, OpenCall, ReadyCall, ToolRoute, ToolVerdict},
    offer::OfferedTool,
    ours::{Ran, RefusedCall},
    toolbox::Toolbox,
};
use crate::executors::failure::internal_failure;

/// How many calls are made side by side: a model may ask for any number.
const AT_ONCE: usize = 8;

/// What became of the calls that a model asked for.
pub(in crate::executors::agent) enum Acted {
    /// Each has its answer, in the order of the calls.
    Answered(Vec<Message>),
    /// A person has to decide first; what needs nobody is done already.
    Ask(AgentQuestion),
    /// A workflow was launched as a tool, and has to end first.
    Wait(Launching),
}

impl Toolbox<'_> {
    /// Makes the calls of one turn that have no answer yet and may be made. A call that is refused is
    /// answered with the reason.
    ///
    /// # Errors
    /// Why the step has to be tried again, or a person has to say what became of a call.
    pub(in crate::executors::agent) async fn act(
        &self,
        calls: &[ToolUse],
        decided: &[DecidedQuestion],
    ) -> Result<Acted, Failure> {
        let (known, always) = self.recall(calls).await.map_err(internal_failure)?;
        let decided = Decided { questions: decided, always: &always };
        Round { toolbox: self, calls, decided, known }.act().await
    }

    /// The rows of these calls, and what people allow for the rest of the execution.
    async fn recall(
        &self,
        calls: &[ToolUse],
    ) -> EngineResult<(BTreeMap<String, KnownCall>, Vec<CallToApprove>)> {
        let doing = "opening a connection to read the calls of an agent";
        let mut conn = self.context.pool().acquire().await.doing(doing)?;
        let ids: Vec<String> = calls.iter().map(|call| call.id.clone()).collect();
        let known = agent_calls::find(&mut conn, self.context.claim(), &ids).await?;
        let (workspace, execution) = (self.context.workspace, self.context.execution);
        let always = questions::always_allowed(&mut conn, workspace, execution).await?;
        Ok((known, always))
    }
}

/// The calls of one turn, with what is known of them.
struct Round<'a> {
    toolbox: &'a Toolbox<'a>,
    calls: &'a [ToolUse],
    decided: Decided<'a>,
    /// Those that have a row, by their ids.
    known: BTreeMap<String, KnownCall>,
}

/// What becomes of a call, decided before anything is called.
enum CallVerdict<'a> {
    /// It has its answer.
    Over(Message),
    Refused(RefusedCall<'a>),
    /// A person has to approve it.
    Asks(CallToApprove),
    Ready(ReadyCall<'a>),
}

/// What the stored rows and the offered tools say of a call, before any server is asked.
enum CallLookup<'a> {
    Over(Message),
    Refused(RefusedCall<'a>),
    Open(OpenCall<'a>),
}

/// Tools as they are now, by the names that the model has for them; of one that cannot be called, what
/// the model is told.
type ToolLookups<'a> = BTreeMap<&'a str, Result<FoundTool<'a>, String>>;

impl Round<'_> {
    async fn act(&self) -> Result<Acted, Failure> {
        let ends = self.toolbox.ends();
        let seen: Vec<CallLookup<'_>> = self.calls.iter().map(|call| self.look(call)).collect();
        let found = self.find_tools(&seen).await?;
        // Answers by the places of their calls.
        let mut answers = BTreeMap::new();
        let (mut asked, mut ready, mut workflows) = (vec![], vec![], vec![]);
        for (place, seen) in seen.into_iter().enumerate() {
            match self.judge(seen, &found) {
                CallVerdict::Over(message) => drop(answers.insert(place, message)),
                CallVerdict::Refused(refused) => {
                    answers.insert(place, self.toolbox.refuse(&refused).await?);
                }
                CallVerdict::Asks(call) => asked.push(call),
                CallVerdict::Ready(call) => {
                    let found = call.found;
                    match &found.way {
                        ToolRoute::Server { .. } | ToolRoute::BuiltIn(_) => {
                            ready.push((place, call))
                        }
                        ToolRoute::Workflow(pinned) => workflows.push((place, *pinned, call)),
                    }
                }
            }
        }
        answers.extend(self.make_all(ready, ends).await?);
        for (place, pinned, call) in &workflows {
            let known = self.known.get(&call.call.id);
            match self.toolbox.run_workflow(call, pinned, known).await? {
                Ran::Over(message) => drop(answers.insert(*place, message)),
                Ran::Waits(launched) => return Ok(Acted::Wait(launched)),
            }
        }
        if asked.is_empty() {
            return Ok(Acted::Answered(answers.into_values().collect()));
        }
        Ok(Acted::Ask(self.question(&asked)?))
    }

    /// Looks for the tools of the calls that are open, side by side and each once, however many calls
    /// it has.
    async fn find_tools<'s>(&self, seen: &[CallLookup<'s>]) -> Result<ToolLookups<'s>, Failure> {
        let open = seen.iter().filter_map(|seen| match seen {
            CallLookup::Open(open) => Some((open.tool.name.as_str(), open.tool)),
            CallLookup::Over(_) | CallLookup::Refused(_) => None,
        });
        let open: BTreeMap<&'s str, &'s OfferedTool> = open.collect();
        let finding = open.into_iter().map(|(name, tool)| async move {
            Ok::<_, Failure>((name, self.toolbox.look_up(tool).await?))
        });
        join_all(finding).await.into_iter().collect()
    }

    fn judge<'s>(&self, seen: CallLookup<'s>, found: &'s ToolLookups<'s>) -> CallVerdict<'s> {
        let open = match seen {
            CallLookup::Over(message) => return CallVerdict::Over(message),
            CallLookup::Refused(refused) => return CallVerdict::Refused(refused),
            CallLookup::Open(open) => open,
        };
        let judged = match found.get(open.tool.name.as_str()) {
            Some(Ok(found)) => self.toolbox.judge(&open, found, self.decided.always),
            Some(Err(words)) => ToolVerdict::Refused(words.clone()),
            None => ToolVerdict::Refused(self.not_offered(&open.call.name)),
        };
        match judged {
            ToolVerdict::Refused(words) => {
                CallVerdict::Refused(RefusedCall { call: open.call, tool: Some(open.tool), words })
            }
            ToolVerdict::Asks(asked) => CallVerdict::Asks(asked),
            ToolVerdict::Ready(ready) => CallVerdict::Ready(ready),
        }
    }

    /// Looks for a call among those that have their answer or were refused by a person, and for its tool
    /// among those that were offered.
    fn look<'c>(&'c self, call: &'c ToolUse) -> CallLookup<'c> {
        let decided = approval::decision(&call.id, self.decided.questions);
        let approved = decided.as_ref().ok().and_then(Option::as_ref);
        let answered = self.toolbox.answered(call, approved);
        let known = self.known.get(&call.id);
        if let Some(message) = known.and_then(|known| answered.recalled(known)) {
            return CallLookup::Over(message);
        }
        let refuse = |tool, words| CallLookup::Refused(RefusedCall { call, tool, words });
        let Some(tool) = self.toolbox.tools.get(&call.name) else {
            return refuse(None, self.not_offered(&call.name));
        };
        if let Some(words) = call.fault() {
            return refuse(Some(tool), words);
        }
        match decided {
            Ok(approved) => CallLookup::Open(OpenCall { call, tool, approved }),
            Err(words) => refuse(Some(tool), words),
        }
    }

    fn not_offered(&self, name: &str) -> String {
        let names: Vec<&str> = self.toolbox.tools.keys().map(String::as_str).collect();
        let rest = if names.is_empty() {
            "No tools are available for this task.".to_owned()
        } else {
            format!("Available tools: {}.", names.join(", "))
        };
        let name: String = name.chars().take(100).collect();
        format!("The tool {name} doesn't exist; nothing was called. {rest}")
    }

    /// Makes calls; gives the answers by their places.
    async fn make_all(
        &self,
        ready: Vec<(usize, ReadyCall<'_>)>,
        ends: Instant,
    ) -> Result<Vec<(usize, Message)>, Failure> {
        let is_alone = |call: &ReadyCall<'_>| match &call.found.way {
            ToolRoute::Server { asks, .. } => *asks,
            ToolRoute::BuiltIn(tool) => tool.writes(),
            ToolRoute::Workflow(_) => true,
        };
        let (alone, beside): (Vec<_>, Vec<_>) = ready.iter().partition(|(_, call)| is_alone(call));
        let mut answers = vec![];
        for some in beside.chunks(AT_ONCE) {
            let making = some.iter().map(|(place, call)| async move {
                self.make(call, ends).await.map(|answer| (*place, answer))
            });
            // All of them end before one that failed ends the step.
            for made in join_all(making).await {
                answers.push(made?);
            }
        }
        for (place, call) in alone {
            answers.push((*place, self.make(call, ends).await?));
        }
        Ok(answers)
    }

    async fn make(&self, call: &ReadyCall<'_>, ends: Instant) -> Result<Message, Failure> {
        match &call.found.way {
            ToolRoute::Server { callable, asks } => {
                self.toolbox.call_server(call, callable, *asks, ends).await
            }
            ToolRoute::BuiltIn(tool) => self.toolbox.call_built_in(call, *tool).await,
            // Workflows are run one after the other, by themselves.
            ToolRoute::Workflow(_) => {
                Err(Failure::permanent("internal", "A workflow isn't a tool call."))
            }
        }
    }

    fn question(&self, asked: &[CallToApprove]) -> Result<AgentQuestion, Failure> {
        let tools: Vec<&str> = asked.iter().map(|call| call.tool.as_str()).collect();
        let items =
            asked.iter().map(serde_json::to_value).collect::<Result<Vec<_>, serde_json::Error>>();
        let items = items.map_err(|error| {
            let words = format!("The request for approval couldn't be written: {error}.");
            Failure::permanent("internal", words)
        })?;
        let name = &self.toolbox.frozen.name;
        Ok(AgentQuestion {
            kind: ReviewKind::ToolCalls,
            instructions: format!("{name} wants to call {}.", tools.join(", ")),
            items,
        })
    }
}
