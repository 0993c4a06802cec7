use backend::actor::Actor;
use engine::{exec::WorkerConfig, limits::Limits};
use model::{
    access::Role,
    execution::{
        event::EventKind,
        state::{ExecutionStatus as Status, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    pages::{Control, LaunchRequest},
    price::Price,
    provider_choice::Vendor,
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::{copies, frozen, workflow},
    world::{World, none, quick},
};
use store::error::EngineError;

use crate::engine::limits::desk::{
    COST, RESERVED, SPENT, answer_until, calls, desk, form, is_paused, texts,
};

#[tokio::test]
async fn rel_o17_twenty_jobs_at_once_spend_their_cap_and_never_more() {
    let (world, mut desk) = desk(Limits { calls_per_provider: 20, ..Limits::default() }).await;
    let worker = world.worker(quick());
    let template = world.publish(&texts(20, 3, Some(7 * COST.unsigned_abs()))).await;
    let id = world.launch(template, none()).await;

    // All that may be under way is; what it may cost is all there is.
    let under_way = calls(&mut desk, 7).await;
    assert_eq!(world.count(RESERVED).await, 7 * COST);
    assert!(desk.try_recv().is_err());
    under_way.into_iter().for_each(|call| call.write());
    let (more, paused) = answer_until(&world, &mut desk, id, is_paused).await;

    assert_eq!((more, world.count(SPENT).await, world.count(RESERVED).await), (0, 7 * COST, 0));
    assert_eq!(paused.pause_reason, Some(PauseReason::Budget));
    assert_eq!(
        paused.pause_message.as_deref(),
        Some(
            "The budget of this run is $1.05. $1.05 was spent, and the next call needed $0.15. \
             Raise the budget and resume."
        )
    );
    let raise = Control::Budget { micros: Some(20 * COST.unsigned_abs()), was: None };
    world.services.executions.control(&world.owner, id, raise.clone()).await.unwrap();
    let raised = world.view(id).await;
    assert_eq!((raised.status, raised.budget_micros), (Status::Paused, Some(20 * COST)));
    assert!(desk.try_recv().is_err(), "a raise is no resume");
    world.services.executions.control(&world.owner, id, Control::Resume).await.unwrap();
    let (more, view) = answer_until(&world, &mut desk, id, |view| view.status.is_over()).await;
    assert_eq!((more, view.status), (13, Status::Completed));
    assert_eq!(world.count(SPENT).await, 20 * COST);
    assert_eq!(world.count("SELECT count(*) FROM spend_ledger").await, 20, "nothing is paid twice");
    let late = world.services.executions.control(&world.owner, id, raise).await.unwrap_err();
    assert!(matches!(late, EngineError::Refused(problem) if problem.status() == 409));
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_runner_changes_a_budget_up_to_that_of_the_workflow_and_an_editor_beyond() {
    let world = World::new().await;
    let mut workflow = copies(1);
    workflow.settings.budget = Some(500);
    let template = world.publish(&workflow).await;
    let request = LaunchRequest { budget: Some(100), ..LaunchRequest::for_template(template) };
    let id = world.services.executions.launch(&world.owner, request).await.unwrap().execution_id;
    let as_role = |role| Actor { role, ..world.owner.clone() };
    let set = async |role, micros| {
        world
            .services
            .executions
            .control(&as_role(role), id, Control::Budget { micros, was: None })
            .await
    };

    assert_eq!(world.view(id).await.budget_micros, Some(100));
    set(Role::Runner, Some(500)).await.unwrap();
    for above in [Some(501), None] {
        let EngineError::Refused(problem) = set(Role::Runner, above).await.unwrap_err() else {
            panic!("no problem")
        };
        assert!(problem.detail.contains("The workflow's budget is $0.0005"), "{problem:?}");
    }
    assert!(set(Role::Viewer, Some(1)).await.is_err());
    assert_eq!(world.view(id).await.budget_micros, Some(500));
    set(Role::Editor, Some(501)).await.unwrap();
    set(Role::Editor, None).await.unwrap();
    assert!(set(Role::Editor, Some(u64::MAX)).await.is_err(), "more than can be counted");

    assert_eq!(world.view(id).await.budget_micros, None);
    let kept = "SELECT count(*) FROM workflow_executions WHERE budget IS NULL";
    assert_eq!(world.count(kept).await, 1);
    world.assert_sound().await;
}

/// Three steps side by side that each write a text of at most so many tokens, under this cap.
fn three(max_tokens: u32, budget: i64) -> Workflow {
    let steps = ["a", "b", "c"];
    let edges = steps.map(|step| [("start", step), (step, "end")]).concat();
    let drawn = workflow(&steps.map(|step| (step, 1)), &edges);
    let mut drawn = serde_json::to_value(drawn).unwrap();
    for node in drawn["nodes"].as_array_mut().unwrap() {
        if node["type"] == "generate_copy" {
            node["data"]["config"]["max_tokens"] = json!(max_tokens);
        }
    }
    let mut drawn: Workflow = serde_json::from_value(drawn).unwrap();
    drawn.settings.budget = Some(budget.unsigned_abs());
    drawn
}

#[tokio::test]
async fn a_call_that_may_cost_more_than_it_does_waits_for_those_under_way_and_its_step_says_so() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(quick());
    // Each may cost twice what it does: two are reserved at once, and the third waits.
    let id = world.launch(world.publish(&three(6, 5 * COST)).await, none()).await;
    let under_way = calls(&mut desk, 2).await;
    assert_eq!(world.count(RESERVED).await, 4 * COST);

    let waiting = |view: &ExecutionView| {
        view.nodes.iter().find(|node| node.status == NodeStatus::Waiting).cloned()
    };
    let view = world.wait(id, |view| waiting(view).is_some()).await;
    let step = waiting(&view).unwrap();
    assert_eq!(
        step.waiting.as_deref(),
        Some(
            "The budget of this run is $0.75, and calls in progress have reserved $0.60 of it; \
             continues when one of them ends"
        )
    );
    assert!(step.until.is_some(), "it says when it looks again");
    assert_eq!(view.status, Status::Running, "nobody has to do anything");
    assert!(desk.try_recv().is_err(), "nothing was sent");

    under_way.into_iter().for_each(|call| call.write());
    let (more, view) = answer_until(&world, &mut desk, id, |view| view.status.is_over()).await;
    assert_eq!((more, view.status), (1, Status::Completed));
    assert_eq!(world.count(SPENT).await, 3 * COST);
    assert!(view.nodes.iter().all(|node| node.waiting.is_none()), "nothing waits any more");
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e2_a_lost_worker_leaves_no_money_reserved() {
    let (world, mut desk) = desk(Limits::default()).await;
    // It notices nothing, and so takes nothing new under another name.
    let worker = world.worker(frozen());
    let template = world.publish(&texts(2, 3, Some(7 * COST.unsigned_abs()))).await;
    let id = world.launch(template, none()).await;
    let under_way = calls(&mut desk, 2).await;
    assert_eq!(world.count(RESERVED).await, 2 * COST);

    world.give_up_workers().await;
    let deaf = WorkerConfig { only: Some(vec!["nothing".to_owned()]), ..quick() };
    let sweeper = world.worker(deaf);
    let mut lost = 0;
    while lost < 2 {
        world.wait(id, |view| view.nodes.iter().flat_map(|n| &n.jobs).any(|j| j.lost > 0)).await;
        let events = world.events(id).await;
        lost = events.iter().filter(|e| matches!(e.kind, EventKind::JobLost { .. })).count();
    }
    drop(under_way);

    assert_eq!(world.count(RESERVED).await, 0);
    sweeper.stop().await;
    drop(worker);
}

#[tokio::test]
async fn a_template_and_a_workspace_have_budgets_of_a_month() {
    let (world, mut desk) = desk(Limits::default()).await;
    let worker = world.worker(quick());
    let template = world.publish(&texts(2, 3, None)).await;
    world
        .services
        .provider_access
        .set_budget(&world.owner, Some(template), form(3 * COST))
        .await
        .unwrap();
    world.services.provider_access.set_budget(&world.owner, None, form(100 * COST)).await.unwrap();

    let first = world.launch(template, none()).await;
    let over = |view: &ExecutionView| view.status.is_over();
    answer_until(&world, &mut desk, first, over).await;
    let second = world.launch(template, none()).await;
    let (calls, paused) = answer_until(&world, &mut desk, second, is_paused).await;

    assert_eq!((calls, paused.pause_reason), (1, Some(PauseReason::Budget)));
    let words = paused.pause_message.unwrap();
    assert!(words.starts_with("The monthly budget of this workflow is $0.45"), "{words}");
    let listed = world.services.provider_access.list_budgets(&world.owner).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|b| (b.template_id, b.spent_micros)).collect();
    assert_eq!(listed, [(None, 3 * COST), (Some(template), 3 * COST)]);
    let shown = world.services.provider_access.budget_list(&world.owner).await.unwrap();
    assert_eq!((shown.month.cost_micros, shown.month.budget_micros), (3 * COST, Some(100 * COST)));
    let capped: Vec<_> =
        shown.templates.iter().map(|row| (row.template.id, row.spent_micros)).collect();
    assert_eq!(capped, [(template, 3 * COST)]);
    assert!(!shown.others.is_empty() && shown.others.iter().all(|other| other.id != template));
    world.services.provider_access.clear_budget(&world.owner, Some(template)).await.unwrap();
    world.services.executions.control(&world.owner, second, Control::Resume).await.unwrap();
    let (_, view) = answer_until(&world, &mut desk, second, over).await;
    assert_eq!(view.status, Status::Completed);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn sample_executions_are_outside_budgets_and_only_administrators_set_them() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let mut workflow = copies(3);
    workflow.settings.budget = Some(0);
    let template = world.publish(&workflow).await;
    world.services.provider_access.set_budget(&world.owner, None, form(0)).await.unwrap();

    let id = world.launch(template, none()).await;
    assert_eq!(world.wait_over(id).await.status, Status::Completed);

    let mut editor = world.owner.clone();
    editor.role = Role::Editor;
    let refused =
        world.services.provider_access.set_budget(&editor, None, form(1)).await.unwrap_err();
    let EngineError::Refused(problem) = refused else { panic!("{refused:?}") };
    assert_eq!(problem.status(), 403);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_model_whose_price_nobody_knows_is_not_asked_under_a_budget() {
    let (world, mut desk) = desk(Limits::default()).await;
    sqlx::query("DELETE FROM model_prices").execute(&world.db.pool).await.unwrap();
    let worker = world.worker(quick());
    let template = world.publish(&texts(1, 3, Some(1_000_000))).await;

    let id = world.launch(template, none()).await;
    let paused = world.wait(id, is_paused).await;

    let words = paused.pause_message.unwrap();
    assert!(words.contains("this model has no price"), "{words}");
    assert!(desk.try_recv().is_err());

    let price = Price {
        input_micros_per_mtok: Some(0),
        output_micros_per_mtok: Some(50_000_000_000),
        ..Price::default()
    };
    world
        .services
        .provider_access
        .set_price(&world.neighbour().await, Vendor::OpenAi, "gpt-test", price)
        .await
        .unwrap();
    world.services.executions.control(&world.owner, id, Control::Resume).await.unwrap();
    let paused = world.wait(id, is_paused).await;
    assert_eq!(paused.bill().unpriced_calls, 0, "another workspace's price is not this one's");
    let known = &world.services.provider_access;
    known.set_price(&world.owner, Vendor::OpenAi, "gpt-test", price).await.unwrap();
    world.services.executions.control(&world.owner, id, Control::Resume).await.unwrap();
    calls(&mut desk, 1).await.remove(0).write();
    assert_eq!(world.wait_over(id).await.bill().cost_micros, COST);
    worker.stop().await;
    world.assert_sound().await;
}
