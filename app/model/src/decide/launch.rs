//! The first decision of an execution.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{Context, Draft, Frozen, NodeState, Snapshot};
use crate::{
    execution::{
        event::{EventKind, LaunchedNode},
        state::{EdgeState, ExecutionStatus, NodeStatus},
        view::Bill,
    },
    id::{ExecutionId, WorkspaceId},
};

impl Snapshot {
    /// An execution before anything happened to it: all nodes and edges pending.
    pub fn before_launch(
        (id, workspace): (ExecutionId, WorkspaceId),
        frozen: Arc<Frozen>,
        parameters: Map<String, Value>,
        context: &mut Context<'_>,
    ) -> Self {
        let node = |ids: &mut (dyn FnMut() -> uuid::Uuid + Send)| NodeState {
            row: ids(),
            status: NodeStatus::Pending,
            generation: 1,
            hold: None,
            config: None,
            feedback: None,
            review: None,
            output: None,
            failure: None,
            jobs_total: 0,
            jobs_settled: 0,
            started_at: None,
            ended_at: None,
        };
        let nodes = frozen.order().iter().map(|id| (id.clone(), node(context.ids))).collect();
        let edges = frozen.workflow().edges.iter();
        let edges = edges.map(|edge| (edge.id.clone(), EdgeState::Pending)).collect();
        Self {
            id,
            workspace,
            frozen,
            parameters: Arc::new(parameters),
            context: Arc::new(Map::new()),
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
            partial: false,
            nodes,
            edges,
            jobs: BTreeMap::new(),
            versions: BTreeMap::new(),
        }
    }
}

impl Draft<'_> {
    /// Starts an execution that has just been made, or lets it wait for a place.
    pub fn launch(&mut self) {
        let frozen = self.frozen();
        let launched = |node: &crate::workflow::Node| LaunchedNode {
            id: node.id.clone(),
            kind: node.kind().key().to_owned(),
            label: node.title().to_owned(),
        };
        let nodes = frozen.order().iter().filter_map(|id| frozen.node(id)).map(launched).collect();
        let edges = frozen.workflow().edges.iter().map(|edge| edge.id.clone()).collect();
        self.record(EventKind::ExecutionLaunched { nodes, edges });
        self.run_or_queue();
        self.advance();
    }
}
