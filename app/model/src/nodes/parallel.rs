//! `parallel`: lanes that run side by side.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Affects, Category, Checker, Choice, FieldKind, FieldSpec, Level, NodeInputs, NodeSpec,
    NodeType, PortSpec, Settled, Work,
};
use crate::{
    expr::ExprError,
    parameter::Parameter,
    ports::{Kind, Port, PortType},
    text::name::is_name,
};

/// The lanes of a fork, and what a failure in one means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Each is an output port.
    pub lanes: Vec<Lane>,
    /// What the failure of one lane means for the others.
    pub on_lane_failure: LaneFailure,
    /// The lanes, by their ports, that are one card each in an editor instead of all that stands in
    /// them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub collapsed: Vec<String>,
}

/// A lane, which begins at a port of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    /// Its port's name.
    pub id: String,
    /// Words on the card.
    #[serde(default)]
    pub label: String,
}

/// What the failure of one lane means for the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaneFailure {
    /// The execution fails, as with any node.
    #[default]
    Fail,
    /// The other lanes go on, and its own as [`OnError::Continue`](crate::workflow::OnError) says.
    Continue,
}

impl Config {
    /// Fewest and most lanes.
    pub const LANES: std::ops::RangeInclusive<usize> = 1..=20;

    /// The output of the node by port: each lane passes on what came in.
    pub fn lane_outputs(&self, input: &Value) -> Map<String, Value> {
        self.lanes.iter().map(|lane| (lane.id.clone(), input.clone())).collect()
    }
}

impl Default for Config {
    fn default() -> Self {
        let lane =
            |number: u32| Lane { id: format!("lane_{number}"), label: format!("Lane {number}") };
        Self {
            lanes: vec![lane(1), lane(2)],
            on_lane_failure: LaneFailure::Fail,
            collapsed: vec![],
        }
    }
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "parallel",
        label: "Parallel",
        purpose: "Runs lanes at the same time.",
        category: Category::Flow,
        icon: "git-fork",
        color: "--t-flow",
        inputs: &[PortSpec::new("input", "Input", PortType::One(Kind::Any))],
        outputs: &[],
        fields: &[
            FieldSpec::new(
                "lanes",
                "Lanes",
                "Each lane is an output to connect.",
                FieldKind::Lanes,
            )
            .required(),
            FieldSpec::new(
                "on_lane_failure",
                "When a lane fails",
                "What happens to the other lanes.",
                FieldKind::Choice {
                    options: &[
                        Choice::new("fail", "Fail the run"),
                        Choice::new("continue", "Continue with the others"),
                    ],
                },
            )
            .with_level(Level::Expert),
        ],
    };

    fn work(&self) -> Work {
        Work::Inline
    }

    fn settle_inline(&self, inputs: &NodeInputs<'_>) -> Result<Settled, ExprError> {
        Ok(self.lane_outputs(&inputs.value("input").unwrap_or_default()).into())
    }

    fn outputs(&self, _parameters: &[Parameter]) -> Vec<Port> {
        let port = |lane: &Lane| {
            let label = if lane.label.is_empty() { &lane.id } else { &lane.label };
            Port::new(&lane.id, label, PortType::One(Kind::Any))
        };
        self.lanes.iter().map(port).collect()
    }

    fn affects(&self) -> Affects {
        Affects::Downstream
    }

    fn check(&self, checker: &mut Checker) {
        if !Self::LANES.contains(&self.lanes.len()) {
            let (least, most) = (Self::LANES.start(), Self::LANES.end());
            let found = self.lanes.len();
            checker
                .out_of_range("lanes", &format!("Use {least} to {most} lanes. There are {found}."));
        }
        let mut before = BTreeSet::new();
        for (place, lane) in self.lanes.iter().enumerate() {
            let path = format!("lanes[{place}].id");
            if !is_name(&lane.id) || lane.id == "error" {
                checker.bad_name(&path, &lane.id);
            }
            if !before.insert(&lane.id) {
                checker.duplicate(&path, &lane.id);
            }
        }
    }
}
