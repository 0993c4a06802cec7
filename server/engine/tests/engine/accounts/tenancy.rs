//! Two workspaces on one server: what is the other's does not exist.

use super::people::refusal;
use backend::actor::Actor;
use model::{
    api::documents::{DocumentChange, ExportFormat},
    execution::state::ExecutionStatus,
    id::{DocumentId, ExecutionId, ImageId, NodeId, TemplateId},
    pages::{Control, LaunchRequest},
    problem::{Problem, ProblemKind},
};
use serde_json::json;
use services::{
    library::documents::ThumbnailSide,
    testing::{
        play::copies,
        world::{World, none, quick},
    },
};
use uuid::Uuid;

/// Something of each kind that one workspace has.
#[derive(Clone, Copy)]
struct Ids {
    template: TemplateId,
    execution: ExecutionId,
    document: DocumentId,
    image: ImageId,
}

impl Ids {
    fn random() -> Self {
        Self {
            template: TemplateId(Uuid::now_v7()),
            execution: ExecutionId(Uuid::now_v7()),
            document: DocumentId(Uuid::now_v7()),
            image: ImageId(Uuid::now_v7()),
        }
    }
}

/// A workspace in which an execution has made a document with an image.
async fn worked(world: &World) -> Ids {
    let template = world.template("Instagram Post").await;
    let worker = world.worker(quick());
    let execution = world.launch(template, none()).await;
    let view = world.wait_over(execution).await;
    worker.stop().await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    let document = view.documents[0].id;
    let page = world.services.library.document(&world.owner, document).await.unwrap();
    Ids { template, execution, document, image: page.images[0].id }
}

/// Every refusal that reading and launching by these ids meets.
async fn reading(world: &World, actor: &Actor, ids: Ids) -> Vec<Problem> {
    let services = &world.services;
    let launch = LaunchRequest::for_template(ids.template);
    vec![
        refusal(services.templates.template(actor, ids.template).await),
        refusal(services.templates.launch_page(actor, ids.template).await),
        refusal(services.executions.launch(actor, launch).await),
        refusal(services.executions.monitor(actor, ids.execution).await),
        refusal(services.executions.may_watch(actor, ids.execution).await),
        refusal(services.library.document(actor, ids.document).await),
        refusal(services.library.image_file(actor, ids.image).await),
        refusal(services.library.thumbnail(actor, ids.image, ThumbnailSide::Small).await),
        refusal(services.library.document_versions(actor, ids.document).await),
        refusal(services.library.export_document(actor, ids.document, ExportFormat::Html).await),
    ]
}

/// Every refusal that writing by these ids meets.
async fn writing(world: &World, actor: &Actor, ids: Ids) -> Vec<Problem> {
    let services = &world.services;
    let change = DocumentChange { revision: 1, ..DocumentChange::default() };
    vec![
        refusal(services.library.save_document(actor, ids.document, change).await),
        refusal(services.library.keep_document_version(actor, ids.document).await),
        refusal(services.library.restore_document_version(actor, ids.document, 1).await),
        refusal(services.library.delete_document(actor, ids.document).await),
    ]
}

/// Every refusal that controlling by these ids meets.
async fn controlling(world: &World, actor: &Actor, ids: Ids) -> Vec<Problem> {
    let retry =
        Control::RetryNode { node_id: NodeId::from("caption"), config: None, generation: None };
    let mut refusals = vec![];
    for control in [Control::Pause, Control::Resume, Control::STOP, retry] {
        refusals
            .push(refusal(world.services.executions.control(actor, ids.execution, control).await));
    }
    refusals
}

#[tokio::test]
async fn rel_s2_what_is_another_workspaces_is_refused_in_the_words_for_what_is_not_there() {
    let world = World::new().await;
    let ids = worked(&world).await;
    let neighbour = world.neighbour().await;

    let mut foreign = reading(&world, &neighbour, ids).await;
    foreign.extend(controlling(&world, &neighbour, ids).await);
    foreign.extend(writing(&world, &neighbour, ids).await);
    let mut unknown = reading(&world, &neighbour, Ids::random()).await;
    unknown.extend(controlling(&world, &neighbour, Ids::random()).await);
    unknown.extend(writing(&world, &neighbour, Ids::random()).await);

    assert_eq!(foreign, unknown);
    assert!(foreign.iter().all(|problem| problem.kind == ProblemKind::NotFound), "{foreign:#?}");
    let audited = world.count("SELECT count(*) FROM audit_log").await;
    assert_eq!(audited, 0, "nothing was done, so nothing is noted");
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_s2_no_list_and_no_stream_shows_what_is_another_workspaces() {
    let world = World::new().await;
    let ids = worked(&world).await;
    let neighbour = world.neighbour().await;
    let services = &world.services;

    let events = services.executions.events(&neighbour, ids.execution, 0).await.unwrap();
    let documents = services.library.documents(&neighbour).await.unwrap();
    let dashboard = services.overview.dashboard(&neighbour).await.unwrap();
    let gallery = services.templates.gallery(&neighbour).await.unwrap();

    assert!(events.is_empty() && documents.is_empty());
    assert!(dashboard.active.is_empty() && dashboard.recent.is_empty());
    assert!(gallery.iter().all(|card| card.id != ids.template));
    assert!(gallery.iter().all(|card| card.stats.uses == 0), "another's use is not counted");
    let theirs = gallery[0].id;
    let page = services.templates.launch_page(&neighbour, theirs).await.unwrap();
    assert!(page.documents.is_empty(), "{:?}", page.documents);
}

#[tokio::test]
async fn rel_s2_a_workflow_cannot_read_another_workspaces_document() {
    let mut world = World::new().await;
    let ids = worked(&world).await;
    let mut workflow = copies(1);
    let mut nodes = serde_json::to_value(&workflow.nodes).unwrap();
    nodes[1]["data"]["config"]["context_documents"] =
        json!({"mode": "chosen", "ids": [ids.document]});
    workflow.nodes = serde_json::from_value(nodes).unwrap();
    world.owner = world.neighbour().await;
    let template = world.publish(&workflow).await;
    let before = world.count("SELECT count(*) FROM workflow_executions").await;

    let refused =
        world.services.executions.launch(&world.owner, LaunchRequest::for_template(template)).await;

    let problem = refused.unwrap_err().into_problem();
    assert_eq!(problem.code, "document_gone", "{problem:?}");
    let told = &problem.errors[0].message;
    assert!(told.contains(&ids.document.to_string()), "its title is not told: {told}");
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, before);
}
