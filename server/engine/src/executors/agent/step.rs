//! One step of an agent: what a person has decided about its end, the calls that its model has asked
//! for, or the next answer of the model.

use model::{
    agent::{
        limits::Tally,
        talk::{Message, ToolUse},
    },
    decide::{AgentStep, NextStep},
    execution::failure::Failure,
};

use super::{
    limited::{self, Reached},
    run::{AgentRun, step_attempt},
    tally::{self, LimitVerdict},
    think,
    tools::{Acted, Toolbox},
};
use crate::executors::attempt::Attempt;

/// Takes the next step of the agent's talk.
///
/// # Errors
/// Why it cannot be taken now, or at all.
pub(super) async fn take(run: &AgentRun<'_>) -> Result<Attempt, Failure> {
    let toolbox = Toolbox::open(run.deps, run.context, run.frozen).await?;
    if let Some(ended) = limited::end_as_decided(run, toolbox.calls_made()) {
        return Ok(ended);
    }
    match run.talk.messages.last() {
        Some(Message::Assistant { calls, .. }) if !calls.is_empty() => {
            act(run, &toolbox, calls).await
        }
        Some(
            Message::System { .. }
            | Message::User { .. }
            | Message::Assistant { .. }
            | Message::Tool { .. },
        )
        | None => think::think(run, &toolbox).await,
    }
}

/// Makes the calls that the model has asked for, unless they are more than it may make.
async fn act(
    run: &AgentRun<'_>,
    toolbox: &Toolbox<'_>,
    calls: &[ToolUse],
) -> Result<Attempt, Failure> {
    let used = tally::add_up(run);
    let after =
        Tally { tool_calls: used.tool_calls.saturating_add(tally::count(calls.len())), ..used };
    match tally::judge(run.limits(), &after, tally::count_raises(run)) {
        LimitVerdict::Goes | LimitVerdict::GoesCheaper(_) => {}
        LimitVerdict::Ends(kind, action) => {
            let reached = Reached { kind, action, words: tally::words(run, kind, 0) };
            return Ok(limited::step(run, toolbox.calls_made(), &reached, vec![]));
        }
    }
    let (messages, next) = match toolbox.act(calls, &run.decided).await? {
        Acted::Answered(messages) => (messages, NextStep::GoOn),
        Acted::Ask(question) => (vec![], NextStep::Ask(question)),
        Acted::Wait(launching) => (vec![], NextStep::Wait(launching)),
    };
    Ok(step_attempt(AgentStep { messages, call: None, limit: None, next }, vec![]))
}
