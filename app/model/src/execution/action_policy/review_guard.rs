//! Guards reviews: whoever may not decide one cannot get past it in another way either.
//!
//! The engine and the page ask the same function. Who may neither decide a review nor reassign it to
//! themselves does not skip it, change it or say what it gives, nor the loop or the step that holds
//! it, a condition before it or a merge after it, in this execution or in a new one. Stopping, pausing
//! and breakpoints stay allowed. Workflows that steps run are read before the lock is taken, from
//! versions that never change.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ViewedExecution;
use crate::{
    access::{self, Lacks, Permission, Role},
    execution::{state::NodeStatus, view::ExecutionView},
    graph::{self, Graph},
    id::{NodeId, UserId},
    nodes::{Affects, NodeConfig, sub_workflow},
    review::assignment::ReviewActor,
    workflow::Workflow,
};

/// How far somebody may change what steps do without getting past a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Hand")]
pub struct ActorScope {
    /// Their role in the workspace.
    pub role: Role,
    /// The person, whom reviews may name; none where only the role counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// Whether they launched the execution, or launch it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_author: bool,
    /// Workflows run by steps that hold, at any depth, only reviews which they may get past. Any
    /// other workflow may hold one that takes an editor.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub open: BTreeSet<Pin>,
    /// Workflows run by steps that hold a review which they get past as an admin only.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub reserved: BTreeSet<Pin>,
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
    /// The workflow that a step with this configuration runs.
    pub fn from_config(config: &sub_workflow::Config) -> Self {
        Self { template: config.template.trim().to_owned(), version: config.version }
    }
}

impl ActorScope {
    /// The scope of somebody with this role, before any workflow that a step runs was looked into.
    pub const fn for_role(role: Role) -> Self {
        Self::for_actor(ReviewActor { user: None, role, is_author: false })
    }

    /// The same of this person, in an execution that they launched if `actor` says so.
    pub const fn for_actor(actor: ReviewActor) -> Self {
        let ReviewActor { user, role, is_author } = actor;
        Self { role, user, is_author, open: BTreeSet::new(), reserved: BTreeSet::new() }
    }

    const fn actor(&self) -> ReviewActor {
        ReviewActor { user: self.user, role: self.role, is_author: self.is_author }
    }

    /// The permission they lack to get past what a step with this configuration asks.
    pub fn missing_permission(&self, config: &NodeConfig) -> Option<Lacks> {
        if let NodeConfig::SubWorkflow(runs) = config {
            let pin = Pin::from_config(runs);
            if self.reserved.contains(&pin) {
                return access::require(self.role, Permission::RepairExecution).err();
            }
            if self.open.contains(&pin) {
                return None;
            }
        }
        access::require(self.role, config.permission_to_pass(&self.actor())?).err()
    }
}

/// The steps of an execution, as far as the guard needs to know them.
pub(crate) trait Guarded {
    /// The workflow as it was launched, without changes that people made since.
    fn workflow(&self) -> &Workflow;

    /// The configuration of a step in this execution.
    fn config_of(&self, id: &NodeId) -> Option<&NodeConfig>;

    /// The status of a step; none where it does not exist yet.
    fn status_of(&self, id: &NodeId) -> Option<NodeStatus>;

    /// Steps whose configuration people changed after the launch.
    fn changed_nodes(&self) -> Vec<&NodeId> {
        vec![]
    }
}

/// The permission somebody lacks to skip a step, to change its configuration or to say what it
/// gives: that would get past a review which they may not decide. None where it does not.
pub(crate) fn missing_permission(
    nodes: &impl Guarded,
    id: &NodeId,
    scope: &ActorScope,
) -> Option<Lacks> {
    if access::can(scope.role, Permission::RepairExecution) {
        return None;
    }
    let (workflow, drawn) = (nodes.workflow(), id.in_round(""));
    let near = match nodes.config_of(id)?.affects() {
        Affects::Downstream => Graph::new(workflow).descendants(&drawn),
        Affects::Upstream => Graph::new(workflow).ancestors(&drawn),
        Affects::Nothing => return missing_permission_within(nodes, id, scope),
    };
    let around = graph::loop_of(workflow, &drawn);
    let beside = near.iter().filter(|near| graph::loop_of(workflow, near) == around);
    let is_open = |near: &NodeId| {
        !matches!(nodes.status_of(near), Some(NodeStatus::Completed | NodeStatus::Skipped))
    };
    let mut open = beside.map(|near| near.in_round(id.round())).filter(is_open);
    open.find_map(|near| missing_permission_within(nodes, &near, scope))
}

/// The same, for what the step itself or a step inside it asks.
pub(crate) fn missing_permission_within(
    nodes: &impl Guarded,
    id: &NodeId,
    scope: &ActorScope,
) -> Option<Lacks> {
    let (workflow, drawn) = (nodes.workflow(), id.in_round(""));
    let asks = |id: &NodeId| scope.missing_permission(nodes.config_of(id)?);
    // An id without an iteration stands for the step in all of its iterations.
    let meant =
        |at: &&NodeId| at.is_run_of(id) || graph::lies_in(workflow, &at.in_round(""), &drawn);
    let all = workflow.nodes.iter().map(|node| &node.id).chain(nodes.changed_nodes());
    asks(id).or_else(|| all.filter(meant).find_map(asks))
}

impl Guarded for ViewedExecution<'_> {
    fn workflow(&self) -> &Workflow {
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
    /// The permission somebody lacks to skip a step, to change its configuration or to say what it
    /// gives; none where that gets past no review which they may not decide.
    pub fn missing_permission(
        &self,
        id: &NodeId,
        workflow: &Workflow,
        scope: &ActorScope,
    ) -> Option<Lacks> {
        missing_permission(&ViewedExecution { view: self, workflow }, id, scope)
    }
}

/// The steps of a workflow that is to run again as a new execution.
struct RerunNodes<'a, F> {
    workflow: &'a Workflow,
    is_done: F,
}

impl<F: Fn(&NodeId) -> bool> Guarded for RerunNodes<'_, F> {
    fn workflow(&self) -> &Workflow {
        self.workflow
    }

    fn config_of(&self, id: &NodeId) -> Option<&NodeConfig> {
        self.workflow.node(id).map(|node| &node.data.config)
    }

    fn status_of(&self, id: &NodeId) -> Option<NodeStatus> {
        (self.is_done)(id).then_some(NodeStatus::Completed)
    }
}

/// The permission somebody lacks to change the configuration of a step for a new execution, in
/// which some steps are done from the beginning; none where that gets past no review which they may
/// not decide.
pub fn missing_permission_in_rerun(
    workflow: &Workflow,
    is_done: impl Fn(&NodeId) -> bool,
    id: &NodeId,
    scope: &ActorScope,
) -> Option<Lacks> {
    missing_permission(&RerunNodes { workflow, is_done }, id, scope)
}
