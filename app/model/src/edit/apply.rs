//! Carrying out a command, and finding the one that takes it back.

use super::{Command, Placed, Refused, structure};
use crate::{
    id::NodeId,
    validate::MAX_NODES,
    workflow::{Edge, Node, NodeData, Position, Size, Workflow},
};

/// Carries out a command and gives the one that takes it back to the same bytes.
///
/// # Errors
/// Why it cannot be done; then nothing has changed. A workflow that hangs together still does
/// afterwards, and one that does not gets no worse.
pub fn apply(workflow: &mut Workflow, mut command: Command) -> Result<Command, Refused> {
    command.check()?;
    command.round();
    if !command.is_structural() {
        return perform(workflow, command);
    }
    let before = workflow.clone();
    let done = perform(workflow, command);
    let verdict = done.and_then(|inverse| {
        broken(&before, workflow).map_or(Ok(()), Err)?;
        check_way_back(&before, workflow, &inverse)?;
        Ok(inverse)
    });
    if verdict.is_err() {
        *workflow = before;
    }
    verdict
}

/// Refuses a command whose inverse would change something else: an id that is in use only between
/// two steps of one command does that.
fn check_way_back(before: &Workflow, after: &Workflow, inverse: &Command) -> Result<(), Refused> {
    let Command::Many(_) = inverse else { return Ok(()) };
    let mut trial = after.clone();
    let again = perform(&mut trial, inverse.clone())?;
    let is_back = trial == *before;
    perform(&mut trial, again)?;
    if is_back && trial == *after {
        Ok(())
    } else {
        Err(Refused::Broken("This change uses the same id more than once.".to_owned()))
    }
}

/// What a change broke, if anything.
fn broken(before: &Workflow, after: &Workflow) -> Option<Refused> {
    if after.nodes.len() > MAX_NODES.max(before.nodes.len()) {
        return Some(Refused::TooManyNodes);
    }
    let (old, new) = (structure::faults(before), structure::faults(after));
    new.difference(&old).next().map(|fault| Refused::Broken(fault.to_string()))
}

/// As [`apply`], without asking whether the result hangs together: what was so may be so again.
pub(super) fn perform(workflow: &mut Workflow, command: Command) -> Result<Command, Refused> {
    use std::mem::replace;
    Ok(match command {
        Command::AddNodes(nodes) => {
            let ids = nodes.iter().rev().map(|node| node.item.id.clone()).collect();
            insert_placed(&mut workflow.nodes, nodes);
            Command::RemoveNodes(ids)
        }
        Command::RemoveNodes(ids) => {
            let taken = take(&mut workflow.nodes, &ids, |node| &node.id);
            Command::AddNodes(taken.map_err(Refused::NoNode)?)
        }
        Command::AddEdges(edges) => {
            let ids = edges.iter().rev().map(|edge| edge.item.id.clone()).collect();
            insert_placed(&mut workflow.edges, edges);
            Command::RemoveEdges(ids)
        }
        Command::RemoveEdges(ids) => {
            let taken = take(&mut workflow.edges, &ids, |edge| &edge.id);
            Command::AddEdges(taken.map_err(Refused::NoEdge)?)
        }
        Command::Move(moves) => shift(workflow, moves)?,
        Command::Resize(id, size) => resize(workflow, id, size)?,
        Command::Nest { node, parent, position } => nest(workflow, node, parent, position)?,
        Command::Change(id, data) => change(workflow, id, data)?,
        Command::Reconnect(edge) => reconnect(workflow, *edge)?,
        Command::Parameters(new) => Command::Parameters(replace(&mut workflow.parameters, new)),
        Command::Presets(new) => Command::Presets(replace(&mut workflow.presets, new)),
        Command::Settings(new) => Command::Settings(replace(&mut workflow.settings, new)),
        Command::Name(new) => Command::Name(replace(&mut workflow.name, new)),
        Command::Description(new) => Command::Description(replace(&mut workflow.description, new)),
        Command::Replace(new) => Command::Replace(Box::new(replace(workflow, *new))),
        Command::Many(commands) => many(workflow, commands)?,
    })
}

fn many(workflow: &mut Workflow, commands: Vec<Command>) -> Result<Command, Refused> {
    let mut back = Vec::with_capacity(commands.len());
    for command in commands {
        match perform(workflow, command) {
            Ok(inverse) => back.push(inverse),
            Err(refused) => {
                for inverse in back.into_iter().rev() {
                    perform(workflow, inverse)?;
                }
                return Err(refused);
            }
        }
    }
    back.reverse();
    Ok(Command::Many(back))
}

fn insert_placed<T>(list: &mut Vec<T>, items: Vec<Placed<T>>) {
    for Placed { place, item } in items {
        list.insert(place.min(list.len()), item);
    }
}

/// Takes items out of a list, in the order in which [`insert_placed`] puts them back. When one is
/// missing, all stay.
fn take<T, I: PartialEq + Clone>(
    list: &mut Vec<T>,
    ids: &[I],
    id_of: fn(&T) -> &I,
) -> Result<Vec<Placed<T>>, I> {
    let mut taken = Vec::with_capacity(ids.len());
    let mut missing = None;
    for id in ids {
        match list.iter().position(|item| id_of(item) == id) {
            Some(place) => taken.push(Placed { place, item: list.remove(place) }),
            None => missing = missing.or_else(|| Some(id.clone())),
        }
    }
    taken.reverse();
    match missing {
        Some(id) => {
            insert_placed(list, taken);
            Err(id)
        }
        None => Ok(taken),
    }
}

fn node<'a>(workflow: &'a mut Workflow, id: &NodeId) -> Result<&'a mut Node, Refused> {
    let found = workflow.nodes.iter_mut().find(|node| node.id == *id);
    found.ok_or_else(|| Refused::NoNode(id.clone()))
}

fn shift(workflow: &mut Workflow, moves: Vec<(NodeId, Position)>) -> Result<Command, Refused> {
    for (id, _) in &moves {
        node(workflow, id)?;
    }
    let mut back = Vec::with_capacity(moves.len());
    for (id, position) in moves {
        let was = std::mem::replace(&mut node(workflow, &id)?.position, position);
        back.push((id, was));
    }
    back.reverse();
    Ok(Command::Move(back))
}

fn resize(workflow: &mut Workflow, id: NodeId, size: Option<Size>) -> Result<Command, Refused> {
    let was = std::mem::replace(&mut node(workflow, &id)?.size, size);
    Ok(Command::Resize(id, was))
}

fn nest(
    workflow: &mut Workflow,
    id: NodeId,
    parent: Option<NodeId>,
    position: Position,
) -> Result<Command, Refused> {
    let found = node(workflow, &id)?;
    let parent = std::mem::replace(&mut found.parent_id, parent);
    let position = std::mem::replace(&mut found.position, position);
    Ok(Command::Nest { node: id, parent, position })
}

fn change(
    workflow: &mut Workflow,
    id: NodeId,
    mut data: Box<NodeData>,
) -> Result<Command, Refused> {
    std::mem::swap(&mut node(workflow, &id)?.data, &mut *data);
    Ok(Command::Change(id, data))
}

fn reconnect(workflow: &mut Workflow, edge: Edge) -> Result<Command, Refused> {
    let found = workflow.edges.iter_mut().find(|old| old.id == edge.id);
    let found = found.ok_or_else(|| Refused::NoEdge(edge.id.clone()))?;
    Ok(Command::Reconnect(Box::new(std::mem::replace(found, edge))))
}
