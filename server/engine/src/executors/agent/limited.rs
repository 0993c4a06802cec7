//! What becomes of an agent at a limit, and of what people have said about it.

use model::{
    agent::{
        approval::{LimitToRaise, ReviewKind},
        limits::{LimitAction, LimitKind},
        talk::Message,
    },
    decide::{AgentQuestion, AgentStep, NextStep},
    review::Verdict,
    text_output::Output,
};
use serde_json::{Value, json};
use store::agents::questions::DecidedQuestion;

use super::{
    output::Judge,
    partial::Work,
    run::{AgentRun, step_attempt},
    tally,
};
use crate::executors::attempt::Attempt;

/// A limit that the next step of an agent would pass.
pub(super) struct Reached {
    pub(super) kind: LimitKind,
    pub(super) action: LimitAction,
    pub(super) words: String,
}

impl Reached {
    /// That what the agent was told is more than its model reads at once.
    pub(super) fn full_window(run: &AgentRun<'_>, window: u64) -> Self {
        let kind = LimitKind::Context;
        // Nothing makes room: a person can only finish what there is.
        let action = match run.limits().action(kind) {
            LimitAction::HandOver => LimitAction::HandOver,
            LimitAction::Stop | LimitAction::Ask | LimitAction::CheaperModel => LimitAction::Stop,
        };
        let words = tally::words(run, kind, window);
        Self { kind, action, words }
    }
}

/// The step of an agent that has reached a limit: it ends, or a person is asked. `opening` is how its
/// talk begins, where it has not begun.
pub(super) fn step(
    run: &AgentRun<'_>,
    tool_calls: u32,
    reached: &Reached,
    opening: Vec<Message>,
) -> Attempt {
    let Reached { kind, action, words } = reached;
    let work = Work::new(run, tool_calls, &opening, None);
    let next = match action {
        // Where there is a cheaper model to go on with, the limit is not reached yet.
        LimitAction::Stop | LimitAction::CheaperModel => {
            NextStep::End(Box::new(work.limit_reached(*kind, words)))
        }
        LimitAction::Ask => NextStep::Ask(AgentQuestion {
            kind: ReviewKind::Limit,
            instructions: format!(
                "{words} Approve to let it use the same amount again. Otherwise it ends here with \
                 its current result."
            ),
            items: vec![json!(LimitToRaise { limit: *kind, words: words.clone() })],
        }),
        LimitAction::HandOver => NextStep::Ask(AgentQuestion {
            kind: ReviewKind::HandOver,
            instructions: format!(
                "{words} Complete its draft. What you approve becomes its result."
            ),
            items: vec![so_far(run, &work)],
        }),
    };
    step_attempt(
        AgentStep { messages: opening, call: None, limit: Some((*kind, *action)), next },
        vec![],
    )
}

/// What a person is given to finish: the result as far as it can be read as one, else the text.
fn so_far(run: &AgentRun<'_>, work: &Work<'_>) -> Value {
    let text = work.text().unwrap_or_default();
    let judged = Judge::new(&run.definition().output).ok().and_then(|judge| judge.judge(text).ok());
    judged.map_or_else(|| json!(text), |given| given.value)
}

/// The last step of an agent about whose limit a person has decided; none where it goes on.
pub(super) fn end_as_decided(run: &AgentRun<'_>, tool_calls: u32) -> Option<Attempt> {
    let work = Work::new(run, tool_calls, &[], None);
    let ends = |kind: LimitKind, question: &DecidedQuestion| {
        let by = question.by.as_deref().unwrap_or("Someone");
        let reason = question.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let reason = reason.map_or_else(|| ".".to_owned(), |reason| format!(": {reason}"));
        let words = format!("{by} ended the agent's work at its limit{reason}");
        let next = NextStep::End(Box::new(work.limit_reached(kind, &words)));
        let limit = Some((kind, LimitAction::Stop));
        step_attempt(AgentStep { messages: vec![], call: None, limit, next }, vec![])
    };
    if let Some((kind, question)) = run.refused_raise() {
        return Some(ends(kind, question));
    }
    let question = run.handed_over()?;
    match question.verdict {
        Verdict::Approved => {
            let items = question.items.as_ref().unwrap_or(&question.asked);
            let value = items.first().cloned().unwrap_or_default();
            let person = question.by.as_deref().unwrap_or_default();
            let next = match finished(run, &value) {
                Ok(result) => NextStep::End(Box::new(work.finished_by(person, result))),
                Err(fault) => NextStep::Ask(AgentQuestion {
                    kind: ReviewKind::HandOver,
                    instructions: format!(
                        "This can't be its result yet: {fault} Correct it. What you approve \
                         becomes its result."
                    ),
                    items: vec![value],
                }),
            };
            Some(step_attempt(
                AgentStep { messages: vec![], call: None, limit: None, next },
                vec![],
            ))
        }
        Verdict::Rejected => Some(ends(handed_over_at(run), question)),
        Verdict::Changes | Verdict::Cancelled => None,
    }
}

/// What a person has finished as the result: a text is read as an answer of the model would be.
///
/// # Errors
/// Why it is none, in words.
fn finished(run: &AgentRun<'_>, approved: &Value) -> Result<Value, String> {
    let output = &run.definition().output;
    let text = match (output, approved) {
        (_, Value::String(text)) if text.trim().is_empty() => return Err("It is empty.".to_owned()),
        (_, Value::String(text)) => text.clone(),
        (Output::Json { .. }, data) => data.to_string(),
        (Output::Text | Output::List, _) => return Ok(approved.clone()),
    };
    let judge = Judge::new(output).map_err(|failure| failure.message)?;
    judge.judge(&text).map(|given| given.value)
}

/// The limit at which an agent hands over; that of its model where none is said to.
fn handed_over_at(run: &AgentRun<'_>) -> LimitKind {
    let hands_over = |kind: &&LimitKind| run.limits().action(**kind) == LimitAction::HandOver;
    LimitKind::ALL.iter().find(hands_over).copied().unwrap_or(LimitKind::Context)
}
