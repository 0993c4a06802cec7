use std::time::Duration;

use engine::limits::Limits;
use model::{
    execution::{
        event::EventKind,
        state::{ExecutionStatus as Status, JobStatus, NodeStatus},
        view::{ExecutionView, NodeView},
    },
    id::NodeId,
};
use services::testing::{
    play::{patient, workflow},
    world::{World, none},
};

use crate::engine::limits::desk::{calls, desk, texts};

fn write(view: &ExecutionView) -> &NodeView {
    view.node(&NodeId::from("write")).unwrap()
}

/// Lets a minute pass, and a little more.
async fn a_minute_later(world: &World) {
    for _ in 0..2 {
        world.db.advance(Duration::from_secs(31)).await;
        world.nudge().await;
    }
}

fn waits(view: &ExecutionView) -> bool {
    write(view).status == NodeStatus::Waiting
}

#[tokio::test]
async fn rel_m2_when_a_provider_asks_to_wait_no_other_job_is_sent_to_it() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(patient());
    let template = world.publish(&texts(1, 3, None)).await;
    let first = world.launch(template, none()).await;
    calls(&mut desk, 1).await.remove(0).refuse("60");
    world.wait(first, waits).await;

    let second = world.launch(template, none()).await;
    let view = world.wait(second, waits).await;

    let words = write(&view).waiting.clone().unwrap();
    assert_eq!(words, "OpenAI asked to wait");
    assert!(write(&view).until.is_some(), "it says when it goes on");
    assert!(desk.try_recv().is_err(), "nothing was sent");
    a_minute_later(&world).await;
    for call in calls(&mut desk, 2).await {
        call.write();
    }
    for id in [first, second] {
        assert_eq!(world.wait_over(id).await.status, Status::Completed);
    }
    let started = world.events(second).await.into_iter().filter_map(|event| match event.kind {
        EventKind::JobStarted { attempt, .. } => Some(attempt),
        _ => None,
    });
    assert!(started.into_iter().all(|attempt| attempt == 1), "waiting counts as no attempt");
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_wait_that_is_longer_than_between_attempts_is_waited_once_and_costs_none() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(patient());
    let id = world.launch(world.publish(&texts(1, 3, None)).await, none()).await;
    calls(&mut desk, 1).await.remove(0).refuse("40000");
    let view = world.wait(id, waits).await;
    let words = write(&view).waiting.clone().unwrap();
    assert!(words.ends_with("It asked to wait 12 hours."), "{words}");

    let asked_at = world.events(id).await.last().unwrap().at;
    assert!(write(&view).until.unwrap().ms_since(asked_at) > 39_000_000, "{view:#?}");
    worker.stop().await;
    world.db.advance(Duration::from_secs(40_001)).await;
    let worker = world.worker(patient());

    calls(&mut desk, 1).await.remove(0).write();
    assert_eq!(world.wait_over(id).await.status, Status::Completed);
    let jobs = world.services.executions.jobs(&world.owner, id).await.unwrap();
    assert_eq!(jobs[0].attempts.iter().map(|tried| tried.attempt).max(), Some(1), "{jobs:#?}");
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_wait_of_more_than_a_week_fails_the_step_and_says_until_when() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(patient());
    let id = world.launch(world.publish(&texts(1, 3, None)).await, none()).await;
    calls(&mut desk, 1).await.remove(0).refuse("9000000");

    let view = world.wait_over(id).await;

    assert_eq!(view.status, Status::Failed);
    let failure = write(&view).failure.clone().unwrap();
    assert_eq!(failure.code, "rate_limited");
    assert!(failure.message.ends_with("It asked to wait 105 days."), "{failure:?}");
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e5_a_providers_wish_noted_by_a_clock_that_was_ahead_keeps_nobody_once_it_is_set_back()
{
    let ahead = Duration::from_secs(7200);
    let (world, mut desk) = desk(Limits::default()).await;
    world.db.advance(ahead).await;
    let worker = world.worker(patient());
    let template = world.publish(&texts(1, 3, None)).await;
    let first = world.launch(template, none()).await;
    calls(&mut desk, 1).await.remove(0).refuse("300");
    world.wait(first, waits).await;

    world.db.turn_back(ahead).await;
    let second = world.launch(template, none()).await;

    calls(&mut desk, 1).await.remove(0).write();
    assert_eq!(world.wait_over(second).await.status, Status::Completed);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_provider_gets_no_more_calls_at_once_than_it_may_and_the_others_say_why_they_wait() {
    let limits = Limits { calls_per_provider: 2, ..Limits::default() };
    let (world, mut desk) = desk(limits).await;
    let worker = world.worker(patient());
    let template = world.publish(&texts(2, 3, None)).await;
    let busy = world.launch(template, none()).await;
    let under_way = calls(&mut desk, 2).await;

    let other = world.launch(template, none()).await;
    let view = world.wait(other, waits).await;
    let words = write(&view).waiting.clone().unwrap();
    assert_eq!(words, "OpenAI is busy with 2 calls; continues when one of them ends");
    assert!(desk.try_recv().is_err(), "nothing was sent");
    under_way.into_iter().for_each(|call| call.write());
    assert_eq!(world.wait_over(busy).await.status, Status::Completed);
    for call in calls(&mut desk, 2).await {
        call.write();
    }

    assert_eq!(world.wait_over(other).await.status, Status::Completed);
    let jobs = world.services.executions.jobs(&world.owner, other).await.unwrap();
    assert!(jobs.iter().all(|job| job.provider.as_deref() == Some("openai")), "{jobs:#?}");
    assert!(jobs.iter().all(|job| job.model.is_some()), "{jobs:#?}");
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn of_a_provider_with_so_many_calls_a_minute_the_others_wait_for_the_next_and_say_until_when()
{
    let limits = Limits { calls_per_minute: Some(3), ..Limits::default() };
    let (world, mut desk) = desk(limits).await;
    let worker = world.worker(patient());
    let large = world.launch(world.publish(&texts(4, 3, None)).await, none()).await;
    for call in calls(&mut desk, 3).await {
        call.write();
    }
    let view = world.wait(large, waits).await;
    let words = write(&view).waiting.clone().unwrap();
    assert_eq!(words, "OpenAI has reached its limit of calls per minute");
    assert!(write(&view).until.is_some(), "it says when it goes on");
    let small = world.launch(world.publish(&texts(1, 3, None)).await, none()).await;
    world.wait(small, waits).await;
    assert!(desk.try_recv().is_err(), "nothing was sent");

    a_minute_later(&world).await;

    for call in calls(&mut desk, 2).await {
        call.write();
    }
    for id in [large, small] {
        assert_eq!(world.wait_over(id).await.status, Status::Completed);
    }
    let kept = world.count("SELECT count(*) FROM provider_calls").await;
    assert_eq!(kept, 2, "what no longer counts is forgotten");
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e9_a_place_at_a_busy_provider_is_kept_for_who_has_no_call_under_way() {
    let limits = Limits { calls_per_provider: 2, ..Limits::default() };
    let (world, mut desk) = desk(limits).await;
    let worker = world.worker(patient());
    let large = world.launch(world.publish(&texts(40, 3, None)).await, none()).await;
    let mut under_way = calls(&mut desk, 2).await;
    let one = world.publish(&texts(1, 3, None)).await;

    // Each time many jobs of the large one are about to ask, too.
    for _ in 0..5 {
        let small = world.launch(one, none()).await;
        world.wait(small, waits).await;
        under_way.remove(0).write();
        calls(&mut desk, 1).await.remove(0).write();
        assert_eq!(world.wait_over(small).await.status, Status::Completed);
        under_way.extend(calls(&mut desk, 1).await);
    }
    worker.stop().await;
    let jobs = world.services.executions.jobs(&world.owner, large).await.unwrap();
    let done = jobs.iter().filter(|job| job.status == JobStatus::Completed).count();
    assert_eq!(done, 5, "one for each small one");
}

#[tokio::test]
async fn rel_e9_of_equals_who_waits_for_longest_gets_the_place_at_a_busy_provider() {
    let limits = Limits { calls_per_provider: 1, ..Limits::default() };
    let (world, mut desk) = desk(limits).await;
    let worker = world.worker(patient());
    let steps = [("a", 1), ("b", 1), ("c", 1), ("d", 1)];
    let edges = [("start", "a"), ("a", "b"), ("b", "c"), ("c", "d"), ("d", "end")];
    let chain = world.launch(world.publish(&workflow(&steps, &edges)).await, none()).await;
    let one = world.publish(&texts(1, 3, None)).await;

    // Each time the chain's next step asks in the moment in which the place becomes free.
    for _ in 0..3 {
        let under_way = calls(&mut desk, 1).await.remove(0);
        let small = world.launch(one, none()).await;
        world.wait(small, waits).await;
        under_way.write();
        calls(&mut desk, 1).await.remove(0).write();
        assert_eq!(world.wait_over(small).await.status, Status::Completed);
    }
    calls(&mut desk, 1).await.remove(0).write();
    assert_eq!(world.wait_over(chain).await.status, Status::Completed);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn items_that_nobody_has_tried_yet_say_what_those_beside_them_wait_for() {
    let limits = Limits { calls_per_provider: 2, ..Limits::default() };
    let (world, mut desk) = desk(limits).await;
    let worker = world.worker(patient());
    // Twenty run at once, of which two may call.
    let template = world.publish(&texts(25, 3, None)).await;
    let id = world.launch(template, none()).await;
    let _under_way = calls(&mut desk, 2).await;
    let limited = |view: &ExecutionView| {
        write(view).jobs.iter().filter(|job| job.failure.is_some()).count() == 18
    };
    world.wait(id, limited).await;
    worker.stop().await;
    let later = "UPDATE agent_jobs SET run_at = now() + interval '1 hour'
                  WHERE status = 'pending'";
    sqlx::query(later).execute(&world.db.pool).await.unwrap();

    let jobs = world.services.executions.jobs(&world.owner, id).await.unwrap();

    let fresh: Vec<_> = jobs.iter().filter(|job| job.attempts.is_empty()).collect();
    assert!(!fresh.is_empty(), "{jobs:#?}");
    for job in fresh {
        let words = job.wait.as_ref().map(|wait| wait.words.as_str());
        assert_eq!(words, Some("OpenAI is busy with 2 calls; continues when one of them ends"));
    }
}

#[tokio::test]
async fn after_a_provider_has_asked_to_wait_fewer_calls_leave_at_once() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(patient());
    let template = world.publish(&texts(4, 3, None)).await;
    let execution = world.launch(template, none()).await;
    for call in calls(&mut desk, 4).await {
        call.refuse("60");
    }
    let all_wait = |view: &ExecutionView| {
        waits(view) && write(view).jobs.iter().all(|job| job.retry_at.is_some())
    };
    world.wait(execution, all_wait).await;

    // One more call is let go after each five seconds: none of them passes by itself.
    world.db.stop_the_clock().await;
    a_minute_later(&world).await;
    let again = calls(&mut desk, 2).await;
    let full = |view: &ExecutionView| {
        let busy = |failure: &model::execution::failure::Failure| failure.code == "provider_busy";
        write(view).jobs.iter().filter(|job| job.failure.as_ref().is_some_and(busy)).count() == 2
    };
    let view = world.wait(execution, full).await;
    let words = write(&view).jobs.iter().find_map(|job| job.failure.clone()).unwrap().message;
    assert_eq!(words, "OpenAI is busy with 2 calls; continues when one of them ends");
    assert!(desk.try_recv().is_err(), "no third one was sent");
    again.into_iter().for_each(|call| call.write());
    let both_are_over = |view: &ExecutionView| {
        write(view).jobs.iter().filter(|job| job.status == JobStatus::Completed).count() == 2
    };
    world.wait(execution, both_are_over).await;
    a_minute_later(&world).await;
    for call in calls(&mut desk, 2).await {
        call.write();
    }

    assert_eq!(world.wait_over(execution).await.status, Status::Completed);
    worker.stop().await;
    world.assert_sound().await;
}
