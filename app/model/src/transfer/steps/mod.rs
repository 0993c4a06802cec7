//! Workflows written as steps: a list of tools that are called in order ([`tools`]), or agents by
//! name with what each depends on ([`agents`]).

mod agents;
mod export;
mod flow;
mod format;
pub(super) mod order;
mod refusals;
mod tools;
mod typing;

use serde_json::Value;

use self::flow::Flow;
#[cfg(not(target_arch = "wasm32"))]
pub use self::format::schema;
pub use self::{
    export::{MoreThanSteps, export},
    order::Order,
    typing::type_inputs,
};
use super::{imported::Imported, record::definition_in};
use crate::problem::{FieldProblem, Problem};

/// Reads a workflow of steps; none when the file has no steps.
pub(super) fn import(file: &Value, order: Order) -> Option<Result<Imported, Vec<FieldProblem>>> {
    let flow = match file.get("steps")? {
        Value::Object(_) => agents::read(file),
        _ => tools::read(file, order),
    };
    Some(flow.and_then(Flow::into_workflow))
}

/// Where a list of steps says what a workflow made of it says at this path; none for another path.
fn path_in_file(path: &str) -> Option<String> {
    let (place, field) = path.strip_prefix("nodes[")?.split_once("].data.")?;
    // The start is before them.
    let place = place.parse::<usize>().ok()?.checked_sub(1)?;
    Some(format!("steps[{place}].{}", field.strip_prefix("config.").unwrap_or(field)))
}

/// The problem with the places of a list of steps in place of those of the workflow made of it.
#[must_use]
pub fn problem_in_file(mut problem: Problem) -> Problem {
    for wrong in &mut problem.errors {
        if let Some(path) = wrong.path.as_deref().and_then(path_in_file) {
            wrong.path = Some(path);
        }
    }
    problem
}

/// Whether a file looks like a workflow of steps.
pub(super) fn is_steps(file: &Value) -> bool {
    let has = |step: &Value, key: &str| step.get(key).is_some_and(Value::is_string);
    match definition_in(file.clone()).0.get("steps") {
        Some(Value::Array(steps)) => steps.iter().any(|step| has(step, "tool")),
        Some(Value::Object(steps)) => steps.values().any(|step| has(step, "agent_id")),
        _ => false,
    }
}
