//! `merge`: brings lanes together.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Affects, Category, Checker, Choice, FieldKind, FieldSpec, NodeInputs, NodeSpec, NodeType,
    PortSpec, Settled, Work,
};
use crate::{
    expr::ExprError,
    field::read_number,
    ports::{Kind, PortType},
};

/// What is waited for, and what is made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How many edges are waited for.
    pub mode: Mode,
    /// How many, in mode `first`.
    #[serde(deserialize_with = "read_number")]
    pub count: u32,
    /// What is made of the values.
    pub combine: Combine,
}

/// How many edges are waited for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    #[default]
    All,
    /// The first that brings something.
    Any,
    /// The first `count` that bring something.
    First,
}

/// What is made of the values, in the order of the edges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// One list, the items of lists one after the other.
    Concatenate,
    /// One list, taking an item of each in turn.
    Interleave,
    /// A list with one entry an edge.
    #[default]
    Collect,
}

impl Combine {
    /// One value of several.
    pub fn apply(self, values: Vec<Value>) -> Value {
        match self {
            Self::Collect => Value::Array(values),
            Self::Concatenate => values.into_iter().flat_map(items).collect(),
            Self::Interleave => {
                let mut lists: Vec<_> =
                    values.into_iter().map(|value| items(value).into_iter()).collect();
                let mut woven = vec![];
                loop {
                    let before = woven.len();
                    woven.extend(lists.iter_mut().filter_map(Iterator::next));
                    if woven.len() == before {
                        return Value::Array(woven);
                    }
                }
            }
        }
    }
}

fn items(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        Value::Null => vec![],
        other => vec![other],
    }
}

impl Default for Config {
    fn default() -> Self {
        Self { mode: Mode::All, count: 1, combine: Combine::Collect }
    }
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "merge",
        label: "Merge",
        purpose: "Waits for lanes and combines their results.",
        category: Category::Flow,
        icon: "git-merge",
        color: "--t-flow",
        inputs: &[PortSpec::new("input", "Lanes", PortType::One(Kind::Any))],
        outputs: &[PortSpec::new("output", "Combined", PortType::One(Kind::Any))],
        fields: &[
            FieldSpec::new(
                "mode",
                "Wait for",
                "How many connections to wait for.",
                FieldKind::Choice {
                    options: &[
                        Choice::new("all", "All"),
                        Choice::new("any", "First"),
                        Choice::new("first", "First few"),
                    ],
                },
            ),
            FieldSpec::new(
                "count",
                "How many",
                "The number of connections to wait for.",
                FieldKind::Integer { min: 1, max: 400 },
            )
            .with_dependency("mode", "first"),
            FieldSpec::new(
                "combine",
                "Combine as",
                "The shape of the combined result.",
                FieldKind::Choice {
                    options: &[
                        Choice::new("collect", "One entry per connection"),
                        Choice::new("concatenate", "One list, in sequence"),
                        Choice::new("interleave", "One list, alternating"),
                    ],
                },
            ),
        ],
    };

    fn work(&self) -> Work {
        Work::Inline
    }

    fn enough_edges(&self) -> Option<usize> {
        match self.mode {
            Mode::All => None,
            Mode::Any => Some(1),
            Mode::First => usize::try_from(self.count).ok(),
        }
    }

    fn settle_inline(&self, inputs: &NodeInputs<'_>) -> Result<Settled, ExprError> {
        let values = inputs.values("input");
        Ok(Map::from_iter([("output".to_owned(), self.combine.apply(values))]).into())
    }

    fn affects(&self) -> Affects {
        Affects::Upstream
    }

    fn check(&self, checker: &mut Checker) {
        let incoming = checker.edges_in();
        if self.mode == Mode::First && usize::try_from(self.count).is_ok_and(|n| n > incoming) {
            checker.out_of_range(
                "count",
                &format!("This waits for {}, but only {incoming} are connected.", self.count),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Combine;

    #[test]
    fn values_are_brought_together_in_the_order_of_the_edges() {
        let values = || vec![json!(["a", "b", "c"]), json!("x"), json!(["1", "2"])];

        assert_eq!(Combine::Concatenate.apply(values()), json!(["a", "b", "c", "x", "1", "2"]));
        assert_eq!(Combine::Interleave.apply(values()), json!(["a", "x", "1", "b", "2", "c"]));
        assert_eq!(Combine::Collect.apply(values()), json!([["a", "b", "c"], "x", ["1", "2"]]));
    }
}
