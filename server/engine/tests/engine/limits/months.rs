//! Budgets of a month, which executions of several workers share.

use engine::{exec::Worker, executors::Executors};
use model::{
    execution::{
        state::{ExecutionStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ExecutionId, TemplateId},
    pages::Control,
};
use services::testing::{
    db::LOCK_WAITS,
    play::rest,
    world::{ROOMY, World, none, quick},
};
use sqlx::{Connection, PgConnection};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::engine::limits::desk::{
    COST, Call, RESERVED, SPENT, answer_until, calls, desk, form, is_paused, texts,
};

/// Calls that wait at once to be let go.
const CROWD: i64 = 5;

/// Launches each, and has two workers begin that share nothing but the database. The first calls want
/// to leave at the same moment: until they have gathered nobody can read a budget.
async fn at_once(world: &World, templates: &[TemplateId]) -> (Vec<ExecutionId>, [Worker; 2]) {
    let mut executions = vec![];
    for template in templates {
        executions.push(world.launch(*template, none()).await);
    }
    // Those of the pool may all be waiting.
    let mut watching = PgConnection::connect(&world.db.url).await.unwrap();
    let mut locking = PgConnection::connect(&world.db.url).await.unwrap();
    let mut lock = locking.begin().await.unwrap();
    let sql = "LOCK TABLE budgets IN ACCESS EXCLUSIVE MODE";
    sqlx::query(sql).execute(&mut *lock).await.unwrap();
    let executors = || Executors::standard(&world.services.context().deps);
    let workers = [0, 1].map(|_| world.worker_elsewhere(executors(), quick()));
    while sqlx::query_scalar::<_, i64>(LOCK_WAITS).fetch_one(&mut watching).await.unwrap() < CROWD {
        rest().await;
    }
    lock.rollback().await.unwrap();
    (executions, workers)
}

/// All that may be under way is; once it is answered, each pauses with these words.
async fn pause_all(
    world: &World,
    desk: &mut UnboundedReceiver<Call>,
    executions: &[ExecutionId],
    words: &str,
) {
    for id in executions {
        let (more, paused) = answer_until(world, desk, *id, is_paused).await;
        assert_eq!((more, paused.pause_reason), (0, Some(PauseReason::Budget)));
        assert_eq!(paused.pause_message.as_deref(), Some(words));
    }
    assert!(desk.try_recv().is_err());
    assert_eq!((world.count(SPENT).await, world.count(RESERVED).await), (3 * COST, 0));
}

/// Resumes each; how many calls it takes until they are complete.
async fn complete_all(
    world: &World,
    desk: &mut UnboundedReceiver<Call>,
    executions: &[ExecutionId],
) -> usize {
    let mut count = 0;
    for id in executions {
        world.services.executions.control(&world.owner, *id, Control::Resume).await.unwrap();
    }
    for id in executions {
        let over = |view: &ExecutionView| view.status.is_over();
        let (more, view) = answer_until(world, desk, *id, over).await;
        assert_eq!(view.status, ExecutionStatus::Completed);
        count += more;
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_o17_executions_of_two_workers_spend_the_month_of_their_workspace_and_no_more() {
    let (world, mut desk) = desk(ROOMY).await;
    let (one, two) =
        (world.publish(&texts(5, 3, None)).await, world.publish(&texts(5, 3, None)).await);
    world.services.provider_access.set_budget(&world.owner, None, form(3 * COST)).await.unwrap();

    let (executions, workers) = at_once(&world, &[one, two, one, two]).await;
    let under_way = calls(&mut desk, 3).await;
    assert_eq!(world.count(RESERVED).await, 3 * COST);
    under_way.into_iter().for_each(Call::write);

    let words = "The monthly budget of this workspace is $0.45. $0.45 was spent, and the next call \
                 needed $0.15. Ask an admin to raise it under This month on Home, then resume.";
    pause_all(&world, &mut desk, &executions, words).await;
    world.services.provider_access.set_budget(&world.owner, None, form(20 * COST)).await.unwrap();
    assert_eq!(complete_all(&world, &mut desk, &executions).await, 17);
    assert_eq!(world.count(SPENT).await, 20 * COST);
    for worker in workers {
        worker.stop().await;
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_o17_executions_of_two_workers_spend_the_month_of_their_template_and_no_more() {
    let (world, mut desk) = desk(ROOMY).await;
    let capped = world.publish(&texts(5, 3, None)).await;
    world
        .services
        .provider_access
        .set_budget(&world.owner, Some(capped), form(3 * COST))
        .await
        .unwrap();
    world.services.provider_access.set_budget(&world.owner, None, form(100 * COST)).await.unwrap();

    let (executions, workers) = at_once(&world, &[capped; 4]).await;
    let under_way = calls(&mut desk, 3).await;
    assert_eq!(world.count(RESERVED).await, 3 * COST);
    under_way.into_iter().for_each(Call::write);

    let words = "The monthly budget of this workflow is $0.45. $0.45 was spent, and the next call \
                 needed $0.15. Ask an admin to raise it under Budgets in Settings, then resume.";
    pause_all(&world, &mut desk, &executions, words).await;
    let other = world.launch(world.publish(&texts(2, 3, None)).await, none()).await;
    let over = |view: &ExecutionView| view.status.is_over();
    let (more, view) = answer_until(&world, &mut desk, other, over).await;
    assert_eq!((more, view.status), (2, ExecutionStatus::Completed), "others go on");
    world.services.provider_access.clear_budget(&world.owner, Some(capped)).await.unwrap();
    assert_eq!(complete_all(&world, &mut desk, &executions).await, 17);
    for worker in workers {
        worker.stop().await;
    }
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_o17_a_budget_that_is_set_while_calls_are_under_way_counts_them() {
    let (world, mut desk) = desk(ROOMY).await;
    let worker = world.worker(quick());
    let first = world.launch(world.publish(&texts(3, 3, None)).await, none()).await;
    let under_way = calls(&mut desk, 3).await;

    world.services.provider_access.set_budget(&world.owner, None, form(3 * COST)).await.unwrap();
    let second = world.launch(world.publish(&texts(1, 3, None)).await, none()).await;
    let waits = |view: &ExecutionView| {
        let jobs = view.nodes.iter().flat_map(|node| &node.jobs);
        let mut failures = jobs.filter_map(|job| job.failure.as_ref());
        failures.any(|failure| failure.code == "budget_reserved")
    };
    world.wait(second, waits).await;

    assert!(desk.try_recv().is_err(), "nothing was sent");
    under_way.into_iter().for_each(Call::write);
    assert_eq!(world.wait_over(first).await.status, ExecutionStatus::Completed);
    let paused = world.wait(second, is_paused).await;
    assert_eq!(paused.pause_reason, Some(PauseReason::Budget));
    worker.stop().await;
    world.assert_sound().await;
}
