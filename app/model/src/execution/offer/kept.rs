//! Reviews are kept for those who may decide them: nobody else gets past one in another way.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Seen;
use crate::{
    access::{self, Lacks, Permission, Role},
    execution::{state::NodeStatus, view::ExecutionView},
    graph::{self, Graph},
    id::NodeId,
    nodes::{NodeConfig, NodeKind, sub_workflow},
    workflow::Workflow,
};

/// Who changes what steps do, as far as reviews are concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hand {
    /// What they are in the workspace.
    pub role: Role,
    /// Workflows that steps run and in which, however deep, no review is that they may not decide. Any
    /// other may hold one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub open: BTreeSet<Pin>,
}

/// A workflow that a step runs, as the step names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Pin {
    /// By its id or its name.
    pub template: String,
    /// None means the one that is published.
    pub version: Option<i32>,
}

impl Pin {
    /// What a step runs that is set up so.
    pub fn of(config: &sub_workflow::Config) -> Self {
        Self { template: config.template.trim().to_owned(), version: config.version }
    }
}

impl Hand {
    /// The hand of such a person, who has looked into no workflow that a step runs.
    pub const fn of(role: Role) -> Self {
        Self { role, open: BTreeSet::new() }
    }

    /// What is lacking to decide what a step asks that is set up so.
    pub fn lacks(&self, config: &NodeConfig) -> Option<Lacks> {
        let needed = match config {
            NodeConfig::Review(review) => review.reviewers.permission(),
            NodeConfig::SubWorkflow(runs) if !self.open.contains(&Pin::of(runs)) => {
                Permission::DecideAnyReview
            }
            _ => return None,
        };
        access::require(self.role, needed).err()
    }
}

/// Steps, as far as it matters which of them ask somebody and which lead there.
pub(crate) trait Guarded {
    /// The definition.
    fn drawn(&self) -> &Workflow;

    /// How a step is set up.
    fn config_of(&self, id: &NodeId) -> Option<&NodeConfig>;

    /// Where a step stands; none where there is no such step so far.
    fn status_of(&self, id: &NodeId) -> Option<NodeStatus>;

    /// Steps that people set up otherwise than they were drawn.
    fn changed(&self) -> Vec<&NodeId> {
        vec![]
    }
}

/// What this hand lacks to leave a step out, to set it up otherwise or to say what it gives, because
/// that gets past a review which it may not decide; none where it does not.
pub(crate) fn lacks(steps: &impl Guarded, id: &NodeId, hand: &Hand) -> Option<Lacks> {
    if access::can(hand.role, Permission::DecideAnyReview) {
        return None;
    }
    let (workflow, drawn) = (steps.drawn(), id.in_round(""));
    let near = match steps.config_of(id)?.kind() {
        // Set up otherwise, it would take another way, or wait for another one.
        NodeKind::Conditional | NodeKind::Parallel => Graph::of(workflow).descendants(&drawn),
        NodeKind::Merge => Graph::of(workflow).ancestors(&drawn),
        _ => return lacks_within(steps, id, hand),
    };
    let around = graph::loop_of(workflow, &drawn);
    let beside = near.iter().filter(|near| graph::loop_of(workflow, near) == around);
    let is_open = |near: &NodeId| {
        !matches!(steps.status_of(near), Some(NodeStatus::Completed | NodeStatus::Skipped))
    };
    let mut open = beside.map(|near| near.in_round(id.round())).filter(is_open);
    open.find_map(|near| lacks_within(steps, &near, hand))
}

/// The same of what the step itself asks, or what lies in it.
fn lacks_within(steps: &impl Guarded, id: &NodeId, hand: &Hand) -> Option<Lacks> {
    let (workflow, drawn) = (steps.drawn(), id.in_round(""));
    let asks = |id: &NodeId| hand.lacks(steps.config_of(id)?);
    // Who means a step as it was drawn means it in all of its rounds.
    let meant =
        |at: &&NodeId| at.is_run_of(id) || graph::lies_in(workflow, &at.in_round(""), &drawn);
    let all = workflow.nodes.iter().map(|node| &node.id).chain(steps.changed());
    asks(id).or_else(|| all.filter(meant).find_map(asks))
}

impl Guarded for Seen<'_> {
    fn drawn(&self) -> &Workflow {
        self.workflow
    }

    fn config_of(&self, id: &NodeId) -> Option<&NodeConfig> {
        self.workflow.node(&id.in_round("")).map(|node| &node.data.config)
    }

    fn status_of(&self, id: &NodeId) -> Option<NodeStatus> {
        self.view.node(id).map(|node| node.status)
    }
}

impl ExecutionView {
    /// What this hand lacks to leave a step out, to set it up otherwise or to say what it gives; none
    /// where no review is got past by that which it may not decide.
    pub fn lacks(&self, id: &NodeId, workflow: &Workflow, hand: &Hand) -> Option<Lacks> {
        lacks(&Seen { view: self, workflow }, id, hand)
    }
}

/// Steps that are to run in a new execution.
struct Anew<'a, F> {
    workflow: &'a Workflow,
    is_done: F,
}

impl<F: Fn(&NodeId) -> bool> Guarded for Anew<'_, F> {
    fn drawn(&self) -> &Workflow {
        self.workflow
    }

    fn config_of(&self, id: &NodeId) -> Option<&NodeConfig> {
        self.workflow.node(id).map(|node| &node.data.config)
    }

    fn status_of(&self, id: &NodeId) -> Option<NodeStatus> {
        (self.is_done)(id).then_some(NodeStatus::Completed)
    }
}

/// What this hand lacks to set a step up otherwise for a new execution, in which some are done from
/// the beginning; none where no review is got past by that which it may not decide.
pub fn lacks_anew(
    workflow: &Workflow,
    is_done: impl Fn(&NodeId) -> bool,
    id: &NodeId,
    hand: &Hand,
) -> Option<Lacks> {
    lacks(&Anew { workflow, is_done }, id, hand)
}
