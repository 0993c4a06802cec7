//! Sentences about an execution as a whole: how it went on, and how people steer it.

use model::{
    execution::{
        event::{Paused, Stopped},
        state::PauseReason,
    },
    id::NodeId,
    review::Reviewer,
};
use ui::{
    format::{money, pluralize},
    status::Status,
};

use super::{
    names::Names,
    weight::{Weight, Words, alarm, detail, step},
};

pub(super) fn launch_words(nodes: usize) -> Words {
    let steps = pluralize(u64::try_from(nodes).unwrap_or(0), "step", "steps");
    step(Status::Queued, format!("Launched with {steps}"))
}

pub(super) fn failure_words(node: &NodeId, message: &str, names: &Names<'_>) -> Words {
    let label = names.node(node);
    // The engine's words may begin with the step already.
    let why = message.strip_prefix(label.as_str()).and_then(|it| it.strip_prefix(": "));
    let why = why.unwrap_or(message);
    let text = if names.tells_why(node, why) {
        format!("Failed at {label}")
    } else {
        format!("Failed at {label}: {why}")
    };
    alarm(Status::Failed, text)
}

pub(super) fn pause_words(pause: &Paused) -> Words {
    let weight = match pause.reason {
        PauseReason::User | PauseReason::Breakpoint | PauseReason::Parent => Weight::Step,
        PauseReason::Review
        | PauseReason::Budget
        | PauseReason::Provider
        | PauseReason::Storage => Weight::Alarm,
    };
    let why = pause.reason.words_by(name_of(pause.by.as_ref()));
    (Status::Paused, weight, format!("{why}{}", more_words(pause.message.as_deref())))
}

pub(super) fn stop_words(stop: &Stopped) -> Words {
    let why = stop.reason.words_by(name_of(stop.by.as_ref()));
    let more = more_words(stop.message.as_deref());
    step(Status::Stopped, format!("{why}; results are kept{more}"))
}

fn name_of(by: Option<&Reviewer>) -> Option<&str> {
    by.map(|by| by.name.as_str())
}

/// A recorded message as a sentence of its own.
fn more_words(message: Option<&str>) -> String {
    message.map_or(String::new(), |message| format!(". {message}"))
}

pub(super) fn auto_run_words(is_on: bool) -> Words {
    if is_on {
        step(Status::Running, "Auto-run turned on")
    } else {
        step(Status::Queued, "Auto-run turned off: each step waits for you")
    }
}

pub(super) fn breakpoint_words(nodes: &[NodeId], names: &Names<'_>) -> Words {
    let names: Vec<String> = nodes.iter().map(|node| names.node(node)).collect();
    let text = match names.len() {
        0 => "No breakpoints".to_owned(),
        _ => format!("Breakpoints before {}", names.join(", ")),
    };
    detail(Status::Queued, text)
}

pub(super) fn budget_words(micros: Option<i64>) -> Words {
    let text = micros
        .map_or("Budget removed".to_owned(), |micros| format!("Budget set to {}", money(micros)));
    step(Status::Queued, text)
}
