//! What sub-workflows spend: the money of what runs them, and on its bill.

use engine::limits::Limits;
use model::{
    execution::{
        state::{ExecutionStatus as Status, JobStatus, PauseReason},
        view::{ExecutionView, JobView},
    },
    id::{ExecutionId, TemplateId},
    pages::Control,
};
use serde_json::json;
use services::testing::{
    play::copies,
    world::{World, none, quick},
};

use crate::engine::limits::desk::{COST, answer_until, desk, form, is_paused, texts};

/// A template whose only step runs another one, and may cost so much with it.
async fn runs(world: &World, other: TemplateId, budget: u64) -> TemplateId {
    let mut workflow = serde_json::to_value(copies(1)).unwrap();
    let data = json!({"label": "Sub", "config": {"template": other, "parameters": []}});
    (workflow["nodes"][1]["type"], workflow["nodes"][1]["data"]) = (json!("sub_workflow"), data);
    workflow["edges"][1]["sourceHandle"] = json!("output");
    workflow["settings"]["budget"] = json!(budget);
    world.publish(&serde_json::from_value(workflow).unwrap()).await
}

async fn child_of(world: &World, id: ExecutionId) -> ExecutionId {
    let child = |view: &ExecutionView| view.nodes.iter().find_map(|node| node.jobs.first()?.child);
    let view = world.wait(id, |view| child(view).is_some()).await;
    child(&view).unwrap()
}

#[tokio::test]
async fn rel_o17_what_a_sub_workflow_spends_is_spent_by_what_runs_it() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(quick());
    let writes = world.publish(&texts(5, 3, None)).await;
    let template = runs(&world, writes, 2 * COST.unsigned_abs()).await;
    let parent = world.launch(template, none()).await;
    let child = child_of(&world, parent).await;

    let (calls, paused) = answer_until(&world, &mut desk, child, is_paused).await;

    assert_eq!((calls, paused.pause_reason), (2, Some(PauseReason::Budget)));
    let words = paused.pause_message.unwrap();
    assert!(words.starts_with("The budget of the parent run is $0.30"), "{words}");
    // Its parent says what it waits for, too.
    let waits = |view: &ExecutionView| {
        let words = view.wait().map(|wait| wait.words).unwrap_or_default();
        words.contains("Paused by the budget. The budget of the parent run is")
    };
    let said = world.wait(parent, waits).await.wait();
    let rows = world.services.overview.dashboard(&world.owner).await.unwrap().active;
    let row = rows.iter().find(|row| row.id == parent).unwrap();
    assert_eq!(row.wait(), said, "a list says the same");
    assert_eq!(spent(&world, parent).await, 2 * COST);
    let jobs = world.services.executions.jobs(&world.owner, parent).await.unwrap();
    let words = &jobs[0].wait.as_ref().unwrap().words;
    assert!(words.contains("Paused by the budget. The budget of the parent run"), "{words}");
    let raise = Control::Budget { micros: Some(9 * COST.unsigned_abs()), was: None };
    world.services.executions.control(&world.owner, parent, raise).await.unwrap();
    let over = |view: &ExecutionView| view.status.is_over();
    let (calls, view) = answer_until(&world, &mut desk, parent, over).await;
    assert_eq!((calls, view.status), (3, Status::Completed));
    let stats = world.services.templates.template(&world.owner, template).await.unwrap().card.stats;
    assert_eq!(stats.median_cost_micros, Some(5 * COST));

    // What it has spent is spent of its template's month, too.
    world
        .services
        .provider_access
        .set_budget(&world.owner, Some(template), form(5 * COST))
        .await
        .unwrap();
    let listed = world.services.provider_access.list_budgets(&world.owner).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|b| (b.template_id, b.spent_micros)).collect();
    assert!(listed.contains(&(Some(template), 5 * COST)), "{listed:?}");
    let again = world.launch(template, none()).await;
    let child = child_of(&world, again).await;
    let (calls, paused) = answer_until(&world, &mut desk, child, is_paused).await;
    assert_eq!((calls, paused.pause_reason), (0, Some(PauseReason::Budget)));
    let words = paused.pause_message.unwrap();
    assert!(words.starts_with("The monthly budget of this workflow is $0.75"), "{words}");
    worker.stop().await;
}

/// What an execution that calls no model itself has cost by its page, its row and its pulse.
async fn spent(world: &World, id: ExecutionId) -> i64 {
    let page = world.services.executions.monitor(&world.owner, id).await.unwrap();
    let pulse = world.services.executions.pulse(&world.owner, id).await.unwrap();
    let home = world.services.overview.dashboard(&world.owner).await.unwrap();
    let row = home.active.iter().chain(&home.recent).find(|row| row.id == id).unwrap();
    let own = (page.view.bill().cost_micros, pulse.cost_micros, row.bill.cost_micros);
    assert_eq!(own, (0, 0, 0));
    let below = page.children_bill.cost_micros;
    assert_eq!((pulse.children_cost_micros, row.whole_bill().cost_micros), (below, below));
    below
}

#[tokio::test]
async fn what_a_sub_workflow_had_spent_when_all_was_stopped_stays_on_the_bill() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(quick());
    let writes = world.publish(&texts(5, 3, None)).await;
    let parent = world.launch(runs(&world, writes, 2 * COST.unsigned_abs()).await, none()).await;
    let child = child_of(&world, parent).await;
    assert_eq!(answer_until(&world, &mut desk, child, is_paused).await.0, 2);

    world.services.executions.control(&world.owner, parent, Control::STOP).await.unwrap();

    world.wait_over(child).await;
    assert_eq!(world.view(parent).await.status, Status::Stopped);
    assert_eq!(spent(&world, parent).await, 2 * COST);
    worker.stop().await;
    world.assert_sound().await;
}

/// What a raised budget writes, by a process that died before it told anybody.
async fn raised_unheard(world: &World, id: ExecutionId, micros: i64) {
    let sql = "WITH raised AS (UPDATE workflow_executions SET budget = $2, event_seq = event_seq + 1
                                WHERE id = $1 RETURNING id, event_seq)
               INSERT INTO execution_events (execution_id, seq, at, events)
               SELECT id, event_seq, engine_now(),
                      jsonb_build_array(jsonb_build_object('kind', 'execution.budget', 'micros', $2))
                 FROM raised";
    sqlx::query(sql).bind(id.0).bind(micros).execute(&world.db.pool).await.unwrap();
}

#[tokio::test]
async fn rel_o17_what_waits_for_money_two_levels_below_goes_on_when_there_is_more() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(quick());
    let writes = world.publish(&texts(5, 3, None)).await;
    let between = runs(&world, writes, 99 * COST.unsigned_abs()).await;
    let top = world.launch(runs(&world, between, COST.unsigned_abs()).await, none()).await;
    let lowest = child_of(&world, child_of(&world, top).await).await;
    let waits_after = |count| {
        let done = |job: &&JobView| job.status == JobStatus::Completed;
        move |view: &ExecutionView| {
            is_paused(view)
                && view.nodes.iter().flat_map(|node| &node.jobs).filter(done).count() == count
        }
    };
    assert_eq!(answer_until(&world, &mut desk, lowest, waits_after(1)).await.0, 1);

    let raise = Control::Budget { micros: Some(2 * COST.unsigned_abs()), was: None };
    world.services.executions.control(&world.owner, top, raise).await.unwrap();
    assert_eq!(answer_until(&world, &mut desk, lowest, waits_after(2)).await.0, 1);
    raised_unheard(&world, top, 9 * COST).await;

    let over = |view: &ExecutionView| view.status.is_over();
    let (calls, view) = answer_until(&world, &mut desk, top, over).await;
    assert_eq!((calls, view.status), (3, Status::Completed));
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_o17_a_cap_that_a_workflow_sets_itself_holds_when_another_runs_it() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(quick());
    let writes = world.publish(&texts(5, 3, Some(COST.unsigned_abs()))).await;
    let parent = world.launch(runs(&world, writes, 9 * COST.unsigned_abs()).await, none()).await;

    let child = child_of(&world, parent).await;
    let (calls, paused) = answer_until(&world, &mut desk, child, is_paused).await;

    assert_eq!((calls, paused.budget_micros), (1, Some(COST)));
    worker.stop().await;
}
