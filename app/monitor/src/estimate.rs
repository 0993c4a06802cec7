//! How long an execution still takes: pure, from what jobs of each node usually take.

use std::collections::BTreeMap;

use model::{
    execution::{
        state::{ExecutionStatus, JobStatus},
        view::{ExecutionView, JobView, NodeView},
    },
    id::NodeId,
    nodes::Work,
    time::Timestamp,
    workflow::{Node, Workflow},
};

/// Milliseconds until the last node is done, along the slowest path of what is left; nothing when
/// the execution does not run, or when nothing is known of how long a node that is left takes.
pub fn time_left(
    view: &ExecutionView,
    workflow: &Workflow,
    usual_ms: &[(NodeId, i64)],
    now: Timestamp,
) -> Option<u64> {
    if view.status != ExecutionStatus::Running || usual_ms.is_empty() {
        return None;
    }
    let usual: BTreeMap<&NodeId, u64> =
        usual_ms.iter().map(|(id, ms)| (id, u64::try_from(*ms).unwrap_or(0))).collect();
    let at_once = u64::from(workflow.settings.concurrency.max(1));
    let mut before = BTreeMap::<&NodeId, Vec<&NodeId>>::new();
    for edge in &workflow.edges {
        before.entry(&edge.target).or_default().push(&edge.source);
    }
    let mut ends = BTreeMap::<&NodeId, u64>::new();
    // What lies in a loop is part of the time that the loop takes.
    let steps = view.nodes.iter().filter(|node| node.inside.is_none());
    // The view lists nodes in topological order, so every predecessor has its end already.
    for node in steps {
        let before = before.get(&node.id).into_iter().flatten();
        let begins = before.filter_map(|id| ends.get(id)).max().copied();
        let usual = usual.get(&node.id).copied();
        let is_timed = workflow.node(&node.id).is_some_and(takes_time);
        let takes = if is_timed { remaining(node, usual, at_once, now)? } else { 0 };
        ends.insert(&node.id, begins.unwrap_or(0) + takes);
    }
    ends.into_values().max()
}

/// Whether a step takes time; what has no job is decided in the transaction that settles what is
/// before it.
fn takes_time(step: &Node) -> bool {
    match step.data.config.work() {
        Work::Inline | Work::None => false,
        Work::Jobs | Work::Review | Work::Loop => true,
    }
}

/// Nothing when it takes time and nobody knows how much.
fn remaining(node: &NodeView, usual: Option<u64>, at_once: u64, now: Timestamp) -> Option<u64> {
    if node.status.is_settled() {
        return Some(0);
    }
    let usual = usual?;
    if let (Some(since), true) = (node.started_at, node.jobs.is_empty()) {
        // A loop, or a step that a person decides about: it has begun and has no items.
        return Some(usual.saturating_sub(now.ms_since(since)));
    }
    let in_hand = node.jobs.iter().filter_map(|job| in_hand(job, usual, now)).max().unwrap_or(0);
    let open = node.jobs.iter().filter(|job| job.status == JobStatus::Pending).count();
    let open = if node.jobs.is_empty() { 1 } else { u64::try_from(open).unwrap_or(u64::MAX) };
    Some(in_hand + open.div_ceil(at_once).saturating_mul(usual))
}

fn in_hand(job: &JobView, usual: u64, now: Timestamp) -> Option<u64> {
    let since = job.started_at.filter(|_| job.status == JobStatus::Running)?;
    Some(usual.saturating_sub(now.ms_since(since)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn usual() -> Vec<(NodeId, i64)> {
        vec![("copy".into(), 10_000), ("image".into(), 30_000), ("attach".into(), 1_000)]
    }

    #[test]
    fn the_slowest_path_that_is_left_counts() {
        let page = sample::running();
        let now = sample::instant(12_000);

        // The pictures began at 2 s: 20 s are left of them, then 1 s for attaching.
        assert_eq!(time_left(&page.view, &page.workflow, &usual(), now), Some(21_000));
    }

    #[test]
    fn what_takes_longer_than_usual_is_about_to_end() {
        let page = sample::running();

        let left = time_left(&page.view, &page.workflow, &usual(), sample::instant(90_000));

        assert_eq!(left, Some(1_000));
    }

    #[test]
    fn a_loop_takes_what_it_usually_takes_as_a_whole() {
        let view = sample::looped();
        let workflow: Workflow = serde_json::from_value(serde_json::json!({
            "name": "Loop", "edges": [], "nodes": [
                {"id": "each", "type": "for_each", "position": {"x": 0, "y": 0}, "data": {"config": {}}},
                {"id": "copy", "type": "generate_copy", "parentId": "each",
                 "position": {"x": 0, "y": 0}, "data": {"config": {"prompt": "A line"}}}],
        }))
        .unwrap_or_default();
        let began = view.node(&"each".into()).and_then(|each| each.started_at);
        let now = began.map_or(Timestamp(0), |began| began.plus_ms(4_000));

        let left = time_left(&view, &workflow, &[("each".into(), 10_000)], now);

        assert_eq!(left, Some(if began.is_some() { 6_000 } else { 10_000 }));
    }

    #[test]
    fn without_history_there_is_no_estimate() {
        let page = sample::running();
        let now = sample::instant(12_000);

        assert_eq!(time_left(&page.view, &page.workflow, &[], now), None);
        assert_eq!(time_left(&page.view, &page.workflow, &usual()[..1], now), None);
    }

    #[test]
    fn what_is_over_takes_no_more_time() {
        let page = sample::completed();

        assert_eq!(time_left(&page.view, &page.workflow, &usual(), sample::instant(99_000)), None);
    }
}
