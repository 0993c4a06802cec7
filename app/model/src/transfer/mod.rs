//! Import from other formats, and export to them.

pub mod dropped;
pub mod file;
mod foreign;
mod imported;
pub mod react_flow;
pub(crate) mod record;
mod spread;
pub mod steps;
pub mod svg;

use serde_json::Value;

pub use self::imported::{Ends, Imported};
use self::steps::order::Order;
use crate::{
    problem::FieldProblem,
    workflow::{
        Workflow,
        read::{MALFORMED_JSON, refuse_huge_lists},
    },
};

/// Reads a workflow in the canonical format, in a React Flow dialect or as [steps], whichever it
/// is, or out of an [SVG](svg) of one. Steps of a list run one after the other.
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
    import_value_in(parse(text)?, order, Ends::Added)
}

/// The text of a file as JSON, to be read by [`import_value_in`].
///
/// # Errors
/// When it is too large or no JSON; where it is known what it is instead, that and what to do.
pub fn parse(text: &str) -> Result<Value, Vec<FieldProblem>> {
    let definition = svg::enclosed(text);
    let text = definition.as_deref().unwrap_or(text);
    file::parse(text).map_err(|problems| {
        let is_json = problems.iter().all(|problem| problem.code != MALFORMED_JSON);
        let foreign = if is_json { None } else { foreign_text_problem(text) };
        foreign.map_or(problems, |foreign| vec![foreign])
    })
}

/// What a text is that is no JSON, and what to do with it; none where nothing can be said of it.
pub fn foreign_text_problem(text: &str) -> Option<FieldProblem> {
    foreign::recognize_text(text).map(|file| file.problem())
}

/// As [`import`], from JSON already parsed.
///
/// # Errors
/// As [`import`].
pub fn import_value(value: Value, ends: Ends) -> Result<Imported, Vec<FieldProblem>> {
    import_value_in(value, Order::Written, ends)
}

/// As [`import_value`], the steps of a list in this order.
///
/// # Errors
/// As [`import`].
pub fn import_value_in(
    value: Value,
    order: Order,
    ends: Ends,
) -> Result<Imported, Vec<FieldProblem>> {
    let mut imported = read_as_written(value, order, ends)?;
    // What comes from elsewhere brings no agents that are frozen: only publishing and launching
    // freeze one.
    imported.workflow.drop_frozen();
    Ok(imported)
}

fn read_as_written(value: Value, order: Order, ends: Ends) -> Result<Imported, Vec<FieldProblem>> {
    if let Ok(workflow) = Workflow::from_value(&value) {
        return Ok(Imported { workflow, notes: vec![], takes_any_input: false });
    }
    if let Some(foreign) = foreign::recognize_value(&value) {
        return Err(vec![foreign.problem()]);
    }
    let (value, notes) = record::definition_in(value);
    refuse_huge_lists(&value)?;
    let canonical = Workflow::from_value(&value);
    // Only the canonical format names its version: its errors are then the ones to tell.
    if canonical.is_ok() || value.get("schemaVersion").is_some() {
        return canonical.map(|workflow| Imported { workflow, notes, takes_any_input: false });
    }
    if let Some(flow) = steps::import(&value, order) {
        return flow.map(|read| read.with_earlier_notes(notes));
    }
    // With a list of parameters it is ours, and its errors are the ones to report: the importer
    // for React Flow would make a form of its own.
    match react_flow::restored(&value) {
        Some(file) => Workflow::from_value(&file).map(|workflow| Imported {
            workflow,
            notes,
            takes_any_input: false,
        }),
        None => react_flow::import(value, ends).map(|read| read.with_earlier_notes(notes)),
    }
}
