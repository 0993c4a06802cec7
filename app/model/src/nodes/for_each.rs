//! `for_each`: what lies in it runs once per item, or until a condition holds.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Category, Checker, Choice, FieldKind, FieldSpec, Items, Level, NodeInputs, NodeSpec, NodeType,
    PortSpec, Work,
};
use crate::{
    expr::{Condition, ExprError, Scope},
    field::{Field, Text},
    ports::{Kind, PortType},
    value::kind_of,
};

/// The port by which items come in.
pub const ITEMS: &str = "items";
/// The port by which an item enters the body.
pub const ITEM: &str = "item";
/// The port by which the body gives its result back.
pub const RESULT: &str = "result";
/// The port by which all results leave.
pub const OUTPUT: &str = "output";

/// What is repeated, how often, how much at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The list, as a reference; none means that of the edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Text>,
    /// Iterations at once: 1 to 20. One that stops by a condition goes one by one.
    pub concurrency: Field<u32>,
    /// Ends after the iteration after which this holds; without items, what is repeated until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_when: Option<String>,
    /// Most iterations: 1 to 1,000.
    pub max: Field<u32>,
    /// What a failed iteration means.
    pub on_round_failure: RoundFailure,
    /// One card in an editor instead of all that lies in it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub collapsed: bool,
}

/// What a loop repeats, as its iterations are planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Rounds {
    /// What lies in it, until a condition holds: so many iterations at most.
    Until(usize),
    /// One iteration an item.
    Over(Vec<Value>),
}

impl Rounds {
    /// How many there are, or may be.
    pub fn count(&self) -> usize {
        match self {
            Self::Until(most) => *most,
            Self::Over(items) => items.len(),
        }
    }
}

/// What a failed iteration means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundFailure {
    /// The others are stopped, and the loop fails.
    #[default]
    Fail,
    /// The others go on; its place among the results stays empty.
    Continue,
}

impl Config {
    /// Fewest and most iterations.
    pub const ITERATIONS: std::ops::RangeInclusive<u32> = 1..=1_000;
    /// Fewest and most iterations at once.
    pub const CONCURRENCY: std::ops::RangeInclusive<u32> = 1..=20;

    /// The list as its author writes it; none where it is what comes in.
    pub fn own_items(&self) -> Option<&Text> {
        self.items.as_ref().filter(|items| !items.is_blank())
    }

    /// Whether it repeats until a condition holds instead of going through a list: what comes in
    /// is no list then, and only orders.
    fn is_until(&self, inputs: &NodeInputs<'_>) -> bool {
        let listed = || matches!(inputs.value(ITEMS), Some(Value::Array(_)));
        self.stop_when.is_some() && self.own_items().is_none() && !listed()
    }

    /// What it repeats, as things stand.
    ///
    /// # Errors
    /// When a reference has no value, it is no list, or there are more than 1,000 items.
    pub fn plan_iterations(&self, inputs: &NodeInputs<'_>) -> Result<Rounds, ExprError> {
        let scope = inputs.scope;
        let most = self.max.resolve_within(scope, Self::ITERATIONS, "max")?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        if self.is_until(inputs) {
            return Ok(Rounds::Until(most));
        }
        let value = match self.own_items() {
            Some(items) => items.value(scope)?,
            None => inputs.value(ITEMS).unwrap_or_default(),
        };
        let items = match value {
            Value::Array(items) => items,
            Value::Null => vec![],
            other => {
                return Err(ExprError::WrongType {
                    what: ITEMS.to_owned(),
                    expected: "a list".to_owned(),
                    found: kind_of(&other).to_owned(),
                });
            }
        };
        if items.len() > most {
            return Err(ExprError::OutOfRange {
                field: "the number of items".to_owned(),
                value: items.len().to_string(),
                min: "0".to_owned(),
                max: most.to_string(),
            });
        }
        Ok(Rounds::Over(items))
    }

    /// How many iterations may run at once in this scope.
    ///
    /// # Errors
    /// When it is a reference without a whole number in range.
    pub fn at_once(&self, scope: &Scope) -> Result<u32, ExprError> {
        match self.stop_when {
            Some(_) => Ok(1),
            None => self.concurrency.resolve_within(scope, Self::CONCURRENCY, "concurrency"),
        }
    }

    /// Whether the loop ends after the iteration whose scope this is.
    ///
    /// # Errors
    /// When the condition cannot be worked out.
    pub fn stops(&self, scope: &Scope) -> Result<bool, ExprError> {
        match &self.stop_when {
            Some(condition) => Condition::parse(condition)?.eval(scope),
            None => Ok(false),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            items: None,
            concurrency: Field::Value(5),
            stop_when: None,
            max: Field::Value(*Self::ITERATIONS.end()),
            on_round_failure: RoundFailure::Fail,
            collapsed: false,
        }
    }
}

const ANY: PortType = PortType::One(Kind::Any);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new(
        "items",
        "Items",
        "The list to loop over. Leave empty to use the input.",
        FieldKind::Reference,
    ),
    FieldSpec::new(
        "concurrency",
        "Rounds at once",
        "How many rounds run at the same time.",
        FieldKind::Integer { min: 1, max: 20 },
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "stop_when",
        "Stop when",
        "Ends the loop after the first round where this is true, such as item.score >= 8.",
        FieldKind::Text,
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "max",
        "Maximum rounds",
        "Up to 1,000.",
        FieldKind::Integer { min: 1, max: 1000 },
    )
    .with_level(Level::Intermediate),
    FieldSpec::new(
        "on_round_failure",
        "When a round fails",
        "What happens to the other rounds.",
        FieldKind::Choice {
            options: &[
                Choice::new("fail", "Fail the loop"),
                Choice::new("continue", "Continue with the others"),
            ],
        },
    )
    .with_level(Level::Expert),
    FieldSpec::new(
        "collapsed",
        "Collapsed",
        "Show one card instead of the steps inside.",
        FieldKind::Boolean,
    ),
];

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "for_each",
        label: "For each",
        purpose: "Runs the steps inside it once per item, or until a condition is true.",
        category: Category::Flow,
        icon: "repeat",
        color: "--t-flow",
        inputs: &[
            PortSpec::new(ITEMS, "Items", PortType::List(Kind::Any)),
            PortSpec::new(RESULT, "Result", ANY),
        ],
        outputs: &[
            PortSpec::new(OUTPUT, "Results", PortType::List(Kind::Any)),
            PortSpec::new(ITEM, "Item", ANY),
        ],
        fields: FIELDS,
    };

    fn work(&self) -> Work {
        Work::Loop
    }

    fn expressions(&self) -> Vec<(String, String)> {
        self.stop_when.iter().map(|source| ("stop_when".to_owned(), source.clone())).collect()
    }

    fn items(&self, field: &str) -> Items {
        if field == "stop_when" { Items::Each } else { Items::None }
    }

    fn collapsed(&self) -> Option<bool> {
        Some(self.collapsed)
    }

    fn collapsed_mut(&mut self) -> Option<&mut bool> {
        Some(&mut self.collapsed)
    }

    fn check(&self, checker: &mut Checker) {
        if checker.nodes_inside() == 0 {
            checker.missing("items", "This loop is empty. Add a step inside it.");
        }
        if self.own_items().is_none() && self.stop_when.is_none() {
            checker.needs_edge(ITEMS, "Nothing to loop over. Connect a step that makes a list.");
        }
    }
}
