//! Workflows from and to other shapes.

pub mod dropped;
pub mod picture;
pub mod react_flow;
pub mod steps;

use serde_json::Value;

use self::steps::Order;
use crate::{
    problem::FieldProblem,
    workflow::{Workflow, parse_json},
};

/// A workflow that was read, and what a person should know about how.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The workflow in the canonical format.
    pub workflow: Workflow,
    /// What was dropped or read in another way, each with its path.
    pub notes: Vec<String>,
}

/// Reads a workflow in the canonical format, in a React Flow dialect or as [steps], whichever it
/// is, or out of the [picture](picture) of one. Steps of a list run one after the other.
///
/// # Errors
/// Everything that cannot be read, each with its path.
pub fn import(text: &str) -> Result<Imported, Vec<FieldProblem>> {
    import_in(text, Order::Written)
}

/// As [`import`], the steps of a list in this order.
///
/// # Errors
/// As [`import`].
pub fn import_in(text: &str, order: Order) -> Result<Imported, Vec<FieldProblem>> {
    let definition = picture::enclosed(text);
    read(parse_json(definition.as_deref().unwrap_or(text))?, order)
}

/// As [`import`], from JSON already parsed.
///
/// # Errors
/// As [`import`].
pub fn import_value(value: Value) -> Result<Imported, Vec<FieldProblem>> {
    read(value, Order::Written)
}

fn read(value: Value, order: Order) -> Result<Imported, Vec<FieldProblem>> {
    let canonical = Workflow::from_value(&value);
    // Only the canonical format names its version: its errors are then the ones to tell.
    if canonical.is_ok() || value.get("schemaVersion").is_some() {
        return canonical.map(|workflow| Imported { workflow, notes: vec![] });
    }
    if let Some(read) = steps::import(&value, order) {
        return read;
    }
    let restored = react_flow::restored(&value).map(|file| Workflow::from_value(&file));
    match restored {
        Some(Ok(workflow)) => Ok(Imported { workflow, notes: vec![] }),
        _ => react_flow::import(value),
    }
}
