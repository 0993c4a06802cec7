//! Extracting steps into a workflow of their own, which one step then runs in their place.

mod border;
mod child;
mod crossing;
mod inputs;
mod parameters;
mod parent;
mod results;

use std::collections::BTreeSet;

use self::{border::Border, parameters::ChildParameters, results::ChildResults};
use super::Edit;
use crate::{edit::Refused, id::NodeId, nodes::http_request::Pair, workflow::Workflow};

/// The result of extracting steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Extracted {
    /// The new workflow with these steps.
    pub child: Workflow,
    /// The values that its parameters are given.
    pub given: Vec<Pair>,
    /// The names of the values in its result; empty where the result is one value itself.
    pub gives: Vec<String>,
    /// The change of the old workflow, to be made once the new one exists.
    pub edit: Edit,
}

/// Extracts nodes into a workflow of this name. What they read of the rest becomes its parameters,
/// what the rest reads of them becomes its result.
///
/// # Errors
/// Why that cannot be done: no single entry or exit, half of a loop, a start or an end, something
/// that would keep the new workflow from running.
pub fn extract(
    workflow: &Workflow,
    ids: &BTreeSet<NodeId>,
    name: &str,
) -> Result<Extracted, Refused> {
    let border = Border::new(workflow, ids)?;
    let parameters = ChildParameters::from_border(&border)?;
    let results = ChildResults::from_border(&border)?;
    let child = child::child(&border, &parameters, &results, name)?;
    let edit = parent::edit(&border, &parameters, &results, name)?;
    let gives = results.names();
    Ok(Extracted { child, given: parameters.pairs(), gives, edit })
}
