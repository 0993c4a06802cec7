//! `end`: the result of the execution.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Category, Checker, FieldKind, FieldSpec, NodeInputs, NodeSpec, NodeType, PortSpec, Settled,
    Work,
};
use crate::{
    expr::{ExprError, Scope},
    field::Text,
    ports::{Kind, PortType},
};

/// The port of an end node that holds the result.
pub const RESULT: &str = "result";

/// What to present as results.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The results by name; none means what comes in by the edges.
    pub outputs: Vec<Output>,
}

/// A named result of the execution.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Its name in the execution's output.
    pub name: String,
    /// What it is: one reference alone keeps its type.
    pub value: Text,
}

impl Config {
    /// The execution's output; `input` is what comes in by the edges.
    ///
    /// # Errors
    /// When a reference has no value.
    pub fn result(&self, scope: &Scope, input: Option<Value>) -> Result<Value, ExprError> {
        if self.outputs.is_empty() {
            return Ok(input.unwrap_or_default());
        }
        let mut result = Map::new();
        for output in &self.outputs {
            result.insert(output.name.clone(), output.value.value(scope)?);
        }
        Ok(Value::Object(result))
    }
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "end",
        label: "End",
        purpose: "Ends the run and shows its results.",
        category: Category::Flow,
        icon: "flag",
        color: "--t-end",
        inputs: &[PortSpec::new("input", "Results", PortType::One(Kind::Any))],
        outputs: &[PortSpec::new(RESULT, "Result", PortType::One(Kind::Json))],
        fields: &[FieldSpec::new(
            "outputs",
            "Results",
            "What to show, each with a name. Leave empty to show the input.",
            FieldKind::Results,
        )],
    };

    fn work(&self) -> Work {
        Work::Inline
    }

    fn settle_inline(&self, inputs: &NodeInputs<'_>) -> Result<Settled, ExprError> {
        let result = self.result(inputs.scope, inputs.value("input"))?;
        Ok(Map::from_iter([(RESULT.to_owned(), result)]).into())
    }

    fn reads_port(&self, _port: &str) -> bool {
        self.outputs.is_empty()
    }

    fn check(&self, checker: &mut Checker) {
        let mut before = BTreeSet::new();
        for (place, output) in self.outputs.iter().enumerate() {
            if output.name.trim().is_empty() {
                checker.missing(&format!("outputs[{place}].name"), "Name this result.");
            }
            if !before.insert(&output.name) {
                checker.duplicate(&format!("outputs[{place}].name"), &output.name);
            }
        }
    }
}
