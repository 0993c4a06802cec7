//! The state of executions and of their nodes as a person sees it.

use frame::activity::words::chip_for;
use model::execution::{
    state::{ExecutionStatus, JobStatus, NodeStatus},
    view::{ExecutionView, JobView, NodeView},
};
use ui::status::Status;

/// The state of a node as a person sees it.
fn node_status(node: NodeStatus, execution: ExecutionStatus) -> Status {
    match node {
        NodeStatus::Ready | NodeStatus::Waiting if execution == ExecutionStatus::Paused => {
            Status::Paused
        }
        NodeStatus::Pending => Status::Pending,
        NodeStatus::Ready => Status::Queued,
        NodeStatus::Waiting => Status::Waiting,
        NodeStatus::Running => Status::Running,
        NodeStatus::AwaitingReview => Status::AwaitingReview,
        NodeStatus::Completed => Status::Completed,
        NodeStatus::Failed => Status::Failed,
        NodeStatus::Skipped => Status::Skipped,
        NodeStatus::Cancelled => Status::Stopped,
    }
}

/// The state of an item as a person sees it.
pub fn job_status(job: &JobView) -> Status {
    match job.status {
        JobStatus::Pending => Status::Queued,
        JobStatus::Running => Status::Running,
        JobStatus::Completed => Status::Completed,
        JobStatus::Failed => Status::Failed,
        JobStatus::Cancelled => Status::Stopped,
    }
}

/// The state of an execution as a person sees it: one that waits for a person says so.
pub fn view_status(view: &ExecutionView) -> Status {
    match view.held_node() {
        Some(_) => Status::Waiting,
        None => chip_for(view.status, view.pause_reason),
    }
}

/// The state of a node as a person sees it: one that waits for a word is paused, or waits for a
/// decision when it is asked about its call.
pub fn status_of(node: &NodeView, execution: ExecutionStatus) -> Status {
    match node.hold {
        Some(_) => Status::Paused,
        None if node.is_asked_about() && node.status == NodeStatus::Waiting => {
            Status::AwaitingReview
        }
        None => node_status(node.status, execution),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_waits_is_paused_with_the_execution() {
        let paused = ExecutionStatus::Paused;

        assert_eq!(node_status(NodeStatus::Ready, paused), Status::Paused);
        assert_eq!(node_status(NodeStatus::Running, paused), Status::Running);
        assert_eq!(node_status(NodeStatus::Pending, paused), Status::Pending);
    }
}
