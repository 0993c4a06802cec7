//! `start`: the entry; gives the parameters.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Category, NodeInputs, NodeSpec, NodeType, PortSpec, Settled, Work};
use crate::{
    expr::ExprError,
    parameter::Parameter,
    ports::{Kind, Port, PortType},
};

/// Nothing to set up: the parameters belong to the workflow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {}

pub(crate) const ALL: PortSpec = PortSpec::new("all", "All fields", PortType::One(Kind::Any));

/// The output of the start node by port: each parameter, and all of them.
pub fn port_values(parameters: &Map<String, Value>) -> Map<String, Value> {
    let mut ports = parameters.clone();
    ports.insert(ALL.name.to_owned(), Value::Object(parameters.clone()));
    ports
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "start",
        label: "Start",
        purpose: "Starts the run with the values from the launch form.",
        category: Category::Flow,
        icon: "play",
        color: "--t-start",
        inputs: &[],
        outputs: &[ALL],
        fields: &[],
    };

    fn work(&self) -> Work {
        Work::Inline
    }

    fn settle_inline(&self, inputs: &NodeInputs<'_>) -> Result<Settled, ExprError> {
        Ok(port_values(&inputs.scope.parameters).into())
    }

    fn outputs(&self, parameters: &[Parameter]) -> Vec<Port> {
        let ports = parameters.iter().map(|one| Port::new(&one.name, one.title(), one.port_type()));
        std::iter::once(ALL.port()).chain(ports).collect()
    }
}
