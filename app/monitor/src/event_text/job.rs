//! Sentences about jobs, their attempts, calls and costs, and about the steps that agents take.

use model::{
    agent::{
        limits::{LimitAction, LimitKind},
        turn::{AgentLimited, AgentTurned},
    },
    execution::{
        agent_step::{LimitMet, StepTaken},
        event::Charge,
        failure::Failure,
        question::{CallAnswered, CallAsked, Way},
        view::Bill,
    },
};
use ui::{
    format::{duration, grouped, money, pluralize},
    status::Status,
};

use super::weight::{Words, alarm, detail, step};
use crate::price::price;

/// An attempt began, which calls this tool if it calls one; `attempt` counts from 1.
pub(super) fn start_words(label: &str, attempt: i32, tool: Option<&str>) -> Words {
    let again = match attempt {
        1 => String::new(),
        attempt => format!(", attempt {attempt}"),
    };
    let began = tool.map_or("began".to_owned(), |tool| format!("calls {tool}"));
    detail(Status::Running, format!("{label} {began}{again}"))
}

/// A job failed; `is_known` where the line about its node tells why.
pub(super) fn failure_words(label: &str, failure: &Failure, is_known: bool) -> Words {
    let text = if is_known {
        format!("{label}: no attempts left")
    } else {
        format!("{label} failed: {}", failure.message)
    };
    detail(Status::Failed, text)
}

/// Attempt `attempt`, counted from 1, begins after a wait; `failure` is why the last one failed.
pub(super) fn retry_words(
    label: &str,
    wait_ms: u64,
    attempt: i32,
    max_attempts: i32,
    failure: &Failure,
) -> Words {
    let (why, wait) = (&failure.message, duration(wait_ms));
    let text = format!("{label}: {why}, retrying in {wait} (attempt {attempt} of {max_attempts})");
    step(Status::Queued, text)
}

/// A job waits for a limit, for example a provider's rate.
pub(super) fn limit_words(label: &str, failure: &Failure) -> Words {
    detail(Status::Queued, format!("{label} is waiting: {}", failure.message))
}

/// A job lost its worker and waits for another.
pub(super) fn loss_words(
    label: &str,
    call_in_flight: bool,
    possible_cost_micros: Option<i64>,
    handed_back: bool,
) -> Words {
    let why = loss_reason(call_in_flight, possible_cost_micros, handed_back);
    step(Status::Queued, format!("{label}: {why}"))
}

/// How a job lost its worker, and whether a call had left that may have been charged.
pub(super) fn loss_reason(
    call_in_flight: bool,
    possible_cost_micros: Option<i64>,
    handed_back: bool,
) -> String {
    let cost = possible_cost_micros.map_or(String::new(), |micros| format!(" {}", money(micros)));
    let worker = if handed_back { "worker stopped" } else { "worker lost" };
    if call_in_flight {
        format!("{worker}; another took over (the call in flight may have been charged{cost})")
    } else {
        format!("{worker}; another took over")
    }
}

/// The execution that a job launched is over.
pub(super) fn child_end_words(label: &str, bill: Bill) -> Words {
    let cost = price(bill);
    detail(Status::Running, format!("{label}: the run it started has ended ({cost})"))
}

pub(super) fn charge_words(label: &str, charge: &Charge) -> Words {
    let price = match (charge.cost_micros, charge.sample) {
        (None, _) => "price unknown".to_owned(),
        (Some(micros), true) => format!("{} (sample price)", money(micros)),
        (Some(micros), false) => money(micros),
    };
    let tokens = |count: i64| u64::try_from(count).unwrap_or(0);
    let used = match (tokens(charge.input_tokens), tokens(charge.output_tokens)) {
        (0, 0) => String::new(),
        (sent, got) => format!(", {} in, {} out", pluralize(sent, "token", "tokens"), grouped(got)),
    };
    let by = format!("{} · {}", charge.provider, charge.model);
    let used = if charge.estimated { format!("{used} (estimated)") } else { used };
    detail(Status::Pending, format!("{label}: {}{used}, {price}", answerer(&by)))
}

/// Who answered, "provider · model"; once where both have the same name.
pub fn answerer(answered_by: &str) -> &str {
    match answered_by.split_once(" · ") {
        Some((provider, model)) if provider == model => provider,
        _ => answered_by,
    }
}

/// A person is asked about a call that nobody knows the end of.
pub(super) fn question_words(label: &str, asked: &CallAsked) -> Words {
    let why = &asked.failure.message;
    alarm(Status::AwaitingReview, format!("{label} needs your answer: {why}"))
}

/// A person said how to go on after such a call.
pub(super) fn answer_words(label: &str, answered: &CallAnswered) -> Words {
    let by = &answered.by.name;
    let text = match answered.answer {
        Way::Again => format!("{by} let {label} call again"),
        Way::Done => format!("{by} marked the call of {label} as done"),
        Way::Skip => format!("{by} skipped {label}"),
    };
    step(Status::Queued, text)
}

/// Tools that a sentence names; of more it says the number.
const MOST_NAMED: usize = 3;

/// What an agent does in a step: `turn 3, calls github.getIssue`.
pub fn turn_words(turned: &AgentTurned) -> String {
    let tools: Vec<String> = turned.calls.iter().map(|name| tool_label(name)).collect();
    match tools.len() {
        0 => format!("turn {}", turned.turn),
        1..=MOST_NAMED => format!("turn {}, calls {}", turned.turn, tools.join(", ")),
        many => format!("turn {}, calls {many} tools", turned.turn),
    }
}

/// A tool as people know it, from what the model calls it.
fn tool_label(name: &str) -> String {
    name.replacen("__", ".", 1)
}

/// An agent took a step.
pub(super) fn step_words(label: &str, taken: &StepTaken) -> Words {
    detail(Status::Running, format!("{label}: {}", turn_words(&taken.step)))
}

/// An agent has reached a limit.
pub(super) fn agent_limit_words(label: &str, met: &LimitMet) -> Words {
    let AgentLimited { limit, action } = met.limited;
    let used = match limit {
        LimitKind::Turns => "used all its turns",
        LimitKind::ToolCalls => "used all its tool calls",
        LimitKind::CallsOfTool => "used all its calls of one tool",
        LimitKind::Tokens => "used all its tokens",
        LimitKind::Cost => "used all its budget",
        LimitKind::Time => "used all its time",
        LimitKind::Context => "filled its context window",
    };
    let (status, then) = match action {
        LimitAction::Stop => (Status::Stopped, "it stops with what it has so far"),
        LimitAction::Ask => (Status::AwaitingReview, "a person decides whether it continues"),
        LimitAction::CheaperModel => (Status::Running, "a cheaper model continues"),
        LimitAction::HandOver => (Status::AwaitingReview, "a person finishes its work"),
    };
    step(status, format!("{label} {used}: {then}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_says_which_tool_it_calls() {
        let text = |tool| start_words("Fetch issue", 2, tool).2;

        assert_eq!(text(None), "Fetch issue began, attempt 2");
        assert_eq!(text(Some("github.getIssue")), "Fetch issue calls github.getIssue, attempt 2");
    }

    #[test]
    fn who_answered_is_named_once() {
        assert_eq!(answerer("sample · sample"), "sample");
        assert_eq!(answerer("OpenAI · gpt-5-mini"), "OpenAI · gpt-5-mini");
    }
}

#[cfg(test)]
mod agent_tests {
    use super::*;

    #[test]
    fn a_step_names_the_tools_that_are_called_while_they_are_few() {
        let turned = |tools: &[&str]| AgentTurned {
            turn: 3,
            calls: tools.iter().map(|tool| (*tool).to_owned()).collect(),
            messages: 8,
            context_tokens: 1_200,
        };

        assert_eq!(turn_words(&turned(&[])), "turn 3");
        let two = turned(&["github__getIssue", "atelier__read_document"]);
        assert_eq!(turn_words(&two), "turn 3, calls github.getIssue, atelier.read_document");
        assert_eq!(turn_words(&turned(&["a"; 4])), "turn 3, calls 4 tools");
    }
}
