//! The two React Flow dialects that existing files are written in.
//!
//! A: `data: {label, config: {prompt_template, …}}` with `{{variable}}`; label and config may also
//!    stand beside the type, as the founding contract writes them.
//! B: flat `data: {label, prompt, …}` with `{variable}` and `{node_id}`.
//! What only a view needs is dropped with a note; what is unknown is refused with its path.

mod condition;
mod config;
mod defaults;
mod edge;
mod ends;
mod export;
mod node;
mod parameters;
mod reading;
mod spelling;
mod variables;

use serde_json::{Map, Value};

pub use export::export;
pub(super) use export::restored;

use self::{reading::Reading, variables::SymbolTable};
use super::{
    imported::{Ends, Imported},
    spread::spread,
};
use crate::{
    number::read_json,
    problem::FieldProblem,
    workflow::{Workflow, read::huge_list},
};

/// Reads a React Flow definition.
///
/// # Errors
/// Everything that cannot be read, each with its path.
pub fn import(value: Value, ends: Ends) -> Result<Imported, Vec<FieldProblem>> {
    let Value::Object(mut file) = value else {
        return Err(vec![FieldProblem::field("malformed", "", "A workflow must be an object.")]);
    };
    let mut reading = Reading::default();
    let nodes = list(&mut file, "nodes", &mut reading);
    let nodes: Vec<Value> = nodes.into_iter().map(spelling::settle).collect();
    let edges = list(&mut file, "edges", &mut reading);
    // A list that was stored as text has been read only now.
    let lists = [("nodes", nodes.len()), ("edges", edges.len())];
    let huge: Vec<_> =
        lists.into_iter().filter_map(|(name, items)| huge_list(name, items)).collect();
    if !huge.is_empty() {
        return Err(huge);
    }
    let defaults = defaults::read(&mut file, &mut reading);

    let mut known = SymbolTable::new(&nodes, &edges, &defaults);
    let mut nodes: Vec<Value> = nodes
        .into_iter()
        .enumerate()
        .filter_map(|(place, node)| node::read(place, node, &mut known, &mut reading))
        .collect();
    let mut edges = edge::read_all(edges, &mut nodes, &mut reading);
    reading.notes.extend(spread(&mut nodes, &edges));
    if ends == Ends::Added {
        ends::add(&mut nodes, &mut edges, &mut reading);
    }
    let parameters = parameters::build(&known, &defaults);

    for (key, value) in
        [("parameters", parameters), ("nodes", nodes.into()), ("edges", edges.into())]
    {
        file.insert(key.to_owned(), value);
    }
    if !reading.problems.is_empty() {
        return Err(reading.problems);
    }
    let workflow = Workflow::from_value(&Value::Object(file))?;
    Ok(Imported { workflow, notes: reading.notes, takes_any_input: false })
}

/// The list under a key, or under its stored name, as JSON or as its text.
fn list(file: &mut Map<String, Value>, key: &str, reading: &mut Reading) -> Vec<Value> {
    match take_stored(file, key) {
        None => vec![],
        Some(Value::Array(items)) => items,
        Some(_) => {
            reading.refuse(key, "This must be a list.");
            vec![]
        }
    }
}

/// Takes the value under a key, or under `<key>_json`, where stored templates have it as text.
fn take_stored(file: &mut Map<String, Value>, key: &str) -> Option<Value> {
    let value = file.remove(key).or_else(|| file.remove(&format!("{key}_json")))?;
    match &value {
        Value::String(text) => Some(read_json(text).unwrap_or(value)),
        _ => Some(value),
    }
}
