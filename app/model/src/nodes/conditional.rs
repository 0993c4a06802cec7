//! `conditional`: chooses how the path goes on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Affects, Category, Checker, ExclusivePorts, FieldKind, FieldSpec, HandedOn, NodeInputs,
    NodeSpec, NodeType, PortSpec, Settled, TakenPorts, Work,
};
use crate::{
    expr::{Condition, ExprError},
    parameter::Parameter,
    ports::{Kind, Port, PortType},
    text::name::is_name,
};

/// The port that is taken when no branch's condition holds.
pub const ELSE: &str = "else";

const OTHERWISE: PortSpec = PortSpec::new(ELSE, "Else", PortType::One(Kind::Any));

/// The branches, in the order they are tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The first whose condition holds is taken; each is an output port.
    pub branches: Vec<Branch>,
}

/// A way the path may go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// Its port's name.
    pub id: String,
    /// Words on the card.
    #[serde(default)]
    pub label: String,
    /// Taken if this holds.
    pub when: String,
}

impl Config {
    /// Fewest and most branches, without `else`: as many as a workflow has nodes.
    pub const BRANCHES: std::ops::RangeInclusive<usize> = 1..=100;
}

impl Default for Config {
    fn default() -> Self {
        let branch = Branch { id: "yes".to_owned(), label: "Yes".to_owned(), when: String::new() };
        Self { branches: vec![branch] }
    }
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "conditional",
        label: "Condition",
        purpose: "Picks a branch based on conditions.",
        category: Category::Decide,
        icon: "split",
        color: "--t-branch",
        inputs: &[PortSpec::new("input", "Input", PortType::One(Kind::Any))],
        outputs: &[],
        fields: &[FieldSpec::new(
            "branches",
            "Branches",
            "The first branch whose condition is true runs. If none is true, Else runs.",
            FieldKind::Branches,
        )
        .required()],
    };

    /// Where no condition was asked, or one could not be worked out, none holds.
    const EXCLUSIVE: Option<&'static ExclusivePorts> =
        Some(&ExclusivePorts { passed: OTHERWISE, failed: OTHERWISE, beside: None });

    fn work(&self) -> Work {
        Work::Inline
    }

    /// What came in leaves by the port that is taken.
    fn settle_inline(&self, inputs: &NodeInputs<'_>) -> Result<Settled, ExprError> {
        let mut taken = ELSE;
        for branch in &self.branches {
            if Condition::parse(&branch.when)?.eval(inputs.scope)? {
                taken = &branch.id;
                break;
            }
        }
        let value = inputs.value("input").unwrap_or(Value::Null);
        let output = Map::from_iter([(taken.to_owned(), value)]);
        Ok(Settled { output, takes: TakenPorts::Only(vec![taken.to_owned()]) })
    }

    fn outputs(&self, _parameters: &[Parameter]) -> Vec<Port> {
        let port = |branch: &Branch| {
            let label = if branch.label.is_empty() { &branch.id } else { &branch.label };
            Port::new(&branch.id, label, PortType::One(Kind::Any))
        };
        self.branches.iter().map(port).chain([OTHERWISE.port()]).collect()
    }

    fn expressions(&self) -> Vec<(String, String)> {
        let condition = |(place, branch): (usize, &Branch)| {
            (format!("branches[{place}].when"), branch.when.clone())
        };
        self.branches.iter().enumerate().map(condition).collect()
    }

    /// Which way is taken is no part of what goes on.
    fn handed_on(&self) -> HandedOn<'_> {
        HandedOn::Incoming
    }

    fn affects(&self) -> Affects {
        Affects::Downstream
    }

    fn check(&self, checker: &mut Checker) {
        if !Self::BRANCHES.contains(&self.branches.len()) {
            let (least, most) = (Self::BRANCHES.start(), Self::BRANCHES.end());
            let found = self.branches.len();
            checker.out_of_range(
                "branches",
                &format!("Use {least} to {most} branches. There are {found}."),
            );
        }
        let mut before = BTreeSet::new();
        for (place, branch) in self.branches.iter().enumerate() {
            let path = format!("branches[{place}].id");
            if !is_name(&branch.id) || [ELSE, "error"].contains(&branch.id.as_str()) {
                checker.bad_name(&path, &branch.id);
            }
            if !before.insert(&branch.id) {
                checker.duplicate(&path, &branch.id);
            }
            if branch.when.trim().is_empty() {
                let path = format!("branches[{place}].when");
                checker.missing(&path, "Add a condition to this branch.");
            }
        }
    }
}
