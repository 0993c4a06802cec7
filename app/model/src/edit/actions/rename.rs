//! Renaming nodes, parameters and results, together with every reference to them.

use super::{Edit, Selection, node};
use crate::{
    edit::{Command, Refused, fresh::Fresh, rewrite},
    expr::{RESERVED, Renaming},
    id::NodeId,
    nodes::{NodeKind, start},
    parameter::{Parameter, Preset},
    ports::ERROR_PORT,
    text::name::{is_name, snake},
    workflow::{Edge, NodeData, Workflow},
};

/// Sets a node's label.
///
/// # Errors
/// When there is no such node.
pub fn rename(workflow: &Workflow, id: &NodeId, label: &str) -> Result<Edit, Refused> {
    let old = node(workflow, id)?;
    let data = NodeData { label: label.trim().to_owned(), ..old.data.clone() };
    let command = Command::Change(id.clone(), Box::new(data));
    Edit::new(
        workflow,
        command,
        format!("rename {}", old.title()),
        Selection::from_nodes([id.clone()]),
    )
}

/// Renames a parameter, also in presets, at the start's port and in every reference.
///
/// # Errors
/// When there is none of the old name, or the new one cannot be used.
pub fn rename_parameter(workflow: &Workflow, old: &str, new: &str) -> Result<Edit, Refused> {
    if workflow.parameter(old).is_none() {
        return Err(Refused::BadName(old.to_owned()));
    }
    check(new, old != new && (workflow.parameter(new).is_some() || new == start::ALL.name))?;
    let named = |parameter: &Parameter| {
        if parameter.name == old {
            Parameter { name: new.to_owned(), ..parameter.clone() }
        } else {
            parameter.clone()
        }
    };
    let parameters = workflow.parameters.iter().map(named).collect();
    let presets = workflow.presets.iter().map(|preset| keyed(preset, old, new)).collect();
    let mut steps = vec![Command::Parameters(parameters), Command::Presets(presets)];
    let of_port = |edge: &&Edge| {
        let source = workflow.node(&edge.source);
        edge.source_handle.as_deref() == Some(old)
            && source.is_some_and(|node| node.kind() == NodeKind::Start)
    };
    steps.extend(workflow.edges.iter().filter(of_port).map(|edge| {
        let source_handle = Some(new.to_owned());
        Command::Reconnect(Box::new(Edge { source_handle, ..edge.clone() }))
    }));
    let parameters = [(old.to_owned(), new.to_owned())].into();
    let renaming = Renaming { parameters, ..Renaming::default() };
    steps.extend(rewrite::everywhere(workflow, &renaming));
    let label = format!("rename field {old}");
    Edit::new(workflow, Command::Many(steps), label, Selection::default())
}

/// Renames a parameter that still has the name it was added with, after its label.
///
/// # Errors
/// When it has another name already, or the label gives none; and as [`rename_parameter`].
pub fn name_parameter(workflow: &Workflow, old: &str) -> Result<Edit, Refused> {
    let label = workflow.parameter(old).map_or("", |parameter| parameter.label.trim());
    if !is_generated(old) || !label.contains(|letter: char| letter.is_ascii_alphabetic()) {
        return Err(Refused::Nothing);
    }
    let others = workflow.parameters.iter().map(|parameter| parameter.name.as_str());
    let ports = [start::ALL.name, ERROR_PORT].into_iter();
    let taken = others.filter(|other| *other != old).chain(ports).map(str::to_owned);
    let new = Fresh::default().taking(taken).name(&snake(label));
    if new == old {
        Err(Refused::Nothing)
    } else {
        // With the label that was typed right before it is one change.
        let label = "change the inputs".to_owned();
        Ok(Edit { label, ..rename_parameter(workflow, old, &new)? })
    }
}

/// Whether it is a name that the editor gives a new parameter: `input_2`.
fn is_generated(name: &str) -> bool {
    let number = name.strip_prefix("input_").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
}

fn keyed(preset: &Preset, old: &str, new: &str) -> Preset {
    let mut preset = preset.clone();
    if let Some(value) = preset.values.remove(old) {
        preset.values.insert(new.to_owned(), value);
    }
    preset
}

/// Renames a node's result, also in every reference. None removes the name and leaves the
/// references broken.
///
/// # Errors
/// When there is no such node, or the name cannot be used.
pub fn rename_assigned(
    workflow: &Workflow,
    id: &NodeId,
    new: Option<&str>,
) -> Result<Edit, Refused> {
    let old = node(workflow, id)?;
    if let Some(new) = new {
        let others = workflow.nodes.iter().filter(|other| other.id != *id);
        let is_new = |other: &Option<String>| other.as_deref() == Some(new);
        let taken = others.map(|other| &other.data.assign).any(is_new) || RESERVED.contains(&new);
        check(new, taken)?;
    }
    let names = match (&old.data.assign, new) {
        (Some(before), Some(new)) => [(before.clone(), new.to_owned())].into(),
        _ => [].into(),
    };
    let renaming = Renaming { names, ..Renaming::default() };
    let mut steps = rewrite::everywhere(workflow, &renaming);
    let own = rewrite::rewritten(&old.data, &renaming);
    let data = NodeData { assign: new.map(str::to_owned), ..own };
    steps.push(Command::Change(id.clone(), Box::new(data)));
    let label = format!("rename the result of {}", old.title());
    Edit::new(workflow, Command::Many(steps), label, Selection::from_nodes([id.clone()]))
}

fn check(name: &str, taken: bool) -> Result<(), Refused> {
    if !is_name(name) {
        return Err(Refused::BadName(name.to_owned()));
    }
    if taken { Err(Refused::TakenName(name.to_owned())) } else { Ok(()) }
}
