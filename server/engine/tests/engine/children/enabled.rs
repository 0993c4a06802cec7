//! Workflows that are switched off: nothing of them is launched by anybody, and what runs goes on.

use model::{
    access::Role,
    api::{
        listing::PageRequest,
        templates::{EnabledChange, EnabledState},
    },
    execution::state::ExecutionStatus,
    id::TemplateId,
    pages::{LaunchRequest, RerunRequest},
    problem::ProblemKind,
};
use services::testing::world::{World, none, quick};

use super::graph::{echoing, family, id, refused};

async fn switch(world: &World, template: TemplateId, off_for: Option<&str>) -> EnabledState {
    let reason = off_for.unwrap_or_default().to_owned();
    let change = EnabledChange { enabled: off_for.is_none(), reason };
    let templates = &world.services.templates;
    templates.set_template_enabled(&world.owner, template, change).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_switched_off_is_launched_by_nobody_and_what_runs_goes_on() {
    let world = World::new().await;
    let (parent, child) = family(&world).await;
    let running = world.launch(child, none()).await;

    let off = switch(&world, child, Some("Posts twice")).await;

    assert_eq!((off.enabled, off.disabled.unwrap().reason.as_str()), (false, "Posts twice"));
    let problem = refused(&world, child).await;
    assert_eq!((problem.kind, problem.code.as_str()), (ProblemKind::Conflict, "workflow_off"));
    assert!(problem.detail.contains("Posts twice"), "{problem:?}");
    let executions = &world.services.executions;
    let draft = LaunchRequest { draft_revision: Some(1), ..LaunchRequest::for_template(child) };
    let problem = executions.launch(&world.owner, draft).await.unwrap_err().into_problem();
    assert_eq!(problem.code, "workflow_off");
    let problem = refused(&world, parent).await;
    let [error] = &problem.errors[..] else { panic!("{problem:?}") };
    assert_eq!((error.code.as_str(), error.node_id.as_deref()), ("workflow_off", Some("sub")));

    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    assert_eq!(world.wait_over(running).await.status, ExecutionStatus::Completed);
    let again = executions.rerun(&world.owner, running, RerunRequest::default()).await;
    assert_eq!(again.unwrap_err().into_problem().code, "workflow_off");
    let replay = executions.replay(&world.owner, running, None).await;
    assert_eq!(replay.unwrap_err().into_problem().code, "workflow_off");

    let cards = world.services.templates.gallery(&world.owner).await.unwrap();
    let card = cards.iter().find(|card| card.id == child).unwrap();
    assert_eq!(card.disabled.as_ref().unwrap().reason, "Posts twice");
    let all = PageRequest::default();
    let listed = world.services.templates.templates_page(&world.owner, None, &all).await.unwrap();
    assert!(listed.items.iter().any(|row| row.id == child && row.disabled.is_some()));

    assert!(switch(&world, child, None).await.enabled);
    world.launch(child, none()).await;
    let lines = "SELECT count(*) FROM audit_log
                  WHERE action IN ('template.disabled', 'template.enabled')";
    assert_eq!(world.count(lines).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_of_a_running_workflow_launches_nothing_that_is_switched_off_meanwhile() {
    let world = World::new().await;
    let (parent, child) = family(&world).await;
    let running = world.launch(parent, none()).await;
    switch(&world, child, Some("Posts twice")).await;

    let (executors, _) = echoing();
    let _worker = world.worker_with(executors, quick());
    let view = world.wait_over(running).await;

    assert_eq!(view.status, ExecutionStatus::Failed, "{view:#?}");
    let failure = view.node(&id("sub")).unwrap().failure.clone().unwrap();
    assert_eq!(failure.code, "workflow_off");
    assert!(failure.message.contains("Posts twice"), "{failure:?}");
    world.assert_sound().await;
}

#[tokio::test]
async fn who_switches_a_workflow_off_may_publish_it_and_says_why() {
    let world = World::new().await;
    let (_, child) = family(&world).await;
    let templates = &world.services.templates;
    let off = |reason: &str| EnabledChange { enabled: false, reason: reason.to_owned() };

    let runner = backend::actor::Actor { role: Role::Runner, ..world.owner.clone() };
    let refused = templates.set_template_enabled(&runner, child, off("Because")).await;
    assert_eq!(refused.unwrap_err().into_problem().kind, ProblemKind::Forbidden);
    let unsaid = templates.set_template_enabled(&world.owner, child, off("  ")).await;
    assert!(unsaid.unwrap_err().into_problem().field_message("reason").is_some());
    world.launch(child, none()).await;
}
