//! Extracting steps into a workflow of their own, which one step then runs in their place.

mod border;
mod child;
mod crossing;
mod parent;

use std::collections::BTreeSet;

use super::Edit;
use crate::{
    edit::Refused,
    expr::Path,
    id::NodeId,
    nodes::{FieldKind, NodeConfig, NodeKind, http_request::Pair},
    text::name::snake,
    workflow::{Node, Parameter, Workflow},
};

/// Longest name that is made of a reference.
const LONGEST_NAME: usize = 48;

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
    let border = border::Border::new(workflow, ids)?;
    let given = child::Given::from_border(&border)?;
    let results = parent::Results::from_border(&border)?;
    let child = child::child(&border, &given, &results, name)?;
    let edit = parent::edit(&border, &given, &results, name)?;
    let gives = results.names();
    Ok(Extracted { child, given: given.pairs(), gives, edit })
}

/// A name for a value, made of the reference to it.
fn name_of(path: &Path) -> String {
    let words: Vec<&str> = match path.name() {
        "nodes" | "input" => (1..path.segments().len()).filter_map(|at| path.key(at)).collect(),
        _ => (0..path.segments().len()).filter_map(|at| path.key(at)).collect(),
    };
    let mut name = snake(&words.join("_"));
    name.truncate(LONGEST_NAME);
    name
}

/// The field that is read instead of what comes in by a port.
fn instead(node: &Node, port: &str) -> Option<&'static str> {
    let spec = node.data.config.spec();
    let mut fields = spec.fields.iter().filter(|field| field.kind == FieldKind::Reference);
    let found = match spec.inputs {
        [_] => fields.next(),
        _ => fields.find(|field| field.name == port),
    };
    found.map(|field| field.name)
}

/// Whether a node makes use of what comes in by a port, besides waiting for it.
fn takes(node: &Node, port: &str) -> bool {
    let is_set = |field: &str| {
        let value = node.data.config.to_value();
        let text = value.get(field).and_then(|value| value.as_str().map(str::to_owned));
        text.is_some_and(|text| !text.trim().is_empty())
    };
    match (&node.data.config, instead(node, port)) {
        (NodeConfig::GenerateCopy(_), _) => false,
        (NodeConfig::End(config), _) => config.outputs.is_empty(),
        (_, Some(field)) => !is_set(field),
        (config, None) => config.kind() != NodeKind::GenerateImage,
    }
}

/// The parameter of this name, if the workflow has one.
fn own_parameter<'a>(workflow: &'a Workflow, path: &Path) -> Option<&'a Parameter> {
    let is_parameter = path.name() == "input" && path.segments().len() == 2;
    is_parameter.then(|| workflow.parameter(path.key(1)?)).flatten()
}
