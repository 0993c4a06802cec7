//! Documents of the project as context.

use model::{
    api::{executions::BroughtDocument, lineage::Subject},
    execution::{state::ExecutionStatus, view::ExecutionView},
    id::DocumentId,
    pages::{LaunchRequest, RerunRequest},
    problem::ProblemKind,
};
use serde_json::json;
use services::testing::{
    play::copies,
    world::{World, quick},
};
use uuid::Uuid;

use crate::engine::brought::{document, launched, prompt, request, with_context};

#[tokio::test]
async fn documents_of_a_launch_reach_every_text_node_that_takes_context() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let id = document(&world).await;
    let title = world.services.library.document(&world.owner, id).await.unwrap().title;

    for (context, reached) in [
        (json!({"mode": "launch"}), true),
        (json!({"mode": "none"}), false),
        (json!({"mode": "tag", "tag": "nobody has it"}), true),
    ] {
        let template = world.publish(&with_context(context.clone())).await;
        let launch = LaunchRequest { document_ids: vec![id, id], ..request(template) };
        let execution = launched(&world, launch).await.unwrap().execution_id;

        let prompt = prompt(&world, execution).await;

        let times = prompt.matches(&format!("\n# {title}\n")).count();
        assert_eq!(times, usize::from(reached), "{context}: {prompt}");
    }
    worker.stop().await;
    let kept = "SELECT count(*) FROM workflow_executions WHERE jsonb_array_length(context->'documents') = 1";
    assert_eq!(world.count(kept).await, 3, "what was chosen is frozen, once");
}

#[tokio::test]
async fn documents_that_a_step_chooses_are_found_from_what_it_made() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let id = document(&world).await;
    let title = world.services.library.document(&world.owner, id).await.unwrap().title;
    let template = world.publish(&with_context(json!({"mode": "chosen", "ids": [id]}))).await;
    let execution = launched(&world, request(template)).await.unwrap().execution_id;
    let view = world.wait_over(execution).await;
    worker.stop().await;

    let page = world.services.executions.monitor(&world.owner, execution).await.unwrap();
    let made = view.nodes.iter().find_map(|node| node.artifacts.first()).unwrap().id;
    let lineage =
        world.services.artifacts.lineage(&world.owner, Subject::Artifact(made)).await.unwrap();

    let chosen = [BroughtDocument { id, title, gone: false }];
    assert_eq!(page.context, chosen);
    assert_eq!(lineage.entries[0].context, chosen);
}

#[tokio::test]
async fn what_was_made_with_a_document_is_found_from_it_and_from_what_it_holds() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let id = document(&world).await;
    let template = world.publish(&with_context(json!({"mode": "launch"}))).await;
    let launch = LaunchRequest { document_ids: vec![id], ..request(template) };
    let execution = launched(&world, launch).await.unwrap().execution_id;
    let view = world.wait_over(execution).await;
    let again =
        world.services.executions.rerun(&world.owner, execution, last_step(&view)).await.unwrap();
    world.wait_over(again.execution_id).await;
    let replayed = world.services.executions.replay(&world.owner, execution, None).await.unwrap();
    world.wait_over(replayed.execution_id).await;
    worker.stop().await;
    let made = view.nodes.iter().find_map(|node| node.artifacts.first()).unwrap();

    let uses = world.services.library.document_uses(&world.owner, id).await.unwrap();
    let lineage =
        world.services.artifacts.lineage(&world.owner, Subject::Document(id)).await.unwrap();

    let found: Vec<_> = uses.newest.iter().map(|of| (of.execution.id, of.artifact)).collect();
    assert_eq!(found, [(execution, made.id)], "what is taken over or replayed is not made again");
    assert_eq!((uses.all, uses.newest[0].versions), (1, 1));
    assert_eq!(uses.newest[0].label, made_by(&view));
    assert_eq!(lineage.entries[0].documents[0].uses, uses);
    let neighbour = world.neighbour().await;
    let theirs =
        world.services.library.document_uses(&neighbour, id).await.unwrap_err().into_problem();
    assert_eq!(theirs.kind, ProblemKind::NotFound);
}

#[tokio::test]
async fn a_deleted_document_keeps_its_name_for_what_read_it_and_that_is_not_run_again_in_vain() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let worker = world.worker(quick());
    let id = document(&world).await;
    let title = services.library.document(owner, id).await.unwrap().title;
    let template = world.publish(&with_context(json!({"mode": "launch"}))).await;
    let launch = LaunchRequest { document_ids: vec![id], ..request(template) };
    let execution = launched(&world, launch).await.unwrap().execution_id;
    let view = world.wait_over(execution).await;
    let made = view.nodes.iter().find_map(|node| node.artifacts.first()).unwrap().id;
    let executions = "SELECT count(*) FROM workflow_executions";
    let before = world.count(executions).await;

    services.library.delete_document(owner, id).await.unwrap();

    let gone = [BroughtDocument { id, title: title.clone(), gone: true }];
    assert_eq!(
        services.executions.monitor(owner, execution).await.unwrap().brought.documents,
        gone
    );
    let lineage = services.artifacts.lineage(owner, Subject::Artifact(made)).await.unwrap();
    assert_eq!(lineage.entries[0].context, gone);
    let refused = services.executions.rerun(owner, execution, RerunRequest::default()).await;
    let problem = refused.unwrap_err().into_problem();
    assert_eq!((problem.code.as_str(), problem.errors.len()), ("document_gone", 1));
    assert!(problem.errors[0].message.contains(&title), "{problem:?}");
    assert_eq!(world.count(executions).await, before, "nothing was written");
    let later = services.executions.rerun(owner, execution, last_step(&view)).await.unwrap();
    let replayed = services.executions.replay(owner, execution, None).await.unwrap();
    for id in [later.execution_id, replayed.execution_id] {
        assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    }
    worker.stop().await;
    world.assert_sound().await;
}

/// Runs again from the last step on: what reads documents is taken over.
fn last_step(view: &ExecutionView) -> RerunRequest {
    let last = view.nodes.iter().next_back().map(|node| node.id.clone());
    RerunRequest { from_node: last, ..RerunRequest::default() }
}

/// What the step is called that made something.
fn made_by(view: &ExecutionView) -> &str {
    let made = view.nodes.iter().find(|node| !node.artifacts.is_empty());
    made.map_or("", |node| node.label.as_str())
}

#[tokio::test]
async fn a_template_that_names_a_document_that_is_gone_is_not_launched() {
    let world = World::new().await;
    let gone = DocumentId(Uuid::now_v7());
    let template = world.publish(&with_context(json!({"mode": "chosen", "ids": [gone]}))).await;

    let problem = launched(&world, request(template)).await.unwrap_err();

    assert_eq!(problem.code, "document_gone");
    let error = &problem.errors[0];
    let path = error.path.as_deref().unwrap_or_default();
    assert!(path.ends_with(".config.context_documents"), "{error:?}");
    assert!(error.node_id.is_some() && error.message.contains(&gone.to_string()), "{error:?}");
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 0);
}

#[tokio::test]
async fn rel_s2_documents_that_are_not_there_and_those_of_others_stop_the_launch_alike() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let theirs = document(&world).await;
    worker.stop().await;
    let nobodys = DocumentId(Uuid::now_v7());
    let neighbour = world.neighbour().await;
    let gallery = world.services.templates.gallery(&neighbour).await.unwrap();
    let template = gallery.iter().find(|card| card.name == "Instagram Post").unwrap();
    let values = template.workflow.parameters.iter();
    let parameters =
        values.filter_map(|p| Some((p.name.clone(), p.default.clone().or(p.example.clone())?)));
    let launch = LaunchRequest { parameters: parameters.collect(), ..request(template.id) };

    let mut answers = vec![];
    for id in [theirs, nobodys] {
        let launch = LaunchRequest { document_ids: vec![id], ..launch.clone() };
        let problem =
            world.services.executions.launch(&neighbour, launch).await.unwrap_err().into_problem();
        assert_eq!(problem.kind, ProblemKind::NotFound);
        assert!(problem.errors[0].message.contains(&id.to_string()), "{problem:?}");
        answers.push((problem.code, problem.errors[0].code.clone(), problem.detail));
    }

    assert_eq!(answers[0], answers[1]);
    let rows = "SELECT count(*) FROM workflow_executions";
    assert_eq!(world.count(rows).await, 1, "only the one that made the document");
}

#[tokio::test]
async fn more_documents_than_a_launch_takes_are_refused_with_the_numbers() {
    let world = World::new().await;
    let template = world.publish(&copies(1)).await;
    let document_ids = (0..21).map(|_| DocumentId(Uuid::now_v7())).collect();

    let launch = LaunchRequest { document_ids, ..request(template) };
    let problem = launched(&world, launch).await.unwrap_err();

    let message = &problem.errors[0].message;
    assert!(message.contains("21") && message.contains("20"), "{message}");
}
