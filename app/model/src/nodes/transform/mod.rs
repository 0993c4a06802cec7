//! `transform`: picks, reshapes, filters, sorts and sums up values, without any call.

mod aggregate;
pub mod limits;
mod operation;
mod run;

use serde::{Deserialize, Serialize};
use serde_json::Map;

pub use aggregate::Function;
pub use operation::{Operation, Order};

use self::limits::MAX_OPERATIONS;
use super::{
    Category, Checker, FieldKind, FieldSpec, Items, Level, NodeInputs, NodeSpec, NodeType,
    PortSpec, Settled, Work,
};
use crate::{
    expr::ExprError,
    field::Text,
    parameter::Parameter,
    ports::{Kind, Port, PortType},
};

const OPERATIONS: &str = "operations";
const OUTPUT: &str = "output";

/// What is worked on, and what is done to it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// What it works on, as a reference; none means what comes in by the edges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Text>,
    /// What is done to it, one after the other.
    pub operations: Vec<Operation>,
}

impl Config {
    fn source(&self) -> Option<&Text> {
        self.input.as_ref().filter(|text| !text.is_blank())
    }

    /// The operation that a field's path lies in.
    fn operation_at(&self, field: &str) -> Option<&Operation> {
        let rest = field.strip_prefix(OPERATIONS)?.strip_prefix('[')?;
        self.operations.get(rest.split(']').next()?.parse::<usize>().ok()?)
    }
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "transform",
        label: "Transform",
        purpose: "Picks, reshapes, filters, sorts, splits, joins or summarizes data.",
        category: Category::Flow,
        icon: "wand-sparkles",
        color: "--t-transform",
        inputs: &[PortSpec::new("input", "Input", PortType::One(Kind::Any))],
        outputs: &[PortSpec::new(OUTPUT, "Output", PortType::One(Kind::Any))],
        fields: &[
            FieldSpec::new(
                OPERATIONS,
                "Operations",
                "Run in order. Each works on the result of the one before.",
                FieldKind::Operations,
            ),
            FieldSpec::new(
                "input",
                "Input",
                "What to transform. Leave empty to use the input.",
                FieldKind::Reference,
            )
            .with_level(Level::Intermediate),
        ],
    };

    fn work(&self) -> Work {
        Work::Inline
    }

    fn outputs(&self, _parameters: &[Parameter]) -> Vec<Port> {
        let start = PortType::One(Kind::Any);
        let gives = self.operations.iter().fold(start, |given, operation| operation.gives(given));
        vec![Port::new(OUTPUT, "Output", gives)]
    }

    fn settle_inline(&self, inputs: &NodeInputs<'_>) -> Result<Settled, ExprError> {
        let input = match self.source() {
            Some(text) => text.value(inputs.scope)?,
            None => inputs.value("input").unwrap_or_default(),
        };
        let output = run::run(&self.operations, input, inputs.scope)?;
        Ok(Map::from_iter([(OUTPUT.to_owned(), output)]).into())
    }

    fn expressions(&self) -> Vec<(String, String)> {
        let own = |(place, operation): (usize, &Operation)| {
            let (field, source) = operation.expression()?;
            Some((format!("{OPERATIONS}[{place}].{field}"), source))
        };
        self.operations.iter().enumerate().filter_map(own).collect()
    }

    fn items(&self, field: &str) -> Items {
        self.operation_at(field).map_or(Items::None, Operation::items)
    }

    fn headline(&self) -> Option<String> {
        let words: Vec<String> = self.operations.iter().map(Operation::words).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    fn check(&self, checker: &mut Checker) {
        let count = self.operations.len();
        if count == 0 {
            checker.missing(OPERATIONS, "Add an operation.");
        }
        if count > MAX_OPERATIONS {
            let message = format!("There are {count} operations; the limit is {MAX_OPERATIONS}.");
            checker.too_many(OPERATIONS, &message);
        }
        for (place, operation) in self.operations.iter().enumerate() {
            if let Some((field, message)) = operation.missing() {
                checker.missing(&format!("{OPERATIONS}[{place}].{field}"), message);
            }
        }
        if self.source().is_none() {
            checker.needs_edge("input", "Nothing to transform. Connect a step, or insert a value.");
        }
    }
}
