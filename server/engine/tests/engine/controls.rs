//! Pause, resume, stop, retry and the deadline, while work goes on.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use engine::{
    exec::WorkerConfig,
    executors::{Executors, SERVED},
    job::JobContext,
};
use model::{
    execution::{
        event::{Event, EventKind},
        state::{EndReason, ExecutionStatus, JobStatus},
    },
    id::NodeId,
    nodes::NodeKind,
    pages::Control,
};
use services::testing::{
    play::{Answering, copies, failed, held, patient, take, writing, wrote},
    world::{GIVE_UP, World, none, quick},
};
use store::error::EngineError;

#[tokio::test]
async fn a_worker_can_be_told_to_serve_exactly_what_there_are_executors_for() {
    let world = World::new().await;
    let standard = Executors::standard(&world.services.context().deps);

    let served = NodeKind::ALL.iter().filter(|kind| standard.get(kind.key()).is_some());

    assert_eq!(served.collect::<BTreeSet<_>>(), SERVED.iter().collect());
}

#[tokio::test]
async fn rel_e8_a_stop_drops_the_calls_that_are_under_way() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), patient());
    let template = world.publish(&copies(3)).await;
    let id = world.launch(template, none()).await;
    let calls = take(&mut calls, 3).await;

    world.services.executions.control(&world.owner, id, Control::STOP).await.unwrap();

    let dropped = async {
        for call in &calls {
            call.dropped().await;
        }
    };
    // The promise is 2 s; a busy machine only gets a safety stop of ten times as much.
    tokio::time::timeout(GIVE_UP, dropped).await.expect("the calls are dropped");
    let view = world.wait_over(id).await;
    assert_eq!((view.status, view.end_reason), (ExecutionStatus::Stopped, Some(EndReason::User)));
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn an_execution_whose_time_is_used_up_is_stopped_and_keeps_its_results() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), patient());
    let mut two = copies(2);
    two.settings.timeout_ms = 60_000;
    let template = world.publish(&two).await;
    let id = world.launch(template, none()).await;
    let mut calls = take(&mut calls, 2).await;
    calls.remove(0).answer(wrote("kept"));
    world.wait(id, |view| view.documents.len() == 1).await;

    world.db.advance(Duration::from_secs(61)).await;

    let view = world.wait_over(id).await;
    let ends = (view.status, view.end_reason);
    assert_eq!(ends, (ExecutionStatus::Stopped, Some(EndReason::Deadline)), "{view:#?}");
    calls[0].dropped().await;
    worker.stop().await;
    world.assert_sound().await;
    assert_eq!(world.count("SELECT count(*) FROM documents WHERE title = 'kept'").await, 1);
}

#[tokio::test]
async fn time_spent_paused_does_not_count_towards_the_deadline() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let worker = world.worker_with(writing(executor), patient());
    let mut one = copies(1);
    one.settings.timeout_ms = 60_000;
    let template = world.publish(&one).await;
    let id = world.launch(template, none()).await;
    let mut calls = take(&mut calls, 1).await;
    world.services.executions.control(&world.owner, id, Control::Pause).await.unwrap();

    world.db.advance(Duration::from_secs(600)).await;
    world.services.executions.control(&world.owner, id, Control::Resume).await.unwrap();
    calls.remove(0).answer(wrote("in time"));

    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn what_runs_at_a_pause_finishes_and_the_rest_follows_after_resume() {
    let world = World::new().await;
    let (executor, mut calls) = held();
    let config = WorkerConfig { per_execution: 1, ..quick() };
    let worker = world.worker_with(writing(executor), config);
    let template = world.publish(&copies(3)).await;
    let id = world.launch(template, none()).await;
    let first = take(&mut calls, 1).await.remove(0);

    world.services.executions.control(&world.owner, id, Control::Pause).await.unwrap();
    world.services.executions.control(&world.owner, id, Control::Pause).await.unwrap();
    first.answer(wrote("one"));
    let paused = world.wait(id, |view| view.documents.len() == 1).await;
    world.services.executions.control(&world.owner, id, Control::Resume).await.unwrap();
    for title in ["two", "three"] {
        take(&mut calls, 1).await.remove(0).answer(wrote(title));
    }
    let view = world.wait_over(id).await;
    worker.stop().await;
    world.assert_sound().await;

    assert_eq!(paused.status, ExecutionStatus::Paused);
    assert_eq!((view.status, view.documents.len()), (ExecutionStatus::Completed, 3));
    let events = world.events(id).await;
    let pauses = |event: &&Event| matches!(event.kind, EventKind::ExecutionPaused { .. });
    let paused = events.iter().skip_while(|event| !pauses(event));
    let mut paused = paused.take_while(|event| !matches!(event.kind, EventKind::ExecutionResumed));
    assert!(paused.all(|event| !matches!(event.kind, EventKind::JobStarted { .. })));
    assert_eq!(events.iter().filter(pauses).count(), 1, "pausing twice is pausing once");
}

#[tokio::test]
async fn retrying_a_node_runs_only_its_failed_items_again() {
    let world = World::new().await;
    let calls = Arc::new(Mutex::new(BTreeMap::<u32, u32>::new()));
    let counted = calls.clone();
    let executor = Answering(move |context: &JobContext| {
        *counted.lock().unwrap().entry(context.item).or_default() += 1;
        let fails = context.generation == 1 && [2, 5, 7].contains(&context.item);
        if fails { failed("no luck") } else { wrote("copy") }
    });
    let worker = world.worker_with(writing(executor), quick());
    let template = world.publish(&copies(10)).await;
    let id = world.launch(template, none()).await;
    let broken = world.wait_over(id).await;

    let node_id = NodeId::from("write");
    let retry = Control::RetryNode { node_id: node_id.clone(), config: None, generation: None };
    world.services.executions.control(&world.owner, id, retry.clone()).await.unwrap();
    let view = world.wait_over(id).await;
    let again = world.services.executions.control(&world.owner, id, retry).await;
    worker.stop().await;
    world.assert_sound().await;

    assert_eq!(broken.status, ExecutionStatus::Failed);
    assert_eq!(broken.error.as_deref(), Some("write: 3 of 10 items failed. no luck"));
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    let jobs = &view.node(&node_id).unwrap().jobs;
    assert!(jobs.iter().all(|job| job.status == JobStatus::Completed));
    let calls = calls.lock().unwrap().clone();
    assert_eq!(calls.values().sum::<u32>(), 13, "{calls:?}");
    assert!([2, 5, 7].iter().all(|item| calls[item] == 2), "{calls:?}");
    assert!(matches!(again, Err(EngineError::Refused(problem)) if problem.status() == 409));
}
