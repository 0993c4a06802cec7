//! How long an execution still takes: pure, from what jobs of each node usually take.

use std::collections::BTreeMap;

use model::{
    execution::{
        state::{ExecutionStatus, JobStatus},
        view::{ExecutionView, JobView, NodeView},
    },
    id::NodeId,
    time::Timestamp,
    workflow::Workflow,
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
    // The view lists nodes in topological order, so every predecessor has its end already.
    for node in &view.nodes {
        let before = before.get(&node.id).into_iter().flatten();
        let begins = before.filter_map(|id| ends.get(id)).max().copied();
        let takes = remaining(node, usual.get(&node.id).copied(), at_once, now)?;
        ends.insert(&node.id, begins.unwrap_or(0) + takes);
    }
    ends.into_values().max()
}

/// Types that settle at once, without a job (design: decided in the settling transaction).
const AT_ONCE: [&str; 5] = ["start", "end", "parallel", "merge", "conditional"];

/// Nothing when it has jobs to do and nobody knows how long they take.
fn remaining(node: &NodeView, usual: Option<u64>, at_once: u64, now: Timestamp) -> Option<u64> {
    if node.status.is_settled() || AT_ONCE.contains(&node.kind.as_str()) {
        return Some(0);
    }
    let usual = usual?;
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
