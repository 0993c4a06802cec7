//! What the rest of the old workflow reads of the extracted steps: the result of the new one.

use std::collections::BTreeMap;

use super::{
    border::{Border, no},
    crossing::{Crossing, Crossings, outward, value_name},
    inputs::{field_for_port, uses_input},
};
use crate::{
    edit::{Refused, fresh::Fresh},
    expr::{Path, Segment},
    id::NodeId,
    nodes::{end, sub_workflow},
    workflow::Node,
};

/// What the rest reads of the extracted steps.
pub(super) struct ChildResults {
    pub crossings: Crossings,
    /// The names of the values in the result; empty where the result is one value itself.
    names: BTreeMap<Path, String>,
    /// The port of the last step whose value is the result.
    whole: Option<String>,
    /// Fields, by node, that refer from now on to a value that came in by an edge.
    pub fields: Vec<(NodeId, &'static str, Path)>,
}

impl ChildResults {
    pub fn from_border(border: &Border<'_>) -> Result<Self, Refused> {
        let mut crossings = outward(border);
        let carried: Vec<_> = border
            .exits
            .iter()
            .filter_map(|(edge, ends)| {
                let target = border.workflow.node(&edge.target)?;
                let value = Path::output(edge.source.as_str(), &ends.source.name);
                uses_input(target, &ends.target.name).then_some((target, ends, value))
            })
            .collect();
        for (.., value) in &carried {
            let value = value.clone();
            crossings.add(Crossing { written: None, value, may_miss: true });
        }
        let whole = match crossings.values.as_slice() {
            [] => border.exits.first().map(|(_, ends)| ends.source.name.clone()),
            [(only, _)]
                if Some(only.key(1).unwrap_or_default()) == border.last().map(NodeId::as_str) =>
            {
                only.key(2).map(str::to_owned)
            }
            _ => None,
        };
        let mut results = Self { crossings, names: BTreeMap::new(), whole, fields: vec![] };
        if results.whole.is_some() {
            return Ok(results);
        }
        let mut free = Fresh::default();
        for (value, _) in &results.crossings.values {
            results.names.insert(value.clone(), free.name(&value_name(value)));
        }
        for (target, ends, value) in carried {
            let field =
                field_for_port(target, &ends.target.name).ok_or_else(|| mixed(border, target))?;
            results.fields.push((target.id.clone(), field, value));
        }
        Ok(results)
    }

    /// The names of the values in the result, in the order they were found.
    pub fn names(&self) -> Vec<String> {
        let found = self.crossings.values.iter();
        found.filter_map(|(value, _)| self.names.get(value).cloned()).collect()
    }

    /// The port whose value is the result, if it is one value.
    pub fn by_edge(&self) -> Option<&str> {
        self.whole.as_deref()
    }

    /// How the end of the new workflow is set up.
    pub fn end(&self) -> end::Config {
        let output =
            |(path, value)| Some(end::Output { name: self.names.get(path)?.clone(), value });
        end::Config { outputs: self.crossings.read().filter_map(output).collect() }
    }

    /// The reference to a value of the new step `sub`, without `${` and `}`.
    pub fn reference_to(&self, sub: &NodeId, value: &Path) -> String {
        let output = Path::output(sub.as_str(), sub_workflow::OUTPUT);
        match self.names.get(value) {
            Some(name) => output.then(Segment::Key(name.clone())).to_string(),
            None => output.to_string(),
        }
    }
}

fn mixed(border: &Border<'_>, target: &Node) -> Refused {
    let last = border.last().map(|id| border.title(id)).unwrap_or_default();
    let words = "uses its incoming connection and other results of the selection, but a workflow \
                 has one result";
    no(format!(
        "{} {words}. Refer to the values it needs from {last} by name first.",
        target.title()
    ))
}
