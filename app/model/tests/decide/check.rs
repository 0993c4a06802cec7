//! What must hold after every step.

use std::collections::BTreeMap;

use model::{
    decide::{JobState, NodeState, Snapshot},
    execution::{
        event::EventKind,
        state::{EdgeState, ExecutionStatus, JobStatus, NodeStatus, RoundState},
        view::{Bill, ExecutionView, JobView, NodeView},
    },
    id::{JobId, NodeId},
    time::Timestamp,
};

use crate::decide::store::Store;

/// Asserts that what was loaded equals what a transition says is true.
pub(crate) fn same(loaded: &Snapshot, drafted: &Snapshot) {
    assert_eq!(open_jobs(loaded), open_jobs(drafted));
    if !drafted.partial {
        assert_eq!(open_versions(loaded), open_versions(drafted));
    }
    assert_eq!((loaded.auto_run, &loaded.breakpoints), (drafted.auto_run, &drafted.breakpoints));
    assert_eq!((loaded.budget, &loaded.redrawn), (drafted.budget, &drafted.redrawn));
    assert_eq!(loaded.nodes, drafted.nodes);
    assert_eq!(loaded.edges, drafted.edges);
    assert_eq!(
        (loaded.status, loaded.pause_reason, loaded.end_reason, &loaded.error),
        (drafted.status, drafted.pause_reason, drafted.end_reason, &drafted.error)
    );
    assert_eq!(
        (loaded.event_seq, loaded.active_ms, loaded.running_since, loaded.bill, &loaded.output),
        (
            drafted.event_seq,
            drafted.active_ms,
            drafted.running_since,
            drafted.bill,
            &drafted.output
        )
    );
}

fn is_open(snapshot: &Snapshot, node: &NodeId) -> bool {
    snapshot.nodes[node].status != NodeStatus::Completed
}

/// Only these are loaded: what belongs to completed nodes is not needed any more.
fn open_jobs(snapshot: &Snapshot) -> Vec<&JobState> {
    snapshot.jobs.values().filter(|job| is_open(snapshot, &job.node)).collect()
}

fn open_versions(snapshot: &Snapshot) -> Vec<(&(NodeId, i32, String), &i32)> {
    snapshot.versions.iter().filter(|((node, ..), _)| is_open(snapshot, node)).collect()
}

/// Asserts what holds of any stored state.
pub(crate) fn rows(store: &Store) {
    let sum = |bills: Vec<Bill>| bills.into_iter().fold(Bill::default(), Bill::plus);
    assert_eq!(store.row.bill, sum(store.jobs.values().map(|job| job.bill).collect()));
    for job in store.jobs.values() {
        assert_eq!(job.bill, store.charged.get(&job.id).copied().unwrap_or_default());
        let running = job.status == JobStatus::Running;
        let ended = store.attempts.keys().filter(|(id, _)| *id == job.id).count();
        assert_eq!(starts(store, job.id), ended + usize::from(running), "{job:?}");
        assert!(!running || !store.attempts.contains_key(&(job.id, job.fence)), "{job:?}");
        assert_eq!(job.worker.is_some(), running, "{job:?}");
        assert!(job.attempt >= 0, "{job:?}");
        assert!(!job.is_asked_about() || job.run_at > Timestamp(i64::MAX / 100_000), "{job:?}");
    }
    for (id, node) in &store.nodes {
        counts(store, id, node);
    }
    wakes(store);
}

/// How often an attempt of the job began.
fn starts(store: &Store, id: JobId) -> usize {
    let of_job =
        |kind: &EventKind| matches!(kind, EventKind::JobStarted { job, .. } if job.job == id);
    store.events.iter().filter(|event| of_job(&event.kind)).count()
}

fn counts(store: &Store, id: &NodeId, node: &NodeState) {
    let of_node = |job: &&JobState| job.node == *id && job.generation == node.generation;
    let jobs: Vec<_> = store.jobs.values().filter(of_node).collect();
    let settled = jobs.iter().filter(|job| job.status.is_settled()).count();
    assert_eq!(usize::try_from(node.jobs_total), Ok(jobs.len()), "{id}");
    assert_eq!(usize::try_from(node.jobs_settled), Ok(settled), "{id}");
    if jobs.iter().any(|job| job.status == JobStatus::Running) {
        assert_eq!(node.status, NodeStatus::Running, "{id}");
    }
    let waits = |job: &JobState| job.waits_for().is_some() || job.is_asked_about();
    if jobs.iter().any(|job| waits(job)) && jobs.len() == 1 {
        assert_eq!(node.status, NodeStatus::Waiting, "{id}");
    }
    if node.status.is_settled() {
        assert_eq!(settled, jobs.len(), "{id} settles after its jobs");
    }
    let compiled = store.compiled_workflow();
    let incoming = compiled.incoming(id);
    let begun = |node: &NodeState| node.status != NodeStatus::Pending || node.generation > 1;
    let has_begun = store.nodes.values().any(begun);
    if node.status == NodeStatus::Pending && !store.row.status.is_over() && has_begun {
        let waits = incoming.iter().any(|link| store.edges[&link.edge] == EdgeState::Pending);
        assert!(waits, "{id} waits for an edge");
    }
}

/// What has not ended has something that will wake it; what has ended left nothing open.
fn wakes(store: &Store) {
    let open = store.jobs.values().filter(|job| !job.status.is_settled()).count();
    let all_settled = store.nodes.values().all(|node| node.status.is_settled());
    match store.row.status {
        ExecutionStatus::Running => {
            let held = store.nodes.values().any(|node| node.hold.is_some());
            let asked = store.jobs.values().filter(|job| job.is_asked_about()).count();
            assert!(open > asked || held, "a running execution has something to come");
        }
        ExecutionStatus::Completed => {
            assert!(all_settled && open == 0);
            assert!(store.edges.values().all(|edge| *edge != EdgeState::Pending));
        }
        ExecutionStatus::Stopped => assert!(all_settled && open == 0),
        ExecutionStatus::Failed => assert_eq!(open, 0),
        ExecutionStatus::Pending | ExecutionStatus::Paused => {}
    }
}

/// Asserts that fences never fall and rise with every claim.
pub(crate) fn fences(before: &Snapshot, store: &Store) {
    for old in before.jobs.values() {
        let new = &store.jobs[&old.id];
        assert!(new.fence >= old.fence, "{new:?}");
        let taken = new.status == JobStatus::Running
            && (old.status != JobStatus::Running || old.worker != new.worker);
        assert!(!taken || new.fence > old.fence, "{new:?}");
        let settled = old.status == JobStatus::Completed;
        let kept = JobState { generation: old.generation, ..new.clone() } == *old;
        assert!(!settled || kept, "a completed job never changes: {new:?}");
    }
}

/// Asserts that the fold of the events is what is stored.
pub(crate) fn view(store: &Store, view: &ExecutionView) {
    let row = &store.row;
    assert_eq!(
        (view.seq, view.status, view.pause_reason, view.end_reason, &view.error),
        (row.event_seq, row.status, row.pause_reason, row.end_reason, &row.error)
    );
    assert_eq!((view.ended_at, view.bill()), (store.ended_at, row.bill));
    assert_eq!((view.auto_run, view.budget_micros), (row.auto_run, row.budget));
    assert_eq!(view.progress_percent(), store.progress_percent);
    assert_eq!(view.current_node().map(|node| &node.id), store.current_node.as_ref());
    let loaded = store.snapshot();
    assert_eq!(loaded.current_node(), store.current_node.as_ref());
    assert_eq!(loaded.deadline(), store.deadline);
    let edges: BTreeMap<_, _> =
        view.edges.iter().map(|edge| (edge.id.clone(), edge.state)).collect();
    assert_eq!(edges, store.edges);
    let drawn: Vec<_> = view.nodes.iter().filter(|node| node.id.round().is_empty()).collect();
    let order: Vec<_> = drawn.iter().map(|node| node.id.clone()).collect();
    assert_eq!(order, store.compiled_workflow().order());
    // What lies in a loop is there once an iteration; as it was drawn it only stands for those.
    let exists = |node: &&NodeView| store.nodes.contains_key(&node.id);
    for node in drawn.into_iter().filter(|node| !exists(node)) {
        assert_eq!(node.edited, row.redrawn.contains_key(&node.id), "{}", node.id);
    }
    assert_eq!(view.nodes.iter().filter(exists).count(), store.nodes.len());
    for node in view.nodes.iter().filter(exists) {
        node_view(node, &store.nodes[&node.id]);
        let row = &store.nodes[&node.id];
        let of_node = |job: &&JobState| job.node == node.id && job.generation == row.generation;
        let jobs = store.jobs.values().filter(of_node);
        assert_eq!(node.jobs.len(), jobs.count(), "{}", node.id);
        for (item, job) in (0..).zip(&node.jobs) {
            assert_eq!(item, store.jobs[&job.id].item);
            job_view(job, &store.jobs[&job.id]);
        }
    }
}

fn node_view(view: &NodeView, row: &NodeState) {
    assert_eq!((view.status, view.generation), (row.status, row.generation), "{}", view.id);
    assert_eq!(
        (&view.failure, view.started_at, view.ended_at),
        (&row.failure, row.started_at, row.ended_at),
        "{}",
        view.id
    );
    assert_eq!(view.skipped.is_some(), row.status == NodeStatus::Skipped, "{}", view.id);
    assert_eq!(view.waiting.is_some(), row.status == NodeStatus::Waiting, "{}", view.id);
    assert_eq!(view.hold, row.hold, "{}", view.id);
    assert_eq!(view.edited, row.config.is_some(), "{}", view.id);
    let review = |row: &NodeState| row.review.as_ref().map(|review| (review.id, review.until));
    let seen = view.review.as_ref().map(|review| (review.id, review.until));
    assert_eq!(seen, review(row), "{}", view.id);
    let awaits = row.status == NodeStatus::AwaitingReview;
    assert_eq!(row.review.is_some(), awaits, "{}", view.id);
    // That iterations are planned is not told before the first begins.
    let told = !view.rounds.is_empty()
        || row.iterations.iter().any(|iteration| *iteration != RoundState::Waiting);
    assert!(
        !told || view.rounds == row.iterations,
        "{}: {:?} {:?}",
        view.id,
        view.rounds,
        row.iterations
    );
    let goes_on =
        matches!(row.status, NodeStatus::Ready | NodeStatus::Running | NodeStatus::Failed);
    let kept = goes_on && !row.iterations.is_empty();
    assert_eq!(row.planned.is_some(), kept, "{}", view.id);
}

fn job_view(view: &JobView, row: &JobState) {
    assert_eq!(
        (view.status, view.attempt, view.lost, view.bill, view.child),
        (row.status, row.attempt, row.lost, row.bill, row.child),
        "{row:?}"
    );
    assert_eq!(
        (&view.failure, view.started_at, view.ended_at),
        (&row.failure, row.started_at, row.ended_at),
        "{row:?}"
    );
    let question = view.question.as_ref().map(|question| question.number);
    assert_eq!(question, row.is_asked_about().then_some(row.fence), "{row:?}");
    if let (JobStatus::Pending, Some(at)) = (row.status, view.retry_at) {
        assert_eq!(at, row.run_at);
    }
}
