//! Sentences about agents: the steps they take, and their limits.

use model::{
    agent::{
        limits::{LimitAction, LimitKind},
        turn::{AgentLimited, AgentTurned},
    },
    execution::agent_step::{LimitMet, StepTaken},
};
use ui::status::Status;

use super::weight::{Words, detail, step};

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
pub(super) fn limit_words(label: &str, met: &LimitMet) -> Words {
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
