//! Nodes, jobs and edges before anything of them happened.

use crate::{
    execution::{
        event::LaunchedNode,
        state::{EdgeState, JobStatus, NodeStatus},
        view::{Bill, EdgeView, JobView, NodeView},
    },
    id::{EdgeId, JobId},
};

impl NodeView {
    /// A pending node, as a launch or the start of an iteration creates it.
    pub(super) fn from_launched(node: &LaunchedNode) -> Self {
        Self {
            id: node.id.clone(),
            kind: node.kind.clone(),
            label: node.label.clone(),
            status: NodeStatus::Pending,
            generation: 1,
            failure: None,
            skipped: None,
            waiting: None,
            until: None,
            hold: None,
            review: None,
            decided: None,
            edited: false,
            reused_from: None,
            inside: node.inside.clone(),
            rounds: vec![],
            left_out: 0,
            started_at: None,
            ended_at: None,
            past_bill: Bill::default(),
            past_children: Bill::default(),
            began: 0,
            has_given: false,
            jobs: vec![],
            artifacts: vec![],
            past: vec![],
        }
    }
}

impl JobView {
    /// A job that nobody has claimed.
    pub(super) fn pending(id: JobId) -> Self {
        Self {
            id,
            status: JobStatus::Pending,
            attempt: 0,
            began: 0,
            started_at: None,
            ended_at: None,
            retry_at: None,
            failure: None,
            lost: 0,
            question: None,
            said: None,
            bill: Bill::default(),
            answered_by: None,
            talk: None,
            child: None,
            child_bill: Bill::default(),
        }
    }
}

impl EdgeView {
    /// An edge that has not settled.
    pub(super) fn pending(id: &EdgeId) -> Self {
        Self { id: id.clone(), state: EdgeState::Pending }
    }
}
