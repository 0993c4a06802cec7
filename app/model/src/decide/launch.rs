//! The first decision of an execution.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    CompiledWorkflow, NodeState, Snapshot, Transition,
    lifecycle::{advance::advance, queue::run_or_queue},
};
use crate::{
    execution::{
        event::{EventKind, LaunchedNode},
        state::{EdgeState, ExecutionStatus},
        view::Bill,
    },
    graph,
    id::{ExecutionId, NodeId, WorkspaceId},
    workflow::Node,
};

impl Snapshot {
    /// An execution before anything happened to it: all nodes and edges pending. `ids` makes those
    /// of its rows.
    pub fn before_launch(
        id: ExecutionId,
        workspace: WorkspaceId,
        compiled: Arc<CompiledWorkflow>,
        parameters: Map<String, Value>,
        ids: &mut dyn FnMut() -> Uuid,
    ) -> Self {
        let node = |id: &NodeId| (id.clone(), NodeState::pending(ids()));
        let nodes = compiled.outermost().iter().map(node).collect();
        let edges = compiled.outermost_edges();
        let edges = edges.map(|edge| (edge.clone(), EdgeState::Pending)).collect();
        Self {
            id,
            workspace,
            compiled,
            parameters: Arc::new(parameters),
            context: Arc::new(Map::new()),
            parent: None,
            replays: None,
            status: ExecutionStatus::Pending,
            pause_reason: None,
            end_reason: None,
            error: None,
            event_seq: 0,
            active_ms: 0,
            running_since: None,
            bill: Bill::default(),
            output: None,
            auto_run: true,
            breakpoints: BTreeSet::new(),
            redrawn: BTreeMap::new(),
            budget: None,
            partial: false,
            nodes,
            edges,
            jobs: BTreeMap::new(),
            versions: BTreeMap::new(),
        }
    }
}

/// Starts an execution that has just been made, or lets it wait for a place.
pub fn launch(transition: &mut Transition<'_>) {
    record_launch(transition);
    advance(transition);
}

pub(super) fn record_launch(transition: &mut Transition<'_>) {
    let compiled = transition.compiled_workflow();
    let launched = |node: &Node| LaunchedNode {
        id: node.id.clone(),
        kind: node.kind().key().to_owned(),
        label: node.title().to_owned(),
        inside: graph::loop_of(compiled.workflow(), &node.id).cloned(),
    };
    let nodes = compiled.order().iter().filter_map(|id| compiled.node(id)).map(launched).collect();
    let edges = compiled.outermost_edges().cloned().collect();
    let replay = transition.snapshot().replays.is_some();
    transition.record(EventKind::ExecutionLaunched { nodes, edges, replay });
    if !transition.snapshot().auto_run {
        transition.record(EventKind::ExecutionAutoRun { on: false });
    }
    if !transition.snapshot().breakpoints.is_empty() {
        let nodes = transition.snapshot().breakpoints.iter().cloned().collect();
        transition.record(EventKind::ExecutionBreakpoints { nodes });
    }
    if let Some(micros) = transition.snapshot().budget {
        transition.record(EventKind::ExecutionBudget { micros: Some(micros) });
    }
    run_or_queue(transition);
}
