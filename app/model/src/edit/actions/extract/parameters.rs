//! The parameters of the new workflow, which stand for what its steps read of the rest.

use std::collections::BTreeMap;

use super::{
    border::{Border, Wire},
    crossing::{Crossing, Crossings, inward, value_name},
};
use crate::{
    edit::{Refused, fresh::Fresh},
    expr::{Path, Segment},
    nodes::{NodeKind, http_request::Pair},
    parameter::{Parameter, ParameterKind},
    validate::type_of,
    workflow::Workflow,
};

/// The parameters of the new workflow.
pub(super) struct ChildParameters {
    pub crossings: Crossings,
    /// Its parameters, by the value that they stand for outside.
    pub by_value: BTreeMap<Path, Parameter>,
}

impl ChildParameters {
    pub fn from_border(border: &Border<'_>) -> Result<Self, Refused> {
        let mut crossings = inward(border)?;
        for wire in border.entries.iter().filter(|wire| border.brings(wire)) {
            let value = entry_value(border, wire);
            crossings.add(Crossing { written: None, value, may_miss: false });
        }
        let mut names = Fresh::default();
        let mut by_value = BTreeMap::new();
        for (value, _) in &crossings.values {
            let name = names.name(&value_name(value));
            by_value.insert(value.clone(), parameter(border, value, name));
        }
        Ok(Self { crossings, by_value })
    }

    /// The parameters with the values they are given, in the order they are read.
    pub fn pairs(&self) -> Vec<Pair> {
        let pair = |(path, value)| Some(Pair { name: self.name(path)?, value });
        self.crossings.read().filter_map(pair).collect()
    }

    /// The name of the parameter that stands for this value.
    pub fn name(&self, value: &Path) -> Option<String> {
        self.by_value.get(value).map(|parameter| parameter.name.clone())
    }
}

/// The value that an edge brings in, as a reference.
pub(super) fn entry_value(border: &Border<'_>, (edge, ends): &Wire<'_>) -> Path {
    let port = ends.source.name.as_str();
    let is_start = border.workflow.node(&edge.source).is_some_and(|n| n.kind() == NodeKind::Start);
    if is_start && border.workflow.parameter(port).is_some() {
        Path::root("input").then(Segment::Key(port.to_owned()))
    } else {
        Path::output(edge.source.as_str(), port)
    }
}

/// The parameter for a value: the same as outside, or one of the value's type.
fn parameter(border: &Border<'_>, value: &Path, name: String) -> Parameter {
    if let Some(own) = own_parameter(border.workflow, value) {
        return Parameter { name, ..own.clone() };
    }
    let port_type = type_of(border.workflow, value);
    let kind = match port_type.map_or(ParameterKind::Json, ParameterKind::for_port) {
        ParameterKind::Json if value.name() == "execution" => ParameterKind::Text,
        kind => kind,
    };
    let label = match (value.name(), value.key(1), value.key(2)) {
        ("nodes", Some(id), Some(port)) => format!("{}: {port}", border.title(&id.into())),
        ("nodes", Some(id), None) => border.title(&id.into()),
        _ => String::new(),
    };
    Parameter { name, label, kind, ..Parameter::default() }
}

/// The parameter of this name, if the workflow has one.
fn own_parameter<'a>(workflow: &'a Workflow, path: &Path) -> Option<&'a Parameter> {
    let is_parameter = path.name() == "input" && path.segments().len() == 2;
    is_parameter.then(|| workflow.parameter(path.key(1)?)).flatten()
}
