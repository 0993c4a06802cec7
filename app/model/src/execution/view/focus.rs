//! Which step of an execution a person wants to see when they have chosen none.

use std::collections::BTreeSet;

use super::{ExecutionView, NodeView};
use crate::{execution::state::NodeStatus, id::NodeId};

impl ExecutionView {
    /// The step that made it fail, else one that works, asks or waits, else the one that made
    /// something last or ended last.
    pub fn in_focus(&self) -> Option<NodeId> {
        let asks = |node: &&NodeView| node.review.is_some() || node.is_asked_about();
        let waits = |node: &&NodeView| node.is_real() && node.status == NodeStatus::Waiting;
        let current = self.current_node().or_else(|| self.nodes.iter().find(asks));
        let current = current.or_else(|| self.nodes.iter().find(waits));
        let current = current.or_else(|| self.latest());
        self.failed_node.clone().or_else(|| current.map(|node| node.id.clone()))
    }

    /// The last step that made something, else the one that ended last.
    fn latest(&self) -> Option<&NodeView> {
        let documented: BTreeSet<_> = self.documents.iter().map(|made| &made.node).collect();
        let made = |node: &&NodeView| !node.artifacts.is_empty() || documented.contains(&node.id);
        let ended = self.nodes.iter().filter(|node| node.is_real() && node.ended_at.is_some());
        let last = ended.max_by_key(|node| node.ended_at);
        self.nodes.iter().rev().find(made).or(last)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::time::Timestamp;

    /// Steps (id, status, when they ended) in their order.
    fn view(steps: &[(&str, &str, Option<i64>)]) -> ExecutionView {
        let step = |(id, status, ended): &(&str, &str, Option<i64>)| {
            json!({"id": id, "kind": "generate_copy", "label": id, "status": status,
                   "generation": 1, "edited": false, "rounds": [], "jobs": [], "artifacts": [],
                   "ended_at": ended.map(Timestamp)})
        };
        let mut view = ExecutionView::empty();
        view.nodes = serde_json::from_value(steps.iter().map(step).collect()).unwrap();
        view
    }

    #[test]
    fn what_failed_is_seen_before_what_works_and_that_before_what_waits_or_is_over() {
        let done = ("done", "completed", Some(5));
        let seen = |view: &ExecutionView| view.in_focus().map(|id| id.as_str().to_owned());

        assert_eq!(seen(&view(&[])), None);
        let over = view(&[("first", "completed", Some(9)), done]);
        assert_eq!(seen(&over).as_deref(), Some("first"), "it ended last");
        let waiting = view(&[done, ("waits", "waiting", None)]);
        assert_eq!(seen(&waiting).as_deref(), Some("waits"));
        let mut works = view(&[("waits", "waiting", None), ("works", "running", None)]);
        assert_eq!(seen(&works).as_deref(), Some("works"));
        works.failed_node = Some("broke".into());
        assert_eq!(seen(&works).as_deref(), Some("broke"));
    }
}
