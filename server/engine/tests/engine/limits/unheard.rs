//! A worker that hears no news finds what is due by looking now and then.

use std::sync::Arc;

use engine::exec::{
    Worker, WorkerDeps,
    advance::Advance,
    event_bus::{BusEvent, EventBus, Subscription},
};
use model::{
    execution::{event::EventKind, state::ExecutionStatus},
    id::ExecutionId,
};
use services::testing::{
    db::{self, TestDb},
    play::{Answering, copies, patient, writing, wrote},
    world::{World, none},
};
use store::executions::Notice;

/// A worker that listens in another database than the one it works on: no notification leaves its own.
fn deaf(world: &World, elsewhere: &TestDb, bus: &EventBus) -> Worker {
    let (pool, limits) = (world.db.pool.clone(), world.services.context().deps.limits);
    let deps = WorkerDeps {
        advance: Arc::new(Advance::new(pool, bus.clone(), limits)),
        pool: elsewhere.pool.clone(),
        options: store::connect_options(&world.db.url, "atelier test worker").unwrap(),
        executors: writing(Answering(|_: &_| wrote("copy"))),
    };
    Worker::start(deps, patient()).unwrap()
}

/// The first that was heard of an execution.
async fn first_of(news: &mut Subscription, id: ExecutionId) -> Notice {
    loop {
        match news.next().await.expect("the bus is there") {
            BusEvent::Advanced(notice) if notice.execution == id => return notice,
            _ => {}
        }
    }
}

#[tokio::test]
async fn rel_e1_a_due_job_of_which_a_worker_heard_nothing_is_taken_all_the_same() {
    let (world, elsewhere, bus) = (World::new().await, db::fresh().await, EventBus::default());
    let worker = deaf(&world, &elsewhere, &bus);
    let template = world.publish(&copies(1)).await;
    // When this one is over, and the worker listens, it has looked at all that it looks at when it begins.
    let before = world.launch(template, none()).await;
    world.wait_over(before).await;
    world.look("the worker listens", async || bus.is_listening().then_some(())).await;
    let mut news = bus.subscribe();

    let id = world.launch(template, none()).await;

    let view = world.wait_over(id).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    let heard = first_of(&mut news, id).await;
    let events = world.events(id).await;
    let begun = events.iter().find(|event| matches!(event.kind, EventKind::JobStarted { .. }));
    assert!(heard.seq >= begun.unwrap().seq, "the worker has heard of the launch");
    worker.stop().await;
    world.assert_sound().await;
}
