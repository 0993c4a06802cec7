//! Executions that no decision can read: they are named, ended without being read, and cost no other its
//! place.

use engine::{exec::advance::Input, limits::Limits};
use model::{
    api::executions::StuckRepair,
    decide::ClaimLimits,
    execution::state::{EndReason, ExecutionStatus},
    id::WorkerId,
};
use services::{
    admin::doctor::{Diagnosis, Repair},
    testing::{
        play::{Answering, copies, writing, wrote},
        world::{ROOMY, World, none, quick},
    },
};
use store::executions;
use uuid::Uuid;

use crate::past::doctor::{assert_kept, assert_signed, found, one_of_three, run};

/// Deeper than readers go.
const DAMAGE: &str = "
    UPDATE execution_nodes
       SET output = jsonb_build_object('all', (repeat('[', 200) || repeat(']', 200))::jsonb)
     WHERE node_id = 'start' AND status = 'completed'";

#[tokio::test]
async fn rel_e3_an_execution_whose_rows_cannot_be_read_is_named_and_ended_with_results_kept() {
    let world = World::new().await;
    let id = one_of_three(&world).await;
    // Of the two others one is held, by a worker that nobody knows.
    let limits = ClaimLimits { capacity: 1, per_execution: 20, alone: false };
    let claim = Input::Claim { worker: WorkerId(Uuid::now_v7()), limits, kinds: None };
    world.services.context().advance.run(&(id, vec![claim])).await.unwrap();
    run(&world, DAMAGE).await;

    let diagnoses = found(&world).await;
    let list = world.services.admin.stuck_executions(&world.owner).await.unwrap();

    let [Diagnosis { execution: Some(place), words, repair: Repair::EndUnread }] = &diagnoses[..]
    else {
        panic!("{diagnoses:#?}")
    };
    assert!(place.1 == id && words.contains("can't be read"), "{words}");
    let shown: Vec<_> = list.iter().map(|one| (one.execution_id, one.repair)).collect();
    assert_eq!(shown, [(id, Some(StuckRepair::End))]);
    world.services.admin.repair_stuck(&world.owner, id).await.unwrap();
    let view = world.view(id).await;
    let ended = (view.status, view.end_reason);
    assert_eq!(ended, (ExecutionStatus::Stopped, Some(EndReason::Unreadable)));
    assert_kept(&world, id).await;
    let mut attempts: Vec<_> = world.attempts(id).await.into_values().collect();
    attempts.sort();
    let expected: [&[&str]; 3] = [&["completed"], &["handed_back"], &["handed_back", "cancelled"]];
    assert_eq!(attempts, expected);
    assert_eq!(found(&world).await, []);
    assert_signed(&world).await;
    world.assert_sound().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_left_alone_and_gives_its_place_up_when_it_is_ended() {
    let one_place = Limits { running_per_workspace: 1, ..ROOMY };
    let world = World::new().await.limited(one_place);
    let template = world.publish(&copies(1)).await;
    let unread = world.launch(template, none()).await;
    let next = world.launch(template, none()).await;
    assert_eq!(world.position(next).await, Some(1));
    run(&world, DAMAGE).await;
    let mut conn = world.db.pool.acquire().await.unwrap();
    let due = executions::due_executions(&mut conn, None, &[], 32).await.unwrap();
    assert_eq!(due, [unread.0]);
    let due = executions::due_executions(&mut conn, None, &[unread], 32).await.unwrap();
    assert!(due.is_empty(), "who has failed at it looks for others");
    drop(conn);

    let diagnoses = found(&world).await;
    assert!(world.services.admin.repair(&diagnoses[0]).await.unwrap());

    let worker = world.worker_with(writing(Answering(|_: &_| wrote("in its place"))), quick());
    assert_eq!(world.wait_over(next).await.status, ExecutionStatus::Completed);
    worker.stop().await;
    assert!(!world.services.admin.repair(&diagnoses[0]).await.unwrap(), "it is over");
    assert_eq!(found(&world).await, []);
    world.assert_sound().await;
}
